#!/usr/bin/env python3
"""Checks an audit file of safeconduct from nothing but its bytes and these documents.

    python3 audit.py FILE [--root PARTY=FINGERPRINT]... [--text COPY] [--statements] [--json]

This program shares no line with the system whose records it checks. It follows docs/formats
(audit.md, statement.md, custody.md, head.md, accusation.md, agreement.md, draw.md, pass.md) and
docs/decisions (0002, 0003, 0005, 0006, 0009). Where these did not say enough, the system's source
was read to mend them, most of audit.md among them: there the two programs can share a mistake of
thought, though no code. It uses two public libraries, cbor2 for CBOR and cryptography for
Ed25519, ECDSA and ChaCha20, and asks no server. Read it in this order:

    formats.py     bytes: one form of CBOR, signatures, statements, heads, trees, evidence, passes
    acts.py        the table of acts: numbers, fields, whose they are
    custody.py     keys by position: the root's custodians, their orders, what rests on whose key
    ledger.py      reading a ledger: bodies, what its author had seen; the order
    agreement.py   a text: its root, what binds, under which other, what it says to a question
    draw.py        the joint draw, and what it was drawn from
    judge.py       the state that follows, and a decision on every statement
    figures.py     who was on duty under which consent; minutes without any; ceilings
    audit.py       this file: the steps of audit.md, "What a checker does", and the report
    revealed.py    another file: a body that was shown later (revealed.md)

Exit codes: 0 everything verifies, 1 something is wrong and is named, 2 the file cannot be read.
What this program cannot decide it counts by kind in every report. The file cannot vouch for
itself: compare the fingerprints of the two root keys with those that you were told.
"""

import argparse
import json
import sys
from datetime import datetime, timezone

from acts import Malformed, need, value
from agreement import root
from figures import ceilings, convoys, duties
from formats import LATE, PLAIN, TIMED, Head, decode, sha256, shaped
from judge import State
from ledger import AHEAD, SKEW, Ledger, order

FORMAT = "safeconduct/audit/1"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NEVER_DECIDED = (
    "the hash of the joint state (its bytes are described nowhere but in the source)",
    "bodies that are not joint (they are not in the file)",
    "whether a newer head, or a second ledger, was kept from whoever made the file",
)


class Report:
    """What was found. A finding has a stable code, a place and a sentence."""

    def __init__(self):
        self.findings, self.notes, self.statements = [], [], []

    def wrong(self, code, where, detail=""):
        self.findings.append({"code": code, "where": where, "detail": detail})


def when(ms):
    if not -(10**14) < ms < 10**14:
        return f"{ms} ms"
    return datetime.fromtimestamp(ms / 1_000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def fingerprint(public):
    bits = int.from_bytes(sha256(public)[:20], "big")
    symbols = "".join(CROCKFORD[bits >> shift & 31] for shift in range(155, -1, -5))
    return "-".join(symbols[at:at + 4] for at in range(0, 32, 4))


# ---- The file -----------------------------------------------------------------------------------


def read(data):
    """The time of the file and its two ledgers."""
    file = shaped(decode(data), (0, 1, 2))
    need(file[0] == FORMAT, "another format")
    made, ledgers = value("int", file[1]), []
    need(isinstance(file[2], list) and len(file[2]) == 2, "not two ledgers")
    for it in file[2]:
        shaped(it, (0, 1, 2))
        value("text", it[1])
        need(isinstance(it[2], list), "no entries")
        for entry in it[2]:
            shaped(entry, (0,), (1,))
            for part in entry.values():
                value("bytes", part)
        ledgers.append(Ledger(value("id", it[0]), it[1], it[2]))
    return made, ledgers


# ---- Steps 1 and 2: heads, roots, witnesses -----------------------------------------------------


def check_head(report, own, other):
    """The newest head of a ledger; gives it, and the times of the cosignatures that hold."""
    where = f"head of {own.party}"
    try:
        head = Head.parse(own.note)
    except Malformed as cause:
        report.wrong("head-unreadable", where, str(cause))
        return None, []
    if head.origin != own.party:
        report.wrong("head-origin", where, f"it is of {head.origin}")
    node = own.ring.node_at(head.size)
    if not node or not head.signed(own.party, node):
        report.wrong("head-signature", where, "its node of that size has not signed it")
    if head.size >= len(own.roots) or own.roots[head.size] != head.root:
        report.wrong("head-root", where, "the entries do not make the root of the signed head")
    beyond = len(own.file) - head.size
    if beyond > 0:
        report.notes.append(f"{beyond} entries of {own.party} stand after its newest head")
    times = []
    for name, ring in ((own.party, own.ring), (other.party, other.ring)):
        # With any key that its node has had and that was in nobody else's hands.
        found = [head.cosigned(name, key) for key in ring.trusted_nodes()]
        if any(broken for _, broken in found):
            report.wrong("cosignature", where, f"a cosignature by {name} does not hold")
        held = [at for some, _ in found for at in some]
        times += held
        if not held:
            report.notes.append(f"the newest head of {own.party} is not cosigned by {name}")
    known = [(it.party, kind) for it in (own, other) for _, key in it.ring.nodes
             for kind in (PLAIN, TIMED) for _ in head.by(it.party, kind, key)]
    for it in (own, other):
        if any(head.cosigned(it.party, late)[1] for late in it.lates()):
            report.wrong("cosignature", where, f"an ML-DSA-44 line of {it.party} does not hold")
    known += [it.party for it in (own, other) for late in it.lates()
              for _ in head.by(it.party, LATE, late)]
    if len(known) < len(head.lines):
        unknown = len(head.lines) - len(known)
        report.notes.append(f"{unknown} signatures below the head of {own.party} are of other keys")
    return head, times


def check_hybrid(report, own, head):
    """Where an agreement in force asks for hybrid heads, one with an Ed25519 half alone is none."""
    late = head and own.late_at(head.size)
    if not late or not head.cosigned(own.party, late)[0]:
        report.wrong("head-not-hybrid", f"head of {own.party}",
                     "it lacks the ML-DSA-44 line that the agreement in force asks for")


def check_states(report, heads, sizes):
    """Two nodes that name the same sizes and another hash have diverged."""
    marks = {party: head.state for party, head in heads.items() if head and head.state}
    for party, mark in marks.items():
        if any(named > size for named, size in zip(mark, sizes)):
            report.wrong("head-state-sizes", f"head of {party}", "it names entries that are not")
    if len(marks) == 2:
        (sizes_a, hash_a), (sizes_b, hash_b) = ((it[:2], it[2]) for it in marks.values())
        if sizes_a == sizes_b and hash_a != hash_b:
            report.wrong("diverged", "heads", "same sizes, two hashes of the joint state")


# ---- Step 3: each ledger in order ---------------------------------------------------------------


def check_ledger(report, own, other):
    own.read_all(other)
    older = 0
    for entry in own.read:
        if entry.stop and not entry.void:
            report.wrong(entry.stop, entry.where, "nothing after it can be folded")
        older += entry.own_seen[0] < entry.seen
    if older:
        report.notes.append(f"{older} entries of {own.party} saw less than one before them")


def check_erased(report, ledgers):
    """Bodies on which no state rests and that are not in the file; what was said of them."""
    erased = {}
    for own in ledgers:
        for entry in own.read:
            if entry.word == "body_erased" and entry.joint and entry.act and not entry.void:
                place = (entry.act.get("ledger", own.party), entry.act["statement"])
                erased.setdefault(place, []).append(own.party)
    found, known = [], {(own.party, it.id): it for own in ledgers for it in own.read[::-1]}
    for place, by in erased.items():
        entry = known.get(place)
        if entry is None:
            report.wrong("erased-unknown", place[0], "no statement of that id is in its ledger")
        elif entry.joint and not entry.alone:
            report.wrong("erased-what-rests", entry.where, "the joint state rests on its body")
        else:
            found.append({"party": place[0], "index": entry.index, "by": by})
    gone = [it for own in ledgers for it in own.read
            if it.joint and it.alone and it.act is None and not it.void
            and (own.party, it.id) not in erased]
    if gone:
        report.notes.append(f"{len(gone)} joint bodies are not in the file, and no statement says"
                            " that they were erased")
    return found


def check_times(report, own, other):
    """A head as young as `seen` says would have covered the next entry of the other ledger.

    Where both times stand, one of them is not true: the file alone does not say which.
    """
    for entry in own.read:
        size, heard = entry.own_seen
        if not entry.void and size < len(other.read):
            next_one = other.read[size]
            if not next_one.void and heard > next_one.at + AHEAD:
                report.wrong(
                    "times-contradict", entry.where,
                    f"it says it heard {other.party} at {when(heard)} and had not seen"
                    f" {next_one.where}, which says it was made at {when(next_one.at)}",
                )


# ---- Step 4: fold and decide again --------------------------------------------------------------


def fold(report, host, guest):
    state, folded = State(), 0
    line = order(host.read, guest.read)
    for entry in line:
        if entry.stop and not entry.void:
            break
        folded += 1
        report.statements.append((entry.where, state.step(entry)))
    for entry, reason in state.void:
        report.wrong("void", entry.where, reason)
    if folded < len(line):
        state.undecided["statements after a body that is not here"] += len(line) - folded - 1
    return state


# ---- Step 5: figures ----------------------------------------------------------------------------


def figures(report, state, now):
    on_duty, on_road = duties(state, now), convoys(state, now)
    for code, stays in (("presence-without-consent", on_duty), ("road-without-consent", on_road)):
        for stay in stays:
            for start, end in stay.gaps:
                report.wrong(code, stay.what, f"{stay.heads} from {when(start)} to {when(end)}")
    over = ceilings(state)
    for it in over:
        report.wrong(
            "ceiling-passed", f"{it.category} in {it.zone}",
            f"{it.counted} of {it.held}: {it.reached} of at most {it.most} at {when(it.at)}",
        )
    return on_duty, on_road, over


def check_text(report, state, copy):
    """A text, or a redacted copy: which family's, whose very root did both parties sign?"""
    wanted = root(copy)
    for name, it in state.agreements.items():
        signed = [side for side, of in it.signed.items() if of == wanted]
        if len(signed) == 2 or it.text and it.text.root == wanted:
            force = bool(it.text and it.text.root == wanted)
            return {"agreement": name, "root": wanted.hex(), "in_force": force}
    report.wrong("text-not-signed", "text", f"no text of root {wanted.hex()} was signed by both")
    return None


def audit(data, told=None, copy=None):
    """Everything that the file says; raises `Malformed` if it is no such file."""
    report = Report()
    made, ledgers = read(data)
    first, second = ledgers
    check_ledger(report, first, second)
    check_ledger(report, second, first)
    if {first.side, second.side} != {"host", "guest"}:
        report.wrong("not-two-sides", "file", "not one host and one guest")
        return {"findings": report.findings, "notes": report.notes}
    host, guest = sorted(ledgers, key=lambda it: it.side == "guest")
    heads, times = {}, []
    for own, other in ((host, guest), (guest, host)):
        heads[own.party], held = check_head(report, own, other)
        times += held
        check_times(report, own, other)
        if told and own.root and told.get(own.party, "") != fingerprint(own.root.public):
            report.wrong("root-key", own.party, "not the root key whose fingerprint was told")
    erased = check_erased(report, (host, guest))
    check_states(report, heads, (len(host.file), len(guest.file)))
    now = max([made, *times])
    if now > made + SKEW:
        report.wrong("made-before-signed", "file", f"a signature in it is of {when(now)}")
    state = fold(report, host, guest)
    if state.hybrid_asked():
        for own in (host, guest):
            check_hybrid(report, own, heads[own.party])
    on_duty, on_road, over = figures(report, state, now)
    text = check_text(report, state, copy) if copy is not None else None
    return {
        "at": when(now),
        "entries": {it.party: len(it.file) for it in (host, guest)},
        "roots": {it.party: fingerprint(it.root.public) for it in (host, guest) if it.root},
        "acted": state.acted, "void": len(state.void), "not_joint": state.silent,
        "decided_in_full": state.acted - state.partly + len(state.void),
        "decided_in_part": state.partly, "asked_of_the_agreement": state.asked,
        "asked_of_lower_texts": state.asked_lower,
        "undecided": dict(sorted(state.undecided.items())),
        "never_decided": list(NEVER_DECIDED),
        "texts_in_force": {
            name: {"root": it.text.root.hex(), "under": it.under, "unfit": it.unfit}
            for name, it in state.agreements.items() if it.text
        },
        "caught": state.caught,
        "keys": {it.party: it.ring.report() for it in (host, guest)},
        "disowned": [
            {"party": state.parties[side]["party"], "key": key.hex(), "since": since,
             "said": index, "ended": ended}
            for side, key, since, index, ended in state.rests.disowned
        ],
        "erased": erased, "text": text,
        "draws": {it: drawn | {"leaves": when(drawn["leaves"])}
                  for it, drawn in state.draws.items()},
        "draws_failed": {
            name: {"named": it["failed"][0], "by": it["failed"][1], "at": when(it["failed"][2]),
                   "fixed_entry": bool(it["fixed"])}
            for name, it in state.movements.items() if it["failed"]
        },
        "draw_faults": [
            {"movement": name, "side": side, "fault": wrong, "ledger": ledger, "index": index}
            for name, it in state.movements.items() for side, wrong, ledger, index in it["faults"]
        ],
        "duties": [vars(it) | {"minutes": it.minutes, "kind": "on duty"} for it in on_duty],
        "convoys": [vars(it) | {"minutes": it.minutes, "kind": "on the road"} for it in on_road],
        "overruns": [vars(it) for it in over],
        "unconsented_guest_minutes": sum(it.minutes for it in on_duty),
        "statements": report.statements, "notes": report.notes, "findings": report.findings,
    }


def said(found, each):
    """The report for people; `each` lists every statement."""
    for where, decision in found.get("statements", []) if each else []:
        print(f"{where}: {decision}")
    for party, count in found.get("entries", {}).items():
        print(f"ledger of {party}: {count} entries, root key {found['roots'].get(party)}")
    if "acted" in found:
        print(f"{found['acted']} statements acted, {found['void']} are void,"
              f" {found['not_joint']} are not joint")
        print(f"decided again: {found['decided_in_full']} in full, {found['decided_in_part']} in"
              f" part; {found['asked_of_the_agreement']} asked the agreement,"
              f" and {found['asked_of_lower_texts']} times a lower text as well;"
              f" the record disagrees with {found['void']}")
        for name, it in found["texts_in_force"].items():
            below = f" under {it['under']}" if it["under"] else ""
            closed = ", and no longer fits there" if it["unfit"] else ""
            print(f"in force: {name}{below}{closed}, root {it['root']}")
        for it in found["duties"] + found["convoys"]:
            print(f"{it['kind']}: {it['what']} ({it['heads']}) {when(it['since'])} to"
                  f" {when(it['until'])} under {', '.join(it['leases']) or 'nothing'},"
                  f" {it['minutes']} minutes without consent")
        for party, it in found["keys"].items():
            if it and (it["orders"] or len(it["custodians"]) > 1):
                how = ", taken over by the reserve" if it["recovered"] else ""
                reserve = it["reserve"] or "no reserve"
                print(f"root of {party}: version {it['version']}, {it['threshold']} of"
                      f" {len(it['custodians'])}, since statement {it['held_since']}{how},"
                      f" {it['orders']} orders, {len(it['nodes'])} node keys, {reserve}")
        for it in found["disowned"]:
            print(f"disowned: {it['party']}, key {it['key']} since {it['since']}, said at"
                  f" {it['said']}; {it['ended']} things ended with it")
        for movement, it in found["draws"].items():
            gate = f", gate {it['gate']}" if it["gate"] else ""
            order = f", {' '.join(it['order'])}" if it["order"] else ""
            how = "fixed before" if movement in found["draws_failed"] else "drawn by both"
            print(f"{how}: {movement} leaves at {it['leaves']} by {it['route']}{gate}{order}")
        for it in found["draw_faults"]:
            print(f"draw of {it['movement']}: {it['side']} is named: {it['fault']}, entry"
                  f" {it['index']} of the {it['ledger']}'s ledger")
        for movement, it in found["draws_failed"].items():
            then = "the fixed entry stands" if it["fixed_entry"] else "it is held"
            print(f"draw of {movement}: failed at {it['at']} for want of"
                  f" {', '.join(it['named'])}; {then}")
        for party, codes in found["caught"].items():
            print(f"caught, by proof in the ledgers: {party}, {', '.join(codes)}")
        if found["text"]:
            it = found["text"]
            force = "in force" if it["in_force"] else "not in force"
            print(f"the text: {it['agreement']}, {force}, signed by both under root {it['root']}")
        for it in found["erased"]:
            print(f"erased: {it['party']} {it['index']}, says {' and '.join(it['by'])}")
        for what, count in found["undecided"].items():
            print(f"not decided, {count} times: {what}")
        for what in found["never_decided"]:
            print(f"not decided: {what}")
    for note in found["notes"]:
        print(f"note: {note}")
    for it in found["findings"]:
        print(f"WRONG: {it['code']}: {it['where']}: {it['detail']}")
    if "acted" in found:
        print(f"unconsented guest minutes: {found['unconsented_guest_minutes']}")
    print("something is wrong" if found["findings"] else "everything decided here verifies")


def main():
    parser = argparse.ArgumentParser(description="Checks an audit file of safeconduct.")
    parser.add_argument("file")
    parser.add_argument("--root", action="append", default=[], metavar="PARTY=FINGERPRINT")
    parser.add_argument("--text", metavar="COPY")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--statements", action="store_true")
    given = parser.parse_args()
    try:
        with open(given.file, "rb") as file:
            data = file.read()
        copy = None
        if given.text:
            # Byte by byte: another end of line is another root.
            with open(given.text, encoding="utf-8", newline="") as file:
                copy = file.read()
        found = audit(data, dict(it.split("=", 1) for it in given.root), copy)
    except (OSError, Malformed, ValueError) as cause:
        print(f"cannot read {given.file}: {cause}", file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps(found, indent=1, ensure_ascii=False, default=str))
    else:
        said(found, given.statements)
    return 1 if found["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
