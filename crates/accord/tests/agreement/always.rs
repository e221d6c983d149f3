//! What holds for every question and whatever the facts.

use accord::rules::{Deed, Facts, Question};
use proptest::option;
use proptest::prelude::{BoxedStrategy, Strategy, any};
use proptest::sample::select;
use proptest::{prop_assert, prop_assert_eq, proptest};
use words::moment::Moment;
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::refusal::Reason;

use crate::exercise::{HOUR_MS, RULES, within, zone};

const ZONES: [&str; 5] =
    ["karachi-airport", "karachi-port-road", "site-industrial", "cantonment-north", "moon"];

fn questions() -> impl Strategy<Value = Question> {
    let who = (
        option::weighted(0.8, select(Category::ALL)),
        option::weighted(0.7, select(Task::ALL)),
        option::weighted(0.8, select(Rung::ALL)),
        option::weighted(0.8, select(ArmsClass::ALL)),
    );
    let what = (
        select(Deed::ALL),
        option::weighted(0.8, select(Purpose::ALL)),
        select(&ZONES[..]),
        option::weighted(0.8, select(ArmourClass::ALL)),
        mostly(within().unix_ms, any::<i64>().boxed()),
    );
    (who, what).prop_map(|((category, task, rung, arms), (deed, purpose, id, armour, at))| {
        let (zone, at) = (zone(id), Moment::from_ms(at));
        let (ordered_by, sensor) = (None, None);
        Question {
            deed,
            purpose,
            zone,
            category,
            task,
            rung,
            arms,
            armour,
            at,
            ordered_by,
            sensor,
            altitude_m: 0,
        }
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    let flags = (likely(true), likely(false), likely(true), likely(true));
    let counts = (few(), few(), few(), few(), 0..2_u32, 0..3_u32);
    let notice = mostly(72 * HOUR_MS, any::<i64>().boxed());
    (flags, counts, notice).prop_map(|(flags, counts, notice_ms)| {
        let (in_force, suspended, consent_live, host_heard) = flags;
        let (headcount_after, headcount_max, vehicles_after, vehicles_max, armed_after, armed_max) =
            counts;
        Facts {
            in_force,
            suspended,
            consent_live,
            host_heard,
            headcount_after,
            headcount_max: headcount_max.saturating_mul(4),
            vehicles_after,
            vehicles_max,
            armed_after,
            armed_max,
            notice_ms,
            ..Facts::clear()
        }
    })
}

fn likely(value: bool) -> BoxedStrategy<bool> {
    select(vec![value, value, value, value, value, value, value, !value]).boxed()
}

fn mostly(value: i64, otherwise: BoxedStrategy<i64>) -> BoxedStrategy<i64> {
    (0..4_u8, otherwise).prop_map(move |(n, other)| if n == 0 { other } else { value }).boxed()
}

fn few() -> BoxedStrategy<u32> {
    (0..8_u8, 0..6_u32, any::<u32>())
        .prop_map(|(n, few, many)| if n == 0 { many } else { few })
        .boxed()
}

// The ways in which a request or its facts get worse; each bit of `how` picks one.
fn worsen(how: u16, by: u32, question: &Question, facts: &Facts) -> (Question, Facts) {
    let (mut worse, mut known) = (question.clone(), facts.clone());
    let ways: [&mut dyn FnMut(); 12] = [
        &mut || known.in_force = false,
        &mut || known.suspended = true,
        &mut || known.consent_live = false,
        &mut || known.host_heard = false,
        &mut || known.headcount_after = known.headcount_after.saturating_add(by),
        &mut || known.headcount_max = known.headcount_max.saturating_sub(by),
        &mut || known.vehicles_after = known.vehicles_after.saturating_add(by),
        &mut || known.armed_after = known.armed_after.saturating_add(by),
        &mut || known.notice_ms = known.notice_ms.saturating_sub(by.into()),
        &mut || worse.rung = worse.rung.map(|_| Rung::Armed),
        &mut || worse.arms = worse.arms.map(|_| ArmsClass::LongArm),
        &mut || worse.armour = worse.armour.map(|_| ArmourClass::Soft),
    ];
    for (bit, way) in ways.into_iter().enumerate() {
        if how >> bit & 1 == 1 {
            way();
        }
    }
    (worse, known)
}

// The exercise's articles once more, by hand and apart from the rules.
fn may(question: &Question, facts: &Facts) -> bool {
    let Question { deed, zone, purpose, .. } = question;
    let present = matches!(deed, Deed::OrderTask | Deed::Depart | Deed::Enter);
    let period = 1_727_740_800_000..1_759_276_800_000;
    let asks = matches!(deed, Deed::Deploy | Deed::Move);
    facts.in_force
        && !facts.suspended
        && period.contains(&question.at.unix_ms)
        && ZONES.iter().take(3).any(|allowed| zone.as_str() == *allowed)
        && *purpose != Some(Purpose::Investigate)
        && (purpose.is_some() || !asks)
        && (!present || facts.consent_live && facts.host_heard)
        && facts.headcount_after <= facts.headcount_max
        && facts.vehicles_after <= facts.vehicles_max
        && facts.armed_after <= facts.armed_max
        && (!matches!(deed, Deed::Notice | Deed::Move) || facts.notice_ms >= 24 * HOUR_MS)
        && arms(question)
        && question.armour.map_or(*deed != Deed::Depart, |armour| armour != ArmourClass::Soft)
        && category(question, facts)
        && task(question)
}

fn arms(question: &Question) -> bool {
    let duty = matches!(question.deed, Deed::OrderTask | Deed::Enter);
    question.arms.map_or(!duty, |arms| match arms {
        ArmsClass::Unarmed => true,
        ArmsClass::LessLethal => {
            question.category == Some(Category::Police)
                && question.zone.as_str() != "site-industrial"
        }
        ArmsClass::Sidearm | ArmsClass::LongArm => false,
    })
}

fn category(question: &Question, facts: &Facts) -> bool {
    let most = match question.category {
        None => return true,
        Some(Category::Police) => 10,
        Some(Category::PrivateSecurity) => 12,
        Some(Category::Technical) => 6,
        Some(Category::Liaison) => 4,
        Some(Category::ArmedForces | Category::Civilian | Category::Medical | Category::Driver) => {
            return false;
        }
    };
    facts.headcount_after <= most && facts.vehicles_after <= 4 && facts.armed_after == 0
}

fn task(question: &Question) -> bool {
    let moves = matches!(question.deed, Deed::Notice | Deed::Move | Deed::Depart);
    let Some(task) = question.task else {
        let alone = moves && question.category.is_none();
        return alone || question.deed == Deed::Deploy && open(question);
    };
    let (Some(category), Some(rung)) = (question.category, question.rung) else { return false };
    let near = question.zone.as_str() != "site-industrial";
    match task {
        Task::Liaise | Task::Observe | Task::Advise | Task::Plan => {
            matches!(category, Category::Police | Category::Liaison) && rung <= Rung::Advise
        }
        Task::TechnicalSurveillance => {
            category == Category::Technical && rung <= Rung::TechnicalFeed
        }
        Task::InnerCordon | Task::CloseProtection => {
            let guards = matches!(category, Category::Police | Category::PrivateSecurity);
            guards && near && rung <= Rung::EscortInsideCordon
        }
        Task::Analyse | Task::Drive | Task::MedicalAid | Task::Train | Task::InvestigateJointly => {
            false
        }
    }
}

// Some task of the category would do.
fn open(question: &Question) -> bool {
    let with = |task| Question {
        task: Some(task),
        rung: question.rung.or(Some(Rung::Inform)),
        ..question.clone()
    };
    Task::ALL.iter().any(|one| task(&with(*one)))
}

proptest! {
    #[test]
    fn the_rules_say_what_the_articles_say(question in questions(), facts in facts()) {
        let decision = RULES.decide(&question, &facts);
        prop_assert_eq!(decision.allow, may(&question, &facts), "{:?}", decision);
    }

    #[test]
    fn nothing_that_gets_worse_turns_no_into_yes(
        question in questions(),
        facts in facts(),
        how in any::<u16>(),
        by in few(),
    ) {
        let (worse, known) = worsen(how, by, &question, &facts);
        let before = RULES.decide(&question, &facts).allow;
        prop_assert!(before || !RULES.decide(&worse, &known).allow);
    }

    #[test]
    fn every_answer_has_its_reasons(question in questions(), facts in facts()) {
        let decision = RULES.decide(&question, &facts);
        prop_assert!(!decision.reasons.contains(&Reason::BadAgreement));
        prop_assert!(!decision.citations.is_empty() && !decision.facts.is_empty());
        prop_assert_eq!(decision.allow, decision.reasons.is_empty());
        prop_assert_eq!(decision.allow, decision.changes.is_empty());
    }
}
