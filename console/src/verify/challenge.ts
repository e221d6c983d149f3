// One-time questions that only the holder of a pass can answer.

import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { Malformed, NotCanonical, Reader, write } from "./cbor";
import { Refused, type Pass, type Verified } from "./check";

/** Walking up, reading a picture and saying six digits takes less than this. */
export const ANSWER_WITHIN_MS = 120_000;
const ANSWER_BELOW = 1_000_000n;

export interface Question { pass: string; key: Uint8Array }

function agree(seed: Uint8Array, other: Uint8Array): Uint8Array {
  const { toMontgomery, toMontgomerySecret } = ed25519.utils;
  return x25519.getSharedSecret(toMontgomerySecret(seed), toMontgomery(other));
}

function digits(seed: Uint8Array, other: Uint8Array, { pass, key }: Question): string {
  const hashed = sha256(write(["safeconduct/answer/2", agree(seed, other), pass, key]));
  const first = hashed.slice(0, 8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return String(first % ANSWER_BELOW).padStart(6, "0");
}

export const chance = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));
export const publicOf = (seed: Uint8Array): Uint8Array => ed25519.getPublicKey(seed);

export const questionBytes = ({ pass, key }: Question): Uint8Array => write([pass, key]);

export function readQuestion(bytes: Uint8Array): Question {
  try {
    const from = new Reader(bytes);
    from.tuple(2);
    const question = { pass: from.text(), key: from.fixed(32) };
    from.end();
    return question;
  } catch (problem) {
    if (problem instanceof Malformed || problem instanceof NotCanonical) throw new Refused("not-a-question");
    throw problem;
  }
}

/** The holder's phone answers. */
export function answer(seed: Uint8Array, question: Question): string {
  try { return digits(seed, question.key, question); } catch { throw new Refused("not-a-question"); }
}

/** A question that waits for its answer; it takes one and is gone. */
export class Asked {
  readonly question: Question;
  #due: string | undefined;
  #until: number;
  constructor(pass: Verified<Pass>, now: number, seed: Uint8Array = chance()) {
    if (!pass.phone) throw new Refused("no-phone");
    this.question = { pass: pass.pass, key: publicOf(seed) };
    this.#due = digits(seed, pass.phone, this.question);
    this.#until = now + ANSWER_WITHIN_MS;
  }

  check(said: string, now: number): void {
    const due = this.#due;
    this.#due = undefined;
    if (now >= this.#until) throw new Refused("too-late");
    if (due === undefined || due !== said) throw new Refused("wrong-answer");
  }
}
