//! The best chances of a guard at each of many sites.
//!
//! An attacker watches for weeks, knows the chances, not today's draw, and strikes where he
//! expects most. ORIGAMI (Kiekintveld and others, AAMAS 2009): press his best expectation, the
//! threat, down on as many sites as the posts allow. How many posts a threat needs is convex and
//! piecewise linear in it, so Newton's method from the left never overshoots and is exact when
//! no site drops out any more. Ties go to the planner (strong Stackelberg).

use std::cmp::Reverse;

use crate::number::{count, nearest_below, real, whole};
use crate::site::Sites;

/// The whole of a chance: chances are whole numbers of this, and posts draw from them exactly.
pub const WHOLE: u64 = 1 << 52;

/// A site's chance of a guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cover {
    /// Which site.
    pub site: u32,
    /// Of [`WHOLE`], at least 1.
    pub weight: u64,
}

/// The chances, and what they come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Allocation {
    /// What an attacker expects at best, in stakes.
    pub threat: f64,
    /// The sites with a chance, in order of their numbers.
    pub cover: Vec<Cover>,
    /// Posts that would change nothing, in [`WHOLE`]s: he strikes a guarded site anyway.
    pub idle: u128,
    /// Where he strikes, of all places that are best to him the one that is best for us.
    pub struck: u32,
    /// What the protected expect to have left then, in stakes.
    pub left: f64,
}

impl Allocation {
    /// The chance of a site, from 0 to 1.
    pub fn chance(&self, site: u32) -> f64 {
        let found = self.cover.binary_search_by_key(&site, |cover| cover.site).ok();
        let cover = found.and_then(|at| self.cover.get(at));
        cover.map_or(0.0, |cover| real(cover.weight) / real(WHOLE))
    }
}

/// A site that is still worth more than the threat, where nobody stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Live {
    pub(crate) site: u32,
    pub(crate) worth: f64,
    /// One over what a guard takes away from the worth.
    pub(crate) slope: f64,
}

impl Live {
    pub(crate) fn new(site: u32, uncovered: i32, covered: i32) -> Self {
        let worth = f64::from(uncovered);
        Self { site, worth, slope: 1.0 / (worth - f64::from(covered)) }
    }
}

// How many posts a threat needs on these sites, and how many fewer for each unit more of it.
fn need(live: &[Live], threat: f64) -> (f64, f64) {
    live.iter().fold((0.0, 0.0), |(posts, slope), site| {
        let above = (site.worth - threat).max(0.0);
        let counted = if site.worth > threat { site.slope } else { 0.0 };
        (posts + above * site.slope, slope + counted)
    })
}

/// The least threat, not below `from`, that `posts` can hold on these sites. What is worth no
/// more than it is dropped.
pub(crate) fn press(live: &mut Vec<Live>, posts: f64, from: f64) -> f64 {
    let mut threat = from;
    loop {
        let before = live.len();
        live.retain(|site| site.worth > threat);
        // On unchanged sites the need is a line, and the last step has found its place.
        if live.is_empty() || (threat > from && live.len() == before) {
            return threat;
        }
        let (needed, slope) = need(live, threat);
        if needed <= posts {
            return threat;
        }
        let next = threat + (needed - posts) / slope;
        if next <= threat {
            return threat;
        }
        threat = next;
    }
}

/// The best chances for so many posts.
pub fn allocate(sites: &Sites, posts: u32) -> Allocation {
    let floor = f64::from(sites.covered.iter().copied().max().unwrap_or(0));
    let many = f64::from(posts);
    let (mut live, from) = start(sites, many, floor);
    let threat = press(&mut live, many, from);
    let mut cover = chances(&live, threat);
    let whole_posts = u128::from(posts) * u128::from(WHOLE);
    let (needed, _) = need(&live, threat);
    // Above the floor every post is used; what rounding left over is given out.
    let used = if threat > floor || needed >= many {
        level(&mut cover, whole_posts)
    } else {
        cover.iter().map(|(cover, _)| u128::from(cover.weight)).sum()
    };
    let mut cover: Vec<Cover> = cover.into_iter().map(|(cover, _)| cover).collect();
    cover.retain(|cover| cover.weight > 0);
    let idle = whole_posts.saturating_sub(used);
    let (struck, left) = struck(sites, &cover, threat);
    Allocation { threat, cover, idle, struck, left }
}

/// How many sites the first guess looks at: enough that it is off by a few per cent.
const SAMPLE: usize = 4_096;

/// The guess aims at a little more than there is, so that it mostly lies left of the answer.
const AIM: f64 = 1.15;

// Where to begin, left of the answer, and the sites that matter from there on.
fn start(sites: &Sites, posts: f64, floor: f64) -> (Vec<Live>, f64) {
    let all = sites.count();
    if all <= 4 * SAMPLE {
        return (above(sites, floor), floor);
    }
    let step = all / SAMPLE;
    let columns = (0..).zip(sites.uncovered.iter().zip(&sites.covered)).step_by(step);
    let mut sample: Vec<Live> = columns.map(|(at, (u, c))| Live::new(at, *u, *c)).collect();
    let share = real(u64::from(count(sample.len()))) / real(u64::from(count(all)));
    let guess = press(&mut sample, posts * share * AIM, floor);
    let live = above(sites, guess);
    let (needed, slope) = need(&live, guess);
    if needed >= posts || guess <= floor {
        return (live, guess);
    }
    // Right of the answer: the tangent there leads to its left, for the need is convex.
    let left = if slope > 0.0 { guess - (posts - needed) / slope } else { floor };
    let left = left.max(floor);
    (above(sites, left), left)
}

// Sites that are worth more. Whole numbers are compared: eight bytes a site are read.
fn above(sites: &Sites, threat: f64) -> Vec<Live> {
    let least = nearest_below(threat);
    let mut live = Vec::new();
    let blocks = sites.uncovered.chunks(BLOCK).zip(sites.covered.chunks(BLOCK));
    for (first, (worths, lefts)) in (0..).step_by(BLOCK).zip(blocks) {
        // Most blocks hold nothing, and the processor finds their greatest many at a time.
        if worths.iter().fold(i32::MIN, |most, it| most.max(*it)) <= least {
            continue;
        }
        let columns = (first..).zip(worths.iter().zip(lefts));
        let kept = columns.filter(|(_, (worth, _))| **worth > least);
        live.extend(kept.map(|(site, (worth, left))| Live::new(site, *worth, *left)));
    }
    live
}

/// A cache line of worths.
const BLOCK: usize = 16;

// Chances as whole numbers, each with what rounding down cut off.
fn chances(live: &[Live], threat: f64) -> Vec<(Cover, f64)> {
    let chance = |site: &Live| {
        let exact = ((site.worth - threat) * site.slope).clamp(0.0, 1.0) * real(WHOLE);
        let weight = whole(exact).min(WHOLE);
        (Cover { site: site.site, weight }, exact - real(weight))
    };
    live.iter().map(chance).collect()
}

// Makes the weights sum to the target, by the largest remainder; gives the sum. Rounding of the
// threat itself may leave more than one for each, so it goes on until nothing is left.
fn level(cover: &mut [(Cover, f64)], target: u128) -> u128 {
    let sum = |cover: &[(Cover, f64)]| cover.iter().map(|(it, _)| u128::from(it.weight)).sum();
    let mut total: u128 = sum(cover);
    cover.sort_unstable_by_key(|(cover, cut)| (Reverse(bits(*cut)), cover.site));
    while total != target {
        let before = total;
        let spread = u128::try_from(cover.len()).unwrap_or(1).max(1);
        let each = u64::try_from(total.abs_diff(target) / spread).unwrap_or(WHOLE).max(1);
        for (cover, _) in &mut *cover {
            let left = u64::try_from(total.abs_diff(target)).unwrap_or(WHOLE);
            let step = each.min(left);
            if total < target {
                let step = step.min(WHOLE - cover.weight);
                cover.weight += step;
                total += u128::from(step);
            } else {
                let step = step.min(cover.weight);
                cover.weight -= step;
                total -= u128::from(step);
            }
        }
        // Every site is full: more posts than sites.
        if total == before {
            break;
        }
    }
    cover.sort_unstable_by_key(|(cover, _)| cover.site);
    total
}

// How far rounding may lead a threat away from a whole number, as a part of it: a few last places
// of a float for each of a few steps.
const ROUNDING: f64 = 1e-12;

// The order of numbers from 0 to 1 is that of their bits.
fn bits(cut: f64) -> u64 {
    cut.max(0.0).to_bits()
}

// Of the sites that are best to the attacker, the one that is best for the protected.
fn struck(sites: &Sites, cover: &[Cover], threat: f64) -> (u32, f64) {
    let left = |site: u32, weight: u64| {
        let stake = sites.stake(site)?;
        let chance = real(weight) / real(WHOLE);
        let (kept, lost) = (f64::from(stake.kept), f64::from(stake.lost));
        Some((site, lost + chance * (kept - lost)))
    };
    let covered = cover.iter().filter_map(|cover| left(cover.site, cover.weight));
    // Where nobody ever stands he expects the worth itself, which is whole: then so is the threat,
    // but for its rounding.
    let round = threat.round();
    let bare = if (threat - round).abs() <= ROUNDING * round.abs().max(1.0) {
        let worth = nearest_below(round);
        let columns = (0..).zip(&sites.uncovered).filter(|(_, it)| **it == worth);
        columns.filter_map(|(site, _)| left(site, 0)).collect()
    } else {
        Vec::new()
    };
    let best = covered.chain(bare).max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.unwrap_or((0, 0.0))
}
