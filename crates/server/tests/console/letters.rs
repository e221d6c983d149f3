//! Letters on the pages: written, read by whom they name, shown and erased.

use crate::pair::Pair;

const SECRET: &str = "the doctor's second opinion";

// A page says an apostrophe in its own way.
fn holds(body: &str) -> bool {
    body.contains("second opinion") || body.contains("of a person")
}

#[tokio::test]
async fn a_letter_is_written_and_read_on_the_pages() {
    let pair = Pair::agreed();
    let (host, guest) = (pair.browser("host", "officer"), pair.browser("guest", "clerk"));
    let empty = host.get("/letters").await.body;
    assert!(empty.contains("No letter is for you") && empty.contains("guest/clerk"), "{empty}");
    let words = SECRET.replace(' ', "+");
    let fields = format!("audience=named&subject=of+a+person&words={words}&about=");
    let nobody = host.post("/act/letter_sent", &fields).await;
    assert_eq!(nobody.status, 400, "nobody is named: {}", nobody.body);
    let fields = format!("{fields}&persons=guest/clerk");
    let sent = host.post("/act/letter_sent", &fields).await;
    assert_eq!((sent.status, sent.location()), (303, "/letters"), "{}", sent.body);
    pair.sync();
    let index = pair.host.with_now(|engine| engine.own().size() - 1).unwrap();
    let statement = format!("/ledger/host/{index}");
    for path in ["/letters", "/fragment/letters", &statement] {
        assert!(holds(&guest.get(path).await.body), "{path}");
        assert!(holds(&host.get(path).await.body), "{path}: its author reads it");
        for other in [pair.browser("guest", "officer"), pair.browser("host", "clerk")] {
            let page = other.get(path).await;
            assert!(!holds(&page.body), "{path}: {}", page.body);
        }
    }
    assert!(!holds(&pair.browser("host", "clerk").get("/ledger").await.body));
    for lang in ["zh", "ur"] {
        assert!(holds(&guest.reading(lang).get("/letters").await.body));
    }
}

#[tokio::test]
async fn a_body_is_shown_to_a_court_and_erased_on_its_order() {
    let pair = Pair::agreed();
    let (host, guest) = (pair.browser("host", "officer"), pair.browser("guest", "officer"));
    let words = SECRET.replace(' ', "+");
    let fields = format!("audience=joint&subject=of+a+person&words={words}");
    assert_eq!(host.post("/act/letter_sent", &fields).await.status, 303);
    pair.sync();
    let (index, id) = pair
        .host
        .with_now(|engine| {
            let line = engine.own().lines().last().unwrap();
            (line.entry.index, line.entry.id.unwrap())
        })
        .unwrap();
    let (page, file) = (format!("/ledger/host/{index}"), format!("/revealed/host/{index}"));
    assert_eq!(host.get(&file).await.status, 409, "first it is said to whom");
    let place = format!("ledger=host&statement={id}");
    let shown = host.post("/act/body_revealed", &format!("{place}&shown_to=the+court")).await;
    assert_eq!((shown.status, shown.location()), (303, page.as_str()), "{}", shown.body);
    pair.sync();
    assert!(host.get(&page).await.body.contains(&file));
    assert_eq!(host.get(&file).await.status, 200);
    assert_eq!(guest.get(&file).await.status, 409, "who showed it is who said so");
    let order = format!("{place}&rule=court&reason=order+12");
    let erased = host.post("/act/body_erased", &order).await;
    assert_eq!((erased.status, erased.location()), (303, page.as_str()), "{}", erased.body);
    pair.sync();
    for reader in [&host, &guest] {
        let body = reader.get(&page).await.body;
        assert!(!holds(&body) && body.contains("order 12") && body.contains("guest/node"));
        assert!(body.contains("court"), "{body}");
        assert!(!holds(&reader.get("/letters").await.body));
    }
    assert_eq!(host.get(&file).await.status, 404);
    let rests = pair.host.with_now(|engine| {
        let line = engine.own().lines().iter().find(|line| line.entry.number == 5).unwrap();
        line.entry.id.unwrap()
    });
    let order = format!("ledger=host&statement={}&rule=court&reason=order+13", rests.unwrap());
    let no = host.post("/act/body_erased", &order).await;
    assert!(no.status == 409 || no.status == 403, "{}", no.status);
    assert!(no.body.contains("state-rests-on-it"), "{}", no.body);
}
