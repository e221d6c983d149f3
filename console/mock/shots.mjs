// Pictures of every mock page, to be looked at: `npm run shots -- FOLDER`.

import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, open } from "./browser.mjs";
import { start } from "./server.mjs";

const to = process.argv[2] ?? join(tmpdir(), "console-shots");
const only = process.argv[3];
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const SHOTS = [
  ["watch-en", "/watch?lang=en", DESK], ["watch-ur", "/watch?lang=ur", DESK], ["watch-zh", "/watch?lang=zh", DESK],
  ["watch-light", "/watch?lang=en&theme=light", DESK], ["watch-phone-ur", "/watch?lang=ur", PHONE],
  ["movement-en", "/m?lang=en", DESK], ["movement-ur", "/m?lang=ur", DESK], ["movement-light", "/m?lang=en&theme=light", DESK],
  ["movement-phone-en", "/m?lang=en", PHONE], ["watch-toggled", "/watch?lang=en", DESK], ["watch-help", "/watch?lang=ur", DESK], ["watch-stale", "/watch?lang=en", DESK],
  ["movement-sign", "/m?lang=en", DESK], ["movement-ask", "/m?lang=ur", DESK], ["me-count", "/me?lang=en", PHONE], ["me-en", "/me?lang=en", PHONE], ["me-ur", "/me?lang=ur", PHONE], ["me-light", "/me?lang=en&theme=light", PHONE],
];

/** What is done on a page before its picture is taken. */
const DEEDS = {
  "watch-en": (page) => page.click("tr[data-unit=u3] td"),
  "watch-toggled": (page) => page.click("[data-theme-toggle]"),
  "watch-help": (page) => page.keyboard.press("Shift+Slash"),
  "watch-stale": async (page) => {
    server.control.beating = false;
    await page.waitForSelector("#stale-banner:not([hidden])", { timeout: 15_000 });
    server.control.beating = true;
  },
  "movement-sign": (page) => page.click("[data-sign] button"),
  "movement-ask": (page) => page.click("button.danger"),
  "me-count": async (page) => {
    await page.hover(".sos");
    await page.mouse.down();
    await page.waitForTimeout(2_300);
    await page.mouse.up();
  },
};

mkdirSync(to, { recursive: true });
const server = await start();
for (const gl of [true, false]) {
  const browser = await launch({ gl });
  const wanted = gl ? SHOTS : [["watch-flat", "/watch?lang=en", DESK]];
  for (const [name, path, size] of wanted.filter(([name]) => !only || new RegExp(only).test(name))) {
    const { page, context, faults } = await open(browser, server.origin, path, size);
    await page.waitForTimeout(path.startsWith("/me") ? 500 : 4_000);
    await DEEDS[name]?.(page);
    await page.waitForTimeout(DEEDS[name] ? 1_500 : 0);
    await page.screenshot({ path: join(to, `${name}.png`), fullPage: size === PHONE });
    console.log(name, faults.length === 0 ? "clean" : faults);
    await context.close();
  }
  await browser.close();
}
server.stop();
