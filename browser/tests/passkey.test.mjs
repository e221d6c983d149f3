// An officer's passkey: registered, signed in with, and put under an act that binds the party.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, officer, open, origin, picture, refusals, signedIn } from "./stage.mjs";

after(close);

const AUTHENTICATOR = { protocol: "ctap2", transport: "internal", hasResidentKey: true,
  hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };

test("a passkey is registered, opens the desk, and signs a suspension that its statement proves", async () => {
  const person = officer("host", "signatory");
  const context = await signedIn("host", person);
  const { page, faults } = await open(context, `${origin("host")}/signin?lang=en`);
  const debug = await context.newCDPSession(page);
  await debug.send("WebAuthn.enable");
  const { authenticatorId } = await debug.send("WebAuthn.addVirtualAuthenticator", { options: AUTHENTICATOR });
  // The page goes on by itself once the node has kept the passkey.
  const goesOn = page.waitForNavigation({ timeout: 15_000 });
  await page.click("[data-passkey=register]");
  await expectCredential(debug, authenticatorId);
  await goesOn;

  await page.goto(`${origin("host")}/movements?lang=en`);
  await page.click("form[action='/signout'] button");
  await page.goto(`${origin("host")}/signin?lang=en`);
  assert.equal(await page.locator("form[action='/signout']").count(), 0);
  await page.fill("#username", person);
  await page.click("[data-passkey=signin]");
  await page.waitForSelector("form[action='/signout']", { timeout: 15_000 });

  await page.goto(`${origin("host")}/agreement?lang=en`);
  const form = page.locator('form[action="/act/agreement_suspended"]');
  assert.equal(await form.getAttribute("data-sign"), "passkey");
  await page.locator("details:has(form[action='/act/agreement_suspended']) > summary").click();
  await form.locator("[name=scope]").selectOption({ index: (await form.locator("[name=scope] option").count()) - 1 });
  await form.locator("[name=reason]").fill("the exercise asks for it");
  await form.locator("button").click();
  await page.waitForSelector("#sign-dialog[open]", { timeout: 15_000 });
  assert.match(await page.innerText("[data-sign-hash]"), /^([0-9a-f]{8} ?){8}$/);
  assert.match(await page.innerText("[data-sign-summary]"), /the exercise asks for it/);
  await picture(page, "host-sign");
  await Promise.all([page.waitForNavigation(), page.click("[data-sign-confirm]")]);

  await page.goto(`${origin("host")}/ledger?lang=en`);
  const row = page.locator("tr", { hasText: person }).filter({ hasText: /suspended/i }).first();
  await row.locator("a[href^='/ledger/']").click();
  await page.waitForSelector("#h-header");
  assert.match(await page.innerText("main"), /passkey/i);
  await picture(page, "host-statement-passkey");
  assert.deepEqual([...faults, ...await refusals(page)], []);
  await context.close();
});

async function expectCredential(debug, authenticatorId) {
  for (let tries = 0; tries < 50; tries += 1) {
    const { credentials } = await debug.send("WebAuthn.getCredentials", { authenticatorId });
    if (credentials.length === 1) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  assert.fail("the authenticator holds the new passkey");
}
