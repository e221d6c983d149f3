"""Bytes: canonical CBOR, signatures, statements, heads, trees, evidence, passes.

Written from docs/formats/statement.md, head.md, accusation.md and pass.md; the sections stand in
their order.
"""

import base64
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa

import acts
from acts import Malformed, need


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# ---- statement.md, "One form only" --------------------------------------------------------------


def decode(data):
    """CBOR in its one form: what is read is written again and must be the same bytes."""
    try:
        value = cbor2.loads(data)
        again = cbor2.dumps(value, canonical=True)
    except Exception as cause:  # whatever a decoder raises, it is not our CBOR
        raise Malformed(f"not CBOR: {cause}") from cause
    need(again == data, "not in canonical form")
    return value


def shaped(value, keys, optional=()):
    """A map with exactly these keys; those of `optional` may be absent."""
    need(isinstance(value, dict), "a map is expected")
    need(set(keys) <= set(value) <= set(keys) | set(optional), "other keys than the format's")
    return value


# ---- Keys and signatures ------------------------------------------------------------------------

ED25519, PASSKEY, HYBRID, ML_DSA = 0, 1, 2, 3
ML_DSA_PUBLIC, ML_DSA_SIGNATURE = 1_312, 2_420
# What both halves of a hybrid signature are over: the composite id-MLDSA44-Ed25519-SHA512.
PREFIX, LABEL = b"CompositeAlgorithmSignatures2025", b"COMPSIG-MLDSA44-Ed25519-SHA512"
P = 2**255 - 19
# The y coordinates of the eight points of small order (RFC 8032's curve). A key or a nonce among
# them would let one signature hold for several texts: "checked strictly" refuses them.
_Y8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
SMALL = {0, 1, P - 1, _Y8, P - _Y8}


@dataclass
class Key:
    """A public key: kind 0 is Ed25519, kind 1 a passkey bound to a relying party, kind 2
    ML-DSA-44 with Ed25519, kind 3 ML-DSA-44."""

    kind: int
    public: bytes
    relying_party: str | None = None

    @classmethod
    def of(cls, fields):
        return cls(fields["kind"], fields["public"], fields.get("relying_party"))

    @property
    def id(self):
        return sha256(self.public)[:8]

    def signs(self, message, signature):
        """Does the signature hold?"""
        try:
            if self.kind == ED25519:
                return ed25519_holds(self.public, message, signature)
            if self.kind == HYBRID:
                return hybrid_holds(self.public, message, signature)
            if self.kind == ML_DSA:
                return ml_dsa_holds(self.public, message, signature, b"")
            need(self.kind == PASSKEY, "another kind of key")
            return passkey_holds(self, message, signature)
        except (Malformed, InvalidSignature, ValueError, TypeError, AttributeError):
            return False


def ed25519_holds(public, message, signature):
    for point in (public, signature[:32]):
        y = int.from_bytes(point, "little") & (2**255 - 1)
        need(y < P and y not in SMALL, "a point that strict checking refuses")
    ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    return True


def ml_dsa_holds(public, message, signature, context):
    need(len(public) == ML_DSA_PUBLIC and len(signature) == ML_DSA_SIGNATURE, "other lengths")
    mldsa.MLDSA44PublicKey.from_public_bytes(public).verify(signature, message, context=context)
    return True


def hybrid_holds(public, message, signature):
    """Both halves, over the same framed digest; neither is good for anything by itself."""
    framed = PREFIX + LABEL + b"\0" + hashlib.sha512(message).digest()
    late, plain = public[:ML_DSA_PUBLIC], public[ML_DSA_PUBLIC:]
    by_late, by_plain = signature[:ML_DSA_SIGNATURE], signature[ML_DSA_SIGNATURE:]
    need(len(plain) == 32 and len(by_plain) == 64, "other lengths")
    return ed25519_holds(plain, framed, by_plain) and ml_dsa_holds(late, framed, by_late, LABEL)


NAME = re.compile(r'"([^"\\\x00-\x1f]*)"')
SPACE = re.compile(r"[ \t\r\n]*")


def top_level(text):
    """The members of one JSON object as raw texts, in order. Names hold no escapes."""
    decoder, at, found = json.JSONDecoder(), 0, []

    def past(pattern, at):
        match = re.compile(pattern).match(text, SPACE.match(text, at).end())
        need(match, "the client data cannot be read")
        return match.end(), match

    at, _ = past(r"\{", at)
    while True:
        at, name = past(NAME.pattern, at)
        at, _ = past(":", at)
        at = SPACE.match(text, at).end()
        _, end = decoder.raw_decode(text, at)
        found.append((name.group(1), text[at:end]))
        at, mark = past("[,}]", end)
        if mark.group() == "}":
            need(SPACE.match(text, at).end() == len(text), "something follows the client data")
            return found


def passkey_holds(key, message, signature):
    """statement.md, "Passkeys", points 1 to 7."""
    assertion = decode(signature)
    need(isinstance(assertion, list) and len(assertion) == 3, "three byte strings")
    data, client, der = assertion
    members = top_level(client.decode("utf-8"))
    challenge = base64.urlsafe_b64encode(sha256(message)).rstrip(b"=").decode()
    for name, wanted in (("type", "webauthn.get"), ("challenge", challenge)):
        raw = [value for known, value in members if known == name]
        need(raw == [f'"{wanted}"'], f"{name} is another, or stands twice")
    need(all(raw == "false" for name, raw in members if name == "crossOrigin"), "cross origin")
    need(len(data) >= 37 and data[:32] == sha256(key.relying_party.encode()), "other party")
    need(data[32] & 0x05 == 0x05, "nobody was present, or nobody was verified")
    need(len(key.public) == 33, "a compressed point")
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.public)
    point.verify(der, data + sha256(client), ec.ECDSA(hashes.SHA256()))
    return True


# ---- statement.md, "Entry", "Header", "Body" ----------------------------------------------------

ALGORITHM = {-8: ED25519, -7: PASSKEY, -48: ML_DSA, -65_537: HYBRID}
OWN, JOINT, NAMED = 0, 1, 2
ZERO = bytes(32)


@dataclass
class Statement:
    """An entry as it is written; nothing of it is checked against anything else yet."""

    kind: int
    key: bytes
    to_sign: bytes
    signature: bytes
    number: int
    origin: str
    id: bytes
    at: int
    seen: tuple
    audience: int
    commitment: bytes
    body_bytes: int

    @classmethod
    def parse(cls, entry):
        need(len(entry) <= 65_535, "an entry has at most 65,535 bytes")
        envelope = decode(entry)
        need(isinstance(envelope, cbor2.CBORTag) and envelope.tag == 18, "COSE_Sign1 is expected")
        parts = list(envelope.value) if isinstance(envelope.value, (list, tuple)) else []
        need(len(parts) == 4 and parts[1] == {}, "four parts, the second an empty map")
        protected, _, payload, signature = parts
        need(all(isinstance(part, bytes) for part in (protected, payload, signature)), "bytes")
        need(len(signature) <= 4_096, "a signature has at most 4,096 bytes")
        head = shaped(decode(protected), (1, 3, 4))
        need(head[1] in ALGORITHM, "the algorithm is not known")
        need(head[3] == "application/vnd.safeconduct.statement+cbor", "another content type")
        key = acts.value("hash8", head[4])
        header = shaped(decode(payload), range(9))
        need(header[0] == 1, "the format is not known")
        seen, audience = header[5], header[6]
        need(isinstance(seen, list) and len(seen) == 3, "seen has three parts")
        seen = tuple(acts.value(kind, part) for kind, part in zip(("u64", "hash", "int"), seen))
        need(audience in ([OWN, []], [JOINT, []]) or audience[0] == NAMED, "audience")
        if audience[0] == NAMED:
            need(len(audience) == 2 and len(audience[1]) == 1, "audience")
            acts.value("ids", audience[1][0])
        return cls(
            ALGORITHM[head[1]],
            key,
            cbor2.dumps(["Signature1", protected, b"", payload], canonical=True),
            signature,
            acts.value("u16", header[1]),
            acts.value("id", header[2]),
            acts.value("hash16", header[3]),
            acts.value("int", header[4]),
            seen,
            audience[0],
            acts.value("hash", header[7]),
            acts.value("u32", header[8]),
        )

    def signed_by(self, key):
        right = (self.key, self.kind) == (key.id, key.kind)
        return right and key.signs(self.to_sign, self.signature)

    def committed(self, body):
        """The bytes of the act, if the body is the one that the header commits to."""
        parts = decode(body)
        need(isinstance(parts, list) and len(parts) == 2, "salt and act")
        salt, act = acts.value("hash", parts[0]), acts.value("bytes", parts[1])
        opens = sha256(b"safeconduct/body/1\n", salt, act) == self.commitment
        need(opens, "the body does not open the commitment")
        return act

    def act(self, body, act):
        """The act's word and fields; a body that belongs to the header may still hold none."""
        need(len(body) == self.body_bytes <= 262_144, "the body has another size")
        pair = decode(act)
        need(isinstance(pair, list) and len(pair) == 2, "number and fields")
        need(pair[0] == self.number, "another act than the header's")
        need(isinstance(pair[1], list) and len(pair[1]) == 1, "fields in an array of one")
        return acts.act(pair[0], pair[1][0])


# ---- head.md ------------------------------------------------------------------------------------


def leaf(entry):
    return sha256(b"\x00", entry)


def roots(leaves):
    """The root of every prefix of the leaves, from the empty one on."""
    found, stack = [sha256()], []
    for hashed in leaves:
        height = 0
        while stack and stack[-1][0] == height:
            hashed, height = sha256(b"\x01", stack.pop()[1], hashed), height + 1
        stack.append((height, hashed))
        right = hashed
        for _, left in reversed(stack[:-1]):
            right = sha256(b"\x01", left, right)
        found.append(right)
    return found


PLAIN, TIMED, LATE = b"\x01", b"\x04", b"\x06"


@dataclass
class Head:
    """A signed head: the text below which the signatures stand."""

    text: bytes
    origin: str
    size: int
    root: bytes
    state: tuple | None
    lines: list = field(default_factory=list)

    @classmethod
    def parse(cls, note):
        need(len(note.encode()) <= 65_536, "a head has at most 65,536 bytes")
        text, mark, below = note.partition("\n\n")
        lines = text.split("\n")
        need(mark and 3 <= len(lines) <= 4, "three or four lines, an empty one, signatures")
        acts.value("id", lines[0])
        size, state = number(lines[1]), None
        if len(lines) == 4:
            words = lines[3].split(" ")
            need(len(words) == 4 and words[0] == "state/1", "another extension line")
            state = (number(words[1]), number(words[2]), base64ed(words[3], 32))
        head = cls((text + "\n").encode(), lines[0], size, base64ed(lines[2], 32), state)
        head.read_lines(below)
        return head

    def read_lines(self, below):
        signatures = below.split("\n")
        need(signatures.pop() == "" and 1 <= len(signatures) <= 16, "1 to 16 signature lines")
        for line in signatures:
            words = line.split(" ")
            need(len(words) == 3 and words[0] == "—" and words[1], "a signature line")
            need(not re.search(r"[\s\x00-\x1f\x7f-\x9f+]", words[1]), "the name of a key")
            code = base64ed(words[2])
            need(len(code) >= 4, "a signature line")
            self.lines.append((words[1], code[:4], code[4:]))

    def by(self, name, kind, key):
        wanted = sha256(name.encode(), b"\n", kind, key.public)[:4]
        return [code for named, known, code in self.lines if (named, known) == (name, wanted)]

    def signed(self, name, key):
        """By the ledger's node: one such line at least, and every one holds."""
        lines = self.by(name, PLAIN, key)
        return bool(lines) and all(key.signs(self.text, code) for code in lines)

    def cosigned(self, name, key):
        """The times, in milliseconds, of the cosignatures that hold, and how many do not."""
        lines, times = self.by(name, LATE if key.kind == ML_DSA else TIMED, key), []
        for code in lines:
            seconds = int.from_bytes(code[:8], "big")
            message = b"cosignature/v1\ntime %d\n" % seconds + self.text
            if key.kind == ML_DSA:
                message = self.whole(name, seconds)
            if key.signs(message, code[8:]):
                times.append(seconds * 1_000)
        return times, len(lines) - len(times)

    def whole(self, name, seconds):
        """What ML-DSA-44 signs: C2SP's `cosigned_message` over the whole tree."""
        who, of = name.encode(), self.origin.encode()
        need(len(who) < 256 and len(of) < 256, "a name of at most 255 bytes")
        parts = (b"subtree/v1\n\0", bytes([len(who)]), who, seconds.to_bytes(8, "big"),
                 bytes([len(of)]), of, bytes(8), self.size.to_bytes(8, "big"), self.root)
        return b"".join(parts)


def number(text):
    need(re.fullmatch(r"0|[1-9][0-9]{0,19}", text), "a decimal without leading zero")
    return int(text)


def base64ed(text, size=None):
    try:
        code = base64.b64decode(text, validate=True)
    except ValueError as cause:
        raise Malformed("not base64") from cause
    need(base64.b64encode(code).decode() == text, "base64 in another form")
    need(size in (None, len(code)), "bytes of another length")
    return code


# ---- accusation.md, "Charges": what proves itself -----------------------------------------------


@dataclass
class Checkpoint(Head):
    """A head of anybody's log: any origin, and more lines, which are signed."""

    @classmethod
    def parse(cls, note):
        need(len(note.encode()) <= 65_536, "a head has at most 65,536 bytes")
        text, mark, below = note.partition("\n\n")
        lines = text.split("\n")
        need(mark and len(lines) >= 3 and lines[0], "origin, size, root")
        need(not any(it.endswith("\r") for it in lines), "one form of line")
        head = cls((text + "\n").encode(), lines[0], number(lines[1]), base64ed(lines[2], 32), None)
        head.read_lines(below)
        return head


def vkey(text):
    """The name and key of a witness, from NAME+KEYHASH+BASE64; nothing if it is none."""
    try:
        name, code, public = text.split("+", 2)
        public = base64ed(public)
    except (ValueError, Malformed):
        return None
    right = sha256(name.encode(), b"\n", public)[:4].hex()
    known = {(TIMED, 33): ED25519, (LATE, ML_DSA_PUBLIC + 1): ML_DSA}
    kind = known.get((public[:1], len(public)))
    if kind is None or code != right or not name:
        return None
    return name, Key(kind, public[1:])


def consistent(small, small_root, large, large_root, proof):
    """RFC 9162, 2.1.4.2, for 0 < small < large: does the larger tree continue the smaller?"""
    node, last, proof = small - 1, large - 1, list(proof)
    while node & 1:
        node, last = node >> 1, last >> 1
    if small & small - 1:
        if not proof:
            return False
        old = new = proof.pop(0)
    else:
        old = new = small_root
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = sha256(b"\x01", sibling, old), sha256(b"\x01", sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = sha256(b"\x01", new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and (old, new) == (small_root, large_root)


def contradict(heads, party, key, between):
    """Do two heads that a node signed prove by themselves that its ledger contradicts itself?"""
    small, large = sorted(heads, key=lambda it: it.size)
    for head in heads:
        need(head.origin == party and head.signed(party, key), "a head is not of that ledger")
    if between:
        root, proof = between["root"], between["proof"]
        sizes = 0 < small.size < large.size and root != small.root
        return sizes and consistent(small.size, root, large.size, large.root, proof)
    if small.size == large.size:
        return small.root != large.root
    earlier, later = (max(it.cosigned(party, key)[0], default=None) for it in (small, large))
    return None not in (earlier, later) and earlier > later


# ---- pass.md ------------------------------------------------------------------------------------

TURNS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text, most):
    """What a guard can read off a screen."""
    odd = any(unicodedata.category(it) == "Cc" or it in TURNS for it in text)
    need(text.strip() and len(text) <= most and not odd, "not a plain text")


def passed(code, keys):
    """The claims of a pass that each of these keys has signed."""
    need(len(code) <= 2_800, "a pass has at most 2,800 bytes")
    tag = decode(code)
    need(isinstance(tag, cbor2.CBORTag) and tag.tag == 98 and len(tag.value) == 4, "COSE_Sign")
    protected, free, payload, signatures = tag.value
    need((protected, free) == (b"", {}) and len(signatures) <= 2, "a pass")
    for line in signatures:
        need(len(line) == 3 and line[1] == {} and type(line[2]) is bytes, "a signature")
        own = shaped(decode(line[0]), (1, 4))
        acts.value("int", own[1]), acts.value("hash8", own[4])
    for key in keys:
        own = cbor2.dumps({1: -8 if key.kind == ED25519 else -7, 4: key.id}, canonical=True)
        signed = ["Signature", b"", own, b"safeconduct/pass/2", payload]
        lines = [line for line in signatures if line[0] == own]
        message = cbor2.dumps(signed, canonical=True)
        need(lines and key.signs(message, lines[0][2]), "a signature of the pass does not hold")
    claims = acts.read("claims", decode(payload))
    need(claims["index"] < 65_536 and 1 <= claims["headcount"] <= 500, "a number")
    plain(claims["appearance"], 60)
    plain(claims["vehicle"], 16)
    for serial in claims["serials"]:
        plain(serial, 16)
    need(len(claims["serials"]) <= (0 if claims["arms"] == "unarmed" else 4), "serials")
    need(claims["window"][1] - claims["window"][0] <= 12 * 3_600_000, "twelve hours")
    return claims


def rests_on(claims, data):
    """The basis of a pass: what its claims give the digest of."""
    need(len(data) <= 1_024 and sha256(data)[:16] == claims["basis"], "another basis")
    basis = acts.read("basis", decode(data))
    need(len(basis["articles"]) <= 6, "six articles")
    for article in basis["articles"]:
        plain(article, 16)
    return basis
