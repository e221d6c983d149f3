//! Posted objects, read so that a mistake is named by its member.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use wish::{SecretWish, Wish};
use words::act::Act;

use crate::no::No;

/// An object with more members is refused before each is tried in search of the wrong one; the
/// largest act has nine.
const MEMBERS_MAX: usize = 32;

/// The members that say which act or wish it is.
const WORDS: [&str; 2] = ["act", "wish"];

/// Reads an act (`{"act": …}`) or a wish (`{"wish": …}`).
pub fn wish(posted: Value) -> Result<Wish, No> {
    if posted.get("wish").is_some() {
        object::<SecretWish>("act", posted).map(Wish::Secret)
    } else {
        object::<Act>("act", posted).map(|act| Wish::Act(Box::new(act)))
    }
}

/// Reads an object; `place` is the member in which it was posted, empty for the whole body.
pub fn object<T: DeserializeOwned>(place: &str, posted: Value) -> Result<T, No> {
    let at = |member: &str| match (place, member) {
        ("", "") => "body".to_owned(),
        ("", only) | (only, "") => only.to_owned(),
        (place, member) => format!("{place}.{member}"),
    };
    // An array would be read as the members in their order, which nobody has promised.
    let Value::Object(members) = posted else {
        return Err(No::Malformed(format!("`{}` is an object", at(""))));
    };
    let spare = (members.len() <= MEMBERS_MAX).then(|| members.clone());
    read::<T>(members).map_err(|problem| {
        let member = spare.and_then(|members| culprit::<T>(&members, &problem));
        No::Malformed(format!("`{}`: {problem}", at(&member.unwrap_or_default())))
    })
}

fn read<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, String> {
    serde_json::from_value(Value::Object(members)).map_err(|cause| cause.to_string())
}

// The member without which the problem is another one; a missing member is named by the
// problem itself.
fn culprit<T: DeserializeOwned>(members: &Map<String, Value>, problem: &str) -> Option<String> {
    let without = |member: &str| {
        let mut rest = members.clone();
        rest.remove(member);
        read::<T>(rest).err()
    };
    let named = problem.starts_with("missing field");
    // Without its word every act has another problem.
    let mut others = members.keys().filter(|member| !named && !WORDS.contains(&member.as_str()));
    others.find(|member| without(member).as_deref() != Some(problem)).cloned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wire::v1::agreement::TryRequest;
    use wish::{SecretWish, Wish};

    use super::{object, wish};
    use crate::no::No;

    fn refused(posted: Value) -> String {
        match wish(posted) {
            Err(No::Malformed(text)) => text,
            other => panic!("expected a problem, got {other:?}"),
        }
    }

    #[test]
    fn an_act_and_a_wish_are_told_apart_by_their_word() {
        let act = wish(json!({ "act": "closed", "movement": "m-1" })).unwrap();
        assert!(matches!(act, Wish::Act(act) if act.word() == "closed"));
        let secret = wish(json!({ "wish": "commit_draw", "movement": "m-1" })).unwrap();
        assert!(matches!(secret, Wish::Secret(SecretWish::CommitDraw { .. })));
    }

    #[test]
    fn a_mistake_is_named_by_its_member() {
        let grant = |until: Value, headcount: Value| {
            json!({
                "act": "consent_granted", "consent": "c-1", "subject": { "movement": "m-1" },
                "until": until, "headcount_max": headcount,
            })
        };
        assert!(refused(grant(json!("soon"), json!(4))).starts_with("`act.until`: "));
        assert!(refused(grant(json!(1), json!(-4))).starts_with("`act.headcount_max`: "));
        let lacking = refused(json!({ "act": "closed" }));
        assert_eq!(lacking, "`act`: missing field `movement`");
        let more = refused(json!({ "act": "closed", "movement": "m-1", "force": true }));
        assert!(more.starts_with("`act.force`: unknown field `force`"), "{more}");
        let word = refused(json!({ "act": "open_sesame" }));
        assert!(word.contains("`open_sesame`"), "{word}");
        let id = refused(json!({ "act": "closed", "movement": "M 1" }));
        assert!(id.starts_with("`act.movement`: "), "{id}");
        for wrong in [json!(null), json!([]), json!("closed"), json!({})] {
            assert!(refused(wrong).starts_with("`act`"));
        }
        let array = object::<TryRequest>("", json!(["deploy", "z"]));
        assert!(matches!(array, Err(No::Malformed(text)) if text == "`body` is an object"));
    }
}
