// Land without states: Natural Earth's land, cut to the region and rounded. No boundary is read.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature } from "topojson-client";

/** West, south, east, north of the built-in land, in degrees. The console's map stays inside it. */
export const REGION = [40, 0, 110, 55];
/** About 100 m: finer than the source, which is drawn for 1:10 million. */
const DECIMALS = 3;

const EDGES = (([west, south, east, north]) => [
  { inside: ([x]) => x >= west, at: west, axis: 0 },
  { inside: ([x]) => x <= east, at: east, axis: 0 },
  { inside: ([, y]) => y >= south, at: south, axis: 1 },
  { inside: ([, y]) => y <= north, at: north, axis: 1 },
])(REGION);

function cross(a, b, { at, axis }) {
  const t = (at - a[axis]) / (b[axis] - a[axis]);
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
}

/** Cuts a ring at the four edges, one after the other (Sutherland and Hodgman). */
export function clip(ring) {
  return EDGES.reduce((points, edge) => points.flatMap((point, i) => {
    const before = points.at(i - 1);
    const [was, is] = [edge.inside(before), edge.inside(point)];
    if (was && is) return [point];
    if (was !== is) return is ? [cross(before, point, edge), point] : [cross(before, point, edge)];
    return [];
  }), ring);
}

function round(ring) {
  const rounded = ring.map((point) => point.map((n) => Number(n.toFixed(DECIMALS))));
  return rounded.filter((point, i) => i === 0 || point.join() !== rounded[i - 1].join());
}

function closed(ring) {
  const first = ring.at(0);
  return first && ring.at(-1).join() !== first.join() ? [...ring, first] : ring;
}

const cut = (ring) => closed(round(clip(ring.slice(0, -1))));

/** The land of the region as GeoJSON polygons. */
export function land() {
  const require = createRequire(import.meta.url);
  const atlas = JSON.parse(readFileSync(require.resolve("world-atlas/land-10m.json"), "utf8"));
  const whole = feature(atlas, atlas.objects.land);
  const polygons = whole.features.flatMap(({ geometry }) => geometry.coordinates);
  const kept = polygons
    .map((rings) => rings.map(cut).filter((ring) => ring.length >= 4))
    .filter((rings) => rings.length > 0);
  return {
    type: "FeatureCollection",
    features: kept.map((coordinates) => ({
      type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates },
    })),
  };
}
