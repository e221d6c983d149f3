//! What SQLite complains of, told in the words of the port.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::port::StoreError;
use crate::sqlite::holder::holder;

/// What can go wrong inside: told to callers by [`Trouble::told`].
#[derive(Debug)]
pub(crate) enum Trouble {
    /// SQLite's own complaint.
    Sqlite(rusqlite::Error),
    /// A row is not what was kept.
    Altered(String),
    /// An answer that needs no translation.
    Said(StoreError),
}

impl From<rusqlite::Error> for Trouble {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Sqlite(cause)
    }
}

impl From<StoreError> for Trouble {
    fn from(cause: StoreError) -> Self {
        Self::Said(cause)
    }
}

impl Trouble {
    /// Is it that the file no longer holds what was kept?
    pub(crate) fn damage(&self) -> Option<String> {
        match self {
            Self::Sqlite(cause) if is_damage(cause) => Some(cause.to_string()),
            Self::Altered(what) => Some(format!("{what} is not what was kept")),
            Self::Sqlite(_) | Self::Said(_) => None,
        }
    }

    /// Nothing, if it is only that the disk is full; else itself.
    pub(crate) fn passes(self) -> Result<(), Self> {
        match self {
            Self::Sqlite(cause) if cause.sqlite_error_code() == Some(ErrorCode::DiskFull) => Ok(()),
            Self::Sqlite(_) | Self::Altered(_) | Self::Said(_) => Err(self),
        }
    }

    /// The fault for callers: which step failed, in which file.
    pub(crate) fn told(self, step: &'static str, path: &Path) -> StoreError {
        let file = name(path);
        if let Some(what) = self.damage() {
            return StoreError::Corrupt { file, what };
        }
        match self {
            Self::Said(cause) => cause,
            Self::Altered(what) => StoreError::Corrupt { file, what },
            Self::Sqlite(cause) => match cause.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => StoreError::Full,
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                    StoreError::InUse { file, by: holder(path) }
                }
                Some(_) | None => StoreError::Database { step, file, cause: Box::new(cause) },
            },
        }
    }
}

/// The last part of a path: messages name the file, never where it lies.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

// Our SQL is fixed and our columns are typed. If SQLite cannot parse the one or read the other,
// the schema or the rows are not as we made them: that too is damage.
fn is_damage(cause: &rusqlite::Error) -> bool {
    let by_code = cause.sqlite_error_code().is_some_and(|code| {
        matches!(
            code,
            ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::Unknown
                | ErrorCode::InternalMalfunction
                | ErrorCode::ConstraintViolation
                | ErrorCode::TypeMismatch
                | ErrorCode::TooBig
        )
    });
    by_code
        || matches!(
            cause,
            rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..)
                | rusqlite::Error::SqlInputError { .. }
        )
}
