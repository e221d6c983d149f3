//! What stands above every page: why nothing is signed, what went wrong.
//!
//! What may not happen here: telling a stranger how the node is.

use maud::{Markup, html};
use tongue::speech::Tongue;

use crate::frame::Frame;

/// Why this node signs nothing now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hindrance {
    /// Its key lies on a token that cannot be reached.
    KeyAway,
    /// Its folder is an old copy.
    OldCopy {
        /// Entries here.
        have: u64,
        /// Entries seen elsewhere.
        seen: u64,
        /// By whom.
        by: String,
    },
    /// An old copy was signed on.
    Forked {
        /// Entries that were signed elsewhere.
        seen: u64,
        /// Who holds them.
        by: String,
    },
    /// The ledger names another node.
    Replaced,
}

/// What stands above a page: why nothing is signed, whether it is an exercise, what went wrong.
pub(crate) fn banners(frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        // A stranger is told nothing of how the node is.
        @if let Some(why) = frame.hindrance.as_ref().filter(|_| frame.signed_in.is_some()) {
            section class="banner breach" role="alert" { p { (hindrance(why, tongue)) } }
        }
        @if frame.exercise {
            p class="banner exercise" role="note" {
                strong { (tongue.say("exercise")) } " · "
                (tongue.say_with("exercise-clock", &[("speed", frame.speed.into())]))
            }
        }
        p id="stale-banner" class="banner" role="alert" hidden {
            (tongue.say("stale")) " " span data-stale-age {}
        }
        p id="sound-blocked" class="banner" role="alert" hidden { (tongue.say("sound-blocked")) }
        (notice(tongue))
    }
}

fn notice(tongue: &Tongue) -> Markup {
    html! {
        p id="notice" class="notice" role="alert" hidden
            data-offline=(tongue.say("offline")) data-failed=(tongue.say("failed"))
            data-no-passkey=(tongue.say("no-passkey")) {}
    }
}

fn hindrance(why: &Hindrance, tongue: &Tongue) -> String {
    match why {
        Hindrance::KeyAway => tongue.say("hindrance-key-away"),
        Hindrance::OldCopy { have, seen, by } => {
            let told = [
                ("have", (*have).into()),
                ("seen", (*seen).into()),
                ("by", by.as_str().into()),
                ("command", "safeconduct fsck --mend --from line".into()),
            ];
            tongue.say_with("hindrance-old-copy", &told)
        }
        Hindrance::Forked { seen, by } => {
            let told = [("seen", (*seen).into()), ("by", by.as_str().into())];
            tongue.say_with("hindrance-forked", &told)
        }
        Hindrance::Replaced => {
            let told = [("command", "safeconduct root submit".into())];
            tongue.say_with("hindrance-replaced", &told)
        }
    }
}
