// The page says when it is no longer live: this takes twelve seconds of silence.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESK, on, server } from "./stage.mjs";

test("silence makes the page say that it is not live, and it recovers with fresh data", () => on("/watch", DESK, async (page) => {
  await page.waitForSelector("#live[data-live-state=live]");
  server.control.beating = false;
  await page.waitForSelector("#stale-banner:not([hidden])", { timeout: 20_000 });
  assert.equal(await page.getAttribute("html", "data-stale"), "");
  server.state.noted.add("a2");
  server.control.beating = true;
  await page.waitForSelector("#stale-banner", { state: "hidden", timeout: 15_000 });
  await page.waitForSelector("[data-alarm=a2][data-state=noted]");
}));
