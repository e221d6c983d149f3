// One mock server and one browser for a file of tests.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch, open } from "./browser.mjs";
import { start } from "./server.mjs";

export const DESK = { width: 1280, height: 720 };
export const PHONE = { width: 390, height: 844 };
export let server;
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
export async function on(path, size, deed, expected = /ERR_|Failed to load resource/) {
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
