//! The document: committed as generated, complete in both directions.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use server::api::document::problems;
use server::api::table;
use words::refusal::Reason;

use crate::contract::DOCUMENT;
use crate::world::{Pair, ask};

fn docs(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

fn operations() -> Vec<(String, String, &'static Value)> {
    let mut all = Vec::new();
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            all.push((method.to_uppercase(), path.clone(), operation));
        }
    }
    all
}

// `BLESS=1 cargo test -p server --test api` writes it anew; review the difference.
#[test]
fn the_committed_document_is_what_the_routes_say() {
    let mut text = serde_json::to_string_pretty(&*DOCUMENT).unwrap();
    text.push('\n');
    if std::env::var_os("BLESS").is_some() {
        fs::write(docs("openapi.json"), &text).unwrap();
    }
    let committed = fs::read_to_string(docs("openapi.json")).unwrap_or_default();
    assert!(committed == text, "docs/openapi.json is old: BLESS=1 cargo test -p server --test api");
}

#[test]
fn every_operation_has_a_name_of_its_own_made_of_verb_and_resource() {
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations() {
        let name = operation["operationId"].as_str().unwrap();
        assert!(names.insert(name), "`{name}` stands twice");
        let verb = name.split_once('_').map(|(verb, _)| verb);
        let verbs: &[&str] = match method.as_str() {
            "GET" => &["get", "list"],
            "POST" => &["create", "try"],
            _ => &["delete"],
        };
        assert!(verb.is_some_and(|verb| verbs.contains(&verb)), "{method} {path}: `{name}`");
    }
    assert_eq!(names.len(), table().len());
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let text = DOCUMENT.to_string();
    let parts = text.split("\"#/components/schemas/").skip(1);
    let used: BTreeSet<&str> = parts.filter_map(|part| part.split('"').next()).collect();
    let schemas = DOCUMENT["components"]["schemas"].as_object().unwrap();
    let known: BTreeSet<&str> = schemas.keys().map(String::as_str).collect();
    assert_eq!(used, known);
}

#[tokio::test]
async fn every_described_operation_is_served_and_nothing_else_is() {
    let pair = Pair::new();
    for (method, path, operation) in operations() {
        let path = path.replace("{index}", "0").replace("{party}", "host").replace("{id}", "x");
        let answer = ask(&pair.host, &method, &path, &[], "").await;
        let open = operation["security"].as_array().is_some_and(Vec::is_empty);
        let expected = if open { (400, "malformed") } else { (401, "sign-in") };
        assert_eq!((answer.status, answer.code().as_str()), expected, "{method} {path}");
    }
    for path in operations().into_iter().map(|(_, path, _)| path).collect::<BTreeSet<_>>() {
        let methods = &DOCUMENT["paths"][&path];
        let path = path.replace("{index}", "0").replace("{party}", "host").replace("{id}", "x");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if methods.get(method.to_lowercase()).is_some() {
                continue;
            }
            let answer = ask(&pair.host, method, &path, &[], "").await;
            assert!([404, 405].contains(&answer.status), "{method} {path}: {}", answer.status);
        }
    }
}

#[test]
fn the_manual_names_every_route_every_problem_and_every_reason() {
    let manual = fs::read_to_string(docs("api.md")).unwrap();
    for route in table() {
        let line = format!("`{} {}`", route.method.to_uppercase(), route.path);
        assert!(manual.contains(&line), "docs/api.md lacks {line}");
    }
    let codes = problems().into_keys().map(|(status, code)| format!("| {status} | `{code}` |"));
    for line in codes.chain(["| 405 | `wrong-method` |".to_owned()]) {
        assert!(manual.contains(&line), "docs/api.md lacks {line}");
    }
    for reason in Reason::ALL {
        let code = format!("`{}`", reason.code());
        assert!(manual.contains(&code), "docs/api.md lacks {code}");
    }
}
