//! The commands of a root that custodians hold.

use crate::command::{FOLDER, Opt, PASSPHRASE, PERSON, Spec, opt, spec};
use crate::tokened::{KEY_NAME, LABEL, MODULE, PIN};

const SET: Opt =
    opt("set", "FILE", "rotate, recover: the new custodians, as `root set` wrote them");
const NEXT: Opt = opt("next", "HASH", "the reserve: the hash that `root set` printed");

/// What custodians and the operator of their node do.
pub(crate) const ROOTED: &[Spec] = &[
    spec(
        "root new",
        "FILE",
        "make a custodian's or an officer's key file, and its public half beside it",
        "Needs no node: do it on the custodian's own machine. FILE holds the key under a \
         passphrase and stays there; FILE.pub is public and goes to the operator.",
        &[
            PERSON,
            opt("hybrid", "", "a custodian's: Ed25519 with ML-DSA-44, and both must hold"),
            PASSPHRASE,
        ],
    ),
    spec(
        "root set",
        "FILES",
        "put custodians together: public halves, a comma before the next",
        "Writes the set for `init --custodians` and `root order rotate`, and prints its hash, by \
         which it can be named as a reserve before anybody need know whose keys it holds.",
        &[opt("threshold", "N", "how many must sign"), opt("out", "FILE", "where the set goes")],
    ),
    spec(
        "root order",
        "KIND",
        "write an order for the custodians to sign",
        "KIND is enrol, void, replace_node, rotate, name_next, recover or pair. Stop the node \
         first: the order takes the next number in its ledger. An order that no signature could \
         make good is refused here. replace_node makes the new key in the folder, or takes the one \
         on a token that --label names, and with --line makes new certificates; all is put in \
         place, the settings too, when the order is submitted.",
        &[
            opt("out", "FILE", "the order file"),
            PERSON,
            opt("roles", "LIST", "enrol: what the key may sign"),
            opt("days", "N", "enrol: how long it signs; a year, if it is not said"),
            opt("public", "FILE", "enrol: the public half of the key"),
            opt("waiting", "ID", "enrol: a passkey that an officer made at the console"),
            opt("key", "ID", "void: the short name of the key"),
            opt("since", "N", "void, replace_node: the statement since which others had it"),
            opt("reason", "TEXT", "void: why"),
            opt("line", "", "replace_node: the certificates of the line too"),
            SET,
            NEXT,
            opt("peer", "ADDR", "pair: the counterpart's peer port"),
            opt("file", "FILE", "pair: a carried founding"),
            opt("fingerprint", "TEXT", "pair: as it was read to you"),
            MODULE,
            LABEL,
            PIN,
            KEY_NAME,
            FOLDER,
        ],
    ),
    spec(
        "root sign",
        "ORDER",
        "sign an order with a custodian's key, away from the node",
        "Shows the order and its fingerprint before the passphrase is asked for: compare it over \
         the telephone with what the others were shown. The signature is added to the file. With \
         --label the key is one on a token.",
        &[opt("key", "FILE", "the custodian's key file"), PASSPHRASE, MODULE, LABEL, PIN, KEY_NAME],
    ),
    spec(
        "root submit",
        "ORDER",
        "state a signed order in our ledger",
        "Stop the node first, start it after. Signatures that were made on other copies of the \
         order are taken from --with. New certificates of the line are shown once the counterpart \
         has cosigned the order, so that it can read it; --now is for a party that carries the \
         order to it by hand (`carry`).",
        &[
            opt("with", "FILES", "other copies of the order, a comma before the next"),
            opt("peer", "ADDR", "pair: where the counterpart's peer port is"),
            opt("now", "", "replace_node: show the new certificates at once, see below"),
            FOLDER,
        ],
    ),
    spec(
        "root show",
        "ORDER",
        "say what an order orders and who has signed it; `.` shows whose the roots are",
        "With `.` in the place of ORDER: both parties' custodians, reserve, version and keys, as \
         the ledgers in the folder have them, and passkeys that wait to be enrolled.",
        &[FOLDER],
    ),
];
