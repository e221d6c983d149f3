"""Checks a cosignature of C2SP tlog-cosignature (type 0x04) with OpenSSL, not with our code.

usage: cosigned.py CHECKPOINT VKEY    prints when it was cosigned, or fails
"""

import base64
import hashlib
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def main(path, vkey):
    name, key_hash, code = vkey.split("+", 2)
    kind_and_key = base64.b64decode(code)
    wanted = hashlib.sha256(name.encode() + b"\n" + kind_and_key).digest()[:4]
    assert wanted.hex() == key_hash and kind_and_key[0] == 4, "not a cosigner's key"
    key = Ed25519PublicKey.from_public_bytes(kind_and_key[1:])
    with open(path, encoding="utf-8") as file:
        text, lines = file.read().split("\n\n")
    for line in lines.splitlines():
        dash, signer, code = line.split(" ")
        blob = base64.b64decode(code)
        if dash != "—" or signer != name or blob[:4] != wanted:
            continue
        seconds = int.from_bytes(blob[4:12], "big")
        key.verify(blob[12:], f"cosignature/v1\ntime {seconds}\n{text}\n".encode())
        print(seconds)
        return
    sys.exit("not cosigned by this key")


main(*sys.argv[1:])
