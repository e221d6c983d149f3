//! Small worlds, whole: every order of five acts by two parties.
#![cfg(test)]

mod pair;

use std::collections::{BTreeMap, BTreeSet};

use ledger::reader::Entry;
use node::audit::unconsented_guest_minutes;
use node::fold::{Fold, replay};
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
    worlds: usize,
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
                    let name = if side == Side::Host { "host" } else { "guest" };
                    let answer = next.line(&format!("06:{minute} {name} {line}"));
                    answer == "ok"
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

// The same worlds without node, judge or fold: who said which line when, and who has read how
// much. What may be said rests on the words that the speaker has read, in their order.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Plain {
    host: Vec<(usize, &'static str, usize)>,
    guest: Vec<(usize, &'static str, usize)>,
    host_read: usize,
    guest_read: usize,
}

impl Plain {
    fn may(&self, side: Side, line: &str) -> bool {
        let read = if side == Side::Host { self.host.len() } else { self.guest_read };
        let said = self.host[..read].iter().chain(&self.guest);
        let said: Vec<&str> = said.map(|(_, line, _)| *line).collect();
        let was = |start: &str| said.iter().any(|line| line.starts_with(start));
        let in_force = !was("suspend");
        let leased = (was("grant c-1") && !was("revoke c-1")) || was("grant c-2");
        let open = was("order t-1") && !was("end t-1");
        let start = line.get(..9).unwrap_or(line);
        match start {
            // An id is granted once, one lease lives at a time, and none under a suspension.
            "grant c-1" | "grant c-2" => in_force && !leased && !was(start),
            "renew c-1" => in_force && was("grant c-1") && leased && !was("re"),
            "revoke c-" => was("grant c-1") && !was("revoke"),
            "suspend w" => in_force,
            "order t-1" => in_force && leased && !was("order"),
            "start t-1" => in_force && leased && open && !was("start"),
            // Standing down needs nobody's consent, and an order that nobody began can end too.
            "end t-1" => open,
            other => panic!("no rule for `{other}`"),
        }
    }

    fn after(&self, step: Step) -> Option<Self> {
        let (mut next, minute) = (self.clone(), self.host.len() + self.guest.len());
        match step {
            Step::Say(_, _) if minute == ACTS_MAX => return None,
            Step::Say(side, line) if !self.may(side, line) => return None,
            Step::Say(Side::Host, line) => next.host.push((minute, line, self.host_read)),
            Step::Say(Side::Guest, line) => next.guest.push((minute, line, self.guest_read)),
            Step::Hear(Side::Host) => next.host_read = self.guest.len(),
            Step::Hear(Side::Guest) => next.guest_read = self.host.len(),
        }
        (next != *self).then_some(next)
    }
}

fn plain_worlds() -> BTreeSet<Plain> {
    let (mut met, mut ahead) = (BTreeSet::new(), vec![Plain::default()]);
    while let Some(world) = ahead.pop() {
        ahead.extend(steps().into_iter().filter_map(|step| world.after(step)));
        met.insert(world);
    }
    met
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
    let both = pair.host.ledger.iter().chain(&pair.guest.ledger);
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

    assert_eq!(walk.worlds, plain_worlds().len(), "the worlds that the lines allow, all of them");
    assert_eq!(walk.worlds, 2_580, "as many as these eight lines make in five acts");
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
