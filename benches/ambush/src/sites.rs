//! Guards over a million sites.

use post::comb;
use post::origami::allocate;
use post::site::{Sites, Stake};
use words::hash::Seed;

use crate::cpu::{percentile, worked};
use crate::made::Dice;
use crate::{Failure, say};

const RUNS: usize = 9;

const MADE_FROM: &str = "Stakes from -100 to 100 in ten thousandths, drawn; one core. Kiekintveld \
    and others (2009) give 1.51 h for a million targets and ten thousand resources.";

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    say::heading("Guards over many sites", MADE_FROM)?;
    say::line("| sites, guards | p50 | worst | aim | drawn in p50 |")?;
    say::line("|---|---|---|---|---|")?;
    for (count, posts, aim) in [(40_000, 1_000, ""), (1_000_000, 10_000, "35 ms")] {
        let mut dice = Dice(3);
        let mut stake = || i32::try_from(dice.below(1_000_000)).unwrap_or(0);
        let stakes: Vec<Stake> = (0..count)
            .map(|_| Stake {
                uncovered: stake(),
                covered: -stake() - 1,
                lost: -stake() - 1,
                kept: stake(),
            })
            .collect();
        let sites = Sites::new(&stakes)?;
        let (mut took, mut drawn) = (Vec::new(), Vec::new());
        for run in 0..RUNS {
            let (worked_for, found) = worked(|| allocate(&sites, posts))?;
            took.push(worked_for);
            let subject = format!("run {run}");
            let mut lot = comb::lot(&subject, &Seed([1; 32]), &Seed([2; 32]));
            let (worked_for, on) = worked(|| comb::draw(&found.cover, &mut lot))?;
            if u32::try_from(on.len())? > posts {
                return Err("more guards were drawn than there are".into());
            }
            drawn.push(worked_for);
        }
        say::line(format_args!(
            "| {count}, {posts} | {:.1?} | {:.1?} | {aim} | {:.1?} |",
            percentile(&took, 50),
            percentile(&took, 100),
            percentile(&drawn, 50)
        ))?;
    }
    Ok(())
}
