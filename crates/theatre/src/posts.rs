//! The exercise's posts and convoys: invented, and drawn.

use engine::fault::chain;
use planner::posted::{Board, Files, posted};
use post::pledge::{Said, plan_hash, pledge};
use post::rota::document;
use std::sync::{Arc, Mutex};
use words::hash::Seed;
use words::role::Side;

const PLAN: &str = include_str!("../../../scenarios/karachi/posts.toml");
const FLEET: &str = include_str!("../../../scenarios/karachi/fleet.toml");

/// What both consoles show.
pub(crate) fn posts() -> Result<Board, String> {
    let plan = plan_hash(PLAN);
    let said = [(Side::Host, Seed([1; 32])), (Side::Guest, Seed([2; 32]))].map(|(side, seed)| {
        let pledge = pledge(side, &plan, &seed);
        [Said::Pledged { side, plan, pledge }, Said::Shown { side, plan, seed }]
    });
    let (roster, _) = document(PLAN, &said.concat()).map_err(|cause| chain(&cause))?;
    let roster = serde_json::to_string(&roster).map_err(|cause| cause.to_string())?;
    let files =
        Files { plan: Some(PLAN.to_owned()), roster: Some(roster), fleet: Some(FLEET.to_owned()) };
    let posted = posted(&files).map_err(|cause| chain(&cause))?;
    Ok(Arc::new(Mutex::new(Arc::new(posted))))
}
