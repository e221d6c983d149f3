//! The raw limits: what the machine does when the house adds nothing.

use std::hint::black_box;
use std::time::Duration;

use note::key::{SigningKey, Verifier};
use store::port::{NewEntry, Store};
use store::sqlite::Sqlite;
use words::id::PartyId;

use crate::parties::Failure;
use crate::scratch::Scratch;
use crate::timing::{median_rate, timed, worked};

/// Signatures of one run: a fifth of a second at the pace of an ordinary processor.
const SIGNATURES: u32 = 10_000;

/// Ed25519 signatures a second of messages of that size, by one thread.
pub(crate) fn signs(message: &[u8]) -> Result<f64, Failure> {
    let key = SigningKey::from_seed(&[7; 32]);
    median_rate(SIGNATURES, || {
        let (took, ()) = worked(|| {
            (0..SIGNATURES).for_each(|_| {
                black_box(key.sign(message));
            });
        })?;
        Ok(took)
    })
}

/// Strict Ed25519 verifications a second by a key that is ready, by one thread.
pub(crate) fn verifies(message: &[u8]) -> Result<f64, Failure> {
    let key = SigningKey::from_seed(&[7; 32]);
    let (ready, signature) = (Verifier::new(key.public()), key.sign(message));
    median_rate(SIGNATURES, || {
        let (took, valid) =
            worked(|| (0..SIGNATURES).try_for_each(|_| ready.verify(message, &signature)))?;
        valid?;
        Ok(took)
    })
}

/// How long strict verifications take of one thread, on the processor.
pub(crate) fn verified(message: &[u8], count: u32) -> Result<Duration, Failure> {
    let key = SigningKey::from_seed(&[7; 32]);
    let (ready, signature) = (Verifier::new(key.public()), key.sign(message));
    let (took, valid) = worked(|| (0..count).try_for_each(|_| ready.verify(message, &signature)))?;
    valid?;
    Ok(took)
}

/// How long SQLite takes for `count` rows of that size, `size` a durable transaction.
pub(crate) fn rows(row: (&[u8], &[u8]), size: u32, count: u32) -> Result<Duration, Failure> {
    let ledger = PartyId::new("rows")?;
    let (entry, body) = row;
    let rows = vec![NewEntry { entry, body: Some(body) }; usize::try_from(size)?];
    let scratch = Scratch::new("rows")?;
    let mut store = Sqlite::create(&scratch.file("rows.db"))?;
    let (took, kept) = timed(|| {
        let firsts = (0..count).step_by(rows.len());
        firsts.map(u64::from).try_for_each(|first| store.append(&ledger, first, &rows))
    });
    kept?;
    Ok(took)
}
