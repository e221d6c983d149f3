//! The committed table of incidents, and tables that must be refused.

use std::error::Error;

use proptest::prelude::proptest;
use words::place::Point;

use super::{COLUMNS, import_csv};
use crate::background::background;
use crate::incident::{Incident, Relation, near};
use crate::range::{Sum, show};

const TABLE: &str = include_str!("../../../../scenarios/karachi/incidents.csv");

fn table() -> Vec<Incident> {
    import_csv(TABLE).unwrap()
}

fn incident(id: &str) -> Incident {
    table().into_iter().find(|it| it.incident.as_str() == id).unwrap()
}

// Who says what about an incident, one claim a line.
fn check(id: &str, said: &[&str]) {
    let say = |claim: &crate::incident::Claim| {
        format!("{} {} {}: {}", claim.grade, claim.by, claim.relation.as_str(), claim.text)
    };
    assert_eq!(incident(id).claims.iter().map(say).collect::<Vec<_>>(), said, "{id}");
}

// A table of one good row in which one cell was changed, and what the reader says to it.
fn refused(column: &str, cell: &str, answer: &str) {
    let row = |name: &str| match name {
        "id" => "PK-1",
        "date" => "2024-10-06",
        "lat" => "24.9",
        "lon" => "67.1",
        "geo_precision_km" => "1.5",
        "guest_persons_targeted" => "1",
        "killed_low" | "injured_low" => "2",
        "killed_high" | "injured_high" => "3",
        "killed_guest_nationals" | "injured_guest_nationals" => "",
        _ => "words",
    };
    let cells = COLUMNS.iter().map(|name| if *name == column { cell } else { row(name) });
    let text = format!("{}\n{}\n", COLUMNS.join(","), cells.collect::<Vec<_>>().join(","));
    let said =
        import_csv(&text).map_or_else(|cause| cause.to_string(), |it| format!("{}", it.len()));
    assert_eq!(said, answer);
}

#[test]
fn the_committed_table_has_nineteen_incidents() {
    let all = table();
    assert_eq!(all.len(), 19);
    assert!(all.iter().all(|it| !it.sources.is_empty()));
    let airport = incident("pk-20241006");
    assert_eq!(airport.date.to_string(), "2024-10-06T00:00:00Z");
    assert_eq!((airport.precision_km, airport.sources.len()), (2, 6));
    assert_eq!(airport.escort_present.as_deref(), Some("yes (police, Rangers)"));
    assert_eq!(incident("pk-20240326").armour.unwrap().split(' ').next(), Some("no"));
}

#[test]
fn numbers_that_sources_disagree_on_stay_ranges() {
    let numbers = |id: &str| {
        let it = incident(id);
        (show(it.killed), show(it.injured), it.guest_killed)
    };
    let expect = |killed: &str, injured: &str, guest| (killed.into(), injured.into(), guest);
    assert_eq!(numbers("pk-20241006"), expect("2–3", "11–21", Some(2)));
    assert_eq!(numbers("pk-20210714"), expect("13", "23–28", Some(9)));
    assert_eq!(numbers("pk-20200629"), expect("≤ 7", "?", Some(0)));
    assert_eq!(numbers("pk-20240320"), expect("?", "?", Some(0)));
}

#[test]
fn conflicts_are_flagged_and_a_caveat_is_not_a_conflict() {
    let flagged: Vec<_> = table().into_iter().filter(|it| it.conflicting).collect();
    let ids: Vec<_> = flagged.iter().map(|it| it.incident.as_str()).collect();
    let expected = [
        "pk-20170524",
        "pk-20200629",
        "pk-20210421",
        "pk-20210714",
        "pk-20210820",
        "pk-20220426",
        "pk-20220928",
        "pk-20230813",
        "pk-20240326",
        "pk-20241006",
        "pk-20241105",
    ];
    assert_eq!(ids, expected);
    assert_eq!(incident("pk-20210728").doubt, "exact day from memory");
}

#[test]
fn nobodys_claim_overwrites_anothers() {
    check("pk-20160530", &["F6 police asserts: police suspected JSMM"]);
    check("pk-20180205", &[]);
    check(
        "pk-20240326",
        &[
            "F6 TTP denies: TTP denied",
            "F6 KP CTD asserts: KP CTD attributed to TTP",
            "F6  asserts: TTP denies, state attributes",
        ],
    );
    check(
        "pk-20210820",
        &[
            "F6 BLA asserts: BLA",
            "F6 officials asserts: 1 Chinese hurt",
            "F6 The Balochistan Post asserts: 9 Chinese killed",
            "F6  asserts: 3 vs 4 vehicles",
        ],
    );
    let relations = incident("pk-20240326").claims.iter().map(|it| it.relation).collect::<Vec<_>>();
    assert_eq!(relations, [Relation::Denies, Relation::Asserts, Relation::Asserts]);
}

#[test]
fn the_background_sums_ranges_and_says_what_nobody_counted() {
    let sums = background(&table());
    assert_eq!((sums.incidents, sums.guest_targeted, sums.conflicting), (19, 13, 11));
    assert_eq!(sums.from.unwrap().to_string(), "2016-05-30T00:00:00Z");
    assert_eq!(sums.until.unwrap().to_string(), "2024-11-05T00:00:00Z");
    let phases: Vec<_> = sums.phases.iter().map(|(phase, n)| (phase.as_str(), *n)).collect();
    assert_eq!(phases, [("in_vehicle", 10), ("on_foot", 1), ("static_site", 8)]);
    assert_eq!(sums.places.values().sum::<u32>(), 19);
    assert_eq!(sums.killed, Sum { low: 45, high: 53, unbounded: 2 });
    assert_eq!(sums.injured, Sum { low: 64, high: 85, unbounded: 6 });
    assert_eq!(sums.guest_killed, Sum { low: 23, high: 23, unbounded: 0 });
    assert_eq!(sums.guest_injured, Sum { low: 12, high: 12, unbounded: 3 });
}

#[test]
fn what_is_known_only_roughly_is_found_from_further_away() {
    let all = table();
    let airport = Point::from_degrees(24.9065, 67.1608).unwrap();
    let found = near(&all, airport, 1);
    assert_eq!(found.first().unwrap().incident.incident.as_str(), "pk-20241006");
    // The centre of the city is 16 km away: only places known no better reach the airport.
    assert!(found.iter().skip(1).all(|it| it.metres > 15_000.0 && it.incident.precision_km >= 15));
    assert!(near(&all, airport, 100).iter().all(|it| it.incident.admin1 == "Sindh"));
    assert_eq!(near(&all, airport, 20_000).len(), 19);
    assert!(near(&all, airport, 100).is_sorted_by_key(|it| it.metres));
}

#[test]
fn a_wrong_cell_is_named_by_row_and_column() {
    refused("place", "words", "1");
    let cases = [
        ("lat", "91", "a latitude from -90 to 90"),
        ("lat", "NaN", "a latitude from -90 to 90"),
        ("lon", "", "a longitude from -180 to 180"),
        ("date", "2024-02-30", "a day such as 2024-10-06"),
        ("id", "PK 1", "1 to 64 letters, digits or `-._/:`"),
        ("killed_low", "4", "no more than the highest number beside it"),
        ("injured_high", "many", "a whole number or nothing"),
        ("killed_guest_nationals", "4", "no more than all of them together"),
        ("guest_persons_targeted", "", "1 or 0"),
        ("geo_precision_km", "-1", "kilometres from 0 to 1000"),
        ("geo_precision_km", "inf", "kilometres from 0 to 1000"),
        ("phase", " ", "a text"),
    ];
    for (column, cell, wanted) in cases {
        let found = cell.trim();
        let answer = format!("row 2, column `{column}`: expected {wanted}, found `{found}`");
        refused(column, cell, &answer);
    }
}

#[test]
fn a_wrong_table_is_refused_whole() {
    let lacking = TABLE.replacen("insider_factor", "insider", 1);
    let cause = import_csv(&lacking).unwrap_err();
    assert_eq!(cause.to_string(), "the heading lacks the column `insider_factor`");
    let short = format!("{TABLE}PK-1,2024-10-06\n");
    let cause = import_csv(&short).unwrap_err();
    assert_eq!(cause.to_string(), "row 21 is not a row of this table");
    assert!(cause.source().is_some());
    let row = TABLE.lines().last().unwrap();
    let cause = import_csv(&format!("{TABLE}{row}\n")).unwrap_err().to_string();
    assert!(cause.starts_with("row 21, column `id`: expected an id that no earlier"), "{cause}");
    assert!(import_csv("").is_err());
}

proptest! {
    #[test]
    fn foreign_text_never_panics(text in ".{0,200}") {
        drop(import_csv(&text));
    }

    #[test]
    fn a_damaged_table_never_panics(at in 0..TABLE.len(), put in ".{0,3}") {
        if let (Some(head), Some(tail)) = (TABLE.get(..at), TABLE.get(at..)) {
            drop(import_csv(&format!("{head}{put}{tail}")));
        }
    }
}
