//! Acts of a movement, from capacity notice to debrief.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::hash::{Hash, Seed};
use crate::id::{AgreementId, MovementId, PassId, SiteId, UnitId, ZoneId};
use crate::moment::{Moment, Window};
use crate::presence::{ArmourClass, Criticality, Purpose, Risk};
use crate::role::{Role, Side};

/// Guest tells the host what capacity a day will need: no names, no hours, dummies included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct CapacityNoticed {
    /// The movement (a dummy looks the same).
    #[n(0)]
    pub movement: MovementId,
    /// Under which agreement.
    #[n(1)]
    pub agreement: AgreementId,
    /// In which zone.
    #[n(2)]
    pub zone: ZoneId,
    /// Within which day or half-day.
    #[n(3)]
    pub day: Window,
    /// Seats, dummies included.
    #[n(4)]
    pub seats: u32,
    /// Vehicles of at least this class.
    #[n(5)]
    pub armour: ArmourClass,
    /// Escort vehicles asked of the host.
    #[n(6)]
    pub escorts: u32,
    /// Commitment to the true request, opened and proved equal at submission.
    #[n(7)]
    pub commitment: Hash,
}

/// Guest submits the request that its notice committed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct MovementSubmitted {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// Why.
    #[n(1)]
    pub purpose: Purpose,
    /// How important.
    #[n(2)]
    pub criticality: Criticality,
    /// A window, never a minute.
    #[n(3)]
    pub window: Window,
    /// Persons protected, dummies not included.
    #[n(4)]
    pub seats: u32,
    /// The salt that opens the notice's commitment.
    #[n(5)]
    pub salt: Seed,
}

/// Host assesses the residual risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct MovementAssessed {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// What remains after measures.
    #[n(1)]
    pub risk: Risk,
    /// What the picture says, for people.
    #[n(2)]
    pub note: String,
}

/// Guest's approving authority accepts the residual risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct MovementApproved {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
}

/// What is disclosed in steps (provision `movement_disclosure_schedule`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, Encode, Decode)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The window of hours.
    #[n(0)]
    Window,
    /// Start point and vehicle count.
    #[n(1)]
    Start,
    /// The exact minute.
    #[n(2)]
    Minute,
    /// The route.
    #[n(3)]
    Route,
}

/// One step of the schedule: who may know what, and not before when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// What.
    #[n(0)]
    pub stage: Stage,
    /// To whom.
    #[n(1)]
    pub roles: Vec<Role>,
    /// Not before this moment.
    #[n(2)]
    pub not_before: Moment,
    /// The sealed text; its key is the hash of both parties' halves. Empty for stages that
    /// do not exist before the draw.
    #[cbor(n(3), with = "minicbor::bytes")]
    #[serde(with = "crate::hash::hexed")]
    pub sealed: Vec<u8>,
}

/// Guest seals the core: candidate routes, slots and their odds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct PlanSealed {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// Salted hash of the core.
    #[n(1)]
    pub core: Hash,
    /// The core, sealed; opened by both halves when both reveal.
    #[cbor(n(2), with = "minicbor::bytes")]
    #[serde(with = "crate::hash::hexed")]
    pub sealed: Vec<u8>,
    /// The host's halves, sealed to the host's node.
    #[cbor(n(3), with = "minicbor::bytes")]
    #[serde(with = "crate::hash::hexed")]
    pub host_halves: Vec<u8>,
    /// When the draw may be revealed.
    #[n(4)]
    pub draw_at: Moment,
    /// Who may know what, when.
    #[n(5)]
    pub disclosures: Vec<Disclosure>,
    /// What holds both sides to this one menu; without it the draw is of version 1.
    #[n(6)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
}

/// What nobody can change once a plan is sealed, each by its hash (docs/formats/draw.md).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// The host's half of the core's key.
    #[n(0)]
    pub host: Hash,
    /// The guest's half.
    #[n(1)]
    pub guest: Hash,
    /// The seed of the entry that stands if the host keeps its share back, where the agreement
    /// asks for one.
    #[n(2)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Hash>,
}

/// A party commits to its seed of the joint draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct DrawCommitted {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// SHA-256 over domain, party, movement, menu and seed.
    #[n(1)]
    pub commitment: Hash,
    /// The menu that the seed is for: the plan's `core`. Absent in a draw of version 1.
    #[n(2)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub menu: Option<Hash>,
}

/// A party reveals its seed and its half of the core's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct DrawRevealed {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// The seed.
    #[n(1)]
    pub seed: Seed,
    /// The party's half of the core's key.
    #[n(2)]
    pub half: Seed,
}

/// A side's share of the draw is missing after the agreed time: it is named, and what the
/// agreement says then follows. Nothing is drawn a second time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct DrawDefaulted {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// Who is named.
    #[n(1)]
    pub named: Vec<Side>,
    /// The entry that was fixed when the plan was sealed; only where the agreement says so.
    #[n(2)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
}

/// What shows the entry that was fixed when the plan was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Fallback {
    /// The seed that the plan was bound to.
    #[n(0)]
    pub seed: Seed,
    /// The host's half of the core's key.
    #[n(1)]
    pub host_half: Seed,
    /// The guest's half.
    #[n(2)]
    pub guest_half: Seed,
}

/// A party gives up its half of a stage's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct StageReleased {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// Which stage.
    #[n(1)]
    pub stage: Stage,
    /// The party's half; all zero for stages made by the draw.
    #[n(2)]
    pub half: Seed,
}

/// Guest issues a pass, signed by its officer; it is nothing before the host's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct PassIssued {
    /// The pass.
    #[n(0)]
    pub pass: PassId,
    /// The movement it is for.
    #[n(1)]
    pub movement: MovementId,
    /// Who carries it.
    #[n(2)]
    pub holder: UnitId,
    /// Where it is good.
    #[n(3)]
    pub zone: ZoneId,
    /// When it is good.
    #[n(4)]
    pub window: Window,
    /// The claims and the guest's signature (COSE, docs/formats).
    #[cbor(n(5), with = "minicbor::bytes")]
    #[serde(with = "crate::hash::hexed")]
    pub code: Vec<u8>,
    /// What the pass rests on; the code carries its digest (docs/formats).
    #[cbor(n(6), with = "minicbor::bytes")]
    #[serde(with = "crate::hash::hexed")]
    pub basis: Vec<u8>,
}

/// Host countersigns: the code now carries both signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct PassCountersigned {
    /// The pass.
    #[n(0)]
    pub pass: PassId,
    /// The code with both signatures.
    #[cbor(n(1), with = "minicbor::bytes")]
    #[serde(with = "crate::hash::hexed")]
    pub code: Vec<u8>,
}

/// Either party revokes a pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct PassRevoked {
    /// The pass.
    #[n(0)]
    pub pass: PassId,
    /// Why, for people.
    #[n(1)]
    pub reason: String,
}

/// One line of the departure gate that a person attests; the node adds those it can compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, Encode, Decode)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Every vehicle has the armour class that the agreement asks.
    #[n(0)]
    Armour,
    /// The gap between vehicles is ordered and understood.
    #[n(1)]
    Gap,
    /// The host's escort has reported in.
    #[n(2)]
    Escort,
    /// No driver is over his hours.
    #[n(3)]
    DriverHours,
    /// Two independent radios work.
    #[n(4)]
    TwoRadios,
    /// The tracker beats.
    #[n(5)]
    Tracker,
    /// Everyone has been briefed.
    #[n(6)]
    Briefed,
    /// An alternate route is alive.
    #[n(7)]
    Alternates,
    /// The threat picture is fresh.
    #[n(8)]
    Picture,
    /// No sign of hostile surveillance at the start point for 24 hours.
    #[n(9)]
    NoSurveillance,
}

impl Check {
    /// Every check that people attest.
    pub const ALL: [Self; 10] = [
        Self::Armour,
        Self::Gap,
        Self::Escort,
        Self::DriverHours,
        Self::TwoRadios,
        Self::Tracker,
        Self::Briefed,
        Self::Alternates,
        Self::Picture,
        Self::NoSurveillance,
    ];
}

/// The gate's signature: the movement leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Departed {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// Which checks the signer found green.
    #[n(1)]
    pub green: Vec<Check>,
    /// The armour of the weakest vehicle.
    #[n(2)]
    pub armour: ArmourClass,
    /// Why it leaves with red checks; a named person answers for it.
    #[n(3)]
    pub override_reason: Option<String>,
}

/// A convoy passed a check-in point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct CheckedIn {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// Where.
    #[n(1)]
    pub site: SiteId,
}

/// How a movement stops short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, Encode, Decode)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Halt {
    /// Waits where it is.
    #[n(0)]
    Held,
    /// Goes to a safe haven instead.
    #[n(1)]
    Diverted,
    /// Ends before its destination.
    #[n(2)]
    Aborted,
    /// Never leaves.
    #[n(3)]
    Cancelled,
}

/// Either party halts a movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct MovementHalted {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// How.
    #[n(1)]
    pub how: Halt,
    /// Why, for people.
    #[n(2)]
    pub reason: String,
    /// Which side's order it was.
    #[n(3)]
    pub side: Side,
}

/// The side that held a movement lets it go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct MovementResumed {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
}

/// The convoy is at its destination, and everyone is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Arrived {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// Persons counted out of the vehicles.
    #[n(1)]
    pub headcount: u32,
}

/// What was learnt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Debriefed {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// In the leader's words.
    #[n(1)]
    pub note: String,
}

/// Nothing more will be said about the movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
}
