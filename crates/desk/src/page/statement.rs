//! One statement, its proof, and its body where the viewer may read it.

use ::ledger::erasure::Told;
use ::ledger::held::{Ledger, Line};
use engine::engine::Engine;
use note::statement::{Header, parse};
use pages::statement::{Body, Gone, Proof, View};
use words::id::PartyId;

use crate::page::{Viewer, known, ledger, past};

/// The statement at a place of a party's ledger.
pub fn view(engine: &Engine, viewer: &Viewer, party: &PartyId, index: u64) -> Option<View> {
    viewer.person.as_ref()?;
    let held = past::ledger_of(engine, party)?;
    let line = held.lines().get(usize::try_from(index).ok()?)?;
    let kept = engine.store().read(party, index, 1).ok()?.into_iter().next()?;
    let statement = parse(&kept.entry).ok()?;
    let header = &statement.header;
    Some(View {
        row: ledger::row(held, line),
        id: header.id,
        key: statement.key,
        kind: held.reader().keys().get(&statement.key).map(|enrolled| enrolled.key.kind),
        seen: (header.seen.size > 0).then_some((header.seen.size, header.seen.root)),
        commitment: header.commitment,
        body: body(engine, viewer, (held, line, header)),
        proof: proof(held, index),
        command: past::CHECK.to_owned(),
        next: Vec::new(),
        file: None,
    })
}

fn gone(engine: &Engine, told: &Told) -> Gone {
    Gone {
        party: past::names(engine, told.side),
        by: told.by.to_string(),
        at: told.at,
        rule: told.rule,
        reason: told.reason.clone(),
    }
}

fn body(engine: &Engine, viewer: &Viewer, (held, line, header): (&Ledger, &Line, &Header)) -> Body {
    let told = engine.erasures().of(&(held.party().clone(), header.id));
    if line.entry.act.is_none() && !told.is_empty() {
        return Body::Erased(told.iter().map(|it| gone(engine, it)).collect());
    }
    match &line.entry.act {
        Some(act) if known::body(engine, viewer, &line.entry) => {
            Body::Open(serde_json::to_string_pretty(act).expect("every act has a JSON form"))
        }
        Some(_) | None => Body::Withheld,
    }
}

fn proof(held: &Ledger, index: u64) -> Option<Proof> {
    let head = held.head()?;
    let tree = held.tree();
    Some(Proof {
        size: head.head.size,
        root: head.head.root,
        leaf: tree.leaf(index)?,
        hashes: tree.inclusion(index, head.head.size)?,
    })
}
