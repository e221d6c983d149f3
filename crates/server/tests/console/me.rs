//! A protected person's phone: safe, help, and who sees it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::engine::Engine;
use gateway::owntracks::{Message, parse};
use pass::kit::Now;
use wish::{PassWish, SecretWish};
use words::id::UnitId;
use words::presence::{ArmsClass, Task};

use crate::pair::{Browser, PASSPHRASE, Pair};
use crate::shown::{movement, sealed};

async fn phone(pair: &Pair) -> Browser {
    let mut phone = pair.stranger("guest");
    assert!(phone.get("/me").await.body.contains("action=\"/me/signin\""));
    let wrong = phone.post("/me/signin", "username=wlei&passphrase=guess").await;
    assert_eq!(wrong.status, 401);
    let fields = format!("username=wlei&passphrase={}", PASSPHRASE.replace(' ', "+"));
    let right = phone.post("/me/signin", &fields).await;
    assert_eq!((right.status, right.location()), (303, "/me"));
    phone.keep(&right);
    phone
}

fn position(pair: &Pair) {
    let seconds = pair.guest.now().unix_ms / 1_000;
    let body = format!(r#"{{"_type":"location","lat":24.9,"lon":67.1,"tst":{seconds},"acc":9}}"#);
    let report = |engine: &mut Engine| {
        let Message::Location(location) = parse(body.as_bytes()).unwrap() else { return };
        engine.sighting(&UnitId::new("p-01").unwrap(), &location).unwrap();
    };
    pair.guest.with_now(report).unwrap();
}

#[tokio::test]
async fn a_call_for_help_reaches_the_watch_and_its_answer_reaches_the_phone() {
    let pair = Pair::agreed();
    let (phone, watch) = (phone(&pair).await, pair.browser("guest", "officer"));
    position(&pair);
    pair.at("2024-10-02T06:01:00Z");
    let once = "once=00112233445566778899aabbccddeeff&age_ms=12";
    assert_eq!(phone.enhance("/me/sos", once).await.status, 204);
    assert_eq!(phone.enhance("/me/sos", once).await.status, 204, "sent again, counted once");
    let alarms = watch.get("/fragment/alarms").await.body;
    assert_eq!(alarms.matches("data-alarm=").count(), 1, "{alarms}");
    assert!(alarms.contains("data-unit=\"p-01\"") && alarms.contains("data-priority=\"1\""));
    let id = alarms.split("data-alarm=\"").nth(1).unwrap().split('"').next().unwrap();
    let noted = watch.enhance("/act/alarm_noted", &format!("alarm={id}")).await;
    assert_eq!(noted.location(), "/watch", "{}", noted.body);
    assert!(phone.get("/fragment/me").await.body.contains("guest/officer"), "somebody has seen it");
}

#[tokio::test]
async fn without_script_a_call_is_asked_once_more() {
    let pair = Pair::agreed();
    let (phone, watch) = (phone(&pair).await, pair.browser("guest", "officer"));
    position(&pair);
    pair.at("2024-10-02T06:01:00Z");
    assert_eq!(phone.post("/me/sos", "").await.location(), "/me/sos");
    assert!(phone.get("/me/sos").await.body.contains("name=\"confirm\" value=\"yes\""));
    assert!(!watch.get("/fragment/alarms").await.body.contains("data-alarm="));
    assert_eq!(phone.post("/me/sos", "confirm=yes").await.location(), "/me");
    assert!(watch.get("/fragment/alarms").await.body.contains("data-alarm="));
}

#[tokio::test]
async fn a_check_in_counts_and_a_phone_opens_no_desk() {
    let pair = Pair::agreed();
    let (phone, watch) = (phone(&pair).await, pair.browser("guest", "officer"));
    position(&pair);
    pair.at("2024-10-02T08:00:00Z");
    assert!(watch.get("/fragment/headcount").await.body.contains("data-unit=\"p-01\""));
    assert_eq!(phone.enhance("/me/checkin", "").await.status, 204);
    assert!(!watch.get("/fragment/headcount").await.body.contains("data-unit=\"p-01\""));
    assert_eq!(phone.get("/").await.location(), "/me");
    for path in ["/watch", "/m/m-1", "/geo/scene.json", "/fragment/alarms"] {
        assert_eq!(phone.get(path).await.status, 303, "{path}");
    }
    assert_eq!(watch.enhance("/me/sos", "").await.status, 401, "and a desk calls for nobody");
}

#[tokio::test]
async fn a_phone_brings_the_kit_of_whom_its_holder_expects() {
    let pair = Pair::agreed();
    let phone = phone(&pair).await;
    assert_eq!(phone.post("/me/beside", "").await.status, 404, "she travels with nobody");
    sealed(&pair);
    pair.at("2024-10-06T15:50:00Z");
    pair.wish(
        "guest",
        SecretWish::IssuePass(Box::new(PassWish {
            movement: movement(),
            holder: UnitId::new("v-01").unwrap(),
            appearance: "grey jacket".into(),
            vehicle: "EX-1001".into(),
            task: Task::CloseProtection,
            arms: ArmsClass::Unarmed,
            serials: Vec::new(),
            photo: None,
            phone: None,
        })),
    );
    let first = |engine: &mut Engine| engine.state().passes.keys().next().cloned().unwrap();
    let pass = pair.guest.with_now(first).unwrap();
    pair.wish("host", SecretWish::Countersign { pass: pass.clone() });
    let answer = phone.post("/me/beside", "").await;
    let kit = answer.location().strip_prefix("/verify#kit=").unwrap();
    let kit = URL_SAFE_NO_PAD.decode(kit).unwrap();
    let trust = pass::kit::open(&kit, Now::Theirs(pair.guest.now()), None).unwrap();
    let expected = trust.get().kit.expected.as_ref().unwrap();
    assert_eq!(expected.iter().map(|one| &one.pass).collect::<Vec<_>>(), [&pass]);
    assert_eq!(expected[0].answers.len(), 40);
    assert_eq!(pair.stranger("guest").post("/me/beside", "").await.status, 401);
    let desk = pair.browser("guest", "officer");
    assert_eq!(desk.post("/me/beside", "").await.status, 401, "a desk expects nobody");
}

#[tokio::test]
async fn a_call_that_nobody_could_place_is_an_alarm_all_the_same() {
    let pair = Pair::agreed();
    let phone = phone(&pair).await;
    let answer = phone.enhance("/me/sos", "once=00").await;
    assert_eq!(answer.status, 204, "{}", answer.body);
}
