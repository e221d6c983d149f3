//! Writes two long ledgers quickly: the parties' own beginning.

use engine::engine::Engine;
use note::key::SigningKey;
use note::statement::{Draft, Intent, Sealed, Seen};
use store::memory::Memory;
use strongbox::dice::{Dice, SeededDice};
use tlog::tree::{Tree, leaf_hash};
use words::act::{Act, Key};
use words::alarm::{AlarmHandled, AlarmNoted};
use words::audience::Audience;
use words::hash::{Seed, StatementId};
use words::id::{AlarmId, PartyId};
use words::moment::Moment;

use crate::parties::{Failure, Parties, SEED, order, start};

/// A party writes this many statements before the other has mirrored them.
const TURN: u32 = 50;

/// Between two statements: a million of them fit into one lease of twelve hours.
const EVERY_MS: i64 = 40;

/// The mix, as it is printed.
pub(crate) const MIX: &str = "Half by each party in turns of 50. Of the guest's statements 1 in \
    100 orders a task and asks Cedar (0.5 % of all); of the rest 1 in 10 handles an alarm, \
    9 acknowledge one.";

/// Entries read from a store at once.
const AT_ONCE: u32 = 4_096;

/// Two ledgers, whole.
pub(crate) struct Ledgers {
    pub(crate) host: Pen,
    pub(crate) guest: Pen,
}

/// A ledger and the hand that writes it.
pub(crate) struct Pen {
    pub(crate) party: PartyId,
    pub(crate) sealed: Vec<Sealed>,
    pub(crate) tree: Tree,
    key: SigningKey,
    public: Key,
    dice: SeededDice,
}

impl Pen {
    fn continuing(engine: &Engine, key: SigningKey) -> Result<Self, Failure> {
        let party = engine.config().party.clone();
        let public = key.public();
        let dice = SeededDice::of(SEED, &format!("{party}/pen"));
        let mut pen = Self { party, sealed: Vec::new(), tree: Tree::new(), key, public, dice };
        for kept in engine.store().read(&pen.party, 0, AT_ONCE)? {
            let body = kept.body.ok_or("a body is missing")?;
            pen.push(Sealed { entry: kept.entry, body });
        }
        Ok(pen)
    }

    fn push(&mut self, sealed: Sealed) {
        self.tree.push(leaf_hash(&sealed.entry));
        self.sealed.push(sealed);
    }

    fn seen(&self, at: Moment) -> Seen {
        Seen { size: self.tree.size(), root: self.tree.root(), at }
    }

    fn write(&mut self, act: &Act, at: Moment, seen: Seen) -> Result<(), Failure> {
        let id = StatementId(self.dice.short());
        let origin = self.party.clone();
        let intent = Intent { origin, id, at, seen, audience: Audience::Joint };
        let draft = Draft::new(intent, act, Seed(self.dice.roll()), &self.public)?;
        let sealed = draft.sign(&self.key);
        self.push(sealed);
        Ok(())
    }
}

/// Ledgers of together that many statements, and the handful that the parties began with.
pub(crate) fn write(statements: u32) -> Result<Ledgers, Failure> {
    let parties = Parties::agreed(Box::new(Memory::new()), Box::new(Memory::new()))?;
    let mut host = Pen::continuing(&parties.host, parties.host_officer.clone())?;
    let mut guest = Pen::continuing(&parties.guest, parties.guest_officer.clone())?;
    for turn in 0..statements.div_ceil(TURN) {
        let (pen, other) = if turn % 2 == 0 { (&mut guest, &host) } else { (&mut host, &guest) };
        let first = turn * TURN;
        let seen = other.seen(start().plus_ms(i64::from(first) * EVERY_MS));
        for number in first..(first + TURN).min(statements) {
            let at = start().plus_ms(i64::from(number) * EVERY_MS);
            pen.write(&act(number)?, at, seen.clone())?;
        }
    }
    Ok(Ledgers { host, guest })
}

// The guest's turns are the even ones, and each second of them begins with an order; the host
// has the last word of a million.
fn act(number: u32) -> Result<Act, Failure> {
    if number.is_multiple_of(4 * TURN) {
        return Ok(Act::TaskOrdered(order(number / (4 * TURN))?));
    }
    // Whoever handles an alarm handles the one that was acknowledged just before.
    let handled = number % 10 == 9;
    let alarm = AlarmId::new(&format!("sos:v-{}", number - u32::from(handled)))?;
    if handled {
        let action = "the escort was called".to_owned();
        return Ok(Act::AlarmHandled(AlarmHandled { alarm, action }));
    }
    Ok(Act::AlarmNoted(AlarmNoted { alarm }))
}
