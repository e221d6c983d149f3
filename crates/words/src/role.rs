//! Roles: what a person may sign for a party.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// The side of an agreement a party stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, Encode, Decode)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Whose territory it is; its ledger is the serialisation point.
    #[n(0)]
    Host,
    /// Who sends personnel into it.
    #[n(1)]
    Guest,
}

impl Side {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Host => Self::Guest,
            Self::Guest => Self::Host,
        }
    }
}

/// An office that a person or a node holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, Encode, Decode)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The party's root: founds the ledger, enrols and voids keys. Kept offline.
    #[n(0)]
    Root,
    /// The party's node: signs heads and records refusals; decides nothing.
    #[n(1)]
    Node,
    /// Signs and suspends agreements.
    #[n(2)]
    Signatory,
    /// Host: decides, renews and revokes consent.
    #[n(3)]
    ConsentOfficer,
    /// Follows movements, handles alarms.
    #[n(4)]
    WatchOfficer,
    /// Guest: requests deployments, orders tasks.
    #[n(5)]
    ProtectionLead,
    /// Plans movements and decides go or no-go.
    #[n(6)]
    JourneyManager,
    /// Leads a convoy or an escort on the road.
    #[n(7)]
    EscortLeader,
    /// Host: plans seats, armour and escorts of a district from capacity notices.
    #[n(8)]
    DistrictCommand,
    /// Checks passes on the road.
    #[n(9)]
    CheckpointOfficer,
    /// Grades reports, assesses risk.
    #[n(10)]
    Analyst,
    /// Drives a vehicle of a movement.
    #[n(11)]
    Driver,
    /// Is protected; signs nothing, is asked and told.
    #[n(12)]
    Protected,
    /// Reads every joint statement and its proof; signs nothing.
    #[n(13)]
    Inspector,
}

impl Role {
    /// The word used in agreements, in their rules and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Node => "node",
            Self::Signatory => "signatory",
            Self::ConsentOfficer => "consent_officer",
            Self::WatchOfficer => "watch_officer",
            Self::ProtectionLead => "protection_lead",
            Self::JourneyManager => "journey_manager",
            Self::EscortLeader => "escort_leader",
            Self::DistrictCommand => "district_command",
            Self::CheckpointOfficer => "checkpoint_officer",
            Self::Analyst => "analyst",
            Self::Driver => "driver",
            Self::Protected => "protected",
            Self::Inspector => "inspector",
        }
    }
}
