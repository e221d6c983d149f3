//! `roads show`, `roads snap`, `roads overlay`: what is in a file.

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use road::kind::{Access, Barrier, Class, flag};
use road::laid::lay;
use road::overlay::{Change, Overlay};
use road::roads::{Roads, Segment};
use road::snap::Index;
use serde_json::{Value, json};
use words::moment::Moment;

use crate::asked::{asked, called, island, mainland, place, snapped};
use crate::files;

/// What is in a file of roads.
pub fn show(given: &Given) -> Result<(), Trouble> {
    let roads = files::roads(given.beside()?)?;
    if given.json {
        print::json(&facts(&roads));
    } else {
        lines(&roads);
    }
    Ok(())
}

/// Numbers about roads, in JSON.
pub fn facts(roads: &Roads) -> Value {
    let count =
        |wanted: &dyn Fn(&Segment) -> bool| roads.segments.iter().filter(|row| wanted(row)).count();
    let metres: u64 = roads.segments.iter().map(|row| u64::from(row.length_mm)).sum();
    let classes: serde_json::Map<String, Value> = Class::ALL
        .iter()
        .map(|class| (class.word().to_owned(), json!(count(&|row| row.class == *class))))
        .collect();
    json!({
        "source_sha256": hex(&roads.source),
        "data_of": (roads.data_unix_s != 0).then(|| data_of(roads)),
        "junctions": roads.junctions.len(),
        "segments": roads.segments.len(),
        "arcs": roads.leaving().len(),
        "metres": metres / 1000,
        "mainland_segments": count(&|row| row.island == 0),
        "bridges": count(&|row| row.flags & flag::BRIDGE != 0),
        "tunnels": count(&|row| row.flags & flag::TUNNEL != 0),
        "private": count(&|row| row.access == Access::Private),
        "barriers": roads.barriers.iter().filter(|it| **it != Barrier::Nothing).count(),
        "forbidden_rows": roads.bans.len(),
        "names": roads.names.len().saturating_sub(1),
        "classes": classes,
    })
}

fn data_of(roads: &Roads) -> String {
    Moment::from_ms(roads.data_unix_s.saturating_mul(1000)).to_string()
}

/// The same, for people.
pub fn lines(roads: &Roads) {
    let facts = facts(roads);
    let number = |key: &str| facts.get(key).and_then(Value::as_u64).unwrap_or(0);
    if roads.data_unix_s != 0 {
        print::answer(&format!("data of {}", data_of(roads)));
    }
    print::answer(&format!(
        "{} junctions, {} pieces of road, {} km; {} pieces on the mainland",
        number("junctions"),
        number("segments"),
        number("metres") / 1000,
        number("mainland_segments")
    ));
    print::answer(&format!(
        "{} bridges, {} tunnels, {} private pieces, {} barriers, {} forbidden turns",
        number("bridges"),
        number("tunnels"),
        number("private"),
        number("barriers"),
        number("forbidden_rows")
    ));
    print::answer("© OpenStreetMap contributors, Open Database License");
}

/// Where a site meets the roads.
pub fn snap(given: &Given) -> Result<(), Trouble> {
    let asked = asked(given, given.beside()?)?;
    let site = place(given.need("place")?)?;
    let mainland = mainland(&asked.roads, &asked.terms);
    let spot = snapped(&asked, &mainland, site)?;
    let name = called(&asked.roads, spot.segment);
    let Some(row) = asked.roads.segment(spot.segment) else { return Ok(()) };
    if given.json {
        print::json(&json!({
            "lat": spot.at.lat(), "lon": spot.at.lon(), "off_metres": spot.off_mm / 1000,
            "segment": spot.segment, "way": row.way, "along_mm": spot.along_mm, "name": name,
            "class": row.class.word(),
        }));
    } else {
        let metres = spot.off_mm / 1000;
        print::answer(&format!("{},{} on {name}, {metres} m away", spot.at.lat(), spot.at.lon()));
        print::answer(&format!(
            "way {}, {}, on {}",
            row.way,
            row.class.word(),
            island(if row.island == 0 { 0 } else { row.island })
        ));
    }
    Ok(())
}

/// Reads overlays, writes the canonical text of all of them together, and says what it hashes to.
pub fn overlay(given: &Given) -> Result<(), Trouble> {
    let overlay = files::overlay(given.beside()?)?;
    let unmet = match given.get("roads") {
        Some(file) => unmet(&overlay, file)?,
        None => Vec::new(),
    };
    let hash = hex(&overlay.hash());
    if given.json {
        let unmet: Vec<Value> = unmet
            .iter()
            .map(|(change, why)| json!({ "change": change.to_string(), "because": why }))
            .collect();
        print::json(&json!({
            "sha256": hash, "changes": overlay.changes().len(), "text": overlay.to_string(),
            "unmet": unmet,
        }));
    } else {
        print::answer(overlay.to_string().trim_end());
        print::aside(&format!("sha256 {hash}, {} changes", overlay.changes().len()));
        for (change, why) in &unmet {
            print::aside(&format!("not met: {change}\n  because: {why}"));
        }
    }
    if unmet.is_empty() {
        return Ok(());
    }
    let what = format!("{} changes change nothing among these roads", unmet.len());
    Err(Trouble::refused(what).hint("correct the way or the point, or import newer roads"))
}

// Each change is asked whenever it holds, so that none is missed.
fn unmet(overlay: &Overlay, file: &str) -> Result<Vec<(Change, String)>, Trouble> {
    let roads = files::roads(file)?;
    let index = Index::of(&roads);
    let always = overlay.changes().iter().cloned().map(|it| Change { window: None, ..it });
    let laid = lay(&roads, &index, &Overlay::of(always.collect()), Moment::from_ms(0));
    Ok(laid.unmet.into_iter().map(|(change, why)| (change, why.to_string())).collect())
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
