//! Two parties with an agreement in force, a deployment and its lease.

use std::error::Error;
use std::sync::Arc;

use engine::engine::{Config, Engine, Founding, World};
use engine::fault::{Answer, chain};
use note::key::SigningKey;
use store::port::Store;
use strongbox::clock::ManualClock;
use strongbox::dice::{Dice, SeededDice};
use words::act::{Act, AgreementProposed, AgreementSigned, KeyEnrolled, Names};
use words::deployment::{ConsentGranted, DeploymentRequested, Subject, TaskOrdered, Terms};
use words::hash::Seed;
use words::id::{AgreementId, ConsentId, DeploymentId, PartyId, PersonId, TaskId, UnitId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Category, Purpose, Rung, Task};
use words::role::{Role, Side};

/// Whatever ends a measurement early.
pub(crate) type Failure = Box<dyn Error>;

/// The exercise's agreement.
pub(crate) const AGREEMENT: &str = include_str!("../../scenarios/karachi/agreement.toml");

/// All chance in this program comes from here.
pub(crate) const SEED: u64 = 20_241_006;

const DAY_MS: i64 = 86_400_000;
const LEASE_MS: i64 = 43_200_000;
const LEASED: u32 = 4;

/// Two engines whose clocks stand still, and their officers' keys.
pub(crate) struct Parties {
    pub(crate) host: Engine,
    pub(crate) guest: Engine,
    pub(crate) host_officer: SigningKey,
    pub(crate) guest_officer: SigningKey,
}

/// When everything begins.
pub(crate) fn start() -> Moment {
    Moment::from_ms(1_728_000_000_000)
}

/// The agreement's family.
pub(crate) fn agreement() -> Result<AgreementId, Failure> {
    Ok(AgreementId::new("karachi-exercise")?)
}

/// A window so long after the start.
fn hours(from: i64, ms: i64) -> Result<Window, Failure> {
    Window::new(start().plus_ms(from), start().plus_ms(from + ms)).ok_or("an empty window".into())
}

/// A key of a party, from the program's seed.
fn key(party: &str, purpose: &str) -> SigningKey {
    SigningKey::from_seed(&SeededDice::of(SEED, &format!("{party}/{purpose}")).roll())
}

/// An officer who may sign everything.
fn officer(party: &str) -> Result<KeyEnrolled, Failure> {
    Ok(KeyEnrolled {
        person: PersonId::new(&format!("{party}/officer"))?,
        key: key(party, "officer").public(),
        roles: vec![
            Role::Signatory,
            Role::ConsentOfficer,
            Role::WatchOfficer,
            Role::ProtectionLead,
        ],
        until: start().plus_ms(365 * DAY_MS),
    })
}

fn found(side: Side, store: Box<dyn Store>) -> Result<Engine, Failure> {
    let (party, other) = match side {
        Side::Host => ("host", "guest"),
        Side::Guest => ("guest", "host"),
    };
    let config = Config {
        party: PartyId::new(party)?,
        peer: Some((PartyId::new(other)?, key(other, "root").public())),
        heartbeat_every_ms: words::limit::HEARTBEAT_EVERY_MS,
        positions_kept_ms: DAY_MS,
    };
    let clock = Arc::new(ManualClock::at(start()));
    let world = World { store, clock, dice: Box::new(SeededDice::of(SEED, party)), roads: None };
    let names = Names { en: party.into(), zh: party.into(), ur: party.into() };
    let founding = Founding { names, side, officers: vec![officer(party)?], custody: None };
    let seed = Seed(SeededDice::of(SEED, &format!("{party}/node")).roll());
    Ok(Engine::found(config, world, &seed, &key(party, "root"), founding)?)
}

impl Parties {
    /// Founds both, signs the agreement, requests the deployment and grants its lease.
    pub(crate) fn agreed(host: Box<dyn Store>, guest: Box<dyn Store>) -> Result<Self, Failure> {
        let mut parties = Self {
            host: found(Side::Host, host)?,
            guest: found(Side::Guest, guest)?,
            host_officer: key("host", "officer"),
            guest_officer: key("guest", "officer"),
        };
        parties.mirror()?;
        let agreement = agreement()?;
        let text = article::root::root(AGREEMENT);
        let proposed =
            AgreementProposed { agreement: agreement.clone(), text: AGREEMENT.to_owned() };
        let signed = AgreementSigned { agreement, text };
        parties.host(proposed)?;
        parties.host(signed.clone())?;
        parties.guest(signed)?;
        parties.guest(deployment("d-1")?)?;
        parties.host(ConsentGranted {
            consent: ConsentId::new("c-1")?,
            subject: Subject::Deployment(DeploymentId::new("d-1")?),
            until: start().plus_ms(LEASE_MS),
            headcount_max: LEASED,
        })?;
        Ok(parties)
    }

    fn host(&mut self, act: impl Into<Act>) -> Result<(), Failure> {
        self.host.act(&self.host_officer, act).map_err(told)?;
        self.mirror()
    }

    fn guest(&mut self, act: impl Into<Act>) -> Result<(), Failure> {
        self.guest.act(&self.guest_officer, act).map_err(told)?;
        self.mirror()
    }

    /// Carries heads, entries and bodies both ways, twice: bodies are asked for by need.
    pub(crate) fn mirror(&mut self) -> Result<(), Failure> {
        for _ in 0..2 {
            self.host.tick()?;
            self.guest.tick()?;
            carry(&mut self.host, &mut self.guest)?;
            carry(&mut self.guest, &mut self.host)?;
        }
        Ok(())
    }
}

fn carry(from: &mut Engine, to: &mut Engine) -> Result<(), Failure> {
    let head = from.head_text().ok_or("no head")?;
    let entries = from.entries_from(to.peer_size())?;
    let wanted = to.peer_body_wanted().unwrap_or_else(|| to.peer_size());
    let (bodies, _) = from.bodies_for(&to.config().party, wanted)?;
    to.take_peer(&head, entries, bodies)?;
    Ok(())
}

/// An answer that was not yes, in one line.
pub(crate) fn told(answer: Answer) -> Failure {
    match answer {
        Answer::Refused(refusal) => format!("refused: {refusal:?}").into(),
        Answer::Fault(fault) => chain(fault.as_ref()).into(),
    }
}

/// A request that the agreement allows; the rules are asked for each.
pub(crate) fn deployment(id: &str) -> Result<DeploymentRequested, Failure> {
    Ok(DeploymentRequested {
        deployment: DeploymentId::new(id)?,
        agreement: agreement()?,
        purpose: Purpose::ProtectPersons,
        terms: Terms {
            zone: ZoneId::new("karachi-port-road")?,
            category: Category::Police,
            task: Task::CloseProtection,
            rung: Rung::EscortInsideCordon,
            arms: ArmsClass::Unarmed,
            headcount: LEASED,
            vehicles: 1,
            sensing: None,
            window: hours(0, 7 * DAY_MS)?,
        },
    })
}

/// The order of a task that fills one second of its own; the rules are asked for each.
pub(crate) fn order(number: u32) -> Result<TaskOrdered, Failure> {
    Ok(TaskOrdered {
        task: TaskId::new(&format!("t-{number}"))?,
        deployment: DeploymentId::new("d-1")?,
        units: vec![UnitId::new("g-01")?, UnitId::new("g-02")?],
        window: hours(i64::from(number) * 1_000, 1_000)?,
    })
}
