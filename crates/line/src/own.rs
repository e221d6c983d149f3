//! Our own ledger, as the counterpart holds it.
//!
//! A node that was restored from an old copy does not know that it is old; the counterpart does.
//! What may not happen here: believing it. A head counts because our own node has signed it, an
//! entry because it stands under such a head.

use std::time::Duration;

use engine::ledger::Ledger;
use engine::peer::{BODIES_AT_ONCE, ENTRIES_AT_ONCE};
use engine::{engine::Engine, fault::Fault};

use crate::peer_link::{Link, LinkError};
use crate::peer_loop::StepError;
use crate::peer_port::{Bodies, Body, unbundle};
use door::limits::MIRROR_BYTES_MAX;

/// A node that starts waits this long for the counterpart's word on its own ledger: a host must
/// be able to revoke although nobody answers.
pub const ASKED_WITHIN: Duration = Duration::from_secs(5);

/// Our ledger as the counterpart holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// The newest head of ours that it cosigned.
    pub head: String,
    /// The entries under it.
    pub entries: Vec<Vec<u8>>,
    /// The bodies that it holds, by place.
    pub bodies: Vec<(u64, Vec<u8>)>,
}

/// The newest head of the asker that we cosigned.
pub(crate) fn head(engine: &Engine) -> Option<String> {
    engine.peer().and_then(Ledger::head).map(ToString::to_string)
}

/// Entries of the asker from a place on.
pub(crate) fn entries(engine: &Engine, from: u64) -> Result<Vec<Vec<u8>>, Fault> {
    let kept = kept(engine, from, ENTRIES_AT_ONCE)?;
    Ok(kept.into_iter().map(|kept| kept.entry).collect())
}

/// Bodies of the asker from a place on: they are its own, whomever else they were for.
pub(crate) fn bodies(engine: &Engine, from: u64) -> Result<Bodies, Fault> {
    let kept = kept(engine, from, BODIES_AT_ONCE)?;
    let next = kept.last().map_or(from, |kept| kept.index + 1);
    let bodies = kept.into_iter().filter_map(|kept| {
        let index = kept.index;
        kept.body.map(|bytes| Body { index, bytes })
    });
    Ok(Bodies { bodies: bodies.collect(), next })
}

fn kept(engine: &Engine, from: u64, most: u32) -> Result<Vec<store::port::Kept>, Fault> {
    let Some(peer) = engine.peer() else { return Ok(Vec::new()) };
    let read = engine.store().read(peer.party(), from, most);
    read.map_err(|cause| Fault::Read { what: "the mirror", cause })
}

/// Asks the counterpart for the newest head of ours that it cosigned. `None` if it has none, or
/// runs a program that cannot be asked.
pub fn ask(link: &Link) -> Result<Option<String>, StepError> {
    match link.get_within("/peer/v1/yours", ASKED_WITHIN) {
        Ok(answer) => {
            let Some(bytes) = answer.bytes else { return Ok(None) };
            String::from_utf8(bytes).map(Some).map_err(|_| StepError::Unreadable("word on us"))
        }
        Err(LinkError::Status { status: 404, .. }) => Ok(None),
        Err(cause) => Err(cause.into()),
    }
}

/// Fetches our ledger as the counterpart holds it; `None` if it holds nothing of ours.
pub fn fetch(link: &Link) -> Result<Option<Held>, StepError> {
    let Some(head) = ask(link)? else { return Ok(None) };
    let (mut held, mut room) = (Held { head, ..Held::default() }, MIRROR_BYTES_MAX);
    loop {
        let from = u64::try_from(held.entries.len()).unwrap_or(u64::MAX);
        let answer = link.get(&format!("/peer/v1/yours/entries?from={from}"))?;
        let bytes = answer.bytes.unwrap_or_default();
        room = room.checked_sub(bytes.len()).ok_or(StepError::TooMuch)?;
        let some = unbundle(&bytes).ok_or(StepError::Unreadable("entries"))?;
        if some.is_empty() {
            break;
        }
        held.entries.extend(some);
    }
    let mut at = 0;
    loop {
        let answer = link.get(&format!("/peer/v1/yours/bodies?from={at}"))?;
        let bytes = answer.bytes.unwrap_or_default();
        room = room.checked_sub(bytes.len()).ok_or(StepError::TooMuch)?;
        let some: Option<Bodies> = note::canon::decode(&bytes).ok();
        let some = some.ok_or(StepError::Unreadable("bodies"))?;
        held.bodies.extend(some.bodies.into_iter().map(|body| (body.index, body.bytes)));
        if some.next <= at {
            return Ok(Some(held));
        }
        at = some.next;
    }
}
