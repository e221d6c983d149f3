//! The keys of a ledger as people look at them: who, what, since when, until when, what is wrong.

use engine::engine::Engine;
use joint::rests::Disowned;
use ledger::held::Ledger;
use ledger::keyring::Enrolled;
use ledger::outcome::Outcome;
use note::key::key_id;
use words::custody::Custodians;
use words::hash::{Hash, KeyId};
use words::id::{PartyId, PersonId};
use words::limit::KEY_ENDS_SOON_MS;
use words::moment::Moment;
use words::refusal::Reason;
use words::role::Role;

/// The number of the act that carries an order.
const ORDERED: u16 = 80;

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
    /// Its end; the end of time for a key without one.
    pub until: Moment,
    /// Where it was voided.
    pub voided_at: Option<u64>,
    /// Since which place its statements are disowned.
    pub disowned_from: Option<u64>,
    /// How it stands.
    pub stand: Stand,
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
    /// Did the reserve take it over by itself?
    pub recovered: bool,
    /// How many orders stood.
    pub orders: u64,
    /// Keys of persons and of the node, those that sign first.
    pub rows: Vec<Row>,
    /// Orders that break the rules: where, and why they are void.
    pub refused: Vec<(u64, Reason)>,
    /// What was disowned, and how much ended with it.
    pub disowned: Vec<Disowned>,
}

impl Sheet {
    /// The short names of the custodians' keys.
    pub fn holders(&self) -> Vec<KeyId> {
        self.custodians.keys.iter().map(key_id).collect()
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
    let mut rows: Vec<Row> = ring.keys().iter().map(|(id, key)| row(*id, key, now)).collect();
    rows.sort_by_key(|row| (row.voided_at.is_some(), row.person.clone(), row.since));
    let void = ledger.lines().iter().filter(|line| line.entry.number == ORDERED);
    let refused = void.filter_map(|line| {
        let judged = match &line.outcome {
            Some(Outcome::Void(refusal)) => refusal.reasons.first().copied(),
            Some(Outcome::Acted | Outcome::Silent) | None => None,
        };
        Some((line.entry.index, line.entry.void.or(judged)?))
    });
    let side = ledger.reader().side()?;
    let disowned = engine.state().rests.disowned.iter().filter(|it| it.side == side).copied();
    Some(Sheet {
        party: ledger.party().clone(),
        version: root.version,
        custodians: root.custodians.clone(),
        next: root.next,
        since: root.since,
        recovered: root.recovered,
        orders: root.serial,
        rows,
        refused: refused.collect(),
        disowned: disowned.collect(),
    })
}

fn row(key: KeyId, enrolled: &Enrolled, now: Moment) -> Row {
    Row {
        key,
        person: enrolled.person.clone(),
        roles: enrolled.roles.clone(),
        since: enrolled.since,
        until: enrolled.until,
        voided_at: enrolled.voided_at,
        disowned_from: enrolled.disowned_from,
        stand: Stand::of(enrolled, now),
    }
}
