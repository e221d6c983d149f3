"""Tests of the audit: what is broken or forged is named, and our own program says the same.

    python3 test_audit.py        # in this folder, with requirements.txt

SAFECONDUCT_AUDIT names a file that the demo exported; SAFECONDUCT names the program. Tests that
need one that is not there are skipped, and say so.
"""

import base64
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import cbor2

import draw
import forge
from acts import ROLES, Malformed
from audit import audit
from forge import MINUTE, ROUTE, START, Ed, Passkey, canon, file, grant, order, request
from formats import Head, Key, Statement, leaf, roots

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
EXERCISE = Path(os.environ.get("SAFECONDUCT_AUDIT", TOP / ".run/exercise.audit"))
PROGRAM = Path(os.environ.get("SAFECONDUCT", TOP / "target/release/safeconduct"))
TEXT = (TOP / "scenarios/karachi/agreement.toml").read_text(encoding="utf-8")

needs_exercise = unittest.skipUnless(EXERCISE.exists(), f"no file {EXERCISE}")
needs_program = unittest.skipUnless(PROGRAM.exists(), f"no program {PROGRAM}")


def codes(data):
    """What is found wrong; a void statement is named by its reasons."""
    return {it["detail"] if it["code"] == "void" else it["code"] for it in audit(data)["findings"]}


def theirs(data):
    """What our own program says of the same bytes; None if it refuses them."""
    with tempfile.NamedTemporaryFile(suffix=".audit") as out:
        out.write(data)
        out.flush()
        ran = subprocess.run([PROGRAM, "audit", out.name, "--json"], capture_output=True)
    return json.loads(ran.stdout) if ran.returncode == 0 else None


def flipped(data, at, bit=0):
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1:]


# ---- A real file, broken ------------------------------------------------------------------------


@needs_exercise
class Broken(unittest.TestCase):
    """One thing of the exercise's file is changed; the right thing is named."""

    def setUp(self):
        self.file = cbor2.loads(EXERCISE.read_bytes())
        self.host, self.guest = sorted(self.file[2], key=lambda it: it[0] != "host")

    def found(self):
        return codes(canon(self.file))

    def envelope(self, ledger, index):
        return list(cbor2.loads(ledger[2][index][0]).value)

    def put(self, ledger, index, parts):
        ledger[2][index][0] = canon(cbor2.CBORTag(18, parts))

    def test_whole(self):
        self.assertEqual(self.found(), set())

    @needs_program
    def test_our_own_program_says_the_same(self):
        ours, other = audit(EXERCISE.read_bytes()), theirs(EXERCISE.read_bytes())
        for what in ("at", "acted", "void", "unconsented_guest_minutes"):
            self.assertEqual(ours[what], other[what], what)
        entries = {it["ledger"]: it["entries"] for it in other["entries"]}
        self.assertEqual(ours["entries"], entries)
        self.assertTrue(all(it["witnessed"] for it in other["entries"]))
        self.assertEqual(other["overruns"], [])
        caught = {it["party"]: it["codes"] for it in other["misbehaved"]}
        self.assertEqual(ours["caught"], caught)

    def test_signature(self):
        parts = self.envelope(self.host, 13)
        parts[3] = flipped(parts[3], 40)
        self.put(self.host, 13, parts)
        self.assertLessEqual({"bad-signature", "head-root", "seen-mismatch"}, self.found())

    def test_two_signatures_exchanged(self):
        one, two = self.envelope(self.host, 13), self.envelope(self.host, 17)
        one[3], two[3] = two[3], one[3]
        self.put(self.host, 13, one)
        self.put(self.host, 17, two)
        self.assertLessEqual({"bad-signature", "head-root"}, self.found())

    def test_header(self):
        parts = self.envelope(self.guest, 15)
        header = cbor2.loads(parts[2])
        for key, other, code in (
            (0, 2, "malformed"), (1, 15, "body-missing"), (2, "host", "malformed"),
            (3, bytes(16), "bad-signature"), (4, header[4] + 1, "bad-signature"),
            (5, [header[5][0], bytes(32), header[5][2]], "seen-mismatch"),
            (7, bytes(32), "bad-signature"), (8, header[8] + 1, "body-missing"),
        ):
            with self.subTest(key=key):
                self.put(self.guest, 15, [parts[0], {}, canon(header | {key: other}), parts[3]])
                self.assertLessEqual({code, "head-root"}, self.found())

    def test_key_and_algorithm(self):
        parts = self.envelope(self.guest, 15)
        protected = cbor2.loads(parts[0])
        for key, other, code in (
            (1, -7, "bad-signature"), (1, -9, "malformed"), (3, "text/plain", "malformed"),
            (4, bytes(8), "unknown-key"),
        ):
            with self.subTest(key=key, other=other):
                self.put(self.guest, 15, [canon(protected | {key: other}), *parts[1:]])
                self.assertLessEqual({code, "head-root"}, self.found())

    def test_unprotected_header(self):
        parts = self.envelope(self.guest, 15)
        self.put(self.guest, 15, [parts[0], {1: 1}, *parts[2:]])
        self.assertIn("malformed", self.found())

    def test_longer_form(self):
        entry = self.guest[2][15][0]
        self.guest[2][15][0] = entry[:1] + b"\x98\x04" + entry[2:]
        self.assertIn("malformed", self.found())

    def test_body(self):
        salt, act = cbor2.loads(self.host[2][13][1])
        for body in ([flipped(salt, 0), act], [salt, flipped(act, len(act) - 1)]):
            self.host[2][13][1] = canon(body)
            self.assertEqual(self.found(), {"body-commitment"})

    def test_body_withheld(self):
        del self.host[2][13][1]
        self.assertEqual(self.found(), {"body-withheld"})

    def test_bodies_exchanged(self):
        one, two = self.host[2][13], self.host[2][17]
        one[1], two[1] = two[1], one[1]
        self.assertEqual(self.found(), {"body-commitment"})

    def test_entry_dropped(self):
        for index in (0, 13, len(self.host[2]) - 1):
            with self.subTest(index=index):
                self.setUp()
                del self.host[2][index]
                self.assertTrue(self.found() & {"head-root", "not-two-sides"})

    def test_entries_swapped(self):
        entries = self.host[2]
        entries[13], entries[14] = entries[14], entries[13]
        self.assertLessEqual({"head-root", "seen-mismatch"}, self.found())

    def test_entry_doubled(self):
        self.guest[2].insert(15, self.guest[2][14])
        self.assertLessEqual({"head-root", "replayed"}, self.found())

    def head(self, line, other):
        lines = self.host[1].split("\n")
        lines[line] = other
        self.host[1] = "\n".join(lines)
        return self.found()

    def test_head(self):
        kept, size = self.host[1], len(self.host[2])
        for line, other, code in (
            (0, "guest", "head-origin"), (1, str(size - 1), "head-root"),
            (1, "0" + str(size), "head-unreadable"),
            (2, base64.b64encode(bytes(32)).decode(), "head-root"),
            (3, f"state/1 {size} 1 {base64.b64encode(bytes(32)).decode()}", "head-signature"),
            (3, f"state/1 {size + 1} 1 {base64.b64encode(bytes(32)).decode()}",
             "head-state-sizes"), (3, "other/1 2", "head-unreadable"),
        ):
            with self.subTest(line=line, other=other):
                self.host[1] = kept
                self.assertIn(code, self.head(line, other))

    def test_signatures_of_a_head(self):
        kept = self.host[1].split("\n")
        for line, wanted in ((5, "head-signature"), (6, "cosignature"), (7, "cosignature")):
            with self.subTest(line=line):
                self.setUp()
                dash, name, code = kept[line].split(" ")
                code = base64.b64encode(flipped(base64.b64decode(code), 30)).decode()
                self.assertIn(wanted, self.head(line, f"{dash} {name} {code}"))

    def test_heads_exchanged(self):
        self.host[1], self.guest[1] = self.guest[1], self.host[1]
        self.assertLessEqual({"head-origin", "head-signature", "head-root"}, self.found())

    def test_made_before_its_signatures(self):
        self.file[1] -= 3_600_000
        self.assertIn("made-before-signed", self.found())

    def test_another_root_key_than_was_told(self):
        found = audit(canon(self.file))["roots"]
        told = audit(canon(self.file), found | {"host": found["guest"]})
        self.assertEqual([it["code"] for it in told["findings"]], ["root-key"])
        self.assertEqual(audit(canon(self.file), found)["findings"], [])

    def test_what_is_no_such_file(self):
        for other in (b"", b"\x00", canon({0: "other", 1: 0, 2: []}), EXERCISE.read_bytes()[:-1],
                      EXERCISE.read_bytes() + b"\x00"):
            with self.assertRaises(Malformed):
                audit(other)

    def test_any_bit(self):
        """No bit of the file can be flipped without a change in what is reported."""
        data, chance = EXERCISE.read_bytes(), random.Random(1)
        whole = audit(data)
        places = [chance.randrange(len(data)) for _ in range(150)]
        heads = [data.find(it[1].encode()) + chance.randrange(len(it[1].encode()))
                 for it in (self.host, self.guest) for _ in range(40)]
        for at in places + heads:
            bit = chance.randrange(8)
            try:
                self.assertNotEqual(audit(flipped(data, at, bit)), whole, f"byte {at}, bit {bit}")
            except (Malformed, ValueError):
                pass

    def test_exit_codes(self):
        def run(data):
            with tempfile.NamedTemporaryFile(suffix=".audit") as out:
                out.write(data)
                out.flush()
                command = [sys.executable, HERE / "audit.py", out.name]
                return subprocess.run(command, capture_output=True).returncode

        data = EXERCISE.read_bytes()
        del self.host[2][13][1]
        self.assertEqual([run(data), run(canon(self.file)), run(data[1:])], [0, 1, 2])


# ---- Ledgers with our own keys ------------------------------------------------------------------


def working(**more):
    """A task that was ordered under a lease from minute 6 to minute 120."""
    host, guest = forge.pair(TEXT)
    request(guest, "d-1")
    grant(host, "c-1", "d-1")
    order(guest, "t-1", "d-1", **more)
    return host, guest


def start(guest, at, task="t-1", **more):
    guest.say("task_started", at=at, task=task, **more)


def end(guest, at, task="t-1"):
    guest.say("task_ended", at=at, task=task, reason="done")


def revoke(host, at):
    host.say("consent_revoked", at=at, consent="c-1", reason="no longer")


class Forged(unittest.TestCase):
    """Well-signed statements that are wrong."""

    def agrees(self, data):
        """Our own program counts the same, where it is there to ask."""
        if PROGRAM.exists():
            ours, other = audit(data), theirs(data)
            for what in ("acted", "void", "unconsented_guest_minutes"):
                self.assertEqual(ours[what], other[what], what)

    def minutes(self, data):
        self.agrees(data)
        return audit(data)["unconsented_guest_minutes"]

    def test_honest(self):
        host, guest = working()
        start(guest, 10)
        end(guest, 60)
        data = file(host, guest)
        self.assertEqual((codes(data), self.minutes(data)), (set(), 0))
        duty = audit(data)["duties"][0]
        self.assertEqual((duty["what"], duty["leases"], duty["heads"]), ("t-1", ["c-1"], 2))

    def test_who_stays_after_a_revocation_is_counted_after_ten_minutes(self):
        host, guest = working()
        start(guest, 10)
        revoke(host, 30)
        end(guest, 55)
        data = file(host, guest)
        self.assertEqual((codes(data), self.minutes(data)), ({"presence-without-consent"}, 30))

    def test_who_stays_after_the_lease_is_counted_until_now(self):
        host, guest = working()
        start(guest, 10)
        data = file(host, guest, made=140.5)
        self.assertEqual((codes(data), self.minutes(data)), ({"presence-without-consent"}, 22))

    def test_a_gap_between_two_leases(self):
        host, guest = working()
        start(guest, 10)
        revoke(host, 20)
        grant(host, "c-2", "d-1", at=40, until=120)
        end(guest, 60)
        self.assertEqual(self.minutes(file(host, guest)), 20)

    def test_a_closed_rung_ends_consent(self):
        host, guest = working()
        start(guest, 10)
        host.say("rung_closed", at=20, agreement="karachi-exercise", rung="escort_inside_cordon",
                 reason="closed")
        end(guest, 40)
        self.assertEqual(self.minutes(file(host, guest)), 20)

    def test_a_start_without_consent_is_void_and_counted(self):
        host, guest = working()
        revoke(host, 8)
        start(guest, 10)
        end(guest, 30.5)
        data = file(host, guest)
        self.assertEqual(codes(data), {"no-live-consent", "presence-without-consent"})
        self.assertEqual(self.minutes(data), 42)

    def test_a_start_that_could_not_see_the_revocation_stands(self):
        host, guest = working()
        size = len(host.entries)
        revoke(host, 9)
        start(guest, 10, seen=guest.seen(size, START + 8 * MINUTE))
        end(guest, 15)
        data = file(host, guest)
        self.assertEqual((codes(data), self.minutes(data)), (set(), 0))

    def test_a_host_that_was_not_heard(self):
        host, guest = working()
        start(guest, 40, seen=guest.seen(at=START + 15 * MINUTE))
        self.assertIn("host-not-heard", codes(file(host, guest)))

    def test_a_head_that_would_have_shown_the_revocation(self):
        host, guest = working()
        size = len(host.entries)
        revoke(host, 9)
        start(guest, 40, seen=guest.seen(size, START + 40 * MINUTE))
        self.assertIn("times-contradict", codes(file(host, guest)))

    def test_more_people_than_the_lease(self):
        host, guest = working(heads=5)
        self.assertIn("outside-consent", codes(file(host, guest)))

    def test_a_lease_beyond_the_ceiling_is_void(self):
        host, guest = forge.pair(TEXT)
        request(guest, "d-1", 8)
        request(guest, "d-2", 8)
        grant(host, "c-1", "d-1", 8)
        grant(host, "c-2", "d-2", 8)
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual(codes(data), {"ceiling-reached"})

    def test_people_on_duty_beyond_the_ceiling(self):
        """Each lease fits, and those of the first stay: 20 are there where 10 may be."""
        host, guest = forge.pair(TEXT)
        for name in ("d-1", "d-2"):
            request(guest, name, 10)
        grant(host, "c-1", "d-1", 10, until=20)
        order(guest, "t-1", "d-1", 10)
        start(guest, 10)
        grant(host, "c-2", "d-2", 10, at=25)
        order(guest, "t-2", "d-2", 10, at=26)
        start(guest, 27, "t-2")
        self.assertEqual(codes(file(host, guest, made=29)), {"ceiling-passed"})

    def test_every_instant_has_its_own_ceiling(self):
        host, guest = forge.pair(TEXT)
        request(guest, "d-1", 4)
        grant(host, "c-1", "d-1", 4, until=20)
        lower = TEXT.replace("headcount_max = 10", "headcount_max = 3")
        forge.adopt(host, guest, lower, 60)
        self.assertEqual(codes(file(host, guest)), set())

    def test_a_text_that_comes_below_living_leases(self):
        host, guest = forge.pair(TEXT)
        request(guest, "d-1", 4)
        grant(host, "c-1", "d-1", 4)
        forge.adopt(host, guest, TEXT.replace("headcount_max = 10", "headcount_max = 3"), 60)
        self.assertEqual(codes(file(host, guest)), {"ceiling-passed"})

    def test_a_revoked_key(self):
        for again in (False, True):
            host, guest = working()
            guest.say("key_voided", guest.root, key=guest.officer.id, reason="lost")
            if again:  # an enrolment never brings a voided key back
                guest.enrol(guest.officer)
            start(guest, 10)
            data = file(host, guest)
            self.agrees(data)
            self.assertIn("unknown-key", codes(data))

    def test_a_key_that_ran_out(self):
        host, guest = working()
        late = Ed()
        guest.enrol(late, until=START + 10 * MINUTE)
        guest.say("task_started", late, at=11, task="t-1")
        self.assertIn("unknown-key", codes(file(host, guest)))

    def test_keys_are_the_root_keys_to_enrol(self):
        host, guest = working()
        mine = Ed()
        guest.say("key_enrolled", person="guest/me", key=mine.fields, roles=ROLES,
                  until=forge.FOREVER)
        guest.say("task_started", mine, at=10, task="t-1")
        self.assertLessEqual({"not-your-role", "unknown-key"}, codes(file(host, guest)))

    def test_void_by_itself(self):
        for wanted, more in (
            ("malformed", {"origin": "host"}), ("replayed", {"id": (3).to_bytes(16, "big")}),
            ("seen-mismatch", {"seen": [2, bytes(32), 0]}),
            ("seen-mismatch", {"seen": [999, bytes(32), 0]}), ("out-of-time", {"at": 1}),
            ("body-missing", {"content": canon([14, [{0: "NOT AN ID"}]])}),
            ("body-missing", {"header": {8: 1}}), ("malformed", {"header": {0: 2}}),
            ("malformed", {"header": {9: 0}}),
        ):
            with self.subTest(wanted=wanted, more=more):
                host, guest = working()
                if wanted == "replayed":
                    more = {"id": guest.say("alarm_noted", alarm="a")}
                start(guest, **({"at": 10} | more))
                self.assertIn(wanted, codes(file(host, guest)))

    def test_a_second_founding_enrols_nobody(self):
        for signer in ("root", "node", "officer"):
            host, guest = working()
            root, mine = Ed(), Ed()
            host.say("party_founded", getattr(host, signer), party="host", names=["", "", ""],
                     side="host", root=root.fields, node=host.node.fields, sealing=b"")
            host.say("key_enrolled", root, person="host/me", key=mine.fields, roles=ROLES,
                     until=forge.FOREVER)
            host.say("consent_renewed", mine, at=9, consent="c-1", until=START + 200 * MINUTE)
            self.assertEqual(codes(file(host, guest)), {"not-founded", "unknown-key"})

    def test_the_other_sides_act(self):
        host, guest = working()
        guest.say("consent_renewed", at=8, consent="c-1", until=START + 200 * MINUTE)
        host.say("task_started", at=10, task="t-1")
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual(codes(data), {"not-your-side"})

    def test_passkeys(self):
        for wanted, change in (
            (set(), {}), ({"bad-signature"}, {"flags": 0x01}), ({"bad-signature"}, {"flags": 0x04}),
            ({"bad-signature"}, {"party": "elsewhere.example"}),
            ({"bad-signature"}, {"client": '{"type":"webauthn.create",%s}'}),
            ({"bad-signature"}, {"client": '{"type":"webauthn.get","crossOrigin":true,%s}'}),
            ({"bad-signature"}, {"client": '{"type":"webauthn.get","type":"webauthn.get",%s}'}),
            ({"bad-signature"}, {"client": '{"type":"webauthn.get","\\u0061":1,%s}'}),
            ({"bad-signature"}, {"client": '{"type":"webauthn.get",%s} x'}),
            (set(), {"client": ' { "type" : "webauthn.get", "more": {"type": "\\n"}, %s } '}),
        ):
            with self.subTest(change=change):
                host, guest = working()
                key = Passkey()
                guest.enrol(key)
                vars(key).update(change)
                guest.say("task_started", key, at=10, task="t-1")
                data = file(host, guest)
                self.agrees(data)
                self.assertEqual(codes(data), wanted)

    def test_a_fork_is_proved_by_two_heads(self):
        for same in (False, True):
            host, guest = working()
            heads = [guest.head(3), guest.head(3, None if same else bytes(32))]
            host.say("misbehaviour_noted", host.node, at=8, party="guest", code="fork",
                     heads=heads)
            start(guest, 10)
            data = file(host, guest)
            self.agrees(data)
            self.assertIn("bad-signature" if same else "party-misbehaved", codes(data))
            self.assertEqual(audit(data)["caught"], {} if same else {"guest": ["fork"]})

    def test_two_heads_that_agree_prove_no_fork(self):
        host, guest = working()
        host.say("misbehaviour_noted", host.node, at=8, party="guest", code="fork",
                 heads=[guest.head(3), guest.head(4)])
        self.assertEqual(codes(file(host, guest)), {"accusation-unproved"})

    def test_an_end_that_is_dated_back(self):
        """The host heard the guest at minute 100 and knew of no end at minute 35."""
        host, guest = working()
        start(guest, 10)
        revoke(host, 30)
        host.say("alarm_noted", at=100, alarm="a")
        guest.say("task_ended", at=35, task="t-1", reason="done",
                  seen=guest.seen(len(host.entries) - 2, START + 30 * MINUTE))
        guest.at = START + 101 * MINUTE
        self.assertIn("times-contradict", codes(file(host, guest)))

    def test_two_nodes_that_diverged(self):
        host, guest = working()
        data = cbor2.loads(file(host, guest))
        for ledger, party, mark in zip(data[2], (host, guest), (b"a", b"b")):
            code = base64.b64encode(mark * 32).decode()
            state = f"state/1 {len(host.entries)} {len(guest.entries)} {code}"
            ledger[1] = party.head(state=state)
        self.assertEqual(codes(canon(data)), {"diverged"})

    def test_a_suspension(self):
        for scope in (("whole", None), ("zone", ROUTE), ("category", "police")):
            host, guest = working()
            host.say("agreement_suspended", at=8, agreement="karachi-exercise", scope=scope,
                     reason="stop")
            start(guest, 10)
            data = file(host, guest)
            self.agrees(data)
            self.assertIn("suspended", codes(data))

    def test_a_movement(self):
        host, guest = forge.pair(TEXT)
        forge.movement(host, guest)
        guest.say("arrived", at=1580, movement="m-1", headcount=3)
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual(codes(data), set())
        self.assertEqual(audit(data)["draws"], {"m-1": ["2024-10-07T05:11:00Z", "r1"]})

    def test_a_convoy_that_goes_on_after_its_consent(self):
        host, guest = forge.pair(TEXT)
        forge.movement(host, guest)
        host.say("consent_revoked", at=1561, consent="c-m-1", reason="no longer")
        guest.say("arrived", at=1700, movement="m-1", headcount=3)
        self.assertEqual(codes(file(host, guest)), {"road-without-consent"})

    def test_a_half_that_opens_nothing(self):
        host, guest = forge.pair(TEXT)
        forge.movement(host, guest, halves={"guest": b"X" * 32})
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual(codes(data), {"seed-mismatch", "draw-incomplete"})

    def test_a_movement_that_lacks_something(self):
        """The n-th act of the movement is signed by a key without its role."""
        for missing, wanted in ((2, "not-as-noticed"), (3, "wrong-state")):
            host, guest = forge.pair(TEXT)
            said, count = guest.say, iter(range(1, 99))

            def say(word, *rest, said=said, count=count, **act):
                changed = {"seats": 2} if next(count) == missing == 2 else {}
                role = (Ed(),) if missing == 3 and word == "movement_approved" else rest
                return said(word, *role, **(act | changed))

            guest.say = say
            forge.movement(host, guest)
            data = file(host, guest)
            self.agrees(data)
            self.assertIn(wanted, codes(data))

    def test_entries_without_a_head(self):
        host, guest = working()
        data = cbor2.loads(file(host, guest))
        data[2][1][1] = guest.head(3)
        found = audit(canon(data))
        self.assertIn("2 entries of guest stand after its newest head", found["notes"])


# ---- Chance -------------------------------------------------------------------------------------

MORE = """
[[article]]
number = "99"
heading = { en = "More", zh = "More", ur = "More" }
text = { en = "More", zh = "More", ur = "More" }
termination = { notice_days = 0, survivors = ["purpose"] }
emergency_and_evacuation = { declared_by = "host", hours_max = 1, notice_minutes = 5 }
rotation = { days_max = 2, gap_days_min = 1 }
accreditation_and_training = [{ item = "vetting", categories = ["liaison"], valid_days = 1 }]
host_presence = [{ tasks = ["inner_cordon"], guests_per_officer_max = 2 }]
psc_licensing = { categories = ["private_security"], audit_days = 1, insured = true }
"""


SPECIAL = ["private_security", "liaison"]


def chance(seed):
    """Two ledgers of random acts, most of them wrong: by whom, when, of what, having seen what."""
    dice = random.Random(seed)
    pick, now = dice.choice, 2.0
    host, guest = forge.pair(pick((TEXT, TEXT + MORE)))
    agreement = {"agreement": "karachi-exercise"}

    def soon(*minutes):
        return START + round((now + pick(minutes)) * MINUTE)

    def say(party, word, **act):
        at, size = now + pick((0, 0, 0, 0, -1, -3)), len(party.other.entries)
        seen = size if dice.random() < 0.8 else dice.randrange(max(0, size - 4), size + 1)
        heard = START + round((at - pick((0, 0, 0, 5, 25))) * MINUTE)
        key = party.officer if dice.random() < 0.97 else pick((party.node, party.root))
        party.say(word, key, at=at, seen=party.seen(seen, heard), **act)

    def one():
        deployment, lease, task = pick("ab"), pick("abc"), pick("abc")
        zone = pick([ROUTE] * 9 + ["karachi-airport", "cantonment-north"])
        scope = pick([("whole", None), ("zone", ROUTE), ("category", "police"), ("clause", "9")])
        word = pick(
            "request request grant grant grant renew revoke order order order start start start"
            " start end end suspend resume close open void notice show show accept accept license"
            " beside emergency end_it".split()
        )
        if word == "request":
            terms = dict(zone=zone, rung=pick(["escort_inside_cordon"] * 5 + ["advise", "armed"]),
                         headcount=pick((0, 4, 4, 8)), arms=pick(["unarmed"] * 5 + ["sidearm"]),
                         window=(soon(-5, 0), soon(30, 300, 3_000)))
            base = dict(vehicles=pick((1, 2, 3)), category=pick(["police"] * 4 + SPECIAL))
            base["task"] = pick(["close_protection"] * 4 + ["inner_cordon", "advise"])
            say(guest, "deployment_requested", deployment=deployment, **agreement,
                purpose=pick(["protect_persons"] * 9 + ["investigate"]), terms=base | terms)
        elif word == "grant":
            say(host, "consent_granted", consent=lease, subject=("deployment", deployment),
                until=soon(-1, 9, 30, 90, 800), headcount_max=pick((2, 4, 4, 8)))
        elif word == "renew":
            say(host, "consent_renewed", consent=lease, until=soon(9, 30, 90, 800))
        elif word == "revoke":
            say(host, "consent_revoked", consent=lease, reason=pick(["x", "x", " "]))
        elif word == "order":
            say(guest, "task_ordered", task=task, deployment=deployment,
                units=dice.sample(["p", "q", "r", "s", "t"], pick((0, 1, 2, 2, 4))),
                window=(soon(-2, 0), soon(20, 200)))
        elif word == "start":
            say(guest, "task_started", task=task)
        elif word == "end":
            say(guest, "task_ended", task=task, reason="x")
        elif word in ("suspend", "resume"):
            more = {"reason": "x"} if word == "suspend" else {}
            say(pick((host, guest)), "agreement_" + (word + "ed" if more else "resumed"),
                scope=scope, **agreement, **more)
        elif word in ("close", "open"):
            more = {"reason": "x"} if word == "close" else {}
            say(host, "rung_closed" if more else "rung_opened", rung="escort_inside_cordon",
                **agreement, **more)
        elif word == "show":
            say(guest, "accredited", accreditation=lease, unit=pick("pqrst"), item="vetting",
                category=pick(SPECIAL), shown=soon(0, 0, 1, -2_000), until=soon(0, 30, 900),
                **pick(({}, {"company": "co"})))
        elif word == "accept":
            say(host, "accreditation_accepted", accreditation=lease)
        elif word == "license":
            say(host, "licence_recorded", company="co", name="Co", audited=soon(0, 0, -2_000),
                categories=["private_security"], insured=dice.random() < 0.8, until=soon(30, 900))
        elif word == "beside":
            say(host, "host_officers_assigned", officers=pick((0, 1, 2)), until=soon(5, 50),
                beside=pick((("deployment", deployment), ("task", task))))
        elif word == "emergency":
            say(pick((host, host, guest)), "emergency_declared", reason="x", **agreement)
        elif word == "end_it":
            if dice.random() < 0.2:
                say(host, "agreement_terminated", reason="x", **agreement)
            else:
                say(host, "emergency_ended", **agreement)
        elif word == "void":
            party, key = pick((host, guest)), Ed()
            if dice.random() < 0.5:
                party.say("key_voided", party.root, key=party.officer.id, reason="x")
            party.enrol(key)
            party.officer = key
        else:
            say(guest, "capacity_noticed", movement="m", zone=zone, **agreement,
                day=(soon(100, 1_500), soon(5_000)), seats=pick((0, 4, 501)), armour="soft",
                escorts=0, commitment=bytes(32))

    for _ in range(60):
        now += pick((0, 0.3, 1, 2, 4))
        one()
    return file(host, guest, made=now + 5)


@needs_program
class Chance(unittest.TestCase):
    def test_two_programs_that_share_no_line_count_the_same(self):
        for seed in range(int(os.environ.get("SEEDS", "40"))):
            with self.subTest(seed=seed):
                data = chance(seed)
                ours, other = audit(data), theirs(data)
                for what in ("acted", "void", "unconsented_guest_minutes"):
                    self.assertEqual(ours[what], other[what], what)


class Parts(unittest.TestCase):
    """The pieces against the vectors of docs/formats, and against themselves."""

    def test_keys_of_small_order_sign_nothing(self):
        for point in (bytes([1]) + bytes(31), bytes(32), b"\xff" * 32):
            self.assertFalse(Key(0, point).signs(b"", point + bytes(32)))

    def test_roots_are_those_of_rfc_6962(self):
        def plain(leaves):
            if len(leaves) < 2:
                return leaves[0] if leaves else forge.sha256()
            half = 1 << (len(leaves) - 1).bit_length() - 1
            return forge.sha256(b"\x01", plain(leaves[:half]), plain(leaves[half:]))

        leaves = [bytes([it]) * 32 for it in range(70)]
        self.assertEqual(roots(leaves), [plain(leaves[:size]) for size in range(71)])

    def test_the_vector_of_a_head(self):
        vector = json.loads((TOP / "docs/formats/head.vectors.json").read_text())
        head = Head.parse(vector["signed_head"])
        leaves = [leaf(entry.encode()) for entry in vector["entries"]]
        self.assertEqual((head.root, head.root.hex()), (roots(leaves)[3], vector["root"]))
        host, guest = (Key(0, bytes.fromhex(vector[f"{it}_public"])) for it in ("host", "guest"))
        self.assertTrue(head.signed(vector["host_name"], host))
        self.assertFalse(head.signed(vector["host_name"], guest))
        for name, key in (("host", host), ("guest", guest)):
            times = [vector[f"{name}_cosigned_unix_s"] * 1_000]
            self.assertEqual(head.cosigned(vector[f"{name}_name"], key), (times, 0))

    def test_the_vector_of_a_draw(self):
        """draw.md, "Vector"."""
        vector = dict(re.findall(r"^(\w[\w ]*) = (.*)$", (TOP / "docs/formats/draw.md").read_text(
            encoding="utf-8"), re.MULTILINE))
        host, guest = (bytes.fromhex(vector[f"{it} seed"]) for it in ("host", "guest"))
        weights = [int(it) for it in vector["weights"].split(",")]
        chosen = draw.choose(vector["movement"], host, guest, int(vector["slots"]), weights)
        self.assertEqual(chosen, (int(vector["drawn slot"]), int(vector["drawn route"])))

    def test_the_vectors_of_a_statement_and_a_pass(self):
        vector = json.loads((TOP / "docs/formats/statement.vectors.json").read_text())
        key = Key(0, bytes.fromhex(vector["public"]))
        self.assertEqual(key.id.hex(), vector["key"])
        entry = next(bytes.fromhex(it) for name, it in vector.items() if name == "entry")
        statement = Statement.parse(entry)
        self.assertTrue(statement.signed_by(key))
        self.assertEqual(statement.to_sign.hex(), vector["to_sign"])
        self.assertEqual(statement.commitment.hex(), vector["commitment"])

    @needs_program
    def test_the_root_of_a_text(self):
        for path in sorted((TOP / "scenarios").glob("*/*.toml")):
            text = path.read_text(encoding="utf-8")
            if re.search("^agreement = ", text, re.MULTILINE):
                ran = subprocess.run([PROGRAM, "agreement", "check", path, "--json"],
                                     capture_output=True, text=True)
                if ran.returncode == 0:
                    self.assertIn(forge.root(text).hex(), ran.stdout, path)


if __name__ == "__main__":
    unittest.main()
