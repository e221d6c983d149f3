// Two consoles of a running exercise, a browser, and officers who are signed in.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
export const RESULTS = fileURLToPath(new URL("../results/", import.meta.url));
export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
export const LANGUAGES = [["en", "ltr"], ["zh", "ltr"], ["ur", "rtl"]];

/** What the exercise says of itself: consoles, officers and phones of both sides. */
export const ready = JSON.parse(readFileSync(process.env.SAFECONDUCT_READY, "utf8"));
export const SIDES = ["host", "guest"];

/** The console of a side. It is called by name: passkeys are never bound to an address. */
export const origin = (side) => ready[side].console.replace("127.0.0.1", "localhost").replace(/\/$/, "");

const FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
  // Nothing but this machine has a name: a request to elsewhere would fail, and is counted too.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"];

let started;

/** The one browser of a file of tests. */
export function browser() {
  started ??= chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  return started;
}

/** Ends the browser, with every page that it still has. */
export async function close() {
  await (await started)?.close();
}

const cookies = new Map();

/** Signs an officer in as a person would; later calls take the same session again. */
export async function signedIn(side, person, options = {}) {
  const key = `${side} ${person}`;
  const context = await (await browser()).newContext({ viewport: DESK, reducedMotion: "reduce", ...options });
  await context.addInitScript(watchPolicy);
  if (cookies.has(key)) {
    await context.addCookies(cookies.get(key));
    return context;
  }
  const page = await context.newPage();
  await page.goto(`${origin(side)}/signin`);
  await signIn(page, person);
  cookies.set(key, await context.cookies());
  await page.close();
  return context;
}

/** Fills the form of the sign-in page. */
export async function signIn(page, person) {
  await page.selectOption("select[name=person]", person);
  await page.fill("input[name=passphrase]", ready.passphrase);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/signin"), page.click("form[action='/signin'] button")]);
}

/** A phone that is signed in at its own page, with its name and password. */
export async function phoneOf(phone) {
  const context = await (await browser()).newContext({ viewport: PHONE, reducedMotion: "reduce" });
  await context.addInitScript(watchPolicy);
  const page = await context.newPage();
  await page.goto(`${origin(phone.side)}/me`);
  await page.fill("#username", phone.user);
  await page.fill("#passphrase", phone.password);
  await Promise.all([page.waitForNavigation(), page.click("form[action='/me/signin'] button")]);
  await page.close();
  return context;
}

function watchPolicy() {
  globalThis.refused = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    globalThis.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
}

// The last one: only ES256 is offered, because ledgers verify nothing else.
const NOISE = /GPU stall|GL Driver|AudioContext was not allowed|Automatic fallback to software WebGL|pubKeyCredParams is missing/;

/** Opens a page and writes down all that goes wrong on it. */
export async function open(context, url) {
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const bad = ["error", "warning"].includes(message.type()) && !NOISE.test(message.text());
    if (bad) faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    const here = ["data:", "blob:"].includes(protocol) || ["localhost", "127.0.0.1"].includes(hostname);
    if (!here) faults.push(`foreign request: ${request.url()}`);
  });
  const answer = await page.goto(url);
  return { page, faults, answer };
}

/** Everything that the policy refused on a page. */
export const refusals = (page) => page.evaluate(() => globalThis.refused);

/** WCAG 2.x A and AA; axe comes in by the debugger, so that the page's own policy stays on. */
export async function breaches(page) {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Runtime.evaluate", { expression: AXE });
  const { violations, passes } = await page.evaluate(
    (tags) => globalThis.axe.run({ runOnly: tags }), WCAG);
  await debug.detach();
  assert.ok(passes.length > 8, "axe looked at the page");
  return violations.map(({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0].html.slice(0, 200)}`);
}

/** How far a page runs past its side, in pixels. */
export const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Keeps a picture of a page, to be looked at. */
export const picture = (page, name) =>
  page.screenshot({ path: join(RESULTS, `${name}.png`), fullPage: true });

/** Waits until a page is live, and leaves a mark that a reload would wipe out. */
export async function live(page) {
  await page.waitForSelector("#live[data-live-state=live]", { timeout: 20_000 });
  await page.evaluate(() => { globalThis.sameDocument = true; });
}

/** Fails if a page was loaded anew since `live`. */
export async function notReloaded(page) {
  assert.equal(await page.evaluate(() => globalThis.sameDocument), true, "the page was not reloaded");
}

/** A phone of a protected person reports to its node's real port, as OwnTracks does. */
export async function report(phone, more = {}) {
  const body = { _type: "location", tid: phone.user.slice(-2), lat: 24.8934, lon: 67.1611, acc: 12,
    batt: 80, ...more };
  const answer = await fetch(`${origin(phone.side)}/pub`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${phone.user}:${phone.password}`).toString("base64")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** The exercise's clock on a page, in seconds as OwnTracks counts. */
export const clockOf = (page) => page.evaluate(() => Math.floor(Date.parse(document.body.dataset.now) / 1_000));

/** A moment as a `datetime-local` field holds it: Pakistan time. */
export function local(seconds) {
  return new Date((seconds + 5 * 3_600) * 1_000).toISOString().slice(0, 16);
}

/** The officer of a side who holds a role. */
export function officer(side, role) {
  const found = ready.officers.find((one) => one.person.startsWith(`${side}/`) && one.roles.includes(role));
  assert.ok(found, `${side} has a ${role}`);
  return found.person;
}

/** A cable to a side's console that can be cut: everything on it dies, and nothing new gets through. */
export async function cable(side) {
  const { port } = new URL(origin(side));
  const open = new Set();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(Number(port), "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => { open.delete(one); other.destroy(); });
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://localhost:${server.address().port}`,
    cut() { whole = false; for (const one of open) one.destroy(); },
    mend() { whole = true; },
    end() { this.cut(); server.close(); },
  };
}
