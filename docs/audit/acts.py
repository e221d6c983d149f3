"""Acts: their numbers, fields, owners. The table of docs/formats/audit.md, "Acts"."""

import re


class Malformed(Exception):
    """The bytes are not what the document describes."""


def need(fact, what):
    if not fact:
        raise Malformed(what)


ID = re.compile(r"[a-z0-9\-._/:]{1,64}")
I64, U32 = 2**63, 2**32

ROLES = (
    "root node signatory consent_officer watch_officer protection_lead journey_manager"
    " escort_leader district_command checkpoint_officer analyst driver protected inspector"
).split()
SIDES = ["host", "guest"]
WORDS = {
    "side": SIDES,
    "role": ROLES,
    "category": "police armed_forces civilian private_security liaison technical medical driver",
    "task": "advise liaise observe analyse plan inner_cordon close_protection drive"
    " technical_surveillance medical_aid train investigate_jointly",
    "rung": "inform sit_in observe advise technical_feed escort_inside_cordon armed",
    "arms": "unarmed less_lethal sidearm long_arm",
    "armour": "soft bullet_proof blast_proof",
    "purpose": "protect_persons build_capacity investigate evacuate",
    "criticality": "pc1 pc2 pc3 pc4",
    "risk": "low medium high very_high unacceptable",
    "stage": "window start minute route",
    "training": "vetting host_law fitness use_of_force first_aid",
    "sensor": "fixed_camera vehicle_camera drone plate_reader explosive_detector",
    "halt": "held diverted aborted cancelled",
    "circle": "internal shared",
    "position": "concur reserve object",
    "rule": "retention court request",
}
WORDS = {kind: words.split() if isinstance(words, str) else words for kind, words in WORDS.items()}

# Maps inside acts: the place in the list is the key; `?` marks what may be absent.
MAPS = {
    "key": "kind:u8 public:bytes relying_party?:text",
    "terms": "zone:id category:category task:task rung:rung arms:arms headcount:u32"
    " vehicles:u32 window:window sensing?:sensing",
    "sensing": "sensor:sensor altitude:u32",
    "between": "root:hash proof:hashes",
    "bound": "host:hash guest:hash fallback?:hash",
    "fallback": "seed:hash host_half:hash guest_half:hash",
    "disclosure": "stage:stage roles:roles not_before:int sealed:bytes",
    "custodians": "keys:keys threshold:u32",
    "custody": "custodians:custodians next?:hash",
    "enrolled": "person:id key:key roles:roles until:int",
    "voided": "key:hash8 reason:text since?:u64",
    "node_replaced": "node:key sealing:bytes line?:key since?:u64",
    "next_named": "next:hash",
    "paired": "party:id root:key",
    "root_order": "party:id version:u32 serial:u64 order:order",
    "root_signature": "key:hash8 signature:bytes",
    "claims": "pass:id index:u32 appearance:text photo?:hash16 vehicle:text headcount:u32"
    " task:task arms:arms serials:texts zone:id window:span basis:hash16 phone?:hash",
    "basis": "salt:hash movement:id holder:id consent:id articles:texts",
}
# Choices: an array of the number of the choice and its fields.
CHOICES = {
    "scope": [("whole", None), ("zone", "id"), ("category", "category"), ("clause", "text"),
              ("person", "id")],
    "subject": [("deployment", "id"), ("movement", "id")],
    "beside": [("deployment", "id"), ("task", "id")],
    "record": [(number, "map") for number in range(19)],
    "order": [("enrol", "enrolled"), ("void", "voided"), ("replace_node", "node_replaced"),
              ("rotate", "custody"), ("name_next", "next_named"), ("recover", "custody"),
              ("pair", "paired")],
    "audience": [("own", None), ("joint", None), ("named", "ids")],
    "about": [("movement", "id"), ("record", "id"), ("agreement", "id"), ("alarm", "id")],
}

R = dict(
    root="root", node="node", sign="signatory", consent="consent_officer", lead="protection_lead",
    journey="journey_manager",
    desk="signatory consent_officer watch_officer protection_lead journey_manager"
    " district_command analyst",
)
WRITERS = (
    "signatory consent_officer watch_officer protection_lead journey_manager escort_leader"
    " district_command checkpoint_officer analyst inspector"
)
# Whoever may carry what custodians have ordered; the authority is in the order.
CARRIERS = (
    "node root signatory consent_officer watch_officer protection_lead journey_manager"
)
# number: word, side (`-`: either), roles of which one suffices, fields.
ACTS = {
    0: ("party_founded", "-", R["root"], "party:id names:names side:side root:key node:key"
        " sealing:bytes custody?:custody"),
    1: ("key_enrolled", "-", R["root"], "person:id key:key roles:roles until:int"),
    2: ("key_voided", "-", R["root"], "key:hash8 reason:text since?:u64"),
    3: ("peer_paired", "-", R["root"], "party:id root:key"),
    4: ("agreement_proposed", "-", R["sign"], "agreement:id text:text"),
    5: ("agreement_signed", "-", R["sign"], "agreement:id text:hash"),
    6: ("agreement_suspended", "-", "signatory consent_officer", "agreement:id scope:scope"
        " reason:text"),
    7: ("agreement_resumed", "-", R["sign"], "agreement:id scope:scope"),
    8: ("deployment_requested", "guest", R["lead"], "deployment:id agreement:id purpose:purpose"
        " terms:terms"),
    9: ("consent_granted", "host", R["consent"], "consent:id subject:subject until:int"
        " headcount_max:u32"),
    10: ("consent_refused", "host", R["consent"], "subject:subject reason:text"),
    11: ("consent_renewed", "host", R["consent"], "consent:id until:int"),
    12: ("consent_revoked", "host", R["consent"], "consent:id reason:text"),
    13: ("task_ordered", "guest", R["lead"], "task:id deployment:id units:ids window:window"),
    14: ("task_started", "guest", "protection_lead escort_leader", "task:id"),
    15: ("task_ended", "guest", "protection_lead escort_leader", "task:id reason:text"),
    16: ("capacity_noticed", "guest", R["journey"], "movement:id agreement:id zone:id day:window"
         " seats:u32 armour:armour escorts:u32 commitment:hash"),
    17: ("movement_submitted", "guest", R["journey"], "movement:id purpose:purpose"
         " criticality:criticality window:window seats:u32 salt:hash"),
    18: ("movement_assessed", "host", "analyst watch_officer", "movement:id risk:risk note:text"),
    19: ("movement_approved", "guest", R["lead"], "movement:id"),
    20: ("plan_sealed", "guest", R["journey"], "movement:id core:hash sealed:bytes"
         " host_halves:bytes draw_at:int disclosures:disclosures bound?:bound"),
    21: ("draw_committed", "-", "journey_manager watch_officer node", "movement:id"
         " commitment:hash menu?:hash"),
    22: ("draw_revealed", "-", "journey_manager watch_officer node", "movement:id seed:hash"
         " half:hash"),
    23: ("stage_released", "-", "journey_manager watch_officer node", "movement:id stage:stage"
         " half:hash"),
    24: ("pass_issued", "guest", "protection_lead journey_manager", "pass:id movement:id holder:id"
         " zone:id window:window code:bytes basis:bytes"),
    25: ("pass_countersigned", "host", "consent_officer watch_officer", "pass:id code:bytes"),
    26: ("pass_revoked", "-", "consent_officer watch_officer protection_lead", "pass:id"
         " reason:text"),
    27: ("departed", "guest", "journey_manager escort_leader", "movement:id green:u8s"
         " armour:armour override_reason?:text"),
    28: ("checked_in", "-", "escort_leader watch_officer journey_manager", "movement:id site:id"),
    29: ("movement_halted", "-", "watch_officer consent_officer journey_manager escort_leader",
         "movement:id how:halt reason:text side:side"),
    30: ("movement_resumed", "-", "watch_officer consent_officer journey_manager escort_leader",
         "movement:id"),
    31: ("arrived", "guest", "journey_manager escort_leader", "movement:id headcount:u32"),
    32: ("debriefed", "guest", "journey_manager escort_leader", "movement:id note:text"),
    33: ("closed", "guest", "journey_manager escort_leader", "movement:id"),
    34: ("alarm_noted", "-", "watch_officer", "alarm:id"),
    35: ("alarm_handled", "-", "watch_officer", "alarm:id action:text"),
    36: ("alarm_resolved", "-", "watch_officer", "alarm:id outcome:text incident?:id"),
    37: ("refusal_recorded", "-", R["node"], "act:text by:id reasons:texts articles:texts"
         " act_hash:hash"),
    38: ("misbehaviour_noted", "-", R["node"], "party:id code:text heads:texts"
         " between?:between"),
    39: ("body_erased", "-", "root signatory node", "statement:hash16 reason:text ledger?:id"
         " rule?:rule"),
    40: ("agreement_drafted", "-", R["sign"], "agreement:id text:text"),
    41: ("review_opened", "-", R["sign"], "agreement:id text:hash agencies:texts until:int"
         " circle:circle"),
    42: ("agency_reviewed", "-", R["desk"], "agreement:id text:hash agency:text"
         " position:position articles:texts remark:text circle:circle"),
    43: ("commented", "-", R["desk"], "agreement:id text:hash article?:text words:text"
         " circle:circle"),
    44: ("agreement_initialled", "-", R["sign"], "agreement:id text:hash"),
    45: ("condition_met", "-", R["sign"], "agreement:id text:hash condition:text"),
    46: ("agreement_terminated", "-", R["sign"], "agreement:id reason:text"),
    50: ("accredited", "guest", R["lead"], "accreditation:id unit:id category:category"
         " item:training shown:int until:int company?:id"),
    51: ("accreditation_accepted", "host", R["consent"], "accreditation:id"),
    52: ("accreditation_withdrawn", "-", "consent_officer protection_lead", "accreditation:id"
         " reason:text"),
    53: ("licence_recorded", "host", R["consent"], "company:id name:text categories:categories"
         " audited:int insured:bool until:int"),
    54: ("licence_withdrawn", "host", R["consent"], "company:id reason:text"),
    55: ("host_officers_assigned", "host", "consent_officer watch_officer district_command",
         "beside:beside officers:u32 until:int"),
    56: ("emergency_declared", "-", "signatory consent_officer watch_officer protection_lead",
         "agreement:id zone?:id reason:text"),
    57: ("emergency_ended", "-", "signatory consent_officer watch_officer protection_lead",
         "agreement:id zone?:id"),
    58: ("rung_closed", "host", R["consent"], "agreement:id rung:rung zone?:id reason:text"),
    59: ("rung_opened", "host", R["consent"], "agreement:id rung:rung zone?:id"),
    60: ("record_opened", "-", "", "record:id agreement:id what:record"),
    61: ("record_answered", "-", "", "record:id step:u8 detail:text"),
    62: ("obligation_breached", "-", R["node"], "obligation:id article:text owed_by:side due:int"),
    80: ("root_ordered", "-", CARRIERS, "order:root_order signatures:root_signatures"),
    90: ("head_key_named", "-", "node", "key:key"),
    94: ("letter_sent", "-", WRITERS, "readers:audience subject:text words:text about?:about"),
    95: ("body_revealed", "-", WRITERS, "ledger:id statement:hash16 shown_to:text"
         " readers:audience"),
    96: ("witness_quorum_shown", "-", "node signatory consent_officer watch_officer",
         "size:u64 root:hash note:text"),
    98: ("draw_defaulted", "-", "journey_manager watch_officer node", "movement:id named:sides"
         " fallback?:fallback"),
}
# Of these the header alone counts: the body may be erased (audit.md, "Bodies that may be gone").
STAND_ALONE = {37, 43, 94, 95}
# Records by number: the provision without which there is none, whose, and who may open one.
ROAD = "escort_leader watch_officer protection_lead district_command"
RECORDS = [
    ("use_of_force", "-", ROAD),
    ("detention_handover", "-", ROAD),
    ("complaints_and_rights", "-", "watch_officer protection_lead consent_officer journey_manager"
     " signatory"),
    ("complaints_and_rights", "-", "watch_officer consent_officer district_command"),
    ("claims_and_compensation", "-", "signatory protection_lead consent_officer"),
    ("joint_investigation", "-", "signatory watch_officer analyst"),
    ("weapons_and_equipment_losses", "-", "watch_officer escort_leader protection_lead"),
    ("capacity_building", "guest", "signatory protection_lead"),
    ("duty_to_warn", "-", "watch_officer analyst"),
    ("host_support", "guest", "protection_lead journey_manager watch_officer"),
    ("entry_exit_customs", "guest", "protection_lead journey_manager"),
    ("prohibited_acts", "-", ROAD),
    ("removal_of_individual", "host", "signatory consent_officer"),
    ("public_statements", "-", R["desk"] + " escort_leader"),
    ("joint_committee", "-", "signatory"),
    ("review_exercises_kpis", "-", "signatory watch_officer protection_lead"),
    ("review_exercises_kpis", "-", "signatory"),
    ("host_support", "host", "watch_officer district_command"),
    ("psc_licensing", "host", "signatory consent_officer"),
]
REMOVAL, LIFTED = 12, 10
NUMBERS = {word: number for number, (word, *_) in ACTS.items()}

# Acts that begin something: a party that was caught may not do them (audit.md, "Acts").
BEGINS = set(
    "agreement_proposed agreement_signed agreement_resumed deployment_requested consent_granted"
    " consent_renewed task_ordered task_started capacity_noticed movement_submitted"
    " movement_approved plan_sealed pass_issued pass_countersigned departed movement_resumed"
    " agreement_initialled condition_met accredited accreditation_accepted licence_recorded"
    " emergency_declared rung_opened".split()
)


# ---- Reading a value of a type ------------------------------------------------------------------

PLAIN = {
    "int": lambda it: type(it) is int and -I64 <= it < I64,
    "u64": lambda it: type(it) is int and 0 <= it < 2 * I64,
    "u32": lambda it: type(it) is int and 0 <= it < U32,
    "u16": lambda it: type(it) is int and 0 <= it < 65_536,
    "u8": lambda it: type(it) is int and 0 <= it < 256,
    "bool": lambda it: type(it) is bool,
    "text": lambda it: type(it) is str,
    "bytes": lambda it: type(it) is bytes,
    "map": lambda it: type(it) is dict,
    "id": lambda it: type(it) is str and ID.fullmatch(it),
    "hash": lambda it: type(it) is bytes and len(it) == 32,
    "hash16": lambda it: type(it) is bytes and len(it) == 16,
    "hash8": lambda it: type(it) is bytes and len(it) == 8,
}
LISTS = {
    "ids": "id", "texts": "text", "roles": "role", "categories": "category", "u8s": "u8",
    "disclosures": "disclosure", "hashes": "hash", "keys": "key",
    "root_signatures": "root_signature", "sides": "side",
}


def value(kind, it):
    """A value of a type; numbers of choices become their words."""
    if kind in PLAIN:
        need(PLAIN[kind](it), f"not of type {kind}")
        return it
    if kind in WORDS:
        need(type(it) is int and 0 <= it < len(WORDS[kind]), f"not a {kind}")
        return WORDS[kind][it]
    if kind in MAPS:
        return read(kind, it)
    need(type(it) is list, f"not of type {kind}")
    if kind in LISTS:
        return [value(LISTS[kind], one) for one in it]
    if kind == "names":
        need(len(it) == 3, "three languages")
        return [value("text", one) for one in it]
    if kind == "candidates":
        need(all(type(one) is list and len(one) in (2, 3) for one in it), "routes and weights")
        return [(value("id", one[0]), value("u32", one[1]), value("texts", one[2]) if one[2:] else [])
                for one in it]
    if kind == "span":
        need(len(it) == 2, "a window has a start and a length")
        start, length = value("int", it[0]), value("int", it[1])
        need(length > 0, "a window has a length")
        return (start, start + length)
    if kind == "window":
        need(len(it) == 2, "a window has two moments")
        start, end = value("int", it[0]), value("int", it[1])
        need(start < end, "a window ends after it starts")
        return (start, end)
    choices = CHOICES[kind]
    need(len(it) == 2 and type(it[0]) is int and 0 <= it[0] < len(choices), f"not a {kind}")
    name, inner = choices[it[0]]
    need(type(it[1]) is list and len(it[1]) == (inner is not None), f"not a {kind}")
    return (name, value(inner, it[1][0]) if inner else None)


def fields(spec, it):
    need(type(it) is dict, "a map is expected")
    found, known = {}, set()
    for key, item in enumerate(spec.split()):
        name, kind = item.split(":")
        known.add(key)
        if key in it:
            found[name.rstrip("?")] = value(kind, it[key])
        else:
            need(name.endswith("?"), f"`{name}` is missing")
    need(set(it) <= known, "an unknown field")
    return found


def read(kind, it):
    return fields(MAPS[kind], it)


def act(number, it):
    """The word of an act and its fields."""
    need(number in ACTS, "the act is not known")
    word, _, _, spec = ACTS[number]
    return word, fields(spec, it)


__all__ = ["ACTS", "BEGINS", "Malformed", "NUMBERS", "ROLES", "SIDES", "act", "read", "value"]
