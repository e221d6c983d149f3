//! How an answer fails: whose move is next, why, and what to do.

use std::error::Error;
use std::fmt::{self, Display};

/// How the program ends, told apart by whose move is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Read, and the answer is no.
    Refused,
    /// We could not read what was asked.
    Malformed,
    /// The machine, the disk or the line failed.
    Fault,
    /// A signature or a proof does not verify.
    Unverified,
}

impl Exit {
    /// The code for scripts.
    pub const fn code(self) -> u8 {
        match self {
            Self::Refused => 1,
            Self::Malformed => 2,
            Self::Fault => 3,
            Self::Unverified => 4,
        }
    }
}

/// The code of a bug: a panic, wherever it was.
pub const BUG: u8 = 70;

/// What went wrong, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// How the program ends.
    pub exit: Exit,
    what: String,
    causes: Vec<String>,
    hint: Option<String>,
}

impl Trouble {
    fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), causes: Vec::new(), hint: None }
    }

    /// The answer is no.
    pub fn refused(what: impl Into<String>) -> Self {
        Self::new(Exit::Refused, what)
    }

    /// It cannot be read.
    pub fn malformed(what: impl Into<String>) -> Self {
        Self::new(Exit::Malformed, what)
    }

    /// Something does not verify.
    pub fn unverified(what: impl Into<String>) -> Self {
        Self::new(Exit::Unverified, what)
    }

    /// The machine failed; the text says at which step.
    pub fn fault(what: impl Into<String>) -> Self {
        Self::new(Exit::Fault, what)
    }

    /// The machine failed, in the words of an error and its causes.
    pub fn of(error: &dyn Error) -> Self {
        Self::new(Exit::Fault, error.to_string()).because_of(error.source())
    }

    /// One more cause.
    #[must_use]
    pub fn because(mut self, cause: impl Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// An error and all its causes.
    #[must_use]
    pub fn because_of(mut self, cause: Option<&(dyn Error + 'static)>) -> Self {
        let mut next = cause;
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Display for Trouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "error: {}", self.what)?;
        for cause in &self.causes {
            write!(out, "\n  because: {cause}")?;
        }
        match &self.hint {
            Some(hint) => write!(out, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}
