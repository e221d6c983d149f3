//! When a lease gave authority: ends, suspensions, time to stand down.
//!
//! A lease says that the host consents. It does so under an agreement, and an agreement that has
//! ended or is suspended gives nobody authority, whatever its leases say.

use words::act::Scope;
use words::id::{AgreementId, UnitId, ZoneId};
use words::moment::Moment;
use words::presence::Category;
use words::role::Side;

use crate::cycle::Pause;
use crate::state::{Agreement, State};

/// From when to when; what is open has no end.
pub type Span = (Moment, Moment);

const NEVER: Moment = Moment::from_ms(i64::MAX);

impl State {
    /// The time to stand down in a zone, ms, if authority ended at that moment: the shortest that
    /// a text in force then leaves.
    pub fn stand_down_ms(&self, (top, zone): (&AgreementId, &ZoneId), at: Moment) -> i64 {
        let upper = self.agreements.get(top).and_then(|known| known.cycle.version_at(at));
        let lower = self.below(top).filter_map(|(_, known)| {
            let version = known.cycle.versions.iter().rfind(|version| version.from <= at)?;
            let about = version.about.as_ref().is_none_or(|zones| zones.contains(zone));
            (about && left(known).is_none_or(|left| at < left)).then_some(version)
        });
        let times = upper.into_iter().chain(lower).filter_map(|version| version.stand_down_ms);
        times.min().unwrap_or(0)
    }

    /// Every time in which an agreement, or what stands under it and speaks of the zone, gave no
    /// authority there to a category; to a movement, if none is named.
    pub fn pauses(
        &self,
        (top, zone): (&AgreementId, &ZoneId),
        category: Option<Category>,
    ) -> Vec<Span> {
        let reaches = |pause: &Pause| match &pause.scope {
            Scope::Whole => true,
            Scope::Zone(paused) => paused == zone,
            Scope::Category(paused) => Some(*paused) == category,
            Scope::Clause(_) | Scope::Person(_) => false,
        };
        let over = self.agreements.get(top).and_then(|known| known.cycle.ended.as_ref());
        let over = over.map(|ending| (ending.from, NEVER));
        over.into_iter().chain(self.paused((top, zone), reaches)).collect()
    }

    /// Every time in which somebody was suspended in person there.
    pub fn pauses_of(&self, place: (&AgreementId, &ZoneId), unit: &UnitId) -> Vec<Span> {
        self.paused(place, |pause| match &pause.scope {
            Scope::Person(person) => person.as_str() == unit.as_str(),
            Scope::Whole | Scope::Zone(_) | Scope::Category(_) | Scope::Clause(_) => false,
        })
    }

    fn paused(
        &self,
        (top, zone): (&AgreementId, &ZoneId),
        reaches: impl Fn(&Pause) -> bool,
    ) -> Vec<Span> {
        let about = |known: &Agreement| known.rules().is_some_and(|rules| rules.is_about(zone));
        let below = self.below(top).map(|(_, known)| known).filter(|known| about(known));
        let below = below.map(|known| (known, left(known).unwrap_or(NEVER)));
        let all = self.agreements.get(top).map(|known| (known, NEVER)).into_iter().chain(below);
        let mut spans = Vec::new();
        for (known, left) in all {
            let pauses = known.cycle.pauses.iter().filter(|pause| reaches(pause));
            let until = |pause: &Pause| pause.until.unwrap_or(NEVER).min(left);
            spans.extend(pauses.map(|pause| (pause.from, until(pause))));
        }
        spans
    }
}

// From when on the host has ended a lower text. One that the guest ended goes on to bind.
fn left(known: &Agreement) -> Option<Moment> {
    let over = known.cycle.ended.as_ref().filter(|ending| ending.side == Side::Host);
    over.map(|ending| ending.from)
}
