//! What changed in a node, as the live stream names it.

/// What changed, for whoever watches: the names of the live parts of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Alarms or what officers did about them.
    Alarms,
    /// Signs of life.
    Headcount,
    /// Movements.
    Movements,
    /// Requests, leases, tasks.
    Consent,
    /// Agreements.
    Agreement,
    /// Heads, entries, witnesses.
    Ledger,
    /// Positions.
    Units,
}

impl Topic {
    /// The word on the live stream.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alarms => "alarms",
            Self::Headcount => "headcount",
            Self::Movements => "movements",
            Self::Consent => "consent",
            Self::Agreement => "agreement",
            Self::Ledger => "ledger",
            Self::Units => "units",
        }
    }
}
