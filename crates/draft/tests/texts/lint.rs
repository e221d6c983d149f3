//! For each rule of the lint a draft that breaks it; clean texts.

use article::document::parse;
use draft::lint::{Finding, lint};
use words::lint::{LintRule, LintSeverity};

use crate::worked::{TEXTS, document, text};

fn found(text: &str) -> Vec<Finding> {
    let document = parse(text).unwrap_or_else(|error| panic!("{error}"));
    lint(text, &document, None)
}

fn under(text: &str) -> Vec<Finding> {
    let document = parse(text).unwrap_or_else(|error| panic!("{error}"));
    lint(text, &document, Some(&crate::worked::document("close-protection")))
}

#[test]
fn the_texts_of_the_house_are_clean() {
    for (name, text) in TEXTS.iter().filter(|(name, _)| *name != "karachi") {
        assert_eq!(lint(text, &document(name), None), [], "{name}");
    }
    // The exercise has a ceiling where its category may do nothing.
    let found = found(text("karachi"));
    let [one] = found.as_slice() else { panic!("{found:#?}") };
    let Finding { rule, article, subject, .. } = one;
    assert_eq!((*rule, article.as_deref()), (LintRule::UnreachableClause, Some("8")));
    assert_eq!(subject, "private_security · site-industrial");
    assert_eq!(under(text("close-protection-annex-gwadar")), []);
}

// The rule, what is changed in the agreement on close protection, and the article and subject
// that are found.
type Case = (LintRule, &'static str, &'static str, Option<&'static str>, &'static str);

const PATROL_ZONE: &str = "[[article.permitted_tasks]]\ntask = \"medical_aid\"";

const CASES: &[Case] = &[
    (LintRule::MissingLanguage, "ur = \"باری\"", "ur = \"\"", Some("12"), "ur"),
    (
        LintRule::MissingSuspension,
        "by = [\"host\", \"guest\"], ext",
        "by = [\"guest\"], ext",
        Some("40"),
        "host",
    ),
    (
        LintRule::MissingCeiling,
        "    { category = \"medical\", zone = \"dasu-works\", headcount_max = 3, \
         vehicles_max = 1, armed_max = 0 },\n",
        "",
        Some("17"),
        "medical · dasu-works",
    ),
    (
        LintRule::MissingProvision,
        "personnel_categories = [\"police\", \"private_security\", \"liaison\", \
         \"medical\", \"driver\"]\n",
        "",
        None,
        "personnel_categories",
    ),
    (
        LintRule::ForbiddenPermit,
        "class_max = \"sidearm\"",
        "class_max = \"less_lethal\"",
        Some("17"),
        "armed · police · gwadar-port",
    ),
    (
        LintRule::ForbiddenPermit,
        "guests_per_officer_max = 4",
        "guests_per_officer_max = 0",
        Some("19"),
        "inner_cordon, close_protection, drive",
    ),
    (
        LintRule::Contradiction,
        "headcount_max = 3, vehicles_max = 1, armed_max = 0 },\n    { category = \
         \"medical\", zone = \"gwadar-port\"",
        "headcount_max = 3, vehicles_max = 1, armed_max = 5 },\n    { category = \
         \"medical\", zone = \"gwadar-port\"",
        Some("11"),
        "medical · gwadar-bay-road · 5 · 3",
    ),
    (
        LintRule::Contradiction,
        "public_contact = false",
        "public_contact = true",
        Some("20"),
        "contact_public",
    ),
    (
        LintRule::Contradiction,
        "rotation = {",
        "advance_notice = { normal_hours = 1, urgent_hours = 1 }\nrotation = {",
        Some("12"),
        "advance_notice · 9",
    ),
    (
        LintRule::CoveredPermit,
        PATROL_ZONE,
        "[[article.permitted_tasks]]\ntask = \"plan\"\ncategories = [\"police\"]\nzones = \
         [\"gwadar-port\"]\nrung_max = \"sit_in\"\n\n[[article.permitted_tasks]]\ntask = \
         \"medical_aid\"",
        Some("17"),
        "plan",
    ),
    (
        LintRule::UnusedZone,
        "zone = \"gwadar-headland\"\nnames.en = \"Gwadar headland (excluded)\"\nnames.zh = \
         \"瓜达尔岬角（禁入）\"\nnames.ur = \"گوادر راس (ممنوع)\"\nallowed = false",
        "zone = \"gwadar-headland\"\nnames.en = \"Gwadar headland\"\nnames.zh = \"瓜达尔岬角\"\n\
         names.ur = \"گوادر راس\"\nallowed = true",
        Some("3"),
        "gwadar-headland",
    ),
    (
        LintRule::IdleCategory,
        "\"liaison\", \"medical\", \"driver\"]\n\n[article.heading]\nen = \"Categories",
        "\"liaison\", \"medical\", \"driver\", \"technical\"]\n\n[article.heading]\nen = \
         \"Categories",
        Some("6"),
        "technical",
    ),
    (
        LintRule::UnreachableClause,
        "{ category = \"medical\", zone = \"gwadar-bay-road\"",
        "{ category = \"medical\", zone = \"gwadar-airport\"",
        Some("11"),
        "medical · gwadar-airport",
    ),
    (
        LintRule::UnreachableClause,
        "orders_by = [\"protection_lead\"]",
        "orders_by = [\"driver\"]",
        Some("20"),
        "orders_by",
    ),
    (
        LintRule::UnreachableClause,
        "tasks = [\"liaise\", \"advise\", \"plan\"]",
        "tasks = [\"liaise\", \"advise\", \"train\"]",
        Some("19"),
        "train",
    ),
    (
        LintRule::UnknownZone,
        "ports = [\"gwadar-airport\",",
        "ports = [\"gwadar-aerodrome\",",
        Some("13"),
        "gwadar-aerodrome",
    ),
    (
        LintRule::UnboundedCeiling,
        "zone = \"gwadar-airport\", headcount_max = 6, vehicles_max = 2",
        "zone = \"gwadar-airport\", headcount_max = 1000, vehicles_max = 2",
        Some("11"),
        "police · gwadar-airport · 1000",
    ),
    (
        LintRule::UnboundedPeriod,
        "until = \"2026-01-01T00:00:00Z\"",
        "until = \"2046-01-01T00:00:00Z\"",
        Some("4"),
        "2025-01-01T00:00:00Z · 2046-01-01T00:00:00Z",
    ),
    (
        LintRule::ShortNotice,
        "before_minutes = 720",
        "before_minutes = 2880",
        Some("9"),
        "urgent_hours · movement_disclosure_schedule",
    ),
    (
        LintRule::ShortNotice,
        "decide_within_hours = 24",
        "decide_within_hours = 48",
        Some("9"),
        "urgent_hours · decide_within_hours",
    ),
    (
        LintRule::LongLease,
        "rotation = { days_max = 60",
        "rotation = { days_max = 0",
        Some("8"),
        "8",
    ),
    (
        LintRule::OddNumber,
        "freshness_seconds = 900",
        "freshness_seconds = 36000",
        Some("8"),
        "freshness_seconds · lease_minutes_max",
    ),
    (
        LintRule::OddNumber,
        "severity = \"critical\"\nwithin_minutes = 10",
        "severity = \"critical\"\nwithin_minutes = 90",
        Some("26"),
        "critical",
    ),
    (
        LintRule::OddNumber,
        "quorum_each = 3",
        "quorum_each = 6",
        Some("38"),
        "quorum_each · members_each",
    ),
    (
        LintRule::OddNumber,
        "hours_max = 12, notice_minutes = 60",
        "hours_max = 12, notice_minutes = 1440",
        Some("42"),
        "notice_minutes · urgent_hours",
    ),
];

#[test]
fn each_broken_draft_is_found_in_its_article() {
    for (rule, from, to, article, subject) in CASES {
        let text = text("close-protection");
        assert!(text.contains(from), "{rule}: {from}");
        let broken = text.replacen(from, to, 1);
        let found = found(&broken);
        let hit = found.iter().find(|one| one.rule == *rule && one.subject == *subject);
        let hit = hit.unwrap_or_else(|| panic!("{rule} {subject}: {found:#?}"));
        assert_eq!(hit.article.as_deref(), *article, "{rule}");
        assert_eq!(hit.line.is_some(), article.is_some(), "{rule}");
    }
}

// The rule, what is changed in the annex, and the subject.
const WIDER: &[(&str, &str, &str)] = &[
    (
        "headcount_max = 4, vehicles_max = 2",
        "headcount_max = 40, vehicles_max = 2",
        "police · gwadar-port",
    ),
    ("class_max = \"sidearm\"", "class_max = \"long_arm\"", "police · gwadar-port · long_arm"),
    (
        "task = \"drive\"",
        "task = \"observe\"",
        "observe · driver · gwadar-port · escort_inside_cordon",
    ),
    ("guests_per_officer_max = 2", "guests_per_officer_max = 5", "guests_per_officer_max"),
    ("urgent_hours = 48", "urgent_hours = 12", "urgent_hours"),
    ("until = \"2025-08-01", "until = \"2027-08-01", "2025-02-01T00:00:00Z · 2027-08-01T00:00:00Z"),
    ("period = {", "purpose = [\"investigate\"]\nperiod = {", "investigate"),
    ("period = {", "rotation = { days_max = 90, gap_days_min = 30 }\nperiod = {", "days_max"),
    ("period = {", "vehicles = { armour_min = \"soft\", gap_m_min = 80 }\nperiod = {", "soft · 80"),
    ("period = {", "personnel_categories = [\"armed_forces\"]\nperiod = {", "armed_forces"),
    (
        "period = {",
        "host_consent = { lease_minutes_max = 480, freshness_seconds = 900, skew_seconds = 60, \
         stop_within_minutes = 60, decide_within_hours = 24 }\nperiod = {",
        "stop_within_minutes",
    ),
];

#[test]
fn whatever_a_lower_text_widens_is_found() {
    for (from, to, subject) in WIDER {
        let annex = text("close-protection-annex-gwadar");
        assert!(annex.contains(from), "{from}");
        let broken = annex.replacen(from, to, 1);
        let found = under(&broken);
        let hit = |one: &&Finding| one.rule == LintRule::Widened && one.subject == *subject;
        let hit = found.iter().find(hit);
        let hit = hit.unwrap_or_else(|| panic!("{subject}: {found:#?}"));
        assert_eq!(hit.severity, LintSeverity::Error);
    }
}

#[test]
fn every_rule_has_a_broken_draft() {
    let elsewhere = [LintRule::MissingConsent, LintRule::Widened];
    let covered =
        |rule: &LintRule| elsewhere.contains(rule) || CASES.iter().any(|(known, ..)| known == rule);
    let missing: Vec<_> = LintRule::ALL.iter().filter(|rule| !covered(rule)).collect();
    assert_eq!(missing, Vec::<&LintRule>::new());
}

#[test]
fn a_draft_that_cannot_compile_is_looked_at_all_the_same() {
    let stub = "agreement = \"a\"\nhost = \"h\"\nguest = \"g\"\ntitle = { en = \"t\" }\n\n\
                [[article]]\nnumber = \"1\"\nheading = { en = \"h\" }\ntext = { en = \"t\" }\n";
    let rules: Vec<_> = found(stub).iter().map(|one| one.rule).collect();
    for rule in [
        LintRule::MissingConsent,
        LintRule::MissingSuspension,
        LintRule::MissingProvision,
        LintRule::MissingLanguage,
        LintRule::UnboundedPeriod,
    ] {
        assert!(rules.contains(&rule), "{rule}: {rules:?}");
    }
}

#[test]
fn a_finding_names_the_line_of_its_clause() {
    let broken = text("close-protection").replacen("quorum_each = 3", "quorum_each = 6", 1);
    let found = found(&broken);
    let line = found[0].line.unwrap();
    let said = broken.lines().nth(line - 1).unwrap();
    assert!(said.starts_with("joint_committee = "), "{said}");
}
