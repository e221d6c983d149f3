// One headless Chromium, with every breach of the policy and every foreign request written down.

import { chromium } from "playwright-core";

const FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const SOFTWARE_GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"];
const NO_GL = ["--disable-gpu", "--disable-3d-apis"];

/** Starts the browser; without WebGL if so asked. */
export function launch({ gl = true } = {}) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...FLAGS, ...(gl ? SOFTWARE_GL : NO_GL)],
  });
}

/** Opens a page; `faults` holds all that went wrong on it. */
export async function open(browser, origin, path, size) {
  const context = await browser.newContext({ viewport: size, reducedMotion: "reduce" });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`error ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !/GPU stall|GL Driver|AudioContext was not allowed/.test(message.text())) {
      faults.push(`${message.type()} ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) faults.push(`foreign ${url}`);
  });
  await page.goto(origin + path);
  return { page, context, faults };
}
