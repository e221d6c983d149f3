//! Keys change while all else goes wrong: officers', nodes', roots'.
//!
//! Every turn is an order of the root, signed by as many custodians as it needs. What may not
//! happen here: an order that no root of this ledger gave, but to see it refused.

use engine::engine::Engine;
use engine::fault::Answer;
use ledger::outcome::Outcome;
use note::custody::{enough, set, set_hash, sign};
use note::key::SigningKey;
use strongbox::node_keys::NodeKeys;
use words::act::{KeyEnrolled, KeyVoided};
use words::custody::{Custodians, Custody, NextNamed, NodeReplaced, Order, RootOrder, RootOrdered};
use words::hash::{Hash, Seed};
use words::id::PersonId;
use words::moment::Moment;
use words::refusal::Reason;
use words::role::Side;

use crate::chance::Chance;
use crate::check::{Acked, Failure, fail};
use crate::party::{OFFICES, Party, key, name, node_seed, party_id};
use crate::world::World;

/// A key that is voided was in other hands for at most so many statements.
const STOLEN_MAX: u64 = 8;

/// What became of a turn.
#[derive(Debug)]
pub enum Turned {
    /// It stands in the ledger.
    Done(&'static str),
    /// The node said no, as it had to.
    Refused(&'static str),
    /// The disk failed in the middle of it.
    Broken(&'static str, Box<engine::fault::Fault>),
    /// The node said no to an order that stands, or took one that does not.
    Wrong(String),
}

/// The keys that a party has had, and will need again.
#[derive(Debug, Clone, Default)]
pub struct Bag {
    /// Custodians', by whoever held them.
    pub custodians: Vec<SigningKey>,
    /// Sets that were named as reserves.
    pub reserves: Vec<Custodians>,
    /// How many node keys were made, beside the first.
    pub nodes: u32,
    /// How many officers' keys were made, beside the first.
    pub officers: u32,
    /// How many sets of custodians were made.
    pub sets: u32,
}

/// Custodians of one side or the other meet.
pub fn turn_keys(world: &mut World<'_>, chance: &mut Chance) -> Result<(), Failure> {
    let side = if chance.one_in(2) { Side::Host } else { Side::Guest };
    let now = world.now;
    for turned in turn(world.party(side), now, chance) {
        match turned {
            Turned::Done(word) => world.tell(side, word, "ok"),
            Turned::Refused(word) => world.tell(side, word, "no"),
            Turned::Broken(word, fault) => world.broke(side, word, &fault)?,
            Turned::Wrong(how) => return fail("orders stand if enough have signed", how),
        }
    }
    Ok(())
}

/// One order of a party's root, or a pair of them that belong together.
fn turn(party: &mut Party, now: Moment, chance: &mut Chance) -> Vec<Turned> {
    if party.engine.is_none() {
        return Vec::new();
    }
    match chance.below(6) {
        0 => new_officer(party, now, None),
        1 => {
            let size = party.engine.as_ref().map_or(0, |engine| engine.own().size());
            let since = size.saturating_sub(chance.below(STOLEN_MAX)).max(1);
            new_officer(party, now, Some(since))
        }
        2 => vec![new_node(party, chance)],
        3 => vec![rotate(party)],
        4 => vec![name_next(party)],
        _ => vec![recover(party), too_few(party)],
    }
}

// Another key for the officer; the one before is void, or was in other hands.
fn new_officer(party: &mut Party, now: Moment, since: Option<u64>) -> Vec<Turned> {
    party.bag.officers += 1;
    let (before, after) = (party.officer.clone(), party.officer_key(party.bag.officers));
    let enrolled = KeyEnrolled {
        person: PersonId::new(&format!("{}/officer", name(party.side))).expect("an office"),
        key: after.public(),
        roles: OFFICES.to_vec(),
        until: now.plus_ms(400 * 86_400_000),
    };
    let enrolled = order(party, Order::Enrol(enrolled));
    if !matches!(enrolled, Turned::Done(_)) {
        return vec![enrolled];
    }
    party.officer = after;
    let voided = KeyVoided { key: before.id(), reason: "a turn of the keys".into(), since };
    vec![enrolled, order(party, Order::Void(voided))]
}

fn new_node(party: &mut Party, chance: &mut Chance) -> Turned {
    party.bag.nodes += 1;
    let seed = node_seed(party.side, party.bag.nodes);
    let keys = NodeKeys::from_seed(&seed);
    let size = party.engine.as_ref().map_or(0, |engine| engine.own().size());
    let since = chance.one_in(3).then(|| size.saturating_sub(chance.below(STOLEN_MAX)).max(1));
    let (node, sealing) = (keys.node.public(), keys.sealing.public());
    let to = Order::ReplaceNode(NodeReplaced { node, sealing, line: None, since });
    let Some(ordered) = party.engine.as_ref().and_then(|engine| signed(engine, to, &party.bag))
    else {
        return Turned::Wrong("a root of keys that nobody has".to_owned());
    };
    // The old node stops; the new one carries the order that names it.
    if let Err(fault) = party.start_as(party.bag.nodes) {
        return Turned::Broken("replace_node", fault);
    }
    let turned = submit(party, ordered);
    let after = if matches!(turned, Turned::Done(_)) {
        party.take_over()
    } else if party.disk.dead() {
        Ok(())
    } else {
        // Nothing stands: the old node goes on.
        party.start()
    };
    match after {
        Ok(()) => turned,
        Err(fault) => Turned::Broken("replace_node", fault),
    }
}

fn fresh(party: &mut Party) -> Custodians {
    party.bag.sets += 1;
    let number = party.bag.sets;
    let keys: Vec<SigningKey> =
        (0..3).map(|one| key(party.side, &format!("custodian/{number}/{one}"))).collect();
    let public = keys.iter().map(SigningKey::public).collect();
    party.bag.custodians.extend(keys);
    set(public, 2).expect("three keys of three names")
}

fn rotate(party: &mut Party) -> Turned {
    let custodians = fresh(party);
    order(party, Order::Rotate(Custody { custodians, next: None }))
}

fn name_next(party: &mut Party) -> Turned {
    let reserve = fresh(party);
    let next = set_hash(&reserve);
    party.bag.reserves.push(reserve);
    order(party, Order::NameNext(NextNamed { next }))
}

fn recover(party: &mut Party) -> Turned {
    let named: Option<Hash> =
        party.engine.as_ref().and_then(|engine| engine.own().reader().ring().root()?.next);
    let reserve = party.bag.reserves.iter().find(|it| Some(set_hash(it)) == named).cloned();
    let Some(custodians) = reserve else { return name_next(party) };
    order(party, Order::Recover(Custody { custodians, next: None }))
}

// One custodian too few, or none: the node must say no.
fn too_few(party: &mut Party) -> Turned {
    let next = Order::NameNext(NextNamed { next: Hash([1; 32]) });
    let Some(mut ordered) =
        party.engine.as_ref().and_then(|engine| signed(engine, next, &party.bag))
    else {
        return Turned::Wrong("a root of keys that nobody has".to_owned());
    };
    let held = party
        .engine
        .as_ref()
        .and_then(|engine| engine.own().reader().ring().root().map(|root| root.custodians.clone()));
    while held.as_ref().is_some_and(|held| enough(&ordered.signatures, held)) {
        ordered.signatures.pop();
    }
    match submit(party, ordered) {
        Turned::Done(_) => Turned::Wrong("it took an order that too few had signed".to_owned()),
        said @ (Turned::Refused(_) | Turned::Broken(..) | Turned::Wrong(_)) => said,
    }
}

fn order(party: &mut Party, order: Order) -> Turned {
    let ordered = party.engine.as_ref().and_then(|engine| signed(engine, order, &party.bag));
    match ordered {
        Some(ordered) => match submit(party, ordered) {
            Turned::Refused(why) => Turned::Wrong(format!("an order that stands: {why}")),
            said @ (Turned::Done(_) | Turned::Broken(..) | Turned::Wrong(_)) => said,
        },
        None => Turned::Wrong("a root of keys that nobody has".to_owned()),
    }
}

// The next order, signed by everybody in the sets that it needs.
fn signed(engine: &Engine, order: Order, bag: &Bag) -> Option<RootOrdered> {
    let root = engine.own().reader().ring().root()?;
    let party = engine.config().party.clone();
    let sets: Vec<&Custodians> = match &order {
        Order::Rotate(to) => vec![&root.custodians, &to.custodians],
        Order::Recover(to) => vec![&to.custodians],
        Order::Enrol(_)
        | Order::Void(_)
        | Order::ReplaceNode(_)
        | Order::NameNext(_)
        | Order::Pair(_) => vec![&root.custodians],
    };
    let keys: Vec<&SigningKey> = sets
        .iter()
        .flat_map(|set| &set.keys)
        .map(|public| bag.custodians.iter().find(|key| key.public() == *public))
        .collect::<Option<_>>()?;
    let order = RootOrder { party, version: root.version, serial: root.serial, order };
    let mut signatures: Vec<_> = keys.into_iter().map(|key| sign(&order, key)).collect();
    signatures.sort_by_key(|it| it.key);
    signatures.dedup_by_key(|it| it.key);
    Some(RootOrdered { order, signatures })
}

fn submit(party: &mut Party, ordered: RootOrdered) -> Turned {
    let word = ordered.order.order.word();
    let Some(engine) = party.engine.as_mut() else { return Turned::Refused(word) };
    match engine.submit_order(ordered) {
        Ok(accepted) if accepted.outcome == Some(Outcome::Acted) => Turned::Done(word),
        Ok(accepted) => Turned::Wrong(format!("{word} stands void: {:?}", accepted.outcome)),
        Err(Answer::Refused(refusal)) => {
            let known = [Reason::TooFewCustodians, Reason::UnknownKey];
            if refusal.reasons.iter().all(|reason| known.contains(reason)) {
                Turned::Refused(word)
            } else {
                Turned::Wrong(format!("{word}: {refusal:?}"))
            }
        }
        Err(Answer::Fault(fault)) => Turned::Broken(word, fault),
    }
}

impl Party {
    /// The officer's key of a turn; 0 is the first.
    pub(crate) fn officer_key(&self, turn: u32) -> SigningKey {
        match turn {
            0 => key(self.side, "officer"),
            turn => key(self.side, &format!("officer/{turn}")),
        }
    }

    /// Starts the node with the key of a turn.
    pub(crate) fn start_as(&mut self, turn: u32) -> Result<(), Box<engine::fault::Fault>> {
        let seed = node_seed(self.side, turn);
        self.open(&seed)?;
        self.node = seed;
        Ok(())
    }

    /// Seals again what the keys of the node before this one had sealed.
    pub(crate) fn take_over(&mut self) -> Result<(), Box<engine::fault::Fault>> {
        let (side, turns, now) = (self.side, self.bag.nodes, self.node);
        let Some(engine) = self.engine.as_mut() else { return Ok(()) };
        let before = (0..=turns).map(|turn| node_seed(side, turn)).filter(|seed| *seed != now);
        for seed in before.collect::<Vec<Seed>>() {
            engine.take_over_secrets(&NodeKeys::from_seed(&seed))?;
        }
        Ok(())
    }

    /// The newest of the officer's keys that its ledger lets sign.
    pub(crate) fn find_officer(&mut self) {
        let Some(engine) = &self.engine else { return };
        let ring = engine.own().reader().ring();
        let mut turns = (0..=self.bag.officers).rev().map(|turn| self.officer_key(turn));
        let known = turns
            .find(|key| ring.keys().get(&key.id()).is_some_and(|known| known.voided_at.is_none()));
        if let Some(known) = known {
            self.officer = known;
        }
    }
}

/// Two nodes read the same keys from a ledger that both hold.
pub fn same(writer: &Engine, mirror: &Engine) -> Result<(), Failure> {
    let Some(theirs) = mirror.peer() else { return Ok(()) };
    let own = writer.own();
    if own.reader().size() != theirs.reader().size() {
        return Ok(());
    }
    let (ours, read) = (own.reader().ring(), theirs.reader().ring());
    let same = (ours.root(), ours.nodes(), ours.keys()) == (read.root(), read.nodes(), read.keys());
    let whose = party_id(writer.side());
    if same { Ok(()) } else { fail("one keyring", format!("{whose}: {:?}", ours.root())) }
}

/// What was acknowledged holds by the keys of its time, whatever became of them since.
pub fn hold(engine: &Engine, acked: &[Acked]) -> Result<(), Failure> {
    for acked in acked.iter().filter(|acked| acked.side == engine.side()) {
        let place = usize::try_from(acked.index).unwrap_or(usize::MAX);
        let void = engine.own().lines().get(place).and_then(|line| line.entry.void);
        if let Some(reason) = void {
            return fail("old statements hold by old keys", format!("{acked:?}: {reason:?}"));
        }
    }
    Ok(())
}
