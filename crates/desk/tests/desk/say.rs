//! Every fact and every change is said in every language.

use accord::explain::{Change, Fact, Named, Value};
use article::document::parse;
use desk::say;
use tongue::speech::Lang;
use words::clause::Sensor;
use words::id::ZoneId;
use words::moment::Moment;
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::role::Role;

const TEXT: &str = include_str!("../../../../scenarios/karachi/agreement.toml");

fn changes() -> Vec<Change> {
    let permit = parse(TEXT).unwrap().permits().next().unwrap().1.clone();
    vec![
        Change::Purpose(Purpose::Evacuate),
        Change::Zone(ZoneId::new("north").unwrap()),
        Change::Category(Category::Police),
        Change::Task(Task::Advise),
        Change::Rung(Rung::Advise),
        Change::Arms(ArmsClass::Unarmed),
        Change::Armour(ArmourClass::BulletProof),
        Change::Sensor(Sensor::Drone),
        Change::Altitude(120),
        Change::OrderedBy(Role::ProtectionLead),
        Change::At(Moment::from_ms(0)),
        Change::FewerPersons(2),
        Change::FewerVehicles(2),
        Change::FewerArmed(2),
        Change::Later(5_400_000),
        Change::ShorterStay(3_600_000),
        Change::Wait(60_000),
        Change::HearHost,
        Change::AsPermitted("9".to_owned(), permit),
        Change::Accredit,
        Change::License,
        Change::Consent,
        Change::OpenRung,
        Change::Officers(4),
        Change::Sign,
        Change::LiftSuspension,
        Change::LiftClause("9".to_owned()),
        Change::Amend,
        Change::Repair,
    ]
}

#[test]
fn every_change_is_said_in_every_language() {
    let changes = changes();
    let words: Vec<&str> = changes.iter().map(Change::as_str).collect();
    assert_eq!(words, Change::WORDS);
    for lang in Lang::ALL {
        for change in &changes {
            let said = say::change(change, lang);
            assert!(said.ends_with(['.', '。', '۔']), "{said}");
            assert!(!said.contains(['{', '$']) && !said.contains("change-"), "{said}");
        }
    }
    assert_eq!(
        say::change(&Change::Later(5_400_000), Lang::Zh).replace(['\u{2068}', '\u{2069}'], ""),
        "将时间段推迟 1 小时 30 分钟。"
    );
}

#[test]
fn every_fact_is_said_in_every_language() {
    let hour = 3_600_000;
    let values = [
        Value::Is(true),
        Value::Is(false),
        Value::NotSaid,
        Value::Count { is: 9, most: Some(4) },
        Value::Count { is: 9, most: None },
        Value::AtMost { ms: 2 * hour, most_ms: hour },
        Value::AtLeast { ms: hour, least_ms: 2 * hour },
        Value::Notice { ms: hour, normal_ms: 2 * hour, least_ms: 0 },
        Value::Metres(120),
    ];
    for lang in Lang::ALL {
        for name in Named::ALL {
            assert!(!say::name(*name, lang).contains("fact-"), "{name:?}");
        }
        for value in &values {
            let said = say::fact(&Fact { name: Named::Notice, value: value.clone() }, lang);
            assert!(!said.contains("fact-") && !said.contains(['{', '$']), "{said}");
        }
        let police = Fact { name: Named::Category, value: Value::Word("police") };
        assert!(!say::value(&police, lang).contains("category-"));
    }
    let police = Fact { name: Named::Category, value: Value::Word("police") };
    assert_eq!(say::fact(&police, Lang::Zh), "类别: 警察");
}
