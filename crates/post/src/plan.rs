//! A plan of posts, escorts and people as it is written in a file.

use std::collections::BTreeMap;

use serde::Deserialize;
use words::moment::Moment;

use crate::escort::{Base, Day, NO_WAY, Trip};
use crate::file::{Wrong, date, minute, read};
use crate::number::count;
use crate::rest::Rules;
use crate::roster::{DAYS_MAX, PEOPLE_MAX, Person};
use crate::site::{Sites, Stake};

/// Guards of one shift that are drawn over the sites: a division.
pub const GUARDS_MAX: u32 = 10_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlan {
    title: String,
    start: String,
    #[serde(default = "one")]
    days: u32,
    #[serde(default)]
    guards: u32,
    #[serde(default)]
    site: Vec<RawSite>,
    #[serde(default)]
    standing: Vec<RawStanding>,
    #[serde(default)]
    shift: Vec<RawShift>,
    #[serde(default)]
    person: Vec<RawPerson>,
    #[serde(default)]
    rules: RawRules,
    #[serde(default)]
    base: Vec<RawBase>,
    #[serde(default)]
    movement: Vec<RawMovement>,
    #[serde(default)]
    way: Vec<RawWay>,
}

const fn one() -> u32 {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSite {
    id: String,
    loss: Option<i32>,
    left: Option<i32>,
    uncovered: Option<i32>,
    covered: Option<i32>,
    lost: Option<i32>,
    kept: Option<i32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStanding {
    id: String,
    people: u32,
    shifts: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShift {
    name: String,
    from: String,
    hours: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPerson {
    id: String,
    #[serde(default)]
    away: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRules {
    rest_hours: Option<u32>,
    week_hours: Option<u32>,
    duties_a_week: Option<u32>,
    nights_running: Option<u32>,
    handover_minutes: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBase {
    place: String,
    teams: u32,
    from: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMovement {
    id: String,
    from: String,
    to: String,
    leaves: String,
    arrives: String,
    loss: i32,
    left: i32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWay {
    between: [String; 2],
    minutes: u32,
}

/// A shift that is the same every day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Its name.
    pub name: String,
    /// When it begins, in minutes of the day.
    pub start: u32,
    /// How long it lasts, in minutes.
    pub minutes: u32,
}

/// A post that is always manned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// How many people it takes.
    pub people: u32,
    /// In which shifts, by their places.
    pub shifts: Vec<u32>,
}

/// The sites over which guards are drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Their names, by number.
    pub names: Vec<String>,
    /// Their stakes.
    pub sites: Sites,
    /// How many guards a shift has for them.
    pub guards: u32,
}

/// A day of escorts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escorted {
    /// The names of the movements, by number.
    pub names: Vec<String>,
    /// The names of the bases' places, by base.
    pub bases: Vec<String>,
    /// The day.
    pub day: Day,
}

/// A plan as it was read: what is not there is not planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What it is about.
    pub title: String,
    /// The midnight of its first day.
    pub start: Moment,
    /// How many days.
    pub days: u32,
    /// Guards over sites.
    pub drawn: Option<Drawn>,
    /// Posts that are always manned.
    pub standing: Vec<Standing>,
    /// The shifts of a day.
    pub shifts: Vec<Shift>,
    /// The people.
    pub people: Vec<Person>,
    /// What nobody may be asked for.
    pub rules: Rules,
    /// Escorts of a day.
    pub escorted: Option<Escorted>,
}

/// Reads a plan, or says what is wrong with it and where.
pub fn parse(text: &str) -> Result<Plan, Wrong> {
    let raw: RawPlan = read(text)?;
    let named =
        |name: &str, problem: String, remedy: &str| Err(Wrong::named(text, name, problem, remedy));
    let Some(start) = date(&raw.start) else {
        let problem = format!("`{}` is no date", raw.start);
        return named(&raw.start, problem, "write `start = \"2025-03-10\"`");
    };
    if !(1..=DAYS_MAX).contains(&raw.days) || raw.person.len() > PEOPLE_MAX {
        let problem = format!("{} days, {} people", raw.days, raw.person.len());
        return named("", problem, "plan 1 to 31 days for at most 20,000 people");
    }
    let shifts = shifts(text, &raw.shift)?;
    Ok(Plan {
        drawn: drawn(text, &raw)?,
        standing: standing(text, &raw.standing, &shifts)?,
        people: people(text, &raw, start)?,
        rules: rules(&raw.rules),
        escorted: escorted(text, &raw)?,
        title: raw.title,
        start,
        days: raw.days,
        shifts,
    })
}

fn shifts(text: &str, raw: &[RawShift]) -> Result<Vec<Shift>, Wrong> {
    let mut shifts = Vec::new();
    for shift in raw {
        let start = minute(&shift.from).filter(|start| *start < 1_440);
        let Some(start) = start.filter(|_| (1..=24).contains(&shift.hours)) else {
            let problem = format!("shift `{}` has no time", shift.name);
            let remedy = "write `from = \"06:00\"` and `hours = 8`, 1 to 24";
            return Err(Wrong::named(text, &shift.name, problem, remedy));
        };
        shifts.push(Shift { name: shift.name.clone(), start, minutes: shift.hours * 60 });
    }
    shifts.sort_by_key(|shift| shift.start);
    Ok(shifts)
}

fn drawn(text: &str, raw: &RawPlan) -> Result<Option<Drawn>, Wrong> {
    if raw.site.is_empty() {
        return Ok(None);
    }
    if raw.guards > GUARDS_MAX {
        let problem = format!("{} guards", raw.guards);
        return Err(Wrong::named(text, "", problem, "plan at most 10,000 guards a shift"));
    }
    let mut stakes = Vec::new();
    for site in &raw.site {
        let opposed = site.loss.zip(site.left);
        let apart = site.uncovered.zip(site.covered).zip(site.lost.zip(site.kept));
        stakes.push(match (opposed, apart) {
            (Some((loss, left)), None) if loss.checked_neg().is_some() => {
                Stake { uncovered: loss, covered: left, lost: -loss, kept: left.saturating_neg() }
            }
            (None, Some(((uncovered, covered), (lost, kept)))) => {
                Stake { uncovered, covered, lost, kept }
            }
            _ => {
                let problem = format!("site `{}` says not what is at stake", site.id);
                let remedy = "write `loss` and `left` (what remains with a guard), or all of \
                              `uncovered`, `covered`, `lost`, `kept`";
                return Err(Wrong::named(text, &site.id, problem, remedy));
            }
        });
    }
    let names: Vec<String> = raw.site.iter().map(|site| site.id.clone()).collect();
    once(text, &names)?;
    let sites = Sites::new(&stakes).map_err(|cause| {
        let culprit = stakes.iter().position(|stake| Sites::new(&[*stake]).is_err());
        let name = culprit.and_then(|at| names.get(at)).cloned().unwrap_or_default();
        let problem = format!("`{name}`: {cause}");
        Wrong::named(text, &name, problem, "say what a guard there changes, in units up to 10^9")
    })?;
    Ok(Some(Drawn { names, sites, guards: raw.guards }))
}

fn once(text: &str, names: &[String]) -> Result<(), Wrong> {
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    let twice = sorted.array_windows().find(|[a, b]| a == b);
    twice.map_or(Ok(()), |[name, _]| {
        let problem = format!("`{name}` stands twice");
        Err(Wrong::named(text, name, problem, "give each its own id"))
    })
}

fn standing(text: &str, raw: &[RawStanding], shifts: &[Shift]) -> Result<Vec<Standing>, Wrong> {
    let mut all = Vec::new();
    for post in raw {
        let mut on = Vec::new();
        for (number, shift) in (0..).zip(shifts) {
            if post.shifts.as_ref().is_none_or(|names| names.contains(&shift.name)) {
                on.push(number);
            }
        }
        let named = post.shifts.as_ref().map_or(on.len(), Vec::len);
        if named != on.len() || post.people > 100 {
            let problem = format!("post `{}` names a shift that is not there", post.id);
            let remedy = "name shifts of the file, and at most 100 people a post";
            return Err(Wrong::named(text, &post.id, problem, remedy));
        }
        all.push(Standing { name: post.id.clone(), people: post.people, shifts: on });
    }
    Ok(all)
}

fn people(text: &str, raw: &RawPlan, start: Moment) -> Result<Vec<Person>, Wrong> {
    let names: Vec<String> = raw.person.iter().map(|person| person.id.clone()).collect();
    once(text, &names)?;
    let mut people = Vec::new();
    for person in &raw.person {
        let mut away = Vec::new();
        for text_of_day in &person.away {
            let Some(day) = date(text_of_day) else {
                let problem = format!("`{}` is away on `{text_of_day}`, no date", person.id);
                return Err(Wrong::named(text, &person.id, problem, "write `2025-03-12`"));
            };
            // Days before the plan and long after it are nobody's business here.
            let days = day_number(day, start);
            away.extend(days);
        }
        people.push(Person { name: person.id.clone(), away });
    }
    Ok(people)
}

fn day_number(day: Moment, start: Moment) -> Option<u32> {
    u32::try_from(day.ms_since(start).div_euclid(86_400_000)).ok()
}

fn rules(raw: &RawRules) -> Rules {
    let house = Rules::default();
    let minutes = |hours: u32| hours.min(24 * 31) * 60;
    Rules {
        rest_min: raw.rest_hours.map_or(house.rest_min, minutes),
        week_max: raw.week_hours.map_or(house.week_max, minutes),
        duties_a_week_max: raw.duties_a_week.unwrap_or(house.duties_a_week_max),
        nights_running_max: raw.nights_running.unwrap_or(house.nights_running_max).min(DAYS_MAX),
        handover: raw.handover_minutes.unwrap_or(house.handover).min(240),
    }
}

fn escorted(text: &str, raw: &RawPlan) -> Result<Option<Escorted>, Wrong> {
    if raw.movement.is_empty() {
        return Ok(None);
    }
    let ends = raw.movement.iter().flat_map(|it| [&it.from, &it.to]);
    let named = ends.chain(raw.base.iter().map(|it| &it.place));
    let places: BTreeMap<&String, u32> =
        named.collect::<std::collections::BTreeSet<_>>().into_iter().zip(0..).collect();
    let place = |name: &String| places.get(name).copied().unwrap_or(NO_WAY);
    let size = count(places.len());
    if places.len() > crate::escort::PLACES_MAX {
        return Err(Wrong::named(text, "", "more than 1,000 places", "plan one region a file"));
    }
    let mut minutes = vec![NO_WAY; places.len() * places.len()];
    let mut ways: Vec<(u32, u32, u32)> = (0..size).map(|at| (at, at, 0)).collect();
    for way in &raw.way {
        let [a, b] = &way.between;
        let (a, b) = (place(a), place(b));
        ways.extend([(a, b, way.minutes), (b, a, way.minutes)]);
    }
    for (from, to, long) in ways {
        let at = usize::try_from(u64::from(from) * u64::from(size) + u64::from(to)).ok();
        if let Some(cell) = at.filter(|_| to < size).and_then(|at| minutes.get_mut(at)) {
            *cell = long;
        }
    }
    let clock = |name: &str, time: &str| {
        minute(time).ok_or_else(|| {
            let problem = format!("`{name}`: `{time}` is no time of day");
            Wrong::named(text, name, problem, "write it as `06:30`")
        })
    };
    let mut day = Day { trips: Vec::new(), bases: Vec::new(), places: size, minutes };
    for it in &raw.movement {
        day.trips.push(Trip {
            from: place(&it.from),
            to: place(&it.to),
            leaves: clock(&it.id, &it.leaves)?,
            arrives: clock(&it.id, &it.arrives)?,
            uncovered: it.loss,
            covered: it.left,
        });
    }
    for it in &raw.base {
        let from = clock(&it.place, &it.from)?;
        day.bases.push(Base { place: place(&it.place), teams: it.teams, from });
    }
    let names: Vec<String> = raw.movement.iter().map(|it| it.id.clone()).collect();
    once(text, &names)?;
    day.check().map_err(|cause| {
        let alone = |trip: &Trip| Day { trips: vec![*trip], ..day.clone() }.check().is_err();
        let culprit = day.trips.iter().position(alone).and_then(|at| names.get(at));
        let name = culprit.cloned().unwrap_or_default();
        let problem = format!("`{name}`: {cause}");
        Wrong::named(text, &name, problem, "mend that movement, or the numbers of the file")
    })?;
    let bases = raw.base.iter().map(|it| it.place.clone()).collect();
    Ok(Some(Escorted { names, bases, day }))
}
