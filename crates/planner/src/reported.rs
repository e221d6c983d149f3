//! What reported incidents add to the weights of a map's roads.
//!
//! Nobody's report overwrites another's: each incident raises the roads near it by a part of what
//! is still missing to certainty, as far as it is believed, as recent as it is, and as well as
//! its place is known. What was denied is believed less, what was taken back not at all.

use picture::grade::{Credibility, Grade, Reliability};
use picture::incident::{Incident, Relation};
use words::moment::Moment;
use words::place::Point;

use crate::terrain::Terrain;

/// How far from a road an incident still speaks of it: a block of a city.
pub const REACH_M: u32 = 500;

/// An incident of today, confirmed by a reliable source, takes this part of what is missing to
/// certainty, in millionths: three ambushes in ten become 65 in a hundred. A judgement, and a
/// file of weights overrides it.
pub const LIFT_PPM: u32 = 500_000;

/// After so many days an incident counts half: those who wait move on.
pub const HALVED_DAYS: i64 = 365;

/// An incident that counts less than this, in millionths, changes nothing: its place is known to
/// a city, or it is ten years old.
const COUNTS_PPM: u32 = 1_000;

const DAY_MS: i64 = 86_400_000;

const ONE: u64 = 1_000_000;

/// How much an incident counts at a moment, in millionths of a certain one of today in this block.
pub fn counts(incident: &Incident, now: Moment) -> u32 {
    let place = u64::from(incident.precision_km.max(1)) * 1_000;
    let reach = u64::from(REACH_M);
    // Of all places where it may have been, the part within reach.
    let near = if incident.precision_km == 0 { ONE } else { ONE * reach * reach / (place * place) };
    let counted = u64::from(believed(incident)) * near.min(ONE) / ONE;
    let old = now.ms_since(incident.date).max(0) / DAY_MS;
    let halvings = u32::try_from(old / HALVED_DAYS).unwrap_or(u32::MAX);
    let rest = u64::try_from(old % HALVED_DAYS).unwrap_or(0);
    let year = u64::try_from(HALVED_DAYS).unwrap_or(1);
    // Between two halvings in a straight line: nobody knows it better.
    let whole = counted.checked_shr(halvings).unwrap_or(0);
    let counted = whole - whole / 2 * rest / year;
    u32::try_from(counted).unwrap_or(0)
}

// How far what is claimed is believed: the best claim for it, less the best one against it.
// Whoever takes back says that nothing it claimed stands.
fn believed(incident: &Incident) -> u32 {
    let claims = &incident.claims;
    let takes_back = |by: &str| {
        claims.iter().any(|claim| claim.relation == Relation::Retracts && claim.by == by)
    };
    let best = |relations: &[Relation]| {
        let stand = claims.iter().filter(|claim| relations.contains(&claim.relation));
        stand.filter(|claim| !takes_back(&claim.by)).map(|claim| trust(claim.grade)).max()
    };
    let stated = best(&[Relation::Asserts, Relation::Corrects]);
    // An import without claims is a report that nobody has graded.
    let taken_back = claims.iter().any(|claim| claim.relation == Relation::Retracts);
    let ungraded = if taken_back { 0 } else { trust(Grade::UNJUDGED) };
    let stated = stated.unwrap_or(ungraded);
    stated.saturating_sub(best(&[Relation::Denies]).unwrap_or(0) / 2)
}

// The two halves of a grade, each in fifths; what cannot be judged counts half.
fn trust(grade: Grade) -> u32 {
    let source = match grade.reliability {
        Reliability::A => 1_000,
        Reliability::B => 800,
        Reliability::C => 600,
        Reliability::D => 400,
        Reliability::E => 200,
        Reliability::F => 500,
    };
    let said = match grade.credibility {
        Credibility::Confirmed => 1_000,
        Credibility::Probable => 800,
        Credibility::Possible => 600,
        Credibility::Doubtful => 400,
        Credibility::Improbable => 100,
        Credibility::Unjudged => 500,
    };
    source * said
}

/// Raises the weights of roads near incidents, and says how many incidents raised any.
pub fn raise(
    terrain: &Terrain,
    weights: &mut [u32],
    (incidents, now): (&[Incident], Moment),
) -> u32 {
    let mut raised = 0;
    for incident in incidents {
        let counts = u64::from(counts(incident, now)) * u64::from(LIFT_PPM) / ONE;
        if counts < u64::from(COUNTS_PPM) {
            continue;
        }
        let roads = terrain.within(incident.point, spread(incident));
        raised += u32::from(!roads.is_empty());
        for road in roads {
            let slot = usize::try_from(road).ok().and_then(|road| weights.get_mut(road));
            let Some(weight) = slot else { continue };
            let missing = ONE.saturating_sub(u64::from(*weight));
            let more = u32::try_from(missing * counts / ONE).unwrap_or(0);
            *weight = weight.saturating_add(more);
        }
    }
    raised
}

// Wherever it may have been.
fn spread(incident: &Incident) -> u32 {
    REACH_M.max(incident.precision_km.saturating_mul(1_000))
}

/// A rectangle around a point that holds everything within so many metres.
pub(crate) fn around(at: Point, metres: u32) -> Option<[Point; 2]> {
    // A degree of latitude has at least 110,500 metres.
    let lat_e7 = i64::from(metres) * 10_000_000 / 110_500 + 1;
    let squeeze = road::measure::cosine(at.lat_e7()).max(0.01);
    let lon = f64::from(metres) / 110_500.0 / squeeze;
    let lat = f64::from(i32::try_from(lat_e7).ok()?) / 1e7;
    let corner = |sign: f64| {
        let clamped = (at.lat() + sign * lat).clamp(-90.0, 90.0);
        Point::from_degrees(clamped, (at.lon() + sign * lon).clamp(-180.0, 180.0))
    };
    Some([corner(-1.0)?, corner(1.0)?])
}
