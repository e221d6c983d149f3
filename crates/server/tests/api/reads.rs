//! What each office reads, and what it does not.

use audit::stranger::audit;
use node::audit::unconsented_guest_minutes;
use pass::kit::Now;
use pass::verify::Shown;
use serde_json::{Value, json};
use words::hash::{Hash, unhex};

use crate::world::{Pair, ask, deployment};

fn items(page: &Value) -> &Vec<Value> {
    page["items"].as_array().unwrap()
}

#[tokio::test]
async fn a_node_says_how_it_is() {
    let pair = Pair::on_duty().await;
    let status = pair.desk("guest/officer").found("/api/v1/status").await;
    assert_eq!((&status["party"], &status["side"]), (&json!("guest"), &json!("guest")));
    let (hash, minutes) = pair
        .guest
        .with_now(|engine| {
            let minutes = unconsented_guest_minutes(engine.state(), engine.now());
            (engine.fold().hash().to_string(), minutes)
        })
        .unwrap();
    assert_eq!((&status["state"], minutes), (&json!(hash), 0));
    assert_eq!(status["unconsented_guest_minutes"], 0);
    assert_eq!(status["ledgers"][0]["own"], true);
    assert_eq!(status["peer"]["heard_age_ms"], 0);
    assert!(status["peer"]["heard_limit_ms"].as_i64().unwrap() > 0);
    assert_eq!(status["peer"]["connected"], false, "no link is up in this test");
    let host = pair.desk("host/officer").found("/api/v1/status").await;
    assert_eq!(host["state"], status["state"], "one joint state");
    assert_eq!(host["peer"]["heard_limit_ms"], Value::Null, "the host hears itself");
    // The lease ends while the people stay, and the number says so.
    pair.at("2024-10-02T17:00:00Z");
    let late = pair.desk("host/officer").found("/api/v1/status").await;
    assert!(late["unconsented_guest_minutes"].as_u64().unwrap() > 0, "{late}");
}

#[tokio::test]
async fn parties_show_the_fingerprint_of_their_root_and_their_keys() {
    let pair = Pair::new();
    let parties = pair.desk("host/guard").found("/api/v1/parties").await;
    assert_eq!(items(&parties).len(), 2);
    let host = &items(&parties)[0];
    assert_eq!((&host["party"], &host["paired"]), (&json!("host"), &json!(true)));
    assert_eq!(host["fingerprint"].as_str().unwrap().split('-').count(), 8);
    let keys = host["keys"].as_array().unwrap();
    let guard = keys.iter().find(|key| key["person"] == "host/guard").unwrap();
    assert_eq!(
        (&guard["kind"], &guard["roles"]),
        (&json!("ed25519"), &json!(["checkpoint_officer"]))
    );
}

#[tokio::test]
async fn an_agreement_shows_articles_rules_and_signatures_and_answers_questions() {
    let pair = Pair::agreed().await;
    let desk = pair.desk("guest/officer");
    let list = desk.found("/api/v1/agreements").await;
    assert_eq!(
        (&list["items"][0]["state"], &list["items"][0]["text"]),
        (&json!("in_force"), &json!(""))
    );
    let one = desk.found("/api/v1/agreements/karachi-exercise").await;
    assert_eq!(one["text"], crate::world::AGREEMENT);
    assert_eq!(one["signatures"].as_array().unwrap().len(), 2);
    let articles = one["articles"].as_array().unwrap();
    assert!(articles.iter().any(|it| it["rules"].as_str().unwrap().contains("permit")));
    assert!(articles.iter().all(|it| !it["text"]["ur"].as_str().unwrap().is_empty()));

    let path = "/api/v1/agreements/karachi-exercise/try";
    let question = |headcount: u32| {
        json!({
            "deed": "deploy", "zone": "karachi-port-road", "purpose": "protect_persons",
            "category": "police", "task": "close_protection", "rung": "escort_inside_cordon",
            "arms": "unarmed", "headcount": headcount, "vehicles": 1,
        })
    };
    let before = pair.guest.with_now(|engine| engine.own().size()).unwrap();
    let allowed = desk.post(path, question(4)).await.json();
    assert_eq!(allowed["allowed"], true, "{allowed}");
    assert!(!allowed["articles"].as_array().unwrap().is_empty());
    let denied = desk.post(path, question(400)).await.json();
    assert_eq!(denied["allowed"], false);
    assert_eq!(denied["reasons"], json!(["ceiling-reached"]));
    assert!(!denied["facts"].as_array().unwrap().is_empty());
    assert!(!denied["remedy"].as_array().unwrap().is_empty());
    let change = &denied["changes"][0];
    assert_eq!((&change["change"], &change["whose"]), (&json!("fewer_persons"), &json!("asker")));
    assert!(change["said"]["ur"].as_str().unwrap().contains("390"));
    assert_eq!(pair.guest.with_now(|engine| engine.own().size()).unwrap(), before, "nothing kept");
    let mut wrong = question(4);
    wrong["category"] = json!("wizards");
    let answer = desk.post(path, wrong).await;
    assert_eq!(answer.status, 400);
    assert!(answer.json()["detail"].as_str().unwrap().starts_with("`category`"));
    let suspended = json!({
        "act": "agreement_suspended", "agreement": "karachi-exercise", "scope": "whole",
        "reason": "exercise",
    });
    pair.act("host/officer", suspended).await;
    let one = desk.found("/api/v1/agreements/karachi-exercise").await;
    assert_eq!(
        (&one["state"], &one["suspensions"][0]["scope"]),
        (&json!("suspended"), &json!("whole"))
    );
    assert_eq!(desk.post(path, question(4)).await.json()["reasons"], json!(["suspended"]));
}

#[tokio::test]
async fn both_sides_read_the_same_ladder_and_a_closed_rung_ends_a_lease() {
    let pair = Pair::on_duty().await;
    let (host, guest) = (pair.desk("host/officer"), pair.desk("guest/officer"));
    let board = guest.found("/api/v1/rungs").await;
    assert_eq!(board, host.found("/api/v1/rungs").await);
    let step = |board: &Value| board["boards"][0]["ladder"][5].clone();
    assert_eq!(
        (&step(&board)["rung"], &step(&board)["state"]),
        (&json!("escort_inside_cordon"), &json!("open"))
    );
    let present = step(&board)["on_duty"].as_u64().unwrap();
    assert!(present > 0 && step(&board)["consented"].as_u64().unwrap() >= present, "{board}");
    let rows = board["boards"][0]["presence"].as_array().unwrap();
    let row =
        rows.iter().find(|it| it["category"] == "police" && it["zone"] == "karachi-port-road");
    let row = row.unwrap();
    assert_eq!((&row["article"], &row["ceiling"]), (&json!("9"), &json!(10)));
    assert_eq!(row["permitted_up_to"], "escort_inside_cordon");
    assert_eq!(row["rungs"][6]["permitted"], false, "nobody is armed");

    let closed = json!({
        "act": "rung_closed", "agreement": "karachi-exercise", "rung": "escort_inside_cordon",
        "zone": null, "reason": "a parade",
    });
    pair.act("host/officer", closed).await;
    let board = guest.found("/api/v1/rungs").await;
    assert_eq!(board, host.found("/api/v1/rungs").await);
    assert_eq!((&step(&board)["state"], &step(&board)["consented"]), (&json!("closed"), &json!(0)));
    assert_eq!(step(&board)["on_duty"], present, "they are still there");
    assert_eq!(step(&board)["closures"][0]["reason"], "a parade");
    let leases = guest.found("/api/v1/consents").await;
    assert_eq!(
        (&leases["items"][0]["live"], &leases["items"][0]["reason"]),
        (&json!(false), &json!("rung-closed"))
    );
    pair.at("2024-10-02T09:00:00Z");
    let late = host.found("/api/v1/status").await;
    assert!(
        late["unconsented_guest_minutes"].as_u64().unwrap() > 0,
        "who stays is counted: {late}"
    );
}

#[tokio::test]
async fn an_agreement_that_is_not_signed_is_not_asked() {
    let pair = Pair::new();
    let act = json!({
        "act": "agreement_proposed", "agreement": "karachi-exercise",
        "text": crate::world::AGREEMENT,
    });
    pair.act("host/officer", act).await;
    let desk = pair.desk("guest/officer");
    let one = desk.found("/api/v1/agreements/karachi-exercise").await;
    assert_eq!((&one["state"], &one["articles"][0]["rules"]), (&json!("proposed"), &json!("")));
    let question = json!({ "deed": "notice", "zone": "karachi-port-road" });
    let answer = desk.post("/api/v1/agreements/karachi-exercise/try", question).await;
    assert_eq!((answer.status, answer.reasons()), (403, vec!["not-in-force".to_owned()]));
}

#[tokio::test]
async fn presence_is_told_lease_by_lease() {
    let pair = Pair::on_duty().await;
    let desk = pair.desk("guest/officer");
    let one = desk.found("/api/v1/deployments/d-1").await;
    assert_eq!((&one["state"], &one["present"]), (&json!("granted"), &json!(2)));
    assert_eq!(items(&desk.found("/api/v1/deployments").await)[0], one);
    let tasks = desk.found("/api/v1/tasks").await;
    assert_eq!(tasks["items"], one["tasks"]);
    let lease = |page: Value| items(&page)[0].clone();
    let live = lease(desk.found("/api/v1/consents").await);
    assert_eq!((&live["live"], &live["reason"]), (&json!(true), &Value::Null));
    // Contact is lost: the guest cannot know whether the host still consents; the host can.
    pair.clock.set(words::moment::Moment::parse("2024-10-02T07:00:00Z").unwrap());
    let silent = lease(desk.found("/api/v1/consents").await);
    assert_eq!((&silent["live"], &silent["reason"]), (&json!(false), &json!("host-not-heard")));
    let host = lease(pair.desk("host/officer").found("/api/v1/consents").await);
    assert_eq!(host["live"], true);
    pair.sync();
    let revoked = json!({ "act": "consent_revoked", "consent": "c-1", "reason": "exercise" });
    pair.act("host/officer", revoked).await;
    let over = lease(desk.found("/api/v1/consents").await);
    assert_eq!((&over["live"], &over["reason"]), (&json!(false), &json!("revoked")));
    let ended = desk.found("/api/v1/deployments/d-1").await;
    assert_eq!(ended["state"], "ended");
}

#[tokio::test]
async fn a_list_is_read_in_parts() {
    let pair = Pair::agreed().await;
    let desk = pair.desk("guest/officer");
    for id in ["d-a", "d-b", "d-c"] {
        let mut act = deployment(1);
        act["deployment"] = json!(id);
        pair.act("guest/officer", act).await;
    }
    let first = desk.found("/api/v1/deployments?limit=2").await;
    assert_eq!((items(&first).len(), &first["next"]), (2, &json!("d-b")));
    let rest = desk.found("/api/v1/deployments?limit=2&after=d-b").await;
    assert_eq!((&items(&rest)[0]["deployment"], &rest["next"]), (&json!("d-c"), &Value::Null));
}

#[tokio::test]
async fn a_movement_is_told_to_each_office_in_its_time() {
    let pair = Pair::sealed().await;
    let stages = |movement: &Value| -> Vec<(String, bool)> {
        let stages = movement["stages"].as_array().unwrap().iter();
        stages
            .map(|it| (it["stage"].as_str().unwrap().to_owned(), it["text"].is_string()))
            .collect()
    };
    let (leader, driver) = (pair.desk("guest/leader"), pair.desk("guest/driver"));
    let path = "/api/v1/movements/m-1";
    let early = leader.found(path).await;
    assert_eq!((&early["state"], &early["seats"]), (&json!("sealed"), &json!(14)));
    assert_eq!(early["start"], crate::world::ms("2024-10-06T06:00:00Z"), "the day, not the window");
    assert!(stages(&early).iter().all(|(_, open)| !open), "{early}");
    pair.at("2024-10-06T15:31:00Z");
    let open = |movement: &Value, stage: &str| {
        stages(movement).into_iter().find(|(name, _)| name == stage).unwrap().1
    };
    let (to_leader, to_driver) = (leader.found(path).await, driver.found(path).await);
    assert!(open(&to_leader, "start") && !open(&to_leader, "minute"), "{to_leader}");
    assert!(open(&to_driver, "minute") && !open(&to_driver, "route"), "{to_driver}");
    pair.at("2024-10-06T15:50:00Z");
    assert!(open(&driver.found(path).await, "route"));
    let officer = pair.desk("guest/officer").found(path).await;
    assert!(stages(&officer).iter().all(|(_, open)| !open), "not on any list: {officer}");
    let list = pair.desk("host/guard").found("/api/v1/movements").await;
    assert!(stages(&items(&list)[0]).iter().all(|(_, open)| !open));
    let gate = pair.desk("guest/planner").found("/api/v1/movements/m-1/gate").await;
    assert_eq!(gate["green"], false);
    let red: Vec<&str> = gate["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["green"] == false)
        .map(|check| check["check"].as_str().unwrap())
        .collect();
    assert_eq!(red, ["pass_live"]);
    assert_eq!(gate["attested"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn the_ledger_keeps_from_a_reader_what_a_list_keeps_from_him() {
    let pair = Pair::sealed().await;
    pair.at("2024-10-06T15:31:00Z");
    let bodies = |page: &Value, act: &str| -> Vec<bool> {
        let all = items(page).iter().filter(|it| it["act"] == act);
        all.map(|it| it["body"].is_object()).collect()
    };
    let path = "/api/v1/ledgers/guest/statements";
    let seen = pair.desk("host/guard").found(path).await;
    assert_eq!(bodies(&seen, "draw_revealed"), [false], "the halves make minute and route");
    assert_eq!(bodies(&seen, "movement_submitted"), [false], "the window is not for a guard");
    assert_eq!(bodies(&seen, "capacity_noticed"), [true]);
    let index = items(&seen).iter().position(|it| it["act"] == "draw_revealed").unwrap();
    let one = pair.desk("host/guard").found(&format!("{path}/{index}")).await;
    assert_eq!(one, items(&seen)[index]);
}

#[tokio::test]
async fn every_statement_has_a_proof_under_the_head_that_both_signed() {
    let pair = Pair::agreed().await;
    let desk = pair.desk("host/inspector");
    let ledgers = desk.found("/api/v1/ledgers").await;
    let head = &items(&ledgers)[0]["head"];
    let note = desk.get("/api/v1/ledgers/host/head").await;
    assert_eq!(head["note"], String::from_utf8(note.bytes).unwrap());
    let proof = desk.found("/api/v1/ledgers/host/proof/3").await;
    assert_eq!((&proof["root"], &proof["size"]), (&head["root"], &head["size"]));
    let hash = |value: &Value| Hash::from_slice(&unhex(value.as_str().unwrap()).unwrap()).unwrap();
    let way: Vec<Hash> = proof["hashes"].as_array().unwrap().iter().map(hash).collect();
    let (leaf, root) = (hash(&proof["leaf"]), hash(&proof["root"]));
    let size = proof["size"].as_u64().unwrap();
    assert!(tlog::tree::verify_inclusion(leaf, 3, size, &way, root).is_ok());
    let parts = desk.found("/api/v1/ledgers/host/statements?from=1&limit=2").await;
    assert_eq!((items(&parts).len(), &parts["next"]), (2, &json!("3")));
    assert_eq!(items(&parts)[0]["finality"], "L2");
    assert_eq!(items(&parts)[0]["body"]["act"], "key_enrolled");
}

#[tokio::test]
async fn the_audit_file_is_for_whoever_answers_and_tells_no_plan_early() {
    let path = "/api/v1/audit";
    let quiet = Pair::on_duty().await;
    assert_eq!(quiet.desk("host/officer").get(path).await.status, 200);
    let pair = Pair::sealed().await;
    let inspector = pair.desk("host/inspector");
    let found = audit(&inspector.get(path).await.bytes).unwrap();
    assert_eq!((found.unconsented_guest_minutes, found.witnessed.len()), (0, 2));
    let guard = pair.desk("host/guard").get(path).await;
    assert_eq!((guard.status, guard.reasons()), (403, vec!["not-your-role".to_owned()]));
    let signatory = pair.desk("host/officer");
    pair.at("2024-10-06T15:31:00Z");
    let early = signatory.get(path).await;
    assert_eq!((early.status, early.reasons()), (403, vec!["too-early".to_owned()]));
    assert_eq!(inspector.get(path).await.status, 200);
}

#[tokio::test]
async fn a_pass_is_printed_and_its_kit_verifies_it_without_a_node() {
    let (pair, pass) = Pair::at_the_gate().await;
    let guard = pair.desk("host/guard");
    let paper = guard.found(&format!("/api/v1/passes/{pass}")).await;
    assert_eq!(
        (&paper["pass"]["holder"], &paper["pass"]["countersigned"]),
        (&json!("v-01"), &json!(true))
    );
    assert!(paper["svg"].as_str().unwrap().contains("<svg"));
    let now = Now::Theirs(pair.host.now());
    let kit = guard.get("/api/v1/kit").await;
    let trust = pass::kit::open(&kit.bytes, now, None).unwrap();
    let list = guard.get("/api/v1/dead-passes").await;
    let trust = pass::kit::renew(&trust, &list.bytes).unwrap();
    assert_eq!(trust.get().status.dead(), 0);
    let code = pass::paper::from_text(paper["code"].as_str().unwrap()).unwrap();
    let zone = trust.get().kit.zones.first().map(|zone| &zone.zone);
    assert!(zone.is_some(), "the kit names the zones of the agreement");
    let shown = Shown { at: trust.get().kit.moment(now), zone: None, photo: None };
    let verified = pass::verify::verify(&code, &trust, shown).unwrap();
    assert_eq!(verified.get().pass.as_str(), pass);
    assert_eq!(pair.desk("guest/driver").get(&format!("/api/v1/passes/{pass}")).await.status, 404);
    let gate = pair.desk("guest/planner").found("/api/v1/movements/m-1/gate").await;
    assert_eq!(gate["green"], true, "{gate}");
}

#[tokio::test]
async fn a_pass_with_one_signature_is_shown_to_nobody() {
    let pair = Pair::sealed().await;
    let wish = json!({
        "wish": "issue_pass", "movement": "m-1", "holder": "v-01", "appearance": "grey",
        "vehicle": "EX-1001", "task": "close_protection", "arms": "unarmed",
    });
    pair.act("guest/planner", wish).await;
    let movement = pair.desk("guest/planner").found("/api/v1/movements/m-1").await;
    let pass = movement["passes"][0]["pass"].as_str().unwrap().to_owned();
    let answer = pair.desk("guest/planner").get(&format!("/api/v1/passes/{pass}")).await;
    assert_eq!((answer.status, answer.reasons()), (409, vec!["wrong-state".to_owned()]));
}

#[tokio::test]
async fn a_call_for_help_is_an_alarm_and_a_check_in_a_sign_of_life() {
    let pair = Pair::agreed().await;
    pair.guest.with_now(|engine| engine.enrol(crate::world::people())).unwrap();
    let desk = pair.desk("guest/officer");
    // "wlei:128-random-bits"
    let phone = [("authorization", "Basic d2xlaToxMjgtcmFuZG9tLWJpdHM=")];
    let me = async |what: &str| ask(&pair.guest, "POST", what, &phone, "").await;
    let nowhere = me("/api/v1/me/check-in").await;
    assert_eq!((nowhere.status, nowhere.reasons()), (409, vec!["wrong-state".to_owned()]));
    let report = r#"{"_type":"location","lat":24.9,"lon":67.1,"tst":1727848800,"acc":12}"#;
    assert_eq!(ask(&pair.guest, "POST", "/pub", &phone, report).await.status, 200);
    pair.at("2024-10-02T07:00:00Z");
    let lost = desk.found("/api/v1/headcount").await;
    assert_eq!((&lost["enrolled"], &lost["accounted"]), (&json!(1), &json!(0)));
    assert_eq!(lost["unaccounted"][0]["unit"], "p-07");
    assert_eq!(me("/api/v1/me/check-in").await.status, 204);
    assert_eq!(desk.found("/api/v1/headcount").await["accounted"], 1);
    assert_eq!(me("/api/v1/me/sos").await.status, 204);
    let alarms = desk.found("/api/v1/alarms").await;
    let alarm = &items(&alarms)[0];
    assert_eq!(
        (&alarm["kind"], &alarm["priority"], &alarm["state"]),
        (&json!("sos"), &json!(1), &json!("raised"))
    );
    assert!(!alarm["action"].as_str().unwrap().starts_with("alarm-"), "{alarm}");
    let noted = json!({ "act": "alarm_noted", "alarm": alarm["alarm"] });
    pair.act("guest/officer", noted).await;
    let alarms = desk.found("/api/v1/alarms?limit=1").await;
    assert_eq!(
        (&items(&alarms)[0]["state"], &items(&alarms)[0]["by"]),
        (&json!("noted"), &json!("guest/officer"))
    );
    let units = desk.found("/api/v1/units").await;
    let unit = items(&units).iter().find(|unit| unit["unit"] == "p-07").unwrap();
    assert_eq!(unit["position"]["lat_e7"], 249_000_000);
    let driver = pair.desk("guest/driver").get("/api/v1/units").await;
    assert_eq!((driver.status, driver.reasons()), (403, vec!["not-your-role".to_owned()]));
    let stranger = [("authorization", "Basic d2xlaTpndWVzcw==")];
    assert_eq!(ask(&pair.guest, "POST", "/api/v1/me/sos", &stranger, "").await.status, 401);
}
