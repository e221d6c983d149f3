"""Small ledgers with keys of our own, for the tests: honest ones, and ones that no node would keep.

Everything here is made from docs/formats; a lie is a statement that is well signed and wrong.
"""

import base64
import itertools
import os

import cbor2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

import draw
from acts import CHOICES, LISTS, MAPS, NUMBERS, ROLES, WORDS, ACTS
from agreement import root
from formats import leaf, roots, sha256

START = 1_728_183_600_000  # 2024-10-06T03:00:00Z, inside the period of the exercise's text
MINUTE = 60_000
FOREVER = START + 365 * 86_400_000
ROUTE = "karachi-port-road"


def canon(value):
    return cbor2.dumps(value, canonical=True)


def raw(kind, value):
    """A value of a type in the form that is written: the inverse of `acts.value`."""
    if kind in WORDS:
        return WORDS[kind].index(value)
    if kind in MAPS:
        return fields(MAPS[kind], value)
    if kind == "span":
        return [value[0], value[1] - value[0]]
    if kind in LISTS:
        return [raw(LISTS[kind], one) for one in value]
    if kind in CHOICES:
        names = [name for name, _ in CHOICES[kind]]
        inner = CHOICES[kind][names.index(value[0])][1]
        return [names.index(value[0]), [raw(inner, value[1])] if inner else []]
    return list(value) if kind in ("window", "names") else value


def fields(spec, act):
    named = [it.replace("?", "").split(":") for it in spec.split()]
    unknown = set(act) - {name for name, _ in named}
    assert not unknown, unknown
    return {key: raw(kind, act[name]) for key, (name, kind) in enumerate(named) if name in act}


class Ed:
    """A file key."""

    def __init__(self):
        self.secret = ed25519.Ed25519PrivateKey.generate()
        form = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.public, self.algorithm = self.secret.public_key().public_bytes(*form), -8
        self.fields = {"kind": 0, "public": self.public}
        self.id = sha256(self.public)[:8]

    def sign(self, message):
        return self.secret.sign(message)


class Passkey:
    """An authenticator; `flags` and `client` let it lie."""

    def __init__(self, party="host.example"):
        self.secret = ec.generate_private_key(ec.SECP256R1())
        form = (serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
        self.public, self.algorithm = self.secret.public_key().public_bytes(*form), -7
        self.party, self.flags, self.client = party, 0x05, '{"type":"webauthn.get",%s}'
        self.fields = {"kind": 1, "public": self.public, "relying_party": party}
        self.id = sha256(self.public)[:8]

    def sign(self, message):
        challenge = base64.urlsafe_b64encode(sha256(message)).rstrip(b"=").decode()
        client = (self.client % f'"challenge":"{challenge}"').encode()
        data = sha256(self.party.encode()) + bytes([self.flags]) + bytes(4)
        signed = data + sha256(client)
        return canon([data, client, self.secret.sign(signed, ec.ECDSA(hashes.SHA256()))])


class Party:
    """One party's ledger in the making."""

    ids = itertools.count(1)

    def __init__(self, name, side):
        self.name, self.side = name, side
        self.root, self.node, self.officer = Ed(), Ed(), Ed()
        self.entries, self.other, self.at, self.bodies = [], None, START, []
        self.say("party_founded", self.root, party=name, names=["", "", ""], side=side,
                 root=self.root.fields, node=self.node.fields, sealing=b"")
        self.enrol(self.officer)

    def enrol(self, key, roles=ROLES[2:], until=FOREVER, **more):
        self.say("key_enrolled", self.root, person=f"{self.name}/officer", key=key.fields,
                 roles=roles, until=until, **more)

    @property
    def roots(self):
        return roots([leaf(entry) for entry, _ in self.entries])

    def seen(self, size=None, at=None):
        if self.other is None:
            return [0, bytes(32), 0]
        size = len(self.other.entries) if size is None else size
        return [size, self.other.roots[size], self.at if at is None else at]

    def say(self, word, signer=None, /, *, at=None, seen=None, origin=None, id=None, audience=None,
            content=None, header=None, **act):
        """Signs a statement and appends it; gives its id. Times are minutes after the start."""
        signer = signer or self.officer
        self.at = START + round(at * MINUTE) if at is not None else self.at
        number = NUMBERS[word]
        act = canon([number, [fields(ACTS[number][3], act)]]) if content is None else content
        salt = os.urandom(32)
        body = canon([salt, act])
        id = id or next(self.ids).to_bytes(16, "big")
        head = {
            0: 1, 1: number, 2: origin or self.name, 3: id, 4: self.at, 5: seen or self.seen(),
            6: audience or [1, []], 7: sha256(b"safeconduct/body/1\n", salt, act), 8: len(body),
        } | (header or {})
        content_type = "application/vnd.safeconduct.statement+cbor"
        protected = canon({1: signer.algorithm, 3: content_type, 4: signer.id})
        payload = canon(head)
        signature = signer.sign(canon(["Signature1", protected, b"", payload]))
        entry = canon(cbor2.CBORTag(18, [protected, {}, payload, signature]))
        self.entries.append((entry, body if head[6] == [1, []] else None))
        self.bodies.append(body)
        return id

    def head(self, size=None, root=None, state=None, at=None):
        """The text of a head, signed by its node and cosigned by both; `at` is a minute."""
        size = len(self.entries) if size is None else size
        lines = [self.name, str(size), base64.b64encode(root or self.roots[size]).decode()]
        text = "\n".join(lines + ([state] if state else [])) + "\n"
        newest = max(self.at, self.other.at if self.other else 0)
        seconds = (newest if at is None else START + round(at * MINUTE)) // 1_000
        note = text + "\n" + signature(self, 1, self.node.sign(text.encode()))
        for by in (self, self.other):
            if by:
                timed = f"cosignature/v1\ntime {seconds}\n{text}".encode()
                note += signature(by, 4, seconds.to_bytes(8, "big") + by.node.sign(timed))
        return note


def proof(leaves, size, whole=True):
    """That the tree of all leaves continues the one of the first `size` (RFC 6962, 2.1.2)."""
    if size == len(leaves):
        return [] if whole else [roots(leaves)[-1]]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if size <= half:
        return [*proof(leaves[:half], size, whole), roots(leaves[half:])[-1]]
    return [*proof(leaves[half:], size - half, False), roots(leaves[:half])[-1]]


def signature(by, kind, code):
    known = sha256(by.name.encode(), b"\n", bytes([kind]), by.node.public)[:4]
    return f"— {by.name} {base64.b64encode(known + code).decode()}\n"


def file(*parties, made=None):
    """The audit file of two parties."""
    ledgers = []
    for it in parties:
        entries = [{0: entry} | ({1: body} if body else {}) for entry, body in it.entries]
        ledgers.append({0: it.name, 1: it.head(), 2: entries})
    made = max(it.at for it in parties) if made is None else START + round(made * MINUTE)
    return canon({0: "safeconduct/audit/1", 1: made, 2: ledgers})


def pair(text, names=("host", "guest")):
    """A host and a guest with a text in force."""
    host, guest = Party(names[0], "host"), Party(names[1], "guest")
    host.other, guest.other = guest, host
    adopt(host, guest, text, 1)
    return host, guest


def adopt(host, guest, text, at, name="karachi-exercise", propose=True):
    if propose:
        host.say("agreement_proposed", at=at, agreement=name, text=text)
    for party in (host, guest):
        party.say("agreement_signed", at=at, agreement=name, text=root(text))


def request(guest, name, heads=4, at=5, **terms):
    terms = dict(
        zone=ROUTE, category="police", task="close_protection", rung="escort_inside_cordon",
        arms="unarmed", headcount=heads, vehicles=1, window=(START, START + 48 * 60 * MINUTE),
    ) | terms
    guest.say("deployment_requested", at=at, deployment=name, agreement="karachi-exercise",
              purpose="protect_persons", terms=terms)


def grant(host, name, deployment, heads=4, at=6, until=120):
    host.say("consent_granted", at=at, consent=name, subject=("deployment", deployment),
             until=START + until * MINUTE, headcount_max=heads)


def order(guest, name, deployment, heads=2, at=7, until=240, **more):
    guest.say("task_ordered", at=at, task=name, deployment=deployment,
              units=[f"{name}-{unit}" for unit in range(heads)],
              window=(START + at * MINUTE, START + until * MINUTE), **more)


# ---- A movement, from its notice to its departure -----------------------------------------------


def lock(host, guest, context, text):
    padded = text + b"\x80" + bytes(-(len(text) + 1) % 256)
    cipher = ChaCha20Poly1305(draw.derived(host, guest, b"key", context))
    return draw.derived(host, guest, b"binding", context) + cipher.encrypt(bytes(12), padded, None)


def pass_code(claims, *keys):
    """A pass, signed by these keys in this order."""
    payload, lines = canon(fields(MAPS["claims"], claims)), []
    for key in keys:
        own = canon({1: key.algorithm, 4: key.id})
        message = canon(["Signature", b"", own, b"safeconduct/pass/2", payload])
        lines.append([own, {}, key.sign(message)])
    return canon(cbor2.CBORTag(98, [b"", {}, payload, lines]))


def issue(guest, named, movement, basis=None, card=None, minutes=(1502, 1890), at=1547):
    """Issues a pass; gives what makes its code with these keys' signatures."""
    start, end = (START + it * MINUTE for it in minutes)
    says = {"pass": named, "zone": ROUTE, "window": (start, end)}
    rests = dict(salt=bytes(32), movement=movement, holder="v-1", consent="c-" + movement,
                 articles=["9"]) | (basis or {})
    data = canon(fields(MAPS["basis"], rests))
    claims = says | dict(index=7, appearance="white van", vehicle="EX 1", headcount=3,
                         task="close_protection", arms="unarmed", serials=[],
                         basis=sha256(data)[:16]) | (card or {})
    guest.say("pass_issued", at=at, code=pass_code(claims, guest.node), holder="v-1", basis=data,
              movement=movement, **says)
    return lambda *keys: pass_code(claims, *keys)


SEEDS, HALVES = {"host": b"h" * 32, "guest": b"g" * 32}, {"host": b"H" * 32, "guest": b"G" * 32}


def commit(party, name, menu, at=1504, **says):
    """A party's commitment in a draw of version 2."""
    made = draw.commitment(party.side, name, SEEDS[party.side], menu)
    party.say("draw_committed", at=at, **dict(movement=name, commitment=made, menu=menu) | says)


def share(party, name, at=1531, **says):
    """A party's share in a draw."""
    party.say("draw_revealed", at=at, **dict(
        movement=name, seed=SEEDS[party.side], half=HALVES[party.side]) | says)


def movement(host, guest, name="m-1", halves=None, basis=None, card=None, menu=None):
    """A convoy that leaves at minute 1,560, on the second day, under a lease to minute 1,620.

    With `menu` its plan binds both sides, and it stays sealed; gives the hash of the menu.
    `menu` may say `fallback`, a seed, and `inside`, what is sealed in place of a menu."""
    one = {"movement": name}
    salt, seeds, mine, halves = bytes(32), SEEDS, halves or {}, HALVES
    day, window = (
        (START + a * MINUTE, START + b * MINUTE) for a, b in ((1500, 1900), (1560, 1600))
    )
    asked = dict(purpose="protect_persons", criticality="pc2", window=window, seats=3, salt=salt)
    spec = ACTS[NUMBERS["movement_submitted"]][3]
    commitment = sha256(b"safeconduct/notice/1\n", canon(fields(spec, asked | one)))
    guest.say("capacity_noticed", at=5, agreement="karachi-exercise", zone=ROUTE, day=day, seats=4,
              armour="bullet_proof", escorts=1, commitment=commitment, **one)
    guest.say("movement_submitted", at=6, **asked, **one)
    host.say("movement_assessed", at=7, risk="medium", note="quiet", **one)
    host.say("consent_granted", at=1501, consent="c-" + name, subject=("movement", name),
             until=START + 1620 * MINUTE, headcount_max=3)
    guest.say("movement_approved", at=1502, **one)
    routes = [["r1", 2], ["r2", 1]]
    core = {0: salt, 1: window[0], 2: MINUTE, 3: 12, 4: routes, 5: "a", 6: "b"}
    if menu is not None:
        core |= {4: [["r1", 2, ["east", "west"]], ["r2", 1]], 7: ["v-1", "v-2", "v-3"]}
    core = canon(core)
    named = sha256(b"safeconduct/core/1\n", core)
    if menu is not None:
        core = menu.get("inside", core)
    sealed = lock(halves["host"], halves["guest"], f"{name} {named.hex()} core", core)
    route = dict(stage="route", roles=["driver"], not_before=START + 1545 * MINUTE, sealed=b"")
    plan = dict(core=named, sealed=sealed, host_halves=b"", draw_at=START + 1530 * MINUTE,
                disclosures=[route], **one)
    if menu is not None:
        plan["bound"] = {it: draw.half_hash(name, named, it, halves[it]) for it in halves}
        if "fallback" in menu:
            plan["bound"]["fallback"] = draw.fallback_hash(name, named, menu["fallback"])
    guest.say("plan_sealed", at=1503, **plan)
    if menu is not None:
        return named
    for party in (host, guest):
        text = b"safeconduct/draw/1\ncommitment\n%s\n%s\n" % (party.side.encode(), name.encode())
        party.say("draw_committed", at=1504, commitment=sha256(text, seeds[party.side]), **one)
    for party in (host, guest):
        half = (halves | mine)[party.side]
        party.say("draw_revealed", at=1531, seed=seeds[party.side], half=half, **one)
    for party in (host, guest):
        party.say("stage_released", at=1546, stage="route", half=bytes(32), **one)
    code = issue(guest, "p-" + name, name, basis, card)
    host.say("pass_countersigned", at=1548, code=code(guest.node, host.node),
             **{"pass": "p-" + name})
    guest.say("departed", at=1560, green=list(range(10)), armour="bullet_proof", **one)
