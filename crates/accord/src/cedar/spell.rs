//! How rules are spelt: deeds, words and zones in Cedar.

use words::id::ZoneId;

use crate::cedar::{Body, Guard, Says};

/// Deeds that put guest personnel or a convoy on the ground.
pub(super) const PRESENT: &str = r#"[Action::"order_task", Action::"depart", Action::"enter"]"#;
/// Deeds of guest personnel that the host has already heard of in a request.
pub(super) const ON_DUTY: &str = r#"[Action::"order_task", Action::"enter"]"#;
/// Deeds of guest personnel.
pub(super) const PERSONNEL: &str = r#"[Action::"deploy", Action::"order_task", Action::"enter"]"#;
/// Deeds that announce a movement.
pub(super) const ANNOUNCED: &str = r#"[Action::"notice", Action::"move"]"#;
/// Deeds of a movement.
pub(super) const MOVING: &str = r#"[Action::"notice", Action::"move", Action::"depart"]"#;
/// Deeds that ask the host for something.
pub(super) const ASKING: &str = r#"[Action::"deploy", Action::"move"]"#;

/// Every deed.
pub(super) const ANY: &str = "action";

/// A guard that reads the same in every zone.
pub(super) fn forbid(guard: Guard, action: &str, rest: &str) -> Body {
    let text = Some(format!("forbid (principal, {action}, resource)\n{rest};"));
    Body { says: Says::Forbid(guard), text, local: false }
}

/// A guard that reads otherwise from zone to zone.
pub(super) fn forbid_here(guard: Guard, action: &str, rest: &str) -> Body {
    Body { local: true, ..forbid(guard, action, rest) }
}

/// A permit; nothing if it is about other zones only.
pub(super) fn permit_here(text: Option<String>) -> Body {
    Body { says: Says::Permit, text, local: true }
}

pub(super) fn among(actions: &str) -> String {
    format!("action in {actions}")
}

pub(super) fn only(action: &str) -> String {
    format!("action == Action::\"{action}\"")
}

// Words and ids hold no character that Cedar would read as anything else (words::id).
pub(super) fn words(items: impl Iterator<Item = &'static str>) -> String {
    let quoted: Vec<String> = items.map(|word| format!("\"{word}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

/// Is the place of the request among `zones`?
pub(super) fn within(zones: &[&ZoneId]) -> String {
    if let [zone] = zones {
        return format!("resource == Zone::\"{zone}\"");
    }
    let quoted: Vec<String> = zones.iter().map(|zone| format!("Zone::\"{zone}\"")).collect();
    format!("[{}].contains(resource)", quoted.join(", "))
}
