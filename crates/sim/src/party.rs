//! One party of a simulation: its node, its disk.

use std::sync::{Arc, OnceLock};

use engine::engine::{Config, Engine, Founding, World};
use engine::fault::{Answer, Fault, chain};
use note::key::SigningKey;
use route::graph::Graph;
use store::memory::Image;
use strongbox::clock::ManualClock;
use strongbox::dice::{Dice, SeededDice};
use words::act::{Act, AgreementProposed, AgreementSigned, KeyEnrolled, Names};
use words::hash::Seed;
use words::id::{AgreementId, PartyId, PersonId};
use words::moment::Moment;
use words::role::{Role, Side};

use crate::disk::Disk;
use crate::keys::Bag;

/// The agreement that the simulated parties live under.
pub const AGREEMENT: &str = include_str!("../agreement.toml");
const ROADS: &str = include_str!("../../../scenarios/karachi/roads.json");

/// A node signs a head at least every minute of simulated time.
const HEARTBEAT_MS: i64 = 60_000;
/// Positions play no part here.
const POSITIONS_KEPT_MS: i64 = 3_600_000;

/// When every history begins: inside the agreement's period.
pub const START: Moment = Moment::from_ms(1_727_848_800_000);

/// One party.
#[derive(Debug)]
pub struct Party {
    /// Its side.
    pub side: Side,
    /// Its node, while the power is on.
    pub engine: Option<Engine>,
    /// Its disk.
    pub disk: Disk,
    /// How far its clock is off.
    pub skew_ms: i64,
    /// Who may sign everything that officers sign.
    pub officer: SigningKey,
    /// Who watches, and may sign little else.
    pub watch: SigningKey,
    /// The root, kept offline.
    pub root: SigningKey,
    /// Does the next question ask for the whole ledger of the other?
    pub mistrusts: bool,
    /// When it last asked the other.
    pub asked: Moment,
    /// The keys that it has had.
    pub bag: Bag,
    /// The seed of its node now.
    pub(crate) node: Seed,
    clock: Arc<ManualClock>,
    seed: u64,
    starts: u32,
}

/// The name of a side's party.
pub const fn name(side: Side) -> &'static str {
    match side {
        Side::Host => "host",
        Side::Guest => "guest",
    }
}

/// The id of a side's party.
pub fn party_id(side: Side) -> PartyId {
    PartyId::new(name(side)).expect("the names of both sides are ids")
}

/// The id of the agreement.
pub fn agreement_id() -> AgreementId {
    AgreementId::new("karachi-exercise").expect("the exercise's name is an id")
}

/// A key of a party, the same in every history.
pub(crate) fn key(side: Side, of: &str) -> SigningKey {
    SigningKey::from_seed(&SeededDice::of(0, &format!("{}/{of}", name(side))).roll())
}

/// The seed of a node, of the key that it begins with or of one that took its place.
pub(crate) fn node_seed(side: Side, turn: u32) -> Seed {
    let purpose = match turn {
        0 => format!("{}/node-seed", name(side)),
        turn => format!("{}/node-seed/{turn}", name(side)),
    };
    Seed(SeededDice::of(0, &purpose).roll())
}

/// What an officer may sign: everything that officers sign.
pub(crate) const OFFICES: &[Role] = &[
    Role::Signatory,
    Role::ConsentOfficer,
    Role::WatchOfficer,
    Role::Analyst,
    Role::ProtectionLead,
    Role::JourneyManager,
    Role::EscortLeader,
];

fn roads() -> Option<Arc<Graph>> {
    static ROADS_READ: OnceLock<Option<Arc<Graph>>> = OnceLock::new();
    ROADS_READ.get_or_init(|| route::graph::parse(ROADS).ok().map(Arc::new)).clone()
}

fn config(side: Side) -> Config {
    Config {
        party: party_id(side),
        peer: Some((party_id(side.other()), key(side.other(), "root").public())),
        heartbeat_every_ms: HEARTBEAT_MS,
        positions_kept_ms: POSITIONS_KEPT_MS,
    }
}

impl Party {
    /// A party before its first start, on a disk that holds that.
    pub fn on(side: Side, seed: u64, image: Image) -> Self {
        Self {
            side,
            engine: None,
            disk: Disk::of(image),
            skew_ms: 0,
            officer: key(side, "officer"),
            watch: key(side, "watch"),
            root: key(side, "root"),
            mistrusts: false,
            asked: START,
            bag: Bag { custodians: vec![key(side, "root")], ..Bag::default() },
            node: node_seed(side, 0),
            clock: Arc::new(ManualClock::at(START)),
            seed,
            starts: 0,
        }
    }

    /// Sets its clock, as wrong as it is.
    pub fn set_clock(&self, now: Moment) {
        self.clock.set(now.plus_ms(self.skew_ms));
    }

    fn world(&mut self) -> World {
        self.starts += 1;
        let purpose = format!("{}/{}", name(self.side), self.starts);
        World {
            store: Box::new(self.disk.clone()),
            clock: Arc::<ManualClock>::clone(&self.clock),
            dice: Box::new(SeededDice::of(self.seed, &purpose)),
            roads: roads(),
        }
    }

    /// Starts the node from what the disk holds, with the key that its ledger names.
    pub fn start(&mut self) -> Result<(), Box<Fault>> {
        for turn in (0..=self.bag.nodes).rev() {
            self.start_as(turn)?;
            if self.engine.as_ref().is_some_and(Engine::is_our_node) {
                break;
            }
        }
        // Broken off between the order and the secrets, it goes on there.
        if self.bag.nodes > 0 {
            self.take_over()?;
        }
        self.find_officer();
        Ok(())
    }

    pub(crate) fn open(&mut self, seed: &Seed) -> Result<(), Box<Fault>> {
        self.engine = None;
        self.disk.restore(self.disk.image());
        let world = self.world();
        self.engine = Some(Engine::open(config(self.side), world, seed)?);
        Ok(())
    }

    fn found(&mut self) -> Result<(), Box<Fault>> {
        let enrol = |person: &str, key: &SigningKey, roles: Vec<Role>| KeyEnrolled {
            person: PersonId::new(&format!("{}/{person}", name(self.side)))
                .expect("an office is an id"),
            key: key.public(),
            roles,
            until: START.plus_ms(400 * 86_400_000),
        };
        let officers = vec![
            enrol("officer", &self.officer, OFFICES.to_vec()),
            enrol("watch", &self.watch, vec![Role::WatchOfficer]),
        ];
        let label = name(self.side).to_owned();
        let names = Names { en: label.clone(), zh: label.clone(), ur: label };
        let founding = Founding { names, side: self.side, officers, custody: None };
        let (world, root) = (self.world(), self.root.clone());
        let seed = node_seed(self.side, 0);
        self.engine = Some(Engine::found(config(self.side), world, &seed, &root, founding)?);
        Ok(())
    }
}

/// Two disks on which both ledgers are founded, mirrored, and the agreement is in force.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The host's disk.
    pub host: Image,
    /// The guest's disk.
    pub guest: Image,
}

/// The opening of every history, made once.
pub fn opening() -> &'static Opening {
    static MADE: OnceLock<Opening> = OnceLock::new();
    MADE.get_or_init(|| opening_under(AGREEMENT).expect("two sound nodes open their ledgers"))
}

/// An opening under another text of the agreement.
pub fn opening_under(text: &str) -> Result<Opening, String> {
    let told = |fault: Box<Fault>| chain(fault.as_ref());
    let mut host = Party::on(Side::Host, u64::MAX, Image::default());
    let mut guest = Party::on(Side::Guest, u64::MAX, Image::default());
    host.found().map_err(told)?;
    guest.found().map_err(told)?;
    let (agreement, text) = (agreement_id(), text.to_owned());
    let hash = article::root::root(&text);
    let signed = AgreementSigned { agreement: agreement.clone(), text: hash };
    mirror(&mut host, &mut guest)?;
    sign(&mut host, AgreementProposed { agreement, text })?;
    sign(&mut host, signed.clone())?;
    mirror(&mut host, &mut guest)?;
    sign(&mut guest, signed)?;
    mirror(&mut host, &mut guest)?;
    Ok(Opening { host: host.disk.image(), guest: guest.disk.image() })
}

fn sign(party: &mut Party, act: impl Into<Act>) -> Result<(), String> {
    let engine = party.engine.as_mut().ok_or("the node is off")?;
    match engine.act(&party.officer, act) {
        Ok(_) => Ok(()),
        Err(Answer::Refused(refusal)) => Err(refusal.detail),
        Err(Answer::Fault(fault)) => Err(chain(fault.as_ref())),
    }
}

// Until nothing moves any more: heads, entries, bodies, cosignatures, both ways.
fn mirror(host: &mut Party, guest: &mut Party) -> Result<(), String> {
    let (Some(host), Some(guest)) = (&mut host.engine, &mut guest.engine) else { return Ok(()) };
    for _ in 0..4 {
        hand_over(host, guest)?;
        hand_over(guest, host)?;
    }
    Ok(())
}

fn hand_over(from: &mut Engine, to: &mut Engine) -> Result<(), String> {
    from.tick().map_err(|fault| chain(&fault))?;
    let Some(head) = from.head_text() else { return Ok(()) };
    let entries = from.entries_from(to.peer_size()).map_err(|fault| chain(&fault))?;
    let wanted = to.peer_body_wanted().unwrap_or_else(|| to.peer_size());
    let party = to.config().party.clone();
    let (bodies, _) = from.bodies_for(&party, wanted).map_err(|fault| chain(&fault))?;
    let mirrored = to.take_peer(&head, entries, bodies).map_err(|error| chain(&error))?;
    let Some(cosigned) = mirrored.cosigned.filter(|_| from.peer_size() > 0) else { return Ok(()) };
    from.take_cosigned(&cosigned).map(|_| ()).map_err(|error| chain(&error))
}
