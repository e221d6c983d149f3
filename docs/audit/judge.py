"""Judging: from the statements in order to one state and a decision on every one of them.

Written from docs/formats/audit.md, "What each act asks", and docs/decisions/0002, 0003 and 0005.
A `No` is a decision: the statement stands in its ledger and is void.
"""

from collections import Counter
from dataclasses import dataclass, field

import cbor2

import draw
from acts import ACTS, BEGINS, LIFTED, NUMBERS, RECORDS, REMOVAL, WORDS, Malformed
from agreement import DAY, FAR, HOUR, MINUTE, Text, answer, upto
from formats import Head, Key, passed, sha256

LEASE_MAX = DAY


class No(Exception):
    """The act may not be done; the argument is the stable reason."""


def unless(fact, reason):
    if not fact:
        raise No(reason)


# ---- The joint state ----------------------------------------------------------------------------


@dataclass
class Agreement:
    texts: dict = field(default_factory=dict)
    signed: dict = field(default_factory=dict)
    suspended: dict = field(default_factory=dict)
    met: set = field(default_factory=set)
    initialled: set = field(default_factory=set)
    reviewed: set = field(default_factory=set)
    versions: list = field(default_factory=list)  # (since, Text)
    ended: tuple | None = None  # (side, index, from)

    @property
    def text(self):
        return self.versions[-1][1] if self.versions else None


@dataclass
class Lease:
    subject: tuple
    since: int
    until: int
    heads: int
    revoked: tuple | None = None  # (at, index in the host's ledger)

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

    def __init__(self, roots=None):
        self.roots, self.framed = roots or {}, []
        self.parties, self.agreements, self.deployments, self.leases = {}, {}, {}, {}
        self.tasks, self.movements, self.passes, self.alarms = {}, {}, {}, {}
        self.caught, self.unlawful, self.removed, self.items = {}, [], {}, {}
        self.records = set()
        self.licences, self.officers, self.emergencies, self.closures = {}, {}, {}, {}
        self.acted = self.silent = self.partly = self.asked = 0
        self.void, self.undecided, self.draws = [], Counter(), {}

    # -- One statement --

    def step(self, e):
        """Decides one statement and lets it act; says in words what was decided."""
        try:
            if e.void:
                raise No(e.void)
            if not e.joint or e.act is None:
                self.silent += 1
                return "not joint"
            self.may(e)
            before = self.undecided.total()
            getattr(self, f"on_{e.word}", self.nothing)(e, e.act)
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
        for lease in self.leases.values():
            gone = lease.revoked and self.knows(e, "host", lease.revoked[1])
            if lease.subject == subject and lease.since <= e.at < lease.until and not gone:
                return lease
        return None

    def in_force(self, name):
        unless(name in self.agreements, "unknown-agreement")
        known = self.agreements[name]
        unless(known.text, "not-in-force")
        return known, known.text

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

    # -- Questions to the agreement --

    def ask(self, e, name, deed, about, heads=None, subject=None, task=None, notice=FAR):
        """Asks the text in force; `about` is a deployment or a dict with zone and purpose."""
        known, text = self.in_force(name)
        terms = about.get("terms")
        zone = terms["zone"] if terms else about["zone"]
        q = {"at": e.at, "zone": zone, "purpose": about["purpose"], "armour": about.get("armour")}
        after = (0, 0, 0)
        if terms:
            q |= {it: terms[it] for it in ("category", "task", "rung", "arms")}
            heads = terms["headcount"] if heads is None else heads
            after = counted(terms, heads)
            span = (max(terms["window"][0], e.at), terms["window"][1])
            if subject is None and span[0] < span[1]:
                held = self.peak(terms["category"], zone, span)
                after = tuple(map(sum, zip(after, held)))
        orders = (text.first("command_and_instructions") or {}).get("orders_by", [])
        q["ordered_by"] = next((it for it in e.roles if it in orders), e.roles[0])
        over = known.ended and e.at >= known.ended[2] and self.knows(e, *known.ended[:2])
        scopes = [scope for (scope, side), (_, index) in known.suspended.items()
                  if self.knows(e, side, index)]
        stops = [("whole", None), ("zone", zone), ("category", q.get("category"))]
        facts = {
            "in_force": not over,
            "suspended": any(scope in stops for scope in scopes),
            "suspended_articles": {what for kind, what in scopes if kind == "clause"},
            "consent_live": bool(subject and self.live_for(subject, e)),
            "host_heard": e.side == "host" or e.at - e.heard <= text.fresh,
            "after": after,
            "notice_ms": notice,
            **self.standing(e, name, text, zone, terms, task),
        }
        no = answer(text, deed, q, facts)
        self.asked += 1
        if no:
            raise No(" ".join(sorted(no)))

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
            facts["guests_per_officer"] = self.beside(e, task, ours)
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

    def beside(self, e, task, ours):
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
        self.parties[e.side] = act

    def on_refusal_recorded(self, e, act):
        self.unsure("refusal_recorded: the refused act is known by its hash alone")

    def on_misbehaviour_noted(self, e, act):
        other = self.parties.get("guest" if e.side == "host" else "host")
        unless(other, "not-founded")
        unless(other["party"] == act["party"], "not-your-side")
        key, seen = Key.of(other["node"]), []
        unless(len(act["heads"]) == 2, "bad-signature")
        for note in act["heads"]:
            try:
                head = Head.parse(note)
            except Malformed as cause:
                raise No("bad-signature") from cause
            unless(head.origin == act["party"] and head.signed(act["party"], key), "bad-signature")
            seen.append((head.size, head.root))
        unless(seen[0] != seen[1], "bad-signature")
        known = self.roots.get(act["party"], [])
        if all(size < len(known) and known[size] == root for size, root in seen):
            self.framed.append(e)
        elif seen[0][0] != seen[1][0] and any(size >= len(known) for size, _ in seen):
            self.unsure("misbehaviour_noted: a head beyond the ledger in the file")
        self.caught.setdefault(act["party"], []).append(act["code"])

    def on_agreement_proposed(self, e, act):
        try:
            text = Text(act["text"])
        except Malformed as cause:
            raise No("bad-agreement") from cause
        unless(text.agreement == act["agreement"], "bad-agreement")
        parties = {it["party"] for it in self.parties.values()}
        unless(parties <= {text.host, text.guest}, "bad-agreement")
        known = self.agreements.setdefault(act["agreement"], Agreement())
        unless(text.root not in known.texts, "already-exists")
        known.texts[text.root] = text
        self.unsure("agreement_proposed: the text keeps every rule of the schema")

    def known(self, act):
        unless(act["agreement"] in self.agreements, "unknown-agreement")
        return self.agreements[act["agreement"]]

    def table(self, act):
        known = self.known(act)
        unless(act["text"] in known.texts, "unknown-agreement")
        return known, known.texts[act["text"]]

    def on_agreement_signed(self, e, act):
        known, text = self.table(act)
        if act["text"] in known.reviewed:
            self.unsure("agreement_signed: a text under review; the agencies were heard")
        known.signed[e.side] = (text, e.at)
        self.enter(known, e)

    def enter(self, known, e):
        texts = {text.root: text for text, _ in known.signed.values()}
        if len(known.signed) < 2 or len(texts) > 1:
            return
        text = next(iter(texts.values()))
        again = known.text and known.text.root == text.root and not known.ended
        if not again and all((text.root, name) in known.met for name in text.conditions):
            known.versions.append((e.at, text))
            known.ended = None

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
        known.suspended[act["scope"], e.side] = (e.at, e.index)

    def on_agreement_resumed(self, e, act):
        known = self.known(act)
        unless((act["scope"], e.side) in known.suspended, "wrong-state")
        del known.suspended[act["scope"], e.side]

    def on_review_opened(self, e, act):
        known, _ = self.table(act)
        unless(e.at < act["until"], "too-early")
        known.reviewed.add(act["text"])
        self.unsure("review_opened: agencies and deadlines")

    def on_agency_reviewed(self, e, act):
        self.table(act)
        self.unsure("agency_reviewed: the agency was asked")

    def on_commented(self, e, act):
        self.table(act)
        self.unsure("commented: the article stands in the text")

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
        self.enter(known, e)

    def on_agreement_terminated(self, e, act):
        said(act["reason"])
        known, text = self.known(act), self.known(act).text
        unless(text, "not-in-force")
        unless(not known.ended, "terminated")
        unless(text.first("termination"), "not-permitted")
        known.ended = (e.side, e.index, e.at + text.first("termination")["notice_days"] * DAY)
        known.signed.clear()

    # -- Deployments and consent --

    def on_deployment_requested(self, e, act):
        unless(act["deployment"] not in self.deployments, "already-exists")
        unless(act["terms"]["headcount"], "bad-number")
        self.ask(e, act["agreement"], "deploy", act)
        self.deployments[act["deployment"]] = {**act, "lease": None}

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
        self.lasting(e, known["agreement"], act["until"], end)
        known["lease"], known["refused"] = act["consent"], False
        self.leases[act["consent"]] = Lease(
            act["subject"], e.at, act["until"], act["headcount_max"]
        )
        if known.get("stands") == "assessed":
            reach(known, "consented", e)

    def movable(self, e, known):
        unless(known["submitted"], "wrong-state")
        fit = "assessed consented approved sealed drawn under_way held diverted".split()
        unless(known["stands"] in fit, "wrong-state")
        self.moves(e, known, "move")
        return known["day"][1]

    def lasting(self, e, agreement, until, end):
        _, text = self.in_force(agreement)
        longest = min(text.lease, LEASE_MAX)
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
        self.lasting(e, known["agreement"], act["until"], end)
        lease.until = act["until"]

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
        scopes = self.agreements[known["agreement"]].suspended.items()
        named = {scope[1] for (scope, side), (_, index) in scopes
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
        self.tasks[act["task"]] = {**act, "started": None, "ended": None}

    def on_task_started(self, e, act):
        unless(act["task"] in self.tasks, "unknown-task")
        task = self.tasks[act["task"]]
        unless(task["started"] is None and task["ended"] is None, "wrong-state")
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
            "commits": {}, "reveals": {}, "released": {}, "departed": None, "halt": None,
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
        unless(act["draw_at"] < end, "outside-consent")
        _, text = self.in_force(known["agreement"])
        steps = {it["stage"]: it for it in text.items("movement_disclosure_schedule")}
        times = {stage: start - it["before_minutes"] * MINUTE for stage, it in steps.items()}
        drawn = [times[stage] for stage in ("minute", "route") if stage in times]
        unless(act["draw_at"] >= min(drawn, default=start), "too-early")
        for it in act["disclosures"]:
            unless(it["stage"] in steps, "not-on-the-list")
            unless(set(it["roles"]) <= set(steps[it["stage"]]["roles"]), "not-on-the-list")
            unless(it["not_before"] >= times[it["stage"]], "too-early")
        known["plan"] = act
        reach(known, "sealed", e)

    def on_draw_committed(self, e, act):
        known = self.at(act, "sealed")
        unless(e.side not in known["commits"] and not known["reveals"], "already-exists")
        known["commits"][e.side] = act["commitment"]

    def on_draw_revealed(self, e, act):
        known = self.at(act, "sealed")
        unless(len(known["commits"]) == 2, "draw-incomplete")
        unless(e.side not in known["reveals"], "already-exists")
        unless(e.at >= known["plan"]["draw_at"], "too-early")
        party = self.parties[e.side]["party"].encode()
        opens = sha256(b"safeconduct/draw/1\ncommitment\n", party, b"\n",
                       act["movement"].encode(), b"\n", act["seed"])
        unless(opens == known["commits"][e.side], "seed-mismatch")
        reveals = known["reveals"] | {e.side: act}
        if len(reveals) == 2:
            host, guest = reveals["host"], reveals["guest"]
            try:
                core = draw.core(known["plan"], host["half"], guest["half"])
            except Malformed as cause:
                raise No("seed-mismatch") from cause
            weights = [weight for _, weight in core["routes"]]
            slot, route = draw.choose(
                act["movement"], host["seed"], guest["seed"], core["slots"], weights
            )
            leaves = core["first"] + slot * core["slot_ms"]
            self.draws[act["movement"]] = (leaves, core["routes"][route][0])
            reach(known, "drawn", e)
        known["reveals"] = reveals

    def on_stage_released(self, e, act):
        known = self.at(act, "sealed", "drawn", "under_way", "held")
        late = act["stage"] in ("minute", "route")
        times = [it["not_before"] for it in known["plan"]["disclosures"]
                 if it["stage"] == act["stage"]]
        unless(times, "not-on-the-list")
        unless(e.at >= max(*times, known["plan"]["draw_at"] if late else times[0]), "too-early")
        unless(not late or len(known["reveals"]) == 2, "draw-incomplete")
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
        names = ("pass", "movement", "holder", "zone", "window")
        unless(all(claims[it] == act[it] for it in names), "bad-pass")
        self.passes[act["pass"]] = {
            **act, "claims": claims, "countersigned": False, "revoked": False,
        }

    def on_pass_countersigned(self, e, act):
        unless(act["pass"] in self.passes, "unknown-pass")
        known = self.passes[act["pass"]]
        unless(not known["countersigned"] and not known["revoked"], "wrong-state")
        self.consented(e, known["movement"])
        claims = self.claims(act["code"], ["host", "guest"])
        self.welcome(e, [claims["holder"]])
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
        unless(len(known["reveals"]) == 2, "draw-incomplete")
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
                it["revoked"] |= it["claims"]["holder"] == what.get(0)
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
