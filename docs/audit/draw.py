"""The joint draw, and the core of a sealed plan.

Written from docs/formats/draw.md and audit.md, "A sealed plan".
"""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from acts import Malformed, fields, need
from formats import decode, sha256

CORE = "salt:hash first:int slot_ms:int slots:u32 routes:candidates start:text destination:text"
DAY = 86_400_000


def derived(host, guest, label, context):
    info = b"safeconduct/halves/1\n" + label + b"\n" + context.encode()
    return HKDF(hashes.SHA256(), 32, None, info).derive(host + guest)


def unlock(host, guest, context, sealed):
    """What both halves open."""
    need(sealed[:32] == derived(host, guest, b"binding", context), "another key")
    cipher = ChaCha20Poly1305(derived(host, guest, b"key", context))
    try:
        padded = cipher.decrypt(bytes(12), sealed[32:], None).rstrip(b"\x00")
    except InvalidTag as cause:
        raise Malformed("it does not open") from cause
    need(padded.endswith(b"\x80"), "the padding")
    return padded[:-1]


def core(plan, host, guest):
    """The core of a plan, if the two halves open it and it is the one that was committed to."""
    context = f"{plan['movement']} {plan['core'].hex()} core"
    data = unlock(host, guest, context, plan["sealed"])
    need(sha256(b"safeconduct/core/1\n", data) == plan["core"], "another core")
    found = fields(CORE, decode(data))
    routes = [route for route, _ in found["routes"]]
    need(1 <= found["slots"] <= 1_440 and 1 <= found["slot_ms"] <= DAY, "slots")
    need(len(set(routes)) == len(routes) <= 64, "routes")
    need(any(weight for _, weight in found["routes"]), "routes without a weight")
    need(all(len(found[it].encode()) <= 400 for it in ("start", "destination")), "places")
    return found


def words(movement, host, guest):
    """The stream of draw.md, 64 bits at a time."""
    block = 0
    while True:
        head = b"safeconduct/draw/1\nstream\n" + movement.encode() + b"\n"
        data = hashlib.sha256(head + host + guest + block.to_bytes(8, "big")).digest()
        for at in range(0, 32, 8):
            yield int.from_bytes(data[at:at + 8], "big")
        block += 1


def choose(movement, host, guest, slots, weights):
    """The drawn slot and the index of the drawn route."""
    stream = words(movement, host, guest)

    def below(count):
        return next(it for it in stream if it < 2**64 - 2**64 % count) % count

    slot, ticket = below(slots), below(sum(weights))
    route = next(at for at in range(len(weights)) if ticket < sum(weights[:at + 1]))
    return slot, route
