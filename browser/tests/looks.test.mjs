// The phone's page, whose desk it is, left and right, light and dark.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { breaches, close, LANGUAGES, officer, open, origin, phoneOf, picture, ready, refusals, SIDES, signedIn } from "./stage.mjs";
import { ROLE, sound } from "./whole.mjs";

after(close);

for (const [lang, dir] of LANGUAGES) {
  test(`the phone page in ${lang}`, async () => {
    const phone = ready.phones.find((one) => one.kind === "protected");
    const context = await phoneOf(phone);
    const { page, faults, answer } = await open(context, `${origin(phone.side)}/me?lang=${lang}`);
    assert.equal(answer.status(), 200);
    await sound(page, `me-${lang}`, { lang, dir });
    assert.deepEqual([...faults, ...await refusals(page)], []);
    await context.close();
  });
}

test("host and guest are told apart by band, tint and word", async () => {
  const seen = {};
  for (const side of SIDES) {
    const context = await signedIn(side, officer(side, ROLE[side]));
    const { page } = await open(context, `${origin(side)}/movements?lang=en`);
    seen[side] = await page.evaluate(() => {
      const [body, top] = [getComputedStyle(document.body), getComputedStyle(document.querySelector(".top"))];
      return { band: `${body.borderInlineStart} ${body.borderImageSource}`, top: top.backgroundColor,
        chip: document.querySelector(".party-chip").textContent };
    });
    await context.close();
  }
  for (const what of ["band", "top", "chip"]) assert.notEqual(seen.host[what], seen.guest[what]);
});

test("a page in Urdu is the mirror of the one in English", async () => {
  const context = await signedIn("host", officer("host", ROLE.host));
  const sides = {};
  for (const lang of ["en", "ur"]) {
    const { page } = await open(context, `${origin("host")}/watch?lang=${lang}`);
    sides[lang] = await page.evaluate(() => {
      const left = (what) => document.querySelector(what).getBoundingClientRect().left;
      return { brandFirst: left(".brand") < left(".langs"), alarmsFirst: left(".alarms-pane") < left(".side-pane"),
        map: getComputedStyle(document.querySelector("#map")).direction };
    });
    await page.close();
  }
  assert.deepEqual(sides.en, { brandFirst: true, alarmsFirst: true, map: "ltr" });
  assert.deepEqual(sides.ur, { brandFirst: false, alarmsFirst: false, map: "ltr" });
  await context.close();
});

test("light and dark are chosen on the page and kept by the server", async () => {
  const context = await signedIn("guest", officer("guest", ROLE.guest));
  const { page } = await open(context, `${origin("guest")}/movements?lang=en`);
  const colour = () => page.evaluate(() => getComputedStyle(document.body.parentElement).backgroundColor);
  const before = await colour();
  await page.click("[data-theme-toggle]");
  const chosen = await colour();
  assert.notEqual(chosen, before);
  await page.reload();
  assert.equal(await colour(), chosen);
  const theme = await page.getAttribute("html", "data-theme");
  assert.deepEqual(await breaches(page), [], `in ${theme}`);
  await picture(page, `guest-movements-${theme}`);
  await page.goto(`${origin("guest")}/watch`);
  assert.deepEqual(await breaches(page), [], `the watch in ${theme}`);
  await picture(page, `guest-watch-${theme}`);
  await context.close();
});
