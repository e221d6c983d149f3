// The two buttons of the phone page: held, taken back, kept until the server has them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { on, PHONE, server } from "./stage.mjs";

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
