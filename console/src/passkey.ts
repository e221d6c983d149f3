// Passkeys: enrol one, sign in with one, and sign what binds a party.

import { fromBase64Url, toBase64Url } from "./bytes";
import { addressOf, fields, still, tellIn } from "./forms";
import { noPasskeyText, refusalText } from "./notice";

interface Named { id: string; type: "public-key"; transports?: AuthenticatorTransport[] }
/** What JSON carries as text where the browser wants bytes. */
type CreationText = "challenge" | "user" | "excludeCredentials";
interface Creation {
  publicKey: Omit<PublicKeyCredentialCreationOptions, CreationText> & {
    challenge: string;
    user: { id: string; name: string; displayName: string };
    excludeCredentials?: Named[];
  };
}
interface Request {
  publicKey: Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & {
    challenge: string;
    allowCredentials?: Named[];
  };
}
interface Draft {
  draft: string;
  hash: string;
  challenge: string;
  credential_ids: string[];
  summary: string;
  rp_id: string;
}

/** A refusal with words for the person. */
class Refused extends Error {}

async function call<T>(to: string, body: unknown): Promise<T> {
  const answer = await fetch(to, {
    method: "POST",
    body: JSON.stringify(body),
    credentials: "same-origin",
    headers: { "content-type": "application/json", accept: "application/json" },
  });
  if (!answer.ok) throw new Refused(await refusalText(answer));
  return await answer.json() as T;
}

const named = (list: Named[] | undefined): PublicKeyCredentialDescriptor[] =>
  (list ?? []).map((one) => ({ ...one, id: fromBase64Url(one.id) }));

async function created(options: Creation["publicKey"]): Promise<PublicKeyCredential> {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: fromBase64Url(options.challenge),
      user: { ...options.user, id: fromBase64Url(options.user.id) },
      excludeCredentials: named(options.excludeCredentials),
    },
  });
  if (!(made instanceof PublicKeyCredential)) throw new Refused(noPasskeyText());
  return made;
}

async function got(publicKey: PublicKeyCredentialRequestOptions): Promise<PublicKeyCredential> {
  const given = await navigator.credentials.get({ publicKey });
  if (!(given instanceof PublicKeyCredential)) throw new Refused(noPasskeyText());
  return given;
}

async function register(form: HTMLFormElement): Promise<void> {
  const data = Object.fromEntries(fields(form, null));
  const { publicKey } = await call<Creation>("/passkey/register/start", data);
  const made = await created(publicKey);
  const response = made.response as AuthenticatorAttestationResponse;
  await finish("/passkey/register/finish", {
    id: made.id,
    rawId: toBase64Url(made.rawId),
    type: made.type,
    extensions: made.getClientExtensionResults(),
    response: {
      attestationObject: toBase64Url(response.attestationObject),
      clientDataJSON: toBase64Url(response.clientDataJSON),
      transports: response.getTransports(),
    },
  });
}

async function signIn(form: HTMLFormElement): Promise<void> {
  const data = Object.fromEntries(fields(form, null));
  const { publicKey } = await call<Request>("/passkey/signin/start", data);
  const given = await got({
    ...publicKey,
    challenge: fromBase64Url(publicKey.challenge),
    allowCredentials: named(publicKey.allowCredentials),
  });
  const response = given.response as AuthenticatorAssertionResponse;
  await finish("/passkey/signin/finish", {
    id: given.id,
    rawId: toBase64Url(given.rawId),
    type: given.type,
    extensions: given.getClientExtensionResults(),
    response: {
      authenticatorData: toBase64Url(response.authenticatorData),
      clientDataJSON: toBase64Url(response.clientDataJSON),
      signature: toBase64Url(response.signature),
      userHandle: response.userHandle ? toBase64Url(response.userHandle) : null,
    },
  });
}

async function finish(to: string, body: unknown): Promise<void> {
  const { location: next } = await call<{ location?: string }>(to, body);
  const onward = new URL(next ?? "/", location.href);
  // The same page at another place of it would only scroll, and not show what was signed.
  const same = onward.pathname + onward.search === location.pathname + location.search;
  location.assign(onward.href);
  if (same && onward.hash) location.reload();
}

/** Shows exactly what will be signed; resolves to true when the person says so. */
function shown(draft: Draft): Promise<boolean> {
  const dialog = document.getElementById("sign-dialog");
  if (!(dialog instanceof HTMLDialogElement)) return Promise.resolve(false);
  const part = (name: string) => dialog.querySelector<HTMLElement>(`[data-sign-${name}]`);
  part("summary")?.replaceChildren(draft.summary);
  // In groups of eight, so that two people can read it to each other.
  part("hash")?.replaceChildren(draft.hash.replace(/(.{8})(?=.)/g, "$1 "));
  dialog.returnValue = "";
  const stop = new AbortController();
  const answer = (what: string) => () => dialog.close(what);
  part("confirm")?.addEventListener("click", answer("sign"), { signal: stop.signal });
  part("cancel")?.addEventListener("click", answer("no"), { signal: stop.signal });
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      stop.abort();
      resolve(dialog.returnValue === "sign");
    }, { once: true });
  });
}

async function drafted(form: HTMLFormElement, by: HTMLElement | null): Promise<Draft> {
  const answer = await fetch(form.dataset.draft ?? addressOf(form), {
    method: "POST",
    body: fields(form, by),
    credentials: "same-origin",
    headers: { accept: "application/json" },
  });
  if (!answer.ok) throw new Refused(await refusalText(answer));
  return await answer.json() as Draft;
}

async function sign(form: HTMLFormElement, by: HTMLElement | null): Promise<void> {
  const draft = await drafted(form, by);
  if (!(await shown(draft))) return;
  const given = await got({
    challenge: fromBase64Url(draft.challenge),
    rpId: draft.rp_id,
    userVerification: "required",
    allowCredentials: draft.credential_ids
      .map((id) => ({ type: "public-key" as const, id: fromBase64Url(id) })),
  });
  const response = given.response as AuthenticatorAssertionResponse;
  await finish("/act/sign", {
    draft: draft.draft,
    authenticator_data: toBase64Url(response.authenticatorData),
    client_data_json: toBase64Url(response.clientDataJSON),
    signature: toBase64Url(response.signature),
  });
}

async function guarded(form: HTMLFormElement, work: () => Promise<void>): Promise<void> {
  tellIn(form, "");
  try {
    await work();
  } catch (problem) {
    tellIn(form, problem instanceof Refused ? problem.message : noPasskeyText());
  }
}

const DEEDS: Record<string, (form: HTMLFormElement) => Promise<void>> = {
  register,
  signin: signIn,
};

/** Makes passkey buttons and signed forms work; a signed form is never sent plainly. */
export function startPasskeys(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-passkey]");
    const deed = DEEDS[button?.dataset.passkey ?? ""];
    const form = button?.form;
    if (deed && form?.reportValidity()) void still(form, () => guarded(form, () => deed(form)));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const first = form.querySelector<HTMLButtonElement>("[data-passkey]");
    if (form.dataset.sign === "passkey") {
      event.preventDefault();
      void still(form, () => guarded(form, () => sign(form, event.submitter)));
    } else if (form.dataset.passkeyForm !== undefined) {
      event.preventDefault();
      first?.click();
    }
  });
}
