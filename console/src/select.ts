// One unit may be selected; the rows, the alarms and the map agree on which.

const listeners: ((id: string | undefined, from: string) => void)[] = [];
let selected: string | undefined;

/** Hears the selected unit and who selected it: "row" or "map". */
export function onSelect(listener: (id: string | undefined, from: string) => void): void {
  listeners.push(listener);
}

/** The selected unit, if any. */
export function current(): string | undefined {
  return selected;
}

/** Selects a unit, or none. */
export function select(id: string | undefined, from: "row" | "map"): void {
  if (id === selected) return;
  selected = id;
  mark();
  for (const listener of listeners) listener(id, from);
}

function mark(): void {
  for (const row of document.querySelectorAll<HTMLElement>("[data-unit]")) {
    const is = selected !== undefined && row.dataset.unit === selected;
    row.classList.toggle("selected", is);
    if (is) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function rowOf(event: Event): HTMLElement | null {
  return (event.target as Element).closest<HTMLElement>("[data-unit]");
}

/** Lets rows be clicked, alarms be focused, and `?unit=` preselect. */
export function startSelect(): void {
  document.addEventListener("click", (event) => {
    const row = rowOf(event);
    const control = "a, button:not([data-pick]), input, summary";
    const onControl = (event.target as Element).closest(control);
    if (row?.dataset.unit && !onControl) select(row.dataset.unit, "row");
  });
  document.addEventListener("focusin", (event) => {
    const row = rowOf(event);
    if (row?.dataset.alarm && row.dataset.unit) select(row.dataset.unit, "row");
  });
  document.addEventListener("fragment", mark);
  const wanted = new URLSearchParams(location.search).get("unit");
  if (wanted) select(wanted, "row");
}
