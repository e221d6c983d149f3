//! Every page in three languages, silent about what is sealed.
#![cfg(test)]

use std::collections::BTreeSet;

use pages::alarm::AlarmState;
use sheet::banner::Hindrance;
use sheet::form::{self, Fill};
use sheet::frame::{Frame, Heard, Page, fragment_heard};
use tongue::speech::Lang;

use folio::{agreement, duty, record, review, rungs};
use pages::{consent, me, movement, passes, statement, watch};
use words::act::KeyKind;
use words::role::Side;

mod html;
mod keyring;
mod read;

mod sample;
use html::{tags, text};
use sample::{frame, min, pages};

fn every(check: impl Fn(Lang, &str, &str)) {
    for lang in Lang::ALL {
        for (name, page) in pages(lang) {
            check(lang, name, &page.into_string());
        }
    }
}

#[test]
fn every_page_names_its_language_and_direction() {
    every(|lang, name, html| {
        let head = format!("<!DOCTYPE html><html lang=\"{}\" dir=\"{}\"", lang.tag(), lang.dir());
        assert!(html.starts_with(&head), "{name} {lang:?}");
    });
}

#[test]
fn no_page_holds_inline_style_or_script() {
    every(|_, name, html| {
        for (tag, attributes) in tags(html) {
            assert_ne!(tag, "style", "{name}");
            let inline = attributes.keys().find(|key| *key == "style" || key.starts_with("on"));
            assert_eq!(inline, None, "{tag} of {name}");
            if tag == "script" {
                assert!(attributes.contains_key("src"), "{name} has an inline script");
                assert_eq!(attributes["nonce"], "bm9uY2U", "{name}");
            }
        }
    });
}

#[test]
fn every_input_has_a_label() {
    every(|_, name, html| {
        let tags = tags(html);
        let labelled: BTreeSet<&String> = tags
            .iter()
            .filter(|(tag, _)| tag == "label")
            .filter_map(|(_, a)| a.get("for"))
            .collect();
        for (tag, attributes) in &tags {
            let asks = ["input", "select", "textarea"].contains(&tag.as_str());
            let kind = attributes.get("type").map(String::as_str);
            // The checkbox of a unit or a person stands inside its label.
            let wrapped = attributes
                .get("name")
                .is_some_and(|field| ["units", "categories", "persons"].contains(&field.as_str()));
            if !asks || kind == Some("hidden") || wrapped {
                continue;
            }
            let id = attributes.get("id");
            assert!(id.is_some_and(|id| labelled.contains(id)), "{tag} {attributes:?} of {name}");
        }
    });
}

#[test]
fn ids_are_unique_and_references_lead_somewhere() {
    every(|_, name, html| {
        let tags = tags(html);
        let mut ids = BTreeSet::new();
        for id in tags.iter().filter_map(|(_, attributes)| attributes.get("id")) {
            assert!(ids.insert(id.clone()), "{id} stands twice on {name}");
        }
        for (_, attributes) in &tags {
            for key in ["aria-labelledby", "aria-describedby", "for"] {
                let lost = attributes.get(key).filter(|id| !ids.contains(*id));
                assert_eq!(lost, None, "{key} of {name}");
            }
        }
    });
}

#[test]
fn every_page_has_one_first_heading_landmarks_and_named_controls() {
    every(|_, name, html| {
        let tags = tags(html);
        let count = |wanted: &str| tags.iter().filter(|(tag, _)| tag == wanted).count();
        assert_eq!((count("h1"), count("main"), count("header")), (1, 1, 1), "{name}");
        for wanted in ["button", "a"] {
            for inside in html.split(&format!("<{wanted} ")).skip(1) {
                let inside = inside.split(&format!("</{wanted}>")).next().unwrap();
                assert!(!text(inside).is_empty(), "a {wanted} of {name} says nothing: {inside}");
            }
        }
        assert!(tags.iter().filter(|(t, _)| t == "th").all(|(_, a)| a.contains_key("scope")));
        assert!(tags.iter().filter(|(t, _)| t == "nav").all(|(_, a)| a.contains_key("aria-label")));
        assert!(!html.contains("aria-label=\"\""), "{name}");
    });
}

#[test]
fn no_page_shows_a_key_instead_of_its_words() {
    let families = ["field-", "do-", "act-", "role-", "reason-", "alarm-", "state-", "mark-"];
    every(|lang, name, html| {
        for piece in text(html) {
            let bare = families.iter().any(|family| piece.starts_with(family));
            assert!(!bare, "{piece} on {name} in {lang:?}");
        }
    });
    for lang in Lang::ALL {
        for act in form::acts() {
            let html = form::act(&frame(lang, Page::Watch), act, "x", &Fill::default());
            let words = text(&html.into_string()).join(" ");
            assert!(!words.contains("field-") && !words.contains("do-"), "{act} {lang:?} {words}");
        }
    }
}

#[test]
fn a_sealed_route_is_not_in_the_page_before_its_time() {
    let view = sample::movement();
    let early = frame(Lang::En, Page::Movement);
    let html = movement::page(&view, &early).into_string();
    assert!(!html.contains(sample::SECRET_ROUTE));
    assert!(html.contains("13:40 PKT"), "the bar says when it opens");
    // 13:52 is the drawn minute, and the plan of a sealed step.
    assert!(!html.contains("13:52") && !html.contains("08:52"));

    let late = Frame { now: min(35), ..early };
    assert!(movement::page(&view, &late).into_string().contains(sample::SECRET_ROUTE));
}

#[test]
fn a_draw_shows_nothing_until_everyone_has_revealed() {
    let mut view = sample::movement();
    view.disclosures.clear();
    let late = Frame { now: min(60), ..frame(Lang::En, Page::Movement) };
    assert!(!movement::page(&view, &late).into_string().contains(sample::SECRET_ROUTE));
    view.draw.drawers[1].revealed = Some(min(21));
    let html = movement::page(&view, &late).into_string();
    assert!(html.contains(sample::SECRET_ROUTE) && html.contains("13:52 PKT"));
}

#[test]
fn a_leg_is_not_on_the_phone_before_its_time() {
    let mut view = sample::me();
    view.leg.as_mut().unwrap().not_before = min(1);
    let phone = frame(Lang::En, Page::Me);
    let html = me::page(&view, &phone).into_string();
    assert!(!html.contains("North gate") && !html.contains("13:30"));
    let html = me::page(&view, &Frame { now: min(1), ..phone }).into_string();
    assert!(html.contains("North gate") && html.contains("13:30 PKT"));
}

#[test]
fn what_people_write_is_escaped() {
    let html = watch::page(&sample::watch(), &frame(Lang::En, Page::Watch)).into_string();
    assert!(html.contains("Wang &lt;Lei&gt;") && !html.contains("<Lei>"));
}

#[test]
fn a_silent_counterpart_is_red_and_a_heard_one_is_not() {
    let mut frame = frame(Lang::En, Page::Watch);
    assert!(fragment_heard(&frame).into_string().starts_with("<span class=\"chip ok\">"));
    frame.host_heard = Some(Heard { age_ms: 60_001, limit_ms: 60_000 });
    let html = fragment_heard(&frame).into_string();
    assert!(
        html.starts_with("<span class=\"chip alarm\">") && html.contains("Silent for too long")
    );
}

#[test]
fn a_node_that_signs_nothing_says_why_to_whoever_is_signed_in() {
    let old = || Hindrance::OldCopy { have: 3, seen: 5, by: "the mark `x`".into() };
    let forked = || Hindrance::Forked { seen: 5, by: "guest".into() };
    let all = [
        (Hindrance::KeyAway, ["its key lies on a token", "其密钥在令牌上", "چابی ایک ٹوکن پر"]),
        (Hindrance::Replaced, ["another node", "另一节点", "کسی اور نوڈ"]),
    ];
    let told = |lang, why: Hindrance, signed_in: bool| {
        let mut frame = frame(lang, Page::Watch);
        frame.hindrance = Some(why);
        frame.signed_in = frame.signed_in.filter(|_| signed_in);
        watch::page(&sample::watch(), &frame).into_string()
    };
    for (why, words) in all {
        for (lang, words) in Lang::ALL.into_iter().zip(words) {
            assert!(told(lang, why.clone(), true).contains(words), "{lang:?}");
            assert!(!told(lang, why.clone(), false).contains(words), "a stranger is told nothing");
        }
    }
    for lang in Lang::ALL {
        let html = told(lang, old(), true);
        assert!(html.contains("safeconduct fsck --mend --from line"), "{lang:?}: what to do");
        let html = told(lang, Hindrance::Replaced, true);
        assert!(html.contains("safeconduct root submit"), "{lang:?}: what to do");
        assert!(told(lang, forked(), true).contains("guest"), "{lang:?}: who holds it");
    }
    let mut frame = frame(Lang::En, Page::Watch);
    frame.hindrance = Some(Hindrance::KeyAway);
    assert!(fragment_heard(&frame).into_string().contains("signs nothing"), "it shows live, too");
}

#[test]
fn the_clock_names_the_zone_that_it_shows() {
    every(|_, name, html| {
        for (_, clock) in tags(html).into_iter().filter(|(_, a)| a.contains_key("data-clock")) {
            let zone = (clock["data-zone"].as_str(), clock["data-zone-label"].as_str());
            assert_eq!(zone, ("Asia/Karachi", "PKT"), "{name}");
        }
    });
}

#[test]
fn host_and_guest_desks_are_told_apart() {
    let host = frame(Lang::En, Page::Watch);
    let guest = Frame { side: Side::Guest, ..host.clone() };
    let page = |frame| watch::page(&sample::watch(), frame).into_string();
    assert!(page(&host).contains("data-party=\"host\"") && page(&host).contains("Host desk"));
    assert!(page(&guest).contains("data-party=\"guest\"") && page(&guest).contains("Guest desk"));
}

#[test]
fn nobody_signed_in_finds_no_act_to_sign() {
    for (name, html) in [
        ("watch", watch::page(&sample::watch(), &stranger(Page::Watch))),
        ("movement", movement::page(&sample::movement(), &stranger(Page::Movement))),
        ("consent", consent::page(&sample::consent(), &stranger(Page::Consent))),
        ("agreement", agreement::page(&sample::agreement(), &stranger(Page::Agreement))),
        ("obligations", duty::page(&sample::obligations(), &stranger(Page::Obligations))),
        ("records", record::page(&sample::records(), &stranger(Page::Records))),
        ("record", record::detail_page(&sample::detail(), &stranger(Page::Records))),
        ("review", review::page(&sample::review(), &stranger(Page::Review))),
        ("rungs", rungs::page(&sample::rungs(), &stranger(Page::Rungs))),
    ] {
        let html = html.into_string();
        assert!(!html.contains("action=\"/act/"), "{name}");
        assert!(!html.contains("id=\"live\"") && !html.contains("data-go="), "{name}");
    }
}

fn stranger(page: Page) -> Frame {
    Frame { signed_in: None, ..frame(Lang::En, page) }
}

#[test]
fn a_passkey_is_asked_for_each_act_and_a_file_key_is_not() {
    let mut desk = frame(Lang::En, Page::Watch);
    let form = |frame: &Frame| form::act(frame, "alarm_noted", "a-1", &Fill::of("alarm", "a-1"));
    assert_eq!(
        form(&desk).into_string(),
        "<form class=\"form\" method=\"post\" action=\"/act/alarm_noted\" data-enhance>\
         <input type=\"hidden\" name=\"alarm\" value=\"a-1\">\
         <button class=\"primary\" data-ack data-key=\"alarm_noted-a-1\">Noted</button></form>"
    );
    desk.signed_in.as_mut().unwrap().key = KeyKind::PasskeyP256;
    let html = form(&desk).into_string();
    assert!(html.contains("data-sign=\"passkey\" data-draft=\"/act/draft/alarm_noted\""));
    assert!(!html.contains("data-enhance"));
    assert!(watch::page(&sample::watch(), &desk).into_string().contains("id=\"sign-dialog\""));
}

#[test]
fn the_most_urgent_comes_first() {
    let desk = frame(Lang::En, Page::Watch);
    let alarms = watch::fragment_alarms(&sample::watch(), &desk).into_string();
    let states: Vec<_> =
        tags(&alarms).into_iter().filter_map(|(_, mut a)| a.remove("data-state")).collect();
    assert_eq!(states, ["raised", "handled"]);
    let rows = watch::fragment_movements(&sample::watch(), &desk).into_string();
    let keys: Vec<_> =
        tags(&rows).into_iter().filter_map(|(_, mut a)| a.remove("data-key")).collect();
    assert_eq!(keys, ["movement-m-014", "movement-m-001", "movement-m-002"]);
    let queue = consent::fragment_queue(&sample::consent(), &frame(Lang::En, Page::Consent));
    let html = queue.into_string();
    assert!(html.find("request-deployment:d-1") < html.find("request-deployment:d-2"));
}

#[test]
fn the_overdue_come_first_and_what_is_kept_comes_last() {
    let desk = frame(Lang::En, Page::Obligations);
    let html = duty::fragment_board(&sample::obligations(), &desk).into_string();
    let keys: Vec<_> =
        tags(&html).into_iter().filter_map(|(_, mut a)| a.remove("data-key")).collect();
    let rows: Vec<_> = keys.iter().filter(|key| key.starts_with("duty-")).collect();
    assert_eq!(rows, ["duty-r-1/answered", "duty-calendar/ab/committee/2", "duty-r-2/answered"]);
    let words = text(&html).join(" ");
    assert!(words.contains("Kept in time: 50 %"), "{words}");
    assert!(html.contains("action=\"/act/record_answered\""), "one step can be signed here");
    assert!(html.contains("/records#open-committee"), "and the calendar leads to its form");
}

#[test]
fn both_desks_read_one_board_and_only_the_host_opens_and_closes() {
    let view = sample::rungs();
    let host = frame(Lang::En, Page::Rungs);
    let guest = Frame { side: Side::Guest, ..host.clone() };
    let read = |frame: &Frame| {
        let html = rungs::fragment_board(&view, frame).into_string();
        html.replace(['\u{2068}', '\u{2069}'], "")
    };
    let acts = |html: &str, act: &str| html.matches(&format!("action=\"/act/{act}\"")).count();
    assert_eq!(acts(&read(&host), "rung_closed"), 2, "what is closed everywhere closes no more");
    assert_eq!(acts(&read(&host), "rung_opened"), 2);
    assert!(!read(&guest).contains("action=\"/act/"));
    for told in ["a parade &lt;today&gt;", "Closed in part", "Task orders 2 · persons on duty 6"] {
        assert!(read(&host).contains(told), "{told}");
    }
    for told in ["a parade &lt;today&gt;", "Closed in part", "§<bdi>9</bdi>", "1/8", "2/1"] {
        assert!(read(&guest).contains(told), "{told}");
    }
    let html = rungs::page(&view, &guest).into_string();
    assert_eq!((acts(&html, "accredited"), acts(&html, "licence_recorded")), (1, 0));
    let html = rungs::page(&view, &host).into_string();
    assert_eq!((acts(&html, "accredited"), acts(&html, "accreditation_accepted")), (0, 1));
}

#[test]
fn what_the_agreement_denies_cannot_be_granted_here() {
    let mut view = sample::consent();
    let desk = frame(Lang::En, Page::Consent);
    let grants = |view: &consent::View| {
        consent::fragment_queue(view, &desk).into_string().matches("/act/consent_granted").count()
    };
    assert_eq!(grants(&view), 1);
    view.requests.retain(|request| !request.verdict.allow);
    assert_eq!(grants(&view), 0);
}

#[test]
fn each_state_of_an_alarm_offers_its_next_step() {
    let desk = frame(Lang::En, Page::Watch);
    for (state, acts) in [
        (AlarmState::Raised, vec!["/act/alarm_noted"]),
        (AlarmState::Noted, vec!["/act/alarm_handled", "/act/alarm_resolved"]),
        (AlarmState::Handled, vec!["/act/alarm_resolved"]),
        (AlarmState::Resolved, vec![]),
    ] {
        let view = watch::View { alarms: vec![sample::alarm(state)], ..watch::View::default() };
        let html = watch::fragment_alarms(&view, &desk).into_string();
        let found: Vec<_> =
            tags(&html).into_iter().filter_map(|(_, mut a)| a.remove("action")).collect();
        assert_eq!(found, acts, "{state:?}");
    }
}

#[test]
fn the_phone_page_works_without_script_and_has_no_map() {
    let html = me::page(&sample::me(), &frame(Lang::Ur, Page::Me)).into_string();
    assert!(html.contains("/static/me.css") && !html.contains("console.js"));
    assert!(!html.contains("map") && html.len() < 60_000);
    let confirm = me::confirm_page(&frame(Lang::Ur, Page::Me)).into_string();
    assert!(confirm.contains("name=\"confirm\" value=\"yes\""));
}

#[test]
fn a_revoked_pass_has_no_code_to_show() {
    let mut view = sample::movement();
    let desk = frame(Lang::En, Page::Movement);
    assert!(passes::page(&view, &desk).into_string().contains("<svg"));
    view.passes[0].revoked = Some("lost".into());
    assert!(!passes::page(&view, &desk).into_string().contains("<svg"));
}

#[test]
fn a_withheld_body_says_so() {
    let mut view = sample::statement();
    view.body = statement::Body::Withheld;
    let html = statement::page(&view, &frame(Lang::En, Page::Statement)).into_string();
    assert!(html.contains("Withheld") && !html.contains("\"act\""));
}

// The wrong side reading a comment is the worst error: what makes a form internal is said, drawn
// and sent, and nothing of it is in the other form.
#[test]
fn an_internal_comment_and_a_shared_one_are_two_forms_in_every_language() {
    for lang in Lang::ALL {
        let html = review::page(&sample::review(), &frame(lang, Page::Review)).into_string();
        let forms = html.split("<form").filter_map(|form| form.split("</form>").next());
        let forms: Vec<&str> = forms.filter(|form| form.contains("composer ")).collect();
        assert_eq!(forms.len(), 4, "two for the article, two for the whole text");
        for pair in forms.chunks(2) {
            let [internal, shared] = pair else { panic!("a pair") };
            for (form, circle, other) in
                [(internal, "internal", "shared"), (shared, "shared", "internal")]
            {
                assert!(form.contains(&format!("composer {circle}\"")));
                assert!(form.contains(&format!("name=\"circle\" value=\"{circle}\"")));
                assert!(!form.contains(&format!("value=\"{other}\"")));
            }
            assert!(shared.contains("data-confirm=") && !internal.contains("data-confirm="));
            let button = |form: &str| {
                let (_, from) = form.split_once("<button").unwrap();
                from.split("</button>").next().unwrap().to_owned()
            };
            assert_ne!(button(internal), button(shared), "{lang:?}");
            let reader = |names: &words::act::Names| lang.of(names).to_owned();
            let (ours, theirs) = sample::review().parties;
            assert!(internal.contains(&reader(&ours)) && !internal.contains(&reader(&theirs)));
            assert!(shared.contains(&reader(&theirs)) && !shared.contains(&reader(&ours)));
        }
    }
}

#[test]
fn a_draft_that_the_other_side_has_not_seen_has_no_shared_form() {
    let mut view = sample::review();
    view.may.share = false;
    view.may.circulate = true;
    let html = review::page(&view, &frame(Lang::En, Page::Review)).into_string();
    assert!(!html.contains("composer shared") && html.contains("composer internal"));
    assert!(html.contains("/act/agreement_proposed") && !html.contains("/act/agreement_signed"));
}
