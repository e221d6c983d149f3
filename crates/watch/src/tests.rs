//! Scripts of the road, and what must hold over any of them.

use std::collections::BTreeMap;

use proptest::collection;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use words::id::{AlarmId, MovementId, PersonId, SiteId, UnitId, ZoneId};
use words::moment::Moment;
use words::place::{Area, Point};

use crate::alarm::AlarmKind;
use crate::change::Change;
use crate::plan::{Duty, Holder, Track, UnitInfo, UnitKind};
use crate::sighting::{Sighting, Source};
use crate::state::{CALLS_OPEN_MAX, MemoryError, Watch};
use crate::timing::Timing;

fn minute(text: &str) -> Moment {
    Moment::from_ms(text.parse::<i64>().unwrap() * 60_000)
}

fn place(lat: f64, lon: f64) -> Point {
    Point::from_degrees(lat, lon).unwrap()
}

fn square(from: f64, to: f64) -> (ZoneId, Area) {
    let corners = [(from, from), (from, to), (to, to), (to, from)];
    let corners = corners.map(|(lat, lon)| place(lat, lon)).to_vec();
    (ZoneId::new("zone").unwrap(), Area { corners })
}

fn unit(name: &str) -> UnitId {
    UnitId::new(name).unwrap()
}

// A road along the equator, 200 m to either side, with the check-ins that `words` name as
// `due=SITE@MINUTE`; SITE is the longitude of the check-in point in tenths of a degree.
fn track(movement: &str, units: &str, words: &[&str]) -> Track {
    let value = |key| words.iter().find_map(|word| word.strip_prefix(key));
    let due = words.iter().filter_map(|word| word.strip_prefix("due=")).map(|due| {
        let (site, at) = due.split_once('@').unwrap();
        (SiteId::new(site).unwrap(), place(0.0, site.parse::<f64>().unwrap() / 10.0), minute(at))
    });
    Track {
        movement: MovementId::new(movement).unwrap(),
        units: units.split(',').map(unit).collect(),
        corridor: vec![place(0.0, 0.0), place(0.0, 0.1), place(0.0, 1.0)],
        corridor_m: 200,
        check_ins: due.collect(),
        arrive_by: minute(value("arrive=").unwrap()),
        under_way: !words.contains(&"held"),
    }
}

fn duty(name: &str) -> Duty {
    Duty { unit: unit(name), zones: vec![square(0.0, 1.0)], forbidden: vec![square(0.4, 0.6)] }
}

fn sighting(now: Moment, name: &str, lat_lon: (f64, f64), words: &[&str]) -> Sighting {
    let value = |key| words.iter().find_map(|word| word.strip_prefix(key));
    Sighting {
        unit: unit(name),
        point: place(lat_lon.0, lat_lon.1),
        at: value("fixed=").map_or(now, minute),
        received: now,
        accuracy_m: value("acc=").map(|metres| metres.parse().unwrap()),
        speed_kmh: None,
        course_deg: None,
        battery_pct: None,
        source: value("by=").map_or(Source::OwnTracks, |word| Source::parse(word).unwrap()),
        check_in: words.contains(&"in"),
        sos: words.contains(&"sos"),
        duress: words.contains(&"duress"),
    }
}

fn say(changes: &[Change]) -> String {
    let word = |change: &Change| match change {
        Change::Moved(_) => "moved".to_owned(),
        Change::Stale(_) => "stale".to_owned(),
        Change::Flagged(_) => "flagged".to_owned(),
        Change::NotEnrolled(_) => "not enrolled".to_owned(),
        Change::CheckedIn(it) => format!("checked in {it}"),
        Change::Raised(it) => format!("+{it}"),
        Change::Returned(it) => format!("-{it}"),
        Change::Superseded(it) => format!("<{it}"),
        Change::Repeated(it) => format!("again {it}"),
        Change::Answered(it) => format!("answered {it}"),
    };
    changes.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn say_headcount(watch: &Watch, now: Moment) -> String {
    let head = watch.headcount(now);
    let missing = head.unaccounted.iter().map(|(unit, at, source)| {
        let at = at.map_or("never".to_owned(), |at| (at.unix_ms / 60_000).to_string());
        let by = source.map_or(String::new(), |source| format!(" {}", source.as_str()));
        format!(" {unit} {at}{by}")
    });
    format!("{}/{}{}", head.accounted, head.enrolled, missing.collect::<String>())
}

// One line of a script: minute, verb, and the verb's words. Answers what it changed or shows.
fn run(watch: &mut Watch, line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (now, verb, rest) = (minute(words[0]), words[1], &words[2..]);
    let officer = PersonId::new("officer").unwrap();
    let alarm = || AlarmId::new(rest[0]).unwrap();
    let mut changes = Vec::new();
    match verb {
        "unit" => {
            let kind = if rest.contains(&"guard") {
                UnitKind::GuestPersonnel
            } else {
                UnitKind::Protected
            };
            watch.set_unit(UnitInfo { unit: unit(rest[0]), kind, label: rest[0].to_owned() });
        }
        "track" => watch.set_track(track(rest[0], rest[1], &rest[2..]), now),
        "drop" => watch.drop_track(&MovementId::new(rest[0]).unwrap()),
        "duty" => watch.set_duty(duty(rest[0]), now),
        "off" => watch.drop_duty(&unit(rest[0])),
        "consent" => {
            let movement = rest[0].strip_prefix("m:").map(|id| MovementId::new(id).unwrap());
            let of = movement.map_or_else(|| Holder::Unit(unit(rest[0])), Holder::Movement);
            watch.set_consent(&of, rest[1] == "lives", now);
        }
        "passed" => {
            let (movement, site) = (MovementId::new(rest[0]), SiteId::new(rest[1]));
            changes = watch.checked_in(&movement.unwrap(), &site.unwrap());
        }
        "at" => {
            let lat_lon = (rest[1].parse().unwrap(), rest[2].parse().unwrap());
            changes = watch.seen(sighting(now, rest[0], lat_lon, &rest[3..]));
        }
        "tick" => changes = watch.tick(now),
        "forget" => watch.forget(now),
        "note" => changes = watch.note(&alarm(), officer, now),
        "handle" => changes = watch.handle(&alarm(), officer, now),
        "resolve" => changes = watch.resolve(&alarm(), officer, now),
        "alarms" => {
            return watch.alarms().map(|it| it.alarm.to_string()).collect::<Vec<_>>().join(" ");
        }
        "count" => return say_headcount(watch, now),
        other => panic!("`{other}` is not a verb"),
    }
    say(&changes)
}

// Runs a script of lines `COMMAND => ANSWER`; after each line the watch must survive a restart.
fn check(script: &str) {
    let mut watch = Watch::new(Timing::default());
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (command, answer) = line.split_once("=>").unwrap_or((line, ""));
        assert_eq!(run(&mut watch, command), answer.trim(), "{line}");
        watch = Watch::from_bytes(&watch.to_bytes(), Timing::default()).unwrap();
    }
}

#[test]
fn a_call_for_help_stays_until_an_officer_resolves_it() {
    check(
        "0 unit chen
         7 at chen 0 0 sos   => +sos/chen/420 moved
         7 at chen 0 0 sos   => stale
         8 at chen 0 0       => moved
         9 tick
         9 alarms            => sos/chen/420
         9 count             => 0/1 chen 8 owntracks
         9 note sos/chen/420 => answered sos/chen/420
         9 alarms            => sos/chen/420
        10 handle sos/chen/420 => answered sos/chen/420
        10 note sos/chen/420
        11 resolve sos/chen/420 => answered sos/chen/420
        11 alarms
        11 count             => 1/1
        12 at chen 0 0 sos fixed=7 => stale
        12 alarms
        13 at chen 0 0 duress sos => +sos/chen/780 +duress/chen/780 moved",
    );
}

#[test]
fn nobody_is_too_strange_to_call_for_help() {
    check(
        "1 at stranger 0 0     => not enrolled
         2 at stranger 0 0 sos => +sos/stranger/120 not enrolled
         3 unit chen
         3 at chen 0 0 sos fixed=600 => +sos/chen/36000 flagged
         3 tick
         3 alarms              => sos/stranger/120 sos/chen/36000
         3 count               => 0/1 chen never",
    );
}

#[test]
fn the_other_partys_note_may_arrive_before_the_call_itself() {
    check(
        "0 unit chen
         6 note sos/chen/300  => answered sos/chen/300
         6 note sos/chen/300
         6 tick
         7 at chen 0 0 sos fixed=5 => +sos/chen/300 moved
         7 note sos/chen/300
         7 resolve sos/chen/300 => answered sos/chen/300",
    );
}

#[test]
fn a_late_convoy_climbs_the_ladder_with_one_alarm() {
    check(
        "0 track m1 lead,bus due=1@30 arrive=300
         0 consent m:m1 lives
        29 at lead 0 0.05  => moved
        29 at bus 0 0.05   => moved
        29 tick
        30 tick            => +overdue-prompt/lead/1800
        33 at lead 0 0.06  => moved
        33 at bus 0 0.06   => moved
        39 at lead 0 0.07  => moved
        39 at bus 0 0.07   => moved
        40 tick            => +overdue-radio/lead/1800 <overdue-prompt/lead/1800
        42 handle overdue-radio/lead/1800 => answered overdue-radio/lead/1800
        58 at lead 0 0.08  => moved
        58 at bus 0 0.08   => moved
        60 tick            => +overdue-declared/lead/1800
        60 alarms          => overdue-declared/lead/1800 overdue-radio/lead/1800
        89 at lead 0 0.08  => moved
        89 at bus 0 0.08   => moved
        90 tick            => +missing/lead/1800 <overdue-declared/lead/1800
        91 at bus 0 0.1 in => checked in m1 moved
        91 tick            => -missing/lead/1800 -overdue-radio/lead/1800
        91 alarms          => missing/lead/1800 overdue-radio/lead/1800
        91 note missing/lead/1800 => answered missing/lead/1800
        91 alarms          => overdue-radio/lead/1800",
    );
}

#[test]
fn a_check_in_counts_near_its_point_or_when_it_is_nearly_due() {
    check(
        "0 track m1 lead due=1@30 due=2@60 due=3@90 arrive=300
         0 consent m:m1 lives
         5 at lead 0 0.04 in   => moved
        10 at lead 0 0.1 in    => checked in m1 moved
        44 at lead 0 0.12 in   => moved
        45 at lead 0 0.12 in   => checked in m1 moved
        50 passed m1 2
        50 passed m1 3         => checked in m1
        50 passed m1 9
        50 passed m2 3
        95 at lead 0 0.3       => moved
        95 tick
       300 at lead 0 0.9       => moved
       300 tick                => +overdue-prompt/lead/18000
       301 drop m1
       301 tick                => -overdue-prompt/lead/18000",
    );
}

#[test]
fn a_check_in_from_before_the_departure_is_not_one() {
    check(
        "20 track m1 lead due=1@30 arrive=300
         21 at lead 0 0 in fixed=19 => moved
         22 at lead 0 0 in          => checked in m1 moved",
    );
}

#[test]
fn only_sightings_in_a_row_leave_a_corridor_and_one_brings_back() {
    check(
        "0 track m1 lead arrive=300
         0 consent m:m1 lives
         1 at lead 0.001 0.5 => moved
         2 at lead 0.003 0.5 => moved
         3 at lead 0.003 0.5 => moved
         4 at lead 0.001 0.5 => moved
         5 at lead 0.003 0.5 => moved
         6 at lead 0.003 0.5 acc=900 => moved
         7 at lead 0.003 0.5 fixed=3 => stale
         8 at lead 0.003 0.5 => moved
         9 at lead 0.003 0.5 acc=200 => moved +left-corridor/lead/300
        10 at lead 0.003 0.5 => moved
        11 at lead 0 0.5 acc=900 => moved
        12 at lead 0 0.5     => moved -left-corridor/lead/300
        12 alarms            => left-corridor/lead/300
        13 note left-corridor/lead/300 => answered left-corridor/lead/300
        13 alarms",
    );
}

#[test]
fn a_movement_that_is_held_is_neither_late_nor_silent_nor_off_its_way() {
    check(
        "0 track m1 lead due=1@5 arrive=9 held
         1 at lead 0.5 0.5 => moved
         2 at lead 0.5 0.5 => moved
         3 at lead 0.5 0.5 => moved
        60 tick
        60 track m1 lead due=1@5 arrive=9
        60 consent m:m1 lives
        65 tick => +missing/lead/300 +overdue-declared/lead/540
        66 track m1 lead due=1@5 arrive=9 held
        66 tick => -missing/lead/300 -overdue-declared/lead/540",
    );
}

#[test]
fn silence_counts_only_while_someone_needs_the_unit() {
    check(
        "0 unit chen
         0 at chen 0 0  => moved
        60 tick
        60 track m1 chen arrive=300
        60 consent m:m1 lives
        65 tick
        66 tick         => +lost-signal/chen/3600
        67 at chen 0 0.1 fixed=61 => moved
        67 tick
        68 at chen 0 0.1 => moved -lost-signal/chen/3600
        73 tick
        74 tick          => +lost-signal/chen/4080
        75 drop m1
        75 tick          => -lost-signal/chen/4080",
    );
}

#[test]
fn a_guest_stays_within_the_zones_that_the_host_consented_to() {
    check(
        "0 unit wang guard
         0 consent wang lives
         0 tick
         0 duty wang
         1 at wang 0.5 0.5 => moved
         2 at wang 0.5 0.5 => moved
         3 at wang 0.5 0.5 => moved +guest-out-of-zone/wang/60
         4 at wang 0.2 0.2 => moved -guest-out-of-zone/wang/60
         5 at wang 1.2 0.2 => moved
         6 at wang 1.2 0.2 => moved
         7 at wang 1.2 0.2 => moved +guest-out-of-zone/wang/300
         7 off wang
         7 tick            => -guest-out-of-zone/wang/300
         7 count           => 0/0",
    );
}

#[test]
fn no_word_of_consent_is_no_consent() {
    check(
        "0 duty wang
         0 tick               => +consent-lost/wang/0
         1 consent wang lives
         1 tick               => -consent-lost/wang/0
         3 consent wang ended
         4 consent wang ended
         4 at wang 0.1 0.1    => moved
         4 tick               => +consent-lost/wang/180
         5 off wang
         5 tick               => -consent-lost/wang/180
         6 track m1 lead,bus arrive=300
         6 tick               => +consent-lost/lead/360
         7 consent m:m1 lives
         7 tick               => -consent-lost/lead/360",
    );
}

#[test]
fn a_headcount_names_who_is_missing_and_the_last_sign_of_life() {
    check(
        "0 unit chen
         0 unit liu
         0 unit wang guard
         0 unit zhao
         1 at chen 0 0              => moved
        10 at liu 0 0 by=sms        => moved
        16 count                    => 2/3 zhao never
        17 count                    => 1/3 chen 1 owntracks zhao never
        20 at chen 0 0 fixed=19     => moved
        20 at chen 0 0 in fixed=18 by=radio => stale
        26 count                    => 1/3 liu 10 sms zhao never
        30 forget
        30 count                    => 0/3 chen never liu never zhao never",
    );
}

#[test]
fn time_does_not_run_backwards() {
    check(
        "0 track m1 lead arrive=30
         0 consent m:m1 lives
        31 at lead 0 0 => moved
        31 tick        => +overdue-prompt/lead/1800
        20 tick",
    );
}

#[test]
fn closed_alarms_are_forgotten_after_a_week_and_then_too_old_to_return() {
    let week = 7 * 24 * 60;
    check(&format!(
        "0 unit chen
         0 at chen 0 0 sos     => +sos/chen/0 moved
         1 resolve sos/chen/0  => answered sos/chen/0
         {0} tick
         {0} at chen 0 0 sos fixed=0 => stale
         {1} tick
         {1} at chen 0 0 sos fixed=0 => stale
         {1} alarms",
        week,
        week + 2,
    ));
}

#[test]
fn a_flood_hides_no_call_for_help() {
    let mut watch = Watch::new(Timing::default());
    for number in 0..500 {
        run(&mut watch, &format!("0 track m{number} u{number} arrive=1"));
    }
    run(&mut watch, "999 tick");
    for press in 0..100 {
        run(&mut watch, &format!("{press} at broken 0 0 sos"));
    }
    run(&mut watch, "998 at chen 0 0 sos");
    let alarms: Vec<_> = watch.alarms().map(|it| it.alarm.as_str()).collect();
    // 500 movements are missing, silent and without consent, and a broken button repeats.
    assert_eq!(alarms.len(), 1_500 + CALLS_OPEN_MAX + 1);
    assert_eq!(alarms[..2], ["sos/broken/0", "sos/chen/59880"]);
    assert!(alarms[2..1_002].iter().all(|it| !it.starts_with("sos/")));
}

#[test]
fn memory_that_is_not_canonical_is_refused() {
    let mut bytes = Watch::new(Timing::default()).to_bytes();
    bytes.push(0);
    let read = Watch::from_bytes(&bytes, Timing::default());
    assert!(matches!(read, Err(MemoryError::NotCanonical)), "{read:?}");
    let read = Watch::from_bytes(&[0xff], Timing::default());
    assert!(matches!(read, Err(MemoryError::Decode(_))), "{read:?}");
}

// A morning of three units: who, seconds since the last report, where, and calls for help.
fn morning() -> impl Strategy<Value = Vec<Sighting>> {
    let one = (0..3_usize, 1..90_i64, (-0.004..0.004_f64, 0.0..1.0_f64), any::<(bool, bool)>());
    collection::vec(one, 1..60).prop_map(|steps| {
        let mut clock = 0;
        let report = |(who, wait, lat_lon, (rare, check_in)): (usize, i64, _, (bool, bool))| {
            clock += wait * 1_000;
            let now = Moment::from_ms(clock);
            let mut words = Vec::new();
            words.extend(check_in.then_some("in"));
            words.extend((rare && wait > 70).then_some("sos"));
            sighting(now, ["lead", "bus", "wang"][who], lat_lon, &words)
        };
        steps.into_iter().map(report).collect()
    })
}

fn watched() -> Watch {
    let mut watch = Watch::new(Timing::default());
    run(&mut watch, "0 track m1 lead,bus due=1@10 due=5@20 arrive=30");
    run(&mut watch, "0 duty wang");
    watch
}

fn after<'a>(sightings: impl Iterator<Item = &'a Sighting>) -> Watch {
    let mut watch = watched();
    for sighting in sightings {
        watch.seen(sighting.clone());
    }
    watch.tick(minute("45"));
    watch
}

proptest! {
    #[test]
    fn the_same_reports_give_the_same_bytes_however_units_interleave(morning in morning()) {
        let mut by_unit: Vec<&Sighting> = morning.iter().collect();
        by_unit.sort_by_key(|it| it.unit.clone());
        prop_assert_eq!(after(morning.iter()).to_bytes(), after(by_unit.into_iter()).to_bytes());
    }

    #[test]
    fn calls_for_help_have_the_same_ids_in_any_order(
        (morning, shuffled) in morning().prop_flat_map(|it| {
            let shuffled = proptest::prelude::Just(it.clone()).prop_shuffle();
            (proptest::prelude::Just(it), shuffled)
        })
    ) {
        let calls = |watch: &Watch| {
            let mut calls: Vec<_> = watch.alarms().filter(|it| it.kind == AlarmKind::Sos)
                .map(|it| (it.alarm.clone(), it.raised, it.point)).collect();
            calls.sort();
            calls
        };
        let called = morning.iter().filter(|it| it.sos).count();
        let (one, other) = (after(morning.iter()), after(shuffled.iter()));
        prop_assert_eq!(calls(&one).len(), called);
        prop_assert_eq!(calls(&one), calls(&other));
    }

    #[test]
    fn a_stale_report_never_moves_a_unit_back(morning in morning()) {
        let mut watch = after(morning.iter());
        let before: Vec<_> = watch.positions().cloned().collect();
        for sighting in &morning {
            watch.seen(sighting.clone());
        }
        let now: Vec<_> = watch.positions().cloned().collect();
        prop_assert_eq!(now, before);
    }

    #[test]
    fn a_restart_at_any_moment_changes_nothing(morning in morning(), cut in 0..60_usize) {
        let cut = cut.min(morning.len());
        let mut watch = watched();
        for (index, sighting) in morning.iter().enumerate() {
            if index == cut {
                watch = Watch::from_bytes(&watch.to_bytes(), Timing::default()).unwrap();
            }
            watch.seen(sighting.clone());
        }
        watch.tick(minute("45"));
        prop_assert_eq!(watch, after(morning.iter()));
    }

    #[test]
    fn sightings_keep_their_bytes(morning in morning()) {
        for sighting in morning {
            let bytes = minicbor::to_vec(&sighting).unwrap();
            prop_assert_eq!(minicbor::decode::<Sighting>(&bytes).unwrap(), sighting);
        }
    }

    #[test]
    fn foreign_memory_never_panics(bytes in collection::vec(any::<u8>(), 0..100)) {
        let read = Watch::from_bytes(&bytes, Timing::default());
        prop_assert!(read.is_err() || read.unwrap().to_bytes() == bytes);
    }
}

#[test]
fn an_obligation_raises_once_and_returns_when_nothing_is_wanted_any_more() {
    let mut watch = Watch::new(Timing::default());
    let (debt, since) = (UnitId::new("r-1/answered").unwrap(), Moment::from_ms(1_000_000));
    let now = |seconds: i64| since.plus_ms(seconds * 1_000);
    let wanted = |kind| BTreeMap::from([(debt.clone(), (kind, since))]);
    watch.set_debts(wanted(AlarmKind::DutyDue));
    let id = AlarmKind::DutyDue.id(&debt, since);
    assert_eq!(watch.tick(now(1)), [Change::Raised(id.clone())]);
    watch.set_debts(wanted(AlarmKind::DutyDue));
    assert_eq!(watch.tick(now(2)), []);
    let again = Watch::from_bytes(&watch.to_bytes(), Timing::default()).unwrap();
    assert_eq!(again, watch, "it survives a restart");
    watch.set_debts(BTreeMap::new());
    assert_eq!(watch.tick(now(3)), [Change::Returned(id)]);
    assert_eq!(watch.headcount(now(3)).enrolled, 0, "an obligation is nobody to be counted");
    assert_eq!(watch.positions().count(), 0);
}
