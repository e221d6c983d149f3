//! Texts as an attacker or a tired hand would leave them: read or refused.
#![cfg(test)]

use accord::rules::Rules;
use article::document::parse;
use article::root::{redacted, root};
use proptest::collection::vec;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest,
};

const TEXT: &str = include_str!("../../../scenarios/karachi/agreement.toml");

const SALT: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

// One slip: where, how much of the text goes, and what comes in its place.
type Slip = (u16, u8, String);

fn slips() -> impl Strategy<Value = Vec<Slip>> {
    let pieces = [
        "[[article]]\n",
        "[article.heading]\n",
        "\"\"\"",
        "\"",
        "'",
        "]",
        "}",
        "=",
        "\n",
        "#",
        "\\",
        "salt = \"",
        "withheld = \"",
        "number = \"4\"\n",
        "under = \"x\"\n",
        "-1",
        "1e99",
        "4294967296",
        "9223372036854775808",
        "\u{202E}",
        "\u{0}",
        "ٹ",
        "中",
    ];
    let piece = prop_oneof![
        4 => (0..pieces.len()).prop_map(move |at| pieces[at].to_owned()),
        1 => any::<String>(),
        2 => Just(String::new()),
    ];
    vec((any::<u16>(), any::<u8>(), piece), 1..6)
}

fn slipped(text: &str, slips: &[Slip]) -> String {
    slips.iter().fold(text.to_owned(), |text, (at, gone, come)| {
        let characters: Vec<char> = text.chars().collect();
        let from = usize::from(*at) * characters.len() / 65_536;
        let until = (from + usize::from(*gone % 24)).min(characters.len());
        let (before, after) = (&characters[..from], &characters[until..]);
        before.iter().copied().chain(come.chars()).chain(after.iter().copied()).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_hand_leaves_is_read_or_refused_at_a_place_of_the_text(slips in slips()) {
        let text = slipped(TEXT, &slips);
        let signed = root(&text);
        prop_assert_eq!(signed == root(TEXT), text == TEXT, "a changed text has another root");
        match parse(&text) {
            // Whether it binds is a second question; both answers are fine, a panic is not.
            Ok(document) => drop(Rules::compile(document)),
            Err(refused) => {
                let line = text.split('\n').nth(refused.line - 1);
                prop_assert!(line.is_some(), "{refused}");
                prop_assert!(refused.column <= line.unwrap().chars().count() + 1, "{refused}");
                prop_assert!(!refused.problem.is_empty() && !refused.remedy.is_empty());
            }
        }
    }

    #[test]
    fn every_choice_of_restricted_articles_leaves_the_root_as_it_is(chosen in any::<u16>()) {
        let line = format!("\n\nsalt = \"{SALT}\"\nagreement =");
        let salted = TEXT.replacen("\n\nagreement =", &line, 1);
        let mut text = String::new();
        for (at, part) in salted.split_inclusive("[[article]]\n").enumerate() {
            text.push_str(part);
            if part.ends_with("[[article]]\n") && chosen >> (at % 16) & 1 == 1 {
                text.push_str("restricted = true\n");
            }
        }
        let articles = parse(&text).unwrap().articles;
        let hidden: Vec<bool> = articles.iter().map(|article| article.restricted).collect();
        let Some(copy) = redacted(&text) else {
            prop_assert!(!hidden.contains(&true));
            return Ok(());
        };
        prop_assert_eq!(root(&copy), root(&text));
        let withheld: Vec<bool> =
            parse(&copy).unwrap().articles.iter().map(|it| it.withheld.is_some()).collect();
        prop_assert_eq!(withheld, hidden);
        for article in articles.iter().filter(|article| article.restricted) {
            prop_assert!(!copy.contains(&article.text.en), "article {} leaks", article.number);
        }
    }
}
