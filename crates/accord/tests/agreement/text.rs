//! What a compiled text provides; what can be read but does not bind.

use accord::rules::Rules;
use article::document::parse;
use article::root::redacted;
use words::moment::Moment;
use words::movement::Stage;
use words::place::Point;
use words::presence::{ArmourClass, Category};
use words::role::Role;

use crate::exercise::{HOUR_MS, RULES, zone};

const SMALL: &str = r#"salt = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
agreement = "small"
host = "host"
guest = "guest"
title = { en = "T", zh = "题", ur = "ع" }
[[article]]
number = "1"
restricted = true
heading = { en = "H", zh = "题", ur = "ع" }
text = { en = "T", zh = "文", ur = "م" }
purpose = ["protect_persons"]
"#;

#[test]
fn the_exercise_provides_what_its_articles_say() {
    let consent = RULES.consent();
    assert_eq!((consent.lease_ms_max, consent.decide_within_ms), (12 * HOUR_MS, 24 * HOUR_MS));
    assert_eq!((consent.freshness_ms, consent.skew_ms), (1_200_000, 120_000));
    assert_eq!(consent.stop_within_ms, 600_000);
    assert_eq!(RULES.notice().unwrap().normal_ms, 48 * HOUR_MS);
    assert_eq!(RULES.notice().unwrap().urgent_ms, 24 * HOUR_MS);
    let period = RULES.period().unwrap();
    assert_eq!(period.start(), Moment::parse("2024-10-01T00:00:00Z").unwrap());
    assert_eq!(period.end(), Moment::parse("2025-10-01T00:00:00Z").unwrap());
    assert_eq!((RULES.armour_min(), RULES.gap_m_min()), (ArmourClass::BulletProof, 50));
}

#[test]
fn the_exercise_bounds_and_discloses_what_its_articles_say() {
    let ceiling = RULES.ceiling(Category::PrivateSecurity, &zone("karachi-port-road")).unwrap();
    assert_eq!((ceiling.headcount_max, ceiling.vehicles_max, ceiling.armed_max), (12, 4, 0));
    assert_eq!(RULES.ceiling(Category::Medical, &zone("karachi-port-road")), None);
    let last = RULES.disclosure().last().unwrap();
    assert_eq!((last.stage, last.before_ms), (Stage::Route, 900_000));
    assert_eq!(last.roles, [Role::EscortLeader, Role::Driver]);
    assert_eq!(RULES.article_of("movement_disclosure_schedule"), Some("12"));
    assert_eq!(RULES.article_of("weather"), None);
    assert_eq!(RULES.document().articles.len(), 18);
}

#[test]
fn the_exercise_draws_its_zones_where_they_are() {
    let holds = |id: &str, lat, lon| {
        RULES.zone(&zone(id)).unwrap().area.holds(Point::from_degrees(lat, lon).unwrap())
    };
    assert!(holds("karachi-airport", 24.906, 67.160));
    let on_the_way =
        [(24.906, 67.160), (24.886, 67.120), (24.877, 67.095), (24.851, 67.030), (24.818, 66.975)];
    assert!(on_the_way.iter().all(|(lat, lon)| holds("karachi-port-road", *lat, *lon)));
    assert!(holds("site-industrial", 24.900, 66.990));
    assert!(!holds("karachi-port-road", 24.900, 66.990));
    let excluded = RULES.zone(&zone("cantonment-north")).unwrap();
    let clear = |corner| RULES.zones().filter(|one| one.allowed).all(|one| !one.area.holds(corner));
    assert!(!excluded.allowed && excluded.area.corners.iter().all(|corner| clear(*corner)));
}

#[test]
fn an_article_shows_the_rules_it_became() {
    assert_eq!(
        RULES.rules_text("7"),
        r#"@id("7/advance_notice/1")
@article("7")
@reason("notice-too-short")
forbid (principal, action in [Action::"notice", Action::"move"], resource)
when { context.notice_ms < 86400000 };
"#
    );
    assert_eq!(RULES.rules_text("14"), "", "languages bind people, not programs");
}

// What compiling says of a text that can be read.
fn refused(text: &str) -> String {
    Rules::compile(parse(text).unwrap()).unwrap_err().to_string()
}

#[test]
fn a_small_text_can_be_read_but_does_not_bind() {
    let message = "no article provides `parties_and_authorities`; add an article that does";
    assert_eq!(refused(SMALL), message);
}

#[test]
fn a_redacted_copy_can_be_read_but_does_not_bind() {
    let message = "article 1 is withheld: a redacted copy proves a text and does not bind";
    assert_eq!(refused(&redacted(SMALL).unwrap()), message);
}

#[test]
fn a_text_that_lacks_an_authentic_language_can_be_read_but_does_not_bind() {
    let message = refused(&SMALL.replacen("zh = \"文\", ", "", 1));
    assert!(message.starts_with("article 1 has no text in `zh`"), "{message}");
}
