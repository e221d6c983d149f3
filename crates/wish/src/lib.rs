//! Wishes: what a person asks for when only the node holds the secret.
//!
//! An officer wishes to commit to the draw; the node makes the seed, keeps it and drafts the
//! act with its commitment. The person signs that act, as any other. What may not happen here: a
//! secret, or carrying out what is wished.

use serde::{Deserialize, Serialize};
use words::act::{Act, Key};
use words::hash::Hash;
use words::id::{AgreementId, MovementId, PassId, UnitId, ZoneId};
use words::moment::Window;
use words::movement::Stage;
use words::presence::{ArmourClass, ArmsClass, Criticality, Purpose, Task};

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Wish {
    /// One that needs the node's secrets.
    Secret(SecretWish),
    /// An act as it stands.
    Act(Box<Act>),
}

/// A wish that needs the node's secrets; `wish` names it in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wish", rename_all = "snake_case", deny_unknown_fields)]
pub enum SecretWish {
    /// Notice capacity for a movement, committing to the true request.
    Notice(Box<NoticeWish>),
    /// Submit the request that the notice committed to.
    Submit {
        /// The movement.
        movement: MovementId,
    },
    /// Make and seal the plan: routes by the ambush game, slots over the window.
    SealPlan {
        /// The movement.
        movement: MovementId,
        /// Junction where it starts.
        from: String,
        /// Junction where it ends.
        to: String,
        /// How far apart the slots are, in minutes.
        slot_minutes: u32,
        /// Junctions by which the site can be left, if the gate is drawn too.
        #[serde(default)]
        gates: Vec<String>,
    },
    /// Commit to this side's seed of the joint draw.
    CommitDraw {
        /// The movement.
        movement: MovementId,
    },
    /// Reveal it.
    RevealDraw {
        /// The movement.
        movement: MovementId,
    },
    /// Give up this side's half of a stage's key.
    Release {
        /// The movement.
        movement: MovementId,
        /// The stage.
        stage: Stage,
    },
    /// Issue a pass for a holder.
    IssuePass(Box<PassWish>),
    /// Add the host's signature to a pass.
    Countersign {
        /// The pass.
        pass: PassId,
    },
}

/// What a capacity notice is made of: the true request, and dummies on top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeWish {
    /// The movement.
    pub movement: MovementId,
    /// Under which agreement.
    pub agreement: AgreementId,
    /// In which zone.
    pub zone: ZoneId,
    /// Within which day or half-day: all that the host is told.
    pub day: Window,
    /// Persons protected.
    pub seats: u32,
    /// Seats added so that the number says less.
    pub dummies: u32,
    /// Vehicles of at least this class.
    pub armour: ArmourClass,
    /// Escort vehicles asked of the host.
    pub escorts: u32,
    /// Why.
    pub purpose: Purpose,
    /// How important.
    pub criticality: Criticality,
    /// The true window; committed to, not told.
    pub window: Window,
}

/// What a pass says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassWish {
    /// The movement.
    pub movement: MovementId,
    /// Who carries it.
    pub holder: UnitId,
    /// How a guard recognises the holder.
    pub appearance: String,
    /// The vehicle's plate.
    pub vehicle: String,
    /// Doing what.
    pub task: Task,
    /// How armed at most.
    pub arms: ArmsClass,
    /// Serial numbers of the arms that are carried.
    #[serde(default)]
    pub serials: Vec<String>,
    /// SHA-256 of the file of the holder's photograph.
    #[serde(default)]
    pub photo: Option<Hash>,
    /// The holder's phone's key, Ed25519.
    #[serde(default)]
    pub phone: Option<Key>,
}
