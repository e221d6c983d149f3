//! Questions on the exercise's network, and what must always hold.

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ambush::generate::Effort;
    use ambush::menu::WEIGHT_TOTAL;
    use ambush::trouble::Trouble;
    use planner::lever::Kind;
    use planner::list::{Drawn, List, ListError};
    use planner::no::No;
    use planner::question::{Posed, Question, pose};
    use planner::report::{Mixture, Report, solve};
    use planner::terrain::Terrain;
    use planner::told;
    use planner::weights::{self, WeightsError};
    use words::hash::Seed;

    const ROADS: &str = include_str!("../../../scenarios/karachi/roads.json");

    fn terrain() -> Terrain {
        Terrain::of_graph(Arc::new(route::graph::parse(ROADS).unwrap()))
    }

    fn posed(terrain: &Terrain, question: &Question) -> Result<Posed, No> {
        pose(terrain, question, &terrain.weights(), (&[], 0))
    }

    fn solved(question: &Question) -> Result<(Report, Mixture, Posed), No> {
        let terrain = terrain();
        let posed = posed(&terrain, question)?;
        let effort = Effort::default();
        let (report, mixture) = solve(&terrain, (question, &posed), effort, &mut || true)?;
        Ok((report, mixture, posed))
    }

    fn port() -> Question {
        Question::of("airport", "port-camp")
    }

    #[test]
    fn without_a_budget_it_is_the_greatest_flow() {
        let graph = route::graph::parse(ROADS).unwrap();
        let at = |id| graph.junction(id).unwrap();
        let flow = route::game::solve(&graph, at("airport"), at("port-camp")).unwrap();
        let free = Question { budget_ppm: None, ..port() };
        let (report, ..) = solved(&free).unwrap();
        let value = f64::from(flow.value_ppm) / 1e6;
        assert!((report.value - value).abs() < 0.011 * value, "{} {value}", report.value);
        assert!(report.bound <= value + 1e-6, "{} {value}", report.bound);
    }

    #[test]
    fn the_answer_says_everything_and_is_better_than_the_fastest_route() {
        let (report, ..) = solved(&port()).unwrap();
        assert!(report.bound <= report.value && report.value <= report.bound * 1.011);
        assert!(report.value < report.fastest_value, "{report:?}");
        let sum: f64 = report.routes.iter().map(|route| route.share).sum();
        assert!((sum - 1.0).abs() < 1e-9 && report.routes.len() > 1);
        assert!(report.worst_detour() <= 0.3 + 1e-9 && report.expected_detour() >= 0.0);
        assert!(report.route_bits > 0.0);
        assert!(report.routes.iter().all(|route| route.line.len() >= 2 && !route.via.is_empty()));
        let shares: f64 = report.chokepoints.iter().map(|point| point.share).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{shares}");
        for kind in [Kind::Guard, Kind::Exit, Kind::Gate, Kind::Hold, Kind::Decoy, Kind::Advance] {
            let told = report.levers.iter().any(|lever| lever.kind == kind);
            assert!(told || matches!(kind, Kind::Exit | Kind::Gate | Kind::Guard), "{kind:?}");
        }
        let remains: Vec<f64> = report.levers.iter().map(|lever| lever.remains).collect();
        assert!(remains.is_sorted() && remains.iter().all(|it| *it < report.remains));
        let json = told::json(&report);
        assert_eq!(json["routes"].as_array().unwrap().len(), report.routes.len());
    }

    #[test]
    fn behind_a_road_that_every_route_takes_the_rest_is_as_hard_to_guess_as_it_can_be() {
        // A star of roads behind one gate road that outweighs them all.
        let terrain = terrain();
        let mut weights = terrain.weights();
        let gate = terrain.road("faisal-star-gate").unwrap();
        weights[usize::try_from(gate).unwrap()] = 1_000_000;
        let posed = pose(&terrain, &port(), &weights, (&[], 0)).unwrap();
        let effort = Effort::default();
        let (report, mixture) = solve(&terrain, (&port(), &posed), effort, &mut || true).unwrap();
        assert_eq!(report.residual.first().map(|it| it.road), Some(gate), "{report:?}");
        assert!((report.value - 1.0).abs() < 1e-9 && (report.bound - 1.0).abs() < 1e-9);
        // As if nothing waited at the gate road: what is met elsewhere is no more than this.
        weights[usize::try_from(gate).unwrap()] = 0;
        let open = pose(&terrain, &port(), &weights, (&[], 0)).unwrap();
        let (best, _) = solve(&terrain, (&port(), &open), effort, &mut || true).unwrap();
        let (met, _) =
            ambush::audit::exposure(&open.stage.net, &open.threat, &mixture.menu).unwrap();
        assert!(ambush::audit::fraction(met) <= best.value * 1.011, "{report:?}");
    }

    #[test]
    fn a_guard_at_the_dearest_chokepoint_does_what_the_lever_said() {
        let (before, ..) = solved(&port()).unwrap();
        let lever = before.levers.iter().find(|lever| lever.kind == Kind::Guard).unwrap();
        let (after, ..) = solved(&Question { guards: vec![lever.at.clone()], ..port() }).unwrap();
        assert!((after.remains - lever.remains).abs() < 0.02 * before.remains, "{after:?}");
        assert_eq!(after.guards.len(), 1);
    }

    #[test]
    fn the_minute_is_worth_its_slots_unless_somebody_tells_it() {
        let (plain, ..) = solved(&port()).unwrap();
        let with = |slots, dwell, leak_ppm, attackers| {
            let question = Question { slots, dwell, leak_ppm, attackers, ..port() };
            let (report, ..) = solved(&question).unwrap();
            report.remains / plain.value
        };
        let near = |is: f64, due: f64| assert!((is - due).abs() < 1e-9, "{is} {due}");
        near(with(8, 1, 0, 1), 1.0 / 8.0);
        near(with(8, 2, 0, 1), 2.0 / 8.0);
        near(with(8, 1, 200_000, 1), 0.8 / 8.0 + 0.2);
        near(with(8, 1, 1_000_000, 3), 3.0);
    }

    #[test]
    fn a_list_is_one_text_that_proves_itself_and_binds_its_draw() {
        let question = Question { slots: 12, ..port() };
        let (report, mixture, posed) = solved(&question).unwrap();
        let list = List::of((&question.from, &question.to), 12, &posed, &mixture);
        let text = list.to_string();
        assert_eq!(List::parse(&text).as_ref(), Ok(&list));
        assert_eq!(list.ways.iter().map(|way| way.weight).sum::<u64>(), WEIGHT_TOTAL);
        assert_eq!(list.is_of(&posed), (true, true));
        let verdict = list.prove(&posed).unwrap();
        assert!((verdict.value() - report.value).abs() < 1e-9);
        assert!((verdict.bound() - report.bound).abs() < 1e-9);
        let (host, guest) = (Seed([7; 32]), Seed([9; 32]));
        let drawn = list.draw(&host, &guest).unwrap();
        assert_eq!(list.draw(&host, &guest), Some(drawn));
        let others = (0..64).map(|n| list.draw(&Seed([n; 32]), &guest).unwrap());
        assert!(others.clone().any(|other| other.route != drawn.route));
        assert!(others.clone().any(|other| other.slot != drawn.slot));
        assert!(others.clone().all(|it| it.slot < 12 && it.route < list.ways.len()));
        let longer = List { slots: 13, ..list.clone() };
        assert_ne!(longer.hash(), list.hash(), "another list has another draw");
    }

    #[test]
    fn draws_come_as_often_as_their_tickets() {
        let (_, mixture, posed) = solved(&port()).unwrap();
        let list = List::of((&["a".to_owned()], &["b".to_owned()]), 4, &posed, &mixture);
        let whole = f64::from(u32::try_from(WEIGHT_TOTAL >> 32).unwrap()) * 4_294_967_296.0;
        let mut counts = vec![0_u32; list.ways.len() * 4];
        let draws = 20_000_u32;
        for n in 0..draws {
            let mut seed = [1; 32];
            seed[..4].copy_from_slice(&n.to_be_bytes());
            let Drawn { slot, route } = list.draw(&Seed(seed), &Seed([3; 32])).unwrap();
            counts[route * 4 + usize::try_from(slot).unwrap()] += 1;
        }
        let mut far = 0.0;
        for (route, way) in list.ways.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "a test")]
            let due = f64::from(draws) * (way.weight as f64) / whole / 4.0;
            for count in &counts[route * 4..route * 4 + 4] {
                far += (f64::from(*count) - due).powi(2) / due;
            }
        }
        // Wilson and Hilferty: a chi-square at p = 0.001 for so many degrees of freedom.
        let free = f64::from(u32::try_from(counts.len() - 1).unwrap());
        let most = free * (1.0 - 2.0 / (9.0 * free) + 3.09 * (2.0 / (9.0 * free)).sqrt()).powi(3);
        assert!(far < most, "{far} {most}");
    }

    #[test]
    fn a_list_that_somebody_changed_is_not_read_or_does_not_hold() {
        let (_, mixture, posed) = solved(&port()).unwrap();
        let question = port();
        let list = List::of((&question.from, &question.to), 1, &posed, &mixture);
        let text = list.to_string();
        let read = |text: &str| List::parse(text).unwrap_err();
        assert_eq!(read(&format!("{text}\n")), ListError::Line(text.lines().count() + 1));
        assert_eq!(read(&text.replacen("slots 1", "slots 01", 1)), ListError::Form);
        assert_eq!(read(&text.replacen("slots 1\n", "", 1)), ListError::Form);
        assert_eq!(read(&text.replacen("network", "networks", 1)), ListError::Line(2));
        let mut heavier = list.clone();
        heavier.ways[0].weight += 1;
        assert!(matches!(
            read(&heavier.to_string()),
            ListError::Sum { what: "tickets", sum } if sum == u128::from(WEIGHT_TOTAL) + 1
        ));
        let mut cut = list.clone();
        cut.ways[0].arcs.pop();
        assert!(matches!(cut.prove(&posed), Err(No::Game(Trouble::BrokenRoute { .. }))));
        let mut slow = list.clone();
        slow.limit_ms = Some(1_000);
        assert!(matches!(slow.prove(&posed), Err(No::Game(Trouble::SlowRoute { .. }))));
        let mut nowhere = list;
        nowhere.waits[0].0 = 90_000;
        assert!(matches!(nowhere.prove(&posed), Err(No::NoRoad(_))));
    }

    #[test]
    fn what_cannot_be_answered_says_what_to_do() {
        let said = |question: Question| {
            let no = solved(&question).unwrap_err();
            assert!(!no.remedy().is_empty());
            (no.word(), no.to_string())
        };
        let to = |to: &str| Question::of("airport", to);
        assert_eq!(said(to("nowhere")).0, "no-place");
        assert_eq!(said(to("airport")).0, "same-place");
        assert_eq!(said(to("51.5,0.1")).0, "no-place");
        let slow = said(Question { budget_ppm: Some(900_000), ..port() });
        assert_eq!(slow.0, "out-of-range");
        assert_eq!(said(Question { slots: 0, ..port() }).0, "out-of-range");
        assert_eq!(said(Question { guards: vec!["moon-road".into()], ..port() }).0, "no-road");
        let none = |weights: &[u32]| {
            let terrain = terrain();
            let posed = pose(&terrain, &port(), weights, (&[], 0)).unwrap();
            solve(&terrain, (&port(), &posed), Effort::default(), &mut || true).unwrap_err()
        };
        let count = terrain().weights().len();
        assert_eq!(none(&vec![0; count]).word(), "no-threat");
    }

    #[test]
    fn weights_are_read_with_their_lines() {
        let terrain = terrain();
        let read = |text: &str| weights::read(&terrain, text);
        let even = read("# all alike\nevery 0.25\nroad airport-south-exit 0.1..0.5\n").unwrap();
        let exit = usize::try_from(terrain.road("airport-south-exit").unwrap()).unwrap();
        assert_eq!((even[exit], even[exit + 1]), (500_000, 250_000));
        let near = read("every 0\nnear 24.9,67.168 300 1\n").unwrap();
        assert!(near.contains(&1_000_000) && near.contains(&0));
        for (text, part) in [
            ("every -0.1", "line 1: the weight is negative"),
            ("every 0.1\nevery inf", "line 2: the weight is infinite"),
            ("every NaN", "not a number"),
            ("every 1001", "too large"),
            ("every much", "is no number"),
            ("every 0.4..0.2", "ends below its beginning"),
            ("some 0.4", "is none of"),
            ("road moon-road 0.4", "names no road here"),
            ("way 12 0.4", "names no road here"),
        ] {
            let said = read(text).unwrap_err().to_string();
            assert!(said.contains(part), "{text}: {said}");
        }
        let driven = weights::watched(&terrain, "airport-south-exit 2\n#0\n").unwrap();
        assert_eq!(driven.iter().map(|(_, times)| times).sum::<u32>(), 3);
        assert!(matches!(
            weights::watched(&terrain, "moon-road 2"),
            Err(WeightsError::Nowhere { line: 1, .. })
        ));
    }

    #[test]
    fn what_was_watched_weighs_more_and_nothing_is_forbidden() {
        let terrain = terrain();
        let (plain, ..) = solved(&port()).unwrap();
        let driven: Vec<(u32, u32)> = plain.routes[0].roads.iter().map(|road| (*road, 4)).collect();
        let posed = pose(&terrain, &port(), &terrain.weights(), (&driven, 250_000)).unwrap();
        let effort = Effort::default();
        let (after, _) = solve(&terrain, (&port(), &posed), effort, &mut || true).unwrap();
        assert!(after.value > plain.value);
    }
}
