//! The joint draw: shares, what was wrong with one, a draw that failed.

use std::collections::BTreeMap;

use minicbor::Encode;
use words::act::Act;
use words::hash::{Hash, Seed};
use words::moment::Moment;
use words::movement::{DrawDefaulted, Fallback, Halt};
use words::refusal::Reason;
use words::role::Side;

use crate::asking::Asking;
use crate::movement::{Movement, Standing};
use crate::state::State;

/// A side that goes on trying says nothing new.
const FAULTS_MAX: usize = 16;

/// Both parties' shares in the joint draw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Draw {
    /// Commitments by side.
    #[n(0)]
    pub committed: BTreeMap<Side, Hash>,
    /// Seeds and halves of the core's key by side.
    #[n(1)]
    pub revealed: BTreeMap<Side, (Seed, Seed)>,
    /// What was wrong with a share, in order; absent while nothing was.
    #[n(2)]
    pub faults: Option<Vec<DrawFault>>,
    /// How the draw failed, if it did.
    #[n(3)]
    pub defaulted: Option<Defaulted>,
}

/// What was wrong with a share of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode)]
#[cbor(index_only)]
pub enum Wrong {
    /// It is not what its side was bound to.
    #[n(0)]
    Lied,
    /// It was used before.
    #[n(1)]
    Replayed,
    /// It came when the draw had failed for want of it.
    #[n(2)]
    Late,
    /// The plan opens under the very halves that it names, and nothing can be drawn from it.
    #[n(3)]
    BadMenu,
}

impl Wrong {
    /// The stable word: in the audit, in the API and in translation keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lied => "lied",
            Self::Replayed => "replayed",
            Self::Late => "late",
            Self::BadMenu => "bad_menu",
        }
    }
}

/// A statement that shows somebody's fault in a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct DrawFault {
    /// Who is named.
    #[n(0)]
    pub side: Side,
    /// For what.
    #[n(1)]
    pub wrong: Wrong,
    /// When, by the statement's own word.
    #[n(2)]
    pub at: Moment,
    /// In whose ledger the statement stands.
    #[n(3)]
    pub ledger: Side,
    /// At which place.
    #[n(4)]
    pub index: u64,
}

/// A draw that failed: nothing is drawn a second time.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Defaulted {
    /// Who is named.
    #[n(0)]
    pub named: Vec<Side>,
    /// Who said so.
    #[n(1)]
    pub by: Side,
    /// When.
    #[n(2)]
    pub at: Moment,
    /// The entry that was fixed when the plan was sealed, if the agreement asks for it.
    #[n(3)]
    pub fallback: Option<Fallback>,
}

impl Draw {
    /// Who keeps the draw from being complete, host first: whoever sealed a plan from which
    /// nothing can be drawn; else whoever has not committed; else whoever has not revealed.
    pub fn missing(&self) -> Vec<Side> {
        let faults = self.faults.iter().flatten();
        let mut bad = faults.filter(|fault| fault.wrong == Wrong::BadMenu);
        if let Some(fault) = bad.next() {
            return vec![fault.side];
        }
        let sides = [Side::Host, Side::Guest].into_iter();
        if self.committed.len() < 2 {
            return sides.filter(|side| !self.committed.contains_key(side)).collect();
        }
        sides.filter(|side| !self.revealed.contains_key(side)).collect()
    }

    /// Has it failed, with nothing in its place?
    pub fn failed(&self) -> bool {
        self.defaulted.as_ref().is_some_and(|it| it.fallback.is_none())
    }
}

impl Movement {
    /// Is there an outcome: of both shares, or the one that was fixed for want of them?
    pub fn drawn(&self) -> bool {
        self.shares().is_some()
    }

    /// Seed and half of the host, and of the guest, that make the outcome.
    pub fn shares(&self) -> Option<[(Seed, Seed); 2]> {
        let fixed = self.draw.defaulted.as_ref().and_then(|it| it.fallback.as_ref());
        if let Some(fixed) = fixed {
            return Some([(fixed.seed, fixed.host_half), (fixed.seed, fixed.guest_half)]);
        }
        let share = |side| self.draw.revealed.get(&side).copied();
        Some([share(Side::Host)?, share(Side::Guest)?])
    }
}

impl State {
    pub(crate) fn draw_defaulted(&mut self, asking: &Asking<'_>, act: DrawDefaulted) {
        let Some(known) = self.movements.get_mut(&act.movement) else { return };
        let (by, at) = (asking.side, asking.at);
        if act.fallback.is_some() {
            known.reach(Standing::Drawn, at, asking.by);
        } else {
            known.halt = Some((Halt::Held, by, "the joint draw failed".to_owned()));
            known.reach(Standing::Held, at, asking.by);
        }
        known.draw.defaulted = Some(Defaulted { named: act.named, by, at, fallback: act.fallback });
    }

    /// Remembers whose share was not what it should be. A plan that binds nobody names nobody.
    pub(crate) fn draw_void(&mut self, asking: &Asking<'_>, act: &Act, reason: Reason) {
        let movement = if let Act::DrawRevealed(act) = act {
            &act.movement
        } else if let Act::DrawCommitted(act) = act {
            &act.movement
        } else {
            return;
        };
        let Some(known) = self.movements.get_mut(movement) else { return };
        if known.plan.as_ref().is_none_or(|plan| plan.bound.is_none()) {
            return;
        }
        let late = reason == Reason::WrongState && known.draw.missed(asking.side);
        let wrongs = [
            (reason == Reason::SeedMismatch, Wrong::Lied),
            (reason == Reason::Replayed, Wrong::Replayed),
            (reason == Reason::BadMenu, Wrong::BadMenu),
            (late, Wrong::Late),
        ];
        let Some((_, wrong)) = wrongs.into_iter().find(|(is, _)| *is) else { return };
        // The guest seals.
        let side = if wrong == Wrong::BadMenu { Side::Guest } else { asking.side };
        let (at, ledger, index) = (asking.at, asking.side, asking.index);
        let faults = known.draw.faults.get_or_insert_default();
        if faults.len() < FAULTS_MAX {
            faults.push(DrawFault { side, wrong, at, ledger, index });
        }
    }
}

impl Draw {
    // Did the draw fail for want of this side's share?
    fn missed(&self, side: Side) -> bool {
        self.defaulted.as_ref().is_some_and(|it| it.named.contains(&side))
    }
}
