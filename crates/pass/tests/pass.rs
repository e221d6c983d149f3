//! A pass from issue to checkpoint, and what must not get through.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it cannot go on"
)]

mod example;

use std::sync::OnceLock;

use example::{
    PHOTO, at, basis, claims, claims_with_phone, code, guest, host, kit, list, opened, public,
    signed, trust,
};
use note::canon::encode;
use note::key::SigningKey;
use pass::claims::{
    APPEARANCE_CHARS_MAX, Claims, ClaimsError, Digest, Ed25519, INDICES, SERIAL_CHARS_MAX,
    SERIALS_MAX, VEHICLE_CHARS_MAX,
};
use pass::code::{
    PassError, attach, claims_of, countersign, issue, signed_by, signing_bytes, to_countersign,
    unsigned,
};
use pass::kit::{Expected, Kit, Now, Trust};
use pass::paper::{Correction, PREFIX, from_text, qr_version, svg, text};
use pass::refusal::{Caution, PassRefusal};
use pass::verified::Verified;
use pass::verify::{Shown, verify};
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use words::clause::WhenStale;
use words::id::{PassId, ZoneId};
use words::limit::ID_BYTES_MAX;
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Task};

fn zone() -> ZoneId {
    claims().zone
}

fn here(minutes: i64) -> Shown<'static> {
    static ZONE: OnceLock<ZoneId> = OnceLock::new();
    Shown { at: at(minutes), zone: Some(ZONE.get_or_init(zone)), photo: None }
}

fn nowhere(minutes: i64) -> Shown<'static> {
    Shown { zone: None, ..here(minutes) }
}

fn ask(code: &[u8], trust: &Verified<Trust>, minutes: i64) -> Result<Claims, PassRefusal> {
    verify(code, trust, here(minutes)).map(Verified::into_inner)
}

fn now(code: &[u8]) -> Result<Claims, PassRefusal> {
    ask(code, &trust(), 1)
}

#[test]
fn a_pass_that_both_have_signed_is_good_in_its_window_and_zone() {
    let pass = verify(&code(), &trust(), here(1)).unwrap();
    assert_eq!(pass.get(), &claims());
    assert_eq!(pass.cautions(), []);
}

#[test]
fn one_signature_is_not_enough() {
    let issued = issue(&claims(), &guest()).unwrap();
    assert_eq!(now(&issued), Err(PassRefusal::HostSignatureMissing));
    let alone = issue(&claims(), &host()).unwrap();
    assert_eq!(now(&alone), Err(PassRefusal::GuestSignatureMissing));
    assert_eq!(now(&unsigned(&claims()).unwrap()), Err(PassRefusal::GuestSignatureMissing));
    let stranger = issue(&claims(), &SigningKey::from_seed(&[9; 32])).unwrap();
    assert_eq!(now(&stranger), Err(PassRefusal::UnknownKey));
}

#[test]
fn one_party_cannot_sign_for_both() {
    let second = SigningKey::from_seed(&[3; 32]);
    let mut two = kit(&list(0, &[]));
    two.guest.keys.push(public(&second));
    let trust = opened(&two);
    let both_guest = countersign(&issue(&claims(), &guest()).unwrap(), &second).unwrap();
    assert_eq!(ask(&both_guest, &trust, 1), Err(PassRefusal::SamePartyTwice));
    let same_key = countersign(&issue(&claims(), &guest()).unwrap(), &guest());
    assert!(matches!(same_key, Err(PassError::SameKeyTwice)));
}

#[test]
fn signatures_in_the_other_order_are_another_code_and_refused() {
    let swapped = countersign(&issue(&claims(), &host()).unwrap(), &guest()).unwrap();
    assert_eq!(now(&swapped), Err(PassRefusal::NotCanonical));
}

#[test]
fn an_unknown_officer_is_refused() {
    let stranger = SigningKey::from_seed(&[9; 32]);
    let foreign = countersign(&issue(&claims(), &guest()).unwrap(), &stranger).unwrap();
    assert_eq!(now(&foreign), Err(PassRefusal::UnknownKey));
}

#[test]
fn a_third_signature_and_a_countersignature_of_nothing_are_refused() {
    let third = SigningKey::from_seed(&[9; 32]);
    assert!(matches!(countersign(&code(), &third), Err(PassError::Complete)));
    let nothing = unsigned(&claims()).unwrap();
    assert!(matches!(countersign(&nothing, &host()), Err(PassError::NotIssued)));
}

#[test]
fn time_zone_photograph_and_revocation_are_checked() {
    let code = code();
    let early = opened(&kit(&list(-60, &[])));
    assert_eq!(ask(&code, &early, -1), Err(PassRefusal::NotYetValid));
    assert_eq!(ask(&code, &trust(), 0), Ok(claims()));
    assert_eq!(ask(&code, &trust(), 239), Ok(claims()));
    assert_eq!(ask(&code, &trust(), 240), Err(PassRefusal::Expired));
    let elsewhere = ZoneId::new("port-west").unwrap();
    let there = verify(&code, &trust(), Shown { zone: Some(&elsewhere), ..here(1) });
    assert_eq!(there, Err(PassRefusal::WrongZone));
    let revoked = opened(&kit(&list(0, &[7, 412])));
    assert_eq!(ask(&code, &revoked, 1), Err(PassRefusal::Revoked));
    let others = opened(&kit(&list(0, &[411, 413])));
    assert_eq!(ask(&code, &others, 1), Ok(claims()));
    let photo = |file| verify(&code, &trust(), Shown { photo: Some(file), ..here(1) });
    assert_eq!(photo(PHOTO).unwrap().get(), &claims());
    assert_eq!(photo(b"another face"), Err(PassRefusal::WrongPhoto));
    let faceless = signed(&Claims { photo: None, ..claims() });
    let shown = Shown { photo: Some(PHOTO), ..here(1) };
    assert_eq!(verify(&faceless, &trust(), shown), Err(PassRefusal::WrongPhoto));
}

#[test]
fn a_protected_persons_kit_knows_whom_she_expects() {
    let expecting = |pass: &str| {
        let one = Expected { pass: PassId::new(pass).unwrap(), answers: Vec::new() };
        opened(&Kit { expected: Some(vec![one]), ..kit(&list(0, &[])) })
    };
    assert_eq!(ask(&code(), &expecting("p-7f3a"), 1), Ok(claims()));
    assert_eq!(ask(&code(), &expecting("p-0001"), 1), Err(PassRefusal::NotExpected));
}

#[test]
fn a_clock_set_back_does_not_wake_an_expired_pass() {
    let ahead = opened(&kit(&list(600, &[])));
    assert_eq!(ask(&code(), &ahead, 1), Err(PassRefusal::Expired));
}

#[test]
fn a_guard_is_cautioned_about_a_stale_list_a_slow_clock_and_an_unknown_zone() {
    let cautions = |trust: &Verified<Trust>, minutes| {
        verify(&code(), trust, here(minutes)).unwrap().cautions().to_vec()
    };
    let stale = Kit { stale_after_ms: 60_000, ..kit(&list(0, &[])) };
    assert_eq!(cautions(&opened(&stale), 1), []);
    assert_eq!(cautions(&opened(&stale), 2), [Caution::ListStale]);
    let ahead = opened(&kit(&list(30, &[])));
    assert_eq!(cautions(&ahead, 28), []);
    assert_eq!(cautions(&ahead, 27), [Caution::ClockBehind]);
    let unknown = verify(&code(), &trust(), nowhere(1)).unwrap();
    assert_eq!(unknown.cautions(), [Caution::ZoneNotChecked]);
}

#[test]
fn where_the_agreement_says_so_nobody_passes_on_an_old_list() {
    let strict =
        Kit { stale_after_ms: 60_000, when_stale: WhenStale::Refuse, ..kit(&list(0, &[])) };
    assert_eq!(ask(&code(), &opened(&strict), 1), Ok(claims()));
    assert_eq!(ask(&code(), &opened(&strict), 2), Err(PassRefusal::ListTooOld));
    // A list that has ended says nothing, whatever the agreement says.
    let patient = Kit { stale_after_ms: i64::MAX, ..kit(&list(-1_440, &[])) };
    assert_eq!(ask(&code(), &opened(&patient), 0), Err(PassRefusal::ListTooOld));
}

// Two tests, so that two cores share the 92,000 checks.
#[test]
fn every_change_of_one_even_byte_is_refused() {
    change_every_second_byte_from(0);
}

#[test]
fn every_change_of_one_odd_byte_is_refused() {
    change_every_second_byte_from(1);
}

fn change_every_second_byte_from(first: usize) {
    let (code, trust) = (code(), trust());
    for at_byte in (first..code.len()).step_by(2) {
        let mut changed = code.clone();
        for value in 0..=u8::MAX {
            changed[at_byte] = value;
            let same = changed == code;
            assert_eq!(ask(&changed, &trust, 1).is_ok(), same, "byte {at_byte} = {value}");
        }
    }
}

#[test]
fn every_cut_and_every_tail_is_refused() {
    let code = code();
    for length in 0..code.len() {
        assert_eq!(now(&code[..length]), Err(PassRefusal::NotAPass), "{length} bytes");
    }
    for tail in [&[0][..], &[0xf6], &code] {
        assert!(now(&[&code[..], tail].concat()).is_err());
    }
    assert_eq!(now(&vec![0; 1 << 20]), Err(PassRefusal::NotAPass));
}

#[test]
fn the_same_pass_in_another_form_is_refused() {
    let code = code();
    // d8 62 | 84 | 40 | a0 | 58 …: tag, array of four, no header, no header, claims.
    assert_eq!(code[..6], [0xd8, 0x62, 0x84, 0x40, 0xa0, 0x58]);
    let with = |head: &[u8], from: usize, tail: &[u8]| [head, &code[from..], tail].concat();
    let other_forms = [
        ("a longer tag", with(&[0xd9, 0, 0x62], 2, &[])),
        ("no tag", with(&[], 2, &[])),
        ("a longer array head", with(&[0xd8, 0x62, 0x98, 4], 3, &[])),
        ("an indefinite array", with(&[0xd8, 0x62, 0x9f], 3, &[0xff])),
        ("a longer length", with(&[0xd8, 0x62, 0x84, 0x40, 0xa0, 0x59, 0], 6, &[])),
    ];
    for (name, other) in other_forms {
        let answer = now(&other);
        let refused = matches!(answer, Err(PassRefusal::NotCanonical | PassRefusal::NotAPass));
        assert!(refused, "{name}: {answer:?}");
    }
}

#[test]
fn something_in_an_unprotected_header_is_refused() {
    let code = code();
    let at_signer = code.windows(3).position(|three| three == [0x83, 0x4d, 0xa2]).unwrap();
    for empty in [4, at_signer + 15] {
        assert_eq!(code[empty], 0xa0);
        let filled = [&code[..empty], &[0xa1, 1, 1], &code[empty + 1..]].concat();
        assert_eq!(now(&filled), Err(PassRefusal::NotAPass));
    }
}

#[test]
fn claims_in_another_form_are_refused_though_both_have_signed_them() {
    // A signer's own broken software signs 04 (four persons) as 18 04.
    let plain = encode(&claims());
    let at_headcount = plain.windows(3).position(|three| three == [0x05, 0x04, 0x06]).unwrap();
    let longer = [&plain[..=at_headcount], &[0x18, 0x04], &plain[at_headcount + 2..]].concat();
    let code = hand_made(&longer);
    assert_eq!(now(&code), Err(PassRefusal::NotCanonical));
    assert_eq!(now(&hand_made(&plain)), Ok(claims()), "the hand-made code itself is right");
}

// COSE_Sign written byte by byte, apart from the code under test, with true signatures.
fn hand_made(payload: &[u8]) -> Vec<u8> {
    let bytes = |head: u8, content: &[u8]| {
        let length = u8::try_from(content.len()).unwrap();
        [&[head, length][..], content].concat()
    };
    let context = bytes(0x52, b"safeconduct/pass/2").split_off(2);
    let context = [&[0x52][..], &context].concat();
    let body = vec![0x40];
    let payload = bytes(0x58, payload);
    let sign = |key: &SigningKey| {
        let header = [&[0x4d, 0xa2, 1, 0x27, 4, 0x48][..], &key.id().0].concat();
        let message =
            [&[0x85, 0x69][..], b"Signature", &body, &header, &context, &payload].concat();
        [&[0x83][..], &header, &[0xa0], &bytes(0x58, &key.sign(&message))].concat()
    };
    let signatures = [sign(&guest()), sign(&host())].concat();
    [&[0xd8, 0x62, 0x84][..], &body, &[0xa0], &payload, &[0x82], &signatures].concat()
}

#[test]
fn an_officer_with_a_key_elsewhere_signs_the_same_bytes() {
    let issued = issue(&claims(), &guest()).unwrap();
    let (shown, message) = to_countersign(&issued, &host().public()).unwrap();
    assert_eq!(shown, claims());
    let signature = host().sign(&message);
    assert_eq!(attach(&issued, &host().public(), &signature).unwrap(), code());
    let wrong = attach(&issued, &host().public(), &guest().sign(&message));
    assert!(matches!(wrong, Err(PassError::BadSignature(_))));
    let blank = unsigned(&claims()).unwrap();
    let first = guest().sign(&signing_bytes(&blank, &guest().public()).unwrap());
    assert_eq!(attach(&blank, &guest().public(), &first).unwrap(), issued);
}

#[test]
fn a_code_tells_whose_signature_it_carries() {
    let issued = issue(&claims(), &guest()).unwrap();
    assert!(signed_by(&issued, &guest().public()).is_ok());
    assert!(matches!(signed_by(&issued, &host().public()), Err(PassError::NotSigned)));
    assert!(signed_by(&code(), &host().public()).is_ok());
    let mut forged = code();
    *forged.last_mut().unwrap() ^= 1;
    let answer = signed_by(&forged, &host().public());
    assert!(matches!(answer, Err(PassError::BadSignature(_))));
}

#[test]
fn claims_that_break_their_rules_are_not_signed() {
    type Spoil = fn(&mut Claims);
    let cases: [(Spoil, ClaimsError); 10] = [
        (|claims| claims.index = INDICES, ClaimsError::Index),
        (|claims| claims.appearance.clear(), ClaimsError::Appearance),
        (|claims| claims.appearance = "x".repeat(APPEARANCE_CHARS_MAX + 1), {
            ClaimsError::Appearance
        }),
        (|claims| claims.appearance.push('\u{202e}'), ClaimsError::Appearance),
        (|claims| claims.vehicle = "A\nB".to_owned(), ClaimsError::Vehicle),
        (|claims| claims.headcount = 0, ClaimsError::Headcount),
        (|claims| claims.serials = vec!["1".to_owned(); 5], ClaimsError::Serials),
        (|claims| claims.serials[0].clear(), ClaimsError::Serials),
        (|claims| claims.arms = ArmsClass::Unarmed, ClaimsError::Serials),
        (|claims| claims.window = Window::new(at(0), at(721)).unwrap(), {
            ClaimsError::TooLongLived
        }),
    ];
    for (spoil, expected) in cases {
        let mut claims = claims();
        spoil(&mut claims);
        let answer = issue(&claims, &guest());
        assert!(matches!(answer, Err(PassError::BadClaims(found)) if found == expected));
        let signed_anyway = hand_made(&encode(&claims));
        assert_eq!(now(&signed_anyway), Err(PassRefusal::BadClaims), "{expected}");
    }
}

#[test]
fn the_ordinary_pass_fits_a_small_qr_code() {
    let (code, with_phone) = (code(), signed(&claims_with_phone()));
    let size = |code: &[u8], correction| {
        let paper = text(code);
        (code.len(), paper.len(), qr_version(&paper, correction).unwrap())
    };
    assert_eq!(size(&code, Correction::Medium), (309, 468, 13));
    assert_eq!(size(&code, Correction::Quartile), (309, 468, 16));
    assert_eq!(size(&with_phone, Correction::Medium), (344, 520, 14));
}

#[test]
fn the_largest_pass_still_fits_a_qr_code() {
    let id = "x".repeat(ID_BYTES_MAX);
    let claims = Claims {
        pass: PassId::new(&id).unwrap(),
        index: INDICES - 1,
        appearance: "𠀀".repeat(APPEARANCE_CHARS_MAX),
        vehicle: "𠀀".repeat(VEHICLE_CHARS_MAX),
        serials: vec!["𠀀".repeat(SERIAL_CHARS_MAX); SERIALS_MAX],
        zone: ZoneId::new(&id).unwrap(),
        ..claims_with_phone()
    };
    let code = signed(&claims);
    let paper = text(&code);
    assert_eq!((code.len(), qr_version(&paper, Correction::Quartile)), (981, Some(31)));
}

#[test]
fn the_picture_needs_neither_script_nor_style() {
    let picture = svg(&text(&code()), Correction::Quartile).unwrap();
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>"));
    assert!(!picture.contains("style") && !picture.contains("script"));
    assert!(picture.len() < 32_768, "{} bytes", picture.len());
}

#[test]
fn paper_has_one_text() {
    let code = code();
    let paper = text(&code);
    assert_eq!(from_text(&paper).unwrap(), code);
    let others =
        [paper.to_lowercase(), paper.replace(PREFIX, "HC1:"), format!("{paper} "), String::new()];
    for other in others {
        assert!(matches!(from_text(&other), Err(PassError::NotPaper)), "{other}");
    }
}

#[test]
fn codes_of_refusals_are_stable_and_distinct() {
    let codes: Vec<_> = PassRefusal::ALL.iter().map(|one| one.code()).collect();
    let expected = "not-a-pass not-canonical bad-claims host-signature-missing \
                    guest-signature-missing same-party-twice unknown-key bad-signature revoked \
                    list-too-old not-yet-valid expired wrong-zone wrong-photo not-expected";
    assert_eq!(codes.join(" "), expected);
}

fn any_claims() -> impl Strategy<Value = Claims> {
    let window = (-4_000_000_000_000..4_000_000_000_000_i64, 1..=43_200_000_i64).prop_map(
        |(start, life_ms)| {
            let start = Moment::from_ms(start);
            Window::new(start, start.plus_ms(life_ms)).unwrap()
        },
    );
    let what = (select(Task::ALL), select(ArmsClass::ALL), 1..500_u32, 0..INDICES);
    let looks = ("[a-zکگچ中文][a-z کگچ中文]{0,59}", "[A-Z0-9][A-Z0-9-]{0,15}");
    let serials = proptest::collection::vec("[A-Z0-9-]{1,16}", 0..=SERIALS_MAX);
    let face = (any::<Option<[u8; 16]>>(), any::<Option<[u8; 32]>>());
    ("[a-z0-9._:/-]{1,64}", window, what, looks, serials, face).prop_map(
        |(id, window, (task, arms, headcount, index), (appearance, vehicle), serials, face)| {
            let serials = if arms == ArmsClass::Unarmed { Vec::new() } else { serials };
            Claims {
                pass: PassId::new(&id).unwrap(),
                index,
                zone: ZoneId::new(&id).unwrap(),
                appearance,
                vehicle,
                headcount,
                task,
                arms,
                serials,
                window,
                photo: face.0.map(Digest),
                phone: face.1.map(Ed25519),
                basis: basis().digest(),
            }
        },
    )
}

proptest! {
    #[test]
    fn what_was_issued_is_what_the_checkpoint_reads(claims in any_claims()) {
        let code = signed(&claims);
        let carried = from_text(&text(&code)).unwrap();
        let mut fresh = list(0, &[]);
        fresh.as_of = claims.window.start().plus_ms(-2_000);
        fresh.until = claims.window.end();
        let trust = opened(&kit(&fresh));
        let shown = Shown { at: claims.window.start(), zone: Some(&claims.zone), photo: None };
        let pass = verify(&carried, &trust, shown).unwrap();
        prop_assert_eq!(pass.get(), &claims);
        prop_assert_eq!(claims_of(&carried).unwrap(), claims);
    }

    #[test]
    fn no_foreign_bytes_or_text_upset_a_checkpoint(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        paper in "(SC2:)?\\PC{0,80}",
    ) {
        prop_assert!(now(&bytes).is_err());
        prop_assert!(from_text(&paper).is_err() || paper.starts_with(PREFIX));
        prop_assert!(pass::kit::open(&bytes, Now::Theirs(at(0)), None).is_err());
        prop_assert!(pass::status::open(&bytes, &[host().public()]).is_err());
    }

    #[test]
    fn signatures_do_not_carry_over_to_other_claims(one in any_claims(), other in any_claims()) {
        let code = signed(&one);
        let (mine, theirs) = (encode(&one), encode(&other));
        let at_payload = code.windows(mine.len()).position(|part| part == mine).unwrap();
        let mut changed = code.clone();
        if mine.len() == theirs.len() && mine != theirs {
            changed[at_payload..at_payload + mine.len()].copy_from_slice(&theirs);
            prop_assert!(verify(&changed, &trust(), nowhere(1)).is_err());
        }
        changed[at_payload + mine.len() - 1] ^= 1;
        prop_assert!(verify(&changed, &trust(), nowhere(1)).is_err());
    }
}
