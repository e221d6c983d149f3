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
from audit import audit, when
from forge import MINUTE, ROUTE, START, Ed, Passkey, canon, file, grant, order, request
from formats import Head, Key, Statement, consistent, leaf, roots

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
EXERCISE = Path(os.environ.get("SAFECONDUCT_AUDIT", TOP / ".run/exercise.audit"))
PROGRAM = Path(os.environ.get("SAFECONDUCT", TOP / "target/release/safeconduct"))
TEXT = (TOP / "scenarios/karachi/agreement.toml").read_text(encoding="utf-8")
ANNEX = (TOP / "scenarios/karachi/annex-airport.toml").read_text(encoding="utf-8")

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
    return json.loads(ran.stdout) if ran.returncode in (0, 1) else None


def agree(test, data):
    """Our own program counts the same of the same bytes."""
    ours, other = audit(data), theirs(data)
    test.assertIsNotNone(other, "our own program refuses the file")
    for what in ("at", "acted", "void", "unconsented_guest_minutes"):
        test.assertEqual(ours[what], other[what], what)
    keys = ("held", "counted", "category", "zone", "reached", "most")
    both = [sorted([it[key] for key in keys] for it in found["overruns"])
            for found in (ours, other)]
    test.assertEqual(*both, "overruns")
    roads = sorted([it["what"], when(start), when(end)]
                   for it in ours["convoys"] for start, end in it["gaps"])
    test.assertEqual(roads, sorted(
        [it["movement"], seconds(it["from"]), seconds(it["until"])] for it in other["convoys"]
    ), "convoys")
    test.assertEqual(
        ours["caught"], {it["party"]: it["codes"] for it in other["misbehaved"]}, "caught"
    )
    drawn = {it["movement"]: it["drawn"] | {"leaves": seconds(it["drawn"]["leaves"])}
             for it in other["draws"] if it["drawn"]}
    test.assertEqual(ours["draws"], drawn, "draws")
    failed = {it["movement"]: it["failed"] | {"at": seconds(it["failed"]["at"])}
              for it in other["draws"] if it["failed"]}
    test.assertEqual(ours["draws_failed"], failed, "draws that failed")
    keys = ("side", "fault", "ledger", "index")
    named = [(it["movement"], *(fault[key] for key in keys))
             for it in other["draws"] for fault in it["faults"]]
    test.assertEqual([(it["movement"], *(it[key] for key in keys))
                      for it in ours["draw_faults"]], named, "faults in draws")


def seconds(moment):
    return moment[:19] + "Z"


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
        agree(self, EXERCISE.read_bytes())
        ours, other = audit(EXERCISE.read_bytes()), theirs(EXERCISE.read_bytes())
        entries = {it["ledger"]: it["entries"] for it in other["entries"]}
        self.assertEqual(ours["entries"], entries)
        for it in other["entries"]:
            cosigned = f"the newest head of {it['ledger']} is not cosigned by" not in str(ours)
            self.assertEqual(it["witnessed"], cosigned)
        self.assertEqual((other["overruns"], other["convoys"], other["diverged"]), ([], [], []))

    def test_the_annex_is_in_force(self):
        texts = audit(EXERCISE.read_bytes())["texts_in_force"]
        under = {name: it["under"] for name, it in texts.items()}
        self.assertEqual(under, {NAMES[0]: None, NAMES[1]: NAMES[0]})
        self.assertEqual(texts[NAMES[1]]["root"], forge.root(ANNEX).hex())

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
        parts = self.envelope(self.guest, 17)
        header = cbor2.loads(parts[2])
        for key, other, code in (
            (0, 2, "malformed"), (1, 15, "body-missing"), (2, "host", "malformed"),
            (3, bytes(16), "bad-signature"), (4, header[4] + 1, "bad-signature"),
            (5, [header[5][0], bytes(32), header[5][2]], "seen-mismatch"),
            (7, bytes(32), "bad-signature"), (8, header[8] + 1, "body-missing"),
        ):
            with self.subTest(key=key):
                self.put(self.guest, 17, [parts[0], {}, canon(header | {key: other}), parts[3]])
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
        # A grant, on which the state rests; a refusal's body may be withheld (decision 0018).
        del self.host[2][15][1]
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
        wanted = ["head-signature"] + ["cosignature"] * (len(kept) - 7)
        for line, wanted in enumerate(wanted, start=5):
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
        del self.host[2][15][1]
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


class Checked(unittest.TestCase):
    """Ledgers that our own program is asked about too, where it is there to ask."""

    def agrees(self, data):
        if PROGRAM.exists():
            agree(self, data)

    def minutes(self, data):
        self.agrees(data)
        return audit(data)["unconsented_guest_minutes"]


class Forged(Checked):
    """Well-signed statements that are wrong."""

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

    def suspend(self, party, at, scope, word="agreement_suspended"):
        more = {"reason": "x"} if word == "agreement_suspended" else {}
        party.say(word, at=at, agreement="karachi-exercise", scope=scope, **more)

    def test_a_suspension_ends_what_leases_cover_until_it_is_lifted(self):
        for scope in (("whole", None), ("zone", forge.ROUTE), ("category", "police")):
            host, guest = working()
            start(guest, 10)
            self.suspend(host, 20, scope)
            self.suspend(host, 45, scope, "agreement_resumed")
            end(guest, 60)
            self.assertEqual(self.minutes(file(host, guest)), 2 * 15, scope)

    def test_a_suspension_elsewhere_ends_nothing(self):
        for scope in (("zone", "karachi-airport"), ("category", "liaison"), ("clause", "12")):
            host, guest = working()
            start(guest, 10)
            self.suspend(host, 20, scope)
            end(guest, 60)
            self.assertEqual(self.minutes(file(host, guest)), 0, scope)

    def test_who_is_suspended_in_person_is_counted_alone(self):
        host, guest = working()
        forge.adopt(host, guest, TEXT.replace('"zone", "category"]', '"zone", "person"]'), at=8)
        start(guest, 10)
        self.suspend(host, 20, ("person", "t-1-0"))
        end(guest, 60)
        data = file(host, guest)
        self.assertEqual(self.minutes(data), 30)
        self.assertEqual([it["what"] for it in audit(data)["duties"] if it["gaps"]], ["t-1-0"])

    def test_the_end_of_the_agreement_ends_what_leases_cover(self):
        host, guest = working()
        ends = TEXT + article("99", ENDS)
        forge.adopt(host, guest, ends, at=8)
        start(guest, 10)
        host.say("agreement_terminated", at=20, agreement="karachi-exercise", reason="over")
        end(guest, 60)
        self.assertEqual(self.minutes(file(host, guest)), 2 * 30)

    def test_an_end_that_was_mended_by_a_new_signature_is_not_forgotten(self):
        host, guest = working()
        ends = TEXT + article("99", ENDS)
        forge.adopt(host, guest, ends, at=8)
        start(guest, 10)
        host.say("agreement_terminated", at=20, agreement="karachi-exercise", reason="over")
        forge.adopt(host, guest, ends, at=50, propose=False)
        end(guest, 60)
        self.assertEqual(self.minutes(file(host, guest)), 2 * 20)

    def test_the_time_to_stand_down_is_that_of_the_text_in_force_then(self):
        longer = TEXT.replace("stop_within_minutes = 10", "stop_within_minutes = 15")
        self.assertNotEqual(longer, TEXT)
        for at, counted in ((8, 2 * 10), (30, 2 * 15)):
            host, guest = working()
            if at < 25:
                forge.adopt(host, guest, longer, at=at)
            start(guest, 10)
            revoke(host, 25)
            if at > 25:
                forge.adopt(host, guest, longer, at=at)
            end(guest, 50)
            self.assertEqual(self.minutes(file(host, guest)), counted, at)

    def test_a_lower_text_may_leave_less_time_to_stand_down(self):
        shorter = ANNEX + article("A9", CONSENT % (60, 600)).replace("stop_within_minutes = 10",
                                                                       "stop_within_minutes = 4")
        self.assertIn("stop_within_minutes = 4", shorter)
        for zone, counted in ((forge.ROUTE, 2 * 20), ("karachi-airport", 2 * 26)):
            host, guest = forge.pair(TEXT)
            forge.adopt(host, guest, shorter, at=2, name="karachi-annex-airport")
            request(guest, "d-1", heads=2, zone=zone)
            grant(host, "c-1", "d-1", heads=2, until=60)
            order(guest, "t-1", "d-1")
            start(guest, 10)
            revoke(host, 20)
            end(guest, 50)
            self.assertEqual((codes(file(host, guest)), self.minutes(file(host, guest))),
                             ({"presence-without-consent"}, counted), zone)

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
        start(guest, 42, seen=guest.seen(size, START + 42 * MINUTE))
        data = file(host, guest)
        self.agrees(data)
        self.assertLessEqual({"times-contradict", "host-not-heard"}, codes(data))

    def test_a_revocation_that_is_dated_back(self):
        """The host was silent, and dates its word to when it last spoke: the start is void.

        The guest may have heard a head without the revocation. Which of the two times is not
        true the entries do not say, so that a checker names the contradiction.
        """
        host, guest = working()
        size = len(host.entries)
        start(guest, 45, seen=guest.seen(size, START + 44 * MINUTE))
        revoke(host, 6)
        seen = host.seen(len(guest.entries) - 1, START + 7 * MINUTE)
        host.entries.pop()
        host.say("consent_revoked", at=6, consent="c-1", reason="no longer", seen=seen)
        guest.at = START + 46 * MINUTE
        data = file(host, guest)
        self.agrees(data)
        self.assertLessEqual({"times-contradict", "host-not-heard"}, codes(data))

    def test_what_was_heard_is_bounded_by_what_was_not_seen(self):
        """Revoked at minute 9, freshness 20 minutes: heard at most at 21, so until 41."""
        for at, wanted in ((40.9, set()), (41.1, {"host-not-heard"})):
            host, guest = working()
            size = len(host.entries)
            revoke(host, 9)
            start(guest, at, seen=guest.seen(size, START + round(at * MINUTE)))
            data = file(host, guest)
            self.agrees(data)
            self.assertEqual(codes(data) & {"host-not-heard"}, wanted)

    def test_what_stands_after_an_entry_does_not_bound_what_was_heard(self):
        host, guest = working()
        start(guest, 45)
        host.say("alarm_noted", at=9, alarm="a", seen=host.seen(at=START + 9 * MINUTE))
        guest.at = START + 46 * MINUTE
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual(codes(data), {"times-contradict"})

    def test_more_people_than_the_lease(self):
        host, guest = working(heads=5)
        self.assertIn("outside-consent", codes(file(host, guest)))

    def test_a_lease_for_fewer_than_are_there(self):
        host, guest = forge.pair(TEXT)
        request(guest, "d-1", 10)
        grant(host, "c-1", "d-1", 10)
        order(guest, "t-1", "d-1", 10)
        start(guest, 10)
        revoke(host, 30)
        grant(host, "c-2", "d-1", 2, at=31)
        data = file(host, guest, made=70)
        self.agrees(data)
        self.assertEqual((codes(data), self.minutes(data) % 8), ({"presence-without-consent"}, 0))

    def test_a_lease_beyond_the_ceiling_is_void(self):
        host, guest = forge.pair(TEXT)
        request(guest, "d-1", 8)
        request(guest, "d-2", 8)
        grant(host, "c-1", "d-1", 8)
        grant(host, "c-2", "d-2", 8)
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual(codes(data), {"ceiling-reached"})

    def test_who_is_still_there_takes_up_the_room(self):
        """10 of 10 stay when their lease is over: no grant, and no start, until they end."""
        for ended in (False, True):
            host, guest = forge.pair(TEXT)
            for name in ("d-1", "d-2"):
                request(guest, name, 10)
            grant(host, "c-1", "d-1", 10, until=20)
            order(guest, "t-1", "d-1", 10)
            start(guest, 10)
            if ended:
                end(guest, 22)
            grant(host, "c-2", "d-2", 10, at=25)
            order(guest, "t-2", "d-2", 10, at=26)
            start(guest, 27, "t-2")
            data = file(host, guest, made=29)
            self.agrees(data)
            self.assertEqual("ceiling-reached" in codes(data), not ended)

    def test_who_asks_again_for_people_that_are_there_is_not_counted_twice(self):
        host, guest = forge.pair(TEXT)
        request(guest, "d-1", 10)
        grant(host, "c-1", "d-1", 10, until=20)
        order(guest, "t-1", "d-1", 10)
        start(guest, 10)
        grant(host, "c-2", "d-1", 10, at=25)
        host.say("consent_renewed", at=26, consent="c-2", until=START + 200 * MINUTE)
        data = file(host, guest, made=29)
        self.agrees(data)
        self.assertEqual(codes(data), set())

    def test_a_start_counts_everybody_on_duty(self):
        """A lease that a guest has not seen revoked, and another one for the same room."""
        host, guest = forge.pair(TEXT)
        for name in ("d-1", "d-2"):
            request(guest, name, 10)
        grant(host, "c-1", "d-1", 10)
        order(guest, "t-1", "d-1", 10)
        size = len(host.entries)
        host.say("consent_revoked", at=8, consent="c-1", reason="no longer")
        grant(host, "c-2", "d-2", 10, at=9)
        guest.say("task_started", at=9.5, task="t-1", seen=guest.seen(size, START + 8 * MINUTE))
        order(guest, "t-2", "d-2", 10, at=10)
        start(guest, 11, "t-2")
        data = file(host, guest, made=12)
        self.agrees(data)
        self.assertIn("ceiling-reached", codes(data))

    def test_every_instant_has_its_own_ceiling(self):
        host, guest = forge.pair(TEXT)
        request(guest, "d-1", 4)
        grant(host, "c-1", "d-1", 4, until=20)
        lower = TEXT.replace("headcount_max = 10", "headcount_max = 3")
        forge.adopt(host, guest, lower, 60)
        self.agrees(file(host, guest))
        self.assertEqual(codes(file(host, guest)), set())

    def test_a_text_that_comes_below_living_leases(self):
        host, guest = forge.pair(TEXT)
        request(guest, "d-1", 4)
        grant(host, "c-1", "d-1", 4)
        order(guest, "t-1", "d-1", 4)
        start(guest, 10)
        forge.adopt(host, guest, TEXT.replace("headcount_max = 10", "headcount_max = 3"), 60)
        self.agrees(file(host, guest))
        self.assertEqual(codes(file(host, guest)), {"ceiling-passed"})
        over = [(it["held"], it["at"]) for it in audit(file(host, guest))["overruns"]]
        self.assertEqual(over, [("leases", START + 60 * MINUTE), ("on_duty", START + 60 * MINUTE)])

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

    def noted(self, heads, between=None, code="fork"):
        """What becomes of an accusation of the guest by the host; `heads` are made of the guest."""
        host, guest = working()
        leaves = [leaf(entry) for entry, _ in guest.entries]
        more = {"between": between(leaves)} if between else {}
        host.say("misbehaviour_noted", host.node, at=8, party="guest", code=code,
                 heads=heads(guest), **more)
        start(guest, 10)
        data = file(host, guest)
        self.agrees(data)
        caught = audit(data)["caught"]
        self.assertEqual(caught, {"guest": [code]} if "party-misbehaved" in codes(data) else {})
        return bool(caught) and codes(data) >= {"party-misbehaved"}

    def test_evidence_proves_itself(self):
        other = bytes(32)

        def between(root, size=3):
            return lambda leaves: {"root": root or roots(leaves)[size],
                                   "proof": forge.proof(leaves[:4], size)}

        for wanted, heads, more in (
            (True, lambda it: [it.head(3), it.head(3, other)], None),
            (False, lambda it: [it.head(3), it.head(3)], None),
            (False, lambda it: [it.head(3)], None),
            (False, lambda it: [it.head(3), it.head(3, other), it.head(2)], None),
            (False, lambda it: [it.head(3), it.other.head(3, other)], None),
            # A ledger that grew is no fork, unless the larger head continues another past.
            (False, lambda it: [it.head(3), it.head(4)], None),
            (False, lambda it: [it.head(3), it.head(4)], between(None)),
            (True, lambda it: [it.head(3, other), it.head(4)], between(None)),
            (True, lambda it: [it.head(4), it.head(3, other)], between(None)),
            (False, lambda it: [it.head(3, other), it.head(4)], between(None, 2)),
            (False, lambda it: [it.head(3), it.head(4)], between(other)),
            (False, lambda it: [it.head(3), it.head(3, other)], between(None)),
            # The smaller was vouched for later than the larger.
            (True, lambda it: [it.head(3, at=9), it.head(4, at=8)], None),
            (True, lambda it: [it.head(4, at=8), it.head(3, at=9)], None),
            (False, lambda it: [it.head(3, at=8), it.head(4, at=9)], None),
            (False, lambda it: [it.head(3, at=8), it.head(4, at=8)], None),
        ):
            with self.subTest(wanted=wanted, heads=heads, more=more):
                self.assertEqual(self.noted(heads, more), wanted)

    def test_a_head_without_its_own_time_proves_no_rollback(self):
        def bare(head):
            lines = head.split("\n")
            return "\n".join(it for at, it in enumerate(lines) if at not in (5, 6)) + "\n"

        self.assertFalse(self.noted(lambda it: [bare(it.head(3, at=9)), it.head(4, at=8)]))

    def test_proofs_of_consistency(self):
        leaves = [bytes([it]) * 32 for it in range(20)]
        every = roots(leaves)
        for large in range(1, 21):
            for small in range(1, large):
                found = forge.proof(leaves[:large], small)
                of = (small, every[small], large, every[large])
                self.assertTrue(consistent(*of, found))
                self.assertFalse(consistent(*of, [*found, bytes(32)]))
                self.assertFalse(consistent(*of, found[:-1]))
                self.assertFalse(consistent(small, b"\xff" * 32, large, every[large], found))
                self.assertFalse(consistent(small, every[small], large, b"\xff" * 32, found))

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
        self.assertEqual(audit(data)["draws"], {"m-1": {
            "leaves": "2024-10-07T05:11:00Z", "route": "r1", "gate": None, "order": []}})

    def test_a_convoy_that_goes_on_after_its_consent(self):
        host, guest = forge.pair(TEXT)
        forge.movement(host, guest)
        host.say("consent_revoked", at=1561, consent="c-m-1", reason="no longer")
        guest.say("arrived", at=1700, movement="m-1", headcount=3)
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual(codes(data), {"road-without-consent"})

    def test_a_road_ends_with_an_abortion_whatever_its_clock(self):
        """The host's clock is a minute behind: its abortion is dated before the departure."""
        host, guest = forge.pair(TEXT)
        forge.movement(host, guest)
        host.say("movement_halted", at=1559, how="aborted", side="host", movement="m-1", reason="x")
        found = audit(file(host, guest, made=1700))
        self.assertEqual((found["findings"], found["convoys"][0]["gaps"]), ([], []))

    def test_two_agreements_of_one_zone(self):
        """Ceilings count everybody in the zone, by whatever agreement."""
        host, guest = forge.pair(TEXT)
        other = TEXT.replace('"karachi-exercise"', '"second"', 1)
        forge.adopt(host, guest, other.replace("max = 10", "max = 3"), 2, "second")
        request(guest, "d-1")
        grant(host, "c-1", "d-1")
        order(guest, "t-1", "d-1", 4)
        start(guest, 10)
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual({it["agreement"] for it in audit(data)["overruns"]}, {"second"})

    def test_passes(self):
        """What a pass says and what it rests on; wrong is one that breaks a rule."""
        for wrong, card, basis in (
            (False, {"phone": bytes(32), "photo": bytes(16)}, {}), (True, {"index": 65_536}, {}),
            (True, {"appearance": " "}, {}), (True, {"appearance": "a\u202eb"}, {}),
            (True, {"appearance": "x" * 61}, {}), (False, {"appearance": "\u00e9" * 60}, {}),
            (True, {"vehicle": "a\nb"}, {}), (True, {"headcount": 0}, {}),
            (True, {"headcount": 501}, {}), (True, {"serials": ["1"]}, {}),
            (True, {"basis": bytes(16)}, {}), (True, {"pass": "other"}, {}),
            (True, {"zone": "karachi-airport"}, {}),
            (True, {"window": (START + 1502 * MINUTE, START + 1880 * MINUTE)}, {}),
            (False, {"arms": "sidearm", "serials": ["1"] * 4}, {}),
            (True, {"arms": "sidearm", "serials": ["1"] * 5}, {}),
            (True, {}, {"movement": "m-2"}), (True, {}, {"holder": "v-2"}),
            (True, {}, {"consent": "c-2"}), (True, {}, {"articles": ["9"] * 7}),
            (True, {}, {"articles": ["a" * 17]}), (False, {}, {"articles": []}),
        ):
            with self.subTest(card=card, basis=basis):
                host, guest = forge.pair(TEXT)
                forge.movement(host, guest, card=card, basis=basis)
                data = file(host, guest)
                self.agrees(data)
                self.assertEqual("bad-pass" in codes(data), wrong)

    def test_two_passes_of_one_index(self):
        """Two living passes on one bit could not be revoked apart."""
        for wrong, card, minutes in (
            (True, {}, (1502, 1890)), (False, {"index": 8}, (1502, 1890)),
            (True, {}, (1562, 1890)), (False, {}, (1890, 1899)),
        ):
            host, guest = forge.pair(TEXT)
            forge.movement(host, guest)
            forge.issue(guest, "p-2", "m-1", card=card, minutes=minutes, at=1561)
            data = file(host, guest)
            self.agrees(data)
            self.assertEqual(codes(data), {"bad-pass"} if wrong else set())

    def test_a_body_that_belongs_and_holds_no_act(self):
        host, guest = working()
        host.say("alarm_noted", content=canon([34, [{0: "NOT AN ID"}]]))
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual(codes(data), {"body-missing"})

    def test_a_half_that_opens_nothing(self):
        host, guest = forge.pair(TEXT)
        forge.movement(host, guest, halves={"guest": b"X" * 32})
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual(codes(data), {"seed-mismatch", "draw-incomplete"})

    def drawn(self, *steps, text=TEXT, **menu):
        """A movement whose plan binds both sides, and what is said of its draw."""
        host, guest = forge.pair(text)
        named = forge.movement(host, guest, menu=menu)
        for step in steps:
            step(host, guest, named)
        data = file(host, guest)
        self.agrees(data)
        return audit(data), codes(data)

    @staticmethod
    def both(host, guest, menu):
        for party in (host, guest):
            forge.commit(party, "m-1", menu)

    @staticmethod
    def default(party, *named, at=1536, **says):
        party.say("draw_defaulted", at=at, movement="m-1", named=list(named), **says)

    def test_a_draw_that_binds_both(self):
        found, wrong = self.drawn(self.both, lambda host, guest, _: (
            forge.share(guest, "m-1"), forge.share(host, "m-1")))
        self.assertEqual(wrong, set())
        it = found["draws"]["m-1"]
        self.assertEqual(sorted(it["order"]), ["v-1", "v-2", "v-3"])
        self.assertEqual(it["gate"] in ("east", "west"), it["route"] == "r1")
        self.assertEqual((found["draws_failed"], found["draw_faults"]), ({}, []))

    def test_whoever_keeps_its_share_back_is_named(self):
        found, wrong = self.drawn(self.both, lambda host, guest, _: (
            forge.share(guest, "m-1"), self.default(guest, "host", at=1534),
            self.default(guest, "host"), forge.share(host, "m-1", at=1540),
            guest.say("movement_resumed", at=1541, movement="m-1")))
        self.assertEqual(wrong, {"too-early", "wrong-state", "draw-incomplete"})
        self.assertEqual(found["draws_failed"]["m-1"]["named"], ["host"])
        self.assertEqual([it["fault"] for it in found["draw_faults"]], ["late"])
        self.assertEqual(found["draws"], {})

    def test_whoever_lies_or_replays_in_a_draw_is_named(self):
        found, wrong = self.drawn(self.both, lambda host, guest, menu: (
            forge.share(host, "m-1", seed=bytes(32)), forge.share(guest, "m-1", half=bytes(32)),
            self.default(guest, "guest"), self.default(guest, "host", "guest")))
        self.assertEqual(wrong, {"seed-mismatch", "draw-incomplete"})
        named = [(it["side"], it["fault"]) for it in found["draw_faults"]]
        self.assertEqual(named, [("host", "lied"), ("guest", "lied")])
        found, wrong = self.drawn(lambda host, guest, menu: (
            forge.commit(host, "m-1", menu), forge.commit(guest, "m-1", bytes(32)),
            forge.commit(guest, "m-1", menu, commitment=draw.commitment(
                "host", "m-1", forge.SEEDS["host"], menu))))
        self.assertEqual(wrong, {"seed-mismatch", "replayed"})
        named = [(it["side"], it["fault"]) for it in found["draw_faults"]]
        self.assertEqual(named, [("guest", "lied"), ("guest", "replayed")])

    def test_a_menu_that_is_none_is_its_sealers_fault(self):
        found, wrong = self.drawn(self.both, lambda host, guest, _: (
            forge.share(guest, "m-1"), forge.share(host, "m-1"), self.default(guest, "host"),
            self.default(host, "guest")), inside=b"nothing")
        self.assertEqual(wrong, {"bad-menu", "draw-incomplete"})
        self.assertEqual(found["draws_failed"]["m-1"]["named"], ["guest"])
        self.assertEqual([it["side"] for it in found["draw_faults"]], ["guest"])

    def test_the_entry_that_was_fixed(self):
        before = "urgent_hours = 24 }"
        self.assertIn(before, TEXT)
        text = TEXT.replace(before, 'urgent_hours = 24, draw_fallback = "fixed" }')
        seed = b"f" * 32
        entry = {"seed": seed, **{f"{it}_half": half for it, half in forge.HALVES.items()}}
        found, wrong = self.drawn(self.both, lambda host, guest, _: (
            forge.share(guest, "m-1"), self.default(guest, "host"),
            self.default(guest, "host", fallback=entry | {"seed": bytes(32)}),
            self.default(guest, "host", fallback=entry)), text=text, fallback=seed)
        self.assertEqual(wrong, {"draw-incomplete", "seed-mismatch"})
        self.assertTrue(found["draws_failed"]["m-1"]["fixed_entry"])
        self.assertEqual(set(found["draws"]), {"m-1"})
        found, wrong = self.drawn(text=text)
        self.assertEqual(wrong, {"bad-menu"})

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


# ---- More texts ---------------------------------------------------------------------------------


def article(number, provision):
    words = '{ en = "More", zh = "More", ur = "More" }'
    head = f'\n[[article]]\nnumber = "{number}"\nheading = {words}\ntext = {words}\n'
    return head + provision + "\n"


ENDS = 'termination = { notice_days = 0, survivors = ["purpose"] }'
HALTS = ('suspension = { by = ["host", "guest"], extents = ["whole", "zone", "category", "clause",'
         ' "person"] }')
LIAISON = """[[article.ceilings]]
category = "liaison"
zone = "karachi-airport"
headcount_max = 1
vehicles_max = 1
armed_max = 0
[[article.permitted_tasks]]
task = "liaise"
categories = ["liaison"]
zones = ["karachi-airport"]
rung_max = "advise"
"""
PLAN = """agreement = "airport-plan"
instrument = "operational_plan"
under = "karachi-annex-airport"
host = "host"
guest = "guest"
title = { en = "Plan", zh = "Plan", ur = "Plan" }
""" + article("P1", LIAISON)
SENSORS = "".join(
    f'''[[article.sensors_and_drones]]
sensor = "{sensor}"
zones = ["{zone}"]
altitude_m_max = {altitude}
retention_hours = 1
feed_to_host = true
''' for sensor, zone, altitude in (("drone", ROUTE, 120), ("fixed_camera", "karachi-airport", 0)))
CONSENT = ("host_consent = { decide_within_hours = 24, lease_minutes_max = %d,"
           " freshness_seconds = %d, skew_seconds = 5, stop_within_minutes = 10 }")
AIRPORT = "karachi-airport"
DRAWN = """[[article.territory_and_zones]]
zone = "%s"
names = { en = "Z", zh = "Z", ur = "Z" }
allowed = %s
corners = [[24.9, 67.1], [24.9, 67.2], [24.8, 67.2]]
"""
NAMES = ("karachi-exercise", "karachi-annex-airport", "airport-plan")


def without_liaison(text):
    lines = [it for it in text.splitlines() if 'category = "liaison"' not in it]
    return "\n".join(lines).replace('"liaison", ', "").replace(', "liaison"', "") + "\n"


# ---- Chance -------------------------------------------------------------------------------------

OFFICERS = """accreditation_and_training = [
    { item = "vetting", categories = ["liaison"], valid_days = 1 },
]
host_presence = [{ tasks = ["inner_cordon", "observe"], guests_per_officer_max = 2 }]
psc_licensing = { categories = ["private_security"], audit_days = 1, insured = true }"""
MORE = article("99", ENDS + """
emergency_and_evacuation = { declared_by = "host", hours_max = 1, notice_minutes = 5 }
rotation = { days_max = 2, gap_days_min = 1 }
""" + OFFICERS)
SPECIAL = ["private_security", "liaison"]
UPPER = [TEXT, TEXT + MORE, TEXT + MORE + article("98", SENSORS), without_liaison(TEXT),
         TEXT.replace("headcount_max = 10", "headcount_max = 3")]
LOWER = [(NAMES[1], ANNEX + article("A9", more)) for more in (
    "", ENDS + "\n" + HALTS, OFFICERS, (CONSENT % (30, 600)).replace("minutes = 10", "minutes = 3"),
    ENDS + "\n" + CONSENT % (60, 1_300),
    'command_and_instructions = { tactical = "host", orders_by = ["protection_lead"],'
    ' refuse_unlawful = true }',
    'advance_notice = { normal_hours = 96, urgent_hours = 48 }',
)]
# Of every zone, and of the road alone; and one below the annex.
LOWER += [
    (NAMES[1], PLAN.replace(NAMES[2], NAMES[1]).replace("operational_plan", "annex")
     .replace(f'under = "{NAMES[1]}"', f'under = "{NAMES[0]}"').split("[[article]]")[0] + more)
    for more in (
        article("A1", OFFICERS + "\n" + ENDS),
        article("A1", 'purpose = ["protect_persons"]\n' + HALTS),
        article("A1", 'ceilings = [{ category = "police", zone = "karachi-port-road",'
                      ' headcount_max = 5, vehicles_max = 2, armed_max = 0 }]\n' + ENDS),
    )
]
LOWER += [(NAMES[2], PLAN), (NAMES[2], PLAN + article("P9", ENDS + "\n" + HALTS))]


def chance(seed):
    """Two ledgers of random acts, most of them wrong: by whom, when, of what, having seen what."""
    dice = random.Random(seed)
    pick, now = dice.choice, 2.0
    host, guest = forge.pair(pick(UPPER))
    pool = [(NAMES[0], it) for it in UPPER] + dice.sample(LOWER, 4)
    lower = [pick(LOWER[:-2]), pick(LOWER)] if dice.random() < 0.8 else []
    for name, text in lower:
        pool.append((name, text))
        forge.adopt(host, guest, text, 2, name)
    agreement = {"agreement": "karachi-exercise"}

    def soon(*minutes):
        return START + round((now + pick(minutes)) * MINUTE)

    def say(party, word, **act):
        at, size = now + pick((0,) * 12 + (-1, -3)), len(party.other.entries)
        seen = size if dice.random() < 0.8 else dice.randrange(max(0, size - 4), size + 1)
        heard = START + round((at - pick((0, 0, 0, 5, 25))) * MINUTE)
        key = party.officer if dice.random() < 0.97 else pick((party.node, party.root))
        party.say(word, key, at=at, seen=party.seen(seen, heard), **act)

    def one(*words):
        deployment, lease, task = pick("ab"), pick("abc"), pick("abc")
        zone = pick([ROUTE] * 5 + [AIRPORT] * 5 + ["cantonment-north"])
        scope = pick([("whole", None), ("zone", zone), ("category", "police"), ("clause", "9"),
                      ("clause", "A2"), ("person", "p")])
        family = {"agreement": pick(NAMES[:1] * 2 + NAMES)}
        word = pick(
            "request request grant grant grant renew revoke order order order start start start"
            " start end end suspend resume close open void notice show show accept accept license"
            " beside emergency end_it adopt adopt adopt adopt".split() if not words else words
        )
        if word == "request":
            terms = dict(zone=zone, rung="escort_inside_cordon", headcount=pick((2, 4, 8)),
                         arms="unarmed", window=(soon(-5, 0), soon(30, 300, 3_000)))
            base = dict(vehicles=pick((1, 1, 2)), category="police", task="close_protection")
            if dice.random() < 0.4:
                terms |= dict(rung=pick(["escort_inside_cordon", "advise", "armed"]),
                              headcount=pick((0, 4, 8)), arms=pick(["unarmed", "sidearm"]))
                base |= dict(category=pick(["police"] + SPECIAL), task=pick((
                    "close_protection", "inner_cordon", "advise", "observe",
                    "technical_surveillance")))
            if base["task"] in ("advise", "observe", "technical_surveillance"):
                terms["rung"], base["category"] = "advise", pick(SPECIAL + ["police", "technical"])
            if dice.random() < (0.7 if base["task"] == "technical_surveillance" else 0.02):
                base["sensing"] = {"sensor": pick(("drone", "fixed_camera")),
                                   "altitude": pick((0, 120, 121))}
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
                scope=scope, **family, **more)
        elif word in ("close", "open"):
            more = {"reason": "x"} if word == "close" else {}
            where = pick(({}, {"zone": zone}))
            say(host, "rung_closed" if more else "rung_opened", rung="escort_inside_cordon",
                **(family if dice.random() < 0.1 else agreement), **more, **where)
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
        elif word == "adopt":
            name, text = pick(pool if dice.random() < 0.5 else pool[:len(UPPER)])
            if dice.random() < 0.8:
                say(pick((host, guest)), "agreement_proposed", agreement=name, text=text)
            for party in (host, guest):
                if dice.random() < 0.9:
                    say(party, "agreement_signed", agreement=name, text=forge.root(text))
        elif word == "end_it":
            if dice.random() < 0.4:
                say(pick((host, guest)), "agreement_terminated", reason="x", **family)
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

    words = "request request request grant grant order order start start".split()
    for step in range(90):
        now += pick((0, 0.3, 1, 2, 4))
        one(*(words if step < 25 else ()))
    return file(host, guest, made=now + 5)


def convoy(seed):
    """A movement of which something is left out, done twice, dated otherwise or cut short."""
    dice = random.Random(seed)
    pick = dice.choice
    host, guest = forge.pair(TEXT + MORE)
    late = [(NAMES[1], it.replace("karachi-airport", ROUTE)) for _, it in LOWER[:7]]
    if dice.random() < 0.4:
        name, text = pick(late)
        forge.adopt(host, guest, text, 2, name)
    one = {"movement": "m-1"}

    def disturb(at):
        party, said = pick((host, guest)), {"reason": "x"}
        word = pick("halt halt resume pass revoke suspend lift end check arrive debrief close"
                    " refuse grant renew depart depart".split())
        at = at + pick((0, 0, -1, -2))
        do = {
            "halt": lambda: party.say("movement_halted", at=at, how=pick(
                ("held", "diverted", "aborted", "cancelled")), side=party.side, **one, **said),
            "resume": lambda: party.say("movement_resumed", at=at, **one),
            "pass": lambda: party.say("pass_revoked", at=at, **{"pass": "p-m-1"}, **said),
            "revoke": lambda: host.say("consent_revoked", at=at, consent="c-m-1", **said),
            "suspend": lambda: party.say("agreement_suspended", at=at, agreement=NAMES[0],
                                         scope=pick((("whole", None), ("zone", ROUTE))), **said),
            "lift": lambda: party.say("agreement_resumed", at=at, agreement=NAMES[0],
                                      scope=("zone", ROUTE)),
            "end": lambda: party.say("agreement_terminated", at=at, agreement=pick(NAMES), **said),
            "check": lambda: party.say("checked_in", at=at, site="s", **one),
            "arrive": lambda: guest.say("arrived", at=at, headcount=pick((3, 3, 9)), **one),
            "debrief": lambda: guest.say("debriefed", at=at, note="x", **one),
            "close": lambda: guest.say("closed", at=at, **one),
            "refuse": lambda: host.say("consent_refused", at=at, subject=("movement", "m-1"),
                                       **said),
            "grant": lambda: host.say("consent_granted", at=at, consent=pick(("c-m-1", "c-2")),
                                      subject=("movement", "m-1"), headcount_max=3,
                                      until=START + round(at + pick((20, 90, 900))) * MINUTE),
            "renew": lambda: host.say("consent_renewed", at=at, consent="c-m-1",
                                      until=START + round(at + pick((20, 200))) * MINUTE),
            "depart": lambda: guest.say("departed", at=at, green=list(range(10)),
                                        armour=pick(("soft", "bullet_proof")), **one),
        }
        do[word]()

    for party in (host, guest):
        def say(word, *key, said=party.say, party=party, at=None, **act):
            if at is not None and at > 4 and dice.random() < 0.3:
                if dice.random() < 0.2:
                    return None
                if dice.random() < 0.4:
                    at -= pick((1, 2, 5))
                if dice.random() < 0.3:
                    size = len(party.other.entries)
                    act["seen"] = party.seen(max(0, size - pick((1, 2, 5))),
                                             START + round((at - pick((0, 0, 25))) * MINUTE))
                if dice.random() < 0.3:
                    said(word, *key, at=at, **act)
            return said(word, *key, at=at, **act)
        party.say = say
    said = guest.say

    def watched(word, *key, at=None, **act):
        if at is not None and at > 1_000 and dice.random() < 0.25:
            disturb(at)
        return said(word, *key, at=at, **act)

    guest.say = watched
    forge.movement(host, guest)
    now = 1_560
    for _ in range(dice.randrange(12)):
        now += pick((0, 1, 5, 20))
        disturb(now)
    return file(host, guest, made=now + pick((0, 100)))


@needs_program
class Chance(unittest.TestCase):
    """Two programs that share no line count the same."""

    seeds = range(int(os.environ.get("FROM", "0")), int(os.environ.get("SEEDS", "60")))

    def test_deployments_under_upper_and_lower_texts(self):
        for seed in self.seeds:
            with self.subTest(seed=seed):
                agree(self, chance(seed))

    def test_convoys(self):
        for seed in self.seeds:
            with self.subTest(seed=seed):
                agree(self, convoy(seed))


# ---- Families, sensors, the other direction -----------------------------------------------------


class Families(Checked):
    """Upper and lower texts, asked at once."""

    def asked(self, lower, at=10, name=NAMES[1], **terms):
        """What is said to a request for two police officers at the airport, under a lower text."""
        host, guest = forge.pair(TEXT)
        forge.adopt(host, guest, lower, 2, name)
        return self.requested(host, guest, at, **terms)

    def requested(self, host, guest, at, **terms):
        request(guest, "d-9", **({"heads": 2, "at": at, "zone": AIRPORT} | terms))
        data = file(host, guest)
        self.agrees(data)
        return codes(data)

    def test_a_lower_text_is_asked_where_it_speaks(self):
        for wanted, terms in (
            (set(), {}), ({"ceiling-reached"}, {"heads": 3}), (set(), {"heads": 3, "zone": ROUTE}),
            ({"not-permitted"}, {"task": "inner_cordon", "heads": 2}),
            ({"ceiling-reached"}, {"vehicles": 2}),
            ({"not-permitted"}, {"category": "private_security"}),
            (set(), {"category": "liaison", "task": "liaise", "rung": "advise"}),
            (set(), {"arms": "less_lethal"}), ({"not-permitted"}, {"arms": "sidearm"}),
        ):
            with self.subTest(terms=terms):
                found = {one for it in self.asked(ANNEX, **terms) for one in it.split()}
                self.assertEqual(bool(found), bool(wanted))
                self.assertLessEqual(wanted, found)

    def test_what_cannot_bind_under_the_text_above_it(self):
        for wanted, lower, name in (
            ("bad-agreement", ANNEX + article("A9", CONSENT % (100_000, 60)), NAMES[1]),
            ("not-in-force", PLAN, NAMES[2]),
            ("bad-agreement", ANNEX.replace('zone = "karachi-airport"', 'zone = "x"'), NAMES[1]),
            ("bad-agreement", ANNEX.replace('under = "karachi-exercise"', f'under = "{NAMES[1]}"'),
             NAMES[1]),
            ("bad-agreement", ANNEX.replace('"annex"', '"agreement"'), NAMES[1]),
            ("bad-agreement", ANNEX.replace('host = "host"', 'host = "guest"')
             .replace('guest = "guest"', 'guest = "host"'), NAMES[1]),
            ("bad-agreement", ANNEX.replace('"liaison"', '"medical"'), NAMES[1]),
            ("bad-agreement", ANNEX, "other"),
            ("bad-agreement", ANNEX + article("A9", 'personnel_categories = ["police", "liaison",'
                                                    ' "medical"]'), NAMES[1]),
            ("bad-agreement", ANNEX + article("A9", DRAWN % (AIRPORT, "true")
                                              + DRAWN % ("cantonment-north", "true")), NAMES[1]),
            ("ceiling-reached", ANNEX + article("A9", DRAWN % (AIRPORT, "true") + DRAWN % (
                "cantonment-north", "false")), NAMES[1]),
            ("bad-agreement", ANNEX + article("A9", "advance_notice = { normal_hours = 24,"
                                                    " urgent_hours = 0 }"), NAMES[1]),
            ("bad-agreement", ANNEX + article("A9", 'arms = [{ category = "police", zones ='
                                                    ' ["cantonment-north"], class_max ='
                                                    ' "sidearm" }]'), NAMES[1]),
        ):
            with self.subTest(lower=lower[-200:]):
                self.assertIn(wanted, self.asked(lower, name=name, heads=3))

    def test_a_plan_ranks_below_an_annex(self):
        for kind, wanted in (("operational_plan", False), ("memorandum", False), ("annex", True)):
            host, guest = forge.pair(TEXT)
            forge.adopt(host, guest, ANNEX, 2, NAMES[1])
            forge.adopt(host, guest, PLAN.replace("operational_plan", kind), 3, NAMES[2])
            data = file(host, guest)
            self.agrees(data)
            self.assertEqual("bad-agreement" in codes(data), wanted)

    def test_a_text_whose_mirror_cannot_bind(self):
        both = TEXT + article("98", 'reciprocity = { kinds = ["permitted_tasks"] }')
        data = file(*forge.pair(both))
        self.agrees(data)
        self.assertIn("bad-agreement", codes(data))

    def test_who_orders_by_every_text(self):
        """One role of the key that each list holds, or none."""
        command = ('command_and_instructions = { tactical = "host", orders_by = ["%s"],'
                   ' refuse_unlawful = true }')
        for upper, lower, wanted in (
            ("protection_lead", "protection_lead", set()),
            ("protection_lead", "escort_leader", {"not-permitted"}),
        ):
            host, guest = forge.pair(TEXT + article("98", command % upper))
            forge.adopt(host, guest, ANNEX + article("A9", command % lower), 2, NAMES[1])
            request(guest, "d-1", 2, zone=AIRPORT)
            grant(host, "c-1", "d-1", 2)
            order(guest, "t-1", "d-1", 2)
            data = file(host, guest)
            self.agrees(data)
            self.assertEqual(codes(data), wanted)

    def test_requests_name_the_agreement(self):
        host, guest = forge.pair(TEXT)
        forge.adopt(host, guest, ANNEX, 2, NAMES[1])
        guest.say("deployment_requested", at=5, deployment="d-1", agreement=NAMES[1],
                  purpose="protect_persons", terms=dict(
                      zone=AIRPORT, category="police", task="observe", rung="observe",
                      arms="unarmed", headcount=1, vehicles=1, window=(START, START + MINUTE)))
        for party, word, more in (
            (host, "rung_closed", {"rung": "observe", "reason": "x"}),
            (host, "emergency_declared", {"reason": "x"}),
        ):
            party.say(word, at=6, agreement=NAMES[1], **more)
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual(codes(data), {"unknown-agreement"})

    def test_a_lower_text_is_suspended_by_itself(self):
        lower = ANNEX + article("A9", HALTS)
        for scope in (("whole", None), ("zone", AIRPORT), ("category", "police"), ("clause", "A2")):
            host, guest = forge.pair(TEXT)
            forge.adopt(host, guest, lower, 2, NAMES[1])
            guest.say("agreement_suspended", at=5, agreement=NAMES[1], scope=scope, reason="x")
            request(guest, "d-8", zone=ROUTE, at=6)
            self.assertEqual(self.requested(host, guest, 7), {"suspended"})
            guest.say("agreement_resumed", at=9, agreement=NAMES[1], scope=scope)
            request(guest, "d-7", heads=2, zone=AIRPORT, at=10)
            self.assertEqual(audit(file(host, guest))["void"], 1)

    def test_a_person_suspended_under_a_lower_text(self):
        host, guest = forge.pair(TEXT)
        forge.adopt(host, guest, ANNEX + article("A9", HALTS), 2, NAMES[1])
        for at, (name, zone) in enumerate((("d-1", AIRPORT), ("d-2", ROUTE))):
            request(guest, name, 1, zone=zone)
            grant(host, f"c-{at}", name, 1)
        host.say("agreement_suspended", at=6, agreement=NAMES[1], scope=("person", "t-1-0"),
                 reason="x")
        order(guest, "t-1", "d-1", 1)
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual(codes(data), {"suspended"})
        guest.say("task_ordered", at=9, task="t-2", deployment="d-2", units=["t-1-0"],
                  window=(START + 9 * MINUTE, START + 20 * MINUTE))
        self.assertEqual(codes(file(host, guest)), {"suspended"}, "elsewhere it is not asked")

    def test_the_host_ends_a_lower_text_and_the_guest_widens_nothing(self):
        for who, wanted in (("host", set()), ("guest", {"ceiling-reached not-in-force"})):
            host, guest = forge.pair(TEXT)
            forge.adopt(host, guest, ANNEX + article("A9", ENDS), 2, NAMES[1])
            party = {"host": host, "guest": guest}[who]
            party.say("agreement_terminated", at=5, agreement=NAMES[1], reason="x")
            self.assertEqual(self.requested(host, guest, 7, heads=3), wanted)
            # Nobody ends it twice, but the host ends what the guest has ended.
            guest.say("agreement_terminated", at=8, agreement=NAMES[1], reason="x")
            host.say("agreement_terminated", at=9, agreement=NAMES[1], reason="x")
            request(guest, "d-8", heads=3, at=10, zone=AIRPORT)
            data = file(host, guest)
            self.agrees(data)
            self.assertLessEqual({"terminated"}, codes(data))
            self.assertEqual(audit(data)["void"], 2)

    def test_the_end_of_the_agreement_takes_the_lower_text_with_it(self):
        host, guest = forge.pair(TEXT + article("90", ENDS))
        forge.adopt(host, guest, ANNEX, 2, NAMES[1])
        host.say("agreement_terminated", at=5, agreement=NAMES[0], reason="x")
        host.say("agreement_proposed", at=6, agreement=NAMES[1], text=ANNEX + "# again\n")
        self.assertEqual(self.requested(host, guest, 7), {"not-in-force"})
        # A new agreement brings no old annex back.
        forge.adopt(host, guest, TEXT, 8)
        request(guest, "d-8", heads=3, at=9, zone=AIRPORT)
        forge.adopt(host, guest, ANNEX, 10, NAMES[1], propose=False)
        request(guest, "d-7", heads=3, at=11, zone=AIRPORT)
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual([decision for _, decision in audit(data)["statements"]
                          if "ceiling" in decision],
                         ["disagrees with the record: void, ceiling-reached"])

    def test_what_no_longer_fits_closes_what_it_speaks_of(self):
        host, guest = forge.pair(TEXT)
        forge.adopt(host, guest, ANNEX, 2, NAMES[1])
        forge.adopt(host, guest, PLAN, 2, NAMES[2])
        forge.adopt(host, guest, without_liaison(TEXT), 3)
        request(guest, "d-8", heads=2, at=5, zone=ROUTE)
        self.assertEqual(self.requested(host, guest, 7), {"not-in-force"})
        forge.adopt(host, guest, without_liaison(ANNEX), 8, NAMES[1])
        request(guest, "d-7", heads=2, at=9, zone=AIRPORT)  # the plan still names liaison
        forge.adopt(host, guest, TEXT, 10, propose=False)
        request(guest, "d-6", heads=2, at=11, zone=AIRPORT)
        data = file(host, guest)
        self.agrees(data)
        self.assertEqual([it.split(", ")[-1] for _, it in audit(data)["statements"]
                          if "disagrees" in it],
                         ["not-in-force", "not-in-force", "not-permitted"], "the plan fits again")

    def test_leases_and_freshness_of_the_tightest_text(self):
        host, guest = forge.pair(TEXT)
        forge.adopt(host, guest, ANNEX + article("A9", CONSENT % (30, 60)), 2, NAMES[1])
        request(guest, "d-1", 2, zone=AIRPORT)
        grant(host, "c-1", "d-1", 2, until=37)
        grant(host, "c-2", "d-1", 2, until=36)
        order(guest, "t-1", "d-1", 2)
        start(guest, 12, seen=guest.seen(at=START + 10 * MINUTE))
        data = file(host, guest)
        self.agrees(data)
        self.assertLessEqual({"lease-too-long", "host-not-heard"}, codes(data))

    def test_sensors(self):
        """A sensor that is named is listed; a duty of surveillance names one."""
        def sensing(sensor, altitude=0):
            return {"sensing": {"sensor": sensor, "altitude": altitude}}

        base = dict(heads=1, at=5, category="technical", task="technical_surveillance",
                    rung="technical_feed", vehicles=0)
        for wanted, text, terms in (
            ([], TEXT, {}), ([], TEXT, sensing("drone", 9_999)),
            (["order"], TEXT + article("98", SENSORS), {}),
            ([], TEXT + article("98", SENSORS), sensing("drone", 120)),
            (["all"], TEXT + article("98", SENSORS), sensing("drone", 121)),
            (["all"], TEXT + article("98", SENSORS), sensing("plate_reader")),
            (["all"], TEXT + article("98", SENSORS), sensing("fixed_camera")),
            ([], TEXT + article("98", SENSORS), sensing("fixed_camera") | {"zone": AIRPORT}),
            (["all"], TEXT, sensing("drone") | {"task": "observe", "rung": "advise",
                                                "category": "liaison"}),
        ):
            with self.subTest(wanted=wanted, terms=terms):
                host, guest = forge.pair(text)
                request(guest, "d-1", **(base | terms))
                grant(host, "c-1", "d-1", 1)
                order(guest, "t-1", "d-1", 1)
                data = file(host, guest)
                self.agrees(data)
                void = {"": 0, "order": 1, "all": 3}["".join(wanted)]
                self.assertEqual(audit(data)["void"], void)

    def test_the_other_direction(self):
        """The text's guest is the host of this pair: what is reciprocal holds, and no more."""
        both = TEXT + article("98", 'reciprocity = { kinds = ["ceilings", "permitted_tasks"] }')
        for text, names, wanted in (
            (both, ("host", "guest"), set()), (both, ("guest", "host"), {"notice-too-short"}),
            (TEXT, ("guest", "host"), {"bad-agreement", "unknown-agreement"}),
            (both, ("host", "other"), {"bad-agreement", "unknown-agreement"}),
        ):
            with self.subTest(names=names):
                host, guest = forge.pair(text, names)
                request(guest, "d-1")
                grant(host, "c-1", "d-1")
                order(guest, "t-1", "d-1")
                start(guest, 10)
                end(guest, 20)
                guest.say("capacity_noticed", at=21, movement="m", agreement=NAMES[0], zone=ROUTE,
                          day=(START + 9_000 * MINUTE, START + 9_900 * MINUTE), seats=3,
                          armour="bullet_proof", escorts=0, commitment=bytes(32))
                data = file(host, guest)
                self.agrees(data)
                self.assertLessEqual(wanted, codes(data))
                self.assertEqual(audit(data)["void"] == (0 if names[0] == "host" else 1),
                                 "bad-agreement" not in wanted)


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

    def test_the_vectors_of_a_draw(self):
        """draw.md, "Vector" and "Vector of version 2"."""
        text = (TOP / "docs/formats/draw.md").read_text(encoding="utf-8")
        newer, older = text.split("## Vector of version 2")[1].split("## Version 1")
        for part in (newer, older):
            vector = dict(re.findall(r"^(\w[\w ]*) = (.*)$", part, re.MULTILINE))
            menu = bytes.fromhex(vector.get("menu", "")) or None
            host, guest = (bytes.fromhex(vector[f"{it} seed"]) for it in ("host", "guest"))
            for side, seed in (("host", host), ("guest", guest)):
                made = draw.commitment(vector[f"{side} party"], vector["movement"], seed, menu)
                self.assertEqual(made.hex(), vector[f"{side} commitment"])
            weights = [int(it) for it in vector["weights"].split(",")]
            gates = [int(it) for it in vector["gates"].split(",")] if menu else [0] * len(weights)
            core = {"slots": int(vector["slots"]), "vehicles": [""] * int(vector.get("vehicles", 0)),
                    "routes": [("", it, [""] * many) for it, many in zip(weights, gates)]}
            slot, route, gate, order = draw.choose(vector["movement"], host, guest, core, menu)
            self.assertEqual((slot, route), (int(vector["drawn slot"]), int(vector["drawn route"])))
            if menu:
                self.assertEqual(gate, int(vector["drawn gate"]))
                self.assertEqual(order, [int(it) for it in vector["drawn order"].split(",")])

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
