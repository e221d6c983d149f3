// The page's verifier gives the published answers, and takes none of the published changes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const home = join(dirname(fileURLToPath(import.meta.url)), "..");
const vectors = JSON.parse(readFileSync(join(home, "../docs/formats/pass.vectors.json"), "utf8"));
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const moment = (text) => Date.parse(text);
const START = moment("2024-10-06T18:00:00Z");

const made = await build({
  absWorkingDir: home, bundle: true, format: "esm", write: false, platform: "node",
  stdin: {
    resolveDir: home, loader: "ts",
    contents: ["check", "challenge", "text", "words"].map((name) => `export * as ${name} from "./src/verify/${name}";`).join("\n"),
  },
});
const source = Buffer.from(made.outputFiles[0].text).toString("base64");
const { check, challenge, text, words } = await import(`data:text/javascript;base64,${source}`);

const answer = (ask) => {
  try { return ask(); } catch (problem) {
    if (!(problem instanceof check.Refused)) throw problem;
    return problem.code;
  }
};
const later = async (ask) => {
  try { return await ask(); } catch (problem) {
    if (!(problem instanceof check.Refused)) throw problem;
    return problem.code;
  }
};
const kit = await check.openKit(bytes(vectors.kit), START);

test("every published check gets its answer", () => {
  for (const { name, at, code, zone, answer: due } of vectors.checks) {
    const given = answer(() => check.verify(bytes(code), kit, moment(at), zone ?? undefined));
    if (typeof due === "string") {
      // A strict reader finds another form before it finds the end.
      const same = due === "not-canonical" ? ["not-canonical", "not-a-pass"] : [due];
      assert.ok(same.includes(given), `${name}: ${JSON.stringify(given)}`);
    } else {
      assert.deepEqual(given.cautions, due.cautions, name);
      const { from, until, phone, ...rest } = given.pass;
      const wanted = { ...due.claims, from: undefined, until: undefined, phone: undefined };
      assert.deepEqual(JSON.parse(JSON.stringify(rest)), JSON.parse(JSON.stringify(wanted)), name);
      assert.equal(from, moment(due.claims.from));
      assert.equal(until, moment(due.claims.until));
    }
  }
});

/** Turns one bit of the item at each published place: here by trying every bit of every byte. */
test("no bit of a pass, a kit or a list can be turned", async () => {
  const code = bytes(vectors.code);
  for (let at = 0; at < code.length * 8; at += 1) {
    const turned = code.slice();
    turned[at >> 3] ^= 1 << (at & 7);
    assert.equal(typeof answer(() => check.verify(turned, kit, START + 60_000)), "string", `bit ${at}`);
  }
  for (const [name, whole] of [["kit", bytes(vectors.kit)], ["list", bytes(vectors.later_list)]]) {
    for (let at = 0; at < whole.length; at += 1) {
      const turned = whole.slice();
      turned[at] ^= 1;
      const no = await later(() => (name === "kit" ? check.openKit(turned, START) : check.renew(kit, turned)));
      assert.equal(typeof no, "string", `${name}, byte ${at}`);
    }
  }
});

test("a newer list is taken, and then an older one is not", async () => {
  const newer = await check.renew(kit, bytes(vectors.later_list));
  assert.equal(answer(() => check.verify(bytes(vectors.code), newer, START + 31 * 60_000)), "revoked");
  assert.equal(await later(() => check.renew(newer, kit.list)), "older-list");
});

test("a kit of another issuer is refused once one is known", async () => {
  assert.equal(await later(() => check.openKit(bytes(vectors.kit), START, "0011223344556677")), "other-issuer");
  assert.equal((await check.openKit(bytes(vectors.kit), START, kit.issuer)).issuer, kit.issuer);
  assert.equal(await later(() => check.openKit(bytes(vectors.kit), START + 8 * 86_400_000)), "kit-expired");
});

test("the same question gets the same answer here as there, once and in time", () => {
  const { code, phone_seed: phone, question_seed: seed, question, answer: due } = vectors.challenge;
  const { pass } = check.verify(bytes(code), kit, START + 60_000);
  const asked = new challenge.Asked(pass, START, bytes(seed));
  assert.equal(text.write("question", challenge.questionBytes(asked.question)), question);
  const read = challenge.readQuestion(text.read(question).bytes);
  assert.equal(challenge.answer(bytes(phone), read), due);
  assert.equal(answer(() => asked.check(due, START)), undefined);
  assert.equal(answer(() => asked.check(due, START)), "wrong-answer", "a replayed answer");
  const other = new challenge.Asked(pass, START);
  assert.equal(answer(() => other.check(due, START)), "wrong-answer", "yesterday's answer");
  const slow = new challenge.Asked(pass, START, bytes(seed));
  assert.equal(answer(() => slow.check(due, START + 120_000)), "too-late");
  const paper = check.verify(bytes(vectors.code), kit, START + 60_000).pass;
  assert.equal(answer(() => new challenge.Asked(paper, START)), "no-phone");
});

test("a key of small order signs nothing", async () => {
  const neutral = new Uint8Array(32);
  neutral[0] = 1;
  const whole = bytes(vectors.kit);
  const signature = Uint8Array.from([...neutral, ...new Uint8Array(32)]);
  const forged = Uint8Array.from([...whole.slice(0, -64), ...signature]);
  assert.equal(await later(() => check.openKit(forged, START)), "bad-signature");
});

test("text and bytes are one", () => {
  assert.deepEqual(text.read(vectors.text), { kind: "pass", bytes: bytes(vectors.code) });
  assert.deepEqual(text.read(vectors.kit_text), { kind: "kit", bytes: bytes(vectors.kit) });
  assert.equal(text.write("basis", bytes(vectors.basis)), vectors.basis_text);
  for (const wrong of ["SC2:A", "SC2:::::", "SC2:abc", "HC1:00", ""]) assert.equal(text.read(wrong), undefined);
});

test("every code that a verifier can say has words in three languages", () => {
  const said = [...readFileSync(join(home, "../crates/pass/src/refusal.rs"), "utf8").matchAll(/= "([a-z-]+)",/g)];
  const codes = said.map(([, code]) => code).filter((code) => !code.endsWith("-basis") && code !== "wrong-photo");
  assert.ok(codes.length > 25);
  for (const code of codes) {
    const found = words.REASONS[code] ?? words.CAUTIONS[code];
    assert.ok(found, `no words for ${code}`);
    for (const lang of words.LANGS) assert.ok(found[lang].length > 1, `${code} in ${lang}`);
  }
});

test("the page holds all it needs and names no other place", () => {
  const page = readFileSync(join(home, "dist/verify.html"), "utf8");
  assert.ok(page.length < 1_000_000, `${page.length} bytes`);
  assert.doesNotMatch(page, /(?:src|href)="?https?:/);
  const policy = readFileSync(join(home, "dist/verify.policy.txt"), "utf8");
  assert.ok(page.includes(`content="${policy}"`) && !policy.includes("connect-src"));
});
