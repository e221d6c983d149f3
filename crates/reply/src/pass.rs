//! Passes, and what a checkpoint carries.

use engine::engine::Engine;
use joint::state::Pass;
use pass::code::claims_of;
use pass::paper::{self, Correction};
use wire::v1::road::{PaperView, PassView};
use words::id::{MovementId, PassId};
use words::refusal::{Reason, Refusal};

use crate::no::No;
use desk::page::{Viewer, known};

/// The passes of a movement, for whoever issues, signs or checks them.
pub fn of(engine: &Engine, viewer: &Viewer, movement: &MovementId) -> Vec<PassView> {
    if !viewer.is_any(known::PASS_READERS) {
        return Vec::new();
    }
    let passes = engine.state().passes.iter().filter(|(_, pass)| &pass.movement == movement);
    passes.filter_map(|(id, pass)| view(id, pass)).collect()
}

/// A pass as it is printed.
pub fn paper(engine: &Engine, viewer: &Viewer, id: &PassId) -> Result<PaperView, No> {
    if !viewer.is_any(known::PASS_READERS) {
        return Err(No::Unknown);
    }
    let known = engine.state().passes.get(id).ok_or(No::Unknown)?;
    let pass = view(id, known).ok_or(No::Unknown)?;
    // A code with one signature is nothing, so nobody is given a picture of it to show around.
    if !known.countersigned {
        let text = "the host has not countersigned it";
        return Err(Refusal::new(Reason::WrongState, text).into());
    }
    let code = paper::text(&known.code);
    let svg = paper::svg(&code, Correction::Quartile)
        .map_err(|cause| Refusal::new(Reason::BadPass, cause.to_string()))?;
    Ok(PaperView { pass, code, svg })
}

/// The kit that verifies passes without a network; there is none before both have founded.
pub fn kit(engine: &Engine) -> Result<Vec<u8>, No> {
    engine.kit().ok_or(No::Unknown)
}

fn view(id: &PassId, known: &Pass) -> Option<PassView> {
    claims_of(&known.code).ok()?;
    Some(PassView {
        pass: id.to_string(),
        movement: known.movement.to_string(),
        holder: known.holder.to_string(),
        zone: known.zone.to_string(),
        start: known.window.start().unix_ms,
        end: known.window.end().unix_ms,
        countersigned: known.countersigned,
        revoked: known.revoked.is_some(),
    })
}
