//! What a file says of texts and of bodies that are not in it.

use joint::state::State;
use ledger::reader::Entry;
use words::act::Act;
use words::audience::Audience;
use words::hash::{Hash, StatementId};
use words::id::{AgreementId, PartyId, PersonId};
use words::letter::stands_alone;
use words::moment::Moment;
use words::role::Side;

/// A text that somebody signed in a ledger, by its root: a redacted copy has the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedText {
    /// The family.
    pub agreement: AgreementId,
    /// The root of the text.
    pub root: Hash,
    /// Who signed it for which party, and when.
    pub signed: Vec<(PartyId, PersonId, Moment)>,
    /// Is it in force by what the ledgers say?
    pub in_force: bool,
}

/// Every text that somebody signed.
pub(crate) fn texts(state: &State) -> Vec<SignedText> {
    let mut found = Vec::new();
    for (id, agreement) in &state.agreements {
        for root in agreement.texts.keys() {
            let sides = [Side::Host, Side::Guest].into_iter();
            let signed = sides.filter_map(|side| {
                let (party, by) = (state.parties.get(&side)?, agreement.signature(side, *root)?);
                Some((party.founded.party.clone(), by.by.clone(), by.at))
            });
            let (signed, root): (Vec<_>, Hash) = (signed.collect(), *root);
            let in_force = agreement.in_force() == Some(root) && agreement.cycle.ended.is_none();
            if !signed.is_empty() {
                found.push(SignedText { agreement: id.clone(), root, signed, in_force });
            }
        }
    }
    found
}

/// Joint bodies on which no state rests and that are not in the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gone {
    /// A statement says that they were erased.
    pub erased: u64,
    /// No statement says so: whoever made the file kept them back, or never got them.
    pub withheld: u64,
    /// Statements that say that a body was erased on which the joint state rests: none may.
    pub in_vain: u64,
}

// The statements that were erased, and those without a body: found before the entries are folded.
#[derive(Debug, Default)]
pub(crate) struct Missing {
    told: Vec<(Side, Option<PartyId>, StatementId)>,
    absent: Vec<(Side, StatementId)>,
    rests: Vec<(Side, StatementId)>,
}

impl Missing {
    pub(crate) fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut found = Self::default();
        let joint = |entry: &&Entry| entry.void.is_none() && entry.audience == Audience::Joint;
        for entry in entries.into_iter().filter(joint) {
            if let Some(Act::BodyErased(act)) = &entry.act {
                found.told.push((entry.side, act.ledger.clone(), act.statement));
            }
            let Some(id) = entry.id else { continue };
            if !stands_alone(entry.number) {
                found.rests.push((entry.side, id));
            } else if entry.act.is_none() {
                found.absent.push((entry.side, id));
            }
        }
        found
    }

    pub(crate) fn gone(self, state: &State) -> Gone {
        let told = self.told.into_iter().map(|(side, ledger, id)| {
            (ledger.map_or(Some(side), |party| state.side_of(&party)), id)
        });
        let told: Vec<(Option<Side>, StatementId)> = told.collect();
        let said = |(side, id): &(Side, StatementId)| told.contains(&(Some(*side), *id));
        let count = |places: &[(Side, StatementId)]| {
            u64::try_from(places.iter().filter(|place| said(place)).count()).unwrap_or(u64::MAX)
        };
        let (erased, in_vain) = (count(&self.absent), count(&self.rests));
        let absent = u64::try_from(self.absent.len()).unwrap_or(u64::MAX);
        Gone { erased, withheld: absent - erased, in_vain }
    }
}
