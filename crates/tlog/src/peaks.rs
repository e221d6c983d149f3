//! The right edge of a tree: enough to go on appending.

use words::hash::Hash;

use crate::tree::{ProofError, Tree, empty_root, node_hash};

/// The complete subtrees at the right edge of a tree, from the largest to the smallest: one for
/// each bit that is set in its size. Whoever holds them goes on where the tree ended, and gets
/// the same roots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peaks {
    size: u64,
    hashes: Vec<Hash>,
}

impl Peaks {
    /// The right edge of a tree of `size` leaves, as somebody says that it is. Nothing is proved:
    /// only a root that follows from it and is proved shows that it was right.
    pub fn claimed(size: u64, hashes: Vec<Hash>) -> Result<Self, ProofError> {
        let right = u32::try_from(hashes.len()).is_ok_and(|count| count == size.count_ones());
        if right { Ok(Self { size, hashes }) } else { Err(ProofError::Length) }
    }

    /// How many leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes, from the largest subtree to the smallest.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Appends a leaf; see [`crate::tree::leaf_hash`].
    pub fn push(&mut self, leaf: Hash) {
        let mut rising = leaf;
        // A binary counter: each bit that is carried joins two subtrees of one height.
        for _ in 0..self.size.trailing_ones() {
            let left = self.hashes.pop().expect("there is a subtree for each bit of the size");
            rising = node_hash(&left, &rising);
        }
        self.hashes.push(rising);
        self.size += 1;
    }

    /// The root.
    pub fn root(&self) -> Hash {
        let joined =
            self.hashes.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        joined.unwrap_or_else(empty_root)
    }
}

impl Tree {
    /// The right edge of the tree when it had `size` leaves; `None` if it never had.
    pub fn peaks_at(&self, size: u64) -> Option<Peaks> {
        if size > self.size() {
            return None;
        }
        let mut hashes = Vec::new();
        let mut first = 0;
        for height in (0..u64::BITS).rev().filter(|height| size >> height & 1 == 1) {
            hashes.push(self.complete(height, first >> height)?);
            first += 1 << height;
        }
        Some(Peaks { size, hashes })
    }
}
