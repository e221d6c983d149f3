// The map's style: land, roads, zones, corridors, incidents, names. No boundary of any state.

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { graticule, nameIn, RANK_FROM_ZOOM, type Colours, type Scene } from "./view";

/** The font faces of a language, as the build listed them. */
export type Faces = { url: string; "unicode-range": string[] }[];

const FONT = ["Page"];
/** The size of a place's name by its rank, in pixels. */
const SIZES = { 1: 16, 2: 14, 3: 12.5 };

/** The engine turns letters for right-to-left text, but not brackets: they are turned here. */
function written(names: Scene["places"][number]["names"], language: string): string {
  const name = nameIn(names, language);
  return language === "ur" ? name.replace(/[()]/g, (side) => (side === "(" ? ")" : "(")) : name;
}

function placesOf(scene: Scene, language: string): GeoJSON.FeatureCollection {
  return {
    type: "FeatureCollection",
    features: scene.places.map(({ lon, lat, names, rank, kind }) => ({
      type: "Feature",
      properties: { name: written(names, language), rank, kind },
      geometry: { type: "Point", coordinates: [lon, lat] },
    })),
  };
}

function zonesOf(scene: Scene, language: string): GeoJSON.FeatureCollection {
  const named = scene.zones.features.map((zone) => ({
    ...zone,
    properties: { allowed: zone.properties.allowed, name: written(zone.properties.names, language) },
  }));
  return { type: "FeatureCollection", features: named };
}

const byZoom = (...stops: number[]) => ["interpolate", ["linear"], ["zoom"], ...stops] as const;

function ground(c: Colours): LayerSpecification[] {
  return [
    { id: "sea", type: "background", paint: { "background-color": c.sea } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": c.land } },
    {
      id: "grid", type: "line", source: "grid", minzoom: 4,
      paint: { "line-color": c.grid, "line-width": 1 },
    },
    {
      id: "coast", type: "line", source: "land",
      paint: { "line-color": c.coast, "line-width": 1 },
    },
  ];
}

function zones(c: Colours): LayerSpecification[] {
  const allowed: ExpressionSpecification = ["==", ["get", "allowed"], true];
  const barred: ExpressionSpecification = ["!", allowed];
  return [
    {
      id: "zone-in", type: "fill", source: "zones", filter: allowed,
      paint: { "fill-color": c.zone, "fill-opacity": 0.12 },
    },
    {
      id: "zone-out", type: "fill", source: "zones", filter: barred,
      paint: { "fill-pattern": "hatch" },
    },
    {
      id: "zone-in-edge", type: "line", source: "zones", filter: allowed,
      paint: { "line-color": c.zone, "line-width": 1.5 },
    },
    {
      id: "zone-out-edge", type: "line", source: "zones", filter: barred,
      paint: { "line-color": c.barred, "line-width": 1.5, "line-dasharray": [4, 2] },
    },
  ];
}

function ways(c: Colours): LayerSpecification[] {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  // A city has more streets than roads: they must not grow together into a blot.
  const streets = ["unclassified", "residential", "living_street", "service", "track"];
  const main = ["match", ["get", "class"],
    ["motorway", "trunk", "primary"], 1, streets, 0.12, 0.6] as const;
  const wide = (a: number, b: number) =>
    ["interpolate", ["linear"], ["zoom"], 4, ["*", a, [...main]], 12, ["*", b, [...main]]];
  const line = (id: string, source: string, color: string, width: unknown, opacity = 1) => ({
    id, type: "line", source, layout: round,
    paint: { "line-color": color, "line-width": width, "line-opacity": opacity },
  }) as LayerSpecification;
  return [
    line("corridor", "corridors", c.corridor, [...byZoom(4, 5, 12, 22)], 0.35),
    line("road-edge", "roads", c.roadEdge, wide(2.4, 9)),
    line("road", "roads", c.road, wide(1.2, 6)),
  ];
}

function marks(c: Colours): LayerSpecification[] {
  return [
    {
      id: "incident", type: "symbol", source: "incidents",
      layout: {
        "icon-image": ["case", ["get", "conflicting"], "diamond-open", "diamond"],
        "icon-allow-overlap": true,
      },
    },
    {
      id: "place-dot", type: "circle", source: "places",
      paint: {
        "circle-radius": ["match", ["get", "rank"], 1, 3, 2],
        "circle-color": c.land, "circle-stroke-color": c.label, "circle-stroke-width": 1.25,
      },
    },
    ...([1, 2, 3] as const).map((rank): LayerSpecification => ({
      id: `place-${rank}`, type: "symbol", source: "places", minzoom: RANK_FROM_ZOOM[rank],
      filter: ["==", ["get", "rank"], rank],
      layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-size": SIZES[rank],
        "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.9,
        "text-justify": "auto", "text-padding": 4, "text-max-width": 9,
      },
      paint: { "text-color": c.label, "text-halo-color": c.halo, "text-halo-width": 1.6 },
    })),
    {
      id: "zone-name", type: "symbol", source: "zones", minzoom: 6,
      layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-padding": 12,
      },
      paint: { "text-color": c.zone, "text-halo-color": c.halo, "text-halo-width": 1.4 },
    },
  ];
}

/** The whole style for a scene. */
export function styleOf(
  scene: Scene, c: Colours, faces: Faces, language: string,
): StyleSpecification {
  const data = (value: GeoJSON.GeoJSON | string) => ({ type: "geojson", data: value } as const);
  return {
    version: 8,
    "font-faces": { Page: faces },
    sources: {
      land: data(new URL("/static/land.json", location.origin).href),
      grid: data(graticule()),
      zones: data(zonesOf(scene, language)),
      roads: data(scene.roads),
      corridors: data(scene.corridors),
      incidents: data(scene.incidents),
      places: data(placesOf(scene, language)),
    },
    layers: [...ground(c), ...zones(c), ...ways(c), ...marks(c)],
  } as StyleSpecification;
}

/** Small pictures the style needs, drawn by ourselves: pixels per CSS pixel is 2. */
export const PICTURE_RATIO = 2;

function pad(size: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const on = canvas.getContext("2d", { willReadFrequently: true });
  if (!on) throw new Error("a plain canvas is part of every browser");
  return on;
}

function hatch(c: Colours): ImageData {
  const size = 16;
  const on = pad(size);
  on.strokeStyle = c.barred;
  on.globalAlpha = 0.45;
  on.lineWidth = 2;
  for (const shift of [-size, 0, size]) {
    on.moveTo(shift, size);
    on.lineTo(shift + size, 0);
  }
  on.stroke();
  return on.getImageData(0, 0, size, size);
}

function diamond(c: Colours, open: boolean): ImageData {
  const size = 22;
  const half = size / 2;
  const on = pad(size);
  on.translate(half, half);
  on.rotate(Math.PI / 4);
  on.beginPath();
  on.rect(-6, -6, 12, 12);
  on.lineWidth = 3;
  on.strokeStyle = open ? c.incident : c.halo;
  on.fillStyle = open ? c.land : c.incident;
  on.fill();
  on.stroke();
  return on.getImageData(0, 0, size, size);
}

/** Every picture by its name. */
export function pictures(c: Colours): Record<string, ImageData> {
  return { hatch: hatch(c), diamond: diamond(c, false), "diamond-open": diamond(c, true) };
}
