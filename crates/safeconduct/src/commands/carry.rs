//! `carry`: our ledger onto a stick, the other party's ledger from one.

use std::cell::RefCell;
use std::path::Path;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use engine::carried::{Carried, PART_BYTES};
use engine::fault::chain;
use serde_json::json;
use words::id::PartyId;

use crate::carrier;
use crate::folder::Folder;

/// The smallest part that anybody asks for: a file that a modem carries in a minute.
const KIB_MIN: usize = 16;

/// Writes what the other party lacks.
pub fn write(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let to = Path::new(given.beside()?);
    if !to.is_dir() {
        let what = format!("`{}` is no folder", to.display());
        return Err(Trouble::malformed(what).hint("name the folder of the stick"));
    }
    let kib = given.read::<usize>("kib")?;
    if kib.is_some_and(|kib| kib < KIB_MIN) {
        return Err(Trouble::malformed(format!("`--kib` is at least {KIB_MIN}")));
    }
    let bytes = kib.map_or(PART_BYTES, |kib| kib.saturating_mul(1_024));
    let mut engine = folder.engine(&folder.settings()?)?;
    engine.tick().map_err(|cause| Trouble::of(&cause))?;
    let files = match given.read::<PartyId>("to")? {
        Some(party) if engine.peer().is_none() => carrier::write_founding(&engine, to, &party)?,
        Some(_) | None => {
            let us = engine.config().party.clone();
            let beside = || carrier::written_before(to, &us).max(engine.carry_from());
            let from = given.read("from")?.unwrap_or_else(beside);
            let engine = RefCell::new(engine);
            carrier::write(&us, to, from, |from| {
                let part = engine.borrow_mut().write_part(from, bytes);
                part.map_err(|cause| Trouble::of(&cause))
            })?
        }
    };
    if given.json {
        print::json(&json!(files.iter().map(|(path, part)| json!({
            "file": path, "first": part.first, "after": part.after, "promised": part.promised,
            "at": part.at.to_string(), "bytes": part.file.len(),
        })).collect::<Vec<_>>()));
        return Ok(());
    }
    for (path, part) in &files {
        let (first, after, bytes) = (part.first, part.after, part.file.len());
        print::answer(&format!("{}: entries {first} to {after}, {bytes} bytes", path.display()));
    }
    let founding = files.last().is_some_and(|(_, part)| part.after < part.promised);
    if founding {
        print::answer(
            "that is the founding only: the rest follows, sealed, once their founding was taken",
        );
    }
    Ok(())
}

/// Takes what the other party wrote.
pub fn take(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let from = Path::new(given.beside()?);
    let mut engine = folder.engine(&folder.settings()?)?;
    let taken = carrier::take(&mut engine, from)?;
    if taken.is_empty() {
        return Err(Trouble::malformed(format!("`{}` holds no carried file", from.display())));
    }
    let refused = taken.iter().filter(|(_, carried)| carried.is_err()).count();
    if given.json {
        print::json(&json!(taken.iter().map(|(path, carried)| match carried {
            Ok(carried) => json!({
                "file": path, "first": carried.first, "after": carried.after,
                "held": carried.size, "promised": carried.promised, "waiting": carried.waiting,
                "cosigned": carried.cosigned, "at": carried.at.to_string(),
            }),
            Err(why) => json!({ "file": path, "refused": chain(why) }),
        }).collect::<Vec<_>>()));
    } else {
        for (path, carried) in &taken {
            let said = carried.as_ref().map_or_else(|why| format!("refused: {}", chain(why)), said);
            print::answer(&format!("{}: {said}", path.display()));
        }
    }
    if refused == 0 {
        return Ok(());
    }
    Err(Trouble::unverified(format!("{refused} of {} files were refused", taken.len())))
}

fn said(carried: &Carried) -> String {
    let Carried { size, promised, at, waiting, .. } = carried;
    if *waiting > 0 {
        return format!("waits: the part that begins at entry {size} has not come");
    }
    if size < promised {
        return format!("taken: {size} of {promised} entries, signed at {at}");
    }
    format!("taken: all {size} entries, signed at {at}")
}
