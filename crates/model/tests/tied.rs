//! The same histories, walked through two real engines and a real witness.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::OnceLock;

use engine::engine::Engine;
use engine::peer::PeerError;
use ledger::outcome::Outcome;
use letters::quorum::show;
use model::step::{Bound, Lie, Step, after, steps};
use model::world::{Book, FRESH, Head, Rules, SKEW, STEP, Time, Which, World};
use node::judge::judge;
use note::key::SigningKey;
use sim::party::{AGREEMENT, Party, START, agreement_id, opening_under};
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

/// A quorum of both witnesses.
const BOTH: usize = 2;

/// What a walk may do, without a quorum and with one.
const BOUNDS: [Bound; 2] = [
    Bound {
        end: FRESH + 3 * STEP,
        flight: 2,
        leases: &Which::BOTH,
        revokes: true,
        lies: &[Lie::Aside, Lie::Short],
    },
    Bound {
        end: FRESH + 3 * STEP,
        flight: 2,
        leases: &[Which::One],
        revokes: true,
        lies: &[Lie::Aside],
    },
];

/// Narrow enough to be searched for places in it.
const LYING: Bound = Bound {
    end: FRESH + 3 * STEP,
    flight: 2,
    leases: &[Which::One],
    revokes: true,
    lies: &[Lie::Aside],
};

/// The same with a ledger that ends before its revocation.
const STALE: Bound = Bound {
    end: FRESH + 2 * STEP,
    flight: 1,
    leases: &[Which::One],
    revokes: true,
    lies: &[Lie::Short],
};

/// Two leases.
const TWO: Bound =
    Bound { end: 2 * STEP, flight: 1, leases: &Which::BOTH, revokes: true, lies: &[] };

/// A split view before two witnesses.
const SPLIT: Bound =
    Bound { end: STEP, flight: 1, leases: &[Which::One], revokes: true, lies: &[Lie::Aside] };

/// Narrow enough to be searched to its end.
const HONEST: Bound =
    Bound { end: FRESH + 2 * STEP, flight: 1, leases: &[Which::One], revokes: true, lies: &[] };

/// Walks chosen by chance; each opens two engines and asks the judge after every step.
const WALKS: u64 = 48;

/// Steps of a walk.
const LONG: usize = 14;

// When the model's time 0 is: the opening's own heads are older.
fn moment(time: Time) -> Moment {
    START.plus_ms(3_600_000 + i64::from(time) * UNIT_MS)
}

const fn number(which: Which) -> u8 {
    match which {
        Which::One => 0,
        Which::Other => 1,
    }
}

fn deployment(lease: Which) -> DeploymentId {
    DeploymentId::new(&format!("d-{}", number(lease))).unwrap()
}

fn consent(lease: Which) -> ConsentId {
    ConsentId::new(&format!("c-{}", number(lease))).unwrap()
}

// A witness's key; the agreement names both where it asks for a quorum.
fn witness_key(witness: Which) -> SigningKey {
    SigningKey::from_seed(&[number(witness) + 3; 32])
}

fn witness_name(witness: Which) -> String {
    format!("w{}.example", number(witness))
}

fn text(quorum: usize) -> String {
    if quorum == 0 {
        return AGREEMENT.to_owned();
    }
    let named = Which::BOTH.into_iter().map(|witness| {
        let vkey = Vkey::witness(&witness_name(witness), &witness_key(witness).public());
        format!("{:?}", vkey.to_string())
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let hours = "decide_within_hours = 24\n";
    assert!(AGREEMENT.contains(hours), "where the quorum is said");
    let terms = format!("{hours}witness_quorum = {quorum}\nwitnesses = [{named}]\n");
    AGREEMENT.replacen(hours, &terms, 1)
}

// Everything but consent: the agreement is in force, a deployment is asked for, both know it.
struct Base {
    host: Image,
    guest: Image,
    // Entries of the host before the first word of the model.
    before: usize,
    // Heads of the past that the guest has kept by then.
    past: usize,
}

fn base(quorum: usize) -> &'static Base {
    static MADE: [OnceLock<Base>; 3] = [const { OnceLock::new() }; 3];
    MADE[quorum].get_or_init(|| {
        let opening = opening_under(&text(quorum)).unwrap();
        let (mut host, mut guest) =
            (party(Side::Host, opening.host, 10), party(Side::Guest, opening.guest, 10));
        for lease in Which::BOTH {
            let asked = DeploymentRequested {
                deployment: deployment(lease),
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
        }
        for _ in 0..2 {
            let sent = send(node(&mut guest));
            take(node(&mut host), &sent).unwrap();
            let sent = send(node(&mut host));
            take(node(&mut guest), &sent).unwrap();
        }
        let before = usize::try_from(node(&mut host).own().size()).unwrap();
        let past = node(&mut guest).past_heads().unwrap().len();
        Base { host: host.disk.image(), guest: guest.disk.image(), before, past }
    })
}

// Chance of its own in each life: the same would make the same statements again.
fn party(side: Side, image: Image, chance: u64) -> Party {
    let mut party = Party::on(side, chance, image);
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
    witness: Vec<Cosigner<Forgetful>>,
    flight: BTreeMap<Head, Sent>,
    // The host's disk before its newest word: what a liar goes on from that hides it.
    earlier: Image,
    base: &'static Base,
    acts: u32,
}

impl Real {
    fn begin(skew: Time, quorum: usize) -> Self {
        let base = base(quorum);
        let host = party(Side::Host, base.host.clone(), 11);
        let mut guest = party(Side::Guest, base.guest.clone(), 11);
        guest.skew_ms = i64::from(skew) * UNIT_MS;
        let log = Vkey::log("host", &host.engine.as_ref().unwrap().node_public());
        let witness = Which::BOTH.into_iter().map(|witness| {
            let (name, key) = (witness_name(witness), witness_key(witness));
            Cosigner::new((&name, key), vec![log.clone()], BTreeMap::new(), Forgetful)
        });
        let earlier = base.host.clone();
        let (liar, flight) = (None, BTreeMap::new());
        Self { host, liar, guest, witness: witness.collect(), flight, earlier, base, acts: 0 }
    }

    fn set_clocks(&self, now: Time) {
        for party in [Some(&self.host), self.liar.as_ref(), Some(&self.guest)].into_iter().flatten()
        {
            party.set_clock(moment(now));
        }
    }

    fn step(&mut self, step: &Step, before: &World) {
        match step {
            Step::Wait => self.set_clocks(before.now + STEP),
            Step::Grant(lease) => {
                self.earlier = self.host.disk.image();
                grant(&mut self.host, *lease);
            }
            Step::Revoke(lease) => {
                self.earlier = self.host.disk.image();
                let officer = self.host.officer.clone();
                let reason = "the model".to_owned();
                let revoked = ConsentRevoked { consent: consent(*lease), reason };
                node(&mut self.host).act(&officer, revoked).unwrap();
            }
            Step::Lie(lie) => self.lie(*lie, before),
            Step::GrantAside => grant(self.liar.as_mut().unwrap(), Which::One),
            Step::Send => self.put(before, false),
            Step::SendLie => self.put(before, true),
            Step::Deliver(head) => {
                let sent = self.flight[head].clone();
                // What the guest makes of it is asked below, not here.
                take(node(&mut self.guest), &sent).ok();
            }
            // A head may be sent again at the same time: it is the same one.
            Step::Lose(_) => {}
            // Whatever the guest states, it states under the head that it holds.
            Step::Act(_) => {
                self.acts += 1;
                let alarm = AlarmId::new(&format!("sos:act-{}", self.acts)).unwrap();
                let officer = self.guest.officer.clone();
                let noted = Act::AlarmNoted(AlarmNoted { alarm });
                let stated = node(&mut self.guest).act(&officer, noted).unwrap();
                assert_eq!(stated.outcome, Some(Outcome::Acted));
            }
            Step::Witness(witness) => {
                cosign(&mut self.witness[usize::from(number(*witness))], node(&mut self.host));
            }
            Step::WitnessLie(witness) => {
                cosign(
                    &mut self.witness[usize::from(number(*witness))],
                    node(self.liar.as_mut().unwrap()),
                );
            }
            Step::Show(witness) => {
                self.earlier = self.host.disk.image();
                let head = self.witness[usize::from(number(*witness))].all().next().unwrap();
                assert!(show(node(&mut self.host), head).unwrap(), "it helps");
            }
            Step::ShowLie(witness) => {
                let head = self.witness[usize::from(number(*witness))].all().next().unwrap();
                assert!(show(node(self.liar.as_mut().unwrap()), head).unwrap(), "it helps");
            }
        }
    }

    fn lie(&mut self, lie: Lie, before: &World) {
        let image = match lie {
            Lie::Aside => self.host.disk.image(),
            Lie::Short => self.earlier.clone(),
        };
        let mut liar = Party::on(Side::Host, 12, image);
        liar.set_clock(moment(before.now));
        liar.start().unwrap();
        if lie == Lie::Aside {
            let aside = AlarmNoted { alarm: AlarmId::new("sos:aside").unwrap() };
            let officer = liar.officer.clone();
            node(&mut liar).act(&officer, Act::AlarmNoted(aside)).unwrap();
        }
        self.liar = Some(liar);
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
    fn may_act(&mut self, lease: Which) -> bool {
        let engine = node(&mut self.guest);
        let by = PersonId::new("guest/officer").unwrap();
        let roles = [Role::Signatory, Role::ProtectionLead, Role::WatchOfficer];
        let at = engine.now();
        let order = TaskOrdered {
            task: TaskId::new("t-1").unwrap(),
            deployment: deployment(lease),
            units: vec![UnitId::new("u-0").unwrap(), UnitId::new("u-1").unwrap()],
            window: Window::new(at, at.plus_ms(600_000)).unwrap(),
        };
        judge(engine.state(), &engine.asking(&by, &roles), &Act::TaskOrdered(order)).is_ok()
    }

    fn compare(&mut self, world: &World, told: &[Step]) {
        for lease in Which::BOTH {
            let (real, model) = (self.may_act(lease), world.may_act(lease));
            assert_eq!(real, model, "may the guest act under {lease:?}? {world:?} after {told:?}");
        }
        let caught = node(&mut self.guest).peer_is_broken();
        assert_eq!(caught, world.guest.caught, "is the liar caught? {told:?}");
        let held = usize::try_from(node(&mut self.guest).peer_size()).unwrap() - self.base.before;
        assert_eq!(held, world.guest.book.len(), "what is mirrored? {told:?}");
        let kept = node(&mut self.guest).past_heads().unwrap().len() - self.base.past;
        assert_eq!(kept, world.guest.kept.len(), "what is kept of the past? {told:?}");
        for (real, model) in self.witness.iter().zip(world.witness.both()) {
            let cosigned = real.all().next().map_or(0, |head| head.head.size);
            let cosigned = usize::try_from(cosigned).unwrap().saturating_sub(self.base.before);
            assert_eq!(cosigned, model.book.len(), "what is witnessed? {told:?}");
        }
    }
}

fn grant(host: &mut Party, lease: Which) {
    let grant = ConsentGranted {
        consent: consent(lease),
        subject: Subject::Deployment(deployment(lease)),
        until: moment(0).plus_ms(10 * 3_600_000),
        headcount_max: 2,
    };
    let officer = host.officer.clone();
    node(host).act(&officer, grant).unwrap();
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

fn walk(skew: Time, quorum: usize, told: &[Step]) {
    let mut world = World::begin(skew, Rules::asking(quorum));
    let mut real = Real::begin(skew, quorum);
    real.set_clocks(0);
    for (n, step) in told.iter().enumerate() {
        real.step(step, &world);
        world = after(world, step);
        real.compare(&world, &told[..=n]);
    }
}

// A walk that chance chooses, with the model's own choice of what may happen.
fn by_chance(seed: u64) -> (Time, usize, Vec<Step>) {
    let mut chance = sim::chance::Chance::of(seed, "model/walk");
    let at = |count: u64| usize::try_from(seed % count).unwrap();
    let (skew, quorum) = ([-SKEW, 0, SKEW][at(3)], [0, BOTH][at(2)]);
    let (mut world, mut told) = (World::begin(skew, Rules::asking(quorum)), Vec::new());
    for _ in 0..LONG {
        let may = steps(&world, BOUNDS[at(2)]);
        let Some(step) = chance.pick(&may).cloned() else { break };
        world = after(world, &step);
        told.push(step);
    }
    (skew, quorum, told)
}

// The shortest history to a world that somebody looks for.
fn shortest(
    (skew, quorum): (Time, usize),
    bound: Bound,
    wanted: impl Fn(&World) -> bool,
) -> Vec<Step> {
    let begin = World::begin(skew, Rules::asking(quorum));
    let mut queue = VecDeque::from([(begin, Vec::new())]);
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
    let (mut acts, mut lies, mut shown) = (0, 0, 0);
    for seed in 0..WALKS {
        let (skew, quorum, told) = by_chance(seed);
        acts += usize::from(told.iter().any(|step| matches!(step, Step::Act(_))));
        lies += usize::from(told.contains(&Step::SendLie));
        shown += usize::from(told.iter().any(|step| matches!(step, Step::Show(_))));
        walk(skew, quorum, &told);
    }
    let counts = format!("{acts} walks act, {lies} lie, {shown} show a witness's word");
    assert!(acts > 1 && lies > 4 && shown > 1, "{counts}");
}

// Walks both worlds to the nearest history of each place.
fn walk_to(skew: Time, quorum: usize, bound: Bound, places: &[fn(&World) -> bool]) {
    for (n, place) in places.iter().enumerate() {
        let told = shortest((skew, quorum), bound, place);
        assert!(!told.is_empty(), "no history leads to place {n} at skew {skew}");
        walk(skew, quorum, &told);
    }
}

#[test]
fn two_real_engines_answer_as_the_model_does_where_it_matters() {
    for skew in [-SKEW, 0, SKEW] {
        walk_to(
            skew,
            0,
            LYING,
            &[
                |world| world.acted[Which::One].is_some() && world.revoked[Which::One].is_some(),
                |world| world.guest.caught && world.acted[Which::One].is_some(),
                |world| world.evidence() && world.acted[Which::One].is_some(),
                |world| {
                    world.now == FRESH + STEP
                        && world.acted[Which::One].is_some()
                        && !world.may_act(Which::One)
                },
            ],
        );
        let late = |world: &World| {
            world.acted[Which::One]
                .zip(world.revoked[Which::One])
                .is_some_and(|(at, from)| at == from + FRESH)
        };
        // A clock that is ahead counts the host as silent earlier, and nothing is so late.
        let told = shortest((skew, 0), HONEST, late);
        assert_eq!(told.is_empty(), skew == SKEW, "{told:?}");
        walk(skew, 0, &told);
    }
}

#[test]
fn two_real_engines_answer_as_the_model_does_of_two_leases_and_of_stale_ledgers() {
    walk_to(
        0,
        0,
        TWO,
        &[|world| {
            let later = world.acted[Which::Other].zip(world.revoked[Which::One]);
            later.is_some_and(|(at, from)| at > from) && world.guest.saw.revocation
        }],
    );
    walk_to(
        0,
        0,
        STALE,
        &[
            |world| !world.in_time(),
            |world| !world.in_time() && world.evidence(),
            |world| world.guest.caught && world.acted[Which::One].is_some(),
        ],
    );
}

#[test]
fn two_real_engines_answer_as_the_model_does_of_a_quorum_and_a_split_view() {
    walk_to(
        0,
        BOTH,
        SPLIT,
        &[
            |world| world.acted[Which::One].is_some(),
            |world| world.acted[Which::One].is_some() && world.believes_the_lie(),
            |world| world.evidence() && world.guest.book.len() > 1 && !world.may_act(Which::One),
            |world| world.guest.caught,
        ],
    );
}
