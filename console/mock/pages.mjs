// Mock pages that follow CONTRACT.md, to try the browser's side alone.

import { WORDS } from "./words.mjs";

const iso = (agoS) => new Date(Date.now() - agoS * 1_000).toISOString();

export const state = { noted: new Set(), signed: [], me: [] };

function alarm(w, id, unit, priority, [title, text, next], ageS) {
  const noted = state.noted.has(id);
  return `<li class="alarm" data-alarm="${id}" data-unit="${unit}" data-priority="${priority}" data-key="alarm-${id}" tabindex="-1"
  data-state="${noted ? "noted" : "raised"}">
  <p class="alarm-head"><span class="prio">P${priority}</span> <strong>${title}</strong> <time data-age datetime="${iso(ageS)}"></time></p>
  <p class="alarm-text">${text}</p><p class="alarm-next">${next}</p>
  ${noted ? `<p class="alarm-who">${w.notedBy}</p>` : `<form method="post" action="/act/alarm/note" data-enhance>
  <input type="hidden" name="alarm" value="${id}"><button class="primary" data-ack data-key="ack-${id}">${w.noted}</button></form>`}</li>`;
}

export function alarms(w) {
  return `<ol id="alarms" class="alarms">
  ${alarm(w, "a1", "u3", 1, [`${w.sos} · C-3`, w.sosText, w.sosNext], 70)}
  ${alarm(w, "a2", "u9", 2, [w.left, w.leftText, w.leftNext], 190)}
  <li class="alarm" data-alarm="a3" data-unit="u14" data-priority="3" data-state="handled" data-key="alarm-a3" tabindex="-1">
  <p class="alarm-head"><span class="prio">P3</span> <strong>${w.lost}</strong> <time data-age datetime="${iso(700)}"></time></p>
  <p class="alarm-text">${w.lostText}</p><p class="alarm-who">${w.handled}</p></li></ol>`;
}

export function headcount(w) {
  return `<h2>${w.headcount}</h2><p class="big-number"><span>1283</span><span class="of">/1284</span></p>
  <meter class="bar" min="0" max="1284" value="1283">1283/1284</meter><p><span class="chip attention">${w.unaccounted}</span></p>
  <ul class="people"><li data-unit="u14"><bdi lang="zh">王磊</bdi> <bdi>Wang Lei</bdi> <time data-age="short" datetime="${iso(2_500)}"></time></li></ul>`;
}

export function movements(w) {
  const rows = [["M-014", "u3", "alarm", w.alarm], ["M-009", "u9", "attention", w.attention], ["M-011", "u14", "lost", w.noSignal],
    ["M-012", "u7", "ok", w.ok], ["M-013", "u11", "ok", w.ok], ["M-015", "u15", "pending", w.waiting]];
  return `<h2>${w.movements}</h2><table class="table rows"><tbody>${rows.map(([id, unit, kind, text]) =>
    `<tr data-unit="${unit}" data-key="${id}"><th scope="row"><a href="/m">${id}</a></th><td><span class="chip ${kind}">${text}</span></td></tr>`).join("")}</tbody></table>`;
}

function top(w, lang, page) {
  const link = (href, letter, text, name) =>
    `<a href="${href}" data-go="${letter}"${name === page ? ' aria-current="page"' : ""}>${text}</a>`;
  const next = { en: "zh", zh: "ur", ur: "en" }[lang];
  const tongue = (code, text) =>
    `<a href="?lang=${code}" lang="${code}"${code === lang ? ' aria-current="true"' : ""}${code === next ? " data-lang-next" : ""}>${text}</a>`;
  return `<a class="skip" href="#main">↓</a><header class="top"><strong class="brand">${w.brand}</strong><span class="party-chip">${w.host}</span>
  <nav class="nav">${link("/watch", "w", w.watch, "watch")}${link("/m", "m", w.movements, "movement")}${link("/c", "c", w.consent)}${link("/a", "a", w.agreement)}${link("/l", "l", w.ledger)}</nav>
  <div class="top-end"><span class="clock" data-clock data-zone="Asia/Karachi" data-zone-label="PKT"></span>
  <div id="live" class="live" data-live-state="stale" role="status"><span data-when="live">${w.live}</span><span data-when="stale">${w.stale}</span></div>
  <button type="button" class="quiet" data-sound-test>${w.test}</button><button type="button" class="quiet" data-theme-toggle aria-label="${w.theme}">◐</button>
  <nav class="langs">${tongue("en", "EN")}${tongue("zh", "中文")}${tongue("ur", "اردو")}</nav></div></header>
  <p id="stale-banner" class="banner" role="alert" hidden>${w.staleText}</p><p id="sound-blocked" class="banner" role="alert" hidden>${w.soundBlocked}</p>
  <p id="notice" class="notice" role="alert" hidden data-offline="${w.offline}" data-failed="${w.failed}" data-no-passkey="${w.noPasskey}"></p>`;
}

const MARKS = (w) => [["protected", w.protected], ["zone-in", w.zoneIn], ["guest_personnel", w.guestP], ["zone-out", w.zoneOut],
  ["host_personnel", w.hostP], ["corridor", w.corridor], ["vehicle", w.vehicle], ["incident", w.incident]];

function map(w, small) {
  return `<div id="map" class="map${small ? " small" : " dims"}" data-scene="/geo/scene.json" data-label-in="${w.zoomIn}" data-label-out="${w.zoomOut}" data-label="${w.mapLabel}"
  data-label-killed="${w.killed}" data-label-injured="${w.injured}" data-label-conflicting="${w.conflicting}" data-label-close="${w.close}"></div>`;
}

function watch(w) {
  return `<main id="main" class="watch"><section class="pane alarms-pane dims" aria-labelledby="h-alarms"><h2 id="h-alarms">${w.alarms}</h2>
  <div data-fragment="/fragment/alarms" data-on="alarms">${alarms(w)}</div></section>
  <section class="map-pane"><h2 class="hush">${w.map}</h2>${map(w, false)}<p id="map-fallback" class="map-note" hidden>${w.fallback}</p>
  <p class="attribution">Made with Natural Earth</p><ul class="legend">${MARKS(w).map(([k, t]) => `<li><i class="mark ${k}"></i>${t}</li>`).join("")}</ul>
  <ul id="map-list" class="hush" data-ok="${w.ok}" data-attention="${w.attention}" data-alarm="${w.alarm}" data-lost="${w.noSignal}"></ul></section>
  <section class="pane side-pane dims"><div id="headcount" data-fragment="/fragment/headcount" data-on="headcount" tabindex="-1">${headcount(w)}</div>
  <div data-fragment="/fragment/movements" data-on="movements">${movements(w)}</div></section></main>
  <dialog id="keys-help" class="dialog"><h2>${w.keys}</h2><dl class="keys"><dt><kbd>A</kbd></dt><dd>${w.firstAlarm}</dd><dt><kbd>M</kbd></dt><dd>${w.map}</dd></dl>
  <form method="dialog"><button>${w.close}</button></form></dialog>`;
}

function movement(w) {
  const stages = [["done", "06:02", "06:02"], ["done", "06:10", "06:10"], ["late", "06:40", "–"], ["next", "07:55", ""], ["sealed"], ["sealed"]];
  const strip = stages.map(([kind, plan, real], i) => `<li class="stage" data-stage="${kind}"><span class="stage-name">${w.stages[i]}</span>${kind === "sealed"
    ? `<span class="sealed">${w.opens} <small>${w.to}</small></span>` : `<span class="stage-plan">${plan}</span><span class="stage-real">${real}</span>`}</li>`).join("");
  const gate = (kind, what, why) => `<li data-gate="${kind}"><span class="gate-what">${what}</span><span class="gate-why">${why}</span></li>`;
  return `<main id="main" class="page wide"><p class="crumbs"><a href="/watch" data-back>${w.movements}</a></p>
  <div class="title-row"><h1>${w.movementTitle}</h1><span class="chip attention">${w.held}</span><span class="plate"><bdi>LES-4471</bdi></span></div>
  <ol class="strip">${strip}</ol><div class="columns"><div><section class="verdict deny"><h2>${w.verdict}</h2><p>${w.verdictText}</p>
  <ul class="facts">${w.facts.map((f) => `<li>${f}</li>`).join("")}</ul><details data-key="rule"><summary>${w.rule}</summary><pre class="proof">permit (principal, action == Action::"depart", resource)
when { resource.vehicles.all(v, consent.vehicles.contains(v)) };</pre></details></section>
  <section><h2>${w.gate}</h2><ul class="gate">${gate("met", w.consentOk, w.consentWhy)}${gate("met", w.headcount, w.headWhy)}${gate("unmet", w.vehicles, w.vehiclesWhy)}</ul></section>
  <div class="row"><form method="post" action="/act/depart" data-sign="passkey" data-draft="/act/draft/depart"><input type="hidden" name="movement" value="M-014"><button class="primary">${w.depart}</button></form>
  <form method="post" action="/act/revoke" data-enhance data-confirm="${w.revokeQ}" data-confirm-no="${w.cancel}"><button class="danger" name="movement" value="M-014">${w.revoke}</button></form>
  <form data-passkey-form><input type="hidden" name="username" value="khan"><button type="button" data-passkey="register">+ passkey</button><button type="button" data-passkey="signin">→ passkey</button></form></div>
  </div><aside><div class="map-pane">${map(w, true)}<p class="attribution">Made with Natural Earth</p></div><section class="card"><dl class="facts-list"><dt>${w.people}</dt><dd>14</dd><dt>${w.vehiclesN}</dt><dd>3</dd><dt>${w.window}</dt><dd>06:30 – 13:00</dd></dl>
  <code class="proof">sha256:9f2c77a0c1d5e1b2f7d3c6a85e90b4f3</code></section></aside></div></main>
  <dialog id="sign-dialog" class="dialog sign"><h2>${w.sign}</h2><p data-sign-summary></p><p>${w.fingerprint} <code class="proof" data-sign-hash></code></p>
  <div class="row"><button type="button" data-sign-cancel>${w.cancel}</button><button type="button" class="primary" data-sign-confirm>${w.signButton}</button></div></dialog>`;
}

function me(w, lang) {
  return `<header class="me-top"><strong>${w.brand}</strong><nav class="langs">${["en", "zh", "ur"].map((code, i) =>
    `<a href="?lang=${code}" lang="${code}"${code === lang ? ' aria-current="true"' : ""}>${["EN", "中文", "اردو"][i]}</a>`).join("")}</nav></header>
  <p id="notice" class="notice" role="alert" hidden data-offline="${w.offline}" data-failed="${w.failed}" data-queued="${w.queued}"></p>
  <main id="main" class="me-main"><section class="card" data-fragment="/fragment/me" data-on="me">${meCard(w)}</section>
  <form method="post" action="/me/checkin" data-enhance class="safe-form"><button class="safe">${w.safe}</button></form>
  <form method="post" action="/me/sos" data-enhance data-confirm-hold="2000" class="sos-form"><button class="sos"><span data-sos="idle">${w.hold}</span>
  <span data-sos="holding" hidden>${w.keep}</span><span data-sos="counting" hidden>${w.sending} <b data-sos-left></b></span><span data-sos="sending" hidden>${w.wait}</span><span data-sos="sent" hidden>${w.sent}</span></button>
  <button type="button" class="sos-cancel" data-sos-cancel hidden>${w.cancel}</button></form><a class="sms" data-sos-sms href="sms:+920000000?body=SOS" hidden>${w.sms}</a>
  <section class="card seen-by"><h2>${w.seen}</h2><ul>${w.seenBy.map((t) => `<li>${t}</li>`).join("")}</ul></section></main>`;
}

export function meCard(w) {
  return `<h1>${w.today}</h1><ol class="legs">${w.legs.map((leg, i) => `<li><time>${["06:40", "08:15", "11:30"][i]}</time> <span>${leg}</span></li>`).join("")}</ol><p class="meta">${w.next}</p>`;
}

/** A whole page. */
export function page(name, { lang, theme, nonce, speed }) {
  const w = WORDS[lang] ?? WORDS.en;
  const phone = name === "me";
  const body = phone ? me(w, lang) : top(w, lang, name) + (name === "watch" ? watch(w) : movement(w));
  const file = phone ? "me" : "console";
  return `<!doctype html><html lang="${lang}" dir="${lang === "ur" ? "rtl" : "ltr"}" data-theme="${theme}"><head><meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1"><title>${w.brand}</title><link rel="icon" href="data:,">
  ${phone ? "" : '<link rel="stylesheet" href="/static/fonts-zh.css">'}<link rel="stylesheet" href="/static/${file}.css">
  <script type="module" nonce="${nonce}" src="/static/${file}.js"></script></head>
  <body data-page="${name}" data-party="host" data-version="mock" data-speed="${speed}">${body}</body></html>`;
}
