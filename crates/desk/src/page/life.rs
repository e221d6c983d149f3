//! Where a text stands in its life.

use article::document::Document;
use engine::engine::Engine;
use folio::life::{Condition, Ending, Life, Phase, Reached, Step, Version};
use joint::cycle::Cycle;
use joint::cycle::termination;
use joint::state::Agreement;
use node::review::Review;
use words::hash::Hash;
use words::id::AgreementId;
use words::moment::Moment;
use words::role::{Role, Side};

use crate::page::{Viewer, past};

const SIDES: [Side; 2] = [Side::Host, Side::Guest];

/// An agreement, what our party knows of its reviews, and which text is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The family.
    pub id: &'a AgreementId,
    /// What both know; nothing while there are only drafts.
    pub known: Option<&'a Agreement>,
    /// What our party knows besides.
    pub review: &'a Review,
    /// The root of the text.
    pub text: Hash,
}

/// The life of a text.
pub fn view(engine: &Engine, viewer: &Viewer, subject: Subject<'_>, document: &Document) -> Life {
    let signatory = viewer.is_any(&[Role::Signatory]);
    let cycle = subject.known.map(|known| &known.cycle);
    let live = cycle.and_then(|cycle| cycle.versions.last()).map(|version| version.text);
    let ends = subject.known.and_then(Agreement::rules).and_then(|it| termination(it)).is_some();
    let declared = cycle.is_some_and(|cycle| cycle.ended.is_some());
    Life {
        agreement: subject.id.clone(),
        text: subject.text,
        steps: steps(engine, subject),
        conditions: conditions(engine, subject, (document, signatory)),
        versions: versions(engine, subject),
        ending: subject.known.filter(|_| live == Some(subject.text)).and_then(ending),
        may_end: signatory && ends && !declared && live == Some(subject.text),
    }
}

// Each state with the moment at which the text came there.
fn steps(engine: &Engine, subject: Subject<'_>) -> Vec<Step> {
    let reached = moments(engine, subject);
    let last = reached.iter().rposition(|(_, at)| at.is_some());
    let steps = reached.into_iter().enumerate().map(|(place, (phase, at))| Step {
        phase,
        reached: match last {
            Some(last) if place == last => Reached::Now,
            Some(last) if place < last => Reached::Done,
            Some(_) | None => Reached::Open,
        },
        at,
    });
    // What ends a text is shown only where it happened.
    let rare = [Phase::Amended, Phase::Suspended, Phase::Terminated];
    steps.filter(|step| step.at.is_some() || !rare.contains(&step.phase)).collect()
}

fn moments(engine: &Engine, subject: Subject<'_>) -> Vec<(Phase, Option<Moment>)> {
    let Subject { known, review, text, .. } = subject;
    let empty = Cycle::default();
    let cycle = known.map_or(&empty, |known| &known.cycle);
    let both = |of: &dyn Fn(Side) -> Option<Moment>| {
        let [host, guest] = SIDES.map(of);
        Some(host?.max(guest?))
    };
    let versions = || cycle.versions.iter();
    let place = versions().rposition(|version| version.text == text);
    let newest = versions().next_back().is_some_and(|version| version.text == text);
    let superseded = place.and_then(|place| versions().nth(place + 1));
    let suspended = known
        .filter(|_| newest)
        .and_then(|known| known.suspended.values().map(|since| since.at).min());
    vec![
        (Phase::Drafted, review.drafts.get(&text).map(|draft| draft.by.at)),
        (Phase::Circulated, cycle.circulated.get(&text).map(|(_, by)| by.at)),
        (Phase::Concurred, heard(engine, cycle, subject)),
        (Phase::Initialled, both(&|side| Some(cycle.initialled.get(&(text, side))?.at))),
        (Phase::Signed, both(&|side| Some(known?.signature(side, text)?.at))),
        (Phase::InForce, place.and_then(|place| versions().nth(place)).map(|it| it.from)),
        (Phase::Amended, superseded.map(|version| version.from)),
        (Phase::Suspended, suspended),
        (Phase::Terminated, cycle.ended.as_ref().filter(|_| newest).map(|end| end.said.at)),
    ]
}

// Since when every review that we can read has nothing open: its last word, or its deadline.
fn heard(engine: &Engine, cycle: &Cycle, subject: Subject<'_>) -> Option<Moment> {
    let joint = SIDES.map(|side| cycle.reviews.get(&(subject.text, side)));
    let all = joint.into_iter().flatten().chain(subject.review.at_home.get(&subject.text));
    let mut latest = None;
    for required in all {
        for said in required.agencies.values() {
            let at = said.as_ref().map_or(required.until, |said| said.by.at);
            latest = latest.max(Some(at));
        }
    }
    latest.filter(|at| *at <= engine.now())
}

fn conditions(
    engine: &Engine,
    subject: Subject<'_>,
    (document, signatory): (&Document, bool),
) -> Vec<Condition> {
    let met = |name: &str| {
        let met = &subject.known?.cycle.met;
        let by = met.get(&(subject.text, name.to_owned()))?;
        Some((by.by.to_string(), by.at))
    };
    let table = subject.known.is_some_and(|known| known.texts.contains_key(&subject.text));
    let shown = document.conditions.iter().map(|condition| Condition {
        name: condition.name.clone(),
        words: condition.names.clone(),
        by: past::names(engine, condition.by),
        met: met(&condition.name),
        ours: table && signatory && condition.by == engine.side(),
    });
    shown.collect()
}

// Every text, the newest first: drafts that only we know, what is on the table, what was law.
fn versions(engine: &Engine, subject: Subject<'_>) -> Vec<Version> {
    let joint = subject.known.map(|known| known.texts.keys()).into_iter().flatten();
    let drafts = subject.review.drafts.keys();
    let mut texts: Vec<Hash> = joint.chain(drafts).copied().collect();
    texts.sort_unstable();
    texts.dedup();
    let version = |text: Hash| {
        let reached = moments(engine, Subject { text, ..subject });
        let (phase, at) = reached.into_iter().rev().find_map(|(phase, at)| Some((phase, at?)))?;
        Some(Version { text, phase, at, shown: text == subject.text })
    };
    let mut versions: Vec<Version> = texts.into_iter().filter_map(version).collect();
    versions.sort_by_key(|version| std::cmp::Reverse(version.at));
    versions
}

fn ending(known: &Agreement) -> Option<Ending> {
    let ended = known.cycle.ended.as_ref()?;
    Some(Ending {
        by: ended.said.by.to_string(),
        at: ended.said.at,
        reason: ended.reason.clone(),
        from: ended.from,
        survivors: known.survivors(),
    })
}
