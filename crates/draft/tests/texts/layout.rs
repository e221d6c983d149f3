//! The one layout: order, comments, idempotence, and the caret.

use article::document::parse;
use article::root::redacted;
use draft::format::{caret, format};

use crate::worked::{TEXTS, text};

#[test]
fn the_texts_of_the_house_are_laid_out() {
    for (name, text) in TEXTS {
        assert_eq!(format(text).as_deref(), Ok(text), "{name}: run `safeconduct agreement fmt`");
    }
}

const ROUGH: &str = r#"# The head of the file.

guest='guest' # who comes
# The host.
host="host"
agreement =   "rough"
[[article]]
heading = { ur="c", en="a" , zh="b" }
number = "1"


# Why these.
purpose=["protect_persons",
  "evacuate"]
[article.text]
zh = "乙"
en = "A sentence that is much too long for one line of a text that people are @"
ur = "ج"
[article.advance_notice] # late is urgent
urgent_hours = 24
normal_hours = 48
[title]
en = "t"
zh = "t"
ur = "t"
# The end.
"#;

const SMOOTH: &str = r#"# The head of the file.

agreement = "rough"
# The host.
host = "host"
guest = "guest" # who comes

[title]
en = "t"
zh = "t"
ur = "t"

[[article]]
number = "1"
heading = { en = "a", zh = "b", ur = "c" }

# Why these.
purpose = ["protect_persons", "evacuate"]

[article.text]
en = """
A sentence that is much too long for one line of a text that people are meant to read beside \
another one, and to compare with it."""
zh = "乙"
ur = "ج"

[article.advance_notice] # late is urgent
normal_hours = 48
urgent_hours = 24

# The end.
"#;

#[test]
fn a_rough_text_becomes_smooth_and_says_the_same() {
    let rough = &ROUGH.replace('@', "meant to read beside another one, and to compare with it.");
    let smooth = format(rough).unwrap();
    assert_eq!(smooth, SMOOTH);
    assert_eq!(format(&smooth).as_deref(), Ok(SMOOTH));
    assert_eq!(parse(&smooth), parse(rough));
}

#[test]
fn a_shuffled_text_finds_its_order_again() {
    for (name, text) in TEXTS.iter().filter(|(_, text)| text.contains("names.zh")) {
        // Every second line of keys within a block of keys goes up: the reader does not care.
        let mut lines: Vec<&str> = text.lines().collect();
        for at in 1..lines.len() {
            let key = |line: &str| line.starts_with("names.") || line.starts_with("zone = ");
            if key(lines[at]) && key(lines[at - 1]) {
                lines.swap(at, at - 1);
            }
        }
        let shuffled = lines.join("\n") + "\n";
        assert_ne!(shuffled, *text, "{name}");
        assert_eq!(format(&shuffled).as_deref(), Ok(*text), "{name}");
    }
}

#[test]
fn a_copy_is_left_as_it_is() {
    let copy = redacted(text("close-protection")).unwrap();
    let refused = format(&copy).unwrap_err();
    assert_eq!(refused.problem, "a redacted copy");
}

#[test]
fn a_caret_stands_under_what_cannot_be_read() {
    let broken = text("karachi").replace("urgent_hours = 24", "urgent_hour = 24");
    let error = parse(&broken).unwrap_err();
    assert_eq!(error.article.as_deref(), Some("7"));
    let shown = caret::under(&broken, &error);
    let mut lines = shown.lines();
    let (line, caret) = (lines.next().unwrap(), lines.next().unwrap());
    assert!(line.starts_with(&format!("{} | advance_notice", error.line)), "{shown}");
    let at = caret.find('^').unwrap();
    assert_eq!(line.get(at..at + 11), Some("urgent_hour"), "{shown}");
    assert!(error.remedy.contains("urgent_hours"), "{error}");
}

#[test]
fn a_caret_finds_its_place_behind_chinese_and_in_a_long_line() {
    let wide = "zh = \"中文\" 3\n";
    let mut error = parse("x").unwrap_err();
    (error.line, error.column) = (1, 11);
    // Two Chinese characters take four columns.
    assert_eq!(caret::under(wide, &error), "1 | zh = \"中文\" 3\n  |             ^");
    let long = format!("{}!", "x".repeat(300));
    error.column = 301;
    let shown = caret::under(&long, &error);
    assert!(shown.lines().all(|line| line.chars().count() < 110), "{shown}");
    let (line, caret) = shown.split_once('\n').unwrap();
    assert_eq!(line.chars().position(|c| c == '!'), caret.chars().position(|c| c == '^'));
}
