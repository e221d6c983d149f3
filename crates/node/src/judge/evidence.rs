//! Judges evidence against a party, and what a caught party may do.

use note::hybrid::ML_DSA_PUBLIC_BYTES;
use tlog::accusation::{Accusation, Against, Charge};
use tlog::signed::SignedCheckpoint;
use tlog::vkey::{SignatureKind, Vkey};
use words::act::{Act, Key, MisbehaviourNoted};
use words::custody::HeadKeyNamed;
use words::letter::WitnessQuorumShown;
use words::refusal::{Reason, Refusal};

use joint::asking::Asking;
use joint::quorum::witness_keys;
use joint::state::State;
use ledger::keyring::is_head_key;

/// Evidence is two heads that the other party's node signed and that cannot both be true, whoever
/// looks at them: two roots at one size, a larger head that is proved to continue another past,
/// or a smaller one that was vouched for later. What needs the word of the noting node proves
/// nothing, or a node could have the other party caught for having grown.
pub(crate) fn misbehaviour(
    state: &State,
    asking: &Asking<'_>,
    act: &MisbehaviourNoted,
) -> Result<(), Refusal> {
    let bad = |detail: &str| Refusal::new(Reason::BadSignature, detail);
    let other = state.parties.get(&asking.side.other()).ok_or(Reason::NotFounded)?;
    if other.founded.party != act.party {
        return Err(Refusal::new(Reason::NotYourSide, "a party notes what the other one did"));
    }
    let [first, second] = act.heads.as_slice() else {
        return Err(bad("evidence is two signed heads"));
    };
    let read = |text: &str| SignedCheckpoint::parse(text).map_err(|cause| bad(&cause.to_string()));
    let (first, second) = (read(first)?, read(second)?);
    let (head, larger) =
        if first.head.size <= second.head.size { (first, second) } else { (second, first) };
    let charge = match &act.between {
        Some(_) => Charge::SplitView,
        None if head.head.size == larger.head.size => Charge::Equivocation,
        None => Charge::Rollback,
    };
    let between = act.between.clone().map(|between| (between.root, between.proof));
    let against = Against::Head { head: Box::new(larger), between };
    let by = |key: &Key| {
        let log =
            Vkey { name: act.party.to_string(), kind: SignatureKind::Plain, key: key.clone() };
        let (head, against) = (head.clone(), against.clone());
        let accusation = Accusation { charge, log, head, against };
        accusation.verify().map_err(|cause| bad(&cause.to_string()))
    };
    // A head of the past is signed with the key of the past; a key that was in other hands
    // accuses nobody.
    let now = by(&other.node);
    other.former.iter().rev().fold(now, |found, key| found.or_else(|_| by(key)))
}

/// A head of the speaker's own ledger, signed by its own node. That its root is the ledger's at
/// that size is for the reader, who has the entries; who cosigned is counted when it is applied.
pub(crate) fn shown(
    state: &State,
    asking: &Asking<'_>,
    act: &WitnessQuorumShown,
) -> Result<(), Refusal> {
    let bad = |detail: String| Refusal::new(Reason::BadSignature, detail);
    let own = state.parties.get(&asking.side).ok_or(Reason::NotFounded)?;
    let name = own.founded.party.as_str();
    let head = SignedCheckpoint::parse(&act.note).map_err(|cause| bad(cause.to_string()))?;
    let by = |key: &Key| head.verify_by(&Vkey::log(name, key));
    let signed =
        own.former.iter().rev().fold(by(&own.node), |found, key| found.or_else(|_| by(key)));
    signed.map_err(|cause| bad(cause.to_string()))?;
    let same = (act.size, act.root) == (head.head.size, head.head.root);
    if head.head.origin != name || !same || act.size > asking.index {
        return Err(bad("it is no head of this ledger, or of another size or root".to_owned()));
    }
    let known = witness_keys(state);
    if known.iter().any(|vkey| head.cosigned_by(vkey).is_some()) {
        return Ok(());
    }
    Err(Refusal::new(Reason::WitnessesMissing, "no witness that an agreement names cosigned it"))
}

/// A node names its key for hybrid heads once: whoever could forge its Ed25519 signatures later
/// must not be able to put a key of his own in that one's place.
pub(crate) fn head_key(
    state: &State,
    asking: &Asking<'_>,
    act: &HeadKeyNamed,
) -> Result<(), Refusal> {
    let own = state.parties.get(&asking.side).ok_or(Reason::NotFounded)?;
    if !is_head_key(&act.key) {
        let detail = format!("an ML-DSA-44 key has {ML_DSA_PUBLIC_BYTES} bytes");
        return Err(Refusal::new(Reason::UnknownKey, detail));
    }
    if own.head_key().is_some() {
        let detail = "this node has named its key for heads already";
        return Err(Refusal::new(Reason::AlreadyExists, detail));
    }
    Ok(())
}

/// A party whose ledger contradicted itself keeps its duties and loses its authority: it may
/// end what runs, answer alarms and halt, and begin nothing.
pub(crate) fn in_good_standing(
    state: &State,
    asking: &Asking<'_>,
    act: &Act,
) -> Result<(), Refusal> {
    let Some(party) = state.parties.get(&asking.side) else { return Ok(()) };
    let Some(codes) = state.misbehaved.get(&party.founded.party) else { return Ok(()) };
    if begins(act) {
        return Err(Refusal::new(
            Reason::PartyMisbehaved,
            format!("its ledger was caught: {}", codes.join(", ")),
        ));
    }
    Ok(())
}

const fn begins(act: &Act) -> bool {
    matches!(
        act,
        Act::AgreementProposed(_)
            | Act::AgreementSigned(_)
            | Act::AgreementResumed(_)
            | Act::DeploymentRequested(_)
            | Act::ConsentGranted(_)
            | Act::ConsentRenewed(_)
            | Act::TaskOrdered(_)
            | Act::TaskStarted(_)
            | Act::CapacityNoticed(_)
            | Act::MovementSubmitted(_)
            | Act::MovementApproved(_)
            | Act::PlanSealed(_)
            | Act::PassIssued(_)
            | Act::PassCountersigned(_)
            | Act::Departed(_)
            | Act::MovementResumed(_)
            | Act::AgreementInitialled(_)
            | Act::ConditionMet(_)
            | Act::Accredited(_)
            | Act::AccreditationAccepted(_)
            | Act::LicenceRecorded(_)
            | Act::EmergencyDeclared(_)
            | Act::RungOpened(_)
    )
}
