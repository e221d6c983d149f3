// Consent is asked for, given, seen and taken back at two consoles; a no says by which article.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { clockOf, close, LANGUAGES, live, local, notReloaded, officer, open, origin, picture, signedIn } from "./stage.mjs";

after(close);

const ASKS = officer("guest", "protection_lead");
const GRANTS = officer("host", "consent_officer");
const REQUEST = 'form[action="/act/deployment_requested"]';

/** Fills the guest's request; every field is asked for by its name. */
async function ask(page, headcount) {
  const now = await clockOf(page);
  const fields = { zone: "karachi-port-road", category: "police", task: "close_protection",
    rung: "escort_inside_cordon", arms: "unarmed", purpose: "protect_persons" };
  for (const [name, value] of Object.entries(fields)) await page.selectOption(`${REQUEST} [name=${name}]`, value);
  await page.fill(`${REQUEST} [name=headcount]`, String(headcount));
  await page.fill(`${REQUEST} [name=vehicles]`, "0");
  await page.fill(`${REQUEST} [name=start]`, local(now));
  await page.fill(`${REQUEST} [name=end]`, local(now + 36 * 3_600));
  await page.click(`${REQUEST} button`);
}

const requests = (page) => page.locator("[data-key^='request-deployment:']");
const keysOf = (page) => requests(page).evaluateAll((all) => all.map((one) => one.dataset.key));

test("a revocation at the host's desk is on the guest's open console within five seconds", async () => {
  const guest = await signedIn("guest", ASKS);
  const host = await signedIn("host", GRANTS);
  const { page: asking } = await open(guest, `${origin("guest")}/consent?lang=en`);
  const { page: granting } = await open(host, `${origin("host")}/consent?lang=en`);
  await live(asking);
  await live(granting);
  const before = await keysOf(asking);
  await ask(asking, 1);
  await asking.waitForFunction((count) => document.querySelectorAll("[data-key^='request-deployment:']").length > count,
    before.length, { timeout: 15_000 });
  const [key] = (await keysOf(asking)).filter((one) => !before.includes(one));

  const card = granting.locator(`[data-key="${key}"]`);
  await card.locator('form[action="/act/consent_granted"]').waitFor({ timeout: 15_000 });
  await card.locator("[name=hours]").fill("2");
  await card.locator("[name=headcount_max]").fill("1");
  await card.locator('form[action="/act/consent_granted"] button').click();
  const subject = key.replace("request-deployment:", "");
  const lease = (page) => page.locator("section.card:has(meter)", { hasText: subject });
  await lease(granting).waitFor({ timeout: 15_000 });
  await lease(asking).waitFor({ timeout: 15_000 });
  await picture(granting, "host-lease");

  await lease(granting).locator("details[data-key^='revoke-'] summary").click();
  const revoke = lease(granting).locator('form[action="/act/consent_revoked"]');
  await revoke.locator("[name=reason]").fill("the exercise asks for it");
  await revoke.locator("button").click();
  await granting.locator("dialog[open] button.danger").click();
  const pressed = Date.now();
  await lease(asking).waitFor({ state: "detached", timeout: 5_000 });
  const took = Date.now() - pressed;
  assert.ok(took < 5_000, `it took ${took} ms`);
  await notReloaded(asking);
  await notReloaded(granting);
  await picture(asking, "guest-revoked");
  await guest.close();
  await host.close();
});

for (const [lang] of LANGUAGES) {
  test(`forty police officers are refused by Article 8, said in ${lang}`, async () => {
    const context = await signedIn("guest", ASKS);
    const { page } = await open(context, `${origin("guest")}/consent?lang=${lang}`);
    await live(page);
    await ask(page, 40);
    await page.waitForSelector("#notice:not([hidden])", { timeout: 15_000 });
    const said = (await page.innerText("#notice")).replaceAll(/[\u2068\u2069]/g, "");
    const article = { en: /Article 8\b/, zh: /第\s?8\s?条/, ur: /شق 8/ }[lang];
    assert.match(said, article);
    await notReloaded(page);
    await picture(page, `guest-refused-${lang}`);
    await context.close();
  });
}

test("without script an officer signs in, asks for too much, and reads the article that says no", async () => {
  const context = await signedIn("guest", ASKS, { javaScriptEnabled: false });
  const { page, answer } = await open(context, `${origin("guest")}/consent?lang=en`);
  assert.equal(answer.status(), 200);
  const now = Math.floor(Date.parse(await page.getAttribute("body", "data-now")) / 1_000);
  await page.selectOption(`${REQUEST} [name=category]`, "police");
  await page.selectOption(`${REQUEST} [name=task]`, "close_protection");
  await page.selectOption(`${REQUEST} [name=rung]`, "escort_inside_cordon");
  await page.fill(`${REQUEST} [name=headcount]`, "40");
  await page.fill(`${REQUEST} [name=vehicles]`, "0");
  await page.fill(`${REQUEST} [name=start]`, local(now));
  await page.fill(`${REQUEST} [name=end]`, local(now + 36 * 3_600));
  await Promise.all([page.waitForNavigation(), page.click(`${REQUEST} button`)]);
  assert.match((await page.innerText("main")).replaceAll(/[\u2068\u2069]/g, ""), /Article 8\b/);
  await picture(page, "guest-noscript-refused");
  await context.close();
});

test("without script an officer signs in and an act of a form stands", async () => {
  const context = await signedIn("guest", ASKS, { javaScriptEnabled: false });
  const { page } = await open(context, `${origin("guest")}/consent?lang=en`);
  const before = await requests(page).count();
  const now = Math.floor(Date.parse(await page.getAttribute("body", "data-now")) / 1_000);
  await page.selectOption(`${REQUEST} [name=category]`, "police");
  await page.selectOption(`${REQUEST} [name=task]`, "close_protection");
  await page.selectOption(`${REQUEST} [name=rung]`, "escort_inside_cordon");
  await page.fill(`${REQUEST} [name=headcount]`, "1");
  await page.fill(`${REQUEST} [name=vehicles]`, "0");
  await page.fill(`${REQUEST} [name=start]`, local(now));
  await page.fill(`${REQUEST} [name=end]`, local(now + 36 * 3_600));
  await Promise.all([page.waitForNavigation(), page.click(`${REQUEST} button`)]);
  await page.goto(`${origin("guest")}/consent?lang=en`);
  assert.ok(await requests(page).count() > before);
  await context.close();
});
