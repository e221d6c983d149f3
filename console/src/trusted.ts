// The one place where text becomes HTML: only fragments our own server answered.

interface Policy {
  createHTML(html: string): string;
}
interface Factory {
  createPolicy(name: string, rules: Record<string, (input: string) => string>): Policy;
}

/** The browser's Trusted Types, or nothing where the browser has none. */
export function trustedTypes(): Factory | undefined {
  return (globalThis as { trustedTypes?: Factory }).trustedTypes;
}

const fragments = trustedTypes()?.createPolicy("safeconduct", { createHTML: (html) => html });

/** Puts a fragment that was fetched from our own origin into the page. */
export function putFragment(into: Element, html: string): void {
  into.innerHTML = fragments ? fragments.createHTML(html) : html;
}
