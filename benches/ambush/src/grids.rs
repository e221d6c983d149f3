//! The game without a budget on grids: one greatest flow.

use ambush::greatest::{Greatest, greatest};
use ambush::ground::Ground;
use ambush::threat::Threat;
use ambush::trouble::Trouble;
use route::net::Net;

use crate::cpu::{percentile, worked};
use crate::guard::{Times, guarded};
use crate::made::{Dice, grid, junctions, weights};
use crate::{Failure, say};

/// Junctions on a side, and the aim for as many arcs.
const SIDES: [(u32, &str); 3] = [(51, "10^4: 2 ms"), (159, "10^5: 15 ms"), (501, "10^6: 60 ms")];

/// Questions on each grid.
const QUESTIONS: usize = 15;

const MADE_FROM: &str = "Grids driven both ways, weights from 0.30 to 1.00, ends drawn, roads \
    within a tenth of the way at both ends guarded. The flow, its routes and its cut; one core.";

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    say::heading("The game without a budget", MADE_FROM)?;
    say::line("| arcs | made ready | p50 | worst | routes p50 | aim | bytes an arc |")?;
    say::line("|---|---|---|---|---|---|---|")?;
    SIDES.iter().try_for_each(|(side, aim)| of(*side, aim))
}

fn of(side: u32, aim: &str) -> Result<(), Failure> {
    let mut dice = Dice(7);
    let net = grid(side, &mut dice);
    let weights = weights(net.roads, &mut dice);
    let (ready, ground) = worked(|| Ground::of(&net))?;
    let ground = ground?;
    let times = Times::of(&net);
    let (mut took, mut routes) = (Vec::new(), Vec::new());
    while took.len() < QUESTIONS {
        let (from, to) = (dice.below(junctions(&net)), dice.below(junctions(&net)));
        if from == to {
            continue;
        }
        let (behind, ahead) = (times.from(from), times.to(to));
        let weights = guarded(&net, &weights, (&behind, &ahead), to);
        let threat = Threat::of(weights)?;
        let (worked, flow) = worked(|| greatest(&ground, &threat, from, to))?;
        took.push(worked);
        routes.push(of_routes(flow)?);
    }
    routes.sort_unstable();
    let (arcs, p50) = (net.arcs(), percentile(&took, 50));
    let routes = routes.get(routes.len() / 2).copied().unwrap_or(0);
    say::line(format_args!(
        "| {arcs} | {ready:.1?} | {p50:.2?} | {:.2?} | {routes} | {aim} | {} |",
        percentile(&took, 100),
        bytes(&net, &ground)
    ))?;
    Ok(())
}

fn of_routes(flow: Result<Greatest, Trouble>) -> Result<usize, Failure> {
    Ok(flow?.routes.len())
}

// The network, and what makes it ready to be played on; what a question takes is given back.
fn bytes(net: &Net, ground: &Ground<'_>) -> usize {
    let columns = net.first.len() * 4 + net.arcs() * 12;
    (columns + ground.bytes()) / net.arcs().max(1)
}
