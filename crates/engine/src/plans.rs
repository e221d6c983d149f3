//! Plans: the notice's secret, the sealed plan, the joint draw.

use joint::movement::Movement;
use joint::state::Sight;
use lots::drawn::core_of;
use lots::share::{asks_for_fixed, terms};
use note::canon;
use route::fastest::Path;
use route::game::solve;
use route::outcome::pledge;
use veil::plan::{
    Candidate, Core, Plan, PlanHalves, PlanSecrets, guest_halves, host_halves, is_bound_to,
};
use veil::schedule::{may_release, may_reveal};
use words::act::Act;
use words::clause::DrawFallback;
use words::hash::Seed;
use words::id::{MovementId, RouteId, UnitId};
use words::moment::Moment;
use words::movement::{
    CapacityNoticed, DrawCommitted, DrawDefaulted, DrawRevealed, Fallback, MovementSubmitted,
    PlanSealed, Stage, StageReleased,
};
use words::role::{Role, Side};
use zeroize::{Zeroize, Zeroizing};

use crate::engine::Engine;
use crate::fault::Fault;
use ledger::held::Ledger;
use strongbox::node_keys::NodeKeys;
use wish::{NoticeWish, SecretWish, Wish};

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
    /// By which gate, if the plan names gates for it.
    pub gate: Option<String>,
    /// The vehicles in their order, the first one in front.
    pub order: Vec<UnitId>,
    /// The way, where this node has the same roads.
    pub way: Option<Path>,
    /// When it should be there by the roads' own times; the window's end without roads.
    pub arrives: Moment,
}

impl Engine {
    /// Turns a wish into the act to be signed, making and keeping the secrets that it needs.
    pub fn resolve(&mut self, wish: Wish) -> Result<Act, Fault> {
        match wish {
            Wish::Act(act) => Ok(*act),
            Wish::Secret(SecretWish::Notice(notice)) => self.notice(&notice),
            Wish::Secret(SecretWish::Submit { movement }) => self.submission(&movement),
            Wish::Secret(SecretWish::SealPlan { movement, from, to, slot_minutes, gates }) => {
                self.seal_plan(&movement, (&from, &to), (slot_minutes, &gates))
            }
            Wish::Secret(SecretWish::CommitDraw { movement }) => self.commit_draw(&movement),
            Wish::Secret(SecretWish::RevealDraw { movement }) => self.reveal_draw(&movement),
            Wish::Secret(SecretWish::Release { movement, stage }) => self.release(&movement, stage),
            Wish::Secret(SecretWish::IssuePass(wish)) => self.issue_pass(&wish),
            Wish::Secret(SecretWish::Countersign { pass }) => self.countersign(&pass),
        }
    }

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
        (slot_minutes, gates): (u32, &[String]),
    ) -> Result<Act, Fault> {
        let known = self.movement(movement)?.clone();
        let mut plan = self.plan(&known, (from, to), slot_minutes)?;
        self.with_gates_and_vehicles(&mut plan.core, movement, gates)?;
        let stages: Vec<Stage> = plan.stages.iter().map(|(stage, ..)| *stage).collect();
        let mut seed = Seed(self.dice.roll());
        let mut secrets = PlanSecrets::from_seed(&seed, &stages);
        seed.0.zeroize();
        let (_, fallback) = terms(self.state(), &known);
        if fallback == DrawFallback::Fixed {
            secrets = secrets.with_fallback(Seed(self.dice.roll()));
        }
        let host = self.state().parties.get(&Side::Host);
        let host = host.ok_or_else(|| Fault::Plan("the host's ledger is not mirrored".into()))?;
        let sealing = host.sealing.clone();
        let chance = self.dice.roll();
        let sealed = veil::plan::seal_plan(movement, &plan, &secrets, &sealing, &chance)
            .map_err(|cause| Fault::Plan(cause.to_string()))?;
        let ours = Zeroizing::new(canon::encode(&guest_halves(&secrets)));
        self.hide(&format!("halves/{movement}/{}", sealed.core), &ours)?;
        if let Some(seed) = secrets.fallback {
            let (host_half, guest_half) = (secrets.core.host, secrets.core.guest);
            let fallback = canon::encode(&Fallback { seed, host_half, guest_half });
            let name = format!("fallback/{movement}/{}", sealed.core);
            self.hide(&name, &Zeroizing::new(fallback))?;
        }
        Ok(Act::PlanSealed(sealed))
    }

    // Gates are junctions of the roads; a route that passes one leaves by it, and any other may
    // leave by each. The order is drawn of the vehicles that are enrolled for the movement.
    fn with_gates_and_vehicles(
        &self,
        core: &mut Core,
        movement: &MovementId,
        gates: &[String],
    ) -> Result<(), Fault> {
        let mixture = if gates.is_empty() {
            Vec::new()
        } else {
            self.mixture(&core.start, &core.destination)?
        };
        let roads = self.roads.as_deref();
        for (candidate, (path, _)) in core.routes.iter_mut().zip(&mixture) {
            let passed = roads.into_iter().flat_map(|roads| {
                let ids = path.junctions(roads).into_iter().filter_map(|at| roads.at(at));
                ids.map(|junction| junction.id.as_str()).collect::<Vec<_>>()
            });
            let first = passed.into_iter().find(|id| gates.iter().any(|gate| gate == id));
            candidate.gates = Some(first.map_or(gates.to_vec(), |gate| vec![gate.to_owned()]));
        }
        let people = self.post.people.all();
        let ours =
            people.filter(|it| it.kind == "vehicle" && it.movement.as_ref() == Some(movement));
        let vehicles: Vec<UnitId> = ours.map(|it| it.unit.clone()).collect();
        core.vehicles = Some(vehicles).filter(|vehicles| !vehicles.is_empty());
        if core.can_be_drawn_from() {
            return Ok(());
        }
        Err(Fault::Plan("name each gate once, at most 8, and at most 32 vehicles".into()))
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
            route.map(|route| Candidate { route, weight: *weight, gates: None })
        });
        let core = Core {
            salt: Seed(self.dice.roll()),
            first_slot: window.start(),
            slot_ms,
            slots: u32::try_from(slots).unwrap_or(1),
            routes: routes.collect::<Result<_, _>>().map_err(|cause| wrong(cause.to_string()))?,
            start: from.to_owned(),
            destination: to.to_owned(),
            vehicles: None,
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
        let sealed = self.sealed(movement)?;
        let menu = sealed.core;
        // Whoever commits to a plan that binds nobody, or whose half is another than the plan
        // says, would answer for what the other side sealed.
        if sealed.bound.is_none() {
            return Err(Fault::Plan("it binds nobody: let its guest seal another movement".into()));
        }
        let half = self.halves(movement)?;
        if !is_bound_to(self.sealed(movement)?, self.side(), &half.core) {
            return Err(Fault::Plan("our half is not the one that the plan names".into()));
        }
        let name = format!("seed/{movement}");
        // A seed once made is kept: a draft that was not signed is drafted again with it.
        let seed = if let Some(bytes) = self.secret(&name)? {
            seed_of(&bytes, movement)?
        } else {
            let seed = Zeroizing::new(self.dice.roll());
            self.hide(&name, &*seed)?;
            seed
        };
        let mut seed = Seed(*seed);
        let commitment = pledge(&self.config.party, movement, &menu, &seed);
        seed.0.zeroize();
        let (movement, menu) = (movement.clone(), Some(menu));
        Ok(Act::DrawCommitted(DrawCommitted { movement, commitment, menu }))
    }

    pub(crate) fn reveal_draw(&mut self, movement: &MovementId) -> Result<Act, Fault> {
        // Before its time the vault stays closed: the judge refuses such an act unseen.
        if may_reveal(self.sealed(movement)?, self.at()).is_err() {
            let (seed, half) = (Seed([0; 32]), Seed([0; 32]));
            return Ok(Act::DrawRevealed(DrawRevealed { movement: movement.clone(), seed, half }));
        }
        let half = self.halves(movement)?.core;
        let bytes = self.find(&format!("seed/{movement}"), "seed", movement)?;
        let seed = Seed(*seed_of(&bytes, movement)?);
        Ok(Act::DrawRevealed(DrawRevealed { movement: movement.clone(), seed, half }))
    }

    /// Names whose share of the draw is missing, and shows the fixed entry if one follows.
    pub(crate) fn default_draw(&mut self, movement: &MovementId) -> Result<Act, Fault> {
        let known = self.movement(movement)?;
        let (named, core) = (known.draw.missing(), self.sealed(movement)?.core);
        let fixed = asks_for_fixed(self.state(), known).is_some() && self.side() == Side::Guest;
        let fallback = if fixed {
            let bytes = self.find(&format!("fallback/{movement}/{core}"), "fallback", movement)?;
            let kept = canon::decode::<Fallback>(&bytes);
            Some(kept.map_err(|cause| Fault::Plan(format!("the kept fallback: {cause}")))?)
        } else {
            None
        };
        let movement = movement.clone();
        Ok(Act::DrawDefaulted(DrawDefaulted { movement, named, fallback }))
    }

    pub(crate) fn release(&mut self, movement: &MovementId, stage: Stage) -> Result<Act, Fault> {
        let movement = movement.clone();
        if may_release(self.sealed(&movement)?, stage, self.at()).is_err() {
            let half = Seed([0; 32]);
            return Ok(Act::StageReleased(StageReleased { movement, stage, half }));
        }
        let half = self
            .halves(&movement)?
            .of(stage)
            .ok_or_else(|| Fault::Plan("the plan has no such stage".into()))?;
        Ok(Act::StageReleased(StageReleased { movement, stage, half }))
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
        let chosen = lots::drawn::drawn(known)?;
        let way = self.way(&core, chosen.at);
        let seconds = way.as_ref().map(|way| i64::from(way.seconds));
        let (leaves, route) = (chosen.leaves, chosen.route);
        let end = known.submitted.as_ref().map_or(leaves, |submitted| submitted.window.end());
        let arrives = seconds.map_or(end, |seconds| leaves.plus_ms(seconds * 1_000));
        Some(Drawn { leaves, route, gate: chosen.gate, order: chosen.order, way, arrives })
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
                let gate = drawn.gate.map_or(String::new(), |gate| format!("; gate {gate}"));
                let order: Vec<&str> = drawn.order.iter().map(UnitId::as_str).collect();
                let order =
                    if order.len() > 1 { format!("; {}", order.join(", ")) } else { String::new() };
                Some(format!("{}: {}{gate}{order}", drawn.route, ids.join(" → ")))
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

    fn secret(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
        let read = |cause| Fault::Read { what: "a secret", cause };
        let Some(kept) = self.store.get(&format!("{SECRETS}{name}")).map_err(read)? else {
            return Ok(None);
        };
        let secret = self.keys.vault.open(name, &kept).map(Zeroizing::new);
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
    ) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let found = self.secret(name)?;
        found.ok_or_else(|| Fault::NoSecret { what, movement: movement.clone() })
    }
}

fn seed_of(bytes: &[u8], movement: &MovementId) -> Result<Zeroizing<[u8; 32]>, Fault> {
    let seed = bytes.try_into().ok().map(Zeroizing::new);
    seed.ok_or_else(|| Fault::NoSecret { what: "seed", movement: movement.clone() })
}
