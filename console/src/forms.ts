// Forms that are sent without leaving the page. Without this script they are plain forms.

import { ask } from "./ask";
import { refreshAll, replace } from "./fragments";
import { refusalText, tell, tellOffline } from "./notice";

/** What a form would send, with the button that was pressed. */
export function fields(form: HTMLFormElement, by: HTMLElement | null): URLSearchParams {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form, by)) {
    if (typeof value === "string") data.append(name, value);
  }
  return data;
}

/** Sends a form's fields and gives the answer; redirects are followed. */
export function post(to: string, data: URLSearchParams): Promise<Response> {
  return fetch(to, {
    method: "POST",
    body: data,
    credentials: "same-origin",
    headers: { accept: "text/html", "x-enhance": "1" },
  });
}

/** Shows a problem in the form's own place for it, else at the top of the page. */
export function tellIn(form: HTMLFormElement, text: string): void {
  const own = form.querySelector<HTMLElement>("[data-problem]");
  if (!own) return tell(text);
  own.textContent = text;
  own.hidden = text === "";
}

/** Acts on a good answer: go elsewhere, refresh, or put the fragment in its place. */
export async function accept(form: HTMLFormElement, answer: Response): Promise<void> {
  const url = new URL(answer.url);
  if (answer.redirected && url.pathname !== location.pathname) return location.assign(url.href);
  const html = (answer.headers.get("content-type") ?? "").startsWith("text/html");
  const target = form.dataset.target
    ? document.querySelector<HTMLElement>(form.dataset.target)
    : form.closest<HTMLElement>("[data-fragment]");
  if (html && !answer.redirected && target) return replace(target, await answer.text());
  form.reset();
  refreshAll();
  if ((answer.headers.get("content-type") ?? "").startsWith("text/plain")) {
    tell((await answer.text()).trim());
  }
}

/** Where a form is sent. `form.action` would be its field of that name, if it has one. */
export function addressOf(form: HTMLFormElement): string {
  return form.getAttribute("action") ?? location.href;
}

/** Holds a form still while it is being sent: a second press is not a second act. */
export async function still(form: HTMLFormElement, work: () => Promise<void>): Promise<void> {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    form.removeAttribute("aria-busy");
  }
}

async function send(form: HTMLFormElement, by: HTMLElement | null): Promise<void> {
  tellIn(form, "");
  try {
    const answer = await post(addressOf(form), fields(form, by));
    if (answer.ok) await accept(form, answer);
    else tellIn(form, await refusalText(answer));
  } catch {
    tellOffline();
  }
}

/** Sends `data-enhance` forms, and asks before `data-confirm` ones. */
export function startForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    if (form.dataset.confirmHold !== undefined || form.dataset.sign !== undefined) return;
    const by = event.submitter;
    const question = form.dataset.confirm;
    const enhanced = form.dataset.enhance !== undefined;
    if (!enhanced && !question) return;
    event.preventDefault();
    void still(form, async () => {
      const no = form.dataset.confirmNo ?? "✕";
      if (question && !(await ask(question, by?.textContent ?? "✓", no))) return;
      if (enhanced) await send(form, by);
      else leave(form, by);
    });
  });
}

/** Sends a plain form after its question, with the pressed button's own field. */
function leave(form: HTMLFormElement, by: HTMLElement | null): void {
  if (by instanceof HTMLButtonElement && by.name) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: by.name, value: by.value });
    form.append(field);
  }
  form.submit();
}
