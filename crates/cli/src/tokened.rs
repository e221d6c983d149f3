//! The commands of a token, and the options by which a key on one is named.

use crate::command::{Opt, Spec, opt, spec};

pub(crate) const MODULE: Opt =
    opt("module", "FILE", "the token's PKCS#11 module, such as /usr/lib/softhsm/libsofthsm2.so");
pub(crate) const LABEL: Opt = opt("label", "NAME", "the label of the token");
pub(crate) const PIN: Opt = opt("pin-file", "FILE", "holds the PIN; nobody else may read it");
pub(crate) const KEY_NAME: Opt =
    opt("key-name", "NAME", "the label of the key on it; `safeconduct`, if it is not said");
const OUT: Opt = opt("out", "FILE", "where the public half goes");

/// What is done with a token.
pub(crate) const TOKENED: &[Spec] = &[
    spec("token list", "", "list the tokens that a module sees", "", &[MODULE]),
    spec(
        "token new",
        "",
        "make an Ed25519 key on a token that cannot be read off it",
        "The key signs and does nothing else; it cannot be copied. A token that is lost is \
         replaced as a key that is lost: by the custodians.",
        &[MODULE, LABEL, PIN, KEY_NAME, OUT],
    ),
    spec(
        "token show",
        "",
        "show the public halves of the Ed25519 keys on a token",
        "With --out and --key-name the public half of that key is written for `root set` or \
         `root order enrol`.",
        &[MODULE, LABEL, PIN, KEY_NAME, OUT],
    ),
];
