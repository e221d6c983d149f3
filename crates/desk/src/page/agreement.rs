//! The agreement: articles, signatures, suspensions, a trial.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::watch::plan::UnitKind;
use accord::rules::{Deed, Rules};
use article::document::{Article, Document, parse};
use article::provision::governance::Extent;
use article::root::redacted;
use engine::engine::Engine;
use folio::agreement::{Ruled, Signature, State, Suspension, Trial, View};
use joint::state::{Agreement, Suspension as Suspended};
use node::verdict;
use sheet::form::{Choice, Fill};
use sheet::verdict as card;
use words::act::{Act, Scope};
use words::deployment::Terms;
use words::hash::Hash;
use words::id::{AgreementId, PersonId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Category, Rung, Task};
use words::role::{Role, Side};

use crate::page::life::{self, Subject};
use crate::page::{Viewer, past, verdict as verdicts};

/// A trial is about the hour from now.
const TRIAL_MS: i64 = 3_600_000;

/// An agreement: the one of that id, else the one in force, else the first; nothing if there is
/// none that can be read. `asked` are the fields of the trial's form.
pub fn view(
    engine: &Engine,
    viewer: &Viewer,
    wanted: Option<&AgreementId>,
    asked: &BTreeMap<String, String>,
) -> Option<View> {
    viewer.person.as_ref()?;
    let agreements = &engine.state().agreements;
    let in_force = || agreements.iter().find(|(_, agreement)| agreement.rules().is_some());
    let (id, agreement) = match wanted {
        Some(id) => agreements.get_key_value(id)?,
        None => in_force().or_else(|| agreements.first_key_value())?,
    };
    let (text, rules, document) = read(agreement)?;
    let review = engine.review(id);
    let subject = Subject { id, known: Some(agreement), review: &review, text };
    Some(View {
        id: id.clone(),
        title: document.title.clone(),
        text,
        state: state(agreement, engine.now()),
        signatures: [Side::Host, Side::Guest]
            .map(|side| signature(engine, agreement, (side, text)))
            .into(),
        suspensions: agreement
            .suspended
            .iter()
            .map(|(what, since)| suspension(engine, id, (what, since.at)))
            .collect(),
        articles: document
            .articles
            .iter()
            .map(|article| ruled(article, rules.as_deref()))
            .collect(),
        zones: document.zones().map(|zone| choice(viewer, zone)).collect(),
        may_sign: viewer.is_any(&[Role::Signatory]),
        signed_by_us: agreement.signature(engine.side(), text).is_some(),
        trial: trial((engine, viewer), id, &document, asked),
        life: life::view(engine, viewer, subject, &document),
        suspendable: suspendable(engine, agreement),
        redacted: redactable(viewer, &document)
            .then(|| format!("/agreement/redacted?id={id}&text={text}")),
    })
}

// The text in force, else the one that was signed last, else any that was proposed.
fn read(agreement: &Agreement) -> Option<(Hash, Option<Arc<Rules>>, Document)> {
    let newest = agreement.signed.values().max_by_key(|signature| signature.at);
    let hash = agreement
        .in_force()
        .or_else(|| newest.map(|signature| signature.text))
        .or_else(|| agreement.texts.keys().next().copied())?;
    let document = parse(agreement.texts.get(&hash)?).ok()?;
    let rules = agreement.rules().cloned();
    let rules = rules.or_else(|| Rules::compile(document.clone()).ok().map(Arc::new));
    Some((hash, rules, document))
}

// Whoever signs or inspects may carry a copy out of the house.
fn redactable(viewer: &Viewer, document: &Document) -> bool {
    let hides = document.articles.iter().any(|article| article.restricted);
    hides && viewer.is_any(&[Role::Signatory, Role::Inspector])
}

/// A copy of a text without its restricted articles, for whoever may carry one.
pub fn redacted_copy(
    engine: &Engine,
    viewer: &Viewer,
    (id, text): (&AgreementId, Option<Hash>),
) -> Option<String> {
    let agreement = engine.state().agreements.get(id)?;
    let words = match text {
        Some(text) => agreement.texts.get(&text)?,
        None => agreement.texts.get(&read(agreement)?.0)?,
    };
    redactable(viewer, &parse(words).ok()?).then(|| redacted(words))?
}

// What the text in force lets our side suspend: its zones, categories, articles, and the persons
// who are enrolled here.
fn suspendable(engine: &Engine, agreement: &Agreement) -> Vec<Scope> {
    let Some(rules) = agreement.rules() else { return vec![Scope::Whole] };
    let provided = rules.suspension();
    if !provided.by.contains(&engine.side()) {
        return Vec::new();
    }
    let people = || {
        let all = engine.post().people().all();
        all.filter(|it| it.unit_kind() == UnitKind::GuestPersonnel)
    };
    let each = |extent: &Extent| -> Vec<Scope> {
        match extent {
            Extent::Whole => vec![Scope::Whole],
            Extent::Zone => rules.zones().map(|zone| Scope::Zone(zone.zone.clone())).collect(),
            Extent::Category => Category::ALL.iter().copied().map(Scope::Category).collect(),
            Extent::Clause => {
                let articles = rules.document().articles.iter();
                articles.map(|article| Scope::Clause(article.number.clone())).collect()
            }
            Extent::Person => {
                let ids = people().filter_map(|it| PersonId::new(it.unit.as_str()).ok());
                ids.map(Scope::Person).collect()
            }
        }
    };
    provided.extents.iter().flat_map(each).collect()
}

fn state(agreement: &Agreement, now: Moment) -> State {
    let over = agreement.cycle.ended.as_ref().is_some_and(|ending| ending.from <= now);
    if over {
        return State::Terminated;
    }
    let whole = agreement.suspended.keys().any(|what| what.scope == Scope::Whole);
    match (agreement.in_force(), whole, agreement.suspended.is_empty()) {
        (None, ..) => State::Proposed,
        (Some(_), true, _) => State::Suspended,
        (Some(_), false, false) => State::SuspendedInPart,
        (Some(_), false, true) => State::InForce,
    }
}

fn signature(engine: &Engine, agreement: &Agreement, (side, text): (Side, Hash)) -> Signature {
    let signed = agreement.signature(side, text);
    Signature {
        party: past::names(engine, side),
        signed: signed.map(|signature| (signature.by.to_string(), signature.at)),
    }
}

fn suspension(
    engine: &Engine,
    id: &AgreementId,
    (what, since): (&Suspended, Moment),
) -> Suspension {
    let entry = past::last(engine, what.side, |act| {
        matches!(act, Act::AgreementSuspended(act)
            if &act.agreement == id && act.scope == what.scope)
    });
    let said = entry.and_then(|entry| match &entry.act {
        Some(Act::AgreementSuspended(act)) => Some(act.reason.clone()),
        Some(_) | None => None,
    });
    Suspension {
        scope: what.scope.clone(),
        by: entry.map_or_else(String::new, |entry| entry.by.to_string()),
        at: since,
        reason: said.unwrap_or_default(),
        ours: what.side == engine.side(),
    }
}

fn ruled(article: &Article, rules: Option<&Rules>) -> Ruled {
    let text = rules.map_or_else(String::new, |rules| rules.rules_text(&article.number));
    Ruled {
        article: card::Article {
            number: article.number.clone(),
            heading: article.heading.clone(),
            text: article.text.clone(),
        },
        rules: Some(text).filter(|text| !text.is_empty()).into_iter().collect(),
        restricted: article.restricted,
    }
}

fn choice(viewer: &Viewer, zone: &article::provision::Zone) -> Choice {
    let label = viewer.lang.of(&zone.names).to_owned();
    Choice { value: zone.zone.to_string(), label }
}

fn trial(
    (engine, viewer): (&Engine, &Viewer),
    id: &AgreementId,
    document: &Document,
    asked: &BTreeMap<String, String>,
) -> Trial {
    let mut fill = Fill::default();
    for name in ["deed", "category", "task", "zone", "rung", "arms", "headcount"] {
        if let Some(value) = asked.get(name) {
            fill = fill.with(name, value);
        }
    }
    let question = asked.contains_key("try").then(|| question(engine, document, asked)).flatten();
    let verdict = question.map(|(deed, terms)| {
        let nobody = PersonId::new(engine.config().party.as_str());
        let nobody = nobody.expect("a party's id is short enough to be a person's");
        let asking = engine.asking(&nobody, &[]);
        let answer = verdict::trial(engine.state(), &asking, id, (deed, &terms));
        verdicts::card(answer, engine, viewer.lang)
    });
    let deeds = Deed::ALL.iter().map(|deed| deed.as_str().to_owned()).collect();
    Trial { deeds, fill, verdict }
}

// What the form does not say is taken from the beginning of each list, as the form shows it.
fn question(
    engine: &Engine,
    document: &Document,
    asked: &BTreeMap<String, String>,
) -> Option<(Deed, Terms)> {
    let field = |name: &str| asked.get(name).map(String::as_str);
    let zone = field("zone").and_then(|zone| ZoneId::new(zone).ok());
    let now = engine.now();
    let terms = Terms {
        zone: zone.or_else(|| document.zones().next().map(|zone| zone.zone.clone()))?,
        category: field("category").and_then(Category::parse).unwrap_or(Category::Police),
        task: field("task").and_then(Task::parse).unwrap_or(Task::Advise),
        rung: field("rung").and_then(Rung::parse).unwrap_or(Rung::Inform),
        arms: field("arms").and_then(ArmsClass::parse).unwrap_or(ArmsClass::Unarmed),
        headcount: field("headcount").and_then(|text| text.parse().ok()).unwrap_or(1),
        vehicles: 0,
        window: Window::new(now, now.plus_ms(TRIAL_MS))?,
    };
    Some((field("deed").and_then(Deed::parse).unwrap_or(Deed::Deploy), terms))
}
