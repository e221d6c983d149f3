"""The keys of a ledger: who holds its root, what that orders, and which key signs at which place.

Written from docs/formats/custody.md and audit.md, "Reading a ledger". It knows no moment but those
that statements name, and no ledger but the one that it reads.
"""

from dataclasses import dataclass

import cbor2

from acts import ACTS, NUMBERS
from formats import Key, sha256

NEVER = 2**63 - 1
CUSTODIANS_MAX = 16
OWN_ROLES = {"root", "node"}
CARRIERS = set(ACTS[NUMBERS["root_ordered"]][2].split())


# ---- custody.md, "Sets" and "Orders" ------------------------------------------------------------


def canon(value):
    return cbor2.dumps(value, canonical=True)


def to_sign(order):
    """What every custodian signs; `order` is the order as it was decoded, fields by number."""
    return b"safeconduct/root-order/1\n" + canon(order)


def set_hash(custodians):
    """The name of a set before anybody need know its keys; as it was decoded."""
    return sha256(b"safeconduct/custodians/1\n", canon(custodians))


def is_set(custodians):
    """One to sixteen keys, each once, ascending by their short names, and a threshold in reach."""
    ids = [Key.of(it).id for it in custodians["keys"]]
    count = 1 <= len(ids) <= CUSTODIANS_MAX
    return count and ids == sorted(set(ids)) and 1 <= custodians["threshold"] <= len(ids)


def holds(order, signatures, sets):
    """Every signature is by a member of one of these sets and holds; ascending, none twice."""
    known = {key.id: key for one in sets for key in map(Key.of, one["keys"])}
    ids = [it["key"] for it in signatures]
    return ids == sorted(set(ids)) and all(
        it["key"] in known and known[it["key"]].signs(to_sign(order), it["signature"])
        for it in signatures
    )


def enough(signatures, one):
    signed = {it["key"] for it in signatures}
    return sum(Key.of(it).id in signed for it in one["keys"]) >= one["threshold"]


@dataclass
class Root:
    """Who holds the root, as far as the ledger was read."""

    custodians: dict
    next: bytes | None
    version: int = 1
    serial: int = 0
    since: int = 0
    recovered: bool = False

    @classmethod
    def founded(cls, act):
        """As a founding names it; nothing if its set is none."""
        alone = {"custodians": {"keys": [act["root"]], "threshold": 1}}
        held = act.get("custody", alone)
        return cls(held["custodians"], held.get("next")) if is_set(held["custodians"]) else None

    @property
    def sole(self):
        keys = self.custodians["keys"]
        return Key.of(keys[0]) if len(keys) == 1 else None

    def refuses(self, act, raw):
        """Why an order does not stand; nothing if it does. `raw` is the order as decoded."""
        order, signatures = act["order"], act["signatures"]
        kind, what = order["order"]
        if (order["version"], order["serial"]) != (self.version, self.serial):
            return "stale-order"
        held = self.custodians
        sets = [held]
        if kind in ("rotate", "recover"):
            named = set_hash(raw[3][1][0][0])
            if not is_set(what["custodians"]):
                return "bad-order"
            foreseen = self.next in (None, named)
            if kind == "recover":
                sets, fits = [what["custodians"]], self.next == named
            else:
                sets = [held, what["custodians"]]
                fits = what["custodians"] != held and (foreseen or "next" not in what)
            if not fits:
                return "bad-order"
        if kind == "enrol" and OWN_ROLES & set(what["roles"]):
            return "bad-order"
        if not holds(raw, signatures, sets):
            return "bad-signature"
        if not all(enough(signatures, one) for one in sets):
            return "too-few-custodians"
        # A reserve that is named is put aside by everybody together.
        if kind == "name_next" and self.next and len(signatures) < len(held["keys"]):
            return "too-few-custodians"
        return None

    def follow(self, kind, what, raw, index):
        self.serial += 1
        if kind in ("rotate", "recover"):
            # A rotation that the reserve did not sign leaves the reserve where it is.
            if self.next in (None, set_hash(raw[3][1][0][0])):
                self.next = what.get("next")
            self.custodians, self.since = what["custodians"], index
            self.version, self.recovered = self.version + 1, kind == "recover"
        elif kind == "name_next":
            self.next = what["next"]


# ---- audit.md, "Reading a ledger" ---------------------------------------------------------------


@dataclass
class Enrolled:
    """A key, as its ledger enrolled it."""

    key: Key
    person: str
    roles: list
    until: int
    since: int = 0
    by: bytes | None = None
    voided: int | None = None
    disowned: int | None = None

    def signs_at(self, at):
        return self.voided is None and at < self.until


class Ring:
    """The keys of one ledger as far as it was read; they change by position."""

    def __init__(self, party):
        self.party, self.keys, self.root, self.nodes = party, {}, None, []

    def node_at(self, size):
        """The key that signs heads of that size: the newest that an entry below it names."""
        return next((key for at, key in reversed(self.nodes) if at < size), None)

    @property
    def node(self):
        return self.node_at(NEVER)

    def trusted_nodes(self):
        """Every key that the node has had and that was in nobody else's hands."""
        return [key for _, key in self.nodes if self.keys[key.id].disowned is None]

    def founder(self, act, key):
        """The key that a founding names, if it is that one and its set is one."""
        root = Key.of(act["root"])
        fits = root.id == key and Root.founded(act)
        return Enrolled(root, f"{self.party}/root", ["root"], NEVER) if fits else None

    def carrier(self, act, key):
        """The node that an order names may carry it: its authority is in it."""
        kind, what = act["order"]["order"]
        if kind != "replace_node" or Key.of(what["node"]).id != key:
            return None
        return Enrolled(Key.of(what["node"]), f"{self.party}/node", ["node"], NEVER)

    def refuses(self, act, raw, roles):
        """Why an order of custodians does not stand here; nothing if it does."""
        if not CARRIERS & set(roles):
            return "not-your-role"
        if self.root is None:
            return "not-founded"
        if act["order"]["party"] != self.party:
            return "stale-order"
        kind, what = act["order"]["order"]
        reason = self.root.refuses(act, raw)
        if reason:
            return reason
        sole = self.root.sole
        known = sole and self.keys.get(sole.id)
        if kind != "recover" and known and known.voided is not None:
            return "unknown-key"
        # A key that this ledger knows already is no new one.
        if kind == "replace_node":
            new = [what["node"]]
        else:
            new = what["custodians"]["keys"] if kind in ("rotate", "recover") else []
        if len(new) == 1 and Key.of(new[0]).id in self.keys:
            return "bad-order"
        return None

    def take(self, word, act, entry):
        """What a joint act that is not void does to the keys, from the next entry on."""
        if word == "party_founded":
            self.root = Root.founded(act)
            self.name_node(Key.of(act["node"]), 0)
            self.sole_root(0)
        elif word == "key_enrolled" and "root" in entry.roles:
            self.enrol(act, entry.index, entry.key)
        elif word == "key_voided" and "root" in entry.roles:
            self.void(act, entry.index)
        elif word == "root_ordered":
            self.follow(act["order"]["order"], entry.raw, entry.index)

    def follow(self, order, raw, index):
        kind, what = order
        if kind == "enrol":
            self.enrol(what, index, None)
        elif kind == "void":
            self.void(what, index)
        elif kind == "replace_node":
            before = self.node
            self.end(before.id, index)
            if "since" in what:
                self.disown(before.id, what["since"], index)
            self.name_node(Key.of(what["node"]), index)
        elif kind in ("rotate", "recover") and self.root.sole:
            self.end(self.root.sole.id, index)
        self.root.follow(kind, what, raw, index)
        self.sole_root(index)

    def name_node(self, key, index):
        self.nodes.append((index, key))
        self.serve(key, "node", index)

    def sole_root(self, index):
        """A root of one key signs statements by itself; several custodians only sign orders."""
        if self.root.sole:
            self.serve(self.root.sole, "root", index)

    def serve(self, key, role, since):
        known = Enrolled(key, f"{self.party}/{role}", [role], NEVER, since)
        self.keys.setdefault(key.id, known)

    def enrol(self, act, index, by):
        # An enrolment never brings a voided key back: the first one of a key stands.
        key = Key.of(act["key"])
        known = Enrolled(key, act["person"], act["roles"], act["until"], index, by)
        self.keys.setdefault(key.id, known)

    def end(self, key, index):
        known = self.keys.get(key)
        if known and known.voided is None:
            known.voided = index

    def void(self, act, index):
        self.end(act["key"], index)
        if "since" in act:
            self.disown(act["key"], act["since"], index)

    def disown(self, key, since, index):
        """What was enrolled by a key while it was in other hands goes with it, and so on."""
        waiting = [(key, since)]
        while waiting:
            key, since = waiting.pop()
            known = self.keys.get(key)
            if not known or known.disowned is not None and known.disowned <= since:
                continue
            self.end(key, index)
            known.disowned = since
            waiting += [(name, it.since) for name, it in self.keys.items()
                        if it.by == key and it.since >= since]

    def report(self):
        """For the report: who held what, since when, and until when."""
        root, name = self.root, lambda key: None if key is None else key.hex()
        return {
            "version": root.version, "orders": root.serial, "held_since": root.since,
            "threshold": root.custodians["threshold"], "recovered": root.recovered,
            "custodians": [Key.of(it).id.hex() for it in root.custodians["keys"]],
            "reserve": name(root.next),
            "nodes": [[index, key.id.hex()] for index, key in self.nodes],
            "keys": [
                {"key": key.hex(), "person": it.person, "roles": it.roles, "since": it.since,
                 "until": None if it.until == NEVER else it.until, "voided": it.voided,
                 "disowned_from": it.disowned}
                for key, it in self.keys.items()
            ],
        } if root else None


# ---- audit.md, "What rests on whose statement" --------------------------------------------------

# What an act gives, by the fields that name it; facts, and what takes away, rest on nothing.
GIVES = {
    "consent_granted": ("consent", "consent"), "consent_renewed": ("renewal", "consent"),
    "task_ordered": ("task", "task"), "movement_approved": ("approval", "movement"),
    "plan_sealed": ("plan", "movement"), "movement_resumed": ("resumption", "movement"),
    "pass_issued": ("pass", "pass"), "pass_countersigned": ("countersignature", "pass"),
    "accredited": ("accreditation", "accreditation"),
    "accreditation_accepted": ("acceptance", "accreditation"),
    "licence_recorded": ("licence", "company"), "host_officers_assigned": ("officers", "beside"),
    "rung_opened": ("opening", "agreement", "rung", "zone"),
}
# Of these each side has its own.
GIVES_A_SIDE = {
    "agreement_signed": ("signature", "agreement", "text"),
    "agreement_resumed": ("lifting", "agreement", "scope"),
    "emergency_declared": ("emergency", "agreement", "zone"),
}


class Rests:
    """Which statement each thing has its authority from, so that it can fall with a key."""

    def __init__(self):
        self.on, self.disowned = {}, []

    def note(self, e, act):
        """Remembers what an act gives: the newest statement that gave it."""
        if e.key is None:
            return
        basis = (e.side, e.key, e.index)
        if e.word == "key_enrolled":
            self.on.setdefault(("key", e.side, Key.of(act["key"]).id), basis)
        elif e.word in GIVES:
            kind, *names = GIVES[e.word]
            self.on[(kind, *(act.get(name) for name in names))] = basis
        elif e.word in GIVES_A_SIDE:
            kind, *names = GIVES_A_SIDE[e.word]
            self.on[(kind, *(act.get(name) for name in names), e.side)] = basis

    def fall(self, side, key, since):
        """Takes out what rests on a key from a place on, and on the keys that it enrolled."""
        fallen, waiting = [], [(key, since)]
        while waiting:
            key, since = waiting.pop()
            down = [what for what, basis in self.on.items()
                    if basis[:2] == (side, key) and basis[2] >= since]
            for what in down:
                basis = self.on.pop(what)
                if what[0] == "key":
                    waiting.append((what[2], basis[2]))
            fallen += down
        return fallen
