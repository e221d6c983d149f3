//! The console's pages: handlers that introduce and do not argue.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};
use tongue::speech::Lang;

use door::app::{App, Words};
use door::guard::LANG_COOKIE;

pub mod seat;
pub mod told;

pub mod acts;
pub mod duty;
pub mod fragment;
pub mod letters;
pub mod phone;
pub mod plan;
pub mod posts;
pub mod shown;
pub mod signin;

/// How problems are told: by pages in the reader's language.
pub const WORDS: Words = Words { page: told::page, line: told::line };

/// A choice of language is kept for a year.
const LANG_KEPT_S: u32 = 31_536_000;

/// Its routes.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(shown::home))
        .route("/watch", get(shown::watch))
        .route("/movements", get(shown::movements))
        .route("/m/{id}", get(shown::movement))
        .route("/m/{id}/passes", get(shown::passes))
        .route("/consent", get(shown::consent))
        .route("/rungs", get(shown::rungs))
        .route("/agreement", get(shown::agreement))
        .route("/obligations", get(duty::board))
        .route("/records", get(duty::records))
        .route("/records/{id}", get(duty::record))
        .route("/agreement/review", get(shown::review))
        .route("/agreement/redacted", get(shown::redacted))
        .route("/ledger", get(shown::ledger))
        .route("/ledger/{party}/{index}", get(letters::statement))
        .route("/plan", get(plan::table).post(plan::ask))
        .route("/predictability", get(plan::board))
        .route("/fragment/predictability", get(plan::board_fragment))
        .route("/posts", get(posts::board))
        .route("/fragment/posts", get(posts::board_fragment))
        .route("/letters", get(letters::letters))
        .route("/fragment/letters", get(letters::fragment))
        .route("/revealed/{party}/{index}", get(letters::revealed))
        .route("/evidence/{name}", get(shown::evidence))
        .route("/keys", get(shown::keys))
        .route("/geo/scene.json", get(shown::scene))
        .route("/geo/roads.json", get(shown::roads))
        .route("/fragment/alarms", get(fragment::alarms))
        .route("/fragment/headcount", get(fragment::headcount))
        .route("/fragment/movements", get(fragment::movements))
        .route("/fragment/presence", get(fragment::presence))
        .route("/fragment/movement-list", get(fragment::movement_list))
        .route("/fragment/movement/{id}", get(fragment::movement))
        .route("/fragment/consent", get(fragment::consent))
        .route("/fragment/rungs", get(fragment::rungs))
        .route("/fragment/standing", get(fragment::standing))
        .route("/fragment/ledger", get(fragment::ledger))
        .route("/fragment/obligations", get(duty::board_fragment))
        .route("/fragment/records", get(duty::records_fragment))
        .route("/fragment/heard", get(fragment::heard))
        .route("/signin", get(signin::signin_page).post(signin::sign_in))
        .route("/signout", post(signin::sign_out))
        .route("/act/{word}", post(acts::act))
        .route("/act/draft/{word}", post(acts::draft))
        .route("/me", get(phone::me))
        .route("/me/signin", post(phone::sign_in))
        .route("/me/beside", post(phone::beside))
        .route("/me/checkin", post(phone::check_in))
        .route("/me/sos", get(phone::confirm).post(phone::sos))
        .route("/fragment/me", get(phone::fragment))
        .layer(from_fn(keep_lang))
}

// `?lang=` is a choice: the next pages are in that language too.
async fn keep_lang(request: Request, next: Next) -> Response {
    let asked = request.uri().query().into_iter().flat_map(|query| query.split('&'));
    let lang = asked.filter_map(|pair| pair.strip_prefix("lang=")).find_map(Lang::parse);
    let mut response = next.run(request).await;
    if let Some(lang) = lang {
        let cookie =
            format!("{LANG_COOKIE}={}; Path=/; Max-Age={LANG_KEPT_S}; SameSite=Strict", lang.tag());
        let cookie = HeaderValue::from_str(&cookie).expect("a tag is ASCII letters");
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
