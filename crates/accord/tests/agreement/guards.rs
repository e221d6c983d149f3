//! Each guard denies alone, with its own reason and its own article.

use accord::explain::{Fact, Named, Value};
use accord::rules::{Deed, Facts, Question};
use words::moment::Moment;
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::refusal::Reason;

use crate::exercise::{HOUR_MS, RULES, articles, fine, good, zone};

/// What changes, for which deeds, to which reason and article.
type Row = (&'static str, &'static [Deed], fn(&mut Question, &mut Facts), Reason, &'static str);

const PRESENT: &[Deed] = &[Deed::OrderTask, Deed::Depart, Deed::Enter];
const DUTY: &[Deed] = &[Deed::Deploy, Deed::OrderTask, Deed::Enter];

const TABLE: &[Row] = &[
    ("one party has not signed", Deed::ALL, |_, f| f.in_force = false, Reason::NotInForce, "1"),
    ("the purpose is not listed", Deed::ALL, to_investigate, Reason::NotPermitted, "2"),
    ("no purpose is named", ASKING, |q, _| q.purpose = None, Reason::NotPermitted, "2"),
    ("the zone is excluded", Deed::ALL, to_the_cantonment, Reason::NotPermitted, "3"),
    ("nobody drew the zone", Deed::ALL, |q, _| q.zone = zone("moon"), Reason::NotPermitted, "3"),
    ("the period is over", Deed::ALL, |q, _| q.at = OVER, Reason::NotInForce, "4"),
    ("soldiers may not come", Deed::ALL, soldiers, Reason::NotPermitted, "5"),
    ("no consent lives", PRESENT, |_, f| f.consent_live = false, Reason::NoLiveConsent, "6"),
    ("the host is silent", PRESENT, |_, f| f.host_heard = false, Reason::HostNotHeard, "6"),
    ("notice is an hour short", ANNOUNCED, hour_short, Reason::NoticeTooShort, "7"),
    ("one person too many", Deed::ALL, |_, f| f.headcount_after = 5, Reason::CeilingReached, "8"),
    ("one vehicle too many", Deed::ALL, |_, f| f.vehicles_after = 5, Reason::CeilingReached, "8"),
    ("one armed too many", Deed::ALL, |_, f| f.armed_after = 1, Reason::CeilingReached, "8"),
    ("the node knew no ceiling", DUTY, eleven, Reason::CeilingReached, "8"),
    ("the task is another's", DUTY, to_surveillance, Reason::NotPermitted, "9"),
    ("the rung is too high", DUTY, to_armed_rung, Reason::NotPermitted, "9"),
    ("on duty without a task", ON_DUTY, |q, _| q.task = None, Reason::NotPermitted, "9"),
    ("on duty on no rung", ON_DUTY, |q, _| q.rung = None, Reason::NotPermitted, "9"),
    ("who comes is not said", DUTY, |q, _| q.category = None, Reason::NotPermitted, "9"),
    ("pistols are carried", Deed::ALL, pistols, Reason::NotPermitted, "10"),
    ("arms are not declared", ON_DUTY, |q, _| q.arms = None, Reason::NotPermitted, "10"),
    ("the vehicle is soft", MOVING, soft, Reason::NotPermitted, "11"),
    ("armour is not declared", &[Deed::Depart], |q, _| q.armour = None, Reason::NotPermitted, "11"),
    ("a party suspended", Deed::ALL, |_, f| f.suspended = true, Reason::Suspended, "13"),
];

const ASKING: &[Deed] = &[Deed::Deploy, Deed::Move];
const ANNOUNCED: &[Deed] = &[Deed::Notice, Deed::Move];
const ON_DUTY: &[Deed] = &[Deed::OrderTask, Deed::Enter];
const MOVING: &[Deed] = &[Deed::Notice, Deed::Move, Deed::Depart];

// 2025-10-01T00:00:00Z, the first moment after the period.
const OVER: Moment = Moment::from_ms(1_759_276_800_000);

fn to_investigate(question: &mut Question, _: &mut Facts) {
    question.purpose = Some(Purpose::Investigate);
}

fn to_the_cantonment(question: &mut Question, _: &mut Facts) {
    question.zone = zone("cantonment-north");
}

fn soldiers(question: &mut Question, _: &mut Facts) {
    question.category = Some(Category::ArmedForces);
}

fn hour_short(_: &mut Question, facts: &mut Facts) {
    facts.notice_ms = 23 * HOUR_MS;
}

fn eleven(_: &mut Question, facts: &mut Facts) {
    (facts.headcount_after, facts.headcount_max) = (11, u32::MAX);
}

fn to_surveillance(question: &mut Question, _: &mut Facts) {
    question.task = Some(Task::TechnicalSurveillance);
}

fn to_armed_rung(question: &mut Question, _: &mut Facts) {
    question.rung = Some(Rung::Armed);
}

fn pistols(question: &mut Question, _: &mut Facts) {
    question.arms = Some(ArmsClass::Sidearm);
}

fn soft(question: &mut Question, _: &mut Facts) {
    question.armour = Some(ArmourClass::Soft);
}

#[test]
fn each_guard_denies_alone_and_says_why() {
    for (what, deeds, change, reason, article) in TABLE {
        for deed in *deeds {
            let (mut question, mut facts) = (good(*deed), fine());
            assert!(RULES.decide(&question, &facts).allow, "{deed} is allowed at first");
            change(&mut question, &mut facts);
            let decision = RULES.decide(&question, &facts);
            assert!(!decision.allow, "{what}: {deed}");
            assert_eq!(decision.reasons, [*reason], "{what}: {deed}");
            assert_eq!(articles(&decision), [*article], "{what}: {deed}");
            assert!(!decision.changes.is_empty() && !decision.facts.is_empty(), "{what}: {deed}");
        }
    }
}

#[test]
fn what_a_guard_does_not_watch_does_not_matter() {
    let mut facts = fine();
    (facts.consent_live, facts.host_heard, facts.notice_ms) = (false, false, 0);
    assert!(RULES.decide(&good(Deed::Deploy), &facts).allow, "a request needs no consent");
    (facts.consent_live, facts.host_heard, facts.notice_ms) = (true, true, 0);
    assert!(RULES.decide(&good(Deed::Depart), &facts).allow, "a departure needs no notice");
}

#[test]
fn a_request_may_leave_the_task_open() {
    let open = Question { task: None, rung: None, ..good(Deed::Deploy) };
    assert!(RULES.decide(&open, &fine()).allow);
    let nowhere = Question { category: Some(Category::Technical), rung: Some(Rung::Armed), ..open };
    assert_eq!(RULES.decide(&nowhere, &fine()).reasons, [Reason::NotPermitted]);
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let mut facts = Facts { suspended: true, consent_live: false, ..fine() };
    facts.headcount_after = 9;
    let question = Question { task: Some(Task::InnerCordon), ..good(Deed::OrderTask) };
    let question = Question { category: Some(Category::Liaison), ..question };
    let decision = RULES.decide(&question, &facts);
    assert_eq!(articles(&decision), ["6", "8", "9", "13"]);
    assert_eq!(
        decision.reasons,
        [Reason::Suspended, Reason::NotPermitted, Reason::NoLiveConsent, Reason::CeilingReached]
    );
    let refusal = decision.refusal().unwrap();
    assert_eq!(refusal.articles, articles(&decision));
    for part in [
        "suspended: yes",
        "host consent live: no",
        "persons: 9 of at most 4; vehicles: 1 of at most 4; armed: 0 of at most 0",
        "task: inner_cordon; category: liaison; zone: karachi-airport; rung: advise",
        "article 9 permits inner_cordon by private_security, police in karachi-airport, \
         karachi-port-road up to rung escort_inside_cordon",
    ] {
        assert!(refusal.detail.contains(part), "`{part}` in `{}`", refusal.detail);
    }
}

#[test]
fn a_yes_cites_its_article_in_every_language() {
    let decision = RULES.decide(&good(Deed::OrderTask), &fine());
    assert_eq!(articles(&decision), ["9"]);
    let [citation] = decision.citations.as_slice() else { panic!("one article permits it") };
    assert_eq!(citation.heading.zh, "许可的任务");
    assert!(citation.text.ur.starts_with("جو اس دفعہ میں درج نہیں"));
    assert_eq!(decision.refusal(), None);
    assert!(decision.facts.contains(&Fact { name: Named::Consent, value: Value::Is(true) }));
}

#[test]
fn late_notice_is_urgent_and_says_so() {
    let facts = Facts { notice_ms: 30 * HOUR_MS, ..fine() };
    let decision = RULES.decide(&good(Deed::Move), &facts);
    assert!(decision.allow);
    let notice = "notice: 30 h, urgent (normal 48 h, at least 24 h)";
    assert!(decision.facts.iter().any(|fact| fact.to_string() == notice));
}

#[test]
fn the_police_may_carry_less_lethal_means_where_listed() {
    let armed = Question { arms: Some(ArmsClass::LessLethal), ..good(Deed::Enter) };
    assert!(RULES.decide(&armed, &fine()).allow);
    let elsewhere = Question { zone: zone("site-industrial"), ..armed.clone() };
    assert_eq!(articles(&RULES.decide(&elsewhere, &fine())), ["10"]);
    let liaison = Question { category: Some(Category::Liaison), ..armed };
    assert_eq!(articles(&RULES.decide(&liaison, &fine())), ["10"]);
}
