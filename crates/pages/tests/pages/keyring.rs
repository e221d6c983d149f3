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
    reads(
        page(&view, &frame(Lang::En, Page::Keys)),
        "Keys Who may sign for each party, from which statement on and until when. A key is voided
         by its place in the ledger: what it signed before stays good.
         The reserve of Hostland has taken over its root, at statement 12. Ask by telephone whether
         that was meant.
         Hostland has disowned what key 0505050505050505 signed from statement 20 on. 2 things lost
         their authority with it. 31 It signed in between; look at each:
         21 Consent granted 24 Task order and 3 more
         An order at statement 30 of Hostland is void: Too few custodians have signed the order.
         Keys of Hostland that run out within two weeks: 1. Any 2 of the 3 custodians can have new
         ones enrolled.
         Keys of Guestland that have run out: 1. They sign nothing any more; what they signed stays
         good. Whoever holds the root key can enrol new ones.
         Keys of Hostland 2 of 3 custodians must sign an order of the root
         Version of the root 2 Held since statement 12 · 2026-11-21 12:00 PKT Orders carried out 9
         Keys of the custodians 0101010101010101 0202020202020202 0303030303030303
         Reserve 0707070707070707070707070707070707070707070707070707070707070707
         Signed by Roles Standing From statement until Void since Key
         host.example/officer Duty officer Signs 4 · 2026-11-20 12:00 PKT 2026-12-01 12:00 PKT
         0101010101010101
         host.example/officer Duty officer Runs out soon 4 · 2026-11-20 12:00 PKT
         2026-12-01 12:00 PKT 0202020202020202
         host.example/former Duty officer Voided 4 · 2026-11-20 12:00 PKT 2026-12-01 12:00 PKT
         31 · 2026-11-22 12:00 PKT · voided: left 0c0c0c0c0c0c0c0c
         Keys of Guestland 1 of 1 custodians must sign an order of the root
         Version of the root 1 Held since statement 0 · 2026-11-19 12:00 PKT Orders carried out 0
         Keys of the custodians 0909090909090909
         Reserve None is named. If too many custodians are lost, only a new pairing helps.
         Signed by Roles Standing From statement until Void since Key
         guest.example/officer Duty officer Has run out 4 · 2026-11-20 12:00 PKT
         2026-12-01 12:00 PKT 0909090909090909",
    );
}
