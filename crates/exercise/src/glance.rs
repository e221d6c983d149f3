//! What a drill asks an engine: an officer's deed, what a node shows.

use engine::acts::Accepted;
use engine::engine::Engine;
use engine::fault::{Answer, Fault};
use joint::movement::{Movement, Standing};
use ledger::held::Line;
use note::key::SigningKey;
use serde_json::Value;
use wish::Wish;
use words::act::Act;
use words::id::{AlarmId, MovementId, PersonId};
use words::moment::Moment;
use words::refusal::Refusal;
use words::role::Side;

use crate::fill::{Known, fill};
use crate::phones::Way;
use crate::scenario::{Look, Step};

/// Does what an officer would: fills the wish, resolves it, signs, submits.
pub fn deed(
    engine: &mut Engine,
    key: &SigningKey,
    wish: Value,
    known: &Known,
) -> Result<Accepted, Answer> {
    let input = |text: String| Answer::from(Fault::Input(text));
    let filled =
        fill(wish, engine, known).map_err(|name| input(format!("nothing fits `{name}`")))?;
    let wish: Wish = serde_json::from_value(filled).map_err(|cause| input(cause.to_string()))?;
    let act = engine.resolve(wish)?;
    engine.act(key, act)
}

/// Is that the refusal that the step expects?
pub fn as_expected(step: &Step, refusal: &Refusal) -> bool {
    let reasons: Vec<&str> = refusal.reasons.iter().map(|reason| reason.code()).collect();
    let cited = |article: &String| refusal.articles.contains(article);
    !step.refused.is_empty()
        && step.refused.iter().all(|reason| reasons.contains(&reason.as_str()))
        && step.article.as_ref().is_none_or(cited)
}

/// A refusal in one line.
pub fn told(refusal: &Refusal) -> String {
    let reasons: Vec<&str> = refusal.reasons.iter().map(|reason| reason.code()).collect();
    let articles = match refusal.articles.as_slice() {
        [] => String::new(),
        [one] => format!(", article {one}"),
        many => format!(", articles {}", many.join(", ")),
    };
    format!("refused: {}{articles}", reasons.join(", "))
}

/// Does the node show what a step looks for?
pub fn shows(engine: &mut Engine, look: &Look) -> bool {
    match look {
        Look::Drawn { movement, exists } => engine.drawn(movement).is_some() == *exists,
        Look::Told { movement, stage, told } => {
            engine.stage_text(movement, *stage).is_some() == *told
        }
        Look::Standing { movement, standing } => {
            let known = engine.state().movements.get(movement);
            known.is_some_and(|known| known.standing.as_str() == standing)
        }
        Look::Alarm { kind, unit } => {
            let mut open = engine.post().watch().alarms();
            open.any(|alarm| alarm.kind.as_str() == kind && &alarm.unit == unit)
        }
    }
}

/// The next moment at which a plan asks something of the nodes.
pub fn next_timed(engine: &mut Engine, now: Moment) -> Option<Moment> {
    let movements = engine.state().movements.values().filter(|it| !it.standing.ended());
    let plans = movements.filter_map(|it| it.plan.as_ref());
    let times = plans.flat_map(|plan| {
        let stages = plan.disclosures.iter().map(|step| step.not_before);
        stages.chain([plan.draw_at])
    });
    times.filter(|at| *at > now).min()
}

/// Has this node yet to do something that a plan timed?
pub fn has_due(engine: &mut Engine, now: Moment) -> bool {
    let side = engine.side();
    let sealed = |it: &&Movement| matches!(it.standing, Standing::Sealed | Standing::Drawn);
    engine.state().movements.values().filter(sealed).any(|known| {
        let Some(plan) = &known.plan else { return false };
        let both = known.draw.committed.len() == 2;
        let reveal = both && plan.draw_at <= now && !known.draw.revealed.contains_key(&side);
        reveal
            || plan.disclosures.iter().any(|step| {
                let halves = known.released.get(&step.stage);
                let exists = !veil::plan::is_drawn(step.stage) || known.drawn();
                let given = halves.is_some_and(|halves| halves.contains_key(&side));
                exists && !given && step.not_before <= now
            })
    })
}

/// The drawn way, and when it is left on.
pub fn way(engine: &mut Engine, movement: &MovementId) -> Option<(Way, Moment)> {
    let drawn = engine.drawn(movement)?;
    let way = Way::of(drawn.way.as_ref()?, engine.roads()?);
    Some((way, drawn.leaves))
}

/// What a node did without being asked, in words.
pub fn by_itself(line: &Line) -> Option<(Moment, PersonId, String)> {
    let entry = &line.entry;
    let what = if let Some(Act::DrawRevealed(act)) = &entry.act {
        format!("reveals its share in the draw of {}", act.movement)
    } else if let Some(Act::StageReleased(act)) = &entry.act {
        format!("releases its half of the {:?} of {}", act.stage, act.movement).to_lowercase()
    } else if let Some(Act::MisbehaviourNoted(act)) = &entry.act {
        let code = &act.code;
        format!("names {} in its ledger: {code}; its authority is suspended", act.party)
    } else if let Some(Act::ObligationBreached(act)) = &entry.act {
        let by = if act.owed_by == Side::Host { "host" } else { "guest" };
        format!("notes that {} was not kept by the {by}, article {}", act.obligation, act.article)
    } else {
        return None;
    };
    Some((entry.at, entry.by.clone(), what))
}

/// Open alarms, in words.
pub fn alarms(engine: &Engine) -> Vec<(AlarmId, Moment, String)> {
    let open = engine.post().watch().alarms();
    open.map(|alarm| {
        let what = format!("{} {}, priority {}", alarm.kind.as_str(), alarm.unit, alarm.priority);
        (alarm.alarm.clone(), alarm.raised, what)
    })
    .collect()
}
