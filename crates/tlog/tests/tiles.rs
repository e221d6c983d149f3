//! Tiles against the tree in memory, and their names against C2SP's.
#![cfg(test)]

use std::collections::BTreeMap;

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use tlog::bundle::{bundle, unbundle};
use tlog::tile::{Row, Tile, WIDTH, grown, hashes};
use tlog::tiled::{Shelf, TileFault, Tiled};
use tlog::tree::{Tree, leaf_hash};
use tlog::walk;
use words::hash::Hash;

fn leaf(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}

fn tree(size: u64) -> Tree {
    let mut tree = Tree::new();
    (0..size).for_each(|index| tree.push(leaf(index)));
    tree
}

#[derive(Default, Clone)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    fn put(&mut self, tree: &Tree, from: u64, to: u64) {
        for tile in grown(from, to) {
            let bytes = match tile.row {
                Row::Hashes(_) => hashes(&mut &*tree, &tile).unwrap().unwrap(),
                Row::Entries => {
                    let range = tile.first()..tile.first() + tile.width;
                    bundle(&range.map(u64::to_be_bytes).collect::<Vec<_>>())
                }
            };
            self.0.insert(tile.to_string(), bytes);
        }
    }
}

impl Shelf for &Files {
    type Fault = ();

    fn tile(&mut self, tile: &Tile) -> Result<Option<Vec<u8>>, ()> {
        Ok(self.0.get(&tile.to_string()).cloned())
    }
}

#[test]
fn a_tile_has_one_name() {
    let hashes = |level, index, width| Tile { row: Row::Hashes(level), index, width };
    let entries = |index, width| Tile { row: Row::Entries, index, width };
    let names = [
        (hashes(0, 0, 256), "tile/0/000"),
        (hashes(1, 67, 8), "tile/1/067.p/8"),
        (hashes(0, 1_067, 8), "tile/0/x001/067.p/8"),
        (hashes(2, 1_234_067, 256), "tile/2/x001/x234/067"),
        (entries(5_000, 255), "tile/entries/x005/000.p/255"),
    ];
    for (tile, name) in names {
        assert_eq!((tile.to_string().as_str(), name.parse()), (name, Ok(tile)));
    }
    for other in [
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/8/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/0/000.p/08",
        "tile/0/x1/000",
        "tile/0/+01",
        "tile/entries/",
        "tile/x/000",
        "/tile/0/000",
        "tile/0/000/",
        "checkpoint",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert!(other.parse::<Tile>().is_err(), "{other}");
    }
}

#[test]
fn a_ledger_of_seventy_thousand_has_the_tiles_of_the_specification() {
    let tiles = grown(0, 70_000);
    let count =
        |row, full| tiles.iter().filter(|tile| tile.row == row && tile.is_full() == full).count();
    let widths: Vec<u64> =
        tiles.iter().filter(|tile| !tile.is_full()).map(|tile| tile.width).collect();
    assert_eq!([count(Row::Hashes(0), true), count(Row::Hashes(1), true)], [273, 1]);
    assert_eq!((count(Row::Entries, true), widths), (273, vec![112, 17, 1, 112]));
    assert_eq!(grown(70_000, 70_000), []);
    let small: Vec<String> = grown(0, 256).iter().map(ToString::to_string).collect();
    assert_eq!(small, ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]);
    assert!(grown(0, 0).is_empty(), "empty tiles are not served");
}

#[test]
fn a_tree_read_from_tiles_is_the_tree() {
    let (whole, mut files, mut before) = (tree(1_300), Files::default(), 0);
    for size in [1, 2, 255, 256, 257, 300, 511, 512, 769, 1_300] {
        files.put(&whole, before, size);
        before = size;
        let mut tiled = Tiled::new(&files, size);
        assert_eq!(walk::root(&mut tiled, size).unwrap(), whole.root_at(size).unwrap());
        for index in (0..size).step_by(7) {
            let proof = walk::inclusion(&mut tiled, index, size).unwrap();
            assert_eq!(Some(proof), whole.inclusion(index, size), "{index} of {size}");
            let proof = walk::consistency(&mut tiled, index, size).unwrap();
            assert_eq!(Some(proof), whole.consistency(index, size), "{index} to {size}");
        }
        let entries: Vec<Vec<u8>> =
            (0..size.div_ceil(WIDTH)).flat_map(|it| tiled.entries(it).unwrap()).collect();
        let told: Vec<Vec<u8>> = (0..size).map(|it| it.to_be_bytes().to_vec()).collect();
        assert_eq!(entries, told);
    }
}

#[test]
fn a_part_that_was_dropped_is_read_from_the_full_tile() {
    let (whole, mut files) = (tree(600), Files::default());
    files.put(&whole, 0, 300);
    files.put(&whole, 300, 600);
    for part in ["tile/0/001.p/44", "tile/entries/001.p/44"] {
        assert!(files.0.remove(part).is_some(), "{part}");
    }
    let mut tiled = Tiled::new(&files, 300);
    assert_eq!(walk::root(&mut tiled, 300), Ok(whole.root_at(300).unwrap()));
    assert_eq!(tiled.entries(1).unwrap().len(), 44);
}

#[test]
fn a_tile_that_is_missing_or_too_short_is_named() {
    let (whole, mut files) = (tree(300), Files::default());
    files.put(&whole, 0, 300);
    let ask = |files: &Files| walk::root(&mut Tiled::new(files, 300), 300);
    let tile: Tile = "tile/0/001.p/44".parse().unwrap();
    let mut other = files.clone();
    other.0.remove("tile/0/001.p/44");
    assert_eq!(ask(&other), Err(TileFault::Missing(tile)));
    other.0.insert(tile.to_string(), vec![0; 43 * 32]);
    assert_eq!(ask(&other), Err(TileFault::Malformed(tile)));
    let mut tiled = Tiled::new(&files, 300);
    assert_eq!(tiled.entries(2), Err(TileFault::Beyond(512)));
    files.0.insert("tile/entries/001.p/44".to_owned(), vec![0, 9, 1]);
    let tile: Tile = "tile/entries/001.p/44".parse().unwrap();
    assert_eq!(Tiled::new(&files, 300).entries(1), Err(TileFault::Malformed(tile)));
}

#[test]
fn what_lies_within_a_size_is_shown_and_nothing_more() {
    let within = |name: &str, size| name.parse::<Tile>().unwrap().within(size);
    assert!(within("tile/0/001.p/44", 300) && within("tile/0/001.p/3", 300));
    assert!(!within("tile/0/001.p/45", 300) && !within("tile/0/001", 300));
    assert!(within("tile/1/000.p/1", 300) && !within("tile/1/000.p/2", 300));
    assert!(within("tile/entries/000", 300) && !within("tile/7/000.p/1", 300));
}

proptest! {
    #[test]
    fn a_bundle_comes_back(entries in proptest::collection::vec(
        proptest::collection::vec(any::<u8>(), 0..70), 0..20,
    )) {
        let bytes = bundle(&entries);
        let back = unbundle(&bytes).unwrap();
        prop_assert_eq!(&back, &entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
        if !bytes.is_empty() {
            let cut = unbundle(&bytes[..bytes.len() - 1]);
            prop_assert!(cut.is_none_or(|cut| cut.len() < back.len()));
        }
    }

    #[test]
    fn foreign_bundles_and_names_are_refused_calmly(
        bytes in proptest::collection::vec(any::<u8>(), 0..200), name in "tile/[0-9x/.p]{0,30}",
    ) {
        if let Some(entries) = unbundle(&bytes) {
            prop_assert_eq!(bundle(&entries), bytes);
        }
        if let Ok(tile) = name.parse::<Tile>() {
            prop_assert_eq!(tile.to_string(), name);
        }
    }
}
