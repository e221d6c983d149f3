//! The background of a page: incidents by kind, with ranges of harm.

use std::collections::BTreeMap;

use words::moment::Moment;

use crate::incident::Incident;
use crate::range::Sum;

/// Counts over a set of incidents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Background {
    /// How many incidents.
    pub incidents: u32,
    /// The first day, if there is any incident.
    pub from: Option<Moment>,
    /// The last day.
    pub until: Option<Moment>,
    /// How many aimed at the guest's people.
    pub guest_targeted: u32,
    /// How many in each phase: `in_vehicle`, `on_foot`, `static_site`.
    pub phases: BTreeMap<String, u32>,
    /// How many in each province or territory.
    pub places: BTreeMap<String, u32>,
    /// How many on which sources contradict each other.
    pub conflicting: u32,
    /// How many where something points to an insider.
    pub insider: u32,
    /// How many where no source says whether there was an escort.
    pub escort_unknown: u32,
    /// Killed, attackers not counted.
    pub killed: Sum,
    /// Injured, attackers not counted.
    pub injured: Sum,
    /// Of the killed, the guest's people.
    pub guest_killed: Sum,
    /// Of the injured, the guest's people.
    pub guest_injured: Sum,
}

/// Counts and sums over incidents.
pub fn background(incidents: &[Incident]) -> Background {
    let exact = |number: Option<u32>| (number, number);
    Background {
        incidents: how_many(incidents, |_| true),
        from: incidents.iter().map(|it| it.date).min(),
        until: incidents.iter().map(|it| it.date).max(),
        guest_targeted: how_many(incidents, |it| it.guest_targeted),
        phases: by(incidents, |it| &it.phase),
        places: by(incidents, |it| &it.admin1),
        conflicting: how_many(incidents, |it| it.conflicting),
        insider: how_many(incidents, |it| !it.insider_factor.is_empty()),
        escort_unknown: how_many(incidents, |it| it.escort_present.is_none()),
        killed: Sum::of(incidents.iter().map(|it| it.killed)),
        injured: Sum::of(incidents.iter().map(|it| it.injured)),
        guest_killed: Sum::of(incidents.iter().map(|it| exact(it.guest_killed))),
        guest_injured: Sum::of(incidents.iter().map(|it| exact(it.guest_injured))),
    }
}

fn how_many(incidents: &[Incident], holds: impl Fn(&Incident) -> bool) -> u32 {
    incidents.iter().filter(|it| holds(it)).fold(0, |count: u32, _| count.saturating_add(1))
}

fn by(incidents: &[Incident], key: impl Fn(&Incident) -> &str) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for incident in incidents {
        let count: &mut u32 = counts.entry(key(incident).to_owned()).or_default();
        *count = count.saturating_add(1);
    }
    counts
}
