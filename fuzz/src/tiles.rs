//! Names of tiles, their hashes, bundles of entries.

use std::str;

use tlog::bundle::{bundle as bundled, unbundle};
use tlog::tile::{Tile, WIDTH, read_hashes};

/// A tile has one name and lies in every tree that is large enough.
pub(crate) fn name(bytes: &[u8]) -> bool {
    let Some(tile) = str::from_utf8(bytes).ok().and_then(|path| path.parse::<Tile>().ok()) else {
        return false;
    };
    assert_eq!(tile.to_string().as_bytes(), bytes, "a tile has one name");
    assert!((1..=WIDTH).contains(&tile.width));
    assert!(!tile.within(0), "an empty tree has no tile");
    let again = tile.full().to_string().parse::<Tile>();
    assert_eq!(again, Ok(tile.full()), "a full tile has a name as well");
    if tile.within(u64::MAX) {
        let holding = Tile::holding(tile.row, tile.first(), u64::MAX);
        assert_eq!(holding.map(|holding| holding.index), Some(tile.index));
    }
    true
}

/// Deep places and all rows.
pub(crate) fn names() -> Vec<Vec<u8>> {
    let paths = ["tile/entries/x001/x234/067.p/5", "tile/7/000", "tile/2/x012/345"];
    paths.map(|path| path.as_bytes().to_vec()).to_vec()
}

/// A bundle is the bundle of its entries; hashes are as many as their bytes say.
pub(crate) fn bundle(bytes: &[u8]) -> bool {
    let width = u64::try_from(bytes.len() / 32).expect("an input is short");
    if let Some(hashes) = read_hashes(bytes, width) {
        let joined: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
        assert_eq!(joined, bytes, "hashes are their bytes");
        assert_eq!(read_hashes(bytes, width + 1), None, "and no more than they are");
    }
    let Some(entries) = unbundle(bytes) else { return false };
    assert_eq!(bundled(&entries), bytes, "a bundle has one form");
    true
}
