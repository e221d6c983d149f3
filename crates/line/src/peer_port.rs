//! What the counterpart may fetch here: heads, entries, bodies, positions.
//!
//! Only the paired party's node gets past the handshake, so its name is known before the first
//! byte of a request.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use engine::peer::PeerError;
use serde::Deserialize;
use tokio::time::timeout;
use words::id::PartyId;
use words::moment::Moment;

use crate::own;
use door::app::{App, stopped};
use door::failure::{Failure, done};
use door::limits::{ANSWER_WITHIN, HEAD_BYTES_MAX, LONG_POLL_MAX};
use door::sent::Asked;

/// Where to ask for positions again.
pub const NEXT_HEADER: HeaderName = HeaderName::from_static("safeconduct-next");

const BYTES: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/octet-stream")];
const CBOR: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/cbor")];

#[derive(Clone)]
struct Peer {
    app: Arc<App>,
    party: PartyId,
}

/// The routes for one paired party.
pub fn router(app: Arc<App>, party: PartyId) -> Router {
    Router::new()
        .route("/peer/v1/head", get(head))
        .route("/peer/v1/entries", get(entries))
        .route("/peer/v1/bodies", get(bodies))
        .route("/peer/v1/cosigned", post(cosigned))
        .route("/peer/v1/sightings", get(sightings))
        .route("/peer/v1/yours", get(yours))
        .route("/peer/v1/yours/entries", get(your_entries))
        .route("/peer/v1/yours/bodies", get(your_bodies))
        .layer(DefaultBodyLimit::max(HEAD_BYTES_MAX))
        .layer(from_fn(within))
        .with_state(Peer { app, party })
}

async fn within(request: axum::extract::Request, next: Next) -> Response {
    match timeout(ANSWER_WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::Busy.into_response(),
    }
}

#[derive(Deserialize)]
struct NewerThan {
    #[serde(default, rename = "newer_than_size")]
    size: u64,
    #[serde(default, rename = "newer_than_at")]
    at: i64,
    #[serde(default)]
    wait_ms: u64,
}

// Answers at once if there is news, else as soon as there is: a revocation does not wait for
// anybody's turn.
async fn head(
    State(peer): State<Peer>,
    Asked(asked): Asked<NewerThan>,
) -> Result<Response, Failure> {
    let (size, at) = (asked.size, Moment::from_ms(asked.at));
    let wait = Duration::from_millis(asked.wait_ms).min(LONG_POLL_MAX);
    let mut heads = peer.app.head();
    let news = timeout(wait, heads.wait_for(|head| head.is_newer(size, at)));
    let news = tokio::select! {
        () = stopped(peer.app.stopping()) => return Err(Failure::Busy),
        news = news => news,
    };
    match news {
        Ok(Ok(head)) => Ok(head.text.to_string().into_response()),
        Ok(Err(_)) => Err(Failure::Busy),
        Err(_) => Ok(done()),
    }
}

#[derive(Deserialize)]
struct From {
    from: u64,
}

async fn entries(State(peer): State<Peer>, Asked(asked): Asked<From>) -> Result<Response, Failure> {
    let entries = peer.app.ask(move |engine| Ok(engine.entries_from(asked.from)?)).await?;
    Ok((BYTES, bundle(&entries)).into_response())
}

/// Entries as C2SP bundles carry them: length in 16 bits, big-endian, and the bytes.
pub fn bundle(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(entries.iter().map(|entry| entry.len() + 2).sum());
    for entry in entries {
        let length = u16::try_from(entry.len()).expect("a kept entry has at most 65,535 bytes");
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(entry);
    }
    out
}

/// Reads a bundle, to its last byte.
pub fn unbundle(mut bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk()?;
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry.to_vec());
        bytes = rest;
    }
    Some(entries)
}

/// Bodies as they travel: a CBOR array of the list of index and bytes, and of where to go on.
#[derive(Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Bodies {
    /// Index and bytes.
    #[n(0)]
    pub bodies: Vec<Body>,
    /// The index at which to ask again.
    #[n(1)]
    pub next: u64,
}

/// One body.
#[derive(Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Body {
    /// Of which entry.
    #[n(0)]
    pub index: u64,
    /// The body.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
}

async fn bodies(State(peer): State<Peer>, Asked(asked): Asked<From>) -> Result<Response, Failure> {
    let party = peer.party;
    let (list, next) =
        peer.app.ask(move |engine| Ok(engine.bodies_for(&party, asked.from)?)).await?;
    let bodies = list.into_iter().map(|(index, bytes)| Body { index, bytes }).collect();
    Ok((CBOR, note::canon::encode(&Bodies { bodies, next })).into_response())
}

async fn cosigned(State(peer): State<Peer>, text: String) -> Result<Response, Failure> {
    let taken = peer.app.with(move |engine| engine.take_cosigned(&text)).await?;
    match taken {
        Ok(_) => Ok(done()),
        Err(PeerError::Fault(fault)) => Err(Failure::fault(&fault)),
        Err(
            other @ (PeerError::NotPaired
            | PeerError::BadHead(_)
            | PeerError::WrongRoot
            | PeerError::Mismatch
            | PeerError::Misbehaved(_)
            | PeerError::Carried(_)
            | PeerError::Waiting(_)
            | PeerError::Single
            | PeerError::TooLarge),
        ) => Err(Failure::Malformed(other.to_string())),
    }
}

// What we hold of the asker's own ledger: whoever lost his end of it gets it back here.
async fn yours(State(peer): State<Peer>) -> Result<Response, Failure> {
    let head = peer.app.with(|engine| own::head(engine)).await?;
    Ok(head.map_or_else(done, IntoResponse::into_response))
}

async fn your_entries(
    State(peer): State<Peer>,
    Asked(asked): Asked<From>,
) -> Result<Response, Failure> {
    let entries = peer.app.ask(move |engine| Ok(own::entries(engine, asked.from)?)).await?;
    Ok((BYTES, bundle(&entries)).into_response())
}

async fn your_bodies(
    State(peer): State<Peer>,
    Asked(asked): Asked<From>,
) -> Result<Response, Failure> {
    let bodies = peer.app.ask(move |engine| Ok(own::bodies(engine, asked.from)?)).await?;
    Ok((CBOR, note::canon::encode(&bodies)).into_response())
}

#[derive(Deserialize)]
struct After {
    after: u64,
}

async fn sightings(
    State(peer): State<Peer>,
    Asked(asked): Asked<After>,
) -> Result<Response, Failure> {
    let (bytes, next) =
        peer.app.ask(move |engine| Ok(engine.sightings_for_peer(asked.after)?)).await?;
    Ok((CBOR, [(NEXT_HEADER, next.to_string())], bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::{Bodies, Body, bundle, unbundle};

    #[test]
    fn a_bundle_reads_as_it_is_written_and_a_torn_one_not_at_all() {
        let entries = vec![vec![1, 2, 3], vec![], vec![9; 65_535]];
        let bytes = bundle(&entries);
        assert_eq!(bytes.get(..7), Some([0, 3, 1, 2, 3, 0, 0].as_slice()));
        assert_eq!(unbundle(&bytes), Some(entries));
        for torn in [1, 4, bytes.len() - 1] {
            assert_eq!(unbundle(&bytes[..torn]), None, "{torn}");
        }
    }

    #[test]
    fn bodies_read_as_they_are_written() {
        let bodies = Bodies { bodies: vec![Body { index: 7, bytes: vec![1, 2] }], next: 9 };
        let bytes = note::canon::encode(&bodies);
        assert_eq!(bytes, [0x82, 0x81, 0x82, 7, 0x42, 1, 2, 9]);
        assert_eq!(note::canon::decode::<Bodies>(&bytes).unwrap(), bodies);
    }
}
