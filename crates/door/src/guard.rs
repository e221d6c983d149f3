//! What stands before and behind every handler.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tongue::speech::Lang;

use crate::app::App;
use crate::failure::{Failure, Told, needs_sign_in, problem, with_status};
use crate::limits::{ANSWER_WITHIN, REQUESTS_AT_ONCE};
use crate::session::cookie_of;

/// The nonce of this request's content security policy, for its scripts; an extension.
#[derive(Debug, Clone)]
pub struct Nonce(pub Arc<str>);

/// The number under which the operator finds this request; an extension.
#[derive(Debug, Clone)]
pub struct RequestId(pub Arc<str>);

/// The cookie that keeps the language of a screen where nobody is signed in.
pub const LANG_COOKIE: &str = "lang";

static PLACES: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(REQUESTS_AT_ONCE));

/// The middleware around all routes of the console's port.
pub async fn guard(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let (start, id, nonce) = (Instant::now(), random(), random());
    let wish = Wish::of(&request);
    let line = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(Nonce(Arc::clone(&nonce)));
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    let response = match admit(&app, &request) {
        Ok(()) => run(request, next).await,
        Err(failure) => failure.into_response(),
    };
    let mut response = tell(&app, response, &wish, &id);
    dress(response.headers_mut(), &nonce, &id);
    let ms = start.elapsed().as_millis();
    // The path and never the query: searches and names stay out of the log.
    tracing::info!(%id, method = %line.0, path = line.1, status = response.status().as_u16(), ms);
    response
}

async fn run(request: Request, next: Next) -> Response {
    // Its place is free again when the answer begins: a live stream holds none.
    let Ok(_place) = PLACES.try_acquire() else { return Failure::Busy.into_response() };
    match timeout(ANSWER_WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::Busy.into_response(),
    }
}

fn admit(app: &App, request: &Request) -> Result<(), Failure> {
    let (headers, uri) = (request.headers(), request.uri());
    let host = text(headers, header::HOST).or_else(|| uri.authority().map(Authority::as_str));
    let host = host.ok_or(Failure::Foreign)?;
    // A name that is not ours may have been pointed at us by a stranger's page; nobody can
    // point an address at us.
    if name_of(host) != app.host() && !is_address(name_of(host)) {
        return Err(Failure::Foreign);
    }
    let safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if safe || same_site(headers, host) { Ok(()) } else { Err(Failure::Foreign) }
}

// Browsers say where a post comes from; what says nothing must not carry a cookie.
fn same_site(headers: &HeaderMap, host: &str) -> bool {
    if let Some(site) = text(headers, HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    match text(headers, header::ORIGIN) {
        Some(origin) => origin.split_once("://").is_some_and(|(_, at)| at == host),
        None => !headers.contains_key(header::COOKIE),
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn name_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => authority,
    }
}

fn is_address(name: &str) -> bool {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<std::net::IpAddr>().is_ok()
}

// In which form the asker can read a problem.
struct Wish {
    form: Form,
    lang: Lang,
    next: Option<String>,
}

enum Form {
    Document,
    Json,
    Line,
    Page,
}

impl Wish {
    fn of(request: &Request) -> Self {
        let (headers, path) = (request.headers(), request.uri().path());
        let accepts = text(headers, header::ACCEPT).unwrap_or_default();
        let phone = path == "/pub" || path == "/owntracks";
        let form = if path.starts_with("/api/") {
            Form::Document
        } else if accepts.contains("application/json") {
            Form::Json
        } else if phone || headers.contains_key("x-enhance") {
            Form::Line
        } else {
            Form::Page
        };
        let page = matches!(form, Form::Page) && request.method() == Method::GET;
        let navigates = text(headers, HeaderName::from_static("sec-fetch-dest"))
            .is_none_or(|dest| dest == "document");
        let next = (page && navigates).then(|| request.uri().to_string());
        Self { form, lang: lang_of(headers, request.uri()), next }
    }
}

/// The language of a request: its address, its cookie, what the browser prefers, English.
pub fn lang_of(headers: &HeaderMap, uri: &Uri) -> Lang {
    let asked = uri.query().into_iter().flat_map(|query| query.split('&'));
    let asked = asked.filter_map(|pair| pair.strip_prefix("lang=")).find_map(Lang::parse);
    let kept = || cookie_of(headers, LANG_COOKIE).and_then(Lang::parse);
    let liked = || {
        let list = text(headers, header::ACCEPT_LANGUAGE)?.split(',');
        list.filter_map(|tag| tag.split(';').next()).find_map(|tag| Lang::parse(tag.trim()))
    };
    asked.or_else(kept).or_else(liked).unwrap_or(Lang::En)
}

fn tell(app: &App, response: Response, wish: &Wish, id: &str) -> Response {
    let Some(mut told) = response.extensions().get::<Told>().cloned() else { return response };
    if let Some(fault) = &told.fault {
        tracing::error!(%id, fault, "cannot answer");
    }
    id.clone_into(&mut told.problem.request);
    let words = app.config.words;
    match wish.form {
        Form::Document => problem(&told.problem),
        Form::Json => {
            let line = (words.line)(&told, wish.lang);
            with_status(&told.problem, axum::Json(json!({ "problem": line })))
        }
        Form::Line => with_status(&told.problem, (words.line)(&told, wish.lang)),
        Form::Page => match &wish.next {
            Some(next) if needs_sign_in(&told.problem) => {
                Redirect::to(&format!("/signin?then={}", percent(next))).into_response()
            }
            Some(_) | None => with_status(&told.problem, Html((words.page)(app, &told, wish.lang))),
        },
    }
}

fn percent(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(byte);
    text.bytes().fold(String::new(), |mut out, byte| {
        if plain(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&words::hash::hex(&[byte]).to_uppercase());
        }
        out
    })
}

// The pages' own policy (console/CONTRACT.md), and what no page of ours ever needs.
fn dress(headers: &mut HeaderMap, nonce: &str, id: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'self'; \
         style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; \
         worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types default safeconduct"
    );
    let value = |text: &str| HeaderValue::from_str(text).expect("ASCII letters and marks");
    // The page that verifies passes brings a policy of its own, which allows it no connection.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(value(&policy));
    headers.insert(HeaderName::from_static("x-request-id"), value(id));
    for (name, text) in FIXED {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(text));
    }
    // What a page shows is one person's: only files under `/static/` say otherwise.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

const FIXED: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), \
         publickey-credentials-get=(self), publickey-credentials-create=(self)",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

fn random() -> Arc<str> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("a system without chance cannot keep a secret");
    URL_SAFE_NO_PAD.encode(bytes).into()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
    use tongue::speech::Lang;

    use super::{dress, is_address, lang_of, name_of, percent, same_site};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        pairs.collect()
    }

    #[test]
    fn a_post_of_another_sites_page_is_foreign_and_a_program_without_cookies_is_not() {
        let post = |pairs| same_site(&headers(pairs), "localhost:8443");
        assert!(post(&[("sec-fetch-site", "same-origin"), ("cookie", "a=b")]));
        assert!(!post(&[("sec-fetch-site", "same-site"), ("origin", "http://localhost:8443")]));
        assert!(!post(&[("sec-fetch-site", "cross-site")]));
        assert!(post(&[("origin", "http://localhost:8443"), ("cookie", "a=b")]));
        assert!(!post(&[("origin", "http://localhost:9000"), ("cookie", "a=b")]));
        assert!(!post(&[("origin", "null")]));
        assert!(!post(&[("cookie", "a=b")]), "a browser that does not say where it comes from");
        assert!(post(&[("authorization", "Bearer t")]));
    }

    #[test]
    fn every_answer_carries_the_policy_with_its_own_nonce() {
        let mut dressed = HeaderMap::new();
        dress(&mut dressed, "N0nce", "r-1");
        let policy = dressed["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'nonce-N0nce' "), "{policy}");
        assert!(policy.ends_with("trusted-types default safeconduct"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("  "), "{policy}");
        assert_eq!(dressed["x-content-type-options"], "nosniff");
        assert_eq!(dressed["referrer-policy"], "no-referrer");
        assert_eq!(dressed["cross-origin-opener-policy"], "same-origin");
        assert_eq!(dressed["cache-control"], "no-store");
        assert_eq!(dressed["x-request-id"], "r-1");
    }

    #[test]
    fn names_and_addresses_are_told_apart() {
        assert_eq!(name_of("desk.example:8443"), "desk.example");
        assert_eq!(name_of("[::1]:8443"), "[::1]");
        assert_eq!(name_of("[::1]"), "[::1]");
        assert!(is_address("127.0.0.1") && is_address("[::1]") && !is_address("evil.example"));
    }

    #[test]
    fn the_language_is_the_addresss_then_the_cookies_then_the_browsers() {
        let all = headers(&[("cookie", "lang=ur"), ("accept-language", "fr, zh-CN;q=0.8")]);
        assert_eq!(lang_of(&all, &Uri::from_static("/watch?a=1&lang=en")), Lang::En);
        assert_eq!(lang_of(&all, &Uri::from_static("/watch")), Lang::Ur);
        let browser = headers(&[("accept-language", "fr, zh-CN;q=0.8")]);
        assert_eq!(lang_of(&browser, &Uri::from_static("/watch?lang=xx")), Lang::Zh);
        assert_eq!(lang_of(&HeaderMap::new(), &Uri::from_static("/")), Lang::En);
    }

    #[test]
    fn a_way_back_is_escaped() {
        assert_eq!(percent("/m/a b?x=1&y=\u{e9}"), "/m/a%20b%3Fx%3D1%26y%3D%C3%A9");
    }
}
