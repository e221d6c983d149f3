//! Roots and proofs of a tree, wherever its complete subtrees lie.

use words::hash::Hash;

use crate::tree::{empty_root, node_hash};

/// Where the complete subtrees of a ledger lie: in memory, or in tiles.
pub trait Subtrees {
    /// Why a subtree cannot be had.
    type Fault;

    /// The hash of the `index`-th complete subtree of 2^`height` leaves, from the left.
    fn complete(&mut self, height: u32, index: u64) -> Result<Hash, Self::Fault>;
}

/// The root over the first `size` leaves.
pub fn root<S: Subtrees>(source: &mut S, size: u64) -> Result<Hash, S::Fault> {
    if size == 0 { Ok(empty_root()) } else { span(source, 0, size) }
}

/// The proof that leaf `index` is in the tree of `size` leaves; `index` must be below `size`.
pub fn inclusion<S: Subtrees>(
    source: &mut S,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, S::Fault> {
    assert!(index < size, "a tree of {size} leaves has no leaf {index}");
    let (mut first, mut count, mut proof) = (0, size, Vec::new());
    while count > 1 {
        let left = left_part(count);
        if index - first < left {
            proof.push(span(source, first + left, count - left)?);
            count = left;
        } else {
            proof.push(span(source, first, left)?);
            (first, count) = (first + left, count - left);
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `to` leaves continues the tree of `from` leaves; `from` must not
/// be above `to`.
pub fn consistency<S: Subtrees>(source: &mut S, from: u64, to: u64) -> Result<Vec<Hash>, S::Fault> {
    assert!(from <= to, "a tree of {to} leaves does not continue one of {from}");
    let (mut first, mut count, mut proof) = (0, to, Vec::new());
    while from != 0 && from != first + count {
        let left = left_part(count);
        if from - first <= left {
            proof.push(span(source, first + left, count - left)?);
            count = left;
        } else {
            proof.push(span(source, first, left)?);
            (first, count) = (first + left, count - left);
        }
    }
    // A verifier knows the old root; unless that is where we stand, it needs this one too.
    if first != 0 {
        proof.push(span(source, first, count)?);
    }
    proof.reverse();
    Ok(proof)
}

// The hash over `count` leaves from `first`, a border at which RFC 6962 splits.
fn span<S: Subtrees>(source: &mut S, first: u64, count: u64) -> Result<Hash, S::Fault> {
    if count.is_power_of_two() {
        return source.complete(count.trailing_zeros(), first / count);
    }
    let left = left_part(count);
    let (left, right) = (span(source, first, left)?, span(source, first + left, count - left)?);
    Ok(node_hash(&left, &right))
}

// The largest power of two below `count`, which is at least 2: where RFC 6962 splits a tree.
const fn left_part(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}
