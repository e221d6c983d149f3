//! Every answer that is a no; the only file that names statuses.

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::fault::{Answer, Fault, chain};
use reply::no::No;
use wire::problem::{MEDIA_TYPE, Problem};
use words::refusal::{Reason, Refusal};

/// Why a request is not answered as asked, by whose move is next.
#[derive(Debug, Clone)]
pub enum Failure {
    /// We cannot read it; the text says what to mend.
    Malformed(String),
    /// Nobody is signed in.
    Unauthorized,
    /// It was sent by another site's page, or to a name that is not ours.
    Foreign,
    /// Read, and the answer is no.
    Refused(Refusal),
    /// There is no such thing, or not for this caller: the two look the same.
    NotFound,
    /// The body is too large.
    TooLarge,
    /// Tried too often.
    TooOften,
    /// Too much at once; the same request succeeds later.
    Busy,
    /// The world broke; the text is for the log alone.
    Fault(String),
}

/// Travels with a failed response to the guard, which tells it in the form that was asked for.
#[derive(Debug, Clone)]
pub struct Told {
    /// What the asker may know.
    pub problem: Problem,
    /// What only the log may know.
    pub fault: Option<String>,
    /// The refusal, for pages that cite its articles.
    pub refusal: Option<Refusal>,
}

impl Failure {
    /// A fault, with its causes, of any kind of error.
    pub fn fault(error: &dyn std::error::Error) -> Self {
        Self::Fault(chain(error))
    }

    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Malformed(_) => {
                (StatusCode::BAD_REQUEST, "malformed", "the request cannot be read")
            }
            Self::Unauthorized => {
                (StatusCode::UNAUTHORIZED, "sign-in", "nobody is signed in, or not as they say")
            }
            Self::Foreign => {
                (StatusCode::FORBIDDEN, "foreign", "the request comes from another site")
            }
            Self::Refused(refusal) => (status(refusal), "refused", "the act is refused"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "there is nothing of that name"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "the body is too large"),
            Self::TooOften => {
                (StatusCode::TOO_MANY_REQUESTS, "too-often", "tried too often: wait a minute")
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "busy: try again"),
            Self::Fault(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "fault", "the node cannot do it now")
            }
        }
    }

    /// What is told of it.
    pub fn told(self) -> Told {
        let (status, code, title) = self.kind();
        let mut problem = Problem::new(status.as_u16(), code, title);
        let (mut fault, mut cause) = (None, None);
        match self {
            Self::Malformed(detail) => problem.detail = detail,
            Self::Refused(refusal) => {
                let codes = refusal.reasons.iter().map(|reason| reason.code().to_owned());
                problem.reasons = codes.collect();
                problem.articles.clone_from(&refusal.articles);
                problem.detail.clone_from(&refusal.detail);
                cause = Some(refusal);
            }
            Self::Fault(text) => fault = Some(text),
            Self::Unauthorized
            | Self::Foreign
            | Self::NotFound
            | Self::TooLarge
            | Self::TooOften
            | Self::Busy => {}
        }
        Told { problem, fault, refusal: cause }
    }
}

// Something that stands already is a conflict; what the asker may not know of is not found.
fn status(refusal: &Refusal) -> StatusCode {
    let all =
        |test: fn(&Reason) -> bool| !refusal.reasons.is_empty() && refusal.reasons.iter().all(test);
    if all(|reason| {
        matches!(
            reason,
            Reason::Replayed | Reason::AlreadyExists | Reason::WrongState | Reason::WrongAlarmState
        )
    }) {
        return StatusCode::CONFLICT;
    }
    if all(|reason| {
        matches!(
            reason,
            Reason::UnknownAgreement
                | Reason::UnknownDeployment
                | Reason::UnknownConsent
                | Reason::UnknownTask
                | Reason::UnknownMovement
                | Reason::UnknownPass
                | Reason::UnknownStatement
        )
    }) {
        return StatusCode::NOT_FOUND;
    }
    StatusCode::FORBIDDEN
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            // The engine could not use what it was given: the sender's move.
            Fault::Input(text) => Self::Malformed(text),
            Fault::Read { .. }
            | Fault::Keep { .. }
            | Fault::NotFounded(_)
            | Fault::OwnLedger { .. }
            | Fault::Behind { .. }
            | Fault::Forked { .. }
            | Fault::Replaced
            | Fault::Vault { .. }
            | Fault::NoSecret { .. }
            | Fault::Key(_)
            | Fault::Plan(_) => Self::fault(&fault),
        }
    }
}

impl From<Answer> for Failure {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Refused(refusal) => refusal.into(),
            Answer::Fault(fault) => (*fault).into(),
        }
    }
}

impl From<No> for Failure {
    fn from(no: No) -> Self {
        match no {
            No::Unknown => Self::NotFound,
            No::Malformed(text) => Self::Malformed(text),
            No::Refused(refusal) => Self::Refused(refusal),
            No::Fault(fault) => Self::from(*fault),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let told = self.told();
        let mut response = problem(&told.problem);
        response.extensions_mut().insert(told);
        response
    }
}

/// A problem as its own document.
pub fn problem(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = (status, Json(problem)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}

/// The status of a problem on an answer of another form.
pub fn with_status(problem: &Problem, answer: impl IntoResponse) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, answer).into_response()
}

/// Is nobody signed in?
pub fn needs_sign_in(problem: &Problem) -> bool {
    problem.status == StatusCode::UNAUTHORIZED.as_u16()
}

/// Nothing to say: it is done.
pub fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// The asker has it already.
pub fn not_modified() -> Response {
    StatusCode::NOT_MODIFIED.into_response()
}

#[cfg(test)]
mod tests {
    use words::refusal::{Reason, Refusal};

    use super::Failure;

    fn status(failure: Failure) -> u16 {
        failure.told().problem.status
    }

    #[test]
    fn a_refusal_says_its_reasons_and_articles_and_a_fault_says_nothing() {
        let refusal = Refusal::new(Reason::NoLiveConsent, "the lease ended").citing("4(1)");
        let told = Failure::from(refusal).told();
        assert_eq!((told.problem.status, told.problem.code.as_str()), (403, "refused"));
        assert_eq!(told.problem.reasons, ["no-live-consent"]);
        assert_eq!(told.problem.articles, ["4(1)"]);
        let told = Failure::Fault("cannot keep: because: disk full".into()).told();
        assert_eq!((told.problem.status, told.problem.detail.as_str()), (500, ""));
        assert!(told.fault.unwrap().contains("disk full"));
    }

    #[test]
    fn what_stands_already_is_a_conflict_and_what_is_unknown_is_not_found() {
        assert_eq!(status(Refusal::from(Reason::AlreadyExists).into()), 409);
        assert_eq!(status(Refusal::from(Reason::UnknownMovement).into()), 404);
        assert_eq!(status(Refusal::from(Reason::GateRed).into()), 403);
        assert_eq!(status(Failure::Malformed(String::new())), 400);
    }
}
