//! A custodian is lost, or too many of them.

use note::custody::set_hash;
use words::custody::{Custody, NextNamed, Order};
use words::role::Role;

use crate::house::{self, House, key, set};

#[test]
fn one_custodian_is_lost_and_the_others_put_another_in_his_place() {
    let mut house = House::new();
    // The second custodian's key is at the bottom of a river.
    let without = Custody { custodians: set(&[1, 3, 4], 2), next: None };
    assert_eq!(
        house.order(Order::Rotate(without.clone()), &[1, 4]),
        Err("too-few-custodians"),
        "one of the old set is not enough, whoever is new"
    );
    house.order(Order::Rotate(without), &[1, 3]).unwrap();
    house.order(house.enrol("watch", &[Role::WatchOfficer]), &[3, 4]).unwrap();
    house.host.act(&key("watch"), house::alarm("a-1")).unwrap();
    // Whoever fishes it up orders nothing with it.
    let late = house.enrol("diver", &[Role::ConsentOfficer]);
    assert_eq!(house.order(late, &[1, 2]), Err("unsigned"));
    house.meet();
    assert_eq!(house.audited(), 0);
}

#[test]
fn without_a_reserve_too_many_losses_leave_the_officers_and_end_the_orders() {
    let mut house = House::new();
    house.order(house.enrol("watch", &[Role::WatchOfficer]), &[1, 2]).unwrap();
    // Two of three are lost; the third alone orders nothing, and nobody takes over.
    let enrol = house.enrol("late", &[Role::WatchOfficer]);
    assert_eq!(house.order(enrol, &[3]), Err("too-few-custodians"));
    let own = Custody { custodians: set(&[3], 1), next: None };
    assert_eq!(house.order(Order::Rotate(own.clone()), &[3]), Err("too-few-custodians"));
    assert_eq!(house.order(Order::Recover(own), &[3]), Err("bad-order"));
    // What was enrolled goes on until it runs out, and not a day longer.
    house.wait_days(300);
    house.host.act(&key("watch"), house::alarm("a-1")).unwrap();
    house.wait_days(65);
    let late = house.host.act(&key("watch"), house::alarm("a-2"));
    assert_eq!(house::code(late), "unknown-key");
    house.meet();
    assert_eq!(house.audited(), 0);
}

#[test]
fn the_reserve_takes_over_from_a_thief_who_rotated_the_root_to_himself() {
    let reserve = set(&[7, 8, 9], 2);
    let held = Custody { custodians: set(&[1, 2, 3], 2), next: Some(set_hash(&reserve)) };
    let mut house = House::held_by(held);
    house.order(house.enrol("watch", &[Role::WatchOfficer]), &[1, 2]).unwrap();
    // He names a reserve of his own with his rotation, and later by himself.
    let thief = Custody { custodians: set(&[11], 1), next: Some(set_hash(&set(&[12], 1))) };
    assert_eq!(house.order(Order::Rotate(thief), &[1, 2, 11]), Err("bad-order"));
    let thief = Custody { custodians: set(&[11], 1), next: None };
    house.order(Order::Rotate(thief), &[1, 2, 11]).unwrap();
    let stolen = house.host.own().size();
    house.order(house.enrol("thief", &[Role::ConsentOfficer]), &[11]).unwrap();
    let back = Custody { custodians: reserve, next: Some(set_hash(&set(&[1, 2, 3], 2))) };
    house.order(Order::Recover(back), &[7, 9]).unwrap();
    let thief = words::act::KeyVoided {
        key: key("thief").id(),
        reason: "enrolled by a thief of the root".into(),
        since: Some(stolen),
    };
    house.order(Order::Void(thief), &[8, 9]).unwrap();
    let late = house.host.act(&key("thief"), house::alarm("a-1"));
    assert_eq!(house::code(late), "unknown-key");
    house.host.act(&key("watch"), house::alarm("a-2")).unwrap();
    let next = Order::NameNext(NextNamed { next: set_hash(&set(&[5, 6], 2)) });
    house.order(next, &[7, 8, 9]).unwrap();
    house.meet();
    assert_eq!(house.audited(), 0);
}
