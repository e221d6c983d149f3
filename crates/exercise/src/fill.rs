//! Placeholders of a script: what an officer would pick now.

use std::collections::BTreeMap;

use article::root::root;
use engine::engine::Engine;
use serde_json::{Value, json};
use words::hash::hex;
use words::id::{AlarmId, MovementId, PassId};
use words::moment::Moment;
use words::movement::Check;

use crate::scenario::AGREEMENT;

/// What a script has learnt and may name again.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Alarms by `KIND UNIT`: an alarm that is noted and over is no longer on the screen.
    pub alarms: BTreeMap<String, AlarmId>,
    /// The hour of the round that is being played.
    pub hour: Option<Moment>,
}

impl Known {
    /// Remembers the alarms that an engine shows, the newest of each kind and unit.
    pub fn learn(&mut self, engine: &Engine) {
        let mut open: Vec<_> = engine.post().watch().alarms().collect();
        open.sort_by_key(|alarm| alarm.raised);
        for alarm in open {
            let name = format!("{} {}", alarm.kind.as_str(), alarm.unit);
            self.alarms.insert(name, alarm.alarm.clone());
        }
    }
}

/// The value with every placeholder filled; the error is the placeholder that could not be.
pub fn fill(value: Value, engine: &Engine, known: &Known) -> Result<Value, String> {
    match value {
        Value::String(text) => match text.strip_prefix('@') {
            Some(name) => placeholder(name, engine, known).ok_or(text),
            None => Ok(Value::String(text)),
        },
        Value::Array(items) => {
            let filled = items.into_iter().map(|item| fill(item, engine, known));
            Ok(Value::Array(filled.collect::<Result<_, _>>()?))
        }
        Value::Object(pairs) => {
            let filled =
                pairs.into_iter().map(|(key, value)| Ok((key, fill(value, engine, known)?)));
            Ok(Value::Object(filled.collect::<Result<_, String>>()?))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value),
    }
}

fn placeholder(name: &str, engine: &Engine, known: &Known) -> Option<Value> {
    let (word, rest) = name.split_once(' ').unwrap_or((name, ""));
    match word {
        "text" => Some(json!(AGREEMENT)),
        "hash" => Some(json!(hex(&root(AGREEMENT).0))),
        "all" => serde_json::to_value(Check::ALL).ok(),
        "pass" => Some(json!(newest_pass(engine, &MovementId::new(rest).ok()?)?)),
        "alarm" => Some(json!(known.alarms.get(rest)?)),
        "site" => Some(json!(half_way(engine, &MovementId::new(rest).ok()?)?)),
        "time" => {
            let minutes: i64 = rest.parse().ok()?;
            Some(json!(known.hour?.plus_ms(minutes * 60_000)))
        }
        _ => None,
    }
}

fn newest_pass(engine: &Engine, movement: &MovementId) -> Option<PassId> {
    let passes = engine.state().passes.iter();
    let of = passes.filter(|(_, pass)| &pass.movement == movement);
    of.max_by_key(|(_, pass)| pass.window.start()).map(|(id, _)| id.clone())
}

fn half_way(engine: &Engine, movement: &MovementId) -> Option<String> {
    let roads = engine.roads()?;
    let junctions = engine.drawn(movement)?.way?.junctions(roads);
    let middle = junctions.get(junctions.len() / 2)?;
    Some(roads.at(*middle)?.id.clone())
}
