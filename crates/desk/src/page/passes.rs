//! Passes of a movement as a desk shows them.

use engine::engine::Engine;
use joint::state::Pass as Kept;
use pages::passes::Pass;
use words::act::Act;
use words::id::{MovementId, PassId};
use words::role::Side;

use crate::page::{Viewer, known, past};

/// The passes of a movement, for whoever issues, signs or checks them.
pub fn of(engine: &Engine, viewer: &Viewer, movement: &MovementId) -> Vec<Pass> {
    if !viewer.is_any(known::PASS_READERS) {
        return Vec::new();
    }
    let passes = engine.state().passes.iter().filter(|(_, pass)| &pass.movement == movement);
    passes.filter_map(|(id, pass)| one(engine, viewer, (id, pass))).collect()
}

fn one(engine: &Engine, viewer: &Viewer, (id, pass): (&PassId, &Kept)) -> Option<Pass> {
    let claims = pass::code::claims_of(&pass.code).ok()?;
    let vehicle = Some(claims.vehicle).filter(|plate| !plate.is_empty());
    // A code with one signature is nothing, so nobody is given a picture of it to show around.
    let code = pass.countersigned.then(|| pass::paper::svg(&pass.code).ok()).flatten();
    Some(Pass {
        id: id.clone(),
        label: known::label(engine, viewer, &claims.holder),
        holder: claims.holder,
        vehicle,
        zone: pass.zone.clone(),
        window: pass.window,
        countersigned: pass.countersigned,
        revoked: pass.revoked.map(|_| why_revoked(engine, id)),
        qr_svg: code,
    })
}

fn why_revoked(engine: &Engine, id: &PassId) -> String {
    let revokes = |act: &Act| matches!(act, Act::PassRevoked(act) if &act.pass == id);
    let entries = [Side::Host, Side::Guest].map(|side| past::last(engine, side, revokes));
    let acts = entries.into_iter().flatten().filter_map(|entry| entry.act.as_ref());
    let mut reasons = acts.filter_map(|act| {
        if let Act::PassRevoked(act) = act { Some(act.reason.clone()) } else { None }
    });
    reasons.next().unwrap_or_default()
}
