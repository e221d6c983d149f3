//! The capacity notice's commitment: true, and shown so later.

use note::canon::encode;
use note::digest::sha256_joined;
use words::hash::Hash;
use words::movement::{CapacityNoticed, MovementSubmitted};

/// Tells this hash from every other hash of the house.
const DOMAIN: &[u8] = b"safeconduct/notice/1\n";

/// The commitment that a capacity notice carries: over the movement, purpose, criticality,
/// window and seats of the request to come, hidden by its salt.
pub fn commit(submission: &MovementSubmitted) -> Hash {
    sha256_joined(&[DOMAIN, &encode(submission)])
}

/// Is this submission the very request that the notice committed to?
pub fn opens(notice: &CapacityNoticed, submitted: &MovementSubmitted) -> bool {
    notice.movement == submitted.movement && notice.commitment == commit(submitted)
}
