//! The signed statement: a header for the ledger, a body beside it.

use minicbor::{Decode, Encode};
use thiserror::Error;
use words::act::{Act, Key, KeyKind};
use words::audience::Audience;
use words::hash::{Hash, KeyId, Seed, StatementId};
use words::id::PartyId;
use words::limit::{BODY_BYTES_MAX, ENTRY_BYTES_MAX};
use words::moment::Moment;

use crate::canon::{self, CanonError};
use crate::cose::{self, CONTENT_TYPE, Envelope, Protected};
use crate::digest::{sha256, sha256_joined};
use crate::key::{self, KeyAway, SignatureError, SigningKey, Signs, Verifier};

/// The format this house writes. Readers keep every format ever written.
pub const FORMAT: u16 = 1;

/// An Ed25519 signature has 64 bytes; a passkey's assertion about 250, of which the browser's
/// part may grow with the name of its page; one with ML-DSA-44 has 2,484.
pub const SIGNATURE_BYTES_MAX: usize = 4_096;

// The envelope around protected header, payload and signature: tag, array, three lengths, the
// protected header's 60 bytes, and room to spare.
const ENVELOPE_BYTES: usize = 100;

const BODY_DOMAIN: &[u8] = b"safeconduct/body/1\n";

/// The counterpart's ledger as it was mirrored when a statement was made.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Seen {
    /// How many entries.
    #[n(0)]
    pub size: u64,
    /// Their Merkle root.
    #[n(1)]
    pub root: Hash,
    /// The time inside its newest signed heartbeat.
    #[n(2)]
    pub at: Moment,
}

impl Default for Seen {
    /// Nothing is mirrored yet.
    fn default() -> Self {
        Self { size: 0, root: Hash([0; 32]), at: Moment::default() }
    }
}

/// What a ledger holds of a statement: everything but what was decided.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Header {
    /// Always [`FORMAT`].
    #[n(0)]
    pub format: u16,
    /// The number of the act.
    #[n(1)]
    pub act: u16,
    /// Whose ledger it is for.
    #[n(2)]
    pub origin: PartyId,
    /// Its id; a second statement of the same id is void.
    #[n(3)]
    pub id: StatementId,
    /// When it was made, by its author's clock.
    #[n(4)]
    pub at: Moment,
    /// What its author had seen.
    #[n(5)]
    pub seen: Seen,
    /// Who gets the body.
    #[n(6)]
    pub audience: Audience,
    /// Binds the body: SHA-256(`safeconduct/body/1\n` ‖ salt ‖ act).
    #[n(7)]
    pub commitment: Hash,
    /// The size of the encoded body in bytes.
    #[n(8)]
    pub body_bytes: u32,
}

/// What lies beside the ledger and can be withheld or erased: the act, and the salt without
/// which nobody can guess it from its commitment.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Body {
    /// Drawn afresh for each statement.
    #[n(0)]
    pub salt: Seed,
    /// The canonical bytes of the act.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub act: Vec<u8>,
}

impl Body {
    /// What binds this body into a header.
    pub fn commitment(&self) -> Hash {
        sha256_joined(&[BODY_DOMAIN, &self.salt.0, &self.act])
    }
}

/// What an author knows before the act is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Whose ledger it is for.
    pub origin: PartyId,
    /// A fresh id.
    pub id: StatementId,
    /// Now, by the author's clock.
    pub at: Moment,
    /// The counterpart's ledger as mirrored.
    pub seen: Seen,
    /// Who gets the body.
    pub audience: Audience,
}

/// Why an act cannot become a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DraftError {
    /// The act is too large for a body.
    #[error("the body has {0} bytes, at most {BODY_BYTES_MAX} are allowed")]
    BodyTooLarge(usize),
    /// The header, mostly its audience, is too large for an entry.
    #[error("the header has {0} bytes, too many for an entry")]
    HeaderTooLarge(usize),
}

/// A statement that waits for its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What the ledger will hold.
    pub header: Header,
    /// The encoded [`Body`].
    pub body: Vec<u8>,
    /// What the key signs: the `Sig_structure` of RFC 9052.
    pub to_sign: Vec<u8>,
    protected: Vec<u8>,
    payload: Vec<u8>,
}

impl Draft {
    /// Drafts the statement of an act, to be signed by `key`.
    pub fn new(intent: Intent, act: &Act, salt: Seed, key: &Key) -> Result<Self, DraftError> {
        let body = Body { salt, act: encode_act(act) };
        let (commitment, body) = (body.commitment(), canon::encode(&body));
        let body_bytes = u32::try_from(body.len()).ok().filter(|_| body.len() <= BODY_BYTES_MAX);
        let body_bytes = body_bytes.ok_or(DraftError::BodyTooLarge(body.len()))?;
        let Intent { origin, id, at, seen, audience } = intent;
        let (format, act) = (FORMAT, act.number());
        let header = Header { format, act, origin, id, at, seen, audience, commitment, body_bytes };
        let payload = canon::encode(&header);
        if payload.len() + SIGNATURE_BYTES_MAX + ENVELOPE_BYTES > ENTRY_BYTES_MAX {
            return Err(DraftError::HeaderTooLarge(payload.len()));
        }
        let protected = canon::encode(&Protected::new(key.kind, key::key_id(key)));
        let to_sign = cose::to_sign(&protected, &payload);
        Ok(Self { header, body, to_sign, protected, payload })
    }

    /// Names the draft: SHA-256 of what is signed, and a passkey's challenge.
    pub fn hash(&self) -> Hash {
        sha256(&self.to_sign)
    }

    /// Joins the signature of `to_sign` to the draft. It is not checked here: [`parse`] and
    /// [`Statement::verify`] do.
    pub fn seal(self, signature: &[u8]) -> Sealed {
        let envelope = Envelope { protected: &self.protected, payload: &self.payload, signature };
        Sealed { entry: canon::encode(&envelope), body: self.body }
    }

    /// Signs and seals with an Ed25519 key that is here, the one it was drafted for.
    pub fn sign(self, key: &SigningKey) -> Sealed {
        let signature = key.sign(&self.to_sign);
        self.seal(&signature)
    }

    /// Signs and seals with the key it was drafted for, if that can sign now.
    pub fn try_sign(self, key: &dyn Signs) -> Result<Sealed, KeyAway> {
        let signature = key.sign_now(&self.to_sign)?;
        Ok(self.seal(&signature))
    }
}

/// A signed statement as it is kept and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The ledger's entry.
    pub entry: Vec<u8>,
    /// The encoded [`Body`].
    pub body: Vec<u8>,
}

/// Why bytes are not an entry.
#[derive(Debug, Error)]
pub enum ParseError {
    /// More than [`ENTRY_BYTES_MAX`].
    #[error("an entry has at most {ENTRY_BYTES_MAX} bytes, this one has {0}")]
    TooLarge(usize),
    /// Not an envelope, a protected header or a header.
    #[error("the entry cannot be read")]
    Malformed(#[source] minicbor::decode::Error),
    /// The same could be said in other bytes, and those would be ours.
    #[error("the entry is not in canonical form")]
    NotCanonical,
    /// Signed in a way that the house does not know.
    #[error("the signature algorithm {0} is not known")]
    Algorithm(i64),
    /// Not a statement but something else in the same envelope.
    #[error("the entry is of another content type")]
    ContentType,
    /// A signature longer than [`SIGNATURE_BYTES_MAX`].
    #[error("the signature has {0} bytes, at most {SIGNATURE_BYTES_MAX} are allowed")]
    SignatureTooLarge(usize),
    /// Written by a newer house.
    #[error("the statement format {0} is not known")]
    Format(u16),
}

impl From<CanonError> for ParseError {
    fn from(error: CanonError) -> Self {
        match error {
            CanonError::Malformed(cause) => Self::Malformed(cause),
            CanonError::NotCanonical => Self::NotCanonical,
        }
    }
}

/// An entry that was read; whether its signature holds is not known yet.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it says about itself.
    pub header: Header,
    /// The key that it says signed it.
    pub key: KeyId,
    kind: KeyKind,
    to_sign: Vec<u8>,
    signature: Vec<u8>,
}

/// Reads an entry, in canonical form and no other.
pub fn parse(entry: &[u8]) -> Result<Statement, ParseError> {
    if entry.len() > ENTRY_BYTES_MAX {
        return Err(ParseError::TooLarge(entry.len()));
    }
    let envelope: Envelope<'_> = canon::decode(entry)?;
    let protected: Protected<'_> = canon::decode(envelope.protected)?;
    let kind = protected.kind().map_err(ParseError::Algorithm)?;
    if protected.content_type != CONTENT_TYPE {
        return Err(ParseError::ContentType);
    }
    if envelope.signature.len() > SIGNATURE_BYTES_MAX {
        return Err(ParseError::SignatureTooLarge(envelope.signature.len()));
    }
    let header: Header = canon::decode(envelope.payload)?;
    if header.format != FORMAT {
        return Err(ParseError::Format(header.format));
    }
    let to_sign = cose::to_sign(envelope.protected, envelope.payload);
    let signature = envelope.signature.to_vec();
    Ok(Statement { header, key: protected.key, kind, to_sign, signature })
}

impl Statement {
    /// The statement's name, the same as its draft's: SHA-256 of what is signed.
    pub fn hash(&self) -> Hash {
        sha256(&self.to_sign)
    }

    /// The statement, if this key signed it.
    pub fn verify(self, key: &Key) -> Result<Verified, SignatureError> {
        self.check(&Verifier::new(key.clone()))?;
        Ok(Verified(self))
    }

    /// Nothing, if this key signed it.
    pub fn check(&self, key: &Verifier) -> Result<(), SignatureError> {
        if self.key != key.id() {
            return Err(SignatureError::OtherKey);
        }
        if self.kind != key.key().kind {
            return Err(SignatureError::OtherKind);
        }
        key.verify(&self.to_sign, &self.signature)
    }
}

/// A statement whose signature holds.
#[derive(Clone, Debug)]
pub struct Verified(Statement);

impl Verified {
    /// What it says about itself.
    pub const fn header(&self) -> &Header {
        &self.0.header
    }

    /// The key that signed it.
    pub const fn key(&self) -> KeyId {
        self.0.key
    }

    /// The statement's name: SHA-256 of what was signed.
    pub fn hash(&self) -> Hash {
        self.0.hash()
    }
}

/// Why a body does not belong to a header, or does not hold an act.
#[derive(Debug, Error)]
pub enum BodyError {
    /// Another size than the header says, or larger than any body may be.
    #[error("the body has {got} bytes where its header says {said}")]
    Size {
        /// What the header says.
        said: u32,
        /// What came.
        got: usize,
    },
    /// Body or act cannot be read.
    #[error("the body cannot be read")]
    Malformed(#[source] minicbor::decode::Error),
    /// Body or act is said in other bytes than ours.
    #[error("the body is not in canonical form")]
    NotCanonical,
    /// It does not open the header's commitment.
    #[error("the body does not open its header's commitment")]
    Commitment,
    /// Another act than the header announces.
    #[error("the body holds act {got} where its header says {said}")]
    OtherAct {
        /// What the header says.
        said: u16,
        /// What the body holds.
        got: u16,
    },
}

impl From<CanonError> for BodyError {
    fn from(error: CanonError) -> Self {
        match error {
            CanonError::Malformed(cause) => Self::Malformed(cause),
            CanonError::NotCanonical => Self::NotCanonical,
        }
    }
}

/// The act of a body, if the header commits to it.
pub fn open(header: &Header, body: &[u8]) -> Result<Act, BodyError> {
    let said = header.body_bytes;
    if u32::try_from(body.len()) != Ok(said) || body.len() > BODY_BYTES_MAX {
        return Err(BodyError::Size { said, got: body.len() });
    }
    let body: Body = canon::decode(body)?;
    if body.commitment() != header.commitment {
        return Err(BodyError::Commitment);
    }
    let act = decode_act(&body.act)?;
    let (said, got) = (header.act, act.number());
    if said == got { Ok(act) } else { Err(BodyError::OtherAct { said, got }) }
}

/// The canonical bytes of an act.
pub fn encode_act(act: &Act) -> Vec<u8> {
    canon::encode(act)
}

/// The act whose canonical bytes are exactly these.
pub fn decode_act(bytes: &[u8]) -> Result<Act, CanonError> {
    canon::decode(bytes)
}
