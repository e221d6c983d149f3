"""What the independent verifiers share: the published vectors, and base 45."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "docs/formats/pass.vectors.json").read_text())
CONTEXT = b"safeconduct/pass/2"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def from45(text: str) -> bytes:
    """RFC 9285, from its text."""
    out = bytearray()
    for at in range(0, len(text), 3):
        part = [ALPHABET.index(sign) for sign in text[at : at + 3]]
        value = sum(digit * 45**place for place, digit in enumerate(part))
        out += value.to_bytes(2 if len(part) == 3 else 1, "big")
    return bytes(out)


def key(side: str) -> bytes:
    return bytes.fromhex(VECTORS[side]["public"])


def changed() -> list[bytes]:
    """The pass with one bit of each byte turned."""
    code = bytes.fromhex(VECTORS["code"])
    return [code[:at] + bytes([code[at] ^ 1]) + code[at + 1 :] for at in range(len(code))]
