//! Signing in and out; served by the sessions' own router.

use wire::v1::{SessionRequest, SessionView};

use crate::api::route::{Answer, Door, Route, json};

pub(super) fn routes() -> Vec<Route> {
    let (enter, leave) = (("/session", "create_session"), ("/session", "delete_session"));
    let about = "Signs a program in with a person's key file and passphrase.";
    let entered = Route::of("post", enter, about, json::<SessionView>());
    vec![
        entered.taking::<SessionRequest>().by(Door::Open).refusable(),
        Route::of("delete", leave, "Signs out: the token opens nothing more.", Answer::Done),
    ]
}
