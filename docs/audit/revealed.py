#!/usr/bin/env python3
"""Checks a file of `safeconduct ledger reveal` from nothing but its bytes.

    python3 revealed.py FILE [--root FINGERPRINT] [--witness VKEY]...

Written from docs/formats/revealed.md. Exit codes: 0 everything holds, 1 something does not, 2 the
file cannot be read. The file cannot vouch for itself: compare the fingerprint of the root key.
"""

import argparse
import json
import sys

from acts import Malformed, need, value
from audit import fingerprint, when
from custody import Ring
from formats import Head, Key, Statement, decode, leaf, sha256, shaped, vkey
from ledger import Entry

FORMAT = "safeconduct/revealed/1"


def included(leaf_hash, index, size, proof, root):
    """RFC 9162, 2.1.3.2: do the hashes lead from the leaf at that place to the root?"""
    if index >= size:
        return False
    node, last, found = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = sha256(b"\x01", sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = sha256(b"\x01", found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def read(data):
    file = shaped(decode(data), (0, 1, 2, 3), (4,))
    need(file[0] == FORMAT, "another format")
    party, note = value("id", file[1]), value("text", file[2])
    need(isinstance(file[3], list) and 1 <= len(file[3]) <= 4_096, "one entry at least")
    entries = []
    for it in file[3]:
        shaped(it, (0, 1, 2, 3))
        hashes = [value("hash", one) for one in value("hashes", it[3])]
        need(len(hashes) <= 64, "a way to the root has at most 64 hashes")
        entries.append((value("u64", it[0]), value("bytes", it[1]), value("bytes", it[2]), hashes))
    return party, note, entries, value("u64", file[4]) if 4 in file else entries[-1][0]


def check(data, told=None, witnesses=()):
    """What the file shows; raises `Malformed` with the name of what does not hold."""
    party, note, entries, shown = read(data)
    head = Head.parse(note)
    need(head.origin == party, "the head is of another ledger")
    ring, root, before, found = Ring(party), None, -1, None
    for at, (index, entry, body, hashes) in enumerate(entries):
        need(index > before, f"entry {index} is out of order")
        before = index
        statement = Statement.parse(entry)
        need(statement.origin == party, f"entry {index} is of another ledger")
        word, act = statement.act(body, statement.committed(body))
        way = included(leaf(entry), index, head.size, hashes, head.root)
        need(way, f"entry {index} is not under the head")
        if at == 0:
            need(index == 0 and word == "party_founded" and act["party"] == party, "no founding")
            root, signer = Key.of(act["root"]), ring.founder(act, statement.key)
            holds = signer and statement.signed_by(root)
            need(holds, "the founding is not signed by its root key")
            ring.take(word, act, Entry("?", 0, roles=("root",), key=root.id))
            continue
        entry = Entry("?", index, key=statement.key)
        signer = ring.keys.get(statement.key)
        signer = signer if signer and signer.signs_at(statement.at) else None
        if word == "root_ordered":
            entry.raw = decode(statement.committed(body))[1][0][0]
            signer = signer or ring.carrier(act, statement.key)
        holds = signer and statement.signed_by(signer.key)
        if holds and word == "root_ordered":
            holds = ring.refuses(act, entry.raw, signer.roles) is None
        if index == shown:
            need(holds, "the statement's signature does not hold, or its key is not shown")
            found = {"index": index, "id": statement.id.hex(), "by": signer.person,
                     "at": when(statement.at), "act": word, "fields": act}
        if holds:
            entry.roles = tuple(signer.roles)
            ring.take(word, act, entry)
    need(found, "it shows no statement")
    node = ring.node_at(head.size)
    need(head.signed(party, node), "the head is not signed by the node of its size")
    need(told in (None, fingerprint(root.public)), "not the root key whose fingerprint was told")
    cosigned = []
    for text in witnesses:
        named = vkey(text)
        need(named, f"{text} is no key of a witness")
        times = head.cosigned(*named)[0]
        need(times, f"{named[0]} has not cosigned the head")
        cosigned.append([named[0], when(max(times))])
    own = head.cosigned(party, node)[0]
    return found | {
        "party": party, "root": fingerprint(root.public), "size": head.size,
        "head_at": when(max(own)) if own else None, "cosigned": cosigned,
    }


def main():
    parser = argparse.ArgumentParser(description="Checks a body that was shown later.")
    parser.add_argument("file")
    parser.add_argument("--root", metavar="FINGERPRINT")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY")
    given = parser.parse_args()
    try:
        with open(given.file, "rb") as file:
            data = file.read()
        read(data)
    except (OSError, Malformed, ValueError) as cause:
        print(f"cannot read {given.file}: {cause}", file=sys.stderr)
        return 2
    try:
        found = check(data, given.root, given.witness)
    except (Malformed, ValueError) as cause:
        print(f"WRONG: {cause}")
        return 1
    shown = lambda it: it.hex() if isinstance(it, bytes) else str(it)  # noqa: E731
    print(json.dumps(found, indent=1, ensure_ascii=False, default=shown))
    return 0


if __name__ == "__main__":
    sys.exit(main())
