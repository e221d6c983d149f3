// What the phone keeps between two looks: the kit, the zone, the language, its own key.

import { openKit, Refused, type Kit, type Verified } from "./check";
import { chance } from "./challenge";
import { from64, to64 } from "./text";

type Slot = "kit" | "issuer" | "zone" | "lang" | "seed" | "spent" | "newest";
const PREFIX = "safeconduct.verify.";

export function recall(slot: Slot): string | undefined {
  try { return localStorage.getItem(PREFIX + slot) ?? undefined; } catch { return undefined; }
}

export function keep(slot: Slot, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + slot);
    else localStorage.setItem(PREFIX + slot, value);
  } catch { /* A phone that keeps nothing asks for its kit again. */ }
}

/** Takes a kit: the first is believed, later ones must be signed by the same and not be older. */
export async function takeKit(bytes: Uint8Array, now: number): Promise<Verified<Kit>> {
  const kit = await openKit(bytes, now, recall("issuer"));
  if (kit.status.asOf < Number(recall("newest") ?? 0)) throw new Refused("older-list");
  keep("kit", to64(bytes));
  keep("issuer", kit.issuer);
  keep("newest", String(kit.status.asOf));
  return kit;
}

/** The kit of last time, if it is still good. */
export async function lastKit(now: number): Promise<Verified<Kit> | undefined> {
  const kept = recall("kit");
  if (kept === undefined) return undefined;
  try { return await openKit(from64(kept), now, recall("issuer")); } catch { return undefined; }
}

export function forget(): void {
  for (const slot of ["kit", "issuer", "zone", "newest", "spent"] as const) keep(slot, undefined);
}

/** The secret of this phone, made when it is first needed. */
export function seed(): Uint8Array {
  const kept = recall("seed");
  if (kept !== undefined) return from64(kept);
  const fresh = chance();
  keep("seed", to64(fresh));
  return fresh;
}

/** Which numbers of a pass's strip were asked here already; each is asked once. */
export function spent(pass: string): number[] {
  const all = JSON.parse(recall("spent") ?? "{}") as Record<string, number[]>;
  return all[pass] ?? [];
}

export function spend(pass: string, number: number): void {
  const all = JSON.parse(recall("spent") ?? "{}") as Record<string, number[]>;
  keep("spent", JSON.stringify({ ...all, [pass]: [...(all[pass] ?? []), number] }));
}
