//! Chances of guards beside published values and plain ways.

#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests {
    use crate::reference::maximise;
    use post::origami::{Allocation, WHOLE, allocate};
    use post::site::{Sites, Stake};
    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};

    // What a leader gets who commits to a mixture of rows, the follower picking a column and
    // breaking ties for the leader: one linear programme a column (Conitzer and Sandholm 2006).
    fn commit(leader: &[Vec<f64>], follower: &[Vec<f64>]) -> (f64, Vec<f64>) {
        let columns = leader[0].len();
        let best = (0..columns).filter_map(|picked| {
            let goal: Vec<f64> = leader.iter().map(|row| row[picked]).collect();
            let mut rows: Vec<(Vec<f64>, f64)> = (0..columns)
                .map(|other| (follower.iter().map(|row| row[other] - row[picked]).collect(), 0.0))
                .collect();
            rows.push((vec![1.0; leader.len()], 1.0));
            rows.push((vec![-1.0; leader.len()], -1.0));
            maximise(&goal, &rows)
        });
        best.max_by(|(a, _), (b, _)| a.total_cmp(b)).unwrap()
    }

    fn near(a: f64, b: f64, within: f64) -> bool {
        (a - b).abs() <= within * b.abs().max(1.0)
    }

    // The published way, by sorting: grow the attack set until the posts run out.
    fn by_sorting(stakes: &[Stake], posts: f64) -> f64 {
        let mut order: Vec<&Stake> = stakes.iter().collect();
        order.sort_by_key(|stake| std::cmp::Reverse(stake.uncovered));
        let floor = stakes.iter().map(|stake| stake.covered).max().unwrap();
        let need = |threat: f64| -> f64 {
            let each = order.iter().map(|stake| {
                let (u, c) = (f64::from(stake.uncovered), f64::from(stake.covered));
                ((u - threat) / (u - c)).max(0.0)
            });
            each.sum()
        };
        let lowest = f64::from(floor);
        if need(lowest) <= posts {
            return lowest;
        }
        // Between two neighbouring worths the need is a line.
        let worth = |at: usize| f64::from(order[at].uncovered);
        let (mut few, mut many) = (0, order.len());
        while many - few > 1 {
            let middle = few.midpoint(many);
            if need(worth(middle)) > posts { many = middle } else { few = middle }
        }
        let high = worth(few);
        let low = if many < order.len() { worth(many).max(lowest) } else { lowest };
        let (few, many) = (need(high), need(low));
        low + (high - low) * (many - posts) / (many - few)
    }

    // Every target in turn as the one that is struck: the best that the protected can have.
    fn by_programmes(stakes: &[Stake], posts: f64) -> f64 {
        let n = stakes.len();
        let take = |stake: &Stake| f64::from(stake.uncovered) - f64::from(stake.covered);
        let best = (0..n).filter_map(|struck| {
            let mut goal = vec![0.0; n];
            goal[struck] = f64::from(stakes[struck].kept) - f64::from(stakes[struck].lost);
            let mut rows = vec![(vec![1.0; n], posts)];
            for other in 0..n {
                let mut row = vec![0.0; n];
                row[other] = 1.0;
                rows.push((row.clone(), 1.0));
                // u_o - c_o d_o <= u_s - c_s d_s
                row[other] = -take(&stakes[other]);
                row[struck] += take(&stakes[struck]);
                let limit =
                    f64::from(stakes[struck].uncovered) - f64::from(stakes[other].uncovered);
                if other != struck {
                    rows.push((row, limit));
                }
            }
            maximise(&goal, &rows).map(|(value, _)| value + f64::from(stakes[struck].lost))
        });
        best.max_by(f64::total_cmp).unwrap()
    }

    // What must hold of every answer, whatever the stakes.
    fn verify(stakes: &[Stake], posts: u32, found: &Allocation) -> Result<(), String> {
        let used: u128 = found.cover.iter().map(|cover| u128::from(cover.weight)).sum();
        if used + found.idle != u128::from(posts) * u128::from(WHOLE) {
            return Err(format!("{used} and {} are not {posts} posts", found.idle));
        }
        if found.cover.iter().any(|cover| cover.weight > WHOLE) {
            return Err("more than one guard".into());
        }
        for (site, stake) in (0..).zip(stakes) {
            let (u, c) = (f64::from(stake.uncovered), f64::from(stake.covered));
            let expects = u - found.chance(site) * (u - c);
            if expects > found.threat + 1e-6 * found.threat.abs().max(1.0) {
                return Err(format!("site {site} is worth {expects}, above {}", found.threat));
            }
        }
        Ok(())
    }

    #[test]
    fn the_games_of_conitzer_and_sandholm_have_their_values() {
        let game = |rows: &[&[f64]]| rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>();
        let cases = [
            (game(&[&[2., 4.], &[1., 3.]]), game(&[&[1., 0.], &[0., 1.]]), 3.5, vec![0.5, 0.5]),
            (
                game(&[&[2., 0., 0.], &[1., 0., 0.]]),
                game(&[&[0., 2., 5.], &[0., -1., -4.]]),
                4. / 3.,
                vec![1. / 3., 2. / 3.],
            ),
            (game(&[&[3., 9.], &[9., 1.]]), game(&[&[0., 0.], &[1., 8.]]), 9., vec![1., 0.]),
        ];
        for (leader, follower, value, mixture) in cases {
            let (got, mixed) = commit(&leader, &follower);
            assert!(near(got, value, 1e-9), "{got} instead of {value}");
            assert!(mixed.iter().zip(&mixture).all(|(a, b)| near(*a, *b, 1e-9)), "{mixed:?}");
        }
    }

    #[test]
    fn the_ten_games_of_st_cyr_have_their_values() {
        let stakes: Vec<Stake> = (1..=10).map(|worth| Stake::opposed(worth, -worth)).collect();
        let sites = Sites::new(&stakes).unwrap();
        let values = [4.7302, 2.7992, 1.5552, 0.6828, 0.0, -0.6828, -1.0, -1.0, -1.0, -1.0];
        for (posts, value) in (1..).zip(values) {
            let found = allocate(&sites, posts);
            assert!((found.threat - value).abs() < 5e-5, "{posts} posts: {}", found.threat);
            verify(&stakes, posts, &found).unwrap();
            let used: u128 = found.cover.iter().map(|cover| u128::from(cover.weight)).sum();
            if posts >= 7 {
                let used = f64::from(u32::try_from(used >> 32).unwrap()) / f64::from(1 << 20);
                assert!((used - 6.4645).abs() < 5e-5, "{used}");
            }
        }
    }

    #[test]
    fn posts_beyond_need_are_idle_and_not_invented() {
        let stakes = [Stake::opposed(9, 3), Stake::opposed(5, 1)];
        let found = allocate(&Sites::new(&stakes).unwrap(), 7);
        verify(&stakes, 7, &found).unwrap();
        assert!(near(found.threat, 3.0, 1e-12) && found.idle >= 5 * u128::from(WHOLE));
        let none = allocate(&Sites::new(&stakes).unwrap(), 0);
        verify(&stakes, 0, &none).unwrap();
        assert!(near(none.threat, 9.0, 1e-12) && none.cover.is_empty() && none.struck == 0);
    }

    #[test]
    fn without_guards_he_strikes_the_best_whatever_rounding_says() {
        for worth in 1..2_000 {
            let stakes = [Stake { uncovered: worth, covered: 0, lost: -1, kept: -1 }];
            let found = allocate(&Sites::new(&stakes).unwrap(), 0);
            assert!(near(found.left, -1.0, 1e-12), "{worth}: {}", found.left);
        }
    }

    // Whole numbers that a seed makes, without a crate for it.
    fn noise(seed: u64) -> impl FnMut(u64) -> i32 {
        let mut state = seed;
        move |below| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            i32::try_from((state >> 33) % below).unwrap()
        }
    }

    #[test]
    fn many_sites_are_as_by_sorting() {
        for (seed, n, posts) in
            [(1, 20_000, 1), (2, 50_000, 25), (3, 100_000, 1_000), (4, 60_000, 59_000)]
        {
            let mut noise = noise(seed);
            let stakes: Vec<Stake> = (0..n)
                .map(|_| Stake {
                    uncovered: noise(1_000_000),
                    covered: -noise(1_000_000) - 1,
                    lost: -noise(1_000_000) - 1,
                    kept: noise(1_000_000),
                })
                .collect();
            let found = allocate(&Sites::new(&stakes).unwrap(), posts);
            verify(&stakes, posts, &found).unwrap();
            let value = by_sorting(&stakes, f64::from(posts));
            assert!(near(found.threat, value, 1e-9), "seed {seed}: {} {value}", found.threat);
        }
    }

    fn stake() -> impl Strategy<Value = Stake> {
        (-20..100_i32, 1..100_i32, -100..50_i32, 0..100_i32).prop_map(
            |(covered, take, lost, saved)| Stake {
                uncovered: covered + take,
                covered,
                lost,
                kept: lost + saved,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn few_sites_are_as_by_sorting_and_as_by_programmes(
            stakes in vec(stake(), 1..9),
            posts in 0_u32..6,
        ) {
            let found = allocate(&Sites::new(&stakes).unwrap(), posts);
            prop_assert_eq!(verify(&stakes, posts, &found), Ok(()));
            let value = by_sorting(&stakes, f64::from(posts));
            prop_assert!(near(found.threat, value, 1e-9), "{} {}", found.threat, value);
            let left = by_programmes(&stakes, f64::from(posts));
            prop_assert!(near(found.left, left, 1e-6), "{} {}", found.left, left);
        }
    }
}
