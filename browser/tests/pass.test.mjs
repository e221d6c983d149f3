// The node's own page for checkpoints and for protected persons, under its own policy.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, officer, open, origin, phoneOf, picture, ready, signedIn } from "./stage.mjs";

after(close);
const bytes = (buffer) => ({ name: "it.cbor", mimeType: "application/octet-stream", buffer });
const line = (text) => ({ name: "it.txt", mimeType: "text/plain", buffer: Buffer.from(text) });

/** The first movement whose passes can be printed, and the first of them. */
async function printed(context) {
  const page = await context.newPage();
  await page.goto(`${origin("host")}/movements`);
  const links = await page.locator("th a[href^='/m/']").evaluateAll((all) => all.map((it) => it.getAttribute("href")));
  for (const link of links) {
    await page.goto(`${origin("host")}${link}/passes`);
    if (await page.locator(".paper").count() > 0) return { page, id: (await page.locator(".paper h2").first().innerText()).match(/p-[0-9a-f]+/)[0] };
  }
  throw new Error("no movement of the exercise has a countersigned pass");
}

test("a printed pass has code, photo place and three languages, and its strip apart", async () => {
  const context = await signedIn("host", officer("host", "consent_officer"));
  const { page, id } = await printed(context);
  const paper = page.locator(".paper").first();
  assert.equal(await paper.locator(".qr svg").count(), 1);
  for (const lang of ["ur", "zh", "en"]) assert.ok(await paper.locator(`[lang=${lang}]`).count() > 5, lang);
  assert.equal(await page.locator(".answers").first().locator("li").count(), 40);
  assert.doesNotMatch(await paper.innerText(), /\bm-\d|\bc-\d/);
  await page.emulateMedia({ media: "print" });
  await picture(page, "pass-paper");
  await page.emulateMedia({ media: "screen" });
  // What this node prints, its own page verifies, with no connection allowed to it.
  const api = (path) => page.request.get(`${origin("host")}/api/v1${path}`);
  const kit = await (await api("/kit")).body();
  const { code } = await (await api(`/passes/${id}`)).json();
  const { page: guard, faults, answer } = await open(context, `${origin("host")}/verify`);
  const policy = answer.headers()["content-security-policy"];
  assert.match(policy, /^default-src 'none'/);
  assert.doesNotMatch(policy, /connect-src|unsafe-inline|'unsafe-eval'/);
  await guard.locator("#file").setInputFiles(bytes(kit));
  await guard.getByText("مشق", { exact: true }).waitFor();
  await guard.locator("#file").setInputFiles(line(code));
  await guard.locator(".banner").waitFor();
  assert.match(await guard.locator("#verdict").innerText(), new RegExp(`احتیاط|میعاد ختم|پاس منسوخ`));
  assert.deepEqual(faults, []);
  await context.close();
});

test("a protected person's page brings whom she expects, and the address forgets it", async () => {
  const phones = ready.phones.filter(({ kind }) => kind === "protected");
  assert.ok(phones.length > 0);
  for (const phone of phones.slice(0, 3)) {
    const context = await phoneOf(phone);
    const { page } = await open(context, `${origin(phone.side)}/me`);
    await page.locator("button.beside").click();
    await page.waitForURL(/\/(?:verify|me\/beside)/);
    if (new URL(page.url()).pathname === "/verify") {
      await page.getByText("کٹ لے لی گئی").waitFor();
      assert.equal(new URL(page.url()).hash, "");
      assert.equal(await page.locator("#zone").count(), 0, "she stands at no checkpoint");
    } else {
      // Who travels with nobody at this moment is told that there is nothing.
      assert.ok((await page.innerText("main")).trim().length > 10);
    }
    await context.close();
  }
});
