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
use crate::made::{Dice, arcs, grid, random, weights};
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
        files += u32::from(write(folder, &format!("random-{seed}"), &net, None, &mut dice)?);
        let side = 4 + dice.below(12);
        let net = coarse(&grid(side, &mut dice));
        for budget in [None, Some(1_200_000), Some(1_400_000)] {
            let name = format!("grid-{seed}-{}", budget.unwrap_or(0));
            files += u32::from(write(folder, &name, &net, budget, &mut dice)?);
        }
    }
    let mut side = 2;
    while 4 * side * (side + 1) <= arcs_max {
        side += 1;
    }
    let net = grid(side, &mut Dice(7));
    files += u32::from(write(folder, "large", &net, None, &mut Dice(8))?);
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
    net: &Net,
    budget_ppm: Option<u32>,
    dice: &mut Dice,
) -> Result<bool, Failure> {
    let weights = weights(net.roads, dice);
    let (ground, threat) = (Ground::of(net)?, Threat::of(weights.clone())?);
    let (from, to) = (0, u32::try_from(net.junctions())? - 1);
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
