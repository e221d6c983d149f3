//! What an ambush on each road costs, from a text that people write.
//!
//! ```text
//! # how likely an ambush succeeds; a later line overrides an earlier one
//! every 0.3
//! class primary 0.2..0.4
//! way 24117 0.5
//! road star-gate-link 0.7
//! near 24.8607,67.0011 400 0.8
//! ```

use std::collections::BTreeMap;

use ambush::threat::Threat;
use ambush::trouble::Trouble;
use road::kind::Class;
use road::measure::Plane;
use road::overlay::point;
use thiserror::Error;
use words::place::Point;

use crate::no::No;
use crate::terrain::Terrain;

/// A text that people write; longer is a mistake.
pub const BYTES_MAX: usize = 1 << 20;

/// Lines of one text: each may look at every road.
pub const LINES_MAX: usize = 10_000;

/// Why weights or watched roads cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WeightsError {
    /// Too long a text.
    #[error("the text is longer than {BYTES_MAX} bytes or {LINES_MAX} lines")]
    TooLong,
    /// A line that says nothing known.
    #[error(
        "line {line}: `{text}` is none of `every N`, `class WORD N`, `way ID N`, `road REF N`, \
         `near LAT,LON METRES N`"
    )]
    Line {
        /// Which line, from 1.
        line: usize,
        /// What it says.
        text: String,
    },
    /// A number that is no weight.
    #[error("line {line}: {cause}")]
    Weight {
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
    /// A line that names roads that are not here.
    #[error("line {line}: `{text}` names no road here")]
    Nowhere {
        /// Which line, from 1.
        line: usize,
        /// What it says.
        text: String,
    },
}

/// Weights of all roads, in millionths: the network's own, changed by a text.
pub fn read(terrain: &Terrain, text: &str) -> Result<Vec<u32>, WeightsError> {
    let mut weights = terrain.weights();
    for (line, words) in lines(text)? {
        let shown = || words.join(" ");
        let unknown = || WeightsError::Line { line, text: shown() };
        let (number, what) = words.split_last().ok_or_else(unknown)?;
        let meant = match what {
            ["every"] => Some(Meant::Every),
            ["class", word] => Class::named(word).map(Meant::Class),
            ["way", id] => id.parse().ok().map(Meant::Way),
            ["road", reference] => {
                let nowhere = |_: No| WeightsError::Nowhere { line, text: shown() };
                Some(Meant::Road(terrain.road(reference).map_err(nowhere)?))
            }
            ["near", at, metres] => {
                let metres = metres.parse::<u32>().ok();
                point(at).zip(metres).map(|(at, metres)| Meant::Near(at, metres.into()))
            }
            _ => None,
        };
        let meant = meant.ok_or_else(unknown)?;
        let ppm = weight(number).map_err(|cause| WeightsError::Weight { line, cause })?;
        let mut any = false;
        for (road, slot) in (0_u32..).zip(&mut weights) {
            if meant.is(terrain, road) {
                *slot = ppm;
                any = true;
            }
        }
        if !any {
            return Err(WeightsError::Nowhere { line, text: shown() });
        }
    }
    Ok(weights)
}

/// How often each road was driven lately, by whoever may have watched: lines `REF TIMES`.
pub fn watched(terrain: &Terrain, text: &str) -> Result<Vec<(u32, u32)>, WeightsError> {
    let mut times: BTreeMap<u32, u32> = BTreeMap::new();
    for (line, words) in lines(text)? {
        let nowhere = || WeightsError::Nowhere { line, text: words.join(" ") };
        let (reference, count) = match words.as_slice() {
            [reference] => (*reference, Some(1)),
            [reference, count] => (*reference, count.parse().ok()),
            _ => ("", None),
        };
        let count: u32 = count.ok_or_else(|| {
            let cause = format!("`{}` is no `ROAD TIMES`", words.join(" "));
            WeightsError::Weight { line, cause }
        })?;
        let road = terrain.road(reference).ok().ok_or_else(nowhere)?;
        let slot = times.entry(road).or_default();
        *slot = slot.saturating_add(count);
    }
    Ok(times.into_iter().collect())
}

enum Meant {
    Every,
    Class(Class),
    Way(i64),
    Road(u32),
    Near(Point, f64),
}

impl Meant {
    fn is(&self, terrain: &Terrain, road: u32) -> bool {
        match self {
            Self::Every => true,
            Self::Class(class) => terrain.class(road) == class.word(),
            Self::Way(way) => terrain.way(road) == Some(*way),
            Self::Road(meant) => road == *meant,
            Self::Near(at, metres) => is_near(terrain, road, *at, *metres),
        }
    }
}

/// Does a road come within so many metres of a place?
pub(crate) fn is_near(terrain: &Terrain, road: u32, at: Point, metres: f64) -> bool {
    let plane = Plane::at(at);
    terrain.shape(road).iter().any(|point| {
        let [x, y] = plane.metres(*point);
        x * x + y * y <= metres * metres
    })
}

fn lines(text: &str) -> Result<Vec<(usize, Vec<&str>)>, WeightsError> {
    if text.len() > BYTES_MAX || text.lines().count() > LINES_MAX {
        return Err(WeightsError::TooLong);
    }
    // `#12` names a piece of road; anything else behind the mark is a remark.
    let remark = |line: &str| {
        let rest = line.trim_start().strip_prefix('#');
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let said = text.lines().zip(1_usize..).filter(|(line, _)| !remark(line));
    let said = said.map(|(line, number)| (number, line.split_whitespace().collect::<Vec<_>>()));
    Ok(said.filter(|(_, words)| !words.is_empty()).collect())
}

// A number, or a band `LOW..HIGH` whose upper end counts.
fn weight(text: &str) -> Result<u32, String> {
    let read = |text: &str| text.parse::<f64>().ok().ok_or(format!("`{text}` is no number"));
    let said = |trouble: Trouble| {
        if let Trouble::BadWeight { kind, .. } = trouble {
            return format!("the weight is {kind}: give a number from 0 to 1000");
        }
        "the band ends below its beginning".to_owned()
    };
    let threat = match text.split_once("..") {
        Some((low, high)) => Threat::of_bands(&[(read(low)?, read(high)?)]),
        None => Threat::of_chances(&[read(text)?]),
    };
    Ok(threat.map_err(said)?.weight(0))
}
