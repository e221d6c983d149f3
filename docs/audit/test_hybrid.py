#!/usr/bin/env python3
"""Signatures by two algorithms: good ones, and each half forged.

The vectors are those of docs/formats; the lies are made here.
"""

import base64
import hashlib
import json
import unittest
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from forge import Party, adopt, file
from formats import HYBRID, LABEL, ML_DSA, PREFIX, Head, Key, sha256, vkey
from test_audit import TEXT, codes

FORMATS = Path(__file__).parent.parent / "formats"


class Late:
    """An ML-DSA-44 key for heads."""

    def __init__(self):
        self.secret = mldsa.MLDSA44PrivateKey.generate()
        self.public = self.secret.public_key().public_bytes_raw()

    def act(self):
        return {"kind": ML_DSA, "public": self.public}

    def line(self, note, name, seconds, size=None):
        """The line under a head, as the node of that name makes it."""
        head = Head.parse(note)
        head.size = head.size if size is None else size
        code = seconds.to_bytes(8, "big") + self.secret.sign(head.whole(name, seconds))
        known = sha256(name.encode(), b"\n\x06", self.public)[:4]
        return f"— {name} {base64.b64encode(known + code).decode()}\n"


class Vectors(unittest.TestCase):
    def setUp(self):
        self.vector = json.loads((FORMATS / "hybrid.vectors.json").read_text())
        self.key = Key(HYBRID, bytes.fromhex(self.vector["public"]))
        self.message = self.vector["message"].encode()
        self.good = bytes.fromhex(self.vector["signature"])

    def test_the_published_pair_holds(self):
        self.assertEqual(self.key.id.hex(), self.vector["key"])
        self.assertTrue(self.key.signs(self.message, self.good))
        self.assertFalse(self.key.signs(self.message + b".", self.good))

    def test_each_half_forged(self):
        for at in (0, 2_419, 2_420, 2_483):  # of ML-DSA-44, and of Ed25519
            forged = bytearray(self.good)
            forged[at] ^= 1
            self.assertFalse(self.key.signs(self.message, bytes(forged)), at)
        late, plain = self.good[:2_420], self.good[2_420:]
        for cut in (late, plain, plain + late, late + plain + b"\0", late + plain[:63], b""):
            self.assertFalse(self.key.signs(self.message, cut))

    def test_a_half_by_another_key(self):
        """A thief of one secret signs his half rightly, and it is not enough."""
        framed = PREFIX + LABEL + b"\0" + hashlib.sha512(self.message).digest()
        thief = ed25519.Ed25519PrivateKey.generate()
        late = mldsa.MLDSA44PrivateKey.generate()
        plain_only = self.good[:2_420] + thief.sign(framed)
        late_only = late.sign(framed, context=LABEL) + self.good[2_420:]
        for forged in (plain_only, late_only):
            self.assertFalse(self.key.signs(self.message, forged))
        # With the public halves of the thief's keys each would hold: the frame is right.
        theirs = self.key.public[:1_312] + thief.public_key().public_bytes_raw()
        self.assertTrue(Key(HYBRID, theirs).signs(self.message, plain_only))

    def test_the_published_line_holds(self):
        vector = json.loads((FORMATS / "head.vectors.json").read_text())
        vector |= json.loads((FORMATS / "cosignature.vectors.json").read_text())
        key = Key(ML_DSA, base64.b64decode(vector["host_ml_dsa_public"]))
        name, line = vector["host_name"], vector["host_ml_dsa_line"]
        head = Head.parse(vector["signed_head"] + line + "\n")
        times = [vector["host_cosigned_unix_s"] * 1_000]
        self.assertEqual(head.cosigned(name, key), (times, 0))
        code = bytearray(base64.b64decode(line.split(" ")[2]))
        for at in (4, 11, 12, 2_000):
            forged = code.copy()
            forged[at] ^= 1
            line = f"— {name} {base64.b64encode(bytes(forged)).decode()}\n"
            self.assertEqual(Head.parse(vector["signed_head"] + line).cosigned(name, key), ([], 1))
        public = b"\x06" + key.public
        text = f"{name}+{sha256(name.encode(), bytes([10]), public)[:4].hex()}+" \
               + base64.b64encode(public).decode()
        self.assertEqual(vkey(text), (name, key))


class Agreed(unittest.TestCase):
    """A text that asks for hybrid heads."""

    def setUp(self):
        asks = "decide_within_hours = 24\nhybrid_heads = true\n"
        self.text = TEXT.replace("decide_within_hours = 24\n", asks, 1)
        self.keys = {"host": Late(), "guest": Late()}
        self.host, self.guest = Party("host", "host"), Party("guest", "guest")
        self.host.other, self.guest.other = self.guest, self.host

    def name(self, *parties):
        for it in parties:
            it.say("head_key_named", it.node, key=self.keys[it.name].act())

    def signed(self):
        self.name(self.host, self.guest)
        adopt(self.host, self.guest, self.text, 1)

    def line(self, party, key=None, shift=0):
        """The second signature under the newest head of a party."""
        note = type(party).head(party)
        own = base64.b64decode(note.split("\n\n")[1].split("\n")[1].split(" ")[2])
        seconds = int.from_bytes(own[4:12], "big") + shift
        return note, (key or self.keys[party.name]).line(note, party.name, seconds)

    def found(self, **lines):
        for it in (self.host, self.guest):
            note, line = self.line(it)
            whole = note + lines.get(it.name, line)
            it.head = lambda whole=whole: whole
        return codes(file(self.host, self.guest))

    def test_two_good_heads(self):
        self.signed()
        self.assertEqual(self.found(), set())

    def test_a_head_with_the_ed25519_half_alone(self):
        self.signed()
        self.assertEqual(self.found(guest=""), {"head-not-hybrid"})

    def test_a_second_half_by_another_key(self):
        self.signed()
        other = self.line(self.host, Late())[1]
        self.assertEqual(self.found(host=other), {"head-not-hybrid"})

    def test_a_second_half_that_was_altered(self):
        self.signed()
        line = self.line(self.host)[1]
        code = bytearray(base64.b64decode(line.split(" ")[2]))
        code[900] ^= 1
        forged = f"— host {base64.b64encode(bytes(code)).decode()}\n"
        self.assertEqual(self.found(host=forged), {"cosignature", "head-not-hybrid"})

    def test_a_second_half_alone(self):
        """ML-DSA-44 valid, Ed25519 broken: the head is not signed either."""
        self.signed()
        note, line = self.line(self.guest)
        text, below = note.split("\n\n")
        first, *rest = below.split("\n")
        code = bytearray(base64.b64decode(first.split(" ")[2]))
        code[30] ^= 1
        first = f"— guest {base64.b64encode(bytes(code)).decode()}"
        broken = text + "\n\n" + "\n".join([first, *rest]) + line
        host = "".join(self.line(self.host))
        self.host.head, self.guest.head = (lambda: host), (lambda: broken)
        self.assertEqual(codes(file(self.host, self.guest)), {"head-signature"})

    def test_who_has_named_no_key_signs_no_such_text(self):
        self.name(self.host)
        adopt(self.host, self.guest, self.text, 1)
        self.assertEqual(codes(file(self.host, self.guest)), {"head-key-missing"})

    def test_a_key_is_named_once(self):
        self.name(self.host, self.guest)
        self.keys["host"] = Late()
        self.name(self.host)
        self.assertEqual(codes(file(self.host, self.guest)), {"already-exists"})

    def test_another_kind_of_key_is_none(self):
        plain = {"kind": 0, "public": self.host.node.public}
        self.host.say("head_key_named", self.host.node, key=plain)
        self.assertEqual(codes(file(self.host, self.guest)), {"unknown-key"})

    def test_nobody_asks_and_nothing_changes(self):
        adopt(self.host, self.guest, TEXT, 1)
        self.assertEqual(codes(file(self.host, self.guest)), set())


if __name__ == "__main__":
    unittest.main()
