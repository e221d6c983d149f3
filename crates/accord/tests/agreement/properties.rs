//! What holds for every agreement, every question and all facts.

use std::sync::Arc;

use accord::explain::{Change, Whose};
use accord::rules::{Facts, Question, Rules};
use article::document::Document;
use article::provision::Provision;
use article::provision::governance::Reciprocity;
use article::provision::{KINDS, powers::Cordons};
use proptest::test_runner::Config;
use proptest::{prop_assert, prop_assert_eq, prop_assume, proptest};
use words::role::Side;

use crate::naive::allows;
use crate::random::{Dice, agreement, choices, document, facts, lower, question};

/// Questions to each agreement: compiling costs as much as hundreds of answers.
const QUESTIONS: usize = 100;

fn few() -> Config {
    Config { cases: 16, failure_persistence: None, ..Config::default() }
}

fn compiled(text: &Document) -> Rules {
    Rules::compile(text.clone()).unwrap_or_else(|cause| panic!("{cause}"))
}

fn asked(dice: &mut Dice, text: &Document) -> (Question, Facts) {
    let question = question(dice);
    (question, facts(dice, text.articles.len()))
}

// As the asker, the host and the parties would do it.
fn done(change: &Change, question: &mut Question, facts: &mut Facts, rules: &Rules) {
    match change {
        Change::Purpose(it) => question.purpose = Some(*it),
        Change::Zone(it) => question.zone = it.clone(),
        Change::Category(it) => question.category = Some(*it),
        Change::Task(it) => question.task = Some(*it),
        Change::Rung(it) => question.rung = Some(*it),
        Change::Arms(it) => question.arms = Some(*it),
        Change::Armour(it) => question.armour = Some(*it),
        Change::Sensor(it) => question.sensor = Some(*it),
        Change::Altitude(it) => question.altitude_m = *it,
        Change::OrderedBy(it) => question.ordered_by = Some(*it),
        Change::At(it) => question.at = *it,
        Change::FewerPersons(n) => facts.headcount_after -= n,
        Change::FewerVehicles(n) => facts.vehicles_after -= n,
        Change::FewerArmed(n) => facts.armed_after -= n,
        Change::Later(ms) => facts.notice_ms += ms,
        Change::ShorterStay(ms) => facts.stay_ms -= ms,
        Change::Wait(ms) => facts.absent_ms += ms,
        Change::HearHost => facts.host_heard = true,
        Change::Accredit => facts.accredited = true,
        Change::License => facts.licensed = true,
        Change::Consent => facts.consent_live = true,
        Change::OpenRung => facts.rung_open = true,
        Change::Officers(most) => facts.guests_per_officer = *most,
        Change::Sign => facts.in_force = true,
        Change::LiftSuspension => facts.suspended = false,
        Change::LiftClause(article) => assert!(facts.suspended_articles.remove(article)),
        Change::AsPermitted(..) | Change::Amend | Change::Repair => {}
    }
    if let Change::Zone(_) | Change::Category(_) = change
        && let Some(most) = question.category.and_then(|it| rules.ceiling(it, &question.zone))
    {
        (facts.headcount_max, facts.vehicles_max) = (most.headcount_max, most.vehicles_max);
        facts.armed_max = most.armed_max;
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn the_rules_say_what_the_provisions_say(numbers in choices(9_000)) {
        let mut dice = Dice::new(numbers);
        let text = agreement(&mut dice);
        let rules = compiled(&text);
        for _ in 0..QUESTIONS {
            let (question, facts) = asked(&mut dice, &text);
            let decision = rules.decide(&question, &facts);
            let plain = allows(&text, &question, &facts);
            prop_assert_eq!(decision.allow, plain, "{:?}\n{:?}\n{:?}", question, facts, decision);
            prop_assert_eq!(decision.allow, decision.reasons.is_empty());
            prop_assert_eq!(decision.allow, decision.changes.is_empty());
        }
    }

    #[test]
    fn one_more_guard_never_allows_more(numbers in choices(9_000)) {
        let mut dice = Dice::new(numbers);
        let more = agreement(&mut dice);
        let guards = more.provisions().map(|(_, provision)| provision).filter(|provision| {
            matches!(
                provision,
                Provision::Purpose(_)
                    | Provision::Period(_)
                    | Provision::AccreditationAndTraining(_)
                    | Provision::PscLicensing(_)
                    | Provision::Rotation(_)
                    | Provision::HostPresence(_)
                    | Provision::CommandAndInstructions(_)
                    | Provision::CordonRoles(_)
                    | Provision::SensorsAndDrones(_)
                    | Provision::Vehicles(_)
            )
        });
        let guards: Vec<_> = guards.collect();
        prop_assume!(!guards.is_empty());
        let left_out = dice.of(&guards).clone();
        let mut fewer = more.clone();
        for article in &mut fewer.articles {
            article.provisions.retain(|provision| *provision != left_out);
        }
        let (more_rules, fewer_rules) = (compiled(&more), compiled(&fewer));
        for _ in 0..QUESTIONS {
            let (question, facts) = asked(&mut dice, &more);
            let allowed = more_rules.decide(&question, &facts).allow;
            prop_assert!(!allowed || fewer_rules.decide(&question, &facts).allow);
        }
    }

    #[test]
    fn a_lower_text_never_widens(numbers in choices(9_000)) {
        let mut dice = Dice::new(numbers);
        let above = agreement(&mut dice);
        let below = lower(&mut dice, &above);
        let upper = Arc::new(compiled(&above));
        let rules = Rules::compile_under(below.clone(), &upper);
        let rules = rules.unwrap_or_else(|cause| panic!("{cause}"));
        for _ in 0..QUESTIONS {
            let (question, facts) = asked(&mut dice, &above);
            let decision = rules.decide(&question, &facts);
            prop_assert!(!decision.allow || upper.decide(&question, &facts).allow);
            prop_assert_eq!(decision.allow, decision.reasons.is_empty());
        }
    }

    #[test]
    fn the_nearest_change_is_enough_and_none_of_it_is_idle(numbers in choices(4_000)) {
        let mut dice = Dice::new(numbers);
        let text = agreement(&mut dice);
        let rules = compiled(&text);
        for _ in 0..20 {
            let (question, facts) = asked(&mut dice, &text);
            let Some(nearest) = rules.explain(&question, &facts).nearest else { continue };
            let most = nearest.changes.iter().map(Change::whose).max();
            prop_assert_eq!(most, Some(nearest.whose));
            if nearest.changes == [Change::Amend] {
                continue;
            }
            let allows = |left_out: usize| {
                let (mut question, mut facts) = (question.clone(), facts.clone());
                for (at, change) in nearest.changes.iter().enumerate() {
                    if at != left_out {
                        done(change, &mut question, &mut facts, &rules);
                    }
                }
                rules.decide(&question, &facts).allow
            };
            prop_assert!(allows(usize::MAX), "{:?}\n{:?}\n{:?}", nearest, question, facts);
            for idle in 0..nearest.changes.len() {
                prop_assert!(!allows(idle), "{:?} needs no {}", nearest, idle);
            }
            if nearest.whose > Whose::Asker {
                prop_assert!(!rules.decide(&question, &facts).allow);
            }
        }
    }

    #[test]
    fn what_is_reciprocal_is_the_same_with_host_and_guest_exchanged(numbers in choices(9_000)) {
        let mut dice = Dice::new(numbers);
        let mut text = agreement(&mut dice);
        let kinds = KINDS.iter().map(|kind| kind.word.to_owned()).collect();
        let both = document(vec![Provision::Reciprocity(Reciprocity { kinds })]);
        let mut last = both.articles[0].clone();
        last.number = "99".to_owned();
        text.articles.push(last);
        let rules = compiled(&text);
        let mirror = rules.mirror().unwrap();
        prop_assert_eq!(&mirror.document().guest, &text.host);
        let exchanged =
            |rules: String| rules.replace("Party::\"guest\"", "Party::\"host\"");
        for article in &text.articles {
            let number = &article.number;
            prop_assert_eq!(exchanged(rules.rules_text(number)), mirror.rules_text(number));
        }
        for _ in 0..QUESTIONS {
            let (question, facts) = asked(&mut dice, &text);
            let (here, there) = (rules.decide(&question, &facts), mirror.decide(&question, &facts));
            prop_assert_eq!(here.allow, there.allow);
        }
    }
}

#[test]
fn what_does_not_hold_in_both_directions_binds_one() {
    let mut dice = Dice::new(vec![1; 400]);
    let mut text = agreement(&mut dice);
    let cordons = Cordons { inner: Side::Host, outer: Side::Host, public_contact: false };
    text.articles.retain(|article| article.provisions[0].kind() != "cordon_roles");
    let mut more = document(vec![
        Provision::CordonRoles(cordons),
        Provision::Reciprocity(Reciprocity { kinds: vec!["vehicles".to_owned()] }),
    ]);
    more.articles[0].number = "98".to_owned();
    more.articles[1].number = "99".to_owned();
    text.articles.append(&mut more.articles);
    let rules = compiled(&text);
    let mirror = rules.mirror().unwrap();
    assert!(!rules.rules_text("98").is_empty());
    assert_eq!(mirror.rules_text("98"), "");
    assert!(mirror.mirror().is_none());
}
