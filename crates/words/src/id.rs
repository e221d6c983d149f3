//! Ids: every kind of thing has its own type, and none is a secret.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::limit::ID_BYTES_MAX;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// Nothing was given.
    #[error("an id cannot be empty")]
    Empty,
    /// Longer than [`ID_BYTES_MAX`].
    #[error("an id has at most {ID_BYTES_MAX} characters, this one has {0}")]
    TooLong(usize),
    /// Something other than `a-z`, `0-9`, `-`, `.`, `/`, `_` or `:`.
    #[error("an id holds only a-z, 0-9 and `-._/:`, not `{0}`")]
    Character(char),
}

fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > ID_BYTES_MAX {
        return Err(IdError::TooLong(text.len()));
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._/:".contains(c);
    text.chars().find(|c| !allowed(*c)).map_or(Ok(()), |c| Err(IdError::Character(c)))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// An id from its text.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check(text)?;
                Ok(Self(text.to_owned()))
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                check(&text)?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _ctx: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.str(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(
                d: &mut minicbor::Decoder<'b>,
                _ctx: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                let text = d.str()?;
                Self::new(text)
                    .map_err(|cause| minicbor::decode::Error::message(cause.to_string()).at(at))
            }
        }
    )+};
}

ids! {
    /// A sovereign: state, agency, company. Also the origin of its ledger.
    PartyId,
    /// A person who acts for a party; a pseudonym, never a name.
    PersonId,
    /// A protected person, a guard or a vehicle that reports positions; a pseudonym.
    UnitId,
    /// An agreement as a family; its versions are told apart by hash.
    AgreementId,
    /// A zone that the host designates in an agreement.
    ZoneId,
    /// A named place of the gazetteer.
    SiteId,
    /// A deployment of guest personnel.
    DeploymentId,
    /// A host consent: one lease.
    ConsentId,
    /// A task order below a deployment.
    TaskId,
    /// A movement of protected persons.
    MovementId,
    /// A safe-conduct pass.
    PassId,
    /// An alarm; the same on both nodes, for it is made of kind, unit and start.
    AlarmId,
    /// An incident of the threat picture.
    IncidentId,
    /// A candidate route of a movement's core.
    RouteId,
    /// An item that one of the guest's people has shown.
    AccreditationId,
    /// A private security company.
    CompanyId,
    /// A record that a duty asks for: a use of force, a complaint, a loss.
    RecordId,
    /// One obligation: a record and what is owed on it, or one turn of a calendar.
    ObligationId,
}
