//! Records as they stand: what is owed, what was done, who noticed what.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::Encode;
use words::duty::{ObligationBreached, Record};
use words::hash::Hash;
use words::id::{AgreementId, ObligationId, PersonId, RecordId, UnitId};
use words::limit::ID_BYTES_MAX;
use words::moment::Moment;
use words::record::{RecordKind, Step};
use words::role::Side;

use crate::table::{Who, about, steps};

/// An obligation's id is its record's and what is owed; this leaves room for the longest step.
pub const RECORD_ID_BYTES_MAX: usize = ID_BYTES_MAX - 24;

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
    /// Since when.
    #[n(1)]
    pub at: Moment,
    /// Where in the host's ledger.
    #[n(2)]
    pub index: u64,
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

    /// When something owed was done: the same step as often as it was owed, by whoever owes it.
    pub fn done(&self, owed: &Owed) -> Option<Moment> {
        let fits =
            |step: Step| step == owed.step || (owed.step == Step::Lifted && step == Step::Renewed);
        let made = self.steps.iter().filter(|taken| fits(taken.step) && taken.side == owed.by);
        made.map(|taken| taken.at).nth(usize::try_from(owed.turn).ok()?.checked_sub(1)?)
    }
}
