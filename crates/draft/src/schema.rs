//! The keys of a text, in a table: for editors, for people, for order.

pub(crate) mod keys;

mod json;

use crate::schema::json::Json;
use crate::schema::keys::Choice;
use article::provision::{KINDS, Kind};

/// Where the schema is published with the program.
pub const ID: &str = "agreement.schema.json";

/// What a key takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Takes {
    /// Yes or no.
    Is,
    /// A whole number; its unit is in its name.
    Count,
    /// A whole number of any size.
    Amount,
    /// A text.
    Text,
    /// Texts.
    Texts,
    /// A text in the three languages of the house.
    Names,
    /// One of some words.
    Word(Choice),
    /// Some of them.
    Words(Choice),
    /// A party's id.
    Party,
    /// A zone's id.
    Zone,
    /// Zones.
    Zones,
    /// Kinds of provision.
    Kinds,
    /// A moment of Universal Time.
    Moment,
    /// Corners of an area.
    Ring,
    /// One table.
    One(&'static [Key]),
    /// Tables.
    List(&'static [Key]),
}

/// A key of a provision.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) takes: Takes,
    pub(crate) about: &'static str,
    pub(crate) optional: bool,
}

/// What a kind of provision takes.
pub(crate) fn takes(word: &str) -> Option<Takes> {
    keys::KINDS.iter().find(|(kind, _)| *kind == word).map(|(_, takes)| *takes)
}

/// The keys of the tables of a kind; none if it is a plain list of words.
pub(crate) fn keys_of(takes: Takes) -> &'static [Key] {
    match takes {
        Takes::One(keys) | Takes::List(keys) => keys,
        Takes::Is
        | Takes::Count
        | Takes::Amount
        | Takes::Text
        | Takes::Texts
        | Takes::Names
        | Takes::Word(_)
        | Takes::Words(_)
        | Takes::Party
        | Takes::Zone
        | Takes::Zones
        | Takes::Kinds
        | Takes::Moment
        | Takes::Ring => &[],
    }
}

/// The JSON Schema (2020-12) of a text, for editors that complete and underline.
pub fn json() -> String {
    let mut articles = vec![
        ("number", described("such as `4` or `4(1)`", id_like("^[A-Za-z0-9().-]{1,16}$"))),
        ("restricted", described("is it left out of copies for the public?", flag())),
        ("withheld", described("in a copy: what stands in its place", hexadecimal())),
        ("heading", described("in every authentic language", spoken())),
        ("text", described("in every authentic language", spoken())),
    ];
    let kinds = KINDS.iter().filter_map(|kind| Some((kind, takes(kind.word)?)));
    articles.extend(kinds.map(|(kind, takes)| {
        let Kind { number, word, about, .. } = kind;
        (*word, described(&format!("{number}: {about}"), value(takes)))
    }));
    let article = object(articles, &["number"]);
    let whole = vec![
        ("agreement", described("the family of the text", id())),
        (
            "instrument",
            described("what kind of text; `agreement` if not said", value(keys::INSTRUMENT)),
        ),
        ("under", described("the family of the text above it", id())),
        ("host", described("whose territory it is about", id())),
        ("guest", described("who sends personnel", id())),
        ("salt", described("hides what a copy withholds: 32 random bytes", hexadecimal())),
        ("salts", described("in a copy: the salts of what it shows", list(text("string"), 1))),
        ("title", described("how it is called", spoken())),
        ("article", list(article, 1)),
    ];
    let Json::Object(body) = object(whole, &["agreement", "host", "guest", "title", "article"])
    else {
        return String::new();
    };
    let mut all = vec![
        ("$schema".to_owned(), Json::text("https://json-schema.org/draft/2020-12/schema")),
        ("$id".to_owned(), Json::text(ID)),
        ("title".to_owned(), Json::text("The text of an agreement")),
    ];
    all.extend(body);
    Json::Object(all).to_string()
}

/// Every kind with its keys, as a table in Markdown.
pub fn markdown() -> String {
    let mut lines =
        vec!["| number | kind | takes | keys |".to_owned(), "| --- | --- | --- | --- |".to_owned()];
    for kind in KINDS {
        let Some(takes) = takes(kind.word) else { continue };
        let (number, word) = (kind.number, kind.word);
        lines.push(format!("| {number} | `{word}` | {} | {} |", shape(takes), listed(takes)));
    }
    lines.join("\n") + "\n"
}

fn listed(takes: Takes) -> String {
    if let Takes::Words(choice) = takes {
        return choice().iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" · ");
    }
    let one = |key: &Key| {
        let inner = keys_of(key.takes);
        let optional = if key.optional { ", may be left out" } else { "" };
        let within =
            if inner.is_empty() { String::new() } else { format!(" ({})", listed(key.takes)) };
        format!("`{}`{within} {}{optional}", key.name, key.about)
    };
    keys_of(takes).iter().map(one).collect::<Vec<_>>().join("; ")
}

const fn shape(takes: Takes) -> &'static str {
    match takes {
        Takes::One(_) => "a table",
        Takes::List(_) => "tables",
        Takes::Words(_) => "words",
        Takes::Is
        | Takes::Count
        | Takes::Amount
        | Takes::Text
        | Takes::Texts
        | Takes::Names
        | Takes::Word(_)
        | Takes::Party
        | Takes::Zone
        | Takes::Zones
        | Takes::Kinds
        | Takes::Moment
        | Takes::Ring => "a value",
    }
}

fn value(takes: Takes) -> Json {
    match takes {
        Takes::Is => flag(),
        Takes::Count => count(u64::from(u32::MAX)),
        Takes::Amount => count(i64::MAX.unsigned_abs()),
        Takes::Text => filled(),
        Takes::Texts => list(filled(), 1),
        Takes::Names => named(),
        Takes::Word(choice) => words(&choice()),
        Takes::Words(choice) => list(words(&choice()), 1),
        Takes::Party | Takes::Zone => id(),
        Takes::Zones => list(id(), 1),
        Takes::Kinds => list(words(&KINDS.iter().map(|kind| kind.word).collect::<Vec<_>>()), 1),
        Takes::Moment => id_like(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$"),
        Takes::Ring => {
            let corner = list(text("number"), 2).with("maxItems", Json::Number(2));
            list(corner, 3)
        }
        Takes::One(keys) => table(keys),
        Takes::List(keys) => list(table(keys), 1),
    }
}

fn table(keys: &'static [Key]) -> Json {
    let required: Vec<&str> = keys.iter().filter(|key| !key.optional).map(|key| key.name).collect();
    let each = keys.iter().map(|key| (key.name, described(key.about, value(key.takes))));
    object(each.collect(), &required)
}

fn object(keys: Vec<(&'static str, Json)>, required: &[&str]) -> Json {
    text("object")
        .with("additionalProperties", Json::Is(false))
        .with("required", Json::List(required.iter().map(|key| Json::text(key)).collect()))
        .with(
            "properties",
            Json::Object(keys.into_iter().map(|(key, one)| (key.to_owned(), one)).collect()),
        )
}

fn list(item: Json, least: u64) -> Json {
    text("array").with("minItems", Json::Number(least)).with("items", item)
}

// A text in any language, by tag; what is authentic is for the lint to miss.
fn spoken() -> Json {
    text("object").with("additionalProperties", text("string")).with(
        "propertyNames",
        Json::Object(Vec::new()).with("pattern", Json::text("^[A-Za-z0-9-]{2,12}$")),
    )
}

fn named() -> Json {
    object(vec![("en", filled()), ("zh", filled()), ("ur", filled())], &["en", "zh", "ur"])
}

fn words(choice: &[&'static str]) -> Json {
    Json::Object(Vec::new())
        .with("enum", Json::List(choice.iter().map(|word| Json::text(word)).collect()))
}

fn count(most: u64) -> Json {
    text("integer").with("minimum", Json::Number(0)).with("maximum", Json::Number(most))
}

fn filled() -> Json {
    id_like(r"\S")
}

fn flag() -> Json {
    text("boolean")
}

fn id() -> Json {
    id_like("^[a-z0-9._/:-]+$")
}

fn hexadecimal() -> Json {
    id_like("^[0-9a-f]{64}$")
}

fn id_like(pattern: &str) -> Json {
    text("string").with("pattern", Json::text(pattern))
}

fn text(kind: &str) -> Json {
    Json::Object(Vec::new()).with("type", Json::text(kind))
}

fn described(about: &str, one: Json) -> Json {
    one.with("description", Json::text(about))
}

#[cfg(test)]
mod tests;
