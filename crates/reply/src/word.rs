//! The API's words for closed sets, names and audiences.

use serde::Serialize;
use serde_json::Value;
use wire::v1::{AudienceView, NamesView};
use words::act::{Act, Names};
use words::audience::Audience;
use words::id::PersonId;

use crate::no::No;

/// The word of a value of a closed set, such as a side, a role or a stage.
pub fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

/// A name in every language.
pub fn names(names: &Names) -> NamesView {
    NamesView { en: names.en.clone(), zh: names.zh.clone(), ur: names.ur.clone() }
}

/// Who gets a body, as it is told.
pub fn audience(audience: &Audience) -> AudienceView {
    match audience {
        Audience::Own => AudienceView::Own,
        Audience::Joint => AudienceView::Joint,
        Audience::Named(persons) => {
            AudienceView::Named(persons.iter().map(ToString::to_string).collect())
        }
    }
}

/// Who gets a body, as it is asked; whom the act itself names, if it is not said.
pub fn asked_audience(audience: Option<AudienceView>, act: &Act) -> Result<Audience, No> {
    match audience {
        None => Ok(act.audience()),
        Some(AudienceView::Joint) => Ok(Audience::Joint),
        Some(AudienceView::Own) => Ok(Audience::Own),
        Some(AudienceView::Named(persons)) => {
            let wrong = |cause| No::Malformed(format!("`audience`: {cause}"));
            let persons = persons.iter().map(|person| PersonId::new(person).map_err(wrong));
            Ok(Audience::Named(persons.collect::<Result<_, _>>()?))
        }
    }
}
