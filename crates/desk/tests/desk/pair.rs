//! Two invented parties in memory, brought to where a test begins.

use std::sync::Arc;

use desk::page::Viewer;
use desk::page::frame::{Sitting, view as framed};
use desk::scene::Backdrop;
use engine::engine::{Config, Engine, Founding, World};
use gateway::owntracks::{Message, parse};
use ledger::outcome::Outcome;
use note::digest::sha256;
use note::key::SigningKey;
use sheet::frame::{Frame, Page, Theme};
use store::memory::Memory;
use strongbox::clock::ManualClock;
use strongbox::dice::SeededDice;
use tongue::speech::Lang;
use watch::people::Enrolled;
use wish::{NoticeWish, PassWish, SecretWish, Wish};
use words::act::{Act, AgreementProposed, AgreementSigned, KeyEnrolled, KeyKind, Names};
use words::deployment::{ConsentGranted, DeploymentRequested, Subject, TaskOrdered, Terms};
use words::hash::Seed;
use words::id::{
    AgreementId, ConsentId, DeploymentId, MovementId, PartyId, PersonId, TaskId, UnitId, ZoneId,
};
use words::moment::{Moment, Window};
use words::movement::{Check, Departed, MovementApproved, MovementAssessed};
use words::presence::{ArmourClass, ArmsClass, Category, Criticality, Purpose, Risk, Rung, Task};
use words::role::{Role, Side};

pub(crate) const AGREEMENT: &str = include_str!("../../../../scenarios/karachi/agreement.toml");
const ROADS: &str = include_str!("../../../../scenarios/karachi/roads.json");
const PLACES: &str = include_str!("../../../../scenarios/karachi/places.toml");
const INCIDENTS: &str = include_str!("../../../../scenarios/karachi/incidents.csv");

/// What only callers of protected persons may read.
pub(crate) const LABEL: &str = "Engineer Wang";

pub(crate) struct Pair {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) host: Engine,
    pub(crate) guest: Engine,
}

fn key(id: &str, purpose: &str) -> SigningKey {
    SigningKey::from_seed(&sha256(format!("{id}/{purpose}").as_bytes()).0)
}

pub(crate) fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

pub(crate) fn window(from: &str, to: &str) -> Window {
    Window::new(at(from), at(to)).unwrap()
}

pub(crate) fn movement() -> MovementId {
    MovementId::new("m-1").unwrap()
}

pub(crate) fn unit(id: &str) -> UnitId {
    UnitId::new(id).unwrap()
}

pub(crate) fn backdrop() -> Backdrop {
    Backdrop::load(PLACES, INCIDENTS).unwrap()
}

/// An officer of these roles.
pub(crate) fn officer(roles: &[Role]) -> Viewer {
    Viewer::officer(PersonId::new("desk/reader").unwrap(), roles.to_vec(), Lang::En)
}

pub(crate) fn frame(engine: &Engine, viewer: &Viewer, page: Page) -> Frame {
    let sitting = Sitting {
        key: KeyKind::Ed25519,
        theme: Theme::Auto,
        exercise: true,
        nonce: "n".into(),
        version: "0".into(),
        query: String::new(),
    };
    framed(engine, viewer, page, sitting)
}

fn found(id: &str, other: &str, side: Side, clock: &Arc<ManualClock>) -> Engine {
    let party = |id: &str| PartyId::new(id).unwrap();
    let config = Config {
        party: party(id),
        peer: Some((party(other), key(other, "root").public())),
        heartbeat_every_ms: 60_000,
        positions_kept_ms: 86_400_000,
    };
    let world = World {
        store: Box::new(Memory::new()),
        clock: Arc::<ManualClock>::clone(clock),
        dice: Box::new(SeededDice::of(7, id)),
        roads: Some(Arc::new(route::graph::parse(ROADS).unwrap())),
    };
    let enrolled = KeyEnrolled {
        person: PersonId::new(&format!("{id}/officer")).unwrap(),
        key: key(id, "officer").public(),
        roles: vec![
            Role::Signatory,
            Role::ConsentOfficer,
            Role::WatchOfficer,
            Role::Analyst,
            Role::ProtectionLead,
            Role::JourneyManager,
            Role::EscortLeader,
        ],
        until: at("2030-01-01T00:00:00Z"),
    };
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let founding = Founding { names, side, officers: vec![enrolled], custody: None };
    let seed = Seed(sha256(id.as_bytes()).0);
    Engine::found(config, world, &seed, &key(id, "root"), founding).unwrap()
}

impl Pair {
    /// Both have signed the agreement.
    pub(crate) fn agreed() -> Self {
        let clock = Arc::new(ManualClock::at(at("2024-10-02T06:00:00Z")));
        let host = found("host", "guest", Side::Host, &clock);
        let guest = found("guest", "host", Side::Guest, &clock);
        let mut pair = Self { clock, host, guest };
        pair.sync();
        let agreement = AgreementId::new("karachi-exercise").unwrap();
        let text = AGREEMENT.to_owned();
        pair.host(AgreementProposed { agreement: agreement.clone(), text });
        let text = article::root::root(AGREEMENT);
        pair.host(AgreementSigned { agreement: agreement.clone(), text });
        pair.guest(AgreementSigned { agreement, text });
        pair
    }

    pub(crate) fn at(&mut self, text: &str) {
        self.clock.set(at(text));
        self.sync();
    }

    pub(crate) fn sync(&mut self) {
        for _ in 0..6 {
            self.host.tick().unwrap();
            self.guest.tick().unwrap();
            mirror(&mut self.host, &mut self.guest);
            mirror(&mut self.guest, &mut self.host);
        }
        assert_eq!(self.host.fold().hash(), self.guest.fold().hash(), "one joint state");
    }

    pub(crate) fn host(&mut self, act: impl Into<Act>) {
        acted(&self.host.act(&key("host", "officer"), act));
        self.sync();
    }

    /// The host notes something that stays at home.
    pub(crate) fn host_at_home(&mut self, act: impl Into<Act>) {
        let done = self.host.act(&key("host", "officer"), act);
        assert!(matches!(&done, Ok(done) if done.outcome == Some(Outcome::Silent)), "{done:?}");
        self.sync();
    }

    pub(crate) fn guest(&mut self, act: impl Into<Act>) {
        acted(&self.guest.act(&key("guest", "officer"), act));
        self.sync();
    }

    pub(crate) fn guest_wish(&mut self, wish: SecretWish) {
        let act = self.guest.resolve(Wish::Secret(wish)).unwrap();
        self.guest(act);
    }

    fn host_wish(&mut self, wish: SecretWish) {
        let act = self.host.resolve(Wish::Secret(wish)).unwrap();
        self.host(act);
    }

    /// Notice, submission, assessment, consent, approval, sealed plan, both commitments.
    pub(crate) fn sealed(&mut self) {
        self.guest.enrol(people());
        self.guest_wish(SecretWish::Notice(Box::new(notice())));
        self.guest_wish(SecretWish::Submit { movement: movement() });
        let note = "quiet".to_owned();
        self.host(MovementAssessed { movement: movement(), risk: Risk::Medium, note });
        self.at("2024-10-06T12:00:00Z");
        self.host(consent("c-m1", Subject::Movement(movement()), "2024-10-06T20:00:00Z"));
        self.guest(MovementApproved { movement: movement() });
        self.guest_wish(SecretWish::SealPlan {
            movement: movement(),
            from: "airport".into(),
            to: "port-camp".into(),
            slot_minutes: 5,
            gates: Vec::new(),
        });
        self.host_wish(SecretWish::CommitDraw { movement: movement() });
        self.guest_wish(SecretWish::CommitDraw { movement: movement() });
    }

    /// Drawn, with a pass that both have signed, and gone.
    pub(crate) fn departed(&mut self) {
        self.at("2024-10-06T15:50:00Z");
        self.guest_wish(SecretWish::IssuePass(Box::new(PassWish {
            movement: movement(),
            holder: unit("v-01"),
            appearance: "grey jacket".into(),
            vehicle: "EX-1001".into(),
            task: Task::CloseProtection,
            arms: ArmsClass::Unarmed,
            serials: Vec::new(),
            photo: None,
            phone: None,
        })));
        let pass = self.guest.state().passes.keys().next().unwrap().clone();
        self.host_wish(SecretWish::Countersign { pass });
        self.guest(Departed {
            movement: movement(),
            green: Check::ALL.to_vec(),
            armour: ArmourClass::BulletProof,
            override_reason: None,
        });
    }

    /// A phone of the guest reports a place.
    pub(crate) fn report(&mut self, unit_id: &str, more: &str) {
        let seconds = self.guest.now().unix_ms / 1_000;
        let body = format!(
            r#"{{"_type":"location","lat":24.9,"lon":67.168,"tst":{seconds},"acc":12{more}}}"#
        );
        let Message::Location(location) = parse(body.as_bytes()).unwrap() else {
            panic!("it is a location")
        };
        self.guest.sighting(&unit(unit_id), &location).unwrap();
    }
}

fn acted(done: &Result<engine::acts::Accepted, engine::fault::Answer>) {
    let stands = matches!(done, Ok(done) if done.outcome == Some(Outcome::Acted));
    assert!(stands, "{done:?}");
}

fn mirror(from: &mut Engine, to: &mut Engine) {
    let Some(head) = from.head_text() else { return };
    let entries = from.entries_from(to.peer_size()).unwrap();
    let wanted = to.peer_body_wanted().unwrap_or_else(|| to.peer_size());
    let (bodies, _) = from.bodies_for(&to.config().party, wanted).unwrap();
    let mirrored = to.take_peer(&head, entries, bodies).unwrap();
    if from.peer_size() > 0 {
        from.take_cosigned(&mirrored.cosigned.unwrap()).unwrap();
    }
}

fn people() -> Vec<Enrolled> {
    let one = |id: &str, kind: &str, label: &str| Enrolled {
        unit: unit(id),
        kind: kind.into(),
        label: label.into(),
        phone: None,
        password: None,
        movement: Some(movement()),
        task: None,
    };
    vec![one("v-01", "vehicle", "Vehicle 1"), one("p-01", "protected", LABEL)]
}

fn notice() -> NoticeWish {
    NoticeWish {
        movement: movement(),
        agreement: AgreementId::new("karachi-exercise").unwrap(),
        zone: ZoneId::new("karachi-port-road").unwrap(),
        day: window("2024-10-06T06:00:00Z", "2024-10-07T00:00:00Z"),
        seats: 6,
        dummies: 8,
        armour: ArmourClass::BulletProof,
        escorts: 2,
        purpose: Purpose::ProtectPersons,
        criticality: Criticality::Pc2,
        window: window("2024-10-06T16:00:00Z", "2024-10-06T18:00:00Z"),
    }
}

pub(crate) fn deployment() -> DeploymentRequested {
    DeploymentRequested {
        deployment: DeploymentId::new("d-1").unwrap(),
        agreement: AgreementId::new("karachi-exercise").unwrap(),
        purpose: Purpose::ProtectPersons,
        terms: Terms {
            zone: ZoneId::new("karachi-port-road").unwrap(),
            category: Category::Police,
            task: Task::CloseProtection,
            rung: Rung::EscortInsideCordon,
            arms: ArmsClass::Unarmed,
            headcount: 4,
            vehicles: 1,
            sensing: None,
            window: window("2024-10-02T06:00:00Z", "2024-10-09T06:00:00Z"),
        },
    }
}

pub(crate) fn consent(id: &str, subject: Subject, until: &str) -> ConsentGranted {
    let consent = ConsentId::new(id).unwrap();
    ConsentGranted { consent, subject, until: at(until), headcount_max: 4 }
}

pub(crate) fn order() -> TaskOrdered {
    TaskOrdered {
        task: TaskId::new("t-1").unwrap(),
        deployment: DeploymentId::new("d-1").unwrap(),
        units: vec![unit("g-01"), unit("g-02")],
        window: window("2024-10-02T06:00:00Z", "2024-10-02T18:00:00Z"),
    }
}
