//! What is erased leaves the state as it was, whoever saw it or did not.
#![cfg(test)]

use ledger::outcome::Outcome;
use ledger::reader::{Entry, Read, Reader};
use node::fold::Fold;
use note::key::SigningKey;
use note::statement::{Draft, Intent, Sealed, Seen};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use tlog::tree::{Tree, leaf_hash};
use words::act::{Act, KeyEnrolled, Names, PartyFounded, RefusalRecorded};
use words::alarm::{AlarmHandled, AlarmNoted};
use words::audience::Audience;
use words::hash::{Hash, Seed, StatementId};
use words::id::{AgreementId, AlarmId, PartyId, PersonId};
use words::letter::{BodyErased, BodyRevealed, ErasureRule, LetterSent, stands_alone};
use words::moment::Moment;
use words::review::{Circle, Commented};
use words::role::{Role, Side};

// What one party does next, and how many of the other's newest entries it has not seen.
#[derive(Debug, Clone)]
struct Deed {
    host: bool,
    unseen: usize,
    what: u8,
    which: usize,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = (any::<bool>(), 0_usize..3, 0_u8..10, any::<usize>());
    vec(deed.prop_map(|(host, unseen, what, which)| Deed { host, unseen, what, which }), 0..24)
}

struct Party {
    name: &'static str,
    side: Side,
    root: SigningKey,
    node: SigningKey,
    officer: SigningKey,
    kept: Vec<Sealed>,
    ids: Vec<(StatementId, u16, Audience)>,
    tree: Tree,
    seen: u64,
}

impl Party {
    fn new(name: &'static str, side: Side) -> Self {
        let key = |what: &str| {
            SigningKey::from_seed(&note::digest::sha256(format!("{name}/{what}").as_bytes()).0)
        };
        let (kept, ids) = (Vec::new(), Vec::new());
        let (root, node, officer) = (key("root"), key("node"), key("officer"));
        Self { name, side, root, node, officer, kept, ids, tree: Tree::new(), seen: 0 }
    }

    fn say(&mut self, key: &SigningKey, act: &Act, audience: Audience, other: (u64, Hash)) {
        let place = u8::try_from(self.kept.len()).unwrap();
        let id =
            StatementId([place, u8::from(self.side == Side::Host)].repeat(8).try_into().unwrap());
        let seen = Seen { size: other.0, root: other.1, at: Moment::default() };
        let origin = PartyId::new(self.name).unwrap();
        self.ids.push((id, act.number(), audience.clone()));
        let intent = Intent { origin, id, at: Moment::from_ms(1_000), seen, audience };
        let draft = Draft::new(intent, act, Seed([place; 32]), &key.public()).unwrap();
        let sealed = draft.sign(key);
        self.tree.push(leaf_hash(&sealed.entry));
        self.kept.push(sealed);
    }

    fn found(&mut self) {
        let id = PartyId::new(self.name).unwrap();
        let names = Names { en: "a".into(), zh: "b".into(), ur: "c".into() };
        let (root, none) = (self.root.clone(), (0, Hash([0; 32])));
        let founded = PartyFounded {
            party: id,
            names,
            side: self.side,
            root: root.public(),
            node: self.node.public(),
            sealing: vec![7; 32],
            custody: None,
        };
        self.say(&root, &founded.into(), Audience::Joint, none);
        let enrolled = KeyEnrolled {
            person: person(self.name),
            key: self.officer.public(),
            roles: vec![Role::WatchOfficer, Role::Signatory],
            until: Moment::from_ms(i64::MAX),
        };
        self.say(&root, &enrolled.into(), Audience::Joint, none);
    }
}

fn person(of: &str) -> PersonId {
    PersonId::new(&format!("{of}/officer")).unwrap()
}

/// By the node's own act, signed by an officer: void for everybody, body or not.
fn refused() -> Act {
    RefusalRecorded {
        act: "closed".into(),
        by: person("host"),
        reasons: Vec::new(),
        articles: Vec::new(),
        act_hash: Hash([1; 32]),
    }
    .into()
}

fn act(deed: &Deed, own: &[(StatementId, u16, Audience)]) -> (Act, Audience) {
    let alarm = AlarmId::new(&format!("sos:{}", deed.which % 3)).unwrap();
    let letter = |to: Audience| LetterSent {
        readers: to,
        subject: "of a person".into(),
        words: format!("what may have to go {}", deed.which),
        about: None,
    };
    let named = Audience::Named(vec![person("guest")]);
    let erasable: Vec<StatementId> = own
        .iter()
        .filter(|(_, number, to)| stands_alone(*number) || *to != Audience::Joint)
        .map(|(id, _, _)| *id)
        .collect();
    match deed.what {
        0 | 1 => (AlarmNoted { alarm }.into(), Audience::Joint),
        2 => (AlarmHandled { alarm, action: "called".into() }.into(), Audience::Joint),
        3 => (letter(Audience::Joint).into(), Audience::Joint),
        4 => (letter(named.clone()).into(), named),
        5 => {
            let said = Commented {
                agreement: AgreementId::new("nobody-knows-it").unwrap(),
                text: Hash([3; 32]),
                article: None,
                words: "of a text that may be unknown".into(),
                circle: Circle::Shared,
            };
            (said.into(), Audience::Joint)
        }
        6 => (refused(), Audience::Joint),
        7 => {
            let shown = BodyRevealed {
                ledger: PartyId::new("host").unwrap(),
                statement: StatementId([1; 16]),
                shown_to: "a court".into(),
                readers: Audience::Joint,
            };
            (shown.into(), Audience::Joint)
        }
        _ => match erasable.get(deed.which % erasable.len().max(1)) {
            Some(statement) => {
                let erased = BodyErased {
                    statement: *statement,
                    reason: "asked".into(),
                    ledger: None,
                    rule: Some(ErasureRule::Request),
                };
                (erased.into(), Audience::Joint)
            }
            None => (AlarmNoted { alarm }.into(), Audience::Joint),
        },
    }
}

fn history(deeds: &[Deed]) -> (Party, Party) {
    let (mut host, mut guest) = (Party::new("host", Side::Host), Party::new("guest", Side::Guest));
    host.found();
    guest.found();
    for deed in deeds {
        let (own, other) = if deed.host { (&mut host, &guest) } else { (&mut guest, &host) };
        let unseen = u64::try_from(deed.unseen).unwrap();
        own.seen = other.tree.size().saturating_sub(unseen).max(own.seen);
        let root =
            if own.seen == 0 { Hash([0; 32]) } else { other.tree.root_at(own.seen).unwrap() };
        let (act, to) = act(deed, &own.ids);
        let (key, seen) = (own.officer.clone(), own.seen);
        own.say(&key, &act, to, (seen, root));
    }
    (host, guest)
}

// A reader that got every body, or lacks those of which `gone` says so.
fn read(party: &Party, gone: &dyn Fn(&StatementId) -> bool) -> Vec<Entry> {
    let mut reader = Reader::new(PartyId::new(party.name).unwrap());
    let read = party.kept.iter().zip(&party.ids).map(|(sealed, (id, _, to))| {
        let has = !gone(id) && matches!(to, Audience::Joint);
        match reader.read(&sealed.entry, has.then_some(sealed.body.as_slice()), true) {
            Read::Entry(entry) => *entry,
            Read::WaitsForBody => panic!("a state waits for what may be erased"),
        }
    });
    read.collect()
}

fn erased(party: &Party, until: usize) -> Vec<StatementId> {
    let acts = party.kept.iter().take(until).filter_map(|sealed| {
        let header = note::statement::parse(&sealed.entry).unwrap().header;
        let act = note::statement::open(&header, &sealed.body).unwrap();
        if let Act::BodyErased(act) = act { Some(act.statement) } else { None }
    });
    acts.collect()
}

// The hash after each entry, in one of the orders in which entries may arrive.
fn hashes(host: &[Entry], guest: &[Entry], hosts_first: &[bool]) -> Vec<(Outcome, Hash)> {
    let (mut fold, mut at, mut found) = (Fold::default(), (0, 0), Vec::new());
    for first in hosts_first.iter().cycle() {
        let mut next: Vec<&Entry> =
            [host.get(at.0), guest.get(at.1)].into_iter().flatten().collect();
        if next.is_empty() {
            return found;
        }
        if !first {
            next.reverse();
        }
        let entry = next.into_iter().find(|entry| fold.ready(entry)).expect("one is ready");
        match entry.side {
            Side::Host => at.0 += 1,
            Side::Guest => at.1 += 1,
        }
        let outcome = fold.take(entry.clone());
        found.push((outcome, fold.hash()));
    }
    found
}

proptest! {
    #[test]
    fn who_never_saw_the_erased_folds_to_the_same_state_at_every_step(
        deeds in deeds(),
        hosts_first in vec(any::<bool>(), 8..16),
        until in 0_usize..30,
    ) {
        let (host, guest) = history(&deeds);
        let saw = (read(&host, &|_| false), read(&guest, &|_| false));
        let gone = [erased(&host, until), erased(&guest, until)].concat();
        let not = (read(&host, &|id| gone.contains(id)), read(&guest, &|id| gone.contains(id)));
        let lost = |entries: &[Entry]| entries.iter().filter(|it| it.act.is_none()).count();
        let (some, more) = (lost(&saw.0) + lost(&saw.1), lost(&not.0) + lost(&not.1));
        prop_assert!(more >= some);
        for order in [vec![true], vec![false], hosts_first] {
            let seen = hashes(&saw.0, &saw.1, &order);
            let unseen = hashes(&not.0, &not.1, &order);
            prop_assert_eq!(seen, unseen);
        }
    }
}

#[test]
fn a_history_has_erasures_that_take_something() {
    let deed = |what, which| Deed { host: true, unseen: 0, what, which };
    let (host, _) = history(&[deed(3, 1), deed(3, 2), deed(9, 0), deed(2, 0)]);
    let gone = erased(&host, usize::MAX);
    assert_eq!(gone.len(), 1);
    let not = read(&host, &|id| gone.contains(id));
    assert_eq!(not.iter().filter(|it| it.act.is_none()).count(), 1);
    // Who lacks a body on which the state rests waits for it.
    let mut reader = Reader::new(PartyId::new("host").unwrap());
    for sealed in &host.kept[..5] {
        assert!(matches!(reader.read(&sealed.entry, Some(&sealed.body), true), Read::Entry(_)));
    }
    assert_eq!(reader.read(&host.kept[5].entry, None, true), Read::WaitsForBody);
}
