// The planner's table: asks without leaving the page, and lets a shield be dragged onto a road.

import { fields, post } from "./forms";
import { refusalText, tell, tellOffline } from "./notice";
import { putFragment } from "./trusted";

const SVG = "http://www.w3.org/2000/svg";
/** Where the free shield waits, from the upper corner of the picture. */
const FREE = { x: 34, y: 34 };

/** Starts the table in its box. */
export function startPlan(box: HTMLElement): void {
  box.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    void ask(box, form, fields(form, event.submitter));
  });
  dress(box);
}

/** Asks, and puts the answer in the place of the last one; the focus stays where it was. */
async function ask(box: HTMLElement, form: HTMLFormElement, data: URLSearchParams): Promise<void> {
  if (box.getAttribute("aria-busy") === "true") return;
  box.setAttribute("aria-busy", "true");
  const focus = focused(box);
  tell("");
  try {
    const answer = await post(form.getAttribute("action") ?? "", data);
    if (!answer.ok) return tell(await refusalText(answer));
    putFragment(box, await answer.text());
    dress(box);
    focus();
  } catch {
    tellOffline();
  } finally {
    box.removeAttribute("aria-busy");
  }
}

function focused(box: HTMLElement): () => void {
  const active = document.activeElement;
  const key = active instanceof HTMLElement && box.contains(active)
    ? active.dataset.key ?? active.id
    : "";
  return () => {
    if (key === "") return;
    const name = CSS.escape(key);
    const same = box.querySelector<HTMLElement>(`[data-key="${name}"], [id="${name}"]`);
    // A button that did its work is gone: the next one to press is the question's own.
    (same ?? box.querySelector<HTMLElement>("[data-key=plan-solve]"))?.focus({ preventScroll: true });
  };
}

/** Puts a free shield onto the picture, and lets every shield be dragged. */
function dress(box: HTMLElement): void {
  const chart = box.querySelector<SVGSVGElement>("svg[data-chart]");
  const form = box.querySelector<HTMLFormElement>("#plan-form");
  if (!chart || !form || box.querySelector("#h-plan-answer") === null) return;
  const hint = box.querySelector<HTMLElement>(".chart-drag");
  if (hint) hint.hidden = false;
  free(chart);
  for (const shield of chart.querySelectorAll<SVGGElement>(".chart-guard")) {
    draggable(shield, chart, (at) => void ask(box, form, moved(form, shield, at)));
  }
}

function free(chart: SVGSVGElement): void {
  const shield = document.createElementNS(SVG, "g");
  shield.setAttribute("class", "chart-guard chart-free");
  shield.setAttribute("transform", `translate(${FREE.x} ${FREE.y})`);
  const outline = document.createElementNS(SVG, "path");
  outline.setAttribute("d", "M-14 -16 L14 -16 L14 3 Q14 14 0 20 Q-14 14 -14 3 Z");
  const name = document.createElementNS(SVG, "title");
  name.textContent = chart.dataset.guardLabel ?? "";
  shield.append(outline, name);
  chart.append(shield);
}

/** What is asked when a shield was dropped: beside the picture it is taken away. */
function moved(form: HTMLFormElement, shield: SVGGElement, at: string): URLSearchParams {
  const data = fields(form, null);
  const before = shield.dataset.guard;
  if (before) data.append("guard_drop", before);
  data.delete("guard_add");
  if (at !== "") data.append("guard_add", at);
  return data;
}

function draggable(shield: SVGGElement, chart: SVGSVGElement, drop: (at: string) => void): void {
  const home = shield.getAttribute("transform") ?? "";
  let held = false;
  shield.addEventListener("pointerdown", (event) => {
    held = true;
    shield.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  shield.addEventListener("pointermove", (event) => {
    if (!held) return;
    const { x, y } = inside(chart, event);
    shield.setAttribute("transform", `translate(${x} ${y})`);
  });
  const back = () => { held = false; shield.setAttribute("transform", home); };
  shield.addEventListener("pointercancel", back);
  shield.addEventListener("pointerup", (event) => {
    if (!held) return;
    held = false;
    const place = degrees(chart, inside(chart, event));
    if (place === "" && !shield.dataset.guard) return back();
    drop(place);
  });
}

/** Where a pointer is, in the picture's own units. */
function inside(chart: SVGSVGElement, event: PointerEvent): DOMPoint {
  const matrix = chart.getScreenCTM();
  const point = new DOMPoint(event.clientX, event.clientY);
  return matrix ? point.matrixTransform(matrix.inverse()) : point;
}

/** Latitude and longitude of a place in the picture; nothing beside it. */
function degrees(chart: SVGSVGElement, { x, y }: DOMPoint): string {
  const { width, height } = chart.viewBox.baseVal;
  if (x < 0 || y < 0 || x > width || y > height) return "";
  const [west = 0, south = 0, east = 0, north = 0] =
    (chart.dataset.chart ?? "").split(" ").map(Number);
  const lat = north - (y / height) * (north - south);
  const lon = west + (x / width) * (east - west);
  return `${lat.toFixed(7)},${lon.toFixed(7)}`;
}
