"""Figures: who was on duty when under which consent, minutes without any, ceilings passed.

Written from docs/formats/audit.md, "Figures".
"""

from dataclasses import dataclass

from agreement import FAR, MINUTE
from judge import counted


@dataclass
class Duty:
    """A stay of guest personnel and the parts of it that no consent covered."""

    what: str
    heads: int
    since: int
    until: int
    leases: list
    gaps: list

    @property
    def minutes(self):
        return sum(-(-(end - start) // MINUTE) * self.heads for start, end in self.gaps)


def less(spans, start, end):
    """Spans less what lies from start to end."""
    found = []
    for a, b in spans:
        found += [(a, min(b, start)), (max(a, end), b)] if start < end else [(a, b)]
    return [(a, b) for a, b in found if a < b]


def grace(state, name):
    """The time to stand down, by the newest text in force."""
    text = state.agreements[name].text if name in state.agreements else None
    return text.grace if text else 0


def covered(state, subject, name):
    """When consent covered a subject, time to stand down included, and by which leases."""
    extra = grace(state, name)
    leases = {
        key: (it.since, it.end + extra)
        for key, it in state.leases.items() if it.subject == subject
    }
    spans = list(leases.values())
    if subject[0] == "deployment":
        terms = state.deployments[subject[1]]["terms"]
        for it in state.closures.get(name, []):
            if it["rung"] == terms["rung"] and it["zone"] in (None, terms["zone"]):
                opened = FAR if it["opened"] is None else it["opened"]
                spans = less(spans, it["closed"] + extra, opened)
    return leases, spans


def duties(state, now):
    """Every stay of guest personnel: those of tasks, and those that void statements admit."""
    found = []
    for name, task in state.tasks.items():
        if task["started"] is None:
            continue
        until = now if task["ended"] is None else task["ended"]
        agreement = state.deployments[task["deployment"]]["agreement"]
        leases, spans = covered(state, ("deployment", task["deployment"]), agreement)
        found.append(stay(name, len(task["units"]), (task["started"], until), leases, spans))
    for it in state.unlawful:
        until = now if it.until is None else it.until
        found.append(stay(it.what, it.heads, (it.since, until), {}, []))
    return found


def convoys(state, now):
    """Movements on the road, and the parts of their way that no consent covered."""
    found = []
    for name, it in state.movements.items():
        if it["departed"]:
            over = [at for stands, at in it["past"] if stands in ("arrived", "aborted")]
            leases, spans = covered(state, ("movement", name), it["agreement"])
            span = (it["departed"], over[0] if over else now)
            found.append(stay(name, 1, span, leases, spans))
    return found


def stay(what, heads, span, leases, spans):
    gaps = [span] if span[0] < span[1] else []
    for start, end in spans:
        gaps = less(gaps, start, end)
    under = [name for name, it in leases.items() if it[0] < span[1] and span[0] < it[1]]
    return Duty(what, heads, *span, under, sorted(gaps))


# ---- Ceilings at every instant ------------------------------------------------------------------

KINDS = ("persons", "vehicles", "armed")


def ceilings(state, now):
    """Every ceiling that leases, or people on duty, ever passed.

    Every instant is held against the text that was in force then.
    """
    found = []
    for name, agreement in state.agreements.items():
        leases = slots(state, name)
        present = presences(state, name, now)
        for number, (since, text) in enumerate(agreement.versions):
            later = agreement.versions[number + 1:]
            span = (since, later[0][0] if later else FAR)
            for who, held in (("leases", leases), ("on duty", present)):
                found += passed(text, who, held, span)
    return found


def slots(state, name):
    """Leases as (window, (persons, vehicles, armed), category, zone)."""
    held = []
    for lease in state.leases.values():
        if lease.subject[0] == "deployment":
            if state.deployments[lease.subject[1]]["agreement"] == name:
                held.append(state.strength(lease))
    return [it for it in held if it]


def presences(state, name, now):
    """People on duty, whoever let them: vehicles are known of leases alone."""
    def one(task, span):
        deployment = state.deployments[task["deployment"]]
        terms = deployment["terms"]
        persons, _, armed = counted(terms, len(task["units"]))
        if deployment["agreement"] == name and span[0] < span[1]:
            return [(span, (persons, 0, armed), terms["category"], terms["zone"])]
        return []

    held = []
    for task in state.tasks.values():
        if task["started"] is not None:
            held += one(task, (task["started"], now if task["ended"] is None else task["ended"]))
    for it in state.unlawful:
        if it.what in state.tasks:
            held += one(state.tasks[it.what], (it.since, now if it.until is None else it.until))
    return held


def passed(text, who, held, span):
    found = []
    for category, zone in sorted({it[2:] for it in held}):
        mine = [it for it in held if it[2:] == (category, zone)]
        most, at_worst = text.ceiling(category, zone), {}
        for at in sorted({max(it[0][0], span[0]) for it in mine}):
            if span[0] <= at < span[1]:
                now = [it[1] for it in mine if it[0][0] <= at < it[0][1]]
                for kind, reached, top in zip(KINDS, map(sum, zip(*now)), most):
                    if reached > max(top, at_worst.get(kind, (0, 0))[0]):
                        at_worst[kind] = (reached, at)
        for kind, (reached, at) in at_worst.items():
            top = most[KINDS.index(kind)]
            found.append((who, kind, category, zone, reached, top, at))
    return found
