//! The text is read whole or refused with line, column, article and remedy.
#![cfg(test)]

use article::document::{TEXT_BYTES_MAX, parse};
use article::root::{redacted, root};

const SMALL: &str = r#"agreement = "small"
host = "host"
guest = "guest"
title = { en = "T", zh = "题", ur = "ع" }
[[article]]
number = "1"
heading = { en = "H", zh = "题", ur = "ع" }
text = { en = "T", zh = "文", ur = "م" }
purpose = ["protect_persons"]
[[article]]
number = "2(1)"
heading = { en = "H", zh = "题", ur = "ع" }
text = { en = "T", zh = "文", ur = "م" }
period = { from = "2024-10-01T00:00:00Z", until = "2025-10-01T00:00:00Z" }
"#;

/// What is replaced by what, and the message.
const TABLE: &[(&str, &str, &str)] = &[
    (
        "= \"2(1)\"",
        "= \"1\"",
        "line 11, column 10, article 1: a second article has the number `1`; give each article \
         its own number",
    ),
    (
        "\"2(1)\"",
        "\"2 (1)\"",
        "line 11, column 10: `2 (1)` is not the number of an article; write a number such as `4` \
         or `4(1)`",
    ),
    (
        "purpose = [\"protect_persons\"]",
        "purposes = []",
        "line 9, column 1, article 1: unknown field `purposes`; did you mean `purpose`? correct \
         the key or remove it",
    ),
    (
        "[\"protect_persons\"]",
        "[]",
        "line 9, column 11, article 1: this list is empty; list at least one, or remove the key",
    ),
    (
        "\"protect_persons\"",
        "\"conquer\"",
        "line 9, column 12, article 1: unknown variant `conquer`, expected one of \
         `protect_persons`, `build_capacity`, `investigate`, `evacuate`; use one of the words \
         that are listed",
    ),
    (
        "from = \"2024-10-01T00:00:00Z\"",
        "from = \"2026-10-01T00:00:00Z\"",
        "line 14, column 10, article 2(1): `until` is not after `from`; correct the text there",
    ),
    (
        "2024-10-01T00:00:00Z",
        "1 October 2024",
        "line 14, column 19, article 2(1): `1 October 2024` is not a moment such as \
         `2024-10-01T00:00:00Z`; correct the text there",
    ),
    (
        "guest = \"guest\"",
        "guest = \"host\"",
        "line 3, column 9: `host` is both host and guest; name two parties",
    ),
    (
        "guest = \"guest\"",
        "guest = \"The Guest\"",
        "line 3, column 9: an id holds only a-z, 0-9 and `-._/:`, not `T`; correct the text there",
    ),
    (
        "title = { en = \"T\"",
        "title = { e = \"T\"",
        "line 4, column 9: `e` is not the tag of a language; correct the text there",
    ),
    (
        "{ en = \"T\", zh = \"文\"",
        "{ en = \"T\u{202E}\", zh = \"文\"",
        "line 8, column 17, article 1: the invisible character \\u{202e}; remove it: what is \
         signed must be what is shown",
    ),
    (
        "{ en = \"T\", zh = \"文\"",
        "{ en = \"T\\u202E\", zh = \"文\"",
        "line 8, column 17, article 1: an escape; write the character itself",
    ),
    (
        "number = \"1\"\n",
        "number = \"1\n",
        "line 6, column 12, article 1: invalid basic string, expected `\"`; correct the text there",
    ),
    (
        "host = \"host\"",
        "host = \"host\"\nhost = \"host\"",
        "line 3, column 1: duplicate key; keep one of the two",
    ),
];

#[test]
fn what_cannot_be_read_says_where_and_what_to_do() {
    assert!(parse(SMALL).is_ok());
    for (from, to, message) in TABLE {
        assert!(SMALL.contains(from), "{from}");
        let refused = parse(&SMALL.replacen(from, to, 1)).unwrap_err();
        assert_eq!(refused.to_string(), *message);
    }
}

#[test]
fn a_second_article_of_one_number_is_refused() {
    let twice = SMALL.replace("\"2(1)\"", "\"1\"");
    let refused = parse(&twice).unwrap_err();
    assert_eq!((refused.line, refused.column), (11, 10));
    assert_eq!(refused.article.as_deref(), Some("1"));
}

#[test]
fn a_text_that_fits_no_act_is_refused() {
    let long = format!("{SMALL}# {}", "x".repeat(TEXT_BYTES_MAX));
    let refused = parse(&long).unwrap_err().to_string();
    assert!(refused.contains(&format!("of at most {TEXT_BYTES_MAX}; shorten it")), "{refused}");
}

#[test]
fn a_signature_is_over_every_byte() {
    let signed = root(SMALL);
    for at in 0..SMALL.len() {
        let mut bytes = SMALL.as_bytes().to_vec();
        bytes[at] ^= 1;
        let Ok(other) = String::from_utf8(bytes) else { continue };
        assert_ne!(root(&other), signed, "byte {at}");
    }
    assert_ne!(signed, root(&SMALL.replace('\n', "\n\n")));
}

const SALT: &str = "salt = \"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"\n";

// The small text, its first article kept from the public.
fn secret() -> String {
    format!(
        "{SALT}{}",
        SMALL.replacen("number = \"1\"\n", "number = \"1\"\nrestricted = true\n", 1)
    )
}

#[test]
fn a_redacted_copy_has_the_same_root_and_says_nothing_of_what_it_withholds() {
    let text = secret();
    let copy = redacted(&text).unwrap();
    assert_eq!(root(&copy), root(&text));
    assert!(!copy.contains("protect_persons") && !copy.contains("001122"), "{copy}");
    let read = parse(&copy).unwrap();
    let withheld: Vec<bool> = read.articles.iter().map(|it| it.withheld.is_some()).collect();
    assert_eq!(withheld, [true, false]);
    assert_ne!(root(&copy.replace("2025-10-01", "2026-10-01")), root(&text), "what is shown binds");
    assert_eq!(redacted(&copy), None);
    assert_eq!(redacted(SMALL), None);
}

#[test]
fn a_forged_copy_cannot_pass_for_a_withheld_article() {
    let copy = redacted(&secret()).unwrap();
    let more = copy.replacen("withheld = ", "restricted = true\nwithheld = ", 1);
    assert_ne!(root(&more), root(&copy), "a stub is its three lines and nothing else");
    let renumbered = copy.replacen("number = \"1\"", "number = \"9\"", 1);
    assert_ne!(root(&renumbered), root(&copy), "a stub keeps its number");
}

#[test]
fn a_text_that_could_be_cut_in_two_ways_is_refused() {
    let inside = SMALL.replacen(
        "en = \"T\", zh = \"文\"",
        "en = \"\"\"T\n[[article]]\nT\"\"\", zh = \"文\"",
        1,
    );
    let salted = SMALL.replacen("title = { en = \"T\"", &format!("{SALT}title = {{ en = \"T\""), 1);
    assert!(parse(&salted).is_ok());
    let hidden = SMALL.replacen("zh = \"题\"", &format!("zh = \"\"\"\n{SALT}\"\"\""), 1);
    for text in [inside, hidden] {
        let refused = parse(&text).unwrap_err().to_string();
        assert!(refused.contains("read in two ways") || refused.contains("expected"), "{refused}");
    }
}

#[test]
fn a_further_language_is_kept_and_a_missing_one_is_named() {
    let text = SMALL.replacen("en = \"T\", zh = \"文\"", "en = \"T\", ar = \"ن\", zh = \"文\"", 1);
    let read = parse(&text).unwrap();
    assert_eq!(read.articles[0].more.1["ar"], "ن");
    let lacking = parse(&SMALL.replacen("zh = \"文\", ", "", 1)).unwrap();
    assert_eq!(lacking.untranslated(), [("article 1".to_owned(), "zh".to_owned())]);
}
