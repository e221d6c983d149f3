//! `audit`: an exported file, checked from nothing but its bytes.

use std::path::Path;

use audit::papers::{Gone, SignedText};
use audit::stranger::{Audit, AuditError, audit};
use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use lots::record::Record;
use serde_json::json;
use words::role::Side;

use office::file::read;

/// Audits a file; a no if something did not hold that must always hold.
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
    let signed = given.get("text").map(|path| signed(&found, path)).transpose()?;
    if given.json {
        let mut told = as_json(&found);
        if let Some(told) = told.as_object_mut() {
            let text = signed.as_ref().map_or(serde_json::Value::Null, |it| text_as_json(it));
            told.insert("text".to_owned(), text);
        }
        print::json(&told);
    } else {
        let signed = signed.map_or(String::new(), |it| format!("\n{}", text_as_text(it)));
        print::answer(&format!("{}{signed}", as_text(&found)));
    }
    let broken = found.broken().join("; ");
    if broken.is_empty() { Ok(()) } else { Err(Trouble::refused(broken)) }
}

// A text, or a redacted copy of one, whose very root both parties signed in the file's ledgers.
fn signed<'a>(found: &'a Audit, path: &str) -> Result<&'a SignedText, Trouble> {
    let text = String::from_utf8(read(Path::new(path))?)
        .map_err(|cause| Trouble::malformed(format!("`{path}` is not UTF-8")).because(cause))?;
    let root = article::root::root(&text);
    let known = found.texts.iter().find(|text| text.root == root && text.signed.len() == 2);
    known.ok_or_else(|| {
        let what = format!("no text with the root of `{path}` was signed by both parties");
        Trouble::unverified(what).because(format!("its root is {root}"))
    })
}

fn text_as_json(text: &SignedText) -> serde_json::Value {
    let signed = text
        .signed
        .iter()
        .map(|(party, by, at)| json!({ "party": party, "by": by, "at": at.to_string() }));
    json!({
        "agreement": text.agreement, "root": text.root, "in_force": text.in_force,
        "signed": signed.collect::<Vec<_>>(),
    })
}

fn text_as_text(text: &SignedText) -> String {
    let signed =
        text.signed.iter().map(|(party, by, at)| format!("\n  by {by} for {party} at {at}"));
    let force = if text.in_force { "in force" } else { "not in force" };
    let signed = signed.collect::<String>();
    format!("the text of `{}` with root {} is {force}, signed{signed}", text.agreement, text.root)
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
        "single": found.single,
        "erased": found.gone.erased,
        "withheld": found.gone.withheld,
        "erased_in_vain": found.gone.in_vain,
        "overruns": found.overruns.iter().map(|over| json!({
            "held": over.held.as_str(), "counted": over.counted.as_str(),
            "category": over.category, "zone": over.zone,
            "reached": over.reached, "most": over.most,
        })).collect::<Vec<_>>(),
        "draws": found.draws.iter().map(draw_as_json).collect::<Vec<_>>(),
        "misbehaved": found.misbehaved.iter().map(|(party, codes)| json!({
            "party": party, "codes": codes,
        })).collect::<Vec<_>>(),
    })
}

fn draw_as_json(draw: &Record) -> serde_json::Value {
    json!({
        "movement": draw.movement,
        "drawn": draw.drawn.as_ref().map(|drawn| json!({
            "leaves": drawn.leaves.to_string(), "route": drawn.route, "gate": drawn.gate,
            "order": drawn.order,
        })),
        "seeds": draw.seeds,
        "failed": draw.defaulted.as_ref().map(|failed| json!({
            "named": failed.named, "by": failed.by, "at": failed.at.to_string(),
            "fixed_entry": failed.fallback.is_some(),
        })),
        "overdue": draw.overdue,
        "faults": draw.faults.iter().map(|fault| json!({
            "side": fault.side, "fault": fault.wrong.as_str(), "at": fault.at.to_string(),
            "ledger": fault.ledger, "index": fault.index,
        })).collect::<Vec<_>>(),
    })
}

// Who kept, changed or repeated a share is named; an outcome is what anybody computes.
fn draw_as_text(draw: &Record) -> Vec<String> {
    let movement = &draw.movement;
    let sides = |sides: &[Side]| sides.iter().map(|it| side(*it)).collect::<Vec<_>>().join(", ");
    let mut lines = Vec::new();
    if let Some(drawn) = &draw.drawn {
        let gate = drawn.gate.as_ref().map_or(String::new(), |gate| format!(", gate {gate}"));
        let order: Vec<&str> = drawn.order.iter().map(words::id::UnitId::as_str).collect();
        let order = if order.is_empty() { String::new() } else { format!(", {}", order.join(" ")) };
        let how = if draw.defaulted.is_some() { "fixed before" } else { "drawn by both" };
        let (leaves, route) = (drawn.leaves, &drawn.route);
        lines.push(format!("{how}: {movement} leaves at {leaves} by {route}{gate}{order}"));
    }
    for fault in &draw.faults {
        let (what, at, ledger) = (fault.wrong.as_str(), fault.index, side(fault.ledger));
        lines.push(format!(
            "draw of {movement}: {} is named: {what}, entry {at} of the {ledger}'s ledger",
            side(fault.side)
        ));
    }
    if let Some(failed) = &draw.defaulted {
        let then = if failed.fallback.is_some() { "the fixed entry stands" } else { "it is held" };
        let (named, at) = (sides(&failed.named), failed.at);
        lines.push(format!("draw of {movement}: failed at {at} for want of {named}; {then}"));
    }
    if !draw.overdue.is_empty() {
        lines.push(format!("draw of {movement}: overdue from {}", sides(&draw.overdue)));
    }
    lines
}

const fn side(side: Side) -> &'static str {
    match side {
        Side::Host => "host",
        Side::Guest => "guest",
    }
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
    let gone = found.gone;
    if gone != Gone::default() {
        lines.push(format!(
            "bodies not in the file: {} erased, {} of which no statement says so; {} statements \
             say that something was erased on which the state rests",
            gone.erased, gone.withheld, gone.in_vain
        ));
    }
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
    for party in &found.single {
        lines.push(format!("the head of {party} lacks the second signature that was agreed"));
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
    lines.extend(found.draws.iter().flat_map(draw_as_text));
    for (party, codes) in &found.misbehaved {
        lines.push(format!("caught: {party}, {}", codes.join(", ")));
    }
    lines.push(format!("unconsented guest minutes: {}", found.unconsented_guest_minutes));
    lines.join("\n")
}
