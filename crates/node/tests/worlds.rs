//! Small worlds, whole: every order of five acts by two parties.
#![cfg(test)]

mod pair;

use std::collections::{BTreeMap, BTreeSet};

use node::audit::unconsented_guest_minutes;
use node::fold::{Fold, replay};
use node::reader::Entry;
use pair::Pair;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use words::hash::Hash;
use words::role::Side;

// What either party may say next. A line that is refused says nothing, and the world stays.
const HOST: [&str; 5] = [
    "grant c-1 d-1 4 until 07:00",
    "revoke c-1",
    "grant c-2 d-1 3 until 09:00",
    "renew c-1 until 08:00",
    "suspend whole",
];
const GUEST: [&str; 3] = ["order t-1 d-1 3", "start t-1", "end t-1"];

/// Acts of one world.
const ACTS_MAX: usize = 5;

// One step of a world: a party says one of its lines, or takes all that it lacks.
#[derive(Clone, Copy)]
enum Step {
    Say(Side, &'static str),
    Hear(Side),
}

fn steps() -> Vec<Step> {
    let host = HOST.map(|line| Step::Say(Side::Host, line));
    let guest = GUEST.map(|line| Step::Say(Side::Guest, line));
    let hears = [Step::Hear(Side::Host), Step::Hear(Side::Guest)];
    [&host[..], &guest, &hears].concat()
}

// Walks every world. Two ways to the same two ledgers are one world: it is visited once, and
// both ways must have led to the same state.
struct Walk {
    met: BTreeSet<(usize, Hash, Hash, bool)>,
    joint: BTreeMap<Vec<u8>, Hash>,
    worlds: u32,
}

impl Walk {
    fn on(&mut self, pair: &Pair, said: usize) {
        let (host, guest) = (&pair.host.view, &pair.guest.view);
        let fresh = pair.host.heard == pair.guest.heard;
        let seen = (said, name(pair, host), name(pair, guest), fresh);
        if !self.met.insert(seen) {
            return;
        }
        self.worlds += 1;
        self.check(pair);
        for step in steps() {
            let mut next = pair.clone();
            let grown = match step {
                Step::Hear(side) => hear(&mut next, side),
                Step::Say(_, _) if said == ACTS_MAX => false,
                Step::Say(side, line) => {
                    let minute = 10 + said;
                    let side = if side == Side::Host { "host" } else { "guest" };
                    next.line(&format!("06:{minute} {side} {line}")) == "ok"
                }
            };
            if grown {
                let more = usize::from(matches!(step, Step::Say(..)));
                self.on(&next, said + more);
            }
        }
    }

    // The invariants hold on both nodes as they are, and when both have heard everything.
    fn check(&mut self, pair: &Pair) {
        let mut whole = pair.clone();
        whole.meet();
        let (host, guest) = (&whole.host.view, &whole.guest.view);
        assert_eq!(host.sizes(), guest.sizes(), "nothing waits for ever");
        assert_eq!(host.hash(), guest.hash(), "one joint state");
        // The same ledgers give the same state, whoever heard what first.
        let known = self.joint.entry(ledgers(pair)).or_insert_with(|| host.hash());
        assert_eq!(*known, host.hash(), "the order of arrival decides nothing");
        for view in [&pair.host.view, &pair.guest.view, host] {
            assert_eq!(unconsented_guest_minutes(view.state(), pair.now), 0, "live consent");
        }
        lawful(host, &whole.guest.ledger, &whole.host.ledger);
    }
}

// Default deny and live consent, from the ledgers alone: who began had an order and had read
// a lease, and had not read that it was revoked.
fn lawful(view: &Fold, guest: &[Entry], host: &[Entry]) {
    use words::act::Act;
    for entry in guest {
        let Some(Act::TaskStarted(act)) = &entry.act else { continue };
        if view.state().tasks.get(&act.task).is_none_or(|task| task.started.is_none()) {
            continue;
        }
        let read = &host[..usize::try_from(entry.seen.size).unwrap()];
        let last = read.iter().rev().find_map(|entry| match &entry.act {
            Some(Act::ConsentGranted(_)) => Some(true),
            Some(Act::ConsentRevoked(_) | Act::AgreementSuspended(_)) => Some(false),
            Some(_) | None => None,
        });
        assert_eq!(last, Some(true), "who begins has read a living lease");
    }
}

fn hear(pair: &mut Pair, side: Side) -> bool {
    let other = pair.desk(side.other()).ledger.clone();
    let now = pair.now;
    let desk = pair.desk(side);
    let before = desk.view.sizes();
    while desk.take_from(&other) {}
    desk.heard = now;
    desk.view.sizes() != before
}

// Both ledgers as text: what was said when, and what had been read when it was said.
fn ledgers(pair: &Pair) -> Vec<u8> {
    let both = pair.host.ledger.iter().chain(&pair.guest.ledger).skip(5);
    let told = both.map(|it| format!("{:?} {} {:?} {:?}", it.side, it.at.unix_ms, it.act, it.seen));
    told.collect::<Vec<_>>().join("\n").into_bytes()
}

// What a node holds: both ledgers, and how much of the other it has folded.
fn name(pair: &Pair, view: &Fold) -> Hash {
    let bytes = [ledgers(pair), format!("{:?}", view.sizes()).into_bytes()].concat();
    note::digest::sha256(&bytes)
}

#[test]
fn in_every_small_world_both_nodes_agree_and_nobody_acts_without_consent() {
    let mut pair = Pair::agreed();
    assert_eq!(pair.line("06:00 guest request d-1 4"), "ok");
    pair.together = false;
    let mut walk = Walk { met: BTreeSet::new(), joint: BTreeMap::new(), worlds: 0 };
    walk.on(&pair, 0);

    assert_eq!(walk.worlds, 671, "as many worlds as the lines allow, and none is skipped");
}

const LINES: [(Side, &str); 16] = [
    (Side::Guest, "request d-1 6"),
    (Side::Guest, "request d-2 6"),
    (Side::Host, "grant c-1 d-1 6 until 08:00"),
    (Side::Host, "grant c-2 d-2 4 until 08:00"),
    (Side::Host, "grant c-3 d-1 2 until 09:00"),
    (Side::Host, "renew c-1 until 10:00"),
    (Side::Host, "revoke c-1"),
    (Side::Host, "suspend whole"),
    (Side::Host, "resume whole"),
    (Side::Host, "shut escort_inside_cordon"),
    (Side::Host, "open escort_inside_cordon"),
    (Side::Guest, "order t-1 d-1 2"),
    (Side::Guest, "order t-2 d-2 3"),
    (Side::Guest, "start t-1"),
    (Side::Guest, "start t-2"),
    (Side::Guest, "end t-1"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn every_order_of_arrival_gives_the_state_of_the_replay(
        said in vec((0_usize..16, any::<bool>(), any::<bool>()), 1..24),
        lie in any::<bool>(),
    ) {
        let mut pair = Pair::agreed();
        pair.together = false;
        for (minute, (line, host_hears, guest_hears)) in said.into_iter().enumerate() {
            for (hears, side) in [(host_hears, Side::Host), (guest_hears, Side::Guest)] {
                if hears {
                    hear(&mut pair, side);
                }
            }
            let (side, line) = LINES[line];
            let side = if side == Side::Host { "host" } else { "guest" };
            let minute = minute + 10;
            pair.line(&format!("06:{minute} {side} {line}"));
        }
        if lie {
            pair.line("06:50 guest lies start t-9");
            pair.line("06:51 host note a-1");
        }
        pair.meet();
        let whole = replay(pair.host.ledger.clone(), pair.guest.ledger.clone());
        prop_assert_eq!(whole.hash(), pair.host.view.hash());
        prop_assert_eq!(whole.hash(), pair.guest.view.hash());
        let minutes = pair.minutes();
        prop_assert!(if lie { minutes > 0 } else { minutes == 0 }, "{} minutes", minutes);
    }
}
