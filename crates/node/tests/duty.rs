//! Duties as scripts: what is owed, by whom, by when, and is it kept.
#![cfg(test)]

mod pair;

use article::root::root;
use duty::obligation::{About, Obligation, Standing};
use joint::duty::{obligation, obligations, unrecorded};
use node::fold::replay;
use pair::{Pair, agreement, midnight};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use words::act::{AgreementProposed, AgreementSigned};
use words::clause::{Drill, Harm, Prohibited, Service, Severity};
use words::duty::{
    Arrival, Claim, CommitteeMet, Complaint, Detention, DrillHeld, EquipmentTransfer,
    Investigation, LicenceAudited, Loss, ProhibitedActReported, PublicStatement, Record,
    RecordAnswered, RecordOpened, Removal, Restriction, ReviewHeld, ServiceReported,
    SupportRequested, UseOfForce, WarningGiven,
};
use words::hash::Hash;
use words::id::{IncidentId, RecordId, UnitId, ZoneId};
use words::moment::Moment;
use words::record::{Channel, Force, Grievance, Item, RecordKind, Step};
use words::refusal::Refusal;
use words::role::{Role, Side};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

// The exercise's agreement with every other duty that an agreement can hold.
const MORE: &str = r#"
[[article]]
number = "21"
heading = { en = "H", zh = "H", ur = "H" }
text = { en = "T", zh = "T", ur = "T" }
detention_handover = { minutes_max = 30, receiving_post = "Karsaz" }
removal_of_individual = { leave_within_hours = 24 }
weapons_and_equipment_losses = { report_within_hours = 2, joint_search = true }
public_statements = { spoken_by = ["signatory"], delay_minutes = 60, correct_within_hours = 4 }
prohibited_acts = ["arrest"]
host_support = [{ service = "escort", amount = 3, within_minutes = 45 }]
psc_licensing = { categories = ["private_security"], audit_days = 10, insured = true }
joint_committee = { members_each = 3, quorum_each = 2, every_days = 7 }
review_exercises_kpis = { drills = [{ drill = "revocation", every_days = 5 }], action_days = 6 }

[article.claims_and_compensation]
payer = "guest"
currency = "USD"
pay_within_days = 30
awards = [{ harm = "injury", amount = 100 }]

[article.entry_exit_customs]
ports = ["karachi-airport"]
declare_within_hours = 6
serials_declared = true

[[article]]
number = "22"
heading = { en = "H", zh = "H", ur = "H" }
text = { en = "T", zh = "T", ur = "T" }

[[article.capacity_building]]
names = { en = "Detector", zh = "D", ur = "D" }
quantity = 4
end_use_check_days = 20
"#;

// What a desk says, in a small language of its own; times as in `pair`.
fn act(line: &str, now: Moment) -> words::act::Act {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["open", id, rest @ ..] => RecordOpened {
            record: RecordId::new(id).unwrap(),
            agreement: agreement(),
            what: record(rest, now),
        }
        .into(),
        ["answer", id, step] => RecordAnswered {
            record: RecordId::new(id).unwrap(),
            step: Step::parse(step).unwrap(),
            detail: "exercise".into(),
        }
        .into(),
        other => panic!("{other:?}"),
    }
}

fn side(word: &str) -> Side {
    if word == "host" { Side::Host } else { Side::Guest }
}

fn record(words: &[&str], now: Moment) -> Record {
    let ago = |minutes: &str| now.plus_ms(-minutes.parse::<i64>().unwrap() * MINUTE_MS);
    let zone = || ZoneId::new("karachi-airport").unwrap();
    let unit = |id: &str| UnitId::new(id).unwrap();
    let said = || "exercise".to_owned();
    match words {
        ["force", by, minutes] => UseOfForce {
            by: side(by),
            unit: unit("u-1"),
            at: ago(minutes),
            zone: zone(),
            level: Force::Physical,
            warned: true,
            rounds: 0,
            injured: 1,
            medical_aid: true,
            host_officer: true,
            reason: said(),
        }
        .into(),
        ["detention", by, minutes] => {
            Detention { by: side(by), persons: 1, at: ago(minutes), zone: zone(), reason: said() }
                .into()
        }
        ["complaint", against] => Complaint {
            against: side(against),
            channel: Channel::Hotline,
            grievance: Grievance::Bribe,
            complainant: None,
            summary: said(),
        }
        .into(),
        ["restriction", hours] => Restriction {
            unit: unit("p-1"),
            authority: said(),
            reason: said(),
            until: now.plus_ms(hours.parse::<i64>().unwrap() * 60 * MINUTE_MS),
        }
        .into(),
        ["claim", count, amount] => Claim {
            harm: Harm::Injury,
            count: count.parse().unwrap(),
            amount: amount.parse().unwrap(),
        }
        .into(),
        ["investigation"] => Investigation {
            incident: IncidentId::new("i-1").unwrap(),
            severity: Severity::Critical,
            summary: said(),
        }
        .into(),
        other => more(other, now),
    }
}

fn more(words: &[&str], now: Moment) -> Record {
    let ago = |minutes: &str| now.plus_ms(-minutes.parse::<i64>().unwrap() * MINUTE_MS);
    let zone = || ZoneId::new("karachi-airport").unwrap();
    let said = || "exercise".to_owned();
    match words {
        ["loss", by, minutes] => Loss {
            by: side(by),
            item: Item::Weapon,
            serial: Hash([3; 32]),
            at: ago(minutes),
            zone: zone(),
        }
        .into(),
        ["transfer", line, quantity] => EquipmentTransfer {
            line: line.parse().unwrap(),
            quantity: quantity.parse().unwrap(),
            end_user: said(),
        }
        .into(),
        ["warning", severity, minutes] => WarningGiven {
            severity: Severity::parse(severity).unwrap(),
            known_at: ago(minutes),
            addressed: vec![Role::WatchOfficer],
            summary: said(),
        }
        .into(),
        ["support", amount] => SupportRequested {
            service: Service::Escort,
            amount: amount.parse().unwrap(),
            zone: zone(),
        }
        .into(),
        ["arrival", port, serials] => Arrival {
            port: ZoneId::new(port).unwrap(),
            persons: 4,
            at: ago("5"),
            serials: (*serials == "sealed").then_some(Hash([4; 32])),
        }
        .into(),
        ["arrest", by] => ProhibitedActReported {
            by: side(by),
            prohibited: Prohibited::Arrest,
            at: now,
            zone: zone(),
            summary: said(),
        }
        .into(),
        ["removal", id] => Removal { unit: UnitId::new(id).unwrap(), reason: said() }.into(),
        ["statement", minutes] => {
            let publish_at = now.plus_ms(minutes.parse::<i64>().unwrap() * MINUTE_MS);
            PublicStatement { publish_at, summary: said() }.into()
        }
        other => calendar(other),
    }
}

fn calendar(words: &[&str]) -> Record {
    let said = || "exercise".to_owned();
    match words {
        ["committee", host, guest] => CommitteeMet {
            host_members: host.parse().unwrap(),
            guest_members: guest.parse().unwrap(),
            minutes: Hash([5; 32]),
        }
        .into(),
        ["drill", drill] => {
            DrillHeld { drill: Drill::parse(drill).unwrap(), summary: said() }.into()
        }
        ["review", by] => ReviewHeld { by: side(by), action: said() }.into(),
        ["service"] => ServiceReported { asked: 4, in_time: 3 }.into(),
        ["audit"] => LicenceAudited { certificate: Hash([6; 32]), summary: said() }.into(),
        other => panic!("{other:?}"),
    }
}

fn answer(refusal: &Refusal) -> String {
    let first = refusal.reasons.first().unwrap().code().to_owned();
    let articles = refusal.articles.iter().map(|article| format!(" §{article}"));
    std::iter::once(first).chain(articles).collect()
}

fn clock(text: &str) -> Moment {
    let (days, hour) = match text.strip_prefix('+') {
        Some(rest) => {
            let (days, hour) = rest.split_once('/').unwrap();
            (days.parse::<i64>().unwrap(), hour)
        }
        None => (0, text),
    };
    Moment::parse(&format!("2024-10-02T{hour}:00Z")).unwrap().plus_ms(days * DAY_MS)
}

// `see ID WORD` looks at an obligation, `notice` lets both nodes note what they may; every
// other line is an act.
fn line(pair: &mut Pair, text: &str) -> String {
    let (time, rest) = text.split_once(' ').unwrap();
    pair.now = clock(time);
    let words: Vec<&str> = rest.split_whitespace().collect();
    match words.as_slice() {
        ["apart"] => {
            pair.together = false;
            "ok".into()
        }
        ["together"] => {
            pair.together = true;
            pair.meet();
            "ok".into()
        }
        ["see", id] => see(pair, id),
        ["notice", who] => notice(pair, side(who)).to_string(),
        [who, ..] if *who == "host" || *who == "guest" => {
            if pair.together {
                pair.meet();
            }
            let what = rest.trim_start().split_once(' ').unwrap().1.trim();
            match what.split_whitespace().next() {
                Some("open" | "answer") => {
                    let act = act(what, pair.now);
                    let said = pair.say(side(who), act);
                    said.map_or_else(|refusal| answer(&refusal), |()| "ok".into())
                }
                _ => pair.line(&format!("{time} {rest}")),
            }
        }
        other => panic!("{other:?}"),
    }
}

fn see(pair: &Pair, id: &str) -> String {
    let id = words::id::ObligationId::new(id).unwrap();
    let Some(known) = obligation(pair.state(), &id, pair.now) else { return "nothing".into() };
    let by = if known.owed_by == Side::Host { "host" } else { "guest" };
    let word = match known.state {
        Standing::Open => "open",
        Standing::DueSoon => "soon",
        Standing::Done { .. } => "done",
        Standing::Breached { late: None, .. } => "breached",
        Standing::Breached { late: Some(_), .. } => "late",
    };
    format!("{by} {word} §{}", known.article)
}

// What a node's tick does; the number of statements that it makes.
fn notice(pair: &mut Pair, side: Side) -> usize {
    if pair.together {
        pair.meet();
    }
    let now = pair.now;
    let heard = pair.desk(side).heard;
    let broken = unrecorded(pair.desk(side).view.state(), side, (now, heard));
    for one in &broken {
        pair.say(side, one.breach()).unwrap();
    }
    broken.len()
}

fn full() -> Pair {
    let mut pair = Pair::agreed();
    let base = include_str!("../../../scenarios/karachi/agreement.toml");
    let text = format!("{base}{MORE}");
    pair.now = midnight().plus_ms(6 * 60 * MINUTE_MS);
    let hash = root(&text);
    pair.say(Side::Host, AgreementProposed { agreement: agreement(), text }).unwrap();
    for side in [Side::Host, Side::Guest] {
        pair.say(side, AgreementSigned { agreement: agreement(), text: hash }).unwrap();
    }
    pair
}

fn play(mut pair: Pair, script: &str) -> Pair {
    for (number, text) in script.lines().map(str::trim).filter(|it| !it.is_empty()).enumerate() {
        let (text, wanted) = text.split_once("=>").unwrap_or((text, "ok"));
        let answer = line(&mut pair, text.trim());
        assert_eq!(answer, wanted.trim(), "line {}: {text}", number + 1);
    }
    pair.meet();
    assert_eq!(pair.host.view.hash(), pair.guest.view.hash());
    pair
}

fn check(script: &str) -> Pair {
    play(full(), script)
}

#[test]
fn a_use_of_force_is_reported_then_received_then_reviewed() {
    check(
        "07:00 host open r-1 force host 20
         07:00 see r-1/reported                     => host done §15
         07:00 see r-1/reviewed                     => host open §15
         07:01 host answer r-1 received             => not-your-side
         07:01 host answer r-1 reported             => wrong-state
         07:02 guest answer r-1 received
         07:03 guest answer r-1 received            => wrong-state
         +2/12:30 see r-1/reviewed                  => host open §15
         +2/12:45 see r-1/reviewed                  => host soon §15
         +2/13:00 guest answer r-1 reviewed         => not-your-side
         +2/14:00 host answer r-1 reviewed
         +2/14:00 see r-1/reviewed                  => host done §15
         +9/14:00 notice host                       => 2
         +9/14:00 see r-1/reviewed                  => host done §15",
    );
}

#[test]
fn force_that_the_other_side_saw_first_is_still_to_be_reported() {
    check(
        "07:00 host open r-1 force guest 10
         07:00 see r-1/reported                     => guest open §15
         07:40 see r-1/reported                     => guest soon §15
         07:51 see r-1/reported                     => guest breached §15
         07:52 guest answer r-1 reported
         07:52 see r-1/reported                     => guest late §15
         07:53 notice host                          => 1
         07:53 notice guest                         => 1
         07:54 notice host                          => 0
         07:54 see r-1/reported                     => guest late §15",
    );
}

#[test]
fn what_was_done_in_time_and_seen_late_is_no_breach() {
    check(
        "07:00 host open r-1 complaint guest
         07:01 apart
         +1/12:00 guest answer r-1 answered
         +2/07:01 see r-1/answered                  => guest breached §16
         +2/07:01 notice host                       => 0
         +2/07:02 together
         +2/07:02 see r-1/answered                  => guest done §16
         +2/07:03 notice host                       => 0
         +2/07:03 notice guest                      => 0",
    );
}

#[test]
fn a_breach_that_stands_is_not_undone_by_an_older_date() {
    let mut pair = check(
        "07:00 host open r-1 complaint guest
         +2/07:05 notice host                       => 1
         +2/07:05 notice guest                      => 1",
    );
    pair.now = clock("+2/06:59");
    pair.lie(Side::Guest, act("answer r-1 answered", pair.now)).unwrap();
    pair.now = clock("+2/07:06");
    assert_eq!(see(&pair, "r-1/answered"), "guest late §16");
}

#[test]
fn nobody_calls_a_breach_what_is_none() {
    let mut pair = check("07:00 host open r-1 complaint guest");
    let id = words::id::ObligationId::new("r-1/answered").unwrap();
    let known = obligation(pair.state(), &id, pair.now).unwrap();
    let early = pair.say(Side::Host, known.breach()).unwrap_err();
    assert_eq!(answer(&early), "too-early");
    pair.now = clock("+3/07:00");
    pair.meet();
    let mut other = known.breach();
    other.article = "16(9)".into();
    assert_eq!(answer(&pair.say(Side::Host, other).unwrap_err()), "wrong-state");
    pair.say(Side::Host, known.breach()).unwrap();
    assert_eq!(answer(&pair.say(Side::Host, known.breach()).unwrap_err()), "already-exists");
    pair.say(Side::Guest, known.breach()).unwrap();
    let breach = &pair.state().duties.breaches[&id];
    assert_eq!(breach.noticed.len(), 2);
}

#[test]
fn a_restriction_has_an_end_and_is_renewed_with_reasons() {
    check(
        "07:00 host open r-1 restriction 13         => bad-number §16
         07:00 host open r-1 restriction 4
         07:00 see r-1/lifted                       => host open §16
         10:59 host answer r-1 renewed
         11:01 see r-1/lifted                       => host done §16
         11:01 see r-1/lifted/2                     => host open §16
         22:58 host answer r-1 lifted
         22:59 host answer r-1 renewed              => wrong-state
         23:00 see r-1/lifted/2                     => host done §16",
    );
}

#[test]
fn a_warning_goes_to_whom_the_agreement_names_and_is_received() {
    check(
        "07:00 host open r-1 warning critical 5
         07:00 see r-1/reported                     => host done §17
         07:00 see r-1/received                     => guest open §17
         07:09 guest answer r-1 received
         07:11 see r-1/received                     => guest done §17
         07:20 guest open r-2 warning serious 40
         07:20 see r-2/reported                     => guest late §17
         07:21 notice host                          => 1",
    );
}

#[test]
fn claims_follow_the_schedule_and_support_the_list() {
    check(
        "07:00 host open r-1 claim 2 150            => bad-number §21
         07:00 host open r-1 claim 2 200
         07:00 see r-1/paid                         => guest open §21
         07:01 guest open r-2 support 4             => bad-number §21
         07:01 host open r-2 support 3              => not-your-side
         07:01 guest open r-2 support 3
         07:40 host answer r-2 provided
         07:50 see r-2/provided                     => host done §21
         08:00 guest open r-3 transfer 2 1          => bad-number §22
         08:00 guest open r-3 transfer 1 4
         08:00 see r-3/end_use_checked              => guest open §22
         08:01 guest open r-4 arrival site-industrial sealed => not-permitted §21
         08:01 guest open r-4 arrival karachi-airport open   => bad-text §21
         08:01 guest open r-4 arrival karachi-airport sealed
         08:01 see r-4/reported                     => guest done §21",
    );
}

#[test]
fn losses_holdings_investigations_and_breach_cases_have_their_times() {
    check(
        "07:00 guest open r-1 loss guest 119
         07:00 see r-1/reported                     => guest done §21
         07:00 guest open r-2 detention guest 10
         07:21 see r-2/handed_over                  => guest breached §21
         07:22 guest answer r-2 handed_over
         07:22 see r-2/handed_over                  => guest late §21
         07:30 host open r-3 investigation
         +4/07:00 host answer r-3 preliminary
         +4/07:00 see r-3/preliminary               => host done §18
         +4/07:00 see r-3/disciplined               => host open §18
         +4/08:00 host open r-4 arrest guest
         +4/08:00 see r-4/answered                  => guest open §16
         +4/08:00 see r-4/disciplined               => guest open §18
         +4/09:00 host open r-5 review guest
         +4/09:00 see r-5/corrected                 => guest open §21",
    );
}

#[test]
fn who_is_unwelcome_has_no_pass_and_no_task_at_once() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host grant c-1 d-1 4 until 12:00
         06:02 guest order t-1 d-1 2
         06:03 guest open r-1 removal u-1           => not-your-side
         06:03 host open r-1 removal u-1
         06:04 guest start t-1                      => not-permitted §21
         06:04 guest order t-2 d-1 2                => not-permitted §21
         06:05 see r-1/left                         => guest open §21
         06:06 guest answer r-1 left
         06:07 host answer r-1 lifted
         06:08 guest start t-1",
    );
    assert_eq!(pair.minutes(), 0);
}

#[test]
fn the_public_hears_nothing_before_the_other_side_could_comment() {
    check(
        "07:00 guest open r-1 statement 30          => too-early §21
         07:00 guest open r-1 statement 90
         07:01 guest answer r-1 corrected           => wrong-state
         07:10 host answer r-1 disputed
         07:10 see r-1/corrected                    => guest open §21
         08:00 guest answer r-1 corrected
         08:00 see r-1/corrected                    => guest done §21",
    );
}

#[test]
fn calendars_count_from_entry_into_force_and_the_sides_convene_in_turn() {
    let pair = check(
        "+4/07:00 host open r-1 drill revocation
         +6/07:00 host open r-2 committee 3 1       => bad-number §21
         +6/07:00 host open r-2 committee 2 2
         +9/07:00 host open r-3 audit
         +9/08:00 host open r-4 service
         +14/06:01 notice host                      => 2",
    );
    let all = obligations(pair.state(), clock("+14/06:01"));
    let turns = |kind: RecordKind| -> Vec<(u32, Side, bool)> {
        let of = all.iter().filter(|one| one.kind == kind);
        of.filter_map(|one| match one.about {
            About::Turn(turn) => {
                Some((turn, one.owed_by, matches!(one.state, Standing::Done { .. })))
            }
            About::Record(_) => None,
        })
        .collect()
    };
    assert_eq!(
        turns(RecordKind::Committee),
        [(1, Side::Host, true), (2, Side::Guest, false), (3, Side::Host, false)]
    );
    assert_eq!(
        turns(RecordKind::Drill),
        [(1, Side::Host, true), (2, Side::Guest, false), (3, Side::Host, false)]
    );
    assert_eq!(turns(RecordKind::LicenceAudit), [(1, Side::Host, true), (2, Side::Host, false)]);
    assert_eq!(turns(RecordKind::ServiceReport), [(1, Side::Host, true)]);
}

#[test]
fn a_record_needs_an_article_and_an_office() {
    let mut pair = play(
        Pair::agreed(),
        "07:00 guest open r-1 support 1             => not-permitted
         07:00 host open r-1 complaint guest
         07:01 guest open r-1 complaint host        => already-exists
         07:02 guest answer r-9 answered            => wrong-state",
    );
    pair.now = clock("07:03");
    let ahead = act("open r-2 force host 0", pair.now.plus_ms(10 * MINUTE_MS));
    assert_eq!(answer(&pair.say(Side::Host, ahead).unwrap_err()), "out-of-time §15");
}

// A breach is a fact of two clocks and two ledgers: whatever is done when, seen when.
fn outcome(delay: i64, heard_after: i64, together: bool) -> (Obligation, Pair) {
    let mut pair = Pair::agreed();
    pair.now = midnight().plus_ms(7 * 60 * MINUTE_MS);
    let opened = pair.now;
    pair.say(Side::Host, act("open r-1 complaint guest", opened)).unwrap();
    let due = opened.plus_ms(2 * DAY_MS);
    pair.together = together;
    pair.now = due.plus_ms(delay * MINUTE_MS);
    let answered = act("answer r-1 answered", pair.now);
    if delay > 0 {
        // A tick between the time and the late answer.
        pair.now = due.plus_ms(1_000);
        notice(&mut pair, Side::Host);
        notice(&mut pair, Side::Guest);
        pair.now = due.plus_ms(delay * MINUTE_MS);
    }
    pair.say(Side::Guest, answered).unwrap();
    pair.now = pair.now.max(due).plus_ms(heard_after * MINUTE_MS);
    pair.together = true;
    pair.meet();
    notice(&mut pair, Side::Host);
    notice(&mut pair, Side::Guest);
    let id = words::id::ObligationId::new("r-1/answered").unwrap();
    (obligation(pair.state(), &id, pair.now).unwrap(), pair)
}

proptest! {
    #[test]
    fn kept_in_time_is_never_breached_and_a_breach_is_never_unrecorded(
        delay in -2_000_i64..2_000,
        heard_after in 1_i64..600,
        together in any::<bool>(),
    ) {
        let (known, pair) = outcome(delay, heard_after, together);
        let breached = matches!(known.state, Standing::Breached { .. });
        prop_assert_eq!(breached, delay > 0, "{:?}", known);
        let noticed = pair.state().duties.breaches.get(&known.id).map(|it| it.noticed.len());
        prop_assert_eq!(noticed, (delay > 0).then_some(2));
        for side in [Side::Host, Side::Guest] {
            let left = unrecorded(pair.state(), side, (pair.now, pair.now));
            prop_assert!(left.is_empty(), "{left:?}");
        }
        // Order of arrival decides nothing: a stranger's replay is the same state.
        let whole = replay(pair.host.ledger.clone(), pair.guest.ledger.clone());
        prop_assert_eq!(whole.hash(), pair.host.view.hash());
        prop_assert_eq!(pair.state().void, 0);
    }
}
