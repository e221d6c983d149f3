//! Pages and fragments: in three languages.

use serde_json::Value;
use wish::{NoticeWish, SecretWish};
use words::deployment::{ConsentGranted, Subject};
use words::id::{AgreementId, ConsentId, MovementId, ZoneId};
use words::moment::Window;
use words::movement::{MovementApproved, MovementAssessed, Stage};
use words::presence::{ArmourClass, Criticality, Purpose, Risk};

use crate::pair::{Pair, at};

fn window(from: &str, to: &str) -> Window {
    Window::new(at(from), at(to)).unwrap()
}

pub(crate) fn movement() -> MovementId {
    MovementId::new("m-1").unwrap()
}

// Noticed, submitted, assessed, consented, approved.
fn approved(pair: &Pair) {
    pair.wish(
        "guest",
        SecretWish::Notice(Box::new(NoticeWish {
            movement: movement(),
            agreement: AgreementId::new("karachi-exercise").unwrap(),
            zone: ZoneId::new("karachi-port-road").unwrap(),
            day: window("2024-10-06T06:00:00Z", "2024-10-07T00:00:00Z"),
            seats: 6,
            dummies: 8,
            armour: ArmourClass::BulletProof,
            escorts: 2,
            purpose: Purpose::ProtectPersons,
            criticality: Criticality::Pc2,
            window: window("2024-10-06T16:00:00Z", "2024-10-06T18:00:00Z"),
        })),
    );
    pair.wish("guest", SecretWish::Submit { movement: movement() });
    let note = "quiet".to_owned();
    pair.act("host", MovementAssessed { movement: movement(), risk: Risk::Medium, note });
    pair.at("2024-10-06T12:00:00Z");
    pair.act(
        "host",
        ConsentGranted {
            consent: ConsentId::new("c-1").unwrap(),
            subject: Subject::Movement(movement()),
            until: at("2024-10-06T20:00:00Z"),
            headcount_max: 6,
        },
    );
    pair.act("guest", MovementApproved { movement: movement() });
}

// The same, and sealed, committed.
pub(crate) fn sealed(pair: &Pair) {
    approved(pair);
    pair.wish(
        "guest",
        SecretWish::SealPlan {
            movement: movement(),
            from: "airport".into(),
            to: "port-camp".into(),
            slot_minutes: 5,
            gates: Vec::new(),
        },
    );
    for id in ["host", "guest"] {
        pair.wish(id, SecretWish::CommitDraw { movement: movement() });
    }
}

#[tokio::test]
async fn every_page_and_fragment_opens_in_three_languages_on_both_desks() {
    let pair = Pair::agreed();
    sealed(&pair);
    let pages = [
        "/watch",
        "/movements",
        "/m/m-1",
        "/m/m-1/passes",
        "/consent",
        "/rungs",
        "/agreement",
        "/agreement?try=1&deed=depart&zone=karachi-port-road",
        "/ledger",
        "/ledger?page=1",
        "/ledger/guest/0",
        "/signin",
        "/me",
    ];
    let parts = [
        "/fragment/alarms",
        "/fragment/headcount",
        "/fragment/movements",
        "/fragment/presence",
        "/fragment/movement-list",
        "/fragment/movement/m-1",
        "/fragment/consent",
        "/fragment/rungs",
        "/fragment/standing",
        "/fragment/ledger",
        "/fragment/heard",
    ];
    for id in ["host", "guest"] {
        let browser = pair.browser(id, "officer");
        for (lang, dir) in [("en", "ltr"), ("zh", "ltr"), ("ur", "rtl")] {
            let browser = browser.reading(lang);
            for path in pages {
                let answer = browser.get(path).await;
                let head = format!("<!DOCTYPE html><html lang=\"{lang}\" dir=\"{dir}\"");
                assert_eq!(answer.status, 200, "{path}: {}", answer.body);
                assert!(answer.body.starts_with(&head), "{id} {lang} {path}");
                let policy = answer.headers["content-security-policy"].to_str().unwrap();
                let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
                assert!(answer.body.contains(&format!("nonce=\"{nonce}\"")), "{path}");
            }
            for path in parts {
                let answer = browser.get(path).await;
                assert_eq!(answer.status, 200, "{path}: {}", answer.body);
                assert!(!answer.body.contains("<html") && !answer.body.is_empty(), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn a_stranger_sees_the_door_and_nothing_else() {
    let pair = Pair::agreed();
    let stranger = pair.stranger("host");
    for path in ["/watch", "/m/m-1", "/consent", "/ledger/host/0", "/geo/scene.json", "/act/x"] {
        let answer = stranger.get(path).await;
        assert!(matches!(answer.status, 303 | 404), "{path}: {}", answer.status);
        assert!(!answer.body.contains("karachi"), "{path}");
    }
    assert_eq!(stranger.get("/").await.location(), "/signin");
    let door = stranger.get("/signin?then=/consent").await.body;
    assert!(door.contains("host/officer") && !door.contains("host/clerk"), "key files alone");
    assert!(door.contains(r#"name="then" value="/consent""#));
}

#[tokio::test]
async fn an_officer_signs_in_goes_on_and_signs_out() {
    let pair = Pair::new();
    let mut browser = pair.stranger("host");
    let wrong = browser.post("/signin", "person=host/officer&passphrase=wrong+horse").await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.body.contains("do not go together"), "{}", wrong.body);
    let fields = "person=host%2Fofficer&passphrase=correct+horse&then=%2Fconsent";
    let right = browser.post("/signin", fields).await;
    assert_eq!((right.status, right.location()), (303, "/consent"));
    browser.keep(&right);
    assert_eq!(browser.get("/watch").await.status, 200);
    assert_eq!(browser.get("/").await.location(), "/watch");
    assert_eq!(browser.post("/signout", "").await.location(), "/signin");
    assert_eq!(browser.get("/watch").await.location(), "/signin?then=/watch");
}

#[tokio::test]
async fn a_chosen_language_is_kept() {
    let pair = Pair::new();
    let mut browser = pair.stranger("host");
    let answer = browser.get("/signin?lang=ur").await;
    assert!(answer.body.starts_with("<!DOCTYPE html><html lang=\"ur\" dir=\"rtl\""));
    browser.keep(&answer);
    assert!(browser.get("/signin").await.body.contains("<html lang=\"ur\""));
}

#[tokio::test]
async fn a_sealed_route_is_in_no_page_before_its_time_and_in_few_after_it() {
    let pair = Pair::agreed();
    sealed(&pair);
    let (driver, clerk) = (pair.browser("guest", "officer"), pair.browser("guest", "clerk"));
    pair.at("2024-10-06T15:44:00Z");
    let early = driver.get("/m/m-1").await.body;
    pair.at("2024-10-06T15:46:00Z");
    let route = pair
        .guest
        .with_now(|engine| engine.stage_text(&movement(), Stage::Route).unwrap())
        .unwrap();
    assert!(!early.contains(&route), "a minute early");
    assert!(driver.get("/m/m-1").await.body.contains(&route));
    for path in ["/m/m-1", "/fragment/movement/m-1", "/watch", "/movements", "/geo/scene.json"] {
        let body = clerk.get(path).await.body;
        assert!(!body.contains(&route) && !body.contains(" → "), "{path}");
    }
    let size = pair.guest.with_now(|engine| engine.own().size()).unwrap();
    for index in 0..size {
        let body = clerk.get(&format!("/ledger/guest/{index}")).await.body;
        assert!(!body.contains("&quot;half&quot;"), "statement {index} gives a half away");
    }
}

#[tokio::test]
async fn the_scene_has_what_the_map_needs() {
    let pair = Pair::agreed();
    let answer = pair.browser("host", "officer").get("/geo/scene.json").await;
    assert_eq!(answer.headers["content-type"], "application/json");
    let scene: Value = serde_json::from_str(&answer.body).unwrap();
    for layer in ["roads", "zones", "incidents"] {
        assert!(!scene[layer]["features"].as_array().unwrap().is_empty(), "{layer}");
    }
    assert_eq!(scene["corridors"]["features"], Value::Array(Vec::new()));
    assert!(scene["places"][0]["names"]["zh"].is_string());
}

#[tokio::test]
async fn what_is_not_there_is_not_found_in_the_readers_language() {
    let pair = Pair::new();
    let browser = pair.browser("host", "officer").reading("zh");
    for path in ["/m/m-404", "/m/Not%20An%20Id", "/ledger/host/99", "/ledger/host/x", "/agreement"]
    {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("<html lang=\"zh\""), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn gates_that_are_ticked_are_sealed_and_one_of_them_is_drawn() {
    let pair = Pair::agreed();
    approved(&pair);
    let guest = pair.browser("guest", "officer");
    let page = guest.get("/m/m-1").await.body;
    let ticked = "type=\"checkbox\" name=\"gates\" value=\"airport\"";
    assert!(page.contains(ticked) && page.contains("Gates to leave by"), "{page}");
    let fields = "movement=m-1&from=airport&to=port-camp&slot_minutes=5";
    let twice = format!("{fields}&gates=malir-15&gates=malir-15");
    assert_eq!(guest.post("/act/plan_sealed", &twice).await.status, 409, "each gate once");
    let gates = format!("{fields}&gates=star-gate&gates=model-gate");
    let answer = guest.post("/act/plan_sealed", &gates).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    pair.sync();
    for id in ["host", "guest"] {
        pair.wish(id, SecretWish::CommitDraw { movement: movement() });
    }
    // Each node shows its share when the time has come.
    pair.at("2024-10-06T15:45:00Z");
    for node in [&pair.host, &pair.guest] {
        let drawn = node.with_now(|engine| engine.drawn(&movement())).unwrap().unwrap();
        let gate = drawn.gate.unwrap();
        assert!(["star-gate", "model-gate"].contains(&gate.as_str()), "{gate}");
    }
}
