"""A pass, a kit and a list verified by pycose, which shares no line with us."""

import cbor2
from common import CONTEXT, VECTORS, changed, from45, key
from pycose.algorithms import EdDSA
from pycose.headers import Algorithm
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.keys.keyparam import KpAlg
from pycose.messages import CoseMessage

KEYS = {
    bytes.fromhex(VECTORS[side]["key"]): OKPKey(
        crv=Ed25519, x=key(side), optional_params={KpAlg: EdDSA}
    )
    for side in ("guest", "host")
}


def both_signed(code: bytes) -> dict:
    message = CoseMessage.decode(code)
    assert len(message.signers) == 2, "two signatures"
    for signer in message.signers:
        raw = cbor2.loads(signer.phdr_encoded)
        assert raw[1] == -8 and signer.phdr[Algorithm] is EdDSA
        signer.key = KEYS[raw[4]]
        signer.external_aad = CONTEXT
        assert signer.verify_signature(), "a signature does not hold"
    return cbor2.loads(message.payload)


def signed(code: bytes) -> dict:
    message = CoseMessage.decode(code)
    message.key = KEYS[cbor2.loads(message.phdr_encoded)[4]]
    assert message.verify_signature()
    return cbor2.loads(message.payload)


claims = both_signed(from45(VECTORS["text"].removeprefix("SC2:")))
said = VECTORS["claims"]
assert claims[0] == said["pass"] and claims[1] == said["index"] and claims[4] == said["vehicle"]
assert claims[8] == said["serials"] and claims[9] == said["zone"]
assert claims[11].hex() == said["basis"] and 12 not in claims

refused = 0
for other in changed():
    try:
        both_signed(other)
    except Exception:  # whatever it says, it does not say yes
        refused += 1
    else:
        # One of the two unprotected headers, or a head that this lenient reader takes: our own
        # reader refuses these by their form, and the signatures do not cover them.
        assert other[:5] != bytes.fromhex(VECTORS["code"])[:5], "a changed pass was accepted"
assert refused >= len(changed()) - 4, refused

kit = signed(bytes.fromhex(VECTORS["kit"]))
assert kit[0][0] == "hostland" and kit[1][0] == "guestland"
status = signed(kit[6])
assert status[65533]["bits"] == 1
print(f"pycose: two signatures hold, {refused} of {len(changed())} changes refused, kit and list hold")
