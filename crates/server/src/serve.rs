//! A node's server: binds first, then serves until it stops.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use engine::fault::chain;
use rustls::ServerConfig;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};
use words::act::Key;
use words::id::PartyId;

use crate::{port, routes};
use door::app::{App, stopped};
use door::failure::Failure;
use door::limits::TICK_EVERY;
use door::live;
use line::lines::{Ends, Next};
use line::peer_link::Link;
use line::peer_loop::Following;
use line::peer_port;
use pinned::tls::{Identity, TlsError, node_name};

/// Where a node listens.
#[derive(Debug, Clone, Copy)]
pub struct Listen {
    /// People, programs and phones.
    pub console: SocketAddr,
    /// The counterpart's node.
    pub peer: SocketAddr,
}

/// Why a node does not serve.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Another program listens there.
    #[error(
        "port {port} of {host} is in use: another node may be running; stop it, or set another \
         port as `listen.{which}` in the configuration", host = at.ip(), port = at.port()
    )]
    InUse {
        /// `console` or `peer`.
        which: &'static str,
        /// Where.
        at: SocketAddr,
    },
    /// This user may not listen there.
    #[error(
        "this user may not listen on port {port}: set a port above 1023 as `listen.{which}`",
        port = at.port()
    )]
    NotAllowed {
        /// `console` or `peer`.
        which: &'static str,
        /// Where.
        at: SocketAddr,
    },
    /// Listening failed otherwise.
    #[error("cannot listen on {at} for the {which}")]
    Listen {
        /// `console` or `peer`.
        which: &'static str,
        /// Where.
        at: SocketAddr,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The line to the counterpart cannot be set up.
    #[error("cannot set up the line to the counterpart")]
    Tls(#[from] TlsError),
    /// The engine has stopped.
    #[error("the engine stopped in the middle of a step: start the node anew")]
    Broken,
    /// A thread could not be started.
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
}

/// Both ports, bound, with nobody served yet.
#[derive(Debug)]
pub struct Bound {
    console: TcpListener,
    peer: TcpListener,
    /// Where people, programs and phones are served.
    pub console_addr: SocketAddr,
    /// Where the counterpart is served.
    pub peer_addr: SocketAddr,
}

/// The counterpart, and how we show ourselves to it.
#[derive(Debug, Clone)]
pub struct Peering {
    /// Our certificates.
    pub identity: Identity,
    /// Those that take their place once the counterpart knows of it.
    pub next: Option<Next>,
    /// Where the counterpart's node is, such as `guest.example:8444`, if we know.
    pub address: Option<String>,
}

/// Binds both ports; port 0 takes any.
pub async fn bind(listen: Listen) -> Result<Bound, ServeError> {
    let (console, console_addr) = bind_one("console", listen.console).await?;
    let (peer, peer_addr) = bind_one("peer", listen.peer).await?;
    Ok(Bound { console, peer, console_addr, peer_addr })
}

async fn bind_one(
    which: &'static str,
    at: SocketAddr,
) -> Result<(TcpListener, SocketAddr), ServeError> {
    let other = |cause| ServeError::Listen { which, at, cause };
    let listener = TcpListener::bind(at).await.map_err(|cause| {
        let kind = cause.kind();
        if kind == io::ErrorKind::AddrInUse {
            ServeError::InUse { which, at }
        } else if kind == io::ErrorKind::PermissionDenied {
            ServeError::NotAllowed { which, at }
        } else {
            other(cause)
        }
    })?;
    let at = listener.local_addr().map_err(other)?;
    Ok((listener, at))
}

/// A node that serves.
#[derive(Debug)]
pub struct Running {
    /// Its state.
    pub app: Arc<App>,
    /// Where people, programs and phones are served.
    pub console_addr: SocketAddr,
    /// Where the counterpart is served.
    pub peer_addr: SocketAddr,
    tasks: Vec<JoinHandle<()>>,
    following: Option<Following>,
}

impl Bound {
    /// Serves, with TLS on the console's port if a configuration is given.
    pub async fn serve(
        self,
        app: Arc<App>,
        peering: Peering,
        console_tls: Option<Arc<ServerConfig>>,
    ) -> Result<Running, ServeError> {
        let paired = app.with(|engine| engine.config().peer.clone()).await;
        let paired = paired.ok().ok_or(ServeError::Broken)?;
        let ends = paired.as_ref().map(|(party, root)| {
            Ends::new(&peering.identity, peering.next.clone(), (party, root)).map(Arc::new)
        });
        let ends = ends.transpose()?;
        if let Some(ends) = ends.clone() {
            let followed = app.with(move |engine| ends.follow(engine)).await;
            followed.ok().ok_or(ServeError::Broken)?;
        }
        let following = follow(&app, &peering, (paired.as_ref(), ends.as_ref()))?;
        let peer_tls = match &ends {
            Some(ends) => ends.server()?,
            // Unpaired, the port only shows who we are: nobody but ourselves gets further.
            None => pinned::tls::peer_server_alone(&peering.identity, app.party())?,
        };
        let (renewed, renewals) = watch::channel(());
        let peer = paired.map_or_else(axum::Router::new, |(party, _)| {
            peer_port::router(Arc::clone(&app), party)
        });
        let console = routes::router(Arc::clone(&app));
        let stopping = || app.stopping();
        let tasks = vec![
            tokio::spawn(port::serve(self.console, console_tls, console, stopping())),
            tokio::spawn(port::serve_until(
                self.peer,
                Some(peer_tls),
                peer,
                (stopping(), Some(renewals)),
            )),
            tokio::spawn(live::pump(Arc::clone(&app))),
            tokio::spawn(tick(Arc::clone(&app), ends, renewed)),
        ];
        Ok(Running {
            app,
            console_addr: self.console_addr,
            peer_addr: self.peer_addr,
            tasks,
            following,
        })
    }
}

fn follow(
    app: &Arc<App>,
    peering: &Peering,
    (paired, ends): (Option<&(PartyId, Key)>, Option<&Arc<Ends>>),
) -> Result<Option<Following>, ServeError> {
    let (Some((party, _)), Some(ends), Some(address)) = (paired, ends, &peering.address) else {
        return Ok(None);
    };
    let tls = ends.client()?;
    let link = || Link::new(Arc::clone(&tls), node_name(party), address);
    Following::start(app, link(), link()).map(Some).map_err(ServeError::Thread)
}

async fn tick(app: Arc<App>, ends: Option<Arc<Ends>>, renewed: watch::Sender<()>) {
    let mut every = interval(TICK_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // A fault that lasts, such as a token that is away, is said once.
    let mut said = None;
    loop {
        tokio::select! {
            () = stopped(app.stopping()) => return,
            _ = every.tick() => {}
        }
        let line = ends.clone();
        let ticked = app.with(move |engine| {
            let gone = line.is_some_and(|line| line.follow(engine));
            (engine.tick(), gone)
        });
        let (ticked, gone) = match ticked.await {
            Ok((ticked, gone)) => (Ok(ticked), gone),
            Err(failure) => (Err(failure), false),
        };
        if gone {
            tracing::warn!("a key of the counterpart opens the line no more");
            renewed.send_replace(());
        }
        let fault = match ticked {
            Ok(Ok(())) => None,
            Ok(Err(fault)) => Some(chain(&fault)),
            Err(Failure::Fault(text)) => Some(text),
            Err(_) => Some(String::new()),
        };
        match &fault {
            Some(text) if fault != said => tracing::error!(fault = text, "a tick failed"),
            None if said.is_some() => tracing::info!("ticks succeed again"),
            Some(_) | None => {}
        }
        said = fault;
    }
}

impl Running {
    /// Asks it to stop.
    pub fn stop(&self) {
        self.app.stop();
    }

    /// Waits until it has stopped, by whomever it was asked; gives back its state.
    pub async fn join(mut self) -> Arc<App> {
        stopped(self.app.stopping()).await;
        if let Some(following) = self.following.take() {
            let ended = spawn_blocking(move || following.end()).await;
            if ended.is_err() {
                tracing::error!("following the counterpart did not end well");
            }
        }
        for task in self.tasks {
            if let Err(cause) = task.await {
                tracing::error!(%cause, "a task of the node did not end well");
            }
        }
        self.app
    }
}
