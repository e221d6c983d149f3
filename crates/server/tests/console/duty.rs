//! The obligations board and the records, by forms without a script.

use crate::pair::Pair;

const COMPLAINT: &str = "agreement=karachi-exercise&against=host&channel=letter\
    &grievance=conduct&complainant=&summary=shouted+at";

#[tokio::test]
async fn a_complaint_is_filed_seen_on_both_boards_and_answered_from_there() {
    let pair = Pair::agreed();
    let (guest, host) = (pair.browser("guest", "officer"), pair.browser("host", "officer"));
    assert!(guest.get("/obligations").await.body.contains("Nothing is owed."));
    let filed = guest.post("/act/open_complaint", COMPLAINT).await;
    assert_eq!(filed.status, 303, "{}", filed.body);
    let record = filed.location().strip_prefix("/records/").unwrap().to_owned();
    pair.sync();
    for browser in [&guest, &host] {
        let board = browser.get("/obligations").await.body;
        assert!(board.contains(&format!("/records/{record}")), "{board}");
        assert!(board.contains("Complaints and the rights of protected persons"));
    }
    let mine = host.get("/obligations?side=host").await.body;
    assert!(mine.contains(&format!("name=\"record\" value=\"{record}\"")), "{mine}");
    let theirs = host.get("/obligations?side=guest").await.body;
    assert!(!theirs.contains(&record));
    let not_mine = guest.get("/obligations").await.body;
    assert!(!not_mine.contains("name=\"record\""), "the guest does not owe the answer");
    let fields = format!("record={record}&step=answered&detail=spoken+to");
    assert_eq!(guest.post("/act/record_answered", &fields).await.status, 403);
    let done = host.post("/act/record_answered", &fields).await;
    assert_eq!(done.location(), format!("/records/{record}"), "{}", done.body);
    pair.sync();
    let detail = guest.get(&format!("/records/{record}")).await.body;
    assert!(detail.contains("spoken to") && detail.contains("Kept in time"), "{detail}");
    assert!(detail.contains("Conduct"), "the words of the record are the reader's");
    assert!(host.get("/obligations").await.body.contains("Kept in time: "));
    assert_eq!(guest.get("/records/r-none").await.status, 404);
}

#[tokio::test]
async fn the_board_and_the_records_are_read_in_three_languages() {
    let pair = Pair::agreed();
    let guest = pair.browser("guest", "officer");
    let filed = guest.post("/act/open_complaint", COMPLAINT).await;
    let record = filed.location().to_owned();
    for (lang, dir, word) in
        [("en", "ltr", "Complaint"), ("zh", "ltr", "投诉"), ("ur", "rtl", "شکایت")]
    {
        let guest = guest.reading(lang);
        for path in ["/obligations", "/obligations?side=host", "/records", record.as_str()] {
            let page = guest.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            let head = format!("<!DOCTYPE html><html lang=\"{lang}\" dir=\"{dir}\"");
            assert!(page.body.starts_with(&head) && page.body.contains(word), "{lang} {path}");
        }
        for path in ["/fragment/obligations?side=guest", "/fragment/records"] {
            let part = guest.get(path).await;
            assert!(part.status == 200 && !part.body.contains("<html"), "{path}");
        }
    }
}

#[tokio::test]
async fn only_what_the_agreement_provides_for_can_be_filed_here() {
    let pair = Pair::agreed();
    let page = pair.browser("host", "officer").get("/records").await.body;
    for kind in ["use_of_force", "complaint", "restriction", "warning", "investigation"] {
        assert!(page.contains(&format!("/act/open_{kind}")), "{kind}");
    }
    for kind in ["claim", "removal", "support", "committee"] {
        assert!(!page.contains(&format!("/act/open_{kind}")), "{kind}");
    }
}
