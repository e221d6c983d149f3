//! Acts: drafted and signed, or at once; refused with reasons.

use note::key::SigningKey;
use serde_json::{Value, json};
use words::hash::{hex, unhex};

use crate::world::{Answer, Desk, Pair, consent, deployment, key, notice};

async fn drafted(desk: &Desk, act: Value) -> Value {
    let answer = desk.post("/api/v1/drafts", json!({ "act": act })).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()
}

async fn signed(desk: &Desk, draft: &Value, with: &SigningKey) -> Answer {
    let bytes = unhex(draft["to_sign"].as_str().unwrap()).unwrap();
    let signature = json!({
        "kind": "ed25519", "key": draft["key"], "signature": hex(&with.sign(&bytes)),
    });
    let body = json!({ "draft": draft["draft"], "signature": signature });
    desk.post("/api/v1/statements", body).await
}

#[tokio::test]
async fn a_draft_shows_what_it_binds_to_and_becomes_a_statement_by_its_authors_signature() {
    let pair = Pair::agreed().await;
    let desk = pair.desk("guest/officer");
    let draft = drafted(&desk, deployment(4)).await;
    let bytes = unhex(draft["to_sign"].as_str().unwrap()).unwrap();
    assert_eq!(draft["hash"], note::digest::sha256(&bytes).to_string());
    assert_eq!(draft["key"], key("guest/officer").id().to_string());
    let summary: Vec<&str> =
        draft["summary"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(summary.iter().any(|line| line.ends_with(": d-1")), "{summary:?}");
    let before = pair.guest.with_now(|engine| engine.own().size()).unwrap();
    let answer = signed(&desk, &draft, &key("guest/officer")).await;
    assert_eq!((answer.status, &answer.json()["index"]), (200, &json!(before)));
    let path = format!("/api/v1/ledgers/guest/statements/{before}");
    let statement = desk.found(&path).await;
    assert_eq!(
        (&statement["id"], &statement["by"]),
        (&answer.json()["statement"], &json!("guest/officer"))
    );
    assert_eq!(statement["body"], deployment(4));
    // A draft is signed once.
    let again = signed(&desk, &draft, &key("guest/officer")).await;
    assert_eq!((again.status, again.code().as_str()), (400, "malformed"));
}

#[tokio::test]
async fn nobody_signs_for_another() {
    let pair = Pair::agreed().await;
    let desk = pair.desk("guest/officer");
    let draft = drafted(&desk, deployment(4)).await;
    let stolen = signed(&pair.desk("guest/planner"), &draft, &key("guest/planner")).await;
    assert_eq!((stolen.status, stolen.reasons()), (403, vec!["unknown-key".to_owned()]));
    let forged = signed(&desk, &draft, &key("guest/planner")).await;
    assert_eq!((forged.status, forged.reasons()), (403, vec!["bad-signature".to_owned()]));
    let state = desk.get("/api/v1/deployments/d-1").await;
    assert_eq!(state.status, 404, "nothing was done");
}

#[tokio::test]
async fn a_signature_that_cannot_be_read_is_malformed_by_its_member() {
    let pair = Pair::agreed().await;
    let desk = pair.desk("guest/officer");
    let id = key("guest/officer").id();
    let file = |draft: &str, key: &str, signature: &str| {
        json!({
            "draft": draft,
            "signature": { "kind": "ed25519", "key": key, "signature": signature },
        })
    };
    let hash = "00".repeat(32);
    for (body, member) in [
        (file("7", &id.to_string(), "00"), "`draft`"),
        (file(&hash, "zz", "00"), "`signature.key`"),
        (file(&hash, &id.to_string(), "zz"), "`signature.signature`"),
        (file(&hash, &id.to_string(), "00"), "draft"),
    ] {
        let answer = desk.post("/api/v1/statements", body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(member), "{body}");
    }
    let passkey = json!({
        "draft": hash,
        "signature": {
            "kind": "passkey_p256", "key": id, "authenticator_data": "00",
            "client_data": "0", "signature": "00",
        },
    });
    let answer = desk.post("/api/v1/statements", passkey).await;
    assert!(answer.json()["detail"].as_str().unwrap().contains("`signature.client_data`"));
}

#[tokio::test]
async fn a_refusal_has_reasons_and_articles_and_is_itself_a_statement() {
    let pair = Pair::agreed().await;
    let desk = pair.desk("guest/officer");
    for path in ["/api/v1/acts", "/api/v1/drafts"] {
        let answer = desk.post(path, json!({ "act": deployment(40) })).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "refused"));
        assert_eq!(answer.reasons(), ["ceiling-reached"]);
        assert!(!answer.json()["articles"].as_array().unwrap().is_empty());
    }
    let size = pair.guest.with_now(|engine| engine.own().size()).unwrap();
    let last = desk.found(&format!("/api/v1/ledgers/guest/statements/{}", size - 1)).await;
    assert_eq!((&last["act"], &last["by"]), (&json!("refusal_recorded"), &json!("guest/node")));
    assert_eq!(last["body"]["reasons"], json!(["ceiling-reached"]));
}

#[tokio::test]
async fn what_stands_already_is_a_conflict_and_what_is_unknown_is_not_found() {
    let pair = Pair::on_duty().await;
    let host = pair.desk("host/officer");
    let act = async |desk: &Desk, act: Value| {
        let answer = desk.post("/api/v1/acts", json!({ "act": act })).await;
        (answer.status, answer.reasons())
    };
    let subject = json!({ "deployment": "d-1" });
    let again = consent("c-1", &subject, "2024-10-02T12:00:00Z");
    assert_eq!(act(&host, again).await, (409, vec!["already-exists".to_owned()]));
    let unknown = json!({ "act": "consent_revoked", "consent": "c-9", "reason": "exercise" });
    assert_eq!(act(&host, unknown).await, (404, vec!["unknown-consent".to_owned()]));
    let guard = json!({ "act": "consent_revoked", "consent": "c-1", "reason": "exercise" });
    let reasons = vec!["not-your-role".to_owned()];
    assert_eq!(act(&pair.desk("host/guard"), guard).await, (403, reasons));
    let started = json!({ "act": "task_started", "task": "t-1" });
    let reasons = vec!["wrong-state".to_owned()];
    assert_eq!(act(&pair.desk("guest/officer"), started).await, (409, reasons));
}

#[tokio::test]
async fn a_wish_is_heard_from_whoever_may_and_when_it_can_be_done() {
    let pair = Pair::agreed().await;
    let wish = async |person: &'static str, wish: Value| {
        let answer = pair.desk(person).post("/api/v1/acts", json!({ "act": wish })).await;
        (answer.status, answer.reasons())
    };
    let refused = |status: u16, reason: &str| (status, vec![reason.to_owned()]);
    let submit = json!({ "wish": "submit", "movement": "m-1" });
    assert_eq!(wish("guest/planner", submit.clone()).await, refused(404, "unknown-movement"));
    assert_eq!(wish("guest/driver", notice()).await, refused(403, "not-your-role"));
    assert_eq!(wish("host/officer", notice()).await, refused(403, "not-your-side"));
    pair.act("guest/planner", notice()).await;
    // Its secret stays the one that was committed to.
    assert_eq!(wish("guest/planner", notice()).await, refused(409, "already-exists"));
    let seal = json!({
        "wish": "seal_plan", "movement": "m-1",
        "from": "airport", "to": "port-camp", "slot_minutes": 5,
    });
    assert_eq!(wish("guest/planner", seal).await, refused(409, "wrong-state"));
    assert_eq!(wish("host/officer", submit.clone()).await, refused(409, "wrong-state"));
    let pass = json!({ "wish": "countersign", "pass": "p-9" });
    assert_eq!(wish("host/officer", pass).await, refused(404, "unknown-pass"));
    pair.act("guest/planner", submit).await;
}

#[tokio::test]
async fn a_note_for_our_own_eyes_is_kept_and_changes_nothing() {
    let pair = Pair::on_duty().await;
    let desk = pair.desk("guest/officer");
    let note = json!({ "act": "task_ended", "task": "t-1", "reason": "how I see it" });
    let body = json!({ "act": note, "audience": { "named": ["guest/planner"] } });
    let no = desk.post("/api/v1/acts", body).await;
    assert_eq!(no.reasons(), ["wrong-audience"], "only a letter goes to named persons");
    let body = json!({ "act": note, "audience": "own" });
    let answer = desk.post("/api/v1/acts", body).await.json();
    assert_eq!(answer["outcome"], "silent");
    let path = format!("/api/v1/ledgers/guest/statements/{}", answer["index"]);
    let read = |statement: Value| statement["body"].is_object();
    assert!(read(pair.desk("guest/planner").found(&path).await));
    pair.sync();
    assert!(!read(pair.desk("host/officer").found(&path).await));
    assert_eq!(desk.found("/api/v1/deployments/d-1").await["present"], 2);
}

#[tokio::test]
async fn a_movement_is_carried_from_notice_to_its_end_by_the_api_alone() {
    let (pair, _) = Pair::at_the_gate().await;
    let green: Vec<Value> = {
        let gate = pair.desk("guest/planner").found("/api/v1/movements/m-1/gate").await;
        gate["attested"].as_array().unwrap().clone()
    };
    let depart = |green: &[Value]| {
        json!({
            "act": "departed", "movement": "m-1", "green": green,
            "armour": "bullet_proof", "override_reason": null,
        })
    };
    let planner = pair.desk("guest/planner");
    let red = planner.post("/api/v1/acts", json!({ "act": depart(&green[1..]) })).await;
    assert_eq!((red.status, red.reasons()), (403, vec!["gate-red".to_owned()]));
    pair.act("guest/planner", depart(&green)).await;
    let arrived = json!({ "act": "arrived", "movement": "m-1", "headcount": 6 });
    pair.act("guest/leader", arrived).await;
    let debriefed = json!({ "act": "debriefed", "movement": "m-1", "note": "nothing to report" });
    pair.act("guest/leader", debriefed).await;
    pair.act("guest/planner", json!({ "act": "closed", "movement": "m-1" })).await;
    let movement = pair.desk("host/officer").found("/api/v1/movements/m-1").await;
    assert_eq!(movement["state"], "closed");
}
