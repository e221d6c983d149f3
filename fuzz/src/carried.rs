//! What travels as a file: parts of a ledger, audit files.

use audit::file::Export;
use carry::part::{Body, Bytes, FORMAT, Founding, Part};
use carry::sealed::{open, open_founding, read_founding, seal};
use note::canon;
use note::key::SigningKey;
use reveal::file::{Proved, Revealed};
use veil::seal::SealingKey;
use words::hash::Hash;
use words::id::PartyId;
use words::moment::Moment;

use crate::seed::exercise;

/// A part has one form, and proves nothing under a key that has signed nothing.
pub(crate) fn part(bytes: &[u8]) -> bool {
    let Ok(part) = Part::read(bytes) else { return false };
    assert_eq!(part.bytes(), bytes, "a part has one form");
    assert!(part.after() >= part.first, "a part goes forward");
    let sealing = sealing();
    let file = seal(&part, &sealing.public(), &[4; 32]).expect("a part is sealed");
    let opened = open(&file, &sealing, (&part.from, &part.to)).expect("and opened");
    assert_eq!(opened, part, "what is sealed is what is opened");
    assert!(part.prove(&SigningKey::from_seed(&[3; 32]).public()).is_err(), "by nobody");
    true
}

/// A file that opens is a founding or was sealed to us; the founding's file has one form.
pub(crate) fn file(bytes: &[u8]) -> bool {
    let (from, to) = (party("host"), party("guest"));
    let opened = open(bytes, &sealing(), (&from, &to)).ok();
    if let Some(part) = &opened {
        assert!(part.from == from && part.to == to, "it is from whom and for whom we asked");
    }
    match read_founding(bytes) {
        Ok(part) => {
            assert_eq!(open_founding(&part).as_deref(), Some(bytes), "a founding has one form");
            true
        }
        Err(_) => opened.is_some(),
    }
}

/// An audit file has one form.
pub(crate) fn audit(bytes: &[u8]) -> bool {
    let Ok(export) = canon::decode::<Export>(bytes) else { return false };
    assert_eq!(canon::encode(&export), bytes, "an audit file has one form");
    true
}

/// A file that shows a body has one form.
pub(crate) fn revealed(bytes: &[u8]) -> bool {
    let Ok(read) = Revealed::parse(bytes) else { return false };
    assert_eq!(read.encode(), bytes, "a file that shows a body has one form");
    true
}

/// The founding of the exercise as such a file, and one with nothing in it.
pub(crate) fn shown() -> Vec<Vec<u8>> {
    let file = |entries| Revealed {
        format: reveal::file::FORMAT.to_owned(),
        party: party("host"),
        head: "a head".to_owned(),
        entries,
        shown: None,
    };
    let ledgers = exercise().into_iter().flat_map(|export| export.ledgers);
    let first = ledgers.filter_map(|ledger| ledger.entries.into_iter().next());
    let proved = first.map(|it| Proved {
        index: 0,
        entry: it.entry,
        body: it.body.unwrap_or_default(),
        hashes: vec![Hash([5; 32])],
    });
    [file(proved.collect()), file(Vec::new())].iter().map(Revealed::encode).collect()
}

/// A short part and a founding.
pub(crate) fn parts() -> Vec<Vec<u8>> {
    [founding(), later()].iter().map(Part::bytes).collect()
}

/// Both as files.
pub(crate) fn files() -> Vec<Vec<u8>> {
    let sealed = seal(&later(), &sealing().public(), &[4; 32]).expect("a part is sealed");
    open_founding(&founding()).into_iter().chain([sealed]).collect()
}

/// The first entries of the exercise, and a file with none.
pub(crate) fn audits() -> Vec<Vec<u8>> {
    let mut exports: Vec<Export> = exercise().into_iter().collect();
    for ledger in exports.iter_mut().flat_map(|export| &mut export.ledgers) {
        ledger.entries.truncate(3);
    }
    let format = audit::file::FORMAT.to_owned();
    exports.push(Export { format, at: Moment::from_ms(1), ledgers: Vec::new() });
    exports.iter().map(canon::encode).collect()
}

fn founding() -> Part {
    Part {
        format: FORMAT.to_owned(),
        from: party("host"),
        to: party("guest"),
        head: "a head".to_owned(),
        first: 0,
        edge: Vec::new(),
        entries: vec![Bytes(vec![1, 2])],
        proof: vec![Hash([5; 32])],
        bodies: vec![Body { index: 0, bytes: vec![3] }],
        founding: None,
        cosigned: None,
    }
}

fn later() -> Part {
    let founded = Founding { entry: vec![1], body: vec![2] };
    Part {
        first: 2,
        edge: vec![Hash([6; 32])],
        entries: vec![Bytes(vec![1]), Bytes(vec![2])],
        bodies: vec![Body { index: 3, bytes: vec![4] }],
        founding: Some(founded),
        cosigned: Some("a head".to_owned()),
        ..founding()
    }
}

fn sealing() -> SealingKey {
    SealingKey::from_seed(&[8; 32])
}

fn party(name: &str) -> PartyId {
    PartyId::new(name).expect("a name")
}
