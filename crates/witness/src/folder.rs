//! A witness's folder: its key, its logs, what it must not forget.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use note::digest::sha256;
use note::key::SigningKey;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tlog::accusation::Accusation;
use tlog::signed::SignedCheckpoint;
use tlog::vkey::Vkey;

use crate::cosigner::{Cosigner, Memory};
use durable::replace;

/// What `witness.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Under which name it cosigns, such as `ombudsman.example/w1`.
    pub name: String,
    /// Where logs reach it.
    pub listen: SocketAddr,
    /// Over TLS, which its own key vouches for, or over plain HTTP; if it is not said, plain only
    /// where nobody but this machine can reach it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<bool>,
    /// The verifier keys of the logs that it watches.
    pub logs: Vec<String>,
}

/// Why a witness's folder cannot be used.
#[derive(Debug, Error)]
pub enum FolderError {
    /// A file could not be used.
    #[error("cannot {step} `{}`", path.display())]
    File {
        /// What was being done.
        step: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A file is not what it should be.
    #[error("`{}` cannot be read: {what}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Another process is the witness.
    #[error("another process runs the witness of this folder: stop that one first")]
    InUse,
    /// The record of a log is gone.
    #[error(
        "the record of what was cosigned of `{0}` is missing: a witness that forgot must not \
         cosign, so put the file back, or make a new witness with a new key"
    )]
    Forgotten(String),
    /// The record of a log is not one that this witness wrote.
    #[error("the record of what was cosigned of `{0}` is not signed by this witness")]
    Altered(String),
    /// The log is watched already.
    #[error("`{0}` is watched already")]
    Known(String),
}

/// A folder of a witness.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

/// A folder that this process holds alone.
#[derive(Debug)]
pub struct Held {
    folder: Folder,
    // Locked for as long as it is open.
    _lock: File,
}

impl Folder {
    /// The folder of that path.
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Makes a new witness of a secret seed; nothing that exists is overwritten.
    pub fn make(&self, settings: &Settings, seed: &[u8; 32]) -> Result<(), FolderError> {
        fs::create_dir_all(self.path("state"))
            .map_err(|cause| failed("make", self.path("state"), cause))?;
        let key = self.path("witness.key");
        durable::write_new(&key, seed, 0o600).map_err(|cause| failed("make", key, cause))?;
        for log in &settings.logs {
            self.begin(&self.log(log)?)?;
        }
        self.write_settings(settings)
    }

    /// Watches one more log, from its beginning.
    pub fn watch(&self, vkey: &Vkey) -> Result<(), FolderError> {
        let mut settings = self.settings()?;
        let same = |text: &String| text.parse().is_ok_and(|log: Vkey| log.name == vkey.name);
        if settings.logs.iter().any(same) {
            return Err(FolderError::Known(vkey.name.clone()));
        }
        self.begin(vkey)?;
        settings.logs.push(vkey.to_string());
        self.write_settings(&settings)
    }

    // The record says "nothing cosigned yet", so that one that is not there was lost. One that
    // is there already stays: a log that is watched again is not begun again.
    fn begin(&self, log: &Vkey) -> Result<(), FolderError> {
        let path = self.record(&log.name);
        if path.exists() {
            return Ok(());
        }
        replace(&path, b"").map_err(|cause| failed("write", path, cause))
    }

    fn write_settings(&self, settings: &Settings) -> Result<(), FolderError> {
        let path = self.path("witness.toml");
        let text = toml::to_string(settings).expect("a name, an address and a list are TOML");
        replace(&path, text.as_bytes()).map_err(|cause| failed("write", path, cause))
    }

    /// What `witness.toml` says.
    pub fn settings(&self) -> Result<Settings, FolderError> {
        let path = self.path("witness.toml");
        let text =
            fs::read_to_string(&path).map_err(|cause| failed("read", path.clone(), cause))?;
        toml::from_str(&text).map_err(|cause| FolderError::Malformed {
            path,
            what: cause.to_string().trim_end().to_owned(),
        })
    }

    /// Its key.
    pub fn key(&self) -> Result<SigningKey, FolderError> {
        Ok(SigningKey::from_seed(&self.seed()?))
    }

    /// The secret seed of its key.
    pub fn seed(&self) -> Result<[u8; 32], FolderError> {
        let path = self.path("witness.key");
        let bytes = fs::read(&path).map_err(|cause| failed("read", path.clone(), cause))?;
        let seed: Option<[u8; 32]> = bytes.try_into().ok();
        seed.ok_or_else(|| FolderError::Malformed { path, what: "it is not 32 bytes".to_owned() })
    }

    /// The evidence that it keeps, by name.
    pub fn accusations(&self) -> Vec<PathBuf> {
        let listed = fs::read_dir(self.path("accusations")).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = listed.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    }

    /// What was last cosigned of each log; `None` for nothing yet.
    pub fn newest(&self) -> Result<Vec<(Vkey, Option<SignedCheckpoint>)>, FolderError> {
        let (settings, ours) = (self.settings()?, self.key()?);
        let ours = Vkey::witness(&settings.name, &ours.public());
        let logs = settings.logs.iter().map(|text| self.log(text));
        logs.map(|log| {
            let log = log?;
            let newest = self.read_record(&log, &ours)?;
            Ok((log, newest))
        })
        .collect()
    }

    fn read_record(
        &self,
        log: &Vkey,
        ours: &Vkey,
    ) -> Result<Option<SignedCheckpoint>, FolderError> {
        let path = self.record(&log.name);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                return Err(FolderError::Forgotten(log.name.clone()));
            }
            Err(cause) => return Err(failed("read", path, cause)),
        };
        if text.is_empty() {
            return Ok(None);
        }
        let read = SignedCheckpoint::parse(&text).ok();
        let read = read.filter(|read| read.cosigned_by(ours).is_some());
        let read = read.filter(|read| read.head.origin == log.name);
        read.map(Some).ok_or_else(|| FolderError::Altered(log.name.clone()))
    }

    fn log(&self, text: &str) -> Result<Vkey, FolderError> {
        let malformed = |cause: tlog::vkey::VkeyError| FolderError::Malformed {
            path: self.path("witness.toml"),
            what: cause.to_string(),
        };
        text.parse().map_err(malformed)
    }

    // A log's name may hold slashes, so its file is named by its digest.
    fn record(&self, origin: &str) -> PathBuf {
        self.path("state").join(sha256(origin.as_bytes()).to_string())
    }

    /// Opens the witness that lies here; no other process may have it open.
    pub fn open(self) -> Result<Cosigner<Held>, FolderError> {
        let path = self.path("lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(|cause| failed("open", path.clone(), cause))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FolderError::InUse),
            Err(TryLockError::Error(cause)) => return Err(failed("lock", path, cause)),
        }
        let (settings, key) = (self.settings()?, self.key()?);
        let (mut logs, mut newest) = (Vec::new(), BTreeMap::new());
        for (log, head) in self.newest()? {
            newest.extend(head.map(|head| (log.name.clone(), head)));
            logs.push(log);
        }
        let held = Held { folder: self, _lock: lock };
        Ok(Cosigner::new((&settings.name, key), logs, newest, held))
    }
}

impl Memory for Held {
    fn keep(&mut self, cosigned: &SignedCheckpoint) -> io::Result<()> {
        replace(&self.folder.record(&cosigned.head.origin), cosigned.to_string().as_bytes())
    }

    fn accuse(&mut self, accusation: &Accusation) -> io::Result<()> {
        let text = accusation.to_string();
        let name = sha256(text.as_bytes()).to_string();
        let name = format!("{}-{}.txt", accusation.charge.as_str(), name.get(..16).unwrap_or(""));
        replace(&self.folder.path("accusations").join(name), text.as_bytes())
    }
}

fn failed(step: &'static str, path: PathBuf, cause: io::Error) -> FolderError {
    FolderError::File { step, path, cause }
}
