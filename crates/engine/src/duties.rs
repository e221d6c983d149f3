//! Obligations: the watch is told, breaches go into our ledger.

use std::collections::BTreeMap;

use duty::obligation::{Obligation, Standing};
use joint::duty::{obligations, unrecorded};
use watch::alarm::AlarmKind;
use watch::state::CLOSED_KEPT_MS;
use words::act::Act;
use words::id::UnitId;
use words::moment::Moment;

use crate::engine::Engine;
use crate::fault::{Answer, Fault};

impl Engine {
    /// Every obligation of the joint state, as it stands now.
    pub fn obligations(&self) -> Vec<Obligation> {
        obligations(self.state(), self.now())
    }

    /// Gives the watch the obligations that want somebody's eye, each under its own id.
    pub(crate) fn refresh_debts(&mut self, now: Moment) {
        let all = obligations(self.state(), now).into_iter();
        let debts: BTreeMap<UnitId, (AlarmKind, Moment)> = all
            .filter_map(|one| {
                let (kind, since) = debt(&one, now)?;
                Some((UnitId::new(one.id.as_str()).ok()?, (kind, since)))
            })
            .collect();
        self.post.watch.set_debts(debts);
    }

    /// Puts every breach into our ledger that it does not hold and that we may state, once.
    pub(crate) fn record_breaches(&mut self, now: Moment) -> Result<(), Fault> {
        let heard = self.peer().map_or(Moment::default(), ledger::held::Ledger::heard);
        for one in unrecorded(self.state(), self.side(), (now, heard)) {
            let act = Act::ObligationBreached(one.breach());
            // Asked quietly first: a refusal of our own act, at every tick, is no news.
            if self.refuses_itself(&act) {
                continue;
            }
            match self.act_as_node(act) {
                Ok(_) | Err(Answer::Refused(_)) => {}
                Err(Answer::Fault(fault)) => return Err(*fault),
            }
        }
        Ok(())
    }
}

// An old breach has been before every desk for a week and stays on the board.
fn debt(one: &Obligation, now: Moment) -> Option<(AlarmKind, Moment)> {
    match one.state {
        Standing::DueSoon => Some((AlarmKind::DutyDue, one.warned_from())),
        Standing::Breached { since, late: None } if now.ms_since(since) < CLOSED_KEPT_MS => {
            Some((AlarmKind::DutyBreached, since))
        }
        Standing::Open | Standing::Done { .. } | Standing::Breached { .. } => None,
    }
}
