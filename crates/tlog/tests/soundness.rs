//! The arithmetic of trees: small ones exhaustively, large ones held.
#![cfg(test)]

use std::collections::BTreeSet;

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use tlog::tile::{Row, Tile, WIDTH, grown};
use tlog::tree::{Tree, leaf_hash, node_hash, verify_consistency, verify_inclusion};
use tlog::walk::{self, Subtrees};
use words::hash::Hash;

/// Trees whose proofs are tried exhaustively; beyond, the words below are too many.
const SIZES: u64 = 5;

/// Leaves of a tree that nobody could hold in memory.
const LARGE: u64 = 1 << 62;

fn leaf(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}

fn tree(size: u64) -> Tree {
    let mut tree = Tree::new();
    (0..size).for_each(|index| tree.push(leaf(index)));
    tree
}

// Everything that a forger can find in a tree: roots, leaves, nodes, and a hash from elsewhere.
fn letters(size: u64) -> Vec<Hash> {
    let whole = tree(size);
    let mut found = BTreeSet::from([leaf(99).0]);
    for to in 1..=size {
        found.insert(whole.root_at(to).unwrap().0);
        for index in 0..to {
            found.insert(leaf(index).0);
            found.extend(whole.inclusion(index, to).unwrap().iter().map(|hash| hash.0));
        }
    }
    found.into_iter().map(Hash).collect()
}

// Calls with every word of up to `most` letters.
fn words(letters: &[Hash], most: usize, word: &mut Vec<Hash>, each: &mut impl FnMut(&[Hash])) {
    each(word);
    if word.len() == most {
        return;
    }
    for letter in letters {
        word.push(*letter);
        words(letters, most, word, each);
        word.pop();
    }
}

#[test]
fn no_proof_that_can_be_written_puts_a_leaf_where_it_is_not() {
    let mut held = 0;
    for size in 1..=SIZES {
        let (whole, letters) = (tree(size), letters(size));
        let root = whole.root();
        words(&letters, 3, &mut Vec::new(), &mut |proof| {
            for index in 0..=size {
                for claimed in &letters {
                    if verify_inclusion(*claimed, index, size, proof, root).is_ok() {
                        assert_eq!(Some(*claimed), whole.leaf(index), "{index} of {size}");
                        assert_eq!(Some(proof), whole.inclusion(index, size).as_deref());
                        held += 1;
                    }
                }
            }
        });
    }
    assert_eq!(held, (1..=SIZES).sum::<u64>(), "one proof for each leaf of each tree");
}

#[test]
fn no_proof_that_can_be_written_lets_a_tree_continue_another_past() {
    for to in 2..=SIZES {
        let (whole, letters) = (tree(to), letters(to));
        let root = whole.root();
        let mut held = 0;
        words(&letters, if to > 4 { 3 } else { 4 }, &mut Vec::new(), &mut |proof| {
            for from in 1..to {
                for claimed in &letters {
                    if verify_consistency(from, *claimed, to, root, proof).is_ok() {
                        assert_eq!(Some(*claimed), whole.root_at(from), "{from} to {to}");
                        assert_eq!(Some(proof), whole.consistency(from, to).as_deref());
                        held += 1;
                    }
                }
            }
        });
        let short = (1..to).filter(|from| whole.consistency(*from, to).unwrap().len() < 4).count();
        assert!(held >= short, "{held} proofs to {to}");
    }
}

// A tree of any size in which one leaf is marked: its subtrees are worked out when they are asked.
struct Marked {
    at: u64,
    // Subtrees without the mark, by height.
    plain: Vec<Hash>,
}

impl Marked {
    fn at(at: u64) -> Self {
        let mut plain = vec![leaf(0)];
        for height in 0..63 {
            let below = plain[height];
            plain.push(node_hash(&below, &below));
        }
        Self { at, plain }
    }
}

impl Subtrees for Marked {
    type Fault = ();

    fn complete(&mut self, height: u32, index: u64) -> Result<Hash, ()> {
        if self.at >> height != index {
            return Ok(self.plain[usize::try_from(height).unwrap()]);
        }
        let heights = (0..height).zip(&self.plain);
        Ok(heights.fold(leaf(1), |hash, (below, plain)| {
            let right = (self.at >> below) % 2 == 1;
            if right { node_hash(plain, &hash) } else { node_hash(&hash, plain) }
        }))
    }
}

proptest! {
    #[test]
    fn a_leaf_of_a_tree_beyond_all_memory_is_proved_at_its_place_alone(
        size in 1..LARGE,
        at in any::<u64>(),
        other in any::<u64>(),
    ) {
        let (at, other) = (at % size, other % size);
        let mut marked = Marked::at(at);
        let root = walk::root(&mut marked, size).unwrap();
        let proof = walk::inclusion(&mut marked, at, size).unwrap();
        prop_assert_eq!(verify_inclusion(leaf(1), at, size, &proof, root), Ok(()));
        prop_assert!(verify_inclusion(leaf(0), at, size, &proof, root).is_err());
        let elsewhere = verify_inclusion(leaf(1), other, size, &proof, root);
        prop_assert_eq!(elsewhere.is_ok(), at == other);
        prop_assert!(proof.len() <= 62);
    }

    #[test]
    fn a_tree_beyond_all_memory_continues_its_own_past_alone(
        to in 2..LARGE,
        from in any::<u64>(),
        at in any::<u64>(),
    ) {
        let (from, at) = (1 + from % (to - 1), at % to);
        let mut marked = Marked::at(at);
        let [old, new] = [from, to].map(|size| walk::root(&mut marked, size).unwrap());
        let proof = walk::consistency(&mut marked, from, to).unwrap();
        prop_assert_eq!(verify_consistency(from, old, to, new, &proof), Ok(()));
        // The same tree with its mark elsewhere has another past, if the mark was in it.
        let mut moved = Marked::at((at + 1) % to);
        let past = walk::root(&mut moved, from).unwrap();
        let held = verify_consistency(from, past, to, new, &proof).is_ok();
        prop_assert_eq!(held, past == old);
    }

    #[test]
    fn what_a_ledger_grows_by_is_in_its_new_tiles_once(
        from in 0..LARGE,
        more in 1_u64..70_000,
    ) {
        let to = from + more;
        let tiles = grown(from, to);
        let names: BTreeSet<String> = tiles.iter().map(ToString::to_string).collect();
        prop_assert_eq!(names.len(), tiles.len(), "no tile twice");
        let rows: Vec<Row> = (0..=7).map(Row::Hashes).chain([Row::Entries]).collect();
        for row in rows {
            let items = |size: u64| match row {
                Row::Hashes(level) => size >> (8 * u32::from(level)),
                Row::Entries => size,
            };
            let of_row = || tiles.iter().filter(|tile| tile.row == row);
            let covered: u64 = of_row().map(|tile| tile.width).sum();
            // What lies before in the first tile comes again, nothing else.
            let again = if items(to) > items(from) { items(from) % WIDTH } else { 0 };
            prop_assert_eq!(covered, items(to) - items(from) + again, "{:?}", row);
            for tile in of_row() {
                prop_assert!(tile.within(to) && !tile.within(from), "{}", tile);
                let last = tile.first() + tile.width - 1;
                prop_assert_eq!(Tile::holding(row, last, to), Some(*tile));
                prop_assert_eq!(tile.to_string().parse(), Ok(*tile));
            }
            prop_assert_eq!(Tile::holding(row, items(to), to), None);
        }
    }

    #[test]
    fn a_reader_finds_every_item_in_a_tile_that_was_published(
        size in 1..LARGE,
        item in any::<u64>(),
        later in 0_u64..100_000,
    ) {
        let item = item % size;
        for row in [Row::Hashes(0), Row::Entries] {
            let tile = Tile::holding(row, item, size).unwrap();
            prop_assert!((tile.first()..tile.first() + tile.width).contains(&item));
            // Whoever reads under an older head finds that part in the later tile too.
            let wider = Tile::holding(row, item, size + later).unwrap();
            prop_assert!(wider.first() == tile.first() && wider.width >= tile.width);
            prop_assert_eq!(tile.full(), wider.full());
        }
    }
}
