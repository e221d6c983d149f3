//! A part, each field of which is changed one at a time.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use carry::part::{Body, Bytes, ENTRIES_MAX, FORMAT, Founding, Part, PartError};
use carry::sealed::{FileError, open, open_founding, seal};
use note::key::SigningKey;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;
use spoilt::cbor::changes;
use spoilt::table::{hold, name};
use tlog::head::Head;
use tlog::peaks::Peaks;
use tlog::signed::SignedHead;
use tlog::tree::{Tree, leaf_hash};
use veil::seal::SealingKey;
use words::hash::Hash;
use words::id::PartyId;
use words::moment::Moment;

fn party(id: &str) -> PartyId {
    PartyId::new(id).unwrap()
}

fn node() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

fn tree(size: u64) -> Tree {
    let mut tree = Tree::new();
    (0..size).for_each(|index| tree.push(leaf_hash(&entry(index))));
    tree
}

fn signed(size: u64, origin: &str) -> SignedHead {
    let head = Head { origin: party(origin), size, root: tree(size).root(), state: None };
    let mut signed = SignedHead::sign(head, origin, &node());
    signed.cosign(origin, &node(), Moment::from_ms(1_727_850_000_000));
    signed
}

fn part(first: u64, after: u64, size: u64) -> Part {
    let tree = tree(size);
    Part {
        format: FORMAT.to_owned(),
        from: party("host"),
        to: party("guest"),
        head: signed(size, "host").to_string(),
        first,
        edge: tree.peaks_at(first).as_ref().map(Peaks::hashes).unwrap().to_vec(),
        entries: (first..after).map(|index| Bytes(entry(index))).collect(),
        proof: tree.consistency(after, size).unwrap(),
        bodies: vec![Body { index: first, bytes: b"body".to_vec() }],
        founding: (first > 0).then(|| Founding { entry: entry(0), body: b"body".to_vec() }),
        cosigned: None,
    }
}

fn ranges() -> impl Strategy<Value = (u64, u64, u64)> {
    (1_u64..200)
        .prop_flat_map(|size| (0..=size, Just(size)))
        .prop_flat_map(|(after, size)| (0..=after, Just(after), Just(size)))
}

proptest! {
    #[test]
    fn every_run_of_a_ledger_proves_itself((first, after, size) in ranges()) {
        let whole = part(first, after, size);
        prop_assert_eq!(&Part::read(&whole.bytes()).unwrap(), &whole);
        let proved = whole.prove(&node().public()).unwrap();
        prop_assert_eq!(proved.root(), tree(after).root());
        prop_assert_eq!(proved.is_last(), after == size);
    }

    #[test]
    fn no_changed_byte_is_read_as_the_same(at in any::<Index>(), bit in 0..8_u32) {
        let whole = part(3, 9, 12);
        let mut bytes = whole.bytes();
        let at = at.index(bytes.len());
        *bytes.get_mut(at).unwrap() ^= 1 << bit;
        let told = Part::read(&bytes).and_then(|part| part.prove(&node().public()));
        // Addresses, bodies and the founding are proved by others: by the seal, by commitments,
        // and by the root that was paired.
        let unproved = |part: &Part| Part {
            to: whole.to.clone(),
            bodies: Vec::new(),
            founding: None,
            cosigned: None,
            ..part.clone()
        };
        if let Ok(proved) = told {
            let same = unproved(proved.part()) == unproved(&whole);
            prop_assert!(same || heads_agree(&proved, &whole));
        }
    }
}

// A signature line of nobody may be changed: it says nothing.
fn heads_agree(proved: &carry::part::Proved, whole: &Part) -> bool {
    let head = SignedHead::parse(&whole.head).unwrap();
    proved.head().head == head.head && proved.part().entries == whole.entries
}

#[test]
fn each_field_is_watched_by_a_check_that_names_itself() {
    type Change = (&'static str, fn(&mut Part));
    let changes: [Change; 12] = [
        ("`format`", |part| part.format = "safeconduct/part/2".into()),
        ("`origin`", |part| part.from = party("guest")),
        ("`head`", |part| part.head = "host\n1\n".into()),
        ("`head`", |part| part.head.push('\n')),
        ("`signature`", |part| {
            let other = SigningKey::from_seed(&[8; 32]);
            let head = SignedHead::parse(&part.head).unwrap().head;
            part.head = SignedHead::sign(head, "host", &other).to_string();
        }),
        ("`time`", |part| {
            let head = SignedHead::parse(&part.head).unwrap().head;
            part.head = SignedHead::sign(head, "host", &node()).to_string();
        }),
        ("`edge`", |part| part.first += 4),
        ("`edge`", |part| part.edge.truncate(1)),
        ("`entries`", |part| part.edge.iter_mut().for_each(|hash| *hash = Hash([0; 32]))),
        ("`entries`", |part| part.entries.swap(0, 1)),
        ("`entries`", |part| drop(part.entries.pop())),
        ("`entries`", |part| part.proof.truncate(1)),
    ];
    for (check, change) in changes {
        let mut part = part(3, 9, 12);
        change(&mut part);
        let told = Part::read(&part.bytes()).and_then(|part| part.prove(&node().public()));
        let told = told.map(|_| ()).unwrap_err().to_string();
        assert!(told.contains(check), "{check}: {told}");
    }
}

#[test]
fn what_is_longer_than_it_can_be_is_not_read() {
    let mut long = part(0, 1, 1);
    long.entries = vec![Bytes(Vec::new()); ENTRIES_MAX + 1];
    assert!(matches!(Part::read(&long.bytes()), Err(PartError::Length("the list of entries"))));
    let mut large = part(0, 1, 1);
    large.entries = vec![Bytes(vec![0; 65_536])];
    assert!(matches!(Part::read(&large.bytes()), Err(PartError::Length("an entry"))));
    let mut trailing = part(0, 1, 1).bytes();
    trailing.push(0);
    assert!(matches!(Part::read(&trailing), Err(PartError::Form(_))));
}

#[test]
fn a_file_opens_for_the_node_that_it_is_for_and_only_a_founding_goes_open() {
    let key = SealingKey::from_seed(&[1; 32]);
    let between = (&party("host"), &party("guest"));
    let file = seal(&part(3, 9, 12), &key.public(), &[2; 32]).unwrap();
    assert_eq!(open(&file, &key, between).unwrap(), part(3, 9, 12));
    let other = SealingKey::from_seed(&[3; 32]);
    assert!(matches!(open(&file, &other, between), Err(FileError::Seal(_))));
    let turned = (&party("guest"), &party("host"));
    assert!(matches!(open(&file, &key, turned), Err(FileError::Seal(_))));
    let founding = open_founding(&part(0, 1, 12)).unwrap();
    assert_eq!(open(&founding, &other, between).unwrap(), part(0, 1, 12));
    assert!(matches!(open(&founding, &key, turned), Err(FileError::Address { .. })));
    assert_eq!(open_founding(&part(3, 9, 12)), None, "more than a founding is sealed");
    let smuggled = [&b"safeconduct/carry/1 open\n"[..], &part(0, 2, 12).bytes()].concat();
    assert!(matches!(open(&smuggled, &key, between), Err(FileError::Unsealed)));
    assert!(matches!(open(b"holiday.jpg", &key, between), Err(FileError::NotOurs)));
}

#[test]
fn every_item_of_a_part_is_watched_but_what_others_prove() {
    // Addresses, bodies and the founding are proved by the seal, by commitments, and by the root
    // that was paired; a cosigned head by its own signatures.
    let spared = [".2", ".8", ".9", ".10"];
    hold("carry", changes(&part(3, 9, 12).bytes(), &[]), &spared, |bytes| {
        let part = Part::read(bytes).map_err(|error| name(&error))?;
        part.prove(&node().public()).map(|_| ()).map_err(|error| name(&error))
    });
}

#[test]
fn no_byte_of_a_sealed_part_can_be_changed() {
    let key = SealingKey::from_seed(&[1; 32]);
    let between = (&party("host"), &party("guest"));
    let file = seal(&part(3, 9, 12), &key.public(), &[2; 32]).unwrap();
    // Each opening takes a moment: some bytes of each of its parts.
    for at in (0..file.len()).step_by(61) {
        let mut other = file.clone();
        *other.get_mut(at).unwrap() ^= 1;
        open(&other, &key, between).unwrap_err();
    }
}
