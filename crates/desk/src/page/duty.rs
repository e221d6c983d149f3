//! The obligations board, as a desk shows it.

use duty::obligation::{About, Obligation, Standing};
use duty::table;
use engine::engine::Engine;
use folio::duty::{Counts, Line, Next, State, View};
use sheet::form::Fill;
use sheet::verdict::Article;
use words::moment::Moment;
use words::role::Side;

use crate::page::Viewer;

const DAY_MS: i64 = 86_400_000;

/// The whole board, or what one side owes.
pub fn view(engine: &Engine, viewer: &Viewer, side: Option<Side>) -> Option<View> {
    viewer.person.as_ref()?;
    let all = engine.obligations();
    let wanted = |one: &&Obligation| side.is_none_or(|side| side == one.owed_by);
    Some(View {
        counts: counts(&all, engine.now()),
        lines: all.iter().filter(wanted).map(|one| line(engine, viewer, one)).collect(),
        side,
    })
}

/// How a board stands.
pub fn counts(all: &[Obligation], now: Moment) -> Counts {
    let mut counts = Counts::default();
    for one in all {
        match one.state {
            Standing::Open | Standing::DueSoon => {
                counts.open += 1;
                counts.day += u32::from(one.due.ms_since(now) < DAY_MS);
            }
            Standing::Breached { .. } => counts.breached += 1,
            Standing::Done { .. } => counts.kept += 1,
        }
    }
    counts
}

/// The state of an obligation as pages and the API say it.
pub const fn state(standing: Standing) -> State {
    match standing {
        Standing::Open => State::Open,
        Standing::DueSoon => State::DueSoon,
        Standing::Done { .. } => State::Done,
        Standing::Breached { late: None, .. } => State::Breached,
        Standing::Breached { late: Some(_), .. } => State::Late,
    }
}

/// One obligation.
pub fn line(engine: &Engine, viewer: &Viewer, one: &Obligation) -> Line {
    let (record, turn) = match &one.about {
        About::Record(record) => (Some(record.clone()), None),
        About::Turn(turn) => (None, Some(*turn)),
    };
    Line {
        id: one.id.clone(),
        kind: one.kind,
        step: one.step,
        record,
        turn,
        owed_by: one.owed_by,
        article: article(engine, one),
        number: one.article.clone(),
        due: one.due,
        done: one.done,
        state: state(one.state),
        next: next(engine, viewer, one),
    }
}

// From the very text by which it is owed, also when another is in force by now.
fn article(engine: &Engine, one: &Obligation) -> Option<Article> {
    let agreement = engine.state().agreements.get(&one.agreement)?;
    let rules = agreement.rules()?;
    let article = rules.document().article(&one.article)?;
    let known = agreement.in_force() == Some(one.text);
    known.then(|| Article {
        number: article.number.clone(),
        heading: article.heading.clone(),
        text: article.text.clone(),
    })
}

fn next(engine: &Engine, viewer: &Viewer, one: &Obligation) -> Option<Next> {
    let done = one.done.is_some();
    if done || one.owed_by != engine.side() {
        return None;
    }
    match &one.about {
        About::Record(record) => {
            let kept = engine.state().duties.records.get(record)?;
            let open = kept.open_steps().contains(&(one.step, one.owed_by));
            let may = open && viewer.is_any(table::answerer(one.step));
            let fill = Fill::of("record", record).with("step", one.step);
            may.then_some(Next::Answer(fill))
        }
        About::Turn(_) => {
            let right = table::opener(one.kind);
            let ours = right.side.is_none_or(|side| side == engine.side());
            let now = engine.now() <= one.due;
            (now && ours && viewer.is_any(right.roles)).then_some(Next::File(one.kind))
        }
    }
}
