// The moving units: pre-turned pictures on a canvas over the map, one step a second.

import type { Unit } from "../live";
import type { Colours, Spot } from "./view";

const HEADINGS = 36;
const SIZE_PX = 34;
/** With more than this many on the screen, only units in trouble and the selected one are named. */
const NAMED_MAX = 40;
/** And so on a map that is narrower than this. */
const NAMED_FROM_PX = 600;
/** A finger or a tired hand hits this near. */
const HIT_PX = 22;
const URGENCY: Record<Unit["state"], number> = { ok: 0, lost: 1, attention: 2, alarm: 3 };

type Pen = CanvasRenderingContext2D;
const sprites = new Map<string, HTMLCanvasElement>();

/** Forgets the pictures; they are drawn again in the colours of the page. */
export function forgetSprites(): void {
  sprites.clear();
}

function fillOf(state: Unit["state"], c: Colours): string {
  if (state === "alarm") return c.alarm;
  if (state === "attention") return c.attention;
  return state === "lost" ? c.halo : c.ink;
}

function polygon(pen: Pen, points: readonly (readonly [number, number])[]): void {
  pen.beginPath();
  points.forEach(([x, y], i) => { if (i === 0) pen.moveTo(x, y); else pen.lineTo(x, y); });
  pen.closePath();
}

/** The body: people are round or square, the guest's own a pentagon, a vehicle an arrow. */
function body(pen: Pen, kind: Unit["kind"]): void {
  switch (kind) {
    case "protected":
      pen.beginPath();
      pen.arc(0, 0, 6.5, 0, 2 * Math.PI);
      return;
    case "host_personnel":
      return polygon(pen, [[-6, -6], [6, -6], [6, 6], [-6, 6]]);
    case "guest_personnel":
      return polygon(pen, [[0, -8], [7.6, -2.5], [4.7, 6.5], [-4.7, 6.5], [-7.6, -2.5]]);
    case "vehicle":
      return polygon(pen, [[0, -11], [7.5, 9], [0, 5], [-7.5, 9]]);
  }
}

function drawSprite(pen: Pen, unit: Unit, heading: number | null, c: Colours): void {
  const half = SIZE_PX / 2;
  const hollow = unit.state === "lost" || unit.sealed === true;
  pen.translate(half, half);
  pen.lineJoin = "round";
  pen.save();
  if (heading !== null) pen.rotate((heading * 2 * Math.PI) / HEADINGS);
  if (heading !== null && unit.kind !== "vehicle") {
    polygon(pen, [[0, -14.5], [5.5, -4], [-5.5, -4]]);
    pen.lineWidth = 3;
    pen.strokeStyle = c.halo;
    pen.stroke();
    pen.fillStyle = unit.state === "lost" ? c.lost : fillOf(unit.state, c);
    pen.fill();
  }
  if (unit.kind !== "vehicle" && heading !== null) pen.rotate((-heading * 2 * Math.PI) / HEADINGS);
  body(pen, unit.kind);
  if (unit.kind === "vehicle" || heading === null) {
    pen.lineWidth = 4.5;
    pen.strokeStyle = c.halo;
    pen.stroke();
  }
  pen.fillStyle = hollow ? c.halo : fillOf(unit.state, c);
  pen.fill();
  pen.lineWidth = 1.75;
  pen.setLineDash(unit.state === "lost" ? [3, 2.5] : []);
  pen.strokeStyle = unit.state === "lost" ? c.lost : hollow ? c.ink : c.halo;
  pen.stroke();
  pen.restore();
  badge(pen, unit.state, c);
}

/** Trouble is told by a ring and a letter too, never by colour alone. */
function badge(pen: Pen, state: Unit["state"], c: Colours): void {
  const letter = { ok: "", attention: "?", alarm: "!", lost: "×" }[state];
  if (letter === "") return;
  if (state === "alarm") {
    pen.beginPath();
    pen.arc(0, 0, 15, 0, 2 * Math.PI);
    pen.lineWidth = 2;
    pen.strokeStyle = c.alarm;
    pen.stroke();
  }
  pen.beginPath();
  if (state === "attention") polygon(pen, [[10.5, -16], [16.5, -5], [4.5, -5]]);
  else pen.arc(10, -10, 6, 0, 2 * Math.PI);
  pen.fillStyle = state === "lost" ? c.lost : fillOf(state, c);
  pen.fill();
  pen.lineWidth = 1.25;
  pen.strokeStyle = c.halo;
  pen.stroke();
  pen.font = "bold 9px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = c.halo;
  pen.fillText(letter, state === "attention" ? 10.5 : 10, state === "attention" ? -8 : -9.5);
}

function sprite(unit: Unit, c: Colours, ratio: number): HTMLCanvasElement {
  const heading = unit.course === null
    ? null
    : Math.round((unit.course * HEADINGS) / 360) % HEADINGS;
  const key = `${unit.kind} ${unit.state} ${unit.sealed === true} ${heading} ${ratio}`;
  const known = sprites.get(key);
  if (known) return known;
  const made = document.createElement("canvas");
  made.width = SIZE_PX * ratio;
  made.height = SIZE_PX * ratio;
  const pen = made.getContext("2d");
  pen?.scale(ratio, ratio);
  if (pen) drawSprite(pen, unit, heading, c);
  sprites.set(key, made);
  return made;
}

/** A unit at its place on the screen. */
export interface Placed { unit: Unit; at: Spot }

/** A place on the screen that is taken, in CSS pixels. */
export interface Box { x: number; y: number; w: number; h: number }

const apart = (a: Box, b: Box) =>
  a.x + a.w < b.x || b.x + b.w < a.x || a.y + a.h < b.y || b.y + b.h < a.y;

/** Writes the names that have room: trouble first. What the map names itself is kept free. */
function labels(
  pen: Pen, placed: Placed[], selected: string | undefined, kept: Box[], c: Colours,
): void {
  const all = placed.length <= NAMED_MAX && pen.canvas.clientWidth >= NAMED_FROM_PX;
  const bodies = placed.map(({ at }) => ({ x: at.x - 8, y: at.y - 8, w: 16, h: 16 }));
  const taken: Box[] = [...kept, ...bodies];
  pen.font = `600 12px ${getComputedStyle(pen.canvas).fontFamily}`;
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  for (const { unit, at } of [...placed].reverse()) {
    const needed = unit.state === "alarm" || unit.id === selected;
    if (unit.sealed === true || !(all || needed || URGENCY[unit.state] > 1)) continue;
    const w = pen.measureText(unit.label).width;
    const tries = [[16, 0], [-16 - w, 0], [-w / 2, 22], [-w / 2, -22]] as const;
    const boxes = tries.map(([dx, dy]) => ({ x: at.x + dx, y: at.y + dy - 8, w, h: 16 }));
    const free = boxes.find((box) => taken.every((other) => apart(box, other)));
    const box = free ?? (needed ? boxes[0] : undefined);
    if (!box) continue;
    taken.push(box);
    pen.fillStyle = c.halo;
    pen.globalAlpha = 0.85;
    pen.fillRect(box.x - 3, box.y, box.w + 6, box.h);
    pen.globalAlpha = 1;
    pen.fillStyle = unit.state === "alarm" ? c.alarm : c.label;
    pen.fillText(unit.label, box.x, box.y + 8);
  }
}

/** What is drawn beside the units themselves. */
export interface Around {
  project: (lon: number, lat: number) => Spot;
  selected: string | undefined;
  kept: Box[];
}

/** Draws all units; gives them back in drawing order, the most urgent last and on top. */
export function drawUnits(
  canvas: HTMLCanvasElement, units: Unit[], { project, selected, kept }: Around, c: Colours,
): Placed[] {
  const ratio = devicePixelRatio || 1;
  const [w, h] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
    canvas.width = Math.round(w * ratio);
    canvas.height = Math.round(h * ratio);
  }
  const pen = canvas.getContext("2d");
  if (!pen) return [];
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, w, h);
  const placed = units
    .map((unit) => ({ unit, at: project(unit.lon, unit.lat) }))
    .filter(({ at }) => at.x > -20 && at.y > -20 && at.x < w + 20 && at.y < h + 20)
    .sort((a, b) => URGENCY[a.unit.state] - URGENCY[b.unit.state]);
  for (const { unit, at } of placed) {
    if (unit.id === selected) frame(pen, at, c);
    const picture = sprite(unit, c, ratio);
    pen.drawImage(picture, at.x - SIZE_PX / 2, at.y - SIZE_PX / 2, SIZE_PX, SIZE_PX);
  }
  labels(pen, placed, selected, kept, c);
  return placed;
}

/** The selected unit stands in four corners. */
function frame(pen: Pen, { x, y }: Spot, c: Colours): void {
  pen.beginPath();
  for (const [sx, sy] of [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const) {
    pen.moveTo(x + sx * 21, y + sy * 13);
    pen.lineTo(x + sx * 21, y + sy * 21);
    pen.lineTo(x + sx * 13, y + sy * 21);
  }
  for (const [width, colour] of [[5, c.halo], [2.25, c.label]] as const) {
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.stroke();
  }
}

/** The unit under the hand: the nearest, and among near ones the most urgent. */
export function hit(placed: Placed[], at: Spot): Unit | undefined {
  const near = placed
    .map(({ unit, at: there }) => ({ unit, far: Math.hypot(there.x - at.x, there.y - at.y) }))
    .filter(({ far }) => far <= HIT_PX);
  near.sort((a, b) => a.far - 4 * URGENCY[a.unit.state] - (b.far - 4 * URGENCY[b.unit.state]));
  return near[0]?.unit;
}
