//! A million draws from a menu: each route as often as its weight says.

use ambush::generate::Effort;
use ambush::ground::Ground;
use ambush::menu::{Menu, WEIGHT_TOTAL};
use ambush::plan::{Question, plan};
use ambush::threat::Threat;
use route::lot::Lot;
use words::hash::Seed;

use crate::common::{Dice, grid, weights};

const DRAWS: u32 = 1_000_000;

fn menu() -> Menu {
    let mut dice = Dice(11);
    let net = grid(6, &mut dice);
    let threat = Threat::of(weights(net.roads, 0, &mut dice)).unwrap();
    let question = Question { from: 0, to: 35, budget_ppm: Some(1_600_000) };
    let ground = Ground::of(&net).unwrap();
    let answer = plan(&ground, &threat, question, Effort::default(), &mut || true);
    answer.unwrap().menu
}

// Upper end of the chi-square distribution at one in ten thousand (Wilson and Hilferty).
fn most(freedom: f64) -> f64 {
    let part = 2.0 / (9.0 * freedom);
    freedom * (1.0 - part + 3.719 * part.sqrt()).powi(3)
}

fn chi_square(weights: &[u64], total: u64, subject: &str) -> f64 {
    let mut lot = Lot::new("menu/1\n", subject, &Seed([3; 32]), &Seed([4; 32]));
    let mut drawn = vec![0_u32; weights.len()];
    for _ in 0..DRAWS {
        let mut ticket = lot.below(total).unwrap();
        let mut place = 0;
        while ticket >= weights[place] {
            ticket -= weights[place];
            place += 1;
        }
        drawn[place] += 1;
    }
    let real = |number: u64| f64::from(u32::try_from(number >> 21).unwrap());
    let term = |(drawn, weight): (&u32, &u64)| {
        let due = if total == WEIGHT_TOTAL {
            f64::from(DRAWS) * real(*weight) / real(total)
        } else {
            f64::from(DRAWS) * f64::from(u32::try_from(*weight).unwrap()) / 65_536.0
        };
        (f64::from(*drawn) - due).powi(2) / due
    };
    drawn.iter().zip(weights).map(term).sum()
}

#[test]
fn a_million_draws_are_as_the_weights_say() {
    let menu = menu();
    let freedom = u32::try_from(menu.ways.len()).unwrap() - 1;
    assert!(freedom >= 3, "{freedom} routes and one");
    let weights: Vec<u64> = menu.ways.iter().map(|way| way.weight).collect();
    assert_eq!(weights.iter().sum::<u64>(), WEIGHT_TOTAL);
    let of_menu = chi_square(&weights, WEIGHT_TOTAL, "movement one");
    assert!(of_menu < most(f64::from(freedom)), "{of_menu} of {freedom}");
    // The tickets of the joint draw are the same mixture, to one part in 2^16.
    let tickets = menu.tickets(1 << 16);
    assert_eq!(tickets.iter().sum::<u32>(), 1 << 16);
    let tickets: Vec<u64> = tickets.iter().map(|tickets| (*tickets).into()).collect();
    let of_tickets = chi_square(&tickets, 1 << 16, "movement two");
    assert!(of_tickets < most(f64::from(freedom)), "{of_tickets} of {freedom}");
    // And what is not drawn by these weights is told from it.
    let mut shifted = weights.clone();
    let moved = shifted[0] / 50;
    shifted[0] -= moved;
    shifted[1] += moved;
    let mut lot = Lot::new("menu/1\n", "movement three", &Seed([3; 32]), &Seed([4; 32]));
    let first = (0..DRAWS).filter(|_| lot.below(WEIGHT_TOTAL).unwrap() < weights[0]).count();
    let due = f64::from(DRAWS) * f64::from(u32::try_from(shifted[0] >> 21).unwrap())
        / f64::from(1_u32 << 31);
    let apart = (f64::from(u32::try_from(first).unwrap()) - due).powi(2) / due;
    assert!(apart > most(1.0), "a fiftieth of one route moved is seen: {apart}");
}
