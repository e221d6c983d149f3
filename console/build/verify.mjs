// The page that verifies passes: script, style and reader in one file that needs no network.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const require = createRequire(import.meta.url);
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** A phone without letters of Urdu still shows them: the one face that the page brings along. */
function face() {
  const file = require.resolve("@fontsource/noto-naskh-arabic/files/noto-naskh-arabic-arabic-400-normal.woff2");
  const data = readFileSync(file).toString("base64");
  return `@font-face{font-family:"Noto Naskh Arabic";font-weight:400 700;src:url(data:font/woff2;base64,${data}) format("woff2");unicode-range:U+0600-06FF,U+0750-077F,U+200C-200E,U+FB50-FDFF,U+FE70-FEFC}`;
}

/** What the page may do: run its own script and style, look through the camera, and nothing else. */
function policy(script, style) {
  return ["default-src 'none'", `script-src ${hash(script)} 'wasm-unsafe-eval'`,
    `style-src ${hash(style)}`, "img-src blob:", "font-src data:", "media-src blob: mediastream:", "base-uri 'none'",
    "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"].join("; ");
}

/** Writes `verify.html`, and beside it the policy that the node sends with it. */
export async function verifyPage(build, common, dist) {
  const made = await build({
    ...common, format: "iife", entryPoints: ["src/verify/page.ts", "styles/verify.css"], write: false,
    define: { "import.meta.url": '"about:blank"' },
  });
  const text = (end) => made.outputFiles.find(({ path }) => path.endsWith(end)).text.trim();
  // A script that holds its own end tag would end there.
  const script = text(".js").replaceAll("</script", "<\\/script");
  const style = face() + text(".css");
  const wasm = readFileSync(require.resolve("zxing-wasm/reader/zxing_reader.wasm"));
  const reader = gzipSync(wasm, { level: 9 }).toString("base64");
  const allowed = policy(script, style);
  const page = `<!doctype html>
<html lang="ur" dir="rtl"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${allowed}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><title>پاس کی تصدیق</title>
<style>${style}</style></head><body>
<script type="application/gzip" id="reader">${reader}</script>
<script>${script}</script></body></html>
`;
  writeFileSync(join(dist, "verify.html"), page);
  writeFileSync(join(dist, "verify.policy.txt"), allowed);
}
