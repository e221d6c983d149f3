//! Times are said with their zone, by server and script alike.

use maud::Markup;
use sheet::stamp::{age, at, countdown, local, parse_local, window};
use tongue::speech::{Lang, Tongue};
use words::moment::{Moment, Window};

const AT: Moment = Moment::from_ms(1_795_464_300_000);

fn says(markup: Markup) -> String {
    let html = markup.into_string().replace(['\u{2068}', '\u{2069}'], "");
    html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect()
}

#[test]
fn a_time_names_its_zone_and_hides_utc_behind_it() {
    assert_eq!(
        at(AT).into_string(),
        "<time datetime=\"2026-11-23T20:05:00Z\" title=\"2026-11-23 20:05:00 UTC\" \
         dir=\"ltr\">2026-11-24 01:05 PKT</time>"
    );
}

#[test]
fn what_an_input_holds_is_read_back() {
    assert_eq!(local(AT), "2026-11-24T01:05");
    assert_eq!(parse_local("2026-11-24T01:05"), Some(AT));
    assert_eq!(parse_local("2026-11-24T01:05:00"), Some(AT));
    for wrong in ["", "2026-11-24", "2026-02-30T01:05", "2026-11-24T25:05"] {
        assert_eq!(parse_local(wrong), None, "{wrong}");
    }
}

#[test]
fn ages_are_said_in_the_readers_language() {
    let later = AT.plus_ms(190_000);
    let said = |moment, now, lang| says(age(moment, now, Tongue::of(lang)));
    assert_eq!(said(AT, later, Lang::En), "3 min ago");
    assert_eq!(said(later, AT, Lang::En), "in 3 min");
    assert_eq!(said(AT, later, Lang::Zh), "3 分钟前");
    assert_eq!(said(AT, later, Lang::Ur), "3 منٹ پہلے");
    for (ms, words) in [(59_999, "59 s ago"), (3_600_000, "1 h ago"), (172_800_000, "2 d ago")] {
        assert_eq!(said(AT, AT.plus_ms(ms), Lang::En), words);
    }
}

#[test]
fn time_left_is_counted_as_the_script_counts_it() {
    for (ms, left) in [(0, "00:00"), (90_000, "01:30"), (3_600_000, "1:00:00"), (-5, "00:00")] {
        assert_eq!(says(countdown(AT.plus_ms(ms), AT)), left);
    }
    assert!(countdown(AT, AT).into_string().contains("data-past"));
    assert!(!countdown(AT.plus_ms(1), AT).into_string().contains("data-past"));
}

#[test]
fn a_window_of_one_day_says_its_date_once() {
    let hours = |from: i64, to: i64| {
        let ms = |hours: i64| AT.plus_ms(hours * 3_600_000);
        says(window(Window::new(ms(from), ms(to)).unwrap()))
    };
    assert_eq!(hours(0, 4), "2026-11-24 01:05 PKT – 05:05 PKT");
    assert_eq!(hours(-2, 4), "2026-11-23 23:05 PKT – 2026-11-24 05:05 PKT");
}
