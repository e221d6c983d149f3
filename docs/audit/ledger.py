"""Reading two ledgers and putting them in order.

Written from docs/formats/audit.md, "Reading a ledger", and docs/decisions/0002.
"""

from dataclasses import dataclass

from acts import ACTS, NUMBERS, STAND_ALONE, Malformed
from custody import Ring
from formats import (
    JOINT, ML_DSA, ML_DSA_PUBLIC, ZERO, Key, Statement, decode, leaf, roots,
)

SKEW = 120_000
# A draft waits ten minutes for its signature, so an entry may be that much older than its place.
AHEAD = 600_000 + SKEW
ORDERED = NUMBERS["root_ordered"]


# ---- audit.md, "Reading a ledger" ---------------------------------------------------------------


@dataclass
class Entry:
    """One entry, read. `void` says why it is void by itself, `stop` that its body is not here."""

    side: str
    index: int
    void: str | None = None
    stop: str | None = None
    at: int = 0
    seen: int = 0
    heard: int = 0
    by: str = ""
    roles: tuple = ()
    word: str = "?"
    act: dict | None = None
    joint: bool = False
    alone: bool = False
    id: bytes = b""
    own_seen: tuple = (0, 0)
    key: bytes | None = None  # with which key, where it is known
    raw: dict | None = None  # of an order of custodians: the order as it was decoded

    @property
    def where(self):
        return f"{self.side} {self.index} ({self.word})"


class Ledger:
    """One party's ledger as the file has it, read in order."""

    def __init__(self, party, note, entries):
        self.party, self.note, self.file = party, note, entries
        self.roots = roots([leaf(it[0]) for it in entries])
        self.side, self.root, self.ring, self.read = None, None, Ring(party), []
        self.heads = {}  # node key id: (place, the key with which it signs larger heads too)

    @property
    def node(self):
        """The key of its node now."""
        return self.ring.node

    def late_at(self, size):
        """The ML-DSA-44 key with which its node signs heads of that size too."""
        node = self.ring.node_at(size)
        index, key = self.heads.get(node.id, (size, None)) if node else (size, None)
        return key if index < size else None

    def lates(self):
        """Every ML-DSA-44 key that a node of its has named for heads."""
        return [key for _, key in self.heads.values()]

    def read_all(self, other):
        ids, at, seen, heard = set(), 0, 0, 0
        for index, it in enumerate(self.file):
            entry = Entry(self.side or "?", index, at=at, seen=seen, heard=heard, by=self.party)
            self.read.append(entry)
            try:
                statement = Statement.parse(it[0])
            except Malformed:
                entry.void = "malformed"
                continue
            entry.word = ACTS.get(statement.number, ("?",))[0]
            entry.joint, entry.own_seen = statement.audience == JOINT, statement.seen[::2]
            entry.alone, entry.id = statement.number in STAND_ALONE, statement.id
            self.one(entry, statement, it.get(1), (other, ids, at))
            ids.add(statement.id)
            entry.at = max(statement.at, at)
            entry.seen, entry.heard = max(statement.seen[0], seen), max(statement.seen[2], heard)
            if not entry.void:
                at, seen, heard = entry.at, entry.seen, entry.heard
                self.take(entry)

    def one(self, entry, statement, body, known):
        """Why is it void by itself? The first of these that applies, in this order."""
        other, ids, at = known
        opened, founder = True, None
        if body is None:
            entry.stop = "body-withheld" if entry.joint and not entry.alone else None
        else:
            try:
                act = statement.committed(body)
            except Malformed:
                entry.stop = "body-commitment"
            else:
                try:
                    entry.word, entry.act = statement.act(body, act)
                    if entry.word == "root_ordered":
                        entry.raw = decode(act)[1][0][0]
                except Malformed:
                    opened = not entry.joint or entry.alone
        founds = entry.word == "party_founded" and entry.act is not None and entry.joint
        if founds and entry.index == 0 and entry.act["party"] == self.party:
            founder = entry.act
        if founder:
            self.side = entry.side = founder["side"]
            signer = self.ring.founder(founder, statement.key)
        else:
            signer = self.ring.keys.get(statement.key)
            if signer and not signer.signs_at(statement.at):
                signer = None
        ordered = entry.act if entry.word == "root_ordered" and entry.joint else None
        if ordered and not signer:
            signer = self.ring.carrier(ordered, statement.key)
        size, seen_root, heard = statement.seen
        there = ZERO if size == 0 else (other.roots[size:size + 1] or [None])[0]
        if statement.origin != self.party:
            entry.void = "malformed"
        elif not founder and (founds or entry.index == 0):
            entry.void = "not-founded"
        elif statement.id in ids:
            entry.void = "replayed"
        elif there != seen_root or not self.shows(entry):
            entry.void = "seen-mismatch"
        elif statement.at + SKEW < max(at, heard):
            entry.void = "out-of-time"
        elif not opened:
            entry.void = "body-missing"
        elif signer is None:
            entry.void = "unknown-key"
        elif not statement.signed_by(signer.key):
            entry.void = "bad-signature"
        elif ordered:
            entry.void = self.ring.refuses(ordered, entry.raw, signer.roles)
        if entry.stop and entry.void == "unknown-key" and statement.number == ORDERED:
            # Whose key carries an order, the order itself may say.
            entry.void = None
        if signer:
            entry.by, entry.roles, entry.key = signer.person, tuple(signer.roles), statement.key

    def shows(self, entry):
        """A head of this ledger that a statement shows has the root that the ledger had."""
        if not entry.joint or entry.act is None or entry.word != "witness_quorum_shown":
            return True
        size = entry.act["size"]
        return size < len(self.roots) and self.roots[size] == entry.act["root"]

    def take(self, entry):
        """Keys change by position: an enrolment serves from the next entry on."""
        act = entry.act if entry.joint else None
        if act and entry.word == "party_founded":
            self.root = Key.of(act["root"])
        if act:
            self.ring.take(entry.word, act, entry)
        if act and "node" in entry.roles and entry.word == "head_key_named":
            key = Key.of(act["key"])
            if key.kind == ML_DSA and len(key.public) == ML_DSA_PUBLIC:
                self.heads.setdefault(self.node.id, (entry.index, key))


# ---- Decision 0002, "The host's ledger orders the joint state" ----------------------------------


def order(host, guest):
    """Before a host entry stand all guest entries that it, or an earlier one, had seen."""
    placed, found = 0, []
    for entry in host:
        while placed < min(entry.seen, len(guest)):
            found.append(bounded(guest[placed], host[:entry.index]))
            placed += 1
        found.append(entry)
    return found + [bounded(entry, host) for entry in guest[placed:]]


def bounded(entry, before):
    """A guest has heard no more than the first host entry before it that it had not seen."""
    if entry.seen < len(before):
        entry.heard = min(entry.heard, before[entry.seen].at + AHEAD)
    return entry
