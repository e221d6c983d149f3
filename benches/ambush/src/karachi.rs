//! The game with a budget on a real city, beside what planners do today.

use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs};

use ambush::audit::{exposure, fraction};
use ambush::generate::Effort;
use ambush::ground::Ground;
use ambush::menu::{Menu, WEIGHT_TOTAL, Way};
use ambush::plan::{Answer, Question, plan};
use ambush::threat::Threat;
use drive::others::{by_penalty, by_via};
use road::drivable::{Terms, drivable};
use road::import::import;
use road::island::of_segments;
use route::net::Net;

use crate::cpu::{mean, most, percentile, worked};
use crate::guard::{Times, guarded};
use crate::made::{Dice, weights};
use crate::{Failure, say};

const EXTRACT: &str = "karachi_se.osm.pbf";

const MADE_FROM: &str = "Karachi south-east as imported, turns and one-ways kept; ends drawn on \
    the mainland, weights from 0.30 to 1.00, roads within a tenth of the way at both ends \
    guarded; one core.";

/// Alternatives that a planner takes, at equal odds.
const ALTERNATIVES: usize = 3;

/// A network and junctions where a movement may start or end.
pub(crate) struct City {
    pub(crate) net: Net,
    main: Vec<u32>,
}

/// One question on it: ends and threat.
pub(crate) struct Asked {
    pub(crate) ends: (u32, u32),
    pub(crate) threat: Threat,
}

/// Reads the extract; `None`, told loudly, where it is not.
pub(crate) fn city() -> Result<Option<City>, Failure> {
    let folder =
        env::var("SAFECONDUCT_DATA").map_or_else(|_| "../shared/data".into(), PathBuf::from);
    let path = folder.join(EXTRACT);
    let Ok(bytes) = fs::read(&path) else {
        say::line(format_args!("SKIPPED: {} is not here", path.display()))?;
        return Ok(None);
    };
    let imported = import(|| Ok::<_, Infallible>(bytes.as_slice()), |_, _| ());
    let (roads, _) = imported??;
    let it = drivable(&roads, &Terms::default());
    let islands = of_segments(&it, roads.segments.len());
    let inside = roads.segments.iter().zip(&islands).filter(|(_, island)| **island == 0);
    let mut main: Vec<u32> = inside.flat_map(|(row, _)| [row.from, row.to]).collect();
    main.sort_unstable();
    main.dedup();
    Ok(Some(City { net: it.net, main }))
}

impl City {
    /// Questions from a seed, each with a way from end to end.
    pub(crate) fn questions(&self, count: usize) -> Result<Vec<Asked>, Failure> {
        let (mut dice, times) = (Dice(1), Times::of(&self.net));
        let weights = weights(self.net.roads, &mut dice);
        let mut asked = Vec::new();
        while asked.len() < count {
            let mut end = || {
                let at = dice.below(u32::try_from(self.main.len()).unwrap_or(u32::MAX));
                self.main.get(usize::try_from(at).unwrap_or(0)).copied().unwrap_or(0)
            };
            let (from, to) = (end(), end());
            let (behind, ahead) = (times.from(from), times.to(to));
            let far = usize::try_from(to).ok().and_then(|to| behind.get(to)).copied();
            if from == to || far.is_none_or(|far| far == u64::MAX) {
                continue;
            }
            let threat = Threat::of(guarded(&self.net, &weights, (&behind, &ahead), to))?;
            asked.push(Asked { ends: (from, to), threat });
        }
        Ok(asked)
    }
}

#[derive(Default)]
struct Figures {
    took: Vec<Duration>,
    gaps: Vec<f64>,
    values: Vec<f64>,
    bounds: Vec<f64>,
    routes: Vec<f64>,
    entropy: Vec<f64>,
    // Fastest, by penalty, over a place between; the last two only as far as they keep the limit.
    others: [Vec<f64>; 3],
    // How much worse than another ours is at worst, as a part.
    worst_behind: f64,
    safe: usize,
    slow: Vec<(Duration, usize, u32, u64)>,
}

/// Measures and prints.
pub(crate) fn run(pairs: usize, budget_ppm: u32) -> Result<(), Failure> {
    let budget = f64::from(budget_ppm) / 1e6;
    say::heading(&format!("The game within {budget} of the fastest"), MADE_FROM)?;
    let Some(city) = city()? else { return Ok(()) };
    let (junctions, arcs) = (city.net.junctions(), city.net.arcs());
    say::line(format_args!("{junctions} junctions, {arcs} arcs, {} roads\n", city.net.roads))?;
    let ground = Ground::of(&city.net)?;
    let mut figures = Figures::default();
    for (number, asked) in city.questions(pairs)?.iter().enumerate() {
        let question =
            Question { from: asked.ends.0, to: asked.ends.1, budget_ppm: Some(budget_ppm) };
        let effort = Effort::default();
        let (took, found) =
            worked(|| plan(&ground, &asked.threat, question, effort, &mut || true))?;
        figures.took.push(took);
        match found {
            Ok(found) => figures.add(&city.net, asked, &found, (took, number))?,
            Err(ambush::trouble::Trouble::SafeRoute { .. }) => figures.safe += 1,
            Err(other) => return Err(other.into()),
        }
    }
    figures.say()
}

impl Figures {
    fn add(
        &mut self,
        net: &Net,
        asked: &Asked,
        found: &Answer,
        (took, number): (Duration, usize),
    ) -> Result<(), Failure> {
        self.gaps.push(found.verdict.gap());
        self.values.push(found.value());
        self.bounds.push(found.verdict.bound());
        self.routes.push(f64::from(u32::try_from(found.menu.ways.len())?));
        self.entropy.push(found.menu.entropy_bits());
        self.slow.push((took, number, found.rounds, found.work));
        for (of, value) in self.others.iter_mut().zip(others(net, asked, &found.menu)?) {
            self.worst_behind = self.worst_behind.max(found.value() / value - 1.0);
            of.push(value);
        }
        Ok(())
    }

    fn say(&mut self) -> Result<(), Failure> {
        let p = |share| percentile(&self.took, share);
        say::line("| p50 | p95 | worst | largest gap | mean value, bound | mean routes, bits |")?;
        say::line("|---|---|---|---|---|---|")?;
        say::line(format_args!(
            "| {:.2?} | {:.1?} | {:.1?} | {:.4} | {:.4}, {:.4} | {:.1}, {:.2} |",
            p(50),
            p(95),
            p(100),
            most(&self.gaps),
            mean(&self.values),
            mean(&self.bounds),
            mean(&self.routes),
            mean(&self.entropy),
        ))?;
        let safe = self.safe;
        say::line(format_args!(
            "\nAims: 8 ms, 250 ms, 2 s, 0.01. {safe} pairs have a safe route, without a game.\n"
        ))?;
        say::line("| beside | mean value | ours to it, mean | ours where choice helps |")?;
        say::line("|---|---|---|---|")?;
        for (name, of) in ["fastest", "3 by penalty", "3 over a place"].iter().zip(&self.others) {
            let ratios: Vec<f64> =
                self.values.iter().zip(of).map(|(ours, theirs)| ours / theirs).collect();
            let helps = |(ratio, bound): (&f64, &f64)| (*bound < 0.99).then_some(*ratio);
            let open: Vec<f64> = ratios.iter().zip(&self.bounds).filter_map(helps).collect();
            say::line(format_args!(
                "| {name} | {:.4} | {:.3} | {:.3} ({} pairs) |",
                mean(of),
                mean(&ratios),
                mean(&open),
                open.len()
            ))?;
        }
        let behind = self.worst_behind;
        say::line(format_args!("\nWhere ours is worst beside another: {behind:+.1e} of it."))?;
        self.slow.sort_unstable_by_key(|(took, ..)| std::cmp::Reverse(*took));
        for (took, number, rounds, work) in self.slow.iter().take(3) {
            say::line(format_args!("slowest: pair {number}, {took:.1?}, {rounds} rounds, {work}"))?;
        }
        Ok(())
    }
}

// What the best ambush gains against routes of other planners at equal odds; of several only
// those that keep the limit, of which the fastest always is one.
fn others(net: &Net, asked: &Asked, menu: &Menu) -> Result<[f64; 3], Failure> {
    let (from, to) = ([(asked.ends.0, 0)], [(asked.ends.1, 0)]);
    let limit = menu.limit_ms.unwrap_or(u64::MAX);
    let penalty = by_penalty(net, &from, &to, ALTERNATIVES);
    let via = by_via(net, (&from, &to), ALTERNATIVES, 1300);
    let within = |routes: Vec<drive::search::Found>| -> Vec<(Vec<u32>, u64)> {
        let kept = routes.into_iter().filter(|route| route.millis <= limit);
        kept.map(|route| (route.arcs, route.millis)).collect()
    };
    let (penalty, via) = (within(penalty), within(via));
    let fastest: Vec<_> = penalty.iter().take(1).cloned().collect();
    let value = |routes: &[(Vec<u32>, u64)]| -> Result<f64, Failure> {
        let menu = even(menu, routes)?;
        Ok(fraction(exposure(net, &asked.threat, &menu)?.0))
    };
    Ok([value(&fastest)?, value(&penalty)?, value(&via)?])
}

fn even(menu: &Menu, routes: &[(Vec<u32>, u64)]) -> Result<Menu, Failure> {
    let count = u64::try_from(routes.len())?;
    let of = |place: u64| WEIGHT_TOTAL / count + u64::from(place < WEIGHT_TOTAL % count);
    let way = |(place, (arcs, millis)): (u64, &(Vec<u32>, u64))| Way {
        arcs: arcs.clone(),
        millis: *millis,
        weight: of(place),
    };
    Ok(Menu { ways: (0..).zip(routes).map(way).collect(), ..menu.clone() })
}
