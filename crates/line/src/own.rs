//! Our own ledger, as the counterpart holds it.
//!
//! A node that was restored from an old copy does not know that it is old; the counterpart does.
//! What may not happen here: believing it. A head counts because our own node has signed it, an
//! entry because it stands under such a head.

use std::time::Duration;

use engine::peer::{BODIES_AT_ONCE, ENTRIES_AT_ONCE};
use engine::{engine::Engine, fault::Fault};
use ledger::held::Ledger;

use crate::peer_link::{Link, LinkError};
use crate::peer_loop::StepError;
use crate::peer_port::{Bodies, Body, unbundle};
use door::limits::MIRROR_BYTES_MAX;

/// A node that starts waits this long for the counterpart's word on its own ledger: a host must
/// be able to revoke although nobody answers.
pub const ASKED_WITHIN: Duration = Duration::from_secs(5);

/// Whose ledger is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Ours, as the counterpart holds it.
    Ours,
    /// The counterpart's own.
    Theirs,
}

impl Whose {
    // Where its head is, and what its entries and bodies are found under.
    const fn paths(self) -> (&'static str, &'static str) {
        match self {
            Self::Ours => ("/peer/v1/yours", "/peer/v1/yours/"),
            Self::Theirs => ("/peer/v1/head", "/peer/v1/"),
        }
    }
}

/// A ledger as the counterpart gives it out; nothing of it is believed yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// Its newest head there.
    pub head: String,
    /// The entries from the first on.
    pub entries: Vec<Vec<u8>>,
    /// The bodies, by place.
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
    ask_for(link, Whose::Ours)
}

fn ask_for(link: &Link, whose: Whose) -> Result<Option<String>, StepError> {
    match link.get_within(whose.paths().0, ASKED_WITHIN) {
        Ok(answer) => {
            let text = answer.bytes.map(String::from_utf8).transpose();
            text.ok().ok_or(StepError::Unreadable("word on a ledger"))
        }
        Err(LinkError::Status { status: 404, .. }) => Ok(None),
        Err(cause) => Err(cause.into()),
    }
}

/// Fetches a ledger whole; `None` if the counterpart holds nothing of it.
pub fn fetch(link: &Link, whose: Whose) -> Result<Option<Held>, StepError> {
    let Some(head) = ask_for(link, whose)? else { return Ok(None) };
    let (mut held, mut room) = (Held { head, ..Held::default() }, MIRROR_BYTES_MAX);
    let mut get = |what: &str, from: u64| {
        let answer = link.get(&format!("{}{what}?from={from}", whose.paths().1))?;
        let bytes = answer.bytes.unwrap_or_default();
        room = room.checked_sub(bytes.len()).ok_or(StepError::TooMuch)?;
        Ok::<_, StepError>(bytes)
    };
    loop {
        let from = u64::try_from(held.entries.len()).unwrap_or(u64::MAX);
        let some = unbundle(&get("entries", from)?).ok_or(StepError::Unreadable("entries"))?;
        if some.is_empty() {
            break;
        }
        held.entries.extend(some);
    }
    let mut at = 0;
    loop {
        let some: Option<Bodies> = note::canon::decode(&get("bodies", at)?).ok();
        let some = some.ok_or(StepError::Unreadable("bodies"))?;
        held.bodies.extend(some.bodies.into_iter().map(|body| (body.index, body.bytes)));
        if some.next <= at {
            return Ok(Some(held));
        }
        at = some.next;
    }
}
