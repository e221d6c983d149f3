//! The Merkle tree against RFC 6962 said naively.

use note::digest::sha256_joined;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use tlog::peaks::Peaks;
use tlog::tree::{ProofError, Tree, empty_root, leaf_hash, verify_consistency, verify_inclusion};
use words::hash::{Hash, unhex};

const SIZES: u64 = 70;

fn leaf(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}

fn tree(size: u64) -> Tree {
    let mut tree = Tree::new();
    (0..size).for_each(|index| tree.push(leaf(index)));
    tree
}

// RFC 6962, 2.1, word for word: nothing kept, everything computed again.
mod naive {
    use super::{Hash, empty_root, sha256_joined};

    fn split(leaves: &[Hash]) -> (&[Hash], &[Hash]) {
        let mut k = 1;
        while k * 2 < leaves.len() {
            k *= 2;
        }
        leaves.split_at(k)
    }

    pub(super) fn root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = split(leaves);
                sha256_joined(&[&[1], &root(left).0, &root(right).0])
            }
        }
    }

    pub(super) fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let (left, right) = split(leaves);
        let (mut path, sibling) = if index < left.len() {
            (path(index, left), root(right))
        } else {
            (path(index - left.len(), right), root(left))
        };
        path.push(sibling);
        path
    }

    pub(super) fn subproof(from: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
        if from == leaves.len() {
            return if whole { Vec::new() } else { vec![root(leaves)] };
        }
        let (left, right) = split(leaves);
        let (mut proof, sibling) = if from <= left.len() {
            (subproof(from, left, whole), root(right))
        } else {
            (subproof(from - left.len(), right, false), root(left))
        };
        proof.push(sibling);
        proof
    }
}

fn small(number: u64) -> usize {
    usize::try_from(number).expect("a small number")
}

#[test]
fn roots_are_those_of_the_certificate_transparency_tests() {
    let entries = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Tree::new();
    assert_eq!(tree.root().to_string(), roots[0]);
    for (entry, root) in entries.iter().zip(&roots[1..]) {
        tree.push(leaf_hash(&unhex(entry).unwrap()));
        assert_eq!(tree.root().to_string(), *root);
    }
    for (size, root) in (0..).zip(roots) {
        assert_eq!(tree.root_at(size).unwrap().to_string(), root);
    }
    assert_eq!(tree.root_at(9), None);
}

#[test]
fn roots_and_proofs_are_those_of_the_definition() {
    let tree = tree(SIZES);
    let leaves: Vec<Hash> = (0..SIZES).map(leaf).collect();
    for size in 0..=SIZES {
        let then = &leaves[..small(size)];
        assert_eq!(tree.root_at(size), Some(naive::root(then)));
        for index in 0..size {
            assert_eq!(tree.leaf(index), Some(leaf(index)));
            assert_eq!(tree.inclusion(index, size), Some(naive::path(small(index), then)));
        }
        for from in 1..=size {
            let proof = naive::subproof(small(from), then, true);
            assert_eq!(tree.consistency(from, size), Some(proof), "{from} to {size}");
        }
    }
    assert_eq!(tree.leaf(SIZES), None);
}

#[test]
fn there_is_no_proof_of_what_is_not() {
    let tree = tree(5);
    assert_eq!(tree.inclusion(5, 5), None);
    assert_eq!(tree.inclusion(2, 6), None);
    assert_eq!(tree.inclusion(0, 0), None);
    assert_eq!(tree.consistency(4, 3), None);
    assert_eq!(tree.consistency(3, 6), None);
    assert_eq!(tree.consistency(0, 5), Some(Vec::new()));
    assert_eq!(Tree::new().consistency(0, 0), Some(Vec::new()));
}

// The proof with one hash turned round, with one hash too many, or with one too few.
fn alterations(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let flipped = (0..proof.len()).map(|at| {
        let mut altered = proof.to_vec();
        altered.iter_mut().skip(at).take(1).for_each(|hash| hash.0.reverse());
        altered
    });
    let longer = [[proof, &[leaf(0)]].concat(), [&[leaf(0)], proof].concat()];
    let shorter = proof.split_last().map(|(_, rest)| rest.to_vec());
    let beheaded = proof.split_first().map(|(_, rest)| rest.to_vec());
    flipped.chain(longer).chain(shorter).chain(beheaded).collect()
}

#[test]
fn inclusion_of_every_leaf_verifies_and_of_every_altered_one_does_not() {
    let tree = tree(SIZES);
    for size in 1..=SIZES {
        let root = tree.root_at(size).unwrap();
        for index in 0..size {
            let proof = tree.inclusion(index, size).unwrap();
            let check = |leaf, index, proof: &[Hash], root| {
                verify_inclusion(leaf, index, size, proof, root)
            };
            assert_eq!(check(leaf(index), index, &proof, root), Ok(()), "{index} of {size}");
            assert_eq!(check(leaf(99), index, &proof, root), Err(ProofError::Root));
            assert_eq!(check(leaf(index), index, &proof, leaf(0)).is_ok(), size == 1 && index == 0);
            let elsewhere = (0..=size).filter(|other| *other != index);
            for other in elsewhere {
                assert!(check(leaf(index), other, &proof, root).is_err(), "{index} as {other}");
            }
            for altered in alterations(&proof) {
                assert!(check(leaf(index), index, &altered, root).is_err());
            }
        }
    }
}

#[test]
fn every_tree_continues_every_earlier_one_and_no_other() {
    let tree = tree(SIZES);
    for to in 0..=SIZES {
        let new = tree.root_at(to).unwrap();
        for from in 0..=to {
            let (old, proof) = (tree.root_at(from).unwrap(), tree.consistency(from, to).unwrap());
            assert_eq!(verify_consistency(from, old, to, new, &proof), Ok(()), "{from} to {to}");
            assert!(verify_consistency(from, leaf(99), to, new, &proof).is_err());
            // Everything continues an empty ledger.
            let other = verify_consistency(from, old, to, leaf(99), &proof);
            assert_eq!(other.is_ok(), from == 0 && to > 0, "{from} to {to}");
            for altered in alterations(&proof) {
                assert!(verify_consistency(from, old, to, new, &altered).is_err());
            }
            if from < to {
                let backwards = verify_consistency(to, new, from, old, &proof);
                assert_eq!(backwards, Err(ProofError::Range));
            }
        }
    }
}

#[test]
fn a_forked_ledger_has_no_proof() {
    let mut fork = tree(20);
    let honest = tree(41);
    (0..20).for_each(|index| fork.push(leaf(1_000 + index)));
    let (old, new) = (fork.root_at(30).unwrap(), honest.root());
    for proof in [honest.consistency(30, 41).unwrap(), fork.consistency(30, 40).unwrap()] {
        assert!(verify_consistency(30, old, 41, new, &proof).is_err());
    }
}

proptest! {
    #[test]
    fn foreign_proofs_are_refused_calmly(
        index in any::<u64>(),
        size in any::<u64>(),
        proof in proptest::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..70),
    ) {
        prop_assert!(verify_inclusion(leaf(0), index, size, &proof, leaf(1)).is_err());
        let (from, to) = (index.min(size), index.max(size));
        prop_assert!(verify_consistency(from.max(1), leaf(0), to, leaf(1), &proof).is_err());
    }

    #[test]
    fn the_root_with_more_leaves_is_the_root_once_they_are_there(
        size in 0_u64..600,
        more in 0_u64..600,
    ) {
        let mut tree = tree(size);
        let leaves: Vec<Hash> = (size..size + more).map(leaf).collect();
        let foreseen = tree.root_with(&leaves);
        prop_assert_eq!(tree.size(), size);
        for leaf in &leaves {
            tree.push(*leaf);
        }
        prop_assert_eq!(foreseen, tree.root());
    }

    #[test]
    fn large_trees_prove_as_small_ones(index in 0_u64..3_000, from in 1_u64..3_000) {
        let tree = tree(3_000);
        let (root, proof) = (tree.root(), tree.inclusion(index, 3_000).expect("inside"));
        prop_assert_eq!(verify_inclusion(leaf(index), index, 3_000, &proof, root), Ok(()));
        let (old, proof) = (tree.root_at(from), tree.consistency(from, 3_000).expect("inside"));
        let old = old.expect("inside");
        prop_assert_eq!(verify_consistency(from, old, 3_000, root, &proof), Ok(()));
    }
}

#[test]
fn the_right_edge_of_a_tree_goes_on_as_the_tree_does() {
    let mut tree = Tree::new();
    for leaf in 0..70_u64 {
        let mut edge = tree.peaks_at(leaf).unwrap();
        assert_eq!((edge.size(), edge.root()), (leaf, tree.root()), "at {leaf}");
        let next = leaf_hash(&leaf.to_be_bytes());
        tree.push(next);
        edge.push(next);
        assert_eq!(Some(&edge), tree.peaks_at(leaf + 1).as_ref(), "one more than {leaf}");
        let claimed = Peaks::claimed(edge.size(), edge.hashes().to_vec());
        assert_eq!(claimed, Ok(edge));
    }
    assert_eq!(tree.peaks_at(71), None);
    assert_eq!(Peaks::claimed(3, vec![tree.root()]), Err(ProofError::Length));
}
