//! Where a key lies: which module, which token, under which name.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The name of the node's key on its token, if the settings say no other.
pub const KEY_NAME: &str = "safeconduct";

/// A key on a token: `[token]` of the settings, or the options of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The PKCS#11 module of the token's maker, such as `/usr/lib/softhsm/libsofthsm2.so`.
    pub module: PathBuf,
    /// The label of the token.
    pub label: String,
    /// Holds the user's PIN in its first line; nobody else may read it.
    pub pin_file: PathBuf,
    /// The label of the key on the token.
    #[serde(default = "key_name")]
    pub key: String,
}

fn key_name() -> String {
    KEY_NAME.to_owned()
}

/// Why a token cannot be used now, and what to do.
#[derive(Debug, Error)]
pub enum TokenError {
    /// The module is no PKCS#11 module, or does not start.
    #[error("the PKCS#11 module `{module}` does not work: {why}")]
    Module {
        /// Which.
        module: String,
        /// What it said.
        why: String,
    },
    /// No slot has the token.
    #[error("no token `{0}` is in any slot: put it back; `safeconduct token list` shows them")]
    NoToken(String),
    /// The PIN cannot be read.
    #[error("the PIN cannot be read from `{file}`: {why}")]
    PinFile {
        /// Which file.
        file: String,
        /// Why.
        why: String,
    },
    /// The token refuses the PIN.
    #[error(
        "the token `{0}` refuses the PIN: it is not tried again until the PIN's file changes, \
         so that the token does not lock itself"
    )]
    Pin(String),
    /// The token has locked itself.
    #[error("the token `{0}` has locked its PIN: unlock it with its security officer's PIN")]
    Locked(String),
    /// The key is not there.
    #[error(
        "the token `{token}` holds no Ed25519 key `{key}`: make it with `safeconduct token new`"
    )]
    NoKey {
        /// Which token.
        token: String,
        /// Under which name.
        key: String,
    },
    /// A key of that name is there already.
    #[error("the token `{token}` holds a key `{key}` already: name another with `--key`")]
    Exists {
        /// Which token.
        token: String,
        /// Under which name.
        key: String,
    },
    /// The key could be copied off the token.
    #[error(
        "the key `{0}` could be read off its token: make one that cannot, `safeconduct token new`"
    )]
    Exportable(String),
    /// The token holds another key under this name.
    #[error("the token holds another key `{0}` than the one that this node was founded with")]
    OtherKey(String),
    /// The token failed at a step.
    #[error("the token failed while {step}: {why}")]
    Step {
        /// While doing what.
        step: &'static str,
        /// What it said.
        why: String,
    },
}

impl Place {
    /// The same place, with paths that are not absolute taken as paths in a folder.
    #[must_use]
    pub fn within(&self, folder: &Path) -> Self {
        Self { pin_file: folder.join(&self.pin_file), ..self.clone() }
    }

    /// The PIN: the first line of its file, which only its owner may read.
    pub(crate) fn pin(&self) -> Result<String, TokenError> {
        let file = &self.pin_file;
        let bad = |why: String| TokenError::PinFile { file: file.display().to_string(), why };
        let mode = fs::metadata(file).map_err(|cause| bad(cause.to_string()))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(bad("others can read it; `chmod 600` it".to_owned()));
        }
        let text = fs::read_to_string(file).map_err(|cause| bad(cause.to_string()))?;
        let pin = text.lines().next().unwrap_or_default().trim_end();
        if pin.is_empty() { Err(bad("it is empty".to_owned())) } else { Ok(pin.to_owned()) }
    }
}
