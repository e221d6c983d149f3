// Posts and rosters: who stands where at three in the morning, and who may see what guards are worth.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, LANGUAGES, officer, open, origin, refusals, signedIn } from "./stage.mjs";
import { sound } from "./whole.mjs";

after(close);

for (const [lang, dir] of LANGUAGES) {
  test(`posts and rosters in ${lang}`, async () => {
    const context = await signedIn("guest", officer("guest", "journey_manager"));
    const { page, faults, answer } = await open(context, `${origin("guest")}/posts?lang=${lang}`);
    assert.equal(answer.status(), 200);
    assert.ok(await page.locator("#h-posts-now").isVisible());
    const people = await page.locator("section:has(#h-posts-now) tbody td").allInnerTexts();
    assert.ok(people.length > 3 && people.every((text) => /g-\d{3}/.test(text)), people.join(" | "));
    assert.ok(await page.locator("section:has(#h-posts-rest) tbody tr").count() > 20, "most rest or are free");
    assert.ok(await page.locator("#h-posts-fleet").isVisible());
    assert.ok(await page.locator("#h-posts-worth").isVisible());
    await sound(page, `guest-posts-${lang}`, { lang, dir });
    const days = page.locator("section:has(#h-posts-days) details");
    assert.equal(await days.count(), 31);
    await days.first().locator("summary").focus();
    await page.keyboard.press("Enter");
    assert.ok(await days.first().locator("table").first().isVisible(), "a day opens by the keyboard");
    assert.deepEqual([...faults, ...await refusals(page)], []);
    await context.close();
  });
}

test("a watch officer sees who stands where, and neither days to come nor what guards are worth", async () => {
  const context = await signedIn("host", officer("host", "watch_officer"));
  const { page } = await open(context, `${origin("host")}/watch`);
  await page.click("a[href='/posts']");
  await page.waitForSelector("#h-posts-now");
  assert.equal(await page.locator("#h-posts-worth").count(), 0);
  assert.equal(await page.locator("#h-posts-days").count(), 0, "nor days to come");
  await context.close();
});
