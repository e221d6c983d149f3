//! The console's files, embedded when this was built.

use std::path::{Component, Path as FilePath, PathBuf};
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::failure::{Failure, not_modified};

/// One file of the console.
#[derive(Debug)]
pub struct Asset {
    /// Its path below `/static/`.
    pub path: &'static str,
    /// SHA-256 of its bytes, in quotes.
    pub etag: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// Every file, in order of path; none if the console was not built.
pub static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

// Whoever works on the console reads its files from this folder instead, without a rebuild.
static FOLDER: LazyLock<Option<PathBuf>> =
    LazyLock::new(|| std::env::var_os("SAFECONDUCT_CONSOLE_DIST").map(PathBuf::from));

/// `GET /static/…`.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/static/{*path}", get(file)).route("/verify", get(verify))
}

/// The embedded file of a path.
pub fn find(path: &str) -> Option<&'static Asset> {
    let at = ASSETS.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
    ASSETS.get(at)
}

// Anybody may have the page: it holds no secret, and a checkpoint signs in nowhere.
async fn verify() -> Result<Response, Failure> {
    let policy = find("verify.policy.txt").ok_or(Failure::NotFound)?;
    let about = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, std::str::from_utf8(policy.bytes).unwrap_or("sandbox")),
        (HeaderName::from_static("permissions-policy"), "camera=(self), microphone=()"),
    ];
    let page = verify_page().ok_or(Failure::NotFound)?;
    Ok((about, page).into_response())
}

/// The page that verifies passes with no network: one file that holds all it needs. `None` if the
/// console was not built.
pub fn verify_page() -> Option<&'static str> {
    std::str::from_utf8(find("verify.html")?.bytes).ok()
}

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    if let Some(folder) = &*FOLDER {
        let kind = [(header::CONTENT_TYPE, kind(&path))];
        let read = below(folder, &path).and_then(|file| std::fs::read(file).ok());
        return read.map(|bytes| (kind, bytes).into_response()).ok_or(Failure::NotFound);
    }
    let asset = find(&path).ok_or(Failure::NotFound)?;
    let known = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    // The browser keeps it and asks each time: a new version shows at once, an old one costs
    // one small answer.
    let about = [
        (header::ETAG, asset.etag),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_TYPE, kind(asset.path)),
    ];
    if known.is_some_and(|known| known.split(", ").any(|tag| tag == asset.etag)) {
        return Ok((about, not_modified()).into_response());
    }
    Ok((about, asset.bytes).into_response())
}

fn below(folder: &FilePath, path: &str) -> Option<PathBuf> {
    let path = FilePath::new(path);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    plain.then(|| folder.join(path))
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        Some(_) | None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use note::digest::sha256;

    use super::{ASSETS, below, find, kind};

    #[test]
    fn every_embedded_file_is_found_under_its_own_digest() {
        for asset in ASSETS {
            assert_eq!(asset.etag, format!("\"{}\"", sha256(asset.bytes)), "{}", asset.path);
            assert_eq!(find(asset.path).unwrap().etag, asset.etag);
        }
        assert!(find("../Cargo.toml").is_none());
    }

    #[test]
    fn modules_are_script_and_no_path_leaves_the_folder() {
        assert_eq!(kind("maplibre-gl-worker.mjs"), "text/javascript; charset=utf-8");
        let folder = std::path::Path::new("dist");
        assert!(below(folder, "fonts/a.woff2").is_some());
        assert!(below(folder, "../secret").is_none() && below(folder, "/etc/passwd").is_none());
    }
}
