//! Roads between junctions, read from our own file, never changed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use thiserror::Error;
use words::id::{IdError, SiteId};
use words::place::Point;

/// The first field of every road file; another number is another reader.
pub const FORMAT: &str = "safeconduct/roads/1";

/// A file is pasted, mailed and read whole into memory: 16 MiB hold a province's main roads.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A small graph: with [`METRES_MAX`] and [`SECONDS_MAX`] a path that visits every junction
/// once still fits 32 bits.
pub const JUNCTIONS_MAX: usize = 20_000;

/// Five roads a junction: real networks have fewer than three.
pub const ROADS_MAX: usize = 100_000;

/// Points between the ends of one road: more than a hairpin pass needs on a screen.
pub const VIA_POINTS_MAX: usize = 500;

/// The longest road without a junction, 200 km: the desert highways have shorter ones.
pub const METRES_MAX: u32 = 200_000;

/// The slowest road, ten hours: beyond a driver's shift it is a journey of its own.
pub const SECONDS_MAX: u32 = 36_000;

/// An ambush weight is a probability per mille; at 1,000 an ambush there never fails.
pub const WEIGHT_MAX: u32 = 1_000;

/// Why a road file is refused.
#[derive(Debug, Error)]
pub enum GraphError {
    /// Longer than [`FILE_BYTES_MAX`].
    #[error("a road file has at most {FILE_BYTES_MAX} bytes, this one has {0}")]
    TooLong(usize),
    /// Not JSON, or not with exactly the fields of the format.
    #[error("cannot read the road file")]
    Json(#[source] serde_json::Error),
    /// Another format.
    #[error("expected the format `{FORMAT}`, got `{0}`")]
    Format(String),
    /// No junction at all.
    #[error("a road file needs at least one junction")]
    Empty,
    /// More of something than its limit.
    #[error("at most {max} {things} are allowed, there are {got}")]
    TooMany {
        /// Of what.
        things: &'static str,
        /// The limit.
        max: usize,
        /// How many there are.
        got: usize,
    },
    /// A text that is no id.
    #[error("`{id}` is not an id")]
    BadId {
        /// The text.
        id: String,
        /// What is wrong with it.
        #[source]
        cause: IdError,
    },
    /// An id that stands twice.
    #[error("`{0}` is defined twice")]
    Twice(String),
    /// A coordinate outside the earth.
    #[error("`{0}` has a point outside the earth")]
    BadPoint(String),
    /// A road that ends nowhere.
    #[error("road `{road}` ends at `{junction}`, which is no junction")]
    Dangling {
        /// The road.
        road: String,
        /// The id that no junction has.
        junction: String,
    },
    /// A road that ends where it starts: no route uses it.
    #[error("road `{0}` ends where it starts")]
    Loop(String),
    /// A number that is zero or beyond its limit.
    #[error("road `{road}`: `{field}` must be 1 to {max}, not {got}")]
    BadNumber {
        /// The road.
        road: String,
        /// Which of its numbers.
        field: &'static str,
        /// The limit.
        max: u32,
        /// What the file says.
        got: u32,
    },
    /// A junction that no road joins to the first one.
    #[error("no way leads from `{first}` to `{island}`")]
    Island {
        /// The first junction of the file.
        first: String,
        /// The first junction that cannot be reached.
        island: String,
    },
}

/// Which junction of a graph: its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JunctionIx(pub(crate) usize);

impl JunctionIx {
    /// Its place in [`Graph::junctions`].
    pub const fn index(self) -> usize {
        self.0
    }
}

/// Which road of a graph: its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoadIx(pub(crate) usize);

impl RoadIx {
    /// Its place in [`Graph::roads`].
    pub const fn index(self) -> usize {
        self.0
    }
}

/// Where roads meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Junction {
    /// Its id; the same as a site's where a site lies there.
    pub id: String,
    /// Where it is.
    pub point: Point,
}

/// A road that is driven both ways and ambushed as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Road {
    /// Its id.
    pub id: String,
    /// One end.
    pub from: JunctionIx,
    /// The other end.
    pub to: JunctionIx,
    /// Length in metres.
    pub metres: u32,
    /// Driving time in seconds.
    pub seconds: u32,
    /// How likely an ambush there succeeds against a convoy that passes, per mille, 1 to 1,000.
    pub weight: u32,
    /// Its course from one end to the other, both ends included.
    pub shape: Vec<Point>,
}

/// A connected network of roads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    note: String,
    junctions: Vec<Junction>,
    roads: Vec<Road>,
    junctions_by_id: BTreeMap<String, JunctionIx>,
    roads_by_id: BTreeMap<String, RoadIx>,
    // Per junction, its roads in the order of the file.
    meeting: Vec<Vec<RoadIx>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    note: String,
    junctions: Vec<FileJunction>,
    roads: Vec<FileRoad>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileJunction {
    id: String,
    lat: f64,
    lon: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRoad {
    id: String,
    from: String,
    to: String,
    metres: u32,
    seconds: u32,
    weight: u32,
    // Latitude and longitude of the points between the ends.
    via: Vec<[f64; 2]>,
}

/// Reads a road file: everything in it is checked, nothing in it is guessed.
pub fn parse(json: &str) -> Result<Graph, GraphError> {
    if json.len() > FILE_BYTES_MAX {
        return Err(GraphError::TooLong(json.len()));
    }
    let file: File = serde_json::from_str(json).map_err(GraphError::Json)?;
    if file.format != FORMAT {
        return Err(GraphError::Format(file.format));
    }
    at_most(JUNCTIONS_MAX, "junctions", file.junctions.len())?;
    at_most(ROADS_MAX, "roads", file.roads.len())?;
    let mut graph = Graph::empty(file.note);
    for junction in file.junctions {
        graph.add_junction(junction)?;
    }
    for road in file.roads {
        graph.add_road(road)?;
    }
    graph.refuse_islands()?;
    Ok(graph)
}

impl Graph {
    /// What the file says about itself, for people.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Every junction, in the order of the file.
    pub fn junctions(&self) -> &[Junction] {
        &self.junctions
    }

    /// Every road, in the order of the file.
    pub fn roads(&self) -> &[Road] {
        &self.roads
    }

    /// The junction of an id.
    pub fn junction(&self, id: &str) -> Option<JunctionIx> {
        self.junctions_by_id.get(id).copied()
    }

    /// The road of an id.
    pub fn road_named(&self, id: &str) -> Option<RoadIx> {
        self.roads_by_id.get(id).copied()
    }

    /// The junction at a place of this graph.
    pub fn at(&self, junction: JunctionIx) -> Option<&Junction> {
        self.junctions.get(junction.0)
    }

    /// The road at a place of this graph.
    pub fn road(&self, road: RoadIx) -> Option<&Road> {
        self.roads.get(road.0)
    }

    /// The roads that meet at a junction, in the order of the file.
    pub fn roads_at(&self, junction: JunctionIx) -> &[RoadIx] {
        self.meeting.get(junction.0).map_or(&[], Vec::as_slice)
    }

    /// Where a road leads when driven from one of its ends.
    pub fn across(&self, road: RoadIx, from: JunctionIx) -> Option<JunctionIx> {
        let road = self.road(road)?;
        match from {
            end if end == road.from => Some(road.to),
            end if end == road.to => Some(road.from),
            _ => None,
        }
    }

    /// The junction nearest to a point as the crow flies; the earlier one of two as near.
    pub fn nearest(&self, point: Point) -> Option<JunctionIx> {
        let away = self.junctions.iter().map(|junction| junction.point.metres_to(point));
        let nearest = away.enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b))?;
        Some(JunctionIx(nearest.0))
    }

    fn empty(note: String) -> Self {
        Self {
            note,
            junctions: Vec::new(),
            roads: Vec::new(),
            junctions_by_id: BTreeMap::new(),
            roads_by_id: BTreeMap::new(),
            meeting: Vec::new(),
        }
    }

    fn add_junction(&mut self, read: FileJunction) -> Result<(), GraphError> {
        check_id(&read.id)?;
        let point = point_of(&read.id, read.lat, read.lon)?;
        let index = JunctionIx(self.junctions.len());
        if self.junctions_by_id.insert(read.id.clone(), index).is_some() {
            return Err(GraphError::Twice(read.id));
        }
        self.junctions.push(Junction { id: read.id, point });
        self.meeting.push(Vec::new());
        Ok(())
    }

    fn add_road(&mut self, read: FileRoad) -> Result<(), GraphError> {
        check_id(&read.id)?;
        check_number(&read.id, "metres", METRES_MAX, read.metres)?;
        check_number(&read.id, "seconds", SECONDS_MAX, read.seconds)?;
        check_number(&read.id, "weight", WEIGHT_MAX, read.weight)?;
        at_most(VIA_POINTS_MAX, "points of a road", read.via.len())?;
        let (from, to) = (self.end(&read.id, &read.from)?, self.end(&read.id, &read.to)?);
        if from == to {
            return Err(GraphError::Loop(read.id));
        }
        let index = RoadIx(self.roads.len());
        if self.roads_by_id.insert(read.id.clone(), index).is_some() {
            return Err(GraphError::Twice(read.id));
        }
        let shape = self.shape(&read, from, to)?;
        let FileRoad { id, metres, seconds, weight, .. } = read;
        self.roads.push(Road { id, from, to, metres, seconds, weight, shape });
        for end in [from, to] {
            self.meeting.get_mut(end.0).expect("both ends were just found").push(index);
        }
        Ok(())
    }

    fn end(&self, road: &str, junction: &str) -> Result<JunctionIx, GraphError> {
        self.junction(junction).ok_or_else(|| GraphError::Dangling {
            road: road.to_owned(),
            junction: junction.to_owned(),
        })
    }

    fn shape(
        &self,
        read: &FileRoad,
        from: JunctionIx,
        to: JunctionIx,
    ) -> Result<Vec<Point>, GraphError> {
        let end = |junction| self.at(junction).map(|junction| Ok(junction.point));
        let via = read.via.iter().map(|[lat, lon]| point_of(&read.id, *lat, *lon));
        end(from).into_iter().chain(via).chain(end(to)).collect()
    }

    fn refuse_islands(&self) -> Result<(), GraphError> {
        let first = self.junctions.first().ok_or(GraphError::Empty)?;
        let mut seen = BTreeSet::from([JunctionIx(0)]);
        let mut open = vec![JunctionIx(0)];
        while let Some(at) = open.pop() {
            let beyond = self.roads_at(at).iter().filter_map(|road| self.across(*road, at));
            open.extend(beyond.filter(|junction| seen.insert(*junction)));
        }
        let island = (0..self.junctions.len()).find(|index| !seen.contains(&JunctionIx(*index)));
        island.and_then(|index| self.junctions.get(index)).map_or(Ok(()), |island| {
            Err(GraphError::Island { first: first.id.clone(), island: island.id.clone() })
        })
    }
}

fn at_most(max: usize, things: &'static str, got: usize) -> Result<(), GraphError> {
    if got > max { Err(GraphError::TooMany { things, max, got }) } else { Ok(()) }
}

// A junction may be a site's, so ids here read as they do everywhere else.
fn check_id(id: &str) -> Result<(), GraphError> {
    let checked = SiteId::new(id).map(drop);
    checked.map_err(|cause| GraphError::BadId { id: id.to_owned(), cause })
}

fn check_number(road: &str, field: &'static str, max: u32, got: u32) -> Result<(), GraphError> {
    if (1..=max).contains(&got) {
        return Ok(());
    }
    Err(GraphError::BadNumber { road: road.to_owned(), field, max, got })
}

fn point_of(id: &str, lat: f64, lon: f64) -> Result<Point, GraphError> {
    Point::from_degrees(lat, lon).ok_or_else(|| GraphError::BadPoint(id.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use words::place::Point;

    use super::parse;

    // Two junctions and a road; `bend` spoils one thing.
    fn with(bend: impl FnOnce(&mut Value)) -> String {
        let mut file = json!({
            "format": "safeconduct/roads/1",
            "note": "two junctions",
            "junctions": [
                { "id": "gate", "lat": 24.9, "lon": 67.1 },
                { "id": "camp", "lat": 24.8, "lon": 67.0 },
            ],
            "roads": [{
                "id": "road", "from": "gate", "to": "camp", "metres": 15_000, "seconds": 900,
                "weight": 500, "via": [[24.85, 67.06]],
            }],
        });
        bend(&mut file);
        file.to_string()
    }

    fn refusal(bend: impl FnOnce(&mut Value)) -> String {
        parse(&with(bend)).unwrap_err().to_string()
    }

    #[test]
    fn a_road_runs_through_its_points_from_end_to_end() {
        let graph = parse(&with(|_| ())).unwrap();
        let (gate, camp) = (graph.junction("gate").unwrap(), graph.junction("camp").unwrap());
        let road = graph.road_named("road").unwrap();
        assert_eq!(graph.across(road, gate), Some(camp));
        assert_eq!(graph.across(road, camp), Some(gate));
        let at = |lat, lon| Point::from_degrees(lat, lon).unwrap();
        let shape = [at(24.9, 67.1), at(24.85, 67.06), at(24.8, 67.0)];
        assert_eq!(graph.road(road).unwrap().shape, shape);
        assert_eq!(graph.roads_at(camp), [road]);
        assert_eq!(graph.note(), "two junctions");
    }

    #[test]
    fn the_nearest_junction_is_found() {
        let graph = parse(&with(|_| ())).unwrap();
        let near = Point::from_degrees(24.82, 67.01).unwrap();
        assert_eq!(graph.nearest(near), graph.junction("camp"));
    }

    #[test]
    fn every_refusal_names_the_culprit() {
        let number = |field| refusal(|file| file["roads"][0][field] = json!(0));
        assert_eq!(number("weight"), "road `road`: `weight` must be 1 to 1000, not 0");
        assert_eq!(number("seconds"), "road `road`: `seconds` must be 1 to 36000, not 0");
        assert_eq!(number("metres"), "road `road`: `metres` must be 1 to 200000, not 0");
        assert_eq!(
            refusal(|file| file["roads"][0]["weight"] = json!(1_001)),
            "road `road`: `weight` must be 1 to 1000, not 1001"
        );
        assert_eq!(
            refusal(|file| file["roads"][0]["to"] = json!("quay")),
            "road `road` ends at `quay`, which is no junction"
        );
        assert_eq!(
            refusal(|file| file["roads"][0]["to"] = json!("gate")),
            "road `road` ends where it starts"
        );
        assert_eq!(refusal(|file| file["roads"] = json!([])), "no way leads from `gate` to `camp`");
        assert_eq!(
            refusal(|file| file["junctions"][1]["id"] = json!("gate")),
            "`gate` is defined twice"
        );
        assert_eq!(
            refusal(|file| file["junctions"][1]["lat"] = json!(91)),
            "`camp` has a point outside the earth"
        );
        assert_eq!(
            refusal(|file| file["junctions"][1]["id"] = json!("Camp")),
            "`Camp` is not an id"
        );
        assert_eq!(
            refusal(|file| file["roads"][0]["via"] = json!(vec![[24.9, 67.0]; 501])),
            "at most 500 points of a road are allowed, there are 501"
        );
    }

    #[test]
    fn a_road_cannot_stand_twice() {
        let twice = refusal(|file| {
            let road = file["roads"][0].clone();
            file["roads"].as_array_mut().unwrap().push(road);
        });
        assert_eq!(twice, "`road` is defined twice");
    }

    #[test]
    fn unknown_fields_and_formats_are_refused() {
        assert_eq!(refusal(|file| file["speed"] = json!(1)), "cannot read the road file");
        let toll = refusal(|file| file["roads"][0]["toll"] = json!(true));
        assert_eq!(toll, "cannot read the road file");
        assert_eq!(
            refusal(|file| file["format"] = json!("safeconduct/roads/2")),
            "expected the format `safeconduct/roads/1`, got `safeconduct/roads/2`"
        );
        let none = refusal(|file| {
            file["junctions"] = json!([]);
            file["roads"] = json!([]);
        });
        assert_eq!(none, "a road file needs at least one junction");
        let long = " ".repeat(super::FILE_BYTES_MAX + 1);
        assert!(matches!(parse(&long), Err(super::GraphError::TooLong(_))));
    }
}
