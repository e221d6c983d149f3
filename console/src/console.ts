// The desks' pages: one entry; the map is fetched only where a page has one.

import { startClock } from "./clock";
import { startForms } from "./forms";
import { startFragments } from "./fragments";
import { startKeys } from "./keys";
import { startLive } from "./live";
import { startPasskeys } from "./passkey";
import { startSelect } from "./select";
import { startSound } from "./sound";
import { startTheme } from "./theme";

document.documentElement.classList.add("scripted");
startTheme();
startClock();
startForms();
startPasskeys();
startKeys();
startSelect();
// A page without the mark of life, such as the sign-in of a stranger, promises none.
if (document.getElementById("live")) {
  startFragments();
  startSound();
  startLive();
}
const box = document.getElementById("map");
if (box) void import("./map/start").then(({ startMap }) => startMap(box));
const plan = document.getElementById("plan");
if (plan) void import("./plan").then(({ startPlan }) => startPlan(plan));
