//! Tiles and kept heads, when the power fails at every step.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use durable::{Files, replace_on};
use note::key::SigningKey;
use tlog::checkpoint::Checkpoint;
use tlog::signed::{Signed, SignedCheckpoint};
use tlog::tile::Tile;
use tlog::tiled::{Shelf, Tiled};
use tlog::tree::{Tree, leaf_hash};
use tlog::walk;
use witness::publish::publish_on;
use words::moment::Moment;

const LOG: &str = "log.example/a";

/// Sizes that are published one after the other: parts, full tiles, a second level.
const SIZES: [u64; 6] = [3, 255, 256, 300, 513, 70_000];

/// How the machine stops.
#[derive(Debug, Clone, Copy)]
enum Stop {
    /// The process is killed: all is there to be read, and nothing more is durable than was.
    Killed,
    /// The power fails: only what was synced is there.
    Lost,
    /// The power fails: of what was not synced some is there.
    Scattered(u64),
}

// What a path leads to: nothing of it, or bytes by number, or a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum There {
    File(usize),
    Folder,
}

// Files in memory that know what of them is durable: names in their folder, bytes by themselves.
#[derive(Debug, Default, Clone)]
struct Paper {
    names: BTreeMap<PathBuf, There>,
    kept_names: BTreeMap<PathBuf, There>,
    bytes: Vec<Vec<u8>>,
    kept_bytes: Vec<Vec<u8>>,
    left: Option<usize>,
    done: usize,
}

impl Paper {
    fn new() -> Self {
        let root = BTreeMap::from([(PathBuf::from("/ledger"), There::Folder)]);
        Self { names: root.clone(), kept_names: root, ..Self::default() }
    }

    fn step(&mut self) -> io::Result<()> {
        self.done += 1;
        match &mut self.left {
            Some(0) => Err(io::Error::other("the power is off")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn file(&self, path: &Path) -> io::Result<usize> {
        match self.names.get(path) {
            Some(There::File(number)) => Ok(*number),
            Some(There::Folder) | None => Err(ErrorKind::NotFound.into()),
        }
    }

    fn below(&self, path: &Path) -> io::Result<()> {
        let folder = self.names.get(path.parent().unwrap()) == Some(&There::Folder);
        if folder { Ok(()) } else { Err(ErrorKind::NotFound.into()) }
    }

    fn stop(mut self, how: Stop) -> Self {
        let mut seed = match how {
            Stop::Killed => return Self { left: None, done: 0, ..self },
            Stop::Lost => 1,
            Stop::Scattered(seed) => seed,
        };
        let mut coin = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
            seed >> 63 == 1
        };
        let paths: BTreeSet<PathBuf> =
            self.names.keys().chain(self.kept_names.keys()).cloned().collect();
        for path in paths {
            let (now, kept) = (self.names.get(&path), self.kept_names.get(&path));
            let take_now = match how {
                Stop::Killed | Stop::Lost => false,
                Stop::Scattered(_) => coin(),
            };
            match (if take_now { now } else { kept }).copied() {
                Some(there) => self.kept_names.insert(path, there),
                None => self.kept_names.remove(&path),
            };
        }
        for (now, kept) in self.bytes.iter().zip(&mut self.kept_bytes) {
            match how {
                Stop::Scattered(_) if now != kept && coin() => {
                    *kept = now[..now.len() / 2].to_vec();
                }
                Stop::Scattered(_) | Stop::Lost | Stop::Killed => {}
            }
        }
        // A name in a folder that is not there leads nowhere.
        let kept = self.kept_names.clone();
        let reached = |path: &PathBuf| {
            let mut above = path.ancestors().skip(1).filter(|it| it.starts_with("/ledger"));
            above.all(|it| kept.get(it) == Some(&There::Folder))
        };
        self.kept_names.retain(|path, _| reached(path));
        let (names, bytes) = (self.kept_names.clone(), self.kept_bytes.clone());
        Self { names, bytes, left: None, done: 0, ..self }
    }
}

impl Files for Paper {
    fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        Ok(self.bytes[self.file(path)?].clone())
    }

    fn make_folder(&mut self, path: &Path) -> io::Result<()> {
        self.step()?;
        self.below(path)?;
        self.names.insert(path.to_owned(), There::Folder);
        Ok(())
    }

    // As `File::create` does it: an old file of that name is emptied, not replaced.
    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.below(path)?;
        let number = self.file(path).unwrap_or(self.bytes.len());
        if number == self.bytes.len() {
            self.bytes.push(Vec::new());
            self.kept_bytes.push(Vec::new());
        }
        self.names.insert(path.to_owned(), There::File(number));
        let stopped = self.step();
        let length = if stopped.is_err() { bytes.len() / 2 } else { bytes.len() };
        self.bytes[number] = bytes[..length].to_vec();
        stopped
    }

    fn sync(&mut self, path: &Path) -> io::Result<()> {
        self.step()?;
        if let Ok(number) = self.file(path) {
            self.kept_bytes[number] = self.bytes[number].clone();
            return Ok(());
        }
        let inside = |it: &Path| it.parent() == Some(path);
        self.kept_names.retain(|it, _| !inside(it));
        let names = self.names.iter().filter(|(it, _)| inside(it));
        self.kept_names.extend(names.map(|(it, there)| (it.clone(), *there)));
        Ok(())
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        let there = self.names.remove(from).ok_or(ErrorKind::NotFound)?;
        self.names.insert(to.to_owned(), there);
        Ok(())
    }

    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        if !self.names.contains_key(path) {
            return Err(ErrorKind::NotFound.into());
        }
        self.step()?;
        self.names.retain(|it, _| !it.starts_with(path));
        Ok(())
    }
}

impl Shelf for &Paper {
    type Fault = ();

    fn tile(&mut self, tile: &Tile) -> Result<Option<Vec<u8>>, ()> {
        let path = Path::new("/ledger").join(tile.to_string());
        Ok(self.file(&path).ok().map(|number| self.bytes[number].clone()))
    }
}

fn signed(tree: &Tree, size: u64) -> SignedCheckpoint {
    let key = SigningKey::from_seed(&[1; 32]);
    let root = tree.root_at(size).unwrap();
    let text = Checkpoint { origin: LOG.to_owned(), size, root, more: Vec::new() };
    let mut signed = Signed::sign(text, LOG, &key);
    let at = i64::try_from(size).unwrap() * 1_000;
    signed.cosign(LOG, &key, Moment::from_ms(1_700_000_000_000 + at));
    signed
}

fn entry(index: u64) -> Vec<u8> {
    index.to_be_bytes().to_vec()
}

fn whole(size: u64) -> Tree {
    let mut tree = Tree::new();
    (0..size).for_each(|index| tree.push(leaf_hash(&entry(index))));
    tree
}

// Publishes every size in turn; the last one whose publishing returned.
fn publish_all(paper: &mut Paper, tree: &Tree, heads: &[SignedCheckpoint]) -> Option<u64> {
    let mut last = None;
    for head in heads {
        let mut entries = |from: u64, count: u64| Ok((from..from + count).map(entry).collect());
        let folder = Path::new("/ledger");
        if publish_on(paper, folder, (head, tree), &mut entries).is_err() {
            return last;
        }
        last = Some(head.head.size);
    }
    last
}

// Whoever finds a head finds every tile and every entry below it.
fn read(what: &str, paper: &mut Paper, tree: &Tree) -> Option<u64> {
    let text = paper.read(Path::new("/ledger/checkpoint")).ok()?;
    let head = SignedCheckpoint::parse(std::str::from_utf8(&text).unwrap()).unwrap().head;
    let mut tiled = Tiled::new(&*paper, head.size);
    let root = walk::root(&mut tiled, head.size).unwrap_or_else(|_| panic!("{what}: no tile"));
    assert_eq!(root, head.root, "{what}");
    assert_eq!(tree.root_at(head.size), Some(root), "{what}");
    for number in 0..head.size.div_ceil(256) {
        assert!(tiled.entries(number).is_ok(), "{what}: bundle {number} of {}", head.size);
    }
    Some(head.size)
}

#[test]
fn whoever_finds_a_head_finds_every_tile_below_it_wherever_the_power_failed() {
    let sizes = &SIZES[..5];
    let tree = whole(513);
    let heads: Vec<SignedCheckpoint> = sizes.iter().map(|size| signed(&tree, *size)).collect();
    let mut sound = Paper::new();
    assert_eq!(publish_all(&mut sound, &tree, &heads), Some(513));
    let steps = sound.done;
    assert!(steps > 60, "{steps}");
    for step in 0..steps {
        let stops = [Stop::Killed, Stop::Lost].into_iter();
        let seed = u64::try_from(step).unwrap() * 7;
        for how in stops.chain((1..4).map(|more| Stop::Scattered(seed + more))) {
            let what = format!("{how:?} at {step}");
            let mut paper = Paper { left: Some(step), ..Paper::new() };
            let told = publish_all(&mut paper, &tree, &heads);
            let mut paper = paper.stop(how);
            let found = read(&what, &mut paper, &tree);
            assert!(found >= told, "{what}: {found:?} is there, {told:?} was published");
            // It is taken up where it stood, and what is published then is durable.
            let rest: Vec<SignedCheckpoint> =
                heads.iter().filter(|head| Some(head.head.size) >= found).cloned().collect();
            assert_eq!(publish_all(&mut paper, &tree, &rest), Some(513), "{what}");
            let mut paper = paper.stop(Stop::Lost);
            assert_eq!(read(&what, &mut paper, &tree), Some(513), "{what}, and then lost");
        }
    }
}

#[test]
fn a_large_ledger_survives_the_loss_of_power_once_it_is_published() {
    let size = SIZES[5];
    let tree = whole(size);
    let mut paper = Paper::new();
    assert_eq!(publish_all(&mut paper, &tree, &[signed(&tree, size)]), Some(size));
    let mut paper = paper.stop(Stop::Lost);
    assert_eq!(read("all of it", &mut paper, &tree), Some(size));
}

#[test]
fn a_kept_head_is_the_old_one_or_the_new_one_and_the_new_one_once_it_was_told() {
    let path = Path::new("/ledger/state/of/a-log");
    let mut sound = Paper::new();
    replace_on(&mut sound, path, b"old").unwrap();
    let mut once = sound.clone();
    once.done = 0;
    replace_on(&mut once, path, b"newer").unwrap();
    for step in 0..once.done {
        for how in (0..8).map(Stop::Scattered).chain([Stop::Killed, Stop::Lost]) {
            let mut paper = Paper { left: Some(step), ..sound.clone() };
            replace_on(&mut paper, path, b"newer").unwrap_err();
            let found = paper.stop(how).read(path).unwrap();
            assert!(found == b"old" || found == b"newer", "{how:?} at {step}: {found:?}");
        }
    }
    for how in (0..8).map(Stop::Scattered).chain([Stop::Killed, Stop::Lost]) {
        assert_eq!(once.clone().stop(how).read(path).unwrap(), b"newer", "{how:?}");
    }
}
