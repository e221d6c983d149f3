"""A pass and a list verified by python-cwt; the list read as an IETF token status list."""

import zlib

import cbor2
from common import CONTEXT, VECTORS, changed, key
from cwt import COSE, COSEKey


def cose_key(side: str) -> COSEKey:
    kid = bytes.fromhex(VECTORS[side]["key"])
    return COSEKey.new({1: 1, 2: kid, 3: -8, -1: 6, -2: key(side)})


READER = COSE.new(verify_kid=False)


def both_signed(code: bytes) -> bytes:
    """This library asks for one good signature: so it is asked once for each side."""
    payloads = {READER.decode(only(code, place), cose_key(side), external_aad=CONTEXT)
                for place, side in enumerate(("guest", "host"))}
    assert len(payloads) == 1
    return payloads.pop()


def only(code: bytes, place: int) -> bytes:
    tag = cbor2.loads(code)
    assert tag.tag == 98 and len(tag.value[3]) == 2
    return cbor2.dumps(cbor2.CBORTag(98, [*tag.value[:3], [tag.value[3][place]]]))


code = bytes.fromhex(VECTORS["code"])
claims = cbor2.loads(both_signed(code))
assert claims[0] == VECTORS["claims"]["pass"]
for other in changed()[-64:]:
    try:
        both_signed(other)
    except Exception:
        continue
    raise AssertionError("a changed signature was accepted")


def dead(encoded: str) -> list[int]:
    claims = cbor2.loads(READER.decode(bytes.fromhex(encoded), cose_key("host")))
    assert claims[2] == "safeconduct:hostland/passes" and claims[65534] == 300
    assert claims[6] < claims[4]
    bits = zlib.decompress(claims[65533]["lst"])
    assert len(bits) == 8192
    return [at for at in range(65536) if bits[at // 8] >> (at % 8) & 1]


assert dead(VECTORS["later_list"]) == [412, 666]
print("python-cwt: two signatures hold, the list reads as a token status list")
