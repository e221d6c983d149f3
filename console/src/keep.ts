// "I am safe" and SOS: sent at once, and sent again until the server has them.

import { addressOf, fields, post } from "./forms";
import { refreshAll } from "./fragments";
import { refusalText, tell } from "./notice";

/** After the hold there is this time to take an SOS back. */
const CANCEL_S = 5;
/** A message that did not get through is tried again this often. */
const RETRY_MS = 5_000;
/** A phone on a weak link needs time; after this the try is given up and made anew. */
const TRY_MS = 15_000;

/** Sixteen random bytes as hex; works on plain HTTP too, where `randomUUID` does not exist. */
function once(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Sends until the server answers; true when it took it. `once` lets the server count it once,
 * `age_ms` says how late it comes.
 */
async function keep(form: HTMLFormElement, data: URLSearchParams): Promise<boolean> {
  const pressed = performance.now();
  data.set("once", once());
  for (;;) {
    data.set("age_ms", String(Math.round(performance.now() - pressed)));
    const answer = await attempt(addressOf(form), data);
    if (answer?.ok) return await received(answer);
    // A refusal is an answer: trying again would not change it. A fault of the server may pass.
    if (answer && answer.status < 500) {
      offerSms(true);
      tell(await refusalText(answer));
      return false;
    }
    tell(document.getElementById("notice")?.dataset.queued ?? "…");
    offerSms(true);
    await Promise.race([pause(RETRY_MS), backOnline()]);
  }
}

async function attempt(to: string, data: URLSearchParams): Promise<Response | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), TRY_MS));
  return await Promise.race([post(to, data).catch(() => undefined), late]);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const backOnline = () => new Promise<void>((resolve) => {
  addEventListener("online", () => resolve(), { once: true });
});

async function received(answer: Response): Promise<true> {
  offerSms(false);
  const text = (answer.headers.get("content-type") ?? "").startsWith("text/plain");
  tell(text ? (await answer.text()).trim() : "");
  refreshAll();
  return true;
}

function offerSms(needed: boolean): void {
  const link = document.querySelector<HTMLElement>("[data-sos-sms]");
  if (link) link.hidden = !needed;
}

type Stage = "idle" | "holding" | "counting" | "sending" | "sent";

function showStage(form: HTMLFormElement, stage: Stage): void {
  form.dataset.stage = stage;
  for (const part of form.querySelectorAll<HTMLElement>("[data-sos]")) {
    part.hidden = part.dataset.sos !== stage;
  }
  const cancel = form.querySelector<HTMLElement>("[data-sos-cancel]");
  if (cancel) cancel.hidden = stage !== "counting";
}

/** Hold, then a short time to take it back, then send. Letting go early does nothing. */
function holdToSend(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("button:not([data-sos-cancel])");
  const left = form.querySelector<HTMLElement>("[data-sos-left]");
  const holdMs = Number(form.dataset.confirmHold) || 2_000;
  let timer: ReturnType<typeof setTimeout> | undefined;
  form.style.setProperty("--hold", `${holdMs}ms`);

  const release = () => {
    if (form.dataset.stage !== "holding") return;
    clearTimeout(timer);
    showStage(form, "idle");
  };
  const press = () => {
    if (form.dataset.stage !== "idle" && form.dataset.stage !== "sent") return;
    showStage(form, "holding");
    timer = setTimeout(() => count(CANCEL_S), holdMs);
  };
  const count = (seconds: number) => {
    showStage(form, "counting");
    if (left) left.textContent = String(seconds);
    if (seconds > 0) timer = setTimeout(() => count(seconds - 1), 1_000);
    else void send();
  };
  // "Sent" is shown only when the server has it: until then it says that it is being sent.
  const send = async () => {
    showStage(form, "sending");
    showStage(form, await keep(form, fields(form, null)) ? "sent" : "idle");
  };
  button?.addEventListener("pointerdown", (event) => {
    button.setPointerCapture(event.pointerId);
    press();
  });
  for (const kind of ["pointerup", "pointercancel"]) button?.addEventListener(kind, release);
  button?.addEventListener("contextmenu", (event) => event.preventDefault());
  button?.addEventListener("keydown", (event) => {
    if (!event.repeat && (event.code === "Enter" || event.code === "Space")) press();
  });
  button?.addEventListener("keyup", release);
  form.querySelector("[data-sos-cancel]")?.addEventListener("click", () => {
    clearTimeout(timer);
    showStage(form, "idle");
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  showStage(form, "idle");
}

/** Makes the two buttons of the phone page work. */
export function startKeeping(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-confirm-hold]")) {
    holdToSend(form);
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    if (form.dataset.enhance === undefined) return;
    event.preventDefault();
    form.setAttribute("aria-busy", "true");
    void keep(form, fields(form, event.submitter))
      .finally(() => form.removeAttribute("aria-busy"));
  });
}
