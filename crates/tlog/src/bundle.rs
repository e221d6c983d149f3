//! Entry bundles: entries in a row, each after its length.

use words::limit::ENTRY_BYTES_MAX;

/// The bundle of some entries; none of them may be longer than [`ENTRY_BYTES_MAX`].
pub fn bundle<E: AsRef<[u8]>>(entries: &[E]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        let entry = entry.as_ref();
        assert!(entry.len() <= ENTRY_BYTES_MAX, "an entry of a ledger has a limit");
        let length = u16::try_from(entry.len()).expect("the limit is 16 bits wide");
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry);
    }
    bytes
}

/// The entries of a bundle; `None` if its lengths do not add up.
pub fn unbundle(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk()?;
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        bytes = rest;
    }
    Some(entries)
}
