//! What the shares of a draw chose, from the sealed menu alone.

use joint::movement::Movement;
use route::draw::draw;
use route::outcome::{Menu, Outcome, outcome};
use veil::plan::{Core, open_core};
use words::hash::{Hash, Seed};
use words::id::{MovementId, RouteId, UnitId};
use words::moment::Moment;

/// The outcome of a draw, in the words of its menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// When the convoy leaves.
    pub leaves: Moment,
    /// Which candidate.
    pub route: RouteId,
    /// Its place among the candidates, from 0.
    pub at: usize,
    /// By which gate, if the plan names gates for that route.
    pub gate: Option<String>,
    /// The vehicles in their order, the first one in front.
    pub order: Vec<UnitId>,
}

/// The core of a plan, once there are two halves that open it.
pub fn core_of(known: &Movement) -> Option<Core> {
    let [(_, host), (_, guest)] = known.shares()?;
    open_core(known.plan.as_ref()?, &host, &guest).ok()
}

/// What was drawn: a function of the sealed plan and of what both sides have shown, for anybody.
pub fn drawn(known: &Movement) -> Option<Drawn> {
    let core = core_of(known)?;
    let [(host, _), (guest, _)] = known.shares()?;
    let plan = known.plan.as_ref()?;
    let chosen = match plan.bound {
        Some(_) => outcome(&plan.movement, &menu(&core, plan.core), &host, &guest)?,
        None => before(&plan.movement, &core, (&host, &guest))?,
    };
    let route = core.routes.get(chosen.route)?;
    let gates = route.gates.as_deref().unwrap_or_default();
    let vehicles = chosen.order.iter().filter_map(|at| core.in_order().get(*at).cloned());
    Some(Drawn {
        leaves: core.first_slot.plus_ms(i64::from(chosen.slot) * core.slot_ms),
        route: route.route.clone(),
        at: chosen.route,
        gate: chosen.gate.and_then(|gate| gates.get(gate).cloned()),
        order: vehicles.collect(),
    })
}

/// A core as the draw sees it.
pub fn menu(core: &Core, hash: Hash) -> Menu {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let routes = core.routes.iter().map(|one| {
        let gates = one.gates.as_ref().map_or(0, |gates| count(gates.len()));
        (u64::from(one.weight), gates)
    });
    let (routes, vehicles) = (routes.collect(), count(core.in_order().len()));
    Menu { hash, slots: core.slots, routes, vehicles }
}

// The draw of a plan that was sealed before menus bound anybody: minute and route only.
fn before(movement: &MovementId, core: &Core, (host, guest): (&Seed, &Seed)) -> Option<Outcome> {
    let weights: Vec<u32> = core.routes.iter().map(|route| route.weight).collect();
    let choice = draw(movement, host, guest, core.slots, &weights)?;
    Some(Outcome { slot: choice.slot, route: choice.route, gate: None, order: Vec::new() })
}
