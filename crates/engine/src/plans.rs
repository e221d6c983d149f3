//! Plans: the notice's secret, the sealed plan, the joint draw.

use joint::movement::Movement;
use joint::state::Sight;
use note::canon;
use route::draw::{Choice, commitment, draw};
use route::fastest::Path;
use route::game::solve;
use veil::plan::{Candidate, Core, Plan, PlanHalves, PlanSecrets, guest_halves, host_halves};
use words::act::Act;
use words::hash::Seed;
use words::id::{MovementId, RouteId};
use words::moment::Moment;
use words::movement::{
    CapacityNoticed, DrawCommitted, DrawRevealed, MovementSubmitted, PlanSealed, Stage,
    StageReleased,
};
use words::role::{Role, Side};

use crate::engine::{Engine, NodeKeys};
use crate::fault::Fault;
use crate::wish::NoticeWish;
use ledger::held::Ledger;

/// The shortest slot: closer together an ambush that waits a minute would catch several.
pub const SLOT_MINUTES_MIN: u32 = 1;

/// Slots of one window: a day of single minutes.
pub const SLOTS_MAX: i64 = 1_440;

/// What stands before the name of a secret in the store.
const SECRETS: &str = "vault/";

/// A place where a person plans from: the minute and the route that the draw chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// When the convoy leaves.
    pub leaves: Moment,
    /// Which candidate route.
    pub route: RouteId,
    /// The way, where this node has the same roads.
    pub way: Option<Path>,
    /// When it should be there by the roads' own times; the window's end without roads.
    pub arrives: Moment,
}

impl Engine {
    pub(crate) fn notice(&mut self, wish: &NoticeWish) -> Result<Act, Fault> {
        let submission = MovementSubmitted {
            movement: wish.movement.clone(),
            purpose: wish.purpose,
            criticality: wish.criticality,
            window: wish.window,
            seats: wish.seats,
            salt: Seed(self.dice.roll()),
        };
        let commitment = veil::notice::commit(&submission);
        // Kept by its commitment: a second wish for the same movement overwrites nothing.
        let name = format!("request/{}/{commitment}", wish.movement);
        self.hide(&name, &canon::encode(&submission))?;
        Ok(Act::CapacityNoticed(CapacityNoticed {
            movement: wish.movement.clone(),
            agreement: wish.agreement.clone(),
            zone: wish.zone.clone(),
            day: wish.day,
            seats: wish.seats.saturating_add(wish.dummies),
            armour: wish.armour,
            escorts: wish.escorts,
            commitment,
        }))
    }

    pub(crate) fn submission(&mut self, movement: &MovementId) -> Result<Act, Fault> {
        let commitment = self.movement(movement)?.notice.commitment;
        let bytes = self.find(&format!("request/{movement}/{commitment}"), "request", movement)?;
        let submission: MovementSubmitted = canon::decode(&bytes)
            .map_err(|cause| Fault::Plan(format!("the kept request: {cause}")))?;
        Ok(Act::MovementSubmitted(submission))
    }

    pub(crate) fn seal_plan(
        &mut self,
        movement: &MovementId,
        (from, to): (&str, &str),
        slot_minutes: u32,
    ) -> Result<Act, Fault> {
        let known = self.movement(movement)?.clone();
        let plan = self.plan(&known, (from, to), slot_minutes)?;
        let stages: Vec<Stage> = plan.stages.iter().map(|(stage, ..)| *stage).collect();
        let secrets = PlanSecrets::from_seed(&Seed(self.dice.roll()), &stages);
        let host = self.state().parties.get(&Side::Host);
        let host = host.ok_or_else(|| Fault::Plan("the host's ledger is not mirrored".into()))?;
        let sealing = host.sealing.clone();
        let chance = self.dice.roll();
        let sealed = veil::plan::seal_plan(movement, &plan, &secrets, &sealing, &chance)
            .map_err(|cause| Fault::Plan(cause.to_string()))?;
        let ours = canon::encode(&guest_halves(&secrets));
        self.hide(&format!("halves/{movement}/{}", sealed.core), &ours)?;
        Ok(Act::PlanSealed(sealed))
    }

    fn plan(
        &mut self,
        known: &Movement,
        (from, to): (&str, &str),
        slot_minutes: u32,
    ) -> Result<Plan, Fault> {
        let wrong = |text: String| Fault::Plan(text);
        let submitted = known
            .submitted
            .as_ref()
            .ok_or_else(|| wrong("submit the movement before sealing its plan".into()))?;
        let window = submitted.window;
        let mixture = self.mixture(from, to)?;
        let slot_ms = i64::from(slot_minutes.max(SLOT_MINUTES_MIN)) * 60_000;
        let slots = (window.end().ms_since(window.start()) / slot_ms).clamp(1, SLOTS_MAX);
        let routes = mixture.iter().enumerate().map(|(at, (_, weight))| {
            let route = RouteId::new(&format!("r{}", at + 1));
            route.map(|route| Candidate { route, weight: *weight })
        });
        let core = Core {
            salt: Seed(self.dice.roll()),
            first_slot: window.start(),
            slot_ms,
            slots: u32::try_from(slots).unwrap_or(1),
            routes: routes.collect::<Result<_, _>>().map_err(|cause| wrong(cause.to_string()))?,
            start: from.to_owned(),
            destination: to.to_owned(),
        };
        let steps = self.schedule(known)?;
        let stages = steps.into_iter().map(|(stage, roles, before_ms)| {
            let text = match stage {
                Stage::Window => format!("{} – {}", window.start(), window.end()),
                Stage::Start => from.to_owned(),
                Stage::Minute | Stage::Route => String::new(),
            };
            (stage, roles, window.start().plus_ms(-before_ms), text)
        });
        let stages: Vec<_> = stages.collect();
        // The draw falls when the first of its stages may be told, and no earlier.
        let drawn = stages.iter().filter(|(stage, ..)| veil::plan::is_drawn(*stage));
        let draw_at = drawn.map(|(_, _, at, _)| *at).min().unwrap_or(window.start());
        Ok(Plan { core, stages, draw_at })
    }

    fn schedule(&self, known: &Movement) -> Result<Vec<(Stage, Vec<Role>, i64)>, Fault> {
        let agreement = self.state().agreements.get(&known.notice.agreement);
        let rules = agreement
            .and_then(|agreement| agreement.rules())
            .ok_or_else(|| Fault::Plan("its agreement is not in force".into()))?;
        let seen = self.peer.as_ref().map_or(0, Ledger::folded_size);
        let at = (self.at(), Sight { side: self.side(), seen });
        let beside = self.state().beside((&known.notice.agreement, &known.notice.zone), at);
        let beside: Vec<_> = beside.map(|lower| lower.rules.disclosure()).collect();
        // Each lower text with a schedule of its own takes roles away, and tells later.
        let steps = rules.disclosure().iter().filter_map(|step| {
            let (mut roles, mut before_ms) = (step.roles.clone(), step.before_ms);
            for schedule in beside.iter().filter(|schedule| !schedule.is_empty()) {
                let own = schedule.iter().find(|own| own.stage == step.stage)?;
                roles.retain(|role| own.roles.contains(role));
                before_ms = before_ms.min(own.before_ms);
            }
            Some((step.stage, roles, before_ms))
        });
        Ok(steps.collect())
    }

    // The equilibrium of the ambush game: both nodes solve the same game on the same roads.
    fn mixture(&self, from: &str, to: &str) -> Result<Vec<(Path, u32)>, Fault> {
        let roads = self
            .roads
            .as_ref()
            .ok_or_else(|| Fault::Plan("no roads are loaded: name a road file".into()))?;
        let junction = |id: &str| {
            roads
                .junction(id)
                .ok_or_else(|| Fault::Plan(format!("no junction `{id}` on the roads")))
        };
        let mixture = solve(roads, junction(from)?, junction(to)?)
            .map_err(|cause| Fault::Plan(cause.to_string()))?;
        Ok(mixture.routes)
    }

    pub(crate) fn commit_draw(&mut self, movement: &MovementId) -> Result<Act, Fault> {
        self.movement(movement)?;
        let name = format!("seed/{movement}");
        // A seed once made is kept: a draft that was not signed is drafted again with it.
        let seed = if let Some(bytes) = self.secret(&name)? {
            seed_of(&bytes, movement)?
        } else {
            let seed = Seed(self.dice.roll());
            self.hide(&name, &seed.0)?;
            seed
        };
        let commitment = commitment(&self.config.party, movement, &seed);
        Ok(Act::DrawCommitted(DrawCommitted { movement: movement.clone(), commitment }))
    }

    pub(crate) fn reveal_draw(&mut self, movement: &MovementId) -> Result<Act, Fault> {
        let half = self.halves(movement)?.core;
        let bytes = self.find(&format!("seed/{movement}"), "seed", movement)?;
        let seed = seed_of(&bytes, movement)?;
        Ok(Act::DrawRevealed(DrawRevealed { movement: movement.clone(), seed, half }))
    }

    pub(crate) fn release(&mut self, movement: &MovementId, stage: Stage) -> Result<Act, Fault> {
        let half = self
            .halves(movement)?
            .of(stage)
            .ok_or_else(|| Fault::Plan("the plan has no such stage".into()))?;
        Ok(Act::StageReleased(StageReleased { movement: movement.clone(), stage, half }))
    }

    /// This side's halves of a sealed plan.
    fn halves(&self, movement: &MovementId) -> Result<PlanHalves, Fault> {
        let sealed = self.sealed(movement)?;
        match self.side() {
            Side::Host => host_halves(&self.keys.sealing, sealed)
                .map_err(|cause| Fault::Plan(cause.to_string())),
            Side::Guest => {
                let name = format!("halves/{movement}/{}", sealed.core);
                let bytes = self.find(&name, "halves", movement)?;
                canon::decode(&bytes)
                    .map_err(|cause| Fault::Plan(format!("the kept halves: {cause}")))
            }
        }
    }

    /// What the joint draw chose: a function of both reveals and the sealed core, for anyone.
    pub fn drawn(&self, movement: &MovementId) -> Option<Drawn> {
        // Only what still stands in the state counts: an order of entries may yet change.
        let stands = self.state().movements.get(movement).is_some_and(Movement::drawn);
        if let Some(drawn) = self.drawn.borrow().get(movement).filter(|_| stands) {
            return Some(drawn.clone());
        }
        let drawn = self.draw(movement)?;
        self.drawn.borrow_mut().insert(movement.clone(), drawn.clone());
        Some(drawn)
    }

    fn draw(&self, movement: &MovementId) -> Option<Drawn> {
        let known = self.state().movements.get(movement)?;
        let core = core_of(known)?;
        let (host, _) = known.draw.revealed.get(&Side::Host)?;
        let (guest, _) = known.draw.revealed.get(&Side::Guest)?;
        let weights: Vec<u32> = core.routes.iter().map(|route| route.weight).collect();
        let Choice { slot, route } = draw(movement, host, guest, core.slots, &weights)?;
        let leaves = core.first_slot.plus_ms(i64::from(slot) * core.slot_ms);
        let way = self.way(&core, route);
        let seconds = way.as_ref().map(|way| i64::from(way.seconds));
        let end = known.submitted.as_ref().map_or(leaves, |submitted| submitted.window.end());
        let arrives = seconds.map_or(end, |seconds| leaves.plus_ms(seconds * 1_000));
        Some(Drawn { leaves, route: core.routes.get(route)?.route.clone(), way, arrives })
    }

    // The way of a candidate, if our roads give the very mixture that the core was made from.
    fn way(&self, core: &Core, route: usize) -> Option<Path> {
        let mixture = self.mixture(&core.start, &core.destination).ok()?;
        let ours = mixture.iter().map(|(_, weight)| *weight);
        let same = ours.eq(core.routes.iter().map(|route| route.weight));
        if same { mixture.into_iter().nth(route).map(|(path, _)| path) } else { None }
    }

    /// The text of a stage that both sides have released.
    pub fn stage_text(&self, movement: &MovementId, stage: Stage) -> Option<String> {
        let known = self.state().movements.get(movement)?;
        let (host, guest) = known.stage_halves(stage)?;
        match stage {
            Stage::Window | Stage::Start => {
                veil::plan::open_stage(known.plan.as_ref()?, stage, &host, &guest).ok()
            }
            Stage::Minute => self.drawn(movement).map(|drawn| drawn.leaves.to_string()),
            Stage::Route => {
                let drawn = self.drawn(movement)?;
                let roads = self.roads.as_ref()?;
                let way = drawn.way.as_ref()?;
                let ids = way.junctions(roads).into_iter().filter_map(|at| roads.at(at));
                let ids: Vec<&str> = ids.map(|junction| junction.id.as_str()).collect();
                Some(format!("{}: {}", drawn.route, ids.join(" → ")))
            }
        }
    }

    pub(crate) fn movement(&self, id: &MovementId) -> Result<&Movement, Fault> {
        let known = self.state().movements.get(id);
        known.ok_or_else(|| Fault::Plan(format!("no movement `{id}`")))
    }

    fn sealed(&self, movement: &MovementId) -> Result<&PlanSealed, Fault> {
        let plan = self.movement(movement)?.plan.as_ref();
        plan.ok_or_else(|| Fault::Plan("its plan is not sealed".into()))
    }

    pub(crate) fn hide(&mut self, name: &str, secret: &[u8]) -> Result<(), Fault> {
        let sealed = self.keys.vault.seal(self.dice.as_mut(), name, secret);
        let keep = |cause| Fault::Keep { what: "a secret", cause };
        self.store.put(&format!("{SECRETS}{name}"), &sealed).map_err(keep)
    }

    fn secret(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let read = |cause| Fault::Read { what: "a secret", cause };
        let Some(kept) = self.store.get(&format!("{SECRETS}{name}")).map_err(read)? else {
            return Ok(None);
        };
        let secret = self.keys.vault.open(name, &kept);
        secret.map(Some).ok_or_else(|| Fault::Vault { name: name.to_owned() })
    }

    /// Seals again what the node's key before this one had sealed; what opens under neither is
    /// left. Twice does no harm.
    pub fn take_over_secrets(&mut self, before: &NodeKeys) -> Result<(), Fault> {
        let read = |cause| Fault::Read { what: "a secret", cause };
        for key in self.store.keys(SECRETS).map_err(read)? {
            let name = key.strip_prefix(SECRETS).unwrap_or_default();
            let kept = self.store.get(&key).map_err(read)?.unwrap_or_default();
            if let Some(secret) = before.vault.open(name, &kept) {
                self.hide(name, &secret)?;
            }
        }
        Ok(())
    }

    fn find(
        &self,
        name: &str,
        what: &'static str,
        movement: &MovementId,
    ) -> Result<Vec<u8>, Fault> {
        let found = self.secret(name)?;
        found.ok_or_else(|| Fault::NoSecret { what, movement: movement.clone() })
    }
}

/// The core of a plan, once both sides have revealed.
pub fn core_of(known: &Movement) -> Option<Core> {
    let (_, host) = known.draw.revealed.get(&Side::Host)?;
    let (_, guest) = known.draw.revealed.get(&Side::Guest)?;
    veil::plan::open_core(known.plan.as_ref()?, host, guest).ok()
}

fn seed_of(bytes: &[u8], movement: &MovementId) -> Result<Seed, Fault> {
    Seed::from_slice(bytes)
        .ok_or_else(|| Fault::NoSecret { what: "seed", movement: movement.clone() })
}
