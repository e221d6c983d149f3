//! A map's weights from what was reported; a second gate beside a site.
#![cfg(test)]

use ambush::generate::Effort;
use picture::grade::Grade;
use picture::import::import_csv;
use picture::incident::{Claim, Incident, Relation};
use planner::lever::Kind;
use planner::question::{Question, pose};
use planner::report::solve;
use planner::reported::{HALVED_DAYS, REACH_M, counts, raise};
use planner::terrain::{EVEN_PPM, GATE_WITHIN_M, Terrain, Weighed};
use planner::weights;
use road::drivable::Terms;
use road::kind::{Access, Barrier, Class, Surface, flag};
use road::roads::{Name, Roads, Segment};
use words::moment::Moment;
use words::place::Point;

const SIDE: u32 = 12;

// Streets 110 m apart, each with a name: `South-0` … east and west, `West-0` … north and south.
fn town() -> Terrain {
    let mut roads = Roads { names: vec![Name::default()], ..Roads::default() };
    for row in 0..SIDE {
        for column in 0..SIDE {
            roads.junctions.push(at(row, column));
            roads.barriers.push(Barrier::Nothing);
        }
    }
    for number in 0..SIDE {
        for kind in ["South", "West"] {
            let local = format!("{kind}-{number}");
            roads.names.push(Name { local, ..Name::default() });
        }
    }
    for line in 0..SIDE {
        for step in 0..SIDE - 1 {
            let (east, north) = (line * SIDE + step, step * SIDE + line);
            for (from, to, name) in
                [(east, east + 1, 1 + 2 * line), (north, north + SIDE, 2 + 2 * line)]
            {
                roads.segments.push(Segment {
                    from,
                    to,
                    way: i64::try_from(roads.segments.len()).unwrap(),
                    length_mm: 110_000,
                    name,
                    shape_at: 0,
                    shape_bytes: 0,
                    island: 0,
                    flags: flag::BOTH,
                    kmh: [40; 2],
                    class: Class::Tertiary,
                    surface: Surface::Paved,
                    access: Access::Open,
                });
            }
        }
    }
    roads.segments.sort_by_key(|row| (row.from, row.to));
    Terrain::of_roads(roads, &Terms::default())
}

fn at(row: u32, column: u32) -> Point {
    let step = |count: u32, e7: i32| i32::try_from(count).unwrap() * e7;
    Point::new(248_600_000 + step(row, 9_900), 670_100_000 + step(column, 10_900)).unwrap()
}

fn day(text: &str) -> Moment {
    Moment::parse(&format!("{text}T00:00:00Z")).unwrap()
}

const CSV: &str = "id,date,place,admin1,lat,lon,geo_precision_km,geo_source,guest_persons_targeted,\
    phase,node,weapon,claim_or_attribution,killed_low,killed_high,killed_guest_nationals,\
    injured_low,injured_high,injured_guest_nationals,escort_present,armour,insider_factor,\
    conflicting_reports,sources\n\
    PK-20241001,2024-10-01,a crossing,Sindh,24.8,67.0,1,by hand,1,in_vehicle,urban road,\
    firearm,none,0,0,0,0,0,0,,,,,https://example.org/a\n";

fn incident(point: Point, precision_km: u32, claims: &[(Relation, &str)]) -> Incident {
    let claims = claims.iter().map(|(relation, grade)| Claim {
        relation: *relation,
        by: "a source".into(),
        text: "an ambush".into(),
        grade: Grade::parse(grade).unwrap(),
    });
    let read = import_csv(CSV).unwrap().pop().unwrap();
    Incident { point, precision_km, claims: claims.collect(), ..read }
}

fn later(days: i64) -> Moment {
    day("2024-10-01").plus_ms(days * 86_400_000)
}

#[test]
fn an_incident_counts_as_it_is_believed_placed_and_recent() {
    use Relation::{Asserts, Corrects, Denies, Retracts};
    let now = later(0);
    let of = |km, claims: &[(Relation, &str)]| counts(&incident(at(5, 5), km, claims), now);
    assert_eq!(of(0, &[(Asserts, "A1")]), 1_000_000);
    assert_eq!(of(0, &[(Asserts, "B2")]), 640_000);
    assert_eq!(of(0, &[(Asserts, "E5"), (Asserts, "B2")]), 640_000, "the best claim counts");
    assert_eq!(of(0, &[]), 250_000, "nobody has graded it");
    assert_eq!(of(0, &[(Asserts, "A1"), (Denies, "A1")]), 500_000);
    assert_eq!(of(0, &[(Retracts, "A1")]), 0);
    assert_eq!(of(0, &[(Asserts, "B2"), (Corrects, "A1")]), 1_000_000);
    // Known to a kilometre, it was here with a quarter; to a city, hardly.
    assert_eq!(of(1, &[(Asserts, "A1")]), 250_000);
    assert_eq!(of(10, &[(Asserts, "A1")]), 2_500);
    let exact = incident(at(5, 5), 0, &[(Asserts, "A1")]);
    assert_eq!(counts(&exact, later(HALVED_DAYS)), 500_000);
    assert_eq!(counts(&exact, later(2 * HALVED_DAYS)), 250_000);
    assert_eq!(counts(&exact, later(20 * HALVED_DAYS)), 0);
    assert_eq!(counts(&exact, later(-3)), 1_000_000, "a clock that is behind makes nothing older");
    let through: Vec<u32> = (0..800).map(|days| counts(&exact, later(days))).collect();
    assert!(through.is_sorted_by(|one, other| one >= other), "it only fades");
}

#[test]
fn what_its_own_source_took_back_counts_no_more_and_what_another_says_stands() {
    use Relation::{Asserts, Retracts};
    let taken_back = incident(at(5, 5), 0, &[(Asserts, "A1"), (Retracts, "A1")]);
    assert_eq!(counts(&taken_back, later(0)), 0);
    let mut told = incident(at(5, 5), 0, &[(Asserts, "A1"), (Asserts, "B2"), (Retracts, "A1")]);
    told.claims[1].by = "another".into();
    assert_eq!(counts(&told, later(0)), 640_000);
}

#[test]
fn roads_near_an_incident_weigh_more_and_no_others() {
    let town = town();
    let reported = [
        incident(at(4, 9), 0, &[(Relation::Asserts, "A1")]),
        incident(at(4, 9), 0, &[(Relation::Asserts, "B2")]),
        incident(at(4, 9), 30, &[(Relation::Asserts, "A1")]),
    ];
    let mut weights = town.weights();
    assert_eq!(raise(&town, &mut weights, (&reported, later(0))), 2, "one is a city away at best");
    let near = town.within(at(4, 9), REACH_M);
    for road in 0..town.roads() {
        let weight = weights[usize::try_from(road).unwrap()];
        // Half of the missing 0.7, then 0.32 of what was missing still.
        let wanted = if near.contains(&road) { 762_000 } else { EVEN_PPM };
        assert_eq!(weight, wanted, "road {road}");
    }
    assert!(near.len() > 50 && near.len() < usize::try_from(town.roads()).unwrap() - 50);
    // The routes stay away from there, as far as they may.
    let reported = town.weighing(weights, Weighed { incidents: 2, file: false });
    let question = asked(&spot(1, 4), &spot(10, 4));
    let share = |terrain: &Terrain| {
        let posed = pose(terrain, &question, &terrain.weights(), (&[], 0)).unwrap();
        let effort = Effort { work: 20_000_000, ..Effort::default() };
        let report = solve(terrain, (&question, &posed), effort, &mut || true).unwrap().0;
        let there = |roads: &[u32]| roads.iter().filter(|road| near.contains(road)).count();
        let parts = report.routes.iter().map(|route| {
            let roads = u32::try_from(there(&route.roads)).unwrap();
            route.share * f64::from(roads)
        });
        (report.value, parts.sum::<f64>())
    };
    let ((even, before), (worse, after)) = (share(&self::town()), share(&reported));
    assert!(worse > even && after < before, "{even} {before}, {worse} {after}");
    // A file of weights has the last word.
    let text = format!("near {} 600 0.1", spot(4, 9));
    let said = weights::read(&reported, &text).unwrap();
    assert!(near.iter().all(|road| said[usize::try_from(*road).unwrap()] == 100_000));
}

fn spot(row: u32, column: u32) -> String {
    let at = at(row, column);
    format!("{:.7},{:.7}", at.lat(), at.lon() + 0.0003)
}

// Both ends are held by their own guards.
fn asked(from: &str, to: &str) -> Question {
    Question { budget_ppm: Some(2_000_000), held_m: 250, ..Question::of(from, to) }
}

#[test]
fn a_second_gate_on_another_street_is_tried_on_a_map_too() {
    let town = town();
    let beside = town.beside(&spot(5, 5));
    let names: Vec<&str> = beside.iter().map(|(_, name)| name.as_str()).collect();
    assert!(!names.contains(&"South-5"), "the street that is used is no second gate: {names:?}");
    assert_eq!(names.first(), Some(&"West-5"), "the nearest street first");
    assert!((4..=14).contains(&names.len()), "within {GATE_WITHIN_M} m: {names:?}");
    for (gate, _) in &beside {
        assert!(town.place(gate).is_ok(), "{gate} is found again");
    }
    assert!(town.beside("nowhere").is_empty() && town.beside("10.0,10.0").is_empty());
    // One end has two gates already, so that the other one's street decides.
    let two = |row: u32, column: u32| vec![spot(row, column), spot(row + 1, column + 1)];
    let plain = Question { budget_ppm: Some(3_000_000), ..Question::of("", "") };
    let one_exit = Question { from: vec![spot(1, 1)], to: two(8, 8), ..plain.clone() };
    let one_gate = Question { from: two(1, 1), to: vec![spot(9, 9)], ..plain };
    for (kind, question) in [(Kind::Exit, one_exit), (Kind::Gate, one_gate)] {
        let posed = pose(&town, &question, &town.weights(), (&[], 0)).unwrap();
        let effort = Effort { work: 40_000_000, ..Effort::default() };
        let report = solve(&town, (&question, &posed), effort, &mut || true).unwrap().0;
        let lever = report.levers.iter().find(|lever| lever.kind == kind);
        let lever = lever.unwrap_or_else(|| panic!("no {kind:?}: {:?}", report.levers));
        assert!(lever.remains < report.remains && lever.at.contains(','), "{lever:?}");
        assert!(lever.name.starts_with("South-") || lever.name.starts_with("West-"), "{lever:?}");
    }
}
