//! A party whose root is a set of custodians, from its founding on.

use custody::making::{MakingError, next};
use custody::sheet::{Stand, sheets};
use note::custody::set_hash;
use note::order_file::{FileError, OrderFile};
use words::act::{Act, KeyVoided};
use words::custody::{Custody, NextNamed, NodeReplaced, Order};
use words::refusal::Reason;
use words::role::{Role, Side};

use crate::house::{self, House, custodian, key, party, set};

#[test]
fn two_of_three_custodians_enrol_an_officer_who_then_acts() {
    let mut house = House::new();
    let file = next(&house.host, house.enrol("watch", &[Role::WatchOfficer])).unwrap();
    let mut first = OrderFile::read(&file.bytes()).unwrap();
    first.sign(&custodian(1)).unwrap();
    let one = first.ordered.clone();
    assert_eq!(house.refused(one), "too-few-custodians");
    // The second custodian signs another copy; the operator puts both together.
    let mut second = OrderFile::read(&file.bytes()).unwrap();
    second.sign(&custodian(3)).unwrap();
    first.join(second).unwrap();
    let both = first.ordered.clone();
    house.host.submit_order(both.clone()).unwrap();
    assert_eq!(house.refused(both), "stale-order", "an order is done once");
    house.host.act(&key("watch"), house::alarm("a-1")).unwrap();
    house.meet();
    let sheet = &sheets(&house.guest)[1];
    assert_eq!((sheet.party.as_str(), sheet.version, sheet.orders), ("host", 1, 1));
    assert!(sheet.rows.iter().any(|row| row.person.as_str() == "host/watch"));
    house.audited();
}

#[test]
fn a_stranger_signs_nothing_and_the_founding_key_orders_nothing() {
    let mut house = House::new();
    let mut file = next(&house.host, house.enrol("watch", &[Role::WatchOfficer])).unwrap();
    assert!(matches!(file.sign(&key("stranger")), Err(FileError::Stranger)));
    let Order::Enrol(enrolled) = house.enrol("thief", &[Role::ConsentOfficer]) else { panic!() };
    let answer = house.host.act(&house::root("host"), enrolled);
    assert_eq!(house::code(answer), "unknown-key");
    let root = house.enrol("regent", &[Role::Root]);
    let never = next(&house.host, root);
    assert_eq!(never, Err(MakingError::Never(Reason::BadOrder)));
}

#[test]
fn the_root_goes_to_another_set_and_then_to_the_reserve() {
    let mut house = House::new();
    let (new, reserve) = (set(&[4, 5], 2), set(&[7, 8, 9], 2));
    let named = Order::NameNext(NextNamed { next: set_hash(&reserve) });
    house.order(named, &[1, 2]).unwrap();
    // A set takes over only if enough of both sign.
    let to = Custody { custodians: new.clone(), next: None };
    assert_eq!(house.order(Order::Rotate(to.clone()), &[1, 2, 4]), Err("too-few-custodians"));
    house.order(Order::Rotate(to), &[2, 3, 4, 5]).unwrap();
    assert_eq!(house.order(house.enrol("late", &[Role::Analyst]), &[1, 2]), Err("unsigned"));
    // A thief of the set that holds the root names no reserve, and a stranger takes nothing over.
    let stolen = set(&[11], 1);
    let named = Order::NameNext(NextNamed { next: set_hash(&stolen) });
    house.order(named, &[4, 5]).expect("all of a set may name another reserve");
    let back = Order::NameNext(NextNamed { next: set_hash(&reserve) });
    house.order(back, &[4, 5]).unwrap();
    let to = Custody { custodians: stolen, next: None };
    assert_eq!(house.order(Order::Recover(to), &[11]), Err("bad-order"));
    // Both custodians are lost: the reserve takes over without them.
    let to = Custody { custodians: reserve, next: Some(set_hash(&new)) };
    house.order(Order::Recover(to), &[7, 9]).unwrap();
    house.order(house.enrol("watch", &[Role::WatchOfficer]), &[8, 9]).unwrap();
    house.host.act(&key("watch"), house::alarm("a-1")).unwrap();
    house.meet();
    let sheet = &sheets(&house.guest)[1];
    assert!(sheet.recovered);
    assert_eq!((sheet.version, sheet.next), (3, Some(set_hash(&new))));
    house.audited();
}

#[test]
fn a_reserve_is_put_aside_by_everybody_or_nobody() {
    let mut house = House::new();
    let reserve = set(&[7, 8, 9], 2);
    house.order(Order::NameNext(NextNamed { next: set_hash(&reserve) }), &[1, 2]).unwrap();
    let other = Order::NameNext(NextNamed { next: set_hash(&set(&[11], 1)) });
    assert_eq!(house.order(other.clone(), &[1, 2]), Err("too-few-custodians"));
    // Two stolen keys rotate the root to the thief; the reserve stays and takes it back.
    let to = Custody { custodians: set(&[11], 1), next: None };
    house.order(Order::Rotate(to), &[1, 2, 11]).unwrap();
    let to = Custody { custodians: reserve, next: None };
    house.order(Order::Recover(to), &[7, 8]).unwrap();
    assert_eq!(house.host.own().reader().ring().root().unwrap().version, 3);
    house.meet();
    house.audited();
}

#[test]
fn a_new_node_signs_from_its_order_on_and_old_heads_keep_their_key() {
    let mut house = House::new();
    house.order(house.enrol("watch", &[Role::WatchOfficer]), &[1, 2]).unwrap();
    house.meet();
    let old = house.host.head_text().unwrap();
    let keys = house::node_keys("host again");
    let (node, sealing) = (keys.node.public(), keys.sealing.public());
    let to = NodeReplaced { node: node.clone(), sealing, line: None, since: None };
    // The node's seed is gone: the new one carries the order that names it.
    let file = house.signed(Order::ReplaceNode(to), &[1, 3]);
    house.reopen("host again");
    assert!(!house.host.publish_head().unwrap(), "a node that nobody named signs no head");
    house.host.submit_order(file).unwrap();
    house.host.act(&key("watch"), house::alarm("a-1")).unwrap();
    house.meet();
    assert_eq!(house.guest.peer().unwrap().node_key(), Some(&node));
    let again = house.guest.take_peer(&old, Vec::new(), Vec::new());
    assert!(again.is_err(), "a key that was replaced signs no news");
    house.audited();
    // Somebody who joins late reads the whole ledger under the newest head.
    house.forget_guest();
    house.meet();
    house.audited();
}

#[test]
fn an_order_that_breaks_the_rules_is_void_and_named() {
    let mut house = House::new();
    let mut file = next(&house.host, house.enrol("watch", &[Role::WatchOfficer])).unwrap();
    file.sign(&custodian(1)).unwrap();
    // The node writes it all the same.
    house.force(file.ordered);
    house.meet();
    let sheet = &sheets(&house.guest)[1];
    assert_eq!(sheet.refused, [(1, Reason::TooFewCustodians)]);
    assert!(!sheet.rows.iter().any(|row| row.person.as_str() == "host/watch"));
    assert_eq!(house.audited(), 1);
}

#[test]
fn a_key_that_runs_out_is_named_before_it_does() {
    let mut house = House::new();
    house.order(house.enrol_for("watch", &[Role::WatchOfficer], 20), &[1, 2]).unwrap();
    let stand = |house: &House| {
        let sheet = sheets(&house.host).remove(0);
        let row = sheet.rows.into_iter().find(|row| row.person.as_str() == "host/watch");
        row.unwrap().stand
    };
    assert_eq!(stand(&house), Stand::Lives);
    house.wait_days(7);
    assert_eq!(stand(&house), Stand::EndsSoon);
    house.host.act(&key("watch"), house::alarm("a-1")).unwrap();
    house.wait_days(14);
    assert_eq!(stand(&house), Stand::Ended);
    let late = house.host.act(&key("watch"), house::alarm("a-2"));
    let told = house::detail(late);
    assert!(told.contains("host/watch ran out at 2024-10-22"), "{told}");
    assert!(told.contains("any 2 of the party's 3 custodians"), "who can renew it: {told}");
    // They do, and what the old key signed stays good.
    house.order(house.enrol("watch-2", &[Role::WatchOfficer]), &[2, 3]).unwrap();
    house.host.act(&key("watch-2"), house::alarm("a-2")).unwrap();
    house.meet();
    house.audited();
}

#[test]
fn every_old_statement_verifies_against_the_keys_of_its_time() {
    let mut house = House::new();
    let sets = [(&[1, 2, 3][..], 2), (&[4, 5, 6], 2), (&[7, 8], 2), (&[9, 10, 11, 12], 3)];
    for (turn, pair) in sets.windows(2).enumerate() {
        let [(old, of_old), (new, of_new)] = [pair[0], pair[1]];
        let name = format!("watch-{turn}");
        let some = &old[..usize::try_from(of_old).unwrap()];
        house.order(house.enrol(&name, &[Role::WatchOfficer]), some).unwrap();
        for alarm in 0..3 {
            house.host.act(&key(&name), house::alarm(&format!("a-{turn}-{alarm}"))).unwrap();
        }
        let seed = format!("host node {turn}");
        let keys = house::node_keys(&seed);
        let (node, sealing) = (keys.node.public(), keys.sealing.public());
        let to = NodeReplaced { node, sealing, line: None, since: None };
        let file = house.signed(Order::ReplaceNode(to), some);
        house.reopen(&seed);
        house.host.submit_order(file).unwrap();
        let to = Custody { custodians: set(new, of_new), next: None };
        let both: Vec<u8> =
            some.iter().chain(&new[..usize::try_from(of_new).unwrap()]).copied().collect();
        house.order(Order::Rotate(to), &both).unwrap();
        let voided = KeyVoided { key: key(&name).id(), reason: "leaves".into(), since: None };
        house.order(Order::Void(voided), &new[..usize::try_from(of_new).unwrap()]).unwrap();
        house.meet();
    }
    let acted = house.host.own().lines().iter();
    let alarms = acted.filter(|line| {
        matches!(line.entry.act, Some(Act::AlarmNoted(_))) && line.entry.void.is_none()
    });
    assert_eq!(alarms.count(), 9);
    assert_eq!(house.audited(), 0, "nothing of the past is void");
    assert_eq!(house.host.side(), Side::Host);
    assert_eq!(house.host.config().party, party("host"));
}

#[test]
fn an_order_whose_body_comes_late_is_waited_for_whoever_carries_it() {
    let mut house = House::new();
    house.meet();
    let keys = house::node_keys("host again");
    let (node, sealing) = (keys.node.public(), keys.sealing.public());
    let to = NodeReplaced { node: node.clone(), sealing, line: None, since: None };
    let file = house.signed(Order::ReplaceNode(to), &[1, 3]);
    house.reopen("host again");
    let index = house.host.submit_order(file).unwrap().index;
    house.host.publish_head().unwrap();
    let head = house.host.head_text().unwrap();
    let entries = house.host.entries_from(house.guest.peer_size()).unwrap();
    // Without the order nobody knows whose key it is: the head is not taken yet.
    assert!(house.guest.take_peer(&head, entries, Vec::new()).is_err());
    // The disk fills up between the entries and the head: the body is asked for again.
    house.guest_keeps_entries_alone();
    assert_eq!(house.guest.peer_body_wanted(), Some(index));
    assert_eq!(
        house.guest.peer().unwrap().node_key(),
        Some(&house::node_keys("host").node.public())
    );
    house.meet();
    assert_eq!(house.guest.peer().unwrap().node_key(), Some(&node));
    assert_eq!(house.audited(), 0);
}
