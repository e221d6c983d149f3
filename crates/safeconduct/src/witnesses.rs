//! Shows our heads: to witnesses, and to strangers as tiles.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use door::app::App;
use engine::engine::Engine;
use engine::fault::chain;
use letters::heads::name;
use letters::quorum::show;
use tlog::bundle::bundle;
use tlog::policy::Policy;
use tlog::signed::SignedCheckpoint;
use tlog::tile::{Row, Tile, hashes};
use tlog::vkey::Vkey;
use witness::ask::{AskError, Asking, UrlError};
use witness::publish::HEAD_NAME;

use crate::commands::ledger::publish_engine;

/// How often it is looked whether there is a new head: a head a heartbeat, and one an act.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A ledger that rests is shown again after this long: a cosignature's time is how fresh a
/// stranger knows it to be.
const AGAIN_AFTER: Duration = Duration::from_mins(1);

/// A new head waits so many looks for the counterpart's own cosignature, so that one head
/// carries everybody's; a counterpart that is away must not hold up witnesses.
const WAITS_MAX: u32 = 3;

/// What is shown, and to whom.
#[derive(Debug, Default)]
pub struct Showing {
    /// Which witnesses are asked, and how many are enough.
    pub policy: Option<Policy>,
    /// The witnesses of that policy that are asked.
    pub witnesses: Vec<(String, Asking)>,
    /// Is every head to be signed with ML-DSA-44 too?
    pub hybrid: bool,
    /// The folder that is kept as a static copy of the ledger.
    pub publish: Option<PathBuf>,
}

/// The thread that shows our heads.
#[derive(Debug)]
pub struct Shower {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Shower {
    /// Begins to show.
    pub fn start(app: &Arc<App>, showing: Showing) -> std::io::Result<Self> {
        let (stop, stopped) = channel();
        let app = Arc::clone(app);
        let thread = std::thread::Builder::new().name("witnesses".to_owned());
        let thread = thread.spawn(move || Rounds::new(showing).run(&app, &stopped))?;
        Ok(Self { stop, thread })
    }

    /// Ends it and waits for it.
    pub fn end(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the thread that showed our heads panicked");
        }
    }
}

/// What a witness knows of a log.
#[derive(Debug)]
pub enum Known {
    /// The newest head of it that the witness cosigned.
    Head(SignedCheckpoint),
    /// How much of it the witness cosigned, which is more than was shown to it.
    Size(u64),
}

/// What each witness knows of a log, by the witness's name. They are asked all at
/// once; whoever does not answer in time is not waited for. `ours` is the newest head that we
/// have: witnesses that show no heads say of it that they know more.
pub fn newest_witnessed(
    witnesses: Vec<(String, Asking)>,
    log: &Vkey,
    ours: Option<&SignedCheckpoint>,
) -> Vec<(String, Known)> {
    std::thread::scope(|scope| {
        let asked: Vec<_> = witnesses
            .into_iter()
            .map(|(name, witness)| (name, scope.spawn(move || known_to(witness, log, ours))))
            .collect();
        let answered = asked.into_iter().filter_map(|(name, answer)| {
            let answer = answer.join().ok()?;
            let told = answer.inspect_err(|error| {
                let error = chain(error);
                tracing::warn!(witness = name, error, "not asked what it cosigned last");
            });
            Some((name, told.ok()??))
        });
        answered.collect()
    })
}

fn known_to(
    mut witness: Asking,
    log: &Vkey,
    ours: Option<&SignedCheckpoint>,
) -> Result<Option<Known>, AskError> {
    if let Some(head) = witness.newest(log)? {
        return Ok(Some(Known::Head(head)));
    }
    // It cosigns no more than what was signed already.
    match ours.map(|head| witness.cosign(head, |_| None)) {
        Some(Err(AskError::Ahead { known, .. })) => Ok(Some(Known::Size(known))),
        Some(Ok(_) | Err(_)) | None => Ok(None),
    }
}

/// The witnesses of a policy that are asked. One without a URL is not: the counterpart, which
/// cosigns as it mirrors.
pub fn asked(policy: &Policy, plain: bool) -> Result<Vec<(String, Asking)>, UrlError> {
    let known = policy.witnesses().filter_map(|(name, known)| {
        let url = known.url.as_ref()?;
        Some(Asking::new(known.vkey.clone(), url, plain).map(|asking| (name.to_owned(), asking)))
    });
    known.collect()
}

struct Rounds {
    showing: Showing,
    shown: Option<(String, Instant)>,
    waited: u32,
}

impl Rounds {
    fn new(showing: Showing) -> Self {
        Self { showing, shown: None, waited: 0 }
    }

    fn run(mut self, app: &App, stop: &Receiver<()>) {
        loop {
            self.look(app);
            if !matches!(stop.recv_timeout(LOOK_EVERY), Err(RecvTimeoutError::Timeout)) {
                return;
            }
        }
    }

    fn look(&mut self, app: &App) {
        let hybrid = self.showing.hybrid;
        let named = app.with_now(|engine| name(engine, hybrid).map_err(|fault| chain(&fault)));
        if let Ok(Err(fault)) = named {
            tracing::error!(fault, "cannot name the key for hybrid heads");
        }
        let Ok(Some((head, cosigned))) = app.with_now(|engine| engine.for_witnesses()) else {
            return;
        };
        let text = head.head.to_string();
        let known = self.shown.as_ref();
        let known = known.is_some_and(|(known, at)| *known == text && at.elapsed() < AGAIN_AFTER);
        if known && self.waited == 0 {
            return;
        }
        if !cosigned && self.waited < WAITS_MAX {
            self.waited += 1;
            return;
        }
        (self.shown, self.waited) = (Some((text, Instant::now())), 0);
        self.ask_all(app, head);
        self.publish(app);
    }

    fn ask_all(&mut self, app: &App, mut head: SignedCheckpoint) {
        let Some(policy) = &self.showing.policy else { return };
        let size = head.head.size;
        for (name, witness) in &mut self.showing.witnesses {
            let proof = |old: u64| {
                let proof = app.with_now(|engine| engine.proof_for_witness(old, size));
                proof.ok().flatten()
            };
            match witness.cosign(&head, proof) {
                Ok(line) => head.add(line),
                Err(error) => {
                    tracing::warn!(witness = name, error = chain(&error), "no cosignature");
                    if let AskError::Ahead { known, .. } = error {
                        let told = app.with_now(|engine| engine.witness_is_ahead(name, known));
                        drop(told);
                    }
                }
            }
        }
        let shown = app.with_now(|engine| show(engine, &head).map_err(|fault| chain(&fault)));
        if let Ok(Err(fault)) = shown {
            tracing::error!(fault, "cannot show what witnesses cosigned");
        }
        let taken = app
            .with_now(|engine| engine.take_witnessed(&head, policy).map_err(|fault| chain(&fault)));
        match taken {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => tracing::warn!(size, "too few witnesses have cosigned this head"),
            Ok(Err(fault)) => tracing::error!(fault, "cannot keep cosignatures"),
            Err(_) => tracing::error!("the engine stopped"),
        }
    }

    fn publish(&self, app: &App) {
        let Some(folder) = &self.showing.publish else { return };
        let policy = self.showing.policy.as_ref();
        let done = app.with_now(|engine| publish_engine(engine, policy, folder));
        if let Ok(Err(trouble)) = done {
            tracing::error!(trouble = trouble.to_string(), "the ledger is not published");
        }
    }
}

#[derive(Clone)]
struct Shelf {
    app: Arc<App>,
    policy: Option<Policy>,
}

/// The ledger as static files, from the node itself: nobody signs in, for nothing but signed
/// heads, hashes and headers of statements is here.
pub fn shelf(app: Arc<App>, policy: Option<Policy>) -> Router {
    Router::new().fallback(answer).with_state(Shelf { app, policy })
}

async fn answer(State(shelf): State<Shelf>, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/').to_owned();
    let Shelf { app, policy } = shelf;
    let found = app.with(move |engine| lies(engine, policy.as_ref(), &path)).await;
    match found {
        Ok(Some(Lies::Head(text))) => {
            let fresh = [(header::CACHE_CONTROL, "no-store")];
            (fresh, text).into_response()
        }
        Ok(Some(Lies::Tile(bytes))) => {
            let kind = "application/octet-stream";
            let kept = "public, max-age=31536000, immutable";
            let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)];
            (headers, bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

enum Lies {
    Head(String),
    Tile(Vec<u8>),
}

fn lies(engine: &mut Engine, policy: Option<&Policy>, path: &str) -> Option<Lies> {
    let shown = engine.head_to_show(policy).ok().flatten()?;
    if path == HEAD_NAME {
        return Some(Lies::Head(shown.to_string()));
    }
    // Nothing beyond the head that is shown: what no witness saw is nobody's yet.
    let tile: Tile = path.parse().ok()?;
    let tile = Some(tile).filter(|tile| tile.within(shown.head.size))?;
    match tile.row {
        Row::Hashes(_) => hashes(&mut engine.own().tree(), &tile).ok().flatten().map(Lies::Tile),
        Row::Entries => {
            let mut entries = engine.entries_from(tile.first()).ok()?;
            entries.truncate(usize::try_from(tile.width).ok()?);
            Some(Lies::Tile(bundle(&entries)))
        }
    }
}
