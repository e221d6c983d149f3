// The planner's table and the predictability board: by form, by keyboard, by dragging, and not for everybody.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, LANGUAGES, officer, open, origin, picture, refusals, signedIn } from "./stage.mjs";
import { sound } from "./whole.mjs";

after(close);

const PLANNER = ["guest", officer("guest", "journey_manager")];
const at = (path) => `${origin("guest")}${path}`;
const caught = (page) => page.locator(".plan-facts dd").first().innerText();
const per = (text) => Number.parseFloat(text);

async function solved(page) {
  await page.fill("#plan-from", "airport");
  await page.fill("#plan-to", "port-camp");
  await page.click("[data-key=plan-solve]");
  await page.waitForSelector("#h-plan-answer");
}

for (const [lang, dir] of LANGUAGES) {
  test(`the planner's table in ${lang}`, async () => {
    const context = await signedIn(...PLANNER);
    const { page, faults, answer } = await open(context, at(`/plan?lang=${lang}`));
    assert.equal(answer.status(), 200);
    await sound(page, `guest-plan-empty-${lang}`, { lang, dir });
    await solved(page);
    assert.ok(await page.locator(".chart-routes polyline").count() > 1, "routes are drawn");
    assert.ok(await page.locator(".chart-numbers text").count() > 1, "and carry their numbers");
    assert.ok(await page.locator("#h-plan-levers").isVisible());
    await sound(page, `guest-plan-${lang}`, { lang, dir });
    assert.deepEqual([...faults, ...await refusals(page)], []);
    await context.close();
  });

  test(`the predictability board in ${lang}`, async () => {
    const context = await signedIn(...PLANNER);
    const { page, faults, answer } = await open(context, at(`/predictability?lang=${lang}`));
    assert.equal(answer.status(), 200);
    assert.ok(await page.locator("meter").count() >= 2, "the exercise has movements that are over");
    await sound(page, `guest-predictability-${lang}`, { lang, dir });
    assert.deepEqual([...faults, ...await refusals(page)], []);
    await context.close();
  });
}

test("a guard is put by a button, by dragging and taken away, and the page is not left", async () => {
  const context = await signedIn(...PLANNER);
  const { page, faults } = await open(context, at("/plan?lang=en"));
  await solved(page);
  const before = per(await caught(page));
  const button = page.locator("[data-key^='guard-']").first();
  const road = await button.getAttribute("value");
  await button.focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(`[data-key="drop-${road}"]`);
  const guarded = per(await caught(page));
  assert.ok(guarded < before, `${guarded} < ${before}`);
  assert.equal(await page.locator(".chart-guard[data-guard]").count(), 1);

  await page.locator(`[data-key="drop-${road}"]`).click();
  await page.waitForSelector(`[data-key="drop-${road}"]`, { state: "detached" });
  assert.equal(per(await caught(page)), before);

  const shield = await page.locator(".chart-free").boundingBox();
  const square = await page.locator(".chart-letters rect").first().boundingBox();
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(...middle(shield));
  await page.mouse.down();
  await page.mouse.move(...middle(square), { steps: 5 });
  await page.mouse.up();
  await page.waitForSelector(".chart-guard[data-guard]");
  assert.ok(per(await caught(page)) <= before);
  assert.equal(await page.locator("[data-key^='drop-']").count(), 1);
  await picture(page, "guest-plan-guarded");
  assert.equal(new URL(page.url()).search.includes("airport"), false, "no end of a movement is in the address");
  assert.deepEqual([...faults, ...await refusals(page)], []);
  await context.close();
});

test("the table works without a script, and says no with a way on", async () => {
  const context = await signedIn(...PLANNER, { javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(at("/plan?lang=en"));
  await page.fill("#plan-from", "airport");
  await page.fill("#plan-to", "port-camp");
  await page.click("[data-key=plan-solve]");
  const before = per(await caught(page));
  await page.locator("[data-key^='guard-']").first().click();
  assert.ok(per(await caught(page)) < before);
  assert.equal(await page.inputValue("#plan-from"), "airport", "the form keeps what was asked");
  await page.fill("#plan-to", "nowhere");
  await page.click("[data-key=plan-solve]");
  assert.match(await page.innerText("[role=alert].card"), /no place of these roads[\s\S]*Name a junction/);
  await context.close();
});

test("nobody else finds a mixture, nor the way to it", async () => {
  for (const [side, role] of [["guest", "watch_officer"], ["host", "watch_officer"], ["host", "district_command"]]) {
    const context = await signedIn(side, officer(side, role));
    const page = await context.newPage();
    for (const path of ["/plan", "/predictability"]) {
      const answer = await page.goto(`${origin(side)}${path}`);
      assert.equal(answer.status(), 404, `${side} ${role} ${path}`);
      assert.equal(await page.locator(`a[href='${path}']`).count(), 0);
    }
    await context.close();
  }
});
