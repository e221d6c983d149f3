// What is known of an incident, in a small card over the map: plain text, ranges as they are told.

import { language } from "../clock";
import { nameIn, type Count, type Incident, type Scene, type View } from "./view";

/** A finger or a tired hand hits a diamond this near, in pixels. */
const HIT_PX = 16;
const LOCALE = `${language}-u-nu-latn`;
const DAY = new Intl.DateTimeFormat(LOCALE, { dateStyle: "long", timeZone: "UTC" });

/** The incident nearest to a click, if one is near. */
export function incidentAt(scene: Scene, view: View, x: number, y: number): Incident | undefined {
  const near = scene.incidents.features.map(({ properties, geometry }) => {
    const [lon = 0, lat = 0] = geometry.coordinates;
    const at = view.project(lon, lat);
    return { properties, far: Math.hypot(at.x - x, at.y - y) };
  });
  const [first] = near.filter(({ far }) => far <= HIT_PX).sort((a, b) => a.far - b.far);
  return first?.properties;
}

/** "4" when all say so, "4–6" when they differ. */
export function range(count: Count): string {
  const [low, high] = typeof count === "number" ? [count, count] : count;
  return low === high ? String(low) : `${low}–${high}`;
}

function dayOf(date: string): string {
  const at = Date.parse(date);
  return Number.isNaN(at) ? date : DAY.format(at);
}

function line(card: HTMLElement, name: string, text: string | undefined): void {
  if (!text) return;
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  card.append(made);
}

function shut(words: DOMStringMap, close: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet map-card-close";
  button.textContent = "✕";
  button.setAttribute("aria-label", words.labelClose ?? "✕");
  button.addEventListener("click", close);
  return button;
}

/** Closes the card, if one is open; true if there was one. */
export function closeCard(box: HTMLElement): boolean {
  const card = box.querySelector(".map-card");
  card?.remove();
  return card !== null;
}

/** Shows one incident; the words around its numbers come from the map's box. */
export function showCard(box: HTMLElement, incident: Incident): void {
  closeCard(box);
  const words = box.dataset;
  const card = document.createElement("div");
  card.className = "map-card";
  card.setAttribute("role", "status");
  card.lang = language;
  card.dir = document.documentElement.dir;
  const place = incident.place === undefined ? "" : nameIn(incident.place, language);
  line(card, "map-card-title", incident.label);
  line(card, "meta", [dayOf(incident.date), place].filter((part) => part !== "").join(" · "));
  line(card, "", `${words.labelKilled ?? "†"} ${range(incident.killed)}`);
  line(card, "", `${words.labelInjured ?? "+"} ${range(incident.injured)}`);
  if (incident.conflicting) line(card, "chip attention", words.labelConflicting ?? "≠");
  card.append(shut(words, () => closeCard(box)));
  box.append(card);
}
