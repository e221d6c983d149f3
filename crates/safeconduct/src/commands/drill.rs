//! `drill` and `fsck --mend`: a backup is proved, a store is mended.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use engine::engine::Engine;
use line::own::{Whose, fetch};
use restore::drill::{Drill, How, Shown, drill};
use restore::mend::{Mended, mend};
use restore::salvage::Salvage;
use serde_json::json;
use store::sqlite::Sqlite;
use words::id::PartyId;

use crate::folder::Folder;
use office::file::read;

/// Where the folder's store lies, and where the drill's copies lie until it ends.
const STORE: &str = "ledger.db";
const SCRATCH: &str = "drill.scratch";

/// What `--from` says for the counterpart's own node.
const LINE: &str = "line";

/// A store that was mended, before it takes the place of the damaged one.
const MENDED: &str = "ledger.db.mended";

/// Keeps the drill, and says what it proved.
pub fn run(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let settings = folder.settings()?;
    let scratch = given.get("scratch").map_or_else(|| folder.path(SCRATCH), PathBuf::from);
    let failed =
        |cause| Trouble::fault(format!("cannot use `{}`", scratch.display())).because(cause);
    // Copies of a ledger are as secret as the ledger: they lie beside it, and are removed.
    fs::create_dir(&scratch).map_err(failed)?;
    let (open, ledgers) = (folder.opener(&settings)?, folder.ledgers(&settings)?);
    let held = drill(&Drill {
        store: &folder.path(STORE),
        scratch: &scratch,
        open: &open,
        ledgers: &ledgers,
    });
    let removed = fs::remove_dir_all(&scratch).map_err(failed);
    let shown = held.map_err(|cause| Trouble::of(&cause))?;
    removed?;
    tell(given, &shown);
    let broken = shown.iter().filter(|one| matches!(one.how, How::Failed(_))).count();
    if broken == 0 {
        return Ok(());
    }
    Err(Trouble::unverified(format!("{broken} of {} claims do not hold", shown.len())))
}

fn tell(given: &Given, shown: &[Shown]) {
    let parts = |how: &How| match how {
        How::Held(text) => ("held", text.clone()),
        How::Failed(text) => ("failed", text.clone()),
        How::NotAsked(text) => ("not asked", text.clone()),
    };
    if given.json {
        print::json(&json!(
            shown
                .iter()
                .map(|one| {
                    let (how, text) = parts(&one.how);
                    json!({ "claim": one.claim, "how": how, "because": text })
                })
                .collect::<Vec<_>>()
        ));
        return;
    }
    for one in shown {
        let (how, text) = parts(&one.how);
        print::answer(&format!("{how:<10}{}\n          {text}", one.claim));
    }
}

/// Mends the folder's store from what `--from` names; the old one stays beside it.
pub fn mend_folder(given: &Given, folder: &Folder) -> Result<Mended, Trouble> {
    let settings = folder.settings()?;
    let ledgers = folder.ledgers(&settings)?;
    let parties: Vec<PartyId> = ledgers.iter().map(|whose| whose.party.clone()).collect();
    let others = given.need("from")?.split(',').map(|name| match name {
        LINE => by_line(folder, &parties),
        file => source(Path::new(file), &parties).map(|one| vec![one]),
    });
    let others = others.collect::<Result<Vec<_>, _>>()?.concat();
    let wanted = others.iter().flat_map(|other| other.entries.values()).map(BTreeMap::len).max();
    let wanted = u64::try_from(wanted.unwrap_or(0)).unwrap_or(u64::MAX);
    let damaged = match Sqlite::open_damaged(&folder.path(STORE)) {
        Ok(store) => Salvage::of_store(&store, &parties, wanted),
        // Not even the first page is left: everything comes from elsewhere.
        Err(cause) => Salvage { lost: vec![cause.to_string()], ..Salvage::default() },
    };
    let path = folder.path(MENDED);
    // What a mending left that was killed is no store.
    fs::remove_file(&path).ok();
    let mut to = Sqlite::create(&path).map_err(|cause| Trouble::of(&cause))?;
    let mended = mend(&damaged, &others, &ledgers, &mut to);
    drop(to);
    let kept = mended.map_err(|cause| Trouble::unverified("nothing was mended").because(cause));
    let checked = kept.and_then(|mended| {
        let opened = (folder.opener(&settings)?)(&path);
        whole(&opened.map_err(|cause| Trouble::of(&cause))?)?;
        Ok(mended)
    });
    // Whatever was refused must not be taken for a store.
    let mended = checked.inspect_err(|_| drop(fs::remove_file(&path)))?;
    swap(folder, &path)?;
    Ok(mended)
}

// Both ledgers, as the counterpart's node gives them out: ours first.
fn by_line(folder: &Folder, parties: &[PartyId]) -> Result<Vec<Salvage>, Trouble> {
    let line = folder.line()?.ok_or_else(|| {
        let no = Trouble::refused("this node knows no address of a counterpart");
        no.hint("name a backup, or an audit file that the counterpart exports, with `--from`")
    })?;
    let mut held = Vec::new();
    for (party, whose) in parties.iter().zip([Whose::Ours, Whose::Theirs]) {
        let one = fetch(&line, whose).map_err(|cause| Trouble::of(&cause))?;
        let one = one.map(|one| Salvage::of_mirror(party, &one.head, one.entries, one.bodies));
        held.extend(one);
    }
    Ok(held)
}

// What a file named by `--from` holds: a backup of this node, or an audit file.
fn source(path: &Path, parties: &[PartyId]) -> Result<Salvage, Trouble> {
    let bytes = read(path)?;
    if bytes.starts_with(b"SQLite format 3") {
        let store = Sqlite::open_damaged(path).map_err(|cause| Trouble::of(&cause))?;
        return Ok(Salvage::of_store(&store, parties, 0));
    }
    Salvage::of_export(&bytes).ok_or_else(|| {
        Trouble::malformed(format!("`{}` is neither a backup nor an audit file", path.display()))
    })
}

fn whole(engine: &Engine) -> Result<(), Trouble> {
    let report = engine.fsck().map_err(|cause| Trouble::of(&cause))?;
    match report.broken.first() {
        None => Ok(()),
        Some(broken) => Err(Trouble::unverified("what was mended is not whole").because(broken)),
    }
}

// The damaged store keeps its bytes under another name.
fn swap(folder: &Folder, mended: &Path) -> Result<(), Trouble> {
    let store = folder.path(STORE);
    let free = |number: &u32| !folder.path(&format!("{STORE}.damaged-{number}")).exists();
    let number = (1..=u32::MAX).find(free).unwrap_or(u32::MAX);
    let aside = format!("{STORE}.damaged-{number}");
    let failed = |cause| Trouble::fault("cannot put the mended store in its place").because(cause);
    // A second name first, and then the first one taken over: at no instant is there no store.
    fs::hard_link(&store, folder.path(&aside)).map_err(failed)?;
    for ending in ["-wal", "-shm"] {
        let beside = folder.path(&format!("{STORE}{ending}"));
        if beside.exists() {
            fs::rename(&beside, folder.path(&format!("{aside}{ending}"))).map_err(failed)?;
        }
    }
    fs::rename(mended, &store).map_err(failed)?;
    let parent = store.parent().unwrap_or(Path::new("."));
    fs::File::open(parent).and_then(|folder| folder.sync_all()).map_err(failed)
}
