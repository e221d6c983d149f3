// The page of a checkpoint and of a protected person: no network, one look, five seconds.

import encodeQR from "qr";
import { Asked, answer, publicOf, questionBytes, readQuestion } from "./challenge";
import { isPhoto, moment, Refused, renew, verify, type Answer, type Kit, type Names, type Pass, type Verified } from "./check";
import { make, picture } from "./dom";
import { forget, keep, lastKit, recall, seed, spend, spent, takeKit } from "./keep";
import { inPicture, watch } from "./scan";
import { from64, hex, read, write, type Kind } from "./text";
import { play, type Tone } from "./tone";
import { ARMED, CAUTIONS, LANGS, NAMES, REASONS, TASK, WORDS, type Lang } from "./words";

/** Nobody guesses a number of four digits in so many tries. */
const TRIES_MAX = 3;
const MINUTE_MS = 60_000;

type Sheet =
  | { is: "nothing" }
  | { is: "pass"; answer: Answer }
  | { is: "no"; code: string }
  | { is: "note"; word: keyof typeof WORDS }
  | { is: "question"; digits: string; pass: string }
  | { is: "expected" }
  | { is: "mine" };

let lang: Lang = LANGS.find((one) => one === recall("lang")) ?? "ur";
let kit: Verified<Kit> | undefined;
let sheet: Sheet = { is: "nothing" };
let stopCamera: (() => void) | undefined;
let tries = 0;

const t = (word: keyof typeof WORDS): string => WORDS[word][lang];
const named = (names: Names): string => names[lang] || names.en;
const byCode = (table: Record<string, Record<Lang, string>>, code: string): string => table[code]?.[lang] ?? code;
const zoneName = (zone: string): string => {
  const known = kit?.zones.find((one) => one.zone === zone);
  return known ? named(known.names) : zone;
};

function show(next: Sheet, tone?: Tone): void {
  sheet = next;
  render();
  if (tone) play(tone);
  document.getElementById("verdict")?.scrollIntoView({ block: "start" });
}

function refuse(problem: unknown): void {
  show({ is: "no", code: problem instanceof Refused ? problem.code : "unreadable" }, "bad");
}

// --- What was read ------------------------------------------------------------------------------

async function take(kind: Kind, bytes: Uint8Array): Promise<void> {
  const now = Date.now();
  try {
    if (kind === "kit") {
      kit = await takeKit(bytes, now);
      return show({ is: "note", word: "kitTaken" });
    }
    if (kind === "question") {
      const asked = readQuestion(bytes);
      return show({ is: "question", digits: answer(seed(), asked), pass: asked.pass });
    }
    if (!kit) return show({ is: "no", code: "no-kit" }, "careful");
    if (kind === "list") {
      kit = await renew(kit, bytes);
      keep("newest", String(kit.status.asOf));
      return show({ is: "note", word: "listTaken" });
    }
    if (kind !== "pass") throw new Refused("not-a-pass");
    const said = verify(bytes, kit, moment(kit, now), recall("zone"));
    tries = 0;
    show({ is: "pass", answer: said }, said.cautions.length > 0 ? "careful" : "good");
  } catch (problem) { refuse(problem); }
}

async function takeText(text: string): Promise<void> {
  const found = read(text.trim());
  if (found) await take(found.kind, found.bytes);
  else refuse(new Refused("not-a-pass"));
}

const TAGS: Partial<Record<number, Kind>> = { 18: "kit", 98: "pass" };

/** A picture, a line of text, or the bytes of a kit, a list or a pass. */
async function takeFile(file: File): Promise<void> {
  if (file.type.startsWith("image/")) {
    const text = await inPicture(file);
    return text === undefined ? refuse(new Refused("unreadable")) : takeText(text);
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const tag = bytes[0] === 0xd2 ? 18 : bytes[0] === 0xd8 ? bytes[1] : undefined;
  const kind = tag === undefined ? undefined : TAGS[tag];
  if (!kind) return takeText(new TextDecoder().decode(bytes));
  const list = new TextDecoder().decode(bytes.slice(0, 64)).includes("statuslist");
  return take(list ? "list" : kind, bytes);
}

async function camera(): Promise<void> {
  if (stopCamera) return halt();
  const video = document.querySelector("video");
  if (!video) return;
  try {
    stopCamera = await watch(video, (text) => { halt(); void takeText(text); });
    render();
  } catch {
    halt();
    show({ is: "note", word: "noCamera" });
  }
}

function halt(): void {
  stopCamera?.();
  stopCamera = undefined;
  render();
}

// --- The page -----------------------------------------------------------------------------------

const here = (): number => (kit ? moment(kit, Date.now()) : Date.now());

function age(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / MINUTE_MS));
  return minutes < 120 ? `${minutes} ${t("minutes")}` : `${Math.round(minutes / 60)} ${t("hours")}`;
}

// 24 hours, this phone's zone, Western digits in every language.
const clock = (ms: number): string => new Intl.DateTimeFormat("en-GB", {
  day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
}).format(ms);

function banner(tone: Tone, ...more: string[]): HTMLElement {
  const word = { good: t("good"), careful: t("careful"), bad: t("bad") }[tone];
  const sign = { good: "✓", careful: "!", bad: "✕" }[tone];
  return make("div", { class: `banner ${tone}` },
    make("span", { class: "sign", "aria-hidden": "true" }, sign),
    make("strong", {}, word),
    ...more.map((line) => make("p", {}, line)));
}

const row = (name: string, ...value: (Node | string)[]): HTMLElement =>
  make("div", { class: "row" }, make("dt", {}, name), make("dd", {}, ...value));
const mark = (text: string): HTMLElement => make("bdi", { class: "mark" }, text);

function passSheet({ pass, cautions }: Answer): HTMLElement[] {
  const tone: Tone = cautions.length > 0 ? "careful" : "good";
  const left = pass.until - here();
  const rows = [
    row(t("look"), make("bdi", {}, pass.appearance)),
    row(t("plate"), mark(pass.vehicle)),
    row(t("people"), mark(String(pass.headcount))),
    row(t("arms"), byCode(ARMED, pass.arms)),
    ...(pass.serials.length > 0 ? [row(t("serials"), ...pass.serials.map(mark))] : []),
    row(t("task"), byCode(TASK, pass.task)),
    row(t("where"), zoneName(pass.zone)),
    row(t("until"), mark(clock(pass.until)), ` ${age(left)} ${t("left")}`),
    row(t("signed"), kit ? `${named(kit.host.names)} · ${named(kit.guest.names)}` : ""),
    row(t("number"), mark(pass.pass)),
  ];
  return [
    banner(tone, ...cautions.map((code) => byCode(CAUTIONS, code))),
    make("dl", {}, ...rows),
    ...(pass.photo === undefined ? [] : [photo(pass)]),
    ...challenges(pass),
  ];
}

function photo(pass: Verified<Pass>): HTMLElement {
  const place = make("div", { class: "photo" });
  const input = make("input", { type: "file", accept: "image/*", change: async () => {
    const file = input.files?.[0];
    if (!file) return;
    if (!isPhoto(pass, new Uint8Array(await file.arrayBuffer()))) return refuse(new Refused("wrong-photo"));
    const image = make("img", { src: URL.createObjectURL(file), alt: t("photoSame") });
    place.replaceChildren(make("p", { class: "yes" }, `✓ ${t("photoSame")}`), image);
  } });
  return make("div", {}, make("label", { class: "button" }, t("photo"), input), place);
}

/** Whoever stands there: let him answer what only the holder can. */
function challenges(pass: Verified<Pass>): HTMLElement[] {
  if (pass.phone) return [asking(t("challenge"), (place) => askPhone(pass, place))];
  const answers = kit?.expected?.find((one) => one.pass === pass.pass)?.answers ?? [];
  if (answers.length === 0) return [];
  return [asking(t("challenge"), (place) => askStrip(pass.pass, answers, place))];
}

function asking(name: string, ask: (place: HTMLElement) => void): HTMLElement {
  const place = make("div", { class: "challenge" });
  return make("div", {}, make("button", { type: "button", click: () => ask(place) }, name), place);
}

function heard(digits: number, check: (said: string) => void): HTMLElement {
  const input = make("input", {
    id: "heard", inputmode: "numeric", autocomplete: "off", maxlength: String(digits), dir: "ltr",
    pattern: `[0-9]{${digits}}`, required: true,
  });
  return make("form", { submit: (event) => { event.preventDefault(); check(input.value); } },
    make("label", { for: "heard" }, t("heard")), input, make("button", {}, t("compare")));
}

function askPhone(pass: Verified<Pass>, place: HTMLElement): void {
  const asked = new Asked(pass, Date.now());
  const code = encodeQR(write("question", questionBytes(asked.question)), "raw", { border: 1 });
  place.replaceChildren(make("p", {}, t("showThis")), picture(code), heard(6, (said) => {
    try {
      asked.check(said, Date.now());
      show({ is: "expected" }, "good");
    } catch (problem) { refuse(problem); }
  }));
}

function askStrip(pass: string, answers: number[], place: HTMLElement): void {
  const used = spent(pass);
  const free = answers.map((_, at) => at).filter((at) => !used.includes(at));
  const chosen = free[(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % Math.max(1, free.length)];
  if (chosen === undefined || tries >= TRIES_MAX) return refuse(new Refused("wrong-answer"));
  // Spent when it is shown: whoever overhears it has nothing.
  spend(pass, chosen);
  tries += 1;
  place.replaceChildren(make("p", {}, t("askNumber"), " ", mark(String(chosen + 1))), heard(4, (said) => {
    if (said === String(answers[chosen]).padStart(4, "0")) show({ is: "expected" }, "good");
    else refuse(new Refused("wrong-answer"));
  }));
}

function body(): HTMLElement[] {
  if (sheet.is === "pass") return passSheet(sheet.answer);
  if (sheet.is === "no") {
    const answered = sheet.code === "wrong-answer" || sheet.code === "not-expected" || sheet.code === "too-late";
    return [banner("bad", byCode(REASONS, sheet.code), ...(answered && kit?.expected ? [t("danger")] : []))];
  }
  if (sheet.is === "expected") return [banner("good", t("expected"))];
  if (sheet.is === "note") return [make("p", { class: "note" }, t(sheet.word))];
  if (sheet.is === "question") {
    return [make("p", { class: "note" }, t("sayThis"), " ", mark(sheet.pass)), make("p", { class: "digits" }, sheet.digits)];
  }
  if (sheet.is === "mine") {
    return [make("p", { class: "note" }, t("myKey")), make("p", { class: "key", dir: "ltr" }, hex(publicOf(seed())))];
  }
  return [];
}

function carried(): HTMLElement {
  if (!kit) return make("p", { class: "carried none" }, t("kitNone"));
  const old = here() - kit.status.asOf;
  const stale = old > kit.staleAfter;
  return make("p", { class: stale ? "carried stale" : "carried" },
    ...(kit.exercise ? [make("strong", { class: "exercise" }, t("exercise")), " "] : []),
    t("kitWhose"), " ", mark(kit.issuer), " · ", t("listAge"), " ", make("b", {}, age(old)));
}

function zones(): HTMLElement | undefined {
  if (!kit || kit.expected || kit.zones.length === 0) return undefined;
  const chosen = recall("zone");
  const select = make("select", { id: "zone", change: () => {
    keep("zone", select.value || undefined);
    show({ is: "nothing" });
  } }, make("option", { value: "" }, t("anyZone")),
  ...kit.zones.map(({ zone, names }) => make("option", { value: zone, selected: zone === chosen }, named(names))));
  return make("div", { class: "field" }, make("label", { for: "zone" }, t("zone")), select);
}

function speak(one: Lang): HTMLElement {
  return make("button", { type: "button", lang: one, "aria-pressed": String(one === lang), click: () => {
    lang = one;
    keep("lang", one);
    render();
  } }, NAMES[one]);
}

function tools(): HTMLElement {
  let sure = false;
  const away = make("button", { type: "button", click: () => {
    if (!sure) { sure = true; away.textContent = t("forgetSure"); return; }
    forget();
    kit = undefined;
    show({ is: "nothing" });
  } }, t("forget"));
  return make("footer", {},
    make("button", { type: "button", click: () => show({ is: "mine" }) }, t("answerMine")),
    make("button", { type: "button", click: () => play("good") }, t("sound")),
    ...(kit ? [away] : []),
    make("p", { class: "meta" }, t("offline")));
}

function actions(): HTMLElement {
  const file = make("input", { type: "file", id: "file", accept: "image/*,.kit,.cbor,.txt,*/*", change: () => {
    const [chosen] = file.files ?? [];
    if (chosen) void takeFile(chosen).catch(refuse);
    file.value = "";
  } });
  return make("div", { class: "actions" },
    make("button", { type: "button", class: "main", click: () => void camera() }, stopCamera ? t("stop") : t("camera")),
    make("label", { class: "button" }, t("picture"), file));
}

const video = make("video", { muted: true, playsinline: true });
video.muted = true;

function render(): void {
  document.documentElement.lang = lang;
  document.documentElement.dir = lang === "ur" ? "rtl" : "ltr";
  document.title = t("title");
  video.hidden = !stopCamera;
  const verdict = make("section", { id: "verdict", role: "alert", "data-is": sheet.is }, ...body());
  const next = sheet.is === "nothing" ? undefined
    : make("button", { type: "button", class: "next", click: () => show({ is: "nothing" }) }, t("next"));
  document.body.replaceChildren(
    make("header", {}, make("h1", {}, t("title")), make("nav", {}, ...LANGS.map(speak))),
    make("main", {}, verdict, next ?? "", video, actions(), zones() ?? "", carried()),
    tools());
}

async function begin(): Promise<void> {
  kit = await lastKit(Date.now());
  render();
  // A kit that comes with the address is taken and wiped from it: it may hold answers.
  const given = /^#kit=([\w-]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return;
  history.replaceState(null, "", location.pathname);
  await take("kit", from64(given));
}

void begin();
