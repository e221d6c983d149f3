//! A key was in other hands since some statement, and the party says so.

use custody::sheet::{Stand, Why, sheets};
use ledger::outcome::Outcome;
use note::custody::set_hash;
use words::act::{AgreementProposed, AgreementSigned, KeyVoided};
use words::custody::{Custody, NextNamed, NodeReplaced, Order};
use words::deployment::{
    ConsentGranted, ConsentRenewed, DeploymentRequested, Subject, TaskOrdered, TaskStarted, Terms,
};
use words::id::{AgreementId, ConsentId, DeploymentId, TaskId, UnitId, ZoneId};
use words::moment::Window;
use words::presence::{ArmsClass, Category, Purpose, Rung, Task};
use words::role::{Role, Side};

use crate::house::{self, House, key, set};

const AGREEMENT: &str = include_str!("../../../../scenarios/karachi/agreement.toml");
const OFFICES: &[Role] = &[Role::Signatory, Role::ConsentOfficer, Role::WatchOfficer];
const HOUR_MS: i64 = 3_600_000;

fn agreement() -> AgreementId {
    AgreementId::new("karachi-exercise").unwrap()
}

fn signed() -> AgreementSigned {
    AgreementSigned { agreement: agreement(), text: article::root::root(AGREEMENT) }
}

fn subject(id: &str) -> Subject {
    Subject::Deployment(DeploymentId::new(id).unwrap())
}

// Officers on both sides, and a text in force.
fn agreed() -> House {
    let mut house = House::new();
    house.order(house.enrol("officer", OFFICES), &[1, 2]).unwrap();
    house.order(house.enrol("clerk", OFFICES), &[1, 2]).unwrap();
    house.enrol_guest("lead", &[Role::Signatory, Role::ProtectionLead, Role::EscortLeader]);
    house.enrol_guest("deputy", &[Role::ProtectionLead, Role::EscortLeader]);
    house.meet();
    let proposed = AgreementProposed { agreement: agreement(), text: AGREEMENT.to_owned() };
    house.host.act(&key("officer"), proposed).unwrap();
    house.meet();
    house.host.act(&key("officer"), signed()).unwrap();
    house.guest.act(&key("lead"), signed()).unwrap();
    house.meet();
    house
}

fn request(house: &mut House, id: &str) {
    let now = house.now();
    let window = Window::new(now, now.plus_ms(48 * HOUR_MS)).unwrap();
    let terms = Terms {
        zone: ZoneId::new("karachi-port-road").unwrap(),
        category: Category::Police,
        task: Task::CloseProtection,
        rung: Rung::EscortInsideCordon,
        arms: ArmsClass::Unarmed,
        headcount: 3,
        vehicles: 1,
        sensing: None,
        window,
    };
    let deployment = DeploymentId::new(id).unwrap();
    let purpose = Purpose::ProtectPersons;
    let asked = DeploymentRequested { deployment, agreement: agreement(), purpose, terms };
    house.guest.act(&key("lead"), asked).unwrap();
    house.meet();
}

fn grant(house: &mut House, by: &str, (consent, deployment): (&str, &str)) -> u64 {
    let granted = ConsentGranted {
        consent: ConsentId::new(consent).unwrap(),
        subject: subject(deployment),
        until: house.now().plus_ms(6 * HOUR_MS),
        headcount_max: 3,
    };
    let accepted = house.host.act(&key(by), granted).unwrap();
    house.meet();
    accepted.index
}

fn task(house: &mut House, by: &str, (id, deployment): (&str, &str)) {
    let now = house.now();
    let ordered = TaskOrdered {
        task: TaskId::new(id).unwrap(),
        deployment: DeploymentId::new(deployment).unwrap(),
        units: vec![UnitId::new(&format!("{id}-unit")).unwrap()],
        window: Window::new(now, now.plus_ms(5 * HOUR_MS)).unwrap(),
    };
    house.guest.act(&key(by), ordered).unwrap();
    house.meet();
}

fn start(house: &mut House, by: &str, id: &str) -> Result<(), &'static str> {
    let started = TaskStarted { task: TaskId::new(id).unwrap() };
    let answer = house.guest.act(&key(by), started);
    house.meet();
    match answer {
        Ok(_) => Ok(()),
        Err(answer) => Err(house::code::<()>(Err(answer))),
    }
}

fn lives(house: &House, id: &str) -> [bool; 2] {
    [&house.host, &house.guest]
        .map(|engine| joint::consent::live(engine.state(), &subject(id), engine.now()).is_some())
}

fn void(house: &mut House, name: &str, since: Option<u64>) {
    let reason = "the key file was copied".to_owned();
    let voided = KeyVoided { key: key(name).id(), reason, since };
    house.order(Order::Void(voided), &[2, 3]).unwrap();
    house.meet();
}

#[test]
fn what_a_stolen_key_granted_ends_where_it_is_said_and_what_came_before_lives() {
    let mut house = agreed();
    request(&mut house, "d-1");
    request(&mut house, "d-2");
    request(&mut house, "d-3");
    grant(&mut house, "officer", ("c-1", "d-1"));
    let stolen = house.host.own().size();
    let theft = grant(&mut house, "officer", ("c-2", "d-2"));
    grant(&mut house, "clerk", ("c-3", "d-3"));
    assert_eq!((lives(&house, "d-1"), lives(&house, "d-2")), ([true; 2], [true; 2]));
    void(&mut house, "officer", Some(stolen));
    assert_eq!(lives(&house, "d-1"), [true; 2], "granted before the theft");
    assert_eq!(lives(&house, "d-2"), [false; 2], "granted by the thief");
    assert_eq!(lives(&house, "d-3"), [true; 2], "granted by somebody else");
    // The record of what was believed stays as it was.
    assert_eq!(house.outcome(theft), Some(Outcome::Acted));
    let sheet = &sheets(&house.guest)[1];
    let fallen = &sheet.disowned[0];
    assert_eq!((fallen.said.since, fallen.said.ended), (stolen, 1));
    assert_eq!(fallen.signed, [(theft, "consent_granted")]);
    let row = sheet.rows.iter().find(|row| row.key == key("officer").id()).unwrap();
    assert_eq!((row.stand, row.disowned_from), (Stand::Disowned, Some(stolen)));
    let said = Why::Said("the key file was copied".to_owned());
    assert_eq!(row.ended.as_ref().map(|ended| &ended.why), Some(&said));
    assert_eq!(house.audited(), 0, "nothing of it was void when it was done");
}

#[test]
fn a_key_that_was_only_put_aside_takes_nothing_with_it() {
    let mut house = agreed();
    request(&mut house, "d-1");
    grant(&mut house, "officer", ("c-1", "d-1"));
    void(&mut house, "officer", None);
    assert_eq!(lives(&house, "d-1"), [true; 2]);
    let renewed = ConsentRenewed {
        consent: ConsentId::new("c-1").unwrap(),
        until: house.now().plus_ms(12 * HOUR_MS),
    };
    assert_eq!(house::code(house.host.act(&key("officer"), renewed.clone())), "unknown-key");
    house.host.act(&key("clerk"), renewed).unwrap();
    house.meet();
    house.audited();
}

#[test]
fn a_lease_that_a_thief_made_longer_ends_with_him() {
    let mut house = agreed();
    request(&mut house, "d-1");
    grant(&mut house, "clerk", ("c-1", "d-1"));
    let stolen = house.host.own().size();
    let until = house.now().plus_ms(12 * HOUR_MS);
    let renewed = ConsentRenewed { consent: ConsentId::new("c-1").unwrap(), until };
    house.host.act(&key("officer"), renewed).unwrap();
    house.meet();
    void(&mut house, "officer", Some(stolen));
    assert_eq!(lives(&house, "d-1"), [false; 2]);
    house.audited();
}

#[test]
fn nobody_begins_by_an_order_of_a_stolen_key_and_who_is_there_is_there() {
    let mut house = agreed();
    request(&mut house, "d-1");
    grant(&mut house, "officer", ("c-1", "d-1"));
    let stolen = house.guest.own().size();
    task(&mut house, "lead", ("t-1", "d-1"));
    task(&mut house, "lead", ("t-2", "d-1"));
    start(&mut house, "deputy", "t-1").unwrap();
    let (lead, reason) = (key("lead").id(), "stolen".to_owned());
    let voided = KeyVoided { key: lead, reason, since: Some(stolen) };
    house.guest.act(&house::root("guest"), voided).unwrap();
    house.meet();
    assert_eq!(start(&mut house, "deputy", "t-2"), Err("disowned"));
    let state = house.host.state();
    let began = |id: &str| state.tasks[&TaskId::new(id).unwrap()].clone();
    assert!(began("t-1").started.is_some() && began("t-1").ended.is_none());
    assert!(began("t-2").ended.is_some());
    house.audited();
}

#[test]
fn a_text_signed_with_a_stolen_key_is_suspended_until_its_party_lifts_that() {
    let mut house = agreed();
    request(&mut house, "d-1");
    grant(&mut house, "clerk", ("c-1", "d-1"));
    // The signature is among what was stolen.
    void(&mut house, "officer", Some(1));
    let now = house.now();
    let ordered = TaskOrdered {
        task: TaskId::new("t-1").unwrap(),
        deployment: DeploymentId::new("d-1").unwrap(),
        units: vec![UnitId::new("u-1").unwrap()],
        window: Window::new(now, now.plus_ms(HOUR_MS)).unwrap(),
    };
    assert_eq!(house::code(house.guest.act(&key("lead"), ordered.clone())), "suspended");
    let lifted =
        words::act::AgreementResumed { agreement: agreement(), scope: words::act::Scope::Whole };
    house.host.act(&key("clerk"), lifted).unwrap();
    house.meet();
    house.guest.act(&key("lead"), ordered).unwrap();
    house.meet();
    house.audited();
}

#[test]
fn a_stolen_root_key_is_put_aside_by_its_reserve_and_so_is_whom_the_thief_enrolled() {
    let mut house = agreed();
    let reserve = set(&[21, 22, 23], 2);
    let named = Order::NameNext(NextNamed { next: set_hash(&reserve) });
    house.order_guest(named, &[house::root("guest")]);
    let stolen = house.guest.own().size();
    // The thief of the only root key enrols himself, and himself an officer.
    house.enrol_guest_by(&house::root("guest"), "thief", &[Role::Root]);
    house.enrol_guest_by(&key("thief"), "thief's man", &[Role::ProtectionLead]);
    house.meet();
    let to = Custody { custodians: reserve, next: None };
    let [one, two] = [21, 22].map(house::custodian);
    house.order_guest(Order::Recover(to), &[one.clone(), two.clone()]);
    let reason = "the root key was stolen".to_owned();
    let root = house::root("guest").id();
    let voided = KeyVoided { key: root, reason, since: Some(stolen) };
    house.order_guest(Order::Void(voided), &[one, two]);
    house.meet();
    for name in ["thief", "thief's man"] {
        let late = house.guest.act(&key(name), house::alarm("a-1"));
        assert_eq!(house::code(late), "unknown-key", "{name}");
    }
    house.guest.act(&key("deputy"), asked_by_nobody()).unwrap_err();
    let sheet = &sheets(&house.host)[1];
    let of = |name: &str| sheet.rows.iter().find(|row| row.key == key(name).id()).unwrap();
    assert_eq!(of("thief's man").ended.as_ref().unwrap().why, Why::Enroller);
    assert_eq!(of("lead").stand, Stand::Lives, "enrolled before the theft");
    assert!(sheet.recovered);
    house.audited();
}

// A task of no deployment: the deputy's key is asked, and says no for another reason.
fn asked_by_nobody() -> TaskStarted {
    TaskStarted { task: TaskId::new("t-9").unwrap() }
}

#[test]
fn a_node_whose_key_was_stolen_is_replaced_and_what_it_stated_ends() {
    let mut house = agreed();
    let stolen = house.host.own().size();
    let keys = house::node_keys("host again");
    let (node, sealing) = (keys.node.public(), keys.sealing.public());
    let to = NodeReplaced { node: node.clone(), sealing, line: None, since: Some(stolen) };
    let file = house.signed(Order::ReplaceNode(to), &[1, 3]);
    house.reopen("host again");
    house.host.submit_order(file).unwrap();
    house.meet();
    let party = &house.guest.state().parties[&Side::Host];
    assert_eq!((&party.node, party.former.len()), (&node, 0), "the old key vouches for nothing");
    let sheet = &sheets(&house.guest)[1];
    let old = house::node_keys("host").node.id();
    let row = sheet.rows.iter().find(|row| row.key == old).unwrap();
    assert_eq!((row.stand, &row.ended.as_ref().unwrap().why), (Stand::Disowned, &Why::Replaced));
    request(&mut house, "d-1");
    grant(&mut house, "officer", ("c-1", "d-1"));
    assert_eq!(lives(&house, "d-1"), [true; 2], "two nodes go on");
    assert_eq!(house.audited(), 0);
}
