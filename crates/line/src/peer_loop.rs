//! Follows the counterpart: its heads and entries, what it withholds.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use engine::engine::Engine;
use engine::fault::chain;
use engine::peer::{Mirrored, PeerError};
use thiserror::Error;
use tlog::head::HeadError;
use tlog::signed::SignedHead;
use words::moment::Moment;

use crate::own;
use crate::peer_link::{Link, LinkError};
use crate::peer_port::{Bodies, unbundle};
use door::app::App;
use door::failure::Failure;
use door::limits::{LONG_POLL_MAX, MIRROR_BYTES_MAX, PAUSE_MAX, PAUSE_MIN, SIGHTINGS_EVERY};

/// Under this key the store keeps up to where positions were fetched.
const CURSOR: &str = "server/peer-sightings";

/// Why a step was not completed; the next one begins anew.
#[derive(Debug, Error)]
pub enum StepError {
    /// The line.
    #[error("cannot reach the counterpart")]
    Link(#[from] LinkError),
    /// What it sent is not what was asked for.
    #[error("the counterpart's {0} cannot be read")]
    Unreadable(&'static str),
    /// Its head is not one.
    #[error("the counterpart's head cannot be read")]
    Head(#[source] HeadError),
    /// It sends fewer entries than its head promises.
    #[error("the counterpart withholds entries: {have} of {promised} have come")]
    Withheld {
        /// Entries that have come.
        have: u64,
        /// Entries in its head.
        promised: u64,
    },
    /// More than is held in memory at once.
    #[error("the counterpart's ledger grew by more than {MIRROR_BYTES_MAX} bytes at once")]
    TooMuch,
    /// The mirror refused it.
    #[error("what the counterpart sent was not taken")]
    Refused(#[from] PeerError),
    /// Our own side.
    #[error("our own node failed: {0}")]
    Own(String),
}

impl From<Failure> for StepError {
    fn from(failure: Failure) -> Self {
        let told = failure.told();
        Self::Own(told.fault.unwrap_or(told.problem.title))
    }
}

/// The two threads that follow a counterpart.
#[derive(Debug)]
pub struct Following {
    stop: Vec<Sender<()>>,
    links: Vec<Link>,
    threads: Vec<JoinHandle<()>>,
}

impl Following {
    /// Begins to follow the node at the other end of two lines: the ledger's long poll must not
    /// hold up positions.
    pub fn start(app: &Arc<App>, ledger: Link, positions: Link) -> std::io::Result<Self> {
        let mut following = Self { stop: Vec::new(), links: Vec::new(), threads: Vec::new() };
        following.spawn("mirror", Arc::clone(app), ledger, Mirror::run)?;
        following.spawn("positions", Arc::clone(app), positions, follow_positions)?;
        Ok(following)
    }

    fn spawn(
        &mut self,
        name: &str,
        app: Arc<App>,
        link: Link,
        work: fn(&App, &Link, &Receiver<()>),
    ) -> std::io::Result<()> {
        let (stop, stopped) = channel();
        let line = link.clone();
        let thread = std::thread::Builder::new().name(name.to_owned());
        self.threads.push(thread.spawn(move || work(&app, &line, &stopped))?);
        self.stop.push(stop);
        self.links.push(link);
        Ok(())
    }

    /// Ends both and waits for it; blocks for as long as a step with the engine takes.
    pub fn end(mut self) {
        self.stop.clear();
        for link in self.links.drain(..) {
            link.close();
        }
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread that followed the counterpart panicked");
            }
        }
    }
}

// Pauses, and says whether to go on.
fn pause(stop: &Receiver<()>, pause: Duration) -> bool {
    matches!(stop.recv_timeout(pause), Err(RecvTimeoutError::Timeout))
}

#[derive(Default)]
struct Mirror {
    // A cosigned head that the counterpart has not yet got back.
    owed: Option<String>,
    // Did the last step succeed? If not, the next asks without waiting, to know that it is back.
    settled: bool,
    // The body that was still missing after the last step: it is withheld, do not hurry for it.
    withheld: Option<u64>,
}

struct Standing {
    size: u64,
    at: Moment,
    wanted: Option<u64>,
    broken: bool,
}

impl Mirror {
    fn run(app: &App, link: &Link, stop: &Receiver<()>) {
        let (mut mirror, mut rest) = (Self::default(), PAUSE_MIN);
        loop {
            let wait = match mirror.step(app, link) {
                Ok(true) => {
                    (mirror.settled, rest) = (true, PAUSE_MIN);
                    Duration::ZERO
                }
                Ok(false) => return,
                Err(error) => {
                    note_error(app, &error);
                    mirror.settled = false;
                    let wait = rest;
                    rest = (rest * 2).min(PAUSE_MAX);
                    wait
                }
            };
            if !pause(stop, wait) {
                return;
            }
        }
    }

    // One long poll and what follows from it. False if nothing may follow any more.
    fn step(&mut self, app: &App, link: &Link) -> Result<bool, StepError> {
        let known = app.with_now(standing)?;
        if known.broken {
            app.note_peer(|status| {
                status.broken = true;
                status.connected = false;
                status.last_error = Some("the counterpart contradicted itself".to_owned());
            });
            tracing::error!("the counterpart contradicted itself: its ledger is not mirrored");
            return Ok(false);
        }
        // First contact, or a line that was broken: is ours an old copy of our ledger?
        if !self.settled
            && let Some(text) = own::ask(link)?
        {
            app.with_now(|engine| engine.hear_of_own(&text))?.map_err(PeerError::from)?;
        }
        if let Some(text) = &self.owed {
            link.post("/peer/v1/cosigned", text)?;
            self.owed = None;
        }
        if let Some(text) = self.poll(link, &known)? {
            self.take(app, link, &known, &text)?;
        }
        app.note_peer(|status| {
            status.connected = true;
            status.last_ok = Some(app.now());
            status.last_error = None;
        });
        Ok(true)
    }

    fn poll(&self, link: &Link, known: &Standing) -> Result<Option<String>, StepError> {
        let hurry = known.wanted.is_some() && known.wanted != self.withheld;
        let (size, at) = if hurry { (0, 0) } else { (known.size, known.at.unix_ms) };
        let wait = if self.settled { LONG_POLL_MAX.as_millis() } else { 0 };
        let answer = link.get(&format!(
            "/peer/v1/head?newer_than_size={size}&newer_than_at={at}&wait_ms={wait}"
        ))?;
        let Some(bytes) = answer.bytes else { return Ok(None) };
        String::from_utf8(bytes).ok().map(Some).ok_or(StepError::Unreadable("head"))
    }

    fn take(
        &mut self,
        app: &App,
        link: &Link,
        known: &Standing,
        text: &str,
    ) -> Result<(), StepError> {
        let head = SignedHead::parse(text).map_err(StepError::Head)?;
        let promised = head.head.size;
        app.note_peer(|status| status.behind = promised.saturating_sub(known.size));
        let mut room = MIRROR_BYTES_MAX;
        let entries = match entries(link, known.size, promised, &mut room) {
            Err(withheld @ StepError::Withheld { .. }) => {
                app.with_now(|engine| engine.note_withheld(&head))?;
                return Err(withheld);
            }
            entries => entries?,
        };
        let from = known.wanted.unwrap_or(known.size).min(known.size);
        let bodies = bodies(link, from, promised, &mut room)?;
        let (mirrored, wanted) = app.with_now(|engine| {
            let mirrored = engine.take_peer(text, entries, bodies);
            (mirrored, engine.peer_body_wanted())
        })?;
        self.withheld = wanted;
        let Mirrored { cosigned, diverged, .. } = mirrored?;
        if diverged {
            tracing::error!("the counterpart's joint state differs from ours at the same sizes");
        }
        app.note_peer(|status| {
            status.behind = 0;
            status.diverged = diverged;
        });
        if let Some(text) = cosigned {
            self.owed = Some(text.clone());
            link.post("/peer/v1/cosigned", &text)?;
            self.owed = None;
        }
        Ok(())
    }
}

fn standing(engine: &mut Engine) -> Standing {
    let peer = engine.peer();
    let head = peer.and_then(|peer| {
        let head = peer.head()?;
        let key = peer.node_key_at(head.head.size)?;
        Some((head.head.size, head.cosigned_at(peer.party().as_str(), key).unwrap_or_default()))
    });
    Standing {
        size: engine.peer_size(),
        at: head.map_or(Moment::default(), |(_, at)| at),
        wanted: engine.peer_body_wanted(),
        broken: engine.peer_is_broken(),
    }
}

fn spend(room: &mut usize, bytes: usize) -> Result<(), StepError> {
    *room = room.checked_sub(bytes).ok_or(StepError::TooMuch)?;
    Ok(())
}

// Everything up to the head's size: only then does its root prove any of it.
fn entries(
    link: &Link,
    known: u64,
    promised: u64,
    room: &mut usize,
) -> Result<Vec<Vec<u8>>, StepError> {
    let (mut entries, mut have) = (Vec::new(), known);
    while have < promised {
        let answer = link.get(&format!("/peer/v1/entries?from={have}"))?;
        let bytes = answer.bytes.unwrap_or_default();
        spend(room, bytes.len())?;
        let some = unbundle(&bytes).ok_or(StepError::Unreadable("entries"))?;
        if some.is_empty() {
            return Err(StepError::Withheld { have, promised });
        }
        // The counterpart may have written on meanwhile: the next head proves the rest.
        let left = usize::try_from(promised - have).unwrap_or(usize::MAX);
        entries.extend(some.into_iter().take(left));
        let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        have = known.saturating_add(count);
    }
    Ok(entries)
}

fn bodies(
    link: &Link,
    from: u64,
    promised: u64,
    room: &mut usize,
) -> Result<Vec<(u64, Vec<u8>)>, StepError> {
    let (mut bodies, mut at) = (Vec::new(), from);
    while at < promised {
        let answer = link.get(&format!("/peer/v1/bodies?from={at}"))?;
        let bytes = answer.bytes.unwrap_or_default();
        spend(room, bytes.len())?;
        let some: Option<Bodies> = note::canon::decode(&bytes).ok();
        let some = some.ok_or(StepError::Unreadable("bodies"))?;
        if some.next <= at {
            break;
        }
        at = some.next;
        let wanted = some.bodies.into_iter().filter(|body| body.index < promised);
        bodies.extend(wanted.map(|body| (body.index, body.bytes)));
    }
    Ok(bodies)
}

fn note_error(app: &App, error: &StepError) {
    let text = chain(error);
    let news = app.peer_status().last_error.as_ref() != Some(&text);
    if news {
        tracing::warn!(error = text, "cannot follow the counterpart");
    }
    app.note_peer(|status| {
        status.connected = false;
        status.last_error = Some(text);
    });
}

// Goes on even if the counterpart's ledger is broken: a call for help waits for no ledger.
fn follow_positions(app: &App, link: &Link, stop: &Receiver<()>) {
    let mut rest = SIGHTINGS_EVERY;
    loop {
        // The mirror's thread tells of a broken line; here it is only waited out.
        rest = match fetch_positions(app, link) {
            Ok(()) => SIGHTINGS_EVERY,
            Err(_) => (rest * 2).min(PAUSE_MAX),
        };
        if !pause(stop, rest) {
            return;
        }
    }
}

fn fetch_positions(app: &App, link: &Link) -> Result<(), StepError> {
    let kept = app.with_now(|engine| engine.store().get(CURSOR))?;
    let kept =
        kept.ok().flatten().and_then(|bytes| Some(u64::from_be_bytes(bytes.try_into().ok()?)));
    let after = kept.unwrap_or(0);
    let answer = link.get(&format!("/peer/v1/sightings?after={after}"))?;
    let Some(bytes) = answer.bytes.filter(|_| answer.next.is_some_and(|next| next > after)) else {
        return Ok(());
    };
    app.with_now(|engine| {
        let own = |fault: &dyn std::error::Error| StepError::Own(chain(fault));
        let next = engine.take_peer_sightings(&bytes).map_err(|fault| own(&fault))?;
        let kept = engine.store_mut().put(CURSOR, &next.to_be_bytes());
        kept.map_err(|cause| own(&cause))
    })?
}
