//! `fsck`, `backup`, `export`: what is kept, checked, copied, written out.

use std::path::Path;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use engine::fault::chain;
use serde_json::json;
use store::port::Store;
use store::sqlite::Sqlite;

use crate::commands::drill::mend_folder;
use crate::folder::Folder;
use office::file::write_new;

/// Checks everything.
pub fn fsck(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    if given.has("mend") {
        mended(given, &folder)?;
    }
    let engine = folder.engine(&folder.settings()?)?;
    let report = engine.fsck().map_err(|cause| Trouble::of(&cause))?;
    let hindrance = engine.hindrance();
    if let Some(fault) = &hindrance {
        print::aside(&chain(fault));
        if given.has("mend") {
            print::aside(
                "what nobody else has seen of it is gone: only if neither the counterpart nor a \
                 witness has the rest, remove the mark, and the node goes on from here",
            );
        }
    }
    if given.json {
        print::json(&json!({
            "entries": report.entries, "bodies": report.bodies, "absent": report.absent,
            "void": report.void, "broken": report.broken,
            "hindrance": hindrance.map(|fault| chain(&fault)),
        }));
    } else {
        let (entries, bodies, absent) = (report.entries, report.bodies, report.absent);
        print::answer(&format!("{entries} entries, {bodies} bodies, {absent} bodies not here"));
        for void in &report.void {
            print::answer(&format!("void    {void}"));
        }
        for broken in &report.broken {
            print::answer(&format!("broken  {broken}"));
        }
    }
    if report.broken.is_empty() {
        return Ok(());
    }
    Err(Trouble::unverified(format!("{} things are broken", report.broken.len())).hint(
        "stop the node, and try `safeconduct fsck --mend --from FILE`: nothing is lost by it",
    ))
}

/// What is done to a store whose node is stopped.
pub fn aside(given: &Given) -> Result<(), Trouble> {
    if given.spec.words == "downgrade" { downgrade(given) } else { backup(given) }
}

/// Copies the store.
fn backup(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let to = given.need("to")?;
    let store = Sqlite::open(&folder.path("ledger.db")).map_err(|cause| Trouble::of(&cause))?;
    store.backup(Path::new(to)).map_err(|cause| Trouble::of(&cause))?;
    done(given, "backup", to);
    Ok(())
}

/// Takes the store back to an older schema.
fn downgrade(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let to = given.read::<u32>("to")?;
    let to = to.ok_or_else(|| Trouble::malformed("`--to` is missing: which schema?"))?;
    let path = folder.path("ledger.db");
    Sqlite::take_back(&path, to).map_err(|cause| Trouble::of(&cause))?;
    if given.json {
        print::json(&json!({ "schema": to }));
    } else {
        print::answer(&format!(
            "the store has schema {to}: start the older program, and no newer one, from now on"
        ));
    }
    Ok(())
}

/// Writes both ledgers for a stranger.
pub fn export(given: &Given) -> Result<(), Trouble> {
    let to = given.need("audit")?;
    let bytes = past(given)?;
    write_new(Path::new(to), &bytes, 0o644)?;
    done(given, "export", to);
    Ok(())
}

/// Both ledgers of a folder as one file for a stranger.
pub(super) fn past(given: &Given) -> Result<Vec<u8>, Trouble> {
    let folder = Folder::of(given);
    let engine = folder.engine(&folder.settings()?)?;
    engine.export().map_err(|cause| Trouble::of(&cause))
}

fn mended(given: &Given, folder: &Folder) -> Result<(), Trouble> {
    let mended = mend_folder(given, folder)?;
    if !given.json {
        let (fetched, entries, bodies) = (mended.fetched, mended.entries, mended.bodies);
        print::answer(&format!(
            "mended: {fetched} of {entries} entries and {bodies} bodies came from elsewhere"
        ));
        mended.lost.iter().for_each(|lost| print::answer(&format!("lost    {lost}")));
    }
    Ok(())
}

fn done(given: &Given, what: &str, to: &str) {
    if given.json {
        print::json(&json!({ what: to }));
    } else {
        print::answer(&format!("written to {to}"));
    }
}
