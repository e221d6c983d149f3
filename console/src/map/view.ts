// What a map must be able to do, whichever engine draws it.

/** A point on the screen, in CSS pixels from the map's top left corner. */
export interface Spot { x: number; y: number }

/** A map that is drawn by WebGL or by the plain canvas. */
export interface View {
  /** Where a place on the earth is on the screen. */
  project(lon: number, lat: number): Spot;
  /** Calls after every move of the camera. */
  onMove(moved: () => void): void;
  /** Calls when a person clicks or taps the map. */
  onClick(clicked: (at: Spot) => void): void;
  centre(lon: number, lat: number): void;
  zoom(by: 1 | -1): void;
  /** Shows a scene in the colours the page has now. */
  show(scene: Scene): void;
  /** How many metres a CSS pixel covers at the centre. */
  metresPerPixel(): number;
}

export type Words = Record<string, string>;

export interface Place {
  id: string;
  kind: string;
  lat: number;
  lon: number;
  names: Words;
  rank: number;
}

/** One number, or the least and the most that was reported. */
export type Count = number | [number, number];

/** An incident of the past, as far as it is told. */
export interface Incident {
  id: string;
  date: string;
  label: string;
  place?: Words;
  killed: Count;
  injured: Count;
  conflicting: boolean;
}

type Features<G extends GeoJSON.Geometry, P> = GeoJSON.FeatureCollection<G, P>;

/** All that stands still: what `/geo/scene.json` holds. */
export interface Scene {
  bounds: [[number, number], [number, number]];
  places: Place[];
  roads: Features<GeoJSON.LineString, { id: string; class: string }>;
  /** Where imported roads are, if there are too many to come with every scene. */
  roads_at?: string;
  zones: Features<GeoJSON.Polygon, { id: string; allowed: boolean; names: Words }>;
  corridors: Features<GeoJSON.LineString, { movement: string }>;
  incidents: Features<GeoJSON.Point, Incident>;
}

/** The colours of the map, from the page's own style sheet. */
export interface Colours {
  sea: string;
  land: string;
  coast: string;
  grid: string;
  road: string;
  roadEdge: string;
  zone: string;
  barred: string;
  corridor: string;
  incident: string;
  label: string;
  halo: string;
  ink: string;
  alarm: string;
  attention: string;
  lost: string;
}

const NAMES: Record<keyof Colours, string> = {
  sea: "--map-sea", land: "--map-land", coast: "--map-coast", grid: "--map-grid",
  road: "--map-road", roadEdge: "--map-road-edge", zone: "--map-zone", barred: "--map-barred",
  corridor: "--map-corridor", incident: "--map-incident", label: "--map-label",
  halo: "--map-halo", ink: "--map-unit", alarm: "--alarm", attention: "--attention",
  lost: "--map-lost",
};

/** Reads the colours as they are now. */
export function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = ([key, name]: [string, string]) => [key, style.getPropertyValue(name).trim()];
  return Object.fromEntries(Object.entries(NAMES).map(read)) as unknown as Colours;
}

/** A name in the page's language, else in English, else the first there is. */
export function nameIn(words: Words, language: string): string {
  return words[language] ?? words.en ?? Object.values(words)[0] ?? "";
}

/** From this zoom on a place of a rank is named. */
export const RANK_FROM_ZOOM = [0, 0, 5.2, 7.2] as const;

/** One line for each degree; it gives scale where there is nothing else. */
export function graticule(): Features<GeoJSON.LineString, null> {
  const lines: [number, number][][] = [];
  for (let lon = 40; lon <= 110; lon += 1) lines.push([[lon, 0], [lon, 55]]);
  for (let lat = 0; lat <= 55; lat += 1) lines.push([[40, lat], [110, lat]]);
  return {
    type: "FeatureCollection",
    features: lines.map((coordinates) => ({
      type: "Feature", properties: null, geometry: { type: "LineString", coordinates },
    })),
  };
}
