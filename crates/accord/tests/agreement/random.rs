//! Agreements and questions drawn at random.

use std::collections::{BTreeMap, BTreeSet};

use accord::rules::{Deed, Facts, Question};
use article::document::{Article, Document};
use article::provision::accountability::Licensing;
use article::provision::governance::{Authority, Emergency, Extent, Suspension};
use article::provision::powers::{ArmsRule, Command, Cordons, HostPresence, Permit, SensorRule};
use article::provision::presence::{
    AdvanceNotice, Ceiling, HostConsent, Requirement, Rotation, Vehicles,
};
use article::provision::{Period, Provision, Zone};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use words::act::Names;
use words::clause::{DrawFallback, Instrument, Sensor, Training};
use words::id::{AgreementId, PartyId, ZoneId};
use words::moment::{Moment, Window};
use words::place::{Area, Point};
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::role::{Role, Side};

use crate::exercise::zone;

/// The period of every agreement drawn here.
const STARTS: i64 = 1_000_000;
const ENDS: i64 = 2_000_000;

const COMING: [Category; 3] = [Category::Police, Category::PrivateSecurity, Category::Technical];
const TASKS: [Task; 4] =
    [Task::Advise, Task::InnerCordon, Task::CloseProtection, Task::TechnicalSurveillance];
const OPEN: [&str; 3] = ["north", "south", "west"];
const EVERYWHERE: [&str; 5] = ["north", "south", "west", "closed", "moon"];
const SENSORS: [Sensor; 2] = [Sensor::Drone, Sensor::FixedCamera];
const ORDERING: [Role; 2] = [Role::ProtectionLead, Role::JourneyManager];

/// Numbers to choose by; a shrunk failure chooses the first of everything.
pub(crate) fn choices(count: usize) -> impl Strategy<Value = Vec<u32>> {
    vec(any::<u32>(), count)
}

/// Chooses.
#[derive(Debug)]
pub(crate) struct Dice {
    numbers: Vec<u32>,
    at: usize,
}

impl Dice {
    pub(crate) fn new(numbers: Vec<u32>) -> Self {
        Self { numbers, at: 0 }
    }

    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let number = self.numbers.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        number % bound.max(1)
    }

    pub(crate) fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == n - 1
    }

    pub(crate) fn of<T: Copy>(&mut self, items: &[T]) -> T {
        let at = self.below(u32::try_from(items.len()).unwrap());
        items[usize::try_from(at).unwrap()]
    }

    // At least one of them.
    fn some<T: Copy>(&mut self, items: &[T]) -> Vec<T> {
        let chosen: Vec<T> = items.iter().copied().filter(|_| self.below(2) == 0).collect();
        if chosen.is_empty() { vec![self.of(items)] } else { chosen }
    }

    fn maybe<T>(&mut self, found: &mut Vec<T>, make: impl FnOnce(&mut Self) -> T) {
        if self.below(3) > 0 {
            found.push(make(self));
        }
    }
}

fn named(ids: &[&str]) -> Vec<ZoneId> {
    ids.iter().map(|id| zone(id)).collect()
}

fn names() -> Names {
    Names { en: "w".into(), zh: "文".into(), ur: "م".into() }
}

fn drawn(id: &str, allowed: bool) -> Zone {
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)];
    let corners = corners.map(|(lat, lon)| Point::from_degrees(lat, lon).unwrap());
    Zone { zone: zone(id), names: names(), allowed, area: Area { corners: corners.into() } }
}

/// One article for each provision, numbered in order.
pub(crate) fn document(provisions: Vec<Provision>) -> Document {
    let articles = provisions.into_iter().enumerate().map(|(at, provision)| Article {
        number: (at + 1).to_string(),
        heading: names(),
        text: names(),
        more: (BTreeMap::new(), BTreeMap::new()),
        restricted: false,
        withheld: None,
        provisions: vec![provision],
    });
    Document {
        agreement: AgreementId::new("random").unwrap(),
        instrument: Instrument::Agreement,
        under: None,
        host: PartyId::new("host").unwrap(),
        guest: PartyId::new("guest").unwrap(),
        title: names(),
        title_more: BTreeMap::new(),
        conditions: Vec::new(),
        articles: articles.collect(),
    }
}

/// An agreement with what every one has and any of the rest.
pub(crate) fn agreement(dice: &mut Dice) -> Document {
    let mut all = foundation(dice);
    all.push(Provision::PersonnelCategories(COMING.into()));
    if !dice.one_in(8) {
        let permits = permits(dice);
        all.push(Provision::Ceilings(ceilings(dice, &permits)));
        let (first, second) = permits.split_at(permits.len() / 2);
        for part in [first, second] {
            if !part.is_empty() {
                all.push(Provision::PermittedTasks(part.to_vec()));
            }
        }
    }
    guards(dice, &mut all);
    document(all)
}

/// A lower text under an agreement that was drawn here.
pub(crate) fn lower(dice: &mut Dice, upper: &Document) -> Document {
    let mut all = Vec::new();
    let has = |kind: &str| upper.provisions().any(|(_, one)| one.kind() == kind);
    if has("ceilings") {
        dice.maybe(&mut all, |dice| {
            let mut permits = permits(dice);
            for permit in &mut permits {
                permit.rung_max = permit.rung_max.min(Rung::Advise);
            }
            Provision::PermittedTasks(permits)
        });
        dice.maybe(&mut all, |dice| Provision::Ceilings(ceilings(dice, &[])));
        guards(dice, &mut all);
        all.retain(|one| {
            one.kind() != "advance_notice" && one.kind() != "emergency_and_evacuation"
        });
    }
    let mut text = document(all);
    text.instrument = Instrument::Annex;
    text.under = Some(upper.agreement.clone());
    text.agreement = AgreementId::new("lower").unwrap();
    text
}

fn foundation(dice: &mut Dice) -> Vec<Provision> {
    let authority = Authority {
        party: PartyId::new("host").unwrap(),
        names: names(),
        roles: vec![Role::Signatory],
        contact_point: "desk".into(),
    };
    let consent = HostConsent {
        lease_ms_max: 60_000,
        freshness_ms: 60_000,
        skew_ms: 0,
        stop_within_ms: 0,
        decide_within_ms: 0,
        witness_quorum: 0,
        witnesses: Vec::new(),
        hybrid_heads: false,
    };
    let suspension = Suspension { by: vec![Side::Host], extents: vec![Extent::Whole] };
    let mut all = vec![
        Provision::PartiesAndAuthorities(vec![authority]),
        Provision::TerritoryAndZones(vec![drawn("north", true), drawn("closed", false)]),
        Provision::TerritoryAndZones(vec![drawn("south", true), drawn("west", true)]),
        Provision::HostConsent(consent),
        Provision::Suspension(suspension),
    ];
    dice.maybe(&mut all, |_| {
        let window = Window::new(Moment::from_ms(STARTS), Moment::from_ms(ENDS)).unwrap();
        Provision::Period(Period { window })
    });
    all
}

fn permits(dice: &mut Dice) -> Vec<Permit> {
    let count = dice.below(5);
    let one = |dice: &mut Dice| Permit {
        task: dice.of(&TASKS),
        categories: dice.some(&COMING),
        zones: named(&dice.some(&OPEN)),
        rung_max: dice.of(Rung::ALL),
    };
    (0..=count).map(|_| one(dice)).collect()
}

fn ceilings(dice: &mut Dice, permits: &[Permit]) -> Vec<Ceiling> {
    let armed = permits.iter().any(|permit| permit.rung_max == Rung::Armed);
    let mut found = Vec::new();
    for category in COMING {
        for id in OPEN {
            let armed_max = u32::from(armed) + dice.below(2);
            let (headcount_max, vehicles_max) = (armed_max + dice.below(6), dice.below(4));
            found.push(Ceiling {
                category,
                zone: zone(id),
                headcount_max,
                vehicles_max,
                armed_max,
            });
        }
    }
    found
}

fn guards(dice: &mut Dice, all: &mut Vec<Provision>) {
    dice.maybe(all, |dice| Provision::Purpose(dice.some(Purpose::ALL)));
    let mut notice = Vec::new();
    dice.maybe(&mut notice, |dice| AdvanceNotice {
        normal_ms: 9,
        urgent_ms: dice.below(8).into(),
        draw_within_ms: 60_000,
        draw_fallback: DrawFallback::Held,
    });
    let urgent_ms = notice.first().map_or(7, |notice| notice.urgent_ms);
    all.extend(notice.into_iter().map(Provision::AdvanceNotice));
    dice.maybe(all, |dice| {
        let notice_ms_min = i64::from(dice.below(8)).min(urgent_ms);
        let lasts_ms_max = 1;
        Provision::EmergencyAndEvacuation(Emergency {
            declared_by: Side::Host,
            lasts_ms_max,
            notice_ms_min,
        })
    });
    dice.maybe(all, |dice| {
        let categories = dice.some(&COMING);
        let requirement = Requirement { item: Training::HostLaw, categories, valid_ms: 1 };
        Provision::AccreditationAndTraining(vec![requirement])
    });
    dice.maybe(all, |dice| {
        let categories = dice.some(&COMING);
        Provision::PscLicensing(Licensing { categories, audit_ms: 1, insured: true })
    });
    dice.maybe(all, |dice| {
        let (stay_ms_max, gap_ms_min) = (1 + i64::from(dice.below(6)), dice.below(6).into());
        Provision::Rotation(Rotation { stay_ms_max, gap_ms_min })
    });
    powers(dice, all);
}

fn powers(dice: &mut Dice, all: &mut Vec<Provision>) {
    dice.maybe(all, |dice| {
        let guests_per_officer_max = 1 + dice.below(3);
        let rule = HostPresence { tasks: dice.some(&TASKS), guests_per_officer_max };
        let other = HostPresence { tasks: dice.some(&TASKS), guests_per_officer_max: 2 };
        Provision::HostPresence(vec![rule, other])
    });
    dice.maybe(all, |dice| {
        let orders_by = dice.some(&ORDERING);
        let tactical = Side::Host;
        Provision::CommandAndInstructions(Command { tactical, orders_by, refuse_unlawful: true })
    });
    dice.maybe(all, |dice| {
        let inner = dice.of(&[Side::Guest, Side::Host]);
        Provision::CordonRoles(Cordons { inner, outer: Side::Host, public_contact: false })
    });
    dice.maybe(all, |dice| {
        let one = |dice: &mut Dice| ArmsRule {
            category: dice.of(&COMING),
            zones: named(&dice.some(&OPEN)),
            class_max: dice.of(ArmsClass::ALL),
        };
        let first = one(dice);
        Provision::Arms(vec![first, one(dice)])
    });
    dice.maybe(all, |dice| {
        let one = |dice: &mut Dice| SensorRule {
            sensor: dice.of(&SENSORS),
            zones: named(&dice.some(&OPEN)),
            altitude_m_max: dice.below(4),
            retention_ms_max: 1,
            feed_to_host: true,
        };
        let first = one(dice);
        Provision::SensorsAndDrones(vec![first, one(dice)])
    });
    dice.maybe(all, |dice| {
        let armour_min = dice.of(ArmourClass::ALL);
        Provision::Vehicles(Vehicles { armour_min, gap_m_min: 1 })
    });
}

/// A question that is answered with yes often enough.
pub(crate) fn question(dice: &mut Dice) -> Question {
    let deed = dice.of(Deed::ALL);
    let moves = matches!(deed, Deed::Notice | Deed::Move | Deed::Depart);
    let personnel = if moves { dice.one_in(4) } else { !dice.one_in(8) };
    let named = personnel && !dice.one_in(6);
    let category = if dice.one_in(10) { Category::Medical } else { dice.of(&COMING) };
    let task = if dice.one_in(10) { Task::Train } else { dice.of(&TASKS) };
    let sensor = (named && task == Task::TechnicalSurveillance || dice.one_in(12))
        .then(|| dice.of(&SENSORS));
    let at = if dice.one_in(12) { dice.of(&[0, ENDS]) } else { STARTS };
    Question {
        deed,
        purpose: (!dice.one_in(8)).then(|| dice.of(Purpose::ALL)),
        zone: zone(if dice.one_in(8) { dice.of(&EVERYWHERE) } else { dice.of(&OPEN) }),
        category: personnel.then_some(category),
        task: named.then_some(task),
        rung: (named && !dice.one_in(10)).then(|| dice.of(Rung::ALL)),
        arms: (personnel && !dice.one_in(10))
            .then(|| if dice.one_in(4) { dice.of(ArmsClass::ALL) } else { ArmsClass::Unarmed }),
        armour: (moves && !dice.one_in(8)).then(|| {
            if dice.one_in(4) { dice.of(ArmourClass::ALL) } else { ArmourClass::BlastProof }
        }),
        at: Moment::from_ms(at),
        ordered_by: (!dice.one_in(8)).then(|| dice.of(&ORDERING)),
        sensor: sensor.filter(|_| !dice.one_in(6)),
        altitude_m: dice.below(4),
    }
}

/// Facts that stand in the way of few questions.
pub(crate) fn facts(dice: &mut Dice, articles: usize) -> Facts {
    let mut suspended_articles = BTreeSet::new();
    if dice.one_in(4) {
        let most = u32::try_from(articles).unwrap();
        suspended_articles.insert((dice.below(most) + 1).to_string());
    }
    Facts {
        in_force: !dice.one_in(20),
        suspended: dice.one_in(20),
        consent_live: !dice.one_in(16),
        host_heard: !dice.one_in(16),
        headcount_after: dice.below(5),
        headcount_max: 2 + dice.below(6),
        vehicles_after: dice.below(2),
        vehicles_max: 1 + dice.below(4),
        armed_after: u32::from(dice.one_in(6)),
        armed_max: dice.below(3),
        notice_ms: dice.below(10).into(),
        accredited: !dice.one_in(10),
        licensed: !dice.one_in(10),
        guests_per_officer: if dice.one_in(10) { u32::MAX } else { dice.below(3) },
        stay_ms: dice.below(4).into(),
        absent_ms: if dice.one_in(6) { 2 } else { i64::MAX },
        emergency: dice.one_in(3),
        rung_open: !dice.one_in(16),
        suspended_articles,
    }
}
