//! `roads fastest` and `roads times`: how long it takes from here to there.

use std::fs;
use std::time::Instant;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use drive::router::{Journey, Router};
use drive::timed;
use road::pace::HOURS;
use road::roads::segment_of;
use serde_json::{Value, json};

use crate::asked::{Asked, asked, called, mainland, place, snapped};
use crate::files::unread;

/// Pairs in a file: a day of a ministry's movements, and far more than a person writes.
const PAIRS_MAX: usize = 1_000_000;

/// A speed that every road has when lengths are compared and not times: 1 m takes 60 ms.
const EVEN_KMH: u8 = 60;

/// The fastest route between two places.
pub fn fastest(given: &Given) -> Result<(), Trouble> {
    let asked = asked(given, given.beside()?)?;
    let mainland = mainland(&asked.roads, &asked.terms);
    let from = snapped(&asked, &mainland, place(given.need("from")?)?)?;
    let to = snapped(&asked, &mainland, place(given.need("to")?)?)?;
    let router = Router::plain(&asked.roads, &asked.terms);
    let pace = &asked.terms.pace;
    let journey = match departure(given)? {
        Some(at_ms) => timed::fastest(&router, (&asked.roads, pace), from, to, at_ms),
        None => router.checked(from, to),
    };
    let journey = journey.ok_or_else(|| {
        let what = "there is no way from the one to the other on these terms";
        Trouble::refused(what).hint("a closure or a restriction stands between: `roads overlay`")
    })?;
    if given.json {
        print::json(&feature(&asked, &router, &journey));
        return Ok(());
    }
    let (seconds, metres) = (journey.millis / 1000, journey.length_mm / 1000);
    let (minutes, rest) = (seconds / 60, seconds % 60);
    print::answer(&format!("{minutes} min {rest} s, {metres} m"));
    for (name, metres) in streets(&asked, &journey) {
        print::answer(&format!("  {metres:>7} m  {name}"));
    }
    Ok(())
}

// Minutes since midnight from `HH:MM`, in the time that the pace is of.
fn departure(given: &Given) -> Result<Option<u64>, Trouble> {
    let Some(text) = given.get("depart") else { return Ok(None) };
    let read = || {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (u64, u64) = (hour.parse().ok()?, minute.parse().ok()?);
        let fits = usize::try_from(hour).ok()? < HOURS && minute < 60;
        fits.then_some((hour * 60 + minute) * 60_000)
    };
    let none = || Trouble::malformed(format!("`{text}` is no time of day such as `07:30`"));
    read().map(Some).ok_or_else(none)
}

// One line a street, however many pieces it has.
fn streets(asked: &Asked, journey: &Journey) -> Vec<(String, u64)> {
    let mut streets: Vec<(String, u64)> = Vec::new();
    let mut rest = journey.length_mm;
    let count = journey.arcs.len();
    for (at, arc) in journey.arcs.iter().enumerate() {
        let whole = asked.roads.segment(segment_of(*arc)).map_or(0, |row| u64::from(row.length_mm));
        let driven = if at + 1 == count { rest } else { whole.min(rest) };
        rest = rest.saturating_sub(driven);
        let name = called(&asked.roads, segment_of(*arc));
        match streets.last_mut() {
            Some((last, mm)) if *last == name => *mm += driven,
            Some(_) | None => streets.push((name, driven)),
        }
    }
    streets.into_iter().map(|(name, mm)| (name, mm / 1000)).collect()
}

fn feature(asked: &Asked, router: &Router<'_>, journey: &Journey) -> Value {
    let points = router.points(journey);
    let line: Vec<Value> = points.iter().map(|at| json!([at.lon(), at.lat()])).collect();
    let streets = streets(asked, journey);
    let streets: Vec<Value> =
        streets.iter().map(|(name, metres)| json!({ "name": name, "metres": metres })).collect();
    json!({
        "type": "Feature",
        "geometry": { "type": "LineString", "coordinates": line },
        "properties": {
            "millis": journey.millis, "length_mm": journey.length_mm, "streets": streets,
            "off_metres": [journey.from.off_mm / 1000, journey.to.off_mm / 1000],
        },
    })
}

/// Times of many pairs: a line `LAT,LON LAT,LON` each, an answer `MILLIS METRES` each.
pub fn times(given: &Given) -> Result<(), Trouble> {
    let mut asked = asked(given, given.beside()?)?;
    let path = given.need("pairs")?;
    let text = fs::read_to_string(path).map_err(|cause| unread(path, &cause))?;
    if given.has("shortest") {
        asked.roads.segments.iter_mut().for_each(|row| row.kmh = [EVEN_KMH; 2]);
    }
    let mainland = mainland(&asked.roads, &asked.terms);
    let mut pairs = Vec::new();
    for (line, number) in text.lines().zip(1_usize..) {
        let what = || format!("line {number} of `{path}` is no pair `LAT,LON LAT,LON`");
        let (from, to) = line.split_once(' ').ok_or_else(|| Trouble::malformed(what()))?;
        pairs.push((place(from)?, place(to)?));
        if pairs.len() > PAIRS_MAX {
            return Err(Trouble::malformed(format!("`{path}` has more than {PAIRS_MAX} pairs")));
        }
    }
    let mut router = Router::prepared(&asked.roads, &asked.terms);
    let mut nanos: Vec<u128> = Vec::with_capacity(pairs.len());
    for (from, to) in pairs {
        let begun = Instant::now();
        let ends = snapped(&asked, &mainland, from).ok().zip(snapped(&asked, &mainland, to).ok());
        let journey = ends.and_then(|(from, to)| router.fastest(from, to));
        nanos.push(begun.elapsed().as_nanos());
        print::answer(&journey.map_or_else(
            || "- -".to_owned(),
            |it| format!("{} {}", it.millis, it.length_mm / 1000),
        ));
    }
    nanos.sort_unstable();
    let at = |per_cent: usize| {
        let nanos = nanos.get(nanos.len() * per_cent / 100).copied().unwrap_or_default();
        nanos / 1000
    };
    print::aside(&format!("snapped and answered: p50 {} µs, p95 {} µs", at(50), at(95)));
    Ok(())
}
