//! Scripts of standing: rungs, items, licences, officers, emergencies.

use article::root::root;
use joint::standing::{Matter, Standing};
use joint::state::Sight;
use words::act::{AgreementProposed, AgreementSigned};
use words::role::Side;

use crate::pair::{Pair, agreement};
use crate::{check, played};

const KARACHI: &str = include_str!("../../../../scenarios/karachi/agreement.toml");

const MORE: &str = r#"
[[article]]
number = "90"

[article.heading]
en = "Standing"
zh = "资格"
ur = "حیثیت"

[article.text]
en = "Exercise."
zh = "演练。"
ur = "مشق۔"

[[article.accreditation_and_training]]
item = "vetting"
categories = ["police"]
valid_days = 1

[article.rotation]
days_max = 30
gap_days_min = 7

[[article.host_presence]]
tasks = ["close_protection"]
guests_per_officer_max = 2

[article.psc_licensing]
categories = ["police"]
audit_days = 10
insured = true

[article.emergency_and_evacuation]
declared_by = "host"
hours_max = 2
notice_minutes = 30
"#;

// The exercise's agreement, amended by an article that asks for standing.
fn amended(mut pair: Pair) -> Pair {
    let text = format!("{KARACHI}{MORE}");
    let hash = root(&text);
    pair.say(Side::Host, AgreementProposed { agreement: agreement(), text }).unwrap();
    for side in [Side::Host, Side::Guest] {
        pair.say(side, AgreementSigned { agreement: agreement(), text: hash }).unwrap();
    }
    pair
}

// The facts of standing of an order, as the guest would have them now if the agreement asked
// for standing: what the rules then say to them is told elsewhere.
fn of_order(pair: &Pair, task: &str) -> Standing {
    let pair = amended(pair.clone());
    facts(&pair, task)
}

fn facts(pair: &Pair, task: &str) -> Standing {
    let state = pair.guest.view.state();
    let (_, order) = state.tasks.iter().find(|(id, _)| id.as_str() == task).unwrap();
    let (seen, _) = pair.guest.view.sizes();
    let sight = Sight { side: Side::Guest, seen };
    let request = &state.deployments[&order.order.deployment].request;
    let matter = Matter {
        agreement: &request.agreement,
        zone: &request.terms.zone,
        terms: Some(&request.terms),
        order: Some(&order.order),
    };
    Standing::of(state, &matter, (pair.now, sight))
}

#[test]
fn a_closed_rung_stops_that_rung_alone_and_at_once() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 12:00
         06:02 guest order t-1 d-1 4
         06:03 host  shut armed
         06:03 host  shut advise
         06:04 guest request d-2 1
         06:05 guest shut advise                        => not-your-side
         06:05 host  shut escort_inside_cordon
         06:05 host  shut escort_inside_cordon          => already-exists
         06:06 guest start t-1                           => rung-closed §6
         06:06 guest order t-2 d-1 1                     => rung-closed §6
         06:06 guest request d-3 1                       => rung-closed §6
         06:06 host  renew c-1 until 13:00               => rung-closed §6
         06:06 host  grant c-2 d-2 1 until 12:00         => rung-closed §6
         06:07 host  open escort_inside_cordon karachi-airport => wrong-state
         06:07 guest open escort_inside_cordon           => not-your-side
         06:08 host  open escort_inside_cordon
         06:08 host  open escort_inside_cordon           => wrong-state
         06:09 guest start t-1
         06:10 guest end t-1",
    );
    assert_eq!(pair.minutes(), 0);
}

#[test]
fn a_rung_closed_in_one_zone_is_open_in_the_others() {
    check(
        "06:00 host  shut escort_inside_cordon karachi-airport
         06:00 host  shut escort_inside_cordon atlantis => not-permitted §3
         06:01 guest request d-1 4
         06:02 host  shut escort_inside_cordon karachi-port-road
         06:03 guest request d-2 4                       => rung-closed §6
         06:04 host  shut escort_inside_cordon
         06:05 host  open escort_inside_cordon karachi-port-road
         06:06 guest request d-2 4                       => rung-closed §6
         06:07 host  open escort_inside_cordon
         06:08 guest request d-2 4",
    );
}

#[test]
fn who_stays_on_a_closed_rung_is_counted_from_when_he_should_have_gone() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 12:00
         06:02 guest order t-1 d-1 4
         06:03 guest start t-1
         06:04 host  shut escort_inside_cordon
         06:12 guest end t-1",
    );
    assert_eq!(pair.minutes(), 0, "gone within the ten minutes");
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 12:00
         06:02 guest order t-1 d-1 4
         06:03 guest start t-1
         06:04 host  shut escort_inside_cordon
         06:30 host  open escort_inside_cordon
         06:50 guest end t-1",
    );
    assert_eq!(pair.minutes(), 4 * 16, "four persons, from 06:14 to 06:30");
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 12:00
         06:02 guest order t-1 d-1 4
         06:03 host  shut escort_inside_cordon
         06:04 guest lies start t-1                      => rung-closed §6
         06:09 guest end t-1",
    );
    assert_eq!(pair.minutes(), 4 * 5, "a start on a closed rung is admitted presence");
}

#[test]
fn who_could_not_know_that_a_rung_is_closed_begins_lawfully() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 12:00
         06:02 guest order t-1 d-1 4
         06:03 apart
         06:04 host  shut escort_inside_cordon
         06:05 guest start t-1
         06:08 together
         06:09 guest order t-2 d-1 1                     => rung-closed §6
         06:10 guest end t-1",
    );
    assert_eq!((pair.state().void, pair.minutes()), (0, 0));
}

#[test]
fn an_item_counts_when_the_host_accepted_it_and_while_it_lasts() {
    let mut pair = played(
        Pair::agreed(),
        "06:00 guest request d-1 1
         06:01 host  grant c-1 d-1 1 until 12:00
         06:02 guest order t-1 d-1 1
         06:02 host  accredit a-1 u-0 vetting until 12:00 => not-your-side
         06:02 guest accredit a-1 u-0 vetting until 06:00 => bad-number
         06:02 guest accept a-1                           => not-your-side
         06:02 host  accept a-1                           => unknown-accreditation
         06:03 guest accredit a-1 u-0 vetting until 12:00
         06:03 guest accredit a-1 u-0 vetting until 12:00 => already-exists",
    );
    assert!(!of_order(&pair, "t-1").accredited, "nobody accepted it");
    assert_eq!(pair.line("06:04 host accept a-1"), "ok");
    assert_eq!(pair.line("06:04 host accept a-1"), "already-exists");
    assert!(of_order(&pair, "t-1").accredited);
    pair.now = pair.now.plus_ms(6 * 3_600_000);
    assert!(!of_order(&pair, "t-1").accredited, "it ran out at noon");
    pair.line("06:05 guest note al-1");
    assert_eq!(pair.line("06:05 guest accredit a-2 u-0 first_aid until 12:00"), "ok");
    assert_eq!(pair.line("06:06 host withdraw a-1"), "ok");
    assert_eq!(pair.line("06:06 guest withdraw a-1"), "already-exists");
    assert!(!of_order(&pair, "t-1").accredited, "first aid is not vetting");
}

#[test]
fn an_agreement_says_sooner_than_the_guest_when_an_item_ends() {
    let mut pair = played(
        Pair::agreed(),
        "06:00 guest request d-1 1
         06:01 host  grant c-1 d-1 1 until 12:00
         06:02 guest order t-1 d-1 1
         06:03 guest accredit a-1 u-0 vetting for 2
         06:04 host  accept a-1",
    );
    let day = 86_400_000;
    pair.now = pair.now.plus_ms(day - 120_000);
    assert!(of_order(&pair, "t-1").accredited);
    pair.now = pair.now.plus_ms(60_000);
    assert!(!of_order(&pair, "t-1").accredited, "vetting counts for one day, not for two");
}

#[test]
fn each_persons_company_is_licensed_audited_and_insured() {
    let mut pair = played(
        Pair::agreed(),
        "06:00 guest request d-1 1
         06:01 host  grant c-1 d-1 1 until 12:00
         06:02 guest order t-1 d-1 1
         06:03 host  licence guards insured",
    );
    assert!(!of_order(&pair, "t-1").licensed, "nobody says that the company fields him");
    pair.line("06:04 guest accredit a-1 u-0 vetting until 12:00 guards");
    assert!(!of_order(&pair, "t-1").licensed, "and the host accepted it");
    pair.line("06:05 host accept a-1");
    assert!(of_order(&pair, "t-1").licensed);
    pair.now = pair.now.plus_ms(10 * 86_400_000);
    assert!(!of_order(&pair, "t-1").licensed, "not audited for ten days");
    assert_eq!(pair.line("06:06 host licence guards bare"), "ok");
    assert!(!of_order(&pair, "t-1").licensed, "a later record replaces the first");
    pair.line("06:07 host licence guards insured");
    assert!(of_order(&pair, "t-1").licensed);
    assert_eq!(pair.line("06:08 host unlicence guards"), "ok");
    assert!(!of_order(&pair, "t-1").licensed);
    assert_eq!(pair.line("06:09 host unlicence guards"), "already-exists");
    assert_eq!(pair.line("06:09 host unlicence others"), "unknown-licence");
}

#[test]
fn a_licence_taken_back_is_gone_for_whoever_has_seen_it() {
    let ordered = played(
        Pair::agreed(),
        "06:00 guest request d-1 1
         06:01 host  grant c-1 d-1 1 until 12:00
         06:02 guest order t-1 d-1 1",
    );
    let mut pair = played(
        amended(ordered),
        "06:03 host  licence guards insured
         06:04 guest accredit a-1 u-0 vetting until 12:00 guards
         06:05 host  accept a-1",
    );
    pair.line("06:06 apart");
    pair.line("06:07 host unlicence guards");
    pair.line("06:07 host withdraw a-1");
    let before = facts(&pair, "t-1");
    assert!(before.licensed && before.accredited);
    pair.line("06:08 together");
    let after = facts(&pair, "t-1");
    assert!(!after.licensed && !after.accredited);
}

#[test]
fn guests_are_counted_against_the_officers_beside_them() {
    let mut pair = played(
        Pair::agreed(),
        "06:00 guest request d-1 8
         06:01 host  grant c-1 d-1 8 until 12:00
         06:02 guest order t-1 d-1 3
         06:02 guest order t-2 d-1 4
         06:02 host  officers 1 beside d-2 until 12:00    => unknown-deployment
         06:02 host  officers 1 beside t-9 until 12:00    => unknown-task
         06:02 host  officers 1 beside d-1 until 06:00    => bad-number
         06:02 guest officers 1 beside d-1 until 12:00    => not-your-side",
    );
    let each = |pair: &Pair| of_order(pair, "t-2").guests_per_officer;
    assert_eq!(each(&pair), u32::MAX, "nobody of the host is there");
    pair.line("06:03 host officers 2 beside d-1 until 12:00");
    assert_eq!(each(&pair), 2);
    pair.line("06:04 guest start t-1");
    assert_eq!(each(&pair), 4, "seven guests, two officers");
    pair.line("06:05 host officers 1 beside t-1 until 12:00");
    assert_eq!(each(&pair), 2, "the first order has an officer of its own");
    pair.line("06:06 host officers 0 beside d-1 until 12:00");
    assert_eq!(each(&pair), u32::MAX);
    pair.line("06:07 host officers 4 beside d-1 until 06:30");
    assert_eq!(each(&pair), 1);
    pair.now = pair.now.plus_ms(3_600_000);
    assert_eq!(each(&pair), u32::MAX, "they went at half past six");
}

#[test]
fn a_stay_and_an_absence_are_counted_for_each_person() {
    let mut pair = played(
        Pair::agreed(),
        "06:00 guest request d-1 4
         06:00 guest request d-2 4
         06:01 host  grant c-1 d-1 4 until 12:00
         06:01 host  grant c-2 d-2 4 until 12:00
         06:02 guest order t-1 d-1 1",
    );
    let hour = 3_600_000;
    let first = of_order(&pair, "t-1");
    assert_eq!((first.stay_ms, first.absent_ms), (8 * hour, i64::MAX));
    pair.line("06:02 guest start t-1");
    pair.line("07:00 guest order t-2 d-1 2");
    let second = of_order(&pair, "t-2");
    assert_eq!(second.stay_ms, 8 * hour + 58 * 60_000, "one of them came at two minutes past six");
    pair.line("07:01 guest order t-3 d-2 1");
    assert_eq!(of_order(&pair, "t-3").absent_ms, 0, "he is still there");
    pair.line("07:02 guest end t-1");
    pair.line("09:02 guest order t-4 d-2 1");
    assert_eq!(of_order(&pair, "t-4").absent_ms, 2 * hour);
}

#[test]
fn an_emergency_is_declared_by_whom_the_agreement_names_and_ends_by_itself() {
    check("06:00 host emergency => not-permitted");
    let ordered = played(
        Pair::agreed(),
        "06:00 guest request d-1 1
         06:01 host  grant c-1 d-1 1 until 12:00
         06:02 guest order t-1 d-1 1",
    );
    let mut pair = played(
        amended(ordered),
        "06:03 guest emergency                            => not-your-side §90
         06:03 host  emergency atlantis                   => not-permitted §3
         06:03 host  calm                                 => wrong-state
         06:04 host  emergency karachi-airport
         06:04 host  emergency karachi-airport            => already-exists",
    );
    assert!(!facts(&pair, "t-1").emergency, "in another zone");
    pair.line("06:05 host emergency");
    assert!(facts(&pair, "t-1").emergency);
    assert_eq!(pair.line("06:06 guest calm"), "wrong-state");
    assert_eq!(pair.line("06:06 host calm"), "ok");
    assert!(!facts(&pair, "t-1").emergency);
    pair.line("06:07 host emergency karachi-port-road");
    assert!(facts(&pair, "t-1").emergency);
    pair.now = pair.now.plus_ms(2 * 3_600_000);
    assert!(!facts(&pair, "t-1").emergency, "it ended by itself");
    assert_eq!(pair.line("08:08 host calm karachi-port-road"), "wrong-state");
    assert_eq!(pair.line("08:09 host emergency karachi-port-road"), "ok");
}

#[test]
fn what_the_agreement_does_not_ask_stands_against_nobody() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 12:00
         06:02 guest order t-1 d-1 4",
    );
    let facts = facts(&pair, "t-1");
    assert_eq!(facts, Standing { stay_ms: facts.stay_ms, ..Standing::clear() });
}

#[test]
fn who_lacks_standing_is_neither_asked_for_nor_ordered() {
    let asked = played(
        Pair::agreed(),
        "06:00 guest request d-1 2
         06:01 host  grant c-1 d-1 2 until 12:00",
    );
    let pair = played(
        amended(asked),
        "06:02 guest order t-1 d-1 2                      => not-permitted §90
         06:02 guest request d-2 1                        => not-permitted §90
         06:03 host  licence guards insured
         06:04 guest request d-2 1
         06:05 guest accredit a-1 u-0 vetting until 12:00 guards
         06:05 guest accredit a-2 u-1 vetting until 12:00 guards
         06:06 host  accept a-1
         06:06 host  officers 1 beside d-1 until 12:00
         06:07 guest order t-1 d-1 2                      => not-permitted §90
         06:08 host  accept a-2
         06:09 guest order t-1 d-1 2
         06:10 host  officers 0 beside d-1 until 12:00
         06:11 guest start t-1                            => not-permitted §90
         06:12 host  officers 1 beside d-1 until 12:00
         06:13 guest start t-1
         06:14 guest end t-1",
    );
    assert_eq!(pair.minutes(), 0);
}
