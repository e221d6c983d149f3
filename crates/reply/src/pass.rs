//! Passes, and what a checkpoint carries.

use engine::engine::Engine;
use joint::state::Pass;
use pass::code::claims_of;
use pass::{paper, trustfile};
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
    let svg = paper::svg(&known.code)
        .map_err(|cause| Refusal::new(Reason::BadPass, cause.to_string()))?;
    Ok(PaperView { pass, code: paper::text(&known.code), svg })
}

/// The file that verifies passes without a network: keys, and every dead pass.
pub fn trust(engine: &Engine) -> Vec<u8> {
    trustfile::to_bytes(&engine.trust())
}

fn view(id: &PassId, known: &Pass) -> Option<PassView> {
    let claims = claims_of(&known.code).ok()?;
    Some(PassView {
        pass: id.to_string(),
        movement: known.movement.to_string(),
        holder: claims.holder.to_string(),
        zone: known.zone.to_string(),
        start: known.window.start().unix_ms,
        end: known.window.end().unix_ms,
        countersigned: known.countersigned,
        revoked: known.revoked.is_some(),
    })
}
