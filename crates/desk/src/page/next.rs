//! What this viewer can sign next on a movement.

use engine::engine::Engine;
use joint::movement::{Movement, Standing};
use joint::state::Pass;
use node::rights::right;
use sheet::form::{Choice, Fill, Next};
use sheet::term::{STAGES, Term};
use veil::schedule::{may_release, may_reveal};
use words::act::Act;
use words::deployment::Subject;
use words::hash::{Hash, Seed};
use words::id::{MovementId, PassId, SiteId};
use words::movement::{
    Arrived, CheckedIn, Closed, Debriefed, Departed, DrawCommitted, DrawRevealed, Halt,
    MovementApproved, MovementAssessed, MovementHalted, MovementResumed, MovementSubmitted,
    PassCountersigned, PassIssued, PassRevoked, PlanSealed, Stage, StageReleased,
};
use words::presence::{ArmourClass, Risk};

use crate::page::Viewer;

/// Minutes between two slots of a plan, unless the planner says otherwise.
const SLOT_MINUTES: u32 = 5;

/// Every act that fits the movement's standing and the viewer's roles.
pub fn acts(engine: &Engine, viewer: &Viewer, movement: &Movement) -> Vec<Next> {
    let standing = by_standing(engine, movement);
    let papers = passes(engine, movement);
    let may = |act: &Act| {
        let right = right(act);
        right.side.is_none_or(|side| side == engine.side()) && viewer.is_any(right.roles)
    };
    let all = standing.into_iter().chain(papers).filter(|(act, _)| may(act));
    all.map(|(act, fill)| Next { act: act.word().to_owned(), fill }).collect()
}

// Each act as an example: its word and its right are what counts, and the form asks the rest.
fn by_standing(engine: &Engine, movement: &Movement) -> Vec<(Act, Fill)> {
    let id = &movement.notice.movement;
    let mut acts = match movement.standing {
        Standing::Noticed => submit(id),
        Standing::Submitted | Standing::Assessed => vec![assess(id)],
        Standing::Consented => {
            vec![(MovementApproved { movement: id.clone() }.into(), Fill::default()), assess(id)]
        }
        Standing::Approved => vec![seal(engine, id), issue(engine, movement), assess(id)],
        Standing::Sealed => sealed(engine, movement),
        Standing::Drawn => vec![depart(engine, movement), issue(engine, movement), assess(id)],
        Standing::UnderWay | Standing::Diverted => vec![check_in(engine, id), arrive(id)],
        Standing::Arrived | Standing::Aborted => {
            let (movement, note) = (id.clone(), String::new());
            vec![(Debriefed { movement, note }.into(), Fill::default())]
        }
        Standing::Debriefed | Standing::Cancelled | Standing::Refused => {
            vec![(Closed { movement: id.clone() }.into(), Fill::default())]
        }
        Standing::Held | Standing::Closed => Vec::new(),
    };
    acts.extend(releases(engine, movement));
    acts.extend(halts(engine, movement));
    acts
}

fn submit(id: &MovementId) -> Vec<(Act, Fill)> {
    // The request itself is the node's secret since the notice; nothing is asked again.
    let example = MovementSubmitted {
        movement: id.clone(),
        purpose: words::presence::Purpose::ProtectPersons,
        criticality: words::presence::Criticality::Pc1,
        window: words::moment::Window::new(
            words::moment::Moment::from_ms(0),
            words::moment::Moment::from_ms(1),
        )
        .expect("0 is before 1"),
        seats: 1,
        salt: Seed([0; 32]),
    };
    vec![(example.into(), Fill::default())]
}

fn assess(id: &MovementId) -> (Act, Fill) {
    let note = String::new();
    let example = MovementAssessed { movement: id.clone(), risk: Risk::Low, note };
    (example.into(), Fill::default())
}

fn seal(engine: &Engine, id: &MovementId) -> (Act, Fill) {
    let example = PlanSealed {
        movement: id.clone(),
        core: Hash([0; 32]),
        sealed: Vec::new(),
        host_halves: Vec::new(),
        draw_at: engine.now(),
        disclosures: Vec::new(),
        bound: None,
    };
    let places = junctions(engine);
    let fill =
        ["from", "to", "gates"].iter().fold(Fill::default(), |it, at| it.choosing(at, &places));
    (example.into(), fill.with("slot_minutes", SLOT_MINUTES))
}

fn sealed(engine: &Engine, movement: &Movement) -> Vec<(Act, Fill)> {
    let (id, draw, side) = (&movement.notice.movement, &movement.draw, engine.side());
    let mut acts = vec![issue(engine, movement), assess(id)];
    if !draw.committed.contains_key(&side) {
        let commitment = Hash([0; 32]);
        let example = DrawCommitted { movement: id.clone(), commitment, menu: None };
        acts.push((example.into(), Fill::default()));
    }
    let time = movement.plan.as_ref().is_some_and(|plan| may_reveal(plan, engine.now()).is_ok());
    if time && draw.committed.len() == 2 && !draw.revealed.contains_key(&side) {
        let (seed, half) = (Seed([0; 32]), Seed([0; 32]));
        let example = DrawRevealed { movement: id.clone(), seed, half };
        acts.push((example.into(), Fill::default()));
    }
    acts
}

fn issue(engine: &Engine, movement: &Movement) -> (Act, Fill) {
    let id = &movement.notice.movement;
    let example = PassIssued {
        pass: PassId::new("p").expect("a letter is an id"),
        movement: id.clone(),
        holder: words::id::UnitId::new("u").expect("a letter is an id"),
        zone: movement.notice.zone.clone(),
        window: movement.notice.day,
        code: Vec::new(),
        basis: Vec::new(),
    };
    let people = engine.post().people();
    let holders: Vec<Choice> = people
        .of_movement(id)
        .into_iter()
        .filter_map(|unit| people.get(&unit))
        .map(|holder| Choice { value: holder.unit.to_string(), label: holder.label.clone() })
        .collect();
    (example.into(), Fill::default().choosing("holder", &holders))
}

fn depart(engine: &Engine, movement: &Movement) -> (Act, Fill) {
    let agreement = engine.state().agreements.get(&movement.notice.agreement);
    let rules = agreement.and_then(|agreement| agreement.rules());
    let armour = rules.map_or(ArmourClass::Soft, |rules| rules.armour_min());
    let example = Departed {
        movement: movement.notice.movement.clone(),
        green: Vec::new(),
        armour,
        override_reason: None,
    };
    (example.into(), Fill::of("armour", armour))
}

fn check_in(engine: &Engine, id: &MovementId) -> (Act, Fill) {
    let site = SiteId::new("s").expect("a letter is an id");
    let example = CheckedIn { movement: id.clone(), site };
    (example.into(), Fill::default().choosing("site", &junctions(engine)))
}

fn arrive(id: &MovementId) -> (Act, Fill) {
    (Arrived { movement: id.clone(), headcount: 0 }.into(), Fill::default())
}

fn releases(engine: &Engine, movement: &Movement) -> Vec<(Act, Fill)> {
    let stands = matches!(
        movement.standing,
        Standing::Sealed | Standing::Drawn | Standing::UnderWay | Standing::Held
    );
    let Some(plan) = movement.plan.as_ref().filter(|_| stands) else { return Vec::new() };
    let ours = |stage: &Stage| {
        let halves = movement.released.get(stage);
        halves.is_some_and(|halves| halves.contains_key(&engine.side()))
    };
    let ready = |stage: &Stage| {
        let exists = !veil::plan::is_drawn(*stage) || movement.drawn();
        exists && !ours(stage) && may_release(plan, *stage, engine.now()).is_ok()
    };
    // One form names the stage; the first that is due stands in it.
    let due = STAGES.into_iter().find(ready);
    due.into_iter()
        .map(|stage| {
            let movement = movement.notice.movement.clone();
            let example = StageReleased { movement, stage, half: Seed([0; 32]) };
            (example.into(), Fill::of("stage", stage.word()))
        })
        .collect()
}

fn halts(engine: &Engine, movement: &Movement) -> Vec<(Act, Fill)> {
    let (id, side) = (&movement.notice.movement, engine.side());
    let mut acts = Vec::new();
    let ours = movement.halt.as_ref().is_some_and(|(_, whose, _)| *whose == side);
    if ours && matches!(movement.standing, Standing::Held | Standing::Diverted) {
        acts.push((MovementResumed { movement: id.clone() }.into(), Fill::default()));
    }
    if !movement.standing.ended() {
        let how = if movement.standing.on_the_road() { Halt::Held } else { Halt::Cancelled };
        let (movement, reason) = (id.clone(), String::new());
        let example = MovementHalted { movement, how, reason, side };
        acts.push((example.into(), Fill::of("how", how.word())));
    }
    acts
}

fn passes(engine: &Engine, movement: &Movement) -> Vec<(Act, Fill)> {
    let (state, id) = (engine.state(), &movement.notice.movement);
    let subject = Subject::Movement(id.clone());
    let live = joint::consent::live(state, &subject, engine.now()).is_some();
    let of = state.passes.iter().filter(|(_, pass)| &pass.movement == id);
    let alive = of.filter(|(_, pass)| pass.revoked.is_none());
    alive.flat_map(|(pass, kept)| paper(pass, kept, live)).collect()
}

fn paper(pass: &PassId, kept: &Pass, live: bool) -> Vec<(Act, Fill)> {
    let fill = Fill::of("pass", pass);
    let revoke = PassRevoked { pass: pass.clone(), reason: String::new() };
    let mut acts = vec![(revoke.into(), fill.clone())];
    if live && !kept.countersigned {
        let sign = PassCountersigned { pass: pass.clone(), code: Vec::new() };
        acts.push((sign.into(), fill));
    }
    acts
}

fn junctions(engine: &Engine) -> Vec<Choice> {
    let junctions = engine.roads().into_iter().flat_map(|roads| roads.junctions());
    let choice = |id: &String| Choice { value: id.clone(), label: id.clone() };
    junctions.map(|junction| choice(&junction.id)).collect()
}
