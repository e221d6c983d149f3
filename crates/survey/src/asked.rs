//! What options of these commands say: places, moments, terms.

use cli::given::Given;
use cli::trouble::Trouble;
use road::drivable::{Terms, TurningBack};
use road::island::{LOOSE, of_segments};
use road::laid::{Laid, lay};
use road::overlay::{Overlay, point};
use road::roads::Roads;
use road::snap::{Index, Spot};
use words::moment::Moment;
use words::place::Point;

use crate::files;

/// A place from `LAT,LON`.
pub fn place(text: &str) -> Result<Point, Trouble> {
    point(text).ok_or_else(|| {
        let what = format!("`{text}` is no place");
        Trouble::malformed(what).hint("latitude first, such as `24.8607,67.0011`")
    })
}

/// Roads with what is laid over them, and the index of all of it.
#[derive(Debug)]
pub struct Asked {
    /// The roads.
    pub roads: Roads,
    /// On which terms they are driven.
    pub terms: Terms,
    /// Which segment lies where.
    pub index: Index,
}

/// Reads roads, overlay and terms.
pub fn asked(given: &Given, file: &str) -> Result<Asked, Trouble> {
    let roads = files::roads(file)?;
    let overlay = given.get("overlay").map(files::overlay).transpose()?.unwrap_or_default();
    let at = moment(given)?;
    if at.is_none() && overlay.changes().iter().any(|change| change.window.is_some()) {
        let what = "the overlay has changes for a time, and no time was said";
        return Err(Trouble::malformed(what).hint("say `--at 2026-11-28T06:00:00Z`"));
    }
    let at = at.unwrap_or(Moment::from_ms(0));
    let index = Index::of(&roads);
    let terms = terms(given, &overlay, at)?;
    if overlay.changes().is_empty() {
        return Ok(Asked { roads, terms, index });
    }
    let Laid { roads, unmet } = lay(&roads, &index, &overlay, at);
    for (change, why) in unmet {
        cli::print::aside(&format!("not met: {change}\n  because: {why}"));
    }
    let index = Index::of(&roads);
    Ok(Asked { roads, terms, index })
}

fn moment(given: &Given) -> Result<Option<Moment>, Trouble> {
    let Some(text) = given.get("at") else { return Ok(None) };
    let hint = "in UTC, such as `2026-11-28T06:00:00Z`";
    let none = || Trouble::malformed(format!("`{text}` is no moment")).hint(hint);
    Moment::parse(text).map(Some).ok_or_else(none)
}

fn terms(given: &Given, overlay: &Overlay, at: Moment) -> Result<Terms, Trouble> {
    let hour: Option<u8> = given.read("hour")?;
    if hour.is_some_and(|hour| hour > 23) {
        return Err(Trouble::malformed("`--hour` is from 0 to 23"));
    }
    let turning_back = match given.get("turning-back") {
        None | Some("anywhere") => TurningBack::Anywhere,
        Some("dead-ends") => TurningBack::DeadEnds,
        Some(other) => {
            let what = format!("`{other}` is neither `anywhere` nor `dead-ends`");
            return Err(Trouble::malformed(what));
        }
    };
    let private = given.has("private");
    Ok(Terms { pace: overlay.pace(at), hour: hour.unwrap_or(0), private, turning_back })
}

/// Makes a choice of segments on which a journey may begin and end: those of the mainland.
pub fn mainland(roads: &Roads, terms: &Terms) -> Vec<bool> {
    let drivable = road::drivable::drivable(roads, terms);
    of_segments(&drivable, roads.segments.len()).iter().map(|island| *island == 0).collect()
}

/// Where a site meets the mainland, or a clear no.
pub fn snapped(asked: &Asked, mainland: &[bool], site: Point) -> Result<Spot, Trouble> {
    let wanted = |segment| {
        let at = usize::try_from(segment).unwrap_or(usize::MAX);
        mainland.get(at).copied().unwrap_or(false)
    };
    asked.index.snap(&asked.roads, site, wanted).map_err(|off| {
        let what = format!("{},{} is off the road", site.lat(), site.lon());
        let trouble = Trouble::refused(what);
        match off.nearest {
            Some(spot) => {
                let (metres, name) = (spot.off_mm / 1000, called(&asked.roads, spot.segment));
                let (lat, lon) = (spot.at.lat(), spot.at.lon());
                trouble
                    .because(format!("the nearest road, {name}, is {metres} m away"))
                    .hint(format!("begin at {lat},{lon}, or add the way there by an overlay"))
            }
            None => trouble.because("there is no road within 100 km: these are other roads"),
        }
    })
}

/// What a segment is called, for people.
pub fn called(roads: &Roads, segment: u32) -> String {
    let name = roads.name(segment).and_then(|name| name.any());
    match (name, roads.segment(segment)) {
        (Some(name), _) => name.to_owned(),
        (None, Some(row)) => format!("{} {}", row.class.word(), row.way),
        (None, None) => String::new(),
    }
}

/// How an island is told.
pub fn island(number: u32) -> String {
    match number {
        0 => "the mainland".to_owned(),
        LOOSE => "no part of the mainland: one way in or out, or private".to_owned(),
        other => format!("island {other}"),
    }
}
