// Keys by their place on the keyboard, the same in every language. None signs, opens or revokes.

import { current, select } from "./select";

/** After G the letter of a screen is awaited for this time. */
const GO_MS = 1_500;
let goUntil = 0;

const find = (what: string) => document.querySelector<HTMLElement>(what);

function typing(event: KeyboardEvent): boolean {
  const at = event.target;
  return at instanceof HTMLElement
    && (at.isContentEditable || at.matches("input, textarea, select"));
}

function focusOn(el: HTMLElement | null | undefined): boolean {
  if (!el) return false;
  el.focus();
  el.scrollIntoView({ block: "nearest" });
  return true;
}

function firstToNote(): boolean {
  return focusOn(find('[data-alarm][data-state="raised"] [data-ack]'));
}

function stepAlarm(by: number): boolean {
  const alarms = [...document.querySelectorAll<HTMLElement>("[data-alarm]")];
  const here = alarms.findIndex((alarm) => alarm.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : alarms.length - 1) : here + by;
  const alarm = alarms[Math.min(Math.max(next, 0), alarms.length - 1)];
  return focusOn(alarm?.querySelector<HTMLElement>("[data-ack]") ?? alarm);
}

function follow(what: string): boolean {
  const link = find(what);
  link?.click();
  return link !== null;
}

function back(): boolean {
  if (current() === undefined) return follow("[data-back]");
  select(undefined, "row");
  return true;
}

function help(): boolean {
  const dialog = document.getElementById("keys-help");
  if (!(dialog instanceof HTMLDialogElement)) return false;
  if (dialog.open) dialog.close();
  else dialog.showModal();
  return true;
}

const ACTS: Record<string, () => boolean> = {
  KeyA: firstToNote,
  KeyN: () => stepAlarm(1),
  KeyP: () => stepAlarm(-1),
  KeyM: () => focusOn(find("#map canvas[tabindex]") ?? document.getElementById("map")),
  KeyH: () => focusOn(find("#headcount a, #headcount button") ?? find("#headcount")),
  KeyG: () => { goUntil = performance.now() + GO_MS; return true; },
  KeyL: () => follow("[data-lang-next]"),
  Slash: () => focusOn(find("input[type=search]")),
  Escape: back,
};

function go(code: string): boolean {
  goUntil = 0;
  const letter = /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase();
  return letter !== undefined && follow(`[data-go="${letter}"]`);
}

function press(event: KeyboardEvent): void {
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  if (!plain || event.isComposing || event.defaultPrevented || typing(event)) return;
  if (document.querySelector("dialog[open]:not(#keys-help)")) return;
  if (event.shiftKey) {
    if (event.code === "Slash" && help()) event.preventDefault();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const done = goUntil > performance.now() ? go(event.code) : ACTS[event.code]?.() ?? false;
  if (done) event.preventDefault();
}

/** Makes the keys work. */
export function startKeys(): void {
  addEventListener("keydown", press);
}
