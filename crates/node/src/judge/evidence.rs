//! Judges evidence against a party, and what a caught party may do.

use tlog::signed::SignedHead;
use words::act::{Act, MisbehaviourNoted};
use words::refusal::{Reason, Refusal};

use joint::asking::Asking;
use joint::state::State;

/// Evidence is two heads that the other party's node signed and that cannot both be true.
///
/// Of two heads of one size the roots differ. Of two sizes the ledger between them is needed
/// to see the contradiction: then the noting node answers for what it checked.
pub(crate) fn misbehaviour(
    state: &State,
    asking: &Asking<'_>,
    act: &MisbehaviourNoted,
) -> Result<(), Refusal> {
    let bad = |detail: &str| Refusal::new(Reason::BadSignature, detail);
    let told = |cause: tlog::head::HeadError| bad(&cause.to_string());
    let other = state.parties.get(&asking.side.other()).ok_or(Reason::NotFounded)?;
    if other.founded.party != act.party {
        return Err(Refusal::new(Reason::NotYourSide, "a party notes what the other one did"));
    }
    let [first, second] = act.heads.as_slice() else {
        return Err(bad("evidence is two signed heads"));
    };
    let read = |text: &str| {
        let head = SignedHead::parse(text).map_err(told)?;
        head.verify(act.party.as_str(), &other.founded.node).map_err(told)?;
        Ok::<_, Refusal>(head.head)
    };
    let (first, second) = (read(first)?, read(second)?);
    if (first.size, first.root) == (second.size, second.root) {
        return Err(bad("the two heads agree"));
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
