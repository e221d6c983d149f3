//! Duties: records, what is owed on them, and what was not kept.
//!
//! What a record owes is fixed by the text in force when it was opened: a later text changes
//! nothing for it. What a calendar owes follows from the text in force, from the moment on which
//! it came into force.

pub mod calendar;
pub mod table;
pub(crate) mod terms;

use std::collections::{BTreeMap, BTreeSet};

use minicbor::Encode;
use words::duty::{ObligationBreached, Record};
use words::hash::Hash;
use words::id::{AgreementId, ObligationId, PersonId, RecordId, UnitId};
use words::limit::ID_BYTES_MAX;
use words::moment::Moment;
use words::record::{RecordKind, Step};
use words::role::Side;

use crate::duty::calendar::turns;
use crate::duty::table::{Who, about, steps};
use crate::state::{State, Withdrawn};

/// An obligation's id is its record's and what is owed; this leaves room for the longest step.
pub const RECORD_ID_BYTES_MAX: usize = ID_BYTES_MAX - 24;

/// A desk is warned a day before, or a quarter of the time that was given, if that is less.
const WARN_MS_MAX: i64 = 86_400_000;

/// The duties of the joint state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Duties {
    /// Records by id.
    #[n(0)]
    pub records: BTreeMap<RecordId, Kept>,
    /// What was not kept, by obligation: what the first statement said, and who noticed.
    #[n(1)]
    pub breaches: BTreeMap<ObligationId, Breach>,
    /// Persons that the host declared unwelcome.
    #[n(2)]
    pub removed: BTreeMap<UnitId, Unwelcome>,
}

/// A record as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Kept {
    /// Under which agreement.
    #[n(0)]
    pub agreement: AgreementId,
    /// Which text was in force.
    #[n(1)]
    pub text: Hash,
    /// The article that provides for it.
    #[n(2)]
    pub article: String,
    /// What it says.
    #[n(3)]
    pub what: Record,
    /// Who opened it.
    #[n(4)]
    pub side: Side,
    /// By whose hand.
    #[n(5)]
    pub by: PersonId,
    /// When.
    #[n(6)]
    pub at: Moment,
    /// What is owed on it.
    #[n(7)]
    pub owed: Vec<Owed>,
    /// What was done, in order.
    #[n(8)]
    pub steps: Vec<Taken>,
}

/// Something owed on a record.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Owed {
    /// Which step.
    #[n(0)]
    pub step: Step,
    /// For the how-manieth time.
    #[n(1)]
    pub turn: u32,
    /// The article that says so.
    #[n(2)]
    pub article: String,
    /// Who owes it.
    #[n(3)]
    pub by: Side,
    /// From when the time counts.
    #[n(4)]
    pub from: Moment,
    /// The last moment at which it is in time.
    #[n(5)]
    pub due: Moment,
}

/// A step that was made.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Taken {
    /// Which.
    #[n(0)]
    pub step: Step,
    /// Of which side.
    #[n(1)]
    pub side: Side,
    /// By whose hand.
    #[n(2)]
    pub by: PersonId,
    /// When.
    #[n(3)]
    pub at: Moment,
    /// In words; empty where the record itself is the step.
    #[n(4)]
    pub detail: String,
}

/// A breach that stands in a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Breach {
    /// What was said of it first.
    #[n(0)]
    pub said: ObligationBreached,
    /// Whose nodes noticed, and when.
    #[n(1)]
    pub noticed: BTreeMap<Side, Moment>,
}

/// A person who is unwelcome.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Unwelcome {
    /// By which record.
    #[n(0)]
    pub record: RecordId,
    /// Since when, and where in the host's ledger.
    #[n(1)]
    pub since: Withdrawn,
}

impl Kept {
    /// The side whose step it is.
    pub fn side_of(&self, who: Who) -> Side {
        let owing = || {
            let first = self.owed.first().map(|owed| owed.by);
            about(&self.what).or(first).unwrap_or_else(|| self.side.other())
        };
        match who {
            Who::Owing => owing(),
            Who::Owed => owing().other(),
            Who::Opener => self.side,
            Who::Reader => self.side.other(),
            Who::Host => Side::Host,
            Who::Guest => Side::Guest,
        }
    }

    /// The steps that can be made now, each with the side whose it is.
    pub fn open_steps(&self) -> Vec<(Step, Side)> {
        let made: BTreeSet<Step> = self.steps.iter().map(|taken| taken.step).collect();
        let over = made.contains(&Step::Lifted);
        let open = |step: &Step| match step {
            Step::Renewed => !over,
            Step::Corrected if self.what.kind() == RecordKind::PublicStatement => {
                made.contains(&Step::Disputed) && !made.contains(step)
            }
            Step::Reported
            | Step::Received
            | Step::Preliminary
            | Step::Final
            | Step::Reviewed
            | Step::Paid
            | Step::Answered
            | Step::HandedOver
            | Step::Provided
            | Step::EndUseChecked
            | Step::Lifted
            | Step::Disputed
            | Step::Corrected
            | Step::Left
            | Step::Disciplined
            | Step::Held => !made.contains(step),
        };
        let all = steps(self.what.kind()).iter().filter(|(step, _)| open(step));
        all.map(|(step, who)| (*step, self.side_of(*who))).collect()
    }

    // When something owed was done: the same step as often as it was owed, by whoever owes it.
    fn done(&self, owed: &Owed) -> Option<Moment> {
        let fits = |step: Step| {
            step == owed.step || (owed.step == Step::Lifted && step == Step::Renewed)
        };
        let made = self.steps.iter().filter(|taken| fits(taken.step) && taken.side == owed.by);
        made.map(|taken| taken.at).nth(usize::try_from(owed.turn).ok()?.checked_sub(1)?)
    }
}

/// What an obligation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A record.
    Record(RecordId),
    /// A turn of a calendar, from 1, of which the words are the drill or nothing.
    Turn(u32),
}

/// Where an obligation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is time.
    Open,
    /// There is little time.
    DueSoon,
    /// Kept in time.
    Done {
        /// When.
        at: Moment,
    },
    /// Not kept in time.
    Breached {
        /// Since when.
        since: Moment,
        /// When it was done after all.
        late: Option<Moment>,
    },
}

/// One obligation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// Its id, the same on both nodes.
    pub id: ObligationId,
    /// Under which agreement.
    pub agreement: AgreementId,
    /// By which text.
    pub text: Hash,
    /// By which article.
    pub article: String,
    /// On which kind of record.
    pub kind: RecordKind,
    /// What is owed.
    pub step: Step,
    /// On what.
    pub about: About,
    /// Who owes it.
    pub owed_by: Side,
    /// From when the time counts.
    pub opened: Moment,
    /// The last moment at which it is in time.
    pub due: Moment,
    /// When it was done.
    pub done: Option<Moment>,
    /// Where it stands.
    pub state: Standing,
}

impl Obligation {
    /// From when a desk is warned.
    pub fn warned_from(&self) -> Moment {
        warned_from(self.opened, self.due)
    }

    /// The statement that it was not kept.
    pub fn breach(&self) -> ObligationBreached {
        ObligationBreached {
            obligation: self.id.clone(),
            article: self.article.clone(),
            owed_by: self.owed_by,
            due: self.due,
        }
    }
}

fn warned_from(opened: Moment, due: Moment) -> Moment {
    let given = due.ms_since(opened).max(0);
    due.plus_ms(-WARN_MS_MAX.min(given / 4))
}

/// Every obligation that stands or has stood, in order of its due time.
pub fn obligations(state: &State, at: Moment) -> Vec<Obligation> {
    let records = state.duties.records.iter();
    let on_records = records.flat_map(|(id, kept)| {
        kept.owed.iter().filter_map(|owed| on_record(state, (id, kept), owed, at))
    });
    let in_force = state.agreements.iter();
    let by_calendar = in_force.flat_map(|(id, agreement)| turns(state, (id, agreement), at));
    let mut all: Vec<Obligation> = on_records.chain(by_calendar).collect();
    all.sort_by(|one, other| (one.due, &one.id).cmp(&(other.due, &other.id)));
    all
}

/// One obligation by its id.
pub fn obligation(state: &State, id: &ObligationId, at: Moment) -> Option<Obligation> {
    obligations(state, at).into_iter().find(|one| &one.id == id)
}

fn on_record(
    state: &State,
    (id, kept): (&RecordId, &Kept),
    owed: &Owed,
    at: Moment,
) -> Option<Obligation> {
    let turn = if owed.turn > 1 { format!("/{}", owed.turn) } else { String::new() };
    let obligation = ObligationId::new(&format!("{id}/{}{turn}", owed.step)).ok()?;
    let done = kept.done(owed);
    Some(Obligation {
        state: standing(state, &obligation, (owed.from, owed.due, done), at),
        id: obligation,
        agreement: kept.agreement.clone(),
        text: kept.text,
        article: owed.article.clone(),
        kind: kept.what.kind(),
        step: owed.step,
        about: About::Record(id.clone()),
        owed_by: owed.by,
        opened: owed.from,
        due: owed.due,
        done,
    })
}

// A breach that stands in a ledger stands for ever: whoever dates an answer back before a head
// that he signed without it has not kept anything.
fn standing(
    state: &State,
    id: &ObligationId,
    (opened, due, done): (Moment, Moment, Option<Moment>),
    at: Moment,
) -> Standing {
    let recorded = state.duties.breaches.contains_key(id);
    match done {
        Some(done) if done <= due && !recorded => Standing::Done { at: done },
        Some(_) => Standing::Breached { since: due, late: done },
        None if recorded || at > due => Standing::Breached { since: due, late: None },
        None if at >= warned_from(opened, due) => Standing::DueSoon,
        None => Standing::Open,
    }
}

/// Breaches that a side has not put into its ledger, and may: of its own duties at once, of the
/// other's once it has heard the other's ledger after the time.
pub fn unrecorded(state: &State, side: Side, (at, heard): (Moment, Moment)) -> Vec<Obligation> {
    let known = |id: &ObligationId| {
        let breach = state.duties.breaches.get(id);
        breach.is_some_and(|breach| breach.noticed.contains_key(&side))
    };
    let broken = |one: &Obligation| match one.state {
        Standing::Breached { .. } => one.owed_by == side || heard > one.due,
        Standing::Open | Standing::DueSoon | Standing::Done { .. } => false,
    };
    let all = obligations(state, at).into_iter();
    all.filter(|one| broken(one) && at > one.due && !known(&one.id)).collect()
}
