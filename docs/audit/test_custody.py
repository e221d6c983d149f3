#!/usr/bin/env python3
"""Tests of keys: orders of custodians, rotation, loss, compromise, expiry, and forged ones.

    python3 test_custody.py

SAFECONDUCT names our own program, which is asked the same of the same bytes where it is built.
"""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

import cbor2

import forge
from acts import MAPS, ROLES
from audit import audit
from custody import Root, is_set, set_hash, to_sign
from forge import FOREVER, MINUTE, START, Ed, adopt, canon, file, grant, order, request
from formats import Key, Statement, sha256, vkey
from revealed import check
from test_apart import Witnessed, inclusion
from test_audit import PROGRAM, TEXT, agree, codes

VECTORS = Path(__file__).resolve().parent.parent / "formats/custody.vectors.json"


def members(*keys, threshold):
    """A set in its one form."""
    ascending = sorted(keys, key=lambda it: it.id)
    return {"keys": [it.fields for it in ascending], "threshold": threshold}


def raw_set(custodians):
    return forge.fields(MAPS["custodians"], custodians)


def hash_of(custodians):
    return set_hash(raw_set(custodians))


class Held(forge.Party):
    """A party whose root is custodians."""

    def __init__(self, name, side, keys, threshold, reserve=None):
        self.founded_with = {"custodians": members(*keys, threshold=threshold)}
        self.founded_with |= {"next": hash_of(reserve)} if reserve else {}
        self.version, self.serial = 1, 0
        super().__init__(name, side)
        self.order("enrol", *keys, **self.officers(self.officer))

    def say(self, word, signer=None, /, **act):
        if word == "party_founded":
            act["custody"] = self.founded_with
        if word == "key_enrolled" and signer is self.root:
            return None  # the founding key orders nothing
        return super().say(word, signer, **act)

    def officers(self, key, roles=ROLES[2:], until=FOREVER, person="officer"):
        return {"person": f"{self.name}/{person}", "key": key.fields, "roles": roles,
                "until": until}

    def order(self, kind, *signers, at=None, version=None, serial=None, carrier=None, lie=None,
              party=None, **what):
        """States an order, signed by these keys; the fields of the order are of its kind."""
        said = {
            "party": party or self.name, "version": self.version if version is None else version,
            "serial": self.serial if serial is None else serial, "order": (kind, what),
        }
        raw = forge.fields(MAPS["root_order"], said)
        signatures = [{"key": it.id, "signature": it.sign(to_sign(raw))}
                      for it in sorted(signers, key=lambda it: it.id)]
        act = {"order": said, "signatures": lie(signatures) if lie else signatures}
        self.say("root_ordered", carrier or self.node, at=at, **act)
        self.before = (self.version, self.serial)
        if version is None and serial is None and lie is None:
            self.serial += 1
            self.version += kind in ("rotate", "recover")
        return act

    def undo(self):
        """The last order was refused: it counts for nothing."""
        self.version, self.serial = self.before


def pair(keys, threshold=2, reserve=None):
    """A host whose root is custodians, a guest with a root key, a text in force."""
    host, guest = Held("host", "host", keys, threshold, reserve), forge.Party("guest", "guest")
    host.other, guest.other = guest, host
    adopt(host, guest, TEXT, 1)
    return host, guest


class Custody(unittest.TestCase):
    def setUp(self):
        self.keys = [Ed() for _ in range(3)]
        self.reserve = [Ed() for _ in range(3)]
        self.host, self.guest = pair(self.keys)

    def found(self):
        data = file(self.host, self.guest)
        agree(self, data) if PROGRAM.exists() else None
        return codes(data)

    def report(self):
        return audit(file(self.host, self.guest))["keys"]["host"]


class Orders(Custody):
    """What custodians order, and what nobody may pass off as their order."""

    def test_two_of_three_enrol_an_officer_who_then_acts(self):
        late = Ed()
        self.host.order("enrol", *self.keys[1:], at=2, **self.host.officers(late, person="late"))
        self.host.say("alarm_noted", late, at=3, alarm="a-1")
        self.assertEqual(self.found(), set())
        report = self.report()
        self.assertEqual((report["version"], report["orders"], report["threshold"]), (1, 2, 2))
        self.assertIn("host/late", [it["person"] for it in report["keys"]])

    def test_one_signature_too_few(self):
        late = Ed()
        self.host.order("enrol", self.keys[0], at=2, **self.host.officers(late))
        self.host.say("alarm_noted", late, at=3, alarm="a-1")
        self.assertEqual(self.found(), {"too-few-custodians", "unknown-key"})

    def test_one_custodian_who_signs_twice_is_one(self):
        self.host.order("name_next", self.keys[0], at=2, lie=lambda it: it * 2, next=bytes(32))
        self.assertEqual(self.found(), {"bad-signature"})

    def test_a_stranger_beside_enough_custodians_spoils_the_order(self):
        self.host.order("name_next", *self.keys, Ed(), at=2, next=bytes(32))
        self.assertEqual(self.found(), {"bad-signature"})

    def test_a_signature_that_does_not_hold_spoils_the_order(self):
        def lie(signatures):
            signatures[0]["signature"] = bytes(64)
            return signatures

        self.host.order("name_next", *self.keys, at=2, lie=lie, next=bytes(32))
        self.assertEqual(self.found(), {"bad-signature"})

    def test_a_custodian_who_was_removed_orders_nothing_any_more(self):
        new = [Ed(), Ed()]
        custody = {"custodians": members(*new, threshold=2)}
        self.host.order("rotate", *self.keys[:2], *new, at=2, **custody)
        self.assertEqual(self.found(), set())
        self.assertEqual(self.report()["version"], 2)
        thief = Ed()
        self.host.order("enrol", *self.keys, at=3, **self.host.officers(thief))
        self.host.undo()
        self.assertEqual(self.found(), {"bad-signature"})
        self.host.order("enrol", new[0], self.keys[0], at=4, **self.host.officers(thief))
        self.host.undo()
        self.assertEqual(self.found(), {"bad-signature"})
        self.host.order("enrol", *new, at=5, **self.host.officers(thief))
        self.assertEqual(self.report()["orders"], 3)

    def test_a_set_takes_over_only_if_enough_of_it_signed_too(self):
        new = [Ed(), Ed()]
        custody = {"custodians": members(*new, threshold=2)}
        self.host.order("rotate", *self.keys, new[0], at=2, **custody)
        self.assertEqual(self.found(), {"too-few-custodians"})

    def test_nobody_goes_back_to_an_older_root(self):
        new, old = [Ed(), Ed()], {"custodians": members(*self.keys, threshold=2)}
        self.host.order("rotate", *self.keys, *new, at=2,
                        **{"custodians": members(*new, threshold=2)})
        thief = self.host.officers(Ed())
        # Of the first version, with its next number, by those who held it then.
        self.host.order("enrol", *self.keys, at=3, version=1, serial=2, **thief)
        self.assertEqual(self.found(), {"stale-order"})
        self.host.order("rotate", *self.keys, *new, at=4, version=1, serial=1, **old)
        self.assertEqual(self.found(), {"stale-order"})
        self.assertEqual(self.report()["version"], 2)

    def test_an_order_is_done_once_and_in_its_turn_and_for_its_party(self):
        act = self.host.order("name_next", *self.keys, at=2, next=bytes(32))
        self.host.say("root_ordered", self.host.node, at=3, **act)
        self.assertEqual(self.found(), {"stale-order"})
        self.host.order("name_next", *self.keys, at=4, serial=9, next=bytes(32))
        self.host.order("name_next", *self.keys, at=5, party="guest", next=bytes(32))
        self.host.undo()
        self.assertEqual(self.found(), {"stale-order"})

    def test_no_order_makes_a_root_or_a_node_of_an_officer(self):
        for role in ("root", "node"):
            self.host.order("enrol", *self.keys, at=2, **self.host.officers(Ed(), [role]))
            self.host.undo()
        self.assertEqual(self.found(), {"bad-order"})

    def test_a_driver_carries_no_order(self):
        driver = Ed()
        self.host.order("enrol", *self.keys, at=2, **self.host.officers(driver, ["driver"]))
        self.host.order("name_next", *self.keys, at=3, carrier=driver, next=bytes(32))
        self.assertEqual(self.found(), {"not-your-role"})
        self.assertIsNone(self.report()["reserve"], "and what he carries changes no key")

    def test_sets_that_are_none(self):
        one, two = sorted([Ed(), Ed()], key=lambda it: it.id)
        good = {"keys": [one.fields, two.fields], "threshold": 2}
        self.assertTrue(is_set(good))
        for lie in ({"threshold": 0}, {"threshold": 3}, {"keys": []},
                    {"keys": [two.fields, one.fields]}, {"keys": [one.fields] * 2},
                    {"keys": [it.fields for it in sorted([Ed() for _ in range(17)],
                                                         key=lambda it: it.id)]}):
            self.assertFalse(is_set(good | lie), lie)
        custody = {"custodians": good | {"threshold": 3}}
        self.host.order("rotate", *self.keys, one, two, at=2, **custody)
        self.assertEqual(self.found(), {"bad-order"})


class Lost(Custody):
    """Custodians are lost, and the reserve takes over."""

    def setUp(self):
        super().setUp()
        self.set = members(*self.reserve, threshold=2)
        self.host.order("name_next", *self.keys[:2], at=2, next=hash_of(self.set))

    def test_one_custodian_is_lost_and_the_others_put_another_in_his_place(self):
        new = Ed()
        custody = {"custodians": members(*self.keys[:2], new, threshold=2)}
        self.host.order("rotate", *self.keys[:2], at=3, **custody)
        self.host.order("enrol", self.keys[0], new, at=4, **self.host.officers(Ed()))
        self.assertEqual(self.found(), set())
        report = self.report()
        self.assertEqual((report["version"], report["reserve"]), (2, hash_of(self.set).hex()))

    def test_the_reserve_takes_over_alone(self):
        self.host.order("recover", *self.reserve[1:], at=3, custodians=self.set)
        self.host.order("enrol", *self.reserve[:2], at=4, **self.host.officers(Ed()))
        self.assertEqual(self.found(), set())
        report = self.report()
        self.assertTrue(report["recovered"])
        self.assertIsNone(report["reserve"])

    def test_one_of_the_reserve_takes_nothing_over(self):
        self.host.order("recover", self.reserve[0], at=3, custodians=self.set)
        self.assertEqual(self.found(), {"too-few-custodians"})

    def test_another_set_than_the_named_one_takes_nothing_over(self):
        other = [Ed(), Ed()]
        self.host.order("recover", *other, at=3, custodians=members(*other, threshold=2))
        self.host.undo()
        fewer = members(*self.reserve, threshold=1)
        self.host.order("recover", *self.reserve, at=4, custodians=fewer)
        self.assertEqual(self.found(), {"bad-order"})

    def test_a_reserve_is_put_aside_by_everybody_or_nobody(self):
        thief = hash_of(members(Ed(), threshold=1))
        self.host.order("name_next", *self.keys[:2], at=3, next=thief)
        self.host.undo()
        self.assertEqual(self.found(), {"too-few-custodians"})
        self.host.order("name_next", *self.keys, at=4, next=thief)
        self.assertEqual(self.report()["reserve"], thief.hex())

    def test_a_thief_of_the_root_does_not_get_rid_of_the_reserve(self):
        thief = Ed()
        custody = {"custodians": members(thief, threshold=1)}
        named = custody | {"next": bytes(32)}
        self.host.order("rotate", *self.keys[:2], thief, at=3, **named)
        self.host.undo()
        self.assertEqual(self.found(), {"bad-order"}, "he names no reserve of his own")
        self.host.order("rotate", *self.keys[:2], thief, at=4, **custody)
        self.host.order("recover", *self.reserve[:2], at=5, custodians=self.set)
        # The thief's key was a root by itself: it is void.
        self.host.say("key_enrolled", thief, at=6, **self.host.officers(Ed()))
        self.assertEqual(self.found(), {"bad-order", "unknown-key"})
        self.assertEqual((self.report()["version"], self.report()["recovered"]), (3, True))


class Times(Custody):
    """Old statements hold by the keys of their time, new ones by those of now."""

    def test_a_key_that_was_void_signs_nothing(self):
        self.host.say("alarm_noted", at=2, alarm="a-1")
        self.host.order("void", *self.keys[:2], at=3, key=self.host.officer.id, reason="left")
        self.assertEqual(self.found(), set(), "what it signed before stands")
        self.host.say("alarm_noted", at=4, alarm="a-2")
        self.assertEqual(self.found(), {"unknown-key"})

    def test_a_voided_key_is_not_enrolled_again(self):
        self.host.order("void", *self.keys[:2], at=3, key=self.host.officer.id, reason="left")
        self.host.order("enrol", *self.keys[:2], at=4, **self.host.officers(self.host.officer))
        self.host.say("alarm_noted", at=5, alarm="a-2")
        self.assertEqual(self.found(), {"unknown-key"})

    def test_a_key_that_has_run_out_signs_nothing(self):
        short = Ed()
        terms = self.host.officers(short, until=START + 10 * MINUTE)
        self.host.order("enrol", *self.keys[:2], at=2, **terms)
        self.host.say("alarm_noted", short, at=9, alarm="a-1")
        self.assertEqual(self.found(), set())
        self.host.say("alarm_noted", short, at=10, alarm="a-2")
        self.assertEqual(self.found(), {"unknown-key"})

    def replace(self, at, **more):
        node = Ed()
        self.host.order("replace_node", *self.keys[:2], at=at, carrier=node, node=node.fields,
                        sealing=b"", **more)
        old, self.host.node = self.host.node, node
        return old

    def test_old_heads_keep_the_old_key_and_new_ones_have_the_new(self):
        old = self.replace(2)
        self.assertEqual(self.found(), set())
        self.assertEqual(len(self.report()["nodes"]), 2)
        new, self.host.node = self.host.node, old
        self.assertIn("head-signature", codes(file(self.host, self.guest)))
        self.host.say("alarm_noted", old, at=3, alarm="a-1")
        self.host.node = new
        self.assertEqual(self.found(), {"unknown-key"})

    def test_the_node_that_an_order_names_carries_only_that_order(self):
        node = Ed()
        self.host.order("name_next", *self.keys, at=2, carrier=node, next=bytes(32))
        self.assertEqual(self.found(), {"unknown-key"})

    def test_a_known_key_is_no_new_node(self):
        self.host.order("replace_node", *self.keys, at=2, node=self.host.officer.fields,
                        sealing=b"")
        self.assertEqual(self.found(), {"bad-order"})

    def test_two_heads_of_the_past_accuse_by_the_key_of_the_past(self):
        def lies():
            size = len(self.host.entries)
            return [self.host.head(size, at=2), self.host.head(size, root=b"x" * 32, at=2)]

        heads, size = lies(), len(self.host.entries)
        self.replace(3)
        self.assertGreater(len(self.host.entries), size)
        self.guest.say("misbehaviour_noted", self.guest.node, at=4, party="host", code="forked",
                       heads=heads)
        self.assertEqual(self.found(), set())
        self.assertEqual(audit(file(self.host, self.guest))["caught"], {"host": ["forked"]})

    def test_a_key_that_was_in_other_hands_accuses_nobody(self):
        size = len(self.host.entries)
        heads = [self.host.head(size, at=2), self.host.head(size, root=b"x" * 32, at=2)]
        self.replace(3, since=size)
        self.guest.say("misbehaviour_noted", self.guest.node, at=4, party="host", code="forked",
                       heads=heads)
        self.assertEqual(self.found(), {"bad-signature"})

    def test_a_body_that_is_shown_later_holds_under_a_newer_node(self):
        self.host.say("agency_reviewed", at=2, audience=[0, []], agreement="karachi-exercise",
                      text=bytes(32), agency="MoFA", position="concur", articles=[], remark="ok",
                      circle="internal")
        at = len(self.host.entries) - 1
        self.replace(3)
        leaves = [forge.leaf(entry) for entry, _ in self.host.entries]
        places = [0, *(index for index, (entry, _) in enumerate(self.host.entries)
                       if Statement.parse(entry).number in (1, 2, 80)), at]
        entries = [{0: it, 1: self.host.entries[it][0], 2: self.host.bodies[it],
                    3: inclusion(leaves, it)} for it in sorted(places)]
        made = {0: "safeconduct/revealed/1", 1: "host", 2: self.host.head(), 3: entries, 4: at}
        self.assertEqual(check(canon(made))["index"], at)
        if PROGRAM.exists():
            self.assertEqual(checked_by_theirs(made), 0)
        without = made | {3: [it for it in entries if it[0] <= at]}
        with self.assertRaises(Exception):
            check(canon(without))


def checked_by_theirs(made):
    with tempfile.NamedTemporaryFile(suffix=".revealed") as out:
        out.write(canon(made))
        out.flush()
        ran = subprocess.run([PROGRAM, "ledger", "check", out.name], capture_output=True)
    return ran.returncode


class Disowned(Custody):
    """A key was in other hands since some statement: what rests on that ends where it is said."""

    def setUp(self):
        super().setUp()
        request(self.guest, "d-1")
        grant(self.host, "c-0", "d-1", at=6, until=20)
        request(self.guest, "d-2", at=6)
        self.stolen = len(self.host.entries)
        grant(self.host, "c-2", "d-2", at=7)
        order(self.guest, "t-1", "d-1", at=8)
        order(self.guest, "t-2", "d-2", at=8)
        for task in ("t-1", "t-2"):
            self.guest.say("task_started", at=9, task=task)

    def void(self, at, since):
        self.host.order("void", *self.keys[:2], at=at, key=self.host.officer.id,
                        reason="the key file was copied", since=since)

    def test_what_was_granted_before_lives_and_what_came_after_ends(self):
        self.void(12, self.stolen)
        self.guest.say("task_ended", at=13, task="t-2", reason="its consent is gone")
        self.guest.say("task_ended", at=14, task="t-1", reason="done")
        # The host consented until it said otherwise; the guest left within the agreed time.
        self.assertEqual(self.found(), set())
        found = audit(file(self.host, self.guest))
        self.assertEqual([(it["since"], it["ended"]) for it in found["disowned"]],
                         [(self.stolen, 1)])
        leases = {it["what"]: it for it in found["duties"]}
        self.assertEqual(set(leases), {"t-1", "t-2"})

    def test_nobody_begins_on_what_ended(self):
        self.void(12, self.stolen)
        order(self.guest, "t-3", "d-2", at=13)
        self.assertEqual(self.found(), {"no-live-consent"})

    def test_an_order_by_a_disowned_key_lets_nobody_begin(self):
        thief = Ed()
        self.guest.enrol(thief, at=10)
        since = len(self.guest.entries)
        order(self.guest, "t-4", "d-1", at=11, heads=1)
        self.guest.say("key_voided", self.guest.root, at=12, key=self.guest.officer.id,
                       reason="stolen", since=since)
        self.guest.say("task_started", thief, at=13, task="t-4")
        self.assertEqual(self.found(), {"disowned"})

    def test_what_a_stolen_root_enrolled_goes_with_it_to_the_last_key(self):
        chain, signer = [], self.guest.root
        since = len(self.guest.entries)
        for _ in range(3):
            key = Ed()
            self.guest.say("key_enrolled", signer, at=10, person="guest/thief", key=key.fields,
                           roles=["root", *ROLES[2:]], until=FOREVER)
            chain.append(key)
            signer = key
        order(self.guest, "t-5", "d-1", at=11, heads=1)
        self.guest.say("key_voided", self.guest.root, at=12, key=chain[0].id, reason="a thief's",
                       since=since)
        for key in chain:
            self.guest.say("alarm_noted", key, at=13, alarm="a-1")
        self.assertEqual(self.found(), {"unknown-key"})
        self.guest.say("task_started", at=14, task="t-5")
        self.assertEqual(self.found(), {"unknown-key"}, "the officer's own key is untouched")

    def test_a_text_whose_signature_was_stolen_is_suspended(self):
        self.void(12, 1)
        order(self.guest, "t-6", "d-1", at=13, heads=1)
        self.assertIn("suspended", " ".join(self.found()))


class Quorum(unittest.TestCase):
    """A head that witnesses cosigned is shown by a node that has another key by now."""

    def test_a_former_node_key_still_signed_what_it_signed(self):
        for since in (None, 0):
            keys = [Ed() for _ in range(3)]
            witness = ("ombudsman.example/w", Ed())
            named = Witnessed.key(*witness)
            self.assertTrue(vkey(named))
            asks = (f"decide_within_hours = 24\nwitness_quorum = 1\n"
                    f"witnesses = {json.dumps([named])}\n")
            text = TEXT.replace("decide_within_hours = 24\n", asks, 1)
            host, guest = Held("host", "host", keys, 2), forge.Party("guest", "guest")
            host.other, guest.other = guest, host
            adopt(host, guest, text, 1)
            size, note = len(host.entries), host.head(at=2)
            body, seconds = note.partition("\n\n")[0] + "\n", 1_800_000_000
            timed = f"cosignature/v1\ntime {seconds}\n{body}".encode()
            public = sha256(witness[0].encode(), b"\n", b"\x04", witness[1].public)[:4]
            code = public + seconds.to_bytes(8, "big") + witness[1].sign(timed)
            note += f"— {witness[0]} {forge.base64.b64encode(code).decode()}\n"
            node = Ed()
            more = {} if since is None else {"since": since}
            host.order("replace_node", *keys[:2], at=3, carrier=node, node=node.fields,
                       sealing=b"", **more)
            host.node = node
            host.say("witness_quorum_shown", node, at=4, size=size, root=host.roots[size],
                     note=note)
            data = file(host, guest)
            agree(self, data) if PROGRAM.exists() else None
            self.assertEqual(codes(data), set() if since is None else {"bad-signature"})


class Vectors(unittest.TestCase):
    """docs/formats/custody.vectors.json, which the other program made."""

    def test_an_order_and_a_set_are_these_bytes(self):
        made = json.loads(VECTORS.read_text())
        raw = cbor2.loads(bytes.fromhex(made["order"]))
        self.assertEqual(canon(raw).hex(), made["order"])
        self.assertEqual(to_sign(raw).hex(), made["to_sign"])
        held = cbor2.loads(bytes.fromhex(made["set"]))
        self.assertEqual(set_hash(held).hex(), made["set_hash"])
        keys = {Key(0, it[1]).id: Key(0, it[1]) for it in held[0]}
        act = cbor2.loads(bytes.fromhex(made["act"]))
        self.assertEqual(act[0], 80)
        self.assertEqual(act[1][0][0], raw)
        for signature in act[1][0][1]:
            self.assertTrue(keys[signature[0]].signs(to_sign(raw), signature[1]))
        opened = cbor2.loads(bytes.fromhex(made["file"]))
        self.assertEqual(opened[0], "safeconduct/root-order-file/1")
        self.assertEqual((opened[1], opened[2]), (act[1][0], held))

    def test_a_founding_with_a_set_that_is_none_founds_nothing(self):
        act = {"root": Ed().fields, "custody": {"custodians": {"keys": [], "threshold": 1}}}
        self.assertIsNone(Root.founded(act))


if __name__ == "__main__":
    unittest.main()
