//! The review page: what each desk reads of it, and how it reads the forms.

use desk::page::{Viewer, agreement, review};
use engine::engine::Engine;
use folio::review::{Change, Run, Standing, View};
use form::form::{Form, read};
use sheet::frame::Page;
use wish::Wish;
use words::act::Act;
use words::audience::Audience;
use words::hash::Hash;
use words::review::Circle;
use words::role::Role;

use crate::pair::{Pair, frame, officer};

const FIRST: &str = include_str!("../../../../scenarios/karachi/agreement.toml");
const SECRET: &str = "we could live with nine";

// One word of one article differs, a restricted article is new, and the last five are gone.
fn second() -> String {
    let from = FIRST.find("[[article]]\nnumber = \"14\"").unwrap();
    let salt = format!("salt = \"{}\"\n[title]", "ab".repeat(32));
    let text = FIRST.split_at(from).0.replacen("[title]", &salt, 1);
    let text =
        text.replace("A suspension has effect at once", "A suspension has effect immediately");
    format!(
        "{text}[[article]]\nnumber = \"90\"\nrestricted = true\n\n[article.heading]\n\
         en = \"Annex\"\nzh = \"附件\"\nur = \"ضمیمہ\"\n\n[article.text]\n\
         en = \"Not for the public.\"\nzh = \"不公开。\"\nur = \"عوام کے لیے نہیں۔\"\n"
    )
}

fn signatory() -> Viewer {
    officer(&[Role::Signatory])
}

fn posted(engine: &Engine, word: &str, fields: &[(&str, &str)]) -> Act {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let fields: Vec<(String, String)> = fields.iter().map(owned).collect();
    match read(word, &Form { fields: &fields, engine, chance: [1; 32] }).unwrap() {
        Wish::Act(act) => *act,
        Wish::Secret(wish) => panic!("{wish:?}"),
    }
}

fn see(engine: &Engine, text: Hash) -> View {
    review::view(engine, &signatory(), (None, Some(text))).unwrap()
}

fn html(engine: &Engine, text: Hash) -> String {
    let frame = frame(engine, &signatory(), Page::Review);
    folio::review::page(&see(engine, text), &frame).into_string()
}

fn circulated() -> (Pair, Hash, String) {
    let mut pair = Pair::agreed();
    let (words, text) = (second(), article::root::root(&second()));
    let windows = words.replace('\n', "\r\n");
    let draft = posted(
        &pair.host,
        "agreement_drafted",
        &[("agreement", "karachi-exercise"), ("draft", &windows)],
    );
    pair.host_at_home(draft);
    assert!(review::view(&pair.guest, &signatory(), (None, Some(text))).is_none());
    let root = text.to_string();
    let fields = [("agreement", "karachi-exercise"), ("text", root.as_str())];
    let proposal = posted(&pair.host, "agreement_proposed", &fields);
    pair.host(proposal);
    (pair, text, root)
}

#[test]
fn an_internal_word_is_on_our_page_and_not_on_theirs() {
    let (mut pair, text, root) = circulated();
    let said = |circle, words| {
        [
            ("agreement", "karachi-exercise"),
            ("text", root.as_str()),
            ("circle", circle),
            ("article", "13"),
            ("words", words),
        ]
    };
    let internal = posted(&pair.host, "commented", &said("internal", SECRET));
    assert_eq!(internal.audience(), Audience::Own);
    pair.host_at_home(internal);
    let shared = posted(&pair.host, "commented", &said("shared", "for both"));
    pair.host(shared);
    let (ours, theirs) = (html(&pair.host, text), html(&pair.guest, text));
    assert!(ours.contains(SECRET) && ours.contains("for both"));
    assert!(!theirs.contains(SECRET) && theirs.contains("for both"));
    let article = see(&pair.host, text).articles.into_iter().find(|it| it.number == "13").unwrap();
    let circles: Vec<Circle> = article.remarks.iter().map(|remark| remark.circle).collect();
    assert_eq!(circles, [Circle::Internal, Circle::Shared]);
}

#[test]
fn a_redline_tells_what_changed_in_which_article() {
    let (pair, text, _) = circulated();
    let view = see(&pair.guest, text);
    assert_eq!(view.against, Some(article::root::root(FIRST)));
    let changed: Vec<(&str, Change)> = view
        .articles
        .iter()
        .filter(|article| article.change != Change::Same)
        .map(|article| (article.number.as_str(), article.change))
        .collect();
    let gone = ["14", "15", "16", "17", "18"].map(|number| (number, Change::Removed));
    let wanted = [&[("13", Change::Changed), ("90", Change::Added)][..], &gone].concat();
    assert_eq!(changed, wanted);
    let words = &view.articles.iter().find(|it| it.number == "13").unwrap().words;
    let told = |text: &str| words.contains(&Run::Added(text.to_owned()));
    assert!(told("immediately"), "{words:?}");
}

#[test]
fn an_agency_has_time_then_is_silent_and_speaks_by_form() {
    let (mut pair, text, root) = circulated();
    let about =
        [("agreement", "karachi-exercise"), ("text", root.as_str()), ("circle", "internal")];
    let mut fields = about.to_vec();
    fields.extend([("agencies", "Interior\r\n Defence \r\n"), ("deadline_hours", "2")]);
    let opening = posted(&pair.host, "review_opened", &fields);
    pair.host_at_home(opening);
    let mut fields = about.to_vec();
    fields.extend([("agency", "Interior"), ("position", "object"), ("articles", "6, 13")]);
    fields.push(("remark", "too early"));
    let position = posted(&pair.host, "agency_reviewed", &fields);
    pair.host_at_home(position);
    let standings = |pair: &Pair| -> Vec<(String, Standing)> {
        let panels = see(&pair.host, text).panels;
        let agencies = panels.into_iter().flat_map(|panel| panel.agencies);
        agencies.map(|agency| (agency.name, agency.standing)).collect()
    };
    let interior = || ("Interior".to_owned(), Standing::Object);
    assert_eq!(standings(&pair), [("Defence".to_owned(), Standing::Open), interior()]);
    assert!(see(&pair.guest, text).panels.is_empty());
    pair.at("2024-10-02T12:00:00Z");
    assert_eq!(standings(&pair), [("Defence".to_owned(), Standing::Silent), interior()]);
}

#[test]
fn a_redacted_copy_has_the_same_root_and_is_for_those_who_may_carry_it() {
    let (pair, text, _) = circulated();
    let id = words::id::AgreementId::new("karachi-exercise").unwrap();
    let copy = agreement::redacted_copy(&pair.guest, &signatory(), (&id, Some(text))).unwrap();
    assert!(!copy.contains("Not for the public."));
    assert_eq!(article::root::root(&copy), text);
    let watch = officer(&[Role::WatchOfficer]);
    assert_eq!(agreement::redacted_copy(&pair.guest, &watch, (&id, Some(text))), None);
    let whole = article::root::root(FIRST);
    assert_eq!(agreement::redacted_copy(&pair.guest, &signatory(), (&id, Some(whole))), None);
}
