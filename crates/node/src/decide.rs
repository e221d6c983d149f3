//! Decides an act: yes is a draft to sign, no is a refusal.

use note::statement::{Draft, Intent, Seen};
use words::act::{Act, Key, RefusalRecorded};
use words::audience::Audience;
use words::hash::{Hash, Seed, StatementId};
use words::id::{PartyId, PersonId};
use words::moment::Moment;
use words::refusal::{Reason, Refusal};

use crate::judge::judge;
use joint::asking::Asking;
use joint::state::State;

/// What a statement needs besides the act: place, time, sight and chance, all given.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The ledger it goes to.
    pub origin: PartyId,
    /// The other ledger as mirrored.
    pub seen: Seen,
    /// A fresh id.
    pub id: StatementId,
    /// A fresh salt.
    pub salt: Seed,
}

/// Decides, and drafts the statement that the asker's key must sign.
pub fn decide(
    state: &State,
    asking: &Asking<'_>,
    key: &Key,
    setting: Setting,
    act: &Act,
) -> Result<Draft, Refusal> {
    judge(state, asking, act)?;
    draft(asking.at, key, setting, Audience::Joint, act)
}

/// Drafts a statement of any audience without asking the joint state.
///
/// Only joint bodies change the joint state, so a note for a party's own eyes, or a sealed
/// word to named persons, needs a key and nothing else.
pub fn draft(
    at: Moment,
    key: &Key,
    setting: Setting,
    audience: Audience,
    act: &Act,
) -> Result<Draft, Refusal> {
    let Setting { origin, seen, id, salt } = setting;
    let intent = Intent { origin, id, at, seen, audience };
    Draft::new(intent, act, salt, key)
        .map_err(|cause| Refusal::new(Reason::BadText, cause.to_string()))
}

/// The record of a refusal: evidence, whoever asked.
pub fn record(refusal: &Refusal, by: &PersonId, act: &Act, act_hash: Hash) -> RefusalRecorded {
    RefusalRecorded {
        act: act.word().to_owned(),
        by: by.clone(),
        reasons: refusal.reasons.iter().map(|reason| reason.code().to_owned()).collect(),
        articles: refusal.articles.clone(),
        act_hash,
    }
}
