"""The text of an agreement: its root, its provisions, and what it says to a question.

Written from docs/formats/agreement.md (root) and audit.md, "What a text says". It reads the
typed provisions plainly, one after the other, and knows nothing of Cedar.
"""

import hashlib
import re
import tomllib
from datetime import datetime, timezone

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


class Text:
    """A text, read; `provisions` holds (article, kind, what) in the order of the text."""

    def __init__(self, source):
        try:
            document = tomllib.loads(source)
            self.agreement, self.host = document["agreement"], document["host"]
            self.guest, articles = document["guest"], document["article"]
            self.conditions = {it["name"]: it["by"] for it in document.get("condition", [])}
            need("under" not in document, "a lower text does not bind alone")
            need(not any("withheld" in it for it in articles), "a redacted copy does not bind")
            words = ("number", "heading", "text", "restricted")
            self.articles = [it["number"] for it in articles]
            self.provisions = [
                (it["number"], kind, what)
                for it in articles for kind, what in it.items() if kind not in words
            ]
            consent = self.first("host_consent")
            self.lease = consent["lease_minutes_max"] * MINUTE
            self.fresh = consent["freshness_seconds"] * 1_000
            self.grace = consent["stop_within_minutes"] * MINUTE
            self.suspension = self.first("suspension")
            self.binds()
            period = self.first("period")
            self.period = (moment(period["from"]), moment(period["until"])) if period else None
            self.source, self.root = source, root(source)
        except (KeyError, TypeError, ValueError) as cause:
            raise Malformed(f"the text cannot be read: {cause}") from cause

    def binds(self):
        """audit.md, "What binds"."""
        kinds = [kind for _, kind, _ in self.provisions]
        for kind in set(kinds) - {"territory_and_zones", "ceilings", "permitted_tasks"}:
            need(kinds.count(kind) == 1, f"two articles provide `{kind}`")
        for kind in "parties_and_authorities territory_and_zones host_consent suspension".split():
            need(kind in kinds, f"no article provides `{kind}`")
        zones = self.zones()
        need(len(set(zones)) == len(zones), "a zone is drawn twice")
        need("host" in self.suspension["by"] and "whole" in self.suspension["extents"],
             "the host cannot suspend the whole")
        limits = [(it["category"], it["zone"]) for it in self.items("ceilings")]
        need(len(set(limits)) == len(limits), "two ceilings of one thing")
        for it in self.items("permitted_tasks"):
            pairs = {(category, zone) for category in it["categories"] for zone in it["zones"]}
            need(pairs <= set(limits), "a permit without a ceiling")

    def all(self, kind):
        return [what for _, known, what in self.provisions if known == kind]

    def first(self, kind):
        return next(iter(self.all(kind)), None)

    def items(self, kind):
        """The tables of every article of that kind."""
        return [it for what in self.all(kind) for it in what]

    def ceiling(self, category, zone):
        """Persons, vehicles, armed; nothing where none is agreed."""
        for it in self.items("ceilings"):
            if (it["category"], it["zone"]) == (category, zone):
                return it["headcount_max"], it["vehicles_max"], it["armed_max"]
        return 0, 0, 0

    def zones(self):
        return [it["zone"] for it in self.items("territory_and_zones")]


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
    open_zones = [it["zone"] for it in text.items("territory_and_zones") if it["allowed"]]
    guard(zone in open_zones, "not-permitted")
    for listed in text.all("purpose"):
        guard(q["purpose"] in listed, "not-permitted")
    for listed in text.all("personnel_categories"):
        guard(category is None or category in listed, "not-permitted")
    # Consent.
    if deed in (*DUTY, "depart"):
        guard(f["consent_live"], "no-live-consent")
        guard(f["host_heard"], "host-not-heard")
    guard(f["rung_open"], "rung-closed")
    # Notice; an emergency makes it shorter.
    notice, emergency = text.first("advance_notice"), text.first("emergency_and_evacuation")
    short = emergency and f["emergency"] and f["notice_ms"] >= emergency["notice_minutes"] * MINUTE
    if deed in ("notice", "move") and notice:
        guard(short or f["notice_ms"] >= notice["urgent_hours"] * HOUR, "notice-too-short")
    guard(notice or deed not in MOVES, "notice-too-short")
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
    if category is not None:
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
    # Arms: without an article everybody is unarmed.
    if arms is not None:
        guard(arms == "unarmed" or any(
            it["category"] == category and zone in it["zones"]
            and upto("arms", arms, it["class_max"]) for it in text.items("arms")
        ), "not-permitted")
    # Technical surveillance names its sensor; no act does yet.
    if text.all("sensors_and_drones"):
        guard(deed not in DUTY or task != "technical_surveillance", "not-permitted")
    for it in text.all("vehicles"):
        weak = q.get("armour") and not upto("armour", it["armour_min"], q["armour"])
        guard(not weak and (deed != "depart" or q.get("armour")), "not-permitted")
    # And one article, not suspended, must permit it.
    awake = [it for it in text.provisions if it[0] not in f["suspended_articles"]]
    permit = {True: "territory_and_zones", False: "permitted_tasks"}[category is None]
    fitting = [
        article for article, kind, what in text.provisions if kind == permit
        and any(fits(it, q) for it in what)
    ]
    standing = [article for article in fitting if article in {it[0] for it in awake}]
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
