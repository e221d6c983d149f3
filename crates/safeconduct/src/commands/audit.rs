//! `audit`: an exported file, checked from nothing but its bytes.

use std::path::Path;

use audit::stranger::{Audit, AuditError, audit};
use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use serde_json::json;

use office::file::read;

/// Audits a file.
pub fn run(given: &Given) -> Result<(), Trouble> {
    let path = given.beside()?;
    let bytes = read(Path::new(path))?;
    let found = audit(&bytes).map_err(|cause| match cause {
        AuditError::Unreadable(_) | AuditError::NotTwoSides => {
            Trouble::unverified(format!("`{path}` is not what an audit can read")).because(cause)
        }
        AuditError::Head { .. } | AuditError::Root(_) | AuditError::NoBody { .. } => {
            Trouble::unverified(format!("`{path}` does not verify")).because(cause)
        }
    })?;
    if given.json {
        print::json(&as_json(&found));
    } else {
        print::answer(&as_text(&found));
    }
    Ok(())
}

fn as_json(found: &Audit) -> serde_json::Value {
    json!({
        "at": found.at.to_string(),
        "entries": found.entries.iter().map(|(party, count)| json!({
            "ledger": party, "entries": count, "witnessed": found.witnessed.contains(party),
        })).collect::<Vec<_>>(),
        "state": found.state,
        "acted": found.acted,
        "void": found.void,
        "unconsented_guest_minutes": found.unconsented_guest_minutes,
        "uncovered": found.uncovered.iter().map(|stay| json!({
            "what": stay.what, "headcount": stay.headcount,
            "from": stay.window.start().to_string(), "until": stay.window.end().to_string(),
        })).collect::<Vec<_>>(),
        "convoys": found.convoys.iter().map(|convoy| json!({
            "movement": convoy.movement,
            "from": convoy.window.start().to_string(),
            "until": convoy.window.end().to_string(),
        })).collect::<Vec<_>>(),
        "diverged": found.diverged,
        "overruns": found.overruns.iter().map(|over| json!({
            "held": over.held.as_str(), "counted": over.counted.as_str(),
            "category": over.category, "zone": over.zone,
            "reached": over.reached, "most": over.most,
        })).collect::<Vec<_>>(),
        "misbehaved": found.misbehaved.iter().map(|(party, codes)| json!({
            "party": party, "codes": codes,
        })).collect::<Vec<_>>(),
    })
}

fn as_text(found: &Audit) -> String {
    let mut lines = vec![format!("made at {}", found.at)];
    for (party, entries) in &found.entries {
        let seen = found.witnessed.contains(party);
        let witness = if seen { "cosigned by the other" } else { "not cosigned at its end" };
        lines.push(format!("ledger of {party}: {entries} entries, {witness}"));
    }
    lines.push(format!("{} statements acted, {} are void", found.acted, found.void));
    lines.push(format!("joint state {}", found.state));
    for stay in &found.uncovered {
        let (from, until) = (stay.window.start(), stay.window.end());
        lines.push(format!("without consent: {} ({}) {from} – {until}", stay.what, stay.headcount));
    }
    for convoy in &found.convoys {
        let (from, until) = (convoy.window.start(), convoy.window.end());
        let movement = &convoy.movement;
        lines.push(format!("on the road without consent: {movement} {from} – {until}"));
    }
    for party in &found.diverged {
        lines.push(format!("the head of {party} says another joint state than the entries give"));
    }
    for over in &found.overruns {
        let (reached, most) = (over.reached, over.most);
        lines.push(format!(
            "ceiling passed ({}): {} {} in {}, {reached} of at most {most}",
            over.held.as_str(),
            over.category,
            over.counted.as_str(),
            over.zone
        ));
    }
    for (party, codes) in &found.misbehaved {
        lines.push(format!("caught: {party}, {}", codes.join(", ")));
    }
    lines.push(format!("unconsented guest minutes: {}", found.unconsented_guest_minutes));
    lines.join("\n")
}
