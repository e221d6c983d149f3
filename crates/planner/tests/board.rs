//! The predictability board over invented months.

#[cfg(test)]
mod tests {
    use planner::board::{Board, Past, Trend, board};
    use words::moment::Moment;

    const DAY: i64 = 86_400_000;
    const NOW: Moment = Moment { unix_ms: 60 * DAY };

    fn past(day: i64, minute: i64, route: &str, road: &str) -> Past {
        Past {
            left: Moment { unix_ms: day * DAY + minute * 60_000 },
            leg: "a → b".to_owned(),
            route: route.to_owned(),
            roads: vec!["gate".to_owned(), road.to_owned()],
        }
    }

    fn near(is: f64, due: f64) {
        assert!((is - due).abs() < 1e-9, "{is} {due}");
    }

    #[test]
    fn nothing_driven_is_a_calm_board() {
        let Board { movements, minute, route, roads, minute_trend, .. } = board(&[], NOW);
        assert_eq!((movements, roads.len(), minute_trend), (0, 0, Trend::Unknown));
        near(minute.bits + route.bits + minute.evenness(), 0.0);
    }

    #[test]
    fn always_the_same_is_no_bit_and_never_twice_is_all_of_them() {
        let same: Vec<Past> = (40..48).map(|day| past(day, 450, "r1", "m1")).collect();
        let found = board(&same, NOW);
        near(found.minute.bits, 0.0);
        near(found.route.bits, 0.0);
        near(found.minute.most, 3.0);
        assert_eq!(found.roads, [("gate".to_owned(), 1.0), ("m1".to_owned(), 1.0)]);
        let all: Vec<Past> =
            (0..8).map(|n| past(40 + n, 60 * n, &format!("r{n}"), &format!("m{n}"))).collect();
        let found = board(&all, NOW);
        near(found.minute.evenness(), 1.0);
        near(found.route.bits, 3.0);
        assert_eq!(found.roads.first(), Some(&("gate".to_owned(), 1.0)));
        assert_eq!(found.legs, [("a → b".to_owned(), 8, 8)]);
    }

    #[test]
    fn routes_are_compared_between_the_same_ends_only() {
        let mut trips: Vec<Past> = (40..44).map(|day| past(day, 1, "out", "m")).collect();
        trips.extend((40..44).map(|day| Past { leg: "b → a".into(), ..past(day, 9, "back", "m") }));
        near(board(&trips, NOW).route.bits, 0.0);
    }

    #[test]
    fn only_the_last_thirty_days_count_and_the_halves_make_the_trend() {
        let early = (31..40).map(|day| past(day, day * 11, &format!("r{day}"), "m"));
        let late = (46..55).map(|day| past(day, 450, "r1", "m"));
        let before = (1..29).map(|day| past(day, 3, "old", "old-road"));
        let after = [past(61, 1, "r1", "m")];
        let all: Vec<Past> = early.chain(late).chain(before).chain(after).collect();
        let found = board(&all, NOW);
        assert_eq!(found.movements, 18);
        assert_eq!((found.minute_trend, found.route_trend), (Trend::Worse, Trend::Worse));
        assert!(found.roads.iter().all(|(road, _)| road != "old-road"));
    }
}
