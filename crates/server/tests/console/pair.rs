//! Two invented parties and the browsers of their officers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use desk::scene::Backdrop;
use door::app::Setup;
use door::app::{App, Config as ServerConfig};
use door::session::Session;
use engine::engine::{Config, Engine, Founding, World};
use note::digest::sha256;
use note::key::SigningKey;
use planner::posted::{Board, Files, posted};
use post::pledge::{Said, plan_hash, pledge};
use post::rota::document;
use server::console::WORDS;
use server::routes::router;
use store::memory::Memory;
use strongbox::clock::{Clock, ManualClock};
use strongbox::dice::SeededDice;
use strongbox::keyfile::KeyFile;
use tower::ServiceExt;
use watch::people::{Enrolled, password_hash};
use wish::{SecretWish, Wish};
use words::act::{Act, AgreementProposed, AgreementSigned, KeyEnrolled, Names};
use words::hash::Seed;
use words::id::{AgreementId, MovementId, PartyId, PersonId, UnitId};
use words::moment::Moment;
use words::role::{Role, Side};

const AGREEMENT: &str = include_str!("../../../../scenarios/karachi/agreement.toml");
const ROADS: &str = include_str!("../../../../scenarios/karachi/roads.json");
const PLACES: &str = include_str!("../../../../scenarios/karachi/places.toml");
const INCIDENTS: &str = include_str!("../../../../scenarios/karachi/incidents.csv");

pub(crate) const PASSPHRASE: &str = "correct horse";

pub(crate) struct Pair {
    clock: Arc<ManualClock>,
    pub(crate) host: Arc<App>,
    pub(crate) guest: Arc<App>,
}

/// A browser: one node, one cookie, one language.
#[derive(Clone)]
pub(crate) struct Browser {
    app: Arc<App>,
    pub(crate) cookie: String,
    pub(crate) lang: &'static str,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn location(&self) -> &str {
        self.headers.get("location").map_or("", |value| value.to_str().unwrap())
    }
}

fn key(party: &str, purpose: &str) -> SigningKey {
    SigningKey::from_seed(&sha256(format!("{party}/{purpose}").as_bytes()).0)
}

fn person(party: &str, name: &str) -> PersonId {
    PersonId::new(&format!("{party}/{name}")).unwrap()
}

pub(crate) fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

// The officer signs everything; the clerk reads and consents, and drives nobody.
fn officers(id: &str) -> Vec<KeyEnrolled> {
    let all = vec![
        Role::Signatory,
        Role::ConsentOfficer,
        Role::WatchOfficer,
        Role::Analyst,
        Role::ProtectionLead,
        Role::JourneyManager,
        Role::EscortLeader,
        Role::Driver,
    ];
    let until = at("2030-01-01T00:00:00Z");
    [("officer", all), ("clerk", vec![Role::Signatory, Role::ConsentOfficer, Role::Analyst])]
        .map(|(name, roles)| KeyEnrolled {
            person: person(id, name),
            key: key(id, name).public(),
            roles,
            until,
        })
        .into()
}

fn engine(id: &str, other: &str, side: Side, clock: &Arc<ManualClock>) -> Engine {
    let party = |id: &str| PartyId::new(id).unwrap();
    let config = Config {
        party: party(id),
        peer: Some((party(other), key(other, "root").public())),
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
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let founding = Founding { names, side, officers: officers(id), custody: None };
    let seed = Seed(sha256(id.as_bytes()).0);
    Engine::found(config, world, &seed, &key(id, "root"), founding).unwrap()
}

// Posts of the exercise, drawn, and its convoys: two days from the first.
fn posts() -> Board {
    let plan = include_str!("../../../../scenarios/karachi/posts.toml");
    let hash = plan_hash(plan);
    let said = [(Side::Host, Seed([1; 32])), (Side::Guest, Seed([2; 32]))].map(|(side, seed)| {
        let pledge = pledge(side, &hash, &seed);
        [Said::Pledged { side, plan: hash, pledge }, Said::Shown { side, plan: hash, seed }]
    });
    let (roster, _) = document(plan, &said.concat()).unwrap();
    let fleet = include_str!("../../../../scenarios/karachi/fleet.toml");
    let files = Files {
        plan: Some(plan.to_owned()),
        roster: Some(serde_json::to_string(&roster).unwrap()),
        fleet: Some(fleet.replace("2024-10-09", "2024-10-02")),
    };
    Arc::new(Mutex::new(Arc::new(posted(&files).unwrap())))
}

fn app(id: &str, mut engine: Engine) -> Arc<App> {
    let movement = Some(MovementId::new("m-1").unwrap());
    let unit = |unit: &str, kind: &str, phone: Option<&str>| Enrolled {
        unit: UnitId::new(unit).unwrap(),
        kind: kind.into(),
        label: format!("Label of {unit}"),
        phone: phone.map(str::to_owned),
        password: phone.map(|user| password_hash(user, PASSPHRASE)),
        movement: movement.clone(),
        task: None,
    };
    engine.enrol(vec![unit("v-01", "vehicle", None), unit("p-01", "protected", Some("wlei"))]);
    let seed = sha256(format!("{id}/officer").as_bytes()).0;
    let mut dice = SeededDice::of(3, id);
    let file = KeyFile::seal(person(id, "officer"), &seed, PASSPHRASE, &mut dice).unwrap();
    let config = ServerConfig {
        origin: "http://localhost:8443".into(),
        key_files: BTreeMap::from([(person(id, "officer"), file)]),
        root: None,
        words: WORDS,
    };
    let app = App::new(engine, config).unwrap();
    let backdrop = Backdrop::load(PLACES, INCIDENTS).unwrap();
    let hint = Some(PASSPHRASE.to_owned());
    let posts = (id == "guest").then(posts);
    app.console.set(Setup { backdrop, posts, exercise: true, hint, ..Setup::default() }).unwrap();
    app
}

impl Pair {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(ManualClock::at(at("2024-10-02T06:00:00Z")));
        let host = app("host", engine("host", "guest", Side::Host, &clock));
        let guest = app("guest", engine("guest", "host", Side::Guest, &clock));
        let pair = Self { clock, host, guest };
        pair.sync();
        pair
    }

    /// Both have signed the agreement.
    pub(crate) fn agreed() -> Self {
        let pair = Self::new();
        let agreement = AgreementId::new("karachi-exercise").unwrap();
        let text = article::root::root(AGREEMENT);
        let signed = AgreementSigned { agreement: agreement.clone(), text };
        let proposed = AgreementProposed { agreement, text: AGREEMENT.to_owned() };
        pair.act("host", proposed);
        pair.act("host", signed.clone());
        pair.act("guest", signed);
        pair
    }

    fn node(&self, id: &str) -> &Arc<App> {
        if id == "host" { &self.host } else { &self.guest }
    }

    pub(crate) fn act(&self, id: &str, act: impl Into<Act>) {
        let (key, act) = (key(id, "officer"), act.into());
        self.node(id).with_now(|engine| engine.act(&key, act).unwrap()).unwrap();
        self.sync();
    }

    pub(crate) fn wish(&self, id: &str, wish: SecretWish) {
        let node = self.node(id);
        let act = node.with_now(|engine| engine.resolve(Wish::Secret(wish)).unwrap()).unwrap();
        self.act(id, act);
    }

    pub(crate) fn at(&self, text: &str) {
        self.clock.set(at(text));
        self.sync();
    }

    pub(crate) fn sync(&self) {
        for _ in 0..6 {
            for (from, to) in [(&self.host, &self.guest), (&self.guest, &self.host)] {
                from.with_now(|from| {
                    from.tick().unwrap();
                    to.with_now(|to| mirror(from, to)).unwrap();
                })
                .unwrap();
            }
        }
    }

    /// The browser of a signed-in officer; `passkey` is one whose session holds no key file.
    pub(crate) fn browser(&self, id: &str, name: &str) -> Browser {
        let signer = key(id, name);
        self.session(id, (name, signer.clone()), Some(signer))
    }

    pub(crate) fn browser_with_passkey(&self, id: &str) -> Browser {
        self.session(id, ("officer", key(id, "officer")), None)
    }

    fn session(
        &self,
        id: &str,
        (name, key): (&str, SigningKey),
        signer: Option<SigningKey>,
    ) -> Browser {
        let app = Arc::clone(self.node(id));
        let session = Session::new(person(id, name), key.id(), signer, Instant::now());
        let token = app.sessions.open(session).unwrap();
        let cookie = format!("{}={token}", app.cookie());
        Browser { app, cookie, lang: "en" }
    }

    pub(crate) fn stranger(&self, id: &str) -> Browser {
        Browser { app: Arc::clone(self.node(id)), cookie: String::new(), lang: "en" }
    }
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

impl Browser {
    pub(crate) fn reading(&self, lang: &'static str) -> Self {
        Self { lang, ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, fields: &str) -> Answer {
        self.send("POST", path, &[], fields).await
    }

    /// As a script sends it.
    pub(crate) async fn enhance(&self, path: &str, fields: &str) -> Answer {
        self.send("POST", path, &[("x-enhance", "1")], fields).await
    }

    /// Follows `Set-Cookie`.
    pub(crate) fn keep(&mut self, answer: &Answer) {
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut self.cookie);
    }

    async fn send(&self, method: &str, path: &str, more: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost:8443")
            .header("origin", "http://localhost:8443")
            .header("accept-language", self.lang)
            .header("cookie", &self.cookie);
        if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = router(Arc::clone(&self.app)).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 10_000_000).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}
