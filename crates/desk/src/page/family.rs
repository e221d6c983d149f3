//! The family of a text: the agreement, and what stands under it.

use std::collections::BTreeSet;

use article::document::{Document, parse};
use engine::engine::Engine;
use folio::family::{Family, Kin, State, Upper};
use joint::family::Direction;
use joint::state::Agreement;
use tongue::speech::Lang;
use words::act::{Names, Scope};
use words::hash::Hash;
use words::id::AgreementId;
use words::role::Side;

use crate::page::past;

/// Whether an agreement binds; a lower one binds no more than those above it.
pub fn state(engine: &Engine, agreement: &Agreement) -> State {
    let own = own_state(engine, agreement);
    let above = agreement.under().and_then(|under| {
        let known = engine.state().agreements.get(under)?;
        Some(state(engine, known))
    });
    match (own, above) {
        (State::Proposed | State::Terminated, _)
        | (_, None | Some(State::InForce | State::SuspendedInPart)) => own,
        (_, Some(State::Terminated | State::Proposed)) => State::Terminated,
        (_, Some(State::Suspended)) => State::Suspended,
    }
}

fn own_state(engine: &Engine, agreement: &Agreement) -> State {
    let now = engine.now();
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

/// The root and the words of the text in force, else of the one that was signed last, else of
/// any that was proposed.
pub fn shown(agreement: &Agreement) -> Option<(Hash, &String)> {
    let newest = agreement.signed.values().max_by_key(|signature| signature.at);
    let hash = agreement
        .in_force()
        .or_else(|| newest.map(|signature| signature.text))
        .or_else(|| agreement.texts.keys().next().copied())?;
    Some((hash, agreement.texts.get(&hash)?))
}

/// The family that a text belongs to, whoever of it is in force.
pub fn view(engine: &Engine, lang: Lang, (id, document): (&AgreementId, &Document)) -> Family {
    let top = top(engine, id);
    let mut kin: Vec<Kin> = Vec::new();
    for (other, agreement) in &engine.state().agreements {
        let read = shown(agreement).and_then(|(_, words)| parse(words).ok());
        let Some(read) = read.filter(|_| self::top(engine, other) == top) else { continue };
        kin.push(Kin {
            id: other.clone(),
            title: lang.of(&read.title).to_owned(),
            instrument: read.instrument,
            under: read.under.clone(),
            state: state(engine, agreement),
            unfit: agreement.unfit().map(str::to_owned),
            here: other == id,
        });
    }
    kin.sort_by_key(|one| (one.instrument, one.id.clone()));
    Family { kin, exchanged: exchanged(engine, document) }
}

// Which party is the host here, if the text has it the other way round.
fn exchanged(engine: &Engine, document: &Document) -> Option<Names> {
    let mirrored = engine.state().direction(document) == Ok(Direction::Mirrored);
    mirrored.then(|| past::names(engine, Side::Host))
}

/// The text above a lower one, as a reviewer needs it.
pub fn upper(engine: &Engine, lang: Lang, document: &Document) -> Option<Upper> {
    let id = document.under.as_ref()?;
    let known = engine.state().agreements.get(id);
    let read = known.and_then(shown).and_then(|(hash, words)| Some((hash, parse(words).ok()?)));
    Some(Upper {
        id: id.clone(),
        title: read.as_ref().map(|(_, read)| lang.of(&read.title).to_owned()),
        text: read.map(|(hash, _)| hash),
        state: known.map(|known| state(engine, known)),
    })
}

// The top of a family, also of texts that are only proposed.
fn top(engine: &Engine, id: &AgreementId) -> AgreementId {
    let (mut top, mut met) = (id.clone(), BTreeSet::new());
    while met.insert(top.clone()) {
        let known = engine.state().agreements.get(&top);
        let read = known.and_then(shown).and_then(|(_, words)| parse(words).ok());
        match read.and_then(|read| read.under) {
            Some(under) => top = under,
            None => break,
        }
    }
    top
}
