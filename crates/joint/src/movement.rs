//! A movement's life, from capacity notice to debrief.

use std::collections::BTreeMap;

use minicbor::Encode;
use words::hash::Seed;
use words::id::{ConsentId, PersonId, SiteId};
use words::moment::Moment;
use words::movement::{
    CapacityNoticed, Departed, Halt, MovementAssessed, MovementSubmitted, PlanSealed, Stage,
};
use words::role::Side;

use crate::draw::Draw;
use crate::state::ByAt;

/// Where a movement stands (names of the domain's state machine).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode)]
#[cbor(index_only)]
pub enum Standing {
    /// Capacity is noticed; nobody knows more.
    #[n(0)]
    Noticed,
    /// The request is open and equals the notice.
    #[n(1)]
    Submitted,
    /// The residual risk is assessed.
    #[n(2)]
    Assessed,
    /// The host consents.
    #[n(3)]
    Consented,
    /// The host refused.
    #[n(4)]
    Refused,
    /// The guest accepts the residual risk.
    #[n(5)]
    Approved,
    /// The plan is sealed.
    #[n(6)]
    Sealed,
    /// Both parties have revealed: minute and route exist.
    #[n(7)]
    Drawn,
    /// On the road.
    #[n(8)]
    UnderWay,
    /// Waiting on the road or at the gate.
    #[n(9)]
    Held,
    /// On the way to a safe haven.
    #[n(10)]
    Diverted,
    /// Everyone counted at the destination.
    #[n(11)]
    Arrived,
    /// What was learnt is written down.
    #[n(12)]
    Debriefed,
    /// Nothing more to say.
    #[n(13)]
    Closed,
    /// Ended before its destination.
    #[n(14)]
    Aborted,
    /// Never left.
    #[n(15)]
    Cancelled,
}

impl Standing {
    /// The stable word: in the API and in translation keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Noticed => "noticed",
            Self::Submitted => "submitted",
            Self::Assessed => "assessed",
            Self::Consented => "consented",
            Self::Refused => "refused",
            Self::Approved => "approved",
            Self::Sealed => "sealed",
            Self::Drawn => "drawn",
            Self::UnderWay => "under_way",
            Self::Held => "held",
            Self::Diverted => "diverted",
            Self::Arrived => "arrived",
            Self::Debriefed => "debriefed",
            Self::Closed => "closed",
            Self::Aborted => "aborted",
            Self::Cancelled => "cancelled",
        }
    }

    /// Has it left and not yet ended?
    pub const fn on_the_road(self) -> bool {
        matches!(self, Self::UnderWay | Self::Held | Self::Diverted)
    }

    /// Can nothing more happen but a debrief?
    pub const fn ended(self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::Arrived
                | Self::Debriefed
                | Self::Closed
                | Self::Aborted
                | Self::Cancelled
        )
    }
}

/// A movement and everything stated about it.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Movement {
    /// The capacity notice.
    #[n(0)]
    pub notice: CapacityNoticed,
    /// When notice was given.
    #[n(1)]
    pub noticed_at: Moment,
    /// The request.
    #[n(2)]
    pub submitted: Option<MovementSubmitted>,
    /// The assessment.
    #[n(3)]
    pub assessed: Option<MovementAssessed>,
    /// The newest lease.
    #[n(4)]
    pub consent: Option<ConsentId>,
    /// Who accepted the residual risk, and when.
    #[n(5)]
    pub approved: Option<ByAt>,
    /// The sealed plan.
    #[n(6)]
    pub plan: Option<PlanSealed>,
    /// The joint draw.
    #[n(7)]
    pub draw: Draw,
    /// Halves of stage keys by stage and side.
    #[n(8)]
    pub released: BTreeMap<Stage, BTreeMap<Side, Seed>>,
    /// The gate's signature, by whom and when.
    #[n(9)]
    pub departed: Option<(Departed, ByAt)>,
    /// Check-in points passed, and when.
    #[n(10)]
    pub check_ins: Vec<(SiteId, Moment)>,
    /// The halt in force: how, on whose order, why.
    #[n(11)]
    pub halt: Option<(Halt, Side, String)>,
    /// Persons counted at arrival, and when.
    #[n(12)]
    pub arrived: Option<(u32, Moment)>,
    /// The leader's words.
    #[n(13)]
    pub debrief: Option<String>,
    /// Where it stands.
    #[n(14)]
    pub standing: Standing,
    /// When each standing was reached, for the strip.
    #[n(15)]
    pub history: Vec<(Standing, Moment, PersonId)>,
    /// The host's reason, if it refused.
    #[n(16)]
    pub refused: Option<String>,
}

impl Movement {
    /// Moves to a standing and remembers when and by whom.
    pub(crate) fn reach(&mut self, standing: Standing, at: Moment, by: &PersonId) {
        self.standing = standing;
        self.history.push((standing, at, by.clone()));
    }

    /// Both halves of a stage's key, once both sides have released it: host, guest.
    pub fn stage_halves(&self, stage: Stage) -> Option<(Seed, Seed)> {
        let halves = self.released.get(&stage)?;
        Some((*halves.get(&Side::Host)?, *halves.get(&Side::Guest)?))
    }
}
