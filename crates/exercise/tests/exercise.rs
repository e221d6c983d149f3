//! The Karachi exercise on two engines in one room: every promise holds.
#![cfg(test)]

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};

use accord::rules::Rules;
use article::document::parse;
use engine::dice::SeededDice;
use engine::engine::World;
use engine::whatif::whatif;
use exercise::cast::Cast;
use exercise::drill::Drill;
use exercise::forge::forge;
use exercise::promises::findings;
use exercise::scenario::{KARACHI, PEOPLE, ROADS, Scenario, people};
use exercise::theatre::{Room, Theatre};
use exercise::transcript::Transcript;
use joint::state::State;
use node::whatif::Turn;
use store::memory::Memory;
use words::role::Side;

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn drill(seed: u64) -> (Drill<Room>, Page) {
    let scenario = Scenario::parse(KARACHI).unwrap();
    let cast = Cast::of(&scenario, people(PEOPLE).unwrap(), seed).unwrap();
    let roads = Arc::new(route::graph::parse(ROADS).unwrap());
    let room = Room::of(&cast, scenario.start, &roads, seed).unwrap();
    let page = Page::default();
    let transcript = Transcript::to(Box::new(page.clone()), scenario.local_minutes);
    let guest = cast.guest.clone();
    let paired = Some((cast.host.id.clone(), cast.host.root().public()));
    let mut drill = Drill::new(room, scenario, cast, transcript, 20_000);
    drill.forging(Box::new(move |original| {
        let world = World {
            store: Box::new(Memory::new()),
            clock: Arc::clone(original.clock()),
            dice: Box::new(SeededDice::of(seed, "forger")),
            roads: None,
        };
        forge(original, &guest, guest.config(paired.clone()), (world, 3))
    }));
    (drill, page)
}

fn host_state(drill: &mut Drill<Room>) -> State {
    drill.theatre.work(Side::Host, |host| host.state().clone()).unwrap()
}

// The same three days under the text itself, under a draft with lower ceilings, and under one
// with wider arms.
fn drafts_replay_it(export: &[u8]) {
    const AGREEMENT: &str = include_str!("../../../scenarios/karachi/agreement.toml");
    let under = |text: &str| {
        let draft = Rules::compile(parse(text).unwrap()).unwrap();
        whatif(export, &Arc::new(draft)).unwrap()
    };
    let same = under(AGREEMENT);
    assert_eq!(same.differences, []);
    assert!(same.asked > 10 && same.unseen > 0, "{same:?}");
    let lower = AGREEMENT.replace("headcount_max = 10,", "headcount_max = 1,");
    let lower = under(&lower.replace("headcount_max = 12,", "headcount_max = 1,"));
    assert!(lower.count(Turn::Refused) > 0);
    assert_eq!(lower.count(Turn::Allowed), 0);
    let by: BTreeSet<&str> = lower
        .differences
        .iter()
        .flat_map(|one| one.refusal.articles.iter().map(String::as_str))
        .collect();
    assert!(by.contains("8"), "{by:?}");
    let wider = AGREEMENT.replace("class_max = \"less_lethal\"", "class_max = \"long_arm\"");
    let wider = under(&wider.replace("armed_max = 0", "armed_max = 4"));
    assert_eq!(wider.count(Turn::Refused), 0, "{:?}", wider.differences);
}

#[test]
fn every_promise_is_kept_through_three_days_and_an_attack() {
    let (mut drill, page) = drill(7);
    let played = drill.script();
    let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    assert!(played.is_ok(), "{played:?}\n{text}");
    let found = findings(&mut drill).unwrap();
    assert!(found.all_kept(), "{:#?}\n{text}", found.promises);
    assert_eq!(found.promises.len(), 9);
    assert_eq!(found.audit.unconsented_guest_minutes, 0);
    for line in [
        "asks for forty police officers → refused: ceiling-reached, article 8",
        "tries to start two more officers all the same → refused: no-live-consent, article 6",
        "ALARM         left-corridor v-01",
        "ALARM         sos p-04",
        "host/node     names guest in its ledger: fork",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let state = host_state(&mut drill);
    assert_eq!(state.misbehaved.len(), 1, "the guest, and nobody else");
    drafts_replay_it(&found.export);
}
