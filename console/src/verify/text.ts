// Base 45 (RFC 9285) with the prefix that says what is inside, and base 64 for addresses.

export type Kind = "pass" | "basis" | "kit" | "list" | "question";
const PREFIXES: Record<Kind, string> = {
  pass: "SC2:", basis: "SB2:", kit: "SK2:", list: "SL2:", question: "SQ2:",
};
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** What a picture or a line of text holds; undefined if it is none of ours. */
export function read(text: string): { kind: Kind; bytes: Uint8Array } | undefined {
  const found = Object.entries(PREFIXES).find(([, prefix]) => text.startsWith(prefix));
  if (!found) return undefined;
  const [kind, prefix] = found as [Kind, string];
  const bytes = from45(text.slice(prefix.length));
  return bytes && { kind, bytes };
}

export const write = (kind: Kind, bytes: Uint8Array): string => PREFIXES[kind] + to45(bytes);

function from45(text: string): Uint8Array | undefined {
  const out: number[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((sign) => ALPHABET.indexOf(sign));
    if (digits.length === 1 || digits.includes(-1)) return undefined;
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (digits.length === 3) {
      if (value > 0xffff) return undefined;
      out.push(value >> 8, value & 255);
    } else {
      if (value > 0xff) return undefined;
      out.push(value);
    }
  }
  return Uint8Array.from(out);
}

function to45(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const [one = 0, two] = bytes.slice(at, at + 2);
    const pair = two !== undefined;
    let value = pair ? one * 256 + two : one;
    for (let i = 0; i < (pair ? 3 : 2); i += 1) {
      text += ALPHABET[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
}

export function from64(text: string): Uint8Array {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

export function to64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

export const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
