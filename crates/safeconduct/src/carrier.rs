//! Folders that people or a diode carry: written and taken here.
//!
//! What may not happen here: a file that is half there under its name, and a file of the other
//! party that is changed or deleted before it was taken.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use carry::sealed::FILE_BYTES_MAX;
use cli::trouble::Trouble;
use door::app::App;
use engine::carried::{Carried, PART_BYTES, Written};
use engine::engine::Engine;
use engine::fault::chain;
use engine::peer::PeerError;
use words::id::PartyId;

use office::file::write_new;

/// What the files are called after.
const ENDING: &str = "part";

/// Under this key the store keeps up to which entry a running node has written.
const WRITTEN: &str = "carry/written";

/// The part of a carried folder's files that were taken.
const TAKEN: &str = "taken";
/// And of those that were not, each with its reason beside it.
const REFUSED: &str = "refused";

/// Writes our ledger from a place on into a folder, a file a part; the new files. `part` gives the
/// part that begins at a place: whoever shares the engine holds it for no longer than that.
pub fn write(
    us: &PartyId,
    folder: &Path,
    mut from: u64,
    part: impl Fn(u64) -> Result<Written, Trouble>,
) -> Result<Vec<(PathBuf, Written)>, Trouble> {
    let mut files = Vec::new();
    loop {
        let part = part(from)?;
        let path = folder.join(name(us, &part));
        let whole = part.after == part.promised || part.after <= from;
        from = part.after;
        put(&path, &part.file)?;
        if part.first == part.after {
            forget_older(folder, us, &part)?;
        }
        files.push((path, part));
        if whole {
            return Ok(files);
        }
    }
}

/// Writes our founding for a party that is not paired yet.
pub fn write_founding(
    engine: &Engine,
    folder: &Path,
    to: &PartyId,
) -> Result<Vec<(PathBuf, Written)>, Trouble> {
    let part = engine.write_founding(to).map_err(|cause| Trouble::of(&cause))?;
    let path = folder.join(name(&engine.config().party, &part));
    put(&path, &part.file)?;
    Ok(vec![(path, part)])
}

/// A file, and what became of it.
pub type Taken = (PathBuf, Result<Carried, PeerError>);

/// Takes every carried file of a folder, or one file, in the order of their names.
pub fn take(engine: &mut Engine, path: &Path) -> Result<Vec<Taken>, Trouble> {
    let mut taken = Vec::new();
    for path in listed(path)? {
        let carried = engine.take_carried(&read_part(&path)?);
        taken.push((path, carried));
    }
    Ok(taken)
}

// No more than a part may have, whatever lies on the stick.
fn read_part(path: &Path) -> Result<Vec<u8>, Trouble> {
    let file = fs::File::open(path).map_err(|cause| Trouble::of(&cause))?;
    let most = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).map_err(|cause| Trouble::of(&cause))?;
    Ok(bytes)
}

/// One round of a node that runs: takes what lies in one folder and sorts it, writes what is new
/// into the other. What fails is told and tried again in the next round. A stick is slow: the
/// engine is held for each part alone, and never while a file is read or written.
pub fn round(app: &App, into: Option<&Path>, from: Option<&Path>) {
    if let Some(folder) = from
        && let Err(trouble) = sort(app, folder)
    {
        tracing::warn!(trouble = trouble.to_string(), "cannot take what was carried");
    }
    if let Some(folder) = into
        && let Err(trouble) = refresh(app, folder)
    {
        tracing::warn!(trouble = trouble.to_string(), "cannot write what is to be carried");
    }
}

fn held<T>(app: &App, work: impl FnOnce(&mut Engine) -> T) -> Result<T, Trouble> {
    app.with_now(work).map_err(|failure| Trouble::fault(failure.told().problem.title))
}

fn sort(app: &App, folder: &Path) -> Result<(), Trouble> {
    for path in listed(folder)? {
        let file = read_part(&path)?;
        match held(app, |engine| engine.take_carried(&file))? {
            Ok(_) => aside(folder, &path, TAKEN)?,
            // Our own disk: the file stays where it is.
            Err(PeerError::Fault(fault)) => return Err(Trouble::fault(chain(fault.as_ref()))),
            Err(refused) => {
                let why = chain(&refused);
                tracing::error!(why, "a carried file was refused");
                let to = folder.join(REFUSED);
                fs::create_dir_all(&to).map_err(|cause| Trouble::of(&cause))?;
                let beside = to.join(path.with_extension("why").file_name().unwrap_or_default());
                fs::write(&beside, format!("{why}\n")).map_err(|cause| Trouble::of(&cause))?;
                aside(folder, &path, REFUSED)?;
            }
        }
    }
    Ok(())
}

// What is new since the last round, wherever its files have gone: a diode takes them away and
// gives no cosignature back.
fn refresh(app: &App, folder: &Path) -> Result<(), Trouble> {
    let (kept, cosigned, introduced) = held(app, |engine| {
        (engine.store().get(WRITTEN), engine.carry_from(), engine.peer_size() > 0)
    })?;
    let kept = kept.map_err(|cause| Trouble::of(&cause))?;
    let kept = kept.and_then(|bytes| Some(u64::from_be_bytes(bytes.try_into().ok()?)));
    let from = kept.unwrap_or(0).max(cosigned);
    let parts = write(app.party(), folder, from, |from| {
        let part = held(app, |engine| engine.write_part(from, PART_BYTES))?;
        part.map_err(|cause| Trouble::of(&cause))
    })?;
    // A founding alone is written again until theirs has come.
    let after = parts.last().map(|(_, part)| part.after).filter(|_| introduced);
    if let Some(after) = after.filter(|after| *after > from) {
        let kept = held(app, |engine| engine.store_mut().put(WRITTEN, &after.to_be_bytes()))?;
        kept.map_err(|cause| Trouble::of(&cause))?;
    }
    Ok(())
}

// A head without entries is a sign of life: the newest is enough.
fn forget_older(folder: &Path, us: &PartyId, newest: &Written) -> Result<(), Trouble> {
    let stem = format!("{us}-{:012}-{:012}-", newest.first, newest.after);
    let newest = name(us, newest);
    for path in listed(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(&stem) && *name < *newest {
            fs::remove_file(&path).map_err(|cause| Trouble::of(&cause))?;
        }
    }
    Ok(())
}

fn aside(folder: &Path, path: &Path, kind: &str) -> Result<(), Trouble> {
    let to = folder.join(kind);
    fs::create_dir_all(&to).map_err(|cause| Trouble::of(&cause))?;
    let name = path.file_name().unwrap_or_default();
    fs::rename(path, to.join(name)).map_err(|cause| Trouble::of(&cause))
}

// Written whole under another name and then given its own: whoever copies the folder copies no
// half file, and a part that lies there already is the same part.
fn put(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    if path.exists() {
        return Ok(());
    }
    let half = path.with_extension("half");
    if half.exists() {
        fs::remove_file(&half).map_err(|cause| Trouble::of(&cause))?;
    }
    write_new(&half, bytes, 0o644)?;
    fs::rename(&half, path).map_err(|cause| Trouble::of(&cause))?;
    // The node remembers what it wrote: the name must be as durable as that.
    let folder = path.parent().unwrap_or(Path::new("."));
    let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|cause| Trouble::of(&cause))
}

fn name(us: &PartyId, part: &Written) -> String {
    let seconds = part.at.unix_ms.div_euclid(1_000);
    format!("{us}-{:012}-{:012}-{seconds}.{ENDING}", part.first, part.after)
}

/// The place after the last entry that lies in a folder already.
pub fn written_before(folder: &Path, us: &PartyId) -> u64 {
    let listed = listed(folder).unwrap_or_default();
    let after = listed.iter().filter_map(|path| {
        let name = path.file_stem()?.to_str()?.strip_prefix(us.as_str())?.strip_prefix('-')?;
        name.split('-').nth(1)?.parse().ok()
    });
    after.max().unwrap_or(0)
}

fn listed(path: &Path) -> Result<Vec<PathBuf>, Trouble> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).map_err(|cause| Trouble::of(&cause))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|cause| Trouble::of(&cause))?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
