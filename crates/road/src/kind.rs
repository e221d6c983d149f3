//! What a road is like: class, surface, access, what stands in it.

macro_rules! numbered {
    ($(#[$about:meta])* $name:ident {
        $($(#[$of:meta])* $variant:ident = $number:literal, $word:literal,)+
    }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$of])* $variant,)+
        }

        impl $name {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its number in a file.
            pub const fn number(self) -> u8 {
                match self {
                    $(Self::$variant => $number,)+
                }
            }

            /// Its word in a file that people write.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The one of a number.
            pub fn of(number: u8) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.number() == number)
            }

            /// The one of a word.
            pub fn named(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.word() == word)
            }
        }
    };
}

numbered! {
    /// What a road is built for: OpenStreetMap's `highway`.
    Class {
        /// A motorway: one direction each, no crossings.
        Motorway = 0, "motorway",
        /// A ramp of a motorway.
        MotorwayLink = 1, "motorway_link",
        /// A trunk road.
        Trunk = 2, "trunk",
        /// A ramp of a trunk road.
        TrunkLink = 3, "trunk_link",
        /// A primary road.
        Primary = 4, "primary",
        /// A ramp of a primary road.
        PrimaryLink = 5, "primary_link",
        /// A secondary road.
        Secondary = 6, "secondary",
        /// A ramp of a secondary road.
        SecondaryLink = 7, "secondary_link",
        /// A tertiary road.
        Tertiary = 8, "tertiary",
        /// A ramp of a tertiary road.
        TertiaryLink = 9, "tertiary_link",
        /// A minor road that leads somewhere; also `road`, whose kind nobody has said.
        Unclassified = 10, "unclassified",
        /// A street that people live in.
        Residential = 11, "residential",
        /// A street where people on foot go first.
        LivingStreet = 12, "living_street",
        /// Access to a building, a car park, a yard.
        Service = 13, "service",
        /// A track of fields and forests.
        Track = 14, "track",
    }
}

numbered! {
    /// What wheels run on.
    Surface {
        /// Nobody has said.
        Unknown = 0, "unknown",
        /// Asphalt, concrete, stones that were laid.
        Paved = 1, "paved",
        /// Gravel or earth that was pressed together.
        Compacted = 2, "compacted",
        /// Earth, loose gravel, grass.
        Unpaved = 3, "unpaved",
        /// Sand, mud, rock: four driven wheels, at walking pace.
        Rough = 4, "rough",
    }
}

numbered! {
    /// Who may drive a road.
    Access {
        /// Everybody.
        Open = 0, "open",
        /// Whoever has business there.
        Destination = 1, "destination",
        /// Whoever its owner lets in.
        Private = 2, "private",
    }
}

numbered! {
    /// What stands in a junction.
    Barrier {
        /// Nothing.
        Nothing = 0, "nothing",
        /// Something that opens for everybody: a gate, a lift gate.
        Gate = 1, "gate",
        /// A gate that opens for whoever is let in.
        Private = 2, "private",
        /// What no vehicle passes: bollards, blocks.
        Block = 3, "block",
        /// A toll booth.
        Toll = 4, "toll",
        /// A border control.
        Control = 5, "control",
    }
}

/// How many classes there are.
pub const CLASSES: usize = Class::ALL.len();

/// Yes or no of a segment, as bits of [`crate::roads::Segment::flags`].
pub mod flag {
    /// It may be driven from its first point to its last.
    pub const FORWARD: u16 = 1;
    /// It may be driven from its last point to its first.
    pub const BACKWARD: u16 = 1 << 1;
    /// It is a bridge.
    pub const BRIDGE: u16 = 1 << 2;
    /// It is a tunnel.
    pub const TUNNEL: u16 = 1 << 3;
    /// It is a part of a roundabout.
    pub const ROUNDABOUT: u16 = 1 << 4;
    /// It goes through water.
    pub const FORD: u16 = 1 << 5;
    /// A toll is paid on it.
    pub const TOLL: u16 = 1 << 6;
    /// It was added by an overlay.
    pub const ADDED: u16 = 1 << 7;
    /// Both directions.
    pub const BOTH: u16 = FORWARD | BACKWARD;
    /// All of them: a file with another bit is of a later version.
    pub const ALL: u16 = (1 << 8) - 1;
}
