//! Keys of a node, of its line and of its root change while nodes serve.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::engine::{Engine, World};
use line::lines::Next;
use note::custody::{set, set_hash, sign};
use note::key::SigningKey;
use pinned::files::{load, save};
use pinned::tls::{Identity, make_identity};
use server::serve::{Listen, Peering, Running, bind};
use store::sqlite::Sqlite;
use strongbox::clock::{Clock, SystemClock};
use strongbox::dice::SeededDice;
use strongbox::node_keys::NodeKeys;
use words::act::{Act, KeyEnrolled};
use words::alarm::AlarmNoted;
use words::custody::{Custody, NodeReplaced, Order, RootOrder, RootOrdered};
use words::hash::Seed;
use words::id::{AlarmId, PersonId};
use words::role::{Role, Side};

use crate::home::{app, at, clock, config, found, key, party, seed, until, world};
use crate::peers::{ANY, ask, end, identity, with};

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("safeconduct-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn new_line() -> Identity {
    make_identity(&seed("host", "line"), &party("host"), SystemClock.now()).unwrap()
}

// The next order of the host, signed by these custodians.
fn ordered(engine: &Engine, order: Order, by: &[SigningKey]) -> RootOrdered {
    let root = engine.own().reader().ring().root().unwrap();
    let order =
        RootOrder { party: party("host"), version: root.version, serial: root.serial, order };
    let mut signatures: Vec<_> = by.iter().map(|key| sign(&order, key)).collect();
    signatures.sort_by_key(|it| it.key);
    RootOrdered { order, signatures }
}

// The host's node comes back with another key, which carries the order that names it.
fn replaced(path: &Path, clock: &Arc<dyn Clock>, since: Option<u64>) -> (Engine, u64) {
    let keys = NodeKeys::from_seed(&Seed(seed("host", "node again")));
    let to = NodeReplaced {
        node: keys.node.public(),
        sealing: keys.sealing.public(),
        line: Some(key("host", "line").public()),
        since,
    };
    let store = Box::new(Sqlite::open(path).unwrap());
    // Chance of its own: a second life does not repeat the first one's ids.
    let dice = Box::new(SeededDice::of(7, "host again"));
    let world = World { dice, ..world("host", store, clock) };
    let again = Seed(seed("host", "node again"));
    let mut engine = Engine::open(config("host"), world, &again).unwrap();
    let order = ordered(&engine, Order::ReplaceNode(to), &[key("host", "root")]);
    let index = engine.submit_order(order).unwrap().index;
    (engine, index)
}

struct Pair {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    guest: Running,
    host_at: SocketAddr,
    // Made once: every certificate has a key of its own.
    line: Identity,
}

// Both have met; the host has stopped.
async fn met(name: &str) -> Pair {
    let (folder, clock) = (folder(name), clock());
    let any = Listen { console: ANY, peer: ANY };
    let (host, guest) = (bind(any).await.unwrap(), bind(any).await.unwrap());
    let (to_guest, host_at) = (guest.peer_addr, host.peer_addr);
    let peering = |id: &str, to: SocketAddr| Peering {
        identity: identity(id),
        next: None,
        address: Some(to.to_string()),
    };
    let store = |id: &str| Box::new(Sqlite::create(&folder.join(format!("{id}.db"))).unwrap());
    let host_app = app("host", found("host", store("host"), &clock));
    let guest_app = app("guest", found("guest", store("guest"), &clock));
    let host = host.serve(host_app, peering("host", to_guest), None).await.unwrap();
    let guest = guest.serve(guest_app, peering("guest", host_at), None).await.unwrap();
    until("both have met", || {
        host.app.peer_status().connected && guest.app.peer_status().connected
    })
    .await;
    end([host]).await;
    Pair { folder, clock, guest, host_at, line: new_line() }
}

impl Pair {
    async fn host(&self, engine: Engine, index: u64) -> Running {
        save(&identity("host"), &self.folder.join("tls")).unwrap();
        save(&self.line, &self.folder.join("tls.next")).unwrap();
        let listen = Listen { console: ANY, peer: self.host_at };
        let next = Next { identity: self.line.clone(), index, folder: Some(self.folder.clone()) };
        let address = Some(self.guest.peer_addr.to_string());
        let peering = Peering { identity: identity("host"), next: Some(next), address };
        bind(listen).await.unwrap().serve(app("host", engine), peering, None).await.unwrap()
    }

    // Looks and touches nothing, as the node may be between the two names.
    fn has_settled(&self) -> bool {
        let shown = load(&self.folder.join("tls"));
        shown.is_ok_and(|shown| shown == self.line) && !self.folder.join("tls.next").exists()
    }

    async fn over(self, host: Running) {
        end([host, self.guest]).await;
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

// Whoever asks the guest's port as the host, with that identity.
async fn knocks(guest: &Running, shows: Identity) -> bool {
    let tls = pinned::tls::peer_client(&shows, (&party("guest"), &key("guest", "root").public()));
    let address = guest.peer_addr.to_string();
    let name = pinned::tls::node_name(&party("guest"));
    let link = line::peer_link::Link::new(tls.unwrap(), name, &address);
    tokio::task::spawn_blocking(move || link.get("/peer/v1/head").is_ok()).await.unwrap()
}

// A node looks at its ledgers four times a second: soon it lets the new certificate in.
async fn lets_in(pair: &Pair, what: &str) {
    for _ in 0..100 {
        if knocks(&pair.guest, pair.line.clone()).await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("never let in: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_go_on_after_the_keys_of_one_of_them_were_replaced() {
    let pair = met("rotation").await;
    let (engine, index) = replaced(&pair.folder.join("host.db"), &pair.clock, None);
    let node = engine.node_public();
    let host = pair.host(engine, index).await;
    until("the guest has read the order over the line that it knew", || {
        with(&pair.guest.app, |engine| engine.peer().unwrap().node_key() == Some(&node))
    })
    .await;
    until("the host shows its new certificate", || pair.has_settled()).await;
    let line = key("host", "line");
    assert!(ask(pair.host_at, identity("guest"), line).await.is_ok(), "it is shown");
    assert!(ask(pair.host_at, identity("guest"), key("host", "root")).await.is_err());
    lets_in(&pair, "the new certificate").await;
    assert!(!knocks(&pair.guest, identity("host")).await, "the new one was shown: the old is over");

    // The root goes to two of three custodians, who enrol somebody; the guest reads what he says.
    let custodians = ["a", "b", "c"].map(|name| key("host", name));
    let held = set(custodians.iter().map(SigningKey::public).collect(), 2).unwrap();
    let next = Some(set_hash(&held));
    let rotate = Order::Rotate(Custody { custodians: held, next });
    let [first, second, _] = custodians;
    let root = key("host", "root");
    let enrolled = KeyEnrolled {
        person: PersonId::new("host/late").unwrap(),
        key: key("host", "late").public(),
        roles: vec![Role::WatchOfficer],
        until: at("2030-01-01T00:00:00Z"),
    };
    let said = with(&host.app, |engine| {
        let order = ordered(engine, rotate, &[root, first.clone(), second.clone()]);
        engine.submit_order(order).unwrap();
        let order = ordered(engine, Order::Enrol(enrolled), &[first, second]);
        engine.submit_order(order).unwrap();
        let alarm = AlarmId::new("sos/late/1").unwrap();
        engine.act(&key("host", "late"), Act::AlarmNoted(AlarmNoted { alarm })).unwrap()
    });
    until("the guest has folded it", || {
        with(&pair.guest.app, |engine| engine.peer().unwrap().folded_size() > said.index)
    })
    .await;
    until("the host holds the guest's cosignature", || {
        with(&host.app, |engine| engine.own().cosigned() > said.index)
    })
    .await;
    let state = |app: &door::app::App| with(app, |engine| engine.state().hash());
    until("both hold one state", || state(&host.app) == state(&pair.guest.app)).await;
    let report = with(&pair.guest.app, |engine| engine.fsck().unwrap());
    assert_eq!((report.broken, report.void), (Vec::new(), Vec::new()));
    pair.over(host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_key_in_other_hands_opens_nothing_once_the_order_is_read() {
    let pair = met("stolen").await;
    assert!(knocks(&pair.guest, identity("host")).await, "the thief has the old certificate");
    let (engine, index) = replaced(&pair.folder.join("host.db"), &pair.clock, Some(1));
    let host = pair.host(engine, index).await;
    until("the guest has read the order", || {
        with(&pair.guest.app, |engine| {
            let party = engine.state().parties.get(&Side::Host).unwrap();
            party.node == key_of_node() && party.former.is_empty()
        })
    })
    .await;
    until("the host shows its new certificate", || pair.has_settled()).await;
    lets_in(&pair, "the new certificate, and what the thief has no more").await;
    assert!(!knocks(&pair.guest, identity("host")).await);
    lets_in(&pair, "the new certificate again").await;
    pair.over(host).await;
}

fn key_of_node() -> words::act::Key {
    NodeKeys::from_seed(&Seed(seed("host", "node again"))).node.public()
}
