//! `/status` and `/parties`.

use std::sync::Arc;

use axum::extract::State;
use reply::{party, status};
use wire::v1::{Page, PartyView, StatusView};

use crate::api::asker::{Answered, Asker};
use crate::api::route::{Route, json};
use door::app::App;

pub(super) fn routes() -> Vec<Route> {
    let about = "How this node is: heads, state, counterpart, consent.";
    vec![
        Route::get(("/status", "get_status"), about, json::<StatusView>(), get_status),
        Route::get(
            ("/parties", "list_parties"),
            "The parties and the keys that they enrolled.",
            json::<Page<PartyView>>(),
            list_parties,
        ),
    ]
}

async fn get_status(State(app): State<Arc<App>>, asker: Asker) -> Answered<StatusView> {
    let peer = app.peer_status();
    let link = status::Link {
        connected: peer.connected,
        last_ok: peer.last_ok,
        behind: peer.behind,
        broken: peer.broken,
        diverged: peer.diverged,
    };
    let version = env!("CARGO_PKG_VERSION");
    asker.read(&app, move |engine, _| Ok(status::view(engine, link, version))).await
}

async fn list_parties(State(app): State<Arc<App>>, asker: Asker) -> Answered<Page<PartyView>> {
    asker.read(&app, |engine, _| Ok(party::list(engine))).await
}
