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

CORE = ("salt:hash first:int slot_ms:int slots:u32 routes:candidates start:text destination:text"
        " vehicles?:ids")
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
    routes, vehicles = [route for route, _, _ in found["routes"]], found.get("vehicles", [])
    need(1 <= found["slots"] <= 1_440 and 1 <= found["slot_ms"] <= DAY, "slots")
    need(len(set(routes)) == len(routes) <= 64, "routes")
    need(any(weight for _, weight, _ in found["routes"]), "routes without a weight")
    need(all(len(set(gates)) == len(gates) <= 8 and all(len(it.encode()) <= 64 for it in gates)
             for _, _, gates in found["routes"]), "gates")
    need(len(set(vehicles)) == len(vehicles) <= 32, "vehicles")
    need(all(len(found[it].encode()) <= 400 for it in ("start", "destination")), "places")
    return found


def commitment(party, movement, seed, menu):
    """What binds a party to its seed: to a menu as well, but in version 1."""
    head = b"safeconduct/draw/%d\ncommitment\n" % (2 if menu else 1)
    return sha256(head, party.encode(), b"\n", movement.encode(), b"\n", menu or b"", seed)


def half_hash(movement, menu, side, half):
    """By which hash a plan binds a side to its half."""
    return sha256(b"safeconduct/half/1\n", side.encode(), b"\n", movement.encode(), b"\n", menu, half)


def fallback_hash(movement, menu, seed):
    """By which hash a plan is bound to the seed of its fixed entry."""
    return sha256(b"safeconduct/fallback/1\n", movement.encode(), b"\n", menu, seed)


def words(movement, host, guest, menu=None):
    """The stream of draw.md, 64 bits at a time."""
    block = 0
    head = b"safeconduct/draw/%d\nstream\n" % (2 if menu else 1) + movement.encode()
    head += b" " + menu.hex().encode() + b"\n" if menu else b"\n"
    while True:
        data = hashlib.sha256(head + host + guest + block.to_bytes(8, "big")).digest()
        for at in range(0, 32, 8):
            yield int.from_bytes(data[at:at + 8], "big")
        block += 1


def choose(movement, host, guest, core, menu=None):
    """The drawn slot, and the indices of route, gate and vehicles. Version 1 has no menu, draws
    neither gate nor order."""
    stream = words(movement, host, guest, menu)
    weights = [weight for _, weight, _ in core["routes"]]

    def below(count):
        return next(it for it in stream if it < 2**64 - 2**64 % count) % count

    slot, ticket = below(core["slots"]), below(sum(weights))
    route = next(at for at in range(len(weights)) if ticket < sum(weights[:at + 1]))
    if not menu:
        return slot, route, None, []
    order = list(range(len(core.get("vehicles", []))))
    for count in range(len(order), 1, -1):
        taken = below(count)
        order[count - 1], order[taken] = order[taken], order[count - 1]
    gates = core["routes"][route][2]
    return slot, route, below(len(gates)) if gates else None, order


def outcome(movement, core, seeds, menu):
    """What was drawn, in the words of the menu."""
    slot, route, gate, order = choose(movement, *seeds, core, menu)
    name, _, gates = core["routes"][route]
    return {
        "leaves": core["first"] + slot * core["slot_ms"], "route": name,
        "gate": None if gate is None else gates[gate],
        "order": [core["vehicles"][at] for at in order],
    }
