// A mock of the server for trying the console alone: strict headers, live stream, fragments.

import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { alarms, headcount, meCard, movements, page, state } from "./pages.mjs";
import { SCENE, units } from "./scene.mjs";
import { WORDS } from "./words.mjs";

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json", ".woff2": "font/woff2" };

const csp = (nonce) => [
  "default-src 'none'", `script-src 'nonce-${nonce}' 'strict-dynamic' 'self'`, "style-src 'self'", "img-src 'self' data: blob:",
  "font-src 'self'", "connect-src 'self'", "worker-src 'self'", "manifest-src 'self'", "base-uri 'none'", "form-action 'self'",
  "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types safeconduct default",
].join("; ");

const streams = new Set();
const control = { beating: true, down: false };
const b64 = (bytes) => Buffer.from(bytes).toString("base64url");
const CHALLENGE = createHash("sha256").update("draft").digest();
let credential = [];

const emit = (event, data) => { for (const to of streams) to.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`); };

function stream(res) {
  res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  res.write(`event: beat\ndata: ${JSON.stringify({ at: Date.now(), seq: 0 })}\n\n`);
  res.write(`event: units\ndata: ${JSON.stringify({ at: Date.now(), units: units(0) })}\n\n`);
  streams.add(res);
  res.on("close", () => streams.delete(res));
}

function send(res, status, type, body, headers = {}) {
  res.writeHead(status, { "content-type": type, "cache-control": "no-store", ...headers });
  res.end(body);
}

const html = (res, body) => send(res, 200, "text/html; charset=utf-8", body);
const json = (res, body, status = 200) => send(res, status, "application/json", JSON.stringify(body));

async function bodyOf(req) {
  const parts = [];
  for await (const part of req) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Checks what an authenticator's answer must carry: our challenge, our origin, a verified user. */
function checkAssertion({ authenticator_data: auth, client_data_json: client, signature }, type, challenge) {
  const told = JSON.parse(Buffer.from(client, "base64url"));
  const flags = Buffer.from(auth, "base64url")[32];
  return told.type === type && told.challenge === b64(challenge) && (flags & 4) === 4 && signature.length > 60;
}

const POSTS = {
  "/act/alarm/note": (res, text, w) => { state.noted.add(new URLSearchParams(text).get("alarm")); html(res, alarms(w)); },
  "/act/revoke": (res) => send(res, 409, "text/plain; charset=utf-8", "Article 9: only the consent officer may revoke."),
  "/act/draft/depart": (res) => json(res, {
    draft: "d1", hash: CHALLENGE.toString("hex"), challenge: b64(CHALLENGE), credential_ids: credential, rp_id: "localhost",
    summary: "Record the departure of M-014.\n14 people, 3 vehicles, Dasu camp, window 06:30 – 13:00 PKT.",
  }),
  "/act/sign": (res, text) => {
    const good = checkAssertion(JSON.parse(text), "webauthn.get", CHALLENGE);
    state.signed.push(good);
    json(res, good ? { location: "/m?signed=1" } : { problem: "not signed" }, good ? 200 : 422);
  },
  "/passkey/register/start": (res) => json(res, { publicKey: {
    rp: { name: "Safeconduct", id: "localhost" }, user: { id: b64("khan"), name: "khan", displayName: "Maj. Khan" }, challenge: b64(CHALLENGE),
    pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })), timeout: 60_000, attestation: "none",
    authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
  } }),
  "/passkey/register/finish": (res, text) => {
    const made = JSON.parse(text);
    credential = [made.rawId];
    json(res, made.response.attestationObject.length > 100 ? { location: "/m?enrolled=1" } : { problem: "no key" });
  },
  "/passkey/signin/start": (res) => json(res, { publicKey: {
    challenge: b64(CHALLENGE), rpId: "localhost", userVerification: "required", timeout: 60_000,
    allowCredentials: credential.map((id) => ({ id, type: "public-key" })),
  } }),
  "/passkey/signin/finish": (res, text) => {
    const { response: r } = JSON.parse(text);
    const good = checkAssertion({ authenticator_data: r.authenticatorData, client_data_json: r.clientDataJSON, signature: r.signature }, "webauthn.get", CHALLENGE);
    json(res, good ? { location: "/m?in=1" } : { problem: "no" }, good ? 200 : 401);
  },
  "/me/checkin": (res, text) => { state.me.push(["checkin", text]); send(res, 204, "text/plain", ""); },
  "/me/sos": (res, text) => { state.me.push(["sos", text]); send(res, 204, "text/plain", ""); },
};

function get(res, path, { lang, theme, speed }) {
  const w = WORDS[lang] ?? WORDS.en;
  const parts = { "/fragment/alarms": alarms, "/fragment/headcount": headcount, "/fragment/movements": movements, "/fragment/me": meCard };
  if (parts[path]) return html(res, parts[path](w));
  if (path === "/geo/scene.json") return json(res, SCENE);
  if (path === "/live") return stream(res);
  const name = { "/watch": "watch", "/m": "movement", "/me": "me" }[path];
  if (!name) return send(res, 404, "text/plain", "no");
  const nonce = randomBytes(16).toString("base64");
  return send(res, 200, "text/html; charset=utf-8", page(name, { lang, theme, nonce, speed }), { "content-security-policy": csp(nonce) });
}

function asset(res, path) {
  const file = join(dist, normalize(path.slice("/static/".length)));
  if (!file.startsWith(dist) || !existsSync(file)) return send(res, 404, "text/plain", "no");
  return send(res, 200, TYPES[extname(file)] ?? "text/plain", readFileSync(file), { "content-security-policy": csp("none") });
}

/** Starts the mock on a port of its own (0 = any); gives its origin and the levers of the tests. */
export function start(port = 0) {
  const began = Date.now();
  const timers = [
    setInterval(() => { if (control.beating) emit("beat", { at: Date.now(), seq: 1 }); }, 5_000),
    setInterval(() => { if (control.beating) emit("units", { at: Date.now(), units: units((Date.now() - began) / 1_000) }); }, 1_000),
  ];
  const server = createServer(async (req, res) => {
    const url = new URL(req.url, "http://localhost");
    if (control.down) return req.socket.destroy();
    const cookie = Object.fromEntries((req.headers.cookie ?? "").split("; ").map((one) => one.split("=")));
    const lang = url.searchParams.get("lang") ?? "en";
    const look = { lang, theme: url.searchParams.get("theme") ?? cookie.theme ?? "dark", speed: 1 };
    if (req.method === "POST" && POSTS[url.pathname]) return POSTS[url.pathname](res, await bodyOf(req), WORDS[lang] ?? WORDS.en);
    if (url.pathname.startsWith("/static/")) return asset(res, url.pathname);
    return get(res, url.pathname, look);
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve({
    origin: `http://localhost:${server.address().port}`, control, emit, state,
    stop: () => { timers.forEach(clearInterval); for (const one of streams) one.destroy(); server.closeAllConnections(); server.close(); },
  })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { origin } = await start(Number(process.env.PORT ?? 8099));
  console.log(`${origin}/watch  ${origin}/m  ${origin}/me  (?lang=ur&theme=light)`);
}
