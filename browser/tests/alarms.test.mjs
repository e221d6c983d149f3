// A person presses SOS on a phone; an officer answers with three keys; silence is never taken for peace.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { cable, clockOf, close, live, notReloaded, officer, open, origin, picture, ready, report, SIDES, signedIn } from "./stage.mjs";

after(close);

const WATCH = Object.fromEntries(SIDES.map((side) => [side, officer(side, "watch_officer")]));

test("an SOS reaches both desks, is noted by keyboard alone, handled, resolved, and both see by whom", async () => {
  const contexts = {};
  const desks = {};
  for (const side of SIDES) {
    contexts[side] = await signedIn(side, WATCH[side]);
    desks[side] = (await open(contexts[side], `${origin(side)}/watch?lang=en`)).page;
    await live(desks[side]);
  }
  const phone = ready.phones.find((one) => one.kind === "protected" && one.side === "guest");
  const sos = `[data-alarm][data-unit="${phone.unit}"][data-priority="1"]`;
  await report(phone, { tst: await clockOf(desks.guest), t: "u", poi: "SOS" });
  for (const side of SIDES) {
    await desks[side].waitForSelector(`${sos}[data-state="raised"]`, { timeout: 15_000 });
    await notReloaded(desks[side]);
  }
  await picture(desks.host, "host-sos");

  const desk = desks.guest;
  await desk.bringToFront();
  // Other alarms of the exercise may wait before it: each is reached by the same keys.
  await desk.keyboard.press("KeyA");
  const reached = () => desk.evaluate(() => document.activeElement.closest("[data-alarm]")?.dataset.unit);
  for (let step = 0; step < 30 && await reached() !== phone.unit; step += 1) await desk.keyboard.press("KeyN");
  assert.equal(await reached(), phone.unit);
  await desk.keyboard.press("Enter");
  for (const side of SIDES) {
    const noted = desks[side].locator(`${sos}[data-state="noted"]`);
    await noted.waitFor({ timeout: 15_000 });
    assert.match(await noted.locator(".alarm-who").first().innerText(), new RegExp(WATCH.guest));
    await notReloaded(desks[side]);
  }

  const item = desk.locator(sos).first();
  const handle = item.locator('form[action="/act/alarm_handled"]');
  await handle.locator("[name=action]").fill("calling the escort leader");
  await handle.locator("button").click();
  for (const side of SIDES) await desks[side].waitForSelector(`${sos}[data-state="handled"]`, { timeout: 15_000 });
  await item.locator("details:has(form[action='/act/alarm_resolved']) > summary").click();
  const resolve = item.locator('form[action="/act/alarm_resolved"]');
  await resolve.locator("[name=outcome]").fill("pressed by mistake; all is well");
  await resolve.locator("button").click();
  for (const side of SIDES) {
    const resolved = desks[side].locator(`${sos}[data-state="resolved"]`);
    await resolved.waitFor({ timeout: 15_000 });
    assert.match(await resolved.innerText(), /calling the escort leader[^]*pressed by mistake/);
    await notReloaded(desks[side]);
  }
  await Promise.all(Object.values(contexts).map((context) => context.close()));
});

test("a desk whose link is cut says so within fifteen seconds and recovers by itself", async () => {
  const context = await signedIn("host", WATCH.host);
  const line = await cable("host");
  const { page } = await open(context, `${line.origin}/watch?lang=en`);
  await live(page);
  line.cut();
  await page.waitForSelector("#stale-banner:not([hidden])", { timeout: 15_000 });
  assert.equal(await page.getAttribute("#live", "data-live-state"), "stale");
  await picture(page, "host-stale");
  line.mend();
  await page.waitForSelector("#stale-banner", { state: "hidden", timeout: 20_000 });
  await notReloaded(page);
  await context.close();
  line.end();
});

test("every unit of the map is in the text list too", async () => {
  const context = await signedIn("host", WATCH.host);
  const { page } = await open(context, `${origin("host")}/watch?lang=zh`);
  await page.waitForSelector("#map[data-engine=webgl]");
  await page.waitForFunction(() => document.querySelectorAll("#map-list li").length > 0);
  const rows = await page.locator("#map-list li").allInnerTexts();
  assert.ok(rows.every((row) => !/: (ok|attention|alarm|lost)$/.test(row)), rows.join("; "));
  await context.close();
});
