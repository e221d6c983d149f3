//! What a checkpoint decides, offline, from a code and the kit it carries.

use note::canon::CanonError;
use note::key::{self, key_id};
use words::act::Key;
use words::clause::WhenStale;
use words::id::ZoneId;
use words::limit::CLOCK_SKEW_MAX_MS;
use words::moment::Moment;

use crate::claims::{Claims, Digest};
use crate::code::{Code, PassError, Protected, Signature, claims_of, read, to_sign};
use crate::kit::Trust;
use crate::refusal::{Caution, PassRefusal};
use crate::verified::Verified;

/// Where and when a pass is shown, and with what beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'a> {
    /// The checkpoint's clock.
    pub at: Moment,
    /// The zone that the checkpoint stands in, if it is known.
    pub zone: Option<&'a ZoneId>,
    /// The file of the photograph that was compared with the face, if there was one.
    pub photo: Option<&'a [u8]>,
}

/// Is this a valid pass at this moment, here? Both parties have signed the same claims, neither
/// has revoked them, and time and zone are theirs.
pub fn verify(
    code: &[u8],
    trust: &Verified<Trust>,
    shown: Shown<'_>,
) -> Result<Verified<Claims>, PassRefusal> {
    let claims = claims_of(code).map_err(|error| unreadable(&error))?;
    let parts = read(code).map_err(|error| unreadable(&error))?;
    let trust = trust.get();
    both_signed(&parts, &trust.kit.host_keys(), &trust.kit.guest_keys())?;
    alive(&claims, trust, shown)?;
    if shown.zone.is_some_and(|zone| *zone != claims.zone) {
        return Err(PassRefusal::WrongZone);
    }
    if shown.photo.is_some_and(|photo| claims.photo != Some(Digest::of(photo))) {
        return Err(PassRefusal::WrongPhoto);
    }
    if let Some(expected) = &trust.kit.expected
        && !expected.iter().any(|one| one.pass == claims.pass)
    {
        return Err(PassRefusal::NotExpected);
    }
    let cautions = cautions(trust, shown);
    Ok(Verified::new(claims, cautions))
}

fn alive(claims: &Claims, trust: &Trust, shown: Shown<'_>) -> Result<(), PassRefusal> {
    // An index past the list is dead: a pass that nobody could revoke is none.
    if trust.status.is_dead(claims.index).unwrap_or(true) {
        return Err(PassRefusal::Revoked);
    }
    let refuse = trust.kit.when_stale == WhenStale::Refuse && is_stale(trust, shown.at);
    if refuse || shown.at >= trust.status.until {
        return Err(PassRefusal::ListTooOld);
    }
    // A clock set back must not wake an expired pass: the list cannot be older than now.
    let now = shown.at.max(trust.status.as_of);
    if now < claims.window.start() {
        return Err(PassRefusal::NotYetValid);
    }
    if now >= claims.window.end() {
        return Err(PassRefusal::Expired);
    }
    Ok(())
}

fn unreadable(error: &PassError) -> PassRefusal {
    match error {
        PassError::NotAPass(CanonError::NotCanonical) => PassRefusal::NotCanonical,
        PassError::BadClaims(_) => PassRefusal::BadClaims,
        PassError::NotAPass(CanonError::Malformed(_))
        | PassError::TooLong
        | PassError::Complete
        | PassError::NotIssued
        | PassError::SameKeyTwice
        | PassError::BadSignature(_)
        | PassError::NotSigned
        | PassError::NotPaper
        | PassError::KeyAway(_) => PassRefusal::NotAPass,
    }
}

fn both_signed(code: &Code<'_>, host: &[Key], guest: &[Key]) -> Result<(), PassRefusal> {
    let is_guest = |signer: &Signature<'_>| keys(guest, signer).next().is_some();
    let is_host = |signer: &Signature<'_>| keys(host, signer).next().is_some();
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
    holds(code, first, guest)?;
    holds(code, second, host)
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

fn is_stale(trust: &Trust, at: Moment) -> bool {
    at.ms_since(trust.status.as_of) > trust.kit.stale_after_ms
}

fn cautions(trust: &Trust, shown: Shown<'_>) -> Vec<Caution> {
    let ahead_ms = trust.status.as_of.ms_since(shown.at);
    let found = [
        (is_stale(trust, shown.at), Caution::ListStale),
        (ahead_ms > CLOCK_SKEW_MAX_MS, Caution::ClockBehind),
        (shown.zone.is_none(), Caution::ZoneNotChecked),
    ];
    found.into_iter().filter(|(applies, _)| *applies).map(|(_, caution)| caution).collect()
}
