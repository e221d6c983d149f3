//! Picks the vehicles of a convoy: as few and as plain as will do.

use std::cmp::Reverse;

use crate::demand::{CONVOY_MAX, Demand, Movement};

/// The vehicles of a convoy out of those that are free, by their places in the demand; `None`
/// if there are not enough seats of that class.
///
/// The fewest vehicles first, for each one more is one more to keep together and needs a driver;
/// of those the least armour above what is asked for, and the fewest seats too many.
pub(crate) fn pick(demand: &Demand, movement: &Movement, free: &[usize]) -> Option<Vec<usize>> {
    let seats = |at: usize| demand.vehicles.get(at).map_or(0, |vehicle| vehicle.seats);
    let armour = |at: usize| demand.vehicles.get(at).map(|vehicle| vehicle.armour);
    let mut able: Vec<usize> =
        free.iter().copied().filter(|at| armour(*at) >= Some(movement.armour)).collect();
    // Large ones first: that gives the fewest.
    able.sort_by_key(|at| (Reverse(seats(*at)), armour(*at), *at));
    let (mut convoy, mut wanted) = (Vec::new(), movement.seats);
    while wanted > 0 {
        // The last one may be smaller: the least armour, then the fewest seats that suffice.
        let enough = able.iter().copied().filter(|at| seats(*at) >= wanted);
        let last = enough.min_by_key(|at| (armour(*at), seats(*at), *at));
        let next = last.or_else(|| able.first().copied())?;
        if convoy.len() == CONVOY_MAX || seats(next) == 0 {
            return None;
        }
        wanted = wanted.saturating_sub(seats(next));
        able.retain(|at| *at != next);
        convoy.push(next);
    }
    Some(convoy)
}

#[cfg(test)]
mod tests {
    use words::presence::ArmourClass::{self, BlastProof, BulletProof, Soft};
    use words::presence::Criticality;

    use super::pick;
    use crate::demand::{Demand, Movement, Vehicle};

    fn picked(seats: u32, armour: ArmourClass) -> Option<Vec<usize>> {
        let vehicle = |armour, seats| Vehicle { name: String::new(), armour, seats };
        let vehicles = vec![
            vehicle(Soft, 40),
            vehicle(BulletProof, 29),
            vehicle(BulletProof, 14),
            vehicle(BlastProof, 14),
            vehicle(BlastProof, 4),
        ];
        let demand = Demand { vehicles, ..Demand::default() };
        let movement = Movement {
            name: String::new(),
            company: 0,
            ready: 0,
            seats,
            armour,
            criticality: Criticality::Pc3,
            escorts: 0,
            legs: vec![],
        };
        pick(&demand, &movement, &[0, 1, 2, 3, 4])
    }

    #[test]
    fn a_convoy_takes_no_more_than_it_needs() {
        assert_eq!(picked(10, BulletProof), Some(vec![2]), "the better armour stays free");
        assert_eq!(picked(3, BlastProof), Some(vec![4]));
        assert_eq!(picked(3, Soft), Some(vec![0]));
        assert_eq!(picked(40, BulletProof), Some(vec![1, 2]));
        assert_eq!(picked(61, BulletProof), Some(vec![1, 2, 3, 4]));
        assert_eq!(picked(62, BulletProof), None);
        assert_eq!(picked(19, BlastProof), None);
    }
}
