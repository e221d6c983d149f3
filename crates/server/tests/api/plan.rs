//! The planner's question as a program asks it, and who may.

use serde_json::{Value, json};

use crate::world::Pair;

const GAME: &str = "/api/v1/games";
const BOARD: &str = "/api/v1/predictability";

fn asked() -> Value {
    json!({ "from": ["airport"], "to": ["port-camp"], "budget_ppm": 1_300_000, "slots": 30 })
}

#[tokio::test]
async fn a_program_gets_the_mixture_its_bound_and_what_would_help() {
    let pair = Pair::agreed().await;
    let planner = pair.desk("guest/planner");
    let answer = planner.post(GAME, asked()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let game = answer.json();
    let number = |key: &str| game[key].as_u64().unwrap();
    assert!(number("bound_ppm") <= number("value_ppm"));
    assert!(number("value_ppm") < number("fastest_route_ppm"));
    assert!(number("remains_ppm") < number("value_ppm") / 29);
    let routes = game["routes"].as_array().unwrap();
    let sum: u64 = routes.iter().map(|route| route["share_ppm"].as_u64().unwrap()).sum();
    assert!((999_990..=1_000_010).contains(&sum), "{sum}");
    let choke = game["chokepoints"][0]["road"].clone();
    let mut guarded = asked();
    guarded["guards"] = json!([choke]);
    let guarded = planner.post(GAME, guarded).await.json();
    assert!(guarded["value_ppm"].as_u64().unwrap() < number("value_ppm"));
}

#[tokio::test]
async fn a_question_that_has_no_answer_says_what_to_do() {
    let pair = Pair::agreed().await;
    let planner = pair.desk("guest/planner");
    for (key, value, said) in [
        ("to", json!(["nowhere"]), "name a junction's id"),
        ("to", json!([]), "from 1 to 8 gates"),
        ("to", json!(["airport"]), "name two different places"),
        ("budget_ppm", json!(900_000), "from 1 to 100 times"),
        ("slots", json!(0), "from 1 to 1440"),
        ("guards", json!(["moon-road"]), "is no road of this network"),
        ("detour", json!(2), "detour"),
    ] {
        let mut wrong = asked();
        wrong[key] = value;
        let answer = planner.post(GAME, wrong).await;
        assert_eq!(answer.status, 400, "{key}: {answer:?}");
        let text = answer.json().to_string();
        assert!(text.contains(said), "{key}: {text}");
    }
}

#[tokio::test]
async fn only_who_plans_is_answered() {
    let pair = Pair::agreed().await;
    for person in ["host/officer", "host/guard"] {
        let desk = pair.desk(person);
        assert_eq!(desk.post(GAME, asked()).await.status, 403, "{person}");
        let board = desk.get(BOARD).await;
        assert_eq!(board.status, 403, "{person}");
        assert_eq!(board.reasons(), ["not-permitted"]);
    }
    let board = pair.desk("guest/planner").found(BOARD).await;
    assert_eq!((&board["movements"], &board["days"]), (&json!(0), &json!(30)));
    assert_eq!(board["minute"]["trend"], "unknown");
}
