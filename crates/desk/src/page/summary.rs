//! An act in words, line by line: what a person reads before signing it.

use serde_json::Value;
use sheet::stamp;
use sheet::term::Naming;
use tongue::speech::Tongue;
use words::act::Act;
use words::clause::Training;
use words::moment::Moment;

/// A line of the summary is read by eye; what is longer is named by its length.
const VALUE_CHARS_MAX: usize = 600;

/// Fields of acts that hold moments.
const MOMENTS: &[&str] = &[
    "start",
    "end",
    "until",
    "not_before",
    "draw_at",
    "shown",
    "audited",
    "at",
    "known_at",
    "publish_at",
    "due",
];

/// Fields whose words belong to a family of another name.
const FAMILIES: &[(&str, &str)] = &[
    ("by", "side"),
    ("against", "side"),
    ("owed_by", "side"),
    ("addressed", "role"),
    ("categories", "category"),
    ("readers", "audience"),
    ("rule", "erasure"),
];

/// The act's name and each of its fields, in the reader's language where it has a word.
pub fn lines(act: &Act, tongue: &Tongue) -> String {
    let fields = serde_json::to_value(act).expect("every act has a JSON form");
    let mut lines = vec![tongue.word("act", act.word())];
    tell("", &fields, tongue, &mut lines);
    lines.join("\n")
}

fn tell(name: &str, value: &Value, tongue: &Tongue, lines: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| *name != "act") {
                tell(name, value, tongue, lines);
            }
        }
        Value::Array(all) if all.iter().any(Value::is_object) => {
            for value in all {
                tell(name, value, tongue, lines);
            }
        }
        Value::Array(all) => {
            let all: Vec<String> = all.iter().map(|value| said(name, value, tongue)).collect();
            lines.push(format!("{}: {}", label(name, tongue), all.join(", ")));
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            lines.push(format!("{}: {}", label(name, tongue), said(name, value, tongue)));
        }
    }
}

fn label(name: &str, tongue: &Tongue) -> String {
    let key = format!("field-{name}");
    if tongue.has(&key) { tongue.say(&key) } else { name.replace('_', " ") }
}

fn said(name: &str, value: &Value, tongue: &Tongue) -> String {
    if let (true, Some(ms)) = (MOMENTS.contains(&name), value.as_i64()) {
        let at = Moment::from_ms(ms);
        return format!("{} {} PKT", stamp::date(at), stamp::hour(at));
    }
    if let Some(yes) = value.as_bool() {
        let family = if name == "insured" { name } else { "answer" };
        return tongue.word(family, if yes { "yes" } else { "no" });
    }
    let Some(text) = value.as_str() else { return value.to_string() };
    let long = text.chars().count();
    if long > VALUE_CHARS_MAX { format!("({long})") } else { tongue.word(family(name, text), text) }
}

fn family<'a>(name: &'a str, text: &str) -> &'a str {
    // What was shown of a person, or what was lost.
    if name == "item" && Training::parse(text).is_some() {
        return "training";
    }
    FAMILIES.iter().find(|(field, _)| *field == name).map_or(name, |(_, family)| family)
}
