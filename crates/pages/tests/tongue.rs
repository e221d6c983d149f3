//! The three languages are equal, complete and used to the last word.

use std::collections::{BTreeMap, BTreeSet};

use accord::explain::{Change as Nearer, Named};
use folio::family::State;
use folio::life::Phase;
use folio::review::{Change, CheckKind, Standing};
use folio::rungs::RungState;
use folio::standing::Validity;
use pages::alarm::AlarmState;
use pages::consent::{RequestState, TaskState};
use pages::ledger::{Agreed, Finality};
use pages::plan::{Lever, Nay};
use pages::predictability::Trend;
use sheet::form;
use sheet::problem::Kind;
use sheet::term::{HALTS, OPEN_WORDS, ROLES, STAGES, Term};
use tongue::speech::{Lang, Tongue};

use words::act::WORDS;
use words::audience::Audience;
use words::clause::{Drill, Harm, Instrument, Prohibited, Sensor, Service, Severity, Training};
use words::letter::ErasureRule;
use words::lint::{LintRule, LintSeverity};
use words::movement::Check;
use words::presence::{ArmourClass, ArmsClass, Category, Criticality, Purpose, Risk, Rung, Task};
use words::record::{Channel, Force, Grievance, Item, RecordKind, Step};
use words::refusal::Reason;
use words::review::{Circle, Position};
use words::role::Side;

const FILES: [(Lang, &str); 3] = [
    (Lang::En, include_str!("../../tongue/words/en.ftl")),
    (Lang::Zh, include_str!("../../tongue/words/zh.ftl")),
    (Lang::Ur, include_str!("../../tongue/words/ur.ftl")),
];

const SOURCES: [&str; 40] = [
    include_str!("../../sheet/src/banner.rs"),
    include_str!("../../folio/src/agreement.rs"),
    include_str!("../src/alarm.rs"),
    include_str!("../src/consent.rs"),
    include_str!("../../folio/src/duty.rs"),
    include_str!("../../sheet/src/form/duty.rs"),
    include_str!("../../folio/src/record.rs"),
    include_str!("../../folio/src/family.rs"),
    include_str!("../../sheet/src/form/choice.rs"),
    include_str!("../../sheet/src/form.rs"),
    include_str!("../../sheet/src/frame.rs"),
    include_str!("../src/keys.rs"),
    include_str!("../src/ledger.rs"),
    include_str!("../src/letters.rs"),
    include_str!("../../folio/src/life.rs"),
    include_str!("../../folio/src/review.rs"),
    include_str!("../../folio/src/meaning.rs"),
    include_str!("../../counsel/src/lib.rs"),
    include_str!("../src/me.rs"),
    include_str!("../src/movement.rs"),
    include_str!("../src/movements.rs"),
    include_str!("../src/passes.rs"),
    include_str!("../src/chart.rs"),
    include_str!("../src/plan.rs"),
    include_str!("../src/predictability.rs"),
    include_str!("../../guardroom/src/posts.rs"),
    include_str!("../../sheet/src/problem.rs"),
    include_str!("../../folio/src/rungs.rs"),
    include_str!("../src/signin.rs"),
    include_str!("../../sheet/src/stamp.rs"),
    include_str!("../../folio/src/standing.rs"),
    include_str!("../src/statement.rs"),
    include_str!("../../sheet/src/term.rs"),
    include_str!("../../tongue/src/speech.rs"),
    include_str!("../../sheet/src/verdict.rs"),
    include_str!("../src/watch.rs"),
    include_str!("../../desk/src/say.rs"),
    include_str!("../../proof/src/theorem.rs"),
    include_str!("../../proof/src/redline.rs"),
    include_str!("../../drafting/src/proving.rs"),
];

// Latin letters that stand in every language: names of things that have no other name.
const LATIN: [&str; 10] =
    ["Ed25519", "ML-DSA", "Natural Earth", "SOS", "QR", "PKT", "UTC", "L0", "L1", "L2"];

/// Messages of a file by key, attributes as `key.attribute`, with everything that they say.
fn messages(file: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let (mut message, mut key) = (String::new(), String::new());
    for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (head, rest) = line.split_once(" =").unwrap_or((line, ""));
        if !line.starts_with(' ') {
            head.clone_into(&mut message);
            key.clone_from(&message);
            assert!(!found.contains_key(&key), "{key} is said twice");
        } else if let Some(attribute) = head.trim().strip_prefix('.') {
            key = format!("{message}.{attribute}");
        } else {
            found.entry(key.clone()).or_default().push_str(line);
            continue;
        }
        found.insert(key.clone(), rest.to_owned());
    }
    found
}

fn arguments(text: &str) -> BTreeSet<&str> {
    text.split('$')
        .skip(1)
        .map(|rest| {
            rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or(rest)
        })
        .collect()
}

fn all<T: Term>(terms: &[T]) -> Vec<String> {
    terms.iter().map(|term| term.key()).collect()
}

/// The keys of the closed and open sets and of what is derived from them.
fn words_of_the_domain() -> BTreeSet<String> {
    let named = Audience::Named(Vec::new());
    let mut keys: BTreeSet<String> = [
        all(Category::ALL),
        all(Task::ALL),
        all(Rung::ALL),
        all(ArmsClass::ALL),
        all(ArmourClass::ALL),
        all(Purpose::ALL),
        all(Criticality::ALL),
        all(Risk::ALL),
        all(Reason::ALL),
        all(&ROLES),
        all(&[Side::Host, Side::Guest]),
        all(&STAGES),
        all(&HALTS),
        all(&Check::ALL),
        all(&[&Audience::Own, &Audience::Joint, &named]),
        all(AlarmState::ALL),
        all(pages::keys::KeyStand::ALL),
        all(pages::keys::Why::ALL),
        all(RequestState::ALL),
        all(TaskState::ALL),
        all(State::ALL),
        all(Phase::ALL),
        all(Standing::ALL),
        all(CheckKind::ALL),
        all(Change::ALL),
        all(Circle::ALL),
        all(ErasureRule::ALL),
        all(Position::ALL),
        all(Finality::ALL),
        all(Agreed::ALL),
        all(Kind::ALL),
        all(folio::duty::State::ALL),
        all(RecordKind::ALL),
        all(Step::ALL),
        all(Force::ALL),
        all(Channel::ALL),
        all(Grievance::ALL),
        all(Item::ALL),
        all(Harm::ALL),
        all(Severity::ALL),
        all(Service::ALL),
        all(Drill::ALL),
        all(Prohibited::ALL),
        all(RungState::ALL),
        all(Validity::ALL),
        all(Training::ALL),
        all(Instrument::ALL),
    ]
    .concat()
    .into_iter()
    .collect();
    keys.extend(WORDS.iter().map(|(_, word)| format!("act-{word}")));
    for (family, words) in OPEN_WORDS {
        keys.extend(words.iter().map(|word| format!("{family}-{word}")));
    }
    keys
}

/// Keys that the pages make of the words above.
fn derived() -> BTreeSet<String> {
    let mut keys = words_of_the_domain();
    keys.extend(Reason::ALL.iter().map(|reason| format!("{}.remedy", reason.key())));
    keys.extend(Kind::ALL.iter().map(|kind| format!("{}.next", kind.key())));
    keys.extend(Lever::ALL.iter().map(|lever| lever.key()));
    keys.extend(Nay::ALL.iter().flat_map(|nay| [nay.key(), format!("{}.next", nay.key())]));
    keys.extend(Trend::ALL.iter().map(|trend| trend.key()));
    keys.extend(form::acts().map(|act| format!("do-{act}")));
    for kind in sheet::term::ALARM_KINDS {
        keys.extend(["cause", "consequence", "action"].map(|part| format!("alarm-{kind}-{part}")));
    }
    keys.extend(["yes", "no"].map(|word| format!("answer-{word}")));
    keys.extend(Named::ALL.iter().map(|name| format!("fact-{}", name.as_str())));
    keys.extend(Nearer::WORDS.iter().map(|word| format!("change-{word}")));
    keys.extend(Sensor::ALL.iter().map(|sensor| format!("sensor-{}", sensor.as_str())));
    let rules = LintRule::ALL.iter();
    keys.extend(rules.flat_map(|rule| [format!("lint-{rule}"), format!("lint-{rule}-do")]));
    keys.extend(LintSeverity::ALL.iter().map(|severity| format!("lint-{severity}")));
    for unit in ["s", "min", "h", "d"] {
        keys.extend([format!("ago-{unit}"), format!("in-{unit}")]);
    }
    keys
}

/// Every text literal of the sources that could be a key.
fn literals() -> BTreeSet<String> {
    let word = |text: &&str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            && text.starts_with(|c: char| c.is_ascii_lowercase())
    };
    SOURCES.iter().flat_map(|source| source.split('"')).filter(word).map(str::to_owned).collect()
}

#[test]
fn every_key_is_said_in_all_three_languages_with_the_same_arguments() {
    let english = messages(FILES[0].1);
    for (lang, file) in &FILES[1..] {
        let other = messages(file);
        let keys: BTreeSet<_> = english.keys().chain(other.keys()).collect();
        for key in keys {
            let (here, there) = (other.get(key), english.get(key));
            assert!(here.is_some() && there.is_some(), "{key} is not in {lang:?} and English");
            assert_eq!(
                arguments(here.unwrap()),
                arguments(there.unwrap()),
                "arguments of {key} in {lang:?}"
            );
        }
    }
}

#[test]
fn every_line_of_the_files_can_be_read() {
    for (lang, file) in FILES {
        for (key, text) in messages(file) {
            assert!(!text.trim().is_empty(), "{key} is empty in {lang:?}");
            assert!(Tongue::of(lang).has(&key), "{key} cannot be read in {lang:?}");
        }
    }
}

#[test]
fn every_word_of_the_domain_has_a_name_in_every_language() {
    for lang in Lang::ALL {
        for key in derived() {
            assert!(Tongue::of(lang).has(&key), "{key} in {lang:?}");
        }
    }
}

#[test]
fn every_key_that_the_pages_say_is_in_the_files() {
    let english = messages(FILES[0].1);
    for source in SOURCES {
        for call in ["say(\"", "say_with(\""] {
            for rest in source.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                assert!(english.contains_key(key), "a page says {key}, which no file has");
            }
        }
    }
}

#[test]
fn no_key_of_the_files_is_unused() {
    let (derived, literals) = (derived(), literals());
    let made = |key: &str, prefix: &str| {
        key.strip_prefix(prefix).is_some_and(|name| literals.contains(name))
    };
    for key in messages(FILES[0].1).keys() {
        let used = derived.contains(key)
            || literals.contains(key)
            || made(key, "field-")
            || made(key, "mark-")
            || ["theorem-", "proof-", "redline-"].into_iter().any(|family| made(key, family));
        assert!(used, "no page says {key}");
    }
}

#[test]
fn chinese_and_urdu_hold_no_latin_words() {
    for (lang, file) in &FILES[1..] {
        for (key, text) in messages(file) {
            let mut rest = text.replace("[one]", "").replace("*[other]", "");
            for argument in arguments(&text) {
                rest = rest.replace(&format!("${argument}"), "");
            }
            for latin in LATIN {
                rest = rest.replace(latin, "");
            }
            let stray: String = rest.chars().filter(char::is_ascii_alphabetic).collect();
            assert!(stray.is_empty(), "{key} in {lang:?} says {stray}");
        }
    }
}

#[test]
fn digits_are_western_in_every_language() {
    for (lang, file) in FILES {
        let odd = |c: char| c.is_numeric() && !c.is_ascii_digit();
        assert_eq!(file.chars().find(|c| odd(*c)), None, "{lang:?}");
    }
}

#[test]
fn acknowledged_never_reads_as_verified() {
    for (lang, file) in FILES {
        let (zh, ur) = ("确认", "تصدیق");
        assert!(!file.contains(zh) && !file.contains(ur), "{lang:?}");
    }
    assert_eq!(Tongue::of(Lang::Zh).say("do-alarm_noted"), "已知悉");
    assert_eq!(Tongue::of(Lang::Ur).say("do-alarm_noted"), "موصول");
}

#[test]
fn arguments_are_isolated_and_plurals_follow_the_language() {
    let english = Tongue::of(Lang::En);
    let one = english.say_with("not-counted", &[("n", 1_u32.into())]);
    assert_eq!(one, "1 person not yet counted");
    let many = english.say_with("not-counted", &[("n", 1_283_u32.into())]);
    assert_eq!(many, "\u{2068}1283\u{2069} persons not yet counted");
    assert_eq!(
        Tongue::of(Lang::Ur).say_with("article", &[("number", "4(1)".into())]),
        "شق \u{2068}4(1)\u{2069}"
    );
}

#[test]
fn a_language_is_found_by_its_tag() {
    assert_eq!(Lang::parse("zh-CN"), Some(Lang::Zh));
    assert_eq!(Lang::parse("UR"), Some(Lang::Ur));
    assert_eq!(Lang::parse("fr"), None);
    assert_eq!(Lang::En.next().next().next(), Lang::En);
}
