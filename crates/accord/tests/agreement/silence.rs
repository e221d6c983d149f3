//! What a text leaves out is left out safely.

use std::sync::Arc;

use accord::explain::{Change, Nearest, Whose};
use accord::rules::{Deed, Facts, Question, Rules};
use article::document::{Document, parse};
use article::provision::Provision;
use words::clause::Instrument;
use words::id::AgreementId;
use words::presence::{ArmourClass, ArmsClass, Category, Task};
use words::refusal::Reason;

use crate::exercise::{RULES, TEXT, articles, fine, good, zone};

fn without(kinds: &[&str]) -> Document {
    let mut text = parse(TEXT).unwrap();
    for article in &mut text.articles {
        article.provisions.retain(|provision| !kinds.contains(&provision.kind()));
    }
    text
}

fn decides(rules: &Rules, question: &Question) -> bool {
    rules.decide(question, &fine()).allow
}

#[test]
fn a_text_about_support_alone_permits_nothing() {
    let kinds = [
        "personnel_categories",
        "permitted_tasks",
        "ceilings",
        "arms",
        "vehicles",
        "purpose",
        "advance_notice",
    ];
    let rules = Rules::compile(without(&kinds)).unwrap();
    for deed in Deed::ALL {
        let decision = rules.decide(&good(*deed), &fine());
        assert!(!decision.allow && !decision.reasons.is_empty(), "{deed}: {decision:?}");
        let amend = Nearest { whose: Whose::Parties, changes: vec![Change::Amend] };
        assert_eq!(rules.explain(&good(*deed), &fine()).nearest, Some(amend), "{deed}");
    }
}

#[test]
fn without_an_article_on_arms_everybody_is_unarmed() {
    let rules = Rules::compile(without(&["arms"])).unwrap();
    assert!(decides(&rules, &good(Deed::Enter)));
    let carried = Question { arms: Some(ArmsClass::LessLethal), ..good(Deed::Enter) };
    assert!(decides(&RULES, &carried));
    let decision = rules.decide(&carried, &fine());
    assert_eq!((decision.allow, decision.reasons), (false, vec![Reason::NotPermitted]));
    assert!(!decides(&rules, &Question { arms: None, ..carried }));
}

#[test]
fn without_an_article_on_notice_nothing_moves() {
    let rules = Rules::compile(without(&["advance_notice"])).unwrap();
    for deed in [Deed::Notice, Deed::Move, Deed::Depart] {
        assert_eq!(rules.decide(&good(deed), &fine()).reasons, [Reason::NoticeTooShort]);
    }
    assert!(decides(&rules, &good(Deed::Enter)));
}

#[test]
fn without_purposes_and_vehicles_none_are_prescribed() {
    let rules = Rules::compile(without(&["purpose", "vehicles"])).unwrap();
    assert!(decides(&rules, &Question { purpose: None, ..good(Deed::Move) }));
    assert!(decides(&rules, &Question { armour: Some(ArmourClass::Soft), ..good(Deed::Depart) }));
    assert_eq!((rules.armour_min(), rules.gap_m_min()), (ArmourClass::Soft, 0));
}

#[test]
fn a_suspended_clause_permits_nothing_and_its_guards_stand() {
    let facts = Facts { suspended_articles: ["9".to_owned()].into(), ..fine() };
    let decision = RULES.explain(&good(Deed::Enter), &facts);
    assert_eq!(
        (decision.reasons.as_slice(), articles(&decision)),
        (&[Reason::Suspended][..], vec!["9"])
    );
    let lift = vec![Change::LiftClause("9".to_owned())];
    assert_eq!(decision.nearest, Some(Nearest { whose: Whose::Parties, changes: lift }));
    assert!(RULES.decide(&good(Deed::Move), &facts).allow, "its zones are another article's");
    let all = (1..=13).map(|number| number.to_string()).collect();
    let facts = Facts { suspended_articles: all, consent_live: false, ..fine() };
    let reasons = RULES.decide(&good(Deed::Enter), &facts).reasons;
    assert_eq!(reasons, [Reason::Suspended, Reason::NoLiveConsent]);
}

#[test]
fn the_nearest_change_is_the_least_the_asker_can_do() {
    let nearest = |question: &Question, facts: &Facts| {
        let nearest = RULES.explain(question, facts).nearest.unwrap();
        (nearest.whose, nearest.changes)
    };
    let facts = Facts { headcount_after: 6, ..fine() };
    let fewer = (Whose::Asker, vec![Change::FewerPersons(2)]);
    assert_eq!(nearest(&good(Deed::Enter), &facts), fewer);
    let pistol = Question { arms: Some(ArmsClass::Sidearm), ..good(Deed::Enter) };
    let lower = (Whose::Asker, vec![Change::Arms(ArmsClass::LessLethal)]);
    assert_eq!(nearest(&pistol, &fine()), lower);
    // One change of the zone, and not two of task and arms.
    let cordon = Question {
        task: Some(Task::InnerCordon),
        zone: zone("site-industrial"),
        ..good(Deed::Enter)
    };
    let cordon = Question { arms: Some(ArmsClass::LessLethal), ..cordon };
    let airport = (Whose::Asker, vec![Change::Zone(zone("karachi-airport"))]);
    assert_eq!(nearest(&cordon, &fine()), airport);
    let facts = Facts { consent_live: false, ..fine() };
    assert_eq!(nearest(&good(Deed::Enter), &facts), (Whose::Host, vec![Change::Consent]));
    let facts = Facts { in_force: false, consent_live: false, ..fine() };
    let both = (Whose::Parties, vec![Change::Sign, Change::Consent]);
    assert_eq!(nearest(&good(Deed::Enter), &facts), both);
}

#[test]
fn a_lower_text_narrows_what_it_names_and_leaves_the_rest() {
    let upper = Arc::new(Rules::compile(without(&[])).unwrap());
    let mut lower = without(&[
        "parties_and_authorities",
        "purpose",
        "territory_and_zones",
        "period",
        "host_consent",
        "personnel_categories",
        "advance_notice",
        "ceilings",
        "arms",
        "vehicles",
        "suspension",
        "movement_disclosure_schedule",
    ]);
    lower.agreement = AgreementId::new("plan").unwrap();
    (lower.instrument, lower.under) =
        (Instrument::OperationalPlan, Some(upper.document().agreement.clone()));
    for article in &mut lower.articles {
        for provision in &mut article.provisions {
            if let Provision::PermittedTasks(permits) = provision {
                permits.retain(|permit| permit.task == Task::Advise);
            }
        }
    }
    let rules = Rules::compile_under(lower.clone(), &upper).unwrap();
    assert!(decides(&rules, &good(Deed::Enter)) && decides(&rules, &good(Deed::Move)));
    let observe = Question { task: Some(Task::Observe), ..good(Deed::Enter) };
    assert!(decides(&upper, &observe) && !decides(&rules, &observe));
    let cited = rules.decide(&observe, &fine()).citations;
    assert!(cited.iter().all(|citation| citation.agreement == lower.agreement));
    let facts = Facts { consent_live: false, ..fine() };
    let decision = rules.decide(&good(Deed::Enter), &facts);
    assert_eq!(decision.reasons, [Reason::NoLiveConsent], "the upper guards apply");
    let stranger = Document { guest: upper.document().host.clone(), ..lower.clone() };
    assert!(Rules::compile_under(stranger, &upper).is_err());
    assert!(Rules::compile_under(Document { under: None, ..lower }, &upper).is_err());
    assert_eq!(
        rules.ceiling(Category::Police, &zone("karachi-airport")).unwrap().headcount_max,
        10
    );
}
