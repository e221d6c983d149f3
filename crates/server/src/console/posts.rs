//! Posts and rosters.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use desk::page::Viewer;
use engine::engine::Engine;
use guardroom::posts::{View, fragment, page};
use outlook::posts::{may_see, view};
use planner::posted::shown;
use sheet::frame::Page;

use crate::console::seat::Seat;
use door::app::App;
use door::failure::Failure;

type Answer = Result<Response, Failure>;

/// `GET /posts`.
pub async fn board(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    let see = seen(&app);
    seat.page(&app, Page::Posts, see, page).await
}

/// `GET /fragment/posts`.
pub async fn board_fragment(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    let see = seen(&app);
    seat.page(&app, Page::Posts, see, fragment).await
}

fn seen(app: &App) -> impl FnOnce(&Engine, &Viewer) -> Option<View> + Send + 'static {
    let posted = app.setup().posts.as_ref().map(shown);
    move |engine, viewer| may_see(viewer).then(|| view(posted.as_deref(), engine.now(), viewer))
}
