//! What would help: each lever pulled alone, and what remains then.

use ambush::generate::Effort;
use ambush::ground::Ground;
use ambush::plan::{Answer, plan, plan_from};
use ambush::threat::ONE;
use ambush::trouble::Trouble;

use crate::no::No;
use crate::question::{Posed, Question, guarded};
use crate::report::{asked, of_minute, passed};
use crate::stage::Stage;
use crate::terrain::Terrain;

/// Chokepoints where a further guard is tried.
const GUARDS_TRIED: usize = 4;

/// Further gates that are tried on each side.
const GATES_TRIED: usize = 4;

/// A lever is told only if it changes more than this part of what remains.
const TELLS: f64 = 0.001;

/// Which lever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A guard on a road.
    Guard,
    /// A second gate to leave by.
    Exit,
    /// A second gate to arrive by.
    Gate,
    /// Draw the minute from twice as many.
    Hold,
    /// A second convoy that looks the same, on a route drawn of its own.
    Decoy,
    /// A party that drives ahead on the drawn route.
    Advance,
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Guard, Self::Exit, Self::Gate, Self::Hold, Self::Decoy, Self::Advance];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Guard => "guard",
            Self::Exit => "exit",
            Self::Gate => "gate",
            Self::Hold => "hold",
            Self::Decoy => "decoy",
            Self::Advance => "advance",
        }
    }
}

/// One lever and what it would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Lever {
    /// Which.
    pub kind: Kind,
    /// Where: what names the road or the gate; nothing for a lever without a place.
    pub at: String,
    /// What that is called.
    pub name: String,
    /// What would remain.
    pub remains: f64,
}

// What a lever is tried on.
struct Trying<'a> {
    terrain: &'a Terrain,
    question: &'a Question,
    posed: &'a Posed,
    ground: &'a Ground<'a>,
    answer: &'a Answer,
    effort: Effort,
}

/// Every lever that changes something, the strongest first.
pub(crate) fn levers(
    terrain: &Terrain,
    (question, posed, ground): (&Question, &Posed, &Ground<'_>),
    answer: &Answer,
    (effort, go_on): (Effort, &mut dyn FnMut() -> bool),
) -> Vec<Lever> {
    let trying = Trying { terrain, question, posed, ground, answer, effort };
    let before = answer.value() * of_minute(question);
    let mut levers = trying.guards(go_on);
    levers.extend(trying.gates(Kind::Exit, go_on));
    levers.extend(trying.gates(Kind::Gate, go_on));
    levers.extend(trying.without_place());
    levers.retain(|lever| lever.remains < before * (1.0 - TELLS));
    levers.sort_by(|one, other| {
        one.remains.total_cmp(&other.remains).then(one.kind.cmp(&other.kind))
    });
    levers
}

impl Trying<'_> {
    // A guard on each of the dearest chokepoints where none stands.
    fn guards(&self, go_on: &mut dyn FnMut() -> bool) -> Vec<Lever> {
        let known: Vec<Vec<u32>> =
            self.answer.menu.ways.iter().map(|way| way.arcs.clone()).collect();
        let free = self.answer.chokepoints.iter().map(|point| point.road);
        let free = free.filter(|road| !self.posed.guards.contains(road)).take(GUARDS_TRIED);
        let tried = free.filter_map(|road| {
            let threat = guarded(&self.posed.threat, &[road], self.question.guard_cut_ppm).ok()?;
            let asked = asked(self.question, &self.posed.stage);
            let answer = plan_from(&known, (self.ground, &threat), asked, self.effort, go_on);
            let (at, name) = (self.terrain.reference(road), self.terrain.name(road));
            self.lever(Kind::Guard, (at, name), value(answer)?)
        });
        tried.collect()
    }

    // The best of the places beside the usual gate, opened as a second one.
    fn gates(&self, kind: Kind, go_on: &mut dyn FnMut() -> bool) -> Option<Lever> {
        let own = if kind == Kind::Exit { &self.question.from } else { &self.question.to };
        let usual = own.first()?;
        let taken = |id: &str| {
            let taken = self.question.from.iter().chain(&self.question.to);
            taken.into_iter().any(|gate| gate == id)
        };
        let beside = self.terrain.beside(usual).into_iter().filter(|(id, _)| !taken(id));
        let tried = beside.take(GATES_TRIED).filter_map(|(id, name)| {
            let mut question = self.question.clone();
            let side = if kind == Kind::Exit { &mut question.from } else { &mut question.to };
            side.push(id.clone());
            let value = self.asked_anew(&question, go_on).ok()??;
            self.lever(kind, (id, name), value)
        });
        tried.min_by(|one, other| one.remains.total_cmp(&other.remains))
    }

    // With another network: the weights stay, only the ends differ.
    fn asked_anew(
        &self,
        question: &Question,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<f64>, No> {
        let places = |gates: &[String]| -> Result<Vec<_>, No> {
            gates.iter().map(|gate| self.terrain.place(gate)).collect()
        };
        let stage = Stage::of(self.terrain, &places(&question.from)?, &places(&question.to)?)?;
        let ground = Ground::of(&stage.net)?;
        let asked = asked(question, &stage);
        Ok(value(plan(&ground, &self.posed.threat, asked, self.effort, go_on)))
    }

    fn without_place(&self) -> Vec<Lever> {
        let value = self.answer.value();
        let found = 1.0 - f64::from(self.question.advance_ppm) / f64::from(ONE);
        let mut longer = self.question.clone();
        longer.slots = longer.slots.saturating_mul(2);
        let nowhere = || (String::new(), String::new());
        let hold = Lever {
            kind: Kind::Hold,
            at: String::new(),
            name: String::new(),
            remains: value * of_minute(&longer),
        };
        let levers = [
            Some(hold),
            self.lever(Kind::Decoy, nowhere(), self.with_a_decoy()),
            self.lever(Kind::Advance, nowhere(), value * found),
        ];
        levers.into_iter().flatten().collect()
    }

    // Two convoys that look alike, each on a route of its own draw: he meets at least one on a
    // road with 1 - (1 - f)^2, and attacks the true one as often as the other.
    fn with_a_decoy(&self) -> f64 {
        let passed = passed(&self.posed.stage, &self.answer.menu);
        let gains = passed.into_iter().map(|(road, passed)| {
            let weight = f64::from(self.posed.threat.weight(road)) / f64::from(ONE);
            weight * (1.0 - (1.0 - passed).powi(2)) / 2.0
        });
        gains.fold(0.0, f64::max)
    }

    fn lever(&self, kind: Kind, (at, name): (String, String), value: f64) -> Option<Lever> {
        let remains = value * of_minute(self.question);
        remains.is_finite().then_some(Lever { kind, at, name, remains })
    }
}

// With enough guards a route is safe; other troubles are no lever.
fn value(answer: Result<Answer, Trouble>) -> Option<f64> {
    match answer {
        Ok(answer) => Some(answer.value()),
        Err(Trouble::SafeRoute { .. } | Trouble::NoThreat) => Some(0.0),
        Err(_) => None,
    }
}
