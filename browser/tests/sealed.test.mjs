// What may not be known yet is not hidden on the page: it never leaves the node.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, officer, open, origin, SIDES, signedIn } from "./stage.mjs";

after(close);

/** How a drawn minute, and a route, look wherever they are told: the places of a route stand between arrows. */
const SECRET = /class="big-number"|(?:→[^→<]+){2}/;
/** Quiet movements take turns: in the longest pause between two of them nothing is sealed. */
const SEALED_WITHIN_MS = 180_000;
/** Each movement is a page of its own; so many on each side are looked at. */
const LOOKED_AT = 6;

/** Everything that a desk receives for a page, and the bars on it that say when they open. */
async function told(side, person, path) {
  const context = await signedIn(side, person);
  const page = await context.newPage();
  const bodies = [];
  page.on("response", (answer) => {
    const { pathname } = new URL(answer.url());
    if (!pathname.startsWith("/static/") && pathname !== "/live") bodies.push(answer.text().catch(() => ""));
  });
  await page.goto(`${origin(side)}${path}?lang=en`);
  await page.waitForSelector("#live[data-live-state=live]", { timeout: 20_000 });
  const bars = await page.locator("table .sealed time[data-countdown]")
    .evaluateAll((all) => all.map((bar) => Date.parse(bar.getAttribute("datetime"))));
  const now = Date.parse(await page.getAttribute("body", "data-now"));
  const scene = await page.evaluate(async () => (await fetch("/geo/scene.json")).json());
  const text = (await Promise.all(bodies)).join("\n");
  await context.close();
  return { bars, now, text, corridors: scene.corridors.features.map((one) => `/m/${one.properties.movement}`) };
}

async function paths(side, person) {
  const context = await signedIn(side, person);
  const { page } = await open(context, `${origin(side)}/movements?lang=en`);
  const all = await page.locator("th a[href^='/m/r-']").evaluateAll((links) => links.map((one) => one.getAttribute("href")));
  await context.close();
  return all.slice(0, LOOKED_AT);
}

/** Looks at a side's movements; how many sealed stages were among them. */
async function looked(side, person) {
  let sealed = 0;
  for (const path of await paths(side, person)) {
    const { bars, now, text, corridors } = await told(side, person, path);
    for (const opens of bars) assert.ok(opens > now, `${path} opens later`);
    if (bars.length > 0) {
      assert.doesNotMatch(text, SECRET, path);
      assert.ok(!corridors.includes(path), `${path} is on no map`);
    }
    sealed += bars.length;
  }
  return sealed;
}

test("a sealed stage is in no byte that any desk receives before its time", async () => {
  let sealed = 0;
  const leader = officer("guest", "escort_leader");
  assert.match((await told("guest", leader, "/m/m-1")).text, SECRET, "once it is open, whoever is on the list is told");
  const until = Date.now() + SEALED_WITHIN_MS;
  do {
    for (const side of SIDES) sealed += await looked(side, officer(side, "escort_leader"));
  } while (sealed === 0 && Date.now() < until);
  assert.ok(sealed > 0, "the exercise has a sealed stage to look at");
});
