// CBOR, read only in the one form in which it is written: shortest heads, nothing indefinite.

/** The bytes do not say what is expected, or say it in another form. */
export class NotCanonical extends Error {}

/** The bytes are something else altogether. */
export class Malformed extends Error {}

const TEXT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** The largest number that a script counts exactly; no honest value comes near it. */
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Reads one item after the other; whoever reads says what must come. */
export class Reader {
  #at = 0;
  constructor(readonly bytes: Uint8Array) {}

  /** Nothing may be left over. */
  end(): void {
    if (this.#at !== this.bytes.length) throw new NotCanonical("a byte too many");
  }

  #byte(): number {
    const byte = this.bytes[this.#at];
    if (byte === undefined) throw new Malformed("cut short");
    this.#at += 1;
    return byte;
  }

  #head(wanted: number): number {
    const first = this.#byte();
    if (first >> 5 !== wanted) throw new Malformed("another kind of item");
    const short = first & 31;
    if (short < 24) return short;
    const size = { 24: 1, 25: 2, 26: 4, 27: 8 }[short];
    if (size === undefined) throw new Malformed("no length");
    let value = 0n;
    for (let i = 0; i < size; i += 1) value = (value << 8n) | BigInt(this.#byte());
    const least = size === 1 ? 24n : 1n << BigInt(4 * size);
    if (value < least) throw new NotCanonical("a longer head than needed");
    if (value > SAFE) throw new Malformed("a number out of reach");
    return Number(value);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.bytes.length) throw new Malformed("cut short");
    const part = this.bytes.slice(this.#at, end);
    this.#at = end;
    return part;
  }

  /** Is the next item of this kind (major type)? */
  next(kind: number): boolean {
    const byte = this.bytes[this.#at];
    return byte !== undefined && byte >> 5 === kind;
  }

  done(): boolean { return this.#at === this.bytes.length; }

  int(): number { return this.next(1) ? -1 - this.#head(1) : this.#head(0); }

  uint(): number { return this.#head(0); }

  blob(): Uint8Array { return this.#take(this.#head(2)); }

  /** A byte string of exactly so many bytes. */
  fixed(length: number): Uint8Array {
    const bytes = this.blob();
    if (bytes.length !== length) throw new Malformed("another length");
    return bytes;
  }

  text(): string {
    const bytes = this.#take(this.#head(3));
    try { return TEXT.decode(bytes); } catch { throw new Malformed("not UTF-8"); }
  }

  list(): number { return this.#head(4); }

  /** A list of exactly so many items. */
  tuple(length: number): void {
    if (this.list() !== length) throw new Malformed("another number of items");
  }

  map(): number { return this.#head(5); }

  tag(wanted: number): void {
    if (this.#head(6) !== wanted) throw new Malformed("another tag");
  }

  many<T>(one: () => T): T[] { return Array.from({ length: this.list() }, one); }
}

/** A map with small keys in ascending order; those that may be absent are. */
export class Fields {
  #left: number;
  #key: number | undefined;
  constructor(readonly from: Reader) {
    this.#left = from.map();
    this.#turn();
  }

  #turn(): void {
    if (this.#left === 0) this.#key = undefined;
    else {
      this.#left -= 1;
      this.#key = this.from.uint();
    }
  }

  need<T>(key: number, read: (from: Reader) => T): T {
    const value = this.maybe(key, read);
    if (value === undefined) throw new Malformed(`no field ${key}`);
    return value;
  }

  maybe<T>(key: number, read: (from: Reader) => T): T | undefined {
    if (this.#key !== key) return undefined;
    const value = read(this.from);
    this.#turn();
    return value;
  }

  end(): void {
    if (this.#key !== undefined) throw new NotCanonical("an unknown field");
  }
}

type Item = string | number | Uint8Array | Item[];

function head(kind: number, value: number): number[] {
  if (value < 24) return [(kind << 5) | value];
  if (value < 0x100) return [(kind << 5) | 24, value];
  if (value < 0x10000) return [(kind << 5) | 25, value >> 8, value & 255];
  return [(kind << 5) | 26, value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** The one form of texts, bytes, small whole numbers and lists of them. */
export function write(item: Item): Uint8Array {
  if (typeof item === "number") return Uint8Array.from(head(0, item));
  if (typeof item === "string") {
    const bytes = new TextEncoder().encode(item);
    return join(Uint8Array.from(head(3, bytes.length)), bytes);
  }
  if (item instanceof Uint8Array) return join(Uint8Array.from(head(2, item.length)), item);
  return join(Uint8Array.from(head(4, item.length)), ...item.map(write));
}

export function join(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
