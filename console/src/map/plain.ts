// The map without WebGL: the same scene on a plain canvas, flat and honest.

import { language } from "../clock";
import { colours, nameIn, type Colours, type Scene, type Spot, type View } from "./view";

type Ring = [number, number][];
interface Camera { lon: number; lat: number; scale: number }

const METRES_PER_DEGREE = 111_320;
const ZOOM_STEP = 1.6;
const PAN_PX = 80;
/** A press that moved less than this is a click. */
const CLICK_PX = 5;
/** From this scale on, in pixels per degree, places of a rank are named. */
const RANK_FROM_SCALE = [0, 0, 45, 160] as const;

/** Makes the map in its box. */
export function plainView(box: HTMLElement, first: Scene): View {
  const canvas = document.createElement("canvas");
  canvas.className = "map-plain";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "region");
  canvas.setAttribute("aria-label", box.dataset.label ?? "");
  box.append(canvas);
  let scene = first;
  let land: Ring[] = [];
  let camera = fit(scene, box);
  const movers: (() => void)[] = [];
  const clickers: ((at: Spot) => void)[] = [];

  const squeeze = () => Math.cos((fit(scene, box).lat * Math.PI) / 180);
  const project = (lon: number, lat: number): Spot => ({
    x: box.clientWidth / 2 + (lon - camera.lon) * squeeze() * camera.scale,
    y: box.clientHeight / 2 - (lat - camera.lat) * camera.scale,
  });
  const draw = () => {
    const on = prepared(canvas, box);
    if (on) paint(on, scene, land, project, camera.scale);
    for (const moved of movers) moved();
  };
  const pan = (dx: number, dy: number) => {
    camera = {
      ...camera,
      lon: camera.lon - dx / (camera.scale * squeeze()),
      lat: camera.lat + dy / camera.scale,
    };
    draw();
  };
  const zoom = (by: number) => {
    camera = { ...camera, scale: camera.scale * ZOOM_STEP ** by };
    draw();
  };
  drag(canvas, pan, (at) => { for (const clicked of clickers) clicked(at); });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? 0.5 : -0.5);
  }, { passive: false });
  steer(canvas, pan, zoom);
  new ResizeObserver(draw).observe(box);
  void fetchLand().then((rings) => { land = rings; draw(); });
  return {
    project,
    onMove: (moved) => { movers.push(moved); },
    onClick: (clicked) => { clickers.push(clicked); },
    centre: (lon, lat) => { camera = { lon, lat, scale: Math.max(camera.scale, 90) }; draw(); },
    zoom,
    show: (next) => { scene = next; draw(); },
    metresPerPixel: () => METRES_PER_DEGREE / camera.scale,
  };
}

function fit(scene: Scene, box: HTMLElement): Camera {
  const [[west, south], [east, north]] = scene.bounds;
  const lat = (south + north) / 2;
  const wide = (east - west) * Math.cos((lat * Math.PI) / 180);
  const scale = 0.88 * Math.min(box.clientWidth / wide, box.clientHeight / (north - south));
  return { lon: (west + east) / 2, lat, scale };
}

async function fetchLand(): Promise<Ring[]> {
  const answer = await fetch("/static/land.json");
  const land = await answer.json() as GeoJSON.FeatureCollection<GeoJSON.Polygon>;
  return land.features.flatMap((one) => one.geometry.coordinates as Ring[]);
}

function prepared(canvas: HTMLCanvasElement, box: HTMLElement): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(box.clientWidth * ratio);
  canvas.height = Math.round(box.clientHeight * ratio);
  const on = canvas.getContext("2d");
  on?.scale(ratio, ratio);
  return on;
}

type Project = (lon: number, lat: number) => Spot;

function trace(on: CanvasRenderingContext2D, line: GeoJSON.Position[], project: Project): void {
  line.forEach(([lon = 0, lat = 0], i) => {
    const { x, y } = project(lon, lat);
    if (i === 0) on.moveTo(x, y);
    else on.lineTo(x, y);
  });
}

function paint(
  on: CanvasRenderingContext2D, scene: Scene, land: Ring[], project: Project, scale: number,
): void {
  const c = colours();
  on.fillStyle = c.sea;
  on.fillRect(0, 0, on.canvas.width, on.canvas.height);
  on.beginPath();
  for (const ring of land) trace(on, ring, project);
  on.fillStyle = c.land;
  on.fill("evenodd");
  on.strokeStyle = c.coast;
  on.stroke();
  for (const zone of scene.zones.features) {
    on.beginPath();
    for (const ring of zone.geometry.coordinates) trace(on, ring, project);
    on.setLineDash(zone.properties.allowed ? [] : [6, 4]);
    on.strokeStyle = zone.properties.allowed ? c.zone : c.barred;
    on.fillStyle = on.strokeStyle;
    on.globalAlpha = zone.properties.allowed ? 0.12 : 0.22;
    on.fill();
    on.globalAlpha = 1;
    on.lineWidth = 1.5;
    on.stroke();
  }
  on.setLineDash([]);
  on.lineJoin = "round";
  lines(on, scene.corridors, project, [c.corridor, 9, 0.35]);
  lines(on, scene.roads, project, [c.roadEdge, 4, 1]);
  lines(on, scene.roads, project, [c.road, 2, 1]);
  incidents(on, scene, project, c);
  names(on, scene, project, scale);
}

function lines(
  on: CanvasRenderingContext2D, all: GeoJSON.FeatureCollection<GeoJSON.LineString, unknown>,
  project: Project, [colour, width, alpha]: [string, number, number],
): void {
  on.beginPath();
  for (const one of all.features) trace(on, one.geometry.coordinates, project);
  on.strokeStyle = colour;
  on.lineWidth = width;
  on.globalAlpha = alpha;
  on.stroke();
  on.globalAlpha = 1;
}

function incidents(on: CanvasRenderingContext2D, scene: Scene, project: Project, c: Colours): void {
  for (const one of scene.incidents.features) {
    const [lon = 0, lat = 0] = one.geometry.coordinates;
    const { x, y } = project(lon, lat);
    on.beginPath();
    on.moveTo(x, y - 5);
    for (const [dx, dy] of [[5, 0], [0, 5], [-5, 0]] as const) on.lineTo(x + dx, y + dy);
    on.closePath();
    on.lineWidth = 1.5;
    on.strokeStyle = one.properties.conflicting ? c.incident : c.halo;
    on.fillStyle = one.properties.conflicting ? c.land : c.incident;
    on.fill();
    on.stroke();
  }
}

function names(on: CanvasRenderingContext2D, scene: Scene, project: Project, scale: number): void {
  const c = colours();
  on.font = `13px ${getComputedStyle(on.canvas).fontFamily}`;
  on.textBaseline = "middle";
  on.strokeStyle = c.halo;
  on.lineWidth = 3;
  for (const place of scene.places) {
    if (scale < (RANK_FROM_SCALE[place.rank] ?? 0)) continue;
    const { x, y } = project(place.lon, place.lat);
    on.fillStyle = c.label;
    on.fillRect(x - 2, y - 2, 4, 4);
    const text = nameIn(place.names, language);
    on.strokeText(text, x + 7, y);
    on.fillText(text, x + 7, y);
  }
}

function drag(
  canvas: HTMLCanvasElement, pan: (dx: number, dy: number) => void, click: (at: Spot) => void,
): void {
  let last: Spot | undefined;
  let moved = 0;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = { x: event.offsetX, y: event.offsetY };
    moved = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const [dx, dy] = [event.offsetX - last.x, event.offsetY - last.y];
    moved += Math.abs(dx) + Math.abs(dy);
    last = { x: event.offsetX, y: event.offsetY };
    if (moved > CLICK_PX) pan(dx, dy);
  });
  canvas.addEventListener("pointerup", (event) => {
    last = undefined;
    if (moved <= CLICK_PX) click({ x: event.offsetX, y: event.offsetY });
  });
}

function steer(
  canvas: HTMLCanvasElement, pan: (dx: number, dy: number) => void, zoom: (by: number) => void,
): void {
  const acts: Record<string, () => void> = {
    ArrowLeft: () => pan(PAN_PX, 0),
    ArrowRight: () => pan(-PAN_PX, 0),
    ArrowUp: () => pan(0, PAN_PX),
    ArrowDown: () => pan(0, -PAN_PX),
    Equal: () => zoom(1),
    Minus: () => zoom(-1),
  };
  canvas.addEventListener("keydown", (event) => {
    const act = acts[event.code];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}
