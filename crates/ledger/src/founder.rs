//! Whose ledger it is that begins: its first entry, under a pinned root.

use note::key::key_id;
use note::statement::{Seen, parse};
use words::act::{Act, Key};
use words::id::PartyId;
use words::role::Side;

use crate::reader::{Read, Reader};

/// The node key of a ledger whose entry 0 comes with its head: trusted only if the pinned root
/// signed that entry, and its body opens the commitment under that signature.
pub fn founder(
    pinned: Option<&(PartyId, Key)>,
    ours: Side,
    entries: &[Vec<u8>],
    bodies: &[(u64, Vec<u8>)],
) -> Option<Key> {
    let (party, root) = pinned?;
    let first = entries.first()?;
    let statement = parse(first).ok().filter(|first| first.key == key_id(root))?;
    let verified = statement.verify(root).ok()?;
    let (_, body) = bodies.iter().find(|(index, _)| *index == 0)?;
    // It must read as a founding, and on the other side: nobody else may stand on ours.
    let mut reader = Reader::new(party.clone());
    let seen_holds = verified.header().seen == Seen::default();
    match reader.read(first, Some(body), seen_holds) {
        Read::Entry(entry) if entry.void.is_none() && entry.side == ours.other() => {
            let Some(Act::PartyFounded(founded)) = entry.act else { return None };
            Some(founded.node)
        }
        Read::Entry(_) | Read::WaitsForBody => None,
    }
}
