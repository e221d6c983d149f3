//! The table and the code that reads texts cannot drift apart.

use std::collections::BTreeSet;

use crate::schema::{Key, Takes, keys, takes};
use article::document::parse;
use article::provision::KINDS;

fn head() -> String {
    let names = "{ en = \"a\", zh = \"b\", ur = \"c\" }";
    format!(
        "agreement = \"a\"\nhost = \"h\"\nguest = \"g\"\ntitle = {names}\n\n\
         [[article]]\nnumber = \"1\"\nheading = {names}\ntext = {names}\n"
    )
}

fn read(kind: &str, value: &str) -> Result<(), String> {
    let text = format!("{}{kind} = {value}\n", head());
    parse(&text).map(|_| ()).map_err(|error| error.problem)
}

// A value that fits; `skip` leaves one key out, `odd` adds one that is unknown.
fn sample(takes: Takes) -> String {
    match takes {
        Takes::Is => "true".to_owned(),
        Takes::Count | Takes::Amount => "1".to_owned(),
        Takes::Text | Takes::Party | Takes::Zone => "\"x\"".to_owned(),
        Takes::Texts | Takes::Zones => "[\"x\"]".to_owned(),
        Takes::Names => "{ en = \"a\", zh = \"b\", ur = \"c\" }".to_owned(),
        Takes::Word(choice) => format!("\"{}\"", choice()[0]),
        Takes::Words(choice) => format!("{:?}", choice()),
        Takes::Kinds => "[\"purpose\"]".to_owned(),
        Takes::Moment => "\"2024-10-01T00:00:00Z\"".to_owned(),
        Takes::Ring => "[[1.0, 1.0], [2.0, 1.0], [2.0, 2.0]]".to_owned(),
        Takes::One(keys) => table(keys, None, ""),
        Takes::List(keys) => format!("[{}]", table(keys, None, "")),
    }
}

fn table(keys: &[Key], instead: Option<(&str, Option<&str>)>, more: &str) -> String {
    let each = keys.iter().filter_map(|key| match instead {
        Some((name, value)) if name == key.name => value.map(|value| format!("{name} = {value}")),
        Some(_) | None if key.name == "until" => {
            Some("until = \"2025-10-01T00:00:00Z\"".to_owned())
        }
        Some(_) | None => Some(format!("{} = {}", key.name, sample(key.takes))),
    });
    format!("{{ {}{more} }}", each.collect::<Vec<_>>().join(", "))
}

fn listed(message: &str) -> BTreeSet<String> {
    message.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_table_has_every_kind_in_the_order_of_the_catalogue() {
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.word).collect();
    let table: Vec<&str> = keys::KINDS.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, table);
}

#[test]
fn every_key_of_the_table_is_read_and_no_other() {
    for kind in KINDS {
        let takes = takes(kind.word).unwrap();
        assert_eq!(read(kind.word, &sample(takes)), Ok(()), "{}", kind.word);
        check(kind.word, takes, &|value| value);
    }
}

// Asks the reader itself which keys and words it knows.
fn check(kind: &str, takes: Takes, wrap: &dyn Fn(String) -> String) {
    match takes {
        Takes::Words(choice) => {
            let said = read(kind, &wrap("[\"zzz\"]".to_owned())).unwrap_err();
            assert!(said.starts_with("unknown variant"), "{kind}: {said}");
            assert_eq!(listed(&said), of(&choice()), "{kind}");
        }
        Takes::Word(choice) => {
            let said = read(kind, &wrap("\"zzz\"".to_owned())).unwrap_err();
            assert_eq!(listed(&said), of(&choice()), "{kind}");
        }
        Takes::One(keys) => each_key(kind, keys, &|table| wrap(table)),
        Takes::List(keys) => each_key(kind, keys, &|table| wrap(format!("[{table}]"))),
        Takes::Is => {
            assert!(read(kind, &wrap("1".to_owned())).is_err(), "{kind}");
        }
        Takes::Count => {
            assert!(read(kind, &wrap("4294967296".to_owned())).is_err(), "{kind}");
            assert!(read(kind, &wrap("-1".to_owned())).is_err(), "{kind}");
        }
        Takes::Amount => {
            assert_eq!(read(kind, &wrap("4294967296".to_owned())), Ok(()), "{kind}");
        }
        Takes::Text => assert!(read(kind, &wrap("1".to_owned())).is_err(), "{kind}"),
        Takes::Party | Takes::Zone => {
            assert!(read(kind, &wrap("\"No Id\"".to_owned())).is_err(), "{kind}");
        }
        Takes::Texts | Takes::Zones | Takes::Kinds | Takes::Ring => {
            assert!(read(kind, &wrap("[]".to_owned())).is_err(), "{kind}");
        }
        Takes::Names => {
            assert!(read(kind, &wrap("{ en = \"a\" }".to_owned())).is_err(), "{kind}");
        }
        Takes::Moment => {
            assert!(read(kind, &wrap("\"today\"".to_owned())).is_err(), "{kind}");
        }
    }
}

fn each_key(kind: &str, keys: &'static [Key], wrap: &dyn Fn(String) -> String) {
    let said = read(kind, &wrap(table(keys, None, ", zzz = 1"))).unwrap_err();
    // A key that the reader knows and the table does not would be missed in every sample.
    assert!(said.starts_with("unknown field"), "{kind}: {said}");
    assert!(said.contains("`zzz`"), "{kind}: {said}");
    for key in keys {
        let without = read(kind, &wrap(table(keys, Some((key.name, None)), "")));
        assert_eq!(without.is_ok(), key.optional, "{kind}.{}: {without:?}", key.name);
        check(kind, key.takes, &|value| wrap(table(keys, Some((key.name, Some(&value))), "")));
    }
}

fn of(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
