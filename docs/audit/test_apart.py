#!/usr/bin/env python3
"""Tests of letters, erasures, witnesses to grants, redacted copies and bodies shown later.

    python3 test_apart.py

SAFECONDUCT names our own program, which is asked the same of the same bytes where it is built.
"""

import base64
import json
import subprocess
import tempfile
import unittest

import cbor2

import forge
from acts import Malformed
from agreement import root
from audit import audit
from forge import Ed, canon, file, grant, order, request
from formats import leaf, roots, sha256, vkey
from revealed import check, included
from test_audit import PROGRAM, TEXT, agree, codes, needs_program

KEY = {"readers": ("joint", None), "subject": "a person", "words": "what may have to go"}


def without(data, number):
    """The file as it is once the bodies of an act were erased."""
    made = cbor2.loads(data)
    for ledger in made[2]:
        for entry in ledger[2]:
            parts = cbor2.loads(entry[0]).value
            if cbor2.loads(parts[2])[1] == number:
                entry.pop(1, None)
    return canon(made)


class Erased(unittest.TestCase):
    """Letters that are in the file, and letters that are gone."""

    def setUp(self):
        self.host, self.guest = forge.pair(TEXT)
        request(self.guest, "d-1")
        grant(self.host, "c-1", "d-1")
        self.letter = self.host.say("letter_sent", at=7, **KEY)
        self.at = len(self.host.entries) - 1
        order(self.guest, "t-1", "d-1", at=8)

    def both(self):
        data = file(self.host, self.guest)
        agree(self, data) if PROGRAM.exists() else None
        return data

    def test_a_letter_that_is_gone_changes_no_figure(self):
        self.host.say("body_erased", at=9, statement=self.letter, reason="asked", rule="request")
        self.guest.say("body_erased", at=10, statement=self.letter, reason="asked", ledger="host",
                       rule="request")
        data = self.both()
        gone = without(data, 94)
        self.assertNotEqual(data, gone)
        agree(self, gone) if PROGRAM.exists() else None
        before, after = audit(data), audit(gone)
        self.assertEqual((codes(data), codes(gone)), (set(), set()))
        for what in ("acted", "void", "unconsented_guest_minutes", "decided_in_full"):
            self.assertEqual(before[what], after[what], what)
        place = {"party": "host", "index": self.at, "by": ["host", "guest"]}
        self.assertEqual(after["erased"], [place])
        self.assertNotIn("no statement says", str(after["notes"]))

    def test_a_letter_that_was_kept_back_is_counted(self):
        gone = without(self.both(), 94)
        self.assertIn("1 joint bodies are not in the file", str(audit(gone)["notes"]))
        if PROGRAM.exists():
            self.assertEqual(said(gone)["withheld"], 1)

    def test_a_grant_is_not_erased(self):
        entry = cbor2.loads(cbor2.loads(self.host.entries[self.at - 1][0]).value[2])
        self.assertEqual(entry[1], 9, "the grant stands before the letter")
        consent = entry[3]
        self.host.say("body_erased", at=9, statement=consent, reason="no", rule="court")
        self.assertIn("erased-what-rests", codes(self.both()))
        self.assertIn("body-withheld", codes(without(file(self.host, self.guest), 9)))

    def test_an_erasure_of_nothing_is_named(self):
        self.host.say("body_erased", at=9, statement=bytes(16), reason="no", rule="court")
        self.assertIn("erased-unknown", codes(file(self.host, self.guest)))

    def test_who_may_not_write_is_void_whatever_he_writes(self):
        driver = Ed()
        self.host.enrol(driver, ["driver"], at=9)
        self.host.say("letter_sent", driver, at=10, **KEY)
        data = self.both()
        self.assertEqual(codes(data), {"not-your-role"})
        self.assertEqual(codes(without(data, 94)), {"not-your-role"})


def said(data, *more):
    with tempfile.NamedTemporaryFile(suffix=".audit") as out:
        out.write(data)
        out.flush()
        ran = subprocess.run([PROGRAM, "audit", out.name, "--json", *more], capture_output=True)
    return json.loads(ran.stdout) if ran.returncode == 0 else ran.returncode


class Witnessed(unittest.TestCase):
    """A text that asks for two of two witnesses."""

    def setUp(self):
        self.witnesses = [("ombudsman.example/w", Ed()), ("parliament.example/w", Ed())]
        keys = [self.key(*it) for it in self.witnesses]
        asks = f"decide_within_hours = 24\nwitness_quorum = 2\nwitnesses = {json.dumps(keys)}\n"
        self.host, self.guest = forge.pair(TEXT.replace("decide_within_hours = 24\n", asks, 1))
        request(self.guest, "d-1")
        grant(self.host, "c-1", "d-1")

    @staticmethod
    def key(name, key):
        public = b"\x04" + key.public
        code = sha256(name.encode(), b"\n", public)[:4].hex()
        return f"{name}+{code}+{base64.b64encode(public).decode()}"

    def show(self, *who, at=7, **lie):
        size = len(self.host.entries)
        note = self.host.head(at=at)
        text, seconds = note.partition("\n\n")[0] + "\n", 1_800_000_000
        for name, key in who:
            timed = f"cosignature/v1\ntime {seconds}\n{text}".encode()
            code = seconds.to_bytes(8, "big") + key.sign(timed)
            known = sha256(name.encode(), b"\n", b"\x04" + key.public)[:4]
            note += f"— {name} {base64.b64encode(known + code).decode()}\n"
        act = {"size": size, "root": self.host.roots[size], "note": note} | lie
        self.host.say("witness_quorum_shown", self.host.node, at=at, **act)

    def found(self):
        data = file(self.host, self.guest)
        agree(self, data) if PROGRAM.exists() else None
        return codes(data)

    def test_a_key_is_read_in_its_one_form(self):
        text = self.key(*self.witnesses[0])
        self.assertEqual(vkey(text)[0], "ombudsman.example/w")
        self.assertIsNone(vkey(text.replace("ombudsman", "ombudsmen")))

    def test_without_witnesses_nobody_goes(self):
        order(self.guest, "t-1", "d-1", at=8)
        self.assertEqual(self.found(), {"no-live-consent"})

    def test_one_of_two_is_not_enough_and_counts_once(self):
        self.show(self.witnesses[0])
        self.show(self.witnesses[0], at=7.5)
        order(self.guest, "t-1", "d-1", at=8)
        self.assertEqual(self.found(), {"no-live-consent"})

    def test_both_are_enough_and_both_programs_agree(self):
        self.show(*self.witnesses)
        order(self.guest, "t-1", "d-1", at=8)
        self.guest.say("task_started", at=9, task="t-1")
        self.assertEqual(self.found(), set())

    def test_who_has_not_seen_it_does_not_know_it(self):
        self.show(self.witnesses[0])
        seen = len(self.host.entries)
        self.show(self.witnesses[1], at=7.5)
        order(self.guest, "t-1", "d-1", at=8, seen=self.guest.seen(seen))
        self.assertEqual(self.found(), {"no-live-consent"})

    def test_a_root_that_the_ledger_never_had_is_void_by_itself(self):
        self.show(*self.witnesses, root=bytes(32))
        order(self.guest, "t-1", "d-1", at=8)
        self.assertEqual(self.found(), {"seen-mismatch", "no-live-consent"})

    def test_a_stranger_is_no_witness(self):
        self.show(("stranger.example/w", Ed()))
        self.assertEqual(self.found(), {"witnesses-missing"})


class Redacted(unittest.TestCase):
    """A copy without its restricted articles, held against what both signed."""

    def test_a_copy_has_the_root_that_both_signed(self):
        text = TEXT.replace('number = "18"\n', 'number = "18"\nrestricted = true\n', 1)
        salt = f'salt = "{"5a" * 32}"\n'
        at = text.index("\n", text.index("guest = ")) + 1
        text = text[:at] + salt + text[at:]
        host, guest = forge.pair(text)
        data = file(host, guest)
        self.assertEqual(codes(data), set())
        with tempfile.TemporaryDirectory() as folder:
            whole, copy, audited = (f"{folder}/{it}" for it in ("a.toml", "b.toml", "c.audit"))
            with open(whole, "w", encoding="utf-8", newline="") as out:
                out.write(text)
            with open(audited, "wb") as out:
                out.write(data)
            made = subprocess.run([PROGRAM, "agreement", "redact", whole, "--out", copy],
                                  capture_output=True)
            self.assertEqual(made.returncode, 0, made.stderr)
            with open(copy, encoding="utf-8", newline="") as read:
                shown = read.read()
            self.assertNotIn("scene_access", shown)
            self.assertEqual(root(shown), root(text))
            ours = audit(data, copy=shown)
            self.assertEqual((ours["findings"], ours["text"]["in_force"]), ([], True))
            other = said(data, "--text", copy)
            self.assertEqual(other["text"]["root"], ours["text"]["root"])
            self.assertEqual([it["party"] for it in other["text"]["signed"]], ["host", "guest"])
            # One letter of it changed, and nobody signed that.
            with open(copy, "w", encoding="utf-8", newline="") as out:
                out.write(shown.replace("port", "fort", 1))
            self.assertEqual(said(data, "--text", copy), 4)
            lied = audit(data, copy=shown.replace("port", "fort", 1))
            self.assertEqual([it["code"] for it in lied["findings"]], ["text-not-signed"])


Redacted = needs_program(Redacted)


class Shown(unittest.TestCase):
    """A body that was withheld, shown with the proof of its time."""

    def setUp(self):
        self.host, self.guest = forge.pair(TEXT)
        own = KEY | {"readers": ("own", None)}
        self.host.say("letter_sent", at=7, audience=[0, []], **own)
        self.last = len(self.host.entries) - 1
        self.host.say("letter_sent", at=9, **KEY)
        leaves = [leaf(it[0]) for it in self.host.entries]
        whole = roots(leaves)[-1]
        entries = []
        for index in range(self.last + 1):
            entry, body = self.host.entries[index][0], self.host.bodies[index]
            way = inclusion(leaves, index)
            self.assertTrue(included(leaves[index], index, len(leaves), way, whole))
            entries.append({0: index, 1: entry, 2: body, 3: way})
        entries = [it for it in entries if is_key_act(it[1]) or it[0] == self.last]
        self.made = {0: "safeconduct/revealed/1", 1: "host", 2: self.host.head(), 3: entries}

    def theirs(self, made):
        with tempfile.NamedTemporaryFile(suffix=".revealed") as out:
            out.write(canon(made))
            out.flush()
            ran = subprocess.run([PROGRAM, "ledger", "check", out.name, "--json"],
                                 capture_output=True)
        return json.loads(ran.stdout) if ran.returncode == 0 else ran.returncode

    def test_it_holds_for_both_programs(self):
        ours = check(canon(self.made))
        self.assertEqual((ours["act"], ours["fields"]["words"]), ("letter_sent", KEY["words"]))
        if PROGRAM.exists():
            other = self.theirs(self.made)
            for what in ("index", "id", "by", "root", "size"):
                self.assertEqual(ours[what], other[what], what)

    def test_every_lie_is_refused_by_both(self):
        def lies():
            for entry in range(len(self.made[3])):
                for part in (1, 2):
                    it = self.made[3][entry][part]
                    yield entry, part, it[:-1] + bytes([it[-1] ^ 1])
                yield entry, 3, [bytes(32)] + self.made[3][entry][3][1:]
                yield entry, 0, self.made[3][entry][0] + 1
        for entry, part, lie in lies():
            made = self.made | {3: [dict(it) for it in self.made[3]]}
            made[3][entry][part] = lie
            with self.assertRaises((Malformed, ValueError)):
                check(canon(made))
            if PROGRAM.exists():
                self.assertEqual(self.theirs(made), 4, (entry, part))
        for made in (self.made | {1: "guest"}, self.made | {2: self.guest.head()},
                     self.made | {3: self.made[3][:1]}, self.made | {3: self.made[3][1:]}):
            with self.assertRaises((Malformed, ValueError)):
                check(canon(made))
            if PROGRAM.exists():
                self.assertEqual(self.theirs(made), 4)


def is_key_act(entry):
    return cbor2.loads(cbor2.loads(entry).value[2])[1] in (0, 1, 2)


def inclusion(leaves, index):
    """RFC 9162, 2.1.3.1."""
    if len(leaves) <= 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return inclusion(leaves[:half], index) + [roots(leaves[half:])[-1]]
    return inclusion(leaves[half:], index - half) + [roots(leaves[:half])[-1]]


if __name__ == "__main__":
    unittest.main()
