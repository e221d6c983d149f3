//! Makes a damaged or outdated store whole, in a new one.

use store::port::{NewEntry, Store, StoreError};
use thiserror::Error;
use tlog::signed::SignedHead;
use tlog::tree::{Tree, leaf_hash};
use words::act::Key;
use words::id::PartyId;

use crate::salvage::{Found, HEAD, Salvage};

/// A ledger to be mended.
#[derive(Debug, Clone)]
pub struct Whose {
    /// The party.
    pub party: PartyId,
    /// Whose signature its heads are held against.
    pub signer: Signer,
}

/// A key that was known before anything was damaged.
#[derive(Debug, Clone)]
pub enum Signer {
    /// Of the ledger's node: we know our own.
    Node(Key),
    /// Of the party's root, which has signed the founding that names the node's key.
    Root(Key),
}

/// What was mended, and what nobody had.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mended {
    /// Entries of the new store, both ledgers.
    pub entries: u64,
    /// Entries that came from elsewhere.
    pub fetched: u64,
    /// Bodies that came from elsewhere.
    pub bodies: u64,
    /// What is lost for good, in words.
    pub lost: Vec<String>,
}

/// Why a store cannot be mended with what is at hand.
#[derive(Debug, Error)]
pub enum MendError {
    /// Entries that neither the store nor any other file holds.
    #[error(
        "entry {first} of `{party}` is in none of the files, and {count} are wanted in all: bring \
         an older backup, or an audit file that the other party exports"
    )]
    Nowhere {
        /// Whose ledger.
        party: PartyId,
        /// The first one.
        first: u64,
        /// How many entries the signed head promises.
        count: u64,
    },
    /// Nothing signed says what the ledger was.
    #[error("no file holds a head of `{0}` that its node has signed")]
    NoHead(PartyId),
    /// The entries are not those that were signed.
    #[error("the entries of `{0}` do not make the root of its newest signed head")]
    OtherRoot(PartyId),
    /// The new store failed.
    #[error("cannot keep what was mended")]
    Keep(#[source] StoreError),
}

/// Writes into `to`, an empty store, everything that `damaged` still has, and what it lacks from
/// `others`, the first that has it. A ledger is as long as the newest head that its own node has
/// signed, wherever that head was found, so an old copy is brought up to date as well.
pub fn mend(
    damaged: &Salvage,
    others: &[Salvage],
    ledgers: &[Whose],
    to: &mut dyn Store,
) -> Result<Mended, MendError> {
    let all: Vec<&Salvage> = std::iter::once(damaged).chain(others).collect();
    let mut mended = Mended { lost: damaged.lost.clone(), ..Mended::default() };
    for whose in ledgers {
        if let Some(whole) = whole(&all, whose)? {
            keep(&all, &whole, to, &mut mended)?;
        }
    }
    values(&all, to, &mut mended)?;
    let sightings: Vec<(i64, &str, &[u8])> = damaged
        .sightings
        .iter()
        .map(|(at, unit, bytes)| (*at, unit.as_str(), bytes.as_slice()))
        .collect();
    to.put_sightings(&sightings).map_err(MendError::Keep)?;
    Ok(mended)
}

// A ledger that was found whole, under its newest head.
struct Whole<'f> {
    party: &'f PartyId,
    head: Option<SignedHead>,
    // Each with the number of the file that it comes from.
    entries: Vec<(usize, &'f Found)>,
}

// `None` for a counterpart of which nobody holds anything yet.
fn whole<'f>(all: &[&'f Salvage], whose: &'f Whose) -> Result<Option<Whole<'f>>, MendError> {
    let party = &whose.party;
    let key = match &whose.signer {
        Signer::Node(key) => Some(key.clone()),
        Signer::Root(root) => all.iter().find_map(|salvage| salvage.node_key(party, root)),
    };
    let Some(now) = key else {
        let empty = all.iter().all(|salvage| salvage.found(party, 0).is_none());
        let none = all.first().is_some_and(|own| own.sizes.get(party) == Some(&0));
        return if empty && none { Ok(None) } else { Err(MendError::NoHead(party.clone())) };
    };
    let keys = Salvage::node_keys(all, party);
    let heads = all.iter().flat_map(|salvage| &salvage.heads);
    let signed = heads.filter(|head| {
        let key = signer(&keys, (&whose.signer, &now), head.head.size);
        head.head.origin == *party && head.verify(party.as_str(), key).is_ok()
    });
    let newest = signed.max_by_key(|head| {
        let key = signer(&keys, (&whose.signer, &now), head.head.size);
        (head.head.size, head.cosigned_at(party.as_str(), key), head.lines.len())
    });
    let kept = all.first().and_then(|damaged| damaged.sizes.get(party)).copied();
    // What was appended after the newest head, only the store's own sums vouch for.
    let Some(size) = newest.map(|head| head.head.size).max(kept) else {
        return Err(MendError::NoHead(party.clone()));
    };
    let mut entries = Vec::new();
    let mut tree = Tree::new();
    for place in 0..size {
        let held = all.iter().enumerate();
        let mut held = held.filter_map(|(file, it)| Some((file, it.found(party, place)?)));
        let nowhere = || MendError::Nowhere { party: party.clone(), first: place, count: size };
        let found = held.next().ok_or_else(nowhere)?;
        tree.push(leaf_hash(&found.1.entry));
        entries.push(found);
    }
    let signed = newest.is_none_or(|head| tree.root_at(head.head.size) == Some(head.head.root));
    if !signed {
        return Err(MendError::OtherRoot(party.clone()));
    }
    Ok(Some(Whole { party, head: newest.cloned(), entries }))
}

// The key of the node that signs heads of a size. What the ledger says of former keys is heard
// where it leads to the key that we know: from the founding that the root has signed, or to ours.
fn signer<'k>(keys: &'k [(u64, Key)], (whose, now): (&Signer, &'k Key), size: u64) -> &'k Key {
    let leads = match whose {
        Signer::Node(_) => keys.last().is_some_and(|(_, last)| last == now),
        Signer::Root(_) => keys.first().is_some_and(|(_, first)| first == now),
    };
    let named = keys.iter().rev().find(|(index, _)| leads && *index < size);
    named.map_or(now, |(_, key)| key)
}

fn keep(
    all: &[&Salvage],
    whole: &Whole<'_>,
    to: &mut dyn Store,
    mended: &mut Mended,
) -> Result<(), MendError> {
    for (place, (file, found)) in (0..).zip(&whole.entries) {
        let own = *file == 0;
        let body = body(all, whole.party, place, found);
        let fetched = body.is_some() && !(own && found.body.is_some());
        let new = NewEntry { entry: &found.entry, body };
        to.append(whole.party, place, &[new]).map_err(MendError::Keep)?;
        if found.erased {
            to.erase_body(whole.party, place).map_err(MendError::Keep)?;
        }
        mended.entries += 1;
        mended.fetched += u64::from(!own);
        mended.bodies += u64::from(fetched);
        if !own && body.is_none() {
            mended.lost.push(format!("the body of {} {place}, if there was one", whole.party));
        }
    }
    if let Some(head) = &whole.head {
        let name = format!("{HEAD}{}", whole.party);
        to.put(&name, head.to_string().as_bytes()).map_err(MendError::Keep)?;
    }
    Ok(())
}

// The body that is to lie beside an entry: one that it commits to, and none that was erased.
fn body<'f>(
    all: &[&'f Salvage],
    party: &PartyId,
    place: u64,
    entry: &'f Found,
) -> Option<&'f [u8]> {
    if entry.erased {
        return None;
    }
    let held = all.iter().filter_map(|salvage| salvage.found(party, place)?.body.as_deref());
    let beside = entry.body.as_deref().into_iter().chain(held);
    beside.into_iter().find(|body| ledger::reader::belongs(&entry.entry, body))
}

// Small values are no proofs: what is damaged comes from the first other file that has it, and
// what was deleted here must not come back from an older copy. Heads were written above.
fn values(all: &[&Salvage], to: &mut dyn Store, mended: &mut Mended) -> Result<(), MendError> {
    let Some((damaged, others)) = all.split_first() else { return Ok(()) };
    let is_head = |name: &str| name.starts_with(HEAD);
    for (name, value) in damaged.values.iter().filter(|(name, _)| !is_head(name)) {
        to.put(name, value).map_err(MendError::Keep)?;
    }
    let known = others.iter().flat_map(|other| other.values.keys());
    let torn = match &damaged.torn {
        Some(torn) => torn.clone(),
        None => known.cloned().collect(),
    };
    for name in torn.iter().filter(|name| !is_head(name)) {
        let older = others.iter().find_map(|other| other.values.get(name));
        mended.lost.push(match older {
            Some(_) => format!("the value `{name}` as it was: an older one took its place"),
            None => format!("the value `{name}`"),
        });
        if let Some(older) = older {
            to.put(name, older).map_err(MendError::Keep)?;
        }
    }
    if damaged.torn.is_none() {
        mended.lost.push("the list of small values".to_owned());
    }
    Ok(())
}
