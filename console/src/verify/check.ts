// What a checkpoint decides, offline: the same answers as the program's own verifier.

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { Fields, join, Malformed, NotCanonical, Reader, write } from "./cbor";
import { hex } from "./text";

/** Nobody else can make one: what has this mark was checked. */
const CHECKED = Symbol("checked");
export type Verified<T> = T & { readonly [CHECKED]: true };
const checked = <T extends object>(value: T): Verified<T> =>
  Object.freeze(Object.assign(value, { [CHECKED]: true as const }));

/** A no, with the stable name of the check that said it. */
export class Refused extends Error {
  constructor(readonly code: string) { super(code); }
}

export interface Names { en: string; zh: string; ur: string }
export interface Signer { party: string; names: Names; keys: Uint8Array[] }
export interface Expected { pass: string; answers: number[] }
export interface Status { subject: string; asOf: number; until: number; size: number; bits: Uint8Array }
export interface Kit {
  host: Signer; guest: Signer; made: number; staleAfter: number; refuseStale: boolean;
  zones: { zone: string; names: Names }[]; list: Uint8Array; expected: Expected[] | undefined;
  exercise: { real: number; speed: number } | undefined;
  issuer: string; status: Status;
}
export interface Pass {
  pass: string; index: number; appearance: string; photo: string | undefined; vehicle: string;
  headcount: number; task: string; arms: string; serials: string[]; zone: string;
  from: number; until: number; basis: string; phone: Uint8Array | undefined;
}
export interface Answer { pass: Verified<Pass>; cautions: string[] }

export const TASKS = ["advise", "liaise", "observe", "analyse", "plan", "inner_cordon",
  "close_protection", "drive", "technical_surveillance", "medical_aid", "train",
  "investigate_jointly"];
export const ARMS = ["unarmed", "less_lethal", "sidearm", "long_arm"];

const KIT_BYTES_MAX = 65_536;
const LIST_BYTES_MAX = 9_216;
const CODE_BYTES_MAX = 2_800;
const BITS_BYTES = 8_192;
const KIT_LIFE_MS = 7 * 86_400_000;
const LIFE_MS_MAX = 12 * 3_600_000;
const SKEW_MS = 120_000;
const KIT = "application/vnd.safeconduct.kit+cbor";
const LIST = "application/statuslist+cwt";
const PASS = new TextEncoder().encode("safeconduct/pass/2");

const keyId = (key: Uint8Array): Uint8Array => sha256(key).slice(0, 8);
const same = (one: Uint8Array, two: Uint8Array): boolean => hex(one) === hex(two);
const NONE = new Uint8Array();

function holds(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  try {
    if (signature.length !== 64 || key.length !== 32) return false;
    // Strict: no key and no R of small order, which sign every message.
    const small = (point: Uint8Array) => ed25519.Point.fromBytes(point).isSmallOrder();
    if (small(key) || small(signature.slice(0, 32))) return false;
    return ed25519.verify(signature, message, key, { zip215: false });
  } catch { return false; }
}

/** Reads something whole, and names what it is not. */
function whole<T>(bytes: Uint8Array, no: string, read: (from: Reader) => T): T {
  try {
    const from = new Reader(bytes);
    const value = read(from);
    from.end();
    return value;
  } catch (problem) {
    if (problem instanceof NotCanonical) throw new Refused("not-canonical");
    if (problem instanceof Malformed) throw new Refused(no);
    throw problem;
  }
}

// --- COSE ---------------------------------------------------------------------------------------

interface Header { bytes: Uint8Array; algorithm: number; key: Uint8Array; kind: string | undefined }

function header(bytes: Uint8Array): Header {
  const from = new Reader(bytes);
  const fields = new Fields(from);
  const algorithm = fields.need(1, (it) => it.int());
  const key = fields.need(4, (it) => it.fixed(8));
  const kind = fields.maybe(16, (it) => it.text());
  fields.end();
  from.end();
  return { bytes, algorithm, key, kind };
}

function empty(from: Reader): void {
  if (from.map() !== 0) throw new Malformed("an unprotected header");
}

interface Signed { header: Header; payload: Uint8Array; signature: Uint8Array }

function sign1(from: Reader, kind: string): Signed {
  from.tag(18);
  from.tuple(4);
  const protect = header(from.blob());
  if (protect.kind !== kind || protect.algorithm !== -8) throw new Malformed("another kind");
  empty(from);
  return { header: protect, payload: from.blob(), signature: from.blob() };
}

function isBy({ header: protect, payload, signature }: Signed, key: Uint8Array): boolean {
  const message = write(["Signature1", protect.bytes, NONE, payload]);
  return same(keyId(key), protect.key) && holds(signature, message, key);
}

// --- The list of dead passes --------------------------------------------------------------------

/** Unpacks so many bytes at most: whoever packed more is not unpacked. */
async function inflate(packed: Uint8Array): Promise<Uint8Array | undefined> {
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream()
    .pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await stream.read();
      if (done) break;
      parts.push(value);
      length += value.length;
      if (length > BITS_BYTES) { await stream.cancel(); return undefined; }
    }
  } catch { return undefined; }
  return length === BITS_BYTES ? join(...parts) : undefined;
}

function expect(from: Reader, key: number): void {
  if (from.int() !== key) throw new Malformed("another claim was due");
}

/** A list that one of these keys has signed. */
export async function openList(bytes: Uint8Array, keys: Uint8Array[]): Promise<Status> {
  if (bytes.length > LIST_BYTES_MAX) throw new Refused("list-too-long");
  const signed = whole(bytes, "not-a-list", (from) => sign1(from, LIST));
  const named = keys.filter((key) => same(keyId(key), signed.header.key));
  if (named.length === 0) throw new Refused("unknown-key");
  if (!named.some((key) => isBy(signed, key))) throw new Refused("bad-signature");
  const list = whole(signed.payload, "not-a-list", (from) => {
    if (from.map() !== 6) throw new Malformed("six claims");
    expect(from, 2);
    const subject = from.text();
    expect(from, 4);
    const until = from.int() * 1000;
    expect(from, 6);
    const asOf = from.int() * 1000;
    expect(from, 65_533);
    if (from.map() !== 2 || from.text() !== "lst") throw new Malformed("no list");
    const packed = from.blob();
    if (from.text() !== "bits" || from.uint() !== 1) throw new Malformed("one bit for each");
    expect(from, 65_534);
    from.uint();
    expect(from, -65_537);
    from.tuple(2);
    const size = from.uint();
    from.fixed(32);
    return { subject, until, asOf, size, packed };
  });
  const bits = await inflate(list.packed);
  if (!bits) throw new Refused("bad-bits");
  return { subject: list.subject, asOf: list.asOf, until: list.until, size: list.size, bits };
}

// --- The kit ------------------------------------------------------------------------------------

function names(from: Reader): Names {
  from.tuple(3);
  return { en: from.text(), zh: from.text(), ur: from.text() };
}

function signer(from: Reader): Signer {
  const fields = new Fields(from);
  const party = fields.need(0, (it) => it.text());
  const called = fields.need(1, names);
  const keys = fields.need(2, (it) => it.many(() => it.fixed(32)));
  fields.end();
  return { party, names: called, keys };
}

function kitOf(from: Reader) {
  const fields = new Fields(from);
  const kit = {
    host: fields.need(0, signer),
    guest: fields.need(1, signer),
    made: fields.need(2, (it) => it.int()),
    staleAfter: fields.need(3, (it) => it.int()),
    refuseStale: fields.need(4, (it) => choice(it, 2)) === 1,
    zones: fields.need(5, (it) => it.many(() => {
      it.tuple(2);
      return { zone: it.text(), names: names(it) };
    })),
    list: fields.need(6, (it) => it.blob()),
    expected: fields.maybe(7, (it) => it.many(() => {
      it.tuple(2);
      return { pass: it.text(), answers: it.many(() => it.uint()) };
    })),
    exercise: fields.maybe(8, (it) => {
      it.tuple(2);
      return { real: it.int(), speed: it.uint() };
    }),
  };
  fields.end();
  return kit;
}

function choice(from: Reader, count: number): number {
  const value = from.uint();
  if (value >= count) throw new Malformed("an unknown word");
  return value;
}

/** The moment by the clock of whoever made the kit: an exercise has its own. */
export function moment({ made, exercise }: Pick<Kit, "made" | "exercise">, device: number): number {
  return exercise ? made + (device - exercise.real) * exercise.speed : device;
}

/** Opens a kit; once one is known, the next must be signed by the same key. */
export async function openKit(bytes: Uint8Array, now: number, pinned?: string): Promise<Verified<Kit>> {
  if (bytes.length > KIT_BYTES_MAX) throw new Refused("kit-too-long");
  const signed = whole(bytes, "not-a-kit", (from) => sign1(from, KIT));
  const kit = whole(signed.payload, "not-a-kit", kitOf);
  const { host, guest } = kit;
  const shared = host.keys.some((key) => guest.keys.some((other) => same(key, other)));
  const some = (keys: Uint8Array[]) => keys.length >= 1 && keys.length <= 4;
  if (!some(host.keys) || !some(guest.keys) || shared || host.party === guest.party
    || kit.zones.length > 256 || kit.staleAfter < 0 || (kit.expected?.length ?? 0) > 500) {
    throw new Refused("bad-kit");
  }
  const issuer = hex(signed.header.key);
  if (pinned !== undefined && pinned !== issuer) throw new Refused("other-issuer");
  const side = [host, guest].filter(({ keys }) => keys.some((key) => hex(keyId(key)) === issuer));
  const own = side[0]?.keys;
  if (side.length !== 1 || !own) throw new Refused("unknown-key");
  if (!own.some((key) => isBy(signed, key))) throw new Refused("bad-signature");
  if (moment(kit, now) - kit.made >= KIT_LIFE_MS) throw new Refused("kit-expired");
  return checked({ ...kit, issuer, status: await openList(kit.list, own) });
}

/** Takes a newer list into a kit; an older one would wake dead passes. */
export async function renew(kit: Verified<Kit>, bytes: Uint8Array): Promise<Verified<Kit>> {
  const keys = [...kit.host.keys, ...kit.guest.keys].filter((key) => hex(keyId(key)) === kit.issuer);
  const status = await openList(bytes, keys);
  if (status.subject !== kit.status.subject) throw new Refused("other-list");
  if (status.asOf < kit.status.asOf || status.size < kit.status.size) throw new Refused("older-list");
  const { [CHECKED]: _mark, ...plain } = kit;
  return checked({ ...plain, list: bytes, status });
}

// --- The pass -----------------------------------------------------------------------------------

const ID = /^[a-z0-9\-._/:]{1,64}$/;
// Control characters, and those that turn the reading direction.
const TURNS = /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;

function id(from: Reader): string {
  const text = from.text();
  if (!ID.test(text)) throw new Malformed("not an id");
  return text;
}

function plain(text: string, max: number): boolean {
  return text.trim() !== "" && [...text].length <= max && !TURNS.test(text);
}

function claims(from: Reader): Pass {
  const fields = new Fields(from);
  const pass = {
    pass: fields.need(0, id),
    index: fields.need(1, (it) => it.uint()),
    appearance: fields.need(2, (it) => it.text()),
    photo: fields.maybe(3, (it) => hex(it.fixed(16))),
    vehicle: fields.need(4, (it) => it.text()),
    headcount: fields.need(5, (it) => it.uint()),
    task: TASKS[fields.need(6, (it) => choice(it, TASKS.length))] ?? "",
    arms: ARMS[fields.need(7, (it) => choice(it, ARMS.length))] ?? "",
    serials: fields.need(8, (it) => it.many(() => it.text())),
    zone: fields.need(9, id),
    ...fields.need(10, (it) => {
      it.tuple(2);
      const start = it.int();
      const life = it.int();
      if (life <= 0) throw new Malformed("a window has a length");
      return { from: start, until: start + life };
    }),
    basis: hex(fields.need(11, (it) => it.fixed(16))),
    phone: fields.maybe(12, (it) => it.fixed(32)),
  };
  fields.end();
  return pass;
}

function keepsRules(pass: Pass): boolean {
  return pass.index < BITS_BYTES * 8
    && plain(pass.appearance, 60) && plain(pass.vehicle, 16)
    && pass.headcount >= 1 && pass.headcount <= 500
    && pass.serials.length <= 4 && pass.serials.every((serial) => plain(serial, 16))
    && (pass.arms !== "unarmed" || pass.serials.length === 0)
    && pass.until - pass.from <= LIFE_MS_MAX;
}

interface Code { payload: Uint8Array; signatures: { header: Header; bytes: Uint8Array }[] }

function codeOf(from: Reader): Code {
  from.tag(98);
  from.tuple(4);
  if (from.blob().length !== 0) throw new Malformed("a header");
  empty(from);
  const payload = from.blob();
  if (!from.next(4)) throw new Malformed("no signatures");
  const signatures = from.many(() => {
    from.tuple(3);
    const protect = header(from.blob());
    if (protect.kind !== undefined) throw new NotCanonical("an unknown field");
    empty(from);
    return { header: protect, bytes: from.blob() };
  });
  if (signatures.length > 2) throw new Malformed("a third signature");
  return { payload, signatures };
}

type One = Code["signatures"][number];

function signedBy({ payload }: Code, one: One, keys: Uint8Array[]): boolean {
  const message = write(["Signature", NONE, one.header.bytes, PASS, payload]);
  return one.header.algorithm === -8
    && keys.some((key) => same(keyId(key), one.header.key) && holds(one.bytes, message, key));
}

function bothSigned(code: Code, { host, guest }: Kit): void {
  const by = (one: One, { keys }: Signer) => keys.some((key) => same(keyId(key), one.header.key));
  const [first, second] = code.signatures;
  if (!first) throw new Refused("guest-signature-missing");
  if (!second) {
    if (by(first, guest)) throw new Refused("host-signature-missing");
    throw new Refused(by(first, host) ? "guest-signature-missing" : "unknown-key");
  }
  if (same(first.header.key, second.header.key) || (by(first, guest) && by(second, guest))
    || (by(first, host) && by(second, host))) throw new Refused("same-party-twice");
  if (by(first, host) && by(second, guest)) throw new Refused("not-canonical");
  if (!by(first, guest) || !by(second, host)) throw new Refused("unknown-key");
  if (!signedBy(code, first, guest.keys) || !signedBy(code, second, host.keys)) {
    throw new Refused("bad-signature");
  }
}

/** Is the bit of an index set? Past the last bit it counts as set. */
function isDead({ bits }: Status, index: number): boolean {
  const byte = bits[index >> 3];
  return byte === undefined || (byte & (1 << (index & 7))) !== 0;
}

/** Is this a valid pass at this moment, in this zone? */
export function verify(
  bytes: Uint8Array, kit: Verified<Kit>, now: number, zone: string | undefined,
): Answer {
  if (bytes.length > CODE_BYTES_MAX) throw new Refused("not-a-pass");
  const code = whole(bytes, "not-a-pass", codeOf);
  const pass = whole(code.payload, "not-a-pass", claims);
  if (!keepsRules(pass)) throw new Refused("bad-claims");
  bothSigned(code, kit);
  const { status } = kit;
  if (isDead(status, pass.index)) throw new Refused("revoked");
  const stale = now - status.asOf > kit.staleAfter;
  if ((stale && kit.refuseStale) || now >= status.until) throw new Refused("list-too-old");
  // A clock set back must not wake an expired pass: the list cannot be older than now.
  const at = Math.max(now, status.asOf);
  if (at < pass.from) throw new Refused("not-yet-valid");
  if (at >= pass.until) throw new Refused("expired");
  if (zone !== undefined && zone !== pass.zone) throw new Refused("wrong-zone");
  if (kit.expected && !kit.expected.some((one) => one.pass === pass.pass)) {
    throw new Refused("not-expected");
  }
  const cautions = [
    stale && "list-stale",
    status.asOf - now > SKEW_MS && "clock-behind",
    zone === undefined && "zone-not-checked",
  ].filter((it): it is string => typeof it === "string");
  return { pass: checked(pass), cautions };
}

/** Is this file the holder's photograph? */
export function isPhoto(pass: Verified<Pass>, file: Uint8Array): boolean {
  return pass.photo !== undefined && pass.photo === hex(sha256(file).slice(0, 16));
}
