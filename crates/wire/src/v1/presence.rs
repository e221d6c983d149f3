//! Guest presence: deployments, leases of consent, task orders.

use crate::v1::UnixMs;

views! {
    /// A lease of consent.
    ConsentView {
        /// Its id.
        consent: String,
        /// `deployment` or `movement`.
        subject: String,
        /// Id of the deployment or movement.
        of: String,
        /// When it was granted.
        granted: UnixMs,
        /// When it ends unless renewed.
        until: UnixMs,
        /// When it was revoked, if it was.
        revoked: Option<UnixMs>,
        /// How many persons at most.
        headcount_max: u32,
        /// Does it hold at this moment?
        live: bool,
        /// Why not: `revoked`, `expired`, `rung-closed` or `host-not-heard`.
        reason: Option<String>,
    }

    /// A task order.
    TaskView {
        /// Its id.
        task: String,
        /// Below which deployment.
        deployment: String,
        /// Who, by pseudonym.
        units: Vec<String>,
        /// First moment.
        start: UnixMs,
        /// First moment after.
        end: UnixMs,
        /// When it began.
        started: Option<UnixMs>,
        /// When it ended.
        ended: Option<UnixMs>,
    }

    /// A deployment of guest personnel.
    DeploymentView {
        /// Its id.
        deployment: String,
        /// Under which agreement.
        agreement: String,
        /// `requested`, `granted`, `refused` or `ended`: its last lease is over.
        state: String,
        /// Why.
        purpose: String,
        /// Where.
        zone: String,
        /// Who.
        category: String,
        /// Doing what.
        task: String,
        /// On which rung of presence.
        rung: String,
        /// How armed at most.
        arms: String,
        /// How many persons were asked for.
        headcount: u32,
        /// How many vehicles.
        vehicles: u32,
        /// With which sensor; null if it has none.
        sensor: Option<String>,
        /// How high the sensor is at most, in metres above ground; null without one.
        altitude_m: Option<u32>,
        /// How many persons are present now.
        present: u32,
        /// First moment.
        start: UnixMs,
        /// First moment after.
        end: UnixMs,
        /// Its leases, newest first.
        consents: Vec<ConsentView>,
        /// Its task orders.
        tasks: Vec<TaskView>,
    }
}
