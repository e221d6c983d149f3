//! `witness …`: a small program with a key of its own that cosigns heads.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use note::key::SigningKey;
use rustls::ServerConfig;
use serde_json::json;
use server::port;
use strongbox::clock::{Clock, SystemClock};
use strongbox::dice::{Dice, SystemDice};
use tlog::vkey::Vkey;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tracing_subscriber::fmt;
use witness::folder::{Folder, FolderError, Settings};
use witness::serve::router;

use crate::signals::asked_to_end;

/// The witness's usual port.
const USUAL: &str = "127.0.0.1:7604";

fn folder(given: &Given) -> Folder {
    Folder::at(Path::new(given.get("folder").unwrap_or(".")))
}

/// Makes a witness.
pub fn init(given: &Given) -> Result<(), Trouble> {
    let name = given.need("name")?.to_owned();
    let listen = given.get("listen").unwrap_or(USUAL);
    let listen = listen.parse().map_err(|cause| {
        Trouble::malformed(format!("`{listen}` is not an address")).because(cause)
    })?;
    let log: Option<Vkey> = given.read("log")?;
    let logs = log.iter().map(ToString::to_string).collect();
    let seed = SystemDice.roll();
    let vkey = Vkey::witness(&name, &SigningKey::from_seed(&seed).public());
    // A name that does not come back is one that cannot stand before a signature.
    let written: Result<Vkey, _> = vkey.to_string().parse();
    written.map_err(|cause| Trouble::malformed("that is no name of a key").because(cause))?;
    folder(given)
        .make(&Settings { name, listen, tls: None, logs }, &seed)
        .map_err(|cause| failed(&cause))?;
    told(given, &vkey);
    Ok(())
}

/// Watches one more log.
pub fn trust(given: &Given) -> Result<(), Trouble> {
    let vkey: Vkey = given
        .beside()?
        .parse()
        .map_err(|cause| Trouble::malformed("that is no verifier key").because(cause))?;
    folder(given).watch(&vkey).map_err(|cause| failed(&cause))?;
    print::aside(&format!("`{}` is watched once the witness is started anew", vkey.name));
    Ok(())
}

/// Says what it cosigned last of each log, and whom it caught.
pub fn show(given: &Given) -> Result<(), Trouble> {
    let folder = folder(given);
    let settings = folder.settings().map_err(|cause| failed(&cause))?;
    let key = folder.key().map_err(|cause| failed(&cause))?;
    let vkey = Vkey::witness(&settings.name, &key.public());
    let newest = folder.newest().map_err(|cause| failed(&cause))?;
    let caught: Vec<String> =
        folder.accusations().iter().map(|path| path.display().to_string()).collect();
    let logs = newest.into_iter().map(|(log, head)| {
        let at = head.as_ref().and_then(|head| head.cosigned_by(&vkey));
        (log.name, head.map_or(0, |head| head.head.size), at.map(|at| at.to_string()))
    });
    let logs: Vec<(String, u64, Option<String>)> = logs.collect();
    if given.json {
        let logs: Vec<_> = logs
            .iter()
            .map(|(log, size, at)| json!({ "log": log, "size": size, "cosigned_at": at }))
            .collect();
        print::json(&json!({ "vkey": vkey.to_string(), "logs": logs, "accusations": caught }));
        return Ok(());
    }
    print::answer(&format!("witness {vkey}"));
    for (log, size, at) in &logs {
        let at = at.as_deref().unwrap_or("never");
        print::answer(&format!("{log}: {size} entries, last cosigned {at}"));
    }
    for path in &caught {
        print::answer(&format!("evidence  {path}"));
    }
    Ok(())
}

/// Serves until Ctrl-C.
pub fn serve(given: &Given) -> Result<(), Trouble> {
    let folder = folder(given);
    let settings = folder.settings().map_err(|cause| failed(&cause))?;
    let listen: SocketAddr = given.read("listen")?.unwrap_or(settings.listen);
    let tls = tls(given, (&folder, &settings), listen)?;
    fmt().with_writer(std::io::stderr).json().init();
    let cosigner = folder.open().map_err(|cause| failed(&cause))?;
    let vkey = cosigner.vkey();
    let runtime = Runtime::new().map_err(|cause| Trouble::of(&cause))?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listen).await.map_err(|cause| Trouble::of(&cause))?;
        let at = listener.local_addr().map_err(|cause| Trouble::of(&cause))?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        if given.json {
            let (listen, url) = (at.to_string(), format!("{scheme}://{at}"));
            print::json(&json!({ "listen": listen, "url": url, "vkey": vkey.to_string() }));
        } else {
            print::answer(&format!("witness {scheme}://{at}\n        {vkey}"));
        }
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(async move {
            if asked_to_end().await.is_ok() {
                stop.send_replace(true);
            }
        });
        port::serve(listener, tls, router(cosigner, || SystemClock.now()), stopping).await;
        Ok(())
    })
}

// Over TLS, unless it was chosen otherwise or nobody but this machine can listen in.
fn tls(
    given: &Given,
    (folder, settings): (&Folder, &Settings),
    listen: SocketAddr,
) -> Result<Option<Arc<ServerConfig>>, Trouble> {
    let chosen = match (given.has("tls"), given.has("plain")) {
        (true, true) => return Err(Trouble::malformed("`--tls` and `--plain` are two ways")),
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) => settings.tls,
    };
    if !chosen.unwrap_or(!listen.ip().is_loopback()) {
        return Ok(None);
    }
    let seed = folder.seed().map_err(|cause| failed(&cause))?;
    let server = pinned::witness::server(&settings.name, &seed, SystemClock.now());
    server.map(Some).map_err(|cause| Trouble::of(&cause))
}

fn told(given: &Given, vkey: &Vkey) {
    if given.json {
        print::json(&json!({ "vkey": vkey.to_string() }));
    } else {
        print::answer(&format!("witness {} {vkey}", vkey.name.replace('/', "-")));
        print::aside("give this line to the logs that it is to watch, for their policy");
    }
}

fn failed(error: &FolderError) -> Trouble {
    match error {
        FolderError::Malformed { .. } => Trouble::malformed(error.to_string()),
        FolderError::Known(_) => Trouble::refused(error.to_string()),
        FolderError::Altered(_) => Trouble::unverified(error.to_string()),
        FolderError::File { .. } | FolderError::InUse | FolderError::Forgotten(_) => {
            Trouble::of(error)
        }
    }
}
