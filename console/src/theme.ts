// Light or dark, kept in a cookie so that the server writes the page in it.

const YEAR_S = 31_536_000;

/** True when the page is dark now, by choice or by the system. */
export function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "dark" || chosen === "light") return chosen === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

const listeners: (() => void)[] = [];

/** Hears that the colours changed. */
export function onTheme(listener: () => void): void {
  listeners.push(listener);
}

/** Makes `[data-theme-toggle]` work. */
export function startTheme(): void {
  const told = () => { for (const listener of listeners) listener(); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", told);
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-theme-toggle]")) return;
    const next = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    document.cookie = `theme=${next}; path=/; max-age=${YEAR_S}; samesite=strict`;
    told();
  });
}
