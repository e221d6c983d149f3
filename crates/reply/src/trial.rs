//! A trial: what an agreement says to a question; nothing is kept.

use accord::rules::panel::Panel;
use accord::rules::{Decision, Deed, Facts, Question};
use engine::engine::Engine;
use joint::asking::Asking;
use joint::consent::peak;
use joint::family::{Asked, asked};
use tongue::speech::Lang;
use wire::v1::NamesView;
use wire::v1::agreement::{ChangeView, FactView, TryAnswer, TryRequest};
use words::clause::Sensor;
use words::id::{AgreementId, PersonId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::role::Role;

use crate::agreement::article;
use crate::no::No;
use desk::say;

/// The verdict of the agreement in force, and of the lower instruments that bind beside it, with
/// articles, facts and remedy.
///
/// It is the texts that are asked: notice counts as given and a lease as granted, so that the
/// answer tells what they permit and not what is still to be done. Ceilings count what living
/// leases hold; what has ended or is suspended permits nothing.
pub fn ask(engine: &Engine, id: &AgreementId, request: &TryRequest) -> Result<TryAnswer, No> {
    let state = engine.state();
    state.agreements.get(id).ok_or(No::Unknown)?;
    let question = question(engine, request)?;
    let nobody = PersonId::new(engine.config().party.as_str());
    let nobody = nobody.expect("a party's id is short enough to be a person's");
    let asking = Asking { at: question.at, ..engine.asking(&nobody, &[]) };
    let texts = asked(state, &asking, (state.top_of(id), &question.zone))?;
    let mut seats = texts.iter().map(|text| (text, facts(engine, &asking, *text, &question)));
    let (top, first) = seats.next().ok_or(No::Unknown)?;
    let counted = |facts: Facts| count(request, &question, facts);
    let panel = seats.fold(Panel::of(top.rules, counted(first)), |panel, (text, facts)| {
        panel.beside(text.rules, counted(facts))
    });
    let decision = panel.explain(&question);
    drop(panel);
    Ok(answer(&texts, &decision))
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
    asking: &Asking<'_>,
    Asked { agreement, rules, .. }: Asked<'_>,
    question: &Question,
) -> Facts {
    let (zone, category, sight) = (&question.zone, question.category, asking.sight());
    let moment = Window::new(question.at, question.at.plus_ms(1));
    let held = category.zip(moment).map(|(category, at)| peak(engine.state(), category, zone, at));
    let held = held.unwrap_or_default();
    let most = category.and_then(|category| rules.ceiling(category, zone));
    // Without personnel there is nothing to count.
    let none = if category.is_some() { 0 } else { u32::MAX };
    Facts {
        in_force: agreement.binds(question.at, sight)
            && rules.period().is_none_or(|period| period.holds(question.at)),
        suspended: agreement.suspends(zone, category, sight),
        suspended_articles: agreement.suspended_articles(sight),
        headcount_after: held.headcount,
        headcount_max: most.map_or(none, |most| most.headcount_max),
        vehicles_after: held.vehicles,
        vehicles_max: most.map_or(none, |most| most.vehicles_max),
        armed_after: held.armed,
        armed_max: most.map_or(none, |most| most.armed_max),
        ..Facts::clear()
    }
}

// What is asked for comes on top of what living leases hold.
fn count(request: &TryRequest, question: &Question, facts: Facts) -> Facts {
    let (headcount, vehicles) = (request.headcount.unwrap_or(1), request.vehicles.unwrap_or(0));
    let armed = if question.arms >= Some(ArmsClass::Sidearm) { headcount } else { 0 };
    Facts {
        headcount_after: facts.headcount_after.saturating_add(headcount),
        vehicles_after: facts.vehicles_after.saturating_add(vehicles),
        armed_after: facts.armed_after.saturating_add(armed),
        ..facts
    }
}

fn answer(texts: &[Asked<'_>], decision: &Decision) -> TryAnswer {
    let cited = decision.citations.iter().filter_map(|cited| {
        let (at, text) = texts.iter().enumerate().find(|(_, text)| *text.id == cited.agreement)?;
        let mut found = article(text.rules.document().article(&cited.article)?, Some(text.rules));
        // As refusals cite it: an article of a lower instrument with its text.
        if at > 0 {
            found.article = format!("{}#{}", cited.agreement, cited.article);
        }
        Some(found)
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
