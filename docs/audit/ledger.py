"""Reading two ledgers and putting them in order.

Written from docs/formats/audit.md, "Reading a ledger", and docs/decisions/0002.
"""

from dataclasses import dataclass

from acts import ACTS, STAND_ALONE, Malformed
from formats import JOINT, ML_DSA, ML_DSA_PUBLIC, ZERO, Key, Statement, leaf, roots

SKEW = 120_000
# A draft waits ten minutes for its signature, so an entry may be that much older than its place.
AHEAD = 600_000 + SKEW
NEVER = 2**63 - 1


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

    @property
    def where(self):
        return f"{self.side} {self.index} ({self.word})"


class Ledger:
    """One party's ledger as the file has it, read in order."""

    def __init__(self, party, note, entries):
        self.party, self.note, self.file = party, note, entries
        self.roots = roots([leaf(it[0]) for it in entries])
        self.side, self.root, self.node, self.keys, self.read = None, None, None, {}, []
        self.late = None  # (place, key): with which the node signs heads of a larger size too

    def enrol(self, key, person, roles, until):
        # An enrolment never brings a voided key back: the first one of a key stands.
        self.keys.setdefault(key.id, [key, person, roles, until, None])

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
                except Malformed:
                    opened = not entry.joint or entry.alone
        founds = entry.word == "party_founded" and entry.act is not None and entry.joint
        if founds and entry.index == 0 and entry.act["party"] == self.party:
            founder = entry.act
        if founder:
            self.side = entry.side = founder["side"]
            key = Key.of(founder["root"])
            signer = [key, f"{self.party}/root", ["root"], NEVER, None]
            signer = signer if key.id == statement.key else None
        else:
            signer = self.keys.get(statement.key)
            if signer and (signer[4] is not None or statement.at >= signer[3]):
                signer = None
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
        elif not statement.signed_by(signer[0]):
            entry.void = "bad-signature"
        if signer:
            entry.by, entry.roles = signer[1], tuple(signer[2])

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
            self.root, self.node = Key.of(act["root"]), Key.of(act["node"])
            for key, role in ((self.root, "root"), (self.node, "node")):
                self.enrol(key, f"{self.party}/{role}", [role], NEVER)
        elif act and "node" in entry.roles and entry.word == "head_key_named":
            key = Key.of(act["key"])
            if self.late is None and key.kind == ML_DSA and len(key.public) == ML_DSA_PUBLIC:
                self.late = (entry.index, key)
        elif act and "root" in entry.roles and entry.word == "key_enrolled":
            self.enrol(Key.of(act["key"]), act["person"], act["roles"], act["until"])
        elif act and "root" in entry.roles and entry.word == "key_voided":
            known = self.keys.get(act["key"])
            if known and known[4] is None:
                known[4] = entry.index


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
