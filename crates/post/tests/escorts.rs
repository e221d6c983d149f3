//! Escorts of a day beside a linear programme, and what is drawn from them.

#[cfg(test)]
mod chains;
#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests {
    use crate::chains::holds;
    use crate::reference::maximise;
    use post::comb::lot;
    use post::escort::{Base, Day, DayError, Trip, escort};
    use post::origami::WHOLE;
    use post::team::{Orders, draw};
    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, Strategy, prop_assert, proptest};
    use words::hash::Seed;

    fn ix(number: u32) -> usize {
        usize::try_from(number).unwrap()
    }

    fn share(weight: u64) -> f64 {
        // Half of the digits are enough to compare by.
        f64::from(u32::try_from(weight >> 26).unwrap()) / f64::from(1 << 26)
    }

    fn follows(day: &Day, free: (u32, u32), next: &Trip) -> bool {
        let (place, moment) = free;
        let way = day.minutes[ix(place * day.places + next.from)];
        moment.checked_add(way).is_some_and(|there| way != u32::MAX && there <= next.leaves)
    }

    // The least threat, as a linear programme over who follows whom.
    fn by_programme(day: &Day) -> f64 {
        let n = day.trips.len();
        let floor = f64::from(day.trips.iter().map(|trip| trip.covered).max().unwrap());
        // Variables: the threat above the floor, then the flows from a base or a movement to one.
        let mut flows: Vec<(usize, usize)> = Vec::new();
        for (to, next) in day.trips.iter().enumerate() {
            let bases = day.bases.iter().enumerate();
            let starts = bases.filter(|(_, base)| follows(day, (base.place, base.from), next));
            flows.extend(starts.map(|(base, _)| (n + base, to)));
            let trips = day.trips.iter().enumerate();
            let earlier = trips.filter(|(_, trip)| follows(day, (trip.to, trip.arrives), next));
            flows.extend(earlier.map(|(trip, _)| (trip, to)));
        }
        let row = |pick: &dyn Fn(usize, usize) -> f64| {
            let mut row = vec![0.0];
            row.extend(flows.iter().map(|(from, to)| pick(*from, *to)));
            row
        };
        let on = |yes: bool| if yes { 1.0 } else { 0.0 };
        let mut rows = Vec::new();
        for (at, trip) in day.trips.iter().enumerate() {
            rows.push((row(&|_, to| on(to == at)), 1.0));
            rows.push((row(&|from, to| on(from == at) - on(to == at)), 0.0));
            let take = f64::from(trip.uncovered) - f64::from(trip.covered);
            let mut held = row(&|_, to| -take * on(to == at));
            held[0] = -1.0;
            rows.push((held, floor - f64::from(trip.uncovered)));
        }
        for (at, base) in day.bases.iter().enumerate() {
            rows.push((row(&|from, _| on(from == n + at)), f64::from(base.teams)));
        }
        let mut goal = vec![0.0; flows.len() + 1];
        goal[0] = -1.0;
        let (value, _) = maximise(&goal, &rows).unwrap();
        floor - value
    }

    // Could teams follow these orders, and are there as many?
    fn followed(day: &Day, orders: &[Orders]) -> Result<Vec<u32>, String> {
        let mut seen: Vec<u32> = Vec::new();
        for order in orders {
            let base = &day.bases[ix(order.base)];
            let mut free = (base.place, base.from);
            for trip in &order.trips {
                let next = &day.trips[ix(*trip)];
                if !follows(day, free, next) {
                    return Err(format!("nobody can go on to {trip} in {order:?}"));
                }
                free = (next.to, next.arrives);
                seen.push(*trip);
            }
        }
        for (number, base) in (0..).zip(&day.bases) {
            let out = orders.iter().filter(|order| order.base == number).count();
            if out > ix(base.teams) {
                return Err(format!("{out} teams leave base {number}"));
            }
        }
        let many = seen.len();
        seen.sort_unstable();
        seen.dedup();
        if seen.len() == many { Ok(seen) } else { Err("a movement has two teams".into()) }
    }

    fn trip(places: u32) -> impl Strategy<Value = Trip> {
        (0..places, 0..places, 0..120_u32, 1..40_u32, -20..60_i32, 1..80_i32).prop_map(
            |(from, to, leaves, takes, covered, take)| Trip {
                from,
                to,
                leaves,
                arrives: leaves + takes,
                uncovered: covered + take,
                covered,
            },
        )
    }

    fn day() -> impl Strategy<Value = Day> {
        let base = (0..3_u32, 0..3_u32, 0..60_u32);
        let base = base.prop_map(|(place, teams, from)| Base { place, teams, from });
        let way =
            (0..9_u32, 0..50_u32).prop_map(|(none, way)| if none == 0 { u32::MAX } else { way });
        (vec(trip(3), 1..8), vec(base, 1..3), vec(way, 9)).prop_map(|(trips, bases, minutes)| Day {
            trips,
            bases,
            places: 3,
            minutes,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn a_small_day_is_as_by_programme_and_its_draws_can_be_followed(day in day()) {
            let found = escort(&day).unwrap();
            let value = by_programme(&day);
            prop_assert!((found.threat - value).abs() < 1e-6, "{} {}", found.threat, value);
            for (trip, cover) in day.trips.iter().zip(&found.cover) {
                let (u, c) = (f64::from(trip.uncovered), f64::from(trip.covered));
                prop_assert!(u - share(*cover) * (u - c) < found.threat + 1e-4);
            }
            for seed in 0..8 {
                let mut lot = lot("day", &Seed([seed; 32]), &Seed([9; 32]));
                let seen = followed(&day, &draw(&found, &mut lot));
                prop_assert!(seen.is_ok(), "{:?}", seen);
                for (number, cover) in (0..).zip(&found.cover) {
                    let there = seen.as_ref().unwrap().contains(&number);
                    prop_assert!(*cover != WHOLE || there);
                    prop_assert!(*cover != 0 || !there);
                }
            }
        }
    }

    // Larger days than a programme takes: many places, stakes that differ, chances of all sizes.
    fn long_day() -> impl Strategy<Value = Day> {
        let base = (0..6_u32, 0..5_u32, 0..60_u32);
        let base = base.prop_map(|(place, teams, from)| Base { place, teams, from });
        let way =
            (0..9_u32, 0..50_u32).prop_map(|(none, way)| if none == 0 { u32::MAX } else { way });
        let parts = (vec(trip(6), 40..120), vec(base, 1..4), vec(way, 36));
        parts.prop_map(|(trips, bases, minutes)| Day { trips, bases, places: 6, minutes })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn a_long_day_is_as_with_all_its_links(day in long_day()) {
            let found = escort(&day).unwrap();
            prop_assert!(holds(&day, found.threat + 1e-6), "{} is not held", found.threat);
            let floor = f64::from(day.trips.iter().map(|trip| trip.covered).max().unwrap());
            let less = found.threat - 1e-6;
            prop_assert!(less < floor || !holds(&day, less), "{} is held", less);
            for seed in 0..4 {
                let mut lot = lot("long", &Seed([seed; 32]), &Seed([9; 32]));
                let seen = followed(&day, &draw(&found, &mut lot));
                prop_assert!(seen.is_ok(), "{:?}", seen);
            }
        }
    }

    #[test]
    fn teams_come_as_often_as_planned() {
        // Three movements at the same hour, two teams; one later that either can reach.
        let at = |from, leaves, uncovered| Trip {
            from,
            to: 2,
            leaves,
            arrives: leaves + 30,
            uncovered,
            covered: 0,
        };
        let day = Day {
            trips: vec![at(0, 60, 90), at(1, 60, 60), at(1, 65, 45), at(2, 120, 80)],
            bases: vec![Base { place: 0, teams: 1, from: 0 }, Base { place: 1, teams: 1, from: 0 }],
            places: 3,
            minutes: vec![0, 20, 30, 20, 0, 30, 30, 30, 0],
        };
        let found = escort(&day).unwrap();
        // 1/90 + 1/60 + 1/45 = 1/20: three movements less two teams hold (3 - 2) * 20.
        assert!((found.threat - 20.0).abs() < 1e-9, "{}", found.threat);
        assert_eq!((found.binding.as_slice(), found.teams_there), ([0, 1, 2].as_slice(), 2.0));
        let (mut counts, days) = ([0_u32; 4], 40_000);
        for number in 0..days {
            let mut lot = lot(&format!("teams/{number}"), &Seed([1; 32]), &Seed([2; 32]));
            let orders = draw(&found, &mut lot);
            for trip in followed(&day, &orders).unwrap() {
                counts[ix(trip)] += 1;
            }
        }
        for (count, cover) in counts.iter().zip(&found.cover) {
            let chance = share(*cover);
            let far = (f64::from(*count) - f64::from(days) * chance).abs();
            let may = 5.0 * (f64::from(days) * chance * (1.0 - chance)).sqrt();
            assert!(far <= may + 0.5, "{counts:?} {:?}", found.cover);
        }
    }

    #[test]
    fn a_day_of_five_thousand_movements_is_planned() {
        // Their chances together are more than 64 bits hold.
        let trips = (0..5_000).map(|number| Trip {
            from: 0,
            to: 0,
            leaves: number,
            arrives: number + 1,
            uncovered: 10,
            covered: 1,
        });
        let bases = vec![Base { place: 0, teams: 1, from: 0 }];
        let day = Day { trips: trips.collect(), bases, places: 1, minutes: vec![0] };
        let found = escort(&day).unwrap();
        assert!(found.cover.iter().all(|weight| *weight == WHOLE), "one after the other");
        assert!((found.threat - 1.0).abs() < 1e-9, "{}", found.threat);
    }

    #[test]
    fn what_cannot_be_planned_on_is_named() {
        let trip = Trip { from: 0, to: 0, leaves: 5, arrives: 9, uncovered: 2, covered: 1 };
        let day = Day { trips: vec![trip], bases: vec![], places: 1, minutes: vec![0] };
        let alone = escort(&day).unwrap().threat;
        assert!((alone - 2.0).abs() < 1e-9, "nobody can be there: {alone}");
        let with = |trips| escort(&Day { trips, ..day.clone() }).unwrap_err();
        assert_eq!(with(vec![]), DayError::None);
        assert_eq!(with(vec![trip, Trip { arrives: 5, ..trip }]), DayError::Trip(1));
        assert_eq!(with(vec![Trip { covered: 2, ..trip }]), DayError::NoUse(0));
        assert_eq!(escort(&Day { minutes: vec![], ..day.clone() }).unwrap_err(), DayError::Minutes);
        let bases = vec![Base { place: 1, teams: 1, from: 0 }];
        assert_eq!(escort(&Day { bases, ..day.clone() }).unwrap_err(), DayError::Base(0));
    }
}
