//! The page of posts at three in the morning, and for whom it shows what.
#![cfg(test)]

use desk::page::Viewer;
use guardroom::posts::{Shift, View};
use outlook::posts::{may_see, view};
use planner::posted::{Files, Posted, PostedError, posted};
use post::pledge::{Said, plan_hash, pledge};
use post::rota::document;
use tongue::speech::Lang;
use words::hash::Seed;
use words::id::PersonId;
use words::moment::Moment;
use words::role::{Role, Side};

const PLAN: &str = include_str!("../../../scenarios/karachi/posts.toml");
const FLEET: &str = include_str!("../../../scenarios/karachi/fleet.toml");

fn roster(plan: &str) -> String {
    let hash = plan_hash(plan);
    let said = [(Side::Host, 1), (Side::Guest, 2)].map(|(side, seed)| {
        let seed = Seed([seed; 32]);
        let pledge = pledge(side, &hash, &seed);
        [Said::Pledged { side, plan: hash, pledge }, Said::Shown { side, plan: hash, seed }]
    });
    serde_json::to_string(&document(plan, &said.concat()).unwrap().0).unwrap()
}

fn files(plan: &str, roster: String) -> Files {
    Files { plan: Some(plan.to_owned()), roster: Some(roster), fleet: Some(FLEET.to_owned()) }
}

fn loaded(plan: &str) -> Posted {
    posted(&files(plan, roster(plan))).unwrap()
}

fn who(roles: &[Role]) -> Viewer {
    Viewer::officer(PersonId::new("host/someone").unwrap(), roles.to_vec(), Lang::En)
}

// A moment by the clock on the wall in Karachi.
fn at(text: &str) -> Moment {
    Moment::parse(&format!("{text}:00Z")).unwrap().plus_ms(-5 * 3_600_000)
}

fn seen(posted: &Posted, now: &str, roles: &[Role]) -> View {
    view(Some(posted), at(now), &who(roles))
}

fn people(shift: &Shift) -> Vec<&str> {
    shift.posts.iter().flat_map(|post| post.people.iter().map(String::as_str)).collect()
}

#[test]
fn at_three_in_the_morning_the_night_stands_the_day_comes_and_the_evening_rests() {
    let posted = loaded(PLAN);
    let rota = seen(&posted, "2024-10-09T03:00", &[Role::ProtectionLead]).rota.unwrap();
    let [night] = &rota.now[..] else { panic!("one shift runs") };
    assert_eq!((night.name.as_str(), night.date.as_str()), ("night", "2024-10-08"));
    assert_eq!(night.times, "22:00–06:00");
    assert_eq!(people(night).len(), 7, "four drawn and three standing");
    let next = rota.next.as_ref().unwrap();
    assert_eq!((next.name.as_str(), next.handover.as_str()), ("day", "05:45"));
    assert!(people(next).iter().all(|person| !people(night).contains(person)));
    // Whoever stood until ten in the evening may not be called before nine in the morning.
    let evening = rota.days.iter().find(|(date, _)| date == "2024-10-08").unwrap();
    let evening = evening.1.iter().find(|shift| shift.name == "evening").unwrap();
    for person in people(evening) {
        let one = rota.resting.iter().find(|one| one.person == person).unwrap();
        assert_eq!(one.until.as_deref(), Some("2024-10-09 09:00"), "{person}");
    }
    let on_duty = people(night);
    assert!(rota.resting.iter().all(|one| !on_duty.contains(&one.person.as_str())));
    assert_eq!(rota.resting.len() + on_duty.len(), 40, "everybody is somewhere");
    let first_free = rota.resting.iter().position(|one| one.until.is_none()).unwrap();
    assert!(rota.resting[first_free..].iter().all(|one| one.until.is_none()), "the free come last");
    assert_eq!(rota.days.len(), 31);
}

#[test]
fn at_a_change_of_shifts_the_new_one_stands_and_outside_the_roster_nobody() {
    let posted = loaded(PLAN);
    let change = seen(&posted, "2024-10-09T06:00", &[Role::WatchOfficer]).rota.unwrap();
    assert_eq!(change.now.len(), 1);
    assert_eq!(change.now[0].name, "day");
    let before = seen(&posted, "2024-09-30T12:00", &[Role::WatchOfficer]).rota.unwrap();
    assert!(before.now.is_empty() && before.next.unwrap().date == "2024-10-01");
    let after = seen(&posted, "2024-11-09T12:00", &[Role::WatchOfficer]).rota.unwrap();
    assert!(after.now.is_empty() && after.next.is_none());
}

#[test]
fn convoys_of_the_night_and_the_day_have_seats_queue_and_hand_over_points() {
    let posted = loaded(PLAN);
    let fleet = seen(&posted, "2024-10-09T03:00", &[Role::JourneyManager]).fleet.unwrap();
    assert_eq!(fleet.convoys.len() + usize::try_from(fleet.more).unwrap(), 80);
    assert!(fleet.convoys.is_sorted_by_key(|convoy| convoy.leaves.clone()));
    let crossing = fleet.convoys.iter().find(|convoy| !convoy.handovers.is_empty()).unwrap();
    assert!(crossing.seats > 0 && !crossing.vehicles.is_empty() && !crossing.drivers.is_empty());
    let asked: u32 = fleet.queue.iter().map(|row| row.1).sum();
    assert_eq!(asked, 80, "every company has its line");
    assert!(fleet.never.is_empty());
    let later = seen(&posted, "2024-10-12T03:00", &[Role::WatchOfficer]).fleet.unwrap();
    assert!(later.convoys.is_empty() && later.more == 80);
}

#[test]
fn a_watch_officer_sees_this_shift_and_the_next_and_an_hour_of_convoys() {
    let posted = loaded(PLAN);
    let plans = |now: &str| seen(&posted, now, &[Role::JourneyManager]);
    let watches = |now: &str| seen(&posted, now, &[Role::WatchOfficer]);
    for hour in 0..23 {
        let now = format!("2024-10-09T{hour:02}:10");
        let (whole, part) = (plans(&now), watches(&now));
        let (whole_rota, rota) = (whole.rota.unwrap(), part.rota.unwrap());
        assert_eq!((rota.now, rota.next), (whole_rota.now, whole_rota.next));
        assert!(rota.days.is_empty() && rota.teams.is_none() && !whole_rota.days.is_empty());
        let (whole, part) = (whole.fleet.unwrap(), part.fleet.unwrap());
        let last = format!("2024-10-09 {:02}:10", hour + 1);
        let soon = whole.convoys.into_iter().filter(|convoy| convoy.leaves <= last);
        assert_eq!(part.convoys, soon.collect::<Vec<_>>(), "{now}");
        assert_eq!(part.convoys.len() + usize::try_from(part.more).unwrap(), 80);
    }
    assert!((0..23).any(|hour| {
        let fleet = watches(&format!("2024-10-09T{hour:02}:10")).fleet.unwrap();
        !fleet.convoys.is_empty()
    }));
}

#[test]
fn what_guards_are_worth_is_for_those_who_may_foresee() {
    let posted = loaded(PLAN);
    let now = "2024-10-09T03:00";
    for (role, sees, foresees) in [
        (Role::WatchOfficer, true, false),
        (Role::JourneyManager, true, true),
        (Role::ProtectionLead, true, true),
        (Role::Inspector, true, true),
        (Role::ConsentOfficer, false, false),
        (Role::Driver, false, false),
        (Role::Analyst, false, false),
    ] {
        assert_eq!(may_see(&who(&[role])), sees, "{role:?}");
        assert_eq!(seen(&posted, now, &[role]).worth.is_some(), foresees, "{role:?}");
    }
    assert!(!may_see(&Viewer::nobody(Lang::En)), "nobody is signed in");
    let worth = seen(&posted, now, &[Role::Inspector]).worth.unwrap();
    let number = |text: &str| text.trim_end_matches(" %").parse::<f64>().unwrap();
    assert!(number(&worth.with_more) < number(&worth.threat));
    let chances: f64 = worth.sites.iter().map(|site| number(&site.chance)).sum();
    assert!((chances - 400.0).abs() < 1.0, "four guards: {chances}");
    for site in &worth.sites {
        assert!(number(&site.remains) <= number(&worth.threat) + 0.01, "{site:?}");
        assert!(number(&site.remains) <= number(&site.bare), "{site:?}");
    }
    assert_eq!(worth.escorts.len(), 14);
    assert!(!view(None, at(now), &who(&[Role::Inspector])).loaded);
}

#[test]
fn a_place_that_nobody_fills_stands_first_and_a_roster_that_was_changed_is_not_shown() {
    let few: String = PLAN.split("[[person]]").take(14).collect::<Vec<_>>().join("[[person]]");
    let (_, rest) = PLAN.split_once("[[base]]").unwrap();
    let few = format!("{few}[[base]]{rest}");
    let rota = seen(&loaded(&few), "2024-10-09T03:00", &[Role::ProtectionLead]).rota.unwrap();
    assert!(rota.empty > 0);
    let with_gap = rota
        .days
        .iter()
        .flat_map(|(_, shifts)| shifts)
        .find(|shift| shift.posts.iter().any(|post| post.empty > 0));
    assert!(with_gap.unwrap().posts[0].empty > 0, "what is to be acted on comes first");
    let changed = roster(PLAN).replacen("g-001", "g-002", 1);
    assert!(matches!(posted(&files(PLAN, changed)), Err(PostedError::Roster(_))));
    let other = files(&format!("{PLAN}\n"), roster(PLAN));
    assert!(matches!(posted(&other), Err(PostedError::Roster(_))));
    let alone = Files { plan: None, ..files(PLAN, roster(PLAN)) };
    assert!(matches!(posted(&alone), Err(PostedError::NoPlan)));
    let chances = Files { roster: None, ..files(PLAN, String::new()) };
    let undrawn = posted(&chances).unwrap();
    let undrawn = seen(&undrawn, "2024-10-09T03:00", &[Role::ProtectionLead]);
    assert!(undrawn.rota.is_none() && undrawn.worth.is_some());
}
