//! Kits, lists and challenges: what is taken, and what a thief gets.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod example;

use example::{
    at, basis, claims, claims_with_phone, code, guest, host, kit, list, opened, phone, public,
    signed, trust,
};
use note::key::SigningKey;
use pass::basis::Basis;
use pass::challenge::{ANSWER_WITHIN_MS, Asked, SPOKEN_MAX, answer, spoken};
use pass::claims::{Claims, INDICES};
use pass::kit::{Exercise, KEYS_MAX, KIT_LIFE_MS, Kit, Now, Trust, open, renew};
use pass::paper::{Correction, Sheet, from_sheet, qr_version, sheet};
use pass::refusal::{AnswerRefusal, BasisRefusal, KitFault, KitRefusal, ListRefusal};
use pass::status::{BITS_BYTES, LIST_BYTES_MAX};
use pass::verified::Verified;
use pass::verify::{Shown, verify};
use words::hash::Hash;
use words::id::PassId;

fn stranger() -> SigningKey {
    SigningKey::from_seed(&[9; 32])
}

fn refused(kit: &Kit, by: &SigningKey) -> KitRefusal {
    open(&kit.sign(by), Now::Theirs(at(0)), None).unwrap_err()
}

#[test]
fn a_kit_is_signed_by_one_of_its_own_and_later_ones_by_the_same() {
    let kit = kit(&list(0, &[]));
    let first = open(&kit.sign(&host()), Now::Theirs(at(0)), None).unwrap();
    assert_eq!(first.get().kit, kit);
    assert_eq!(refused(&kit, &stranger()), KitFault::UnknownKey.into());
    let pinned = Some(first.get().issuer);
    assert!(open(&kit.sign(&host()), Now::Theirs(at(0)), pinned).is_ok());
    let theirs = open(&kit.sign(&guest()), Now::Theirs(at(0)), pinned).unwrap_err();
    assert_eq!(theirs, KitFault::OtherIssuer.into());
    // The other party's kit needs the other party's list.
    let list = refused(&kit, &guest());
    assert_eq!(list, KitRefusal::List(ListRefusal::UnknownKey));
    let late = open(&kit.sign(&host()), Now::Theirs(at(0).plus_ms(KIT_LIFE_MS)), None);
    assert_eq!(late.unwrap_err(), KitFault::Expired.into());
}

#[test]
fn a_kit_of_an_exercise_says_what_time_it_is_there() {
    let exercise = Some(Exercise { real: at(1_000_000), speed: 60 });
    let kit = Kit { exercise, ..kit(&list(0, &[])) };
    assert_eq!(kit.moment(Now::Device(at(1_000_002))), at(120));
    assert_eq!(kit.moment(Now::Theirs(at(7))), at(7));
    assert!(open(&kit.sign(&host()), Now::Device(at(1_000_001)), None).is_ok());
}

#[test]
fn a_kit_in_which_one_speaks_for_both_is_none() {
    let with = |change: fn(&mut Kit)| {
        let mut kit = kit(&list(0, &[]));
        change(&mut kit);
        refused(&kit, &host())
    };
    let bad = KitRefusal::from(KitFault::BadKit);
    assert_eq!(with(|kit| kit.guest.keys = kit.host.keys.clone()), bad);
    assert_eq!(with(|kit| kit.guest.party = kit.host.party.clone()), bad);
    assert_eq!(with(|kit| kit.guest.keys.clear()), bad);
    assert_eq!(with(|kit| kit.guest.keys = vec![public(&stranger()); KEYS_MAX + 1]), bad);
    assert_eq!(with(|kit| kit.stale_after_ms = -1), bad);
}

#[test]
fn a_newer_list_is_taken_and_an_older_one_is_not() {
    let trust = opened(&kit(&list(0, &[])));
    let newer = renew(&trust, &list(5, &[412]).sign(&host())).unwrap();
    assert_eq!(newer.get().status.is_dead(412), Some(true));
    let dead = verify(&code(), &newer, Shown { at: at(6), zone: None, photo: None });
    assert_eq!(dead.unwrap_err().code(), "revoked");
    let old = list(0, &[]).sign(&host());
    assert_eq!(renew(&newer, &old).unwrap_err(), ListRefusal::Older);
    let foreign = list(9, &[]).sign(&guest());
    assert_eq!(renew(&newer, &foreign).unwrap_err(), ListRefusal::UnknownKey);
    let mut other = list(9, &[]);
    other.subject = "safeconduct:elsewhere/passes".to_owned();
    assert_eq!(renew(&newer, &other.sign(&host())).unwrap_err(), ListRefusal::OtherList);
    let mut shorter = list(9, &[]);
    shorter.size = 1;
    assert_eq!(renew(&newer, &shorter.sign(&host())).unwrap_err(), ListRefusal::Older);
}

#[test]
fn a_list_names_every_index_once_and_unpacks_to_no_more() {
    let mut status = list(0, &[0, 7, 8, INDICES - 1, INDICES]);
    assert_eq!(status.dead(), 4);
    let dead = |index| status.is_dead(index);
    assert_eq!([dead(0), dead(1), dead(7), dead(8)], [true, false, true, true].map(Some));
    assert_eq!([dead(INDICES - 1), dead(INDICES)], [Some(true), None]);
    // The worst list: as good as random bits.
    (0..INDICES).filter(|index| index.wrapping_mul(2_654_435_761) >> 31 == 1).for_each(|index| {
        status.kill(index);
    });
    let bytes = status.sign(&host());
    assert!(bytes.len() < LIST_BYTES_MAX, "{} bytes", bytes.len());
    let read = pass::status::open(&bytes, &[host().public()]).unwrap();
    assert_eq!(read.get(), &status);
    assert_eq!(BITS_BYTES * 8, usize::try_from(INDICES).unwrap());
}

#[test]
fn a_kit_is_one_picture() {
    let bytes = kit(&list(0, &[1, 2, 3])).sign(&host());
    let text = sheet(Sheet::Kit, &bytes);
    assert_eq!(from_sheet(Sheet::Kit, &text).unwrap(), bytes);
    assert!(from_sheet(Sheet::Pass, &text).is_err());
    let version = qr_version(&text, Correction::Low).unwrap();
    assert!(version <= 20, "{} bytes, version {version}", bytes.len());
}

#[test]
fn officers_see_what_a_pass_rests_on_and_a_checkpoint_does_not() {
    let pass = verified(&code(), &trust());
    let opened = pass::basis::open(&pass, &basis().to_bytes()).unwrap();
    assert_eq!(opened.get(), &basis());
    let other = Basis { salt: Hash([6; 32]), ..basis() };
    let no = pass::basis::open(&pass, &other.to_bytes());
    assert_eq!(no.unwrap_err(), BasisRefusal::OtherBasis);
    let told = [basis().movement.to_string(), basis().consent.to_string()];
    for secret in told.iter().map(String::as_bytes) {
        assert!(!code().windows(secret.len()).any(|part| part == secret));
    }
}

fn verified(code: &[u8], trust: &Verified<Trust>) -> Verified<Claims> {
    verify(code, trust, Shown { at: at(1), zone: None, photo: None }).unwrap()
}

#[test]
fn whoever_holds_the_phone_answers_once_and_a_thief_of_the_paper_does_not() {
    let pass = verified(&signed(&claims_with_phone()), &trust());
    let ask = |seed| Asked::new(&pass, &[seed; 32], at(1)).unwrap();
    let said = answer(&phone(), ask(6).question()).unwrap();
    assert_eq!(ask(6).check(said, at(1)), Ok(()));
    // A replayed answer: the next question has another key.
    assert_eq!(ask(7).check(said, at(1)), Err(AnswerRefusal::WrongAnswer));
    // A thief has the paper and a phone of his own.
    let thief = answer(&stranger(), ask(6).question()).unwrap();
    assert_eq!(ask(6).check(thief, at(1)), Err(AnswerRefusal::WrongAnswer));
    let late = at(1).plus_ms(ANSWER_WITHIN_MS);
    assert_eq!(ask(6).check(said, late), Err(AnswerRefusal::TooLate));
    // Another pass's holder cannot answer for this one, with the same phone.
    let other = Claims { pass: PassId::new("p-0002").unwrap(), ..claims_with_phone() };
    let other = verified(&signed(&other), &trust());
    let theirs = Asked::new(&other, &[6; 32], at(1)).unwrap();
    assert_ne!(answer(&phone(), theirs.question()), Some(said));
    let paper = verified(&signed(&claims()), &trust());
    assert_eq!(Asked::new(&paper, &[6; 32], at(1)).unwrap_err(), AnswerRefusal::NoPhone);
}

#[test]
fn a_strip_is_of_one_agreement_and_one_pass() {
    let pass = claims().pass;
    let strip = |agreed: u8, pass: &PassId| -> Vec<u32> {
        (0..SPOKEN_MAX).map(|at| spoken(&[agreed; 32], pass, at)).collect()
    };
    let ours = strip(1, &pass);
    assert_ne!(ours, strip(2, &pass));
    assert_ne!(ours, strip(1, &PassId::new("p-0002").unwrap()));
    let different: std::collections::BTreeSet<_> = ours.iter().collect();
    assert!(different.len() > 35, "{ours:?}");
}
