//! `serve`: a node until Ctrl-C or SIGTERM.

use std::net::SocketAddr;
use std::sync::Arc;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use desk::scene::Backdrop;
use door::app::{App, Config, Setup};
use line::tls_files::load;
use serde_json::json;
use server::console::WORDS;
use server::serve::{Listen, Peering, Running, bind};
use tokio::runtime::Runtime;
use tracing_subscriber::fmt;

use crate::folder::Folder;
use crate::settings::Settings;
use crate::signals::asked_to_end;

/// Serves until Ctrl-C.
pub fn run(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let settings = folder.settings()?;
    let listen = Listen {
        console: given.read::<SocketAddr>("console")?.unwrap_or(settings.listen.console),
        peer: given.read::<SocketAddr>("peer")?.unwrap_or(settings.listen.peer),
    };
    fmt().with_writer(std::io::stderr).json().init();
    let engine = folder.engine(&settings)?;
    let identity = load(&folder.path("tls")).map_err(|cause| Trouble::of(&cause))?;
    let peering = Peering { identity, address: folder.peer()?.map(|peer| peer.address) };
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
        told(given, &running);
        tokio::spawn(async move {
            if asked_to_end().await.is_ok() {
                app.stop();
            }
        });
        running.join().await;
        Ok(())
    })
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
    Ok(Setup { backdrop, sms: settings.sms.clone(), ..Setup::default() })
}

fn told(given: &Given, running: &Running) {
    let (console, peer) = (running.console_addr, running.peer_addr);
    if given.json {
        print::json(&json!({ "console": console.to_string(), "peer": peer.to_string() }));
    } else {
        print::answer(&format!("console http://{console}\npeer    {peer}"));
    }
}
