//! What the watch must know of units, movements and duties.

use minicbor::{Decode, Encode};
use words::id::{MovementId, SiteId, UnitId, ZoneId};
use words::moment::Moment;
use words::place::{Area, Point};

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum UnitKind {
    /// A person under protection; the only kind that a headcount counts.
    #[n(0)]
    Protected,
    /// One of the guest's own guards or officers.
    #[n(1)]
    GuestPersonnel,
    /// One of the host's guards or officers.
    #[n(2)]
    HostPersonnel,
    /// A vehicle with a tracker.
    #[n(3)]
    Vehicle,
}

/// An enrolled unit.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct UnitInfo {
    /// Its pseudonym.
    #[n(0)]
    pub unit: UnitId,
    /// What it is.
    #[n(1)]
    pub kind: UnitKind,
    /// What officers call it on the radio.
    #[n(2)]
    pub label: String,
}

/// A movement as the watch sees it: who, along what, when to be heard of.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Track {
    /// The movement.
    #[n(0)]
    pub movement: MovementId,
    /// Its units. The first leads: alarms about the whole movement are raised for it.
    #[n(1)]
    pub units: Vec<UnitId>,
    /// The middle line of the corridor; empty while no route is disclosed to this node.
    /// Bends no further apart than 20 km, for the line between two is drawn straight.
    #[n(2)]
    pub corridor: Vec<Point>,
    /// How far from the line is still inside, in metres.
    #[n(3)]
    pub corridor_m: u32,
    /// Where and by when the movement checks in.
    #[n(4)]
    pub check_ins: Vec<(SiteId, Point, Moment)>,
    /// By when it has arrived: the track is dropped, or no longer under way.
    #[n(5)]
    pub arrive_by: Moment,
    /// Only a movement under way can be late, silent or off its corridor.
    #[n(6)]
    pub under_way: bool,
}

impl Track {
    /// The unit that alarms about the whole movement are raised for.
    pub fn lead(&self) -> Option<&UnitId> {
        self.units.first()
    }
}

/// A guest's duty now: where one of its personnel may be.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Duty {
    /// Who.
    #[n(0)]
    pub unit: UnitId,
    /// Where the unit may be; without any it may be nowhere.
    #[n(1)]
    pub zones: Vec<(ZoneId, Area)>,
    /// Where it may not be, even inside its zones.
    #[n(2)]
    pub forbidden: Vec<(ZoneId, Area)>,
}

impl Duty {
    /// May the unit be here?
    pub fn allows(&self, point: Point) -> bool {
        let inside = |zones: &[(ZoneId, Area)]| zones.iter().any(|(_, area)| area.holds(point));
        inside(&self.zones) && !inside(&self.forbidden)
    }
}

/// Whose presence the host's consent is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Holder {
    /// One of the guest's personnel on duty.
    #[n(0)]
    Unit(#[n(0)] UnitId),
    /// A whole movement.
    #[n(1)]
    Movement(#[n(0)] MovementId),
}
