//! Applies acts of an agreement's life.

use std::collections::btree_map::Entry as Slot;

use words::hash::Hash;
use words::review::{
    AgencyReviewed, AgreementInitialled, AgreementTerminated, ConditionMet, ReviewOpened,
};

use crate::asking::Asking;
use crate::cycle::termination;
use crate::cycle::{Ending, Required, Version};
use crate::state::{Agreement, ByAt, State};

fn by(asking: &Asking<'_>) -> ByAt {
    ByAt { by: asking.by.clone(), at: asking.at }
}

impl State {
    pub(super) fn review_opened(&mut self, asking: &Asking<'_>, act: &ReviewOpened) {
        let known = self.agreements.entry(act.agreement.clone()).or_default();
        match known.cycle.reviews.entry((act.text, asking.side)) {
            Slot::Vacant(slot) => {
                slot.insert(Required::new(act, by(asking), asking.index));
            }
            Slot::Occupied(mut slot) => slot.get_mut().widen(act),
        }
    }

    pub(super) fn agency_reviewed(&mut self, asking: &Asking<'_>, act: &AgencyReviewed) {
        let known = self.agreements.entry(act.agreement.clone()).or_default();
        if let Some(required) = known.cycle.reviews.get_mut(&(act.text, asking.side)) {
            required.hear(act, by(asking));
        }
    }

    pub(super) fn initialled(&mut self, asking: &Asking<'_>, act: AgreementInitialled) {
        let known = self.agreements.entry(act.agreement).or_default();
        known.cycle.initialled.insert((act.text, asking.side), by(asking));
    }

    pub(super) fn condition_met(&mut self, asking: &Asking<'_>, act: ConditionMet) {
        let known = self.agreements.entry(act.agreement).or_default();
        known.cycle.met.insert((act.text, act.condition), by(asking));
        known.enter_into_force(asking);
    }

    pub(super) fn terminated(&mut self, asking: &Asking<'_>, act: AgreementTerminated) {
        let known = self.agreements.entry(act.agreement).or_default();
        let notice = known.rules().and_then(|rules| termination(rules)).map(|it| it.notice_ms);
        known.cycle.ended = Some(Ending {
            side: asking.side,
            said: by(asking),
            reason: act.reason,
            from: asking.at.plus_ms(notice.unwrap_or_default()),
            index: asking.index,
        });
        // What was signed for this life signs nothing for the next.
        known.signed.clear();
    }
}

impl Agreement {
    /// A text comes into force when both have signed it and all that it waits for is met; it
    /// takes the place of the one before.
    pub(super) fn enter_into_force(&mut self, asking: &Asking<'_>) {
        let Some(text) = self.signed_by_both().filter(|text| self.may_enter(*text)) else { return };
        let (from, signed) = (asking.at, self.signed.clone());
        self.cycle.versions.push(Version { text, from, signed });
        self.cycle.ended = None;
        self.recompile();
    }

    fn may_enter(&self, text: Hash) -> bool {
        let again = self.in_force() == Some(text) && self.cycle.ended.is_none();
        !again && self.unmet(text).is_empty()
    }
}
