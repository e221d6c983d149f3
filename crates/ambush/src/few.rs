//! A flow of many routes as few: what a menu has room for.
//!
//! Most routes of a wide flow are slivers. The broad ones are kept; what the slivers carried is
//! sent once more, as a greatest flow in the room that is left, and comes out as fewer routes.
#![expect(clippy::indexing_slicing, reason = "arcs and roads are numbered by the ground")]

use std::cmp::Reverse;

use route::net::ix;

use crate::greatest::{Greatest, greatest};
use crate::ground::Ground;
use crate::threat::{OPEN, Threat};

/// How often slivers are sent once more; each time what is broad gets half of the free places.
/// Of 11,155 routes 4,096 carry all but 0.47 % at once, and all but 0.03 % so.
const AGAIN_MAX: u32 = 4;

/// At most so many routes, with how much each carries: together most of what the flow does, and
/// no road has to take more than its room.
pub(crate) fn few(
    ground: &Ground<'_>,
    threat: &Threat,
    flow: &Greatest,
    (from, to): (u32, u32),
    most: usize,
) -> Vec<(Vec<u32>, u64)> {
    let mut next = flow.routes.clone();
    let mut kept: Vec<(Vec<u32>, u64)> = Vec::new();
    let mut rooms = threat.rooms().to_vec();
    for again in 0..=AGAIN_MAX {
        let places = most - kept.len();
        if next.len() <= places {
            kept.append(&mut next);
            return kept;
        }
        next.sort_unstable_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
        next.truncate(if again == AGAIN_MAX { places } else { places.div_ceil(2) });
        for (arcs, amount) in &next {
            for arc in arcs {
                let room = &mut rooms[ix(ground.net().road[ix(*arc)])];
                if *room < OPEN {
                    *room -= amount;
                }
            }
        }
        kept.append(&mut next);
        if kept.len() == most {
            return kept;
        }
        let left = threat.with_rooms(rooms.clone());
        let Ok(more) = greatest(ground, &left, from, to) else { return kept };
        next = more.routes;
    }
    kept
}

#[cfg(test)]
mod tests {
    use route::net::{Net, ix};
    use words::place::Point;

    use super::few;
    use crate::greatest::greatest;
    use crate::ground::Ground;
    use crate::threat::Threat;

    const SIDE: u32 = 24;

    // A square of streets, each driven both ways.
    fn square() -> Net {
        let mut arcs = Vec::new();
        for here in 0..SIDE * SIDE {
            let right = (here % SIDE + 1 < SIDE).then_some(here + 1);
            let below = (here + SIDE < SIDE * SIDE).then_some(here + SIDE);
            for there in right.into_iter().chain(below) {
                let road = u32::try_from(arcs.len()).unwrap() / 2;
                arcs.extend([(here, there, 1, road), (there, here, 1, road)]);
            }
        }
        let place = Point::from_degrees(24.9, 67.1);
        Net::of(place.into_iter().cycle().take(ix(SIDE * SIDE)).collect(), &arcs)
    }

    #[test]
    fn few_routes_carry_nearly_all_and_load_no_road_too_much() {
        let net = square();
        let ground = Ground::of(&net).unwrap();
        let near = |at: u32, row: u32, column: u32| {
            (at / SIDE).abs_diff(row) + (at % SIDE).abs_diff(column) <= 4
        };
        let mut weights: Vec<u32> =
            (0..net.roads).map(|road| 300_000 + road * 7_919 % 700_001).collect();
        for tail in 0..SIDE * SIDE {
            for arc in net.leaving(tail) {
                let both =
                    |row, column| near(tail, row, column) && near(net.head[arc], row, column);
                if both(6, 6) || both(17, 17) {
                    weights[ix(net.road[arc])] = 0;
                }
            }
        }
        let threat = Threat::of(weights).unwrap();
        let ends = (6 * SIDE + 6, 17 * SIDE + 17);
        let flow = greatest(&ground, &threat, ends.0, ends.1).unwrap();
        let most = flow.routes.len() / 2;
        let mut amounts: Vec<u64> = flow.routes.iter().map(|(_, amount)| *amount).collect();
        amounts.sort_unstable_by(|a, b| b.cmp(a));
        let sum = |amounts: &[u64]| amounts.iter().map(|it| u128::from(*it)).sum::<u128>();
        let routes = few(&ground, &threat, &flow, ends, most);
        assert!(routes.len() <= most && most > 20, "{} of {most}", routes.len());
        let carried = sum(&routes.iter().map(|(_, amount)| *amount).collect::<Vec<_>>());
        let lost = flow.amount - carried;
        let lost_at_once = flow.amount - sum(&amounts[..most]);
        assert!(lost * 2 < lost_at_once, "{lost} {lost_at_once} of {}", flow.amount);
        let mut loads = vec![0_u64; ix(net.roads)];
        for (arcs, amount) in &routes {
            let mut at = ends.0;
            for arc in arcs {
                assert!(net.leaving(at).contains(&ix(*arc)));
                at = net.head[ix(*arc)];
                loads[ix(net.road[ix(*arc)])] += amount;
            }
            assert_eq!(at, ends.1);
        }
        assert!(loads.iter().zip(threat.rooms()).all(|(load, room)| load <= room));
        // Where there is place for all, all are kept.
        assert_eq!(few(&ground, &threat, &flow, ends, flow.routes.len()), flow.routes);
    }
}
