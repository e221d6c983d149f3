// The page of a checkpoint, opened from a file with the network off: pictures, camera, words.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = pathToFileURL(join(root, "console/dist/verify.html")).href;
const PICTURES = process.env.PASS_PICTURES ?? join(root, ".run/passes");
const RESULTS = join(root, "browser/results");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const vectors = JSON.parse(readFileSync(join(root, "docs/formats/pass.vectors.json"), "utf8"));
const NOON = "2024-10-06T18:05:00Z";
/** The smallest phone that guards carry. */
const PHONE = { width: 360, height: 740 };
mkdirSync(RESULTS, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--allow-file-access-from-files", "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream", "--host-resolver-rules=MAP * ~NOTFOUND",
    `--use-file-for-fake-video-capture=${join(PICTURES, "camera.y4m")}`],
});
after(() => browser.close());

const file = (name, hex) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(hex, "hex") });
const line = (text) => ({ name: "it.txt", mimeType: "text/plain", buffer: Buffer.from(text) });

/** A phone without a network, at a moment, with what went wrong on its page. */
async function phone(at = NOON, hash = "") {
  const context = await browser.newContext({ viewport: PHONE, deviceScaleFactor: 2, hasTouch: true });
  await context.setOffline(true);
  const page = await context.newPage();
  await page.clock.setFixedTime(new Date(at));
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") wrong.push(message.text()); });
  page.on("request", (request) => {
    if (!/^(file|blob|data):/.test(request.url())) wrong.push(`asked for ${request.url()}`);
  });
  await page.goto(PAGE + hash);
  await page.locator("h1").waitFor();
  const give = async (what) => page.locator("#file").setInputFiles(what);
  const verdict = page.locator("#verdict");
  const is = async (word, reason) => {
    await verdict.getByText(word, { exact: true }).waitFor({ timeout: 15_000 });
    if (reason) assert.match(await verdict.innerText(), reason);
  };
  const done = async () => { assert.deepEqual(wrong, []); await context.close(); };
  return { page, give, is, verdict, done };
}

async function withKit(at) {
  const one = await phone(at);
  await one.give(file("host.kit", vectors.kit));
  await one.verdict.getByText("کٹ لے لی گئی").waitFor();
  return one;
}

test("a kit comes as a picture, and a pass as a spoilt picture of paper; Urdu first", async () => {
  const { page, give, is, verdict, done } = await phone();
  assert.equal(await page.locator("html").getAttribute("lang"), "ur");
  assert.equal(await page.locator("html").getAttribute("dir"), "rtl");
  await give(join(PICTURES, "kit.png"));
  await verdict.getByText("کٹ لے لی گئی").waitFor({ timeout: 15_000 });
  await page.locator("#zone").selectOption("port-east");
  const before = Date.now();
  await give(join(PICTURES, "spoilt.png"));
  await is("درست");
  assert.ok(Date.now() - before < 5_000, "five seconds");
  for (const said of ["BKA-4471", "K-48213", "p-7f3a", "grey beard", "بندرگاہ مشرق", "میزبان ملک"]) {
    assert.match(await verdict.innerText(), new RegExp(said));
  }
  assert.doesNotMatch(await page.locator("body").innerText(), /m-0412|c-19|u-lead-2/);
  await page.screenshot({ path: join(RESULTS, "verify-good-ur.png"), fullPage: true });
  await done();
});

test("the camera reads a pass that a hand holds up", async () => {
  const { page, is, done } = await withKit();
  await page.locator("#zone").selectOption("port-east");
  await page.getByRole("button", { name: "کیمرے سے پڑھیں" }).click();
  await is("درست");
  assert.equal(await page.locator("video").isVisible(), false, "the camera is off again");
  await done();
});

test("every published answer, by word and colour, in the guard's language", async () => {
  const { page, give, is, done } = await withKit();
  await page.getByRole("button", { name: "English" }).click();
  const text = (hex) => ({ ...file("it.cbor", hex) });
  for (const { name, at, code, zone, answer } of vectors.checks) {
    await page.clock.setFixedTime(new Date(at));
    const place = page.locator("#zone");
    if (await place.count() > 0) await place.selectOption(zone ?? "");
    await give(text(code));
    if (typeof answer !== "string") {
      await is(answer.cautions.length > 0 ? "CAUTION" : "VALID");
      const tone = answer.cautions.length > 0 ? "careful" : "good";
      assert.equal(await page.locator(`.banner.${tone}`).count(), 1, name);
    } else {
      await is("REFUSED");
      assert.equal(await page.locator(".banner.bad").count(), 1, name);
    }
    await page.getByRole("button", { name: "Next" }).click();
  }
  await done();
});

test("a revoked pass is red with its reason once the newer list is there, and stays so", async () => {
  const { page, give, is, verdict, done } = await withKit("2024-10-06T18:31:00Z");
  await page.locator("#zone").selectOption("port-east");
  await give(line(vectors.text));
  await is("درست");
  await give(file("new.list", vectors.later_list));
  await verdict.getByText("نئی فہرست لے لی گئی").waitFor();
  await give(line(vectors.text));
  await is("نامنظور", /پاس منسوخ ہو چکا/);
  await page.screenshot({ path: join(RESULTS, "verify-revoked-ur.png"), fullPage: true });
  await page.getByRole("button", { name: "中文" }).click();
  await is("无效", /已被撤销/);
  await give(file("old.kit", vectors.kit));
  await is("无效", /比现有的旧/);
  await done();
});

test("an old list is amber, and a phone of the past is told so", async () => {
  const { page, give, is, done } = await withKit("2024-10-06T18:05:00Z");
  await page.getByRole("button", { name: "English" }).click();
  await page.locator("#zone").selectOption("port-east");
  await page.clock.setFixedTime(new Date("2024-10-06T16:00:00Z"));
  await give(line(vectors.text));
  await is("REFUSED", /Its time has not begun/);
  await page.clock.setFixedTime(new Date("2024-10-07T06:00:00Z"));
  await page.getByRole("button", { name: "Next" }).click();
  assert.equal(await page.locator(".carried.stale").count(), 1);
  await give(line(vectors.text));
  await is("REFUSED", /Its time is over/);
  await done();
});

test("nothing is decided without a kit, and a picture of nothing is said to be one", async () => {
  const { page, give, is, done } = await phone();
  await page.getByRole("button", { name: "English" }).click();
  await give(line(vectors.text));
  await is("REFUSED", /bring one first/);
  await give(line("HC1:NCFOXN"));
  await is("REFUSED", /not a pass/);
  await page.screenshot({ path: join(RESULTS, "verify-nokit-en.png"), fullPage: true });
  await done();
});

test("two phones: the holder's answers once, a thief's does not", async () => {
  const guard = await withKit();
  await guard.page.getByRole("button", { name: "English" }).click();
  const holder = await phone();
  await holder.page.getByRole("button", { name: "English" }).click();
  // The holder's phone has the secret of the published example.
  const seed = Buffer.from(vectors.challenge.phone_seed, "hex").toString("base64");
  await holder.page.evaluate((kept) => localStorage.setItem("safeconduct.verify.seed", kept), seed);
  const ask = async () => {
    await guard.give(file("it.cbor", vectors.challenge.code));
    await guard.is("CAUTION");
    await guard.page.getByRole("button", { name: "Challenge the holder" }).click();
    return guard.page.locator(".code").screenshot();
  };
  const picture = await ask();
  await holder.give({ name: "question.png", mimeType: "image/png", buffer: picture });
  await holder.verdict.locator(".digits").waitFor({ timeout: 15_000 });
  const said = await holder.verdict.locator(".digits").innerText();
  assert.match(said, /^\d{6}$/);
  await guard.page.screenshot({ path: join(RESULTS, "verify-challenge-en.png"), fullPage: true });
  const say = async (digits) => {
    await guard.page.locator("#heard").fill(digits);
    await guard.page.getByRole("button", { name: "Compare" }).click();
  };
  await say(said);
  await guard.is("VALID", /expected person/);
  // The same pass stolen and the same answer replayed: the question is another.
  await ask();
  await say(said);
  await guard.is("REFUSED", /answer is wrong/);
  const thief = await phone();
  await thief.page.getByRole("button", { name: "English" }).click();
  const again = await ask();
  await thief.give({ name: "question.png", mimeType: "image/png", buffer: again });
  await thief.verdict.locator(".digits").waitFor({ timeout: 15_000 });
  await say(await thief.verdict.locator(".digits").innerText());
  await guard.is("REFUSED", /answer is wrong/);
  await Promise.all([guard.done(), holder.done(), thief.done()]);
});

test("a protected person's kit: asked by number, each number once, three wrong ones end it", async () => {
  const kit = Buffer.from(vectors.beside_kit, "hex").toString("base64url");
  const { page, give, is, done } = await phone(NOON, `#kit=${kit}`);
  await page.locator("#verdict").getByText("کٹ لے لی گئی").waitFor();
  assert.equal(new URL(page.url()).hash, "", "the kit is wiped from the address");
  await page.getByRole("button", { name: "English" }).click();
  const asked = new Set();
  const ask = async () => {
    await give(line(vectors.text));
    await is("CAUTION");
    await page.getByRole("button", { name: "Challenge the holder" }).click();
    const number = Number(await page.locator(".challenge .mark").innerText());
    assert.ok(!asked.has(number));
    asked.add(number);
    return number;
  };
  const say = async (digits) => {
    await page.locator("#heard").fill(String(digits).padStart(4, "0"));
    await page.getByRole("button", { name: "Compare" }).click();
  };
  await say(vectors.challenge.strip[await ask() - 1]);
  await is("VALID", /expected person/);
  const number = await ask();
  await say((vectors.challenge.strip[number - 1] + 1) % 10_000);
  await is("REFUSED", /Keep away/);
  await page.screenshot({ path: join(RESULTS, "verify-stranger-en.png"), fullPage: true });
  await done();
});

test("another man's good pass is not expected here", async () => {
  const kit = Buffer.from(vectors.beside_kit, "hex").toString("base64url");
  const { page, give, is, done } = await phone(NOON, `#kit=${kit}`);
  await page.locator("#verdict").getByText("کٹ لے لی گئی").waitFor();
  await page.getByRole("button", { name: "English" }).click();
  await give(file("it.cbor", vectors.other_pass));
  await is("REFUSED", /not expected/);
  await done();
});

test("three languages fit 360 points, are read by machines, and nothing is cut", async () => {
  const { page, give, is, done } = await withKit();
  for (const [name, word] of [["اردو", "احتیاط"], ["中文", "注意"], ["English", "CAUTION"]]) {
    await page.getByRole("button", { name, exact: true }).click();
    await give(line(vectors.text));
    await is(word);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${name} is ${wide} too wide`);
    await page.evaluate(AXE).catch(() => undefined);
    const found = await page.evaluate(async () => {
      const { violations } = await globalThis.axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    });
    assert.deepEqual(found, [], name);
    await page.screenshot({ path: join(RESULTS, `verify-careful-${name === "English" ? "en" : name === "中文" ? "zh" : "ur"}.png`), fullPage: true });
  }
  await done();
});
