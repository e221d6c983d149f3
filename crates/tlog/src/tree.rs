//! The Merkle tree of a ledger (RFC 6962): append, roots, proofs.

use note::digest::{sha256, sha256_joined};
use thiserror::Error;
use words::hash::Hash;

use crate::walk::{self, Subtrees};

/// A proof does not prove what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The sizes or the index contradict each other.
    #[error("the proof is about a tree that cannot be")]
    Range,
    /// Too many hashes, or too few.
    #[error("the proof is not as long as the tree needs")]
    Length,
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root")]
    Root,
}

/// The hash of an entry as a leaf.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    sha256_joined(&[&[0], entry])
}

/// The hash of two neighbouring subtrees of equal height, or of a tree's two parts.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256_joined(&[&[1], &left.0, &right.0])
}

/// The root of a ledger without entries.
pub fn empty_root() -> Hash {
    sha256(b"")
}

/// An append-only Merkle tree. It keeps the hashes of all complete subtrees, about 64 bytes for
/// each entry, and so answers every question in the logarithm of its size.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    // Row `h` holds the complete subtrees of 2^h leaves, from the left.
    rows: Vec<Vec<Hash>>,
}

impl Tree {
    /// A tree without leaves.
    pub const fn new() -> Self {
        Self { rows: Vec::new() }
    }

    /// Appends a leaf; see [`leaf_hash`].
    pub fn push(&mut self, leaf: Hash) {
        let mut rising = leaf;
        for row in &mut self.rows {
            row.push(rising);
            match row.as_slice() {
                [.., left, right] if row.len().is_multiple_of(2) => {
                    rising = node_hash(left, right);
                }
                _ => return,
            }
        }
        self.rows.push(vec![rising]);
    }

    /// How many leaves.
    pub fn size(&self) -> u64 {
        let leaves = self.rows.first().map_or(0, Vec::len);
        u64::try_from(leaves).expect("no vector is longer than 64 bits can say")
    }

    /// The leaf of an entry.
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        self.complete(0, index)
    }

    /// The root of the whole tree.
    pub fn root(&self) -> Hash {
        self.root_at(self.size()).expect("the tree reaches its own size")
    }

    /// The root when the tree had `size` leaves; `None` if it never had.
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        walk::root(&mut &*self, size).ok()
    }

    /// The root that the tree would have with these leaves appended; the tree stays as it is.
    pub fn root_with(&self, more: &[Hash]) -> Hash {
        let alone = |row: &Vec<Hash>| row.last().copied().filter(|_| !row.len().is_multiple_of(2));
        let mut peaks: Vec<Option<Hash>> = self.rows.iter().map(alone).collect();
        for leaf in more {
            raise(&mut peaks, *leaf);
        }
        let peaks = peaks.into_iter().flatten();
        peaks.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
    }

    /// The proof that leaf `index` is in the tree of `size` leaves.
    pub fn inclusion(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        let asked = index < size && size <= self.size();
        asked.then(|| walk::inclusion(&mut &*self, index, size).ok()).flatten()
    }

    /// The proof that the tree of `to` leaves continues the tree of `from` leaves.
    pub fn consistency(&self, from: u64, to: u64) -> Option<Vec<Hash>> {
        let asked = from <= to && to <= self.size();
        asked.then(|| walk::consistency(&mut &*self, from, to).ok()).flatten()
    }

    pub(crate) fn complete(&self, height: u32, index: u64) -> Option<Hash> {
        let row = self.rows.get(usize::try_from(height).ok()?)?;
        row.get(usize::try_from(index).ok()?).copied()
    }
}

/// The tree has no such subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSubtree;

impl Subtrees for &Tree {
    type Fault = NoSubtree;

    fn complete(&mut self, height: u32, index: u64) -> Result<Hash, NoSubtree> {
        Tree::complete(self, height, index).ok_or(NoSubtree)
    }
}

// Adds a leaf to the peaks, the complete subtrees without a right sibling by height: a binary
// counter, in which two peaks of one height make one of the next.
fn raise(peaks: &mut Vec<Option<Hash>>, leaf: Hash) {
    let mut rising = leaf;
    for peak in peaks.iter_mut() {
        let Some(left) = peak.take() else {
            *peak = Some(rising);
            return;
        };
        rising = node_hash(&left, &rising);
    }
    peaks.push(Some(rising));
}

/// Is `leaf` at `index` of the tree of `size` leaves with this root? (RFC 9162, 2.1.3.2.)
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Range);
    }
    let (mut path, mut computed) = (Path { node: index, last: size - 1 }, leaf);
    for sibling in proof {
        computed = match path.rise()? {
            Sibling::Left => node_hash(sibling, &computed),
            Sibling::Right => node_hash(&computed, sibling),
        };
    }
    path.ended()?;
    if computed == root { Ok(()) } else { Err(ProofError::Root) }
}

/// Does the tree of `to` leaves continue the tree of `from` leaves? (RFC 9162, 2.1.4.2.)
pub fn verify_consistency(
    from: u64,
    from_root: Hash,
    to: u64,
    to_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if from > to {
        return Err(ProofError::Range);
    }
    if from == 0 || from == to {
        let old = if from == 0 { empty_root() } else { to_root };
        return match proof {
            [] if from_root == old && (to > 0 || to_root == old) => Ok(()),
            [] => Err(ProofError::Root),
            _ => Err(ProofError::Length),
        };
    }
    let mut path = Path { node: from - 1, last: to - 1 };
    path.climb_while(|node| node % 2 == 1);
    // An old tree of 2^n leaves is a node of the new one, so the proof need not repeat it.
    let (start, proof) = if from.is_power_of_two() {
        (&from_root, proof)
    } else {
        proof.split_first().ok_or(ProofError::Length)?
    };
    let (mut old, mut new) = (*start, *start);
    for sibling in proof {
        match path.rise()? {
            Sibling::Left => (old, new) = (node_hash(sibling, &old), node_hash(sibling, &new)),
            Sibling::Right => new = node_hash(&new, sibling),
        }
    }
    path.ended()?;
    if old == from_root && new == to_root { Ok(()) } else { Err(ProofError::Root) }
}

// On which side the proof's next hash stands.
enum Sibling {
    Left,
    Right,
}

// The way from a leaf to the root: our node and the last node of its row.
struct Path {
    node: u64,
    last: u64,
}

impl Path {
    fn rise(&mut self) -> Result<Sibling, ProofError> {
        if self.last == 0 {
            return Err(ProofError::Length);
        }
        let side = if self.node % 2 == 1 || self.node == self.last {
            // A last node without a partner climbs alone until it becomes a right child.
            self.climb_while(|node| node % 2 == 0 && node != 0);
            Sibling::Left
        } else {
            Sibling::Right
        };
        (self.node, self.last) = (self.node / 2, self.last / 2);
        Ok(side)
    }

    fn climb_while(&mut self, climbs: impl Fn(u64) -> bool) {
        while climbs(self.node) {
            (self.node, self.last) = (self.node / 2, self.last / 2);
        }
    }

    fn ended(&self) -> Result<(), ProofError> {
        if self.last == 0 { Ok(()) } else { Err(ProofError::Length) }
    }
}
