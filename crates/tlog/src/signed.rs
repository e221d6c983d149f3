//! Signed heads: C2SP signed notes, with cosignatures that carry a time.
//!
//! A ledger's node signs its head and cosigns it too: the plain signature (type 0x01) is what
//! log tools expect, the cosignature (type 0x04) is the heartbeat, for it alone holds a time.
//! The counterpart adds its own 0x04 once it has mirrored every entry below the head. A node
//! with an ML-DSA-44 key cosigns with that too (type 0x06): if Ed25519 falls, that line still
//! says what the ledger was.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use note::digest::sha256_joined;
use note::hybrid::MlDsaKey;
use note::key::{self, KeyAway, SigningKey};
use words::act::{Key, KeyKind};
use words::moment::Moment;

use crate::checkpoint::Checkpoint;
use crate::head::{HEAD_BYTES_MAX, Head, HeadError, SIGNATURE_LINES_MAX};
use crate::vkey::{SignatureKind, Vkey};

const MS: i64 = 1_000;

const PLAIN: u8 = SignatureKind::Plain.code();
const COSIGNATURE: u8 = SignatureKind::Cosignature.code();
const ML_DSA: u8 = SignatureKind::MlDsa.code();

// What an ML-DSA-44 cosignature begins with (C2SP tlog-cosignature).
const SUBTREE: &[u8; 12] = b"subtree/v1\n\0";

/// One signature below a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    /// Who signed, as the verifier calls the key.
    pub name: String,
    /// The first 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key).
    pub key_hash: [u8; 4],
    /// The signature; of a cosignature, 8 bytes of time before it.
    pub signature: Vec<u8>,
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.key_hash[..], &self.signature].concat();
        write!(out, "— {} {}", self.name, STANDARD.encode(bytes))
    }
}

impl FromStr for SignatureLine {
    type Err = HeadError;

    /// Reads a line, without its newline.
    fn from_str(line: &str) -> Result<Self, HeadError> {
        let parts = line.strip_prefix("— ").and_then(|rest| rest.split_once(' '));
        let (name, code) = parts.ok_or(HeadError::Malformed("signature line"))?;
        let bytes = STANDARD.decode(code).ok();
        let (key_hash, signature) = bytes
            .as_deref()
            .and_then(<[u8]>::split_first_chunk)
            .filter(|_| is_name(name))
            .ok_or(HeadError::Malformed("signature line"))?;
        Ok(Self { name: name.to_owned(), key_hash: *key_hash, signature: signature.to_vec() })
    }
}

/// A text of a log and the signatures below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed<T> {
    /// What is signed.
    pub head: T,
    /// By whom; lines of keys that one does not know are kept and say nothing.
    pub lines: Vec<SignatureLine>,
}

/// A head of a party's ledger and the signatures below it.
pub type SignedHead = Signed<Head>;

/// A checkpoint of anybody's log and the signatures below it.
pub type SignedCheckpoint = Signed<Checkpoint>;

impl SignedHead {
    /// The same text and lines, as a stranger reads them.
    pub fn checkpoint(&self) -> SignedCheckpoint {
        Signed { head: Checkpoint::from(&self.head), lines: self.lines.clone() }
    }
}

impl<T: fmt::Display + FromStr<Err = HeadError>> Signed<T> {
    /// Signs a head with the plain signature of its ledger (type 0x01), by a key that is here.
    /// `name` is usually the origin.
    pub fn sign(head: T, name: &str, key: &SigningKey) -> Self {
        Self::try_sign(head, name, key).expect(HERE)
    }

    /// The same, if the key can sign now.
    pub fn try_sign(head: T, name: &str, key: &SigningKey) -> Result<Self, KeyAway> {
        let signature = key.try_sign(head.to_string().as_bytes())?.to_vec();
        let line = SignatureLine::new((name, PLAIN), &key.public(), signature);
        Ok(Self { head, lines: vec![line] })
    }

    /// Adds a cosignature with a time (type 0x04) and takes away an earlier one by the same key,
    /// which is here. The time is `at` cut to its whole second, never later than `at` and less
    /// than a second earlier: whoever counts freshness from it errs towards stale. Before 1970 it
    /// is 0.
    pub fn cosign(&mut self, name: &str, key: &SigningKey, at: Moment) {
        self.try_cosign(name, key, at).expect(HERE);
    }

    /// The same, if the key can sign now.
    pub fn try_cosign(&mut self, name: &str, key: &SigningKey, at: Moment) -> Result<(), KeyAway> {
        let line = self.try_cosignature(name, key, at)?;
        self.add(line);
        Ok(())
    }

    /// The line of a cosignature by a key that is here; see [`Self::cosign`].
    pub fn cosignature(&self, name: &str, key: &SigningKey, at: Moment) -> SignatureLine {
        self.try_cosignature(name, key, at).expect(HERE)
    }

    fn try_cosignature(
        &self,
        name: &str,
        key: &SigningKey,
        at: Moment,
    ) -> Result<SignatureLine, KeyAway> {
        let seconds = seconds(at);
        let signature = key.try_sign(timed(&self.head, seconds).as_bytes())?;
        let signature = [&seconds.to_be_bytes()[..], &signature].concat();
        Ok(SignatureLine::new((name, COSIGNATURE), &key.public(), signature))
    }

    /// Adds a cosignature by an ML-DSA-44 key (type 0x06), with the time as in [`Self::cosign`].
    /// False, and nothing is added, if the text is no checkpoint: such keys sign no other.
    pub fn cosign_ml_dsa(&mut self, name: &str, key: &MlDsaKey, at: Moment) -> bool {
        let seconds = seconds(at);
        let Some(message) = subtree(name, seconds, &self.head) else { return false };
        let signature = [&seconds.to_be_bytes()[..], &key.sign(&message)].concat();
        self.add(SignatureLine::new((name, ML_DSA), &key.public(), signature));
        true
    }

    /// Adds a line and takes away earlier ones of the same name and key.
    pub fn add(&mut self, line: SignatureLine) {
        self.lines.retain(|old| old.name != line.name || old.key_hash != line.key_hash);
        self.lines.push(line);
    }

    /// Reads a signed head, in canonical form and no other. No signature is checked.
    pub fn parse(text: &str) -> Result<Self, HeadError> {
        if text.len() > HEAD_BYTES_MAX {
            return Err(HeadError::TooLarge(text.len()));
        }
        let end = text.find("\n\n").ok_or(HeadError::Malformed("signatures"))?;
        let (head, signatures) = text.split_at_checked(end + 1).ok_or(HeadError::NotCanonical)?;
        let lines = signatures.lines().skip(1).map(str::parse).collect::<Result<Vec<_>, _>>()?;
        match lines.len() {
            0 => return Err(HeadError::Malformed("signatures")),
            count if count > SIGNATURE_LINES_MAX => return Err(HeadError::TooManyLines(count)),
            _ => {}
        }
        let signed = Self { head: head.parse()?, lines };
        if signed.text() == text { Ok(signed) } else { Err(HeadError::NotCanonical) }
    }

    /// The whole text: head, empty line, signature lines.
    pub fn text(&self) -> String {
        self.to_string()
    }

    /// The head, if this key signed it under this name (type 0x01). One line of them that does
    /// not verify spoils the head, as signed notes ask.
    pub fn verify(&self, name: &str, key: &Key) -> Result<&T, HeadError> {
        let text = self.head.to_string();
        let mut lines = self.lines_by(name, PLAIN, key).peekable();
        lines.peek().ok_or(HeadError::NotSigned)?;
        let valid = lines.all(|line| holds(key, &text, &line.signature));
        if valid { Ok(&self.head) } else { Err(HeadError::WrongSignature) }
    }

    /// When this key last cosigned the head under this name (type 0x04, or 0x06 by an ML-DSA-44
    /// key), by the key's own clock and in whole seconds; lines that do not verify count for
    /// nothing.
    pub fn cosigned_at(&self, name: &str, key: &Key) -> Option<Moment> {
        let kind = if key.kind == KeyKind::MlDsa44 { ML_DSA } else { COSIGNATURE };
        let lines = self.lines_by(name, kind, key);
        lines.filter_map(|line| time_of(&self.head, (name, key), &line.signature)).max()
    }

    /// The text, if the holder of this key signed it as it says (type 0x01, 0x04 or 0x06).
    pub fn verify_by(&self, vkey: &Vkey) -> Result<&T, HeadError> {
        match vkey.kind {
            SignatureKind::Plain => self.verify(&vkey.name, &vkey.key),
            SignatureKind::Cosignature | SignatureKind::MlDsa => match self.cosigned_by(vkey) {
                Some(_) => Ok(&self.head),
                None => Err(HeadError::NotSigned),
            },
        }
    }

    /// When the holder of this key last cosigned it.
    pub fn cosigned_by(&self, vkey: &Vkey) -> Option<Moment> {
        self.cosigned_at(&vkey.name, &vkey.key)
    }

    // Only Ed25519 and ML-DSA-44 keys sign heads: a node must sign every ten seconds without a
    // person.
    fn lines_by(&self, name: &str, kind: u8, key: &Key) -> impl Iterator<Item = &SignatureLine> {
        let fits = match key.kind {
            KeyKind::Ed25519 => kind != ML_DSA,
            KeyKind::MlDsa44 => kind == ML_DSA,
            KeyKind::PasskeyP256 | KeyKind::Ed25519MlDsa44 => false,
        };
        let wanted = fits.then(|| key_hash(name, kind, key));
        let lines = self.lines.iter().filter(move |line| Some(line.key_hash) == wanted);
        lines.filter(move |line| line.name == name)
    }
}

impl<T: fmt::Display> fmt::Display for Signed<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.head)?;
        self.lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

impl SignatureLine {
    fn new((name, kind): (&str, u8), key: &Key, signature: Vec<u8>) -> Self {
        assert!(is_name(name), "a key name holds no space, no plus and no control character");
        Self { name: name.to_owned(), key_hash: key_hash(name, kind, key), signature }
    }
}

pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

pub(crate) fn key_hash(name: &str, kind: u8, key: &Key) -> [u8; 4] {
    let hash = sha256_joined(&[name.as_bytes(), b"\n", &[kind], &key.public]).0;
    *hash.first_chunk().expect("a digest has more than 4 bytes")
}

const HERE: &str = "a key that may be away is asked with `try_`";

fn seconds(at: Moment) -> u64 {
    u64::try_from(at.unix_ms.div_euclid(MS)).unwrap_or(0)
}

// What a cosignature by Ed25519 signs (C2SP tlog-cosignature).
fn timed(head: &impl fmt::Display, seconds: u64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{head}")
}

// What a cosignature by ML-DSA-44 signs (C2SP tlog-cosignature): `cosigned_message` over the
// whole tree. Further lines of a checkpoint are not in it.
fn subtree(name: &str, seconds: u64, head: &impl fmt::Display) -> Option<Vec<u8>> {
    let head: Checkpoint = head.to_string().parse().ok()?;
    let mut message = SUBTREE.to_vec();
    let short = |text: &str, message: &mut Vec<u8>| {
        message.push(u8::try_from(text.len()).ok()?);
        message.extend(text.as_bytes());
        Some(())
    };
    short(name, &mut message)?;
    message.extend(seconds.to_be_bytes());
    short(&head.origin, &mut message)?;
    message.extend(0_u64.to_be_bytes());
    message.extend(head.size.to_be_bytes());
    message.extend(head.root.0);
    Some(message)
}

fn time_of(
    head: &impl fmt::Display,
    (name, key): (&str, &Key),
    signature: &[u8],
) -> Option<Moment> {
    let (seconds, signature) = signature.split_first_chunk()?;
    let seconds = u64::from_be_bytes(*seconds);
    let unix_ms = i64::try_from(seconds).ok()?.checked_mul(MS)?;
    let message = if key.kind == KeyKind::MlDsa44 {
        subtree(name, seconds, head)?
    } else {
        timed(head, seconds).into_bytes()
    };
    let holds = key::verify(key, &message, signature).is_ok();
    holds.then_some(Moment::from_ms(unix_ms))
}

fn holds(key: &Key, text: &str, signature: &[u8]) -> bool {
    key::verify(key, text.as_bytes(), signature).is_ok()
}
