// The review of a text: a draft stays home, and internal and shared words cannot be confused.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, LANGUAGES, officer, open, origin, refusals, SIDES, signedIn } from "./stage.mjs";
import { sound } from "./whole.mjs";

after(close);

const SECRET = "we could live with four";
const review = (side, lang = "en") => `${origin(side)}/agreement/review?lang=${lang}`;

async function submit(page, form) {
  await Promise.all([page.waitForEvent("load"), page.click(`form[action="/act/${form}"] button >> nth=0`)]);
}

// What the change permits takes the solvers a moment: the page says so until it is known.
async function meaning(page) {
  for (let tries = 0; tries < 12; tries += 1) {
    const said = await page.innerText("#meaning");
    if (!/being compared/.test(said)) return said;
    await page.waitForTimeout(2_000);
    await page.reload();
  }
  return "";
}

async function unfold(page, key) {
  await page.locator(`details[data-key="${key}"] > summary`).click();
}

test("a new version is drafted, circulated, discussed and put before agencies", async () => {
  const desks = {};
  for (const side of SIDES) desks[side] = await signedIn(side, officer(side, "signatory"));
  const { page: host, faults } = await open(desks.host, review("host"));

  // A draft: nobody else has it, so nothing can be shared about it.
  await unfold(host, "redraft");
  const text = await host.inputValue("textarea.file");
  await host.fill("textarea.file", text.replace("creates no right or duty", "creates no right and no duty"));
  await submit(host, "agreement_drafted");
  assert.match(await meaning(host), /Proved: the new text permits nothing that the old refuses/);
  assert.equal(await host.locator(".composer.shared").count(), 0);
  assert.ok(await host.locator(".composer.internal").count() > 0);
  assert.equal(await host.locator(".life [aria-current=step]").count(), 1);
  assert.match(await host.locator("#article-1 .article-text > .diff ins").first().textContent(), /^and/);
  assert.equal(await host.locator(".redlined[data-change=changed]").count(), 1);
  await submit(host, "agreement_proposed");
  const address = new URL(host.url());

  // Two composers that differ without colour.
  await unfold(host, "talk-13");
  const looks = await host.evaluate(() => ["internal", "shared"].map((circle) => {
    const form = document.querySelector(`#article-13 .composer.${circle}`);
    const style = getComputedStyle(form);
    return { border: style.borderBlockStartStyle, ground: style.backgroundImage === "none",
      sign: form.querySelector(".composer-sign").textContent, button: form.querySelector("button").textContent };
  }));
  for (const what of ["border", "ground", "sign", "button"]) assert.notEqual(looks[0][what], looks[1][what], what);
  await host.fill("#article-13 .composer.internal textarea", SECRET);
  await Promise.all([host.waitForEvent("load"), host.click("#article-13 .composer.internal button")]);
  assert.ok((await host.textContent("#article-13 .remark.internal")).includes(SECRET));

  // What is shared is asked once more; the other party reads it, and never the internal word.
  await host.fill("#article-13 .composer.shared textarea", "for both parties");
  await host.click("#article-13 .composer.shared button");
  await Promise.all([host.waitForEvent("load"), host.click("dialog[open] button[value=yes]")]);
  const guest = await desks.guest.newPage();
  const there = `${origin("guest")}${address.pathname}${address.search}`;
  for (let tries = 0; tries < 40; tries += 1) {
    await guest.goto(there);
    if ((await guest.content()).includes("for both parties")) break;
    await guest.waitForTimeout(500);
  }
  assert.ok((await guest.textContent("#article-13 .remark.shared")).includes("for both parties"));
  assert.ok(!(await guest.content()).includes(SECRET));

  // Agencies are named, and each has time.
  await unfold(host, "open-review");
  await host.fill("[name=agencies]", "Interior\nDefence");
  await submit(host, "review_opened");
  assert.equal(await host.locator("tr[data-standing=open]").count(), 2);
  for (const lang of LANGUAGES) {
    await host.goto(`${origin("host")}${address.pathname}${address.search}&lang=${lang[0]}`);
    await unfold(host, "speak-internal");
    await sound(host, `review-${lang[0]}`, { lang: lang[0], dir: lang[1] });
  }
  assert.deepEqual([...faults, ...await refusals(host)], []);
  for (const context of Object.values(desks)) await context.close();
});
