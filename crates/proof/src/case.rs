//! A case: one request with every fact about it.

use std::collections::BTreeSet;

use accord::rules::{Deed, Facts, Question, Rules};
use words::clause::Sensor;
use words::id::{PartyId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::role::Role;

/// A request to an agreement with every fact about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What is asked.
    pub question: Question,
    /// What is so.
    pub facts: Facts,
    // The rules hear one word about time: is the moment within the period?
    pub(crate) period: Option<Window>,
}

/// What a fact of a request is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Is(bool),
    Count(i64),
    Word(String),
    Words(BTreeSet<String>),
    Unsaid,
}

/// What a fact may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// True or false; the value that stops nobody.
    Flag(bool),
    /// From the first to the second; the value that stops nobody.
    Count(i64, i64, i64),
    /// One of these, or unsaid.
    Word(Vec<&'static str>),
    /// Any words; none stops nobody.
    Words,
}

/// One fact of the schema, and where a case keeps it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    get: fn(&Case) -> Value,
    set: fn(&mut Case, &Value) -> Option<()>,
}

/// The largest count that a fact can be: an unsigned number of 32 bits.
const COUNT_MAX: i64 = 0xFFFF_FFFF;

macro_rules! flag {
    ($name:ident, $clear:literal) => {
        Row {
            name: stringify!($name),
            kind: Kind::Flag($clear),
            get: |case| Value::Is(case.facts.$name),
            set: |case, value| {
                let Value::Is(is) = value else { return None };
                case.facts.$name = *is;
                Some(())
            },
        }
    };
}

macro_rules! count {
    ($name:ident, $clear:expr) => {
        Row {
            name: stringify!($name),
            kind: Kind::Count(0, COUNT_MAX, $clear),
            get: |case| Value::Count(case.facts.$name.into()),
            set: |case, value| {
                let Value::Count(count) = value else { return None };
                case.facts.$name = u32::try_from(*count).ok()?;
                Some(())
            },
        }
    };
}

macro_rules! duration {
    ($name:ident, $clear:expr) => {
        Row {
            name: stringify!($name),
            kind: Kind::Count(i64::MIN, i64::MAX, $clear),
            get: |case| Value::Count(case.facts.$name),
            set: |case, value| {
                let Value::Count(count) = value else { return None };
                case.facts.$name = *count;
                Some(())
            },
        }
    };
}

macro_rules! word {
    ($name:ident, $type:ty) => {
        Row {
            name: stringify!($name),
            kind: Kind::Word(<$type>::ALL.iter().map(|one| one.as_str()).collect()),
            get: |case| {
                let word = case.question.$name.map(<$type>::as_str);
                word.map_or(Value::Unsaid, |word| Value::Word(word.to_owned()))
            },
            set: |case, value| {
                case.question.$name = match value {
                    Value::Word(word) => Some(<$type>::parse(word)?),
                    Value::Unsaid => None,
                    Value::Is(_) | Value::Count(_) | Value::Words(_) => return None,
                };
                Some(())
            },
        }
    };
}

/// Longer than anybody announces anything ahead, or is gone between two stays: a year.
const YEAR_MS: i64 = 365 * 24 * 3_600_000;

/// Who may order a task, where a text says so.
const ROLES: [Role; 14] = [
    Role::Root,
    Role::Node,
    Role::Signatory,
    Role::ConsentOfficer,
    Role::WatchOfficer,
    Role::ProtectionLead,
    Role::JourneyManager,
    Role::EscortLeader,
    Role::DistrictCommand,
    Role::CheckpointOfficer,
    Role::Analyst,
    Role::Driver,
    Role::Protected,
    Role::Inspector,
];

/// Every fact of the schema, in the order in which it is told.
pub(crate) fn rows() -> Vec<Row> {
    vec![
        word!(category, Category),
        word!(task, Task),
        word!(rung, Rung),
        word!(arms, ArmsClass),
        word!(armour, ArmourClass),
        word!(purpose, Purpose),
        flag!(in_force, true),
        Row {
            name: "within_period",
            kind: Kind::Flag(true),
            get: |case| Value::Is(within(case, case.question.at)),
            set: |case, value| {
                let Value::Is(is) = value else { return None };
                case.question.at = moment(case, *is)?;
                Some(())
            },
        },
        flag!(suspended, false),
        flag!(consent_live, true),
        flag!(host_heard, true),
        count!(headcount_after, 0),
        count!(headcount_max, COUNT_MAX),
        count!(vehicles_after, 0),
        count!(vehicles_max, COUNT_MAX),
        count!(armed_after, 0),
        count!(armed_max, COUNT_MAX),
        duration!(notice_ms, YEAR_MS),
        flag!(accredited, true),
        flag!(licensed, true),
        count!(guests_per_officer, 0),
        duration!(stay_ms, 0),
        duration!(absent_ms, YEAR_MS),
        flag!(emergency, false),
        flag!(rung_open, true),
        suspended_articles(),
        ordered_by(),
        word!(sensor, Sensor),
        Row {
            name: "altitude_m",
            kind: Kind::Count(0, COUNT_MAX, 0),
            get: |case| Value::Count(case.question.altitude_m.into()),
            set: |case, value| {
                let Value::Count(count) = value else { return None };
                case.question.altitude_m = u32::try_from(*count).ok()?;
                Some(())
            },
        },
    ]
}

fn suspended_articles() -> Row {
    Row {
        name: "suspended_articles",
        kind: Kind::Words,
        get: |case| Value::Words(case.facts.suspended_articles.clone()),
        set: |case, value| {
            let Value::Words(words) = value else { return None };
            case.facts.suspended_articles.clone_from(words);
            Some(())
        },
    }
}

fn ordered_by() -> Row {
    Row {
        name: "ordered_by",
        kind: Kind::Word(ROLES.map(Role::as_str).to_vec()),
        get: |case| {
            let word = case.question.ordered_by.map(Role::as_str);
            word.map_or(Value::Unsaid, |word| Value::Word(word.to_owned()))
        },
        set: |case, value| {
            case.question.ordered_by = match value {
                Value::Word(word) => Some(*ROLES.iter().find(|role| role.as_str() == word)?),
                Value::Unsaid => None,
                Value::Is(_) | Value::Count(_) | Value::Words(_) => return None,
            };
            Some(())
        },
    }
}

fn within(case: &Case, at: Moment) -> bool {
    case.period.is_none_or(|period| period.holds(at))
}

// The first moment that is within, or not.
fn moment(case: &Case, inside: bool) -> Option<Moment> {
    let period = case.period;
    let ends = period.map(|period| [period.start(), period.end()]);
    let candidates = [case.question.at].into_iter().chain(ends.into_iter().flatten());
    candidates.into_iter().find(|at| within(case, *at) == inside)
}

impl Row {
    pub(crate) fn get(&self, case: &Case) -> Value {
        (self.get)(case)
    }

    /// The case with another value of this fact; nothing if it cannot have it.
    pub(crate) fn with(&self, case: &Case, value: &Value) -> Option<Case> {
        let mut other = case.clone();
        (self.set)(&mut other, value)?;
        Some(other)
    }

    /// The value that stops nobody.
    pub(crate) fn clear(&self) -> Value {
        match &self.kind {
            Kind::Flag(is) => Value::Is(*is),
            Kind::Count(_, _, count) => Value::Count(*count),
            Kind::Word(_) => Value::Unsaid,
            Kind::Words => Value::Words(BTreeSet::new()),
        }
    }
}

impl Case {
    /// A request for which every fact is as it should be.
    pub(crate) fn clear(rules: &Rules, deed: Deed, zone: &ZoneId) -> Self {
        let period = rules.period();
        Self {
            question: Question {
                deed,
                purpose: None,
                zone: zone.clone(),
                category: None,
                task: None,
                rung: None,
                arms: None,
                armour: None,
                ordered_by: None,
                sensor: None,
                altitude_m: 0,
                at: period.map_or(Moment::default(), Window::start),
            },
            facts: Facts { notice_ms: YEAR_MS, absent_ms: YEAR_MS, ..Facts::clear() },
            period,
        }
    }

    /// The facts that are not as they should be, and the words of the request, by name.
    pub fn told(&self) -> Vec<(&'static str, String)> {
        let rows = rows();
        let odd = rows.iter().filter(|row| row.get(self) != row.clear());
        odd.map(|row| (row.name, row.get(self).to_string())).collect()
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Is(is) => write!(out, "{is}"),
            Self::Count(count) => write!(out, "{count}"),
            Self::Word(word) => out.write_str(word),
            Self::Words(words) => {
                out.write_str(&words.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
            }
            Self::Unsaid => out.write_str("not said"),
        }
    }
}

/// Cedar that holds for every request that a node can form about these zones, and no other.
pub(crate) fn world(rules: &Rules) -> String {
    let guest: &PartyId = &rules.document().guest;
    let zones: Vec<String> = zones(rules).iter().map(|zone| format!("Zone::\"{zone}\"")).collect();
    let mut parts = vec![
        format!("principal == Party::\"{guest}\""),
        format!("[{}].contains(resource)", zones.join(", ")),
    ];
    if rules.period().is_none() {
        parts.push("context.within_period".to_owned());
    }
    for row in rows() {
        let name = row.name;
        match row.kind {
            Kind::Flag(_) | Kind::Words | Kind::Count(i64::MIN, i64::MAX, _) => {}
            Kind::Count(least, most, _) => {
                parts.push(format!("context.{name} >= {least} && context.{name} <= {most}"));
            }
            Kind::Word(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                let words = words.join(", ");
                parts.push(format!(
                    "(if context has {name} then [{words}].contains(context.{name}) else true)"
                ));
            }
        }
    }
    parts.join(" &&\n    ")
}

/// Every zone of a text, the allowed ones first.
pub(crate) fn zones(rules: &Rules) -> Vec<ZoneId> {
    let (allowed, excluded): (Vec<_>, Vec<_>) = rules.zones().partition(|zone| zone.allowed);
    allowed.into_iter().chain(excluded).map(|zone| zone.zone.clone()).collect()
}

#[cfg(test)]
mod tests {
    use accord::window::SCHEMA;

    use super::rows;

    #[test]
    fn every_fact_of_the_schema_has_a_row() {
        let (_, facts) = SCHEMA.split_once("type Facts = {").unwrap();
        let (facts, _) = facts.split_once('}').unwrap();
        let facts = facts.lines().map(|line| line.split("//").next().unwrap());
        let named = facts.filter_map(|line| line.split_once(':'));
        let mut named: Vec<&str> =
            named.map(|(name, _)| name.trim().trim_end_matches('?')).collect();
        let rows = rows();
        let mut known: Vec<&str> = rows.iter().map(|row| row.name).collect();
        named.sort_unstable();
        known.sort_unstable();
        assert_eq!(named, known);
    }
}
