//! Rosters: rested, fair, and honest about what is missing.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use post::comb::lot;
    use post::rest::{DAY, Rules, Span, Why};
    use post::roster::{Person, Roster, Slot, roster};
    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};
    use words::hash::Seed;

    fn ix(number: u32) -> usize {
        usize::try_from(number).unwrap()
    }

    fn people(count: usize) -> Vec<Person> {
        (0..count).map(|at| Person { name: format!("g-{at:03}"), away: vec![] }).collect()
    }

    // Three shifts a day, each with as many posts.
    fn slots(days: u32, posts: u32) -> Vec<Slot> {
        let day = |day| {
            (0..3).map(move |shift| Slot {
                day,
                shift,
                start: 360 + shift * 480,
                minutes: 480,
                posts: (0..posts).collect(),
            })
        };
        (0..days).flat_map(day).collect()
    }

    fn made(people: &[Person], slots: &[Slot], rules: &Rules, seed: u8) -> Roster {
        roster(people, slots, rules, &mut lot("week", &Seed([seed; 32]), &Seed([2; 32])))
    }

    // The rules, looked at from outside: sorted duties, each pair and each week.
    fn verify(
        people: &[Person],
        slots: &[Slot],
        rules: &Rules,
        made: &Roster,
    ) -> Result<(), String> {
        let spans: Vec<Span> = slots
            .iter()
            .map(|slot| Span::new(slot.day, slot.start, slot.minutes, rules.handover))
            .collect();
        for (number, who) in (0..).zip(people) {
            let lines = made.lines.iter().filter(|line| line.person == number);
            let mut duties: Vec<Span> = lines.map(|line| spans[ix(line.slot)]).collect();
            duties.sort_unstable();
            for pair in duties.windows(2) {
                if pair[1].from < pair[0].until + rules.rest_min {
                    return Err(format!("{} has no rest between {pair:?}", who.name));
                }
            }
            for first in &duties {
                let week: Vec<&Span> = duties
                    .iter()
                    .filter(|it| it.from >= first.from && it.from < first.from + 7 * DAY)
                    .collect();
                let minutes: u32 = week.iter().map(|it| it.until - it.from).sum();
                if week.len() > ix(rules.duties_a_week_max) || minutes > rules.week_max {
                    return Err(format!("{} has a week of {} duties", who.name, week.len()));
                }
            }
            let nights: Vec<u32> = duties.iter().filter_map(|it| it.night).collect();
            let long = ix(rules.nights_running_max) + 1;
            let running = |run: &[u32]| run.windows(2).all(|two| two[0] + 1 == two[1]);
            if nights.windows(long).any(running) {
                return Err(format!("{} has too many nights: {nights:?}", who.name));
            }
            if duties.iter().any(|it| {
                who.away.contains(&(it.from / DAY)) || who.away.contains(&((it.until - 1) / DAY))
            }) {
                return Err(format!("{} is away", who.name));
            }
            let tally = made.tallies[ix(number)];
            if (ix(tally.duties), ix(tally.nights)) != (duties.len(), nights.len()) {
                return Err(format!("{} is counted wrongly", who.name));
            }
        }
        for (number, slot) in (0..).zip(slots) {
            let lines = made.lines.iter().filter(|line| line.slot == number);
            let unmet = made.unmet.iter().filter(|unmet| unmet.slot == number);
            let mut posts: Vec<u32> = lines.map(|line| line.post).collect();
            posts.extend(unmet.flat_map(|unmet| unmet.posts.iter().copied()));
            posts.sort_unstable();
            let mut wanted = slot.posts.clone();
            wanted.sort_unstable();
            if posts != wanted {
                return Err(format!("slot {number}: {posts:?} instead of {wanted:?}"));
            }
        }
        Ok(())
    }

    #[test]
    fn a_fortnight_is_met_and_nobody_has_all_the_nights() {
        let (people, slots, rules) = (people(32), slots(14, 6), Rules::default());
        let made = made(&people, &slots, &rules, 1);
        verify(&people, &slots, &rules, &made).unwrap();
        assert_eq!((made.unmet.len(), made.missing_at_least), (0, 0));
        // 84 nights over 32 people: 2.6 each.
        assert_eq!(made.nights_at_least, 3);
        let nights = made.tallies.iter().map(|tally| tally.nights);
        assert_eq!(nights.clone().max(), Some(3));
        assert!(nights.min() >= Some(2));
        let duties = made.tallies.iter().map(|tally| tally.duties);
        assert!(duties.clone().max().unwrap() - duties.min().unwrap() <= 1);
    }

    #[test]
    fn what_cannot_be_met_is_said_with_its_reasons() {
        let (people, slots, rules) = (people(5), slots(2, 2), Rules::default());
        let made = made(&people, &slots, &rules, 1);
        verify(&people, &slots, &rules, &made).unwrap();
        // Three shifts in a row take six people, and there are five.
        let missing: usize = made.unmet.iter().map(|unmet| unmet.posts.len()).sum();
        assert_eq!((missing, made.missing_at_least), (2, 2));
        let first = &made.unmet[0];
        assert_eq!(first.slot, 2);
        assert_eq!(first.why, BTreeMap::from([(Why::OnDuty, 1), (Why::Rest, 4)]));
    }

    #[test]
    fn who_stands_where_is_drawn() {
        let (people, slots, rules) = (people(32), slots(7, 6), Rules::default());
        let of = |seed| made(&people, &slots, &rules, seed);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1).lines, of(2).lines);
        // The first post of the first shift, over many seeds: everybody stands there at some time.
        let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
        for seed in 0..=255 {
            let first = slots[..1].to_vec();
            let line = made(&people, &first, &rules, seed).lines[0];
            *seen.entry(line.person).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 32, "{seen:?}");
        assert!(seen.values().all(|times| *times < 24), "{seen:?}");
    }

    fn person() -> impl Strategy<Value = Person> {
        vec(0_u32..6, 0..3).prop_map(|away| Person { name: "g".into(), away })
    }

    fn slot() -> impl Strategy<Value = Slot> {
        (0_u32..5, 0_u32..1_440, 120_u32..720, 0_u32..4).prop_map(|(day, start, minutes, posts)| {
            Slot { day, shift: 0, start, minutes, posts: (0..posts).collect() }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn every_roster_keeps_the_rules_and_the_bound(
            people in vec(person(), 0..9),
            mut slots in vec(slot(), 0..12),
            nights_running_max in 1_u32..4,
            handover in 0_u32..30,
        ) {
            slots.sort_by_key(|slot| (slot.day, slot.start));
            let rules = Rules { nights_running_max, handover, ..Rules::default() };
            let made = made(&people, &slots, &rules, 3);
            prop_assert_eq!(verify(&people, &slots, &rules, &made), Ok(()));
            let missing: usize = made.unmet.iter().map(|unmet| unmet.posts.len()).sum();
            let least = ix(made.missing_at_least);
            prop_assert!(missing >= least, "{} {}", missing, least);
            let most = made.tallies.iter().map(|tally| tally.nights).max().unwrap_or(0);
            prop_assert!(most >= made.nights_at_least);
        }
    }
}
