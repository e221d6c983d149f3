// The console in a real browser under the strict policy, against the mock server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { start } from "./server.mjs";

const DESK = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 844 };
let server;
let browser;

before(async () => {
  server = await start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  server.stop();
});

/** Opens a page, does something, and demands that nothing was blocked or fetched elsewhere. */
async function on(path, size, deed, expected = /ERR_|Failed to load resource/) {
  server.state.noted.clear();
  server.state.me.length = 0;
  const { page, context, faults } = await open(browser, server.origin, path, size);
  try {
    await deed(page, context);
    assert.deepEqual(faults.filter((fault) => !expected.test(fault)), []);
  } finally {
    await context.close();
  }
}

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

test("silence makes the page say that it is not live, and it recovers with fresh data", () => on("/watch", DESK, async (page) => {
  await page.waitForSelector("#live[data-live-state=live]");
  server.control.beating = false;
  await page.waitForSelector("#stale-banner:not([hidden])", { timeout: 14_000 });
  assert.equal(await page.getAttribute("html", "data-stale"), "");
  server.state.noted.add("a2");
  server.control.beating = true;
  await page.waitForSelector("#stale-banner", { state: "hidden", timeout: 7_000 });
  await page.waitForSelector("[data-alarm=a2][data-state=noted]");
}));

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

async function hold(page, ms) {
  const box = await page.locator(".sos").boundingBox();
  await page.mouse.move(box.x + 50, box.y + 30);
  await page.mouse.down();
  await page.waitForTimeout(ms);
  await page.mouse.up();
}

const sent = () => server.state.me.filter(([what]) => what === "sos").map(([, text]) => new URLSearchParams(text));

test("an SOS wants two seconds and leaves five to take it back", () => on("/me", PHONE, async (page) => {
  await hold(page, 900);
  assert.equal(await page.getAttribute(".sos-form", "data-stage"), "idle");
  await hold(page, 2_200);
  assert.equal(await page.getAttribute(".sos-form", "data-stage"), "counting");
  await page.click("[data-sos-cancel]");
  await page.waitForTimeout(6_000);
  assert.deepEqual(sent(), []);
  await hold(page, 2_200);
  await page.waitForSelector(".sos-form[data-stage=sent]", { timeout: 8_000 });
  assert.equal(sent().length, 1);
}));

test("without a link an SOS says so, offers SMS, and is sent when the link is back", () => on("/me", PHONE, async (page) => {
  await hold(page, 2_200);
  server.control.down = true;
  await page.waitForSelector("[data-sos-sms]:not([hidden])", { timeout: 9_000 });
  assert.equal(await page.getAttribute(".sos-form", "data-stage"), "sending");
  server.control.down = false;
  await page.waitForSelector(".sos-form[data-stage=sent]", { timeout: 9_000 });
  const [one, ...more] = sent();
  assert.deepEqual(more, []);
  assert.match(one.get("once"), /^[0-9a-f]{32}$/);
  assert.ok(Number(one.get("age_ms")) >= 4_000);
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
