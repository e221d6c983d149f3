//! A plan of a fleet and its movements as it is written in a file.

use post::file::{Wrong, date, minute, read};
use serde::Deserialize;
use words::moment::Moment;
use words::presence::{ArmourClass, Criticality};

use crate::armour::Rating;
use crate::demand::{Demand, District, Driver, Leg, Movement, Vehicle};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlan {
    title: String,
    start: String,
    #[serde(default)]
    district: Vec<RawDistrict>,
    #[serde(default)]
    vehicle: Vec<RawVehicle>,
    #[serde(default)]
    driver: Vec<RawDriver>,
    #[serde(default)]
    handover: Vec<RawHandover>,
    #[serde(default)]
    movement: Vec<RawMovement>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDistrict {
    id: String,
    teams: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVehicle {
    id: String,
    armour: String,
    #[serde(default)]
    blast: bool,
    seats: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDriver {
    id: String,
    from: String,
    hours: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHandover {
    between: [String; 2],
    point: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMovement {
    id: String,
    company: String,
    #[serde(default)]
    day: u32,
    ready: String,
    seats: u32,
    armour: ArmourClass,
    criticality: Criticality,
    #[serde(default)]
    escorts: u32,
    legs: Vec<(String, u32)>,
}

/// A plan as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What it is about.
    pub title: String,
    /// The midnight of its first day.
    pub start: Moment,
    /// What is asked, and what there is.
    pub demand: Demand,
    /// The hand-over points of each movement, between its legs.
    pub points: Vec<Vec<String>>,
}

/// Reads a plan, or says what is wrong with it and where.
pub fn parse(text: &str) -> Result<Plan, Wrong> {
    let raw: RawPlan = read(text)?;
    let Some(start) = date(&raw.start) else {
        let problem = format!("`{}` is no date", raw.start);
        return Err(Wrong::named(text, &raw.start, problem, "write `start = \"2025-03-10\"`"));
    };
    let mut demand = Demand::default();
    for it in &raw.district {
        demand.districts.push(District { name: it.id.clone(), teams: it.teams });
    }
    for it in &raw.vehicle {
        let rating = Rating::parse(&it.armour).map_err(|cause| {
            let remedy = "write the rating of the certificate, with `blast = true` beside it if \
                          charges were part of the test";
            Wrong::named(text, &it.id, cause.to_string(), remedy)
        })?;
        let armour = rating.class(it.blast);
        demand.vehicles.push(Vehicle { name: it.id.clone(), armour, seats: it.seats });
    }
    for it in &raw.driver {
        let from = clock(text, &it.id, &it.from)?;
        let minutes = it.hours.saturating_mul(60);
        demand.drivers.push(Driver { name: it.id.clone(), from, minutes });
    }
    let mut points = Vec::new();
    for it in &raw.movement {
        let company = demand.companies.iter().position(|name| *name == it.company);
        let company = company.unwrap_or(demand.companies.len());
        if company == demand.companies.len() {
            demand.companies.push(it.company.clone());
        }
        let movement = movement(text, it, company, &demand)?;
        points.push(handovers(text, it, &raw.handover)?);
        demand.movements.push(movement);
    }
    demand.check().map_err(|cause| {
        let alone = |it: &&Movement| {
            Demand { movements: vec![(*it).clone()], ..demand.clone() }.check().is_err()
        };
        let name = demand.movements.iter().find(alone).map_or("", |it| it.name.as_str());
        let remedy = "mend it, or the number of what is planned at once";
        Wrong::named(text, name, format!("`{name}`: {cause}"), remedy)
    })?;
    Ok(Plan { title: raw.title, start, demand, points })
}

fn clock(text: &str, name: &str, time: &str) -> Result<u32, Wrong> {
    minute(time).ok_or_else(|| {
        let problem = format!("`{name}`: `{time}` is no time of day");
        Wrong::named(text, name, problem, "write it as `06:30`")
    })
}

fn movement(
    text: &str,
    it: &RawMovement,
    company: usize,
    demand: &Demand,
) -> Result<Movement, Wrong> {
    let mut legs = Vec::new();
    for (name, minutes) in &it.legs {
        let Some(district) = demand.districts.iter().position(|it| it.name == *name) else {
            let problem = format!("`{}` goes through `{name}`, which is no district", it.id);
            return Err(Wrong::named(text, &it.id, problem, "name it under [[district]]"));
        };
        legs.push(Leg { district: u32::try_from(district).unwrap_or(u32::MAX), minutes: *minutes });
    }
    let ready = clock(text, &it.id, &it.ready)?;
    Ok(Movement {
        name: it.id.clone(),
        company: u32::try_from(company).unwrap_or(u32::MAX),
        ready: it.day.saturating_mul(1_440).saturating_add(ready),
        seats: it.seats,
        armour: it.armour,
        criticality: it.criticality,
        escorts: it.escorts,
        legs,
    })
}

// Where the districts on the way hand over.
fn handovers(text: &str, it: &RawMovement, all: &[RawHandover]) -> Result<Vec<String>, Wrong> {
    let mut points = Vec::new();
    for [(from, _), (to, _)] in it.legs.array_windows() {
        let point = all
            .iter()
            .find(|other| other.between.contains(from) && other.between.contains(to) && from != to);
        let Some(point) = point else {
            let problem = format!("`{}` goes from `{from}` to `{to}` at no point", it.id);
            let remedy = "name the point under [[handover]]: nobody hands over on the road";
            return Err(Wrong::named(text, &it.id, problem, remedy));
        };
        points.push(point.point.clone());
    }
    Ok(points)
}
