//! Commands that ask a running node how things stand.

use crate::command::{REMOTE, Spec, spec};

/// Each with its options.
pub(crate) const ASKED: &[Spec] = &[
    spec("status", "", "how the node is", "", REMOTE),
    spec("ledger list", "", "both ledgers: heads, sizes, who has cosigned", "", REMOTE),
    spec("ledger show", "PARTY", "the statements of a party's ledger", "", REMOTE),
    spec("watch", "", "open alarms, the most urgent first", "", REMOTE),
    spec("movement list", "", "every movement and where it stands", "", REMOTE),
    spec("movement show", "ID", "one movement: stages, gate, passes", "", REMOTE),
    spec(
        "agreement list",
        "",
        "every agreement, what stands under it, whether it binds",
        "",
        REMOTE,
    ),
    spec("consent list", "", "every lease, living and dead", "", REMOTE),
    spec("obligation list", "", "who owes what by when, the earliest first", "", REMOTE),
    spec("record list", "", "every record that a duty asked for", "", REMOTE),
    spec("record show", "ID", "one record: what it says, what is owed, what was done", "", REMOTE),
    spec("accreditation list", "", "what the guest's people have shown", "", REMOTE),
    spec("licence list", "", "companies that may field people", "", REMOTE),
    spec("rungs", "", "the ladder of presence: permitted, consented, on duty, closed", "", REMOTE),
];
