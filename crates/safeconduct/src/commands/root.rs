//! `root …`, `key list`: custodians, and the keys of both ledgers.

use cli::given::Given;
use cli::trouble::Trouble;
use custody::command::{Home, list, run as root};

use crate::folder::Folder;
use crate::settings::with_token;
use office::file::passphrases;

/// Does what was asked for.
pub fn run(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let home = Home {
        folder: folder.path(""),
        open: &|successor| folder.engine_as(&folder.settings()?, successor),
        settings: &|place| with_token(&folder.settings_text()?, place),
        ask: &|of| passphrases(given, of),
    };
    if given.spec.words == "key list" { list(given, &home) } else { root(given, &home) }
}
