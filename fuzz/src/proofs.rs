//! What is shown to strangers: proofs of entries, accusations.

use std::str;

use tlog::accusation::Accusation;
use tlog::offline::OfflineProof;
use tlog::policy::Policy;

/// A proof has one form, and proves nothing to whoever trusts another log.
pub(crate) fn proof(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let Ok(proof) = OfflineProof::parse(text) else { return false };
    assert_eq!(proof.to_string(), text, "a proof has one form");
    let nobody = Policy::parse("quorum none\n").expect("a policy that knows no log");
    let entry = proof.extra.clone().unwrap_or_default();
    assert!(proof.verify(&entry, &nobody).is_err(), "no log is trusted");
    true
}

/// An accusation has one form; whether it holds does not change when it is written and read.
pub(crate) fn accusation(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let Ok(read) = Accusation::parse(text) else { return false };
    assert_eq!(read.to_string(), text, "an accusation has one form");
    if read.verify().is_ok() {
        // Whoever changes the accused has no accusation.
        let mut other = read;
        other.log.name.push('x');
        assert!(other.verify().is_err(), "it accuses one log only");
    }
    true
}
