//! What a lint of an agreement can find wrong.

use crate::closed::closed;

closed! {
    /// A rule of the lint; its sentence in every language has the key `lint-` and its word.
    LintRule {
        /// A text without its words in an authentic language.
        0 MissingLanguage = "missing-language",
        /// Nothing says how the host consents.
        1 MissingConsent = "missing-consent",
        /// The host cannot suspend the whole.
        2 MissingSuspension = "missing-suspension",
        /// A permit without a ceiling.
        3 MissingCeiling = "missing-ceiling",
        /// A provision that no agreement can do without.
        4 MissingProvision = "missing-provision",
        /// A permit that another provision always forbids.
        5 ForbiddenPermit = "forbidden-permit",
        /// Two provisions that cannot both hold.
        6 Contradiction = "contradiction",
        /// A permit that another one covers.
        7 CoveredPermit = "covered-permit",
        /// A zone that no provision uses.
        8 UnusedZone = "unused-zone",
        /// A category that may come and may do nothing.
        9 IdleCategory = "idle-category",
        /// A clause that no act can reach.
        10 UnreachableClause = "unreachable-clause",
        /// A zone that is named and never drawn.
        11 UnknownZone = "unknown-zone",
        /// A ceiling that bounds nothing.
        12 UnboundedCeiling = "unbounded-ceiling",
        /// A period without end.
        13 UnboundedPeriod = "unbounded-period",
        /// A lower text that permits more than the text above it.
        14 Widened = "widened",
        /// Notice that comes after what it should come before.
        15 ShortNotice = "short-notice",
        /// A lease longer than a stay.
        16 LongLease = "long-lease",
        /// A number that looks wrong beside another one.
        17 OddNumber = "odd-number",
    }

    /// How bad a finding is.
    LintSeverity {
        /// The text cannot bind like this.
        0 Error = "error",
        /// It binds and is probably not meant.
        1 Warning = "warning",
        /// Worth a second look.
        2 Notice = "notice",
    }
}

impl LintRule {
    /// How bad it is.
    pub const fn severity(self) -> LintSeverity {
        match self {
            Self::MissingLanguage
            | Self::MissingConsent
            | Self::MissingSuspension
            | Self::MissingCeiling
            | Self::MissingProvision
            | Self::Contradiction
            | Self::UnknownZone
            | Self::UnboundedCeiling
            | Self::Widened => LintSeverity::Error,
            Self::ForbiddenPermit
            | Self::UnreachableClause
            | Self::IdleCategory
            | Self::UnboundedPeriod
            | Self::ShortNotice
            | Self::OddNumber => LintSeverity::Warning,
            Self::CoveredPermit | Self::UnusedZone | Self::LongLease => LintSeverity::Notice,
        }
    }
}
