// Builds console/dist from the lock file: scripts, styles, fonts, land, and a list of all of it.

import { createHash } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { fonts } from "./fonts.mjs";
import { land } from "./land.mjs";
import { verifyPage } from "./verify.mjs";

const home = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(home, "dist");
const require = createRequire(import.meta.url);

const TYPES = {
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

const common = {
  absWorkingDir: home, bundle: true, minify: true,
  target: ["es2022", "chrome120", "firefox121", "safari17"],
  legalComments: "none", logLevel: "warning", outdir: dist,
};

async function scripts() {
  await build({
    ...common, format: "esm", splitting: true, chunkNames: "chunks/[name]-[hash]",
    entryPoints: ["src/console.ts"],
  });
  await build({ ...common, format: "esm", entryPoints: ["src/me.ts"] });
  const worker = "maplibre-gl-worker.mjs";
  copyFileSync(require.resolve(`maplibre-gl/dist/${worker}`), join(dist, worker));
}

/** "auto" is light where the system is light: the light tokens once more, under that question. */
function withAuto(css) {
  const light = /:root\[data-theme="?light"?\]\{(color-scheme[^}]*)\}/.exec(css);
  if (!light) throw new Error("the light tokens were not found in the style sheet");
  const auto = `:root[data-theme="auto"]{${light[1]}}`;
  return `${css}\n@media screen and (prefers-color-scheme:light){${auto}}`;
}

async function styles(faces) {
  const entryPoints = ["styles/console.css", "styles/me.css"];
  const made = await build({ ...common, entryPoints, write: false });
  for (const { path, text } of made.outputFiles) {
    const name = path.endsWith("me.css") ? "me.css" : "console.css";
    writeFileSync(join(dist, name), `${name === "me.css" ? "" : faces.page}${withAuto(text)}`);
  }
  writeFileSync(join(dist, "fonts-zh.css"), faces.chinese);
  writeFileSync(join(dist, "fonts-me.css"), faces.page);
  for (const [language, list] of Object.entries(faces.map)) {
    writeFileSync(join(dist, `map-fonts-${language}.json`), JSON.stringify(list));
  }
}

/** The licences of what is bundled go with it. */
function licences() {
  const parts = ["maplibre-gl/LICENSE.txt", "world-atlas/LICENSE", "@fontsource/noto-sans/LICENSE",
    "@fontsource/noto-sans-sc/LICENSE", "@fontsource/noto-naskh-arabic/LICENSE",
    "@fontsource/noto-nastaliq-urdu/LICENSE", "@noble/curves/LICENSE", "@noble/hashes/LICENSE",
    "qr/LICENSE", "zxing-wasm/LICENSE"];
  const read = (part) => readFileSync(join(home, "node_modules", part), "utf8");
  const texts = parts.map((part) => `==== ${dirname(part)}\n\n${read(part)}`);
  const all = [...texts, "Made with Natural Earth (public domain).\n"];
  writeFileSync(join(dist, "licences.txt"), all.join("\n\n"));
}

const walk = (at) => readdirSync(at).sort().map((name) => join(at, name))
  .flatMap((path) => (statSync(path).isDirectory() ? walk(path) : [path]));

function manifest() {
  const files = walk(dist).map((path) => {
    const bytes = readFileSync(path);
    const type = TYPES[extname(path)];
    if (!type) throw new Error(`no content type is known for ${path}`);
    return {
      path: relative(dist, path).replaceAll("\\", "/"),
      sha256: createHash("sha256").update(bytes).digest("hex"),
      type,
      bytes: bytes.length,
    };
  });
  writeFileSync(join(dist, "manifest.json"), `${JSON.stringify({ files }, null, 1)}\n`);
  return files;
}

rmSync(dist, { recursive: true, force: true });
await scripts();
await styles(fonts(dist));
await verifyPage(build, common, dist);
writeFileSync(join(dist, "land.json"), JSON.stringify(land()));
licences();
const files = manifest();
const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`${files.length} files, ${(total / 1e6).toFixed(2)} MB`);
for (const { path, bytes } of files) {
  if (!path.startsWith("fonts/")) console.log(String(bytes).padStart(9), path);
}
