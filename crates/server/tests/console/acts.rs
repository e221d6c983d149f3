//! Forms of the console: signed, refused with the article.

use serde_json::Value;

use crate::pair::Pair;

const REQUEST: &str = "agreement=karachi-exercise&zone=karachi-port-road&category=police\
    &task=close_protection&rung=escort_inside_cordon&arms=unarmed&headcount=4&vehicles=1\
    &start=2024-10-02T13:00&end=2024-10-02T23:00&purpose=protect_persons";

const ORDER: &str = "units=g-01&start=2024-10-02T13:00&end=2024-10-02T14:00";

fn deployment(pair: &Pair) -> String {
    let first = |engine: &mut engine::engine::Engine| {
        engine.state().deployments.keys().next().unwrap().to_string()
    };
    pair.guest.with_now(first).unwrap()
}

#[tokio::test]
async fn a_request_is_posted_seen_granted_and_revoked() {
    let pair = Pair::agreed();
    let (guest, host) = (pair.browser("guest", "officer"), pair.browser("host", "officer"));
    let asked = guest.post("/act/deployment_requested", REQUEST).await;
    assert_eq!((asked.status, asked.location()), (303, "/consent"), "{}", asked.body);
    pair.sync();
    let id = deployment(&pair);
    assert!(id.len() == 6 && id.starts_with("d-"), "{id}");
    assert!(host.get("/consent").await.body.contains(&id));
    let fields = format!("subject=deployment:{id}&hours=4&headcount_max=4");
    assert_eq!(host.enhance("/act/consent_granted", &fields).await.location(), "/consent");
    pair.sync();
    let lease = |engine: &mut engine::engine::Engine| {
        engine.state().consents.keys().next().unwrap().to_string()
    };
    let lease = pair.host.with_now(lease).unwrap();
    assert!(guest.get("/fragment/consent").await.body.contains(&lease));
    let fields = format!("consent={lease}&reason=exercise");
    assert_eq!(host.post("/act/consent_revoked", &fields).await.status, 303);
    pair.sync();
    assert!(!guest.get("/fragment/consent").await.body.contains(&lease));
}

#[tokio::test]
async fn a_rung_is_closed_seen_by_both_and_opened_again() {
    let pair = Pair::agreed();
    let (guest, host) = (pair.browser("guest", "officer"), pair.browser("host", "officer"));
    let fields = "agreement=karachi-exercise&rung=escort_inside_cordon&scope=whole";
    let closing = format!("{fields}&reason=a+parade");
    let closed = host.enhance("/act/rung_closed", &closing).await;
    assert_eq!(closed.location(), "/rungs", "{}", closed.body);
    pair.sync();
    let board = guest.get("/fragment/rungs").await.body;
    assert!(board.contains("a parade") && board.contains("Closed"), "{board}");
    let refused = guest.post("/act/deployment_requested", REQUEST).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("rung-closed"), "{}", refused.body);
    assert!(refused.body.contains("data-key=\"article-"), "the article stands there");
    assert_eq!(guest.post("/act/rung_opened", fields).await.status, 403, "it is the host's");
    assert_eq!(host.post("/act/rung_opened", fields).await.location(), "/rungs");
    pair.sync();
    assert_eq!(guest.post("/act/deployment_requested", REQUEST).await.location(), "/consent");
}

#[tokio::test]
async fn an_item_and_a_licence_are_recorded_accepted_and_taken_back() {
    let pair = Pair::agreed();
    let (guest, host) = (pair.browser("guest", "officer"), pair.browser("host", "officer"));
    let item = "unit=g-01&category=private_security&item=vetting&shown=2024-10-01T13:00\
                &until=2025-10-01T13:00&company=guards";
    assert_eq!(guest.post("/act/accredited", item).await.location(), "/rungs");
    pair.sync();
    let first = |engine: &mut engine::engine::Engine| {
        engine.state().standing.accreditations.keys().next().unwrap().to_string()
    };
    let id = pair.host.with_now(first).unwrap();
    assert!(host.get("/rungs").await.body.contains("/act/accreditation_accepted"));
    let fields = format!("accreditation={id}");
    assert_eq!(host.post("/act/accreditation_accepted", &fields).await.location(), "/rungs");
    assert!(!host.get("/rungs").await.body.contains("/act/accreditation_accepted"));
    let licence = "company=guards&name=Exercise+Guards&categories=private_security\
                   &categories=driver&audited=2024-09-01T10:00&insured=yes\
                   &until=2025-09-01T10:00";
    assert_eq!(host.post("/act/licence_recorded", licence).await.location(), "/rungs");
    pair.sync();
    assert!(guest.get("/fragment/standing").await.body.contains("Exercise Guards"));
    let gone = format!("{fields}&reason=exercise");
    assert_eq!(guest.post("/act/accreditation_withdrawn", &gone).await.location(), "/rungs");
    let gone = "company=guards&reason=exercise";
    assert_eq!(host.post("/act/licence_withdrawn", gone).await.location(), "/rungs");
    let emergency = "agreement=karachi-exercise&scope=whole&reason=flood";
    let refused = host.post("/act/emergency_declared", emergency).await;
    assert_eq!(refused.status, 403, "this agreement provides for none");
}

#[tokio::test]
async fn a_guest_without_consent_reads_the_refusal_with_its_article() {
    let pair = Pair::agreed();
    let guest = pair.browser("guest", "officer");
    guest.post("/act/deployment_requested", REQUEST).await;
    pair.sync();
    let fields = format!("deployment={}&{ORDER}", deployment(&pair));
    for (lang, dir) in [("en", "ltr"), ("zh", "ltr"), ("ur", "rtl")] {
        let guest = guest.reading(lang);
        let refused = guest.post("/act/task_ordered", &fields).await;
        assert_eq!(refused.status, 403);
        assert!(refused.body.contains(&format!("<html lang=\"{lang}\" dir=\"{dir}\"")));
        assert!(refused.body.contains("no-live-consent"), "{}", refused.body);
        assert!(refused.body.contains("data-key=\"article-"), "the article stands there");
        assert!(refused.body.contains("href=\"/watch\""), "and the way back");
        let line = guest.enhance("/act/task_ordered", &fields).await;
        assert_eq!(line.status, 403);
        assert!(!line.body.contains('<') && !line.body.is_empty(), "{}", line.body);
    }
    let ledger = guest.get("/ledger").await.body;
    assert!(ledger.contains("/ledger/guest/"), "and the refusals are evidence");
    let refusals = pair.guest.with_now(|engine| engine.state().refusals).unwrap();
    assert_eq!(refusals, 6);
}

#[tokio::test]
async fn a_wrong_field_is_named_and_nothing_is_signed() {
    let pair = Pair::agreed();
    let guest = pair.browser("guest", "officer");
    let before = pair.guest.with_now(|engine| engine.own().size()).unwrap();
    let fields = REQUEST.replace("headcount=4", "headcount=four");
    let wrong = guest.enhance("/act/deployment_requested", &fields).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.body.contains("`headcount`: write a whole number, not `four`"), "{}", wrong.body);
    let page = guest.post("/act/deployment_requested", &fields).await;
    assert!(page.body.contains("write a whole number"), "{}", page.body);
    assert_eq!(guest.post("/act/key_enrolled", "person=x").await.status, 400);
    let sealing = guest.post("/act/plan_sealed", "movement=m-9&from=a&to=b&slot_minutes=5").await;
    assert_eq!(sealing.status, 409, "a plan without a movement is a no, not a broken node");
    assert_eq!(pair.guest.with_now(|engine| engine.own().size()).unwrap(), before);
}

#[tokio::test]
async fn a_clerk_cannot_sign_what_is_not_the_clerks() {
    let pair = Pair::agreed();
    let clerk = pair.browser("guest", "clerk");
    let refused = clerk.post("/act/deployment_requested", REQUEST).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("not-your-role"), "{}", refused.body);
}

#[tokio::test]
async fn a_passkey_signs_in_its_dialog_and_nowhere_else() {
    let pair = Pair::agreed();
    let officer = pair.browser_with_passkey("guest");
    let plain = officer.post("/act/deployment_requested", REQUEST).await;
    assert_eq!(plain.status, 409);
    assert!(plain.body.contains("passkey"), "{}", plain.body);
    let draft = officer.post("/act/draft/deployment_requested", REQUEST).await;
    assert_eq!(draft.status, 200, "{}", draft.body);
    let draft: Value = serde_json::from_str(&draft.body).unwrap();
    assert_eq!(draft["draft"], draft["hash"]);
    assert_eq!(draft["rp_id"], "localhost");
    let summary = draft["summary"].as_str().unwrap();
    assert!(summary.contains("2024-10-02 13:00 PKT"), "{summary}");
    assert!(pair.guest.with_now(|engine| engine.state().deployments.is_empty()).unwrap());
}
