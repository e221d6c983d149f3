//! Signed heads: who signed, when, and what spoils them.

use note::key::SigningKey;
use note::statement::{Draft, Intent, Seen};
use proptest::prelude::{any, prop_assert, prop_assert_eq, prop_assume, proptest};
use tlog::head::{HEAD_BYTES_MAX, Head, HeadError, StateMark};
use tlog::signed::{SignatureLine, SignedHead};
use tlog::tree::{Tree, leaf_hash};
use words::act::KeyVoided;
use words::audience::Audience;
use words::hash::{Hash, KeyId, Seed, StatementId};
use words::id::PartyId;
use words::moment::Moment;

const HOST: &str = "host.example";
const GUEST: &str = "guest.example";
const AT: Moment = Moment::from_ms(1_728_239_400_250);

fn host() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn guest() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

fn head() -> Head {
    let mut tree = Tree::new();
    for entry in ["one", "two", "three"] {
        tree.push(leaf_hash(entry.as_bytes()));
    }
    let origin = PartyId::new(HOST).expect("an id");
    let state = Some(StateMark { host: 3, guest: 5, hash: Hash([6; 32]) });
    Head { origin, size: tree.size(), root: tree.root(), state }
}

// As a ledger looks when its node signed it and its counterpart has mirrored it.
fn heartbeat() -> SignedHead {
    let mut signed = SignedHead::sign(head(), HOST, &host());
    signed.cosign(HOST, &host(), AT);
    signed.cosign(GUEST, &guest(), AT.plus_ms(1_000));
    signed
}

#[test]
fn a_head_says_origin_size_root_and_state() {
    let text = heartbeat().text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], [HOST, "3"]);
    assert_eq!(lines[3], "state/1 3 5 BgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgY=");
    assert_eq!(lines[4], "");
    assert!(lines[5..].iter().all(|line| line.starts_with("— ")));
    assert_eq!(SignedHead::parse(&text), Ok(heartbeat()));
}

#[test]
fn a_head_needs_no_state() {
    let bare = Head { state: None, ..head() };
    assert_eq!(bare.to_string().lines().count(), 3);
    assert_eq!(bare.to_string().parse(), Ok(bare));
}

#[test]
fn a_head_is_signed_by_one_name_and_key() {
    let signed = heartbeat();
    assert_eq!(signed.verify(HOST, &host().public()), Ok(&head()));
    assert_eq!(signed.verify(GUEST, &host().public()), Err(HeadError::NotSigned));
    assert_eq!(signed.verify(HOST, &guest().public()), Err(HeadError::NotSigned));
    // The guest cosigned: that is another kind of signature.
    assert_eq!(signed.verify(GUEST, &guest().public()), Err(HeadError::NotSigned));
}

#[test]
fn a_cosignature_tells_its_whole_second() {
    let signed = heartbeat();
    let second = Moment::from_ms(1_728_239_400_000);
    assert_eq!(signed.cosigned_at(HOST, &host().public()), Some(second));
    assert_eq!(signed.cosigned_at(GUEST, &guest().public()), Some(second.plus_ms(1_000)));
    assert_eq!(signed.cosigned_at(HOST, &guest().public()), None);
    assert_eq!(signed.cosigned_at(GUEST, &host().public()), None);
}

#[test]
fn a_second_cosignature_takes_the_place_of_the_first() {
    let mut signed = heartbeat();
    signed.cosign(HOST, &host(), AT.plus_ms(10_000));
    assert_eq!(signed.lines.len(), 3);
    let later = Moment::from_ms(1_728_239_410_000);
    assert_eq!(signed.cosigned_at(HOST, &host().public()), Some(later));
    assert_eq!(signed.verify(HOST, &host().public()), Ok(&head()), "the plain one stays");
}

#[test]
fn the_newest_of_several_cosignatures_counts() {
    let mut signed = heartbeat();
    let mut later = SignedHead::sign(head(), HOST, &host());
    later.cosign(HOST, &host(), AT.plus_ms(20_000));
    signed.lines.insert(0, later.lines[1].clone());
    let newest = Moment::from_ms(1_728_239_420_000);
    assert_eq!(signed.cosigned_at(HOST, &host().public()), Some(newest));
}

#[test]
fn a_head_cannot_be_changed_under_its_signatures() {
    let changes: [fn(&mut Head); 6] = [
        |head| head.origin = PartyId::new("h0st.example").unwrap(),
        |head| head.size += 1,
        |head| head.root.0[31] ^= 1,
        |head| head.state = None,
        |head| head.state.as_mut().unwrap().guest += 1,
        |head| head.state.as_mut().unwrap().hash.0[0] ^= 1,
    ];
    for change in changes {
        let mut signed = heartbeat();
        change(&mut signed.head);
        assert_ne!(signed.head, head());
        assert_eq!(signed.verify(HOST, &host().public()), Err(HeadError::WrongSignature));
        assert_eq!(signed.cosigned_at(HOST, &host().public()), None);
        assert_eq!(signed.cosigned_at(GUEST, &guest().public()), None);
    }
}

#[test]
fn nobody_moves_the_time_of_a_cosignature() {
    let mut signed = heartbeat();
    signed.lines[1].signature[7] ^= 1;
    assert_eq!(signed.cosigned_at(HOST, &host().public()), None);
    // Its bytes without the time are no plain signature either.
    let mut signed = heartbeat();
    let bytes = signed.lines[1].signature[8..].to_vec();
    signed.lines[0].signature = bytes;
    assert_eq!(signed.verify(HOST, &host().public()), Err(HeadError::WrongSignature));
}

#[test]
fn one_false_line_of_the_ledger_spoils_the_head() {
    let mut signed = heartbeat();
    let mut false_line = signed.lines[0].clone();
    false_line.signature[0] ^= 1;
    signed.lines.push(false_line);
    assert_eq!(signed.verify(HOST, &host().public()), Err(HeadError::WrongSignature));
}

#[test]
fn lines_of_strangers_are_kept_and_say_nothing() {
    let mut signed = heartbeat();
    signed.cosign("witness.example", &SigningKey::from_seed(&[3; 32]), AT);
    let read = SignedHead::parse(&signed.text()).unwrap();
    assert_eq!(read, signed);
    assert_eq!(read.verify(HOST, &host().public()), Ok(&head()));
}

#[test]
fn another_text_of_the_same_head_is_refused() {
    let text = heartbeat().text();
    let cases = [
        ("leading zero", text.replacen("\n3\n", "\n03\n", 1)),
        ("plus", text.replacen("\n3\n", "\n+3\n", 1)),
        ("carriage return", text.replacen("\n3\n", "\n3\r\n", 1)),
        ("unpadded root", text.replacen("=\nstate", "\nstate", 1)),
        ("an extension of others", text.replacen("\n\n", "\nother\n\n", 1)),
        ("an unknown state", text.replacen("state/1", "state/2", 1)),
        ("no newline at the end", text.trim_end().to_owned()),
        ("an empty line at the end", format!("{text}\n")),
        ("an empty line inside", text.replacen("\n— ", "\n\n— ", 2)),
        ("another dash", text.replacen('—', "-", 1)),
        ("two spaces", text.replacen("— host.example ", "— host.example  ", 1)),
        ("a name with a plus", text.replacen("— host.example", "— host+example", 1)),
        ("no name", text.replacen("— host.example", "— ", 1)),
        ("no signatures", head().to_string()),
        ("no signature lines", format!("{}\n", head())),
        ("an upper-case origin", text.replacen(HOST, "HOST.example", 1)),
        ("nothing", String::new()),
    ];
    for (what, other) in cases {
        assert_ne!(other, text, "{what}");
        let answer = SignedHead::parse(&other);
        let refused = matches!(answer, Err(HeadError::Malformed(_) | HeadError::NotCanonical));
        assert!(refused, "{what}: {answer:?}");
    }
}

#[test]
fn a_head_has_limits() {
    let mut signed = heartbeat();
    let line = signed.lines[0].clone();
    signed.lines.resize(16, line.clone());
    assert_eq!(SignedHead::parse(&signed.text()).as_ref(), Ok(&signed));
    signed.lines.push(line);
    assert_eq!(SignedHead::parse(&signed.text()), Err(HeadError::TooManyLines(17)));
    let long = "x".repeat(HEAD_BYTES_MAX + 1);
    assert_eq!(SignedHead::parse(&long), Err(HeadError::TooLarge(long.len())));
}

#[test]
fn a_statement_is_not_a_head() {
    // A node signs both with one key: what it signs must never read as the other.
    let intent = Intent {
        origin: PartyId::new(HOST).unwrap(),
        id: StatementId([1; 16]),
        at: AT,
        seen: Seen::default(),
        audience: Audience::Joint,
    };
    let act = KeyVoided { key: KeyId([3; 8]), reason: "lost".to_owned(), since: None }.into();
    let draft = Draft::new(intent, &act, Seed([9; 32]), &host().public()).unwrap();
    assert!(String::from_utf8(draft.to_sign.clone()).is_err());
    let mut signed = SignedHead::sign(head(), HOST, &host());
    signed.lines[0].signature = host().sign(&draft.to_sign).to_vec();
    assert_eq!(signed.verify(HOST, &host().public()), Err(HeadError::WrongSignature));
}

#[test]
fn a_line_of_another_log_reads() {
    // The example of C2SP tlog-checkpoint.
    let line = "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeO\
                oRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=";
    let line: SignatureLine = line.parse().unwrap();
    assert_eq!((line.key_hash, line.signature.len()), ([0x03, 0x3d, 0xe0, 0xae], 64));
}

proptest! {
    #[test]
    fn every_head_comes_back(
        origin in "[a-z0-9./_:-]{1,64}",
        size in any::<u64>(),
        root in any::<[u8; 32]>(),
        state in any::<Option<(u64, u64, [u8; 32])>>(),
        at in 0_i64..1_i64 << 50,
        name in "[a-z.é]{1,20}",
    ) {
        let origin = PartyId::new(&origin).expect("an id");
        let state = state.map(|(host, guest, hash)| StateMark { host, guest, hash: Hash(hash) });
        let head = Head { origin, size, root: Hash(root), state };
        let mut signed = SignedHead::sign(head.clone(), &name, &host());
        signed.cosign(&name, &guest(), Moment::from_ms(at));
        let read = SignedHead::parse(&signed.text()).expect("canonical");
        prop_assert_eq!(&read, &signed);
        prop_assert_eq!(read.verify(&name, &host().public()), Ok(&head));
        let second = read.cosigned_at(&name, &guest().public()).expect("cosigned");
        prop_assert!((0..1_000).contains(&Moment::from_ms(at).ms_since(second)));
    }

    #[test]
    fn no_altered_character_survives(
        at in any::<proptest::sample::Index>(), put in any::<char>(),
    ) {
        let text = heartbeat().text();
        let mut altered: Vec<char> = text.chars().collect();
        let at = at.index(altered.len());
        if let Some(old) = altered.get_mut(at) {
            *old = put;
        }
        let altered: String = altered.into_iter().collect();
        prop_assume!(altered != text);
        if let Ok(read) = SignedHead::parse(&altered) {
            let plain = read.verify(HOST, &host().public()).is_ok();
            let beats = read.cosigned_at(HOST, &host().public()).is_some();
            let mirrored = read.cosigned_at(GUEST, &guest().public()).is_some();
            prop_assert!(!(plain && beats && mirrored), "{}", altered);
        }
    }

    #[test]
    fn foreign_texts_are_refused_calmly(text in "\\PC*(\n\\PC*){0,8}") {
        prop_assert!(SignedHead::parse(&text).is_err());
        prop_assert!(text.parse::<Head>().is_err());
    }

    #[test]
    fn strange_times_are_no_times(seconds in (i64::MAX.unsigned_abs() / 1_000 + 1)..) {
        let mut signed = heartbeat();
        let text = format!("cosignature/v1\ntime {seconds}\n{}", head());
        let signature = host().sign(text.as_bytes());
        signed.lines.iter_mut().skip(1).take(1).for_each(|line| {
            line.signature = [&seconds.to_be_bytes()[..], &signature].concat();
        });
        prop_assert_eq!(signed.cosigned_at(HOST, &host().public()), None);
    }
}

// What the vectors file must say; a change of these bytes is a new format, not an edit.
fn vector() -> String {
    let hex = words::hash::hex;
    let text = heartbeat().text().replace('\n', "\\n");
    format!(
        "{{\n  \"entries\": [\"one\", \"two\", \"three\"],\n  \"root\": \"{}\",\n  \
         \"host_name\": \"{HOST}\",\n  \"host_seed\": \"{}\",\n  \"host_public\": \"{}\",\n  \
         \"guest_name\": \"{GUEST}\",\n  \"guest_seed\": \"{}\",\n  \"guest_public\": \"{}\",\n  \
         \"host_cosigned_unix_s\": 1728239400,\n  \"guest_cosigned_unix_s\": 1728239401,\n  \
         \"signed_head\": \"{text}\"\n}}\n",
        head().root,
        hex(&[1; 32]),
        hex(&host().public().public),
        hex(&[2; 32]),
        hex(&guest().public().public),
    )
}

#[test]
fn the_text_is_that_of_the_test_vector() {
    let kept = include_str!("../../../docs/formats/head.vectors.json");
    assert_eq!(kept, vector(), "a new vector would be:\n{}", vector());
}
