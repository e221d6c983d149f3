//! Commands about a store whose node is stopped.

use crate::command::{FOLDER, Spec, opt, spec};

/// Each with its options.
pub(crate) const KEPT: &[Spec] = &[
    spec(
        "backup",
        "",
        "copy the store to a file; stop the node first",
        "Writes a consistent copy and never overwrites. A node restored from it will refuse to \
         sign until it has what the counterpart has seen since.",
        &[FOLDER, opt("to", "FILE", "the copy")],
    ),
    spec(
        "downgrade",
        "",
        "take the store back to an older schema, for an older program; stop the node first",
        "A newer program brings a store up when it first opens it, in one step, and lays a copy \
         of the old one beside it, such as `ledger.db.schema-1`. That copy is an old copy: once \
         the node has signed again, go back with this command instead. Nothing that was kept is \
         lost by it. Remove the copy when you need it no more: it holds what is erased later.",
        &[FOLDER, opt("to", "N", "the schema that the older program asks for")],
    ),
];
