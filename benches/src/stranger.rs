//! The audit of a long file by a stranger, on two cores.

use std::fs;

use audit::file::{Export, ExportedEntry, ExportedLedger, FORMAT};
use audit::stranger::audit;
use node::fold::replay;
use note::canon;
use strongbox::dice::{Dice, SeededDice};
use strongbox::node_keys::NodeKeys;
use tlog::head::{Head, StateMark};
use tlog::signed::SignedHead;
use words::hash::Seed;

use crate::ledgers::{Ledgers, MIX, Pen, write};
use crate::parties::{Failure, SEED, start};
use crate::replay::{read, tree};
use crate::timing::{a_second, timed};
use crate::{baseline, say};

/// Runs; each takes most of a minute.
const RUNS: usize = 3;

/// Measures and prints.
pub(crate) fn run(statements: u32) -> Result<(), Failure> {
    say::heading("Audit by a stranger", MIX)?;
    let ledgers = write(statements)?;
    let message = ledgers.host.sealed.last().map_or_else(Vec::new, |last| last.entry.clone());
    let bytes = file(&ledgers)?;
    let all = u32::try_from(ledgers.host.sealed.len() + ledgers.guest.sealed.len())?;
    drop(ledgers);
    let size = bytes.len() / 1_000_000;
    say::line(format_args!("{all} statements, a file of {size} MB.\n"))?;
    let (mut walls, mut works) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let before = processor_s()?;
        let (took, done) = timed(|| audit(&bytes));
        let done = done?;
        if done.void > 0 || !done.broken().is_empty() || done.witnessed.len() != 2 {
            return Err(format!("{} void, {:?}", done.void, done.broken()).into());
        }
        walls.push(took.as_secs_f64());
        works.push(processor_s()? - before);
    }
    for all in [&mut walls, &mut works] {
        all.sort_by(f64::total_cmp);
    }
    let middle = |all: &[f64]| all.get(RUNS / 2).copied().unwrap_or_default();
    say::line(format_args!(
        "| real time | {:.1} s |\n| processor time of both cores | {:.1} s, {:.1} s a core |",
        middle(&walls),
        middle(&works),
        middle(&works) / 2.0,
    ))?;
    let verify = a_second(10_000, baseline::verified(&message, 10_000)?);
    let rate = f64::from(all) / middle(&works);
    say::against("statements a second and core", rate, ("strict verifications", verify))?;
    Ok(())
}

// The file as a node exports it: both heads with both cosignatures and the state's hash.
fn file(ledgers: &Ledgers) -> Result<Vec<u8>, Failure> {
    let (host, guest) = (&ledgers.host, &ledgers.guest);
    let (host_tree, guest_tree) = (tree(&host.sealed), tree(&guest.sealed));
    let entries = (
        read(&host.party, &host.sealed, &guest_tree)?,
        read(&guest.party, &guest.sealed, &host_tree)?,
    );
    let hash = replay(entries.0, entries.1).hash();
    let mark = StateMark { host: host_tree.size(), guest: guest_tree.size(), hash };
    let ledgers = vec![exported(host, guest, mark), exported(guest, host, mark)];
    let export = Export { format: FORMAT.to_owned(), at: start().plus_ms(43_000_000), ledgers };
    Ok(canon::encode(&export))
}

fn exported(pen: &Pen, other: &Pen, mark: StateMark) -> ExportedLedger {
    let (size, root) = (pen.tree.size(), pen.tree.root());
    let head = Head { origin: pen.party.clone(), size, root, state: Some(mark) };
    let mut signed = SignedHead::sign(head, pen.party.as_str(), &keys(pen).node);
    for by in [pen, other] {
        signed.cosign(by.party.as_str(), &keys(by).node, start().plus_ms(42_000_000));
    }
    let entries = pen.sealed.iter().map(|sealed| ExportedEntry {
        entry: sealed.entry.clone(),
        body: Some(sealed.body.clone()),
    });
    ExportedLedger {
        party: pen.party.clone(),
        head: signed.to_string(),
        entries: entries.collect(),
    }
}

fn keys(pen: &Pen) -> NodeKeys {
    NodeKeys::from_seed(&Seed(SeededDice::of(SEED, &format!("{}/node", pen.party)).roll()))
}

/// Clock ticks of the system in a second, as `/proc` counts.
const TICKS: f64 = 100.0;

// Time of all our threads on a processor.
fn processor_s() -> Result<f64, Failure> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, after) = stat.rsplit_once(')').ok_or("the system says nothing of us")?;
    let mut words = after.split_whitespace().skip(11);
    let mut ticks = || -> Result<f64, Failure> {
        Ok(words.next().ok_or("the system says too little of us")?.parse::<f64>()?)
    };
    Ok((ticks()? + ticks()?) / TICKS)
}
