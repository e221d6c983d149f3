//! An incident: what sources claim about it, contradictions kept.

use words::id::IncidentId;
use words::moment::Moment;
use words::place::Point;

use crate::grade::Grade;
use crate::range::{Range, is_open};

/// How a claim relates to what was claimed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Says that it is so.
    Asserts,
    /// Says that it is not so.
    Denies,
    /// The same source says it otherwise now.
    Corrects,
    /// The same source takes it back.
    Retracts,
}

impl Relation {
    /// The word used in the API and in translation keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asserts => "asserts",
            Self::Denies => "denies",
            Self::Corrects => "corrects",
            Self::Retracts => "retracts",
        }
    }
}

/// What one source says. Nobody's claim overwrites another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Asserted, denied, corrected or retracted.
    pub relation: Relation,
    /// Who says so; empty when the report names nobody.
    pub by: String,
    /// What is said, in the report's words.
    pub text: String,
    /// How far source and information are trusted.
    pub grade: Grade,
}

/// One incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its id; both parties share it and may keep different versions.
    pub incident: IncidentId,
    /// The day, at 00:00 UTC.
    pub date: Moment,
    /// Where, in words.
    pub place: String,
    /// The province or territory.
    pub admin1: String,
    /// Where, as well as it is known.
    pub point: Point,
    /// How well that is, rounded up to whole kilometres.
    pub precision_km: u32,
    /// Were the guest's people the target?
    pub guest_targeted: bool,
    /// What the victims were doing: `in_vehicle`, `on_foot`, `static_site`.
    pub phase: String,
    /// At what kind of place.
    pub node: String,
    /// With what.
    pub weapon: String,
    /// What sources say, in the order of the report.
    pub claims: Vec<Claim>,
    /// Do sources contradict each other?
    pub conflicting: bool,
    /// The contradiction or caveat in the report's words.
    pub doubt: String,
    /// Killed, attackers not counted.
    pub killed: Range,
    /// Injured, attackers not counted.
    pub injured: Range,
    /// Of the killed, the guest's people.
    pub guest_killed: Option<u32>,
    /// Of the injured, the guest's people.
    pub guest_injured: Option<u32>,
    /// Was there an escort, and whose; `None` when no source says.
    pub escort_present: Option<String>,
    /// Was the vehicle armoured; `None` when no source says.
    pub armour: Option<String>,
    /// What points to an insider; empty when nothing does.
    pub insider_factor: String,
    /// Where all this is from.
    pub sources: Vec<String>,
}

impl Incident {
    /// Do sources contradict each other, in words or in numbers?
    pub(crate) fn is_contradicted(&self) -> bool {
        // A caveat about the compiler's own memory is doubt, not a quarrel between sources.
        let quarrel = !self.doubt.is_empty() && !self.doubt.ends_with("from memory");
        quarrel || is_open(self.killed) || is_open(self.injured)
    }
}

/// An incident at its distance from a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// From the point to where the incident is held to have been, in metres.
    pub metres: f64,
}

/// The incidents that may have happened within `km` of a point, the nearest first. One whose
/// place is known only to 30 km is found from 30 km further away: it may have been here.
pub fn near(incidents: &[Incident], point: Point, km: u32) -> Vec<Near<'_>> {
    let measured = incidents.iter().map(|incident| {
        let metres = point.metres_to(incident.point);
        Near { incident, metres }
    });
    let mut found: Vec<_> = measured
        .filter(|it| it.metres <= (f64::from(km) + f64::from(it.incident.precision_km)) * 1_000.0)
        .collect();
    found.sort_by(|a, b| {
        a.metres.total_cmp(&b.metres).then_with(|| a.incident.incident.cmp(&b.incident.incident))
    });
    found
}
