//! A scenario: who takes part, what they do when, and what must come of it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use words::id::{MovementId, PersonId, TaskId, UnitId};
use words::moment::Moment;
use words::movement::Stage;
use words::role::{Role, Side};

/// The script of the Karachi exercise.
pub const KARACHI: &str = include_str!("../../../scenarios/karachi/scenario.toml");
/// Its people and vehicles.
pub const PEOPLE: &str = include_str!("../../../scenarios/karachi/people.toml");
/// Its agreement.
pub const AGREEMENT: &str = include_str!("../../../scenarios/karachi/agreement.toml");
/// The annex that narrows it at the airport.
pub const ANNEX: &str = include_str!("../../../scenarios/karachi/annex-airport.toml");
/// Its roads.
pub const ROADS: &str = include_str!("../../../scenarios/karachi/roads.json");
/// Its places, for the map.
pub const PLACES: &str = include_str!("../../../scenarios/karachi/places.toml");
/// Its threat picture: incidents of the past, from public sources.
pub const INCIDENTS: &str = include_str!("../../../scenarios/karachi/incidents.csv");

/// Why a scenario cannot be played.
#[derive(Debug, Error)]
pub enum ScenarioError {
    /// Not TOML.
    #[error("the scenario is not TOML")]
    Toml(#[source] toml::de::Error),
    /// A time that is not a whole second of UTC.
    #[error("`{0}` is not a whole second of UTC")]
    Time(String),
    /// TOML of another shape.
    #[error("the scenario is not what a scenario must be")]
    Shape(#[source] serde_json::Error),
}

/// A scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is called.
    pub title: String,
    /// What stands over everything that it shows.
    pub label: String,
    /// When it starts.
    pub start: Moment,
    /// How far its place's clocks are ahead of UTC, in minutes.
    pub local_minutes: i64,
    /// The hour of the first round after the script.
    pub first_round: Moment,
    /// From one round to the next, in minutes.
    pub round_minutes: i64,
    /// Who acts.
    #[serde(rename = "officer")]
    pub officers: Vec<Officer>,
    /// The script, in order.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// One round, to be repeated; `{n}` in it is its number.
    #[serde(rename = "round", default)]
    round: Vec<Value>,
}

/// An invented officer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// Pseudonym; its beginning names the party.
    pub person: PersonId,
    /// The office held.
    pub office: String,
    /// What the officer may sign.
    pub roles: Vec<Role>,
}

/// When a step falls.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum When {
    /// At a moment.
    At(Moment),
    /// So many minutes after a movement leaves, as drawn.
    Leaves {
        /// Which movement.
        leaves: MovementId,
        /// Minutes after.
        minutes: i64,
    },
    /// So many minutes after a movement should be there, as drawn.
    Arrives {
        /// Which movement.
        arrives: MovementId,
        /// Minutes after.
        minutes: i64,
    },
    /// So many minutes after the round's hour.
    Hour {
        /// Minutes after.
        minutes: i64,
    },
}

/// One step of the script.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When.
    pub at: When,
    /// Who; nobody if only phones move or only the nodes are looked at.
    pub by: Option<PersonId>,
    /// What is done, for people.
    pub say: String,
    /// The act or wish, with placeholders.
    #[serde(rename = "do")]
    pub wish: Option<Value>,
    /// The reasons for which it must be refused; none if it must stand.
    #[serde(default)]
    pub refused: Vec<String>,
    /// The article that the refusal must cite.
    pub article: Option<String>,
    /// What phones do then.
    #[serde(default)]
    pub phones: Vec<Cue>,
    /// What both nodes must show before the step.
    #[serde(default)]
    pub look: Vec<Look>,
    /// Is it the attempt to rewrite the guest's ledger?
    #[serde(default)]
    pub attack: bool,
}

/// What simulated phones do.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case", deny_unknown_fields)]
pub enum Cue {
    /// Guest personnel stand ready for a task.
    Serve {
        /// Who.
        units: Vec<UnitId>,
        /// Which task order.
        task: TaskId,
        /// Where: latitude, longitude.
        place: (f64, f64),
    },
    /// People and vehicles wait for a movement.
    Board {
        /// Who.
        units: Vec<UnitId>,
        /// Which movement.
        movement: MovementId,
        /// Where.
        place: (f64, f64),
    },
    /// Walk or drive to a place.
    Stand {
        /// Who.
        units: Vec<UnitId>,
        /// Where.
        place: (f64, f64),
    },
    /// Follow the drawn route.
    Drive {
        /// Who, in the order of the convoy.
        units: Vec<UnitId>,
        /// Of which movement.
        movement: MovementId,
    },
    /// Turn off the route, so many metres.
    Stray {
        /// Who.
        units: Vec<UnitId>,
        /// How far; 0 returns to it.
        metres: u32,
    },
    /// Stop where they are.
    Halt {
        /// Who.
        units: Vec<UnitId>,
    },
    /// Report nothing any more.
    Silence {
        /// Who.
        units: Vec<UnitId>,
    },
    /// Report again.
    Wake {
        /// Who.
        units: Vec<UnitId>,
    },
    /// Press a button.
    Press {
        /// Who.
        units: Vec<UnitId>,
        /// Which.
        button: Button,
    },
    /// Go off duty: no longer watched, reporting now and then.
    Leave {
        /// Who.
        units: Vec<UnitId>,
    },
}

impl Cue {
    /// Whose phones.
    pub fn units(&self) -> &[UnitId] {
        match self {
            Self::Serve { units, .. }
            | Self::Board { units, .. }
            | Self::Stand { units, .. }
            | Self::Drive { units, .. }
            | Self::Stray { units, .. }
            | Self::Halt { units }
            | Self::Silence { units }
            | Self::Wake { units }
            | Self::Press { units, .. }
            | Self::Leave { units } => units,
        }
    }
}

/// A button on a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    /// A call for help.
    Sos,
    /// A call for help under threat.
    Duress,
    /// "I am here."
    CheckIn,
}

/// What both nodes must show.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "see", rename_all = "snake_case", deny_unknown_fields)]
pub enum Look {
    /// Does the joint draw exist?
    Drawn {
        /// Of which movement.
        movement: MovementId,
        /// It does.
        exists: bool,
    },
    /// Has a stage been told?
    Told {
        /// Of which movement.
        movement: MovementId,
        /// Which stage.
        stage: Stage,
        /// It has.
        told: bool,
    },
    /// Where a movement stands.
    Standing {
        /// Which movement.
        movement: MovementId,
        /// The word of its standing.
        standing: String,
    },
    /// An alarm is open.
    Alarm {
        /// Its kind.
        kind: String,
        /// With whom.
        unit: UnitId,
    },
}

/// The people of a scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    #[serde(rename = "unit")]
    units: Vec<Person>,
}

/// A person or vehicle with a phone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Pseudonym.
    pub unit: UnitId,
    /// `protected`, `guest_personnel`, `host_personnel` or `vehicle`.
    pub kind: String,
    /// What the watch calls it.
    pub label: String,
    /// Whose node its phone reports to.
    pub node: Side,
}

impl Scenario {
    /// Reads a scenario.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        serde_json::from_value(json_of(text)?).map_err(ScenarioError::Shape)
    }

    /// The steps of round `n`, and its hour.
    pub fn round(&self, n: u32) -> Result<(Moment, Vec<Step>), ScenarioError> {
        let text = Value::from(self.round.clone()).to_string().replace("{n}", &n.to_string());
        let steps = serde_json::from_str(&text).map_err(ScenarioError::Shape)?;
        let later = i64::from(n.saturating_sub(1)) * self.round_minutes * 60_000;
        Ok((self.first_round.plus_ms(later), steps))
    }
}

/// Reads the people of a scenario.
pub fn people(text: &str) -> Result<Vec<Person>, ScenarioError> {
    let people: People = serde_json::from_value(json_of(text)?).map_err(ScenarioError::Shape)?;
    Ok(people.units)
}

// Acts are read as the API reads them, from JSON; TOML's own times become milliseconds.
fn json_of(text: &str) -> Result<Value, ScenarioError> {
    let table: toml::Table = toml::from_str(text).map_err(ScenarioError::Toml)?;
    json(toml::Value::Table(table))
}

fn json(value: toml::Value) -> Result<Value, ScenarioError> {
    Ok(match value {
        toml::Value::String(text) => Value::from(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(truth) => Value::from(truth),
        toml::Value::Datetime(time) => {
            let text = time.to_string();
            let moment = Moment::parse(&text).ok_or(ScenarioError::Time(text))?;
            Value::from(moment.unix_ms)
        }
        toml::Value::Array(items) => {
            Value::from(items.into_iter().map(json).collect::<Result<Vec<_>, _>>()?)
        }
        toml::Value::Table(table) => {
            let pairs = table.into_iter().map(|(key, value)| Ok((key, json(value)?)));
            Value::Object(pairs.collect::<Result<_, ScenarioError>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{KARACHI, PEOPLE, Scenario, people};

    #[test]
    fn the_karachi_scenario_reads_and_names_only_its_own_people() {
        let scenario = Scenario::parse(KARACHI).unwrap();
        let units: Vec<_> = people(PEOPLE).unwrap().into_iter().map(|it| it.unit).collect();
        let (_, round) = scenario.round(7).unwrap();
        for step in scenario.steps.iter().chain(&round) {
            let known = |by: &_| scenario.officers.iter().any(|officer| &officer.person == by);
            assert!(step.by.as_ref().is_none_or(known), "{step:?}");
            assert_eq!(step.by.is_some(), step.wish.is_some(), "{step:?}");
            for unit in step.phones.iter().flat_map(super::Cue::units) {
                assert!(units.contains(unit), "{unit}");
            }
        }
    }

    #[test]
    fn a_round_falls_at_its_own_hour_under_its_own_name() {
        let scenario = Scenario::parse(KARACHI).unwrap();
        let (first, _) = scenario.round(1).unwrap();
        let (third, steps) = scenario.round(3).unwrap();
        assert_eq!(third.ms_since(first), 2 * scenario.round_minutes * 60_000);
        assert!(format!("{steps:?}").contains("r-3"));
    }
}
