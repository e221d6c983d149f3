//! Publishing and witnessing on a real disk, interrupted and lied to.
#![cfg(test)]

use std::env;
use std::fs;
use std::io;
use std::path::PathBuf;

use note::key::SigningKey;
use tlog::accusation::{Accusation, Charge};
use tlog::checkpoint::Checkpoint;
use tlog::signed::{Signed, SignedCheckpoint};
use tlog::tree::{Tree, leaf_hash};
use tlog::vkey::Vkey;
use tlog::witness::{AddCheckpoint, Declined};
use witness::cosigner::NotCosigned;
use witness::folder::{Folder, FolderError, Settings};
use witness::publish::{Entries, PublishError, publish};
use witness::read::{Place, ReadError, head, whole};
use words::moment::Moment;

const LOG: &str = "log.example/a";

struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("sc-public-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn second(seconds: i64) -> Moment {
    Moment::from_ms(1_700_000_000_000 + seconds * 1_000)
}

fn tree(story: &str, size: u64) -> Tree {
    let mut tree = Tree::new();
    (0..size).for_each(|index| tree.push(leaf_hash(format!("{story}{index}").as_bytes())));
    tree
}

fn signed(tree: &Tree, size: u64, at: i64) -> SignedCheckpoint {
    let root = tree.root_at(size).unwrap();
    let text = Checkpoint { origin: LOG.to_owned(), size, root, more: Vec::new() };
    let mut signed = Signed::sign(text, LOG, &key());
    signed.cosign(LOG, &key(), second(at));
    signed
}

fn read_all(place: &Place) -> Result<u64, ReadError> {
    let signed = head(place)?;
    whole(place, &signed, |_, _| ()).map(|tree| tree.size())
}

#[test]
fn an_interrupted_run_leaves_what_was_and_is_taken_up() {
    let scratch = Scratch::new("interrupted");
    let place = Place::Folder(scratch.0.clone());
    let tree = tree("a", 2_000);
    let all = |from: u64, count: u64| -> Vec<Vec<u8>> {
        (from..from + count).map(|index| format!("a{index}").into_bytes()).collect()
    };
    publish(&scratch.0, &signed(&tree, 300, 0), &tree, &mut |from, count| Ok(all(from, count)))
        .unwrap();
    // It ends in the middle, at every file that it could end at: hashes lie there, some bundles.
    for breaks_at in 0..7 {
        let mut left = breaks_at;
        let mut breaking = |from: u64, count: u64| {
            if left == 0 {
                return Err(Box::from(io::Error::other("the power failed")));
            }
            left -= 1;
            Ok(all(from, count))
        };
        let entries: &mut Entries<'_> = &mut breaking;
        publish(&scratch.0, &signed(&tree, 2_000, 1), &tree, entries).unwrap_err();
        assert_eq!(read_all(&place).unwrap(), 300, "what was published stays whole");
    }
    let done = publish(&scratch.0, &signed(&tree, 2_000, 2), &tree, &mut |from, count| {
        Ok(all(from, count))
    });
    assert_eq!((done.unwrap().from, read_all(&place).unwrap()), (300, 2_000));
    assert!(!scratch.0.join("tile/0/001.p").exists(), "a part makes room for the full tile");
    assert!(scratch.0.join("tile/0/007.p/208").exists());
}

#[test]
fn another_past_is_never_published_over_the_first() {
    let scratch = Scratch::new("past");
    let mut entries = |from: u64, count: u64| {
        Ok((from..from + count).map(|index| format!("a{index}").into_bytes()).collect())
    };
    let (honest, other) = (tree("a", 600), tree("b", 600));
    publish(&scratch.0, &signed(&honest, 300, 0), &honest, &mut entries).unwrap();
    let past = publish(&scratch.0, &signed(&other, 600, 1), &other, &mut entries);
    assert!(matches!(past, Err(PublishError::OtherPast(_))), "{past:?}");
    let back = publish(&scratch.0, &signed(&honest, 200, 2), &honest, &mut entries);
    assert!(matches!(back, Err(PublishError::OtherPast(_))), "{back:?}");
    let wrong = publish(&scratch.0, &signed(&other, 600, 1), &honest, &mut entries);
    assert!(matches!(wrong, Err(PublishError::OtherHead)), "{wrong:?}");
    fs::remove_file(scratch.0.join("checkpoint")).unwrap();
    let tile = publish(&scratch.0, &signed(&other, 600, 1), &other, &mut entries);
    assert!(matches!(tile, Err(PublishError::OtherTile(_))), "{tile:?}");
}

#[test]
fn what_is_published_falsely_is_named() {
    let scratch = Scratch::new("false");
    let place = Place::Folder(scratch.0.clone());
    assert!(matches!(read_all(&place), Err(ReadError::NoHead)));
    let tree = tree("a", 600);
    let mut entries = |from: u64, count: u64| {
        Ok((from..from + count).map(|index| format!("a{index}").into_bytes()).collect())
    };
    publish(&scratch.0, &signed(&tree, 600, 0), &tree, &mut entries).unwrap();
    let alter = |name: &str| {
        let path = scratch.0.join(name);
        let mut bytes = fs::read(&path).unwrap();
        let whole = bytes.clone();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, bytes).unwrap();
        let read = read_all(&place);
        fs::write(&path, whole).unwrap();
        read
    };
    assert!(matches!(alter("tile/entries/001"), Err(ReadError::Entry(511))));
    assert!(matches!(alter("tile/0/001"), Err(ReadError::OtherTile(_))));
    assert!(matches!(alter("tile/1/000.p/2"), Err(ReadError::OtherTile(_))));
    assert_eq!(read_all(&place).unwrap(), 600);
    fs::write(scratch.0.join("checkpoint"), signed(&self::tree("b", 600), 600, 0).to_string())
        .unwrap();
    assert!(matches!(read_all(&place), Err(ReadError::Root)));
    fs::remove_file(scratch.0.join("tile/entries/002.p/88")).unwrap();
    assert!(matches!(read_all(&place), Err(ReadError::Tile(_))));
}

fn made(scratch: &Scratch) -> Folder {
    let folder = Folder::at(&scratch.0.join("w"));
    let settings = Settings {
        name: "w.example".to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: None,
        logs: vec![Vkey::log(LOG, &key().public()).to_string()],
    };
    folder.make(&settings, &[2; 32]).unwrap();
    folder
}

fn ask(tree: &Tree, old: u64, size: u64, at: i64) -> String {
    let proof = tree.consistency(old, size).unwrap_or_default();
    AddCheckpoint { old, proof, checkpoint: signed(tree, size, at) }.to_string()
}

#[test]
fn a_witness_remembers_across_restarts_and_its_clock_never_goes_back() {
    let scratch = Scratch::new("restart");
    let (folder, tree) = (made(&scratch), tree("a", 20));
    let mut cosigner = folder.clone().open().unwrap();
    assert!(matches!(folder.clone().open(), Err(FolderError::InUse)), "one process at a time");
    cosigner.add(&ask(&tree, 0, 7, 0), second(100)).unwrap();
    drop(cosigner);
    let mut cosigner = folder.clone().open().unwrap();
    let forgot = cosigner.add(&ask(&tree, 0, 9, 1), second(101)).unwrap_err();
    assert!(matches!(forgot, NotCosigned::Declined(Declined::OtherSize { known: 7 })));
    let line = cosigner.add(&ask(&tree, 7, 9, 1), second(50)).unwrap();
    let mut head = signed(&tree, 9, 1);
    head.lines = vec![line.trim_end().parse().unwrap()];
    assert_eq!(head.cosigned_by(&cosigner.vkey()), Some(second(100)));
}

#[test]
fn a_witness_that_forgot_does_not_start() {
    let scratch = Scratch::new("forgot");
    let (folder, tree) = (made(&scratch), tree("a", 20));
    folder.clone().open().unwrap().add(&ask(&tree, 0, 7, 0), second(0)).unwrap();
    let state = fs::read_dir(folder.path("state")).unwrap().next().unwrap().unwrap().path();
    let kept = fs::read_to_string(&state).unwrap();
    fs::write(&state, kept.replacen("\n7\n", "\n6\n", 1)).unwrap();
    assert!(matches!(folder.clone().open(), Err(FolderError::Altered(_))));
    fs::remove_file(&state).unwrap();
    assert!(matches!(folder.clone().open(), Err(FolderError::Forgotten(_))));
    fs::write(&state, kept).unwrap();
    folder.open().unwrap();
}

#[test]
fn a_log_that_contradicts_itself_before_a_witness_is_caught_with_a_file() {
    let scratch = Scratch::new("caught");
    let (folder, honest, other) = (made(&scratch), tree("a", 20), tree("b", 20));
    let mut cosigner = folder.clone().open().unwrap();
    cosigner.add(&ask(&honest, 0, 7, 5), second(0)).unwrap();
    cosigner.add(&ask(&honest, 3, 3, 4), second(1)).unwrap_err();
    assert!(folder.accusations().is_empty(), "an old head late is no crime");
    cosigner.add(&ask(&other, 7, 7, 6), second(2)).unwrap_err();
    cosigner.add(&ask(&honest, 3, 3, 9), second(3)).unwrap_err();
    let charges: Vec<Charge> = folder
        .accusations()
        .iter()
        .map(|path| {
            let read = Accusation::parse(&fs::read_to_string(path).unwrap()).unwrap();
            read.verify().unwrap();
            read.charge
        })
        .collect();
    assert_eq!(charges, [Charge::Equivocation, Charge::Rollback]);
}
