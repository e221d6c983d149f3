//! The planner's table and the board: for whoever plans, kept nowhere.

use crate::pair::Pair;

const ASKED: &str = "from=airport&to=port-camp&budget=1.3&slots=30&cut=50&held=0";

#[tokio::test]
async fn a_planner_asks_and_a_button_asks_again() {
    let pair = Pair::agreed();
    let planner = pair.browser("guest", "officer");
    let empty = planner.get("/plan").await;
    assert_eq!(empty.status, 200);
    assert!(empty.body.contains("Nothing is asked yet") && empty.body.contains("<svg"));
    let answer = planner.post("/plan", ASKED).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for part in ["What remains", "Chokepoints", "Levers", "name=\"guard\"", "chart-numbers"] {
        assert!(answer.body.contains(part), "no `{part}`");
    }
    let road = "faisal-star-gate";
    let guarded = planner.post("/plan", &format!("{ASKED}&guard={road}")).await.body;
    assert!(guarded.contains("data-guard=\"faisal-star-gate\""), "{guarded}");
    let dropped = format!("{ASKED}&guard={road}&guard_drop={road}");
    assert!(!planner.post("/plan", &dropped).await.body.contains("data-guard=\"faisal"));
    // A shield that was dropped on the map stands on the nearest road.
    let on_map = planner.post("/plan", &format!("{ASKED}&guard_add=24.8951,67.1652")).await.body;
    assert!(on_map.contains("data-guard=\"airport-south-exit\""), "{on_map}");
    for (lang, said) in [("zh", "咽喉路段"), ("ur", "تنگ مقامات")] {
        let page = planner.reading(lang).post("/plan", ASKED).await.body;
        assert!(page.contains(said), "{lang}");
    }
}

#[tokio::test]
async fn what_cannot_be_answered_is_said_with_a_way_on_and_the_form_stays() {
    let pair = Pair::agreed();
    let planner = pair.browser("guest", "officer");
    for (from, to, said) in [
        ("to=port-camp", "to=nowhere", "That is no place of these roads"),
        ("to=port-camp", "to=airport", "ends where it starts"),
        ("budget=1.3", "budget=0.5", "out of its range"),
        ("budget=1.3", "budget=NaN", "out of its range"),
        ("slots=30", "slots=0", "out of its range"),
        ("slots=30", "slots=-4", "out of its range"),
        ("held=0", "held=0&guard=moon-road", "no road of this network"),
    ] {
        let page = planner.post("/plan", &ASKED.replace(from, to)).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains(said), "{to}: {}", page.body);
        assert!(page.body.contains("value=\"airport\""), "{to}: the form keeps what was asked");
    }
    let script = planner.post("/plan", &ASKED.replace("port-camp", "%3Cscript%3E")).await.body;
    assert!(!script.contains("<script>"), "{script}");
}

#[tokio::test]
async fn nobody_else_finds_them_nor_the_way_there() {
    let pair = Pair::agreed();
    for side in ["host", "guest"] {
        let clerk = pair.browser(side, "clerk");
        for path in ["/plan", "/predictability", "/fragment/predictability"] {
            assert_eq!(clerk.get(path).await.status, 404, "{side} {path}");
        }
        assert_eq!(clerk.post("/plan", ASKED).await.status, 404);
        let watch = clerk.get("/watch").await.body;
        assert!(!watch.contains("/plan\"") && !watch.contains("/predictability"));
    }
    let officer = pair.browser("guest", "officer").get("/watch").await.body;
    assert!(officer.contains("href=\"/plan\"") && officer.contains("href=\"/predictability\""));
}

#[tokio::test]
async fn a_board_without_movements_is_calm() {
    let pair = Pair::agreed();
    let page = pair.browser("guest", "officer").get("/predictability").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("No movement is over"), "{}", page.body);
}
