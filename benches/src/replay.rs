//! Replays two ledgers, beside the raw limit of verifications.

use std::time::Duration;

use ledger::reader::{Entry, Read, Reader};
use node::fold::{Fold, replay};
use note::statement::{Sealed, parse};
use tlog::tree::{Tree, leaf_hash};
use words::hash::Hash;
use words::id::PartyId;

use crate::ledgers::{Ledgers, MIX, write};
use crate::parties::Failure;
use crate::timing::{a_second, percentile, timed, worked};
use crate::{baseline, say};

/// Runs of a replay; each takes most of a minute at a million statements.
const RUNS: usize = 3;

/// Measures and prints.
pub(crate) fn run(statements: u32) -> Result<(), Failure> {
    say::heading("Replay", MIX)?;
    let (took, ledgers) = timed(|| write(statements));
    let ledgers = ledgers?;
    let all = u32::try_from(ledgers.host.sealed.len() + ledgers.guest.sealed.len())?;
    say::line(format_args!("{all} statements, written in {:.1} s.\n", took.as_secs_f64()))?;
    let message = ledgers.host.sealed.last().map_or_else(Vec::new, |last| last.entry.clone());
    let (mut folds, mut wholes, mut raws) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        raws.push(Duration::from_secs_f64(f64::from(all) / baseline::verifies(&message)?));
        let (read, fold) = once(&ledgers)?;
        folds.push(fold);
        wholes.push(read + fold);
    }
    let [raw, fold, whole] =
        [raws, folds, wholes].map(|mut runs| a_second(all, percentile(&mut runs, 50)));
    say::rate("raw Ed25519 strict verifications", raw)?;
    say::rate("replay of verified statements", fold)?;
    let what = "replay from bytes: leaves, parse, verify strictly, open, fold";
    say::against(what, whole, ("verifications", raw))?;
    Ok(())
}

// One core does everything, as a node that opens its store does.
fn once(ledgers: &Ledgers) -> Result<(Duration, Duration), Failure> {
    let (host, guest) = (&ledgers.host, &ledgers.guest);
    let (reading, entries) = worked(|| {
        let (host_tree, guest_tree) = (tree(&host.sealed), tree(&guest.sealed));
        let host = read(&host.party, &host.sealed, &guest_tree)?;
        let guest = read(&guest.party, &guest.sealed, &host_tree)?;
        Ok::<_, Failure>((host, guest))
    })?;
    let (host, guest) = entries?;
    let all = host.len() + guest.len();
    let (folding, fold) = worked(|| replay(host, guest))?;
    check(&fold, all)?;
    Ok((reading, folding))
}

// Everything must have acted: a void statement is cheap, and would flatter the figure.
fn check(fold: &Fold, all: usize) -> Result<(), Failure> {
    let state = fold.state();
    if state.void == 0 && usize::try_from(state.acted) == Ok(all) {
        return Ok(());
    }
    Err(format!("{} acted, {} void, of {all}", state.acted, state.void).into())
}

pub(crate) fn tree(sealed: &[Sealed]) -> Tree {
    let mut tree = Tree::new();
    for sealed in sealed {
        tree.push(leaf_hash(&sealed.entry));
    }
    tree
}

pub(crate) fn read(
    party: &PartyId,
    sealed: &[Sealed],
    other: &Tree,
) -> Result<Vec<Entry>, Failure> {
    let mut reader = Reader::new(party.clone());
    let mut entries = Vec::with_capacity(sealed.len());
    for sealed in sealed {
        let holds = seen_holds(&sealed.entry, other)?;
        match reader.read(&sealed.entry, Some(&sealed.body), holds) {
            Read::Entry(entry) => entries.push(*entry),
            Read::WaitsForBody => return Err("a body is missing".into()),
        }
    }
    Ok(entries)
}

fn seen_holds(entry: &[u8], other: &Tree) -> Result<bool, Failure> {
    let seen = parse(entry)?.header.seen;
    Ok(match seen.size {
        0 => seen.root == Hash([0; 32]),
        size => other.root_at(size) == Some(seen.root),
    })
}
