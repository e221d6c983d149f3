//! Two parties, their people and servers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use door::app::{App, Config as ServerConfig, Words};
use door::session::Session;
use engine::engine::{Config, Engine, Founding, World};
use note::digest::sha256;
use note::key::SigningKey;
use serde_json::{Value, json};
use server::routes::router;
use store::memory::Memory;
use strongbox::clock::{Clock, ManualClock};
use strongbox::dice::SeededDice;
use strongbox::keyfile::KeyFile;
use tower::ServiceExt;
use watch::people::{Enrolled, password_hash};
use words::act::{KeyEnrolled, Names};
use words::hash::Seed;
use words::id::{MovementId, PartyId, PersonId, UnitId};
use words::moment::Moment;
use words::role::{Role, Side};

use crate::contract::keeps;

pub(crate) const PASSPHRASE: &str = "correct horse";
pub(crate) const AGREEMENT: &str = include_str!("../../../../scenarios/karachi/agreement.toml");
const ROADS: &str = include_str!("../../../../scenarios/karachi/roads.json");

const OFFICES: &[(&str, &[Role])] = &[
    ("host/officer", &[Role::Signatory, Role::ConsentOfficer, Role::WatchOfficer, Role::Analyst]),
    ("host/guard", &[Role::CheckpointOfficer]),
    ("host/inspector", &[Role::Inspector]),
    ("guest/officer", &[Role::Signatory, Role::ProtectionLead, Role::WatchOfficer]),
    ("guest/planner", &[Role::JourneyManager]),
    ("guest/leader", &[Role::EscortLeader]),
    ("guest/driver", &[Role::Driver]),
];

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap().to_owned()
    }

    pub(crate) fn reasons(&self) -> Vec<String> {
        serde_json::from_value(self.json()["reasons"].clone()).unwrap()
    }
}

/// One person's program at one party's node.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) app: Arc<App>,
    pub(crate) person: &'static str,
    pub(crate) token: String,
}

impl Desk {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path, Some(body.to_string())).await
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<String>) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        ask(&self.app, method, path, &[("authorization", &bearer)], body.unwrap_or_default()).await
    }

    pub(crate) async fn found(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.bytes));
        answer.json()
    }

    pub(crate) async fn acts(&self, act: Value) -> Value {
        let answer = self.post("/api/v1/acts", json!({ "act": act, "sign": "session" })).await;
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert_eq!(answer.status, 200, "{}: {text}", self.person);
        assert_eq!(answer.json()["outcome"], "acted");
        answer.json()
    }
}

/// A request to a node, held to the document.
pub(crate) async fn ask(
    app: &Arc<App>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body.into()).unwrap();
    let response = router(Arc::clone(app)).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    let (status, media) = (parts.status.as_u16(), parts.headers.get("content-type"));
    let media = media.map(|value| value.to_str().unwrap()).unwrap_or_default();
    keeps(method, path, status, media, &String::from_utf8_lossy(&bytes));
    Answer { status, headers: parts.headers, bytes }
}

fn seed(name: &str) -> [u8; 32] {
    sha256(name.as_bytes()).0
}

pub(crate) fn key(person: &str) -> SigningKey {
    SigningKey::from_seed(&seed(person))
}

pub(crate) fn ms(text: &str) -> i64 {
    Moment::parse(text).unwrap().unix_ms
}

fn engine(id: &str, side: Side, clock: &Arc<ManualClock>) -> Engine {
    let party = |id: &str| PartyId::new(id).unwrap();
    let other = if id == "host" { "guest" } else { "host" };
    let root = |id: &str| SigningKey::from_seed(&seed(&format!("{id}/root")));
    let config = Config {
        party: party(id),
        peer: Some((party(other), root(other).public())),
        heartbeat_every_ms: 60_000,
        positions_kept_ms: 86_400_000,
    };
    let clock: Arc<dyn Clock> = Arc::<ManualClock>::clone(clock);
    let world = World {
        store: Box::new(Memory::new()),
        clock,
        dice: Box::new(SeededDice::of(7, id)),
        roads: Some(Arc::new(route::graph::parse(ROADS).unwrap())),
    };
    let ours = OFFICES.iter().filter(|(person, _)| person.starts_with(id));
    let officers = ours.map(|(person, roles)| KeyEnrolled {
        person: PersonId::new(person).unwrap(),
        key: key(person).public(),
        roles: roles.to_vec(),
        until: Moment::parse("2030-01-01T00:00:00Z").unwrap(),
    });
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let founding = Founding { names, side, officers: officers.collect(), custody: None };
    let node = Seed(seed(&format!("{id}/node")));
    Engine::found(config, world, &node, &root(id), founding).unwrap()
}

fn app(id: &str, side: Side, clock: &Arc<ManualClock>) -> Arc<App> {
    let person = PersonId::new(&format!("{id}/officer")).unwrap();
    let mut dice = SeededDice::of(3, id);
    let sealed = KeyFile::seal(person.clone(), &seed(person.as_str()), PASSPHRASE, &mut dice);
    let config = ServerConfig {
        origin: "http://localhost".into(),
        key_files: BTreeMap::from([(person, sealed.unwrap())]),
        root: None,
        words: Words {
            page: |_, told, _| told.problem.to_string(),
            line: |told, _| told.problem.to_string(),
        },
    };
    App::new(engine(id, side, clock), config).unwrap()
}

/// Both nodes.
pub(crate) struct Pair {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) host: Arc<App>,
    pub(crate) guest: Arc<App>,
}

impl Pair {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(ManualClock::at(Moment::parse("2024-10-02T06:00:00Z").unwrap()));
        let host = app("host", Side::Host, &clock);
        let guest = app("guest", Side::Guest, &clock);
        let pair = Self { clock, host, guest };
        pair.sync();
        pair
    }

    pub(crate) fn desk(&self, person: &'static str) -> Desk {
        let app = if person.starts_with("host") { &self.host } else { &self.guest };
        let signer = key(person);
        let id = PersonId::new(person).unwrap();
        let session = Session::new(id, signer.id(), Some(signer), Instant::now());
        Desk { app: Arc::clone(app), person, token: app.sessions.open(session).unwrap() }
    }

    pub(crate) fn at(&self, text: &str) {
        self.clock.set(Moment::parse(text).unwrap());
        self.sync();
    }

    /// Both ledgers to both nodes, until nothing moves.
    pub(crate) fn sync(&self) {
        for _ in 0..6 {
            for (from, to) in [(&self.host, &self.guest), (&self.guest, &self.host)] {
                from.with_now(|engine| engine.tick().unwrap()).unwrap();
                mirror(from, to);
            }
        }
        let hash = |app: &App| app.with_now(|engine| engine.fold().hash()).unwrap();
        assert_eq!(hash(&self.host), hash(&self.guest), "one joint state");
    }

    pub(crate) async fn act(&self, person: &'static str, act: Value) -> Value {
        let accepted = self.desk(person).acts(act).await;
        self.sync();
        accepted
    }

    /// An agreement in force.
    pub(crate) async fn agreed() -> Self {
        let pair = Self::new();
        let (agreement, text) = ("karachi-exercise", AGREEMENT);
        let proposed = json!({ "act": "agreement_proposed", "agreement": agreement, "text": text });
        pair.act("host/officer", proposed).await;
        let text = article::root::root(AGREEMENT);
        let signed = json!({ "act": "agreement_signed", "agreement": agreement, "text": text });
        pair.act("host/officer", signed.clone()).await;
        pair.act("guest/officer", signed).await;
        pair
    }

    /// Four police officers on duty under a lease.
    pub(crate) async fn on_duty() -> Self {
        let pair = Self::agreed().await;
        pair.act("guest/officer", deployment(4)).await;
        let subject = json!({ "deployment": "d-1" });
        pair.act("host/officer", consent("c-1", &subject, "2024-10-02T12:00:00Z")).await;
        let window = window("2024-10-02T06:00:00Z", "2024-10-02T18:00:00Z");
        let order = json!({
            "act": "task_ordered", "task": "t-1", "deployment": "d-1",
            "units": ["g-01", "g-02"], "window": window,
        });
        pair.act("guest/officer", order).await;
        pair.act("guest/officer", json!({ "act": "task_started", "task": "t-1" })).await;
        pair
    }

    /// A movement whose plan is sealed and to whose draw both sides have committed.
    pub(crate) async fn sealed() -> Self {
        let pair = Self::agreed().await;
        pair.guest.with_now(|engine| engine.enrol(people())).unwrap();
        pair.act("guest/planner", notice()).await;
        pair.act("guest/planner", json!({ "wish": "submit", "movement": "m-1" })).await;
        let assessed = json!({
            "act": "movement_assessed", "movement": "m-1", "risk": "medium", "note": "quiet",
        });
        pair.act("host/officer", assessed).await;
        pair.at("2024-10-06T12:00:00Z");
        let subject = json!({ "movement": "m-1" });
        pair.act("host/officer", consent("c-m1", &subject, "2024-10-06T20:00:00Z")).await;
        pair.act("guest/officer", json!({ "act": "movement_approved", "movement": "m-1" })).await;
        let plan = json!({
            "wish": "seal_plan", "movement": "m-1",
            "from": "airport", "to": "port-camp", "slot_minutes": 5,
        });
        pair.act("guest/planner", plan).await;
        let commit = json!({ "wish": "commit_draw", "movement": "m-1" });
        pair.act("host/officer", commit.clone()).await;
        pair.act("guest/planner", commit).await;
        pair
    }

    /// Ten minutes before the earliest departure, with a countersigned pass; its id.
    pub(crate) async fn at_the_gate() -> (Self, String) {
        let pair = Self::sealed().await;
        pair.at("2024-10-06T15:31:00Z");
        pair.at("2024-10-06T15:50:00Z");
        let pass = json!({
            "wish": "issue_pass", "movement": "m-1", "holder": "v-01", "appearance": "grey",
            "vehicle": "EX-1001", "task": "close_protection", "arms": "unarmed",
        });
        pair.act("guest/planner", pass).await;
        let passes = |engine: &mut Engine| engine.state().passes.keys().next().unwrap().to_string();
        let pass = pair.guest.with_now(passes).unwrap();
        pair.act("host/officer", json!({ "wish": "countersign", "pass": pass })).await;
        (pair, pass)
    }
}

fn mirror(from: &App, to: &App) {
    let (to_party, from_size) =
        to.with_now(|engine| (engine.config().party.clone(), engine.peer_size())).unwrap();
    let wanted = to.with_now(|engine| engine.peer_body_wanted()).unwrap().unwrap_or(from_size);
    let given = from.with_now(|engine| {
        let head = engine.head_text()?;
        let entries = engine.entries_from(from_size).unwrap();
        Some((head, entries, engine.bodies_for(&to_party, wanted).unwrap().0))
    });
    let Some((head, entries, bodies)) = given.unwrap() else { return };
    let mirrored = to.with_now(|engine| engine.take_peer(&head, entries, bodies).unwrap()).unwrap();
    from.with_now(|engine| {
        if engine.peer_size() > 0 {
            engine.take_cosigned(&mirrored.cosigned.unwrap()).unwrap();
        }
    })
    .unwrap();
}

pub(crate) fn window(start: &str, end: &str) -> Value {
    json!({ "start": ms(start), "end": ms(end) })
}

pub(crate) fn deployment(headcount: u32) -> Value {
    json!({
        "act": "deployment_requested", "deployment": "d-1", "agreement": "karachi-exercise",
        "purpose": "protect_persons",
        "terms": {
            "zone": "karachi-port-road", "category": "police", "task": "close_protection",
            "rung": "escort_inside_cordon", "arms": "unarmed",
            "headcount": headcount, "vehicles": 1,
            "window": window("2024-10-02T06:00:00Z", "2024-10-09T06:00:00Z"),
        },
    })
}

pub(crate) fn consent(id: &str, subject: &Value, until: &str) -> Value {
    json!({
        "act": "consent_granted", "consent": id, "subject": subject,
        "until": ms(until), "headcount_max": 4,
    })
}

pub(crate) fn notice() -> Value {
    json!({
        "wish": "notice", "movement": "m-1", "agreement": "karachi-exercise",
        "zone": "karachi-port-road",
        "day": window("2024-10-06T06:00:00Z", "2024-10-07T00:00:00Z"),
        "seats": 6, "dummies": 8, "armour": "bullet_proof", "escorts": 2,
        "purpose": "protect_persons", "criticality": "pc2",
        "window": window("2024-10-06T16:00:00Z", "2024-10-06T18:00:00Z"),
    })
}

pub(crate) fn people() -> Vec<Enrolled> {
    let unit = |unit: &str, kind: &str, phone: Option<&str>| Enrolled {
        unit: UnitId::new(unit).unwrap(),
        kind: kind.into(),
        label: format!("Label of {unit}"),
        phone: phone.map(str::to_owned),
        password: phone.map(|phone| password_hash(phone, "128-random-bits")),
        movement: Some(MovementId::new("m-1").unwrap()),
        task: None,
    };
    vec![unit("v-01", "vehicle", None), unit("p-07", "protected", Some("wlei"))]
}
