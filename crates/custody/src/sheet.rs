//! How the keys of a ledger stand: since when, until when, why no longer.
//!
//! Everything is read off the ledger and its reader. What may not happen here: a judgement of its
//! own on whose signature holds.

use engine::engine::Engine;
use joint::rests::Disowned;
use ledger::held::Ledger;
use ledger::keyring::Enrolled;
use ledger::outcome::Outcome;
use note::key::key_id;
use words::act::{Act, WORDS};
use words::custody::{Custodians, Order};
use words::hash::{Hash, KeyId};
use words::id::{PartyId, PersonId};
use words::limit::KEY_ENDS_SOON_MS;
use words::moment::Moment;
use words::refusal::Reason;
use words::role::Role;

/// The number of the act that carries an order.
const ORDERED: u16 = 80;

/// Statements of a disowned key that are shown one by one: a page, not an archive.
const SIGNED_SHOWN_MAX: usize = 40;

/// How a key stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// It signs.
    Lives,
    /// It signs, and not for long.
    EndsSoon,
    /// Its time is over.
    Ended,
    /// It was voided.
    Voided,
    /// It was voided, and what it signed since some place is disowned.
    Disowned,
}

impl Stand {
    /// The stable word: in answers and in translation keys.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lives => "lives",
            Self::EndsSoon => "ends-soon",
            Self::Ended => "ended",
            Self::Voided => "voided",
            Self::Disowned => "disowned",
        }
    }

    fn of(key: &Enrolled, now: Moment) -> Self {
        if key.disowned_from.is_some() {
            Self::Disowned
        } else if key.voided_at.is_some() {
            Self::Voided
        } else if key.until <= now {
            Self::Ended
        } else if key.until.unix_ms.saturating_sub(now.unix_ms) < KEY_ENDS_SOON_MS {
            Self::EndsSoon
        } else {
            Self::Lives
        }
    }
}

/// Why a key signs no more before its time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// As whoever voided it says.
    Said(String),
    /// The node has another key.
    Replaced,
    /// The root has other holders.
    PassedOn,
    /// The key that enrolled it was in other hands.
    Enroller,
}

impl Why {
    /// The stable word: in answers and in translation keys.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Said(_) => "said",
            Self::Replaced => "replaced",
            Self::PassedOn => "passed-on",
            Self::Enroller => "enroller",
        }
    }

    // What the statement that ended a key says of it.
    fn of(act: Option<&Act>, key: KeyId) -> Self {
        let order = match act {
            Some(Act::KeyVoided(said)) if said.key == key => {
                return Self::Said(said.reason.clone());
            }
            Some(Act::RootOrdered(ordered)) => &ordered.order.order,
            Some(_) | None => return Self::Enroller,
        };
        match order {
            Order::Void(said) if said.key == key => Self::Said(said.reason.clone()),
            Order::Rotate(_) | Order::Recover(_) => Self::PassedOn,
            Order::ReplaceNode(_) => Self::Replaced,
            Order::Void(_) | Order::Enrol(_) | Order::NameNext(_) | Order::Pair(_) => {
                Self::Enroller
            }
        }
    }
}

/// Where a key ended before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The place that voided it.
    pub index: u64,
    /// When that was.
    pub at: Moment,
    /// Why.
    pub why: Why,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its short name.
    pub key: KeyId,
    /// Whose.
    pub person: PersonId,
    /// What it may sign.
    pub roles: Vec<Role>,
    /// The place that enrolled it.
    pub since: u64,
    /// When that was.
    pub since_at: Moment,
    /// Its end; the end of time for a key without one.
    pub until: Moment,
    /// Where it was voided, when, and why.
    pub ended: Option<Ended>,
    /// Since which place its statements are disowned.
    pub disowned_from: Option<u64>,
    /// How it stands.
    pub stand: Stand,
}

impl Row {
    /// When it ends; `None` for a key without an end.
    pub fn ends(&self) -> Option<Moment> {
        Some(self.until).filter(|until| *until < Moment::from_ms(i64::MAX))
    }
}

/// A key that was in other hands, and what it signed there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallen {
    /// What was said, and how much ended with it.
    pub said: Disowned,
    /// What it signed: the place, and the word of the act; the first ones of many.
    pub signed: Vec<(u64, &'static str)>,
    /// How many more there are.
    pub more: u64,
}

/// The keys of one ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Whose.
    pub party: PartyId,
    /// The version of the root: 1 at the founding.
    pub version: u32,
    /// Who holds it.
    pub custodians: Custodians,
    /// The hash of the reserve.
    pub next: Option<Hash>,
    /// Since which place they hold it.
    pub since: u64,
    /// When that was.
    pub since_at: Moment,
    /// Did the reserve take it over by itself?
    pub recovered: bool,
    /// How many orders stood.
    pub orders: u64,
    /// Keys of persons and of the node, those that sign first.
    pub rows: Vec<Row>,
    /// Orders that break the rules: where, and why they are void.
    pub refused: Vec<(u64, Reason)>,
    /// What was disowned, and what ended with it.
    pub disowned: Vec<Fallen>,
}

impl Sheet {
    /// The short names of the custodians' keys.
    pub fn holders(&self) -> Vec<KeyId> {
        self.custodians.keys.iter().map(key_id).collect()
    }

    /// Who can renew a key: how many of how many.
    pub fn renewers(&self) -> (u32, usize) {
        (self.custodians.threshold, self.custodians.keys.len())
    }

    /// Keys that sign and that will not for long.
    pub fn ending(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.stand == Stand::EndsSoon)
    }
}

/// The keys of our ledger, then those of the counterpart's as far as it is mirrored.
pub fn sheets(engine: &Engine) -> Vec<Sheet> {
    let ledgers = std::iter::once(engine.own()).chain(engine.peer());
    ledgers.filter_map(|ledger| sheet(engine, ledger)).collect()
}

fn sheet(engine: &Engine, ledger: &Ledger) -> Option<Sheet> {
    let (ring, now) = (ledger.reader().ring(), engine.now());
    let root = ring.root()?;
    let mut rows: Vec<Row> =
        ring.keys().iter().map(|(id, key)| row(*id, key, (ledger, now))).collect();
    rows.sort_by_key(|row| (row.ended.is_some(), row.person.clone(), row.since));
    let void = ledger.lines().iter().filter(|line| line.entry.number == ORDERED);
    let refused = void.filter_map(|line| {
        let judged = match &line.outcome {
            Some(Outcome::Void(refusal)) => refusal.reasons.first().copied(),
            Some(Outcome::Acted | Outcome::Silent) | None => None,
        };
        Some((line.entry.index, line.entry.void.or(judged)?))
    });
    let side = ledger.reader().side()?;
    let disowned = engine.state().rests.disowned.iter().filter(|it| it.side == side);
    Some(Sheet {
        party: ledger.party().clone(),
        version: root.version,
        custodians: root.custodians.clone(),
        next: root.next,
        since: root.since,
        since_at: when(ledger, root.since),
        recovered: root.recovered,
        orders: root.serial,
        rows,
        refused: refused.collect(),
        disowned: disowned.map(|said| fallen(ledger, *said)).collect(),
    })
}

fn when(ledger: &Ledger, index: u64) -> Moment {
    let line = usize::try_from(index).ok().and_then(|index| ledger.lines().get(index));
    line.map_or(Moment::default(), |line| line.entry.at)
}

// What the key signed from there on and before that was said. What was void anyway gave nothing.
fn fallen(ledger: &Ledger, said: Disowned) -> Fallen {
    let lines = ledger.lines().iter().filter(|line| {
        let entry = &line.entry;
        let there = (said.since..said.index).contains(&entry.index);
        there && entry.key == Some(said.key) && entry.void.is_none()
    });
    let word = |number| WORDS.iter().find(|(known, _)| *known == number);
    let signed: Vec<_> =
        lines.filter_map(|line| Some((line.entry.index, word(line.entry.number)?.1))).collect();
    let more = signed.len().saturating_sub(SIGNED_SHOWN_MAX);
    let signed = signed.into_iter().take(SIGNED_SHOWN_MAX).collect();
    Fallen { said, signed, more: u64::try_from(more).unwrap_or(u64::MAX) }
}

fn ended(ledger: &Ledger, key: KeyId, index: u64) -> Ended {
    let line = usize::try_from(index).ok().and_then(|index| ledger.lines().get(index));
    let why = Why::of(line.and_then(|line| line.entry.act.as_ref()), key);
    Ended { index, at: when(ledger, index), why }
}

fn row(key: KeyId, enrolled: &Enrolled, (ledger, now): (&Ledger, Moment)) -> Row {
    Row {
        key,
        person: enrolled.person.clone(),
        roles: enrolled.roles.clone(),
        since: enrolled.since,
        since_at: when(ledger, enrolled.since),
        until: enrolled.until,
        ended: enrolled.voided_at.map(|index| ended(ledger, key, index)),
        disowned_from: enrolled.disowned_from,
        stand: Stand::of(enrolled, now),
    }
}
