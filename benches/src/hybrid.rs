//! Signatures by two algorithms beside one; what a head with both weighs.

use std::hint::black_box;

use note::hybrid::{HybridKey, MlDsaKey};
use note::key::{SigningKey, Signs, verify};
use tlog::head::{Head, StateMark};
use tlog::signed::SignedHead;
use words::act::Key;
use words::hash::Hash;
use words::id::PartyId;
use words::moment::Moment;

use crate::parties::Failure;
use crate::say;
use crate::timing::{median_rate, worked};

/// Signatures and verifications of each kind in a run.
const COUNT: u32 = 500;

const MESSAGE: [u8; 160] = [7; 160];
const NAME: &str = "host.example";

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    let made = "160 bytes, one core, by the processor's time of the thread; the baseline is \
                Ed25519, strictly verified, in the same run.";
    say::heading("Signatures by two algorithms", made)?;
    let seed = [1; 32];
    let (plain, late) = (SigningKey::from_seed(&seed), MlDsaKey::from_seed(&seed));
    let both = HybridKey::from_seed(&seed);
    let signs = |sign: &dyn Fn() -> usize| {
        median_rate(COUNT, || worked(|| (0..COUNT).map(|_| sign()).sum::<usize>()).map(|it| it.0))
    };
    let alone = signs(&|| black_box(plain.sign(black_box(&MESSAGE))).len())?;
    say::rate("Ed25519, sign", alone)?;
    let rate = signs(&|| black_box(late.sign(black_box(&MESSAGE))).len())?;
    say::against("ML-DSA-44, sign", rate, ("Ed25519", alone))?;
    let sign_both = || both.sign_now(black_box(&MESSAGE)).map_or(0, |signature| signature.len());
    let rate = signs(&sign_both)?;
    say::against("both, sign", rate, ("Ed25519", alone))?;

    let alone = verifies(&plain.public(), &plain.sign(&MESSAGE))?;
    say::rate("Ed25519, verify", alone)?;
    let rate = verifies(&late.public(), &late.sign(&MESSAGE))?;
    say::against("ML-DSA-44, verify", rate, ("Ed25519", alone))?;
    let rate = verifies(&both.public(), &both.sign_now(&MESSAGE)?)?;
    say::against("both, verify", rate, ("Ed25519", alone))?;
    heads(&plain, &late)
}

fn verifies(key: &Key, signature: &[u8]) -> Result<f64, Failure> {
    let rate = median_rate(COUNT, || {
        let all = || (0..COUNT).all(|_| verify(key, black_box(&MESSAGE), signature).is_ok());
        let (took, held) = worked(all)?;
        if held { Ok(took) } else { Err(Failure::from("a good signature does not verify")) }
    })?;
    Ok(rate)
}

fn heads(plain: &SigningKey, late: &MlDsaKey) -> Result<(), Failure> {
    let state = Some(StateMark { host: 812, guest: 640, hash: Hash([6; 32]) });
    let head = Head { origin: PartyId::new("host")?, size: 812, root: Hash([9; 32]), state };
    let at = Moment::from_ms(1_728_239_400_000);
    let mut signed = SignedHead::sign(head, NAME, plain);
    signed.cosign(NAME, plain, at);
    signed.cosign("guest.example", &SigningKey::from_seed(&[2; 32]), at);
    let before = signed.text().len();
    signed.cosign_ml_dsa(NAME, late, at);
    let one = signed.text().len();
    signed.cosign_ml_dsa("guest.example", &MlDsaKey::from_seed(&[2; 32]), at);
    let two = signed.text().len();
    say::line(format_args!(
        "a head: {before} bytes; with the node's ML-DSA-44 line {one}; with both nodes' {two}"
    ))?;
    Ok(())
}
