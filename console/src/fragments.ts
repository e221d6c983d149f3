// Parts of the page that the server rewrites, replaced without losing one's place.

import { putFragment } from "./trusted";
import { tellFailure } from "./notice";

/** A burst of changes within this time costs one fetch. */
const COALESCE_MS = 150;

const waiting = new Set<HTMLElement>();
const running = new Set<HTMLElement>();
const shown = new WeakMap<HTMLElement, string>();
let timer: ReturnType<typeof setTimeout> | undefined;
let pressed = false;
let over = false;
const asked = new AbortController();

const all = () => document.querySelectorAll<HTMLElement>("[data-fragment]");

/** Refetches the fragments that listen to one of these names. */
export function changed(what: readonly string[]): void {
  for (const el of all()) {
    const on = (el.dataset.on ?? "").split(/\s+/);
    if (on.some((name) => what.includes(name))) queue(el);
  }
}

/** Refetches every fragment, after a silence or after an act of ours. */
export function refreshAll(): void {
  for (const el of all()) queue(el);
}

/** The session is about to end: what is asked from here on would only be refused. */
export function stopFragments(): void {
  over = true;
  waiting.clear();
  asked.abort();
}

function queue(el: HTMLElement): void {
  if (over) return;
  waiting.add(el);
  timer ??= setTimeout(run, COALESCE_MS);
}

function run(): void {
  timer = undefined;
  for (const el of [...waiting]) {
    if (running.has(el) || busy(el)) continue;
    waiting.delete(el);
    void fetchOne(el);
  }
}

/** A person who types here, or whose finger is down, must not lose what is under the hand. */
function busy(el: HTMLElement): boolean {
  const active = document.activeElement;
  const typing = active?.matches("input:not([type=hidden]), textarea, select") ?? false;
  return pressed || (typing && el.contains(active));
}

async function fetchOne(el: HTMLElement): Promise<void> {
  running.add(el);
  try {
    const answer = await fetch(el.dataset.fragment ?? "", {
      credentials: "same-origin",
      headers: { accept: "text/html" },
      signal: asked.signal,
    });
    if (over) return;
    if (answer.redirected) return location.assign(answer.url);
    if (!answer.ok) return await tellFailure(answer);
    replace(el, await answer.text());
  } catch {
    // Nothing was asked of a person, so nothing is said: the banner of a silent stream says it.
  } finally {
    running.delete(el);
    if (waiting.has(el)) queue(el);
  }
}

/** Replaces what an element holds; keeps focus, scroll and opened details by their `data-key`. */
export function replace(el: HTMLElement, html: string): void {
  if (shown.get(el) === html) return;
  if (busy(el)) return queue(el);
  const place = remember(el);
  putFragment(el, html);
  shown.set(el, html);
  place();
  document.dispatchEvent(new CustomEvent("fragment", { detail: el }));
}

function byKey(el: Element, key: string): HTMLElement | null {
  return el.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"], #${CSS.escape(key)}`);
}

function keyOf(el: Element): string | undefined {
  return (el as HTMLElement).dataset.key ?? (el.id || undefined);
}

/** The keys from the focused element outwards: when a button is gone, its row takes the focus. */
function focusKeys(el: Element): string[] {
  const keys: string[] = [];
  let at = document.activeElement;
  while (at && at !== el && el.contains(at)) {
    const key = keyOf(at);
    if (key) keys.push(key);
    at = at.parentElement;
  }
  return keys;
}

function remember(el: HTMLElement): () => void {
  const keys = focusKeys(el);
  const open = [...el.querySelectorAll<HTMLDetailsElement>("details[data-key]")]
    .map((details) => [details.dataset.key ?? "", details.open] as const);
  const scrolled = [el, ...el.querySelectorAll<HTMLElement>(".scroll[data-key]")]
    .map((part) => {
      const key = part === el ? "" : part.dataset.key ?? "";
      return [key, part.scrollTop, part.scrollLeft] as const;
    });
  return () => {
    for (const [key, isOpen] of open) {
      const details = byKey(el, key);
      if (details instanceof HTMLDetailsElement) details.open = isOpen;
    }
    for (const [key, top, left] of scrolled) {
      const part = key === "" ? el : byKey(el, key);
      part?.scrollTo(left, top);
    }
    const target = keys.map((key) => byKey(el, key)).find((found) => found !== null);
    target?.focus({ preventScroll: true });
  };
}

/** Watches the hand, so that a press is never lost to a replacement. */
export function startFragments(): void {
  const release = () => setTimeout(() => { pressed = false; run(); }, 0);
  addEventListener("pointerdown", () => { pressed = true; }, true);
  addEventListener("pointerup", release, true);
  addEventListener("pointercancel", release, true);
  addEventListener("blur", release);
  addEventListener("focusout", () => { setTimeout(run, 0); });
}
