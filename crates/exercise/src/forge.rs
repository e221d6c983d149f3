//! A forger rewrites the end of a ledger, and must be caught.

use engine::engine::{Config, Engine, World};
use engine::fault::Fault;
use note::key::SigningKey;
use note::statement::{Draft, Intent, open, parse};
use store::memory::Memory;
use store::port::{Kept, NewEntry, Store, StoreError};
use words::hash::Seed;
use words::id::PartyId;

use crate::cast::Party;

/// How far back the forger lies: everything of the last entries happened earlier.
const EARLIER_MS: i64 = 3 * 60_000;

/// Entries read at once.
const AT_ONCE: u32 = 4_096;

/// Opens a copy of an engine whose last `replaced` entries are others, signed with true keys.
pub fn forge(
    original: &Engine,
    party: &Party,
    config: Config,
    (mut world, replaced): (World, usize),
) -> Result<Engine, Box<Fault>> {
    let keep = |cause| Box::new(Fault::Keep { what: "a forged ledger", cause });
    let mut store = Memory::new();
    for ledger in original.store().ledgers().map_err(keep)? {
        let mut entries = whole(original.store(), &ledger).map_err(keep)?;
        if ledger == party.id {
            let first = entries.len().saturating_sub(replaced);
            let keys = party.stolen();
            for kept in entries.iter_mut().skip(first) {
                lie(kept, &keys)?;
            }
        }
        let new: Vec<NewEntry<'_>> = entries
            .iter()
            .map(|kept| NewEntry { entry: &kept.entry, body: kept.body.as_deref() })
            .collect();
        store.append(&ledger, 0, &new).map_err(keep)?;
    }
    world.store = Box::new(store);
    Engine::open(config, world, &party.node_seed).map_err(Box::new)
}

fn whole(store: &dyn Store, ledger: &PartyId) -> Result<Vec<Kept>, StoreError> {
    let mut all: Vec<Kept> = Vec::new();
    loop {
        let from = u64::try_from(all.len()).unwrap_or(u64::MAX);
        let kept = store.read(ledger, from, AT_ONCE)?;
        if kept.is_empty() {
            return Ok(all);
        }
        all.extend(kept);
    }
}

// The same act by the same person, a little earlier, under a signature that verifies.
fn lie(kept: &mut Kept, keys: &[SigningKey]) -> Result<(), Box<Fault>> {
    let input = |text: String| Box::new(Fault::Input(text));
    let statement = parse(&kept.entry).map_err(|cause| input(cause.to_string()))?;
    let header = statement.header;
    let body = kept.body.as_deref().unwrap_or_default();
    let act = open(&header, body).map_err(|cause| input(cause.to_string()))?;
    let key = keys.iter().find(|key| key.id() == statement.key);
    let key = key.ok_or_else(|| input("a key that was not stolen".to_owned()))?;
    let intent = Intent {
        origin: header.origin,
        id: header.id,
        at: header.at.plus_ms(-EARLIER_MS),
        seen: header.seen,
        audience: header.audience,
    };
    let draft = Draft::new(intent, &act, Seed([7; 32]), &key.public());
    let sealed = draft.map_err(|cause| input(cause.to_string()))?.sign(key);
    kept.entry = sealed.entry;
    kept.body = Some(sealed.body);
    Ok(())
}
