//! Views of the console, one file a page.

use ::watch::people::Enrolled;
use ::watch::plan::UnitKind;
use engine::engine::Engine;
use tongue::speech::Lang;
use words::id::{PersonId, UnitId};
use words::role::Role;

pub mod known;
pub mod past;
pub mod summary;
pub mod verdict;

pub mod frame;

pub mod alarms;
pub mod movements;
pub mod watch;

pub mod movement;
pub mod next;
pub mod passes;

pub mod family;

pub mod agreement;
pub mod consent;
pub mod duty;
pub mod life;
pub mod record;
pub mod review;
pub mod rungs;
pub mod standing;

pub mod ledger;
pub mod statement;

pub mod me;
pub mod signin;

/// Who looks at a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The officer, if one is signed in.
    pub person: Option<PersonId>,
    /// What the officer's key, or the phone's holder, is for.
    pub roles: Vec<Role>,
    /// The unit, if a phone is signed in: it sees itself and nothing else.
    pub unit: Option<UnitId>,
    /// In which language.
    pub lang: Lang,
}

impl Viewer {
    /// Nobody is signed in.
    pub const fn nobody(lang: Lang) -> Self {
        Self { person: None, roles: Vec::new(), unit: None, lang }
    }

    /// An officer with the roles of a key.
    pub const fn officer(person: PersonId, roles: Vec<Role>, lang: Lang) -> Self {
        Self { person: Some(person), roles, unit: None, lang }
    }

    /// The holder of an enrolled phone.
    pub fn phone(engine: &Engine, unit: UnitId, lang: Lang) -> Self {
        let kind = engine.post().people().get(&unit).map(Enrolled::unit_kind);
        let roles = match kind {
            Some(UnitKind::Protected) => vec![Role::Protected],
            Some(UnitKind::Vehicle) => vec![Role::Driver],
            Some(UnitKind::GuestPersonnel | UnitKind::HostPersonnel) | None => Vec::new(),
        };
        Self { person: None, roles, unit: Some(unit), lang }
    }

    /// Does the viewer hold one of these roles?
    pub fn is_any(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }
}
