// One line at the top of the page says what went wrong, in the words of the page.

/** Shows a text in `#notice`; an empty text hides it. */
export function tell(text: string): void {
  const el = document.getElementById("notice");
  if (!el) return;
  el.textContent = text;
  el.hidden = text === "";
}

function worded(name: string, otherwise: string): string {
  return document.getElementById("notice")?.dataset[name] ?? otherwise;
}

/** The server could not be reached. */
export function tellOffline(): void {
  tell(worded("offline", "⚠ 0"));
}

/** No passkey was given: cancelled, timed out or none on this device. */
export function noPasskeyText(): string {
  return worded("noPasskey", "⚠");
}

/** The text of a refusal: the server's own words, else the status number. */
export async function refusalText(answer: Response): Promise<string> {
  const kind = answer.headers.get("content-type") ?? "";
  const body = (await answer.text()).trim();
  if (kind.includes("json")) {
    const { problem } = JSON.parse(body) as { problem?: string };
    if (problem) return problem;
  }
  if (kind.startsWith("text/plain") && body !== "") return body;
  if (kind.startsWith("text/html")) {
    const said = problemIn(body);
    if (said) return said;
  }
  return `${worded("failed", "⚠")} ${answer.status}`;
}

/** Finds the text of the first `.problem` without making the HTML live. */
function problemIn(html: string): string | undefined {
  const found = /class="problem[^"]*"[^>]*>([^<]+)</.exec(html);
  return found?.[1]?.trim();
}

/** Shows the server's refusal. */
export async function tellFailure(answer: Response): Promise<void> {
  tell(await refusalText(answer));
}
