//! Judges acts on agreements: propose, sign, suspend, resume.

use article::root::root;
use words::act::{AgreementProposed, AgreementResumed, AgreementSigned, AgreementSuspended};
use words::id::AgreementId;
use words::refusal::{Reason, Refusal};

use crate::judge::cycle::{may_sign, suspendable};
use crate::judge::text;
use joint::asking::Asking;
use joint::family::upper_binds;
use joint::state::{Agreement, State, Suspension};

/// Any signatory may propose a text that compiles and names the parties as they are.
pub(crate) fn proposed(
    state: &State,
    asking: &Asking<'_>,
    act: &AgreementProposed,
) -> Result<(), Refusal> {
    let bad = |detail: String| Refusal::new(Reason::BadAgreement, detail);
    let rules = state.compiled(&act.text)?;
    let document = rules.document();
    document.under.as_ref().map_or(Ok(()), |upper| upper_binds(state, asking, upper))?;
    if document.agreement != act.agreement {
        return Err(bad(format!("the text is of agreement `{}`", document.agreement)));
    }
    let known = state.agreements.get(&act.agreement);
    let hash = root(&act.text);
    if known.is_some_and(|known| known.texts.contains_key(&hash)) {
        return Err(Refusal::new(
            Reason::AlreadyExists,
            format!("that text is proposed already; {:?} may sign it", asking.side),
        ));
    }
    Ok(())
}

/// A signatory signs a text that is on the table.
pub(crate) fn signed(
    state: &State,
    asking: &Asking<'_>,
    act: &AgreementSigned,
) -> Result<(), Refusal> {
    let known = find(state, &act.agreement)?;
    let Some(words) = known.texts.get(&act.text) else {
        return Err(Refusal::new(Reason::UnknownAgreement, "no text of that hash is proposed"));
    };
    // The text above may have changed or ended since this one was proposed.
    if let Some(upper) = &state.compiled(words)?.document().under {
        upper_binds(state, asking, upper)?;
    }
    let wants = state.compiled(words)?.consent().hybrid_heads;
    if wants && state.parties.get(&asking.side).is_none_or(|own| own.head_key().is_none()) {
        let detail = "the text asks for hybrid heads: set `hybrid_heads` under [ledger] first";
        return Err(Refusal::new(Reason::HeadKeyMissing, detail));
    }
    may_sign(known, asking, act.text)
}

/// Either side suspends: one act, no permission needed.
pub(crate) fn suspended(
    state: &State,
    asking: &Asking<'_>,
    act: &AgreementSuspended,
) -> Result<(), Refusal> {
    text(&act.reason)?;
    let known = find(state, &act.agreement)?;
    let suspension = Suspension { scope: act.scope.clone(), side: asking.side };
    if known.suspended.contains_key(&suspension) {
        return Err(Refusal::new(Reason::AlreadyExists, "that is suspended already"));
    }
    suspendable(known, asking, &act.scope)
}

/// Only the side that suspended lifts its suspension.
pub(crate) fn resumed(
    state: &State,
    asking: &Asking<'_>,
    act: &AgreementResumed,
) -> Result<(), Refusal> {
    let known = find(state, &act.agreement)?;
    let suspension = Suspension { scope: act.scope.clone(), side: asking.side };
    if known.suspended.contains_key(&suspension) {
        return Ok(());
    }
    Err(Refusal::new(Reason::WrongState, "your side has not suspended that"))
}

pub(crate) fn find<'a>(state: &'a State, id: &AgreementId) -> Result<&'a Agreement, Refusal> {
    state
        .agreements
        .get(id)
        .ok_or_else(|| Refusal::new(Reason::UnknownAgreement, format!("no agreement `{id}`")))
}
