"""Figures: who was on duty when under which consent, minutes without any, ceilings passed.

Written from docs/formats/audit.md, "Figures".
"""

from dataclasses import dataclass

from agreement import FAR, MINUTE


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
    """The time to stand down, by the agreement in force."""
    text = state.agreements[name].text if name in state.agreements else None
    return text.grace if text else 0


def end_of(state, lease):
    """No later than the last grant or renewal that the agreed witnesses cosigned."""
    return min(lease.end, state.counts_until(lease))


def covered(state, subject, name):
    """When consent covered a subject, time to stand down included, and by which leases."""
    extra = grace(state, name)
    leases = {
        key: (it.since, end_of(state, it) + extra)
        for key, it in state.leases.items()
        if it.subject == subject and it.since < end_of(state, it)
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
    for name in state.deployments:
        found += crowds(state, name, now)
    for it in state.unlawful:
        until = now if it.until is None else it.until
        found.append(stay(it.what, it.heads, (it.since, until), {}, []))
    return found


def crowds(state, name, now):
    """People of a deployment beyond the persons of its leases, where one lives."""
    extra = grace(state, state.deployments[name]["agreement"])
    leases = [
        (it.since, end_of(state, it) + extra, it.heads) for it in state.leases.values()
        if it.subject == ("deployment", name) and it.since < end_of(state, it) + extra
    ]
    stays = [
        (it["started"], now if it["ended"] is None else it["ended"], len(it["units"]))
        for it in state.tasks.values() if it["deployment"] == name and it["started"] is not None
    ]
    stays = [it for it in stays if it[0] < it[1]]
    steps = sorted({at for it in leases + stays for at in it[:2]})
    found = []
    for start, end in zip(steps, steps[1:]):
        most = [heads for since, until, heads in leases if since <= start < until]
        there = sum(heads for since, until, heads in stays if since <= start < until)
        over = there - max(most) if most else 0
        if over > 0 and found and found[-1].until == start and found[-1].heads == over:
            last = found.pop()
            found.append(stay(name, over, (last.since, end), {}, []))
        elif over > 0:
            found.append(stay(name, over, (start, end), {}, []))
    return found


def convoys(state, now):
    """Movements on the road, and the parts of their way that no consent covered."""
    found = []
    for name, it in state.movements.items():
        if it["departed"]:
            stood = [stands for stands, _ in it["past"]]
            road = it["past"][stood.index("under_way"):]
            over = [at for stands, at in road if stands in ("arrived", "aborted")]
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


@dataclass
class Overrun:
    """A ceiling that was passed, the highest number reached, and the first moment of that."""

    agreement: str
    held: str  # leases, on_duty
    counted: str
    category: str
    zone: str
    reached: int
    most: int
    at: int


def ceilings(state):
    """Every ceiling of an agreement that leases, or people on duty, ever passed.

    Every instant is held against the text that was in force then.
    """
    held = {
        "leases": [it for it in map(state.strength, state.leases.values()) if it],
        "on_duty": list(presences(state)),
    }
    found = []
    for name, agreement in state.agreements.items():
        if agreement.under:
            continue
        for number, (since, text) in enumerate(agreement.versions):
            later = agreement.versions[number + 1:]
            span = (since, later[0][0] if later else FAR)
            for who, what in held.items():
                found += [Overrun(name, who, *it) for it in passed(text, what, span)]
    return found


def presences(state):
    """People whose start is not void, whoever let them: (window, strength, category, zone)."""
    for where in {(it["terms"]["category"], it["terms"]["zone"])
                  for it in state.deployments.values()}:
        for task, people in state.on_duty(*where):
            ended = FAR if task["ended"] is None else task["ended"]
            if task["started"] < ended:
                yield (task["started"], ended), people, *where


def passed(text, held, span):
    """What goes beyond a text's ceilings while it was in force, in the zones that it draws."""
    for category, zone in sorted({it[2:] for it in held}):
        mine = [it for it in held if it[2:] == (category, zone)]
        starts = sorted({max(it[0][0], span[0]) for it in mine}) if zone in text.zones() else []
        worst, most = {}, text.ceiling(category, zone)
        for at in [it for it in starts if span[0] <= it < span[1]]:
            now = [it[1] for it in mine if it[0][0] <= at < it[0][1]]
            for kind, reached, top in zip(KINDS, map(sum, zip(*now)), most):
                if reached > max(top, worst.get(kind, (0, 0, 0))[0]):
                    worst[kind] = (reached, top, at)
        for kind, it in worst.items():
            yield (kind, category, zone, *it)
