// The phone page of a protected person: small, and it keeps trying.

import { startClock } from "./clock";
import { refreshAll, startFragments } from "./fragments";
import { startKeeping } from "./keep";
import { startLive } from "./live";
import { startTheme } from "./theme";

/** Without the stream, the page asks again this often while someone looks at it. */
const REFRESH_MS = 60_000;

document.documentElement.classList.add("scripted");
startTheme();
startClock();
startFragments();
startKeeping();
if (document.body.dataset.live !== undefined) startLive();
else {
  setInterval(() => { if (!document.hidden) refreshAll(); }, REFRESH_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshAll(); });
}
