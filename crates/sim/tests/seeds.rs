//! A few whole histories; `sim --seeds 2000` runs the rest.
#![cfg(test)]

use sim::run::{Tally, run};
use sim::story::Story;

#[test]
fn whatever_goes_wrong_nothing_is_lost_early_or_without_consent() {
    let mut total = Tally::default();
    for seed in 0..20 {
        let ended = run(seed, &mut Story::default());
        let tally = ended.unwrap_or_else(|failure| panic!("`sim {seed}`: {failure:?}"));
        total.add(tally);
    }
    assert!(total.annexes > 0 && total.closed > 0, "{total:?}");
    assert!(total.orders > 10 && total.disowned > 0, "keys change among it: {total:?}");
}

#[test]
fn a_seed_is_a_whole_history_to_the_last_byte() {
    let told = |seed: u64| {
        let mut story = Story::told();
        run(seed, &mut story).unwrap();
        story.lines().to_vec()
    };
    let first = told(5);
    assert!(first.len() > 20, "{first:?}");
    assert_eq!(first, told(5));
    assert_ne!(first, told(6));
}
