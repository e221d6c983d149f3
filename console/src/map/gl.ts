// The map by WebGL: MapLibre draws what stands still.

import { Map as Engine, setWorkerUrl } from "maplibre-gl";
import { language } from "../clock";
import { trustedTypes } from "../trusted";
import { PICTURE_RATIO, pictures, styleOf, type Faces } from "./style";
import { colours, type Scene, type Spot, type View } from "./view";

const WORKER = new URL("/static/maplibre-gl-worker.mjs", location.origin).href;
/** The built-in land reaches this far; beyond it the sea would be a lie. */
const EXTENT: [number, number, number, number] = [42, 2, 108, 53];
const EARTH_M = 40_075_017;
const TILE_PX = 512;

/** Lets the engine start its worker, and no other script. */
function allowWorker(): void {
  trustedTypes()?.createPolicy("default", {
    createScriptURL: (url) => {
      if (new URL(url, location.href).href !== WORKER) throw new TypeError("not our worker");
      return url;
    },
  });
  setWorkerUrl(WORKER);
}

async function fontFaces(): Promise<Faces> {
  const answer = await fetch(`/static/map-fonts-${language}.json`);
  const faces = answer.ok ? await answer.json() as Faces : [];
  return faces.map((face) => ({ ...face, url: new URL(face.url, location.origin).href }));
}

/** Makes the map in its box; `lost` is called if the graphics card takes its picture away. */
export async function glView(box: HTMLElement, scene: Scene, lost: () => void): Promise<View> {
  allowWorker();
  const faces = await fontFaces();
  const map = new Engine({
    container: box,
    style: styleOf(scene, colours(), faces, language),
    bounds: scene.bounds,
    fitBoundsOptions: { padding: 48 },
    maxBounds: EXTENT,
    maxZoom: 14,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    locale: { "Map.Title": box.dataset.label ?? "" },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.setMissingStyleImageResolver((id) => addPicture(map, id));
  // After the engine's own listeners: it may not be taken apart while it is told.
  map.on("webglcontextlost", () => setTimeout(() => { map.remove(); lost(); }, 0));
  return viewOf(map, faces);
}

function addPicture(map: Engine, id: string): void {
  const picture = pictures(colours())[id];
  if (picture && !map.hasImage(id)) map.addImage(id, picture, { pixelRatio: PICTURE_RATIO });
}

function viewOf(map: Engine, faces: Faces): View {
  return {
    project: (lon, lat) => map.project([lon, lat]),
    onMove: (moved) => { map.on("move", moved); map.on("resize", moved); },
    onClick: (clicked) => { map.on("click", ({ point }: { point: Spot }) => clicked(point)); },
    centre: (lon, lat) => { map.jumpTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 7) }); },
    zoom: (by) => { map.zoomTo(map.getZoom() + by, { duration: 0 }); },
    show: (scene) => {
      for (const [id, picture] of Object.entries(pictures(colours()))) {
        if (map.hasImage(id)) map.updateImage(id, picture);
      }
      map.setStyle(styleOf(scene, colours(), faces, language), { diff: true });
    },
    metresPerPixel: () => {
      const cos = Math.cos((map.getCenter().lat * Math.PI) / 180);
      return (EARTH_M * cos) / (TILE_PX * 2 ** map.getZoom());
    },
  };
}
