//! Letters over the API: whom they name reads them, and nobody else a byte.

use reveal::file::Revealed;
use serde_json::{Value, json};
use words::act::Act;

use crate::world::{Desk, Pair};

const SECRET: &str = "the doctor's second opinion";

fn letter(readers: &Value) -> Value {
    json!({
        "act": "letter_sent", "readers": readers, "subject": "a person's health",
        "words": SECRET, "about": { "agreement": "karachi-exercise" },
    })
}

// Everything that a desk can ask about a ledger, as bytes.
async fn all_that_is_told(desk: &Desk, ledger: &str, index: u64) -> Vec<u8> {
    let mut told = Vec::new();
    for path in [
        format!("/api/v1/ledgers/{ledger}/statements?limit=100"),
        format!("/api/v1/ledgers/{ledger}/statements/{index}"),
        format!("/api/v1/ledgers/{ledger}/proof/{index}"),
        format!("/api/v1/ledgers/{ledger}/revealed/{index}"),
        "/api/v1/audit".to_owned(),
        "/api/v1/agreements".to_owned(),
        "/api/v1/alarms".to_owned(),
    ] {
        told.extend(desk.get(&path).await.bytes);
    }
    told
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|part| part == words.as_bytes())
}

#[tokio::test]
async fn a_letter_is_read_by_whom_it_names_and_by_nobody_else() {
    let pair = Pair::agreed().await;
    let readers = json!({ "named": ["guest/planner"] });
    let author = pair.desk("host/officer");
    let answer = author.post("/api/v1/acts", json!({ "act": letter(&readers) })).await.json();
    assert_eq!(answer["outcome"], "silent", "{answer}");
    pair.sync();
    let index = answer["index"].as_u64().unwrap();
    for reader in ["host/officer", "guest/planner"] {
        let told = all_that_is_told(&pair.desk(reader), "host", index).await;
        assert!(holds(&told, SECRET), "{reader}");
    }
    let strangers =
        ["host/guard", "host/inspector", "guest/officer", "guest/leader", "guest/driver"];
    for stranger in strangers {
        let told = all_that_is_told(&pair.desk(stranger), "host", index).await;
        assert!(!holds(&told, SECRET) && !holds(&told, "a person's health"), "{stranger}");
        let path = format!("/api/v1/ledgers/host/statements/{index}");
        let line = pair.desk(stranger).found(&path).await;
        assert_eq!(line["audience"], readers, "the header is everybody's");
        assert!(line["body"].is_null());
    }
}

#[tokio::test]
async fn a_letter_that_names_somebody_unknown_is_refused_and_not_repeated() {
    let pair = Pair::agreed().await;
    let unknown = json!({ "act": letter(&json!({ "named": ["guest/nobody"] })) });
    let no = pair.desk("host/officer").post("/api/v1/acts", unknown).await;
    assert_eq!((no.status, no.reasons()), (403, vec!["wrong-audience".to_owned()]));
    // The body may not go elsewhere than its own words say.
    let body = json!({ "act": letter(&json!("own")), "audience": "joint" });
    let no = pair.desk("host/officer").post("/api/v1/acts", body).await;
    assert_eq!(no.reasons(), ["wrong-audience"]);
    pair.sync();
    for reader in ["host/officer", "host/inspector", "guest/officer"] {
        let told = pair.desk(reader).get("/api/v1/ledgers/host/statements?limit=100").await.bytes;
        assert!(!holds(&told, SECRET), "{reader}");
    }
}

#[tokio::test]
async fn what_stayed_at_home_is_shown_later_with_the_proof_of_its_time() {
    let pair = Pair::agreed().await;
    let desk = pair.desk("host/officer");
    let done = desk.post("/api/v1/acts", json!({ "act": letter(&json!("own")) })).await.json();
    pair.sync();
    let (id, index) = (done["statement"].clone(), done["index"].as_u64().unwrap());
    let path = format!("/api/v1/ledgers/host/revealed/{index}");
    let early = desk.get(&path).await;
    assert_eq!((early.status, early.reasons()), (409, vec!["wrong-state".to_owned()]));
    let shown = json!({
        "act": "body_revealed", "ledger": "host", "statement": id,
        "shown_to": "the inquiry", "readers": "own",
    });
    // Whoever hears less than the readers of the body is not what the rule says.
    let mut wider = shown.clone();
    wider["readers"] = json!("joint");
    let no = desk.post("/api/v1/acts", json!({ "act": wider })).await;
    assert_eq!(no.reasons(), ["wrong-audience"]);
    desk.post("/api/v1/acts", json!({ "act": shown })).await;
    pair.sync();
    let file = desk.get(&path).await;
    assert_eq!(file.status, 200, "{}", String::from_utf8_lossy(&file.bytes));
    let shown = Revealed::parse(&file.bytes).unwrap().check().unwrap();
    assert_eq!((shown.index, shown.by.as_str()), (index, "host/officer"));
    assert!(matches!(&shown.act, Act::LetterSent(letter) if letter.words == SECRET));
    let guest = pair.desk("guest/officer");
    assert_eq!(guest.get(&path).await.status, 404, "the other party holds no body of it");
    assert!(!holds(&all_that_is_told(&guest, "host", index).await, SECRET));
    // One byte of it changed, and it shows nothing.
    let read = Revealed::parse(&file.bytes).unwrap();
    for (at, part) in [(0_usize, 0_u8), (read.entries.len() - 1, 1), (read.entries.len() - 1, 2)] {
        let mut forged = read.clone();
        let entry = &mut forged.entries[at];
        match part {
            0 => entry.hashes[0].0[3] ^= 1,
            1 => *entry.body.last_mut().unwrap() ^= 1,
            _ => *entry.entry.last_mut().unwrap() ^= 1,
        }
        forged.check().unwrap_err();
    }
    let mut forged = read.clone();
    forged.head = forged.head.replacen("host", "guest", 1);
    forged.check().unwrap_err();
    let mut forged = read;
    forged.entries.truncate(1);
    forged.check().unwrap_err();
}

#[tokio::test]
async fn an_erasure_is_heard_by_both_and_shown_with_its_rule() {
    let pair = Pair::agreed().await;
    let desk = pair.desk("host/officer");
    let done = pair.act("host/officer", letter(&json!("joint"))).await;
    let index = done["index"].as_u64().unwrap();
    let guest = pair.desk("guest/leader");
    assert!(holds(&all_that_is_told(&guest, "host", index).await, SECRET));
    let erased = json!({
        "act": "body_erased", "statement": done["statement"], "ledger": "host",
        "rule": "court", "reason": "order 12 of the high court",
    });
    let no = pair.desk("host/guard").post("/api/v1/acts", json!({ "act": erased })).await;
    assert_eq!(no.reasons(), ["not-your-role"]);
    pair.act("host/officer", erased.clone()).await;
    for reader in [&desk, &guest] {
        assert!(!holds(&all_that_is_told(reader, "host", index).await, SECRET));
        let line = reader.found(&format!("/api/v1/ledgers/host/statements/{index}")).await;
        assert!(line["body"].is_null());
        let told: Vec<(&str, &str)> = line["erased"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["party"].as_str().unwrap(), it["rule"].as_str().unwrap()))
            .collect();
        assert_eq!(told, [("host", "court"), ("guest", "court")]);
        assert_eq!(line["erased"][0]["reason"], "order 12 of the high court");
    }
    let again = desk.post("/api/v1/acts", json!({ "act": erased })).await;
    assert_eq!(again.reasons(), ["already-exists"]);
}
