//! The rungs board and standing: one view for both, alarms for who must go.

use std::collections::BTreeMap;

use desk::page::{self, alarms, consent, review, rungs};
use folio::family::State;
use folio::rungs::{Effect, RungState, Step, View};
use folio::standing::Validity;
use pages::consent::TaskState;
use watch::people::Enrolled;
use words::act::{AgreementProposed, AgreementSigned};
use words::clause::Training;
use words::deployment::{Subject, TaskStarted};
use words::duty::{Record, RecordOpened, Removal};
use words::id::{AccreditationId, AgreementId, DeploymentId, RecordId, TaskId, ZoneId};
use words::presence::{Category, Rung};
use words::role::Role;
use words::standing::{AccreditationAccepted, Accredited, RungClosed, RungOpened};

use crate::pair::{Pair, at, consent as lease, deployment, officer, order, unit};

fn agreement() -> AgreementId {
    AgreementId::new("karachi-exercise").unwrap()
}

fn step(view: &View, rung: Rung) -> &Step {
    view.boards[0].steps.iter().find(|step| step.rung == rung).unwrap()
}

fn on_duty() -> Pair {
    let mut pair = Pair::agreed();
    let guard = Enrolled {
        unit: unit("g-01"),
        kind: "guest_personnel".into(),
        label: "Guard 1".into(),
        phone: None,
        password: None,
        movement: None,
        task: Some(TaskId::new("t-1").unwrap()),
    };
    pair.guest.enrol(vec![guard]);
    pair.guest(deployment());
    let subject = Subject::Deployment(DeploymentId::new("d-1").unwrap());
    pair.host(lease("c-1", subject, "2024-10-02T12:00:00Z"));
    pair.guest(order());
    pair.guest(TaskStarted { task: TaskId::new("t-1").unwrap() });
    pair
}

#[test]
fn both_desks_see_one_ladder_and_what_closing_would_stop() {
    let pair = on_duty();
    let viewer = officer(&[Role::ConsentOfficer]);
    let (host, guest) = (rungs::view(&pair.host, &viewer), rungs::view(&pair.guest, &viewer));
    assert_eq!(host.boards, guest.boards);
    let escort = step(&host, Rung::EscortInsideCordon);
    assert_eq!((escort.consented, escort.on_duty, escort.state()), (4, 2, RungState::Open));
    let effects: Vec<Effect> = escort.reaches.iter().map(|reach| reach.effect).collect();
    let some = Effect { tasks: 1, persons: 2, leases: 1 };
    let none = Effect::default();
    assert_eq!(effects, [some, none, some, none], "everywhere, airport, road, industrial area");
    assert_eq!(step(&host, Rung::Advise).reaches[0].effect, none);
    let road =
        host.boards[0].places.iter().find(|place| place.zone.as_str() == "karachi-port-road");
    let row = road.unwrap().rows.iter().find(|row| row.category == Category::Police).unwrap();
    assert_eq!(
        (row.permitted.clone(), row.ceiling),
        (Some((Rung::EscortInsideCordon, "9".into())), 10)
    );
    assert_eq!(
        (row.cells[5].consented, row.cells[5].on_duty, row.cells[5].permitted),
        (4, 2, true)
    );
    assert!(!row.cells[6].permitted, "nobody is armed");
    assert!(rungs::view(&pair.host, &page::Viewer::nobody(viewer.lang)).boards.is_empty());
}

#[test]
fn a_closed_rung_alarms_for_who_is_on_duty_there_until_it_is_opened() {
    let mut pair = on_duty();
    let viewer = officer(&[Role::WatchOfficer]);
    let lost = |pair: &Pair| {
        let all = alarms::all(&pair.guest, &viewer);
        all.iter().filter(|alarm| alarm.kind == "consent-lost").count()
    };
    pair.at("2024-10-02T07:00:00Z");
    assert_eq!(lost(&pair), 0);
    let zone = Some(ZoneId::new("karachi-airport").unwrap());
    let (agreement, rung, reason) = (agreement(), Rung::EscortInsideCordon, "parade".to_owned());
    pair.host(RungClosed { agreement: agreement.clone(), rung, zone, reason: reason.clone() });
    assert_eq!(lost(&pair), 0, "in another zone");
    pair.host(RungClosed { agreement: agreement.clone(), rung, zone: None, reason });
    assert_eq!(lost(&pair), 1);
    let desk = consent::view(&pair.guest, &viewer);
    assert_eq!(desk.orders[0].state, TaskState::Dead);
    let board = rungs::view(&pair.guest, &viewer);
    let escort = step(&board, rung);
    assert_eq!((escort.state(), escort.consented, escort.on_duty), (RungState::Closed, 0, 2));
    assert_eq!((escort.closures.len(), escort.closures[1].reason.as_str()), (2, "parade"));
    pair.at("2024-10-02T07:05:00Z");
    pair.host(RungOpened { agreement, rung, zone: None });
    assert_eq!(consent::view(&pair.guest, &viewer).orders[0].state, TaskState::Running);
    let board = rungs::view(&pair.host, &viewer);
    assert_eq!(step(&board, rung).state(), RungState::ClosedInPart);
    let opened = step(&board, rung).opened.as_ref().map(|(by, _)| by.as_str());
    assert_eq!(opened, Some("host/officer"));
}

const ANNEX: &str = include_str!("../../../../scenarios/karachi/annex-airport.toml");

// The annex of the airport, and how soon an unwelcome person leaves.
fn annex() -> String {
    let article = "\n[[article]]\nnumber = \"A9\"\nremoval_of_individual = { \
                   leave_within_hours = 48 }\n\n[article.heading]\nen = \"Removal\"\n\
                   zh = \"离境\"\nur = \"اخراج\"\n\n[article.text]\nen = \"They leave.\"\n\
                   zh = \"离开。\"\nur = \"وہ چلے جاتے ہیں۔\"\n";
    ANNEX.to_owned() + article
}

#[test]
fn who_is_unwelcome_loses_consent_at_once_and_the_watch_says_so() {
    let mut pair = on_duty();
    let viewer = officer(&[Role::WatchOfficer]);
    let lost = |pair: &Pair| {
        let all = alarms::all(&pair.guest, &viewer);
        all.iter().filter(|alarm| alarm.kind == "consent-lost").count()
    };
    let (of, text) = (AgreementId::new("karachi-annex-airport").unwrap(), annex());
    let root = article::root::root(&text);
    pair.host(AgreementProposed { agreement: of.clone(), text });
    pair.host(AgreementSigned { agreement: of.clone(), text: root });
    pair.guest(AgreementSigned { agreement: of.clone(), text: root });
    pair.at("2024-10-02T07:00:00Z");
    assert_eq!(lost(&pair), 0);
    let removal = |unit| Record::Removal(Removal { unit, reason: "unwelcome".into() });
    let record = |id: &str| RecordId::new(id).unwrap();
    let another = removal(unit("g-77"));
    pair.host(RecordOpened { record: record("r-1"), agreement: of.clone(), what: another });
    assert_eq!(lost(&pair), 0, "somebody else, who is not on duty");
    let guard = removal(unit("g-01"));
    pair.host(RecordOpened { record: record("r-2"), agreement: of, what: guard });
    assert_eq!(lost(&pair), 1);
}

#[test]
fn an_annex_shows_on_the_page_of_its_family_and_on_its_review() {
    let mut pair = on_duty();
    let viewer = officer(&[Role::Signatory]);
    let (of, text) = (AgreementId::new("karachi-annex-airport").unwrap(), ANNEX.to_owned());
    let root = article::root::root(&text);
    pair.host(AgreementProposed { agreement: of.clone(), text });
    let review = review::view(&pair.guest, &viewer, (Some(&of), None)).unwrap();
    let upper = review.upper.unwrap();
    assert_eq!((upper.id, upper.state), (agreement(), Some(State::InForce)));
    assert_eq!(upper.text, pair.guest.state().agreements[&agreement()].in_force());
    assert!(review.checks.iter().all(|check| check.trouble.is_none()), "{:?}", review.checks);
    let signed = AgreementSigned { agreement: of.clone(), text: root };
    pair.host(signed.clone());
    pair.guest(signed);
    let asked = BTreeMap::new();
    for id in [agreement(), of] {
        let page = page::agreement::view(&pair.host, &viewer, Some(&id), &asked).unwrap();
        let kin: Vec<_> =
            page.family.kin.iter().map(|it| (it.id.as_str(), it.state, it.here)).collect();
        let here = |one: &str| one == id.as_str();
        let wanted = ["karachi-exercise", "karachi-annex-airport"];
        assert_eq!(kin, wanted.map(|it| (it, State::InForce, here(it))));
    }
    let row = |board: &View| {
        let airport =
            board.boards[0].places.iter().find(|it| it.zone.as_str().ends_with("airport"));
        let rows = &airport.unwrap().rows;
        rows.iter().find(|row| row.category == Category::Police).unwrap().ceiling
    };
    assert_eq!(row(&rungs::view(&pair.host, &viewer)), 2, "as the annex has it");
}

#[test]
fn an_item_waits_for_the_host_counts_and_runs_out() {
    let mut pair = Pair::agreed();
    let viewer = officer(&[Role::ConsentOfficer]);
    let accreditation = AccreditationId::new("i-1").unwrap();
    pair.guest(Accredited {
        accreditation: accreditation.clone(),
        unit: unit("g-01"),
        category: Category::Police,
        item: Training::Vetting,
        shown: at("2024-10-01T06:00:00Z"),
        until: at("2024-10-03T06:00:00Z"),
        company: None,
    });
    let state = |pair: &Pair| rungs::view(&pair.host, &viewer).standing.items[0].state;
    assert_eq!(state(&pair), Validity::Waiting);
    pair.host(AccreditationAccepted { accreditation });
    assert_eq!(state(&pair), Validity::Counts);
    pair.at("2024-10-03T06:00:00Z");
    assert_eq!(state(&pair), Validity::RunOut);
}
