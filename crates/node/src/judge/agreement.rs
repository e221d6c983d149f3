//! Judges acts on agreements: propose, sign, suspend, resume.

use article::root::root;
use words::act::{AgreementProposed, AgreementResumed, AgreementSigned, AgreementSuspended};
use words::id::AgreementId;
use words::refusal::{Reason, Refusal};

use crate::judge::cycle::{may_sign, suspendable};
use crate::judge::text;
use joint::asking::Asking;
use joint::compiled::rules;
use joint::state::{Agreement, State, Suspension};

/// Any signatory may propose a text that compiles and names the parties as they are.
pub(crate) fn proposed(
    state: &State,
    asking: &Asking<'_>,
    act: &AgreementProposed,
) -> Result<(), Refusal> {
    let bad = |detail: String| Refusal::new(Reason::BadAgreement, detail);
    let rules = rules(&act.text).map_err(bad)?;
    let document = rules.document();
    if document.agreement != act.agreement {
        return Err(bad(format!("the text is of agreement `{}`", document.agreement)));
    }
    let named = [&document.host, &document.guest];
    let founded: Vec<_> = state.parties.values().map(|party| &party.founded.party).collect();
    if founded.iter().any(|party| !named.contains(party)) {
        return Err(bad(format!("its parties are `{}` and `{}`", document.host, document.guest)));
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
    if known.texts.contains_key(&act.text) {
        return may_sign(known, asking, act.text);
    }
    Err(Refusal::new(Reason::UnknownAgreement, "no text of that hash is proposed".to_owned()))
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
