//! The node's files of posts and convoys: read, and again on a change.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use cli::trouble::Trouble;
use door::app::{App, stopped};
use engine::fault::chain;
use planner::posted::{Board, Files, Posted, posted};
use post::file::FILE_BYTES_MAX;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use tokio::time::interval;

use crate::folder::Folder;

/// How often the files are looked at: a roster that was drawn is on the screen before anybody
/// has walked to it.
const LOOKED_EVERY: Duration = Duration::from_secs(10);

/// Files in the node's folder, under `[posts]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PostFiles {
    /// What `post plan` reads.
    pub plan: Option<String>,
    /// What `post roster --out` wrote.
    pub roster: Option<String>,
    /// What `fleet plan` reads.
    pub fleet: Option<String>,
}

/// Where the files lie.
#[derive(Debug, Clone)]
pub struct Places([Option<PathBuf>; 3]);

impl Places {
    /// Those that the settings name; nothing if they name none.
    pub fn of(folder: &Folder, files: &PostFiles) -> Option<Self> {
        let named = [&files.plan, &files.roster, &files.fleet];
        let places = named.map(|name| name.as_ref().map(|name| folder.path(name)));
        places.iter().any(Option::is_some).then_some(Self(places))
    }

    /// Reads them.
    pub fn read(&self) -> Result<Posted, Trouble> {
        let [plan, roster, fleet] = &self.0;
        let text = |path: &Option<PathBuf>| path.as_ref().map(text).transpose();
        let files = Files { plan: text(plan)?, roster: text(roster)?, fleet: text(fleet)? };
        posted(&files).map_err(|cause| {
            Trouble::malformed("the files under [posts] cannot be shown")
                .because(chain(&cause))
                .hint("`safeconduct post check ROSTER PLAN` says what is wrong with a roster")
        })
    }

    fn written(&self) -> Vec<Option<(SystemTime, u64)>> {
        let written = |path: &Option<PathBuf>| {
            let known = fs::metadata(path.as_ref()?).ok()?;
            Some((known.modified().ok()?, known.len()))
        };
        self.0.iter().map(written).collect()
    }
}

fn text(path: &PathBuf) -> Result<String, Trouble> {
    let name = path.display();
    let most = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX);
    if fs::metadata(path).is_ok_and(|it| it.len() > most) {
        return Err(Trouble::malformed(format!("`{name}` is longer than {most} bytes")));
    }
    fs::read_to_string(path)
        .map_err(|cause| Trouble::fault(format!("cannot read `{name}`")).because(cause))
}

/// A board of what was read.
pub fn board(posted: Posted) -> Board {
    Arc::new(Mutex::new(Arc::new(posted)))
}

/// Looks at the files until the node stops. What cannot be read is told, and what was shown stays.
pub async fn watching(app: Arc<App>, places: Option<Places>) {
    let (Some(places), Some(board)) = (places, app.setup().posts.clone()) else { return };
    let mut looks = interval(LOOKED_EVERY);
    let mut before = places.written();
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            () = stopped(app.stopping()) => return,
        }
        let looked = places.clone();
        let now = looked.written();
        if now == before {
            continue;
        }
        match spawn_blocking(move || looked.read()).await {
            Ok(Ok(posted)) => {
                *board.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(posted);
                tracing::info!("the files of posts were read again");
            }
            Ok(Err(trouble)) => tracing::warn!(%trouble, "the posts stay as they were"),
            Err(cause) => tracing::warn!(%cause, "the files of posts were not read"),
        }
        before = now;
    }
}
