// A pass verified by Node's own WebCrypto, with nothing installed: base 45, COSE and Ed25519.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const vectors = JSON.parse(readFileSync(new URL("../../docs/formats/pass.vectors.json", import.meta.url), "utf8"));
const hex = (text) => Buffer.from(text, "hex");
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

function from45(text) {
  const parts = text.match(/.{1,3}/gs).map((part) => [...part].reduceRight((sum, sign) => sum * 45 + ALPHABET.indexOf(sign), 0));
  return Buffer.concat(parts.map((value, at) => (at < parts.length - 1 || text.length % 3 === 0
    ? Buffer.from([value >> 8, value & 255]) : Buffer.from([value]))));
}

/** As much CBOR as a pass has. */
function read(bytes) {
  let at = 0;
  const item = () => {
    const [kind, short] = [bytes[at] >> 5, bytes[at] & 31];
    at += 1;
    const size = short < 24 ? 0 : 2 ** (short - 24);
    const value = size === 0 ? short : Number(BigInt(`0x${bytes.subarray(at, at + size).toString("hex")}`));
    at += size;
    const take = () => bytes.subarray(at, (at += value));
    switch (kind) {
      case 0: return value;
      case 1: return -1 - value;
      case 2: return take();
      case 3: return take().toString();
      case 4: return Array.from({ length: value }, item);
      case 5: return new Map(Array.from({ length: value }, () => [item(), item()]));
      default: return item();
    }
  };
  const whole = item();
  assert.equal(at, bytes.length, "nothing is left over");
  return whole;
}

const short = (kind, bytes) => Buffer.concat([Buffer.from(bytes.length < 24
  ? [(kind << 5) | bytes.length]
  : bytes.length < 256 ? [(kind << 5) | 24, bytes.length] : [(kind << 5) | 25, bytes.length >> 8, bytes.length & 255]), bytes]);

async function bothSigned(code) {
  assert.deepEqual([...code.subarray(0, 3)], [0xd8, 98, 0x84], "a COSE_Sign of four parts");
  const [body, none, payload, signatures] = read(code);
  assert.equal(body.length + none.size, 0);
  assert.ok(none instanceof Map);
  assert.equal(signatures.length, 2);
  for (const [place, side] of ["guest", "host"].entries()) {
    const [protect, unprotected, signature] = signatures[place];
    assert.equal(unprotected.size, 0);
    assert.deepEqual(read(protect).get(4), hex(vectors[side].key));
    const key = await crypto.subtle.importKey("raw", hex(vectors[side].public), "Ed25519", false, ["verify"]);
    const message = Buffer.concat([Buffer.from([0x85]), short(3, Buffer.from("Signature")), short(2, body),
      short(2, protect), short(2, Buffer.from("safeconduct/pass/2")), short(2, payload)]);
    assert.equal(message.toString("hex"), vectors[side].to_sign, "what is signed");
    assert.ok(await crypto.subtle.verify("Ed25519", key, signature, message), `${side}'s signature`);
  }
  return read(payload);
}

const code = from45(vectors.text.slice(4));
const claims = await bothSigned(code);
assert.equal(claims.get(0), vectors.claims.pass);
assert.equal(claims.get(10)[0], Date.parse(vectors.claims.from));
let refused = 0;
for (let at = 0; at < code.length; at += 1) {
  const other = Buffer.from(code);
  other[at] ^= 1;
  await bothSigned(other).then(
    () => assert.fail(`byte ${at} can be changed`),
    (problem) => { if (problem.message.startsWith("byte ")) throw problem; refused += 1; },
  );
}
console.log(`WebCrypto: two signatures hold, ${refused} of ${code.length} changes refused`);
