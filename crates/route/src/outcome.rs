//! What two seeds choose from a sealed menu: minute, route, gate, order.
//!
//! Version 2 of the draw: commitments and the stream name the menu, so that neither serves
//! another one. Bytes and a vector: docs/formats/draw.md. Nothing is drawn in floats.

use sha2::{Digest, Sha256};
use words::hash::{Hash, Seed};
use words::id::{MovementId, PartyId};

use crate::draw::pick;
use crate::lot::Lot;

/// Domain and version; the next line tells a commitment from the stream.
const DOMAIN: &str = "safeconduct/draw/2\n";

/// A menu as the draw sees it: numbers of things, and the odds of the routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    /// The salted hash under which both parties know it.
    pub hash: Hash,
    /// How many minutes there are to choose from, all alike.
    pub slots: u32,
    /// The odds of each route, and from how many gates it can be driven, all alike. A route
    /// without gates leaves the gate to whoever leads.
    pub routes: Vec<(u64, u32)>,
    /// How many vehicles stand in a drawn order.
    pub vehicles: u32,
}

/// What came out; all numbers count from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Which slot of the window.
    pub slot: u32,
    /// Which route.
    pub route: usize,
    /// Which of that route's gates.
    pub gate: Option<usize>,
    /// Which vehicle drives at each place, the first one in front.
    pub order: Vec<usize>,
}

/// Binds a party to its seed for one menu of one movement, without showing the seed.
pub fn pledge(party: &PartyId, movement: &MovementId, menu: &Hash, seed: &Seed) -> Hash {
    // Ids hold no line feed, hash and seed have fixed lengths: no two inputs share these bytes.
    let hash = Sha256::new()
        .chain_update(DOMAIN)
        .chain_update("commitment\n")
        .chain_update(party.as_str())
        .chain_update("\n")
        .chain_update(movement.as_str())
        .chain_update("\n")
        .chain_update(menu.0)
        .chain_update(seed.0);
    Hash(hash.finalize().into())
}

/// Draws minute, route, gate and order, each independent of the others. `None` without slots or
/// without odds.
pub fn outcome(movement: &MovementId, menu: &Menu, host: &Seed, guest: &Seed) -> Option<Outcome> {
    let subject = format!("{movement} {}", menu.hash);
    let mut lot = Lot::new(DOMAIN, &subject, host, guest);
    let slot = u32::try_from(lot.below(menu.slots.into())?).ok()?;
    let odds = || menu.routes.iter().map(|(weight, _)| *weight);
    let total = odds().try_fold(0_u64, u64::checked_add)?;
    let route = pick(odds(), lot.below(total)?)?;
    let mut order: Vec<usize> = (0..usize::try_from(menu.vehicles).ok()?).collect();
    lot.shuffle(&mut order);
    // Last, because not every route has gates to choose from.
    let (_, gates) = menu.routes.get(route)?;
    let gate = lot.below(u64::from(*gates)).and_then(|gate| usize::try_from(gate).ok());
    Some(Outcome { slot, route, gate, order })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
    use words::hash::{Hash, Seed};
    use words::id::{MovementId, PartyId};

    use super::{Menu, Outcome, outcome, pledge};
    use crate::draw::pick;

    const DRAWS: u32 = 1_000_000;
    // The mixture of a game on the demo's roads, as it is published: it sums to 2^52.
    const MIXTURE: [u64; 6] = [
        1_970_324_836_974_592,
        1_125_899_906_842_624,
        844_424_930_131_968,
        422_212_465_065_984,
        140_737_488_355_327,
        1,
    ];
    // Quantiles of chi-square at p = 0.001.
    const QUANTILE: [(usize, f64); 5] =
        [(3, 16.266), (4, 18.467), (5, 20.515), (11, 31.264), (23, 49.728)];

    fn movement() -> MovementId {
        MovementId::new("mv-1").unwrap()
    }

    fn seed(number: u32) -> Seed {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&number.to_le_bytes());
        Seed(bytes)
    }

    fn menu() -> Menu {
        let routes = MIXTURE.iter().zip([4, 4, 4, 4, 4, 0]);
        Menu {
            hash: Hash([7; 32]),
            slots: 12,
            routes: routes.map(|(weight, gates)| (*weight, gates)).collect(),
            vehicles: 4,
        }
    }

    // Distance of counts from what they should be, against the quantile of its degrees of freedom.
    fn check<K: Ord + std::fmt::Debug>(what: &str, counts: &BTreeMap<K, u32>, due: &[f64]) {
        assert_eq!(counts.len(), due.len(), "{what}: {counts:?}");
        let cells = counts.values().zip(due);
        let far: f64 = cells.map(|(count, due)| (f64::from(*count) - due).powi(2) / due).sum();
        let freedom = due.len() - 1;
        let (_, most) = QUANTILE.iter().find(|(it, _)| *it == freedom).unwrap();
        assert!(far < *most, "{what}: {far} of at most {most}, {counts:?}");
    }

    #[test]
    fn a_million_draws_are_as_the_mixture_says() {
        let menu = menu();
        let (mut slots, mut routes) = (BTreeMap::new(), BTreeMap::new());
        let (mut gates, mut orders) = (BTreeMap::new(), BTreeMap::new());
        for number in 0..DRAWS {
            // One side never changes its seed: the other's alone makes the draw fair.
            let drawn = outcome(&movement(), &menu, &Seed([0; 32]), &seed(number)).unwrap();
            *slots.entry(drawn.slot).or_insert(0) += 1;
            *routes.entry(drawn.route).or_insert(0) += 1;
            *gates.entry(drawn.gate).or_insert(0) += 1;
            *orders.entry(drawn.order).or_insert(0) += 1;
        }
        let draws = f64::from(DRAWS);
        check("slots", &slots, &[draws / 12.0; 12]);
        let share =
            |weight: u64| draws * f64::from(u32::try_from(weight >> 20).unwrap()) / 2_f64.powi(32);
        // One ticket in 2^52 is not drawn in a million.
        let due: Vec<f64> = MIXTURE[..5].iter().map(|weight| share(*weight)).collect();
        check("routes", &routes, &due);
        check("gates", &gates, &[draws / 4.0; 4]);
        check("orders", &orders, &[draws / 24.0; 24]);
    }

    #[test]
    fn every_ticket_belongs_to_one_route_and_each_route_has_as_many_as_its_weight() {
        let weights = [3_u64, 0, 5, 1, 4];
        let mut counts = [0_u64; 5];
        for ticket in 0..13 {
            counts[pick(weights.into_iter(), ticket).unwrap()] += 1;
        }
        assert_eq!(counts, weights);
        assert_eq!(pick(weights.into_iter(), 13), None);
        // The same at the edges of spans of 2^52.
        let mut start = 0;
        for (route, weight) in MIXTURE.into_iter().enumerate() {
            assert_eq!(pick(MIXTURE.into_iter(), start), Some(route));
            assert_eq!(pick(MIXTURE.into_iter(), start + weight - 1), Some(route));
            start += weight;
        }
        assert_eq!(start, 1 << 52);
    }

    #[test]
    fn nothing_is_drawn_from_nothing() {
        let drawn = |menu: &Menu| outcome(&movement(), menu, &seed(1), &seed(2));
        assert_eq!(drawn(&Menu { slots: 0, ..menu() }), None);
        assert_eq!(drawn(&Menu { routes: Vec::new(), ..menu() }), None);
        assert_eq!(drawn(&Menu { routes: vec![(0, 1), (0, 1)], ..menu() }), None);
        assert_eq!(drawn(&Menu { routes: vec![(u64::MAX, 1), (1, 1)], ..menu() }), None);
        let bare = Menu { slots: 1, routes: vec![(0, 0), (7, 0)], vehicles: 0, ..menu() };
        let only = Outcome { slot: 0, route: 1, gate: None, order: Vec::new() };
        assert_eq!(drawn(&bare), Some(only));
    }

    #[test]
    fn the_vector_of_the_document_holds() {
        let text = include_str!("../../../docs/formats/draw.md");
        let text = text.split("## Vector of version 2").nth(1).unwrap();
        let value = |name: &str| {
            let line = text.lines().find_map(|l| l.strip_prefix(name)?.trim().strip_prefix("= "));
            line.unwrap_or_else(|| panic!("no `{name}` in the document")).to_owned()
        };
        let secret = |name| Seed::try_from(value(name)).unwrap();
        let numbers = |name| value(name).split(", ").map(str::to_owned).collect::<Vec<_>>();
        let (host, guest) = (secret("host seed"), secret("guest seed"));
        let movement = MovementId::new(&value("movement")).unwrap();
        let weights = numbers("weights").into_iter().map(|it| it.parse().unwrap());
        let gates = numbers("gates").into_iter().map(|it| it.parse().unwrap());
        let menu = Menu {
            hash: Hash::try_from(value("menu")).unwrap(),
            slots: value("slots").parse().unwrap(),
            routes: weights.zip(gates).collect(),
            vehicles: value("vehicles").parse().unwrap(),
        };
        for (side, seed) in [("host", &host), ("guest", &guest)] {
            let party = PartyId::new(&value(&format!("{side} party"))).unwrap();
            let committed = value(&format!("{side} commitment"));
            assert_eq!(pledge(&party, &movement, &menu.hash, seed).to_string(), committed);
        }
        let drawn = outcome(&movement, &menu, &host, &guest).unwrap();
        assert_eq!(drawn.slot.to_string(), value("drawn slot"));
        assert_eq!(drawn.route.to_string(), value("drawn route"));
        assert_eq!(drawn.gate.unwrap().to_string(), value("drawn gate"));
        let order: Vec<String> = drawn.order.iter().map(ToString::to_string).collect();
        assert_eq!(order, numbers("drawn order"));
    }

    proptest! {
        #[test]
        fn a_pledge_serves_one_party_one_movement_one_menu_and_one_seed(
            bytes in any::<[u8; 32]>(),
            bit in 0_usize..256,
        ) {
            let (host, guest) = (PartyId::new("pk").unwrap(), PartyId::new("cn").unwrap());
            let other = MovementId::new("mv-2").unwrap();
            let (menu, seed) = (Hash([1; 32]), Seed(bytes));
            let made = pledge(&host, &movement(), &menu, &seed);
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(made != pledge(&guest, &movement(), &menu, &seed));
            prop_assert!(made != pledge(&host, &other, &menu, &seed));
            prop_assert!(made != pledge(&host, &movement(), &Hash([2; 32]), &seed));
            prop_assert!(made != pledge(&host, &movement(), &menu, &Seed(changed)));
            prop_assert!(made != crate::draw::commitment(&host, &movement(), &seed));
        }

        #[test]
        fn an_outcome_lies_in_its_menu_and_is_the_same_for_everybody(
            host in any::<[u8; 32]>(),
            guest in any::<[u8; 32]>(),
        ) {
            let draw = || outcome(&movement(), &menu(), &Seed(host), &Seed(guest)).unwrap();
            let drawn = draw();
            prop_assert_eq!(&drawn, &draw());
            prop_assert!(drawn.slot < 12 && drawn.route < 6);
            prop_assert_eq!(drawn.gate.is_some(), drawn.route < 5);
            let mut order = drawn.order.clone();
            order.sort_unstable();
            prop_assert_eq!(order, [0, 1, 2, 3]);
        }
    }
}
