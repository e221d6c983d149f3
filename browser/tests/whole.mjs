// What must hold of every page of a console, in every language and at every width.

import assert from "node:assert/strict";
import { test } from "node:test";
import { breaches, DESK, LANGUAGES, officer, open, origin, overflow, picture, refusals, signedIn } from "./stage.mjs";

/** Who looks at the pages: the officer of each side with the most to sign. */
export const ROLE = { host: "consent_officer", guest: "protection_lead" };
const WIDTHS = [1440, 1024, 390];
/** Words that only the program itself reads: a key of the tongue, or a placeholder left open. */
const RAW = /(?:^|\s)(?:act|do|field|state|role|reason|alarm|mark|stage|check|gate|nav|key|term)-[a-z_-]{3,}|\{\s*\$/m;

/** What must hold of a page that is open, whatever it is. */
export async function sound(page, name, { lang, dir }) {
  assert.equal(await page.getAttribute("html", "lang"), lang);
  assert.equal(await page.getAttribute("html", "dir"), dir);
  await page.evaluate(() => document.fonts.ready);
  const text = await page.innerText("body");
  assert.doesNotMatch(text.replaceAll(/[\u2068\u2069]/g, ""), RAW);
  assert.deepEqual(await breaches(page), [], `${name} by axe`);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    await page.waitForTimeout(50);
    assert.ok(await overflow(page) <= 0, `${name} at ${width} runs ${await overflow(page)} px past its side`);
    if (width !== 1024) await picture(page, `${name}-${width}`);
  }
  await page.setViewportSize(DESK);
}

/** The addresses of a side's pages, found as a person finds them: by following links. */
async function addresses(context, side) {
  const page = await context.newPage();
  const first = async (path, link) => {
    await page.goto(origin(side) + path);
    return page.locator(link).first().getAttribute("href");
  };
  const movement = await first("/movements", "th a[href^='/m/']");
  const record = await first("/records", "th a[href^='/records/']");
  const statement = await first("/ledger", "th a[href^='/ledger/'], td a[href^='/ledger/']");
  await page.close();
  return {
    watch: "/watch", movements: "/movements", movement, consent: "/consent", rungs: "/rungs", agreement: "/agreement",
    obligations: "/obligations", records: "/records", record,
    ledger: "/ledger", keys: "/keys", statement, passkey: "/signin", passes: `${movement}/passes`,
  };
}

/** Tests every page of a side. */
export function pagesOf(side) {
  for (const [lang, dir] of LANGUAGES) {
    test(`the ${side}'s pages in ${lang}`, async (t) => {
      const context = await signedIn(side, officer(side, ROLE[side]));
      try {
        for (const [name, path] of Object.entries(await addresses(context, side))) {
          await t.test(name, async () => {
            const { page, faults, answer } = await open(context, `${origin(side)}${path}?lang=${lang}`);
            assert.equal(answer.status(), 200);
            if (name === "watch") await page.waitForSelector("#map[data-engine]");
            assert.equal(await page.getAttribute("body", "data-party"), side);
            await sound(page, `${side}-${name}-${lang}`, { lang, dir });
            assert.deepEqual([...faults, ...await refusals(page)], []);
            await page.close();
          });
        }
      } finally {
        await context.close();
      }
    });

    test(`the ${side}'s sign-in for a stranger in ${lang}`, async () => {
      const context = await signedOut();
      const { page, faults, answer } = await open(context, `${origin(side)}/signin?lang=${lang}`);
      assert.equal(answer.status(), 200);
      assert.equal(await page.locator("#live").count(), 0, "nothing is live for a stranger");
      await sound(page, `${side}-signin-${lang}`, { lang, dir });
      assert.deepEqual([...faults, ...await refusals(page)], []);
      await context.close();
    });
  }
}

async function signedOut() {
  const context = await signedIn("host", officer("host", ROLE.host));
  await context.clearCookies();
  return context;
}
