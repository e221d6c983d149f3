// The live stream: beats, units and changes; and the truth about whether it still lives.

import { ageWords, hear } from "./clock";
import { changed, refreshAll, stopFragments } from "./fragments";

/** Beats come every 5 s; two may be late, a third means the page no longer shows now. */
const STALE_AFTER_MS = 12_000;
const CHECK_MS = 1_000;
/** A stream the browser gave up is opened anew after this time. */
const REOPEN_MS = 5_000;

/** One unit as the stream tells it: degrees, course in degrees from north, age in seconds. */
export interface Unit {
  id: string;
  label: string;
  kind: "protected" | "guest_personnel" | "host_personnel" | "vehicle";
  lat: number;
  lon: number;
  course: number | null;
  state: "ok" | "attention" | "alarm" | "lost";
  age_s: number;
  sealed?: boolean;
}

type Listener<T> = (value: T) => void;
const unitListeners: Listener<Unit[]>[] = [];
const changeListeners: Listener<readonly string[]>[] = [];
const staleListeners: Listener<boolean>[] = [];
let lastUnits: Unit[] | undefined;

/** Hears the units at each step; at once if some are known already. */
export function onUnits(listener: Listener<Unit[]>): void {
  unitListeners.push(listener);
  if (lastUnits) listener(lastUnits);
}

/** Hears which parts of the record changed. */
export function onChanged(listener: Listener<readonly string[]>): void {
  changeListeners.push(listener);
}

/** Hears when the page stops being live and when it lives again. */
export function onStale(listener: Listener<boolean>): void {
  staleListeners.push(listener);
}

let beatSteady = 0;
let beatWall = 0;
let stale = true;
let everLive = false;

/** Both clocks: the steady one may stop while the machine sleeps, the wall one may be set back. */
function silence(): number {
  return Math.max(performance.now() - beatSteady, Date.now() - beatWall);
}

function beat(): void {
  beatSteady = performance.now();
  beatWall = Date.now();
  setStale(false);
}

function setStale(next: boolean): void {
  if (next === stale) return;
  stale = next;
  show();
  if (!next && everLive) refreshAll();
  everLive ||= !next;
  for (const listener of staleListeners) listener(next);
}

function show(): void {
  const live = document.getElementById("live");
  if (live) live.dataset.liveState = stale ? "stale" : "live";
  document.documentElement.toggleAttribute("data-stale", stale);
  const banner = document.getElementById("stale-banner");
  if (banner) banner.hidden = !stale;
}

function check(): void {
  if (beatWall === 0) return;
  if (silence() > STALE_AFTER_MS) setStale(true);
  const since = document.querySelector("[data-stale-age]");
  if (since && stale) since.textContent = ageWords(-silence() / 1_000, false);
}

let over = false;
let stream: EventSource | undefined;

/** Nothing is asked any more once the person signs out. */
function leave(): void {
  over = true;
  stream?.close();
  stopFragments();
}

function open(): void {
  if (over) return;
  const opened = new EventSource("/live");
  stream = opened;
  opened.addEventListener("beat", (event) => {
    const { at, speed } = JSON.parse(event.data as string) as { at: number; speed?: number };
    hear(at, speed);
    beat();
  });
  opened.addEventListener("units", (event) => {
    const { units } = JSON.parse(event.data as string) as { units: Unit[] };
    lastUnits = units;
    for (const listener of unitListeners) listener(units);
  });
  opened.addEventListener("changed", (event) => {
    const { what } = JSON.parse(event.data as string) as { what: string[] };
    changed(what);
    for (const listener of changeListeners) listener(what);
  });
  opened.addEventListener("error", () => {
    if (opened.readyState === EventSource.CLOSED) setTimeout(open, REOPEN_MS);
  });
}

/** Opens the stream and watches over its age; the page counts as live from the first beat. */
export function startLive(): void {
  open();
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.matches("form[action='/signout']") && !event.defaultPrevented) leave();
  });
  setInterval(check, CHECK_MS);
  document.addEventListener("visibilitychange", check);
  setTimeout(() => { if (stale) show(); }, STALE_AFTER_MS);
}
