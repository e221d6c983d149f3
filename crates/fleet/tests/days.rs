//! Random days of a fleet: hours and seats kept, nobody starves.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fleet::demand::{
        Demand, DemandError, District, Driver, HANDOVER, Leg, Movement, Never, Vehicle,
    };
    use fleet::hours::{
        BREAK_MIN, DAY, DRIVING_A_DAY_MAX, DRIVING_RUNNING_MAX, DUTY_MAX, REST_MIN,
    };
    use fleet::measure::measure;
    use fleet::queue::{Timetable, longest_wait, run};
    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};
    use words::presence::ArmourClass::{self, BlastProof, BulletProof, Soft};
    use words::presence::Criticality::{self, Pc1, Pc2, Pc3, Pc4};

    fn ix(number: u32) -> usize {
        usize::try_from(number).unwrap()
    }

    type Spans = Vec<(u32, u32)>;

    const CLASSES: [ArmourClass; 3] = [Soft, BulletProof, BlastProof];
    const WEIGHTS: [Criticality; 4] = [Pc1, Pc2, Pc3, Pc4];

    // Everything that must hold, looked at from outside.
    fn verify(demand: &Demand, found: &Timetable) -> Result<(), String> {
        let mut taken: BTreeMap<(&str, u32, u32), Spans> = BTreeMap::new();
        let mut driven: BTreeMap<u32, Vec<(u32, u32, u32)>> = BTreeMap::new();
        let mut seen: Vec<u32> = found.never.iter().map(|(number, _)| *number).collect();
        for departure in &found.departures {
            let movement = &demand.movements[ix(departure.movement)];
            seen.push(departure.movement);
            let (leaves, back) = (departure.leaves, departure.leaves + movement.away());
            if leaves != movement.ready + departure.waited {
                return Err(format!("{} leaves before it is ready", movement.name));
            }
            seated(demand, movement, &departure.vehicles)?;
            for vehicle in &departure.vehicles {
                taken.entry(("vehicle", *vehicle, 0)).or_default().push((leaves, back));
            }
            let way: u32 = movement.legs.iter().map(|leg| leg.minutes).sum::<u32>() * 2;
            let crew = departure.drivers.len() / departure.vehicles.len();
            if crew != if way > DRIVING_RUNNING_MAX { 2 } else { 1 } {
                return Err(format!("{} has {crew} drivers a vehicle", movement.name));
            }
            for driver in &departure.drivers {
                let share = way.div_ceil(u32::try_from(crew).unwrap());
                driven.entry(*driver).or_default().push((leaves, back, share));
            }
            let mut clock = leaves;
            for (leg, teams) in movement.legs.iter().zip(&departure.escorts) {
                let first = clock == leaves;
                let until = clock + leg.minutes + if first { 0 } else { HANDOVER };
                if ix(movement.escorts) != teams.len() {
                    return Err(format!("{} has {teams:?} in {leg:?}", movement.name));
                }
                for team in teams {
                    let spans = taken.entry(("team", leg.district, *team)).or_default();
                    spans.push((clock, until + leg.minutes));
                }
                clock = until;
            }
            if clock != leaves + movement.minutes() {
                return Err("the legs do not add up".into());
            }
        }
        for (what, spans) in &mut taken {
            spans.sort_unstable();
            if spans.windows(2).any(|two| two[1].0 < two[0].1) {
                return Err(format!("{what:?} is at two places: {spans:?}"));
            }
        }
        for (driver, journeys) in &mut driven {
            journeys.sort_unstable();
            rested(&demand.drivers[ix(*driver)], journeys)?;
        }
        seen.sort_unstable();
        let all: Vec<u32> = (0..u32::try_from(demand.movements.len()).unwrap()).collect();
        if seen == all { Ok(()) } else { Err(format!("not every movement once: {seen:?}")) }
    }

    fn seated(demand: &Demand, movement: &Movement, vehicles: &[u32]) -> Result<(), String> {
        let convoy = vehicles.iter().map(|at| &demand.vehicles[ix(*at)]);
        if convoy.clone().any(|vehicle| vehicle.armour < movement.armour) {
            return Err(format!("{} has too little armour", movement.name));
        }
        let seats: u32 = convoy.map(|vehicle| vehicle.seats).sum();
        let enough = seats >= movement.seats;
        if enough { Ok(()) } else { Err(format!("{} has {seats} seats", movement.name)) }
    }

    fn rested(driver: &Driver, journeys: &[(u32, u32, u32)]) -> Result<(), String> {
        for (at, (from, until, _)) in journeys.iter().enumerate() {
            let before = &journeys[..=at];
            let day: u32 = before.iter().filter(|it| it.1 + DAY > *until).map(|it| it.2).sum();
            let (mut begins, mut running, mut wheel) = (*from, true, 0);
            for (at, earlier) in before.iter().enumerate().rev() {
                let next = before.get(at + 1).map_or(*from, |it| it.0);
                let gap = if at + 1 == before.len() { 0 } else { next - earlier.1 };
                if gap >= REST_MIN {
                    break;
                }
                running &= gap < BREAK_MIN;
                wheel += if running { earlier.2 } else { 0 };
                begins = earlier.0;
            }
            let there = (from + DAY - driver.from) % DAY + (until - from) <= driver.minutes;
            let kept = day <= DRIVING_A_DAY_MAX && wheel <= DRIVING_RUNNING_MAX;
            if !there || !kept || until - begins > DUTY_MAX {
                return Err(format!("{driver:?} {journeys:?}"));
            }
        }
        Ok(())
    }

    fn movement() -> impl Strategy<Value = Movement> {
        let legs = (0..2_u32, vec(5..120_u32, 1..4));
        let wants = (1..40_u32, 0..3_usize, 0..4_usize, 0..3_u32);
        (0..1_000_u32, 0..2_u32, wants, legs).prop_map(|(ready, company, wants, (first, legs))| {
            let (seats, armour, weight, escorts) = wants;
            Movement {
                name: format!("m-{ready}"),
                company,
                ready,
                seats,
                armour: CLASSES[armour],
                criticality: WEIGHTS[weight],
                escorts,
                legs: (first..)
                    .zip(legs)
                    .map(|(at, minutes)| Leg { district: at % 2, minutes })
                    .collect(),
            }
        })
    }

    fn demand() -> impl Strategy<Value = Demand> {
        let vehicle = (0..3_usize, 1..30_u32).prop_map(|(armour, seats)| Vehicle {
            name: "v".into(),
            armour: CLASSES[armour],
            seats,
        });
        let driver = (0..DAY, 200..900_u32).prop_map(|(from, minutes)| Driver {
            name: "d".into(),
            from,
            minutes,
        });
        let district = (0..4_u32).prop_map(|teams| District { name: "t".into(), teams });
        (vec(vehicle, 0..6), vec(driver, 0..8), vec(district, 2), vec(movement(), 0..25)).prop_map(
            |(vehicles, drivers, districts, movements)| Demand {
                vehicles,
                drivers,
                districts,
                companies: vec!["a".into(), "b".into()],
                movements,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn a_day_keeps_hours_and_seats_and_nobody_starves(demand in demand()) {
            let found = run(&demand).unwrap();
            prop_assert_eq!(verify(&demand, &found), Ok(()));
            for departure in &found.departures {
                let ready = demand.movements[ix(departure.movement)].ready;
                let before = demand.movements.iter().filter(|it| it.ready <= ready).count();
                let most = longest_wait(&demand, u32::try_from(before).unwrap());
                prop_assert!(departure.waited <= most, "{} > {}", departure.waited, most);
            }
            let measures = measure(&demand, &found);
            prop_assert!(measures.mean_at_least <= measures.all.mean + 1e-9, "{:?}", measures);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&measures.fairness));
            prop_assert_eq!(run(&demand).unwrap(), found);
        }
    }

    fn plain(name: &str, ready: u32, criticality: Criticality) -> Movement {
        let legs = vec![Leg { district: 0, minutes: 30 }];
        let (company, seats, escorts) = (0, 10, 0);
        let name = name.to_owned();
        Movement { name, company, ready, seats, armour: BulletProof, criticality, escorts, legs }
    }

    fn pool(movements: Vec<Movement>) -> Demand {
        let driver = |at| Driver { name: format!("d-{at}"), from: 0, minutes: DAY };
        Demand {
            vehicles: vec![Vehicle { name: "v".into(), armour: BulletProof, seats: 14 }],
            drivers: (0..9).map(driver).collect(),
            districts: vec![District { name: "a".into(), teams: 1 }],
            companies: vec!["a".into(), "b".into()],
            movements,
        }
    }

    fn leaves(demand: &Demand) -> Vec<(u32, u32)> {
        let departures = run(demand).unwrap().departures;
        departures.iter().map(|it| (it.movement, it.leaves)).collect()
    }

    #[test]
    fn the_more_important_leaves_first_and_the_longest_waiting_is_not_forgotten() {
        let first = plain("first", 0, Pc3);
        let demand = pool(vec![first.clone(), plain("low", 1, Pc4), plain("high", 2, Pc1)]);
        assert_eq!(leaves(&demand), [(0, 0), (2, 60), (1, 120)]);
        // Important ones without end: after ninety minutes the low one is
        // as important as they are, and has waited longer.
        let mut many = vec![first, plain("low", 1, Pc4)];
        many.extend((0..20).map(|at| plain("high", 2 + at, Pc1)));
        let found = leaves(&pool(many));
        assert_eq!(found.iter().find(|(number, _)| *number == 1), Some(&(1, 120)));
    }

    #[test]
    fn a_large_convoy_is_not_starved_by_small_ones() {
        // Two vehicles that come back by turns: both are never free at once, unless the small
        // ones are held back.
        let mut all = vec![Movement { seats: 28, ..plain("large", 31, Pc4) }];
        all.extend((0..40).map(|at| plain("small", at * 30, Pc1)));
        let mut demand = pool(all);
        demand.vehicles.push(demand.vehicles[0].clone());
        let found = leaves(&demand);
        let large = found.iter().find(|(number, _)| *number == 0).unwrap().1;
        // Due at 151; the two under way are back by 210.
        assert_eq!(large, 210, "{found:?}");
    }

    #[test]
    fn among_equals_the_company_that_has_had_less_goes_first() {
        let mut all: Vec<Movement> = (0..5).map(|at| plain("a", at, Pc3)).collect();
        let other = Movement { company: 1, ..plain("b", 5, Pc3) };
        all.extend([other.clone(), other]);
        let order: Vec<u32> = leaves(&pool(all)).into_iter().map(|(number, _)| number).collect();
        assert_eq!(order[..2], [0, 5], "company a has had one of its five, company b nothing");
    }

    #[test]
    fn what_can_never_leave_is_said_with_its_reason() {
        let good = plain("good", 0, Pc3);
        let never = |movement| run(&pool(vec![good.clone(), movement])).unwrap().never;
        let many = Movement { seats: 15, ..good.clone() };
        assert_eq!(never(many), [(1, Never::Seats { most: 14 })]);
        let strong = Movement { armour: BlastProof, ..good.clone() };
        assert_eq!(never(strong), [(1, Never::Seats { most: 0 })]);
        let guarded = Movement { escorts: 2, ..good.clone() };
        assert_eq!(never(guarded), [(1, Never::Escorts { district: 0, there: 1 })]);
        let far = Movement { legs: vec![Leg { district: 0, minutes: 421 }], ..good.clone() };
        assert_eq!(never(far), [(1, Never::Drivers { needed: 2, there: 0 })]);
        let empty = Movement { seats: 0, ..good.clone() };
        assert_eq!(run(&pool(vec![good.clone(), empty])), Err(DemandError::Movement(1)));
        let legs = vec![Leg { district: 0, minutes: 5 }; 2];
        let nobody = Movement { legs, ..good.clone() };
        assert_eq!(run(&pool(vec![nobody])), Err(DemandError::Movement(0)), "no hand-over there");
        let nowhere = Movement { legs: vec![Leg { district: 1, minutes: 5 }], ..good.clone() };
        assert_eq!(run(&pool(vec![good, nowhere])), Err(DemandError::Movement(1)));
    }

    #[test]
    fn at_a_hand_over_point_both_escorts_are_there() {
        let legs = vec![Leg { district: 0, minutes: 40 }, Leg { district: 1, minutes: 20 }];
        let movement = Movement { legs, escorts: 1, ..plain("two", 0, Pc3) };
        assert_eq!(movement.minutes(), 40 + HANDOVER + 20);
        assert_eq!(movement.spans(), [(0, 40 + HANDOVER), (40, 40 + HANDOVER + 20)]);
    }
}
