//! Draws today's posts from the chances, exactly as often as they say.
//!
//! The sites stand in a shuffled row, each as wide as its chance. A comb whose teeth are one
//! whole apart is laid on the row at a drawn place; the sites that a tooth touches get a guard
//! (systematic sampling, Madow 1949). No site is wider than the gap, so none is touched twice.

use route::lot::Lot;
use words::hash::Seed;

use crate::origami::{Cover, WHOLE};

/// Domain and version of what is drawn here: docs/formats/post.md.
pub const DOMAIN: &str = "safeconduct/posts/1\n";

/// The stream of both parties' seeds for the posts of a day and shift, such as
/// `posts/2025-03-14/night`.
pub fn lot(subject: &str, host: &Seed, guest: &Seed) -> Lot {
    Lot::new(DOMAIN, subject, host, guest)
}

/// The sites that get a guard, in order of their numbers.
pub fn draw(cover: &[Cover], lot: &mut Lot) -> Vec<u32> {
    let mut row: Vec<Cover> = cover.to_vec();
    lot.shuffle(&mut row);
    let first = lot.below(WHOLE).unwrap_or(0);
    let mut drawn = touched(&row, WHOLE, first);
    drawn.sort_unstable();
    drawn
}

// The sites under the teeth at `first`, `first + gap`, …
fn touched(row: &[Cover], gap: u64, first: u64) -> Vec<u32> {
    let (mut tooth, mut end) = (u128::from(first), 0_u128);
    let mut sites = Vec::new();
    for cover in row {
        end += u128::from(cover.weight);
        if tooth < end {
            sites.push(cover.site);
            tooth += u128::from(gap);
        }
    }
    sites
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
    use words::hash::Seed;

    use super::{Cover, WHOLE, draw, lot, touched};

    const GAP: u64 = 60;

    fn row(weights: &[u64]) -> Vec<Cover> {
        (0..).zip(weights).map(|(site, weight)| Cover { site, weight: *weight }).collect()
    }

    proptest! {
        #[test]
        fn of_all_places_of_the_comb_each_site_is_touched_as_often_as_its_weight(
            weights in vec(0..=GAP, 1..12),
        ) {
            let row = row(&weights);
            let mut counts = vec![0; weights.len()];
            let total: u64 = weights.iter().sum();
            for first in 0..GAP {
                let sites = touched(&row, GAP, first);
                let many = u64::try_from(sites.len()).unwrap();
                prop_assert!(many == total / GAP || many == total.div_ceil(GAP));
                for site in sites {
                    counts[usize::try_from(site).unwrap()] += 1;
                }
            }
            prop_assert_eq!(counts, weights);
        }
    }

    #[test]
    fn a_hundred_thousand_draws_come_as_they_should() {
        let weights = [WHOLE / 2, WHOLE / 4, WHOLE, WHOLE / 8, WHOLE / 8, WHOLE];
        let cover = row(&weights);
        let mut counts = [0_u32; 6];
        let days = 100_000;
        for day in 0..days {
            let mut lot = lot(&format!("posts/{day}"), &Seed([1; 32]), &Seed([2; 32]));
            let sites = draw(&cover, &mut lot);
            assert_eq!(sites.len(), 3, "day {day}");
            for site in sites {
                counts[usize::try_from(site).unwrap()] += 1;
            }
        }
        assert_eq!((counts[2], counts[5]), (days, days));
        // Five standard deviations of a binomial.
        for (count, share) in [(counts[0], 0.5), (counts[1], 0.25), (counts[3], 0.125)] {
            let far = (f64::from(count) - f64::from(days) * share).abs();
            assert!(far < 5.0 * (f64::from(days) * share * (1.0 - share)).sqrt(), "{counts:?}");
        }
    }
}
