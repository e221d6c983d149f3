//! Applies acts on passes, and what officers did about alarms.

use words::alarm::{AlarmHandled, AlarmNoted, AlarmResolved};
use words::movement::{PassCountersigned, PassIssued, PassRevoked};

use crate::asking::Asking;
use crate::state::{ByAt, Pass, State};

impl State {
    pub(super) fn pass_issued(&mut self, act: PassIssued) {
        let pass = Pass {
            movement: act.movement,
            zone: act.zone,
            window: act.window,
            code: act.code,
            countersigned: false,
            revoked: None,
        };
        self.passes.insert(act.pass, pass);
    }

    pub(super) fn pass_countersigned(&mut self, act: PassCountersigned) {
        if let Some(pass) = self.passes.get_mut(&act.pass) {
            pass.code = act.code;
            pass.countersigned = true;
        }
    }

    pub(super) fn pass_revoked(&mut self, asking: &Asking<'_>, act: &PassRevoked) {
        if let Some(pass) = self.passes.get_mut(&act.pass) {
            pass.revoked = Some(asking.at);
        }
    }

    pub(super) fn alarm_noted(&mut self, asking: &Asking<'_>, act: AlarmNoted) {
        let by = ByAt { by: asking.by.clone(), at: asking.at };
        // The first to acknowledge is remembered; a second desk changes nothing.
        self.alarms.entry(act.alarm).or_default().noted.get_or_insert(by);
    }

    pub(super) fn alarm_handled(&mut self, asking: &Asking<'_>, act: AlarmHandled) {
        let by = ByAt { by: asking.by.clone(), at: asking.at };
        self.alarms.entry(act.alarm).or_default().handled = Some((by, act.action));
    }

    pub(super) fn alarm_resolved(&mut self, asking: &Asking<'_>, act: AlarmResolved) {
        let by = ByAt { by: asking.by.clone(), at: asking.at };
        self.alarms.entry(act.alarm).or_default().resolved = Some((by, act.outcome));
    }
}
