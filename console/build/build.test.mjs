// What the build promises: land inside its region, colours one can read, a list that is true.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { clip, land, REGION } from "./land.mjs";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url));

test("a ring that crosses the edge is cut at the edge", () => {
  const cut = clip([[100, 10], [120, 10], [120, 20], [100, 20]]);
  assert.deepEqual(cut.map((point) => point.join()).sort(), ["100,10", "100,20", "110,10", "110,20"]);
  assert.deepEqual(clip([[120, 10], [130, 10], [130, 20]]), []);
});

test("land stays in the region, every ring is closed, and nothing names a state", () => {
  const { features } = land();
  const [west, south, east, north] = REGION;
  assert.ok(features.length > 100);
  for (const { properties, geometry } of features) {
    assert.deepEqual(properties, {});
    for (const ring of geometry.coordinates) {
      assert.deepEqual(ring.at(0), ring.at(-1));
      assert.ok(ring.every(([x, y]) => x >= west && x <= east && y >= south && y <= north));
    }
  }
});

test("Islamabad is on land and the Arabian Sea is not", () => {
  const rings = land().features.flatMap(({ geometry }) => geometry.coordinates);
  const onLand = ([x, y]) => rings.filter((ring) => inside(ring, x, y)).length % 2 === 1;
  assert.equal(onLand([73.05, 33.69]), true);
  assert.equal(onLand([64, 20]), false);
});

function inside(ring, x, y) {
  return ring.slice(1).reduce((is, [bx, by], i) => {
    const [ax, ay] = ring[i];
    const crosses = (ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax;
    return crosses ? !is : is;
  }, false);
}

function tokens(css, selector) {
  const block = css.slice(css.indexOf(`${selector} {`)).match(/\{([^}]*)\}/)[1];
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]));
}

function luminance(hex) {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r, g, b] = parts.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const TEXT = [["ink", "bg"], ["ink", "surface"], ["ink", "raised"], ["ink", "selected"], ["ink-2", "bg"], ["ink-2", "surface"],
  ["ink-2", "raised"], ["ink-2", "selected"], ["ink-2", "attention-bg"], ["action-ink", "action"], ["link", "surface"], ["link", "selected"],
  ["alarm", "surface"], ["alarm", "selected"], ["alarm", "alarm-bg"], ["alarm-ink", "alarm-bg"], ["attention", "surface"], ["attention", "selected"],
  ["attention", "attention-bg"], ["allow", "surface"], ["deny", "surface"], ["deny", "bg"], ["sealed-ink", "sealed"], ["map-label", "map-land"], ["map-lost", "surface"],
  ["on-alarm", "alarm"], ["action-ink", "host"], ["action-ink", "guest"], ["ink", "host-top"], ["ink-2", "host-top"], ["ink", "guest-top"], ["ink-2", "guest-top"],
  ["allow", "host-top"], ["alarm", "guest-top"], ["alarm", "host-top"]];
const EDGES = [["line-strong", "surface"], ["focus", "surface"], ["focus", "bg"], ["map-unit", "map-land"], ["alarm", "map-land"], ["attention", "map-land"]];

test("every text has a contrast of 4.5 and every edge that matters one of 3, dark and light", () => {
  const css = read("styles/tokens.css").toString();
  for (const selector of [":root", ':root[data-theme="light"]']) {
    const colour = tokens(css, selector);
    for (const [pairs, least] of [[TEXT, 4.5], [EDGES, 3]]) {
      for (const [a, b] of pairs) {
        const is = contrast(colour[a], colour[b]);
        assert.ok(is >= least, `${selector} ${a} on ${b}: ${is.toFixed(2)}`);
      }
    }
  }
});

test("the manifest lists what is there, and the phone page stays under its budget", () => {
  const { files } = JSON.parse(read("dist/manifest.json"));
  for (const { path, sha256, bytes } of files) {
    const content = read(`dist/${path}`);
    assert.equal(content.length, bytes);
    assert.equal(createHash("sha256").update(content).digest("hex"), sha256);
  }
  const phone = files.filter(({ path }) => path === "me.js" || path === "me.css");
  assert.ok(phone.reduce((sum, { bytes }) => sum + bytes, 0) < 30_000);
  assert.ok(!read("dist/me.css").includes("@font-face"));
});

test("the lock file names no registry", () => {
  assert.doesNotMatch(read("package-lock.json").toString(), /"resolved"/);
});
