//! A key on a token as the rest of the house signs with it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cryptoki::object::ObjectHandle;
use note::digest::sha256;
use note::key::{Elsewhere, KeyAway, SigningKey, key_id};
use words::act::{Key, KeyKind};
use words::hash::Hash;

use crate::place::{Place, TokenError};
use crate::reached::{Module, Reached};

/// A token that was away is asked again no sooner: a node that ticks five times a second would
/// keep a slow module busy, and everybody who reads would wait for it.
pub const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// A key on a token.
pub struct TokenKey {
    place: Place,
    public: [u8; 32],
    standing: Mutex<Standing>,
}

enum Standing {
    /// Nobody has asked yet, or the last session ended.
    Shut,
    /// A session is open.
    Open(Reached, ObjectHandle),
    /// It was away; the same answer until then.
    Away(String, Instant),
    /// The PIN of this digest was refused: nothing is tried while the file says the same.
    Refused(Hash, String),
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "TokenKey({} on {})", self.place.key, self.place.label)
    }
}

/// The key at a place, which must be reached now: it says its public half itself.
pub fn reach(place: &Place) -> Result<SigningKey, TokenError> {
    let reached = Reached::reach(place)?;
    let (key, public) = reached.key(place)?;
    let standing = Mutex::new(Standing::Open(reached, key));
    Ok(SigningKey::held(Arc::new(TokenKey { place: place.clone(), public, standing })))
}

/// The key at a place whose public half is known: the token may be away now.
pub fn known(place: &Place, public: &Key) -> Result<SigningKey, TokenError> {
    let public = Some(public).filter(|key| key.kind == KeyKind::Ed25519);
    let public = public.and_then(|key| key.public.as_slice().try_into().ok());
    let public = public.ok_or_else(|| TokenError::OtherKey(place.key.clone()))?;
    let standing = Mutex::new(Standing::Shut);
    Ok(SigningKey::held(Arc::new(TokenKey { place: place.clone(), public, standing })))
}

/// Makes a key at a place; its secret half never leaves the token.
pub fn make(place: &Place) -> Result<Key, TokenError> {
    Ok(ed25519(Reached::reach_to_make(place)?.make(place)?))
}

/// The tokens that a module sees: label, maker, serial number.
pub fn tokens(place: &Place) -> Result<Vec<[String; 3]>, TokenError> {
    let seen = Module::start(place)?.tokens()?;
    Ok(seen.into_iter().map(|(_, words)| words).collect())
}

/// The Ed25519 keys on a token.
pub fn keys(place: &Place) -> Result<Vec<(String, Key)>, TokenError> {
    let reached = Reached::reach(place)?;
    let keys = reached.keys()?.into_iter();
    Ok(keys.map(|(label, public)| (label, ed25519(public))).collect())
}

fn ed25519(public: [u8; 32]) -> Key {
    Key { kind: KeyKind::Ed25519, public: public.to_vec(), relying_party: None }
}

impl TokenKey {
    // Signs in the session that is open; one that broke is opened anew, once.
    fn signed(&self, standing: &mut Standing, message: &[u8]) -> Result<[u8; 64], TokenError> {
        if let Standing::Open(reached, key) = standing
            && let Ok(signature) = reached.sign(*key, message)
        {
            return Ok(signature);
        }
        // Closed before it is opened again: a token that was changed is seen by a new start only.
        *standing = Standing::Shut;
        let reached = Reached::reach(&self.place)?;
        let (key, public) = reached.key(&self.place)?;
        if public != self.public {
            return Err(TokenError::OtherKey(self.place.key.clone()));
        }
        let signature = reached.sign(key, message)?;
        *standing = Standing::Open(reached, key);
        Ok(signature)
    }

    // What is said without asking the token, if anything is.
    fn said(&self, standing: &Standing) -> Option<String> {
        match standing {
            Standing::Shut | Standing::Open(..) => None,
            Standing::Away(why, until) => (Instant::now() < *until).then(|| why.clone()),
            Standing::Refused(pin, why) => (self.pin() == Some(*pin)).then(|| why.clone()),
        }
    }

    fn pin(&self) -> Option<Hash> {
        self.place.pin().ok().map(|pin| sha256(pin.as_bytes()))
    }

    fn fail(&self, error: &TokenError) -> Standing {
        let why = error.to_string();
        match (error, self.pin()) {
            (TokenError::Pin(_), Some(pin)) => Standing::Refused(pin, why),
            _ => Standing::Away(why, Instant::now() + AGAIN_AFTER),
        }
    }
}

impl Elsewhere for TokenKey {
    fn public(&self) -> [u8; 32] {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyAway> {
        let key = key_id(&ed25519(self.public));
        // A panic in between leaves a session that is opened anew.
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(why) = self.said(&standing) {
            return Err(KeyAway { key, why });
        }
        self.signed(&mut standing, message).map_err(|error| {
            *standing = self.fail(&error);
            KeyAway { key, why: error.to_string() }
        })
    }
}
