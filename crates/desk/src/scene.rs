//! Places, roads, zones, incidents and units, as the map draws them.

use std::collections::BTreeMap;

use engine::engine::Engine;
use pages::watch::Threat;
use picture::background::background;
use picture::import::{ImportError, import_csv};
use picture::incident::Incident;
use picture::range::{Range, Sum};
use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;
use watch::alarm::AlarmKind;
use watch::plan::UnitKind;
use watch::sighting::Sighting;
use watch::timing::Timing;
use words::act::Names;
use words::id::UnitId;
use words::movement::Stage;
use words::place::Point;
use words::role::Role;

use crate::page::{Viewer, known};

/// A gazetteer of one region; more places than this are a country's, and no map of ours.
pub const PLACES_MAX: usize = 5_000;

/// The built-in land ends here, in degrees: west, south, east, north (console/CONTRACT.md).
const LAND: [f64; 4] = [42.0, 2.0, 108.0, 53.0];

const DAY_MS: i64 = 86_400_000;

/// What stands behind the map: places and what happened there. Loaded once, of no ledger.
#[derive(Debug, Clone, Default)]
pub struct Backdrop {
    places: Vec<Place>,
    incidents: Vec<Incident>,
}

/// Why a backdrop cannot be loaded.
#[derive(Debug, Error)]
pub enum BackdropError {
    /// The places are not such a file.
    #[error("cannot read the places")]
    Places(#[source] toml::de::Error),
    /// A place lies outside the earth.
    #[error("the place `{0}` lies outside the earth")]
    Outside(String),
    /// More than [`PLACES_MAX`].
    #[error("a backdrop has at most {PLACES_MAX} places, this one has {0}")]
    TooMany(usize),
    /// The incidents are not such a table.
    #[error("cannot read the incidents")]
    Incidents(#[source] ImportError),
}

#[derive(Debug, Clone)]
struct Place {
    id: String,
    kind: String,
    point: Point,
    names: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlaces {
    place: Vec<RawPlace>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlace {
    id: String,
    kind: String,
    lat: f64,
    lon: f64,
    names: Names,
}

impl Backdrop {
    /// Reads places in TOML and incidents in CSV.
    pub fn load(places_toml: &str, incidents_csv: &str) -> Result<Self, BackdropError> {
        let raw: RawPlaces = toml::from_str(places_toml).map_err(BackdropError::Places)?;
        if raw.place.len() > PLACES_MAX {
            return Err(BackdropError::TooMany(raw.place.len()));
        }
        let places = raw.place.into_iter().map(|raw| {
            let point = Point::from_degrees(raw.lat, raw.lon);
            let point = point.ok_or_else(|| BackdropError::Outside(raw.id.clone()))?;
            Ok(Place { id: raw.id, kind: raw.kind, point, names: raw.names })
        });
        let places = places.collect::<Result<_, _>>()?;
        let incidents = import_csv(incidents_csv).map_err(BackdropError::Incidents)?;
        Ok(Self { places, incidents })
    }

    /// The incidents, counted, with ranges of harm.
    pub fn threat(&self) -> Threat {
        let counted = background(&self.incidents);
        let days = counted.from.zip(counted.until).map_or(0, |(from, until)| {
            u32::try_from(until.ms_since(from) / DAY_MS + 1).unwrap_or(u32::MAX)
        });
        let range = |sum: Sum| {
            let short = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
            (short(sum.low), short(sum.high))
        };
        Threat {
            incidents: counted.incidents,
            days,
            killed: range(counted.killed),
            injured: range(counted.injured),
        }
    }
}

/// All that stands still on the map, for this viewer (`console/CONTRACT.md`).
pub fn scene_json(engine: &Engine, viewer: &Viewer, backdrop: &Backdrop) -> Value {
    json!({
        "bounds": bounds(engine, backdrop),
        "places": backdrop.places.iter().map(place).collect::<Vec<_>>(),
        "roads": collection(&roads(engine)),
        "zones": collection(&zones(engine)),
        "corridors": collection(&corridors(engine, viewer)),
        "incidents": collection(&backdrop.incidents.iter().map(incident).collect::<Vec<_>>()),
    })
}

fn collection(features: &[Value]) -> Value {
    json!({ "type": "FeatureCollection", "features": features })
}

fn feature(kind: &str, coordinates: &Value, properties: &Value) -> Value {
    let geometry = json!({ "type": kind, "coordinates": coordinates });
    json!({ "type": "Feature", "properties": properties, "geometry": geometry })
}

fn at(point: Point) -> Value {
    json!([point.lon(), point.lat()])
}

fn line(points: impl IntoIterator<Item = Point>) -> Value {
    points.into_iter().map(at).collect()
}

fn names(names: &Names) -> Value {
    json!({ "en": names.en, "zh": names.zh, "ur": names.ur })
}

// Where things are that people work with: incidents of a whole country would drown a city.
fn bounds(engine: &Engine, backdrop: &Backdrop) -> Value {
    let junctions = engine.roads().into_iter().flat_map(|roads| roads.junctions());
    let mut points: Vec<Point> = junctions.map(|junction| junction.point).collect();
    if points.is_empty() {
        points.extend(backdrop.places.iter().map(|place| place.point));
    }
    let rules = engine.state().agreements.values().filter_map(|agreement| agreement.rules());
    points.extend(rules.flat_map(|rules| rules.zones()).flat_map(|zone| &zone.area.corners));
    let [west, south, east, north] = LAND;
    if points.is_empty() {
        return json!([[west, south], [east, north]]);
    }
    let fold = |of: fn(Point) -> f64, pick: fn(f64, f64) -> f64, (least, most): (f64, f64)| {
        let found = points.iter().map(|point| of(*point)).reduce(pick).unwrap_or(least);
        found.clamp(least, most)
    };
    json!([
        [fold(Point::lon, f64::min, (west, east)), fold(Point::lat, f64::min, (south, north))],
        [fold(Point::lon, f64::max, (west, east)), fold(Point::lat, f64::max, (south, north))],
    ])
}

fn place(place: &Place) -> Value {
    let rank = match place.kind.as_str() {
        "city" | "airport" | "port" => 1,
        "site" | "haven" => 2,
        _ => 3,
    };
    json!({
        "id": place.id, "kind": place.kind, "rank": rank,
        "lat": place.point.lat(), "lon": place.point.lon(), "names": names(&place.names),
    })
}

fn roads(engine: &Engine) -> Vec<Value> {
    let Some(graph) = engine.roads() else { return Vec::new() };
    let road = |road: &route::graph::Road| {
        let end = |at| graph.at(at).map(|junction| junction.point);
        let points = end(road.from).into_iter().chain(road.shape.iter().copied());
        let way = line(points.chain(end(road.to)));
        feature("LineString", &way, &json!({ "id": road.id, "class": "primary" }))
    };
    graph.roads().iter().map(road).collect()
}

fn zones(engine: &Engine) -> Vec<Value> {
    let rules = engine.state().agreements.values().filter_map(|agreement| agreement.rules());
    let zone = |zone: &article::provision::Zone| {
        let corners = &zone.area.corners;
        let ring = line(corners.iter().chain(corners.first()).copied());
        let about = json!({
            "id": zone.zone.as_str(), "allowed": zone.allowed, "names": names(&zone.names),
        });
        feature("Polygon", &json!([ring]), &about)
    };
    rules.flat_map(|rules| rules.zones()).map(zone).collect()
}

// A corridor is a route: only of a movement on the road, and only for whoever may know it.
fn corridors(engine: &Engine, viewer: &Viewer) -> Vec<Value> {
    let Some(roads) = engine.roads() else { return Vec::new() };
    let moving = engine.state().movements.iter().filter(|(_, it)| it.standing.on_the_road());
    let open = moving.filter_map(|(id, _)| {
        known::stage(engine, viewer, id, Stage::Route)?;
        let way = engine.drawn(id)?.way?;
        let properties = json!({ "movement": id.as_str() });
        Some(feature("LineString", &line(way.points(roads)), &properties))
    });
    open.collect()
}

fn incident(incident: &Incident) -> Value {
    let day: String = incident.date.to_string().chars().take(10).collect();
    let about = json!({
        "id": incident.incident.as_str(), "date": day, "label": incident.place,
        "killed": count(incident.killed), "injured": count(incident.injured),
        "conflicting": incident.conflicting,
    });
    feature("Point", &at(incident.point), &about)
}

// One number where sources agree, two where they do not.
fn count((low, high): Range) -> Value {
    let (low, high) = (low.unwrap_or(0), high.or(low).unwrap_or(0));
    if low == high { json!(low) } else { json!([low, high]) }
}

/// Which labels of the live stream's units a viewer reads: two texts serve every screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Protected persons by their label.
    Callers,
    /// Protected persons by their pseudonym.
    Others,
}

impl Class {
    /// The class of people with these roles.
    pub fn of_roles(roles: &[Role]) -> Self {
        let calls = known::CALLERS.iter().any(|role| roles.contains(role));
        if calls { Self::Callers } else { Self::Others }
    }
}

/// Do people with these roles follow units on the map?
pub fn follows(roles: &[Role]) -> bool {
    roles.iter().any(|role| match role {
        Role::ConsentOfficer
        | Role::WatchOfficer
        | Role::ProtectionLead
        | Role::JourneyManager
        | Role::EscortLeader
        | Role::DistrictCommand
        | Role::Analyst => true,
        Role::Root
        | Role::Node
        | Role::Signatory
        | Role::CheckpointOfficer
        | Role::Driver
        | Role::Protected
        | Role::Inspector => false,
    })
}

/// Every unit with a position, as the live stream tells it to a class of viewers.
pub fn units_json(engine: &Engine, class: Class) -> Value {
    let (watch, now) = (engine.post().watch(), engine.now());
    let states = states(engine);
    let infos: BTreeMap<&UnitId, _> = watch.units().map(|info| (&info.unit, info)).collect();
    let unit = |sighting: &Sighting| {
        let info = infos.get(&sighting.unit)?;
        let hidden = class == Class::Others && info.kind == UnitKind::Protected;
        let label = if hidden { info.unit.as_str() } else { info.label.as_str() };
        let age_ms = now.ms_since(sighting.at).max(0);
        let silent = age_ms > Timing::default().lost_signal_ms;
        let quiet = if silent { "lost" } else { "ok" };
        Some(json!({
            "id": info.unit.as_str(), "label": label, "kind": kind(info.kind),
            "lat": sighting.point.lat(), "lon": sighting.point.lon(),
            "course": sighting.course_deg, "age_s": age_ms / 1_000,
            "state": states.get(&sighting.unit).copied().unwrap_or(quiet),
        }))
    };
    let units: Vec<Value> = watch.positions().filter_map(unit).collect();
    json!({ "at": now.unix_ms, "units": units })
}

// The worst open alarm of each unit: the watch gives the most urgent first.
fn states(engine: &Engine) -> BTreeMap<&UnitId, &'static str> {
    let mut states = BTreeMap::new();
    for alarm in engine.post().watch().alarms() {
        let state = match (alarm.kind, alarm.priority) {
            (AlarmKind::LostSignal, _) => "lost",
            (_, 1) => "alarm",
            (_, _) => "attention",
        };
        states.entry(&alarm.unit).or_insert(state);
    }
    states
}

const fn kind(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Protected => "protected",
        UnitKind::GuestPersonnel => "guest_personnel",
        UnitKind::HostPersonnel => "host_personnel",
        UnitKind::Vehicle => "vehicle",
    }
}
