//! Standing: what people have shown, which companies are licensed.

use crate::v1::UnixMs;

views! {
    /// Something that one of the guest's people has shown.
    AccreditationView {
        /// Its id.
        accreditation: String,
        /// Who, by pseudonym.
        unit: String,
        /// As what.
        category: String,
        /// What, such as `vetting`.
        item: String,
        /// The company that fields the person, if one does.
        company: Option<String>,
        /// When it was shown.
        shown: UnixMs,
        /// Until when it counts, as it says and as the agreement in force bounds it.
        until: UnixMs,
        /// `waiting` for the host, `counts`, `run_out` or `withdrawn`.
        state: String,
        /// Who of the host accepted it; null if nobody has.
        accepted_by: Option<String>,
        /// Why it was taken back; empty if it was not.
        reason: String,
    }

    /// A security company as the host recorded it last.
    LicenceView {
        /// Its id.
        company: String,
        /// How it is called.
        name: String,
        /// Whom it may field.
        categories: Vec<String>,
        /// When it was audited last.
        audited: UnixMs,
        /// Is it insured?
        insured: bool,
        /// Until when the record counts, as it says and as the agreement in force bounds it.
        until: UnixMs,
        /// `counts`, `run_out` or `withdrawn`.
        state: String,
        /// Why it was taken back; empty if it was not.
        reason: String,
    }
}
