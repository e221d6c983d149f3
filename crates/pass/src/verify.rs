//! What a checkpoint decides, offline, from a code and the list it carries.

use std::collections::BTreeSet;

use minicbor::{Decode, Encode};
use note::canon::CanonError;
use note::key::{self, key_id};
use words::act::Key;
use words::id::{PassId, ZoneId};
use words::limit::CLOCK_SKEW_MAX_MS;
use words::moment::Moment;

use crate::claims::Claims;
use crate::code::{Code, PassError, Protected, Signature, claims_of, read, to_sign};
use crate::refusal::{Caution, PassRefusal};

/// What a checkpoint carries: whose signatures count, and which passes no longer do.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Trust {
    /// Keys of the host's officers who may countersign passes.
    #[n(0)]
    pub host: Vec<Key>,
    /// Keys of the guest's officers who may issue passes.
    #[n(1)]
    pub guest: Vec<Key>,
    /// Passes that either party has revoked.
    #[n(2)]
    pub revoked: BTreeSet<PassId>,
    /// The list of revoked passes is complete up to this moment.
    #[n(3)]
    pub revoked_as_of: Moment,
    /// The list is called stale when it is older than this many milliseconds.
    #[n(4)]
    pub stale_after_ms: i64,
}

/// Something whose signatures and limits were checked; only [`verify`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T> {
    checked: T,
    cautions: Vec<Caution>,
}

impl<T> Verified<T> {
    /// What was checked.
    pub const fn get(&self) -> &T {
        &self.checked
    }

    /// What the guard should know all the same.
    pub fn cautions(&self) -> &[Caution] {
        &self.cautions
    }

    /// What was checked, by value.
    pub fn into_inner(self) -> T {
        self.checked
    }
}

/// Is this a valid pass at this moment, here? Both parties have signed the same claims, neither
/// has revoked them, and time and zone are theirs.
pub fn verify(
    code: &[u8],
    trust: &Trust,
    at: Moment,
    zone: Option<&ZoneId>,
) -> Result<Verified<Claims>, PassRefusal> {
    let claims = claims_of(code).map_err(|error| unreadable(&error))?;
    let parts = read(code).map_err(|error| unreadable(&error))?;
    both_signed(&parts, trust)?;
    if trust.revoked.contains(&claims.pass) {
        return Err(PassRefusal::Revoked);
    }
    // A clock set back must not wake an expired pass: the list cannot be older than now.
    let now = at.max(trust.revoked_as_of);
    if now < claims.window.start() {
        return Err(PassRefusal::NotYetValid);
    }
    if now >= claims.window.end() {
        return Err(PassRefusal::Expired);
    }
    if zone.is_some_and(|zone| *zone != claims.zone) {
        return Err(PassRefusal::WrongZone);
    }
    Ok(Verified { checked: claims, cautions: cautions(trust, at, zone) })
}

fn unreadable(error: &PassError) -> PassRefusal {
    match error {
        PassError::NotAPass(CanonError::NotCanonical) => PassRefusal::NotCanonical,
        PassError::NotAPass(CanonError::Malformed(_))
        | PassError::TooLong
        | PassError::BadClaims(_)
        | PassError::Complete
        | PassError::NotIssued
        | PassError::SameKeyTwice
        | PassError::BadSignature(_)
        | PassError::NotSigned
        | PassError::NotPaper
        | PassError::TooLargeToPrint => PassRefusal::NotAPass,
    }
}

fn both_signed(code: &Code<'_>, trust: &Trust) -> Result<(), PassRefusal> {
    let is_guest = |signer: &Signature<'_>| keys(&trust.guest, signer).next().is_some();
    let is_host = |signer: &Signature<'_>| keys(&trust.host, signer).next().is_some();
    let (first, second) = match code.signatures.as_slice() {
        [] => return Err(PassRefusal::GuestSignatureMissing),
        [one] if is_guest(one) => return Err(PassRefusal::HostSignatureMissing),
        [one] if is_host(one) => return Err(PassRefusal::GuestSignatureMissing),
        [_] => return Err(PassRefusal::UnknownKey),
        [first, second] => (first, second),
        [_, _, _, ..] => return Err(PassRefusal::NotAPass),
    };
    let same_key = first.protected.key == second.protected.key;
    if same_key || is_guest(first) && is_guest(second) || is_host(first) && is_host(second) {
        return Err(PassRefusal::SamePartyTwice);
    }
    // The other order would be a second code for the same pass.
    if is_host(first) && is_guest(second) {
        return Err(PassRefusal::NotCanonical);
    }
    if !(is_guest(first) && is_host(second)) {
        return Err(PassRefusal::UnknownKey);
    }
    holds(code, first, &trust.guest)?;
    holds(code, second, &trust.host)
}

// The keys that a signature's header names.
fn keys<'t>(list: &'t [Key], signer: &Signature<'_>) -> impl Iterator<Item = &'t Key> {
    let name = signer.protected.key;
    list.iter().filter(move |key| key_id(key) == name)
}

fn holds(code: &Code<'_>, signer: &Signature<'_>, list: &[Key]) -> Result<(), PassRefusal> {
    let message = to_sign(&signer.protected, code.payload);
    let by = |key: &Key| {
        Protected::of(key) == signer.protected && key::verify(key, &message, signer.bytes).is_ok()
    };
    if keys(list, signer).any(by) { Ok(()) } else { Err(PassRefusal::BadSignature) }
}

fn cautions(trust: &Trust, at: Moment, zone: Option<&ZoneId>) -> Vec<Caution> {
    let age_ms = at.ms_since(trust.revoked_as_of);
    let found = [
        (age_ms > trust.stale_after_ms, Caution::RevocationListStale),
        (age_ms < -CLOCK_SKEW_MAX_MS, Caution::ClockBehind),
        (zone.is_none(), Caution::ZoneNotChecked),
    ];
    found.into_iter().filter(|(applies, _)| *applies).map(|(_, caution)| caution).collect()
}
