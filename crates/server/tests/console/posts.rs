//! Posts and rosters: for whoever commands them, and no others.

use crate::pair::Pair;

#[tokio::test]
async fn a_commander_sees_who_stands_where_and_what_leaves() {
    let pair = Pair::agreed();
    let officer = pair.browser("guest", "officer");
    let page = officer.get("/posts").await;
    assert_eq!(page.status, 200);
    for part in [
        "On post now",
        "control-room",
        "Next shift",
        "Not on duty",
        "Convoys",
        "toll-plaza",
        "Queue for seats",
        "What guards are worth",
        "Remaining exposure",
        "href=\"/posts\"",
    ] {
        assert!(page.body.contains(part), "no `{part}`");
    }
    let fragment = officer.get("/fragment/posts").await;
    assert!(fragment.status == 200 && fragment.body.contains("On post now"));
    for (lang, said) in [("zh", "现在在岗"), ("ur", "اس وقت چوکی پر")] {
        let page = officer.reading(lang).get("/posts").await.body;
        assert!(page.contains(said), "{lang}");
    }
}

#[tokio::test]
async fn nobody_else_finds_it_and_a_node_without_a_plan_says_so() {
    let pair = Pair::agreed();
    for side in ["host", "guest"] {
        let clerk = pair.browser(side, "clerk");
        for path in ["/posts", "/fragment/posts"] {
            assert_eq!(clerk.get(path).await.status, 404, "{side} {path}");
        }
        assert!(!clerk.get("/watch").await.body.contains("href=\"/posts\""));
    }
    let page = pair.browser("host", "officer").get("/posts").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("This node has no plan of posts"), "{}", page.body);
}
