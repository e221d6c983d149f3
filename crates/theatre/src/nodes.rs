//! Two full nodes of an exercise on real ports: the theatre of the demo.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use desk::scene::Backdrop;
use door::app::{App, Config, Setup};
use engine::engine::{Engine, World};
use engine::fault::chain;
use gateway::owntracks::print;
use note::key::fingerprint;
use pinned::tls::{Identity, fetch_presented, make_identity};
use route::graph::Graph;
use server::console::WORDS;
use server::serve::{Listen, Peering, Running, bind};
use store::sqlite::Sqlite;
use strongbox::clock::{Clock, ExerciseClock, SystemClock};
use strongbox::dice::SeededDice;
use tokio::runtime::Runtime;
use words::act::{Key, PeerPaired};
use words::id::PartyId;
use words::moment::Moment;
use words::role::Side;

use exercise::cast::Party;
use exercise::phones::Report;
use exercise::scenario::{INCIDENTS, PLACES};
use exercise::theatre::{Theatre, TheatreError};

use crate::posts::posts;

/// What a passphrase in an exercise is: it is printed, and protects nothing.
pub const PASSPHRASE: &str = "exercise only";

/// How long two nodes may take to come to the same state; they take milliseconds.
const SETTLE_WITHIN: Duration = Duration::from_secs(20);

/// Nodes get this long between two looks at them.
const BEAT: Duration = Duration::from_millis(10);

/// While time is skipped, a stride takes at least this long: positions travel between nodes
/// once a second, and must not look like a silence.
const STRIDE: Duration = Duration::from_millis(90);

/// A wait is broken up, so that Ctrl-C is heard.
const NAP: Duration = Duration::from_millis(250);

/// After a skip the guest must have heard the host within this time of the exercise.
const HEARD_WITHIN_MS: i64 = 3 * 60_000;

/// A phone on loopback is answered in milliseconds.
const PHONE_WITHIN: Duration = Duration::from_secs(10);

/// How time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Nobody waits: strides and quiet hours are skipped.
    Headless,
    /// People look on: only quiet hours are skipped.
    Shown,
    /// People act: nothing is skipped.
    Real,
}

/// One node.
struct Node {
    party: Party,
    folder: PathBuf,
    identity: Identity,
    console: SocketAddr,
    peer: SocketAddr,
    running: Option<Running>,
    openings: u32,
}

/// Both nodes and what they share: a clock, roads, a runtime.
pub struct Nodes {
    clock: Arc<ExerciseClock>,
    roads: Arc<Graph>,
    runtime: Runtime,
    seed: u64,
    host: Node,
    guest: Node,
    phones: ureq::Agent,
    pace: Pace,
    over: Arc<AtomicBool>,
}

impl std::fmt::Debug for Nodes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Nodes({}, {})", self.host.console, self.guest.console)
    }
}

/// What both nodes are made of.
#[derive(Debug)]
pub struct Plan {
    /// The folder for both.
    pub folder: PathBuf,
    /// Chance.
    pub seed: u64,
    /// The exercise's clock.
    pub clock: Arc<ExerciseClock>,
    /// The roads.
    pub roads: Arc<Graph>,
    /// Where the consoles listen.
    pub consoles: [SocketAddr; 2],
    /// How time passes.
    pub pace: Pace,
    /// Set when the exercise is to end.
    pub over: Arc<AtomicBool>,
}

fn start(step: &str, cause: impl std::fmt::Display) -> TheatreError {
    TheatreError::Start(format!("{step}: {cause}"))
}

impl Nodes {
    /// Founds both parties in new folders, starts their nodes and pairs them over TLS.
    pub fn start(plan: Plan, host: &Party, guest: &Party) -> Result<Self, TheatreError> {
        let runtime = Runtime::new().map_err(|cause| start("threads", cause))?;
        let [host_console, guest_console] = plan.consoles;
        let config = ureq::Agent::config_builder().timeout_global(Some(PHONE_WITHIN));
        let phones = config.proxy(None).http_status_as_error(false).build().new_agent();
        let mut nodes = Self {
            host: Node::new(host, &plan.folder, host_console)?,
            guest: Node::new(guest, &plan.folder, guest_console)?,
            clock: plan.clock,
            roads: plan.roads,
            runtime,
            seed: plan.seed,
            phones,
            pace: plan.pace,
            over: plan.over,
        };
        nodes.found()?;
        nodes.pair()?;
        Ok(nodes)
    }

    /// Where a side's console is.
    pub fn console(&self, side: Side) -> SocketAddr {
        self.node(side).console
    }

    /// The fingerprint of a side's root key.
    pub fn fingerprint(&self, side: Side) -> String {
        fingerprint(&self.node(side).party.root().public())
    }

    /// From now on time passes so.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// Stops both.
    pub fn stop(&mut self) {
        self.close(Side::Host);
        self.close(Side::Guest);
    }

    fn node(&self, side: Side) -> &Node {
        match side {
            Side::Host => &self.host,
            Side::Guest => &self.guest,
        }
    }

    fn node_mut(&mut self, side: Side) -> &mut Node {
        match side {
            Side::Host => &mut self.host,
            Side::Guest => &mut self.guest,
        }
    }

    fn world(&mut self, side: Side, store: Sqlite) -> World {
        let seed = self.seed;
        let node = self.node_mut(side);
        // The same stream twice would give two statements one id.
        node.openings += 1;
        let dice = SeededDice::of(seed, &format!("{}/{}", node.party.id, node.openings));
        let clock: Arc<ExerciseClock> = Arc::clone(&self.clock);
        let roads = Some(Arc::clone(&self.roads));
        World { store: Box::new(store), clock, dice: Box::new(dice), roads }
    }

    // Alone at first: each shows who it is and lets nobody in.
    fn found(&mut self) -> Result<(), TheatreError> {
        for side in [Side::Host, Side::Guest] {
            let path = self.node(side).folder.join("ledger.db");
            let store = Sqlite::create(&path).map_err(|cause| start("a store", cause))?;
            let world = self.world(side, store);
            let party = self.node(side).party.clone();
            let engine = party
                .found(party.config(None), world)
                .map_err(|cause| TheatreError::Node { side, cause })?;
            self.serve(side, engine, None)?;
        }
        Ok(())
    }

    // Each asks who answers at the other's port, compares the fingerprint with the one that was
    // "read over the telephone", and states the pairing under its root key.
    fn pair(&mut self) -> Result<(), TheatreError> {
        let mut found = Vec::new();
        for side in [Side::Host, Side::Guest] {
            let other = self.node(side.other());
            let shown = fetch_presented(&other.peer.to_string());
            let shown = shown.map_err(|cause| start("pairing", chain(&cause)))?;
            if shown.fingerprint != self.fingerprint(side.other()) {
                return Err(start("pairing", "the fingerprint is another one"));
            }
            found.push((side, (shown.party, shown.root)));
        }
        self.stop();
        for (side, (party, root)) in found {
            let mut engine = self.open(side, (party.clone(), root.clone()))?;
            let key = self.node(side).party.root();
            engine
                .act(&key, PeerPaired { party, root })
                .map_err(|cause| start("pairing", format!("{cause:?}")))?;
            self.serve(side, engine, Some(self.node(side.other()).peer))?;
        }
        Ok(())
    }

    fn open(&mut self, side: Side, peer: (PartyId, Key)) -> Result<Engine, TheatreError> {
        let path = self.node(side).folder.join("ledger.db");
        let store = Sqlite::open(&path).map_err(|cause| start("a store", cause))?;
        let world = self.world(side, store);
        let party = &self.node(side).party;
        Engine::open(party.config(Some(peer)), world, &party.node_seed)
            .map_err(|cause| TheatreError::Node { side, cause: Box::new(cause) })
    }

    fn serve(
        &mut self,
        side: Side,
        engine: Engine,
        other: Option<SocketAddr>,
    ) -> Result<(), TheatreError> {
        let node = self.node(side);
        let listen = Listen { console: node.console, peer: node.peer };
        let running = self.running(side, engine, (listen, other))?;
        let node = self.node_mut(side);
        (node.console, node.peer) = (running.console_addr, running.peer_addr);
        node.running = Some(running);
        Ok(())
    }

    fn running(
        &self,
        side: Side,
        engine: Engine,
        (listen, other): (Listen, Option<SocketAddr>),
    ) -> Result<Running, TheatreError> {
        let node = self.node(side);
        let mut dice = SeededDice::of(self.seed, "key files");
        let key_files = node.party.key_files(PASSPHRASE, &mut dice);
        let key_files = key_files.map_err(|cause| start("key files", cause))?;
        let identity = node.identity.clone();
        let root = Some(node.party.root());
        let address = other.map(|other| other.to_string());
        self.runtime.block_on(async {
            let bound = bind(listen).await.map_err(|cause| start("listening", chain(&cause)))?;
            let origin = format!("http://localhost:{}", bound.console_addr.port());
            let config = Config { origin, key_files, root, words: WORDS };
            let app = App::new(engine, config).map_err(|cause| start("a server", cause))?;
            let backdrop = Backdrop::load(PLACES, INCIDENTS);
            let backdrop = backdrop.map_err(|cause| start("the map", chain(&cause)))?;
            let hint = Some(PASSPHRASE.to_owned());
            let posts = Some(posts().map_err(|cause| start("the posts", cause))?);
            let shown = Setup { backdrop, posts, exercise: true, hint, ..Setup::default() };
            app.console.get_or_init(|| shown);
            let peering = Peering { identity, next: None, address };
            let served = bound.serve(app, peering, None).await;
            served.map_err(|cause| start("serving", chain(&cause)))
        })
    }

    fn close(&mut self, side: Side) {
        if let Some(running) = self.node_mut(side).running.take() {
            running.stop();
            self.runtime.block_on(running.join());
        }
    }

    fn app(&self, side: Side) -> Result<&Arc<App>, TheatreError> {
        let running = self.node(side).running.as_ref();
        Ok(&running.ok_or(TheatreError::Stopped(side))?.app)
    }

    fn agreed(&mut self) -> Result<bool, TheatreError> {
        let now = self.now();
        let (size, broken, host) = self.work(Side::Host, |host| {
            (host.own().size(), host.peer_is_broken(), host.fold().sizes())
        })?;
        let (own, guest, heard) = self.work(Side::Guest, |guest| {
            let heard = guest.peer().map_or(Moment::default(), ledger::held::Ledger::heard);
            (guest.own().size(), guest.fold().sizes(), heard)
        })?;
        let fresh = now.ms_since(heard) <= HEARD_WITHIN_MS;
        Ok(fresh && guest == (size, own) && (broken || host == (size, own)))
    }
}

impl Node {
    fn new(party: &Party, folder: &Path, console: SocketAddr) -> Result<Self, TheatreError> {
        let folder = folder.join(party.id.as_str());
        fs::create_dir_all(&folder).map_err(|cause| start("a folder", cause))?;
        let identity = make_identity(&party.root_seed, &party.id, SystemClock.now());
        let identity = identity.map_err(|cause| start("certificates", chain(&cause)))?;
        let peer = SocketAddr::new(console.ip(), 0);
        Ok(Self {
            party: party.clone(),
            folder,
            identity,
            console,
            peer,
            running: None,
            openings: 0,
        })
    }
}

impl Theatre for Nodes {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::SeqCst)
    }

    fn pass(&mut self, until: Moment, quiet: bool) -> Result<(), TheatreError> {
        let skips = match self.pace {
            Pace::Headless => true,
            Pace::Shown => quiet,
            Pace::Real => false,
        };
        if skips {
            let started = Instant::now();
            self.clock.skip_ms(until.ms_since(self.now()));
            sleep(STRIDE.saturating_sub(started.elapsed()));
            return Ok(());
        }
        let real_ms = until.ms_since(self.now()) / i64::from(self.clock.speed()) + 1;
        let wait = Duration::from_millis(u64::try_from(real_ms).unwrap_or(0));
        sleep(wait.min(NAP));
        Ok(())
    }

    fn work<T>(
        &mut self,
        side: Side,
        work: impl FnOnce(&mut Engine) -> T,
    ) -> Result<T, TheatreError> {
        // The failure says no more than that the engine is gone; the log has the rest.
        self.app(side)?.with_now(work).map_err(|_gone| TheatreError::Stopped(side))
    }

    fn report(&mut self, report: &Report) -> Result<(), TheatreError> {
        let login = &report.login;
        let url = format!("http://{}/pub", self.console(login.side));
        let secret = STANDARD.encode(format!("{}:{}", login.user, login.password));
        let sent = self
            .phones
            .post(&url)
            .header("authorization", format!("Basic {secret}"))
            .header("content-type", "application/json")
            .send(print(&report.location));
        let refuse = |told: String| TheatreError::Phone { unit: report.unit.to_string(), told };
        match sent {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(refuse(answer.status().to_string())),
            Err(cause) => Err(refuse(cause.to_string())),
        }
    }

    fn beat(&mut self) -> Result<(), TheatreError> {
        sleep(BEAT);
        for side in [Side::Host, Side::Guest] {
            let ticked = self.work(side, |engine| engine.tick().map_err(Box::new))?;
            ticked.map_err(|cause| TheatreError::Node { side, cause })?;
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<(), TheatreError> {
        let started = Instant::now();
        while !self.agreed()? {
            if started.elapsed() > SETTLE_WITHIN {
                return Err(TheatreError::Apart(format!("after {} s", SETTLE_WITHIN.as_secs())));
            }
            self.beat()?;
        }
        Ok(())
    }

    // The guest's port is taken over by the forged copy, under the guest's own certificate.
    fn betray(&mut self, forged: Engine) -> Result<(), TheatreError> {
        self.close(Side::Guest);
        let host = self.host.party.clone();
        let listen =
            Listen { console: SocketAddr::new(self.guest.console.ip(), 0), peer: self.guest.peer };
        let impostor = self.running(Side::Guest, forged, (listen, None))?;
        let started = Instant::now();
        while !self.work(Side::Host, |host| host.peer_is_broken())? {
            if started.elapsed() > SETTLE_WITHIN {
                break;
            }
            sleep(BEAT);
        }
        impostor.stop();
        self.runtime.block_on(impostor.join());
        let engine = self.open(Side::Guest, (host.id.clone(), host.root().public()))?;
        self.serve(Side::Guest, engine, Some(self.host.peer))
    }
}
