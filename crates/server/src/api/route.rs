//! A route: its handler, and what the document says of it.

use std::fmt;
use std::sync::Arc;

use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};
use reply::list::ITEMS_MAX;
use serde_json::Value;
use wire::schema::{Described, Schemas};

use door::app::App;

/// Describes a type in a document.
pub type Describe = fn(&mut Schemas) -> Value;

/// What comes back when all is well.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    /// JSON of a described type.
    Json(Describe),
    /// A file of a media type.
    File(&'static str),
    /// Nothing: it is done.
    Done,
}

/// A member of the query.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// A number, from what to what; a text otherwise.
    pub number: Option<(u32, Option<u32>)>,
}

/// The query of a list in order of ids.
pub const PAGING: &[Member] = &[
    Member { name: "after", about: "Only items whose id comes after this one.", number: None },
    Member { name: "limit", about: "At most so many.", number: Some((1, Some(ITEMS_MAX))) },
];

/// Who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Whoever knows a passphrase; it is counted.
    Open,
    /// Whoever is signed in.
    Session,
    /// An enrolled phone with its own name and password.
    Phone,
}

/// One operation.
pub struct Route {
    /// `get`, `post` or `delete`.
    pub method: &'static str,
    /// Below the base; members in braces.
    pub path: &'static str,
    /// `verb_resource`, the same for ever.
    pub id: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Who may come in.
    pub door: Door,
    /// Its query.
    pub query: &'static [Member],
    /// Its body.
    pub body: Option<Describe>,
    /// May it be refused for reasons of the domain?
    pub refusable: bool,
    /// What comes back.
    pub answer: Answer,
    /// Who answers; none if another router does.
    pub handler: Option<MethodRouter<Arc<App>>>,
}

impl fmt::Debug for Route {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Route({} {})", self.method, self.path)
    }
}

impl Route {
    /// A route that reads.
    pub fn get<H: Handler<T, Arc<App>>, T: 'static>(
        (path, id): (&'static str, &'static str),
        about: &'static str,
        answer: Answer,
        handler: H,
    ) -> Self {
        let handler = Some(get(handler));
        Self { handler, ..Self::of("get", (path, id), about, answer) }
    }

    /// A route that does something, and may be refused.
    pub fn post<H: Handler<T, Arc<App>>, T: 'static>(
        (path, id): (&'static str, &'static str),
        about: &'static str,
        answer: Answer,
        handler: H,
    ) -> Self {
        let handler = Some(post(handler));
        Self { handler, refusable: true, ..Self::of("post", (path, id), about, answer) }
    }

    /// A route that another router serves.
    pub fn of(
        method: &'static str,
        (path, id): (&'static str, &'static str),
        about: &'static str,
        answer: Answer,
    ) -> Self {
        Self {
            method,
            path,
            id,
            about,
            door: Door::Session,
            query: &[],
            body: None,
            refusable: false,
            answer,
            handler: None,
        }
    }

    /// The same, with a body.
    #[must_use]
    pub fn taking<B: Described>(self) -> Self {
        Self { body: Some(B::schema), ..self }
    }

    /// The same, with a query.
    #[must_use]
    pub fn asking(self, query: &'static [Member]) -> Self {
        Self { query, ..self }
    }

    /// The same, by another door.
    #[must_use]
    pub fn by(self, door: Door) -> Self {
        Self { door, ..self }
    }

    /// The same, where reading may be refused.
    #[must_use]
    pub fn refusable(self) -> Self {
        Self { refusable: true, ..self }
    }
}

/// The JSON of a described type.
pub const fn json<T: Described>() -> Answer {
    Answer::Json(T::schema)
}
