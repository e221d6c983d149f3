//! What a pass rests on, for officers only: the pass carries its digest.

use minicbor::{Decode, Encode};
use note::canon;
use words::hash::Hash;
use words::id::{ConsentId, MovementId, UnitId};

use crate::claims::{Claims, Digest, is_plain};
use crate::refusal::BasisRefusal;
use crate::verified::Verified;

/// A pass cites the few articles that an officer may be asked about.
pub const ARTICLES_MAX: usize = 6;

/// An article is cited as `4(1)` or `Annex B 3(2)`.
pub const ARTICLE_CHARS_MAX: usize = 16;

/// The longest basis: three ids, six articles and the salt.
pub const BASIS_BYTES_MAX: usize = 1_024;

/// Why a pass exists. Salted, so that its digest on a pass tells nobody the movement.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Basis {
    /// Chance.
    #[n(0)]
    pub salt: Hash,
    /// For which movement.
    #[n(1)]
    pub movement: MovementId,
    /// Who carries the pass, by pseudonym.
    #[n(2)]
    pub holder: UnitId,
    /// The host's consent it rests on.
    #[n(3)]
    pub consent: ConsentId,
    /// Articles of the agreement that say so.
    #[n(4)]
    pub articles: Vec<String>,
}

impl Basis {
    /// The one form of its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        canon::encode(self)
    }

    /// What the pass says of it.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.to_bytes())
    }
}

/// The basis of these bytes, if it is the one that this verified pass rests on.
pub fn open(pass: &Verified<Claims>, bytes: &[u8]) -> Result<Verified<Basis>, BasisRefusal> {
    of_claims(pass.get(), bytes).map(|basis| Verified::new(basis, Vec::new()))
}

/// The basis that these claims name: **says nothing about who signed them**.
pub fn of_claims(claims: &Claims, bytes: &[u8]) -> Result<Basis, BasisRefusal> {
    if bytes.len() > BASIS_BYTES_MAX {
        return Err(BasisRefusal::NotABasis);
    }
    if Digest::of(bytes) != claims.basis {
        return Err(BasisRefusal::OtherBasis);
    }
    let basis: Basis = canon::decode(bytes).map_err(|_error| BasisRefusal::NotABasis)?;
    let article = |text: &String| is_plain(text, ARTICLE_CHARS_MAX);
    let cited = basis.articles.len() <= ARTICLES_MAX && basis.articles.iter().all(article);
    if cited { Ok(basis) } else { Err(BasisRefusal::NotABasis) }
}
