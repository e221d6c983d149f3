//! Facts and changes of a decision, said in a language of the house.

use accord::explain::{Change, Fact, Named, Value};
use tongue::speech::{Lang, Tongue};

/// A fact as one line.
pub fn fact(fact: &Fact, lang: Lang) -> String {
    format!("{}: {}", name(fact.name, lang), value(fact, lang))
}

/// What a fact is about.
pub fn name(name: Named, lang: Lang) -> String {
    Tongue::of(lang).say(&format!("fact-{}", name.as_str()))
}

/// What a fact says.
pub fn value(fact: &Fact, lang: Lang) -> String {
    let tongue = Tongue::of(lang);
    let long = |ms: i64| span(ms, lang);
    match &fact.value {
        Value::Is(true) => tongue.say("fact-value-yes"),
        Value::Is(false) => tongue.say("fact-value-no"),
        Value::NotSaid => tongue.say("fact-value-not_said"),
        Value::Word(word) => match family(fact.name) {
            Some(family) => tongue.say(&format!("{family}-{word}")),
            None => (*word).to_owned(),
        },
        Value::Zone(zone) => zone.to_string(),
        Value::At(moment) => moment.to_string(),
        Value::Count { is, most: None } => {
            tongue.say_with("fact-value-free", &[("n", (*is).into())])
        }
        Value::Count { is, most: Some(most) } => {
            tongue.say_with("fact-value-count", &[("n", (*is).into()), ("most", (*most).into())])
        }
        Value::AtMost { ms, most_ms } => tongue.say_with(
            "fact-value-at_most",
            &[("is", long(*ms).into()), ("most", long(*most_ms).into())],
        ),
        Value::AtLeast { ms, least_ms } => tongue.say_with(
            "fact-value-at_least",
            &[("is", long(*ms).into()), ("least", long(*least_ms).into())],
        ),
        Value::Notice { ms, normal_ms, least_ms } => {
            let key = if ms < normal_ms { "fact-value-urgent" } else { "fact-value-notice" };
            let (normal, least) = (long(*normal_ms), long(*least_ms));
            let is = long(*ms);
            let values = [("is", is.into()), ("normal", normal.into()), ("least", least.into())];
            tongue.say_with(key, &values)
        }
        Value::Metres(metres) => tongue.say_with("fact-value-metres", &[("n", (*metres).into())]),
        Value::Text(text) => text.clone(),
    }
}

/// A change as one sentence.
pub fn change(change: &Change, lang: Lang) -> String {
    let tongue = Tongue::of(lang);
    let key = format!("change-{}", change.as_str());
    let what = |text: String| tongue.say_with(&key, &[("what", text.into())]);
    let word = |family: &str, word: &str| what(tongue.say(&format!("{family}-{word}")));
    let count = |n: u32| tongue.say_with(&key, &[("n", n.into())]);
    match change {
        Change::Purpose(purpose) => word("purpose", purpose.as_str()),
        Change::Zone(zone) => what(zone.to_string()),
        Change::Category(category) => word("category", category.as_str()),
        Change::Task(task) => word("task", task.as_str()),
        Change::Rung(rung) => word("rung", rung.as_str()),
        Change::Arms(arms) => word("arms", arms.as_str()),
        Change::Armour(armour) => word("armour", armour.as_str()),
        Change::Sensor(sensor) => word("sensor", sensor.as_str()),
        Change::OrderedBy(role) => word("role", role.as_str()),
        Change::At(moment) => what(moment.to_string()),
        Change::Altitude(n)
        | Change::FewerPersons(n)
        | Change::FewerVehicles(n)
        | Change::FewerArmed(n)
        | Change::Officers(n) => count(*n),
        Change::Later(ms) | Change::ShorterStay(ms) | Change::Wait(ms) => what(span(*ms, lang)),
        Change::AsPermitted(article, permit) => {
            let task = tongue.say(&format!("task-{}", permit.task.as_str()));
            let values = [("number", article.as_str().into()), ("what", task.into())];
            tongue.say_with(&key, &values)
        }
        Change::LiftClause(article) => {
            tongue.say_with(&key, &[("number", article.as_str().into())])
        }
        Change::HearHost
        | Change::Accredit
        | Change::License
        | Change::Consent
        | Change::OpenRung
        | Change::Sign
        | Change::LiftSuspension
        | Change::Amend
        | Change::Repair => tongue.say(&key),
    }
}

// Rounded up to minutes, so that whoever follows it has done enough.
fn span(ms: i64, lang: Lang) -> String {
    let minutes = u64::try_from(ms.saturating_add(59_999).div_euclid(60_000)).unwrap_or(0);
    let (hours, rest) = (minutes / 60, minutes % 60);
    let key = match (hours, rest) {
        (0, _) => "span-min",
        (_, 0) => "span-h",
        (..) => "span-h-min",
    };
    let values = [("h", hours.into()), ("min", rest.into())];
    Tongue::of(lang).say_with(key, &values)
}

// The set of words that a fact's word is of.
const fn family(name: Named) -> Option<&'static str> {
    match name {
        Named::Purpose => Some("purpose"),
        Named::Category => Some("category"),
        Named::Task => Some("task"),
        Named::Rung => Some("rung"),
        Named::OrderedBy => Some("role"),
        Named::Arms => Some("arms"),
        Named::Sensor => Some("sensor"),
        Named::Armour => Some("armour"),
        Named::Force
        | Named::At
        | Named::Suspended
        | Named::Clause
        | Named::Zone
        | Named::Consent
        | Named::Heard
        | Named::RungOpen
        | Named::Notice
        | Named::Persons
        | Named::Vehicles
        | Named::Armed
        | Named::Stay
        | Named::Absence
        | Named::Accredited
        | Named::Licensed
        | Named::GuestsPerOfficer
        | Named::Altitude
        | Named::Fault => None,
    }
}
