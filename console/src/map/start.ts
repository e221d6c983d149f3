// The map of a page: the scene that stands still, the units that move, the buttons and the list.

import { language } from "../clock";
import { onChanged, onUnits, type Unit } from "../live";
import { tellOffline } from "../notice";
import { current, onSelect, select } from "../select";
import { onTheme } from "../theme";
import { closeCard, incidentAt, showCard } from "./card";
import { plainView } from "./plain";
import { drawUnits, forgetSprites, hit, type Box, type Placed } from "./units";
import { colours, nameIn, type Scene, type Spot, type View } from "./view";

const SCALES_M = [1, 2, 5, 10, 20, 50, 100, 200, 500].flatMap((n) => [n * 10, n * 10_000]);
const SCALE_PX = 110;
/** A letter of a place's name is about this wide. */
const NAME_PX = 8;
const URGENT_FIRST = ["alarm", "attention", "lost", "ok"];

/** What the licence of imported roads asks of whoever shows them. */
const CREDIT = "© OpenStreetMap contributors";
let imported: Promise<Scene["roads"]> | undefined;

async function read(address: string): Promise<unknown> {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`scene: ${answer.status}`);
  return await answer.json();
}

function credit(box: HTMLElement): void {
  const line = box.parentElement?.querySelector(".attribution");
  const name = document.createElement("bdi");
  name.lang = "en";
  name.textContent = ` ${CREDIT}`;
  line?.append(name);
}

/** A scene; imported roads are many and stand still, so they are fetched once. */
async function sceneOf(box: HTMLElement): Promise<Scene> {
  const scene = await read(box.dataset.scene ?? "") as Scene;
  if (scene.roads_at !== undefined) {
    if (imported === undefined) credit(box);
    imported ??= read(scene.roads_at) as Promise<Scene["roads"]>;
    scene.roads = await imported;
  }
  return scene;
}

function hasGl(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

/** Chooses the engine: WebGL where there is some. */
async function viewOf(box: HTMLElement, scene: Scene, lost: () => void): Promise<View> {
  if (hasGl()) {
    try {
      const { glView } = await import("./gl");
      return await glView(box, scene, lost);
    } catch (problem) {
      console.warn("map without WebGL", problem);
    }
  }
  return fallBack(box, scene);
}

/** Without WebGL the page says so and shows the list. */
function fallBack(box: HTMLElement, scene: Scene): View {
  box.replaceChildren();
  const note = document.getElementById("map-fallback");
  if (note) note.hidden = false;
  document.getElementById("map-list")?.classList.replace("hush", "map-list");
  return plainView(box, scene);
}

function part<K extends keyof HTMLElementTagNameMap>(
  box: HTMLElement, tag: K, name: string,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = name;
  box.append(made);
  return made;
}

function buttons(box: HTMLElement, view: View): void {
  const bar = part(box, "div", "map-buttons");
  const { labelIn, labelOut } = box.dataset;
  for (const [by, sign, label] of [[1, "+", labelIn], [-1, "−", labelOut]] as const) {
    const button = part(bar, "button", "map-button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", label ?? sign);
    button.addEventListener("click", () => view.zoom(by));
  }
}

function scaleBar(box: HTMLElement, view: View): void {
  const bar = part(box, "div", "map-scale");
  bar.setAttribute("aria-hidden", "true");
  const draw = () => {
    const per = view.metresPerPixel();
    const metres = SCALES_M.filter((m) => m / per <= SCALE_PX).sort((a, b) => b - a)[0] ?? 10;
    bar.style.inlineSize = `${metres / per}px`;
    bar.textContent = metres >= 1_000 ? `${metres / 1_000} km` : `${metres} m`;
  };
  view.onMove(draw);
  draw();
}

/** Where the map writes the names of large places, about: names of units keep off. */
function namesOf(scene: Scene, view: View): Box[] {
  return scene.places.filter(({ rank }) => rank < 3).map((place) => {
    const { x, y } = view.project(place.lon, place.lat);
    return { x: x + 8, y: y - 8, w: nameIn(place.names, language).length * NAME_PX, h: 16 };
  });
}

/** Every unit of the map as text too: the same truth for who cannot see the map. */
function list(units: Unit[]): void {
  const el = document.getElementById("map-list");
  if (!el) return;
  const open = el.classList.contains("map-list");
  const told = units.filter((unit) => unit.sealed !== true)
    .sort((a, b) => URGENT_FIRST.indexOf(a.state) - URGENT_FIRST.indexOf(b.state));
  const rows = told.map((unit) => {
    const text = `${unit.label}: ${el.dataset[unit.state] ?? unit.state}`;
    const row = document.createElement("li");
    row.dataset.unit = unit.id;
    row.dataset.state = unit.state;
    const inner = open ? document.createElement("button") : row;
    inner.textContent = text;
    if (inner instanceof HTMLButtonElement) {
      inner.type = "button";
      inner.dataset.pick = "";
      row.append(inner);
    }
    return row;
  });
  const same = rows.length === el.children.length
    && rows.every((row, i) => row.isEqualNode(plainCopy(el.children[i])));
  if (!same) el.replaceChildren(...rows);
}

/** A row without the marks of selection, to compare it with a new one. */
function plainCopy(row: Element | undefined): Node | null {
  const copy = row?.cloneNode(true) as HTMLElement | undefined;
  copy?.removeAttribute("class");
  copy?.removeAttribute("aria-current");
  return copy ?? null;
}

/** Starts the map in its box. */
export async function startMap(box: HTMLElement): Promise<void> {
  const scene = await sceneOf(box).catch(tellOffline);
  if (!scene) return;
  const map = new LiveMap(box, scene);
  map.attach(await viewOf(box, scene, () => map.attach(fallBack(box, map.scene))));
  map.listen();
}

/** A map with what moves on it; the engine below may change while it lives. */
class LiveMap {
  private view!: View;
  private canvas!: HTMLCanvasElement;
  private units: Unit[] = [];
  private placed: Placed[] = [];

  constructor(private readonly box: HTMLElement, public scene: Scene) {}

  /** Puts the units, the buttons and the scale over an engine. */
  attach(view: View): void {
    this.view = view;
    this.box.dataset.engine = this.box.querySelector(".map-plain") ? "plain" : "webgl";
    this.canvas = part(this.box, "canvas", "map-units");
    this.canvas.setAttribute("aria-hidden", "true");
    buttons(this.box, view);
    scaleBar(this.box, view);
    view.onMove(() => this.draw());
    view.onClick((at) => this.click(at));
    this.draw();
    list(this.units);
  }

  /** Hears everything that changes what the map shows. */
  listen(): void {
    onUnits((next) => { this.units = next; this.draw(); list(next); });
    onTheme(() => { forgetSprites(); this.view.show(this.scene); this.draw(); });
    onSelect((id, from) => this.selected(id, from));
    onChanged((what) => {
      if (!what.includes("movements") && !what.includes("agreement")) return;
      sceneOf(this.box).then((next) => { this.scene = next; this.view.show(next); }, tellOffline);
    });
    addEventListener("keydown", (event) => {
      if (event.code === "Escape" && closeCard(this.box)) event.preventDefault();
    }, { capture: true });
  }

  private draw(): void {
    const { scene, view } = this;
    const kept = namesOf(scene, view);
    const around = { project: view.project.bind(view), selected: current(), kept };
    this.placed = drawUnits(this.canvas, this.units, around, colours());
  }

  /** A unit lies above an incident, for it is now. */
  private click(at: Spot): void {
    const unit = hit(this.placed, at);
    const incident = unit ? undefined : incidentAt(this.scene, this.view, at.x, at.y);
    closeCard(this.box);
    if (incident) showCard(this.box, incident);
    select(unit?.id, "map");
  }

  private selected(id: string | undefined, from: string): void {
    const unit = this.units.find((one) => one.id === id);
    if (unit && from === "row") this.view.centre(unit.lon, unit.lat);
    if (from === "map") rowOf(id)?.scrollIntoView({ block: "nearest" });
    this.draw();
  }
}

function rowOf(id: string | undefined): HTMLElement | null {
  return id === undefined
    ? null
    : document.querySelector<HTMLElement>(`[data-unit="${CSS.escape(id)}"]`);
}
