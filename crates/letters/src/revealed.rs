//! Makes the file that shows a body to others, for whoever may read it.

use std::collections::BTreeSet;

use desk::page::{Viewer, known};
use engine::engine::Engine;
use engine::fault::Fault;
use ledger::erasure::Place;
use ledger::held::Ledger;
use reveal::file::{ENTRIES_MAX, FORMAT, Proved, Revealed, speaks_of_keys};
use words::act::Act;
use words::id::PartyId;
use words::letter::BodyRevealed;

/// Why no file is made.
#[derive(Debug)]
pub enum NoFile {
    /// Nothing of the kind is here for the viewer.
    Unknown,
    /// The viewer has not stated to whom it is shown: `body_revealed` comes first.
    NotTold,
    /// It is under no signed head yet.
    NoHead,
    /// The store did not answer.
    Fault(Box<Fault>),
}

/// Has the viewer stated to whom the body of a statement is shown?
pub fn is_told(engine: &Engine, viewer: &Viewer, place: &Place) -> bool {
    let of = |it: &BodyRevealed| it.ledger == place.0 && it.statement == place.1;
    let told = |act: &Act| if let Act::BodyRevealed(it) = act { of(it) } else { false };
    engine.own().lines().iter().rev().any(|line| {
        line.entry.void.is_none()
            && viewer.person.as_ref() == Some(&line.entry.by)
            && line.entry.act.as_ref().is_some_and(told)
    })
}

/// The file: the statement's entry and body, what the ledger says of keys, and the way from each
/// to the newest signed head.
pub fn file(
    engine: &Engine,
    viewer: &Viewer,
    (party, index): (&PartyId, u64),
) -> Result<Vec<u8>, NoFile> {
    let ledger = engine.ledger_of(party).ok_or(NoFile::Unknown)?;
    let at = usize::try_from(index).ok();
    let line = at.and_then(|at| ledger.lines().get(at)).ok_or(NoFile::Unknown)?;
    let reads = line.entry.act.is_some() && known::body(engine, viewer, &line.entry);
    let id = line.entry.id.filter(|_| reads).ok_or(NoFile::Unknown)?;
    if !is_told(engine, viewer, &(party.clone(), id)) {
        return Err(NoFile::NotTold);
    }
    let (head, size) = head(engine, ledger, index).ok_or(NoFile::NoHead)?;
    let keys = ledger
        .lines()
        .iter()
        .take(usize::try_from(size).unwrap_or(usize::MAX))
        .filter(|line| line.entry.void.is_none() && speaks_of_keys(line.entry.number));
    let places: BTreeSet<u64> = keys.map(|line| line.entry.index).chain([index]).collect();
    let shown = places.last().is_some_and(|last| *last != index).then_some(index);
    let mut entries = Vec::new();
    for place in places.into_iter().take(ENTRIES_MAX) {
        let read = |cause| NoFile::Fault(Box::new(Fault::Read { what: "a statement", cause }));
        let kept = engine.store().read(party, place, 1).map_err(read)?.pop();
        let kept = kept.ok_or(NoFile::Unknown)?;
        let hashes = ledger.tree().inclusion(place, size).ok_or(NoFile::NoHead)?;
        let body = kept.body.ok_or(NoFile::Unknown)?;
        entries.push(Proved { index: place, entry: kept.entry, body, hashes });
    }
    let (format, party) = (FORMAT.to_owned(), party.clone());
    Ok(Revealed { format, party, head, entries, shown }.encode())
}

// The head that most witnesses have cosigned, if it covers the entry; else the newest.
fn head(engine: &Engine, ledger: &Ledger, index: u64) -> Option<(String, u64)> {
    let own = ledger.party() == engine.own().party();
    let witnessed = engine.witnessed().ok().flatten().filter(|it| own && it.head.size > index);
    let newest = || {
        let head = ledger.head().filter(|head| head.head.size > index)?;
        Some((head.to_string(), head.head.size))
    };
    witnessed.map(|it| (it.to_string(), it.head.size)).or_else(newest)
}
