//! Applies acts on movements.

use std::collections::BTreeMap;

use words::id::MovementId;
use words::movement::{
    Arrived, CapacityNoticed, CheckedIn, Closed, Debriefed, Departed, DrawCommitted, DrawRevealed,
    Halt, MovementApproved, MovementAssessed, MovementHalted, MovementResumed, MovementSubmitted,
    PlanSealed, StageReleased,
};

use crate::asking::Asking;
use crate::draw::Draw;
use crate::movement::{Movement, Standing};
use crate::state::{ByAt, State};

impl State {
    pub(super) fn noticed(&mut self, asking: &Asking<'_>, notice: CapacityNoticed) {
        let id = notice.movement.clone();
        let mut movement = Movement {
            notice,
            noticed_at: asking.at,
            submitted: None,
            assessed: None,
            consent: None,
            approved: None,
            plan: None,
            draw: Draw::default(),
            released: BTreeMap::new(),
            departed: None,
            check_ins: Vec::new(),
            halt: None,
            arrived: None,
            debrief: None,
            standing: Standing::Noticed,
            history: Vec::new(),
            refused: None,
        };
        movement.reach(Standing::Noticed, asking.at, asking.by);
        self.movements.insert(id, movement);
    }

    pub(super) fn submitted(&mut self, asking: &Asking<'_>, act: MovementSubmitted) {
        self.with(&act.movement.clone(), |known| {
            known.submitted = Some(act);
            known.reach(Standing::Submitted, asking.at, asking.by);
        });
    }

    pub(super) fn assessed(&mut self, asking: &Asking<'_>, act: MovementAssessed) {
        self.with(&act.movement.clone(), |known| {
            known.assessed = Some(act);
            if known.standing == Standing::Submitted {
                known.reach(Standing::Assessed, asking.at, asking.by);
            }
        });
    }

    pub(super) fn approved(&mut self, asking: &Asking<'_>, act: &MovementApproved) {
        self.with(&act.movement, |known| {
            known.approved = Some(ByAt { by: asking.by.clone(), at: asking.at });
            known.reach(Standing::Approved, asking.at, asking.by);
        });
    }

    pub(super) fn plan_sealed(&mut self, asking: &Asking<'_>, act: PlanSealed) {
        self.with(&act.movement.clone(), |known| {
            known.plan = Some(act);
            known.reach(Standing::Sealed, asking.at, asking.by);
        });
    }

    pub(super) fn draw_committed(&mut self, asking: &Asking<'_>, act: &DrawCommitted) {
        self.with(&act.movement, |known| {
            known.draw.committed.insert(asking.side, act.commitment);
        });
    }

    pub(super) fn draw_revealed(&mut self, asking: &Asking<'_>, act: &DrawRevealed) {
        self.with(&act.movement, |known| {
            known.draw.revealed.insert(asking.side, (act.seed, act.half));
            if known.drawn() {
                known.reach(Standing::Drawn, asking.at, asking.by);
            }
        });
    }

    pub(super) fn stage_released(&mut self, asking: &Asking<'_>, act: &StageReleased) {
        self.with(&act.movement, |known| {
            known.released.entry(act.stage).or_default().insert(asking.side, act.half);
        });
    }

    pub(super) fn checked_in(&mut self, asking: &Asking<'_>, act: CheckedIn) {
        self.with(&act.movement, |known| known.check_ins.push((act.site, asking.at)));
    }

    pub(super) fn movement_resumed(&mut self, asking: &Asking<'_>, act: &MovementResumed) {
        self.with(&act.movement, |known| {
            known.halt = None;
            // Held at the gate, it goes on at the gate: only a departure puts it on the road.
            let halts = [Standing::Held, Standing::Diverted];
            let stood = known.history.iter().rev().map(|(standing, ..)| *standing);
            let before = stood.into_iter().find(|standing| !halts.contains(standing));
            known.reach(before.unwrap_or(Standing::Noticed), asking.at, asking.by);
        });
    }

    pub(super) fn arrived(&mut self, asking: &Asking<'_>, act: &Arrived) {
        self.leave(act.movement.as_str(), asking);
        self.with(&act.movement, |known| {
            known.arrived = Some((act.headcount, asking.at));
            known.reach(Standing::Arrived, asking.at, asking.by);
        });
    }

    pub(super) fn debriefed(&mut self, asking: &Asking<'_>, act: Debriefed) {
        self.with(&act.movement, |known| {
            known.debrief = Some(act.note);
            known.reach(Standing::Debriefed, asking.at, asking.by);
        });
    }

    pub(super) fn closed(&mut self, asking: &Asking<'_>, act: &Closed) {
        self.with(&act.movement, |known| {
            known.reach(Standing::Closed, asking.at, asking.by);
        });
    }

    pub(super) fn departed(&mut self, asking: &Asking<'_>, act: Departed) {
        let by = ByAt { by: asking.by.clone(), at: asking.at };
        self.with(&act.movement.clone(), |known| {
            known.departed = Some((act, by));
            known.reach(Standing::UnderWay, asking.at, asking.by);
        });
    }

    pub(super) fn halted(&mut self, asking: &Asking<'_>, act: MovementHalted) {
        let standing = match act.how {
            Halt::Held => Standing::Held,
            Halt::Diverted => Standing::Diverted,
            Halt::Aborted => Standing::Aborted,
            Halt::Cancelled => Standing::Cancelled,
        };
        self.with(&act.movement, |known| {
            known.halt = Some((act.how, act.side, act.reason));
            known.reach(standing, asking.at, asking.by);
        });
    }

    fn with(&mut self, id: &MovementId, change: impl FnOnce(&mut Movement)) {
        if let Some(known) = self.movements.get_mut(id) {
            change(known);
        }
    }
}
