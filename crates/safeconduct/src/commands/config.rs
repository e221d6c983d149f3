//! `config`: the effective values, and where each came from.

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use serde_json::{Map, Value, json};

use crate::folder::Folder;

/// Prints the configuration.
pub fn run(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let settings = folder.settings()?;
    let text = String::from_utf8_lossy(&folder.read("safeconduct.toml")?).into_owned();
    let written: toml::Table = toml::from_str(&text).map_err(|cause| Trouble::of(&cause))?;
    let effective = serde_json::to_value(&settings).map_err(|cause| Trouble::of(&cause))?;
    let mut lines = Vec::new();
    flatten("", &effective, Some(&toml::Value::Table(written)), &mut lines);
    if given.json {
        let each = lines
            .into_iter()
            .map(|(key, value, from)| (key, json!({ "value": value, "from": from })));
        print::json(&Value::Object(each.collect::<Map<_, _>>()));
        return Ok(());
    }
    for (key, value, from) in lines {
        print::answer(&format!("{key:<22} {value:<28} {from}"));
    }
    Ok(())
}

fn flatten(
    name: &str,
    value: &Value,
    written: Option<&toml::Value>,
    lines: &mut Vec<(String, String, &'static str)>,
) {
    let Some(table) = value.as_object() else {
        let from = if written.is_some() { "safeconduct.toml" } else { "built in" };
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        lines.push((name.to_owned(), shown, from));
        return;
    };
    for (key, value) in table {
        let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        flatten(&name, value, written.and_then(|table| table.get(key)), lines);
    }
}
