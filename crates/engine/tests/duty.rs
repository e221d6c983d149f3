//! Two engines keep one board: warned, breached, recorded, alarmed.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;

use duty::obligation::Standing;
use engine::engine::{Config, Engine, Founding, World};
use note::key::SigningKey;
use store::memory::Memory;
use strongbox::clock::ManualClock;
use strongbox::dice::SeededDice;
use words::act::{Act, AgreementProposed, AgreementSigned, KeyEnrolled, Names};
use words::duty::{Complaint, RecordAnswered, RecordOpened};
use words::hash::Seed;
use words::id::{AgreementId, PartyId, PersonId, RecordId};
use words::moment::Moment;
use words::record::{Channel, Grievance, Step};
use words::role::{Role, Side};

const AGREEMENT: &str = include_str!("../../../scenarios/karachi/agreement.toml");

struct Pair {
    clock: Arc<ManualClock>,
    host: Engine,
    guest: Engine,
}

fn key(id: &str, purpose: u8) -> SigningKey {
    let first = id.bytes().next().unwrap();
    SigningKey::from_seed(&[first ^ purpose; 32])
}

fn config(id: &str) -> Config {
    let other = if id == "host" { "guest" } else { "host" };
    Config {
        party: PartyId::new(id).unwrap(),
        peer: Some((PartyId::new(other).unwrap(), key(other, 1).public())),
        heartbeat_every_ms: 60_000,
        positions_kept_ms: 86_400_000,
    }
}

fn found(id: &str, side: Side, clock: &Arc<ManualClock>) -> Engine {
    let clock: Arc<ManualClock> = Arc::clone(clock);
    let world = World {
        store: Box::new(Memory::new()),
        clock,
        dice: Box::new(SeededDice::of(7, id)),
        roads: None,
    };
    let enrolled = KeyEnrolled {
        person: PersonId::new(&format!("{id}/officer")).unwrap(),
        key: key(id, 2).public(),
        roles: vec![Role::Signatory, Role::ConsentOfficer, Role::WatchOfficer],
        until: Moment::parse("2030-01-01T00:00:00Z").unwrap(),
    };
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let founding = Founding { names, side, officers: vec![enrolled], custody: None };
    let seed = Seed(key(id, 3).public().public.try_into().unwrap());
    Engine::found(config(id), world, &seed, &key(id, 1), founding).unwrap()
}

fn mirror(from: &mut Engine, to: &mut Engine) {
    let Some(head) = from.head_text() else { return };
    let entries = from.entries_from(to.peer_size()).unwrap();
    let wanted = to.peer_body_wanted().unwrap_or_else(|| to.peer_size());
    let (bodies, _) = from.bodies_for(&to.config().party, wanted).unwrap();
    let mirrored = to.take_peer(&head, entries, bodies).unwrap();
    assert!(!mirrored.diverged);
    if from.peer_size() > 0 {
        from.take_cosigned(&mirrored.cosigned.unwrap()).unwrap();
    }
}

impl Pair {
    fn agreed() -> Self {
        let clock = Arc::new(ManualClock::at(Moment::parse("2024-10-02T06:00:00Z").unwrap()));
        let host = found("host", Side::Host, &clock);
        let guest = found("guest", Side::Guest, &clock);
        let mut pair = Self { clock, host, guest };
        pair.sync();
        let agreement = AgreementId::new("karachi-exercise").unwrap();
        let text = article::root::root(AGREEMENT);
        let proposed =
            AgreementProposed { agreement: agreement.clone(), text: AGREEMENT.to_owned() };
        pair.say("host", proposed);
        pair.say("host", AgreementSigned { agreement: agreement.clone(), text });
        pair.say("guest", AgreementSigned { agreement, text });
        pair
    }

    fn at(&mut self, text: &str) {
        self.clock.set(Moment::parse(text).unwrap());
        self.sync();
    }

    fn sync(&mut self) {
        for _ in 0..6 {
            self.host.tick().unwrap();
            self.guest.tick().unwrap();
            mirror(&mut self.host, &mut self.guest);
            mirror(&mut self.guest, &mut self.host);
        }
        assert_eq!(self.host.fold().hash(), self.guest.fold().hash(), "one joint state");
    }

    fn say(&mut self, who: &str, act: impl Into<Act>) {
        let engine = if who == "host" { &mut self.host } else { &mut self.guest };
        engine.act(&key(who, 2), act).unwrap();
        self.sync();
    }

    fn both(&self) -> [&Engine; 2] {
        [&self.host, &self.guest]
    }

    fn alarms(&self) -> Vec<Vec<String>> {
        let of = |engine: &Engine| {
            let open = engine.post().watch().alarms();
            open.map(|alarm| format!("{} {}", alarm.kind.as_str(), alarm.unit)).collect()
        };
        self.both().map(of).to_vec()
    }
}

fn complaint() -> RecordOpened {
    RecordOpened {
        record: RecordId::new("r-1").unwrap(),
        agreement: AgreementId::new("karachi-exercise").unwrap(),
        what: Complaint {
            against: Side::Guest,
            channel: Channel::Hotline,
            grievance: Grievance::Conduct,
            complainant: None,
            summary: "shouted at a driver".into(),
        }
        .into(),
    }
}

fn answer() -> RecordAnswered {
    RecordAnswered {
        record: RecordId::new("r-1").unwrap(),
        step: Step::Answered,
        detail: "apologised, and briefed anew".into(),
    }
}

fn breaches(engine: &Engine) -> usize {
    let lines = engine.own().lines().iter();
    lines.filter(|line| matches!(line.entry.act, Some(Act::ObligationBreached(_)))).count()
}

#[test]
fn a_breach_is_warned_of_recorded_once_by_each_and_alarmed_on_both() {
    let mut pair = Pair::agreed();
    pair.say("host", complaint());
    pair.at("2024-10-03T06:00:00Z");
    assert_eq!(pair.alarms(), [Vec::<String>::new(), Vec::new()]);
    pair.at("2024-10-03T19:00:00Z");
    let due = vec!["duty-due r-1/answered".to_owned()];
    assert_eq!(pair.alarms(), [due.clone(), due]);
    assert_eq!(pair.both().map(breaches), [0, 0]);
    pair.at("2024-10-04T06:01:00Z");
    assert_eq!(pair.both().map(breaches), [1, 1]);
    for open in pair.alarms() {
        assert!(open.contains(&"duty-breached r-1/answered".to_owned()), "{open:?}");
    }
    let ids = pair.both().map(|engine| {
        let open = engine.post().watch().alarms();
        open.map(|alarm| alarm.alarm.to_string()).collect::<Vec<_>>()
    });
    assert_eq!(ids[0], ids[1], "one alarm, one id");
    pair.at("2024-10-04T07:00:00Z");
    assert_eq!(pair.both().map(breaches), [1, 1], "once");
    pair.say("guest", answer());
    for engine in pair.both() {
        let one = engine.obligations().remove(0);
        let Standing::Breached { late, .. } = one.state else { panic!("{one:?}") };
        assert_eq!(late, Some(engine.now()), "late, and done");
        assert_eq!(engine.state().void, 0);
    }
}

#[test]
fn what_is_answered_in_time_is_no_breach_and_its_alarm_goes() {
    let mut pair = Pair::agreed();
    pair.say("host", complaint());
    pair.at("2024-10-03T19:00:00Z");
    assert_eq!(pair.alarms()[0].len(), 1);
    pair.say("guest", answer());
    pair.at("2024-10-05T06:00:00Z");
    for engine in pair.both() {
        assert_eq!(breaches(engine), 0);
        assert!(matches!(engine.obligations()[0].state, Standing::Done { .. }));
        let open: Vec<_> = engine.post().watch().alarms().collect();
        assert!(open.iter().all(|alarm| alarm.returned.is_some()), "{open:?}");
    }
}

#[test]
fn a_node_that_has_not_heard_the_other_says_nothing_of_its_duty() {
    let mut pair = Pair::agreed();
    pair.say("host", complaint());
    pair.clock.set(Moment::parse("2024-10-03T20:00:00Z").unwrap());
    // Answered in time, while the road between the nodes is closed.
    pair.guest.act(&key("guest", 2), answer()).unwrap();
    pair.clock.set(Moment::parse("2024-10-04T06:30:00Z").unwrap());
    pair.host.tick().unwrap();
    assert_eq!(breaches(&pair.host), 0);
    let one = pair.host.obligations().remove(0);
    assert!(matches!(one.state, Standing::Breached { .. }), "the board shows what is known");
    pair.sync();
    assert_eq!(pair.both().map(breaches), [0, 0]);
    assert!(matches!(pair.host.obligations()[0].state, Standing::Done { .. }));
}

#[test]
fn the_board_survives_a_restart() {
    let mut pair = Pair::agreed();
    pair.say("host", complaint());
    pair.at("2024-10-04T06:01:00Z");
    let before = pair.host.obligations();
    let bytes = pair.host.export().unwrap();
    let audited = audit::stranger::audit(&bytes).unwrap();
    assert_eq!(audited.state, pair.host.fold().hash(), "a stranger folds the same duties");
    let watch = pair.host.post().watch();
    let again =
        watch::state::Watch::from_bytes(&watch.to_bytes(), watch::timing::Timing::default());
    assert_eq!(&again.unwrap(), watch, "and the watch remembers what it was told");
    assert_eq!(before, pair.host.obligations());
}
