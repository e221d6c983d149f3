//! Applies acts on records, and breaches.

use std::collections::BTreeMap;

use duty::record::{Breach, Kept, Taken, Unwelcome};
use duty::terms::{Opening, more, terms};
use words::duty::{ObligationBreached, Record, RecordAnswered, RecordOpened};
use words::id::{RecordId, UnitId};
use words::record::{RecordKind, Step};

use crate::asking::Asking;
use crate::state::State;

impl State {
    pub(super) fn record_opened(&mut self, asking: &Asking<'_>, act: RecordOpened) {
        let Some(agreement) = self.agreements.get(&act.agreement) else { return };
        let (Some(text), Some(rules)) = (agreement.in_force(), agreement.rules()) else { return };
        let opening = Opening { side: asking.side, roles: asking.roles, at: asking.at };
        let Ok(terms) = terms(rules.document(), &act.what, opening) else { return };
        let mut kept = Kept {
            agreement: act.agreement,
            text,
            article: terms.article,
            what: act.what,
            side: asking.side,
            by: asking.by.clone(),
            at: asking.at,
            owed: terms.owed,
            steps: Vec::new(),
        };
        // Whoever owes the report and files the record has reported.
        let reports = |step: Step| step == Step::Reported;
        if kept.owed.iter().any(|owed| reports(owed.step) && owed.by == asking.side) {
            kept.steps.push(taken(asking, Step::Reported, String::new()));
        }
        if let Record::Removal(removal) = &kept.what {
            let unit = removal.unit.clone();
            self.unwelcome(asking, (act.record.clone(), unit));
        }
        self.duties.records.insert(act.record, kept);
    }

    // The person's passes die at once; tasks are refused from here on (`judge::duty`).
    fn unwelcome(&mut self, asking: &Asking<'_>, (record, unit): (RecordId, UnitId)) {
        for known in self.passes.values_mut() {
            let holder = pass::code::claims_of(&known.code).map(|claims| claims.holder);
            if holder.is_ok_and(|holder| holder == unit) {
                known.revoked.get_or_insert(asking.at);
            }
        }
        let unwelcome = Unwelcome { record, at: asking.at, index: asking.index };
        self.duties.removed.insert(unit, unwelcome);
    }

    pub(super) fn record_answered(&mut self, asking: &Asking<'_>, act: RecordAnswered) {
        let Some(kept) = self.duties.records.get_mut(&act.record) else { return };
        kept.steps.push(taken(asking, act.step, act.detail));
        let agreement = self.agreements.get(&kept.agreement);
        if let Some(rules) = agreement.and_then(|agreement| agreement.rules()) {
            let what = (kept.what.kind(), act.step);
            if let Some(mut owed) = more(rules.document(), what, (kept.side, asking.at)) {
                let before = kept.owed.iter().filter(|known| known.step == owed.step).count();
                owed.turn = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
                kept.owed.push(owed);
            }
        }
        if (kept.what.kind(), act.step) == (RecordKind::Removal, Step::Lifted) {
            self.duties.removed.retain(|_, unwelcome| unwelcome.record != act.record);
        }
    }

    pub(super) fn breach_noticed(&mut self, asking: &Asking<'_>, act: ObligationBreached) {
        let id = act.obligation.clone();
        let fresh = || Breach { said: act, noticed: BTreeMap::new() };
        let known = self.duties.breaches.entry(id).or_insert_with(fresh);
        known.noticed.entry(asking.side).or_insert(asking.at);
    }
}

fn taken(asking: &Asking<'_>, step: Step, detail: String) -> Taken {
    Taken { step, side: asking.side, by: asking.by.clone(), at: asking.at, detail }
}
