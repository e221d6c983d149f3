//! How the text says units, places and lists; nonsense is refused.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use words::act::Names;
use words::moment::{Moment, Window};
use words::place::{Area, Point};

/// A zone is drawn by hand and checked against every position: a hundred corners follow any
/// road of a city, and a thousand still cost microseconds.
const CORNERS_MAX: usize = 1_000;

/// A list of at least one: an empty list in an agreement is a clause that says nothing.
#[derive(Deserialize)]
#[serde(try_from = "Vec<T>", bound(deserialize = "T: Deserialize<'de>"))]
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T> TryFrom<Vec<T>> for List<T> {
    type Error = &'static str;

    fn try_from(items: Vec<T>) -> Result<Self, Self::Error> {
        if items.is_empty() { Err("this list is empty") } else { Ok(Self(items)) }
    }
}

/// A list of at least one, as a plain vector.
pub(crate) fn list<'de, D, T>(source: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    List::deserialize(source).map(|list| list.0)
}

/// A tag of BCP 47 such as `en` or `zh-Hans` is short.
const TAG_BYTES_MAX: usize = 12;

/// One text in several languages. A draft may lack one; a text that binds may not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Texts {
    /// The languages of the house; empty where the draft has none.
    pub(crate) names: Names,
    /// Further languages by tag.
    pub(crate) more: BTreeMap<String, String>,
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let mut more = BTreeMap::<String, String>::deserialize(source)?;
        let tag = |tag: &String| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
            (2..=TAG_BYTES_MAX).contains(&tag.len()) && tag.chars().all(plain)
        };
        if let Some(odd) = more.keys().find(|key| !tag(key)) {
            return Err(Error::custom(format!("`{odd}` is not the tag of a language")));
        }
        let mut take = |tag: &str| more.remove(tag).unwrap_or_default();
        let names = Names { en: take("en"), zh: take("zh"), ur: take("ur") };
        Ok(Self { names, more })
    }
}

/// A text in every language: all are authentic, so that none may be empty.
pub(crate) fn names<'de, D: Deserializer<'de>>(source: D) -> Result<Names, D::Error> {
    let names = Names::deserialize(source)?;
    let each = [("en", &names.en), ("zh", &names.zh), ("ur", &names.ur)];
    if let Some((language, _)) = each.iter().find(|(_, text)| text.trim().is_empty()) {
        return Err(Error::custom(format!("the text in `{language}` is empty")));
    }
    Ok(names)
}

/// A text that says something.
pub(crate) fn filled<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    let text = String::deserialize(source)?;
    if text.trim().is_empty() { Err(Error::custom("the text is empty")) } else { Ok(text) }
}

/// Whole seconds, as milliseconds.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(source: D) -> Result<i64, D::Error> {
    u32::deserialize(source).map(|count| i64::from(count) * 1_000)
}

/// Whole minutes, as milliseconds.
pub(crate) fn minutes<'de, D: Deserializer<'de>>(source: D) -> Result<i64, D::Error> {
    u32::deserialize(source).map(|count| i64::from(count) * 60_000)
}

/// Whole hours, as milliseconds.
pub(crate) fn hours<'de, D: Deserializer<'de>>(source: D) -> Result<i64, D::Error> {
    u32::deserialize(source).map(|count| i64::from(count) * 3_600_000)
}

/// Whole days, as milliseconds.
pub(crate) fn days<'de, D: Deserializer<'de>>(source: D) -> Result<i64, D::Error> {
    u32::deserialize(source).map(|count| i64::from(count) * 86_400_000)
}

/// Corners as `[latitude, longitude]` in degrees.
pub(crate) fn corners<'de, D: Deserializer<'de>>(source: D) -> Result<Area, D::Error> {
    let degrees = Vec::<(f64, f64)>::deserialize(source)?;
    if degrees.len() < 3 || degrees.len() > CORNERS_MAX {
        return Err(Error::custom(format!("an area has 3 to {CORNERS_MAX} corners")));
    }
    let corner = |(lat, lon)| {
        Point::from_degrees(lat, lon).ok_or_else(|| {
            Error::custom(format!("`[{lat}, {lon}]` is not a latitude and a longitude"))
        })
    };
    Ok(Area { corners: degrees.into_iter().map(corner).collect::<Result<_, _>>()? })
}

/// A window as `{ from = …, until = … }`, moments of UTC.
pub(crate) fn window<'de, D: Deserializer<'de>>(source: D) -> Result<Window, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Raw {
        #[serde(deserialize_with = "moment")]
        from: Moment,
        #[serde(deserialize_with = "moment")]
        until: Moment,
    }
    let raw = Raw::deserialize(source)?;
    Window::new(raw.from, raw.until).ok_or_else(|| Error::custom("`until` is not after `from`"))
}

fn moment<'de, D: Deserializer<'de>>(source: D) -> Result<Moment, D::Error> {
    let text = String::deserialize(source)?;
    Moment::parse(&text).ok_or_else(|| {
        Error::custom(format!("`{text}` is not a moment such as `2024-10-01T00:00:00Z`"))
    })
}
