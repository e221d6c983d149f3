//! Games and our answers as files, for a general solver to answer as well.

use std::fs;
use std::path::Path;
use std::time::Duration;

use ambush::audit::audit;
use ambush::generate::Effort;
use ambush::ground::Ground;
use ambush::plan::{Question, plan, unlimited};
use ambush::threat::Threat;
use route::net::Net;
use serde_json::json;

use crate::cpu::{percentile, worked};
use crate::guard::{Times, guarded};
use crate::made::{Dice, arcs, grid, junctions, random, weights};
use crate::{Failure, say};

/// Random games of each kind.
const GAMES: u64 = 12;

/// Runs of which the median counts.
const RUNS: usize = 5;

/// Writes them; the largest has about so many arcs.
pub(crate) fn run(folder: &Path, arcs_max: u32) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    let mut files = 0;
    for seed in 0..GAMES {
        let mut dice = Dice(seed);
        // Up to 2,000 arcs, junctions that are met by three to four.
        let roads = 60 + dice.below(1_000);
        let net = random(roads / 2 + 2, roads, &mut dice);
        let ends = (0, junctions(&net) - 1);
        let game = (&net, weights(net.roads, &mut dice));
        files += u32::from(write(folder, &format!("random-{seed}"), game, ends, None)?);
        let side = 4 + dice.below(12);
        let net = coarse(&grid(side, &mut dice));
        for budget in [None, Some(1_200_000), Some(1_400_000)] {
            let name = format!("grid-{seed}-{}", budget.unwrap_or(0));
            let game = (&net, weights(net.roads, &mut dice));
            files += u32::from(write(folder, &name, game, (0, junctions(&net) - 1), budget)?);
        }
    }
    let mut side = 2;
    while 4 * side * (side + 1) <= arcs_max {
        side += 1;
    }
    // Both ends guarded, well inside: else the four roads around an end are the whole game.
    let net = grid(side, &mut Dice(7));
    let (times, quarter) = (Times::of(&net), side / 4);
    let ends = (quarter * side + quarter, (side - quarter) * side - quarter);
    let (behind, ahead) = (times.from(ends.0), times.to(ends.1));
    let weights = guarded(&net, &weights(net.roads, &mut Dice(8)), (&behind, &ahead), ends.1);
    files += u32::from(write(folder, "large", (&net, weights), ends, None)?);
    say::line(format_args!("{files} games in {}", folder.display()))?;
    Ok(())
}

// Times of 2 to 6, so that a programme over arcs and times stays small.
fn coarse(net: &Net) -> Net {
    Net { millis: net.millis.iter().map(|millis| millis / 10_000).collect(), ..net.clone() }
}

fn write(
    folder: &Path,
    name: &str,
    (net, weights): (&Net, Vec<u32>),
    (from, to): (u32, u32),
    budget_ppm: Option<u32>,
) -> Result<bool, Failure> {
    let (ground, threat) = (Ground::of(net)?, Threat::of(weights.clone())?);
    let effort = Effort { gap_ppm: 0, work: 4_000_000_000 };
    let mut took: Vec<Duration> = Vec::new();
    let mut value = None;
    for _ in 0..RUNS {
        let (worked, found) = if budget_ppm.is_none() {
            let (worked, found) = worked(|| unlimited(&ground, &threat, from, to))?;
            let verdict = found.ok().map(|(_, menu, attack)| audit(net, &threat, &menu, &attack));
            (worked, verdict.transpose()?.map(|it| (it, u64::MAX)))
        } else {
            let question = Question { from, to, budget_ppm };
            let (worked, found) =
                worked(|| plan(&ground, &threat, question, effort, &mut || true))?;
            (worked, found.ok().map(|it| (it.verdict, it.menu.limit_ms.unwrap_or(u64::MAX))))
        };
        took.push(worked);
        value = found;
    }
    let Some((verdict, limit)) = value else { return Ok(false) };
    let micros = percentile(&took, 50).as_secs_f64() * 1e6;
    let game = json!({
        "name": name, "from": from, "to": to, "junctions": net.junctions(),
        "limit": (limit < u64::MAX).then_some(limit), "arcs": arcs(net), "weights": weights,
        "value": verdict.value(), "bound": verdict.bound(), "micros": micros,
    });
    fs::write(folder.join(format!("{name}.json")), game.to_string())?;
    Ok(true)
}
