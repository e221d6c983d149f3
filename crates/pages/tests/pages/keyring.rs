//! A view of the keys with all that must be noticed, and how it reads.

use pages::keys::{Disowned, Ended, KeyStand, Ring, Row, View, Why, page};
use sheet::frame::Page;
use tongue::speech::Lang;
use words::hash::{Hash, KeyId};
use words::id::{PartyId, PersonId};
use words::moment::Moment;
use words::refusal::Reason;
use words::role::Role;

use crate::read::reads;
use crate::sample::frame;

fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

fn row(key: u8, person: &str, stand: KeyStand) -> Row {
    Row {
        key: KeyId([key; 8]),
        person: PersonId::new(person).unwrap(),
        roles: vec![Role::WatchOfficer],
        since: (4, at("2026-11-20T07:00:00Z")),
        until: Some(at("2026-12-01T07:00:00Z")),
        ended: None,
        stand,
    }
}

fn ended(row: Row, why: Why, said: &str) -> Row {
    let ended = Ended { index: 31, at: at("2026-11-22T07:00:00Z"), why, said: said.to_owned() };
    Row { ended: Some(ended), ..row }
}

pub(crate) fn keys() -> View {
    let mut rows: Vec<Row> = KeyStand::ALL
        .iter()
        .zip(1..)
        .map(|(stand, key)| row(key, "host.example/officer", *stand))
        .collect();
    rows.extend(Why::ALL.iter().zip(10..).map(|(why, key)| {
        let said = if *why == Why::Said { "left the service" } else { "" };
        ended(row(key, "host.example/former", KeyStand::Voided), *why, said)
    }));
    let node = Row {
        until: None,
        roles: vec![Role::Node],
        ..row(20, "host.example/node", KeyStand::Lives)
    };
    rows.push(node);
    let disowned = Disowned {
        key: KeyId([5; 8]),
        since: 20,
        said: 31,
        ended: 2,
        signed: vec![(21, "consent_granted".to_owned()), (24, "task_ordered".to_owned())],
        more: 3,
    };
    let host = Ring {
        party: PartyId::new("host.example").unwrap(),
        name: "Hostland".to_owned(),
        version: 2,
        custodians: vec![KeyId([1; 8]), KeyId([2; 8]), KeyId([3; 8])],
        threshold: 2,
        reserve: Some(Hash([7; 32])),
        since: (12, at("2026-11-21T07:00:00Z")),
        recovered: true,
        orders: 9,
        rows,
        disowned: vec![disowned],
        refused: vec![(30, Reason::TooFewCustodians)],
    };
    let guest = Ring {
        party: PartyId::new("guest.example").unwrap(),
        name: "Guestland".to_owned(),
        version: 1,
        custodians: vec![KeyId([9; 8])],
        threshold: 1,
        reserve: None,
        since: (0, at("2026-11-19T07:00:00Z")),
        recovered: false,
        orders: 0,
        rows: vec![row(9, "guest.example/officer", KeyStand::Ended)],
        disowned: Vec::new(),
        refused: Vec::new(),
    };
    View { rings: vec![host, guest] }
}

#[test]
fn the_keys_of_two_parties() {
    let mut view = keys();
    view.rings[0].rows.truncate(2);
    view.rings[0].rows.push(ended(
        row(12, "host.example/former", KeyStand::Voided),
        Why::Said,
        "left",
    ));
    reads(page(&view, &frame(Lang::En, Page::Keys)), "");
}
