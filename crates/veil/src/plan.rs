//! A movement's plan, sealed in halves: the core and the stages.

use std::collections::BTreeSet;
use std::fmt;

use hkdf::Hkdf;
use minicbor::{Decode, Encode};
use note::canon::{CanonError, decode, encode};
use note::digest::sha256_joined;
use sha2::Sha256;
use thiserror::Error;
use words::hash::{Hash, Seed};
use words::id::{MovementId, RouteId, UnitId};
use words::limit::LEASE_MS_MAX;
use words::moment::Moment;
use words::movement::{Bound, Disclosure, PlanSealed, Stage};
use words::role::{Role, Side};
use zeroize::{Zeroize, Zeroizing};

use crate::halves::{Halves, lock, unlock};
use crate::seal::{SealError, SealingKey, open_with, seal_to};

/// Tells the hash of a core from every other hash of the house.
const CORE_DOMAIN: &[u8] = b"safeconduct/core/1\n";

/// Tells seeds of halves from every other derived seed.
const SECRETS_DOMAIN: &[u8] = b"safeconduct/plan-secrets/1\n";

/// Tells the hash of a half, by which a plan binds its party, from every other hash.
const HALF_DOMAIN: &[u8] = b"safeconduct/half/1\n";

/// Tells the hash of a fallback's seed from every other hash.
const FALLBACK_DOMAIN: &[u8] = b"safeconduct/fallback/1\n";

/// Who plans more candidate routes than this plans none: an ordinary pair of places has five.
pub const ROUTES_MAX: usize = 64;

/// A day of minutes.
pub const SLOTS_MAX: u32 = 1_440;

/// A place is named in one line, in any of the languages.
pub const PLACE_BYTES_MAX: usize = 400;

/// A stage is read on a telephone before departure: a page at most.
pub const TEXT_BYTES_MAX: usize = 4_096;

/// A site with more gates than this is a town.
pub const GATES_MAX: usize = 8;

/// A gate is named as the roads name it, by an id.
pub const GATE_BYTES_MAX: usize = 64;

/// A longer convoy goes in two movements.
pub const VEHICLES_MAX: usize = 32;

/// Each role at most once: there are 14, and room for some more.
pub const ROLES_MAX: usize = 32;

/// Why a plan, or a part of it, cannot be had.
#[derive(Debug, Error)]
pub enum PlanError {
    /// The sealed bytes do not open under these halves.
    #[error("the sealed part does not open")]
    NotOpened(#[source] SealError),
    /// What opened is not what it should be.
    #[error("the part cannot be read")]
    Unreadable(#[source] CanonError),
    /// The text of a stage is not UTF-8.
    #[error("the text of the stage is not text")]
    NotText,
    /// The core breaks its own rules.
    #[error("the core cannot be drawn from")]
    BadCore,
    /// The core is not the one whose hash was signed.
    #[error("the core is not the one that was committed to")]
    NotAsCommitted,
    /// The plan has no such stage.
    #[error("the plan does not disclose stage {0:?}")]
    UnknownStage(Stage),
    /// The draw makes this stage: there is nothing to open.
    #[error("stage {0:?} does not exist before the draw")]
    NotYetDrawn(Stage),
}

/// A route that the draw may choose.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Candidate {
    /// Which route.
    #[n(0)]
    pub route: RouteId,
    /// Its odds, as a share of the sum of all weights.
    #[n(1)]
    pub weight: u32,
    /// The gates from which it can be driven, all equally likely; absent if nobody says.
    #[n(2)]
    pub gates: Option<Vec<String>>,
}

/// What the draw chooses from. Nothing more exists before the draw.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Core {
    /// Hides the core behind its hash.
    #[n(0)]
    pub salt: Seed,
    /// The earliest departure.
    #[n(1)]
    pub first_slot: Moment,
    /// Milliseconds from one slot to the next.
    #[n(2)]
    pub slot_ms: i64,
    /// How many departures the draw may choose, all equally likely.
    #[n(3)]
    pub slots: u32,
    /// The routes that the draw may choose.
    #[n(4)]
    pub routes: Vec<Candidate>,
    /// Where the movement starts.
    #[n(5)]
    pub start: String,
    /// Where it goes.
    #[n(6)]
    pub destination: String,
    /// The vehicles whose order is drawn.
    #[n(7)]
    pub vehicles: Option<Vec<UnitId>>,
}

impl Core {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// The core of its canonical bytes, if something can be drawn from it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PlanError> {
        let core: Self = decode(bytes).map_err(PlanError::Unreadable)?;
        if core.can_be_drawn_from() { Ok(core) } else { Err(PlanError::BadCore) }
    }

    /// What the ledger commits to; the core's own salt hides what is in it.
    pub fn hash(&self) -> Hash {
        sha256_joined(&[CORE_DOMAIN, &self.to_bytes()])
    }

    /// Is there a slot and a route to choose, each route once, all within the limits?
    pub fn can_be_drawn_from(&self) -> bool {
        let distinct: BTreeSet<&RouteId> = self.routes.iter().map(|one| &one.route).collect();
        (1..=SLOTS_MAX).contains(&self.slots)
            && (1..=LEASE_MS_MAX).contains(&self.slot_ms)
            && self.routes.len() <= ROUTES_MAX
            && self.routes.len() == distinct.len()
            && self.routes.iter().any(|one| one.weight > 0)
            && self.start.len() <= PLACE_BYTES_MAX
            && self.destination.len() <= PLACE_BYTES_MAX
            && self.routes.iter().all(|one| {
                let gates = one.gates.as_deref().unwrap_or_default();
                let distinct: BTreeSet<&String> = gates.iter().collect();
                gates.len() <= GATES_MAX
                    && distinct.len() == gates.len()
                    && gates.iter().all(|gate| gate.len() <= GATE_BYTES_MAX)
            })
            && self.in_order().iter().collect::<BTreeSet<_>>().len() == self.in_order().len()
            && self.in_order().len() <= VEHICLES_MAX
    }

    /// The vehicles whose order is drawn, as the plan names them.
    pub fn in_order(&self) -> &[UnitId] {
        self.vehicles.as_deref().unwrap_or_default()
    }
}

// A core in a log line would be the leak: it prints as its hash.
impl fmt::Debug for Core {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Core({})", self.hash())
    }
}

/// A plan in clear, as only its planner sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Plan {
    /// What the draw chooses from.
    pub core: Core,
    /// What is disclosed, to whom, not before when, and its text (empty for a stage that the
    /// draw makes).
    pub stages: Vec<(Stage, Vec<Role>, Moment, String)>,
    /// When the draw may be revealed.
    pub draw_at: Moment,
}

impl fmt::Debug for Plan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Plan({:?})", self.core)
    }
}

/// Both halves of every key of one plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSecrets {
    /// Of the core.
    pub core: Halves,
    /// Of each stage that has a text before the draw.
    pub stages: Vec<(Stage, Halves)>,
    /// The seed of the entry that stands if the host keeps its share back, where the agreement
    /// asks for one.
    pub fallback: Option<Seed>,
}

impl Drop for PlanSecrets {
    // Whoever reads the memory of a guest's node must not find the host's halves.
    fn drop(&mut self) {
        let stages = self.stages.iter_mut().map(|(_, halves)| halves);
        for halves in stages.chain([&mut self.core]) {
            halves.host.0.zeroize();
            halves.guest.0.zeroize();
        }
        if let Some(seed) = &mut self.fallback {
            seed.0.zeroize();
        }
    }
}

impl PlanSecrets {
    /// The halves for these stages, from one fresh random seed that serves one plan only.
    pub fn from_seed(seed: &Seed, stages: &[Stage]) -> Self {
        let secret = Hkdf::<Sha256>::new(None, &seed.0);
        let half = |side: &str, what: &str| {
            let mut half = [0; 32];
            let info = [SECRETS_DOMAIN, side.as_bytes(), b" ", what.as_bytes()];
            secret.expand_multi_info(&info, &mut half).expect("32 bytes are one block of HKDF");
            Seed(half)
        };
        let halves = |what: &str| Halves { host: half("host", what), guest: half("guest", what) };
        let written = stages.iter().filter(|stage| !is_drawn(**stage));
        Self {
            core: halves("core"),
            stages: written.map(|stage| (*stage, halves(name(*stage)))).collect(),
            fallback: None,
        }
    }

    /// The same secrets, with a fresh seed for the entry that stands if the host keeps its share
    /// back.
    #[must_use]
    pub fn with_fallback(mut self, seed: Seed) -> Self {
        self.fallback = Some(seed);
        self
    }

    fn of(&self, stage: Stage) -> Result<&Halves, SealError> {
        let found = self.stages.iter().find(|(other, _)| *other == stage);
        found.map(|(_, halves)| halves).ok_or(SealError::NoHalves(stage))
    }

    fn on_side(&self, half: fn(&Halves) -> Seed) -> PlanHalves {
        let stages = self.stages.iter().map(|(stage, halves)| (*stage, half(halves)));
        PlanHalves { core: half(&self.core), stages: stages.collect() }
    }
}

/// One party's halves of a plan.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PlanHalves {
    /// Of the core's key.
    #[n(0)]
    pub core: Seed,
    /// Of each stage that has a text before the draw.
    #[n(1)]
    pub stages: Vec<(Stage, Seed)>,
}

impl PlanHalves {
    /// The half to release for a stage: all zero if the draw makes it, `None` if the plan has
    /// no such stage.
    pub fn of(&self, stage: Stage) -> Option<Seed> {
        if is_drawn(stage) {
            return Some(Seed([0; 32]));
        }
        self.stages.iter().find(|(other, _)| *other == stage).map(|(_, half)| *half)
    }
}

impl fmt::Debug for PlanHalves {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PlanHalves(hidden)")
    }
}

impl Drop for PlanHalves {
    fn drop(&mut self) {
        self.core.0.zeroize();
        self.stages.iter_mut().for_each(|(_, half)| half.0.zeroize());
    }
}

/// By which hash a plan binds a party to its half of the core's key.
pub fn half_hash(movement: &MovementId, core: &Hash, side: Side, half: &Seed) -> Hash {
    let side: &[u8] = match side {
        Side::Host => b"host\n",
        Side::Guest => b"guest\n",
    };
    sha256_joined(&[HALF_DOMAIN, side, movement.as_str().as_bytes(), b"\n", &core.0, &half.0])
}

/// By which hash a plan is bound to the seed of its fallback.
pub fn fallback_hash(movement: &MovementId, core: &Hash, seed: &Seed) -> Hash {
    sha256_joined(&[FALLBACK_DOMAIN, movement.as_str().as_bytes(), b"\n", &core.0, &seed.0])
}

/// Is this the half to which the plan binds that side? A plan that binds nobody says yes.
pub fn is_bound_to(sealed: &PlanSealed, side: Side, half: &Seed) -> bool {
    sealed.bound.as_ref().is_none_or(|bound| {
        let due = match side {
            Side::Host => bound.host,
            Side::Guest => bound.guest,
        };
        half_hash(&sealed.movement, &sealed.core, side, half) == due
    })
}

/// Does the draw make this stage? Then nothing of it exists before.
pub const fn is_drawn(stage: Stage) -> bool {
    match stage {
        Stage::Window | Stage::Start => false,
        Stage::Minute | Stage::Route => true,
    }
}

/// Seals a plan: each part under halves of its own, the host's halves to the host's node.
/// The same plan, secrets and chance give the same bytes; fresh ones must serve every plan.
pub fn seal_plan(
    movement: &MovementId,
    plan: &Plan,
    secrets: &PlanSecrets,
    host_sealing_public: &[u8],
    chance: &[u8; 32],
) -> Result<PlanSealed, SealError> {
    check(plan)?;
    let core = plan.core.hash();
    let context = |part: &str| context(movement, &core, part);
    let disclose = |(stage, roles, not_before, text): &(Stage, Vec<Role>, Moment, String)| {
        let sealed = if is_drawn(*stage) {
            Vec::new()
        } else {
            lock(secrets.of(*stage)?, &context(name(*stage)), text.as_bytes())
        };
        Ok(Disclosure { stage: *stage, roles: roles.clone(), not_before: *not_before, sealed })
    };
    let halves = Zeroizing::new(encode(&secrets.on_side(|halves| halves.host)));
    let clear = Zeroizing::new(plan.core.to_bytes());
    let bound = Bound {
        host: half_hash(movement, &core, Side::Host, &secrets.core.host),
        guest: half_hash(movement, &core, Side::Guest, &secrets.core.guest),
        fallback: secrets.fallback.map(|seed| fallback_hash(movement, &core, &seed)),
    };
    Ok(PlanSealed {
        movement: movement.clone(),
        core,
        sealed: lock(&secrets.core, &context("core"), &clear),
        host_halves: seal_to(host_sealing_public, &context("host halves"), &halves, chance)?,
        draw_at: plan.draw_at,
        disclosures: plan.stages.iter().map(disclose).collect::<Result<_, _>>()?,
        bound: Some(bound),
    })
}

/// The host's halves of a sealed plan, as only the host's node can read them.
pub fn host_halves(key: &SealingKey, sealed: &PlanSealed) -> Result<PlanHalves, SealError> {
    let context = context(&sealed.movement, &sealed.core, "host halves");
    let halves = Zeroizing::new(open_with(key, &context, &sealed.host_halves)?);
    decode(&halves).or(Err(SealError::NotOpened))
}

/// The guest's halves, which its own node keeps.
pub fn guest_halves(secrets: &PlanSecrets) -> PlanHalves {
    secrets.on_side(|halves| halves.guest)
}

/// The core, once both halves are shown; refused if it is not what was committed to.
pub fn open_core(sealed: &PlanSealed, host: &Seed, guest: &Seed) -> Result<Core, PlanError> {
    let context = context(&sealed.movement, &sealed.core, "core");
    let halves = Halves { host: *host, guest: *guest };
    let bytes = unlock(&halves, &context, &sealed.sealed).map_err(PlanError::NotOpened)?;
    let core = Core::from_bytes(&bytes)?;
    if core.hash() == sealed.core { Ok(core) } else { Err(PlanError::NotAsCommitted) }
}

/// The text of a stage, once both halves are shown.
pub fn open_stage(
    sealed: &PlanSealed,
    stage: Stage,
    host: &Seed,
    guest: &Seed,
) -> Result<String, PlanError> {
    let found = sealed.disclosures.iter().find(|one| one.stage == stage);
    let disclosure = found.ok_or(PlanError::UnknownStage(stage))?;
    if is_drawn(stage) {
        return Err(PlanError::NotYetDrawn(stage));
    }
    let context = context(&sealed.movement, &sealed.core, name(stage));
    let halves = Halves { host: *host, guest: *guest };
    let text = unlock(&halves, &context, &disclosure.sealed).map_err(PlanError::NotOpened)?;
    String::from_utf8(text).or(Err(PlanError::NotText))
}

fn check(plan: &Plan) -> Result<(), SealError> {
    if !plan.core.can_be_drawn_from() {
        return Err(SealError::BadCore);
    }
    let mut seen = BTreeSet::new();
    for (stage, roles, _, text) in &plan.stages {
        if !seen.insert(*stage) {
            return Err(SealError::StageTwice(*stage));
        }
        if is_drawn(*stage) && !text.is_empty() {
            return Err(SealError::NotYetDrawn(*stage));
        }
        if text.len() > TEXT_BYTES_MAX || roles.len() > ROLES_MAX {
            return Err(SealError::TooLong);
        }
    }
    Ok(())
}

// Every part is bound to its movement, its core and its name: ids hold no spaces, so two
// contexts are never alike.
fn context(movement: &MovementId, core: &Hash, part: &str) -> String {
    format!("{movement} {core} {part}")
}

const fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Window => "stage window",
        Stage::Start => "stage start",
        Stage::Minute => "stage minute",
        Stage::Route => "stage route",
    }
}
