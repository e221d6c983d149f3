//! What if: a day under a draft that narrows and one that widens.
#![cfg(test)]

mod pair;

use std::sync::Arc;

use accord::rules::Rules;
use article::document::parse;
use node::whatif::{Report, Turn, replay};
use pair::Pair;
use words::deployment::{DeploymentRequested, Terms};
use words::id::{DeploymentId, ZoneId};
use words::moment::Window;
use words::presence::{ArmsClass, Category, Purpose, Rung, Task};
use words::refusal::Reason;
use words::role::Side;

const AGREEMENT: &str = include_str!("../../../scenarios/karachi/agreement.toml");

const CEILING: &str = "zone = \"karachi-port-road\", headcount_max = 10, vehicles_max = 4, \
                       armed_max = 0";

fn draft(changes: &[(&str, &str)]) -> Arc<Rules> {
    let text = changes.iter().fold(AGREEMENT.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    Arc::new(Rules::compile(parse(&text).unwrap()).unwrap())
}

// A day: four officers come, stand guard and go; two armed ones ask in vain.
fn day() -> Pair {
    let mut pair = Pair::agreed();
    for line in [
        "06:00 guest request d-1 4",
        "06:02 host grant c-1 d-1 4 until 10:00",
        "06:03 guest order t-1 d-1 4",
        "06:04 guest start t-1",
        "07:00 host renew c-1 until 11:00",
        "08:00 guest end t-1",
    ] {
        assert_eq!(pair.line(line), "ok", "{line}");
    }
    let armed = DeploymentRequested {
        deployment: DeploymentId::new("d-2").unwrap(),
        agreement: pair::agreement(),
        purpose: Purpose::ProtectPersons,
        terms: Terms {
            zone: ZoneId::new("karachi-port-road").unwrap(),
            category: Category::Police,
            task: Task::CloseProtection,
            rung: Rung::EscortInsideCordon,
            arms: ArmsClass::Sidearm,
            headcount: 2,
            vehicles: 1,
            window: Window::new(pair.now, pair.now.plus_ms(3_600_000)).unwrap(),
        },
    };
    let refused = pair.lie(Side::Guest, armed).unwrap_err();
    assert!(refused.reasons.contains(&Reason::NotPermitted), "{refused:?}");
    assert_eq!(pair.minutes(), 0, "the day itself was lawful");
    pair
}

fn under(pair: &Pair, changes: &[(&str, &str)]) -> Report {
    let report = replay(pair.host.ledger.clone(), pair.guest.ledger.clone(), &draft(changes));
    let entries = pair.host.ledger.len() + pair.guest.ledger.len();
    assert_eq!(report.entries, u64::try_from(entries).unwrap());
    report
}

fn told(report: &Report) -> Vec<(&'static str, &'static str, Vec<&str>)> {
    let one = |one: &'_ node::whatif::Difference| (one.turn.as_str(), one.act);
    report
        .differences
        .iter()
        .map(|difference| {
            let (turn, act) = one(difference);
            (turn, act, difference.refusal.articles.iter().map(String::as_str).collect())
        })
        .collect()
}

#[test]
fn the_text_in_force_differs_from_itself_in_nothing() {
    let report = under(&day(), &[]);
    assert_eq!(report.differences, []);
    assert_eq!(report.asked, 6);
}

#[test]
fn a_lower_ceiling_refuses_what_was_done() {
    let lower = CEILING.replace("headcount_max = 10", "headcount_max = 3");
    let report = under(&day(), &[(CEILING, &lower)]);
    let told = told(&report);
    assert!(told.contains(&("refused", "deployment_requested", vec!["8"])), "{told:?}");
    assert!(told.contains(&("refused", "task_started", vec!["8"])), "{told:?}");
    assert_eq!(report.count(Turn::Allowed), 0);
    assert_eq!(report.count(Turn::Refused), report.differences.len());
}

#[test]
fn wider_arms_allow_what_was_refused() {
    let armed = CEILING.replace("armed_max = 0", "armed_max = 2");
    let changes =
        [(CEILING, armed.as_str()), ("class_max = \"less_lethal\"", "class_max = \"sidearm\"")];
    let report = under(&day(), &changes);
    let told = told(&report);
    let [("allowed", "deployment_requested", articles)] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert!(articles.contains(&"10"), "the article of the old text that had refused");
}

#[test]
fn a_shorter_lease_refuses_the_host_too() {
    let report = under(&day(), &[("lease_minutes_max = 720", "lease_minutes_max = 60")]);
    let told = told(&report);
    assert_eq!(
        told,
        [("refused", "consent_granted", vec!["6"]), ("refused", "consent_renewed", vec!["6"]),]
    );
}
