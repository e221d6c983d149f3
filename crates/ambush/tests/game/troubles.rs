//! Bad input: what is said, and that nothing is left half done.

use ambush::audit::{audit, exposure, several};
use ambush::generate::Effort;
use ambush::ground::Ground;
use ambush::lever::{Before, Lever};
use ambush::menu::{Attack, Menu, WEIGHT_TOTAL, Way};
use ambush::plan::{Answer, Question, plan, unlimited};
use ambush::posted::{Posts, posted};
use ambush::slot::Slots;
use ambush::threat::{ONE, Threat};
use ambush::trouble::Trouble;
use route::net::Net;

use crate::common::{Dice, grid, net, weights};

const QUESTION: Question = Question { from: 0, to: 8, budget_ppm: Some(1_300_000) };

fn ask(net: &Net, threat: &Threat, question: Question) -> Result<Answer, Trouble> {
    plan(&Ground::of(net)?, threat, question, Effort::default(), &mut || true)
}

fn square() -> (Net, Threat) {
    let mut dice = Dice(1);
    let net = grid(3, &mut dice);
    let threat = Threat::of(weights(net.roads, 0, &mut dice)).unwrap();
    (net, threat)
}

fn said(asked: Result<Answer, Trouble>) -> String {
    asked.err().map(|trouble| trouble.to_string()).unwrap_or_default()
}

#[test]
fn ends_that_are_none_are_named() {
    let (net, threat) = square();
    let ask = |from, to| said(ask(&net, &threat, Question { from, to, ..QUESTION }));
    assert_eq!(ask(0, 9), "the network has no junction 9");
    assert_eq!(ask(4, 4), "the movement ends where it starts");
}

#[test]
fn an_island_is_told_with_what_can_be_reached() {
    let parted = net(4, &[(0, 1, 5, 0), (1, 0, 5, 0), (2, 3, 5, 1)]);
    let threat = Threat::of(vec![ONE; 2]).unwrap();
    let question = Question { from: 0, to: 3, budget_ppm: None };
    let due = "no road leads there: of 4 junctions, 2 can be reached from the start";
    for budget_ppm in [None, Some(ONE)] {
        assert_eq!(said(ask(&parted, &threat, Question { budget_ppm, ..question })), due);
    }
    let ground = Ground::of(&parted).unwrap();
    assert_eq!(unlimited(&ground, &threat, 0, 3).unwrap_err().to_string(), due);
    let posts = Posts { mean_ppm: ONE, stops_ppm: ONE };
    assert_eq!(posted(&ground, &threat, (0, 3), posts).unwrap_err().to_string(), due);
    // Against a one-way.
    let question = Question { from: 3, to: 2, budget_ppm: None };
    assert!(said(ask(&parted, &threat, question)).starts_with("no road leads there"));
}

#[test]
fn a_budget_that_no_route_keeps_is_told_with_the_least_that_works() {
    let (net, threat) = square();
    let question = Question { budget_ppm: Some(999_999), ..QUESTION };
    assert_eq!(
        said(ask(&net, &threat, question)),
        "a budget of 999999 millionths of the fastest route allows no route: give at least \
         1000000"
    );
    let found = ask(&net, &threat, QUESTION).unwrap();
    let menu = Menu { limit_ms: Some(1), ways: Vec::new(), ..found.menu };
    let refused = audit(&net, &threat, &menu, &found.attack).unwrap_err().to_string();
    assert_eq!(refused, format!("the weights of the mixture sum to 0, not to {WEIGHT_TOTAL}"));
}

#[test]
fn without_a_threat_there_is_no_game() {
    let (net, threat) = square();
    let none = Threat::of(vec![0; threat.weights().len()]).unwrap();
    assert_eq!(ask(&net, &none, QUESTION).unwrap_err(), Trouble::NoThreat);
    let ground = Ground::of(&net).unwrap();
    let posts = Posts { mean_ppm: ONE, stops_ppm: ONE };
    assert_eq!(posted(&ground, &none, (0, 8), posts).unwrap_err(), Trouble::NoThreat);
    // A way round that meets nobody is told, with its time, if the budget has it; if not,
    // the game is played.
    let arcs = [(0, 1, 10, 0), (0, 2, 11, 1), (2, 1, 11, 2)];
    let threat = Threat::of(vec![ONE, 0, 0]).unwrap();
    let net = crate::common::net(3, &arcs);
    let ask = |budget| ask(&net, &threat, Question { from: 0, to: 1, budget_ppm: budget });
    for budget in [None, Some(2_200_000)] {
        assert_eq!(ask(budget).unwrap_err(), Trouble::SafeRoute { millis: 22 });
    }
    let found = ask(Some(2_100_000)).unwrap();
    assert_eq!((found.verdict.upper, found.verdict.lower), (1_000_000 << 52, 1_000_000 << 52));
}

#[test]
fn another_networks_weights_and_damaged_columns_are_refused() {
    let (net, _) = square();
    let few = Threat::of(vec![ONE; 3]).unwrap();
    assert_eq!(said(ask(&net, &few, QUESTION)), "there are 3 weights for 12 roads");
    let damaged = [
        Net { head: vec![99; net.arcs()], ..net.clone() },
        Net { millis: vec![0; net.arcs()], ..net.clone() },
        Net { millis: Vec::new(), ..net.clone() },
        Net { roads: 1, ..net.clone() },
        Net { first: net.first.iter().rev().copied().collect(), ..net.clone() },
    ];
    for damaged in &damaged {
        let refused = Ground::of(damaged).err();
        assert!(matches!(refused, Some(Trouble::BadNet { .. })), "{refused:?}");
    }
}

#[test]
fn a_mixture_that_does_not_sum_to_one_is_none() {
    let (net, threat) = square();
    let found = ask(&net, &threat, QUESTION).unwrap();
    for sum in [0, WEIGHT_TOTAL - 1, WEIGHT_TOTAL + 1, u64::MAX] {
        let way = Way { weight: sum, ..found.menu.ways[0].clone() };
        let menu = Menu { ways: vec![way], ..found.menu.clone() };
        let due = Trouble::BadSum { sum: sum.into(), due: WEIGHT_TOTAL };
        assert_eq!(exposure(&net, &threat, &menu), Err(due));
        let attack = Attack { shares: vec![(0, sum)] };
        assert_eq!(audit(&net, &threat, &found.menu, &attack), Err(due));
    }
    let strange = Attack { shares: vec![(12, WEIGHT_TOTAL)] };
    let refused = audit(&net, &threat, &found.menu, &strange);
    assert_eq!(refused, Err(Trouble::NoRoad { road: 12 }));
}

#[test]
fn levers_out_of_range_are_refused_and_change_nothing() {
    let (net, threat) = square();
    let ground = Ground::of(&net).unwrap();
    let answer = ask(&net, &threat, QUESTION).unwrap();
    let before = Before { ground: &ground, threat: &threat, question: QUESTION, answer: &answer };
    let pull = |lever: &Lever| before.effect(lever, Effort::default(), &mut || true);
    let slots = Slots { count: 0, dwell: 1, leak_ppm: 0 };
    for lever in [
        Lever::Guard { roads: vec![0], stops_ppm: ONE + 1 },
        Lever::Hold(slots),
        Lever::Hold(Slots { count: 1, dwell: 0, leak_ppm: 0 }),
        Lever::Hold(Slots { count: 1, dwell: 1, leak_ppm: ONE + 1 }),
        Lever::Decoy { convoys: 9 },
        Lever::Advance { finds_ppm: ONE + 1 },
        Lever::Escort { share_ppm: ONE + 1, leaves_ppm: 0 },
        Lever::Escort { share_ppm: 0, leaves_ppm: ONE + 1 },
        Lever::Ambushes { count: 0 },
        Lever::Ambushes { count: 17 },
    ] {
        let refused = pull(&lever);
        assert!(matches!(refused, Err(Trouble::OutOfRange { .. })), "{lever:?}: {refused:?}");
    }
    let far = Lever::Guard { roads: vec![99], stops_ppm: ONE };
    assert_eq!(pull(&far), Err(Trouble::NoRoad { road: 99 }));
    assert_eq!(pull(&Lever::Exit { junction: 99 }), Err(Trouble::NoJunction { junction: 99 }));
    assert_eq!(pull(&Lever::Exit { junction: 8 }), Err(Trouble::SamePlace));
    assert_eq!(pull(&Lever::Entry { junction: 0 }), Err(Trouble::SamePlace));
    let posts = |stops_ppm| posted(&ground, &threat, (0, 8), Posts { mean_ppm: 0, stops_ppm });
    assert!(posts(0).is_err() && posts(ONE + 1).is_err() && posts(ONE).is_ok());
    let many = several(&net, &threat, &answer.menu, &answer.attack, 17);
    assert!(matches!(many, Err(Trouble::OutOfRange { .. })));
}
