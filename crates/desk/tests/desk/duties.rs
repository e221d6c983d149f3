//! Duties at a desk: forms of every record, and who is offered which.

use desk::page;
use engine::engine::Engine;
use form::form::{Form, read};
use sheet::form::duty::opens;
use wish::Wish;
use words::act::Act;
use words::record::RecordKind;
use words::role::Role;

use crate::pair::{Pair, officer};

// A value that fits every field of every form of a record.
const FIELDS: &[(&str, &str)] = &[
    ("agreement", "karachi-exercise"),
    ("by", "guest"),
    ("against", "host"),
    ("unit", "g-01"),
    ("at", "2024-10-02T11:00"),
    ("known_at", "2024-10-02T11:00"),
    ("until", "2024-10-02T13:00"),
    ("publish_at", "2024-10-03T13:00"),
    ("zone", "karachi-airport"),
    ("port", "karachi-airport"),
    ("level", "less_lethal"),
    ("warned", "yes"),
    ("medical_aid", "no"),
    ("host_officer", "yes"),
    ("rounds", "0"),
    ("injured", "1"),
    ("persons", "2"),
    ("channel", "own_page"),
    ("grievance", "bribe"),
    ("harm", "injury"),
    ("count", "1"),
    ("incident", "i-1"),
    ("severity", "serious"),
    ("item", "weapon"),
    ("serial", "AK 4711"),
    ("line", "1"),
    ("quantity", "3"),
    ("end_user", "district police"),
    ("addressed", "watch_officer analyst"),
    ("service", "escort"),
    ("amount", "2"),
    ("prohibited", "search"),
    ("host_members", "3"),
    ("guest_members", "3"),
    ("minutes", "we met"),
    ("drill", "attack"),
    ("action", "more radios"),
    ("asked", "4"),
    ("in_time", "4"),
    ("certificate", "C-1"),
    ("authority", "district office"),
    ("reason", "exercise"),
    ("summary", "exercise"),
];

fn posted(engine: &Engine, word: &str) -> Act {
    let fields: Vec<(String, String)> =
        FIELDS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let form = Form { fields: &fields, engine, chance: [0x5a; 32] };
    let Ok(Wish::Act(act)) = read(word, &form) else { panic!("{word}") };
    *act
}

#[test]
fn every_kind_of_record_has_a_form_that_makes_it_and_keeps_no_secret() {
    let pair = Pair::agreed();
    for kind in RecordKind::ALL {
        let act = posted(&pair.guest, &opens(*kind));
        let json = serde_json::to_string(&act).unwrap();
        assert!(!json.contains("4711") && !json.contains("we met"), "{json}");
        let again: Act = serde_json::from_str(&json).unwrap();
        assert_eq!(again, act, "{kind}: the API takes what the form makes");
        let Act::RecordOpened(opened) = act else { panic!("{kind}") };
        assert_eq!(opened.what.kind(), *kind);
        assert_eq!(opened.record.as_str(), "r-5a5a");
    }
}

#[test]
fn an_office_is_offered_what_it_may_open() {
    let pair = Pair::agreed();
    let offered = |roles: &[Role]| -> Vec<RecordKind> {
        let view = page::record::view(&pair.host, &officer(roles)).unwrap();
        view.offers.iter().map(|offer| offer.kind).collect()
    };
    assert_eq!(offered(&[Role::Driver]), []);
    assert_eq!(offered(&[Role::Analyst]), [RecordKind::Investigation, RecordKind::Warning]);
    assert_eq!(
        offered(&[Role::EscortLeader]),
        [RecordKind::UseOfForce],
        "no article provides for detention or for forbidden acts"
    );
}

#[test]
fn a_board_counts_what_is_open_soon_broken_and_kept() {
    let mut pair = Pair::agreed();
    let act = posted(&pair.guest, "open_complaint");
    pair.guest(act);
    let counts = |pair: &Pair| {
        let viewer = officer(&[Role::WatchOfficer]);
        page::duty::view(&pair.guest, &viewer, None).unwrap().counts
    };
    let first = counts(&pair);
    assert_eq!((first.open, first.day, first.breached, first.kept_pct()), (1, 0, 0, None));
    pair.at("2024-10-03T07:00:00Z");
    assert_eq!(counts(&pair).day, 1);
    pair.at("2024-10-04T07:00:00Z");
    let last = counts(&pair);
    assert_eq!((last.open, last.breached, last.kept_pct()), (0, 1, Some(0)));
}
