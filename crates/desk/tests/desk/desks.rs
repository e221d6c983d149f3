//! The desks in ordinary work: requests, leases, ledgers, agreement.

use std::collections::BTreeMap;

use desk::page::{agreement, consent, ledger, movement as shown, statement, watch};
use folio::agreement::State;
use pages::consent::{RequestState, TaskState};
use pages::ledger::{Agreed, Finality};
use tlog::tree::verify_inclusion;
use words::deployment::{ConsentRevoked, Subject, TaskStarted};
use words::id::{ConsentId, DeploymentId, TaskId};
use words::refusal::Reason;
use words::role::Role;

use crate::pair::{Pair, backdrop, consent as lease, deployment, movement, officer, order};

fn subject() -> Subject {
    Subject::Deployment(DeploymentId::new("d-1").unwrap())
}

#[test]
fn a_request_waits_with_its_deadline_and_the_agreements_answer() {
    let mut pair = Pair::agreed();
    pair.guest(deployment());
    let view = consent::view(&pair.host, &officer(&[Role::ConsentOfficer]));
    let request = &view.requests[0];
    assert_eq!((request.state, request.subject.clone()), (RequestState::Waiting, subject()));
    assert!(request.verdict.allow && !request.verdict.articles.is_empty());
    assert!(request.deadline.unwrap() > pair.host.now());
    assert_eq!(request.grant.values["headcount_max"], "4");
    assert!(request.grant.values["hours"].parse::<u32>().unwrap() >= 1);
    let later = request.deadline.unwrap().plus_ms(1);
    pair.clock.set(later);
    let view = consent::view(&pair.host, &officer(&[Role::ConsentOfficer]));
    assert_eq!(view.requests[0].state, RequestState::DeemedRefused, "silence is a no");
}

#[test]
fn a_lease_shows_what_its_end_would_stop_and_then_stops_it() {
    let mut pair = Pair::agreed();
    pair.guest(deployment());
    pair.host(lease("c-1", subject(), "2024-10-02T12:00:00Z"));
    pair.guest(order());
    pair.guest(TaskStarted { task: TaskId::new("t-1").unwrap() });
    let lead = officer(&[Role::ProtectionLead]);
    let view = consent::view(&pair.host, &officer(&[Role::ConsentOfficer]));
    assert_eq!(view.leases[0].effect.tasks, 1);
    assert_eq!(view.requests[0].state, RequestState::Granted);
    assert!(view.requests[0].verdict.allow, "its own slots are not counted twice");
    assert_eq!(consent::view(&pair.guest, &lead).orders[0].state, TaskState::Running);
    let present = watch::presence(pair.host.state(), pair.host.now());
    assert_eq!((present[0].present, present.len()), (2, 1));
    assert!(present[0].ceiling >= 4);
    pair.at("2024-10-02T07:00:00Z");
    let consent_id = ConsentId::new("c-1").unwrap();
    pair.host(ConsentRevoked { consent: consent_id, reason: "exercise".into() });
    let view = consent::view(&pair.guest, &lead);
    assert_eq!(view.orders[0].state, TaskState::Dead);
    assert_eq!((view.leases.len(), view.requests[0].state), (0, RequestState::Over));
}

#[test]
fn both_ledgers_are_listed_newest_first_with_their_finality_and_proofs() {
    let mut pair = Pair::agreed();
    pair.sealed();
    let reader = officer(&[Role::Inspector]);
    let view = ledger::view(&pair.guest, &reader, 0);
    assert_eq!(view.heads.len(), 2);
    assert!(view.heads[0].own && !view.heads[1].own);
    assert!(view.heads.iter().all(|head| head.cosigned.len() == 1), "{:?}", view.heads);
    assert!(view.heads.iter().all(|head| head.state != Agreed::Diverged));
    assert!(view.statements.is_sorted_by(|newer, older| newer.at >= older.at));
    assert!(view.statements.iter().all(|row| row.finality == Finality::L2 && row.void.is_none()));
    assert_eq!((view.breaches.len(), view.newer, view.older), (0, None, None));
    for row in &view.statements {
        let found = statement::view(&pair.guest, &reader, &row.party, row.index).unwrap();
        let proof = found.proof.unwrap();
        verify_inclusion(proof.leaf, row.index, proof.size, &proof.hashes, proof.root).unwrap();
    }
}

#[test]
fn fifty_statements_make_a_page() {
    let mut pair = Pair::agreed();
    let alarm = |n: u32| words::alarm::AlarmNoted {
        alarm: words::id::AlarmId::new(&format!("a-{n}")).unwrap(),
    };
    (0..60).for_each(|n| pair.host(alarm(n)));
    let reader = officer(&[Role::Inspector]);
    let first = ledger::view(&pair.host, &reader, 0);
    assert_eq!((first.statements.len(), first.newer), (50, None));
    assert_eq!(first.older.as_deref(), Some("/ledger?page=1"));
    let second = ledger::view(&pair.host, &reader, 1);
    assert_eq!((second.newer.as_deref(), second.older), (Some("/ledger?page=0"), None));
    let all = pair.host.own().size() + pair.host.peer_size();
    assert_eq!(u64::try_from(50 + second.statements.len()).unwrap(), all);
}

#[test]
fn the_agreement_is_in_force_with_both_names_and_answers_a_trial_by_article() {
    let pair = Pair::agreed();
    let viewer = officer(&[Role::Signatory]);
    let asked = [("try", "1"), ("deed", "deploy"), ("category", "police"), ("headcount", "400")]
        .into_iter()
        .chain([("zone", "karachi-port-road"), ("task", "close_protection")])
        .chain([("rung", "escort_inside_cordon"), ("arms", "unarmed")]);
    let asked: BTreeMap<String, String> =
        asked.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let before = pair.host.own().size();
    let view = agreement::view(&pair.host, &viewer, None, &asked).unwrap();
    assert_eq!((view.state, view.signed_by_us, view.may_sign), (State::InForce, true, true));
    assert!(view.signatures.iter().all(|signature| signature.signed.is_some()));
    assert!(view.articles.iter().any(|ruled| ruled.rules.iter().any(|it| it.contains("permit"))));
    let verdict = view.trial.verdict.unwrap();
    assert_eq!((verdict.allow, verdict.reasons.as_slice()), (false, &[Reason::CeilingReached][..]));
    assert!(!verdict.articles.is_empty() && verdict.nearest.is_some());
    assert_eq!(pair.host.own().size(), before, "a trial is not recorded");
}

#[test]
fn what_can_be_signed_next_follows_the_standing_and_the_roles() {
    let mut pair = Pair::agreed();
    pair.sealed();
    let next = |pair: &Pair, host: bool, role: Role| -> Vec<String> {
        let engine = if host { &pair.host } else { &pair.guest };
        let view = shown::view(engine, &officer(&[role]), &movement()).unwrap();
        view.next.into_iter().map(|next| next.act).collect()
    };
    assert_eq!(next(&pair, true, Role::Analyst), ["movement_assessed"]);
    assert_eq!(next(&pair, false, Role::JourneyManager), ["pass_issued", "movement_halted"]);
    assert!(next(&pair, true, Role::Inspector).is_empty());
    pair.at("2024-10-06T15:50:00Z");
    let manager = next(&pair, false, Role::JourneyManager);
    assert!(manager.contains(&"departed".to_owned()), "{manager:?}");
    pair.departed();
    let leader = next(&pair, false, Role::EscortLeader);
    assert_eq!(leader, ["checked_in", "arrived", "movement_halted"]);
    let watch = next(&pair, true, Role::WatchOfficer);
    assert_eq!(watch, ["checked_in", "movement_halted", "pass_revoked"]);
    let view = shown::view(&pair.host, &officer(&[Role::WatchOfficer]), &movement()).unwrap();
    assert!(view.gate.iter().all(|line| line.green), "{:?}", view.gate);
    assert_eq!(view.passes.len(), 1);
    assert!(view.passes[0].countersigned && view.passes[0].qr_svg.is_some());
}

#[test]
fn the_background_counts_in_ranges() {
    let threat = backdrop().threat();
    assert!(threat.incidents > 10 && threat.days > 365, "{threat:?}");
    assert!(threat.killed.0 > 0 && threat.killed.0 <= threat.killed.1);
    let pair = Pair::agreed();
    let view = watch::view(&pair.host, &officer(&[Role::WatchOfficer]), &backdrop());
    assert_eq!((view.threat, view.unconsented_minutes), (threat, 0));
}
