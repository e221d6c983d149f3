// An invented scene for trying the console: no real unit, site, incident or itinerary.

const names = (en, ur, zh) => ({ en, ur, zh });
const place = (id, rank, lon, lat, words, kind = "city") => ({ id, kind, lat, lon, names: words, rank });

const PLACES = [
  place("isb", 1, 73.05, 33.69, names("Islamabad", "اسلام آباد", "伊斯兰堡")),
  place("abt", 2, 73.22, 34.16, names("Abbottabad", "ایبٹ آباد", "阿伯塔巴德")),
  place("man", 2, 73.2, 34.33, names("Mansehra", "مانسہرہ", "曼瑟拉")),
  place("bes", 2, 72.88, 34.92, names("Besham", "بشام", "贝沙姆")),
  place("das", 1, 73.29, 35.29, names("Dasu", "داسو", "达苏")),
  place("chi", 2, 74.1, 35.42, names("Chilas", "چلاس", "奇拉斯")),
  place("gil", 1, 74.31, 35.92, names("Gilgit", "گلگت", "吉尔吉特")),
  place("swat", 3, 72.36, 34.77, names("Saidu Sharif", "سیدو شریف", "赛杜谢里夫")),
  place("psh", 1, 71.58, 34.01, names("Peshawar", "پشاور", "白沙瓦")),
  place("nar", 3, 73.65, 34.91, names("Naran", "ناران", "纳兰")),
];

const KKH = [[73.05, 33.69], [72.93, 33.97], [73.22, 34.16], [73.2, 34.33], [73.02, 34.57],
  [72.93, 34.75], [72.88, 34.92], [72.93, 35.05], [73.2, 35.12], [73.29, 35.29], [73.43, 35.52],
  [73.75, 35.5], [74.1, 35.42], [74.6, 35.52], [74.63, 35.8], [74.31, 35.92]];
const KAGHAN = [[73.2, 34.33], [73.37, 34.55], [73.5, 34.75], [73.65, 34.91], [73.92, 35.12], [74.1, 35.42]];
const WEST = [[73.05, 33.69], [72.4, 33.9], [71.98, 34.02], [71.58, 34.01]];
const SWAT = [[71.98, 34.02], [72.05, 34.4], [72.36, 34.77], [72.62, 34.88], [72.88, 34.92]];

const all = (features) => ({ type: "FeatureCollection", features });
const line = (coordinates, properties) => ({
  type: "Feature", properties, geometry: { type: "LineString", coordinates },
});
const zone = (id, allowed, words, ring) => ({
  type: "Feature", properties: { id, allowed, names: words },
  geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] },
});
const incident = (id, lon, lat, date, conflicting) => ({
  type: "Feature",
  properties: { id, date, label: `Invented ${id}`, place: names("Besham", "بشام", "贝沙姆"), killed: 2, injured: conflicting ? [3, 7] : 5, conflicting },
  geometry: { type: "Point", coordinates: [lon, lat] },
});

export const SCENE = {
  bounds: [[71.3, 33.4], [75.0, 36.2]],
  places: PLACES,
  roads: all([
    line(KKH, { id: "n35", class: "trunk" }), line(KAGHAN, { id: "n15", class: "secondary" }),
    line(WEST, { id: "m1", class: "motorway" }), line(SWAT, { id: "n95", class: "secondary" }),
  ]),
  zones: all([
    zone("site", true, names("Site zone", "سائٹ کا علاقہ", "工地区域"),
      [[73.05, 35.15], [73.5, 35.12], [73.62, 35.42], [73.4, 35.62], [73.1, 35.5]]),
    zone("barred", false, names("Not permitted", "اجازت نہیں", "不许进入"),
      [[71.75, 34.6], [72.3, 34.5], [72.55, 35.1], [72.1, 35.45], [71.7, 35.1]]),
  ]),
  corridors: all([line(KKH.slice(2, 11), { movement: "M-014" })]),
  incidents: all([
    incident("i1", 72.7, 35.02, "2026-01-12", false), incident("i2", 73.55, 35.58, "2026-03-02", true),
    incident("i3", 72.2, 34.3, "2026-05-21", false), incident("i4", 71.8, 34.15, "2026-07-09", false),
  ]),
};

const KINDS = ["protected", "guest_personnel", "host_personnel", "vehicle"];

/** Units that go along the road, one step a second; `t` in seconds. */
export function units(t) {
  return Array.from({ length: 22 }, (_, i) => {
    const along = ((i * 0.61 + t * 0.0006 * ((i % 3) + 1)) % (KKH.length - 1.01));
    const [from, to] = [KKH[Math.floor(along)], KKH[Math.floor(along) + 1]];
    const part = along % 1;
    const [lon, lat] = [0, 1].map((k) => from[k] + part * (to[k] - from[k]));
    const course = (Math.atan2((to[0] - from[0]) * 0.82, to[1] - from[1]) * 180) / Math.PI;
    const state = { 3: "alarm", 9: "attention", 14: "lost" }[i] ?? "ok";
    return {
      id: `u${i}`, label: i % 4 === 3 ? `C-${i}` : `P-${i}`, kind: KINDS[i % 4], lat, lon,
      course: i % 5 === 0 ? null : (course + 360) % 360, state, age_s: i, sealed: i === 17,
    };
  });
}
