//! Obligations and records, as programs read them.

use serde_json::{Value, json};

use crate::world::Pair;

fn complaint() -> Value {
    json!({
        "act": "record_opened", "record": "r-1", "agreement": "karachi-exercise",
        "what": {
            "kind": "complaint", "against": "guest", "channel": "hotline",
            "grievance": "bribe", "complainant": null, "summary": "asked for a gift",
        },
    })
}

#[tokio::test]
async fn both_sides_read_the_same_board_and_the_answer_on_it() {
    let pair = Pair::agreed().await;
    pair.act("host/officer", complaint()).await;
    for person in ["host/officer", "guest/officer", "guest/driver"] {
        let board = pair.desk(person).found("/api/v1/obligations").await;
        let one = &board["items"][0];
        assert_eq!(one["obligation"], "r-1/answered", "{board}");
        assert_eq!((&one["owed_by"], &one["article"]), (&json!("guest"), &json!("16")));
        assert_eq!((&one["state"], &one["done"]), (&json!("open"), &Value::Null));
    }
    let answer = json!({
        "act": "record_answered", "record": "r-1", "step": "answered", "detail": "repaid",
    });
    pair.act("guest/officer", answer).await;
    let record = pair.desk("host/officer").found("/api/v1/records/r-1").await;
    assert_eq!(record["what"]["grievance"], "bribe");
    assert_eq!(record["steps"][0]["detail"], "repaid");
    assert_eq!(record["obligations"][0]["state"], "done");
    assert_eq!(record["open"], json!(["received"]));
    let list = pair.desk("guest/officer").found("/api/v1/records").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let none = pair.desk("guest/officer").get("/api/v1/records/r-9").await;
    assert_eq!(none.status, 404);
}

#[tokio::test]
async fn a_breach_is_on_both_boards_and_in_both_ledgers() {
    let pair = Pair::agreed().await;
    pair.act("host/officer", complaint()).await;
    pair.at("2024-10-04T12:00:00Z");
    pair.at("2024-10-04T12:01:00Z");
    for person in ["host/officer", "guest/officer"] {
        let board = pair.desk(person).found("/api/v1/obligations").await;
        assert_eq!(board["items"][0]["state"], "breached", "{board}");
        assert_eq!(board["items"][0]["noticed_by"], json!(["host", "guest"]));
        let alarms = pair.desk(person).found("/api/v1/alarms").await;
        assert!(alarms.to_string().contains("duty-breached"), "{alarms}");
    }
}

#[tokio::test]
async fn a_record_that_no_article_provides_for_is_refused() {
    let pair = Pair::agreed().await;
    let support = json!({
        "act": "record_opened", "record": "r-1", "agreement": "karachi-exercise",
        "what": {
            "kind": "support", "service": "qrf", "amount": 1, "zone": "karachi-airport",
        },
    });
    let desk = pair.desk("guest/officer");
    let body = json!({ "act": support, "sign": "session" });
    let refused = desk.post("/api/v1/acts", body).await;
    assert_eq!(refused.status, 403, "{}", refused.json());
    assert!(refused.json().to_string().contains("not-permitted"));
    let anybody = pair.desk("guest/driver");
    let body = json!({ "act": complaint(), "sign": "session" });
    let refused = anybody.post("/api/v1/acts", body).await;
    assert!(refused.json().to_string().contains("not-your-role"), "{}", refused.json());
}
