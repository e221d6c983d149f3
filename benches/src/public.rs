//! What strangers cost: proofs from tiles, a witness beside its disk.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::path::Path;

use durable::replace;
use note::key::{SigningKey, Verifier};
use tlog::accusation::Accusation;
use tlog::checkpoint::Checkpoint;
use tlog::signed::{Signed, SignedCheckpoint};
use tlog::tile::{Row, Tile, grown, hashes};
use tlog::tiled::{Shelf, Tiled};
use tlog::tree::{Tree, leaf_hash, verify_inclusion};
use tlog::vkey::Vkey;
use tlog::walk;
use tlog::witness::AddCheckpoint;
use witness::cosigner::{Cosigner, Memory};
use words::moment::Moment;

use crate::parties::Failure;
use crate::say::{against, heading, rate};
use crate::scratch::Scratch;
use crate::timing::{median_rate, timed, worked};

/// Years of a busy deployment, as in the replay.
const LEAVES: u32 = 1_000_000;

/// Proofs in one run: enough for the clock, few enough for a minute.
const PROOFS: u32 = 100_000;

/// Requests in one run; each is a durable write.
const REQUESTS: u32 = 300;

const LOG: &str = "log.example/a";

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    heading("Strangers", "a ledger of 1,000,000 entries; one core; a witness on this disk")?;
    let mut tree = Tree::new();
    (0..LEAVES).for_each(|index| tree.push(leaf_hash(&index.to_be_bytes())));
    proofs(&tree)?;
    witnessed(&tree)
}

#[derive(Default)]
struct Tiles(BTreeMap<Tile, Vec<u8>>);

impl Shelf for &Tiles {
    type Fault = Infallible;

    fn tile(&mut self, tile: &Tile) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.0.get(tile).cloned())
    }
}

fn proofs(tree: &Tree) -> Result<(), Failure> {
    let (size, mut tiles) = (tree.size(), Tiles::default());
    for tile in grown(0, size).into_iter().filter(|tile| tile.row != Row::Entries) {
        let bytes = hashes(&mut &*tree, &tile).ok().flatten().ok_or("a tile lies in its tree")?;
        tiles.0.insert(tile, bytes);
    }
    // A step that is prime to the size meets every entry once.
    let places = || (0..u64::from(PROOFS)).map(|at| at * 7_919 % size);
    let in_memory = median_rate(PROOFS, || {
        worked(|| places().filter_map(|at| tree.inclusion(at, size)).count()).map(|(took, _)| took)
    })?;
    let mut tiled = Tiled::new(&tiles, size);
    let warm = median_rate(PROOFS, || {
        let made = |at| walk::inclusion(&mut tiled, at, size);
        worked(|| places().flat_map(made).count()).map(|(took, _)| took)
    })?;
    against("proofs from tiles at hand", warm, ("proofs from memory", in_memory))?;
    let root = tree.root();
    let made: Vec<_> = places().take(10_000).map(|at| (at, tree.inclusion(at, size))).collect();
    let checked = median_rate(10_000, || {
        let holds = |(at, proof): &&(u64, Option<Vec<words::hash::Hash>>)| {
            let leaf = tree.leaf(*at).unwrap_or(root);
            let proof = proof.as_deref().unwrap_or_default();
            verify_inclusion(leaf, *at, size, proof, root).is_ok()
        };
        worked(|| made.iter().filter(holds).count()).map(|(took, _)| took)
    })?;
    rate("inclusion proofs checked", checked)?;
    let in_memory = median_rate(PROOFS, || {
        worked(|| places().filter_map(|at| tree.consistency(at, size)).count())
            .map(|(took, _)| took)
    })?;
    let warm = median_rate(PROOFS, || {
        let made = |at| walk::consistency(&mut tiled, at, size);
        worked(|| places().flat_map(made).count()).map(|(took, _)| took)
    })?;
    Ok(against("consistency proofs from tiles at hand", warm, ("those from memory", in_memory))?)
}

// Keeps nothing: what is left is the signatures and the proof.
struct Nowhere;

impl Memory for Nowhere {
    fn keep(&mut self, _: &SignedCheckpoint) -> io::Result<()> {
        Ok(())
    }

    fn accuse(&mut self, _: &Accusation) -> io::Result<()> {
        Ok(())
    }
}

// Keeps one file as the witness's folder does.
struct Disk<'p>(&'p Path);

impl Memory for Disk<'_> {
    fn keep(&mut self, cosigned: &SignedCheckpoint) -> io::Result<()> {
        replace(self.0, cosigned.to_string().as_bytes())
    }

    fn accuse(&mut self, _: &Accusation) -> io::Result<()> {
        Ok(())
    }
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn requests(tree: &Tree, count: u32) -> Result<Vec<String>, Failure> {
    let ask = |at: u32| {
        // Ten statements a head, with a long history below.
        let (old, size) = (u64::from(at) * 10 + 900_000, u64::from(at) * 10 + 900_010);
        let (old, proof) =
            if at == 0 { (0, Some(Vec::new())) } else { (old, tree.consistency(old, size)) };
        let root = tree.root_at(size)?;
        let text = Checkpoint { origin: LOG.to_owned(), size, root, more: Vec::new() };
        let checkpoint = Signed::sign(text, LOG, &key());
        Some(AddCheckpoint { old, proof: proof?, checkpoint }.to_string())
    };
    (0..count).map(|at| ask(at).ok_or_else(|| Failure::from("a head beyond the tree"))).collect()
}

fn cosigner<M: Memory>(memory: M) -> Cosigner<M> {
    let logs = vec![Vkey::log(LOG, &key().public())];
    let own = ("w.example", SigningKey::from_seed(&[2; 32]));
    Cosigner::new(own, logs, BTreeMap::new(), memory)
}

fn all<M: Memory>(mut cosigner: Cosigner<M>, requests: &[String]) -> usize {
    let at = Moment::from_ms(1_700_000_000_000);
    requests.iter().filter(|request| cosigner.add(request, at).is_ok()).count()
}

fn witnessed(tree: &Tree) -> Result<(), Failure> {
    let asked = requests(tree, REQUESTS * 10)?;
    let few = asked.get(..usize::try_from(REQUESTS)?).unwrap_or(&asked);
    let (signer, verifier) = (key(), Verifier::new(key().public()));
    let text = few.first().map_or(&[][..], |request| request.as_bytes());
    let signature = signer.sign(text);
    let limit = median_rate(REQUESTS * 10, || {
        let both = |_: &u32| {
            let signed = signer.sign(text);
            verifier.verify(text, &signature).is_ok() && signed == signature
        };
        worked(|| (0..REQUESTS * 10).filter(both).count()).map(|(took, _)| took)
    })?;
    let pure = median_rate(REQUESTS * 10, || {
        let (took, done) = worked(|| all(cosigner(Nowhere), &asked))?;
        if done == asked.len() { Ok(took) } else { Err(io::Error::other("a request was declined")) }
    })?;
    against("add-checkpoint without a disk", pure, ("one verification and one signature", limit))?;
    let scratch = Scratch::new("witness")?;
    let path = scratch.path().join("record");
    let bytes = few.first().map_or(&[][..], |request| request.as_bytes());
    let writes = median_rate(REQUESTS, || {
        let (took, done) = timed(|| (0..REQUESTS).try_for_each(|_| replace(&path, bytes)));
        done.map(|()| took)
    })?;
    let durable = median_rate(REQUESTS, || {
        let (took, done) = timed(|| all(cosigner(Disk(&path)), few));
        if done == few.len() { Ok(took) } else { Err(io::Error::other("a request was declined")) }
    })?;
    Ok(against("add-checkpoint, durable", durable, ("durable replacements of a file", writes))?)
}
