//! The joint draw of slot and route, version 1.
//!
//! Version 2 is [`crate::outcome`]; this one is for what was sealed before it.
//! Both commit to a seed after the slots and routes were sealed, then both show it; the outcome
//! is a function of the two. Bytes and a vector: docs/formats/draw.md.

use sha2::{Digest, Sha256};
use words::hash::{Hash, Seed};
use words::id::{MovementId, PartyId};

use crate::lot::Lot;

/// Domain and version; the next line tells a commitment from the stream.
const DOMAIN: &str = "safeconduct/draw/1\n";

/// What the two seeds chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Which slot of the window, from 0.
    pub slot: u32,
    /// Which of the candidate routes, from 0.
    pub route: usize,
}

/// Binds a party to its seed without showing it. It names the party, so that a counterpart
/// cannot copy it.
pub fn commitment(party: &PartyId, movement: &MovementId, seed: &Seed) -> Hash {
    // Ids hold no line feed and a seed has a fixed length: no two inputs share these bytes.
    let hash = Sha256::new()
        .chain_update(DOMAIN)
        .chain_update("commitment\n")
        .chain_update(party.as_str())
        .chain_update("\n")
        .chain_update(movement.as_str())
        .chain_update("\n")
        .chain_update(seed.0);
    Hash(hash.finalize().into())
}

/// Is this the seed that the party committed to for this movement?
pub fn opens(committed: &Hash, party: &PartyId, movement: &MovementId, seed: &Seed) -> bool {
    commitment(party, movement, seed) == *committed
}

/// Draws a slot, each as likely as the others, and a route, each as likely as its weight says.
/// `None` without slots or without weight.
pub fn draw(
    movement: &MovementId,
    host: &Seed,
    guest: &Seed,
    slots: u32,
    weights: &[u32],
) -> Option<Choice> {
    let total = weights.iter().copied().map(u64::from).sum();
    let mut words = stream(movement, host, guest);
    let slot = u32::try_from(words.below(slots.into())?).ok()?;
    let route = pick(weights.iter().copied().map(u64::from), words.below(total)?)?;
    Some(Choice { slot, route })
}

// The words of this movement's draw.
fn stream(movement: &MovementId, host: &Seed, guest: &Seed) -> Lot {
    Lot::new(DOMAIN, movement.as_str(), host, guest)
}

/// The route whose span of weight holds the ticket.
pub(crate) fn pick(weights: impl Iterator<Item = u64>, ticket: u64) -> Option<usize> {
    let spans = weights.scan(0_u64, |end, weight| {
        *end = end.checked_add(weight)?;
        Some(*end)
    });
    spans.enumerate().find(|(_, end)| ticket < *end).map(|(route, _)| route)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};
    use words::hash::{Hash, Seed};
    use words::id::{MovementId, PartyId};

    use super::{Choice, commitment, draw, opens, pick, stream};
    use crate::lot::below;

    const DRAWS: u32 = 200_000;
    const SLOTS: u32 = 12;
    const WEIGHTS: [u32; 5] = [32_768, 16_384, 8_192, 6_553, 1_639];
    // Quantiles of chi-square at p = 0.001, for 11, 4 and 59 degrees of freedom.
    const SLOT_MAX: f64 = 31.264;
    const ROUTE_MAX: f64 = 18.467;
    const JOINT_MAX: f64 = 98.324;

    fn movement() -> MovementId {
        MovementId::new("mv-1").unwrap()
    }

    fn seed(number: u32) -> Seed {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&number.to_le_bytes());
        Seed(bytes)
    }

    fn distance(counts: &[u32], chances: &[f64]) -> f64 {
        let cells = counts.iter().zip(chances).map(|(count, chance)| {
            let due = f64::from(DRAWS) * chance;
            (f64::from(*count) - due).powi(2) / due
        });
        cells.sum()
    }

    // Chi-square of slot, of route and of both together, over many draws.
    fn check_fair(what: &str, seeds: impl Fn(u32) -> (Seed, Seed)) {
        let (mut slots, mut routes, mut joint) = ([0; 12], [0; 5], [0; 60]);
        for number in 0..DRAWS {
            let (host, guest) = seeds(number);
            let choice = draw(&movement(), &host, &guest, SLOTS, &WEIGHTS).unwrap();
            let slot = usize::try_from(choice.slot).unwrap();
            slots[slot] += 1;
            routes[choice.route] += 1;
            joint[slot * 5 + choice.route] += 1;
        }
        let of_slot = [1.0 / 12.0; 12];
        let of_route = WEIGHTS.map(|weight| f64::from(weight) / 65_536.0);
        let of_both: Vec<f64> = of_slot
            .iter()
            .flat_map(|slot| of_route.iter().map(move |route| slot * route))
            .collect();
        let far =
            (distance(&slots, &of_slot), distance(&routes, &of_route), distance(&joint, &of_both));
        assert!(far.0 < SLOT_MAX && far.1 < ROUTE_MAX && far.2 < JOINT_MAX, "{what}: {far:?}");
    }

    #[test]
    fn slots_and_routes_come_as_often_as_they_should() {
        check_fair("both seeds vary", |number| (seed(number), seed(number ^ 0x5a5a_5a5a)));
    }

    #[test]
    fn a_host_that_fixes_its_seed_does_not_bias_the_draw() {
        check_fair("host 00…", |number| (Seed([0; 32]), seed(number)));
        check_fair("host ff…", |number| (Seed([255; 32]), seed(number)));
    }

    #[test]
    fn a_guest_that_fixes_its_seed_does_not_bias_the_draw() {
        check_fair("guest 00…", |number| (seed(number), Seed([0; 32])));
        check_fair("guest = host", |number| (seed(number), seed(number)));
    }

    #[test]
    fn nothing_is_drawn_from_nothing() {
        let drawn = |slots, weights: &[u32]| draw(&movement(), &seed(1), &seed(2), slots, weights);
        assert_eq!(drawn(0, &[1]), None);
        assert_eq!(drawn(1, &[]), None);
        assert_eq!(drawn(1, &[0, 0]), None);
        assert_eq!(drawn(1, &[0, 7, 0]), Some(Choice { slot: 0, route: 1 }));
    }

    #[test]
    fn words_of_an_incomplete_round_are_thrown_away() {
        let n = (1 << 63) + 1;
        let mut words = [n, u64::MAX, 5].into_iter();
        assert_eq!(below(n, &mut words), Some(5));
        assert_eq!(
            below(3, &mut [u64::MAX, 7].into_iter()),
            Some(1),
            "2^64 is not a multiple of 3"
        );
        assert_eq!(below(1 << 32, &mut [u64::MAX].into_iter()), Some((1 << 32) - 1));
    }

    #[test]
    fn a_ticket_belongs_to_the_span_it_lies_in() {
        let routes = (0..6).map(|ticket| pick([2, 0, 3].into_iter(), ticket));
        assert_eq!(routes.collect::<Vec<_>>(), [Some(0), Some(0), Some(2), Some(2), Some(2), None]);
    }

    #[test]
    fn the_vector_of_the_document_holds() {
        let text = include_str!("../../../docs/formats/draw.md");
        let (_, text) = text.split_once("## Version 1").unwrap();
        let value = |name: &str| {
            let line = text.lines().find_map(|l| l.strip_prefix(name)?.trim().strip_prefix("= "));
            line.unwrap_or_else(|| panic!("no `{name}` in the document")).to_owned()
        };
        let secret = |name| Seed::try_from(value(name)).unwrap();
        let (host, guest) = (secret("host seed"), secret("guest seed"));
        let movement = MovementId::new(&value("movement")).unwrap();
        for (side, seed) in [("host", &host), ("guest", &guest)] {
            let party = PartyId::new(&value(&format!("{side} party"))).unwrap();
            let committed = Hash::try_from(value(&format!("{side} commitment"))).unwrap();
            assert_eq!(commitment(&party, &movement, seed), committed);
            assert!(opens(&committed, &party, &movement, seed));
        }
        let mut words = stream(&movement, &host, &guest);
        for name in ["first word", "second word"] {
            assert_eq!(words.next().map(|word| format!("{word:016x}")), Some(value(name)));
        }
        let number = |text: &str| text.trim().parse::<u32>().unwrap();
        let weights: Vec<u32> = value("weights").split(',').map(number).collect();
        let choice = draw(&movement, &host, &guest, number(&value("slots")), &weights).unwrap();
        assert_eq!(choice.slot, number(&value("drawn slot")));
        assert_eq!(u32::try_from(choice.route).unwrap(), number(&value("drawn route")));
    }

    proptest! {
        #[test]
        fn a_changed_seed_never_opens_a_commitment(
            bytes in any::<[u8; 32]>(),
            bit in 0_usize..256,
        ) {
            let party = PartyId::new("pk").unwrap();
            let committed = commitment(&party, &movement(), &Seed(bytes));
            prop_assert!(opens(&committed, &party, &movement(), &Seed(bytes)));
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!opens(&committed, &party, &movement(), &Seed(changed)));
        }

        #[test]
        fn a_commitment_serves_one_party_and_one_movement(bytes in any::<[u8; 32]>()) {
            let (host, guest) = (PartyId::new("pk").unwrap(), PartyId::new("cn").unwrap());
            let committed = commitment(&host, &movement(), &Seed(bytes));
            prop_assert!(!opens(&committed, &guest, &movement(), &Seed(bytes)));
            let other = MovementId::new("mv-2").unwrap();
            prop_assert!(!opens(&committed, &host, &other, &Seed(bytes)));
        }
    }
}
