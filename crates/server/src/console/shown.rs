//! The pages of a desk.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use desk::page::review::Texts;
use desk::{page, scene};
use folio::meaning::{Finding, Meaning};
use serde::Deserialize;
use serde_json::Value;
use sheet::frame::Page;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tongue::speech::Lang;
use words::hash::Hash;
use words::id::{AgreementId, MovementId};

use crate::console::phone::Phone;
use crate::console::seat::Seat;
use door::app::App;
use door::failure::Failure;
use door::limits::COMPARED_WITHIN;
use door::sent::Asked;
use door::session::Caller;

type Answer = Result<Response, Failure>;

/// `GET /`: where whoever asks belongs.
pub async fn home(caller: Result<Caller, Failure>, phone: Result<Phone, Failure>) -> Response {
    let to = match (caller, phone) {
        (Ok(_), _) => "/watch",
        (Err(_), Ok(_)) => "/me",
        (Err(_), Err(_)) => "/signin",
    };
    Redirect::to(to).into_response()
}

/// `GET /watch`.
pub async fn watch(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    let behind = Arc::clone(&app);
    seat.page(
        &app,
        Page::Watch,
        move |engine, viewer| Some(page::watch::view(engine, viewer, &behind.setup().backdrop)),
        pages::watch::page,
    )
    .await
}

/// `GET /movements`.
pub async fn movements(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Movements,
        |engine, viewer| Some(page::movements::view(engine, viewer)),
        pages::movements::page,
    )
    .await
}

/// `GET /m/ID`.
pub async fn movement(State(app): State<Arc<App>>, seat: Seat, Path(id): Path<String>) -> Answer {
    seat.page(
        &app,
        Page::Movement,
        move |engine, viewer| page::movement::view(engine, viewer, &MovementId::new(&id).ok()?),
        pages::movement::page,
    )
    .await
}

/// `GET /m/ID/passes`: the passes alone, to be printed.
pub async fn passes(State(app): State<Arc<App>>, seat: Seat, Path(id): Path<String>) -> Answer {
    seat.page(
        &app,
        Page::Movement,
        move |engine, viewer| page::movement::view(engine, viewer, &MovementId::new(&id).ok()?),
        pages::passes::page,
    )
    .await
}

/// `GET /consent`.
pub async fn consent(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Consent,
        |engine, viewer| Some(page::consent::view(engine, viewer)),
        pages::consent::page,
    )
    .await
}

/// `GET /rungs`.
pub async fn rungs(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    seat.page(
        &app,
        Page::Rungs,
        |engine, viewer| Some(page::rungs::view(engine, viewer)),
        folio::rungs::page,
    )
    .await
}

/// `GET /agreement`; `id` names another than the one in force, `try=1` tries a request.
pub async fn agreement(
    State(app): State<Arc<App>>,
    seat: Seat,
    Asked(asked): Asked<BTreeMap<String, String>>,
) -> Answer {
    let id = asked.get("id").and_then(|id| AgreementId::new(id).ok());
    seat.page(
        &app,
        Page::Agreement,
        move |engine, viewer| page::agreement::view(engine, viewer, id.as_ref(), &asked),
        folio::agreement::page,
    )
    .await
}

/// Which text, of which agreement.
#[derive(Debug, Default, Deserialize)]
pub struct OfText {
    id: Option<AgreementId>,
    text: Option<Hash>,
}

/// `GET /agreement/review`; `id` and `text` name another text than the newest.
pub async fn review(State(app): State<Arc<App>>, seat: Seat, Asked(of): Asked<OfText>) -> Answer {
    let heard = heard(&app, (of.id.clone(), of.text), seat.viewer().lang).await?;
    seat.page(
        &app,
        Page::Review,
        move |engine, viewer| {
            let mut view = page::review::view(engine, viewer, (of.id.as_ref(), of.text))?;
            (view.findings, view.meaning) = heard;
            Some(view)
        },
        folio::review::page,
    )
    .await
}

type Heard = (Vec<Finding>, Option<Meaning>);

// What machines say of a text. They look at texts alone, without the engine's lock; a page waits
// a little for a comparison, and the next one finds it.
async fn heard(app: &Arc<App>, of: (Option<AgreementId>, Option<Hash>), lang: Lang) -> Found {
    let texts = app.with(move |engine| page::review::texts(engine, (of.0.as_ref(), of.1))).await?;
    let Some(Texts { new: (root, words, new), old, upper }) = texts else {
        return Ok(Heard::default());
    };
    let findings = counsel::findings(&words, upper.as_deref(), lang);
    let (Some(new), Some((before, Some(old)))) = (new, old) else { return Ok((findings, None)) };
    if new.document().under.is_some() || old.document().under.is_some() {
        return Ok((findings, None));
    }
    let pair = (before, root);
    let look = spawn_blocking(move || counsel::look(pair, &old, &new));
    // Whoever is too late reads it when the page is opened again.
    drop(timeout(COMPARED_WITHIN, look).await);
    Ok((findings, counsel::known(pair).map(|redline| counsel::meaning(&redline))))
}

type Found = Result<Heard, Failure>;

/// `GET /agreement/redacted`: the copy for the public, as a file.
pub async fn redacted(State(app): State<Arc<App>>, seat: Seat, Asked(of): Asked<OfText>) -> Answer {
    let viewer = seat.viewer();
    let copy = app.with(move |engine| {
        let id = of.id?;
        page::agreement::redacted_copy(engine, &viewer, (&id, of.text))
    });
    match copy.await? {
        Some(copy) => {
            let named = [
                (CONTENT_TYPE, "application/toml"),
                (CONTENT_DISPOSITION, "attachment; filename=\"agreement-redacted.toml\""),
            ];
            Ok((named, copy).into_response())
        }
        None => seat.no(&app, Failure::NotFound).await,
    }
}

/// Which page of statements; 0 has the newest.
#[derive(Debug, Deserialize)]
pub struct Paging {
    #[serde(default)]
    page: usize,
}

/// `GET /ledger`.
pub async fn ledger(
    State(app): State<Arc<App>>,
    seat: Seat,
    Asked(paging): Asked<Paging>,
) -> Answer {
    seat.page(
        &app,
        Page::Ledger,
        move |engine, viewer| Some(page::ledger::view(engine, viewer, paging.page)),
        pages::ledger::page,
    )
    .await
}

/// `GET /keys`.
pub async fn keys(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    let view = |engine: &engine::engine::Engine, viewer: &page::Viewer| {
        Some(custody::page::view(engine, viewer))
    };
    seat.page(&app, Page::Keys, view, pages::keys::page).await
}

/// `GET /evidence/NAME`: what convinces a stranger of what the counterpart did, as a file.
pub async fn evidence(State(app): State<Arc<App>>, seat: Seat, Path(name): Path<String>) -> Answer {
    let signed_in = seat.viewer().person.is_some();
    let found = app.with(move |engine| engine.accusation(&name).ok().flatten());
    match found.await?.filter(|_| signed_in) {
        Some(text) => {
            let named = [
                (CONTENT_TYPE, "text/plain; charset=utf-8"),
                (CONTENT_DISPOSITION, "attachment; filename=\"accusation.txt\""),
            ];
            Ok((named, text).into_response())
        }
        None => seat.no(&app, Failure::NotFound).await,
    }
}

/// `GET /geo/scene.json`: all that stands still on the map.
pub async fn scene(State(app): State<Arc<App>>, seat: Seat) -> Result<Json<Value>, Failure> {
    let (viewer, behind) = (seat.viewer(), Arc::clone(&app));
    let scene = app.with(move |engine| {
        let mut scene = scene::scene_json(engine, &viewer, &behind.setup().backdrop);
        // A city has more roads than a scene should carry each time somebody moves.
        let imported = scene.as_object_mut().filter(|_| behind.setup().terrain.is_some());
        if let Some(scene) = imported {
            scene.insert("roads_at".to_owned(), "/geo/roads.json".into());
        }
        scene
    });
    Ok(Json(scene.await?))
}

/// `GET /geo/roads.json`: the imported roads, as far as a map bears them.
pub async fn roads(State(app): State<Arc<App>>, seat: Seat) -> Answer {
    let behind = Arc::clone(&app);
    let drawn = spawn_blocking(move || {
        behind.setup().terrain.as_ref().map(|terrain| terrain.drawn().to_owned())
    });
    match drawn.await.map_err(|cause| Failure::fault(&cause))? {
        Some(json) => Ok(([(CONTENT_TYPE, "application/json")], json).into_response()),
        None => seat.no(&app, Failure::NotFound).await,
    }
}
