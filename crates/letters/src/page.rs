//! The page of letters, and what may be done about a statement's body.

use desk::page::{Viewer, known, past, statement};
use engine::engine::Engine;
use ledger::held::{Ledger, Line};
use node::judge::letter::erasable;
use node::rights::WRITERS;
use pages::letters::{Letter, View};
use pages::statement::View as Statement;
use sheet::form::{Choice, Fill, Next};
use words::act::Act;
use words::id::PartyId;
use words::letter::About;
use words::role::Role;

use crate::revealed::is_told;

/// Letters on one page, the newest first: what nobody has read in so many is looked up by id.
pub const LETTERS_SHOWN: usize = 200;

/// Choices of things that a letter may be about: the newest of each kind.
const ABOUT_SHOWN: usize = 20;

/// Who may order an erasure.
const ERASERS: &[Role] = &[Role::Root, Role::Signatory];

/// The letters that the viewer may read, and the form of a new one.
pub fn view(engine: &Engine, viewer: &Viewer) -> View {
    let both = [Some(engine.own()), engine.peer()].into_iter().flatten();
    let letters = both.flat_map(|ledger| {
        let lines = ledger.lines().iter().rev();
        lines.filter_map(move |line| letter(engine, viewer, (ledger, line)))
    });
    let mut letters: Vec<Letter> = letters.collect();
    letters.sort_by_key(|letter| std::cmp::Reverse(letter.at));
    letters.truncate(LETTERS_SHOWN);
    let writes = viewer.person.is_some() && viewer.is_any(WRITERS);
    View { letters, write: writes.then(|| fill(engine)) }
}

fn letter(engine: &Engine, viewer: &Viewer, (ledger, line): (&Ledger, &Line)) -> Option<Letter> {
    let Some(Act::LetterSent(letter)) = &line.entry.act else { return None };
    let ours = viewer.person.as_ref() == Some(&line.entry.by);
    if line.entry.void.is_some() || !known::body(engine, viewer, &line.entry) {
        return None;
    }
    let side = line.entry.side;
    Some(Letter {
        party: past::names(engine, side),
        by: line.entry.by.to_string(),
        ours,
        at: line.entry.at,
        readers: line.entry.audience.clone(),
        subject: letter.subject.clone(),
        words: letter.words.clone(),
        about: letter.about.as_ref().map(address),
        address: format!("/ledger/{}/{}", ledger.party(), line.entry.index),
    })
}

// What it is about, and where that is shown.
fn address(about: &About) -> (String, String) {
    match about {
        About::Movement(id) => (id.to_string(), format!("/m/{id}")),
        About::Record(id) => (id.to_string(), format!("/records/{id}")),
        About::Agreement(id) => (id.to_string(), format!("/agreement?id={id}")),
        About::Alarm(id) => (id.to_string(), "/watch".to_owned()),
    }
}

fn fill(engine: &Engine) -> Fill {
    let both = [Some(engine.own()), engine.peer()].into_iter().flatten();
    let mut persons: Vec<Choice> = both
        .flat_map(|ledger| {
            let keys = ledger.reader().keys().values();
            let officers = keys.filter(|key| {
                let own = key.person.as_str().starts_with(&format!("{}/", ledger.party()));
                own && key.until > engine.now() && key.roles.iter().any(|it| officer(*it))
            });
            officers.map(|key| key.person.to_string())
        })
        .map(|person| Choice { value: person.clone(), label: person })
        .collect();
    persons.sort_by(|one, other| one.value.cmp(&other.value));
    persons.dedup();
    Fill::default().choosing("persons", &persons).choosing("about", &abouts(engine))
}

const fn officer(role: Role) -> bool {
    !matches!(role, Role::Root | Role::Node)
}

fn abouts(engine: &Engine) -> Vec<Choice> {
    let state = engine.state();
    let newest = |kind: &str, ids: Vec<String>| {
        let kind = kind.to_owned();
        let ids = ids.into_iter().rev().take(ABOUT_SHOWN);
        ids.map(|id| Choice { value: format!("{kind}:{id}"), label: id }).collect::<Vec<_>>()
    };
    let none = Choice { value: String::new(), label: "–".to_owned() };
    let all = [
        newest("agreement", state.agreements.keys().map(ToString::to_string).collect()),
        newest("movement", state.movements.keys().map(ToString::to_string).collect()),
        newest("record", state.duties.records.keys().map(ToString::to_string).collect()),
        newest("alarm", state.alarms.keys().map(ToString::to_string).collect()),
    ];
    std::iter::once(none).chain(all.into_iter().flatten()).collect()
}

/// One statement, with what the viewer may do about its body.
pub fn statement(
    engine: &Engine,
    viewer: &Viewer,
    party: &PartyId,
    index: u64,
) -> Option<Statement> {
    let mut view = statement::view(engine, viewer, party, index)?;
    let line = engine.ledger_of(party)?.lines().get(usize::try_from(index).ok()?)?;
    let place = (party.clone(), line.entry.id?);
    let fill = Fill::of("ledger", party).with("statement", place.1);
    let reads = line.entry.act.is_some() && known::body(engine, viewer, &line.entry);
    if reads && viewer.is_any(WRITERS) {
        view.next.push(Next { act: "body_revealed".to_owned(), fill: fill.clone() });
    }
    if reads && is_told(engine, viewer, &place) {
        view.file = Some(format!("/revealed/{party}/{index}"));
    }
    let gone = engine.erasures().by(engine.side(), &place);
    let may = viewer.is_any(ERASERS) && !gone;
    if may && erasable(line.entry.number, &line.entry.audience).is_ok() {
        view.next.push(Next { act: "body_erased".to_owned(), fill });
    }
    Some(view)
}
