//! Two nodes over loopback TLS: mirror, cosign, revoke, strangers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use door::app::App;
use engine::engine::Engine;
use ledger::outcome::Outcome;
use line::peer_link::{Link, LinkError};
use note::key::{SigningKey, fingerprint};
use pinned::tls::{Identity, fetch_presented, make_identity, node_name, peer_client};
use server::serve::{Listen, Peering, Running, ServeError, bind};
use store::sqlite::Sqlite;
use strongbox::clock::{Clock, SystemClock};
use words::act::{Act, AgreementProposed, AgreementSigned};
use words::deployment::{ConsentGranted, ConsentRevoked, DeploymentRequested, Subject, Terms};
use words::hash::Seed;
use words::id::{AgreementId, ConsentId, DeploymentId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Category, Purpose, Rung, Task};

use crate::home::{
    app, at, clock, config, found, in_memory, key, other, party, root, seed, until, world,
};

pub(crate) const AGREEMENT: &str = include_str!("../../../../scenarios/karachi/agreement.toml");
pub(crate) const ANY: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

pub(crate) fn identity(id: &str) -> Identity {
    make_identity(&seed(id, "root"), &party(id), SystemClock.now()).unwrap()
}

fn peering(id: &str, address: SocketAddr) -> Peering {
    Peering { identity: identity(id), next: None, address: Some(address.to_string()) }
}

async fn pair() -> (Running, Running) {
    let clock = clock();
    let any = Listen { console: ANY, peer: ANY };
    let (host, guest) = (bind(any).await.unwrap(), bind(any).await.unwrap());
    let (to_guest, to_host) = (guest.peer_addr, host.peer_addr);
    let serve = |id: &'static str, engine| app(id, engine);
    let host_app = serve("host", in_memory("host", &clock));
    let guest_app = serve("guest", in_memory("guest", &clock));
    let host = host.serve(host_app, peering("host", to_guest), None).await.unwrap();
    let guest = guest.serve(guest_app, peering("guest", to_host), None).await.unwrap();
    (host, guest)
}

pub(crate) async fn end(nodes: impl IntoIterator<Item = Running>) {
    for node in nodes {
        node.stop();
        node.join().await;
    }
}

pub(crate) fn with<T>(app: &App, work: impl FnOnce(&mut Engine) -> T) -> T {
    app.with_now(work).unwrap()
}

// Acts, and waits until the counterpart has folded it and we hold its cosignature.
pub(crate) async fn act(from: &Running, to: &Running, act: impl Into<Act>) -> Duration {
    let (key, act) = (key(from.app.party().as_str(), "officer"), act.into());
    let done = from.app.ask(move |engine| engine.act(&key, act)).await.unwrap();
    assert_eq!(done.outcome, Some(Outcome::Acted), "{done:?}");
    let took = until("the counterpart folds it", || {
        with(&to.app, |engine| engine.peer().unwrap().folded_size() > done.index)
    });
    let took = took.await;
    until("the counterpart cosigns it", || {
        with(&from.app, |engine| engine.own().cosigned() > done.index)
    })
    .await;
    took
}

fn deployment() -> DeploymentRequested {
    let window = Window::new(at("2024-10-02T06:00:00Z"), at("2024-10-09T06:00:00Z")).unwrap();
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
            window,
        },
    }
}

fn lives(app: &App, subject: &Subject) -> bool {
    with(app, |engine| joint::consent::live(engine.state(), subject, engine.now()).is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_arrives_cosigned_and_its_revocation_does_not_wait_for_a_heartbeat() {
    let (host, guest) = pair().await;
    let agreement = AgreementId::new("karachi-exercise").unwrap();
    let (text, hash) = (AGREEMENT.to_owned(), article::root::root(AGREEMENT));
    act(&host, &guest, AgreementProposed { agreement: agreement.clone(), text }).await;
    act(&host, &guest, AgreementSigned { agreement: agreement.clone(), text: hash }).await;
    act(&guest, &host, AgreementSigned { agreement, text: hash }).await;
    act(&guest, &host, deployment()).await;
    let subject = Subject::Deployment(DeploymentId::new("d-1").unwrap());
    let consent = ConsentId::new("c-1").unwrap();
    let until = at("2024-10-02T12:00:00Z");
    let grant = ConsentGranted {
        consent: consent.clone(),
        subject: subject.clone(),
        until,
        headcount_max: 4,
    };
    act(&host, &guest, grant).await;
    assert!(lives(&host.app, &subject) && lives(&guest.app, &subject));
    let revoked = ConsentRevoked { consent, reason: "exercise".into() };
    let took = act(&host, &guest, revoked).await;
    assert!(!lives(&host.app, &subject) && !lives(&guest.app, &subject));
    // A heartbeat and a long poll last ten seconds; a quiet machine takes some 20 ms.
    assert!(took < Duration::from_secs(4), "{took:?}");
    crate::home::until("both hold the same joint state", || {
        let now = |app: &App| with(app, |engine| (engine.fold().sizes(), engine.fold().hash()));
        now(&host.app) == now(&guest.app)
    })
    .await;
    let status = guest.app.peer_status();
    assert!(status.connected && status.behind == 0 && !status.diverged, "{status:?}");
    end([host, guest]).await;
}

// Asks the host's peer port for its head, as whoever the identity says, trusting that key.
pub(crate) async fn ask(
    at: SocketAddr,
    shows: Identity,
    trusts: SigningKey,
) -> Result<(), LinkError> {
    let peer = (party("host"), trusts.public());
    let tls = peer_client(&shows, (&peer.0, &peer.1)).unwrap();
    let link = Link::new(tls, node_name(&peer.0), &at.to_string());
    tokio::task::spawn_blocking(move || link.get("/peer/v1/head").map(|_| ())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_paired_root_opens_the_line_from_either_side() {
    let (host, guest) = pair().await;
    let (at, trusted) = (host.peer_addr, key("host", "root"));
    assert!(ask(at, identity("guest"), trusted.clone()).await.is_ok());

    let forged = make_identity(&[9; 32], &party("guest"), SystemClock.now()).unwrap();
    assert!(ask(at, forged, trusted.clone()).await.is_err(), "the party's name, another root");
    assert!(ask(at, identity("host"), trusted.clone()).await.is_err(), "not the paired party");
    let long_ago = Moment::parse("2019-01-01T00:00:00Z").unwrap();
    let expired = make_identity(&seed("guest", "root"), &party("guest"), long_ago).unwrap();
    assert!(ask(at, expired, trusted).await.is_err(), "expired");
    let stranger = SigningKey::from_seed(&[9; 32]);
    assert!(ask(at, identity("guest"), stranger).await.is_err(), "we trust another root");
    end([host, guest]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_sees_the_fingerprint_that_is_read_out_and_gets_no_further() {
    let (host, guest) = pair().await;
    let address = host.peer_addr.to_string();
    let shown = tokio::task::spawn_blocking(move || fetch_presented(&address));
    let shown = shown.await.unwrap().unwrap();
    assert_eq!((shown.party, &shown.root), (party("host"), &root("host")));
    assert_eq!(shown.fingerprint, fingerprint(&root("host")));
    // The console's port speaks no TLS and is no node's.
    let console = host.console_addr.to_string();
    let other = tokio::task::spawn_blocking(move || fetch_presented(&console)).await.unwrap();
    assert!(other.is_err());
    end([host, guest]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_was_away_catches_up_when_it_is_back() {
    let folder = std::env::temp_dir().join(format!("safeconduct-server-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (path, clock) = (folder.join("guest.db"), clock());
    let any = Listen { console: ANY, peer: ANY };
    let (host, guest) = (bind(any).await.unwrap(), bind(any).await.unwrap());
    let (to_guest, to_host) = (guest.peer_addr, host.peer_addr);
    let host_app = app("host", in_memory("host", &clock));
    let host = host.serve(host_app, peering("host", to_guest), None).await.unwrap();
    let store = Box::new(Sqlite::create(&path).unwrap());
    let guest_app = app("guest", found("guest", store, &clock));
    let guest = guest.serve(guest_app, peering("guest", to_host), None).await.unwrap();
    until("both have met", || {
        host.app.peer_status().connected && guest.app.peer_status().connected
    })
    .await;
    end([guest]).await;

    let agreement = AgreementId::new("karachi-exercise").unwrap();
    let proposed = AgreementProposed { agreement: agreement.clone(), text: AGREEMENT.into() };
    let officer = key("host", "officer");
    let done = host.app.ask(move |engine| engine.act(&officer, proposed)).await.unwrap();
    until("the host says that its counterpart is away", || {
        host.app.peer_status().last_error.is_some()
    })
    .await;
    assert!(with(&host.app, |engine| engine.own().cosigned()) <= done.index);

    let store = Box::new(Sqlite::open(&path).unwrap());
    let opened =
        Engine::open(config("guest"), world("guest", store, &clock), &Seed(seed("guest", "node")));
    let back = bind(Listen { console: ANY, peer: to_guest }).await.unwrap();
    let guest_app = app("guest", opened.unwrap());
    let guest = back.serve(guest_app, peering("guest", to_host), None).await.unwrap();
    until("the guest has caught up", || {
        with(&guest.app, |engine| engine.state().agreements.contains_key(&agreement))
    })
    .await;
    until("the host holds the cosignature", || {
        with(&host.app, |engine| engine.own().cosigned() > done.index)
    })
    .await;
    until("the host follows it again", || host.app.peer_status().connected).await;
    end([host, guest]).await;
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_port_in_use_is_named_with_its_remedy() {
    let first = bind(Listen { console: ANY, peer: ANY }).await.unwrap();
    let second = bind(Listen { console: ANY, peer: first.peer_addr }).await;
    let Err(error @ ServeError::InUse { .. }) = second else { panic!("{second:?}") };
    let port = first.peer_addr.port();
    let expected = format!(
        "port {port} of 127.0.0.1 is in use: another node may be running; stop it, or set \
         another port as `listen.peer` in the configuration"
    );
    assert_eq!(error.to_string(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaired_node_shows_who_it_is_and_lets_nobody_in() {
    let clock = clock();
    let mut alone = config("host");
    alone.peer = None;
    let engine = in_memory("host", &clock);
    drop(engine);
    let world = world("host", Box::new(store::memory::Memory::new()), &clock);
    let names = words::act::Names { en: "h".into(), zh: "h".into(), ur: "h".into() };
    let side = words::role::Side::Host;
    let founding = engine::engine::Founding { names, side, officers: Vec::new(), custody: None };
    let seed = Seed(seed("host", "node"));
    let engine = Engine::found(alone, world, &seed, &key("host", "root"), founding).unwrap();
    let node = bind(Listen { console: ANY, peer: ANY }).await.unwrap();
    let peering = Peering { identity: identity("host"), next: None, address: None };
    let app: Arc<App> = app("host", engine);
    let node = node.serve(app, peering, None).await.unwrap();
    let at = node.peer_addr;
    let shown = tokio::task::spawn_blocking(move || fetch_presented(&at.to_string()));
    assert_eq!(shown.await.unwrap().unwrap().root, root("host"));
    assert!(ask(at, identity(other("host")), key("host", "root")).await.is_err());
    end([node]).await;
}
