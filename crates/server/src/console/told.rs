//! Problems as people read them: a page, or one line.

use desk::page::frame::{self, Sitting};
use desk::page::{Viewer, verdict};
use engine::engine::Engine;
use sheet::frame::{Page, Theme};
use sheet::problem::{self, Kind, View};
use sheet::term::Naming;
use tongue::speech::{Lang, Tongue};
use words::act::KeyKind;
use words::refusal::{Reason, Refusal};

use door::app::App;
use door::failure::Told;

/// A problem with the articles that it cites.
pub fn view(engine: &Engine, told: &Told) -> View {
    let refusal = refusal(told);
    let articles = refusal.as_ref().map(|refusal| verdict::articles(engine, refusal));
    View {
        kind: kind(told),
        articles: articles.unwrap_or_default(),
        refusal,
        request: told.problem.request.clone(),
    }
}

/// A problem as a page, where nobody is known to sit before the screen.
pub fn page(app: &App, told: &Told, lang: Lang) -> String {
    let sitting = Sitting {
        key: KeyKind::Ed25519,
        theme: Theme::Auto,
        exercise: app.setup().exercise,
        nonce: String::new(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let viewer = Viewer::nobody(lang);
    let page = app.with_now(|engine| {
        let frame = frame::view(engine, &viewer, Page::Problem, sitting);
        problem::page(&view(engine, told), &frame).into_string()
    });
    page.unwrap_or_else(|_| line(told, lang))
}

/// A problem as one line of plain text: what, why, by which article.
pub fn line(told: &Told, lang: Lang) -> String {
    let tongue = Tongue::of(lang);
    let said = tongue.term(kind(told));
    let Some(refusal) = refusal(told) else { return said };
    let why = format!("{said}: {}", tongue.terms(&refusal.reasons));
    let article =
        |number: &String| tongue.say_with("article", &[("number", number.as_str().into())]);
    let articles = refusal.articles.iter().map(article);
    let detail = Some(refusal.detail.clone()).filter(|detail| !detail.is_empty());
    let parts: Vec<String> = std::iter::once(why).chain(articles).chain(detail).collect();
    parts.join(" · ")
}

// What cannot be read says which field is wrong, in the place where a refusal gives its facts.
fn refusal(told: &Told) -> Option<Refusal> {
    let unread = kind(told) == Kind::Malformed && !told.problem.detail.is_empty();
    let malformed = || Refusal::new(Reason::Malformed, told.problem.detail.clone());
    told.refusal.clone().or_else(|| unread.then(malformed))
}

fn kind(told: &Told) -> Kind {
    match told.problem.code.as_str() {
        "malformed" | "too-large" => Kind::Malformed,
        "sign-in" => Kind::SignIn,
        "refused" | "foreign" => Kind::Refused,
        "not-found" => Kind::NotFound,
        _ => Kind::Fault,
    }
}
