//! The exercise agreement and a good question for every deed.

use std::sync::LazyLock;

use accord::rules::{Decision, Deed, Facts, Question, Rules};
use article::document::parse;
use words::id::ZoneId;
use words::moment::Moment;
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::role::Role;

pub(crate) const TEXT: &str = include_str!("../../../../scenarios/karachi/agreement.toml");

pub(crate) const HOUR_MS: i64 = 3_600_000;

pub(crate) static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let document = parse(TEXT).expect("the exercise can be read");
    Rules::compile(document).expect("the exercise compiles")
});

/// Facts with which nothing stands in the way.
pub(crate) fn fine() -> Facts {
    Facts {
        headcount_after: 2,
        headcount_max: 4,
        vehicles_after: 1,
        vehicles_max: 4,
        armed_max: 0,
        notice_ms: 72 * HOUR_MS,
        ..Facts::clear()
    }
}

pub(crate) fn zone(id: &str) -> ZoneId {
    ZoneId::new(id).expect("the tests name zones rightly")
}

pub(crate) fn within() -> Moment {
    Moment::parse("2024-10-06T18:00:00Z").expect("a moment")
}

/// A question that the exercise allows: advice at the airport, or a movement from it.
pub(crate) fn good(deed: Deed) -> Question {
    let duty = match deed {
        Deed::Deploy | Deed::OrderTask | Deed::Enter => true,
        Deed::Notice | Deed::Move | Deed::Depart => false,
    };
    Question {
        deed,
        purpose: Some(Purpose::ProtectPersons),
        zone: zone("karachi-airport"),
        category: duty.then_some(Category::Police),
        task: duty.then_some(Task::Advise),
        rung: duty.then_some(Rung::Advise),
        arms: duty.then_some(ArmsClass::Unarmed),
        armour: (!duty).then_some(ArmourClass::BulletProof),
        at: within(),
        ordered_by: Some(Role::ProtectionLead),
        sensor: None,
        altitude_m: 0,
    }
}

pub(crate) fn articles(decision: &Decision) -> Vec<&str> {
    decision.citations.iter().map(|citation| citation.article.as_str()).collect()
}
