//! Every type of the API says its own JSON schema: no document drifts.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The schemas of a document, by the names of their types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schemas(BTreeMap<&'static str, Value>);

impl Schemas {
    /// A reference to a named schema, which is described on first use.
    pub fn name(&mut self, name: &'static str, schema: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.0.contains_key(name) {
            // Taken before it is known, so that a type may hold itself.
            self.0.insert(name, Value::Null);
            let schema = schema(self);
            self.0.insert(name, schema);
        }
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    /// Every named schema.
    pub fn into_value(self) -> Value {
        self.0.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
    }
}

/// A type whose JSON is known.
pub trait Described {
    /// May it be left out of a request?
    const OPTIONAL: bool = false;

    /// Its schema (JSON Schema 2020-12), or a reference to it.
    fn schema(all: &mut Schemas) -> Value;
}

macro_rules! plain {
    ($($type:ty = $schema:tt),+ $(,)?) => {$(
        impl Described for $type {
            fn schema(_: &mut Schemas) -> Value {
                json!($schema)
            }
        }
    )+};
}

plain! {
    String = { "type": "string" },
    bool = { "type": "boolean" },
    u8 = { "type": "integer", "minimum": 0, "maximum": 255 },
    u16 = { "type": "integer", "minimum": 0, "maximum": 65_535 },
    u32 = { "type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32 },
    u64 = { "type": "integer", "minimum": 0 },
    i32 = { "type": "integer", "format": "int32" },
    i64 = { "type": "integer", "format": "int64" },
    // An act or a wish; what it holds depends on its own word.
    Value = { "type": "object" },
}

impl<T: Described> Described for Vec<T> {
    fn schema(all: &mut Schemas) -> Value {
        json!({ "type": "array", "items": T::schema(all) })
    }
}

impl<T: Described> Described for Option<T> {
    const OPTIONAL: bool = true;

    fn schema(all: &mut Schemas) -> Value {
        json!({ "anyOf": [T::schema(all), { "type": "null" }] })
    }
}

/// The schema of an object, member by member.
#[derive(Debug, Clone)]
pub struct Object {
    description: &'static str,
    members: Map<String, Value>,
    required: Vec<&'static str>,
}

impl Object {
    /// An object without members yet.
    pub fn new(description: &'static str) -> Self {
        Self { description: description.trim(), members: Map::new(), required: Vec::new() }
    }

    /// Adds a member.
    pub fn member(&mut self, name: &'static str, required: bool, doc: &str, mut schema: Value) {
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".to_owned(), doc.trim().into());
        }
        self.members.insert(name.to_owned(), schema);
        if required {
            self.required.push(name);
        }
    }

    /// An answer: it may grow members.
    pub fn open(self) -> Value {
        json!({
            "type": "object",
            "description": self.description,
            "properties": self.members,
            "required": self.required,
        })
    }

    /// A request: what is not known is refused.
    pub fn closed(self) -> Value {
        let mut schema = self.open();
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("additionalProperties".to_owned(), false.into());
        }
        schema
    }
}

/// Answers: each is a struct that says its schema.
macro_rules! views {
    ($(
        $(#[doc = $doc:literal])+ $name:ident {
            $($(#[doc = $fdoc:literal])+ $field:ident: $type:ty,)+
        }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub struct $name { $($(#[doc = $fdoc])+ pub $field: $type,)+ }

        impl $crate::schema::Described for $name {
            fn schema(all: &mut $crate::schema::Schemas) -> serde_json::Value {
                all.name(stringify!($name), |all| {
                    let mut object = $crate::schema::Object::new(concat!($($doc),+));
                    $({
                        let schema = <$type as $crate::schema::Described>::schema(all);
                        object.member(stringify!($field), true, concat!($($fdoc),+), schema);
                    })+
                    object.open()
                })
            }
        }
    )+};
}

/// Requests: as answers, but what is not known is refused, and an option may be left out.
macro_rules! requests {
    ($(
        $(#[doc = $doc:literal])+ $name:ident {
            $($(#[doc = $fdoc:literal])+ $field:ident: $type:ty,)+
        }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[doc = $fdoc])+ pub $field: $type,)+ }

        impl $crate::schema::Described for $name {
            fn schema(all: &mut $crate::schema::Schemas) -> serde_json::Value {
                all.name(stringify!($name), |all| {
                    let mut object = $crate::schema::Object::new(concat!($($doc),+));
                    $({
                        let required = !<$type as $crate::schema::Described>::OPTIONAL;
                        let schema = <$type as $crate::schema::Described>::schema(all);
                        object.member(stringify!($field), required, concat!($($fdoc),+), schema);
                    })+
                    object.closed()
                })
            }
        }
    )+};
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Described, Schemas};
    use crate::v1::presence::TaskView;
    use crate::v1::{ActRequest, Page};

    #[test]
    fn a_type_says_its_members_and_which_of_them_a_request_needs() {
        let mut all = Schemas::default();
        assert_eq!(
            ActRequest::schema(&mut all),
            json!({ "$ref": "#/components/schemas/ActRequest" })
        );
        let all = all.into_value();
        assert_eq!(all["ActRequest"]["required"], json!(["act"]));
        assert_eq!(all["ActRequest"]["additionalProperties"], json!(false));
        assert!(all["AudienceView"].is_object(), "what a type holds is described with it");
    }

    #[test]
    fn a_page_is_described_in_place_and_its_items_by_name() {
        let mut all = Schemas::default();
        let page = Page::<TaskView>::schema(&mut all);
        let items = &page["properties"]["items"];
        assert_eq!(items["items"], json!({ "$ref": "#/components/schemas/TaskView" }));
        assert_eq!(all.into_value()["TaskView"]["properties"]["ended"]["anyOf"][1]["type"], "null");
    }
}
