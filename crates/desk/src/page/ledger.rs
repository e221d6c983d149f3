//! Both ledgers: heads, witnesses, breaches, a page of statements.

use engine::engine::Engine;
use ledger::held::{Ledger, Line};
use ledger::outcome::Outcome;
use ledger::reader::Entry;
use pages::ledger::{Agreed, Breach, Cosigned, Finality, Head, Row, Silence, View};
use words::act::{Act, WORDS};
use words::refusal::Reason;
use words::role::Side;

use crate::page::{Viewer, past};

/// Statements on one page: a screenful and a half.
pub const ROWS_AT_ONCE: usize = 50;

/// One page of both ledgers; page 0 has the newest statements.
pub fn view(engine: &Engine, viewer: &Viewer, page: usize) -> View {
    if viewer.person.is_none() {
        return View::default();
    }
    let skip = page.saturating_mul(ROWS_AT_ONCE);
    let mut rows: Vec<Row> = newest_first(engine).skip(skip).take(ROWS_AT_ONCE + 1).collect();
    let more = rows.len() > ROWS_AT_ONCE;
    rows.truncate(ROWS_AT_ONCE);
    let address = |page: usize| format!("/ledger?page={page}");
    View {
        heads: heads(engine, viewer),
        breaches: breaches(engine, viewer),
        silences: silences(engine, viewer),
        // A store that cannot be read shows on every page that needs it.
        evidence: engine.accusations().unwrap_or_default(),
        statements: rows,
        newer: page.checked_sub(1).map(address),
        older: more.then(|| address(page + 1)),
    }
}

/// The heads, ours first.
pub fn heads(engine: &Engine, viewer: &Viewer) -> Vec<Head> {
    let sides = [engine.side(), engine.side().other()];
    sides.into_iter().filter_map(|side| head(engine, viewer, side)).collect()
}

// Within a ledger moments never go back, so the two can be merged from their ends.
fn newest_first(engine: &Engine) -> impl Iterator<Item = Row> {
    let mut own = engine.own().lines().iter().rev().peekable();
    let mut peer = engine.peer().map_or(&[][..], Ledger::lines).iter().rev().peekable();
    let next = move || {
        let ours = own.peek().map(|line| line.entry.at);
        let theirs = peer.peek().map(|line| line.entry.at);
        if ours >= theirs {
            own.next().map(|line| row(engine.own(), line))
        } else {
            peer.next().zip(engine.peer()).map(|(line, ledger)| row(ledger, line))
        }
    };
    std::iter::from_fn(next)
}

/// One entry of a ledger.
pub fn row(ledger: &Ledger, line: &Line) -> Row {
    let entry = &line.entry;
    let word = WORDS.iter().find(|(number, _)| *number == entry.number);
    Row {
        party: ledger.party().clone(),
        index: entry.index,
        act: word.map_or_else(|| entry.number.to_string(), |(_, word)| (*word).to_owned()),
        by: entry.by.to_string(),
        at: entry.at,
        audience: entry.audience.clone(),
        finality: finality(ledger, entry.index),
        void: void(line),
    }
}

fn finality(ledger: &Ledger, index: u64) -> Finality {
    let signed = ledger.head().map_or(0, |head| head.head.size);
    if index < ledger.cosigned() {
        Finality::L2
    } else if index < signed {
        Finality::L1
    } else {
        Finality::L0
    }
}

fn void(line: &Line) -> Option<Reason> {
    match &line.outcome {
        Some(Outcome::Void(refusal)) => refusal.reasons.first().copied(),
        Some(Outcome::Acted | Outcome::Silent) | None => line.entry.void,
    }
}

fn head(engine: &Engine, viewer: &Viewer, side: Side) -> Option<Head> {
    let ledger = past::ledger(engine, side)?;
    let signed = ledger.head()?;
    let cosigned = cosignatures(engine, ledger);
    Some(Head {
        party: ledger.party().clone(),
        name: viewer.lang.of(&past::names(engine, side)).to_owned(),
        own: side == engine.side(),
        size: signed.head.size,
        root: signed.head.root,
        heartbeat: cosigned_at(ledger, ledger).unwrap_or_default(),
        cosigned,
        state: agreed(engine, ledger),
        state_hash: signed.head.state.as_ref().map(|mark| mark.hash),
    })
}

fn cosigned_at(ledger: &Ledger, by: &Ledger) -> Option<words::moment::Moment> {
    let keys = by.reader().ring().nodes().iter().rev();
    keys.filter_map(|(_, key)| ledger.head()?.cosigned_at(by.party().as_str(), key)).max()
}

fn cosignatures(engine: &Engine, ledger: &Ledger) -> Vec<Cosigned> {
    let both = std::iter::once(engine.own()).chain(engine.peer());
    let others = both.filter(|other| other.party() != ledger.party());
    let size = ledger.head().map_or(0, |head| head.head.size);
    let cosigned = others.filter_map(|other| {
        let at = cosigned_at(ledger, other)?;
        Some(Cosigned { by: other.party().to_string(), at, size })
    });
    let ours = ledger.party() == engine.own().party();
    let third = if ours { engine.third_parties() } else { Vec::new() };
    let third = third.into_iter().map(|(by, at, size)| Cosigned { by, at, size });
    cosigned.chain(third).collect()
}

fn silences(engine: &Engine, viewer: &Viewer) -> Vec<Silence> {
    let party = viewer.lang.of(&past::names(engine, engine.side().other())).to_owned();
    let owed = engine.silences().into_iter();
    let owed = owed.map(|silence| (silence.charge.as_str(), silence.since));
    let single = engine.peer_is_single().map(|since| ("hybrid-missing", since));
    owed.chain(single)
        .map(|(code, since)| Silence { party: party.clone(), code: code.to_owned(), since })
        .collect()
}

// Hashes of the joint state are compared where they are of the same sizes.
fn agreed(engine: &Engine, ledger: &Ledger) -> Agreed {
    if engine.diverged() && ledger.party() != engine.own().party() {
        return Agreed::Diverged;
    }
    let mark = ledger.head().and_then(|head| head.head.state.as_ref());
    let mark = mark.filter(|mark| (mark.host, mark.guest) == engine.fold().sizes());
    match mark {
        Some(mark) if mark.hash == engine.fold().hash() => Agreed::Equal,
        Some(_) => Agreed::Diverged,
        None => Agreed::Unknown,
    }
}

fn breaches(engine: &Engine, viewer: &Viewer) -> Vec<Breach> {
    // Nothing was noted, so nothing need be looked for.
    if engine.state().misbehaved.is_empty() {
        return Vec::new();
    }
    let both = std::iter::once(engine.own()).chain(engine.peer());
    let lines = both.flat_map(|ledger| ledger.lines().iter().rev());
    lines.filter_map(|line| breach(engine, viewer, &line.entry)).collect()
}

fn breach(engine: &Engine, viewer: &Viewer, entry: &Entry) -> Option<Breach> {
    let Some(Act::MisbehaviourNoted(noted)) = &entry.act else { return None };
    let side = engine.state().side_of(&noted.party);
    let name = side.map(|side| viewer.lang.of(&past::names(engine, side)).to_owned());
    Some(Breach {
        party: name.unwrap_or_else(|| noted.party.to_string()),
        code: noted.code.clone(),
        at: entry.at,
        heads: noted.heads.clone(),
    })
}
