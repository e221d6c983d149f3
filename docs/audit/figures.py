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


def left(known):
    """From when on the host has ended a lower text; one that the guest ended goes on to bind."""
    return known.ended[2] if known.ended and known.ended[0] == "host" else FAR


def end_of(state, lease):
    """No later than the last grant or renewal that the agreed witnesses cosigned."""
    return min(lease.end, state.counts_until(lease))


def grace(state, name, zone, at):
    """The shortest time to stand down that a text in force at that moment leaves."""
    times = []
    for it in [name, *state.below(name)] if name in state.agreements else []:
        known = state.agreements[it]
        texts = [text for since, text in known.versions if since <= at]
        if it == name:
            texts = texts or [text for _, text in known.versions[:1]]
        elif at >= left(known):
            continue
        own = texts[-1].first("host_consent") if texts and texts[-1].speaks_of(zone) else None
        times += [own["stop_within_minutes"] * MINUTE] if own else []
    return min(times, default=0)


def paused(state, name, zone, scopes):
    """When an agreement, or a text below that speaks of the zone, stopped one of the scopes."""
    found = []
    for it in [name, *state.below(name)] if name in state.agreements else []:
        known = state.agreements[it]
        if it == name or known.text.speaks_of(zone):
            last = FAR if it == name else left(known)
            found += [(since, min(until, last)) for scope, _, since, until in known.pauses
                      if scope in scopes]
    return found


def place(state, subject):
    """The agreement, the zone and the category that a subject is about."""
    if subject[0] == "deployment":
        it = state.deployments[subject[1]]
        return it["agreement"], it["terms"]["zone"], it["terms"]["category"]
    it = state.movements[subject[1]]
    return it["agreement"], it["zone"], None


def stood_down(state, name, zone, spans):
    """What is stopped counts from the time on that it takes to stand down."""
    return [(since + grace(state, name, zone, since), until) for since, until in spans]


def stopped(state, subject):
    """When a subject had no authority, whatever its leases said."""
    name, zone, category = place(state, subject)
    known = state.agreements.get(name)
    stops = [(known.ended[2], FAR)] if known and known.ended else []
    stops += paused(state, name, zone, [("whole", None), ("zone", zone), ("category", category)])
    if subject[0] == "deployment":
        terms = state.deployments[subject[1]]["terms"]
        stops += [
            (it["closed"], FAR if it["opened"] is None else it["opened"])
            for it in state.closures.get(name, [])
            if it["rung"] == terms["rung"] and it["zone"] in (None, zone)
        ]
    return stood_down(state, name, zone, stops)


def leased(state, subject):
    """The leases of a subject, time to stand down included, less what stopped them."""
    name, zone, _ = place(state, subject)
    stops, found = stopped(state, subject), {}
    for key, it in state.leases.items():
        if it.subject == subject:
            end = end_of(state, it)
            spans = [(it.since, end + grace(state, name, zone, end))] if it.since <= end else []
            for stop in stops:
                spans = less(spans, *stop)
            found[key] = spans
    return found


def duties(state, now):
    """Every stay of guest personnel: those of tasks, and those that void statements admit."""
    found = []
    for name, task in state.tasks.items():
        if task["started"] is None:
            continue
        until = now if task["ended"] is None else task["ended"]
        subject, span = ("deployment", task["deployment"]), (task["started"], until)
        leases = leased(state, subject)
        found.append(stay(name, len(task["units"]), span, leases))
        found += [stay(*it) for it in alone(state, task, subject, span, leases)]
    for name in state.deployments:
        found += crowds(state, name, now)
    for it in state.unlawful:
        until = now if it.until is None else it.until
        found.append(stay(it.what, it.heads, (it.since, until), {}))
    return found


def alone(state, task, subject, span, leases):
    """Who was suspended in person, while the others were covered."""
    name, zone, _ = place(state, subject)
    for unit in task["units"]:
        for since, until in stood_down(state, name, zone,
                                       paused(state, name, zone, [("person", unit)])):
            there = (max(since, span[0]), min(until, span[1]))
            gaps = [there] if there[0] < there[1] else []
            for lease in sum(leases.values(), []):
                gaps = less(gaps, *lease)
            common = [there] if there[0] < there[1] else []
            for gap in gaps:
                common = less(common, *gap)
            for it in common:
                yield unit, 1, it, {}


def crowds(state, name, now):
    """People of a deployment beyond the persons of its leases, where one lives."""
    leases = [
        (since, until, state.leases[key].heads)
        for key, spans in leased(state, ("deployment", name)).items()
        for since, until in spans if since < until
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
            found.append(stay(name, over, (last.since, end), {}))
        elif over > 0:
            found.append(stay(name, over, (start, end), {}))
    return found


def convoys(state, now):
    """Movements on the road, and the parts of their way that no consent covered."""
    found = []
    for name, it in state.movements.items():
        if it["departed"]:
            stood = [stands for stands, _ in it["past"]]
            road = it["past"][stood.index("under_way"):]
            over = [at for stands, at in road if stands in ("arrived", "aborted")]
            span = (it["departed"], over[0] if over else now)
            found.append(stay(name, 1, span, leased(state, ("movement", name))))
    return found


def stay(what, heads, span, leases):
    gaps = [span] if span[0] < span[1] else []
    for start, end in sum(leases.values(), []):
        gaps = less(gaps, start, end)
    under = [name for name, spans in leases.items()
             if any(it[0] < span[1] and span[0] < it[1] for it in spans)]
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
