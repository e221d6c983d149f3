//! Both ends guarded, far apart: there the flow is found in another manner.

use ambush::audit::audit;
use ambush::greatest::greatest;
use ambush::ground::Ground;
use ambush::plan::unlimited;
use ambush::threat::Threat;
use route::net::Net;

use crate::common::{Dice, grid, ix, net, weights};

const SIDE: u32 = 48;

// No weight on roads of which both ends are so few streets from one of the places.
fn guard(net: &Net, weights: &mut [u32], places: [(u32, u32); 2]) {
    let inside = |junction: u32, (at, depth): (u32, u32)| {
        let (row, column) = (junction / SIDE, junction % SIDE);
        row.abs_diff(at / SIDE) + column.abs_diff(at % SIDE) <= depth
    };
    for tail in 0..u32::try_from(net.junctions()).unwrap() {
        for arc in net.leaving(tail) {
            let both = |place| inside(tail, place) && inside(net.head[arc], place);
            if places.into_iter().any(both) {
                weights[ix(net.road[arc])] = 0;
            }
        }
    }
}

// Some streets driven one way only, so that no direction is like the other; and perhaps a river
// across, with few bridges.
fn one_way(of: &Net, river: bool, dice: &mut Dice) -> Net {
    let bank = |junction: u32| junction % SIDE < SIDE / 2;
    let wet = |tail: u32, head: u32| bank(tail) != bank(head) && !(tail / SIDE).is_multiple_of(12);
    let arcs: Vec<_> = (0..u32::try_from(of.junctions()).unwrap())
        .flat_map(|tail| of.leaving(tail).map(move |arc| (tail, arc)))
        .map(|(tail, arc)| (tail, of.head[arc], of.millis[arc], of.road[arc]))
        .filter(|(tail, head, ..)| dice.below(12) > 0 && !(river && wet(*tail, *head)))
        .collect();
    Net { roads: of.roads, ..net(of.junctions(), &arcs) }
}

#[test]
fn between_guarded_ends_the_flow_is_the_narrowest_cut_too() {
    let mut rushed = 0;
    for seed in 0..24 {
        let mut dice = Dice(seed);
        let net = one_way(&grid(SIDE, &mut dice), seed % 2 == 1, &mut dice);
        let from = (4 + dice.below(8)) * SIDE + 4 + dice.below(8);
        let to = (SIDE - 5 - dice.below(8)) * SIDE + SIDE - 5 - dice.below(8);
        let mut weights = weights(net.roads, 0, &mut dice);
        let (here, there) = (4 + dice.below(3), 4 + dice.below(3));
        guard(&net, &mut weights, [(from, here), (to, there)]);
        let threat = Threat::of(weights).unwrap();
        let ground = Ground::of(&net).unwrap();
        let flow = greatest(&ground, &threat, from, to).unwrap();
        assert_eq!(flow, greatest(&ground, &threat, from, to).unwrap(), "seed {seed}: the same");
        let carried: u128 = flow.routes.iter().map(|(_, amount)| u128::from(*amount)).sum();
        let cut: u128 = flow.cut.iter().map(|(_, room)| u128::from(*room)).sum();
        assert_eq!((carried, cut), (flow.amount, flow.amount), "seed {seed}");
        // No road takes more than its room, and every route leads from end to end.
        let (_, menu, attack) = unlimited(&ground, &threat, from, to).unwrap();
        let verdict = audit(&net, &threat, &menu, &attack).unwrap();
        assert!(verdict.gap() < 1e-8, "seed {seed}: {}", verdict.gap());
        rushed += u32::from(flow.phases == 0);
    }
    assert_eq!(rushed, 24, "all was found before Dinic's phases");
}
