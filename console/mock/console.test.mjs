// The console in a real browser under the strict policy, against the mock server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESK, on, PHONE, server } from "./stage.mjs";

const state = (page, id) => page.getAttribute(`[data-alarm=${id}]`, "data-state");

test("an alarm is noted with the keyboard alone, on any layout", () => on("/watch", DESK, async (page) => {
  await page.waitForSelector("#live[data-live-state=live]");
  await page.keyboard.press("KeyA");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.key), "ack-a1");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-alarm=a1][data-state=noted]");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.key), "alarm-a1");
  await page.keyboard.press("KeyN");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.key), "ack-a2");
  assert.equal(await state(page, "a2"), "raised");
  await page.keyboard.press("Shift+Slash");
  assert.equal(await page.evaluate(() => document.getElementById("keys-help").open), true);
  await page.keyboard.press("Escape");
  await page.keyboard.press("KeyG");
  await page.keyboard.press("KeyM");
  await page.waitForURL("**/m");
}));

test("a map of WebGL is drawn, a unit clicked on it marks its row, and the row finds the unit", () => on("/watch", DESK, async (page) => {
  await page.waitForSelector("#map[data-engine=webgl] .map-units");
  await page.waitForFunction(() => document.querySelectorAll("#map-list li").length === 21);
  await page.click("tr[data-unit=u3] td");
  assert.equal(await page.getAttribute("tr[data-unit=u3]", "aria-current"), "true");
  await page.waitForTimeout(1_500);
  const box = await page.locator("#map").boundingBox();
  await page.keyboard.press("Escape");
  assert.equal(await page.getAttribute("tr[data-unit=u3]", "aria-current"), null);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForSelector("tr[data-unit=u3][aria-current=true]");
}));

test("a click on an incident tells its date, place and range, and Escape closes it", () => on("/watch", DESK, async (page) => {
  await page.waitForSelector("#map[data-engine=webgl] .map-units");
  await page.waitForFunction(() => document.querySelectorAll("#map-list li").length === 21);
  // The scene's bounds fill the map to 48 px of its edge; from them the diamond's place follows.
  const box = await page.locator("#map").boundingBox();
  const y = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  const [[west, south], [east, north]] = [[71.3, 33.4], [75, 36.2]];
  const wide = ((east - west) * Math.PI) / 180;
  const scale = Math.min((box.width - 96) / wide, (box.height - 96) / (y(north) - y(south)));
  const at = { x: box.width / 2 + (((72.2 - (west + east) / 2) * Math.PI) / 180) * scale,
    y: box.height / 2 - (y(34.3) - (y(north) + y(south)) / 2) * scale };
  await page.mouse.click(box.x + at.x, box.y + at.y);
  const card = page.locator(".map-card");
  assert.match(await card.innerText(), /Invented i3\s+May 21, 2026 · Besham\s+Killed: 2\s+Injured: 5/);
  await page.keyboard.press("Escape");
  assert.equal(await card.count(), 0);
}));

test("a map whose WebGL is lost goes on as a plain one", () => on("/watch", DESK, async (page) => {
  await page.waitForSelector("#map[data-engine=webgl] .map-units");
  await page.evaluate(() => document.querySelector(".maplibregl-canvas").getContext("webgl2")
    .getExtension("WEBGL_lose_context").loseContext());
  await page.waitForSelector("#map[data-engine=plain] .map-plain");
  await page.waitForFunction(() => document.querySelectorAll("#map-list.map-list button").length === 21);
  assert.equal(await page.isVisible("#map-fallback"), true);
  await page.click("#map-list [data-unit=u3] button");
  assert.equal(await page.getAttribute("tr[data-unit=u3]", "aria-current"), "true");
}, /WebGL|CONTEXT_LOST|context/i));

test("a change refetches its fragments and keeps the focus", () => on("/watch", DESK, async (page) => {
  await page.waitForSelector("#live[data-live-state=live]");
  await page.focus("[data-key=ack-a2]");
  server.state.noted.add("a1");
  server.emit("changed", { what: ["alarms"] });
  await page.waitForSelector("[data-alarm=a1][data-state=noted]");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.key), "ack-a2");
}));

test("the policy refuses foreign workers and text as HTML", () => on("/watch", DESK, async (page) => {
  await page.waitForSelector("#map[data-engine=webgl]");
  const refused = await page.evaluate(() => {
    const tries = [() => new Worker("/static/console.js"), () => { document.body.innerHTML = "<b>x</b>"; },
      () => globalThis.trustedTypes.createPolicy("mine", {})];
    return tries.map((attempt) => { try { attempt(); return false; } catch { return true; } });
  });
  assert.deepEqual(refused, [true, true, true]);
  // The browser writes the refusals themselves to the console; anything else is a fault.
}, /TrustedHTML|Trusted Type|TrustedScriptURL|trusted-types/));

test("a binding act shows what is signed and is signed by the authenticator", () => on("/m", DESK, async (page, context) => {
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", { options: {
    protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
    automaticPresenceSimulation: true,
  } });
  await page.click("[data-passkey=register]");
  await page.waitForURL("**/m?enrolled=1");
  await page.click("[data-passkey=signin]");
  await page.waitForURL("**/m?in=1");
  await page.click("[data-sign] button");
  await page.waitForSelector("#sign-dialog[open]");
  assert.match(await page.textContent("[data-sign-summary]"), /departure of M-014/);
  assert.match(await page.textContent("[data-sign-hash]"), /^([0-9a-f]{8} ?){8}$/);
  await page.click("[data-sign-cancel]");
  assert.deepEqual(server.state.signed, []);
  await page.click("[data-sign] button");
  await page.click("[data-sign-confirm]");
  await page.waitForURL("**/m?signed=1");
  assert.deepEqual(server.state.signed, [true]);
}));

test("revoking asks first, and a refusal is shown in the server's words", () => on("/m", DESK, async (page) => {
  await page.click("button.danger");
  await page.click("dialog[open] button.quiet");
  assert.equal(await page.isHidden("#notice"), true);
  await page.click("button.danger");
  await page.click("dialog[open] button.danger");
  await page.waitForSelector("#notice:not([hidden])");
  assert.match(await page.textContent("#notice"), /Article 9/);
}));

test("nothing runs past the side of a page in any language", async () => {
  for (const path of ["/watch", "/m", "/me"]) {
    for (const lang of ["en", "ur"]) {
      await on(`${path}?lang=${lang}`, PHONE, async (page) => {
        await page.waitForTimeout(300);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${path} ${lang} is ${over} px too wide`);
      });
    }
  }
});
