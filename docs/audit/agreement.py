"""The text of an agreement: its root, its provisions, and what it says to a question.

Written from docs/formats/agreement.md (root, lower instruments), decision 0009 and audit.md,
"What binds" and "What a text says". It reads the typed provisions plainly, one after the other,
and knows nothing of Cedar.
"""

import hashlib
import re
import tomllib
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import cached_property, lru_cache

from acts import WORDS, Malformed, need

MINUTE = 60_000
HOUR, DAY = 60 * MINUTE, 24 * 60 * MINUTE


def digest(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# ---- agreement.md, "Root" -----------------------------------------------------------------------


def cut(text):
    """The preamble and the articles; comment lines right above an article belong to it."""
    parts, comments = [[]], []
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        if line.rstrip() == "[[article]]":
            parts.append([*comments, line])
            comments = []
        elif line.startswith("#"):
            comments.append(line)
        else:
            parts[-1] += [*comments, line]
            comments = []
    parts[-1] += comments
    return ["".join(lines) for lines in parts]


def quoted(part, key):
    found = re.search(rf'^{key} = "([^"\n]*)"\r?$', part, re.MULTILINE)
    return found.group(1) if found else ""


def root(text):
    """What the parties sign."""
    preamble, *articles = cut(text)
    salt, salts, kept = "", [], []
    for line in re.findall(r"[^\n]*\n|[^\n]+", preamble):
        one = re.fullmatch(r'salt = "([^"]*)"\n', line)
        many = re.fullmatch(r'salts = \[("[^"]*"(?:, "[^"]*")*)\]\n', line)
        if one and not salt:
            salt = one.group(1)
        elif many and not salts:
            salts = re.findall(r'"([^"]*)"', many.group(1))
        else:
            kept.append(line)
    leaves = []
    for index, part in enumerate(["".join(kept), *articles]):
        derived = digest(
            b"safeconduct/agreement/salt/1\n", salt.encode(), b"\n", str(index).encode()
        ).hex()
        own = salts[index] if index < len(salts) else derived
        inside = digest(
            b"safeconduct/agreement/part/1\n", own.encode(), b"\n", part.encode()
        )
        title, hidden = quoted(part, "number"), quoted(part, "withheld")
        if part == f'[[article]]\nnumber = "{title}"\nwithheld = "{hidden}"\n\n' and hidden:
            inside = bytes.fromhex(hidden)
        leaves.append(digest(b"\x00", title.encode(), b"\n", inside))
    return tree(leaves)


def tree(leaves):
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return digest(b"\x01", tree(leaves[:half]), tree(leaves[half:]))


# ---- Provisions ---------------------------------------------------------------------------------


def moment(text):
    read = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return int(read.timestamp()) * 1_000


REPEATABLE = {"territory_and_zones", "ceilings", "permitted_tasks"}
REQUIRED = "parties_and_authorities territory_and_zones host_consent suspension".split()
# What holds in both directions whenever anything does (decision 0009): it only binds.
BOTH = {*REQUIRED, "period", "languages", "personnel_categories"}
RANKS = "agreement annex memorandum operational_plan sop".split()


@dataclass(frozen=True, eq=False)
class Document:
    """A text, read; `provisions` holds (article, kind, what) in the order of the text."""

    agreement: str
    rank: int
    under: str | None
    host: str
    guest: str
    conditions: dict
    articles: tuple
    provisions: tuple
    root: bytes

    def mirrored(self):
        """As it holds in the guest's territory; nothing if nothing does."""
        both = [what["kinds"] for _, kind, what in self.provisions if kind == "reciprocity"]
        if not both:
            return None
        kept = BOTH | set(both[0]) - {"reciprocity"}
        return replace(
            self, host=self.guest, guest=self.host,
            provisions=tuple(it for it in self.provisions if it[1] in kept),
        )


@lru_cache(maxsize=256)
def document(source):
    try:
        read = tomllib.loads(source)
        articles = read["article"]
        need(not any("withheld" in it for it in articles), "a redacted copy does not bind")
        rank = RANKS.index(read.get("instrument", "agreement"))
        under = read.get("under")
        need((under is None) == (rank == 0), "an agreement stands under none, the others do")
        need(read["host"] != read["guest"], "two parties")
        numbers = tuple(it["number"] for it in articles)
        need(len(set(numbers)) == len(numbers), "a number for each article")
        words = ("number", "heading", "text", "restricted")
        return Document(
            read["agreement"], rank, under, read["host"], read["guest"],
            {it["name"]: it["by"] for it in read.get("condition", [])}, numbers,
            tuple((it["number"], kind, what)
                  for it in articles for kind, what in it.items() if kind not in words),
            root(source),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as cause:
        raise Malformed(f"the text cannot be read: {cause}") from cause


class Text:
    """A document that can bind, and the text above it if it is a lower one."""

    def __init__(self, read, above=None):
        self.document, self.above = read, above
        self.root, self.provisions, self.articles = read.root, read.provisions, read.articles
        try:
            self.binds()
            if above:
                self.narrows()
            elif self.all("reciprocity"):
                Text(read.mirrored())
        except (KeyError, TypeError, ValueError, AttributeError) as cause:
            raise Malformed(f"the text cannot bind: {cause}") from cause

    # -- audit.md, "What binds" --

    def binds(self):
        kinds = [kind for _, kind, _ in self.provisions]
        for kind in set(kinds) - REPEATABLE:
            need(kinds.count(kind) == 1, f"two articles provide `{kind}`")
        for kind in REQUIRED:
            need(self.above or kind in kinds, f"no article provides `{kind}`")
        drawn = self.items("territory_and_zones")
        need(len({it["zone"] for it in drawn}) == len(drawn), "a zone is drawn twice")
        need(not drawn or any(it["allowed"] for it in drawn), "no zone is allowed")
        need("host" in self.suspension["by"] and "whole" in self.suspension["extents"],
             "the host cannot suspend the whole")
        limits = [(it["category"], it["zone"]) for it in self.items("ceilings")]
        need(len(set(limits)) == len(limits), "two ceilings of one thing")
        for it in self.items("permitted_tasks"):
            pairs = [(category, zone) for category in it["categories"] for zone in it["zones"]]
            need(all(self.limit(*pair) for pair in pairs), "a permit without a ceiling")
        for it in self.named():
            need(all(self.zones().get(zone) for zone in it), "a zone that is not there, or closed")
        for kind in ("ceilings", "permitted_tasks", "arms", "accreditation_and_training"):
            for it in self.items(kind):
                one = it.get("categories", [it.get("category")])
                need(set(one) <= set(self.categories), "a category that is not listed")
        # What is asked is read once, so that a text that lacks it is no text.
        _ = self.lease, self.fresh, self.grace, self.period, self.urgent

    def narrows(self):
        """A lower text ranks lower, and does nothing for longer, later or softer."""
        own, above = self.document, self.above
        need(own.under == above.document.agreement, "under another family")
        need(own.rank > above.document.rank, "it does not rank lower")
        need((own.host, own.guest) == (above.document.host, above.document.guest), "other parties")
        for it in self.items("territory_and_zones"):
            need(it["zone"] in above.zones(), "a zone that is not drawn above")
            need(above.zones()[it["zone"]] or not it["allowed"], "a zone that is excluded above")
        need(set(self.categories) <= set(above.categories), "a category that may not come")
        for what in ("lease", "fresh", "skew", "grace"):
            need(getattr(self, what) <= getattr(above, what), f"a longer {what}")
        if self.urgent is not None and above.urgent is not None:
            need(self.urgent >= above.urgent, "a shorter notice")

    # -- What it says, or leaves to the text above it --

    def all(self, kind):
        return [what for _, known, what in self.provisions if known == kind]

    def first(self, kind):
        return next(iter(self.all(kind)), None)

    def or_above(self, kind):
        """The provision of the text, or of the nearest one above that has it."""
        own = self.first(kind)
        return own if own is not None or not self.above else self.above.or_above(kind)

    def items(self, kind):
        """The tables of every article of that kind."""
        return [it for what in self.all(kind) for it in what]

    @cached_property
    def lease(self):
        return self.or_above("host_consent")["lease_minutes_max"] * MINUTE

    @cached_property
    def fresh(self):
        return self.or_above("host_consent")["freshness_seconds"] * 1_000

    @cached_property
    def skew(self):
        return self.or_above("host_consent")["skew_seconds"] * 1_000

    @cached_property
    def grace(self):
        return self.or_above("host_consent")["stop_within_minutes"] * MINUTE

    @cached_property
    def witnesses(self):
        """How many of which verifier keys must have cosigned a head over a grant."""
        said = self.or_above("host_consent")
        return said.get("witness_quorum", 0), set(said.get("witnesses", []))

    @cached_property
    def hybrid(self):
        """Does a head count only with an ML-DSA-44 line?"""
        return bool(self.or_above("host_consent").get("hybrid_heads", False))

    @cached_property
    def suspension(self):
        return self.or_above("suspension")

    @cached_property
    def categories(self):
        return self.or_above("personnel_categories") or []

    @cached_property
    def period(self):
        period = self.or_above("period")
        return (moment(period["from"]), moment(period["until"])) if period else None

    @cached_property
    def urgent(self):
        notice = self.or_above("advance_notice")
        return notice["urgent_hours"] * HOUR if notice else None

    def termination(self):
        return self.first("termination")

    def limit(self, category, zone):
        """The ceiling of the text, or of the nearest one above that has one."""
        for it in self.items("ceilings"):
            if (it["category"], it["zone"]) == (category, zone):
                return it
        return self.above.limit(category, zone) if self.above else None

    def ceiling(self, category, zone):
        """Persons, vehicles, armed; nothing where none is agreed."""
        it = self.limit(category, zone)
        return (it["headcount_max"], it["vehicles_max"], it["armed_max"]) if it else (0, 0, 0)

    def zones(self):
        """Every zone and whether it is allowed; a text that draws none has those above it."""
        drawn = {it["zone"]: it["allowed"] for it in self.items("territory_and_zones")}
        return drawn if drawn or not self.above else self.above.zones()

    def named(self):
        """The lists of zones of what it permits and bounds."""
        kinds = ("ceilings", "permitted_tasks", "arms", "sensors_and_drones")
        return [it.get("zones", [it.get("zone")]) for kind in kinds for it in self.items(kind)]

    def speaks_of(self, zone):
        """agreement.md, "Lower instruments"."""
        named = {it for zones in self.named() for it in zones}
        draws = self.items("territory_and_zones")
        return not self.above or bool(draws) or not named or zone in named


@lru_cache(maxsize=256)
def bound(read, above):
    """One text under one other is compiled once."""
    return Text(read, above)


# ---- audit.md, "What a text says" ---------------------------------------------------------------

MOVES = ("notice", "move", "depart")
DUTY = ("order_task", "enter")
FAR = 2**63 - 1


def upto(kind, word, most):
    return WORDS[kind].index(word) <= WORDS[kind].index(most)


def answer(text, deed, q, f):
    """The reasons for a no; none is a yes. `q` is what is asked, `f` what the ledgers say."""
    no = set()

    def guard(fact, reason):
        if not fact:
            no.add(reason)

    zone, category, task, arms = (q.get(it) for it in ("zone", "category", "task", "arms"))
    # Force, period, suspension, territory, purpose, category.
    guard(f["in_force"], "not-in-force")
    guard(not text.period or text.period[0] <= q["at"] < text.period[1], "not-in-force")
    guard(not f["suspended"], "suspended")
    if text.all("territory_and_zones"):
        guard(text.zones().get(zone), "not-permitted")
    for listed in text.all("purpose"):
        guard(q["purpose"] in listed, "not-permitted")
    for listed in text.all("personnel_categories"):
        guard(category is None or category in listed, "not-permitted")
    # Consent.
    if text.all("host_consent"):
        if deed in (*DUTY, "depart"):
            guard(f["consent_live"], "no-live-consent")
            guard(f["host_heard"], "host-not-heard")
        guard(f["rung_open"], "rung-closed")
    # Notice; an emergency makes it shorter.
    notice, emergency = text.first("advance_notice"), text.first("emergency_and_evacuation")
    short = emergency and f["emergency"] and f["notice_ms"] >= emergency["notice_minutes"] * MINUTE
    if deed in ("notice", "move") and notice:
        guard(short or f["notice_ms"] >= notice["urgent_hours"] * HOUR, "notice-too-short")
    guard(notice or text.above or deed not in MOVES, "notice-too-short")
    # Who has shown what, licences, stays.
    if deed in DUTY and text.all("accreditation_and_training"):
        guard(f["accredited"], "not-permitted")
    for it in text.all("psc_licensing"):
        if deed in (*DUTY, "deploy") and category in it["categories"]:
            guard(f["licensed"], "not-permitted")
    for it in text.all("rotation"):
        guard(deed != "deploy" or f["stay_ms"] <= it["days_max"] * DAY, "not-permitted")
        guard(deed != "order_task" or f["absent_ms"] >= it["gap_days_min"] * DAY, "not-permitted")
    # Ceilings: persons, vehicles, armed.
    if category is not None and text.all("ceilings"):
        most = text.ceiling(category, zone)
        guard(all(now <= top for now, top in zip(f["after"], most)), "ceiling-reached")
    # Officers of the host, command, cordon.
    for it in text.items("host_presence"):
        if deed in DUTY and task in it["tasks"]:
            guard(f["guests_per_officer"] <= it["guests_per_officer_max"], "not-permitted")
    for it in text.all("command_and_instructions"):
        guard(deed != "order_task" or q["ordered_by"] in it["orders_by"], "not-permitted")
    for it in text.all("cordon_roles"):
        guard(it["inner"] == "guest" or task != "inner_cordon", "not-permitted")
    # Arms: without an article everybody is unarmed, or as the text above says.
    if arms is not None and (text.all("arms") or not text.above):
        guard(arms == "unarmed" or any(
            it["category"] == category and zone in it["zones"]
            and upto("arms", arms, it["class_max"]) for it in text.items("arms")
        ), "not-permitted")
    # A sensor that is named is listed here, and technical surveillance on duty names one.
    sensing = q.get("sensing")
    if text.all("sensors_and_drones"):
        guard(sensing or deed not in DUTY or task != "technical_surveillance", "not-permitted")
        guard(not sensing or any(
            it["sensor"] == sensing["sensor"] and zone in it["zones"]
            and sensing["altitude"] <= it["altitude_m_max"]
            for it in text.items("sensors_and_drones")
        ), "not-permitted")
    for it in text.all("vehicles"):
        weak = q.get("armour") and not upto("armour", it["armour_min"], q["armour"])
        guard(not weak and (deed != "depart" or q.get("armour")), "not-permitted")
    # And one article, not suspended, must permit it.
    permit = {True: "territory_and_zones", False: "permitted_tasks"}[category is None]
    if text.above and not text.all(permit):
        return no  # left to the text above
    fitting = [
        article for article, kind, what in text.provisions if kind == permit
        and any(fits(it, q) for it in what)
    ]
    standing = set(fitting) - f["suspended_articles"]
    guard(standing or not fitting, "suspended")
    guard(fitting, "not-permitted")
    return no


def fits(it, q):
    if q.get("category") is None:
        return it["allowed"] and it["zone"] == q["zone"]
    return (
        q["category"] in it["categories"]
        and q["task"] == it["task"]
        and q["zone"] in it["zones"]
        and upto("rung", q["rung"], it["rung_max"])
    )
