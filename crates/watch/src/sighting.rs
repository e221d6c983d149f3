//! A sighting: one report of where a unit is, whatever device it came from.

use minicbor::{Decode, Encode};
use words::id::UnitId;
use words::moment::Moment;
use words::place::Point;

/// Over which channel a sighting came. A channel says how far to trust it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Source {
    /// The `OwnTracks` app of an enrolled phone.
    #[n(0)]
    OwnTracks,
    /// The house's own page on a protected person's phone.
    #[n(1)]
    Me,
    /// The other party's node.
    #[n(2)]
    Peer,
    /// A text message; its sender can be forged, so it is a claim.
    #[n(3)]
    Sms,
    /// Written down by an officer who heard it on the radio.
    #[n(4)]
    Radio,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 5] = [Self::OwnTracks, Self::Me, Self::Peer, Self::Sms, Self::Radio];

    /// The word used in the API and in translation keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnTracks => "owntracks",
            Self::Me => "me",
            Self::Peer => "peer",
            Self::Sms => "sms",
            Self::Radio => "radio",
        }
    }

    /// The source of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }
}

/// One report of where a unit is.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Sighting {
    /// Who or what reports.
    #[n(0)]
    pub unit: UnitId,
    /// Where.
    #[n(1)]
    pub point: Point,
    /// When the device fixed the position, by its own clock.
    #[n(2)]
    pub at: Moment,
    /// When this node heard of it, by its own clock.
    #[n(3)]
    pub received: Moment,
    /// Radius in metres within which the device believes to be.
    #[n(4)]
    pub accuracy_m: Option<u32>,
    /// Speed in km/h.
    #[n(5)]
    pub speed_kmh: Option<u32>,
    /// Course over ground, 0 to 359 degrees from north.
    #[n(6)]
    pub course_deg: Option<u16>,
    /// Battery, 0 to 100 per cent.
    #[n(7)]
    pub battery_pct: Option<u8>,
    /// The channel.
    #[n(8)]
    pub source: Source,
    /// The person said "I am here" on purpose.
    #[n(9)]
    pub check_in: bool,
    /// A call for help.
    #[n(10)]
    pub sos: bool,
    /// A call for help that nobody near the device may notice.
    #[n(11)]
    pub duress: bool,
}
