//! The signed statement: every form round trips, and no other form is read.

use note::key::{SignatureError, SigningKey, key_id};
use note::statement::{
    Body, BodyError, Draft, DraftError, Intent, ParseError, Sealed, Seen, Statement, open, parse,
};
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use words::act::{Act, AgreementProposed, KeyEnrolled, KeyVoided};
use words::audience::Audience;
use words::deployment::{ConsentGranted, ConsentRevoked, Subject};
use words::hash::{Hash, KeyId, Seed, StatementId};
use words::id::{AgreementId, ConsentId, MovementId, PartyId, PersonId};
use words::limit::{BODY_BYTES_MAX, ENTRY_BYTES_MAX};
use words::moment::Moment;
use words::movement::{CheckedIn, Debriefed, Departed};
use words::presence::ArmourClass;
use words::role::Role;

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn intent() -> Intent {
    Intent {
        origin: PartyId::new("host.example").expect("an id"),
        id: StatementId([1; 16]),
        at: Moment::from_ms(1_728_239_400_000),
        seen: Seen { size: 3, root: Hash([2; 32]), at: Moment::from_ms(1_728_239_395_000) },
        audience: Audience::Joint,
    }
}

fn act() -> Act {
    let consent = ConsentId::new("consent-1").expect("an id");
    ConsentRevoked { consent, reason: "the road is closed".to_owned() }.into()
}

fn sealed() -> Sealed {
    Draft::new(intent(), &act(), Seed([9; 32]), &key().public()).expect("small").sign(&key())
}

fn accepted(entry: &[u8]) -> bool {
    parse(entry).is_ok_and(|statement| statement.verify(&key().public()).is_ok())
}

// The bytes with the first place of `found` changed to `put`; `found` must be there.
fn replaced(bytes: &[u8], found: &[u8], put: &[u8]) -> Vec<u8> {
    let at = bytes.windows(found.len()).position(|part| part == found).expect("it is there");
    let (before, rest) = bytes.split_at(at);
    let (_, after) = rest.split_at(found.len());
    [before, put, after].concat()
}

#[test]
fn a_signed_act_comes_back_as_it_was() {
    let Sealed { entry, body } = sealed();
    let draft = Draft::new(intent(), &act(), Seed([9; 32]), &key().public()).unwrap();
    let statement = parse(&entry).unwrap();
    assert_eq!((statement.hash(), &statement.header), (draft.hash(), &draft.header));
    let verified = statement.verify(&key().public()).unwrap();
    assert_eq!((verified.key(), verified.hash()), (key_id(&key().public()), draft.hash()));
    assert_eq!(open(verified.header(), &body).unwrap(), act());
}

#[test]
fn the_same_words_in_other_bytes_are_refused() {
    let entry = sealed().entry;
    let payload = parse(&entry).map(|statement| note::canon::encode(&statement.header)).unwrap();
    let size = u8::try_from(payload.len()).unwrap();
    let short = [&[0x58, size], &payload[..]].concat();
    let long = [&[0x59, 0, size], &payload[..]].concat();
    let cases: [(&str, Vec<u8>); 9] = [
        ("tag in two bytes", replaced(&entry, &[0xd2, 0x84], &[0xd8, 18, 0x84])),
        ("array head in two bytes", replaced(&entry, &[0xd2, 0x84], &[0xd2, 0x98, 4])),
        (
            "indefinite array",
            [&replaced(&entry, &[0xd2, 0x84], &[0xd2, 0x9f])[..], &[0xff]].concat(),
        ),
        ("indefinite unprotected header", replaced(&entry, &[0xa0, 0x58], &[0xbf, 0xff, 0x58])),
        ("something unprotected", replaced(&entry, &[0xa0, 0x58], &[0xa1, 1, 1, 0x58])),
        ("protected header in another order", {
            let kid = [&[4, 0x48][..], &key().id().0].concat();
            let moved = [&[0xa3][..], &kid, &[1, 0x27, 3]].concat();
            replaced(&replaced(&entry, &kid, &[]), &[0xa3, 1, 0x27, 3], &moved)
        }),
        ("payload length in three bytes", replaced(&entry, &short, &long)),
        ("a byte at the end", [&entry[..], &[0]].concat()),
        ("no tag", entry[1..].to_vec()),
    ];
    for (what, bytes) in cases {
        assert_ne!(bytes, entry, "{what}");
        let answer = parse(&bytes);
        let refused = matches!(&answer, Err(ParseError::NotCanonical | ParseError::Malformed(_)));
        assert!(refused, "{what}: {answer:?}");
    }
}

#[test]
fn a_header_in_other_bytes_is_refused_though_its_signature_holds() {
    // Signed by the right key over a payload that says `format` in two bytes: a signature
    // covers bytes, so only the canonical rule stands between one statement and its twin.
    let entry = sealed().entry;
    let payload = note::canon::encode(&parse(&entry).unwrap().header);
    let twin = replaced(&payload, &[0xa9, 0, 1], &[0xa9, 0, 0x18, 1]);
    let (size, longer) = (u8::try_from(payload.len()).unwrap(), payload.len() + 1);
    let longer = u8::try_from(longer).unwrap();
    let old = [&[0x58, size][..], &payload].concat();
    let new = [&[0x58, longer][..], &twin].concat();
    let draft = Draft::new(intent(), &act(), Seed([9; 32]), &key().public()).unwrap();
    let signature = key().sign(&replaced(&draft.to_sign, &old, &new));
    let unsigned = replaced(&entry, &old, &new);
    let twin = [&unsigned[..unsigned.len() - 64], &signature].concat();
    assert!(matches!(parse(&twin), Err(ParseError::NotCanonical)));
}

#[test]
fn no_altered_byte_survives() {
    let entry = sealed().entry;
    assert!(accepted(&entry));
    for at in 0..entry.len() {
        for change in [0x01, 0x02, 0x20, 0x40, 0x80, 0xff] {
            let mut altered = entry.clone();
            altered[at] ^= change;
            assert!(!accepted(&altered), "byte {at} xor {change:#x}");
        }
        assert!(!accepted(&entry[..at]), "cut at {at}");
    }
}

#[test]
fn a_key_answers_only_for_itself() {
    let other = SigningKey::from_seed(&[8; 32]).public();
    let read = || parse(&sealed().entry).unwrap();
    assert_eq!(read().verify(&other).unwrap_err(), SignatureError::OtherKey);
    // The other key signs, and claims to be the first.
    let draft = Draft::new(intent(), &act(), Seed([9; 32]), &key().public()).unwrap();
    let forged = draft.sign(&SigningKey::from_seed(&[8; 32]));
    let forged = || parse(&forged.entry).unwrap();
    assert_eq!(forged().verify(&key().public()).unwrap_err(), SignatureError::Wrong);
    assert_eq!(forged().verify(&other).unwrap_err(), SignatureError::OtherKey);
}

#[test]
fn another_algorithm_type_or_format_is_named() {
    let entry = sealed().entry;
    let parsed = |found: &[u8], put: &[u8]| parse(&replaced(&entry, found, put)).unwrap_err();
    let passkey = parse(&replaced(&entry, &[1, 0x27, 3], &[1, 0x26, 3])).unwrap();
    assert_eq!(passkey.verify(&key().public()).unwrap_err(), SignatureError::OtherKind);
    assert!(matches!(parsed(&[1, 0x27, 3], &[1, 0x25, 3]), ParseError::Algorithm(-6)));
    assert!(matches!(parsed(b"statement+cbor", b"sentiment+cbor"), ParseError::ContentType));
    assert!(matches!(parsed(&[0xa9, 0, 1], &[0xa9, 0, 2]), ParseError::Format(2)));
    let large = vec![0; ENTRY_BYTES_MAX + 1];
    assert!(matches!(parse(&large), Err(ParseError::TooLarge(size)) if size == large.len()));
}

#[test]
fn a_body_belongs_to_one_header() {
    let Sealed { entry, body } = sealed();
    let header = parse(&entry).unwrap().header;
    let mut salted = body.clone();
    salted[3] ^= 1;
    assert!(matches!(open(&header, &salted), Err(BodyError::Commitment)));
    assert!(matches!(open(&header, &body[1..]), Err(BodyError::Size { .. })));
    let longer = [&body[..], &[0]].concat();
    let mut roomy = header.clone();
    roomy.body_bytes += 1;
    assert!(matches!(open(&roomy, &longer), Err(BodyError::NotCanonical)));
    let mut renamed = header;
    renamed.act += 1;
    let answer = open(&renamed, &body);
    assert!(matches!(answer, Err(BodyError::OtherAct { said: 13, got: 12 })), "{answer:?}");
}

#[test]
fn an_act_in_other_bytes_is_refused_though_the_header_commits_to_it() {
    let bytes = note::statement::encode_act(&act());
    let act = replaced(&bytes, &[0x82, 12], &[0x82, 0x18, 12]);
    for (act, canonical) in [(bytes, true), (act, false)] {
        let body = Body { salt: Seed([9; 32]), act };
        let mut header = parse(&sealed().entry).unwrap().header;
        header.commitment = body.commitment();
        let body = note::canon::encode(&body);
        header.body_bytes = u32::try_from(body.len()).unwrap();
        assert_eq!(open(&header, &body).is_ok(), canonical);
    }
}

#[test]
fn what_is_too_large_is_refused_before_it_is_signed() {
    let key = key().public();
    let agreement = AgreementId::new("a").unwrap();
    let text = "x".repeat(BODY_BYTES_MAX);
    let act: Act = AgreementProposed { agreement, text }.into();
    let answer = Draft::new(intent(), &act, Seed([9; 32]), &key);
    assert!(matches!(answer, Err(DraftError::BodyTooLarge(_))), "{answer:?}");
    let crowd = vec![PersonId::new(&"p".repeat(64)).unwrap(); 1_000];
    let crowded = Intent { audience: Audience::Named(crowd), ..intent() };
    let answer = Draft::new(crowded, &self::act(), Seed([9; 32]), &key);
    assert!(matches!(answer, Err(DraftError::HeaderTooLarge(_))), "{answer:?}");
}

fn texts() -> impl Strategy<Value = String> {
    "\\PC{0,40}"
}

fn ids() -> impl Strategy<Value = String> {
    "[a-z0-9./_:-]{1,64}"
}

fn acts() -> impl Strategy<Value = Act> {
    let movement = || ids().prop_map(|id| MovementId::new(&id).expect("an id"));
    let until = || any::<i64>().prop_map(Moment::from_ms);
    prop_oneof![
        (ids(), texts()).prop_map(|(id, reason)| {
            ConsentRevoked { consent: ConsentId::new(&id).expect("an id"), reason }.into()
        }),
        (ids(), movement(), until(), any::<bool>()).prop_map(|(id, movement, until, own)| {
            let consent = ConsentId::new(&id).expect("an id");
            let deployment = words::id::DeploymentId::new(&id).expect("an id");
            let movement = Subject::Movement(movement);
            let subject = if own { movement } else { Subject::Deployment(deployment) };
            ConsentGranted { consent, subject, until, headcount_max: 4 }.into()
        }),
        (ids(), any::<[u8; 32]>(), until()).prop_map(|(id, seed, until)| {
            let person = PersonId::new(&id).expect("an id");
            let key = SigningKey::from_seed(&seed).public();
            KeyEnrolled { person, key, roles: vec![Role::Analyst, Role::Driver], until }.into()
        }),
        (any::<[u8; 8]>(), texts()).prop_map(|(key, reason)| KeyVoided {
            key: KeyId(key),
            reason,
            since: None
        }
        .into()),
        (movement(), any::<Option<u8>>()).prop_map(|(movement, why)| {
            let override_reason = why.map(|why| why.to_string());
            Departed { movement, green: vec![], armour: ArmourClass::Soft, override_reason }.into()
        }),
        (movement(), ids()).prop_map(|(movement, id)| {
            let site = words::id::SiteId::new(&id).expect("an id");
            CheckedIn { movement, site }.into()
        }),
        (movement(), texts()).prop_map(|(movement, note)| Debriefed { movement, note }.into()),
    ]
}

fn intents() -> impl Strategy<Value = Intent> {
    let audience = prop_oneof![
        proptest::strategy::Just(Audience::Own),
        proptest::strategy::Just(Audience::Joint),
        proptest::collection::vec(ids(), 0..4).prop_map(|named| {
            let person = |id: String| PersonId::new(&id).expect("an id");
            Audience::Named(named.into_iter().map(person).collect())
        }),
    ];
    let seen = (any::<u64>(), any::<[u8; 32]>(), any::<i64>()).prop_map(|(size, root, at)| Seen {
        size,
        root: Hash(root),
        at: Moment::from_ms(at),
    });
    (ids(), any::<[u8; 16]>(), any::<i64>(), seen, audience).prop_map(
        |(origin, id, at, seen, audience)| Intent {
            origin: PartyId::new(&origin).expect("an id"),
            id: StatementId(id),
            at: Moment::from_ms(at),
            seen,
            audience,
        },
    )
}

proptest! {
    #[test]
    fn every_statement_comes_back(
        intent in intents(), act in acts(), seed in any::<[u8; 32]>(), salt in any::<[u8; 32]>()
    ) {
        let key = SigningKey::from_seed(&seed);
        let draft = Draft::new(intent, &act, Seed(salt), &key.public()).expect("small");
        let (header, hash) = (draft.header.clone(), draft.hash());
        let Sealed { entry, body } = draft.sign(&key);
        let read = parse(&entry).map(|read| read.verify(&key.public())).expect("an entry");
        let read = read.expect("signed");
        prop_assert_eq!(read.header(), &header);
        prop_assert_eq!((read.key(), read.hash()), (key.id(), hash));
        prop_assert_eq!(open(read.header(), &body).expect("its body"), act);
    }

    #[test]
    fn foreign_bytes_are_refused_calmly(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(parse(&bytes).is_err());
        let Statement { header, .. } = parse(&sealed().entry).expect("an entry");
        prop_assert!(open(&header, &bytes).is_err());
    }

    #[test]
    fn several_altered_bytes_do_not_survive_either(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), 1_u8..), 1..5)
    ) {
        let entry = sealed().entry;
        let mut altered = entry.clone();
        for (at, change) in changes {
            let at = at.index(altered.len());
            if let Some(byte) = altered.get_mut(at) {
                *byte ^= change;
            }
        }
        prop_assert!(altered == entry || !accepted(&altered));
    }
}

// What the vectors file must say; a change of these bytes is a new format, not an edit.
fn vector() -> String {
    let draft = Draft::new(intent(), &act(), Seed([9; 32]), &key().public()).expect("small");
    let (id, to_sign) = (key().id(), draft.hash());
    let sealed = draft.clone().sign(&key());
    let hex = words::hash::hex;
    format!(
        "{{\n  \"seed\": \"{}\",\n  \"public\": \"{}\",\n  \"key\": \"{id}\",\n  \
         \"salt\": \"{}\",\n  \"act\": \"{}\",\n  \"commitment\": \"{}\",\n  \
         \"to_sign\": \"{}\",\n  \"to_sign_sha256\": \"{to_sign}\",\n  \
         \"entry\": \"{}\",\n  \"body\": \"{}\"\n}}\n",
        hex(&[7; 32]),
        hex(&key().public().public),
        Seed([9; 32]),
        hex(&note::statement::encode_act(&act())),
        draft.header.commitment,
        hex(&draft.to_sign),
        hex(&sealed.entry),
        hex(&sealed.body),
    )
}

#[test]
fn the_bytes_are_those_of_the_test_vector() {
    let kept = include_str!("../../../docs/formats/statement.vectors.json");
    assert_eq!(kept, vector(), "a new vector would be:\n{}", vector());
}
