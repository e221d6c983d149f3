//! What a node could forge: a second founding, and evidence.

use crate::pair::{Pair, midnight, node_key, party};
use ledger::reader::{Read, Reader};
use note::key::SigningKey;
use note::statement::{Draft, Intent, Seen};
use proptest::prelude::{prop_assert, proptest};
use tlog::head::Head;
use tlog::signed::SignedHead;
use tlog::tree::{Tree, leaf_hash};
use words::act::{Act, Between, KeyEnrolled, MisbehaviourNoted, Names, PartyFounded};
use words::audience::Audience;
use words::hash::{Seed, StatementId};
use words::id::PersonId;
use words::moment::Moment;
use words::refusal::Reason;
use words::role::{Role, Side};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn founding(root: &SigningKey, node: &SigningKey) -> Act {
    let names = Names { en: "h".into(), zh: "h".into(), ur: "h".into() };
    let (root, node) = (root.public(), node.public());
    let party = party(Side::Host);
    PartyFounded { party, names, side: Side::Host, root, node, sealing: Vec::new(), custody: None }
        .into()
}

// Signs and reads the next entry; the reason why it is void, if it is.
fn reads(reader: &mut Reader, act: &Act, signer: &SigningKey) -> Option<Reason> {
    let number = u8::try_from(reader.size()).unwrap();
    let intent = Intent {
        origin: party(Side::Host),
        id: StatementId([number; 16]),
        at: midnight(),
        seen: Seen::default(),
        audience: Audience::Joint,
    };
    let sealed = Draft::new(intent, act, Seed([9; 32]), &signer.public()).unwrap().sign(signer);
    match reader.read(&sealed.entry, Some(&sealed.body), true) {
        Read::Entry(entry) => entry.void,
        Read::WaitsForBody => panic!("its body is here"),
    }
}

#[test]
fn a_ledger_is_founded_once_whoever_signs_it_again() {
    let (root, node, usurper, officer) = (key(1), key(2), key(3), key(4));
    let mut reader = Reader::new(party(Side::Host));
    assert_eq!(reads(&mut reader, &founding(&root, &node), &root), None);
    for signer in [&root, &node, &usurper] {
        let again = founding(&usurper, &node);
        assert_eq!(reads(&mut reader, &again, signer), Some(Reason::NotFounded));
    }
    let enrolled = KeyEnrolled {
        person: PersonId::new("host/me").unwrap(),
        key: officer.public(),
        roles: vec![Role::ConsentOfficer],
        until: Moment::from_ms(i64::MAX),
    };
    let enrolled = Act::from(enrolled);
    assert_eq!(reads(&mut reader, &enrolled, &usurper), Some(Reason::UnknownKey));
    assert_eq!(reads(&mut reader, &enrolled, &root), None, "the root that was paired enrols");
    assert_eq!(reader.keys().len(), 3, "root, node and one officer");
}

// A ledger of so many entries, of which those from `fork` on are another past.
fn ledger(size: u8, fork: u8) -> Tree {
    let mut tree = Tree::new();
    (0..size).for_each(|index| tree.push(leaf_hash(&[index, u8::from(index >= fork)])));
    tree
}

fn head(tree: &Tree, at_minute: i64) -> SignedHead {
    let name = party(Side::Guest);
    let head = Head { origin: name.clone(), size: tree.size(), root: tree.root(), state: None };
    let mut head = SignedHead::sign(head, name.as_str(), &node_key(Side::Guest));
    head.cosign(name.as_str(), &node_key(Side::Guest), midnight().plus_ms(at_minute * 60_000));
    head
}

fn noted(heads: [&SignedHead; 2], between: Option<Between>) -> MisbehaviourNoted {
    let heads = heads.map(ToString::to_string).to_vec();
    MisbehaviourNoted { party: party(Side::Guest), code: "fork".into(), heads, between }
}

fn between(tree: &Tree, from: u64) -> Option<Between> {
    let root = tree.root_at(from)?;
    Some(Between { root, proof: tree.consistency(from, tree.size())? })
}

fn answer(act: MisbehaviourNoted) -> Result<(), Reason> {
    let said = Pair::agreed().say(Side::Host, act);
    said.map_err(|refusal| *refusal.reasons.first().unwrap())
}

#[test]
fn nobody_is_caught_for_having_grown() {
    let (small, large) = (ledger(5, 9), ledger(9, 9));
    let heads = [&head(&small, 1), &head(&large, 2)];
    assert_eq!(answer(noted(heads, None)), Err(Reason::BadSignature));
    assert_eq!(answer(noted(heads, between(&large, 5))), Err(Reason::BadSignature));
    // Nor by a proof of another ledger's past.
    let other = ledger(9, 3);
    assert_eq!(answer(noted(heads, between(&other, 5))), Err(Reason::BadSignature));
}

#[test]
fn what_contradicts_itself_is_caught() {
    let (small, other) = (ledger(5, 9), ledger(9, 3));
    let split = [&head(&small, 1), &head(&other, 2)];
    assert_eq!(answer(noted(split, between(&other, 5))), Ok(()));
    let (one, same_size) = (ledger(9, 9), ledger(9, 3));
    assert_eq!(answer(noted([&head(&one, 1), &head(&same_size, 2)], None)), Ok(()));
    let rolled_back = [&head(&small, 5), &head(&one, 2)];
    assert_eq!(answer(noted(rolled_back, None)), Ok(()), "the smaller one was vouched for later");
}

proptest! {
    #[test]
    fn an_honest_ledger_is_never_caught(from in 1_u8..20, more in 0_u8..20, late in 0_i64..9) {
        let large = ledger(from + more, u8::MAX);
        let heads = [&head(&ledger(from, u8::MAX), 1), &head(&large, 1 + late)];
        prop_assert!(answer(noted(heads, None)).is_err());
        prop_assert!(answer(noted(heads, between(&large, u64::from(from)))).is_err());
    }
}
