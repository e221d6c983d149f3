//! Obligations: who owes what by when, and is it kept.

use article::document::Document;
use words::duty::ObligationBreached;
use words::hash::Hash;
use words::id::{AgreementId, ObligationId, RecordId};
use words::moment::Moment;
use words::record::{RecordKind, Step};
use words::role::Side;

use crate::calendar::turns;
use crate::record::{Duties, Kept, Owed};

/// A desk is warned a day before, or a quarter of the time that was given, if that is less.
const WARN_MS_MAX: i64 = 86_400_000;

/// A text that is in force.
#[derive(Debug, Clone, Copy)]
pub struct InForce<'a> {
    /// The family.
    pub agreement: &'a AgreementId,
    /// The root of the text.
    pub text: Hash,
    /// Since when it is in force.
    pub since: Moment,
    /// What it says.
    pub document: &'a Document,
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
pub fn obligations(duties: &Duties, in_force: &[InForce<'_>], at: Moment) -> Vec<Obligation> {
    let on_records = duties.records.iter().flat_map(|(id, kept)| {
        kept.owed.iter().filter_map(|owed| on_record(duties, (id, kept), owed, at))
    });
    let by_calendar = in_force.iter().flat_map(|text| turns(duties, *text, at));
    let mut all: Vec<Obligation> = on_records.chain(by_calendar).collect();
    all.sort_by(|one, other| (one.due, &one.id).cmp(&(other.due, &other.id)));
    all
}

fn on_record(
    duties: &Duties,
    (id, kept): (&RecordId, &Kept),
    owed: &Owed,
    at: Moment,
) -> Option<Obligation> {
    let turn = if owed.turn > 1 { format!("/{}", owed.turn) } else { String::new() };
    let obligation = ObligationId::new(&format!("{id}/{}{turn}", owed.step)).ok()?;
    let done = kept.done(owed);
    Some(Obligation {
        state: standing(duties, &obligation, (owed.from, owed.due, done), at),
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
pub(crate) fn standing(
    duties: &Duties,
    id: &ObligationId,
    (opened, due, done): (Moment, Moment, Option<Moment>),
    at: Moment,
) -> Standing {
    let recorded = duties.breaches.contains_key(id);
    match done {
        Some(done) if done <= due && !recorded => Standing::Done { at: done },
        Some(_) => Standing::Breached { since: due, late: done },
        None if recorded || at > due => Standing::Breached { since: due, late: None },
        None if at >= warned_from(opened, due) => Standing::DueSoon,
        None => Standing::Open,
    }
}
