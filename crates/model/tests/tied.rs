//! The same histories, walked through two real engines and a real witness.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::OnceLock;

use engine::engine::Engine;
use engine::peer::PeerError;
use model::step::{Bound, Step, after, steps};
use model::world::{Book, Counts, FRESH, Head, SKEW, STEP, Time, World};
use node::judge::judge;
use note::key::SigningKey;
use sim::party::{Party, START, agreement_id, opening};
use store::memory::Image;
use tlog::accusation::Accusation;
use tlog::signed::SignedCheckpoint;
use tlog::vkey::Vkey;
use tlog::witness::AddCheckpoint;
use witness::cosigner::{Cosigner, Memory};
use words::act::Act;
use words::alarm::AlarmNoted;
use words::deployment::{
    ConsentGranted, ConsentRevoked, DeploymentRequested, Subject, TaskOrdered, Terms,
};
use words::id::{AlarmId, ConsentId, DeploymentId, PersonId, TaskId, UnitId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Category, Purpose, Rung, Task};
use words::role::{Role, Side};

/// A unit of the model: the skew that the agreement allows.
const UNIT_MS: i64 = 120_000;

const BOUND: Bound = Bound { end: FRESH + 3 * STEP, flight: 2, lies: true };

/// Narrow enough to be searched to its end.
const HONEST: Bound = Bound { end: FRESH + 2 * STEP, flight: 1, lies: false };

/// Walks chosen by chance; each opens two engines and asks the judge after every step.
const WALKS: u64 = 24;

/// Steps of a walk.
const LONG: usize = 14;

// When the model's time 0 is: the opening's own heads are older.
fn moment(time: Time) -> Moment {
    START.plus_ms(3_600_000 + i64::from(time) * UNIT_MS)
}

fn deployment() -> DeploymentId {
    DeploymentId::new("d-1").unwrap()
}

// Everything but consent: the agreement is in force, a deployment is asked for, both know it.
struct Base {
    host: Image,
    guest: Image,
    // Entries of the host before the first word of the model.
    before: usize,
}

fn base() -> &'static Base {
    static MADE: OnceLock<Base> = OnceLock::new();
    MADE.get_or_init(|| {
        let (mut host, mut guest) = (
            party(Side::Host, opening().host.clone()),
            party(Side::Guest, opening().guest.clone()),
        );
        for party in [&host, &guest] {
            party.set_clock(moment(0));
        }
        let asked = DeploymentRequested {
            deployment: deployment(),
            agreement: agreement_id(),
            purpose: Purpose::ProtectPersons,
            terms: Terms {
                zone: ZoneId::new("karachi-port-road").unwrap(),
                category: Category::Police,
                task: Task::CloseProtection,
                rung: Rung::EscortInsideCordon,
                arms: ArmsClass::Unarmed,
                headcount: 2,
                vehicles: 1,
                sensing: None,
                window: Window::new(START, START.plus_ms(86_400_000)).unwrap(),
            },
        };
        let officer = guest.officer.clone();
        node(&mut guest).act(&officer, asked).unwrap();
        for _ in 0..2 {
            let sent = send(node(&mut guest));
            take(node(&mut host), &sent).unwrap();
            let sent = send(node(&mut host));
            take(node(&mut guest), &sent).unwrap();
        }
        let before = usize::try_from(node(&mut host).own().size()).unwrap();
        Base { host: host.disk.image(), guest: guest.disk.image(), before }
    })
}

fn party(side: Side, image: Image) -> Party {
    let mut party = Party::on(side, 11, image);
    party.set_clock(moment(0));
    party.start().unwrap();
    party
}

fn node(party: &mut Party) -> &mut Engine {
    party.engine.as_mut().unwrap()
}

// A head as it leaves the host, with everything under it.
#[derive(Clone)]
struct Sent {
    head: String,
    entries: Vec<Vec<u8>>,
    bodies: Vec<(u64, Vec<u8>)>,
}

fn send(from: &mut Engine) -> Sent {
    from.publish_head().unwrap();
    let other = from.config().peer.clone().unwrap().0;
    Sent {
        head: from.head_text().unwrap(),
        entries: from.entries_from(0).unwrap(),
        bodies: from.bodies_for(&other, 0).unwrap().0,
    }
}

// As the mirror asks: what is new first, and on a mismatch the whole ledger.
fn take(to: &mut Engine, sent: &Sent) -> Result<(), PeerError> {
    let known = usize::try_from(to.peer_size()).unwrap();
    let new = sent.entries.get(known..).unwrap_or_default().to_vec();
    match to.take_peer(&sent.head, new, sent.bodies.clone()) {
        Err(PeerError::Mismatch) => {
            to.take_peer(&sent.head, sent.entries.clone(), sent.bodies.clone()).map(|_| ())
        }
        other => other.map(|_| ()),
    }
}

struct Forgetful;

impl Memory for Forgetful {
    fn keep(&mut self, _: &SignedCheckpoint) -> std::io::Result<()> {
        Ok(())
    }

    fn accuse(&mut self, _: &Accusation) -> std::io::Result<()> {
        Ok(())
    }
}

// The real world beside the model's.
struct Real {
    host: Party,
    liar: Option<Party>,
    guest: Party,
    witness: Cosigner<Forgetful>,
    flight: BTreeMap<Head, Sent>,
}

impl Real {
    fn begin(skew: Time) -> Self {
        let host = party(Side::Host, base().host.clone());
        let mut guest = party(Side::Guest, base().guest.clone());
        guest.skew_ms = i64::from(skew) * UNIT_MS;
        let log = Vkey::log("host", &host.engine.as_ref().unwrap().node_public());
        let key = SigningKey::from_seed(&[3; 32]);
        let witness = Cosigner::new(("w", key), vec![log], BTreeMap::new(), Forgetful);
        Self { host, liar: None, guest, witness, flight: BTreeMap::new() }
    }

    fn set_clocks(&self, now: Time) {
        for party in [Some(&self.host), self.liar.as_ref(), Some(&self.guest)].into_iter().flatten()
        {
            party.set_clock(moment(now));
        }
    }

    fn step(&mut self, step: &Step, before: &World) {
        let officer = self.host.officer.clone();
        match step {
            Step::Wait => self.set_clocks(before.now + STEP),
            Step::Grant => {
                let grant = ConsentGranted {
                    consent: ConsentId::new("c-1").unwrap(),
                    subject: Subject::Deployment(deployment()),
                    until: moment(0).plus_ms(10 * 3_600_000),
                    headcount_max: 2,
                };
                node(&mut self.host).act(&officer, grant).unwrap();
            }
            Step::Revoke => {
                let consent = ConsentId::new("c-1").unwrap();
                let revoked = ConsentRevoked { consent, reason: "the model".into() };
                node(&mut self.host).act(&officer, revoked).unwrap();
            }
            Step::Lie => {
                let mut liar = Party::on(Side::Host, 12, self.host.disk.image());
                liar.set_clock(moment(before.now));
                liar.start().unwrap();
                let aside = AlarmNoted { alarm: AlarmId::new("sos:aside").unwrap() };
                node(&mut liar).act(&officer, Act::AlarmNoted(aside)).unwrap();
                self.liar = Some(liar);
            }
            Step::Send => self.put(before, false),
            Step::SendLie => self.put(before, true),
            Step::Deliver(head) => {
                let sent = self.flight[head].clone();
                // What the guest makes of it is asked below, not here.
                take(node(&mut self.guest), &sent).ok();
            }
            // A head may be sent again at the same time: it is the same one.
            Step::Lose(_) | Step::Act => {}
            Step::Witness => cosign(&mut self.witness, node(&mut self.host)),
            Step::WitnessLie => cosign(&mut self.witness, node(self.liar.as_mut().unwrap())),
        }
    }

    fn put(&mut self, before: &World, lie: bool) {
        let book: &Book = if lie { before.lie.as_ref().unwrap() } else { &before.truth };
        let head = Head { book: book.clone(), at: before.now };
        let from = if lie { self.liar.as_mut().unwrap() } else { &mut self.host };
        // A heartbeat, at the model's time, whatever was signed before.
        let sent = send(node(from));
        self.flight.insert(head, sent);
    }

    // May the guest act? The judge is asked as it is before a person signs.
    fn may_act(&mut self) -> bool {
        let engine = node(&mut self.guest);
        let by = PersonId::new("guest/officer").unwrap();
        let roles = [Role::Signatory, Role::ProtectionLead, Role::WatchOfficer];
        let at = engine.now();
        let order = TaskOrdered {
            task: TaskId::new("t-1").unwrap(),
            deployment: deployment(),
            units: vec![UnitId::new("u-0").unwrap(), UnitId::new("u-1").unwrap()],
            window: Window::new(at, at.plus_ms(600_000)).unwrap(),
        };
        judge(engine.state(), &engine.asking(&by, &roles), &Act::TaskOrdered(order)).is_ok()
    }

    fn compare(&mut self, world: &World, told: &[Step]) {
        assert_eq!(self.may_act(), world.may_act(), "may the guest act? {world:?} after {told:?}");
        let caught = node(&mut self.guest).peer_is_broken();
        assert_eq!(caught, world.guest.caught, "is the liar caught? {told:?}");
        let held = usize::try_from(node(&mut self.guest).peer_size()).unwrap() - base().before;
        assert_eq!(held, world.guest.book.len(), "what is mirrored? {told:?}");
        let cosigned = self.witness.all().next().map_or(0, |head| head.head.size);
        let cosigned = usize::try_from(cosigned).unwrap().saturating_sub(base().before);
        assert_eq!(cosigned, world.witness.len(), "what is witnessed? {told:?}");
    }
}

// As a log asks a witness: from where it stands, with the proof of our own tree.
fn cosign(witness: &mut Cosigner<Forgetful>, host: &mut Engine) {
    host.publish_head().unwrap();
    let checkpoint = SignedCheckpoint::parse(&host.head_text().unwrap()).unwrap();
    let old = witness.all().next().map_or(0, |head| head.head.size);
    let proof = host.own().tree().consistency(old, checkpoint.head.size).unwrap_or_default();
    let asked = AddCheckpoint { old, proof, checkpoint };
    witness.add(&asked.to_string(), host.now()).ok();
}

fn walk(skew: Time, told: &[Step]) {
    let (mut world, mut real) = (World::begin(skew, Counts::FromSignature), Real::begin(skew));
    real.set_clocks(0);
    for (n, step) in told.iter().enumerate() {
        real.step(step, &world);
        world = after(world, step);
        real.compare(&world, &told[..=n]);
    }
}

// A walk that chance chooses, with the model's own choice of what may happen.
fn by_chance(seed: u64) -> (Time, Vec<Step>) {
    let mut chance = sim::chance::Chance::of(seed, "model/walk");
    let skew = [-SKEW, 0, SKEW][usize::try_from(seed % 3).unwrap()];
    let (mut world, mut told) = (World::begin(skew, Counts::FromSignature), Vec::new());
    for _ in 0..LONG {
        let may = steps(&world, BOUND);
        let Some(step) = chance.pick(&may).cloned() else { break };
        world = after(world, &step);
        told.push(step);
    }
    (skew, told)
}

// The shortest history to a world that somebody looks for.
fn shortest(skew: Time, bound: Bound, wanted: impl Fn(&World) -> bool) -> Vec<Step> {
    let mut queue = VecDeque::from([(World::begin(skew, Counts::FromSignature), Vec::new())]);
    let mut known = BTreeSet::new();
    while let Some((world, told)) = queue.pop_front() {
        if wanted(&world) {
            return told;
        }
        for step in steps(&world, bound) {
            let next = after(world.clone(), &step);
            if known.insert(next.clone()) {
                queue.push_back((next, [told.as_slice(), &[step]].concat()));
            }
        }
    }
    Vec::new()
}

#[test]
fn two_real_engines_answer_as_the_model_does_wherever_chance_leads() {
    let (mut acts, mut lies) = (0, 0);
    for seed in 0..WALKS {
        let (skew, told) = by_chance(seed);
        acts += usize::from(told.contains(&Step::Act));
        lies += usize::from(told.contains(&Step::SendLie));
        walk(skew, &told);
    }
    assert!(acts > 2 && lies > 5, "{acts} walks act, {lies} lie");
}

#[test]
fn two_real_engines_answer_as_the_model_does_where_it_matters() {
    for skew in [-SKEW, 0, SKEW] {
        let late = |world: &World| {
            world.acted.zip(world.revoked).is_some_and(|(at, from)| at == from + FRESH)
        };
        let places: [fn(&World) -> bool; 4] = [
            |world| world.acted.is_some() && world.revoked.is_some(),
            |world| world.guest.caught && world.acted.is_some(),
            |world| world.evidence() && world.acted.is_some(),
            |world| world.now == FRESH + STEP && world.acted.is_some() && !world.may_act(),
        ];
        for (n, place) in places.into_iter().enumerate() {
            let told = shortest(skew, BOUND, place);
            assert!(!told.is_empty(), "no history leads to place {n} at skew {skew}");
            walk(skew, &told);
        }
        // A clock that is ahead counts the host as silent earlier, and nothing is so late.
        let told = shortest(skew, HONEST, late);
        assert_eq!(told.is_empty(), skew == SKEW, "{told:?}");
        walk(skew, &told);
    }
}
