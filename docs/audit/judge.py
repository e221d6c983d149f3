"""Judging: from the statements in order to one state and a decision on every one of them.

Written from docs/formats/audit.md, "What each act asks", and docs/decisions/0002, 0003, 0005 and
0009.
A `No` is a decision: the statement stands in its ledger and is void.
"""

from collections import Counter
from dataclasses import dataclass, field

import cbor2

import draw
from acts import ACTS, BEGINS, LIFTED, NUMBERS, RECORDS, REMOVAL, WORDS, Malformed, need
from custody import NEVER, Rests
from agreement import DAY, FAR, HOUR, MINUTE, answer, bound, document, upto
from formats import ML_DSA, ML_DSA_PUBLIC, Checkpoint, Key, contradict, passed, rests_on, sha256, vkey

LEASE_MAX = DAY


class No(Exception):
    """The act may not be done; the argument is the stable reason."""


def unless(fact, reason):
    if not fact:
        raise No(reason)


# ---- The joint state ----------------------------------------------------------------------------


@dataclass
class Agreement:
    """A family: the texts proposed for it by root, and what became of them."""

    texts: dict = field(default_factory=dict)
    signed: dict = field(default_factory=dict)  # by side: the root
    suspended: dict = field(default_factory=dict)
    met: set = field(default_factory=set)
    initialled: set = field(default_factory=set)
    reviewed: set = field(default_factory=set)
    versions: list = field(default_factory=list)  # (since, Text)
    pauses: list = field(default_factory=list)  # [scope, side, since, until or FAR]
    ended: tuple | None = None  # (side, index, from)
    text: object = None  # in force
    under: str | None = None  # of a lower one: the family above
    unfit: str | None = None  # of a lower one: why it no longer fits


@dataclass
class Lease:
    subject: tuple
    since: int
    until: int
    heads: int
    revoked: tuple | None = None  # (at, index in the host's ledger)
    steps: list | None = None  # where witnesses are asked for: (index, until) of each grant

    @property
    def end(self):
        return min(self.until, self.revoked[0]) if self.revoked else self.until


@dataclass
class Stay:
    """People of the guest on duty, or a movement that left without consent."""

    what: str
    heads: int
    since: int
    until: int | None = None


class State:
    """What both ledgers say together. `undecided` counts what this program cannot decide."""

    def __init__(self):
        self.parties, self.agreements, self.deployments, self.leases = {}, {}, {}, {}
        self.tasks, self.movements, self.passes, self.alarms = {}, {}, {}, {}
        self.caught, self.unlawful, self.removed, self.items = {}, [], {}, {}
        self.records, self.shown, self.head_keys = set(), [], {}
        self.licences, self.officers, self.emergencies, self.closures = {}, {}, {}, {}
        self.acted = self.silent = self.partly = self.asked = self.asked_lower = 0
        self.void, self.undecided, self.draws = [], Counter(), {}
        self.rests = Rests()

    # -- One statement --

    def step(self, e):
        """Decides one statement and lets it act; says in words what was decided."""
        try:
            if e.void:
                raise No(e.void)
            if not e.joint or e.act is None and not e.alone:
                self.silent += 1
                return "not joint"
            self.may(e)
            if e.alone:
                self.acted += 1
                return "agrees, by its header alone"
            before = self.undecided.total()
            getattr(self, f"on_{e.word}", self.nothing)(e, e.act)
            self.rests.note(e, e.act)
            self.acted += 1
            partly = self.undecided.total() > before
            self.partly += partly
            return "agrees with the record, as far as it is decided here" if partly else "agrees"
        except No as no:
            self.void.append((e, str(no)))
            if not e.void:
                self.admits(e, str(no))
            return f"disagrees with the record: void, {no}"

    def may(self, e):
        _, side, roles, _ = ACTS[NUMBERS[e.word]]
        unless(side in ("-", e.side), "not-your-side")
        unless(not roles or set(roles.split()) & set(e.roles), "not-your-role")
        if e.alone:
            return
        party = self.parties.get(e.side)
        codes = party and self.caught.get(party["party"])
        unless(not codes or e.word not in BEGINS, "party-misbehaved")
        unless(e.act.get("circle") != "internal", "wrong-audience")

    def unsure(self, what):
        self.undecided[what] += 1

    def nothing(self, e, act):
        """Keys, pairings, alarms noted, erasures: they ask no state."""

    def admits(self, e, reason):
        """Presence that a void statement admits (audit.md, "Figures")."""
        if e.word == "arrived":
            return self.leave(e.act["movement"], e.at)
        if e.word == "task_started":
            task = self.tasks.get(e.act["task"])
            heads = len(task["units"]) if task else 1
            subject = ("deployment", task["deployment"]) if task else None
        elif e.word == "departed":
            heads, subject = 1, ("movement", e.act["movement"])
        elif e.word in ("draw_committed", "draw_revealed"):
            return self.share_was_wrong(e, reason)
        else:
            return None
        form = "wrong-state gate-red draw-incomplete no-live-pass risk-too-high".split()
        if not (subject and self.live_for(subject, e) and reason in form):
            what = e.act.get("task") or e.act.get("movement")
            self.unlawful.append(Stay(what, heads, e.at))
        return None

    def leave(self, what, at):
        for stay in self.unlawful:
            if stay.what == what and stay.until is None:
                stay.until = at

    # -- What an author can know (decisions 0002 and 0003) --

    @staticmethod
    def knows(e, side, index):
        return side == e.side or index < e.seen

    def live_for(self, subject, e):
        living = []
        for lease in self.leases.values():
            gone = lease.revoked and self.knows(e, "host", lease.revoked[1])
            lives = lease.since <= e.at < lease.until and not gone
            if lease.subject == subject and lives and e.at < self.counts_until(lease, e):
                living.append(lease)
        return max(living, key=lambda it: it.heads, default=None)

    # -- Witnesses that an agreement asks for (audit.md, "Grants that wait for witnesses") --

    def quorum(self, subject):
        kind, name = subject
        known = (self.deployments if kind == "deployment" else self.movements).get(name)
        text = known and known["agreement"] in self.agreements \
            and self.agreements[known["agreement"]].text
        return text.witnesses if text else (0, set())

    def counts_until(self, lease, e=None):
        """The latest end that enough witnesses cover; `e` is who asks, nobody knows all."""
        if lease.steps is None:
            return lease.until
        needed, named = self.quorum(lease.subject)
        ends = [-(2**63)]
        for index, until in lease.steps:
            by = {key for size, at, keys in self.shown for key in keys
                  if size > index and (e is None or self.knows(e, "host", at))}
            if index == 0 or len(by & named) >= needed:
                ends.append(until)
        return max(ends)

    def on_witness_quorum_shown(self, e, act):
        own = self.parties.get(e.side)
        unless(own, "not-founded")
        try:
            head = Checkpoint.parse(act["note"])
        except Malformed as cause:
            raise No("bad-signature") from cause
        by = any(head.signed(own["party"], key) for key in self.nodes(own))
        unless(by, "bad-signature")
        same = (head.origin, head.size, head.root) == (own["party"], act["size"], act["root"])
        unless(same and act["size"] <= e.index, "bad-signature")
        named = {it for one in self.agreements.values() if one.text for it in one.text.witnesses[1]}
        holds = {it for it in named if (key := vkey(it)) and head.cosigned(*key)[0]}
        unless(holds, "witnesses-missing")
        if e.side == "host":
            self.shown.append((act["size"], e.index, holds))

    def in_force(self, name):
        unless(name in self.agreements, "unknown-agreement")
        known = self.agreements[name]
        unless(known.text, "not-in-force")
        return known, known.text

    # -- Families (audit.md, "What binds", and "What a text says") --

    def top(self, name):
        while name in self.agreements and self.agreements[name].under:
            name = self.agreements[name].under
        return name

    def at_the_top(self, name):
        unless(self.top(name) == name, "unknown-agreement")

    def is_below(self, name, upper):
        while name is not None and name != upper:
            name = self.agreements[name].under if name in self.agreements else None
        return name is not None

    def below(self, upper):
        return [name for name, known in self.agreements.items()
                if name != upper and known.under and self.is_below(name, upper)]

    def read(self, source):
        """The document of a text, as it is read between these two parties."""
        found = document(source)
        stands = []
        for side, other in (("host", "guest"), ("guest", "host")):
            party = self.parties[side]["party"] if side in self.parties else None
            if party is not None:
                need(party in (found.host, found.guest), "another party")
                stands.append(party == getattr(found, side))
        if all(stands):
            return found
        need(not any(stands), "both parties on one side")
        mirrored = found.mirrored()
        need(mirrored, "nothing of it holds in the other direction")
        return mirrored

    def compiled(self, source):
        """The text as it can bind now, under whatever is in force above it."""
        try:
            found = self.read(source)
            if found.under is None:
                return bound(found, None)
            need(not self.is_below(found.under, found.agreement), "it stands below itself")
            above = self.agreements.get(found.under)
            unless(above and above.text and not above.unfit, "not-in-force")
            return bound(found, above.text)
        except Malformed as cause:
            raise No("bad-agreement") from cause

    def ended_for(self, e, known):
        return known.ended and e.at >= known.ended[2] and self.knows(e, *known.ended[:2])

    def upper_binds(self, e, name):
        """Every text above a lower one binds."""
        while name:
            known = self.agreements.get(name)
            unless(known and known.text and not self.ended_for(e, known), "not-in-force")
            name = known.under

    def released(self, e, name):
        """Has the host ended a lower text, or one between it and the agreement?"""
        known = self.agreements.get(name)
        if known is None:
            return True
        if not known.under:
            return False
        ours = self.ended_for(e, known) and known.ended[0] == "host"
        return ours or self.released(e, known.under)

    def beside(self, e, top, zone):
        """The lower texts in force that speak of a zone."""
        found = [(name, self.agreements[name]) for name in self.below(top)]
        return [(name, known) for name, known in found
                if known.text.speaks_of(zone) and not self.released(e, name)]

    def asked_about(self, e, name, zone):
        """Every text that is asked about a zone, the agreement first."""
        unless(name in self.agreements, "unknown-agreement")
        self.at_the_top(name)
        known, _ = self.in_force(name)
        lower = self.beside(e, name, zone)
        unless(not any(it.unfit for _, it in lower), "not-in-force")
        return [known, *(it for _, it in lower)]

    def termination(self, known):
        own = known.text and known.text.termination()
        above = known.under and self.agreements.get(known.under)
        return own or (self.termination(above) if above else None)

    # -- Ceilings: slots of leases --

    def strength(self, lease):
        """(window, persons, vehicles, armed, category, zone) of a deployment's lease."""
        if lease.subject[0] != "deployment":
            return None
        terms = self.deployments[lease.subject[1]]["terms"]
        since, until = max(lease.since, terms["window"][0]), min(lease.end, terms["window"][1])
        persons = counted(terms, lease.heads)
        found = ((since, until), persons, terms["category"], terms["zone"])
        return found if since < until else None

    def peak(self, category, zone, span):
        held = [it for it in map(self.strength, self.leases.values()) if it]
        held = [
            it for it in held
            if it[2:] == (category, zone) and it[0][0] < span[1] and span[0] < it[0][1]
        ]
        most = (0, 0, 0)
        for at in (max(it[0][0], span[0]) for it in held):
            now = [it[1] for it in held if it[0][0] <= at < it[0][1]]
            most = tuple(map(max, most, map(sum, zip(*now))))
        return most

    # -- People on duty --

    def on_duty(self, category, zone):
        """Tasks that were lawfully started, with their people; vehicles are known of leases."""
        for task in self.tasks.values():
            terms = self.deployments[task["deployment"]]["terms"]
            here = (terms["category"], terms["zone"]) == (category, zone)
            if task["started"] is not None and here:
                persons, _, armed = counted(terms, len(task["units"]))
                yield task, (persons, 0, armed)

    def overstaying(self, e, category, zone, but):
        """Those of other deployments whom no living lease holds."""
        return plus(*(
            people for task, people in self.on_duty(category, zone)
            if task["ended"] is None and task["deployment"] != but
            and not self.lease_of(("deployment", task["deployment"]), e)
        ))

    def others(self, category, zone, but):
        return plus(*(people for task, people in self.on_duty(category, zone)
                      if task["ended"] is None and task["task"] != but))

    # -- Questions to the agreement and the texts beside it --

    def ask(self, e, name, deed, about, heads=None, subject=None, task=None, notice=FAR):
        """Asks the texts; `about` is a deployment, or a dict with zone and purpose."""
        terms = about.get("terms")
        zone = terms["zone"] if terms else about["zone"]
        asked = self.asked_about(e, name, zone)
        q = {"at": e.at, "zone": zone, "purpose": about["purpose"], "armour": about.get("armour")}
        after = (0, 0, 0)
        if terms:
            q |= {it: terms[it] for it in ("category", "task", "rung", "arms")}
            q["sensing"] = terms.get("sensing")
            where = terms["category"], zone
            after = counted(terms, terms["headcount"] if heads is None else heads)
            span = (max(terms["window"][0], e.at), terms["window"][1])
            if subject is None:
                # A grant's own people are counted by what it asks for.
                own = about["deployment"] if about.get("known") else None
                held = self.peak(*where, span) if span[0] < span[1] else (0, 0, 0)
                after = plus(after, held, self.overstaying(e, *where, own))
            elif deed == "enter":
                after = plus(after, self.others(*where, task["task"]))
        texts = [known.text for known in asked]
        lists = [it["orders_by"] for text in texts for it in text.all("command_and_instructions")]
        fit = [role for role in e.roles if all(role in it for it in lists)]
        q["ordered_by"] = (fit or list(e.roles))[0]
        no = set()
        for known, text in zip(asked, texts):
            no |= answer(text, deed, q, self.facts(e, (name, known), q, subject, terms, task)
                         | {"after": after, "notice_ms": notice})
        self.asked += 1
        self.asked_lower += len(texts) - 1
        if no:
            raise No(" ".join(sorted(no)))

    def facts(self, e, of, q, subject, terms, task):
        """What the ledgers say, as one text counts it."""
        name, known = of
        text = known.text
        scopes = [scope for (scope, side), (_, index) in known.suspended.items()
                  if self.knows(e, side, index)]
        stops = [("whole", None), ("zone", q["zone"]), ("category", q.get("category"))]
        return {
            "in_force": not self.ended_for(e, known),
            "suspended": any(scope in stops for scope in scopes),
            "suspended_articles": {what for kind, what in scopes if kind == "clause"},
            "consent_live": bool(subject and self.live_for(subject, e)),
            "host_heard": e.side == "host" or e.at - e.heard <= text.fresh,
            **self.standing(e, name, text, q["zone"], terms, task),
        }

    def standing(self, e, name, text, zone, terms, task):
        """Closed rungs, emergencies, accreditation, licences, officers, stays."""
        def here(it):
            return it["zone"] in (None, zone) and self.knows(e, *it["said"])

        rung = terms and terms["rung"]
        facts = {
            "emergency": any(
                here(it) and e.at < it["until"] and not (it["over"] and self.knows(e, *it["over"]))
                for it in self.emergencies.get(name, [])
            ),
            "rung_open": not any(
                it["rung"] == rung and it["opened"] is None and here(it)
                for it in self.closures.get(name, [])
            ),
            "accredited": True, "licensed": True, "guests_per_officer": 0, "stay_ms": 0,
            "absent_ms": FAR,
        }
        if not terms:
            return facts
        category, start, end = terms["category"], *(task["window"] if task else terms["window"])
        items = [it for it in self.items.values() if it["category"] == category]
        units = task["units"] if task else []

        def shown(unit, it):
            return any(
                one["unit"] == unit and one["item"] == it["item"] and self.stands(e, one)
                and one["shown"] <= e.at < min(one["until"], one["shown"] + it["valid_days"] * DAY)
                for one in items
            )

        asked = [it for it in text.items("accreditation_and_training")
                 if category in it["categories"]]
        facts["accredited"] = not task or all(shown(unit, it) for it in asked for unit in units)

        def lawful(it, rule):
            taken = it["taken"] and self.knows(e, *it["taken"])
            return (
                self.knows(e, *it["said"]) and e.at < it["until"] and not taken
                and category in it["categories"] and (it["insured"] or not rule["insured"])
                and e.at - it["audited"] < rule["audit_days"] * DAY
            )

        def licensed(rule, companies):
            return any(lawful(it, rule) for one in companies for it in self.licences.get(one, []))

        def fields(unit):
            return [it["company"] for it in self.items.values()
                    if it["unit"] == unit and it.get("company") and self.stands(e, it)]

        rules = [it for it in text.all("psc_licensing") if category in it["categories"]]
        groups = [fields(unit) for unit in units] if task else [list(self.licences)]
        facts["licensed"] = all(licensed(rule, group) for rule in rules for group in groups)
        if not task:
            return facts | {"stay_ms": end - start}
        watched = any(terms["task"] in it["tasks"] for it in text.items("host_presence"))
        ours = [it for it in self.tasks.values() if it["deployment"] == task["deployment"]]
        if watched:
            facts["guests_per_officer"] = self.officered(e, task, ours)
        began = [it["started"] for it in ours if it["started"] and set(it["units"]) & set(units)]
        facts["stay_ms"] = end - min([start, *began])
        gone = [
            FAR if it["started"] is None else 0 if it["ended"] is None
            else max(0, max(start, e.at) - it["ended"])
            for it in self.tasks.values()
            if it["deployment"] != task["deployment"] and set(it["units"]) & set(units)
        ]
        return facts | {"absent_ms": min([FAR, *gone])}

    def stands(self, e, item):
        accepted, taken = item["accepted"], item["withdrawn"]
        return accepted and self.knows(e, *accepted) and not (taken and self.knows(e, *taken))

    def officered(self, e, task, ours):
        """Guest personnel for each officer of the host, rounded up."""
        def newest(subject):
            words = [it for it in self.officers.get(subject, []) if self.knows(e, *it[2])]
            return words[-1][0] if words and e.at < words[-1][1] else None

        officers, guests = newest(("task", task["task"])), len(task["units"])
        if officers is None:
            officers = newest(("deployment", task["deployment"])) or 0
            guests += sum(
                len(it["units"]) for it in ours
                if it["task"] != task["task"] and it["started"] and not it["ended"]
                and newest(("task", it["task"])) is None
            )
        return -(-guests // officers) if officers else FAR

    # -- Agreements --

    def on_party_founded(self, e, act):
        self.parties[e.side] = act | {"former": []}

    @staticmethod
    def nodes(party):
        """The node's key now, then those before it that were in nobody else's hands."""
        return [Key.of(it) for it in (party["node"], *reversed(party["former"]))]

    def on_misbehaviour_noted(self, e, act):
        other = self.parties.get("guest" if e.side == "host" else "host")
        unless(other, "not-founded")
        unless(other["party"] == act["party"], "not-your-side")
        try:
            need(len(act["heads"]) == 2, "two heads")
            heads = [Checkpoint.parse(note) for note in act["heads"]]
        except Malformed as cause:
            raise No("bad-signature") from cause
        # A head of the past is signed with the key of the past.
        shown = any(self.contradicts(heads, act, key) for key in self.nodes(other))
        unless(shown, "bad-signature")
        self.caught.setdefault(act["party"], []).append(act["code"])

    @staticmethod
    def contradicts(heads, act, key):
        try:
            return contradict(heads, act["party"], key, act.get("between"))
        except Malformed:
            return False

    def on_agreement_proposed(self, e, act):
        text = self.compiled(act["text"])
        self.upper_binds(e, text.document.under)
        unless(text.document.agreement == act["agreement"], "bad-agreement")
        known = self.agreements.get(act["agreement"])
        unless(not known or text.root not in known.texts, "already-exists")
        known = self.agreements.setdefault(act["agreement"], Agreement())
        known.texts[text.root] = act["text"]
        self.unsure("agreement_proposed: the text keeps every rule of the schema")

    def known(self, act):
        unless(act["agreement"] in self.agreements, "unknown-agreement")
        return self.agreements[act["agreement"]]

    def table(self, act):
        known = self.known(act)
        unless(act["text"] in known.texts, "unknown-agreement")
        return known, document(known.texts[act["text"]])

    def on_head_key_named(self, e, act):
        unless(e.side in self.parties, "not-founded")
        key = Key.of(act["key"])
        unless(key.kind == ML_DSA and len(key.public) == ML_DSA_PUBLIC, "unknown-key")
        unless(key.relying_party is None, "unknown-key")
        unless(e.side not in self.head_keys, "already-exists")
        self.head_keys[e.side] = key

    def hybrid_asked(self):
        """Does a text that came into force, and has not ended, ask for hybrid heads?"""
        return any(it.text and not it.ended and it.text.hybrid for it in self.agreements.values())

    def on_agreement_signed(self, e, act):
        known, _ = self.table(act)
        self.upper_binds(e, self.compiled(known.texts[act["text"]]).document.under)
        named = self.head_keys.get(e.side)
        asks = self.compiled(known.texts[act["text"]]).hybrid
        unless(not asks or named is not None, "head-key-missing")
        if act["text"] in known.reviewed:
            self.unsure("agreement_signed: a text under review; the agencies were heard")
        known.signed[e.side] = act["text"]
        self.enter(e, act["agreement"])

    def enter(self, e, name):
        """Puts the text that both signed last in force, if it can be."""
        known = self.agreements[name]
        if len(known.signed) < 2 or len(set(known.signed.values())) > 1:
            return
        root = known.signed["host"]
        again = known.text and known.text.root == root and not known.ended
        read = document(known.texts[root])
        if again or not all((root, it) in known.met for it in read.conditions):
            return
        try:
            text = self.compiled(known.texts[root])
            self.upper_binds(e, text.document.under)
        except No:
            return
        over = known.ended if known.ended and known.ended[2] <= e.at else None
        if over and not text.document.under:
            known.pauses.append([("whole", None), over[0], over[2], e.at])
        known.versions.append((e.at, text))
        known.ended, known.text = None, text
        known.under, known.unfit = text.document.under, None
        for lower in [self.agreements[it] for it in self.below(name)] if over else []:
            lower.ended = lower.ended or over
            lower.signed.clear()
        self.fit_below(name)

    def fit_below(self, name):
        """What stands below a text that has changed is held against it again."""
        for it in self.below(name):
            lower = self.agreements[it]
            if lower.under == name:
                try:
                    lower.text, lower.unfit = self.compiled(lower.texts[lower.text.root]), None
                except No as no:
                    lower.unfit = str(no)
                self.fit_below(it)

    def on_agreement_suspended(self, e, act):
        said(act["reason"])
        known, text = self.known(act), self.known(act).text
        unless((act["scope"], e.side) not in known.suspended, "already-exists")
        if text:
            kind, what = act["scope"]
            unless(e.side in text.suspension["by"], "not-suspendable")
            unless(kind in text.suspension["extents"], "not-suspendable")
            named = {"zone": text.zones(), "clause": text.articles}.get(kind, [what])
            unless(what in named, "not-suspendable")
        self.suspend(e, known, act["scope"])

    def on_agreement_resumed(self, e, act):
        known = self.known(act)
        unless((act["scope"], e.side) in known.suspended, "wrong-state")
        del known.suspended[act["scope"], e.side]
        mine = [it for it in known.pauses if it[:2] == [act["scope"], e.side] and it[3] == FAR]
        mine[0][3] = e.at

    def on_review_opened(self, e, act):
        known, _ = self.table(act)
        unless(e.at < act["until"], "too-early")
        known.reviewed.add(act["text"])
        self.unsure("review_opened: agencies and deadlines")

    def on_agency_reviewed(self, e, act):
        self.table(act)
        self.unsure("agency_reviewed: the agency was asked")

    def on_body_erased(self, e, act):
        said(act["reason"])

    def on_agreement_initialled(self, e, act):
        known, _ = self.table(act)
        unless((act["text"], e.side) not in known.initialled, "already-exists")
        known.initialled.add((act["text"], e.side))

    def on_condition_met(self, e, act):
        known, text = self.table(act)
        unless(act["condition"] in text.conditions, "unknown-condition")
        unless(text.conditions[act["condition"]] == e.side, "not-your-side")
        unless((act["text"], act["condition"]) not in known.met, "already-exists")
        known.met.add((act["text"], act["condition"]))
        self.enter(e, act["agreement"])

    def on_agreement_terminated(self, e, act):
        said(act["reason"])
        known = self.known(act)
        unless(known.text, "not-in-force")
        more = known.under and e.side == "host" and known.ended and known.ended[0] == "guest"
        unless(not known.ended or more, "terminated")
        how = self.termination(known)
        unless(how, "not-permitted")
        known.ended = (e.side, e.index, e.at + how["notice_days"] * DAY)
        known.signed.clear()

    # -- Deployments and consent --

    def on_deployment_requested(self, e, act):
        unless(act["deployment"] not in self.deployments, "already-exists")
        unless(act["terms"]["headcount"], "bad-number")
        sensed = act["terms"].get("sensing") and act["terms"]["task"] != "technical_surveillance"
        unless(not sensed, "not-permitted")
        self.ask(e, act["agreement"], "deploy", act)
        self.deployments[act["deployment"]] = {**act, "lease": None, "known": True}

    def subject(self, subject):
        kind, name = subject
        found = self.deployments if kind == "deployment" else self.movements
        unless(name in found, f"unknown-{kind}")
        return found[name]

    def lease_of(self, subject, e):
        """The newest lease, if it lives by all that is folded."""
        lease = self.leases.get(self.subject(subject)["lease"])
        return lease if lease and lease.since <= e.at < lease.end else None

    def on_consent_granted(self, e, act):
        kind, _ = act["subject"]
        unless(act["consent"] not in self.leases, "already-exists")
        known = self.subject(act["subject"])
        unless(not self.lease_of(act["subject"], e), "already-exists")
        if kind == "deployment":
            most = known["terms"]["headcount"]
            unless(0 < act["headcount_max"] <= most, "outside-consent")
            self.ask(e, known["agreement"], "deploy", known, heads=act["headcount_max"])
            end = known["terms"]["window"][1]
        else:
            end = self.movable(e, known)
        self.lasting(e, known, act["until"], end)
        known["lease"], known["refused"] = act["consent"], False
        self.leases[act["consent"]] = Lease(
            act["subject"], e.at, act["until"], act["headcount_max"]
        )
        if self.quorum(act["subject"])[0]:
            self.leases[act["consent"]].steps = [(e.index, act["until"])]
        if known.get("stands") == "assessed":
            reach(known, "consented", e)

    def movable(self, e, known):
        unless(known["submitted"], "wrong-state")
        fit = "assessed consented approved sealed drawn under_way held diverted".split()
        unless(known["stands"] in fit, "wrong-state")
        self.moves(e, known, "move")
        return known["day"][1]

    def lasting(self, e, about, until, end):
        zone = about["terms"]["zone"] if "terms" in about else about["zone"]
        texts = [it.text for it in self.asked_about(e, about["agreement"], zone)]
        longest = min(LEASE_MAX, *(it.lease for it in texts))
        unless(e.at < until <= min(e.at + longest, end), "lease-too-long")

    def on_consent_refused(self, e, act):
        said(act["reason"])
        known = self.subject(act["subject"])
        unless(not known["lease"], "wrong-state")
        if "stands" in known:
            unless(known["stands"] not in ENDED, "wrong-state")
            reach(known, "refused", e)

    def on_consent_renewed(self, e, act):
        unless(act["consent"] in self.leases, "unknown-consent")
        lease = self.leases[act["consent"]]
        unless(lease.since <= e.at < lease.end, "no-live-consent")
        unless(lease.until < act["until"], "bad-number")
        known = self.subject(lease.subject)
        if lease.subject[0] == "deployment":
            longer = known["terms"] | {"window": (lease.until, act["until"])}
            self.ask(e, known["agreement"], "deploy", known | {"terms": longer}, lease.heads)
            end = known["terms"]["window"][1]
        else:
            end = self.movable(e, known)
        self.lasting(e, known, act["until"], end)
        before, lease.until = lease.until, act["until"]
        if lease.steps is None and self.quorum(lease.subject)[0]:
            lease.steps = [(0, before)]
        if lease.steps is not None:
            lease.steps.append((e.index, act["until"]))

    def on_consent_revoked(self, e, act):
        said(act["reason"])
        unless(act["consent"] in self.leases, "unknown-consent")
        lease = self.leases[act["consent"]]
        unless(lease.since <= e.at < lease.end, "no-live-consent")
        lease.revoked = (e.at, e.index)
        if lease.subject[0] == "movement":
            for it in self.passes.values():
                it["revoked"] |= it["movement"] == lease.subject[1]

    # -- Tasks --

    def welcome(self, e, units):
        gone = [self.removed[unit] for unit in units if unit in self.removed]
        unless(not any(self.knows(e, "host", index) for _, index in gone), "not-permitted")

    def under_consent(self, e, task, deed):
        unless(task["deployment"] in self.deployments, "unknown-deployment")
        known = self.deployments[task["deployment"]]
        subject = ("deployment", task["deployment"])
        self.ask(e, known["agreement"], deed, known, len(task["units"]), subject, task)
        texts = self.asked_about(e, known["agreement"], known["terms"]["zone"])
        named = {scope[1] for it in texts for (scope, side), (_, index) in it.suspended.items()
                 if scope[0] == "person" and self.knows(e, side, index)}
        unless(not named & set(task["units"]), "suspended")
        return known

    def slots(self, e, task, counts):
        lease = self.live_for(("deployment", task["deployment"]), e)
        others = sum(
            len(it["units"]) for it in self.tasks.values()
            if it["deployment"] == task["deployment"] and it["task"] != task["task"]
            and it["ended"] is None and counts(it)
        )
        fit = task["units"] and len(task["units"]) + others <= (lease.heads if lease else 0)
        unless(fit, "outside-consent")

    def on_task_ordered(self, e, act):
        unless(act["task"] not in self.tasks, "already-exists")
        self.welcome(e, act["units"])
        known = self.under_consent(e, act, "order_task")
        start, end = act["window"]
        self.slots(e, act, lambda it: it["window"][0] < end and start < it["window"][1])
        first, last = known["terms"]["window"]
        unless(first <= start and end <= last, "outside-consent")
        self.tasks[act["task"]] = {**act, "started": None, "ended": None, "disowned": False}

    def on_task_started(self, e, act):
        unless(act["task"] in self.tasks, "unknown-task")
        task = self.tasks[act["task"]]
        unless(task["started"] is None, "wrong-state")
        unless(not task["disowned"], "disowned")
        unless(task["ended"] is None, "wrong-state")
        unless(task["window"][0] <= e.at < task["window"][1], "outside-consent")
        self.under_consent(e, task, "enter")
        self.welcome(e, task["units"])
        self.slots(e, task, lambda it: it["started"] is not None)
        task["started"] = e.at

    def on_task_ended(self, e, act):
        said(act["reason"])
        task = self.tasks.get(act["task"])
        unlawful = any(it.what == act["task"] and it.until is None for it in self.unlawful)
        if not unlawful:
            unless(task, "unknown-task")
            unless(task["ended"] is None, "wrong-state")
        self.leave(act["task"], e.at)
        if task:
            task["ended"] = e.at

    # -- Movements --

    def moves(self, e, known, deed, armour=None):
        about = {"zone": known["zone"], "purpose": known["submitted"]["purpose"], "armour": armour}
        subject = ("movement", known["movement"])
        self.ask(e, known["agreement"], deed, about, subject=subject,
                 notice=known["day"][0] - known["noticed"])

    def at(self, act, *fit):
        unless(act["movement"] in self.movements, "unknown-movement")
        known = self.movements[act["movement"]]
        unless(not fit or known["stands"] in fit, "wrong-state")
        return known

    def consented(self, e, movement):
        lease = self.live_for(("movement", movement), e)
        unless(lease, "no-live-consent")
        return lease

    def on_capacity_noticed(self, e, act):
        unless(act["movement"] not in self.movements, "already-exists")
        unless(0 < act["seats"] <= 500, "bad-number")
        about = {"zone": act["zone"], "purpose": "protect_persons", "armour": act["armour"]}
        self.ask(e, act["agreement"], "notice", about, notice=act["day"][0] - e.at)
        self.movements[act["movement"]] = known = {
            **act, "noticed": e.at, "submitted": None, "risk": None, "lease": None, "plan": None,
            "commits": {}, "reveals": {}, "faults": [], "failed": None, "fixed": None, "released": {}, "departed": None, "halt": None,
            "stands": None, "past": [],
        }
        reach(known, "noticed", e)

    def on_movement_submitted(self, e, act):
        known = self.at(act, "noticed")
        (first, last), (start, end) = known["day"], act["window"]
        inside = first <= start and end <= last and 0 < act["seats"] <= known["seats"]
        opens = sha256(b"safeconduct/notice/1\n", written("movement_submitted", act))
        unless(inside and opens == known["commitment"], "not-as-noticed")
        self.moves(e, known | {"submitted": act}, "move")
        known["submitted"] = act
        reach(known, "submitted", e)

    def on_movement_assessed(self, e, act):
        said(act["note"])
        known = self.at(act, *"submitted assessed consented approved sealed drawn".split())
        known["risk"] = act["risk"]
        if known["stands"] == "submitted":
            reach(known, "assessed", e)

    def bearable(self, known):
        unless(known["submitted"] and known["risk"], "wrong-state")
        most = dict(pc1="very_high", pc2="high", pc3="medium", pc4="low")
        return upto("risk", known["risk"], most[known["submitted"]["criticality"]])

    def on_movement_approved(self, e, act):
        known = self.at(act, "consented")
        self.consented(e, act["movement"])
        unless(self.bearable(known), "risk-too-high")
        reach(known, "approved", e)

    def on_plan_sealed(self, e, act):
        known = self.at(act, "approved")
        start, end = known["submitted"]["window"]
        lacks = act.get("bound") and "fallback" not in act["bound"]
        unless(not lacks or self.draw_terms(known)[1] != "fixed", "bad-menu")
        unless(act["draw_at"] < end, "outside-consent")
        texts = [it.text for it in self.asked_about(e, known["agreement"], known["zone"])]
        for text in [it for it in texts if not it.above or it.all("movement_disclosure_schedule")]:
            self.as_scheduled(text.items("movement_disclosure_schedule"), act, start)
        known["plan"] = act
        reach(known, "sealed", e)

    @staticmethod
    def as_scheduled(schedule, act, start):
        steps = {it["stage"]: it for it in reversed(schedule)}
        times = {stage: start - it["before_minutes"] * MINUTE for stage, it in steps.items()}
        drawn = [start - it["before_minutes"] * MINUTE for it in schedule
                 if it["stage"] in ("minute", "route")]
        unless(act["draw_at"] >= min(drawn, default=start), "too-early")
        for it in act["disclosures"]:
            unless(it["stage"] in steps, "not-on-the-list")
            unless(set(it["roles"]) <= set(steps[it["stage"]]["roles"]), "not-on-the-list")
            unless(it["not_before"] >= times[it["stage"]], "too-early")

    # -- The joint draw (draw.md) --

    @staticmethod
    def menu(known):
        """The menu that both sides are bound to; none in version 1."""
        return known["plan"]["core"] if known["plan"].get("bound") else None

    def draw_terms(self, known):
        agreement = self.agreements.get(known["agreement"])
        text = agreement and agreement.text
        notice = text and text.first("advance_notice") or {}
        return notice.get("draw_within_minutes", 5) * MINUTE, notice.get("draw_fallback", "held")

    def on_draw_committed(self, e, act):
        known = self.at(act, "sealed")
        unless(e.side not in known["commits"] and not known["reveals"], "already-exists")
        menu = self.menu(known)
        unless(act.get("menu") == menu, "seed-mismatch")
        made = [it for one in self.movements.values() for it in one["commits"].values()]
        unless(not menu or act["commitment"] not in made, "replayed")
        known["commits"][e.side] = act["commitment"]

    def on_draw_revealed(self, e, act):
        known = self.at(act, "sealed")
        unless(len(known["commits"]) == 2, "draw-incomplete")
        unless(e.side not in known["reveals"], "already-exists")
        unless(e.at >= known["plan"]["draw_at"], "too-early")
        party, menu, name = self.parties[e.side]["party"], self.menu(known), act["movement"]
        shown = [it["seed"] for one in self.movements.values() for it in one["reveals"].values()]
        shown += [one["fixed"]["seed"] for one in self.movements.values() if one.get("fixed")]
        unless(not menu or act["seed"] not in shown, "replayed")
        opens = draw.commitment(party, name, act["seed"], menu)
        unless(opens == known["commits"][e.side], "seed-mismatch")
        unless(not menu or draw.half_hash(name, menu, e.side, act["half"])
               == known["plan"]["bound"][e.side], "seed-mismatch")
        reveals = known["reveals"] | {e.side: act}
        if len(reveals) == 2:
            host, guest = reveals["host"], reveals["guest"]
            self.drawn(e, known, (host["half"], guest["half"]), (host["seed"], guest["seed"]),
                       "bad-menu" if menu else "seed-mismatch")
        known["reveals"] = reveals

    def drawn(self, e, known, halves, seeds, reason):
        plan, menu = known["plan"], self.menu(known)
        try:
            core = draw.core(plan, *halves)
        except Malformed as cause:
            raise No(reason) from cause
        self.draws[plan["movement"]] = draw.outcome(plan["movement"], core, seeds, menu)
        reach(known, "drawn", e)

    @staticmethod
    def missing(known):
        if any(wrong == "bad_menu" for _, wrong, _, _ in known["faults"]):
            return ["guest"]
        shares = known["commits"] if len(known["commits"]) < 2 else known["reveals"]
        return [side for side in ("host", "guest") if side not in shares]

    def on_draw_defaulted(self, e, act):
        known = self.at(act, "sealed")
        (within, fallback), plan = self.draw_terms(known), known["plan"]
        until, over = plan["draw_at"] + within, e.at >= known["submitted"]["window"][1]
        unless(e.at >= until and (e.heard >= until or over), "too-early")
        missing, fixed = self.missing(known), act.get("fallback")
        unless(act["named"] == missing, "draw-incomplete")
        unless(act["named"] != [e.side], "not-your-side")
        asked = fallback == "fixed" and missing == ["host"] and (plan.get("bound") or {}).get(
            "fallback")
        unless(not fixed or asked, "not-permitted")
        unless(fixed or not asked, "draw-incomplete")
        if fixed:
            name, menu = act["movement"], self.menu(known)
            same = draw.fallback_hash(name, menu, fixed["seed"]) == asked and all(
                draw.half_hash(name, menu, side, fixed[side + "_half"]) == plan["bound"][side]
                for side in ("host", "guest"))
            unless(same, "seed-mismatch")
            self.drawn(e, known, (fixed["host_half"], fixed["guest_half"]), (fixed["seed"],) * 2,
                       "bad-menu")
        else:
            known["halt"] = e.side
            reach(known, "held", e)
        known["fixed"], known["failed"] = fixed, (missing, e.side, e.at)

    def share_was_wrong(self, e, reason):
        """Whose share of a draw was not what it should be. A plan that binds nobody names nobody."""
        known = self.movements.get(e.act["movement"])
        if not known or not known["plan"] or not self.menu(known):
            return
        late = known["failed"] and e.side in known["failed"][0]
        wrong = {"seed-mismatch": "lied", "replayed": "replayed", "bad-menu": "bad_menu",
                 "wrong-state": "late" if late else None}.get(reason)
        if wrong and len(known["faults"]) < 16:
            side = "guest" if wrong == "bad_menu" else e.side
            known["faults"].append((side, wrong, e.side, e.index))

    def on_stage_released(self, e, act):
        known = self.at(act, "sealed", "drawn", "under_way", "held")
        unless(known["plan"], "wrong-state")
        late = act["stage"] in ("minute", "route")
        times = [it["not_before"] for it in known["plan"]["disclosures"]
                 if it["stage"] == act["stage"]]
        unless(times, "not-on-the-list")
        unless(e.at >= max(*times, known["plan"]["draw_at"] if late else times[0]), "too-early")
        unless(not late or act["movement"] in self.draws, "draw-incomplete")
        sides = known["released"].setdefault(act["stage"], set())
        unless(e.side not in sides, "already-exists")
        sides.add(e.side)

    def claims(self, code, sides):
        try:
            return passed(code, [Key.of(self.parties[side]["node"]) for side in sides])
        except (Malformed, ValueError, TypeError, IndexError) as cause:
            raise No("bad-pass") from cause

    def on_pass_issued(self, e, act):
        unless(act["pass"] not in self.passes, "already-exists")
        self.welcome(e, [act["holder"]])
        known, lease = self.at(act), self.consented(e, act["movement"])
        (first, last), (start, end) = known["day"], act["window"]
        inside = known["zone"] == act["zone"] and start >= max(lease.since, first) and end <= last
        unless(inside, "outside-consent")
        claims = self.claims(act["code"], ["guest"])
        try:
            basis = rests_on(claims, act["basis"])
        except (Malformed, ValueError, TypeError) as cause:
            raise No("bad-pass") from cause
        (start, end), index = claims["window"], claims["index"]
        taken = [it["claims"]["window"] for it in self.passes.values()
                 if it["claims"]["index"] == index]
        unless(not any(a < end and start < b for a, b in taken), "bad-pass")
        same = all(claims[it] == act[it] for it in ("pass", "zone", "window"))
        same = same and all(basis[it] == act[it] for it in ("movement", "holder"))
        unless(same and basis["consent"] == known["lease"], "bad-pass")
        self.passes[act["pass"]] = {
            **act, "claims": claims, "countersigned": False, "revoked": False,
        }

    def on_pass_countersigned(self, e, act):
        unless(act["pass"] in self.passes, "unknown-pass")
        known = self.passes[act["pass"]]
        unless(not known["countersigned"] and not known["revoked"], "wrong-state")
        self.consented(e, known["movement"])
        claims = self.claims(act["code"], ["host", "guest"])
        self.welcome(e, [known["holder"]])
        unless(claims == known["claims"], "bad-pass")
        known["countersigned"] = True

    def on_pass_revoked(self, e, act):
        said(act["reason"])
        unless(act["pass"] in self.passes, "unknown-pass")
        unless(not self.passes[act["pass"]]["revoked"], "wrong-state")
        self.passes[act["pass"]]["revoked"] = True

    def on_departed(self, e, act):
        known = self.at(act, "approved", "sealed", "drawn")
        self.moves(e, known, "depart", act["armour"])
        self.consented(e, act["movement"])
        unless(act["movement"] in self.draws, "draw-incomplete")
        unless(any(
            it["movement"] == act["movement"] and it["countersigned"] and not it["revoked"]
            and it["window"][0] <= e.at < it["window"][1] for it in self.passes.values()
        ), "no-live-pass")
        green = self.bearable(known) and len(known["released"].get("route", ())) == 2
        green = green and set(range(10)) <= set(act["green"])
        if "override_reason" in act:
            said(act["override_reason"])
        else:
            unless(green, "gate-red")
        known["departed"] = e.at
        reach(known, "under_way", e)

    def on_the_road(self, act):
        known = self.at(act, "under_way", "held", "diverted")
        unless(known["departed"], "wrong-state")
        return known

    def on_checked_in(self, e, act):
        self.on_the_road(act)

    def on_movement_halted(self, e, act):
        said(act["reason"])
        unless(act["side"] == e.side, "not-your-side")
        known, how = self.at(act), act["how"]
        fit = {"cancelled": not known["departed"], "held": known["stands"] != "held"}
        unless(fit.get(how, known["departed"]) and known["stands"] not in ENDED, "wrong-state")
        known["halt"] = e.side
        reach(known, how, e)

    def on_movement_resumed(self, e, act):
        known = self.at(act, "held", "diverted")
        unless(known["halt"] == e.side, "not-your-side")
        unless(not known["failed"] or known["fixed"], "draw-incomplete")
        self.consented(e, act["movement"])
        known["halt"] = None
        before = [it for it, _ in known["past"] if it not in ("held", "diverted")]
        reach(known, before[-1], e)

    def on_arrived(self, e, act):
        known = self.on_the_road(act)
        unless(act["headcount"] <= known["submitted"]["seats"], "bad-number")
        self.leave(act["movement"], e.at)
        reach(known, "arrived", e)

    def on_debriefed(self, e, act):
        said(act["note"])
        reach(self.at(act, "arrived", "aborted"), "debriefed", e)

    def on_closed(self, e, act):
        reach(self.at(act, "debriefed", "cancelled", "refused"), "closed", e)

    # -- Alarms --

    def on_alarm_noted(self, e, act):
        self.alarms.setdefault(act["alarm"], "noted")

    def on_alarm_handled(self, e, act):
        said(act["action"])
        unless(self.alarms.get(act["alarm"]) in ("noted", "handled"), "wrong-alarm-state")
        self.alarms[act["alarm"]] = "handled"

    def on_alarm_resolved(self, e, act):
        said(act["outcome"])
        unless(self.alarms.get(act["alarm"]) == "handled", "wrong-alarm-state")
        self.alarms[act["alarm"]] = "resolved"

    # -- Standing --

    def on_accredited(self, e, act):
        unless(act["accreditation"] not in self.items, "already-exists")
        unless(act["shown"] <= e.at, "too-early")
        unless(e.at < act["until"], "bad-number")
        self.items[act["accreditation"]] = {**act, "accepted": None, "withdrawn": None}

    def item(self, act):
        unless(act["accreditation"] in self.items, "unknown-accreditation")
        return self.items[act["accreditation"]]

    def on_accreditation_accepted(self, e, act):
        item = self.item(act)
        unless(not item["accepted"], "already-exists")
        unless(not item["withdrawn"] and e.at < item["until"], "wrong-state")
        item["accepted"] = (e.side, e.index)

    def on_accreditation_withdrawn(self, e, act):
        said(act["reason"])
        item = self.item(act)
        unless(not item["withdrawn"], "already-exists")
        item["withdrawn"] = (e.side, e.index)

    def on_licence_recorded(self, e, act):
        said(act["name"])
        unless(act["categories"], "bad-number")
        unless(act["audited"] <= e.at, "too-early")
        unless(e.at < act["until"], "bad-number")
        known = self.licences.setdefault(act["company"], [])
        for it in known:
            it["taken"] = it["taken"] or (e.side, e.index)
        known.append({**act, "said": (e.side, e.index), "taken": None})

    def on_licence_withdrawn(self, e, act):
        said(act["reason"])
        unless(act["company"] in self.licences, "unknown-licence")
        living = [it for it in self.licences[act["company"]] if not it["taken"]]
        unless(living, "already-exists")
        for it in living:
            it["taken"] = (e.side, e.index)

    def on_host_officers_assigned(self, e, act):
        kind, name = act["beside"]
        known = self.deployments if kind == "deployment" else self.tasks
        unless(name in known, f"unknown-{kind}")
        unless(e.at < act["until"], "bad-number")
        word = (act["officers"], act["until"], (e.side, e.index))
        self.officers.setdefault(act["beside"], []).append(word)

    def on_emergency_declared(self, e, act):
        said(act["reason"])
        self.at_the_top(act["agreement"])
        _, text = self.in_force(act["agreement"])
        provided, zone = text.first("emergency_and_evacuation"), act.get("zone")
        unless(provided, "not-permitted")
        unless(provided["declared_by"] == e.side, "not-your-side")
        unless(zone is None or zone in text.zones(), "not-permitted")
        unless(not self.lasting_emergency(e, act), "already-exists")
        self.emergencies.setdefault(act["agreement"], []).append({
            "zone": zone, "said": (e.side, e.index), "over": None,
            "until": e.at + provided["hours_max"] * HOUR,
        })

    def lasting_emergency(self, e, act):
        return [
            it for it in self.emergencies.get(act["agreement"], [])
            if it["zone"] == act.get("zone") and e.at < it["until"]
            and self.knows(e, *it["said"]) and not (it["over"] and self.knows(e, *it["over"]))
        ]

    def on_emergency_ended(self, e, act):
        ours = [it for it in self.lasting_emergency(e, act) if it["said"][0] == e.side]
        unless(ours, "wrong-state")
        for it in ours:
            it["over"] = (e.side, e.index)

    def closed(self, act):
        return [
            it for it in self.closures.get(act["agreement"], [])
            if it["opened"] is None and (it["rung"], it["zone"]) == (act["rung"], act.get("zone"))
        ]

    def on_rung_closed(self, e, act):
        said(act["reason"])
        text, zone = self.known(act).text, act.get("zone")
        self.at_the_top(act["agreement"])
        unless(zone is None or not text or zone in text.zones(), "not-permitted")
        unless(not self.closed(act), "already-exists")
        self.closures.setdefault(act["agreement"], []).append({
            "rung": act["rung"], "zone": zone, "said": (e.side, e.index), "closed": e.at,
            "opened": None,
        })

    def on_rung_opened(self, e, act):
        unless(self.closed(act), "wrong-state")
        for it in self.closed(act):
            it["opened"] = e.at

    # -- Keys (audit.md, "What rests on whose statement") --

    def on_key_voided(self, e, act):
        if "since" in act:
            self.disown(e, act["key"], act["since"])

    def on_root_ordered(self, e, act):
        kind, what = act["order"]["order"]
        party = self.parties.get(e.side)
        if kind == "void":
            self.on_key_voided(e, what)
        elif kind == "replace_node" and party:
            before, party["node"] = party["node"], what["node"]
            if "since" in what:
                self.disown(e, Key.of(before).id, what["since"])
            else:
                party["former"].append(before)

    def disown(self, e, key, since):
        """What a key signed in other hands gives nothing from here on."""
        fallen = self.rests.fall(e.side, key, since)
        self.rests.disowned.append((e.side, key, since, e.index, len(fallen)))
        for kind, *what in fallen:
            getattr(self, f"fell_{kind}")(e, *what)

    def fell_key(self, e, side, key):
        """The reader of that ledger has voided it."""

    def fell_consent(self, e, consent):
        lease = self.leases.get(consent)
        if lease and not lease.revoked:
            lease.revoked = (e.at, e.index)
            if lease.subject[0] == "movement":
                for it in self.passes.values():
                    it["revoked"] |= it["movement"] == lease.subject[1]

    fell_renewal = fell_consent

    def fell_task(self, e, task):
        known = self.tasks.get(task)
        if known:
            known["disowned"] = True
            # Whoever has not begun begins no more; whoever is there is there.
            if known["started"] is None and known["ended"] is None:
                known["ended"] = e.at

    def fell_approval(self, e, movement):
        known = self.movements.get(movement)
        if known and known["stands"] in ("approved", "sealed", "drawn"):
            halt = "held"
        elif known and known["stands"] == "held" and not known["departed"]:
            halt = "held" if known["halt"] == e.side else "cancelled"
        else:
            return
        known["halt"] = e.side
        reach(known, halt, e)

    fell_plan = fell_resumption = fell_approval

    def fell_pass(self, e, named):
        if named in self.passes:
            self.passes[named]["revoked"] = True

    fell_countersignature = fell_pass

    def fell_accreditation(self, e, named):
        item = self.items.get(named)
        if item and not item["withdrawn"]:
            item["withdrawn"] = (e.side, e.index)

    fell_acceptance = fell_accreditation

    def fell_licence(self, e, company):
        for it in self.licences.get(company, []):
            it["taken"] = it["taken"] or (e.side, e.index)

    def fell_officers(self, e, beside):
        self.officers.setdefault(beside, []).append((0, NEVER, (e.side, e.index)))

    def fell_signature(self, e, name, text, side):
        known = self.agreements.get(name)
        if known and known.text and known.text.root == text:
            self.suspend(e, known, ("whole", None))
        elif known and known.signed.get(e.side) == text:
            del known.signed[e.side]

    def fell_lifting(self, e, name, scope, side):
        self.suspend(e, self.agreements[name], scope)

    def suspend(self, e, known, scope):
        known.suspended[scope, e.side] = (e.at, e.index)
        known.pauses.append([scope, e.side, e.at, FAR])

    def fell_emergency(self, e, name, zone, side):
        for it in self.emergencies.get(name, []):
            ours = it["said"][0] == e.side and it["zone"] == zone
            if ours and not it["over"] and e.at < it["until"]:
                it["over"] = (e.side, e.index)

    def fell_opening(self, e, name, rung, zone):
        self.closures.setdefault(name, []).append({
            "rung": rung, "zone": zone, "said": (e.side, e.index), "closed": e.at, "opened": None,
        })

    # -- Records and duties: who owes what by when is not decided here --

    def on_record_opened(self, e, act):
        kind, what = act["what"]
        provision, side, roles = RECORDS[kind]
        unless(side in ("-", e.side), "not-your-side")
        unless(set(roles.split()) & set(e.roles), "not-your-role")
        unless(act["record"] not in self.records, "already-exists")
        _, text = self.in_force(act["agreement"])
        unless(text.all(provision), "not-permitted")
        self.records.add(act["record"])
        if kind == REMOVAL:
            self.removed[what.get(0)] = (act["record"], e.index)
            for it in self.passes.values():
                it["revoked"] |= it["holder"] == what.get(0)
        self.unsure("record_opened: its fields, and what is owed on it")

    def on_record_answered(self, e, act):
        said(act["detail"])
        unless(act["record"] in self.records, "wrong-state")
        if act["step"] == LIFTED:
            self.removed = {
                unit: it for unit, it in self.removed.items() if it[0] != act["record"]
            }
        self.unsure("record_answered: whose step it is, and that it is open")

    def on_obligation_breached(self, e, act):
        self.unsure("obligation_breached: what was owed, and whether it was done in time")


ENDED = ("refused", "arrived", "debriefed", "closed", "aborted", "cancelled")


def reach(known, stands, e):
    known["stands"] = stands
    known["past"].append((stands, e.at))


def said(text):
    unless(1 <= len(text.strip()) <= 500, "bad-text")


def plus(*strengths):
    return tuple(map(sum, zip((0, 0, 0), *strengths)))


def counted(terms, heads):
    """Persons, vehicles, and persons with a firearm."""
    armed = heads if upto("arms", "sidearm", terms["arms"]) else 0
    return heads, terms["vehicles"], armed


def written(word, act):
    """The fields of an act in their bytes again."""
    spec = ACTS[NUMBERS[word]][3].split()
    found = {}
    for key, item in enumerate(spec):
        name, kind = item.split(":")
        if name in act:
            it = act[name]
            found[key] = WORDS[kind].index(it) if kind in WORDS else it
    return cbor2.dumps(found, canonical=True)
