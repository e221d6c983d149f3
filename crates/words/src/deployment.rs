//! Acts of a deployment: request, consent lease, task order.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::clause::Sensor;
use crate::id::{AgreementId, ConsentId, DeploymentId, MovementId, TaskId, UnitId, ZoneId};
use crate::moment::{Moment, Window};
use crate::presence::{ArmsClass, Category, Purpose, Rung, Task};

/// What a guest asks to bring: the terms a consent is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Where.
    #[n(0)]
    pub zone: ZoneId,
    /// Who.
    #[n(1)]
    pub category: Category,
    /// Doing what.
    #[n(2)]
    pub task: Task,
    /// On which rung of presence.
    #[n(3)]
    pub rung: Rung,
    /// How armed at most.
    #[n(4)]
    pub arms: ArmsClass,
    /// How many persons.
    #[n(5)]
    pub headcount: u32,
    /// How many vehicles.
    #[n(6)]
    pub vehicles: u32,
    /// When.
    #[n(7)]
    pub window: Window,
    /// With which sensor: technical surveillance alone has one, and whoever consents to it
    /// consents to this sensor and no other.
    #[n(8)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensing: Option<Sensing>,
}

/// A sensor that is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Sensing {
    /// What.
    #[n(0)]
    pub sensor: Sensor,
    /// How high above ground at most, in metres; 0 for what does not fly.
    #[n(1)]
    pub altitude_m: u32,
}

/// Guest asks to deploy personnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct DeploymentRequested {
    /// The deployment.
    #[n(0)]
    pub deployment: DeploymentId,
    /// Under which agreement.
    #[n(1)]
    pub agreement: AgreementId,
    /// Why.
    #[n(2)]
    pub purpose: Purpose,
    /// What is asked.
    #[n(3)]
    pub terms: Terms,
}

/// What a consent is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A deployment, as requested.
    #[n(0)]
    Deployment(#[n(0)] DeploymentId),
    /// A movement, as submitted.
    #[n(1)]
    Movement(#[n(0)] MovementId),
}

/// Host grants a lease: it dies at `until` unless renewed, and at once when revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ConsentGranted {
    /// The lease.
    #[n(0)]
    pub consent: ConsentId,
    /// Of what.
    #[n(1)]
    pub subject: Subject,
    /// Until when, unless renewed.
    #[n(2)]
    pub until: Moment,
    /// Fewer persons than asked, if the host says so.
    #[n(3)]
    pub headcount_max: u32,
}

/// Host says no to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ConsentRefused {
    /// To what.
    #[n(0)]
    pub subject: Subject,
    /// Why, for people.
    #[n(1)]
    pub reason: String,
}

/// Host prolongs a live lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ConsentRenewed {
    /// Which lease.
    #[n(0)]
    pub consent: ConsentId,
    /// Its new end.
    #[n(1)]
    pub until: Moment,
}

/// Host takes consent back; needs nobody's agreement and beats any grant of the same thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct ConsentRevoked {
    /// Which lease.
    #[n(0)]
    pub consent: ConsentId,
    /// Why, for people.
    #[n(1)]
    pub reason: String,
}

/// Guest orders its people to a task within a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct TaskOrdered {
    /// The order.
    #[n(0)]
    pub task: TaskId,
    /// Below which deployment.
    #[n(1)]
    pub deployment: DeploymentId,
    /// Who, by pseudonym; each reports positions while on duty.
    #[n(2)]
    pub units: Vec<UnitId>,
    /// When.
    #[n(3)]
    pub window: Window,
}

/// Guest personnel begin: from now on they count as present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct TaskStarted {
    /// Which order.
    #[n(0)]
    pub task: TaskId,
}

/// Guest personnel have stood down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct TaskEnded {
    /// Which order.
    #[n(0)]
    pub task: TaskId,
    /// Why, for people.
    #[n(1)]
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::{Sensing, Terms};
    use crate::clause::Sensor;
    use crate::id::ZoneId;
    use crate::moment::{Moment, Window};
    use crate::presence::{ArmsClass, Category, Rung, Task};

    #[test]
    fn terms_without_a_sensor_are_the_bytes_that_they_always_were() {
        let terms = Terms {
            zone: ZoneId::new("airport").unwrap(),
            category: Category::Technical,
            task: Task::TechnicalSurveillance,
            rung: Rung::TechnicalFeed,
            arms: ArmsClass::Unarmed,
            headcount: 2,
            vehicles: 0,
            window: Window::new(Moment::from_ms(0), Moment::from_ms(1)).unwrap(),
            sensing: None,
        };
        let old = minicbor::to_vec(&terms).unwrap();
        assert_eq!(old.first(), Some(&0xa8), "a map of eight members");
        assert_eq!(minicbor::decode::<Terms>(&old).unwrap(), terms);
        let sensing = Some(Sensing { sensor: Sensor::FixedCamera, altitude_m: 0 });
        let terms = Terms { sensing, ..terms };
        let new = minicbor::to_vec(&terms).unwrap();
        assert_eq!(new.first(), Some(&0xa9));
        assert_eq!(minicbor::decode::<Terms>(&new).unwrap(), terms);
    }
}
