//! Scripts of the domain: who says what, and what is answered.
#![cfg(test)]

mod draws;
mod evidence;
mod pair;
mod standing;

use node::audit::convoys;
use pair::{Pair, midnight};

// Each line and its answer; what holds in every state is asked after each, and after the last
// both nodes are one. (`worlds.rs` compares with a stranger's replay.)
fn check(script: &str) -> Pair {
    played(Pair::agreed(), script)
}

fn played(mut pair: Pair, script: &str) -> Pair {
    for (number, line) in script.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate()
    {
        let (line, wanted) = line.split_once("=>").unwrap_or((line, "ok"));
        let answer = pair.line(line);
        assert_eq!(answer, wanted.trim(), "line {}: {line}", number + 1);
    }
    pair.meet();
    assert_eq!(pair.host.view.hash(), pair.guest.view.hash());
    pair
}

#[test]
fn a_lease_is_granted_renewed_and_dies() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 guest order t-1 d-1 4             => no-live-consent §6
         06:02 host  grant c-1 d-1 4 until 08:00
         06:03 host  grant c-2 d-1 4 until 08:00 => already-exists
         06:04 guest order t-1 d-1 4
         06:05 guest start t-1
         07:00 host  renew c-1 until 07:30       => bad-number
         07:00 host  renew c-1 until 20:00       => lease-too-long §6
         07:00 host  renew c-1 until 09:00
         09:01 guest end t-1
         09:02 guest order t-2 d-1 4             => no-live-consent §6
         09:03 host  renew c-1 until 10:00       => no-live-consent
         09:04 host  grant c-2 d-1 4 until 10:00
         09:05 guest order t-2 d-1 4",
    );
    assert_eq!(pair.minutes(), 0);
}

#[test]
fn a_revocation_needs_nobody_and_beats_every_clock() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 08:00
         06:02 guest order t-1 d-1 4
         06:04 host  revoke c-1
         06:03 guest start t-1                   => no-live-consent §6
         06:05 host  revoke c-1                  => no-live-consent
         06:05 host  renew c-1 until 09:00       => no-live-consent",
    );
    assert_eq!(pair.minutes(), 0);
}

#[test]
fn who_could_not_know_of_a_revocation_is_lawful_until_he_can() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 08:00
         06:02 guest order t-1 d-1 4
         06:03 apart
         06:04 host  revoke c-1
         06:05 guest start t-1
         06:08 together
         06:09 guest end t-1",
    );
    assert_eq!(pair.minutes(), 0, "they had ten minutes to stand down");
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 08:00
         06:02 guest order t-1 d-1 4
         06:03 guest start t-1
         06:04 host  revoke c-1
         06:30 guest end t-1",
    );
    assert_eq!(pair.minutes(), 4 * 16, "four persons, from 06:14 to 06:30");
}

#[test]
fn a_later_lease_does_not_cover_what_was_before_it() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 07:00
         06:02 guest order t-1 d-1 4
         06:03 guest start t-1
         08:00 host  grant c-2 d-1 4 until 09:00
         08:30 guest end t-1",
    );
    assert_eq!(pair.minutes(), 4 * 50, "from 07:10 to 08:00");
}

#[test]
fn an_order_that_was_taken_back_is_never_begun() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 08:00
         06:02 guest order t-1 d-1 4
         06:03 guest end t-1
         06:04 guest start t-1                   => wrong-state
         06:05 guest order t-2 d-1 4",
    );
    assert_eq!(pair.minutes(), 0);
}

#[test]
fn ceilings_hold_at_every_instant() {
    check(
        "06:00 guest request d-1 11              => ceiling-reached §8
         06:00 guest request d-1 8
         06:00 guest request d-2 8
         06:01 host  grant c-1 d-1 9 until 08:00 => outside-consent
         06:01 host  grant c-1 d-1 8 until 08:00
         06:02 host  grant c-2 d-2 8 until 07:00 => ceiling-reached §8
         06:02 host  grant c-2 d-2 2 until 07:00
         06:03 guest order t-1 d-2 3             => outside-consent
         07:01 host  renew c-1 until 09:00
         08:00 host  revoke c-1
         08:01 host  grant c-3 d-2 8 until 10:00
         08:02 host  grant c-4 d-1 8 until 10:00 => ceiling-reached §8",
    );
}

#[test]
fn a_renewal_takes_no_slots_that_others_were_granted() {
    let mut pair = check(
        "06:00 guest request d-1 8
         06:01 host  grant c-1 d-1 8 until 08:00",
    );
    // A deployment that begins when the first lease ends.
    pair.line("07:00 guest note a-1");
    let mut later = pair.state().deployments.values().next().unwrap().request.clone();
    later.deployment = words::id::DeploymentId::new("d-2").unwrap();
    let start = midnight().plus_ms(8 * 3_600_000);
    later.terms.window = words::moment::Window::new(start, later.terms.window.end()).unwrap();
    pair.say(words::role::Side::Guest, later).unwrap();
    assert_eq!(pair.line("07:01 host grant c-2 d-2 8 until 12:00"), "ok");
    assert_eq!(pair.line("07:02 host renew c-1 until 09:00"), "ceiling-reached §8");
}

#[test]
fn fewer_may_begin_under_a_smaller_lease_than_were_ordered_under_a_larger() {
    check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 08:00
         06:02 guest order t-1 d-1 4
         06:03 host  revoke c-1
         06:04 host  grant c-2 d-1 2 until 08:00
         06:05 guest start t-1                   => outside-consent",
    );
}

#[test]
fn each_fact_has_one_owner() {
    check(
        "06:00 guest request d-1 4
         06:01 guest grant c-1 d-1 4 until 08:00      => not-your-side
         06:01 guest lies grant c-1 d-1 4 until 08:00 => not-your-side
         06:02 host  request d-2 4                    => not-your-side
         06:03 host  refuse d-1
         06:04 guest order t-1 d-1 1                  => no-live-consent §6",
    );
}

#[test]
fn a_silent_host_ends_the_guests_authority() {
    check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 12:00
         06:02 guest order t-1 d-1 4
         06:03 apart
         06:22 guest order t-2 d-1 1             => outside-consent
         06:23 guest start t-1                   => host-not-heard §6
         06:24 together
         06:24 guest start t-1",
    );
}

#[test]
fn a_suspension_stops_what_it_covers_and_only_its_side_lifts_it() {
    check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 12:00
         06:02 host  suspend liaison
         06:03 guest order t-1 d-1 1
         06:04 host  suspend whole
         06:05 host  suspend whole               => already-exists
         06:06 guest start t-1                   => suspended §13
         06:06 host  renew c-1 until 13:00       => suspended §13
         06:07 guest resume whole                => wrong-state
         06:08 host  resume whole
         06:09 guest start t-1
         06:10 host  suspend karachi-port-road
         06:11 guest end t-1
         06:12 guest request d-2 1               => suspended §13",
    );
}

#[test]
fn whoever_stays_while_all_is_suspended_is_counted_whatever_the_lease_says() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 12:00
         06:02 guest order t-1 d-1 4
         06:03 guest start t-1
         06:10 host  suspend whole
         06:25 host  resume whole
         06:30 guest end t-1",
    );
    assert_eq!(pair.minutes(), 4 * 5, "ten minutes to stand down, then five until it was lifted");
}

#[test]
fn who_begins_without_consent_admits_it_in_his_own_ledger() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 guest lies order t-1 d-1 4        => no-live-consent §6
         06:02 guest lies start t-1              => unknown-task
         06:12 guest end t-1",
    );
    assert_eq!(pair.minutes(), 10, "at least one person, for ten minutes");
    assert!(pair.state().tasks.is_empty());
    assert_eq!(pair.state().void, 2);
}

#[test]
fn a_backdated_start_after_a_revocation_that_was_read_is_void() {
    let mut pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-1 d-1 4 until 08:00
         06:02 guest order t-1 d-1 4
         06:04 host  revoke c-1
         06:03 guest lies start t-1              => no-live-consent §6",
    );
    pair.now = pair.now.plus_ms(60_000);
    assert_eq!(pair.minutes(), 4);
}

const APPROVED: &str = "06:00 guest notice m-1
     06:01 guest submit m-1
     06:02 guest submit m-1                      => wrong-state
     06:03 host  grant c-1 m-1 1 until 12:00     => wrong-state
     06:04 host  assess m-1 very_high
 +2  08:00 host  grant c-1 m-1 1 until 18:00
 +2  08:01 guest approve m-1                     => risk-too-high
 +2  08:02 host  assess m-1 medium
 +2  08:03 guest approve m-1
 +2  08:04 guest seal m-1";

#[test]
fn nobody_reveals_or_releases_early() {
    check(&format!(
        "{APPROVED}
 +2  08:05 host  reveal m-1                      => draw-incomplete
 +2  08:05 host  commit m-1
 +2  08:05 host  commit m-1                      => already-exists
 +2  08:06 guest commit m-1
 +2  09:59 host  release m-1 start               => too-early
 +2  10:00 host  release m-1 start
 +2  10:00 guest release m-1 start
 +2  11:29 guest reveal m-1                      => too-early
 +2  11:30 guest reveal m-1
 +2  11:30 guest release m-1 minute              => draw-incomplete
 +2  11:30 host  reveal m-1
 +2  11:44 guest release m-1 route               => too-early
 +2  11:45 guest release m-1 route
 +2  11:45 host  release m-1 route"
    ));
}

fn drawn() -> String {
    format!(
        "{APPROVED}
 +2  08:05 host  commit m-1
 +2  08:06 guest commit m-1
 +2  11:30 guest reveal m-1
 +2  11:30 host  reveal m-1"
    )
}

#[test]
fn the_gate_is_green_or_somebody_signs_for_it_and_never_without_consent() {
    let drawn = drawn();
    check(&format!(
        "{drawn}
 +2  11:31 guest depart m-1                      => no-live-pass
 +2  11:32 guest pass m-1
 +2  11:33 guest depart m-1                      => no-live-pass
 +2  11:34 host  countersign m-1
 +2  11:35 guest depart m-1                      => gate-red
 +2  11:45 guest release m-1 route
 +2  11:45 host  release m-1 route
 +2  11:46 guest depart m-1 red                  => gate-red
 +2  11:47 guest depart m-1 red signed
 +2  12:40 guest arrive m-1
 +2  12:50 guest debrief m-1
 +2  12:55 guest close m-1"
    ));
    check(&format!(
        "{drawn}
 +2  11:32 guest pass m-1
 +2  11:34 host  countersign m-1
 +2  11:35 host  revoke c-1
 +2  11:36 guest depart m-1 red signed           => no-live-consent §6"
    ));
}

#[test]
fn what_is_held_at_the_gate_goes_on_at_the_gate() {
    let drawn = drawn();
    check(&format!(
        "{drawn}
 +2  11:32 guest pass m-1
 +2  11:34 host  countersign m-1
 +2  11:40 host  hold m-1
 +2  11:41 guest go-on m-1                       => not-your-side
 +2  11:42 guest depart m-1 red signed           => wrong-state
 +2  11:42 guest arrive m-1                      => wrong-state
 +2  11:43 host  go-on m-1
 +2  11:44 guest arrive m-1                      => wrong-state
 +2  11:45 guest depart m-1 red signed
 +2  11:50 host  hold m-1
 +2  11:50 host  cancel m-1                      => wrong-state
 +2  11:55 host  go-on m-1
 +2  12:40 guest arrive m-1"
    ));
}

#[test]
fn a_departure_that_the_host_halts_unseen_is_void_and_not_unconsented() {
    let pair = check(&format!(
        "{}
 +2  11:32 guest pass m-1
 +2  11:34 host  countersign m-1
 +2  11:40 apart
 +2  11:41 host  hold m-1
 +2  11:42 guest depart m-1 red signed
 +2  11:43 together",
        drawn()
    ));
    assert_eq!((pair.state().void, pair.minutes()), (1, 0));
}

#[test]
fn an_alarm_is_noted_then_handled_then_resolved() {
    check(
        "06:00 guest handle sos/u-1/1            => wrong-alarm-state
         06:01 guest note sos/u-1/1
         06:02 host  resolve sos/u-1/1           => wrong-alarm-state
         06:02 host  note sos/u-1/1
         06:03 host  handle sos/u-1/1
         06:04 guest resolve sos/u-1/1
         06:05 host  handle sos/u-1/1            => wrong-alarm-state",
    );
}

#[test]
fn people_who_are_still_there_take_up_the_room() {
    check(
        "06:00 guest request d-1 10
         06:00 guest request d-2 10
         06:01 host  grant c-1 d-1 10 until 07:00
         06:02 guest order t-1 d-1 10
         06:03 guest start t-1
         07:01 host  grant c-2 d-2 10 until 08:00 => ceiling-reached §8
         07:02 host  grant c-3 d-1 10 until 08:00
         07:03 guest end t-1
         07:04 host  revoke c-3
         07:05 host  grant c-2 d-2 10 until 08:00",
    );
}

#[test]
fn nobody_begins_beside_people_whom_no_lease_holds_any_more() {
    // The host has not heard that they are there; the guest has.
    let pair = check(
        "06:00 guest request d-1 10
         06:00 guest request d-2 10
         06:01 host  grant c-1 d-1 10 until 06:10
         06:02 guest order t-1 d-1 10
         06:03 apart
         06:04 guest start t-1
         06:11 host  grant c-2 d-2 10 until 08:00
         06:12 together
         06:13 guest order t-2 d-2 10
         06:14 guest start t-2                    => ceiling-reached §8
         06:15 guest end t-1
         06:16 guest start t-2",
    );
    assert_eq!(pair.minutes(), 0);
}

#[test]
fn a_convoy_on_the_road_without_consent_is_a_finding() {
    let mut pair = check(&format!(
        "{}
 +2  11:32 guest pass m-1
 +2  11:34 host  countersign m-1
 +2  11:42 guest depart m-1 red signed
 +2  11:50 host  revoke c-1",
        drawn()
    ));
    pair.now = pair.now.plus_ms(10 * 60_000);
    assert_eq!(convoys(pair.state(), pair.now), [], "there is a time to stand down");
    assert_eq!(pair.line("+2 12:15 guest arrive m-1"), "ok");
    pair.now = pair.now.plus_ms(3_600_000);
    let found = convoys(pair.state(), pair.now);
    let [convoy] = found.as_slice() else { panic!("{found:?}") };
    let minutes = convoy.window.end().ms_since(convoy.window.start()) / 60_000;
    assert_eq!((convoy.movement.as_str(), minutes), ("m-1", 15), "from 12:00 to 12:15");
}

#[test]
fn who_does_not_look_is_not_fresher_than_what_it_has_not_seen() {
    let mut pair = Pair::agreed();
    for line in [
        "06:00 guest request d-1 4",
        "06:01 host grant c-1 d-1 4 until 10:00",
        "06:02 guest order t-1 d-1 4",
        "06:03 apart",
        "06:04 host revoke c-1",
    ] {
        assert_eq!(pair.line(line), "ok", "{line}");
    }
    // A node that pretends to have heard the host an hour later, and not of its revocation.
    pair.guest.heard = midnight().plus_ms(7 * 3_600_000);
    let answer = pair.line("07:00 guest lies start t-1");
    assert_eq!(answer, "ok", "the guest's own node knows no better");
    pair.meet();
    assert_eq!(pair.host.view.hash(), pair.guest.view.hash());
    assert_eq!(pair.state().void, 1, "with the host's ledger beside it the claim is none");
    pair.now = midnight().plus_ms(8 * 3_600_000);
    assert_eq!(pair.minutes(), 4 * 60, "and every minute counts");
}

#[test]
fn a_lease_covers_as_many_as_it_says() {
    let mut pair = check(
        "06:00 guest request d-1 10
         06:01 host  grant c-1 d-1 10 until 10:00
         06:02 guest order t-1 d-1 10
         06:03 guest start t-1
         06:30 host  revoke c-1
         06:31 host  grant c-2 d-1 2 until 10:00",
    );
    pair.now = midnight().plus_ms((6 * 60 + 40) * 60_000);
    assert_eq!(pair.minutes(), 0, "ten minutes to stand down");
    pair.now = midnight().plus_ms(8 * 3_600_000);
    assert_eq!(pair.minutes(), 8 * 80, "eight of the ten, from 06:40 to 08:00");
}

#[test]
fn who_knows_of_the_larger_lease_only_is_not_judged_by_the_smaller() {
    let pair = check(
        "06:00 guest request d-1 4
         06:01 host  grant c-9 d-1 4 until 08:00
         06:02 guest order t-1 d-1 4
         06:03 apart
         06:04 host  revoke c-9
         06:05 host  grant c-1 d-1 1 until 08:00
         06:06 guest start t-1
         06:07 together
         06:08 guest end t-1",
    );
    assert_eq!((pair.state().void, pair.minutes()), (0, 0));
}
