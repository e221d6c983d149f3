//! The drill: a backup is restored, outdated, broken and mended.
//!
//! Everything happens to copies in a scratch folder; the node's own store is read, and copied.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use engine::engine::Engine;
use engine::fault::{Fault, chain};
use ledger::held::Ledger;
use store::port::{NewEntry, Store, StoreError};
use store::sqlite::Sqlite;
use thiserror::Error;
use words::hash::Hash;
use words::id::PartyId;

use crate::mend::{MendError, Whose, mend};
use crate::salvage::{HEAD, Salvage};

/// SQLite's pages, as our files have them.
const PAGE_BYTES: usize = 4_096;

/// Entries read at once.
const AT_ONCE: u32 = 1_024;

/// What the drill is about to show, and how it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The claim, in words.
    pub claim: &'static str,
    /// What became of it.
    pub how: How,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It holds; with figures.
    Held(String),
    /// It does not hold, and why.
    Failed(String),
    /// There is nothing here to show it with, and why.
    NotAsked(String),
}

/// Why the drill could not be held.
#[derive(Debug, Error)]
pub enum DrillError {
    /// The node's own folder does not open: there is nothing to drill.
    #[error("the node's own store does not open")]
    Node(#[source] Box<Fault>),
    /// The copy could not be made.
    #[error("cannot copy the store")]
    Copy(#[source] StoreError),
    /// A file of the scratch folder failed.
    #[error("cannot use `{path}`")]
    Scratch {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

/// What the drill is held with.
pub struct Drill<'a> {
    /// The node's store.
    pub store: &'a Path,
    /// An empty folder for copies.
    pub scratch: &'a Path,
    /// Opens the node over a store at this path.
    pub open: &'a dyn Fn(&Path) -> Result<Engine, Fault>,
    /// Our ledger first, then the counterpart's, if one is paired.
    pub ledgers: &'a [Whose],
}

impl std::fmt::Debug for Drill<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Drill({})", self.scratch.display())
    }
}

// What two nodes that hold the same have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    own: (u64, Hash),
    peer: (u64, Hash),
    state: Hash,
    // Everything that is kept of a ledger, and the small values, byte for byte.
    kept: Hash,
}

/// Holds the drill.
pub fn drill(drill: &Drill<'_>) -> Result<Vec<Shown>, DrillError> {
    let backup = drill.scratch.join("backup.db");
    let node = |cause: Fault| DrillError::Node(Box::new(cause));
    let live = (drill.open)(drill.store).map_err(node)?;
    let (before, export) = (standing(&live), live.export().map_err(node)?);
    let cosigned = live.head_text().filter(|_| live.carry_from() > 0);
    live.store().backup(&backup).map_err(DrillError::Copy)?;
    drop(live);
    let mut shown = vec![Shown {
        claim: "a backup opens, is whole, and holds every entry, body and value",
        how: told(drill.restored(&backup, &before)),
    }];
    shown.push(Shown {
        claim: "a copy older than our own signed head does not start",
        how: match before.own.0 {
            0 | 1 => How::NotAsked("our ledger is its founding alone".to_owned()),
            _ => told(drill.refuses(&backup, &Cut::OwnHead)),
        },
    });
    let paired = drill.ledgers.len() > 1;
    shown.push(Shown {
        claim: "a copy that the counterpart shows our later head signs nothing",
        how: match cosigned {
            Some(head) => told(drill.handed_back(&backup, &head)),
            None if paired => How::NotAsked("it has cosigned no head of ours yet".to_owned()),
            None => not_paired(),
        },
    });
    drill.broken(&backup, (&before, &export), &mut shown)?;
    Ok(shown)
}

fn not_paired() -> How {
    How::NotAsked("no counterpart is paired".to_owned())
}

fn told(result: Result<String, String>) -> How {
    match result {
        Ok(figures) => How::Held(figures),
        Err(why) => How::Failed(why),
    }
}

// Up to where an outdated copy knows our ledger, and what else it has forgotten.
enum Cut {
    // Our newest entry is gone, the head is not.
    OwnHead,
    // Our ledger ends there, no head of ours is left, and of the counterpart only what had not
    // seen more: nothing in the copy says that it is old.
    Both(u64),
}

impl Drill<'_> {
    fn restored(&self, backup: &Path, before: &Standing) -> Result<String, String> {
        let engine = (self.open)(backup).map_err(|cause| chain(&cause))?;
        let report = engine.fsck().map_err(|cause| chain(&cause))?;
        if let Some(broken) = report.broken.first() {
            return Err(broken.clone());
        }
        let after = standing(&engine);
        if after != *before {
            return Err(format!("it holds {after:?}, and the node held {before:?}"));
        }
        let (entries, bodies) = (report.entries, report.bodies);
        Ok(format!("{entries} entries, {bodies} bodies, the same joint state"))
    }

    fn refuses(&self, backup: &Path, cut: &Cut) -> Result<String, String> {
        let old = self.outdated(backup, cut)?;
        match (self.open)(&old) {
            Err(Fault::Behind { have, seen, by }) => {
                Ok(format!("it has {have} entries, {by} says {seen}"))
            }
            Err(other) => Err(format!("it stopped for another reason: {}", chain(&other))),
            Ok(_) => Err("it started, and would have signed".to_owned()),
        }
    }

    fn handed_back(&self, backup: &Path, head: &str) -> Result<String, String> {
        let size = (self.open)(backup).map_err(|cause| chain(&cause))?.own().size();
        let old = self.outdated(backup, &Cut::Both(size.saturating_sub(1)))?;
        let mut engine = (self.open)(&old).map_err(|cause| chain(&cause))?;
        let have = engine.own().size();
        if engine.take_cosigned(head).is_ok() {
            return Err("it took a head of entries that it does not have".to_owned());
        }
        match engine.publish_head() {
            Err(Fault::Behind { .. }) => Ok(format!("it has {have} of {size} entries")),
            Err(other) => Err(chain(&other)),
            // The copy is older than the order that names our node.
            Ok(false) => Ok(format!("it has {have} of {size} entries, and names another node")),
            Ok(true) => Err("it signed a head all the same".to_owned()),
        }
    }

    // A copy of the copy as it would have been some entries ago.
    fn outdated(&self, backup: &Path, cut: &Cut) -> Result<PathBuf, String> {
        let old = self.scratch.join(match cut {
            Cut::OwnHead => "older.db",
            Cut::Both(_) => "oldest.db",
        });
        let from = Sqlite::open(backup).map_err(|cause| chain(&cause))?;
        let mut to = Sqlite::create(&old).map_err(|cause| chain(&cause))?;
        let copied = self.copy(&from, &mut to, cut);
        copied.map_err(|cause| chain(&cause))?;
        Ok(old)
    }

    fn copy(&self, from: &Sqlite, to: &mut Sqlite, cut: &Cut) -> Result<(), StoreError> {
        let own = self.ledgers.first().map(|whose| &whose.party);
        for whose in self.ledgers {
            let party = &whose.party;
            let size = from.size(party)?;
            let end = match cut {
                _ if Some(party) != own => size,
                Cut::OwnHead => size.saturating_sub(1),
                Cut::Both(end) => *end,
            };
            for place in 0..end {
                let Some(kept) = from.read(party, place, 1)?.pop() else { break };
                if let Cut::Both(most) = cut
                    && Some(party) != own
                    && seen_by(&kept.entry) > *most
                {
                    break;
                }
                let new = NewEntry { entry: &kept.entry, body: kept.body.as_deref() };
                to.append(party, place, &[new])?;
            }
        }
        let keep_heads = matches!(cut, Cut::OwnHead);
        for key in from.keys("")?.into_iter().filter(|key| keep_heads || !key.starts_with(HEAD)) {
            if let Some(value) = from.get(&key)? {
                to.put(&key, &value)?;
            }
        }
        Ok(())
    }

    // A page is overwritten; it must be noticed, and mended from the backup and from the audit
    // file that the counterpart would export.
    fn broken(
        &self,
        backup: &Path,
        (before, export): (&Standing, &[u8]),
        shown: &mut Vec<Shown>,
    ) -> Result<(), DrillError> {
        let hurt = self.scratch.join("hurt.db");
        let failed = |cause| DrillError::Scratch { path: hurt.clone(), cause };
        let mut bytes = fs::read(backup).map_err(failed)?;
        let entry = self.newest(backup).map_err(DrillError::Copy)?;
        let at = bytes.windows(entry.len()).position(|window| window == entry);
        let page = at.unwrap_or_default() / PAGE_BYTES * PAGE_BYTES;
        if let Some(page) = bytes.get_mut(page..page + PAGE_BYTES).filter(|_| page > 0) {
            page.fill(0);
        }
        fs::write(&hurt, &bytes).map_err(failed)?;
        shown.push(Shown { claim: "a damaged page is noticed", how: told(self.noticed(&hurt)) });
        let whole = Sqlite::open(backup).map_err(DrillError::Copy)?;
        let older = Salvage::of_store(&whole, &self.parties(), 0);
        drop(whole);
        shown.push(Shown {
            claim: "the damaged store is mended from a backup, to the byte",
            how: told(self.mended(&hurt, older, "by-backup.db").and_then(|(after, figures)| {
                if after == *before { Ok(figures) } else { Err("it holds something else".into()) }
            })),
        });
        let theirs = Salvage::of_export(export).unwrap_or_default();
        shown.push(Shown {
            claim: "both ledgers are mended from an audit file, as the counterpart exports it",
            how: told(self.mended(&hurt, theirs, "by-audit.db").and_then(|(after, figures)| {
                let same = after.own == before.own && after.peer == before.peer;
                if same { Ok(figures) } else { Err("it holds something else".into()) }
            })),
        });
        Ok(())
    }

    // A part of our newest entry that the file holds in one piece: its end, the signature.
    fn newest(&self, backup: &Path) -> Result<Vec<u8>, StoreError> {
        let store = Sqlite::open(backup)?;
        let Some(own) = self.ledgers.first() else { return Ok(Vec::new()) };
        let last = store.size(&own.party)?.saturating_sub(1);
        let newest = store.read(&own.party, last, 1)?.pop();
        Ok(newest.map(|kept| kept.entry).unwrap_or_default())
    }

    fn noticed(&self, hurt: &Path) -> Result<String, String> {
        match (self.open)(hurt) {
            Err(cause) => Ok(format!("it does not start: {}", chain(&cause))),
            Ok(engine) => match engine.fsck() {
                Err(cause) => Ok(chain(&cause)),
                Ok(report) => report
                    .broken
                    .into_iter()
                    .next()
                    .ok_or_else(|| "the node started, and its check found nothing".to_owned()),
            },
        }
    }

    fn mended(
        &self,
        hurt: &Path,
        other: Salvage,
        name: &str,
    ) -> Result<(Standing, String), String> {
        let store = Sqlite::open_damaged(hurt).map_err(|cause| chain(&cause))?;
        let wanted = other.entries.values().map(BTreeMap::len).max().unwrap_or(0);
        let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
        let damaged = Salvage::of_store(&store, &self.parties(), wanted);
        drop(store);
        let path = self.scratch.join(name);
        let mut to = Sqlite::create(&path).map_err(|cause| chain(&cause))?;
        let mended = mend(&damaged, &[other], self.ledgers, &mut to);
        let mended = mended.map_err(|cause: MendError| chain(&cause))?;
        drop(to);
        let engine = (self.open)(&path).map_err(|cause| chain(&cause))?;
        let report = engine.fsck().map_err(|cause| chain(&cause))?;
        if let Some(broken) = report.broken.first() {
            return Err(broken.clone());
        }
        if mended.fetched == 0 {
            return Err("nothing was lost, so nothing was shown".to_owned());
        }
        let (fetched, entries, lost) = (mended.fetched, mended.entries, mended.lost.len());
        Ok((standing(&engine), format!("{fetched} of {entries} entries fetched, {lost} lost")))
    }

    fn parties(&self) -> Vec<PartyId> {
        self.ledgers.iter().map(|whose| whose.party.clone()).collect()
    }
}

fn standing(engine: &Engine) -> Standing {
    let of = |ledger: &Ledger| (ledger.size(), ledger.tree().root());
    let nothing = (0, tlog::tree::empty_root());
    let mut kept = Vec::new();
    for ledger in [Some(engine.own()), engine.peer()].into_iter().flatten() {
        let mut place = 0;
        while let Ok(some) = engine.store().read(ledger.party(), place, AT_ONCE)
            && !some.is_empty()
        {
            place += u64::try_from(some.len()).unwrap_or(u64::MAX);
            kept.extend(some.into_iter().map(|one| {
                note::digest::sha256_joined(&[&one.entry, b"\n", &one.body.unwrap_or_default()])
            }));
        }
    }
    for key in engine.store().keys("").unwrap_or_default() {
        let value = engine.store().get(&key).ok().flatten().unwrap_or_default();
        kept.push(note::digest::sha256_joined(&[key.as_bytes(), b"\n", &value]));
    }
    let kept: Vec<&[u8]> = kept.iter().map(|hash| hash.0.as_slice()).collect();
    Standing {
        own: of(engine.own()),
        peer: engine.peer().map_or(nothing, of),
        state: engine.fold().hash(),
        kept: note::digest::sha256_joined(&kept),
    }
}

fn seen_by(entry: &[u8]) -> u64 {
    note::statement::parse(entry).map_or(0, |statement| statement.header.seen.size)
}
