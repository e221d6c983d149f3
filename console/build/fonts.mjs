// Fonts: the slices the three languages need, their CSS, and the map's list of faces.

import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const folder = (name) => dirname(require.resolve(`@fontsource/${name}/package.json`));

const ARABIC = ["arabic"];
const LATIN = ["latin", "latin-ext"];
const BOTH = [400, 700];
const PAGE = [
  { name: "noto-sans", family: "Noto Sans", subsets: LATIN, weights: [400, 600, 700] },
  { name: "noto-naskh-arabic", family: "Noto Naskh Arabic", subsets: ARABIC, weights: BOTH },
  { name: "noto-nastaliq-urdu", family: "Noto Nastaliq Urdu", subsets: ARABIC, weights: BOTH },
];
// Chinese is nine tenths of all fonts: the browser makes its bold from the one weight.
const CHINESE = { name: "noto-sans-sc", family: "Noto Sans SC", weights: [400] };

/** Every face of a family: its file, its characters. Chinese comes in a hundred numbered slices. */
function facesOf({ name, family, subsets, weights }) {
  const ranges = JSON.parse(readFileSync(join(folder(name), "unicode.json"), "utf8"));
  const wanted = Object.entries(ranges)
    .filter(([subset]) => (subsets ?? []).includes(subset) || (!subsets && subset.startsWith("[")));
  return wanted.flatMap(([subset, range]) => weights.map((weight) => ({
    family,
    weight,
    range,
    file: `${name}-${subset.replace(/[[\]]/g, "")}-${weight}-normal.woff2`,
    from: join(folder(name), "files"),
  }))).filter(({ from, file }) => existsSync(join(from, file)));
}

/** The two signs of the language switch, for systems without Chinese: only these, only there. */
function label(chinese) {
  return ["中", "文"].map((sign) => {
    const code = sign.codePointAt(0);
    const face = chinese.find(({ weight, range }) => weight === 400 && covers(range, code));
    return css({ ...face, family: "Label SC", range: `U+${code.toString(16)}` });
  }).join("\n");
}

function covers(range, code) {
  return range.split(",").some((part) => {
    const ends = part.trim().replace("U+", "").split("-");
    const [from, to = from] = ends.map((hex) => Number.parseInt(hex, 16));
    return from <= code && code <= to;
  });
}

const css = ({ family, weight, range, file }) => `@font-face{font-family:"${family}";`
  + `font-weight:${weight};font-display:swap;src:url("fonts/${file}") format("woff2");`
  + `unicode-range:${range}}`;

const forMap = ({ file, range }) => ({
  url: `/static/fonts/${file}`, "unicode-range": range.split(","),
});

/** Copies the fonts to `dist/fonts` and gives the style sheets and the map's lists as text. */
export function fonts(dist) {
  const page = PAGE.flatMap(facesOf);
  const chinese = facesOf(CHINESE);
  mkdirSync(join(dist, "fonts"), { recursive: true });
  for (const { from, file } of [...page, ...chinese]) {
    copyFileSync(join(from, file), join(dist, "fonts", file));
  }
  const regular = (family) => [...page, ...chinese]
    .filter((face) => face.family === family && face.weight === 400).map(forMap);
  const latin = regular("Noto Sans");
  return {
    page: `${page.map(css).join("\n")}\n${label(chinese)}`,
    chinese: chinese.map(css).join("\n"),
    map: {
      en: latin,
      ur: [...regular("Noto Naskh Arabic"), ...latin],
      zh: [...latin, ...regular("Noto Sans SC")],
    },
  };
}
