//! One port: accepts, limits, perhaps TLS, HTTP/1.1, and an orderly end.

use std::future::pending;
use std::sync::Arc;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use door::app::stopped;
use door::limits::{CONNECTIONS_MAX, FINISH_WITHIN, HEAD_WITHIN, PAUSE_MIN};

/// Serves a port until the node stops; connections may then finish what they do.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    stopping: watch::Receiver<bool>,
) {
    serve_until(listener, tls, router, (stopping, None)).await;
}

/// The same; connections that are open when other keys open the line from then on end at once.
pub async fn serve_until(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    (stopping, renewed): (watch::Receiver<bool>, Option<watch::Receiver<()>>),
) {
    let tls = tls.map(TlsAcceptor::from);
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stopped(stopping.clone()) => break,
            accepted = accept(&listener, &places) => accepted,
        };
        while open.try_join_next().is_some() {}
        let Some((socket, place)) = accepted else { continue };
        // Only what changes from here on ends it.
        let mut renewed = renewed.clone();
        renewed.iter_mut().for_each(watch::Receiver::mark_unchanged);
        let (tls, router, ends) = (tls.clone(), router.clone(), (stopping.clone(), renewed));
        open.spawn(async move {
            connection(socket, tls, router, ends).await;
            drop(place);
        });
    }
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    if timeout(FINISH_WITHIN, all).await.is_err() {
        open.shutdown().await;
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((socket, _)) => {
            // A revocation is a small packet: it must not wait for a larger one.
            socket.set_nodelay(true).ok()?;
            Some((socket, place))
        }
        Err(cause) => {
            // Out of file descriptors, most likely: let some be closed.
            tracing::warn!(%cause, "cannot accept a connection");
            sleep(PAUSE_MIN).await;
            None
        }
    }
}

async fn connection(
    socket: TcpStream,
    tls: Option<TlsAcceptor>,
    router: Router,
    ends: (watch::Receiver<bool>, Option<watch::Receiver<()>>),
) {
    let Some(tls) = tls else { return talk(socket, router, ends).await };
    match timeout(HEAD_WITHIN, tls.accept(socket)).await {
        Ok(Ok(line)) => talk(line, router, ends).await,
        Ok(Err(cause)) => tracing::info!(%cause, "a stranger was turned away"),
        Err(_) => tracing::info!("a handshake took too long"),
    }
}

async fn changed(renewed: Option<watch::Receiver<()>>) {
    let Some(mut renewed) = renewed else { return pending().await };
    if renewed.changed().await.is_err() {
        pending::<()>().await;
    }
}

async fn talk<L>(
    line: L,
    router: Router,
    (stopping, renewed): (watch::Receiver<bool>, Option<watch::Receiver<()>>),
) where
    L: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    let service = TowerToHyperService::new(router);
    let talk = http.serve_connection(TokioIo::new(line), service);
    tokio::pin!(talk);
    let ended = tokio::select! {
        ended = talk.as_mut() => ended,
        () = stopped(stopping) => {
            talk.as_mut().graceful_shutdown();
            talk.await
        }
        // Whoever is trusted still opens the line again.
        () = changed(renewed) => return,
    };
    if let Err(cause) = ended {
        tracing::debug!(%cause, "a connection broke");
    }
}
