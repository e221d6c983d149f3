//! `serve`: a node until Ctrl-C or SIGTERM.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use desk::scene::Backdrop;
use door::app::{App, Config, Setup, stopped};
use engine::engine::Engine;
use engine::fault::chain;
use line::lines::Next;
use line::own;
use pinned::files::load_both;
use serde_json::{Map, Value, json};
use server::console::WORDS;
use server::port;
use server::serve::{Listen, Peering, Running, bind};
use strongbox::clock::{Clock, SystemClock};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::spawn_blocking;
use tokio::time::interval;
use tracing_subscriber::fmt;

use crate::carrier;
use crate::folder::Folder;
use crate::posting::{self, Places};
use crate::settings::{Carrying, Settings};
use crate::signals::asked_to_end;
use crate::witnesses::{Known, Shower, Showing, newest_witnessed, shelf};

/// Serves until Ctrl-C.
pub fn run(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let settings = folder.settings()?;
    let listen = Listen {
        console: given.read::<SocketAddr>("console")?.unwrap_or(settings.listen.console),
        peer: given.read::<SocketAddr>("peer")?.unwrap_or(settings.listen.peer),
    };
    fmt().with_writer(std::io::stderr).json().init();
    let mut engine = folder.engine(&settings)?;
    not_an_old_copy(&folder, &settings, &mut engine)?;
    let hindrance = engine.hindrance().map(|fault| chain(&fault));
    let (identity, waits) = load_both(&folder.path("")).map_err(|cause| Trouble::of(&cause))?;
    let named = engine.own().reader().ring().lines().last().map_or(0, |(index, _)| *index);
    let next = waits.map(|identity| Next { identity, index: named, folder: Some(folder.path("")) });
    let address = folder.peer()?.and_then(|peer| peer.address);
    let peering = Peering { identity, next, address };
    let key_files = folder.key_files()?.into_iter().map(|file| (file.person.clone(), file));
    let key_files = key_files.collect();
    let shown = shown(&folder, &settings)?;
    let runtime = Runtime::new().map_err(|cause| Trouble::of(&cause))?;
    runtime.block_on(async {
        let bound = bind(listen).await.map_err(|cause| Trouble::of(&cause))?;
        let origin = settings.origin(bound.console_addr);
        let config = Config { origin, key_files, root: None, words: WORDS };
        let app = App::new(engine, config).map_err(|cause| Trouble::of(&cause))?;
        app.console.get_or_init(|| shown);
        let running = bound.serve(Arc::clone(&app), peering, None).await;
        let running = running.map_err(|cause| Trouble::of(&cause))?;
        let showing = Showing {
            policy: folder.policy(&settings)?,
            witnesses: folder.witnesses(&settings)?,
            hybrid: settings.ledger.hybrid_heads,
            publish: settings.ledger.publish.as_ref().map(|name| folder.path(name)),
        };
        let shelf = show(&app, &settings, &showing).await?;
        let shower = Shower::start(&app, showing).map_err(|cause| Trouble::of(&cause))?;
        told(given, &running, (shelf, hindrance));
        let places = Places::of(&folder, &settings.posts);
        tokio::spawn(posting::watching(Arc::clone(&app), places));
        tokio::spawn(carrying(Arc::clone(&app), folder, settings.carry));
        tokio::spawn(async move {
            if asked_to_end().await.is_ok() {
                app.stop();
            }
        });
        running.join().await;
        shower.end();
        Ok(())
    })
}

// A folder that was restored does not know that it is old. Its mark does, and the counterpart and
// the witnesses, who are asked before anything is signed. Whoever does not answer holds up nobody.
// An old copy is served, so that people read why it signs nothing, and what to do.
fn not_an_old_copy(
    folder: &Folder,
    settings: &Settings,
    engine: &mut Engine,
) -> Result<(), Trouble> {
    let (witnesses, line) = (folder.witnesses(settings)?, folder.line()?);
    let (log, ours) = (engine.log_vkey(), engine.for_witnesses().map(|(head, _)| head));
    let (theirs, witnessed) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| line.as_ref().map(own::ask));
        let witnessed = newest_witnessed(witnesses, &log, ours.as_ref());
        (theirs.join().ok().flatten(), witnessed)
    });
    match theirs {
        Some(Ok(Some(head))) => drop(engine.hear_of_own(&head)),
        Some(Ok(None)) | None => {}
        Some(Err(cause)) => {
            let error = chain(&cause);
            tracing::warn!(
                error,
                "the counterpart was not asked whether this folder is an old copy"
            );
        }
    }
    for (name, known) in witnessed {
        match known {
            Known::Head(head) => drop(engine.hear_of_witnessed(&name, &head)),
            Known::Size(size) => engine.witness_is_ahead(&name, size),
        }
    }
    if let Some(fault) = engine.hindrance() {
        tracing::error!(fault = chain(&fault), "this node signs nothing");
    }
    Ok(())
}

// Looks at the carried folders until the node stops. A path that is not absolute is one in the
// node's folder.
async fn carrying(app: Arc<App>, folder: Folder, carry: Carrying) {
    let [into, from] =
        [&carry.out, &carry.into].map(|path| path.as_ref().map(|path| folder.path_of(path)));
    if into.is_none() && from.is_none() {
        return;
    }
    let mut looks = interval(Duration::from_secs(u64::from(carry.every_s.0.max(1))));
    loop {
        tokio::select! {
            () = stopped(app.stopping()) => return,
            _ = looks.tick() => {}
        }
        let (app, into, from) = (Arc::clone(&app), into.clone(), from.clone());
        let round = spawn_blocking(move || {
            carrier::round(&app, into.as_deref(), from.as_deref());
        });
        if round.await.is_err() {
            return;
        }
    }
}

// Serves the ledger to strangers, if the settings say where.
async fn show(
    app: &Arc<App>,
    settings: &Settings,
    showing: &Showing,
) -> Result<Option<SocketAddr>, Trouble> {
    let Some(listen) = settings.ledger.listen else { return Ok(None) };
    let listener = TcpListener::bind(listen).await.map_err(|cause| {
        Trouble::fault(format!("cannot listen on {listen} for the ledger")).because(cause)
    })?;
    let at = listener.local_addr().map_err(|cause| Trouble::of(&cause))?;
    let router = shelf(Arc::clone(app), showing.policy.clone());
    tokio::spawn(port::serve(listener, None, router, app.stopping()));
    Ok(Some(at))
}

fn shown(folder: &Folder, settings: &Settings) -> Result<Setup, Trouble> {
    let text =
        |name: &str| folder.read(name).map(|text| String::from_utf8_lossy(&text).into_owned());
    let backdrop = match (&settings.places, &settings.incidents) {
        (None, None) => Backdrop::default(),
        (Some(places), Some(incidents)) => Backdrop::load(&text(places)?, &text(incidents)?)
            .map_err(|cause| Trouble::malformed("the map cannot be read").because(cause))?,
        (Some(_), None) | (None, Some(_)) => {
            return Err(Trouble::malformed("`places` and `incidents` go together"));
        }
    };
    let terrain = folder.terrain(settings, SystemClock.now())?;
    let posts = Places::of(folder, &settings.posts).map(|places| places.read()).transpose()?;
    let posts = posts.map(posting::board);
    Ok(Setup { backdrop, terrain, posts, sms: settings.sms.clone(), ..Setup::default() })
}

fn told(
    given: &Given,
    running: &Running,
    (shelf, hindrance): (Option<SocketAddr>, Option<String>),
) {
    let (console, peer) = (running.console_addr, running.peer_addr);
    if given.json {
        let mut told = Map::new();
        told.insert("console".to_owned(), json!(console.to_string()));
        told.insert("peer".to_owned(), json!(peer.to_string()));
        // Each said only where there is one: who reads this knows what to expect.
        let more = [("ledger", shelf.map(|at| at.to_string())), ("hindrance", hindrance)];
        let more =
            more.into_iter().filter_map(|(key, value)| Some((key.to_owned(), json!(value?))));
        told.extend(more);
        print::json(&Value::Object(told));
    } else {
        let shelf = shelf.map_or(String::new(), |at| format!("\nledger  http://{at}"));
        print::answer(&format!("console http://{console}\npeer    {peer}{shelf}"));
        if let Some(why) = hindrance {
            print::aside(&format!("this node signs nothing: {why}"));
        }
    }
}
