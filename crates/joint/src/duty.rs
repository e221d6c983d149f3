//! Duties of the joint state: what is owed now, what may be noted.

use duty::obligation::{InForce, Obligation, Standing};
use words::id::ObligationId;
use words::moment::Moment;
use words::role::Side;

use crate::state::State;

/// Every obligation that stands or has stood, in order of its due time.
pub fn obligations(state: &State, at: Moment) -> Vec<Obligation> {
    let texts: Vec<InForce<'_>> = state
        .agreements
        .iter()
        .filter_map(|(id, agreement)| {
            Some(InForce {
                agreement: id,
                text: agreement.in_force()?,
                since: agreement.in_force_since()?,
                document: agreement.rules()?.document(),
            })
        })
        .collect();
    duty::obligation::obligations(&state.duties, &texts, at)
}

/// One obligation by its id.
pub fn obligation(state: &State, id: &ObligationId, at: Moment) -> Option<Obligation> {
    obligations(state, at).into_iter().find(|one| &one.id == id)
}

/// Breaches that a side has not put into its ledger, and may: of its own duties at once, of the
/// other's once it has heard the other's ledger after the time.
pub fn unrecorded(state: &State, side: Side, (at, heard): (Moment, Moment)) -> Vec<Obligation> {
    let known = |id: &ObligationId| {
        let breach = state.duties.breaches.get(id);
        breach.is_some_and(|breach| breach.noticed.contains_key(&side))
    };
    let broken = |one: &Obligation| match one.state {
        Standing::Breached { .. } => one.owed_by == side || heard > one.due,
        Standing::Open | Standing::DueSoon | Standing::Done { .. } => false,
    };
    let all = obligations(state, at).into_iter();
    all.filter(|one| broken(one) && at > one.due && !known(&one.id)).collect()
}
