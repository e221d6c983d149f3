//! `/me`: a protected person's own phone, by its own name and password.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reply::no::No;
use words::id::UnitId;
use words::refusal::{Reason, Refusal};

use crate::api::route::{Answer, Door, Route};
use door::app::App;
use door::failure::{Failure, done};

pub(super) fn routes() -> Vec<Route> {
    let (check_in, sos) = (("/me/check-in", "create_check_in"), ("/me/sos", "create_sos"));
    vec![
        Route::post(check_in, "I am well.", Answer::Done, create_check_in).by(Door::Phone),
        Route::post(sos, "I need help.", Answer::Done, create_sos).by(Door::Phone),
    ]
}

struct Phone(UnitId);

impl FromRequestParts<Arc<App>> for Phone {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let value = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let basic = value.and_then(|value| value.strip_prefix("Basic "));
        let pair = basic.and_then(|pair| STANDARD.decode(pair).ok());
        let pair =
            pair.and_then(|pair| String::from_utf8(pair).ok()).ok_or(Failure::Unauthorized)?;
        let unit = app.with(move |engine| {
            let (user, password) = pair.split_once(':')?;
            engine.phone(user, password)
        });
        unit.await?.map(Self).ok_or(Failure::Unauthorized)
    }
}

async fn create_check_in(
    State(app): State<Arc<App>>,
    Phone(unit): Phone,
) -> Result<Response, Failure> {
    let taken = app.with(move |engine| engine.from_page(&unit, false).map_err(No::from)).await??;
    if taken { Ok(done()) } else { Err(nowhere()) }
}

async fn create_sos(State(app): State<Arc<App>>, Phone(unit): Phone) -> Result<Response, Failure> {
    let taken = app.with(move |engine| engine.from_page(&unit, true).map_err(No::from)).await??;
    if taken { Ok(done()) } else { Err(nowhere()) }
}

fn nowhere() -> Failure {
    let text = "nobody knows yet where this phone is: let it report a position first";
    Refusal::new(Reason::WrongState, text).into()
}
