//! The document as a contract: no answer in these tests may differ from it.

use std::sync::LazyLock;

use serde_json::{Map, Value};
use server::api::document::document;

pub(crate) static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

/// The operation of a request, by method and path.
pub(crate) fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap();
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let found = paths.iter().find(|(template, _)| fits(template, path))?.1;
    found.get(method.to_lowercase())
}

fn fits(template: &str, path: &str) -> bool {
    let (left, right) = (template.split('/'), path.split('/'));
    left.clone().count() == right.clone().count()
        && left.zip(right).all(|(left, right)| left == right || left.starts_with('{'))
}

/// Fails unless the answer is one that the document describes.
pub(crate) fn keeps(method: &str, path: &str, status: u16, media: &str, text: &str) {
    if !path.starts_with("/api/v1/") {
        return;
    }
    let Some(operation) = operation(method, path) else {
        assert!([404, 405].contains(&status), "{method} {path} is served and not described");
        return;
    };
    let described = &operation["responses"][status.to_string()];
    assert!(described.is_object(), "{method} {path} may not answer {status}: {text}");
    let media = media.split(';').next().unwrap();
    let Some(content) = described.get("content") else {
        assert!(text.is_empty(), "{method} {path} answers nothing, and did: {text}");
        return;
    };
    let schema = &content[media]["schema"];
    assert!(schema.is_object(), "{method} {path} may not answer {status} as `{media}`");
    if media.ends_with("json") {
        let value: Value = serde_json::from_str(text).unwrap();
        if let Err(problem) = check(schema, &value, "$") {
            panic!("{method} {path}: {problem}\n{value:#}");
        }
    }
}

/// Is the value one of the schema? Members that the schema does not name are a mistake here.
pub(crate) fn check(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        return check(DOCUMENT.pointer(name.strip_prefix('#').unwrap()).unwrap(), value, place);
    }
    for word in ["anyOf", "oneOf"] {
        if let Some(any) = schema[word].as_array() {
            let fits = any.iter().filter(|one| check(one, value, place).is_ok()).count();
            let enough = if word == "oneOf" { fits == 1 } else { fits >= 1 };
            return if enough { Ok(()) } else { Err(format!("{place} is none of {schema}")) };
        }
    }
    if let Some(word) = schema.get("const") {
        return same(word == value, place, word);
    }
    if let Some(words) = schema["enum"].as_array() {
        return same(words.contains(value), place, &schema["enum"]);
    }
    match schema["type"].as_str() {
        Some("object") => object(schema, value, place),
        Some("array") => {
            let items = value.as_array().ok_or_else(|| format!("{place} is no array"))?;
            let mut items = items.iter().enumerate();
            items.try_for_each(|(at, it)| check(&schema["items"], it, &format!("{place}[{at}]")))
        }
        Some("string") => same(value.is_string(), place, schema),
        Some("boolean") => same(value.is_boolean(), place, schema),
        Some("null") => same(value.is_null(), place, schema),
        Some("integer") => {
            let number = value.as_i64().ok_or_else(|| format!("{place} is no integer"))?;
            let least = schema["minimum"].as_i64().is_none_or(|least| least <= number);
            let most = schema["maximum"].as_i64().is_none_or(|most| number <= most);
            same(least && most, place, schema)
        }
        other => Err(format!("{place}: a schema of type {other:?}")),
    }
}

fn same(fits: bool, place: &str, schema: &Value) -> Result<(), String> {
    if fits { Ok(()) } else { Err(format!("{place} is not {schema}")) }
}

fn object(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let members: &Map<String, Value> =
        value.as_object().ok_or_else(|| format!("{place} is no object"))?;
    // An act: its members depend on its word.
    let Some(known) = schema["properties"].as_object() else { return Ok(()) };
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        members.get(name).ok_or_else(|| format!("{place} lacks `{name}`"))?;
    }
    for (name, value) in members {
        let schema = known.get(name).ok_or_else(|| format!("{place} has `{name}`"))?;
        check(schema, value, &format!("{place}.{name}"))?;
    }
    Ok(())
}
