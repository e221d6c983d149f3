//! The state of a node's server: one engine behind one lock.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use desk::scene::Backdrop;
use engine::engine::Engine;
use engine::fault::{Answer, chain};
use engine::topic::Topic;
use note::key::SigningKey;
use planner::posted::Board;
use planner::terrain::Terrain;
use strongbox::clock::Clock;
use strongbox::keyfile::KeyFile;
use thiserror::Error;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tongue::speech::Lang;
use webauthn_rs::prelude::{Url, WebauthnError};
use words::hash::Hash;
use words::id::{PartyId, PersonId};
use words::moment::Moment;

use crate::failure::{Failure, Told};
use crate::live::Hub;
use crate::passkey::Passkeys;
use crate::session::Sessions;

/// How a problem is told to people; the pages give their own, in the reader's language.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// A whole page.
    pub page: fn(&App, &Told, Lang) -> String,
    /// One line for the notice of a page that stays open.
    pub line: fn(&Told, Lang) -> String,
}

/// What a server is given besides its engine.
#[derive(Debug, Clone)]
pub struct Config {
    /// The console's own address as people type it, such as `https://desk.example:8443`:
    /// passkeys are bound to its host, and cookies are `Secure` if it is `https`.
    pub origin: String,
    /// Key files that may be opened here by their passphrase.
    pub key_files: BTreeMap<PersonId, KeyFile>,
    /// The root key, if it is at hand: in exercises, where it enrols passkeys at once.
    pub root: Option<SigningKey>,
    /// How problems are told.
    pub words: Words,
}

/// What the console shows besides the ledgers; the binary sets it once (`App::console`).
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// Places and incidents behind the map.
    pub backdrop: Backdrop,
    /// Imported roads, if the node has some: for the map and the planner.
    pub terrain: Option<Arc<Terrain>>,
    /// Posts, their roster and a timetable, if the node has some.
    pub posts: Option<Board>,
    /// Are people and places invented?
    pub exercise: bool,
    /// In an exercise, the passphrase that its officers share.
    pub hint: Option<String>,
    /// The number that takes an SOS as a text message when the link is down.
    pub sms: Option<String>,
}

/// Why a server cannot be set up.
#[derive(Debug, Error)]
pub enum SetUpError {
    /// The origin is not an address.
    #[error("`{0}` is not an address such as `https://desk.example:8443`")]
    Origin(String),
    /// Passkeys cannot be bound to it.
    #[error("passkeys cannot be bound to `{origin}`")]
    Passkeys {
        /// The origin.
        origin: String,
        /// Why.
        #[source]
        cause: WebauthnError,
    },
}

/// Our newest signed head, as the counterpart's long poll sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnHead {
    /// Entries.
    pub size: u64,
    /// The time inside its own signature.
    pub at: Moment,
    /// The signed note.
    pub text: Arc<str>,
}

impl OwnHead {
    /// Is it news to somebody who has a head of that size and time?
    pub fn is_newer(&self, size: u64, at: Moment) -> bool {
        !self.text.is_empty() && (self.size > size || self.at > at)
    }
}

/// How the mirror of the counterpart's ledger goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeerStatus {
    /// Did the last step succeed?
    pub connected: bool,
    /// When a step last succeeded, by the node's clock.
    pub last_ok: Option<Moment>,
    /// What the last failure was, for the operator.
    pub last_error: Option<String>,
    /// Entries that the counterpart has and we do not yet.
    pub behind: u64,
    /// The counterpart contradicted itself: nothing more is mirrored.
    pub broken: bool,
    /// Its state hash differs from ours at the same sizes.
    pub diverged: bool,
}

/// One node's server.
pub struct App {
    engine: Mutex<Engine>,
    clock: Arc<dyn Clock>,
    party: PartyId,
    origin: Url,
    /// Its configuration.
    pub config: Config,
    /// Who is signed in.
    pub sessions: Sessions,
    /// The live stream.
    pub live: Hub,
    /// Passkeys and their ceremonies.
    pub passkeys: Passkeys,
    /// What the console shows besides the ledgers; set once, before the node serves.
    pub console: OnceLock<Setup>,
    peer: Mutex<PeerStatus>,
    head: watch::Sender<OwnHead>,
    stop: watch::Sender<bool>,
}

impl fmt::Debug for App {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "App({})", self.party)
    }
}

impl App {
    /// A server around an engine.
    pub fn new(engine: Engine, config: Config) -> Result<Arc<Self>, SetUpError> {
        let bad = || SetUpError::Origin(config.origin.clone());
        let origin = Url::parse(&config.origin).ok().filter(Url::has_host).ok_or_else(bad)?;
        let passkeys = Passkeys::new(&origin)
            .map_err(|cause| SetUpError::Passkeys { origin: config.origin.clone(), cause })?;
        let app = Self {
            clock: Arc::clone(engine.clock()),
            party: engine.config().party.clone(),
            engine: Mutex::new(engine),
            origin,
            config,
            sessions: Sessions::default(),
            live: Hub::default(),
            passkeys,
            console: OnceLock::new(),
            peer: Mutex::default(),
            head: watch::Sender::default(),
            stop: watch::Sender::default(),
        };
        app.show_head(&lock(&app.engine));
        Ok(Arc::new(app))
    }

    /// Works with the engine, from asynchronous code.
    pub async fn with<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let app = Arc::clone(self);
        let done = spawn_blocking(move || app.with_now(work)).await;
        done.map_err(|cause| {
            self.stop();
            Failure::fault(&cause)
        })?
    }

    /// Asks the engine for something that it may refuse, from asynchronous code.
    pub async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Engine) -> Result<T, Answer> + Send + 'static,
    ) -> Result<T, Failure> {
        Ok(self.with(work).await??)
    }

    /// Works with the engine, on a thread that may wait.
    ///
    /// Whatever was appended is in a signed head before the lock is let go, and whoever watches
    /// is told after it.
    pub fn with_now<T>(&self, work: impl FnOnce(&mut Engine) -> T) -> Result<T, Failure> {
        let Ok(mut engine) = self.engine.lock() else {
            // A panic left it half-done: the process ends, and replay repairs.
            self.stop();
            return Err(Failure::Fault("the engine stopped in the middle of a step".into()));
        };
        let answer = work(&mut engine);
        let signed = engine.own().head().map_or(0, |head| head.head.size);
        if engine.own().size() > signed {
            // The act stands without its head; the next tick tries again.
            if let Err(fault) = engine.publish_head() {
                tracing::error!(fault = chain(&fault), "cannot sign a head");
            }
        }
        let topics = engine.drain();
        if topics.contains(&Topic::Ledger) {
            self.show_head(&engine);
        }
        drop(engine);
        self.live.changed(&topics);
        Ok(answer)
    }

    fn show_head(&self, engine: &Engine) {
        let Some(head) = engine.own().head() else { return };
        let name = engine.config().party.as_str();
        let at = head.cosigned_at(name, &engine.node_public()).unwrap_or_default();
        let new = OwnHead { size: head.head.size, at, text: head.text().into() };
        self.head.send_if_modified(|old| {
            let changed = *old != new;
            if changed {
                *old = new;
            }
            changed
        });
    }

    /// Our newest head, and word of every newer one.
    pub fn head(&self) -> watch::Receiver<OwnHead> {
        self.head.subscribe()
    }

    /// Now, by the node's clock.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// How many of the node's seconds pass in a real one.
    pub fn speed(&self) -> u32 {
        self.clock.speed()
    }

    /// Whose node it is.
    pub fn party(&self) -> &PartyId {
        &self.party
    }

    /// What the console shows besides the ledgers; nothing of its own before it is set.
    pub fn setup(&self) -> &Setup {
        static NONE: LazyLock<Setup> = LazyLock::new(Setup::default);
        self.console.get().unwrap_or(&NONE)
    }

    /// Are the console's pages reached over TLS?
    pub fn secure(&self) -> bool {
        self.origin.scheme() == "https"
    }

    /// The host that passkeys are bound to.
    pub fn host(&self) -> &str {
        self.origin.host_str().unwrap_or_default()
    }

    /// A name for this node's cookies: two nodes on one machine differ only in their ports,
    /// which cookies do not know.
    pub fn cookie(&self) -> String {
        let Hash(digest) = note::digest::sha256(self.party.as_str().as_bytes());
        let short: Vec<u8> = digest.into_iter().take(4).collect();
        format!("safeconduct-{}", words::hash::hex(&short))
    }

    /// How the mirror goes.
    pub fn peer_status(&self) -> PeerStatus {
        lock(&self.peer).clone()
    }

    /// Notes how the mirror goes.
    pub fn note_peer(&self, note: impl FnOnce(&mut PeerStatus)) {
        note(&mut lock(&self.peer));
    }

    /// Ends everything that serves this node.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Did a step with the engine end in a panic? Then the process must not go on.
    pub fn is_broken(&self) -> bool {
        self.engine.is_poisoned()
    }

    /// Hears when the node stops.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }
}

/// Locks small state; a panic in between left it whole, for each change is one assignment.
pub fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until the node stops.
pub async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that the app itself is gone: that, too, is a stop.
    drop(stopping.wait_for(|stop| *stop).await);
}
