//! Draws of parties that abort, lie or replay: who is named.

use joint::draw::Wrong;
use joint::movement::Standing;
use lots::record::{Record, records};
use words::id::MovementId;
use words::role::Side;

use super::{APPROVED, check, played};
use crate::pair::Pair;

const AGREEMENT: &str = include_str!("../../../../scenarios/karachi/agreement.toml");

const BOTH: &str = "
 +2  08:05 host  commit m-1
 +2  08:06 guest commit m-1";

fn sealed(how: &str) -> String {
    format!("{APPROVED} {how}")
}

// The same movement again, beside the first.
const SECOND: &str = "
 +2  08:07 guest notice m-2
 +2  08:08 guest submit m-2
 +2  08:09 host  assess m-2 medium
 +4  08:00 host  grant c-2 m-2 1 until 18:00
 +4  08:03 guest approve m-2
 +4  08:04 guest seal m-2";

// Under a text that fixes an entry of each menu beforehand.
fn fixed() -> Pair {
    let before = "advance_notice = { normal_hours = 48, urgent_hours = 24 }";
    assert!(AGREEMENT.contains(before));
    let after = "advance_notice = { normal_hours = 48, urgent_hours = 24, \
                 draw_within_minutes = 5, draw_fallback = \"fixed\" }";
    Pair::agreed_on(&AGREEMENT.replace(before, after))
}

fn record(pair: &Pair, id: &str) -> Record {
    let found = records(pair.state(), pair.now);
    found.into_iter().find(|it| it.movement.as_str() == id).unwrap()
}

fn faults(pair: &Pair, id: &str) -> Vec<(Side, Wrong)> {
    record(pair, id).faults.iter().map(|fault| (fault.side, fault.wrong)).collect()
}

fn standing(pair: &Pair, id: &str) -> Standing {
    pair.state().movements[&MovementId::new(id).unwrap()].standing
}

#[test]
fn two_honest_parties_draw_minute_route_gate_and_order() {
    let pair = check(&format!(
        "{}{BOTH}
 +2  11:30 guest reveal m-1
 +2  11:30 host  reveal m-1",
        sealed("")
    ));
    let found = record(&pair, "m-1");
    assert!(found.clean(), "{found:?}");
    let drawn = found.drawn.unwrap();
    assert!(drawn.gate.is_some_and(|gate| ["east", "west"].contains(&gate.as_str())));
    assert_eq!(drawn.order.len(), 3);
}

#[test]
fn a_party_commits_to_the_sealed_menu_and_to_no_other() {
    let pair = check(&format!(
        "{}
 +2  08:05 host  commit m-1 elsewhere            => seed-mismatch
 +2  08:05 guest lies commit m-1 elsewhere       => seed-mismatch
 +2  08:06 host  commit m-1",
        sealed("")
    ));
    assert_eq!(faults(&pair, "m-1"), [(Side::Guest, Wrong::Lied)]);
}

#[test]
fn whoever_does_not_reveal_is_named_and_the_movement_is_held_for_good() {
    let pair = check(&format!(
        "{}{BOTH}
 +2  11:30 guest reveal m-1
 +2  11:34 guest default m-1 host                => too-early
 +2  11:35 host  default m-1 host                => not-your-side
 +2  11:35 guest default m-1 guest               => draw-incomplete
 +2  11:35 guest default m-1 host fixed          => not-permitted
 +2  11:35 guest default m-1 host
 +2  11:36 host  reveal m-1                      => wrong-state
 +2  11:36 host  lies reveal m-1                 => wrong-state
 +2  11:36 guest default m-1 host                => wrong-state
 +2  11:37 guest go-on m-1                       => draw-incomplete
 +2  11:37 guest depart m-1                      => wrong-state
 +2  11:38 guest cancel m-1",
        sealed("")
    ));
    let found = record(&pair, "m-1");
    let failed = found.defaulted.clone().unwrap();
    assert_eq!((failed.named, failed.by, failed.fallback), (vec![Side::Host], Side::Guest, None));
    assert_eq!(faults(&pair, "m-1"), [(Side::Host, Wrong::Late)]);
    assert_eq!(found.drawn, None, "nothing is drawn a second time");
    assert_eq!(standing(&pair, "m-1"), Standing::Cancelled);
}

#[test]
fn whoever_does_not_even_commit_is_named() {
    let pair = check(&format!(
        "{}
 +2  08:05 host  commit m-1
 +2  11:35 guest default m-1 guest               => not-your-side
 +2  11:35 host  default m-1 guest",
        sealed("")
    ));
    assert_eq!(record(&pair, "m-1").defaulted.unwrap().named, [Side::Guest]);
    let pair = check(&format!(
        "{}
 +2  11:35 host  default m-1 host guest",
        sealed("")
    ));
    assert_eq!(record(&pair, "m-1").defaulted.unwrap().named, [Side::Host, Side::Guest]);
}

#[test]
fn a_share_that_is_missing_shows_before_anybody_says_so() {
    let script = format!("{}{BOTH}\n +2  11:30 guest reveal m-1", sealed(""));
    let mut pair = check(&script);
    assert_eq!(record(&pair, "m-1").overdue, [Side::Host; 0]);
    pair.now = pair.now.plus_ms(5 * 60_000);
    assert_eq!(record(&pair, "m-1").overdue, [Side::Host]);
}

#[test]
fn a_seed_or_half_that_is_not_the_bound_one_is_void_and_its_side_is_named() {
    let pair = check(&format!(
        "{}{BOTH}
 +2  11:30 host  reveal m-1 seed                 => seed-mismatch
 +2  11:30 host  lies reveal m-1 seed            => seed-mismatch
 +2  11:31 guest lies reveal m-1 half            => seed-mismatch
 +2  11:32 guest reveal m-1
 +2  11:35 guest default m-1 host",
        sealed("")
    ));
    let named = [(Side::Host, Wrong::Lied), (Side::Guest, Wrong::Lied)];
    assert_eq!(faults(&pair, "m-1"), named);
    assert_eq!(standing(&pair, "m-1"), Standing::Held);
}

#[test]
fn a_share_of_another_draw_is_void_and_its_side_is_named() {
    let first = format!(
        "{}{BOTH}
 +2  08:06 guest lies commit m-1                 => already-exists
{SECOND}
 +4  08:05 host  commit m-2 as m-1               => replayed
 +4  08:05 host  lies commit m-2 as m-1          => replayed
 +4  08:05 host  commit m-2
 +4  08:06 guest commit m-2",
        sealed("")
    );
    let pair = check(&first);
    assert_eq!(faults(&pair, "m-2"), [(Side::Host, Wrong::Replayed)]);
    // The seeds of these scripts are the same for each movement: once shown, they are old.
    let pair = check(&format!(
        "{}{BOTH}
 +2  11:30 guest reveal m-1
{SECOND}
 +4  08:05 host  commit m-2
 +4  08:06 guest commit m-2
 +4  13:40 guest reveal m-2                      => replayed
 +4  13:40 guest lies reveal m-2                 => replayed
 +4  13:45 host  default m-2 host guest",
        sealed("")
    ));
    assert_eq!(faults(&pair, "m-2"), [(Side::Guest, Wrong::Replayed)]);
    assert_eq!(record(&pair, "m-2").defaulted.unwrap().named, [Side::Host, Side::Guest]);
}

#[test]
fn a_plan_that_holds_nothing_is_laid_at_the_door_of_whoever_sealed_it() {
    let pair = check(&format!(
        "{}{BOTH}
 +2  11:30 guest reveal m-1
 +2  11:30 host  reveal m-1                      => bad-menu
 +2  11:30 host  lies reveal m-1                 => bad-menu
 +2  11:35 guest default m-1 host                => draw-incomplete
 +2  11:35 guest default m-1 guest               => not-your-side
 +2  11:36 host  default m-1 guest",
        sealed("hollow")
    ));
    assert_eq!(faults(&pair, "m-1"), [(Side::Guest, Wrong::BadMenu)]);
    assert_eq!(record(&pair, "m-1").defaulted.unwrap().named, [Side::Guest]);
}

#[test]
fn where_it_is_agreed_the_entry_that_was_fixed_stands_for_the_hosts_share() {
    let start = sealed("fixed");
    let pair = played(
        fixed(),
        &format!(
            "{start}{BOTH}
 +2  11:30 guest reveal m-1
 +2  11:35 guest default m-1 host                => draw-incomplete
 +2  11:35 guest default m-1 host forged         => seed-mismatch
 +2  11:35 guest default m-1 host fixed
 +2  11:45 guest release m-1 route
 +2  11:45 host  release m-1 route
 +2  11:46 guest pass m-1
 +2  11:47 host  countersign m-1
 +2  11:48 guest depart m-1"
        ),
    );
    let found = record(&pair, "m-1");
    assert!(found.drawn.is_some());
    assert_eq!(found.defaulted.unwrap().named, [Side::Host]);
    assert_eq!(standing(&pair, "m-1"), Standing::UnderWay);
}

#[test]
fn a_silent_guest_gains_no_fixed_entry_and_a_plan_without_one_is_not_sealed() {
    let (start, lacks) = (sealed("fixed"), sealed("=> bad-menu"));
    let fixed = fixed();
    let pair = played(
        fixed.clone(),
        &format!(
            "{start}{BOTH}
 +2  11:30 host  reveal m-1
 +2  11:35 host  default m-1 guest fixed         => not-permitted
 +2  11:35 host  default m-1 guest"
        ),
    );
    assert_eq!(standing(&pair, "m-1"), Standing::Held);
    played(fixed, &lacks);
}

#[test]
fn a_plan_of_before_is_drawn_as_before() {
    let pair = check(&format!(
        "{}{BOTH}
 +2  11:30 guest reveal m-1 half
 +2  11:30 host  reveal m-1                      => seed-mismatch
 +2  11:30 host  lies reveal m-1                 => seed-mismatch",
        sealed("unbound")
    ));
    assert_eq!(faults(&pair, "m-1"), [], "it binds nobody, so it names nobody");
    let pair = check(&format!(
        "{}{BOTH}
 +2  11:30 guest reveal m-1
 +2  11:30 host  reveal m-1",
        sealed("unbound")
    ));
    let drawn = record(&pair, "m-1").drawn.unwrap();
    assert_eq!((drawn.gate, drawn.order.len()), (None, 0));
}
