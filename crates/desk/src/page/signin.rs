//! Who can sign in at this desk.

use engine::engine::Engine;
use pages::signin::{Officer, View};
use words::id::PersonId;

/// What can be signed in with: those of `persons`, who have a key file here, whose key is alive.
pub fn view<'a>(engine: &Engine, persons: impl Iterator<Item = &'a PersonId>) -> View {
    View {
        officers: persons.filter_map(|person| officer(engine, person)).collect(),
        ..View::default()
    }
}

fn officer(engine: &Engine, person: &PersonId) -> Option<Officer> {
    let (reader, now) = (engine.own().reader(), engine.now());
    let alive = reader.keys().iter().filter(|(id, _)| reader.signer(id, now).is_some());
    let mut own = alive.filter(|(_, enrolled)| &enrolled.person == person);
    let (_, enrolled) = own.next()?;
    let (person, name) = (person.clone(), person.to_string());
    Some(Officer { person, name, roles: enrolled.roles.clone() })
}
