//! The `OpenAPI` document, made of the routes' own tables.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use wire::problem::{MEDIA_TYPE, Problem};
use wire::schema::{Described, Schemas};
use words::act::WORDS;
use words::limit::ID_BYTES_MAX;
use words::refusal::{Reason, Refusal};

use crate::api::route::{Answer, Door, Member, Route};
use crate::api::{BASE, table};
use door::failure::Failure;

/// The document, `OpenAPI` 3.1.
pub fn document() -> Value {
    let (mut all, mut paths) = (Schemas::default(), Map::new());
    for route in table() {
        let path = paths.entry(format!("{BASE}{}", route.path)).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.to_owned(), operation(&route, &mut all));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Safeconduct",
            "version": "1",
            "description": "One party's node of a joint security management system: \
                            docs/api.md is its manual.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The node that serves the console." }],
        "security": [{ "bearer": [] }, { "cookie": [] }],
        "paths": paths,
        "components": {
            "schemas": all.into_value(),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "cookie": {
                    "type": "apiKey", "in": "cookie", "name": "safeconduct-PARTY",
                    "description": "The console's own cookie; its name ends in the first eight \
                                    hexadecimal digits of SHA-256 of the party's id.",
                },
                "phone": { "type": "http", "scheme": "basic" },
            },
        },
        "x-acts": WORDS.iter().map(|(_, word)| *word).collect::<Vec<_>>(),
        "x-reasons": Reason::ALL.iter().map(|reason| reason.code()).collect::<Vec<_>>(),
    })
}

/// Every code of a problem document of the API, with its statuses.
pub fn problems() -> BTreeMap<(u16, String), String> {
    let all = table();
    let told = all.iter().flat_map(failures).map(Failure::told);
    let told = told.map(|told| ((told.problem.status, told.problem.code), told.problem.title));
    told.collect()
}

fn operation(route: &Route, all: &mut Schemas) -> Value {
    let mut operation = json!({
        "operationId": route.id,
        "summary": route.about,
        "parameters": parameters(route),
        "responses": responses(route, all),
    });
    let mut with = |name: &str, value: Value| {
        if let Some(operation) = operation.as_object_mut() {
            operation.insert(name.to_owned(), value);
        }
    };
    if let Some(body) = route.body {
        let content = json!({ "application/json": { "schema": body(all) } });
        with("requestBody", json!({ "required": true, "content": content }));
    }
    match route.door {
        Door::Session => {}
        Door::Open => with("security", json!([])),
        Door::Phone => with("security", json!([{ "phone": [] }])),
    }
    operation
}

fn parameters(route: &Route) -> Vec<Value> {
    let members = route.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        let schema = named(route.path, name);
        Some(json!({ "name": name, "in": "path", "required": true, "schema": schema }))
    });
    let query = route.query.iter().map(|member: &Member| {
        let schema = match member.number {
            Some((least, Some(most))) => {
                json!({ "type": "integer", "minimum": least, "maximum": most })
            }
            Some((least, None)) => json!({ "type": "integer", "minimum": least }),
            None => json!({ "type": "string" }),
        };
        let (name, about) = (member.name, member.about);
        json!({ "name": name, "in": "query", "description": about, "schema": schema })
    });
    members.chain(query).collect()
}

// An id may hold slashes; in a path they are written `%2F`.
fn named(path: &str, member: &str) -> Value {
    if member == "index" {
        return json!({ "type": "integer", "minimum": 0, "examples": [0] });
    }
    // Names of the exercise, so that whoever tries the document by machine finds something.
    let known = [
        ("/ledgers", "host"),
        ("/agreements", "karachi-exercise"),
        ("/deployments", "d-1"),
        ("/movements", "m-1"),
    ];
    let fits = known.into_iter().filter(|(start, _)| path.starts_with(start));
    let examples: Vec<&str> = fits.map(|(_, id)| id).collect();
    let pattern = "^[a-z0-9._/:-]+$";
    let mut schema = json!({ "type": "string", "pattern": pattern, "maxLength": ID_BYTES_MAX });
    if let Some(schema) = schema.as_object_mut().filter(|_| !examples.is_empty()) {
        schema.insert("examples".to_owned(), json!(examples));
    }
    schema
}

fn responses(route: &Route, all: &mut Schemas) -> Value {
    let mut responses = Map::new();
    let (status, answer) = match route.answer {
        Answer::Json(schema) => {
            ("200", json!({ "content": { "application/json": { "schema": schema(all) } } }))
        }
        Answer::File(media) => {
            ("200", json!({ "content": { media: { "schema": { "type": "string" } } } }))
        }
        Answer::Done => ("204", json!({})),
    };
    responses.insert(status.to_owned(), described(answer, "As asked."));
    let mut codes: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for told in failures(route).into_iter().map(Failure::told) {
        let line = format!("`{}`: {}.", told.problem.code, told.problem.title);
        codes.entry(told.problem.status).or_default().push(line);
    }
    for (status, lines) in codes {
        let content = json!({ "content": { MEDIA_TYPE: { "schema": Problem::schema(all) } } });
        responses.insert(status.to_string(), described(content, &lines.join(" ")));
    }
    Value::Object(responses)
}

fn described(mut response: Value, text: &str) -> Value {
    if let Some(response) = response.as_object_mut() {
        response.insert("description".to_owned(), text.into());
    }
    response
}

// Every no that a route may give: kinds, not cases.
fn failures(route: &Route) -> Vec<Failure> {
    let refused = |reason: Reason| Failure::Refused(Refusal::from(reason));
    let mut failures = vec![Failure::Foreign, Failure::Busy, Failure::Fault(String::new())];
    failures.push(Failure::Unauthorized);
    if route.door == Door::Open {
        failures.push(Failure::TooOften);
    }
    if route.path.contains('{') {
        failures.push(Failure::NotFound);
    }
    if route.body.is_some() || !route.query.is_empty() {
        failures.push(Failure::Malformed(String::new()));
    }
    if route.body.is_some() {
        failures.push(Failure::TooLarge);
    }
    if route.refusable {
        let reasons = [Reason::NotPermitted, Reason::UnknownMovement, Reason::WrongState];
        failures.extend(reasons.map(refused));
    }
    failures
}
