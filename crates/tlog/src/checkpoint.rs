//! A checkpoint of anybody's log, before it is signed.
//!
//! A [`crate::head::Head`] is a checkpoint that says of a state only what we understand; a
//! witness and a stranger read the checkpoints of logs whose other lines are none of theirs.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use words::hash::Hash;

use crate::head::{Head, HeadError, read_hash};

/// What a log is at a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// Their Merkle root.
    pub root: Hash,
    /// Further lines; they are signed and mean what the log says.
    pub more: Vec<String>,
}

impl From<&Head> for Checkpoint {
    fn from(head: &Head) -> Self {
        Self {
            origin: head.origin.to_string(),
            size: head.size,
            root: head.root,
            more: head.state.iter().map(ToString::to_string).collect(),
        }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))?;
        self.more.iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let mut lines = text.lines().map(str::to_owned);
        let origin = lines.next().filter(|line| !line.is_empty());
        let origin = origin.ok_or(HeadError::Malformed("origin"))?;
        let size = lines.next().and_then(|line| line.parse().ok());
        let size = size.ok_or(HeadError::Malformed("size"))?;
        let root = lines.next().and_then(|line| read_hash(&line));
        let root = root.ok_or(HeadError::Malformed("root"))?;
        let checkpoint = Self { origin, size, root, more: lines.collect() };
        if checkpoint.to_string() == text { Ok(checkpoint) } else { Err(HeadError::NotCanonical) }
    }
}
