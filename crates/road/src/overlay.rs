//! What parties know of roads beside the map: closures, speeds, tracks.
//!
//! A text of one change a line, in one canonical form, so that two parties compare a hash: see
//! `docs/formats/roads.md`.

use std::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;
use words::moment::{Moment, Window};
use words::place::Point;

use crate::kind::{Class, Surface};
use crate::pace::{HOURS, Pace};
use crate::tags::KMH_MAX;

/// The first line.
pub const HEADING: &str = "safeconduct overlay 1";

/// What people change by hand: ten thousand lines are a year of closures of a province.
pub const CHANGES_MAX: usize = 10_000;

/// Corners of a track of one's own.
pub const POINTS_MAX: usize = 1_000;

/// A remark is a sentence.
pub const TEXT_CHARS_MAX: usize = 200;

/// In which direction of its way a road is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Both.
    Both,
    /// As the way is drawn.
    Forward,
    /// Against it.
    Backward,
}

/// Which road is meant: a way of the map, all of it or the piece nearest to a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Which {
    /// The way.
    pub way: i64,
    /// The piece of it that is nearest to this point; all of it, if none is said.
    pub near: Option<Point>,
    /// In which direction.
    pub direction: Direction,
}

/// What is changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// A road of our own, between its points; it meets the roads that are there at both ends.
    Add {
        /// Its number among our own roads.
        id: u32,
        /// Its points, two or more.
        points: Vec<Point>,
        /// In which direction of its points it is driven.
        direction: Direction,
        /// What it is like.
        class: Class,
        /// What wheels run on.
        surface: Surface,
        /// How fast, in kilometres an hour.
        kmh: u8,
        /// What it is called.
        name: String,
    },
    /// Nobody passes a junction: what stands there stops everybody.
    Block {
        /// The junction is the one nearest to this point.
        at: Point,
    },
    /// Nobody drives a road.
    Close {
        /// Which.
        which: Which,
    },
    /// A barrier lets us through.
    Lift {
        /// The junction is the one nearest to this point that has a barrier.
        at: Point,
    },
    /// A private road lets us through.
    Open {
        /// Which.
        which: Which,
    },
    /// Roads of a class are slower or faster at an hour.
    Pace {
        /// Of which class.
        class: Class,
        /// At which hour.
        hour: u8,
        /// By which factor.
        per_mille: u16,
    },
    /// A road is driven at another speed.
    Speed {
        /// Which.
        which: Which,
        /// How fast, in kilometres an hour.
        kmh: u8,
    },
}

/// A change, from when until when, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// What is changed.
    pub deed: Deed,
    /// When it holds; always, if nothing is said.
    pub window: Option<Window>,
    /// Why, for people.
    pub why: String,
}

/// Changes, sorted, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlay {
    changes: Vec<Change>,
}

/// Why an overlay cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OverlayError {
    /// It is something else.
    #[error("it is no overlay: its first line is not `{HEADING}`")]
    Heading,
    /// A line cannot be read.
    #[error("line {line}: {what}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// There are too many.
    #[error("it has more than {CHANGES_MAX} changes")]
    TooMany,
}

impl Overlay {
    /// The overlay of these changes.
    pub fn of(mut changes: Vec<Change>) -> Self {
        changes.sort();
        changes.dedup();
        Self { changes }
    }

    /// Its changes, in their order.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Those that hold at a moment.
    pub fn at(&self, moment: Moment) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |it| it.window.is_none_or(|window| window.holds(moment)))
    }

    /// The factors that hold at a moment.
    pub fn pace(&self, moment: Moment) -> Pace {
        let mut pace = Pace::default();
        for change in self.at(moment) {
            if let Deed::Pace { class, hour, per_mille } = change.deed {
                pace.set(class, hour, per_mille);
            }
        }
        pace
    }

    /// The hash that two parties compare: SHA-256 of the canonical text.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.to_string()).into()
    }

    /// Reads a text. Lines may stand in any order, lines that begin with `#` are remarks; what it
    /// says is what [`Overlay::to_string`] writes.
    pub fn parse(text: &str) -> Result<Self, OverlayError> {
        let mut lines = text.lines().zip(1..).map(|(line, number)| (line.trim(), number));
        let heading = lines.by_ref().find(|(line, _)| !is_remark(line)).map(|(line, _)| line);
        if heading != Some(HEADING) {
            return Err(OverlayError::Heading);
        }
        let mut changes = Vec::new();
        for (line, number) in lines.filter(|(line, _)| !is_remark(line)) {
            let change = change(line);
            changes.push(change.map_err(|what| OverlayError::Line { line: number, what })?);
            if changes.len() > CHANGES_MAX {
                return Err(OverlayError::TooMany);
            }
        }
        Ok(Self::of(changes))
    }
}

fn is_remark(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

impl fmt::Display for Overlay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{HEADING}")?;
        self.changes.iter().try_for_each(|change| writeln!(out, "{change}"))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.deed {
            Deed::Add { id, points, direction, class, surface, kmh, name } => {
                write!(out, "add id={id} class={} surface={}", class.word(), surface.word())?;
                write!(out, " kmh={kmh} direction={} points=", direction.word())?;
                for (number, point) in points.iter().enumerate() {
                    out.write_str(if number > 0 { ";" } else { "" })?;
                    degrees(out, *point)?;
                }
                if !name.is_empty() {
                    write!(out, " name=\"{name}\"")?;
                }
            }
            Deed::Block { at } => spot(out, "block", *at)?,
            Deed::Lift { at } => spot(out, "lift", *at)?,
            Deed::Close { which } => write!(out, "close {which}")?,
            Deed::Open { which } => write!(out, "open {which}")?,
            Deed::Speed { which, kmh } => write!(out, "speed {which} kmh={kmh}")?,
            Deed::Pace { class, hour, per_mille } => {
                write!(out, "pace class={} hour={hour} permille={per_mille}", class.word())?;
            }
        }
        if let Some(window) = self.window {
            write!(out, " from={} until={}", window.start(), window.end())?;
        }
        if !self.why.is_empty() {
            write!(out, " why=\"{}\"", self.why)?;
        }
        Ok(())
    }
}

fn spot(out: &mut fmt::Formatter<'_>, verb: &str, at: Point) -> fmt::Result {
    write!(out, "{verb} at=")?;
    degrees(out, at)
}

impl fmt::Display for Which {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "way={}", self.way)?;
        if let Some(near) = self.near {
            out.write_str(" near=")?;
            degrees(out, near)?;
        }
        write!(out, " direction={}", self.direction.word())
    }
}

impl Direction {
    const ALL: [Self; 3] = [Self::Both, Self::Forward, Self::Backward];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Forward => "forward",
            Self::Backward => "backward",
        }
    }
}

// All seven digits: one form.
fn degrees(out: &mut fmt::Formatter<'_>, point: Point) -> fmt::Result {
    for (number, e7) in [point.lat_e7(), point.lon_e7()].into_iter().enumerate() {
        let (sign, size) = (if e7 < 0 { "-" } else { "" }, e7.unsigned_abs());
        out.write_str(if number > 0 { "," } else { "" })?;
        write!(out, "{sign}{}.{:07}", size / 10_000_000, size % 10_000_000)?;
    }
    Ok(())
}

/// A point from a text such as `24.8607,67.0011`: decimal degrees, latitude first, read without
/// rounding; `None` for more than seven digits after the point.
pub fn point(text: &str) -> Option<Point> {
    let (lat, lon) = text.split_once(',')?;
    Point::new(e7(lat.trim())?, e7(lon.trim())?)
}

fn e7(text: &str) -> Option<i32> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if !digits(whole) || !digits(part) || whole.len() > 3 || part.len() > 7 {
        return None;
    }
    let scale = 10_i32.checked_pow(7 - u32::try_from(part.len()).ok()?)?;
    let size = whole.parse::<i32>().ok()?.checked_mul(10_000_000)?;
    let size = size.checked_add(part.parse::<i32>().ok()?.checked_mul(scale)?)?;
    Some(if negative { -size } else { size })
}

// A line: a verb, then `key=value`, each key once.
struct Line<'a> {
    pairs: Vec<(&'a str, &'a str)>,
}

fn change(line: &str) -> Result<Change, String> {
    let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let mut line = Line::of(rest)?;
    let deed = match verb {
        "add" => line.add()?,
        "block" => Deed::Block { at: line.place("at")? },
        "lift" => Deed::Lift { at: line.place("at")? },
        "close" => Deed::Close { which: line.which()? },
        "open" => Deed::Open { which: line.which()? },
        "speed" => Deed::Speed { which: line.which()?, kmh: line.kmh()? },
        "pace" => line.pace()?,
        _ => return Err(format!("`{}` is no change", shortened(verb))),
    };
    let window = line.window()?;
    let why = line.text("why")?;
    match line.pairs.first() {
        Some((key, _)) => Err(format!("`{verb}` takes no `{}`", shortened(key))),
        None => Ok(Change { deed, window, why }),
    }
}

fn shortened(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(40).collect()
}

impl<'a> Line<'a> {
    fn of(mut rest: &'a str) -> Result<Self, String> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return Ok(Self { pairs });
            }
            let (key, after) = rest.split_once('=').ok_or("a value without `=`")?;
            let quoted = after.strip_prefix('"').and_then(|after| after.split_once('"'));
            let (value, after) = match quoted {
                Some(quoted) => quoted,
                None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            };
            if pairs.iter().any(|(other, _)| *other == key) {
                return Err(format!("`{}` is said twice", shortened(key)));
            }
            pairs.push((key, value));
            rest = after;
        }
    }

    fn take(&mut self, key: &str) -> Option<&'a str> {
        let at = self.pairs.iter().position(|(other, _)| *other == key)?;
        Some(self.pairs.remove(at).1)
    }

    fn read<T>(&mut self, key: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        let text = self.take(key).ok_or_else(|| format!("`{key}` is missing"))?;
        read(text).ok_or_else(|| format!("`{}` is no `{key}`", shortened(text)))
    }

    fn place(&mut self, key: &str) -> Result<Point, String> {
        self.read(key, point)
    }

    fn kmh(&mut self) -> Result<u8, String> {
        self.read("kmh", |text| text.parse().ok().filter(|kmh| (1..=KMH_MAX).contains(kmh)))
    }

    fn direction(&mut self) -> Result<Direction, String> {
        let Some(text) = self.take("direction") else { return Ok(Direction::Both) };
        let named = Direction::ALL.into_iter().find(|direction| direction.word() == text);
        named.ok_or_else(|| format!("`{}` is no direction", shortened(text)))
    }

    fn which(&mut self) -> Result<Which, String> {
        let way = self.read("way", |text| text.parse().ok())?;
        let near = match self.take("near") {
            Some(text) => Some(point(text).ok_or("`near` is no point")?),
            None => None,
        };
        Ok(Which { way, near, direction: self.direction()? })
    }

    fn add(&mut self) -> Result<Deed, String> {
        let points = self.read("points", |text| {
            let points: Option<Vec<Point>> = text.split(';').map(point).collect();
            points.filter(|points| (2..=POINTS_MAX).contains(&points.len()))
        })?;
        let surface = self.take("surface").unwrap_or(Surface::Unknown.word());
        Ok(Deed::Add {
            id: self.read("id", |text| text.parse().ok())?,
            points,
            direction: self.direction()?,
            class: self.read("class", Class::named)?,
            surface: Surface::named(surface).ok_or("`surface` is none")?,
            kmh: self.kmh()?,
            name: self.text("name")?,
        })
    }

    fn pace(&mut self) -> Result<Deed, String> {
        let class = self.read("class", Class::named)?;
        let hour =
            self.read("hour", |text| text.parse().ok().filter(|it| usize::from(*it) < HOURS))?;
        let fits = |per_mille: &u16| Pace::default().set(class, hour, *per_mille);
        let per_mille = self.read("permille", |text| text.parse().ok().filter(fits))?;
        Ok(Deed::Pace { class, hour, per_mille })
    }

    fn window(&mut self) -> Result<Option<Window>, String> {
        match (self.take("from"), self.take("until")) {
            (None, None) => Ok(None),
            (Some(from), Some(until)) => {
                let moments = Moment::parse(from).zip(Moment::parse(until));
                let window = moments.and_then(|(from, until)| Window::new(from, until));
                window.map(Some).ok_or_else(|| "`from` and `until` are no span of time".to_owned())
            }
            (Some(_), None) => Err("`from` needs `until`".to_owned()),
            (None, Some(_)) => Err("`until` needs `from`".to_owned()),
        }
    }

    fn text(&mut self, key: &str) -> Result<String, String> {
        let text = self.take(key).unwrap_or_default();
        let fits = text.chars().count() <= TEXT_CHARS_MAX && !text.contains(['"']);
        let shown = !text.chars().any(char::is_control);
        if fits && shown { Ok(text.to_owned()) } else { Err(format!("`{key}` is too long")) }
    }
}
