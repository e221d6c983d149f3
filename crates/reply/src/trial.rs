//! A trial: what an agreement says to a question; nothing is kept.

use accord::rules::{Decision, Deed, Facts, Question, Rules};
use engine::engine::Engine;
use engine::ledger::Ledger;
use joint::consent::peak;
use joint::state::{Agreement, Sight};
use tongue::speech::Lang;
use wire::v1::NamesView;
use wire::v1::agreement::{ChangeView, FactView, TryAnswer, TryRequest};
use words::clause::Sensor;
use words::id::{AgreementId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::refusal::{Reason, Refusal};
use words::role::Role;

use crate::agreement::article;
use crate::no::No;
use desk::say;

/// The verdict of the agreement in force, with its articles, facts and remedy.
///
/// It is the text that is asked: notice counts as given and a lease as granted, so that the
/// answer tells what the agreement permits and not what is still to be done. Ceilings count
/// what living leases hold.
pub fn ask(engine: &Engine, id: &AgreementId, request: &TryRequest) -> Result<TryAnswer, No> {
    let agreement = engine.state().agreements.get(id).ok_or(No::Unknown)?;
    let not_yet = || Refusal::new(Reason::NotInForce, "both sides have not signed one text");
    let rules = agreement.rules().ok_or_else(not_yet)?;
    let question = question(engine, request)?;
    let facts = facts(engine, (agreement, rules), &question, request);
    Ok(answer(rules, &rules.explain(&question, &facts)))
}

fn question(engine: &Engine, request: &TryRequest) -> Result<Question, No> {
    let wrong = |cause| No::Malformed(format!("`zone`: {cause}"));
    let at = request.at.map_or_else(|| engine.now(), Moment::from_ms);
    Ok(Question {
        deed: known("deed", Some(&request.deed), Deed::parse)?
            .ok_or_else(|| No::Malformed("`deed` is missing".to_owned()))?,
        purpose: known("purpose", request.purpose.as_ref(), Purpose::parse)?,
        zone: ZoneId::new(&request.zone).map_err(wrong)?,
        category: known("category", request.category.as_ref(), Category::parse)?,
        task: known("task", request.task.as_ref(), Task::parse)?,
        rung: known("rung", request.rung.as_ref(), Rung::parse)?,
        arms: known("arms", request.arms.as_ref(), ArmsClass::parse)?,
        armour: known("armour", request.armour.as_ref(), ArmourClass::parse)?,
        at,
        // Whose order it would be, and with which sensor, is settled when it is given.
        ordered_by: known("ordered_by", request.ordered_by.as_ref(), role)?
            .or(Some(Role::ProtectionLead)),
        sensor: known("sensor", request.sensor.as_ref(), Sensor::parse)?,
        altitude_m: request.altitude_m.unwrap_or(0),
    })
}

// A word of a closed set, or a problem that names the member.
fn known<T>(
    member: &str,
    word: Option<&String>,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<T>, No> {
    let wrong = |word: &str| No::Malformed(format!("`{member}`: `{word}` is no such word"));
    word.map(|word| parse(word).ok_or_else(|| wrong(word))).transpose()
}

fn facts(
    engine: &Engine,
    (agreement, rules): (&Agreement, &Rules),
    question: &Question,
    request: &TryRequest,
) -> Facts {
    let (zone, category) = (&question.zone, question.category);
    let seen = engine.peer().map_or(0, Ledger::folded_size);
    let sight = Sight { side: engine.side(), seen };
    let (headcount, vehicles) = (request.headcount.unwrap_or(1), request.vehicles.unwrap_or(0));
    let moment = Window::new(question.at, question.at.plus_ms(1));
    let held = category.zip(moment).map(|(category, at)| peak(engine.state(), category, zone, at));
    let held = held.unwrap_or_default();
    let armed = if question.arms >= Some(ArmsClass::Sidearm) { headcount } else { 0 };
    let most = category.and_then(|category| rules.ceiling(category, zone));
    // Without personnel there is nothing to count.
    let none = if category.is_some() { 0 } else { u32::MAX };
    Facts {
        in_force: rules.period().is_none_or(|period| period.holds(question.at)),
        suspended: agreement.suspends(zone, category, sight),
        headcount_after: held.headcount.saturating_add(headcount),
        headcount_max: most.map_or(none, |most| most.headcount_max),
        vehicles_after: held.vehicles.saturating_add(vehicles),
        vehicles_max: most.map_or(none, |most| most.vehicles_max),
        armed_after: held.armed.saturating_add(armed),
        armed_max: most.map_or(none, |most| most.armed_max),
        ..Facts::clear()
    }
}

fn answer(rules: &Rules, decision: &Decision) -> TryAnswer {
    let cited = decision.citations.iter().filter_map(|cited| {
        let found = rules.document().article(&cited.article)?;
        Some(article(found, Some(rules)))
    });
    let facts = decision.facts.iter().map(|fact| FactView {
        name: fact.name.as_str().to_owned(),
        value: fact.value.to_string(),
        said: names(|lang| say::fact(fact, lang)),
    });
    let nearest = decision.nearest.as_ref();
    let changes = nearest.map_or(&decision.changes, |nearest| &nearest.changes);
    let changes = changes.iter().map(|change| ChangeView {
        change: change.as_str().to_owned(),
        whose: change.whose().as_str().to_owned(),
        said: names(|lang| say::change(change, lang)),
    });
    TryAnswer {
        allowed: decision.allow,
        reasons: decision.reasons.iter().map(|reason| reason.code().to_owned()).collect(),
        articles: cited.collect(),
        facts: facts.collect(),
        changes: changes.collect(),
        remedy: decision.remedy(),
    }
}

fn names(said: impl Fn(Lang) -> String) -> NamesView {
    NamesView { en: said(Lang::En), zh: said(Lang::Zh), ur: said(Lang::Ur) }
}

fn role(word: &str) -> Option<Role> {
    ROLES.iter().copied().find(|role| role.as_str() == word)
}

/// Who may order guest personnel to a task, in some agreement or other.
const ROLES: [Role; 4] =
    [Role::ProtectionLead, Role::JourneyManager, Role::EscortLeader, Role::WatchOfficer];
