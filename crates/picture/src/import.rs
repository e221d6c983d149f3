//! Incidents from a CSV table, refused by row and column.

use std::collections::BTreeSet;

use csv::{ReaderBuilder, StringRecord};
use thiserror::Error;
use words::id::IncidentId;
use words::moment::Moment;
use words::place::Point;

use crate::grade::Grade;
use crate::incident::{Claim, Incident, Relation};
use crate::range::Range;

/// A table that people compiled has hundreds of rows; 4 MiB holds ten thousand.
pub const TABLE_BYTES_MAX: usize = 4_194_304;

/// Further than this a point says nothing about a place; an incident then has no point.
pub const PRECISION_KM_MAX: u32 = 1_000;

const COLUMNS: [&str; 24] = [
    "id",
    "date",
    "place",
    "admin1",
    "lat",
    "lon",
    "geo_precision_km",
    "geo_source",
    "guest_persons_targeted",
    "phase",
    "node",
    "weapon",
    "claim_or_attribution",
    "killed_low",
    "killed_high",
    "killed_guest_nationals",
    "injured_low",
    "injured_high",
    "injured_guest_nationals",
    "escort_present",
    "armour",
    "insider_factor",
    "conflicting_reports",
    "sources",
];

/// Why a table was refused. Rows count as in a spreadsheet: the heading is row 1.
#[derive(Debug, Error)]
pub enum ImportError {
    /// Longer than [`TABLE_BYTES_MAX`].
    #[error("a table has at most {TABLE_BYTES_MAX} bytes, this one has {0}")]
    TooLong(usize),
    /// The heading lacks a column.
    #[error("the heading lacks the column `{0}`")]
    Column(&'static str),
    /// The row is not CSV, or has more or fewer columns than the heading.
    #[error("row {row} is not a row of this table")]
    Row {
        /// Which row.
        row: u64,
        /// What the reader found.
        #[source]
        cause: csv::Error,
    },
    /// A cell holds something else.
    #[error("row {row}, column `{column}`: expected {wanted}, found `{found}`")]
    Cell {
        /// Which row.
        row: u64,
        /// Which column.
        column: &'static str,
        /// What it must hold.
        wanted: &'static str,
        /// What it holds.
        found: String,
    },
}

/// Reads a table of incidents.
pub fn import_csv(text: &str) -> Result<Vec<Incident>, ImportError> {
    if text.len() > TABLE_BYTES_MAX {
        return Err(ImportError::TooLong(text.len()));
    }
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let heading = reader.headers().map_err(|cause| ImportError::Row { row: 1, cause })?.clone();
    for column in COLUMNS {
        if !heading.iter().any(|it| it == column) {
            return Err(ImportError::Column(column));
        }
    }
    let mut incidents = Vec::new();
    let mut ids = BTreeSet::new();
    for (cells, number) in reader.records().zip(2..) {
        let cells = cells.map_err(|cause| ImportError::Row { row: number, cause })?;
        let row = Row { heading: &heading, cells: &cells, number };
        let incident = row.incident()?;
        if !ids.insert(incident.incident.clone()) {
            return Err(row.wrong("id", "an id that no earlier row has"));
        }
        incidents.push(incident);
    }
    Ok(incidents)
}

struct Row<'a> {
    heading: &'a StringRecord,
    cells: &'a StringRecord,
    number: u64,
}

impl Row<'_> {
    fn incident(&self) -> Result<Incident, ImportError> {
        let text = |column| self.text(column).to_owned();
        let said = |column| Some(text(column)).filter(|text| !text.is_empty());
        let mut incident = Incident {
            incident: self.id()?,
            date: self.date()?,
            place: self.filled("place")?,
            admin1: text("admin1"),
            point: self.point()?,
            precision_km: self.precision_km()?,
            guest_targeted: self.yes_or_no("guest_persons_targeted")?,
            phase: self.filled("phase")?,
            node: text("node"),
            weapon: text("weapon"),
            claims: Vec::new(),
            conflicting: false,
            doubt: text("conflicting_reports"),
            killed: self.range("killed_low", "killed_high")?,
            injured: self.range("injured_low", "injured_high")?,
            guest_killed: self.within("killed_guest_nationals", "killed_high")?,
            guest_injured: self.within("injured_guest_nationals", "injured_high")?,
            escort_present: said("escort_present"),
            armour: said("armour"),
            insider_factor: text("insider_factor"),
            sources: pieces(self.text("sources"), " ; ").map(str::to_owned).collect(),
        };
        incident.conflicting = incident.is_contradicted();
        incident.claims = attributions(self.text("claim_or_attribution"));
        if incident.conflicting {
            incident.claims.extend(contradictions(&incident.doubt));
        }
        Ok(incident)
    }

    fn text(&self, column: &str) -> &str {
        let at = self.heading.iter().position(|it| it == column);
        at.and_then(|at| self.cells.get(at)).unwrap_or_default().trim()
    }

    fn wrong(&self, column: &'static str, wanted: &'static str) -> ImportError {
        let found = self.text(column).chars().take(80).collect();
        ImportError::Cell { row: self.number, column, wanted, found }
    }

    fn filled(&self, column: &'static str) -> Result<String, ImportError> {
        let text = self.text(column);
        if text.is_empty() { Err(self.wrong(column, "a text")) } else { Ok(text.to_owned()) }
    }

    // Ids of the house are lower case; tables of people often are not.
    fn id(&self) -> Result<IncidentId, ImportError> {
        let id = IncidentId::new(&self.text("id").to_ascii_lowercase());
        id.ok().ok_or_else(|| self.wrong("id", "1 to 64 letters, digits or `-._/:`"))
    }

    fn date(&self) -> Result<Moment, ImportError> {
        let midnight = format!("{}T00:00:00Z", self.text("date"));
        Moment::parse(&midnight).ok_or_else(|| self.wrong("date", "a day such as 2024-10-06"))
    }

    fn degrees(
        &self,
        column: &'static str,
        wanted: &'static str,
        limit: f64,
    ) -> Result<f64, ImportError> {
        let degrees = self.text(column).parse::<f64>().ok();
        let inside = degrees.filter(|it| it.is_finite() && it.abs() <= limit);
        inside.ok_or_else(|| self.wrong(column, wanted))
    }

    fn point(&self) -> Result<Point, ImportError> {
        let lat = self.degrees("lat", "a latitude from -90 to 90", 90.0)?;
        let lon = self.degrees("lon", "a longitude from -180 to 180", 180.0)?;
        Point::from_degrees(lat, lon).ok_or_else(|| self.wrong("lat", "a place on the earth"))
    }

    // Rounded up, so that a point never looks better known than it is.
    fn precision_km(&self) -> Result<u32, ImportError> {
        let column = "geo_precision_km";
        let km = self.text(column).parse::<f64>().ok().filter(|km| *km >= 0.0);
        let whole = km.and_then(|km| (0..=PRECISION_KM_MAX).find(|whole| f64::from(*whole) >= km));
        whole.ok_or_else(|| self.wrong(column, "kilometres from 0 to 1000"))
    }

    fn yes_or_no(&self, column: &'static str) -> Result<bool, ImportError> {
        match self.text(column) {
            "1" => Ok(true),
            "0" => Ok(false),
            _ => Err(self.wrong(column, "1 or 0")),
        }
    }

    fn number(&self, column: &'static str) -> Result<Option<u32>, ImportError> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let number = text.parse().ok();
        number.map(Some).ok_or_else(|| self.wrong(column, "a whole number or nothing"))
    }

    fn range(&self, low: &'static str, high: &'static str) -> Result<Range, ImportError> {
        let range = (self.number(low)?, self.number(high)?);
        match range {
            (Some(least), Some(most)) if least > most => {
                Err(self.wrong(low, "no more than the highest number beside it"))
            }
            (Some(_) | None, _) => Ok(range),
        }
    }

    fn within(&self, part: &'static str, whole: &'static str) -> Result<Option<u32>, ImportError> {
        let (number, most) = (self.number(part)?, self.number(whole)?);
        match (number, most) {
            (Some(number), Some(most)) if number > most => {
                Err(self.wrong(part, "no more than all of them together"))
            }
            (Some(_) | None, _) => Ok(number),
        }
    }
}

fn pieces<'a>(text: &'a str, between: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(between).map(str::trim).filter(|piece| !piece.is_empty())
}

// `BLA; police suspected TTP; TTP denied`: who claims or attributes, each piece one claim.
// `none …` says that nobody claimed, which is not a claim.
fn attributions(text: &str) -> Vec<Claim> {
    let spoken = pieces(text, ";").filter(|piece| !piece.starts_with("none"));
    spoken.map(|piece| ungraded(speaker(piece), piece)).collect()
}

// `officials: 1 hurt; The Post: 9 killed; 3 vs 4 vehicles`: the last names nobody.
fn contradictions(text: &str) -> Vec<Claim> {
    let split = |piece: &str| match piece.split_once(": ") {
        Some((by, text)) => ungraded(by, text),
        None => ungraded("", piece),
    };
    pieces(text, ";").map(split).collect()
}

// A table carries no grades, and inventing one would be a lie: F6 until an analyst judges.
fn ungraded(by: &str, text: &str) -> Claim {
    let denies = text.split_whitespace().any(|word| matches!(word, "denied" | "denies"));
    let relation = if denies { Relation::Denies } else { Relation::Asserts };
    Claim { relation, by: by.trim().to_owned(), text: text.to_owned(), grade: Grade::UNJUDGED }
}

// The words before the verb, or before a bracket; a bare name speaks for itself.
fn speaker(piece: &str) -> &str {
    let verbs =
        [" also ", " denied", " denies", " confirmed", " suspected", " blamed", " attributed"];
    let ends = verbs.iter().chain(&[" alleged", " ("]).filter_map(|verb| piece.find(verb));
    ends.min().and_then(|end| piece.get(..end)).unwrap_or(piece)
}

#[cfg(test)]
mod tests;
