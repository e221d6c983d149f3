// The server's clock as the last beat told it, and every age on the page.

const SECOND_MS = 1_000;
/** Under a minute an age moves in steps of five seconds: a number that runs draws the eye. */
const SMALL_STEP_S = 5;
const UNITS: [Intl.RelativeTimeFormatUnit & string, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export const language = document.documentElement.lang || "en";
/** Western digits in all three languages, as the words of the pages use them. */
const locale = `${language}-u-nu-latn`;
const ago = new Intl.RelativeTimeFormat(locale, { numeric: "always", style: "short" });

let speed = Number(document.body.dataset.speed ?? "1") || 1;
let base = Date.parse(document.body.dataset.now ?? "") || Date.now();
let heard = performance.now();

/** Takes the server's clock from a beat; an exercise runs `faster` times as fast as we do. */
export function hear(at: number, faster?: number): void {
  base = at;
  heard = performance.now();
  speed = faster ?? speed;
}

/** The server's clock now, in milliseconds. */
export function now(): number {
  return base + (performance.now() - heard) * speed;
}

function scaled(seconds: number): [number, Intl.RelativeTimeFormatUnit & string] {
  const size = Math.abs(seconds);
  for (const [unit, length] of UNITS) {
    if (size >= length) return [Math.trunc(seconds / length), unit];
  }
  return [Math.trunc(seconds / SMALL_STEP_S) * SMALL_STEP_S, "second"];
}

/** An age in words: "3 min ago"; seconds before now are negative. */
export function ageWords(seconds: number, short: boolean): string {
  const [count, unit] = scaled(seconds);
  if (!short || seconds > 0) return ago.format(count === 0 ? -0 : count, unit);
  const plain = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" });
  return plain.format(Math.abs(count));
}

const two = (n: number) => String(n).padStart(2, "0");

/** A countdown as `mm:ss`, or `h:mm:ss` from an hour on; never below zero. */
export function countdownWords(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(left / 3_600), Math.floor(left / 60) % 60, left % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

const faces = new Map<string, Intl.DateTimeFormat>();

function face(zone: string): Intl.DateTimeFormat {
  const made = faces.get(zone) ?? new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  faces.set(zone, made);
  return made;
}

function setText(el: Element, text: string): void {
  if (el.textContent !== text) el.textContent = text;
}

/** What has happened lies behind us: an age ahead says that our clock is late, and how late. */
function catchUp(): void {
  const past = "time[data-age]:not([data-ahead])";
  const ages = [...document.querySelectorAll<HTMLTimeElement>(past)];
  const newest = Math.max(...ages.map(({ dateTime }) => Date.parse(dateTime) || 0), 0);
  if (newest > now()) hear(newest);
}

function tick(): void {
  catchUp();
  const at = now();
  for (const el of document.querySelectorAll<HTMLTimeElement>("time[data-age]")) {
    const then = Date.parse(el.dateTime);
    if (!Number.isNaN(then)) {
      setText(el, ageWords((then - at) / SECOND_MS, el.dataset.age === "short"));
    }
  }
  for (const el of document.querySelectorAll<HTMLTimeElement>("time[data-countdown]")) {
    const left = (Date.parse(el.dateTime) - at) / SECOND_MS;
    if (Number.isNaN(left)) continue;
    setText(el, countdownWords(left));
    el.toggleAttribute("data-past", left <= 0);
  }
  for (const el of document.querySelectorAll<HTMLElement>("[data-clock]")) {
    const time = face(el.dataset.zone ?? "UTC").format(at);
    setText(el, `${time} ${el.dataset.zoneLabel ?? ""}`.trim());
  }
}

/** Keeps every age, countdown and clock of the page moving. */
export function startClock(): void {
  tick();
  setInterval(tick, SECOND_MS);
  document.addEventListener("visibilitychange", tick);
  document.addEventListener("fragment", tick);
}
