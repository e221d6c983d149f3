//! Duties: obligations with deadlines, and the records that they need.

use serde_json::Value;

use crate::v1::UnixMs;

views! {
    /// Something that a side owes the other by a time.
    ObligationView {
        /// Its id, the same on both nodes.
        obligation: String,
        /// Under which agreement.
        agreement: String,
        /// By which article.
        article: String,
        /// On which kind of record, such as `complaint`.
        kind: String,
        /// What is owed: a step such as `answered`; `held` for a turn of a calendar.
        step: String,
        /// On which record; none for a turn of a calendar.
        record: Option<String>,
        /// Which turn of the calendar, from 1.
        turn: Option<u32>,
        /// Who owes it: `host` or `guest`.
        owed_by: String,
        /// From when the time counts.
        opened: UnixMs,
        /// The last moment at which it is in time.
        due: UnixMs,
        /// When it was done.
        done: Option<UnixMs>,
        /// `open`, `due_soon`, `done`, `breached` or `late`: breached, and done after all.
        state: String,
        /// Whose ledgers hold the breach.
        noticed_by: Vec<String>,
    }

    /// A step that was made on a record.
    RecordStepView {
        /// Which, such as `received`.
        step: String,
        /// Of which side.
        side: String,
        /// By whose hand.
        by: String,
        /// When.
        at: UnixMs,
        /// In words; empty where the record itself is the step.
        detail: String,
    }

    /// A record that a duty asked for. It names nobody.
    RecordView {
        /// Its id.
        record: String,
        /// Under which agreement.
        agreement: String,
        /// By which article.
        article: String,
        /// What it is about, such as `use_of_force`.
        kind: String,
        /// What it says: the member `what` of the act that opened it.
        what: Value,
        /// Who opened it: `host` or `guest`.
        side: String,
        /// By whose hand.
        by: String,
        /// When.
        at: UnixMs,
        /// What was done, oldest first.
        steps: Vec<RecordStepView>,
        /// Steps that can be made now.
        open: Vec<String>,
        /// What is owed on it.
        obligations: Vec<ObligationView>,
    }
}
