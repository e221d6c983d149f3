//! The frame of a page: who sits here, how fresh the counterpart is.

use engine::engine::Engine;
use sheet::frame::{Frame, Heard, Page, SignedIn, Theme};
use words::act::KeyKind;
use words::moment::Moment;

use crate::page::{Viewer, movements, past};

/// Before an agreement says how long a silence may last, a minute of it is worth a warning.
const FRESHNESS_MS: i64 = 60_000;

/// What a frame needs that only the server knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    /// How the viewer's key signs.
    pub key: KeyKind,
    /// Light or dark.
    pub theme: Theme,
    /// Are people and places invented?
    pub exercise: bool,
    /// The nonce of this answer's content security policy.
    pub nonce: String,
    /// The program's version.
    pub version: String,
    /// What the page's address asks for, but the language.
    pub query: String,
}

/// The frame of a page.
pub fn view(engine: &Engine, viewer: &Viewer, page: Page, sitting: Sitting) -> Frame {
    let signed_in = viewer.person.clone().map(|person| SignedIn {
        name: person.to_string(),
        person,
        roles: viewer.roles.clone(),
        key: sitting.key,
    });
    Frame {
        lang: viewer.lang,
        theme: sitting.theme,
        party_id: engine.config().party.clone(),
        party_name: past::names(engine, engine.side()),
        side: engine.side(),
        page,
        exercise: sitting.exercise,
        speed: engine.clock().speed(),
        now: engine.now(),
        signed_in,
        nonce: sitting.nonce,
        version: sitting.version,
        host_heard: heard(engine),
        hindrance: None,
        zones: movements::zones_named(engine, viewer),
        query: sitting.query,
    }
}

// Nothing yet of a counterpart that is paired and silent from the start.
fn heard(engine: &Engine) -> Option<Heard> {
    let heard = engine.peer()?.heard();
    let agreements = engine.state().agreements.values();
    let limits = agreements.filter_map(|agreement| Some(agreement.rules()?.consent().freshness_ms));
    let age_ms = engine.now().ms_since(heard).max(0);
    let limit_ms = limits.min().unwrap_or(FRESHNESS_MS);
    (heard > Moment::default()).then_some(Heard { age_ms, limit_ms })
}
