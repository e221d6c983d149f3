//! Tags → what a way is to somebody who drives, or that nobody drives it.

use crate::kind::{Access, Barrier, Class, Surface, flag};
use pbf::block::Tags;

/// No road is signed faster; a larger number is a slip of the pen.
pub const KMH_MAX: u8 = 150;

/// What a way is to somebody who drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Driven {
    /// What it is built for.
    pub class: Class,
    /// What wheels run on.
    pub surface: Surface,
    /// Who may drive it.
    pub access: Access,
    /// Bits of [`flag`].
    pub flags: u16,
    /// How fast, forward and backward, in kilometres an hour, at least 1.
    pub kmh: [u8; 2],
}

/// Keys that say who may drive, the most particular first.
const ACCESS_KEYS: [&str; 4] = ["motorcar", "motor_vehicle", "vehicle", "access"];

/// The same for a restriction that excepts some vehicles.
pub const VEHICLES: [&str; 3] = ["motorcar", "motor_vehicle", "vehicle"];

/// How fast a convoy of cars goes where no sign says it, in kilometres an hour.
///
/// These are means over a journey with free roads, turns and lights included, and not what is
/// allowed. They follow the order of magnitude of OSRM's and Valhalla's defaults for cars, cut
/// where a Pakistani city is slower than a German one: a trunk road through Karachi has
/// crossings, and a residential street is shared with people on foot. They are ours to correct
/// by what convoys really took: an overlay's `pace` does it without a new import.
pub const fn kmh_of(class: Class) -> u8 {
    match class {
        Class::Motorway => 95,
        Class::Trunk => 70,
        Class::Primary => 55,
        Class::Secondary => 50,
        Class::MotorwayLink | Class::TrunkLink => 45,
        Class::PrimaryLink | Class::Tertiary => 40,
        Class::SecondaryLink => 35,
        Class::TertiaryLink | Class::Unclassified => 30,
        Class::Residential => 25,
        Class::Service | Class::Track => 15,
        Class::LivingStreet => 10,
    }
}

/// What a way is to somebody who drives; `None` if nobody drives it.
pub fn driven(tags: Tags<'_>) -> Option<Driven> {
    let class = class(tags)?;
    if tags.is("area", &["yes"]) || tags.is("impassable", &["yes"]) {
        return None;
    }
    let access = access(tags)?;
    let surface = surface(tags);
    let flags = directions(tags, class)? | features(tags);
    Some(Driven { class, surface, access, flags, kmh: speeds(tags, class, surface) })
}

fn class(tags: Tags<'_>) -> Option<Class> {
    let highway = tags.get("highway")?;
    match highway {
        "road" => Some(Class::Unclassified),
        _ => Class::named(highway),
    }
}

// The most particular key decides, as the map's makers agreed.
fn access(tags: Tags<'_>) -> Option<Access> {
    let said = ACCESS_KEYS.iter().find_map(|key| tags.get(key));
    match said {
        Some("no" | "agricultural" | "forestry" | "agricultural;forestry" | "emergency") => None,
        Some("private" | "military" | "permit" | "residents") => Some(Access::Private),
        Some("destination" | "customers" | "delivery") => Some(Access::Destination),
        // `yes`, `permissive`, `designated`, and words that nobody defined; or nothing is said.
        Some(_) | None => Some(Access::Open),
    }
}

fn surface(tags: Tags<'_>) -> Surface {
    if tags.is("smoothness", &["very_bad", "horrible", "very_horrible", "impassable"]) {
        return Surface::Rough;
    }
    match tags.get("surface") {
        Some(
            "paved" | "asphalt" | "concrete" | "concrete:plates" | "concrete:lanes"
            | "paving_stones" | "sett" | "cobblestone" | "bricks" | "metal" | "wood" | "chipseal",
        ) => Surface::Paved,
        Some("compacted" | "fine_gravel" | "pebblestone") => Surface::Compacted,
        Some("unpaved" | "gravel" | "ground" | "dirt" | "earth" | "grass" | "grass_paver") => {
            Surface::Unpaved
        }
        Some("sand" | "mud" | "rock" | "stone") => Surface::Rough,
        Some(_) | None => match tags.get("tracktype") {
            Some("grade1") => Surface::Paved,
            Some("grade2") => Surface::Compacted,
            Some("grade3" | "grade4") => Surface::Unpaved,
            Some("grade5") => Surface::Rough,
            Some(_) | None => Surface::Unknown,
        },
    }
}

fn directions(tags: Tags<'_>, class: Class) -> Option<u16> {
    let round = tags.is("junction", &["roundabout", "circular"]);
    let said = tags.get("oneway:motor_vehicle").or_else(|| tags.get("oneway"));
    match said {
        Some("yes" | "1" | "true") => Some(flag::FORWARD),
        Some("-1" | "reverse") => Some(flag::BACKWARD),
        // Its direction changes with the hour, and the file does not say when.
        Some("reversible" | "alternating") => None,
        Some("no" | "0" | "false") => Some(flag::BOTH),
        Some(_) | None if round || class == Class::Motorway => Some(flag::FORWARD),
        Some(_) | None => Some(flag::BOTH),
    }
}

fn features(tags: Tags<'_>) -> u16 {
    let has = |key| tags.get(key).is_some_and(|value| value != "no");
    [
        (has("bridge"), flag::BRIDGE),
        (has("tunnel"), flag::TUNNEL),
        (tags.is("junction", &["roundabout", "circular"]), flag::ROUNDABOUT),
        (has("ford"), flag::FORD),
        (has("toll"), flag::TOLL),
    ]
    .iter()
    .filter(|(has, _)| *has)
    .fold(0, |flags, (_, bit)| flags | bit)
}

// A sign is a ceiling. It is driven at nine tenths of it, because a convoy stops and turns.
fn speeds(tags: Tags<'_>, class: Class, surface: Surface) -> [u8; 2] {
    let bound = match surface {
        Surface::Unknown | Surface::Paved => KMH_MAX,
        Surface::Compacted => 50,
        Surface::Unpaved => 30,
        Surface::Rough => 12,
    };
    let signed = tags.get("maxspeed").and_then(kmh);
    ["maxspeed:forward", "maxspeed:backward"].map(|key| {
        let signed = tags.get(key).and_then(kmh).or(signed);
        let usual = signed.map_or_else(|| u16::from(kmh_of(class)), |kmh| u16::from(kmh) * 9 / 10);
        u8::try_from(usual).unwrap_or(KMH_MAX).min(bound).max(1)
    })
}

/// A sign's number in kilometres an hour: `50`, `30 mph`, `walk`; `None` if it says no number.
fn kmh(text: &str) -> Option<u8> {
    let text = text.split(';').next().unwrap_or_default().trim();
    if text == "walk" {
        return Some(6);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u32 = number.parse().ok()?;
    let kmh = match unit.trim() {
        "" | "km/h" | "kmh" | "kph" => number,
        "mph" => number.checked_mul(1609)? / 1000,
        _ => return None,
    };
    u8::try_from(kmh).ok().filter(|kmh| (1..=KMH_MAX).contains(kmh))
}

/// What a node puts into the way of a vehicle.
pub fn barrier(tags: Tags<'_>) -> Barrier {
    let Some(kind) = tags.get("barrier") else { return Barrier::Nothing };
    let said = ACCESS_KEYS.iter().find_map(|key| tags.get(key));
    let gate = match said {
        Some("no") => Barrier::Block,
        Some("private" | "military" | "permit" | "residents") => Barrier::Private,
        Some(_) | None => Barrier::Gate,
    };
    match kind {
        "toll_booth" => Barrier::Toll,
        "border_control" => Barrier::Control,
        "bollard"
        | "block"
        | "jersey_barrier"
        | "cycle_barrier"
        | "log"
        | "debris"
        | "chain"
        | "turnstile"
        | "stile"
        | "kissing_gate"
        | "full-height_turnstile"
        | "wall"
        | "fence"
        | "hampshire_gate"
        | "bus_trap"
        | "planter"
        | "stone"
        | "motorcycle_barrier"
        | "horse_stile"
        | "sump_buster" => match said {
            Some("yes" | "permissive" | "designated" | "destination") => Barrier::Gate,
            Some("private" | "military" | "permit" | "residents") => Barrier::Private,
            Some(_) | None => Barrier::Block,
        },
        "entrance" | "cattle_grid" | "kerb" | "height_restrictor" | "no" => match gate {
            Barrier::Gate => Barrier::Nothing,
            Barrier::Nothing
            | Barrier::Private
            | Barrier::Block
            | Barrier::Toll
            | Barrier::Control => gate,
        },
        _ => gate,
    }
}

#[cfg(test)]
mod tests {
    use super::{barrier, driven, kmh};
    use crate::kind::Barrier;
    use pbf::block::Tags;

    // `key=value` words → what is driven, in words.
    fn says(text: &str) -> String {
        let pairs: Vec<_> = text
            .split_whitespace()
            .filter_map(|tag| tag.split_once('='))
            .map(|(key, value)| (key.as_bytes(), value.as_bytes()))
            .collect();
        let tags = Tags(&pairs);
        match driven(tags) {
            None if barrier(tags) != Barrier::Nothing => barrier(tags).word().to_owned(),
            None => "not driven".to_owned(),
            Some(it) => {
                let [there, back] = it.kmh;
                let (access, surface) = (it.access.word(), it.surface.word());
                format!("{} {access} {surface} {:b} {there}/{back}", it.class.word(), it.flags)
            }
        }
    }

    #[test]
    fn tags_say_who_drives_where_how_fast() {
        for (tags, answer) in [
            ("highway=primary", "primary open unknown 11 55/55"),
            ("highway=primary oneway=yes maxspeed=60", "primary open unknown 1 54/54"),
            ("highway=primary oneway=-1", "primary open unknown 10 55/55"),
            ("highway=motorway", "motorway open unknown 1 95/95"),
            ("highway=motorway oneway=no", "motorway open unknown 11 95/95"),
            ("highway=tertiary junction=roundabout", "tertiary open unknown 10001 40/40"),
            ("highway=trunk bridge=yes", "trunk open unknown 111 70/70"),
            ("highway=trunk tunnel=yes bridge=no", "trunk open unknown 1011 70/70"),
            ("highway=track surface=sand", "track open rough 11 12/12"),
            ("highway=primary surface=gravel maxspeed=80", "primary open unpaved 11 30/30"),
            ("highway=primary maxspeed:forward=50", "primary open unknown 11 45/55"),
            ("highway=service access=private", "service private unknown 11 15/15"),
            ("highway=service access=no motorcar=yes", "service open unknown 11 15/15"),
            (
                "highway=residential motor_vehicle=destination",
                "residential destination unknown 11 25/25",
            ),
            ("highway=residential access=no", "not driven"),
            ("highway=primary oneway=reversible", "not driven"),
            ("highway=footway", "not driven"),
            ("highway=construction", "not driven"),
            ("barrier=bollard", "block"),
            ("barrier=bollard motor_vehicle=yes", "gate"),
            ("barrier=gate", "gate"),
            ("barrier=gate access=private", "private"),
            ("barrier=gate access=no", "block"),
            ("barrier=cattle_grid", "not driven"),
            ("barrier=toll_booth", "toll"),
        ] {
            assert_eq!(says(tags), answer, "{tags}");
        }
    }

    #[test]
    fn a_sign_is_read_or_ignored() {
        let read =
            ["50", "30 mph", "walk", "80;60", "none", "", "999", "0", "50 knots", "4294967296"];
        let answers = read.map(kmh);
        let expected = [Some(50), Some(48), Some(6), Some(80), None, None, None, None, None, None];
        assert_eq!(answers, expected);
    }
}
