//! OwnTracks' JSON as phones post it: parse, print, and the enrolment link.
//!
//! `OwnTracks` has no SOS button. The house's convention uses two of its own fields: a location
//! whose `poi` or `tag` is `SOS` (any case) is a call for help, `DURESS` is one made under
//! threat, and `t: "u"` (the person pressed *publish*) is a check-in. Names of wireless networks
//! (`SSID`, `BSSID`) are skipped by the reader and never reach memory of ours.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use thiserror::Error;
use words::moment::Moment;
use words::place::Point;

/// A location report has a few hundred bytes; 16 KiB leaves room for long region lists.
pub const BODY_BYTES_MAX: usize = 16_384;

/// Names of things from a phone (`_type`, `tid`) are a few letters; longer ones are not names.
pub const NAME_BYTES_MAX: usize = 64;

/// The last second of the year 9999: a later time is a broken clock or an attack.
const TST_MAX: i64 = 253_402_300_799;

/// `t` of a report that the person sent by hand.
pub const PRESSED_PUBLISH: char = 'u';

const SOS: &str = "SOS";
const DURESS: &str = "DURESS";

/// What a phone may post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Where the phone is.
    Location(Location),
    /// The phone crossed the border of a region that was set up on it.
    Transition(Transition),
    /// The app tells how it is set up; nothing in it concerns us.
    Status,
    /// Some other `_type`, by name: answered with success, otherwise unread.
    Other(String),
    /// No body: the app says that nothing is left to say.
    Empty,
}

/// One position report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Where.
    pub point: Point,
    /// When the position was fixed, whole seconds (`tst`).
    pub at: Moment,
    /// Radius in metres within which the phone believes to be; absent when not known.
    pub accuracy_m: Option<u32>,
    /// Speed in km/h.
    pub speed_kmh: Option<u32>,
    /// Course over ground, 0 to 359 degrees from north.
    pub course_deg: Option<u16>,
    /// Battery, 0 to 100 per cent.
    pub battery_pct: Option<u8>,
    /// What triggered the report (`t`); [`PRESSED_PUBLISH`] is a check-in.
    pub trigger: Option<char>,
    /// The two letters that the app shows for its owner (`tid`).
    pub tracker: Option<String>,
    /// A call for help.
    pub sos: bool,
    /// A call for help that nobody near the phone may notice.
    pub duress: bool,
}

impl Location {
    /// Did the person send this by hand?
    pub fn is_check_in(&self) -> bool {
        self.trigger == Some(PRESSED_PUBLISH)
    }
}

/// A border of a region on the phone was crossed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// When.
    pub at: Moment,
    /// In which direction.
    pub crossing: Crossing,
}

/// Direction of a [`Transition`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crossing {
    /// Into the region.
    Enter,
    /// Out of the region.
    Leave,
}

/// Why a body is not a message. Never holds a coordinate.
#[derive(Debug, Error)]
pub enum ParseError {
    /// Longer than [`BODY_BYTES_MAX`].
    #[error("a report has at most {BODY_BYTES_MAX} bytes, this one has {0}")]
    TooLong(usize),
    /// Arrays, texts and numbers are not messages.
    #[error("a report is one JSON object")]
    NotAnObject,
    /// The bytes are not JSON.
    #[error("the report is not JSON")]
    Json(#[source] serde_json::Error),
    /// A field that must be there is not.
    #[error("the report lacks `{0}`")]
    Missing(&'static str),
    /// A field holds something else.
    #[error("`{field}` must be {wanted}")]
    Field {
        /// The name on the wire.
        field: &'static str,
        /// What it must be, in words.
        wanted: &'static str,
    },
}

// Only what we want to know is named here: serde skips everything else without keeping it.
#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "_type")]
    kind: Option<Value>,
    lat: Option<Value>,
    lon: Option<Value>,
    tst: Option<Value>,
    acc: Option<Value>,
    vel: Option<Value>,
    cog: Option<Value>,
    batt: Option<Value>,
    t: Option<Value>,
    tid: Option<Value>,
    poi: Option<Value>,
    tag: Option<Value>,
    event: Option<Value>,
}

/// Reads the body of a post.
pub fn parse(body: &[u8]) -> Result<Message, ParseError> {
    if body.is_empty() {
        return Ok(Message::Empty);
    }
    if body.len() > BODY_BYTES_MAX {
        return Err(ParseError::TooLong(body.len()));
    }
    // Serde would also read the fields from an array in order; a phone never means that.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(ParseError::NotAnObject);
    }
    let raw: Raw = serde_json::from_slice(body).map_err(ParseError::Json)?;
    let kind = name("_type", raw.kind.as_ref())?.ok_or(ParseError::Missing("_type"))?;
    match kind.as_str() {
        "location" => location(&raw).map(Message::Location),
        "transition" => transition(&raw).map(Message::Transition),
        "status" => Ok(Message::Status),
        _ => Ok(Message::Other(kind)),
    }
}

fn location(raw: &Raw) -> Result<Location, ParseError> {
    let (lat, lon) = (degrees("lat", raw.lat.as_ref())?, degrees("lon", raw.lon.as_ref())?);
    let wanted = "a place on the earth, latitude within 90 and longitude within 180 degrees";
    let point =
        Point::from_degrees(lat, lon).ok_or(ParseError::Field { field: "lat`, `lon", wanted })?;
    let course = measure("cog", raw.cog.as_ref(), 360)?;
    let (poi, tag) = (text("poi", raw.poi.as_ref())?, text("tag", raw.tag.as_ref())?);
    let calls =
        |word: &str| [poi, tag].iter().flatten().any(|it| it.trim().eq_ignore_ascii_case(word));
    Ok(Location {
        point,
        at: seconds(raw.tst.as_ref())?,
        accuracy_m: measure("acc", raw.acc.as_ref(), u32::MAX)?,
        speed_kmh: measure("vel", raw.vel.as_ref(), u32::MAX)?,
        course_deg: course.and_then(|deg| u16::try_from(deg % 360).ok()),
        battery_pct: measure("batt", raw.batt.as_ref(), 100)?.and_then(|n| u8::try_from(n).ok()),
        trigger: letter("t", raw.t.as_ref())?,
        tracker: name("tid", raw.tid.as_ref())?,
        sos: calls(SOS),
        duress: calls(DURESS),
    })
}

fn transition(raw: &Raw) -> Result<Transition, ParseError> {
    let wanted = "`enter` or `leave`";
    let crossing = match text("event", raw.event.as_ref())? {
        Some("enter") => Crossing::Enter,
        Some("leave") => Crossing::Leave,
        Some(_) => return Err(ParseError::Field { field: "event", wanted }),
        None => return Err(ParseError::Missing("event")),
    };
    Ok(Transition { at: seconds(raw.tst.as_ref())?, crossing })
}

fn degrees(field: &'static str, value: Option<&Value>) -> Result<f64, ParseError> {
    let value = value.ok_or(ParseError::Missing(field))?;
    value.as_f64().ok_or(ParseError::Field { field, wanted: "a number of degrees" })
}

fn seconds(value: Option<&Value>) -> Result<Moment, ParseError> {
    let wanted = "whole seconds since 1970, before the year 10000";
    let value = value.ok_or(ParseError::Missing("tst"))?;
    let in_range = value.as_i64().filter(|tst| (0..=TST_MAX).contains(tst));
    let tst = in_range.ok_or(ParseError::Field { field: "tst", wanted })?;
    Ok(Moment::from_ms(tst * 1_000))
}

// A measurement, rounded down. iPhones send -1 for what their sensors do not know.
fn measure(
    field: &'static str,
    value: Option<&Value>,
    max: u32,
) -> Result<Option<u32>, ParseError> {
    let wanted = "a number from 0 upwards, within its unit";
    let wrong = ParseError::Field { field, wanted };
    let Some(value) = value else { return Ok(None) };
    let Some(number) = value.as_f64() else { return Err(wrong) };
    if (-1.0..0.0).contains(&number) {
        return Ok(None);
    }
    if !(0.0..=f64::from(max)).contains(&number) {
        return Err(wrong);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::as_conversions,
        reason = "checked: between 0 and u32::MAX"
    )]
    Ok(Some(number as u32))
}

fn text<'a>(field: &'static str, value: Option<&'a Value>) -> Result<Option<&'a str>, ParseError> {
    let Some(value) = value else { return Ok(None) };
    value.as_str().map(Some).ok_or(ParseError::Field { field, wanted: "a text" })
}

fn name(field: &'static str, value: Option<&Value>) -> Result<Option<String>, ParseError> {
    let wanted = "a text of 1 to 64 bytes";
    match text(field, value)? {
        Some(name) if (1..=NAME_BYTES_MAX).contains(&name.len()) => Ok(Some(name.to_owned())),
        Some(_) => Err(ParseError::Field { field, wanted }),
        None => Ok(None),
    }
}

fn letter(field: &'static str, value: Option<&Value>) -> Result<Option<char>, ParseError> {
    let Some(text) = text(field, value)? else { return Ok(None) };
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Ok(Some(letter)),
        (Some(_) | None, _) => Err(ParseError::Field { field, wanted: "one letter" }),
    }
}

/// The JSON that a phone would post for this location; milliseconds are dropped.
pub fn print(location: &Location) -> String {
    let mut fields = Map::new();
    let mut set = |key: &str, value: Option<Value>| {
        fields.extend(value.map(|value| (key.to_owned(), value)));
    };
    set("_type", Some(json!("location")));
    set("lat", Some(json!(location.point.lat())));
    set("lon", Some(json!(location.point.lon())));
    set("tst", Some(json!(location.at.unix_ms.div_euclid(1_000))));
    set("acc", location.accuracy_m.map(Value::from));
    set("vel", location.speed_kmh.map(Value::from));
    set("cog", location.course_deg.map(Value::from));
    set("batt", location.battery_pct.map(Value::from));
    set("t", location.trigger.map(|t| json!(t)));
    set("tid", location.tracker.as_deref().map(Value::from));
    // Two fields, so that a report can call both ways at once.
    set("poi", location.sos.then(|| json!(SOS)));
    set("tag", location.duress.then(|| json!(DURESS)));
    Value::Object(fields).to_string()
}

/// The link that sets up the app on a phone: post to `url` as `user`, nothing else.
///
/// It carries the password in clear: show it once, to its owner, and let it expire.
pub fn enrolment_link(url: &str, user: &str, password: &str, device: &str) -> String {
    let skipped = device.chars().count().saturating_sub(2);
    let configuration = json!({
        "_type": "configuration",
        // HTTP mode; move monitoring (2) reports every few seconds, so a person chooses it.
        "mode": 3,
        "monitoring": 1,
        "url": url,
        "auth": true,
        "username": user,
        "password": password,
        "deviceId": device,
        "tid": device.chars().skip(skipped).collect::<String>(),
        // Without extended data the phone does not send the names of wireless networks, and
        // without commands nobody can reconfigure it from afar.
        "extendedData": false,
        "cmd": false,
    });
    // In the query of a link a plus sign reads as a space.
    let inline = STANDARD.encode(configuration.to_string()).replace('+', "%2B");
    format!("owntracks:///config?inline={inline}")
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::{Strategy, any, prop_assert_eq, proptest};
    use proptest::{collection, option};
    use serde_json::{Value, json};
    use words::moment::Moment;
    use words::place::Point;

    use super::{
        BODY_BYTES_MAX, Crossing, Location, Message, ParseError, Transition, enrolment_link, parse,
        print,
    };

    // What the parser makes of a body, in a few words.
    fn check(body: &str, answer: &str) {
        let said = match parse(body.as_bytes()) {
            Ok(Message::Location(it)) => {
                let marks = [(it.is_check_in(), "in"), (it.sos, "sos"), (it.duress, "duress")];
                let marks: Vec<_> = marks.iter().filter(|m| m.0).map(|m| m.1).collect();
                let (lat, lon) = (it.point.lat_e7(), it.point.lon_e7());
                let numbers = (it.accuracy_m, it.speed_kmh, it.course_deg, it.battery_pct);
                format!("{} {lat} {lon} {numbers:?} {}", it.at, marks.join("+"))
            }
            Ok(other) => format!("{other:?}"),
            Err(cause) => cause.to_string(),
        };
        assert_eq!(said, answer, "{body}");
    }

    fn with(field: &str) -> String {
        format!(r#"{{"_type":"location","lat":24.9,"lon":67.1,"tst":1728239400,{field}}}"#)
    }

    #[test]
    fn a_phone_on_the_airport_road_reports() {
        let body = r#"{"_type":"location","lat":24.9065001,"lon":67.1608,"tst":1728239400,
            "acc":12,"alt":30,"vel":42,"cog":360,"batt":81,"bs":1,"conn":"m","t":"p","tid":"ch",
            "SSID":"hotel","BSSID":"aa:bb:cc:dd:ee:ff","inregions":["hotel"],"m":1}"#;
        check(
            body,
            "2024-10-06T18:30:00Z 249065001 671608000 (Some(12), Some(42), Some(0), Some(81)) ",
        );
    }

    #[test]
    fn a_person_checks_in_and_calls_for_help() {
        let seen = "2024-10-06T18:30:00Z 249000000 671000000 (None, None, None, None) ";
        let says = [
            (r#""t":"u""#, "in"),
            (r#""t":"u","poi":"SOS""#, "in+sos"),
            (r#""tag":" sos ""#, "sos"),
            (r#""poi":"Duress""#, "duress"),
            (r#""poi":"sos","tag":"duress""#, "sos+duress"),
            (r#""poi":"SOS hotel""#, ""),
        ];
        for (field, marks) in says {
            check(&with(field), &format!("{seen}{marks}"));
        }
    }

    #[test]
    fn an_unknown_speed_is_not_a_speed() {
        let seen = "2024-10-06T18:30:00Z 249000000 671000000 (None, None, None, None) ";
        check(&with(r#""vel":-1,"cog":-1,"acc":-1.0,"batt":-1"#), seen);
    }

    #[test]
    fn other_messages_are_recognised_and_not_read() {
        check("", "Empty");
        check(r#"{"_type":"status","iOS":{}}"#, "Status");
        check(r#"{"_type":"lwt","tst":1}"#, r#"Other("lwt")"#);
        check(r#"{"_type":"encrypted","data":"x"}"#, r#"Other("encrypted")"#);
        let at = Moment::from_ms(1_728_239_400_000);
        for (event, crossing) in [("enter", Crossing::Enter), ("leave", Crossing::Leave)] {
            let body = json!({"_type":"transition","tst":1_728_239_400,"event":event,"acc":1});
            let read = parse(body.to_string().as_bytes()).unwrap();
            assert_eq!(read, Message::Transition(Transition { at, crossing }));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        check("[]", "a report is one JSON object");
        check(r#"["location",24.9,67.1,1]"#, "a report is one JSON object");
        check(r#"{"_type":"location""#, "the report is not JSON");
        check(&with(r#""acc":NaN"#), "the report is not JSON");
        check("{}", "the report lacks `_type`");
        check(r#"{"_type":7}"#, "`_type` must be a text");
        check(r#"{"_type":"location","lon":1,"tst":1}"#, "the report lacks `lat`");
        check(r#"{"_type":"location","lat":1,"lon":1}"#, "the report lacks `tst`");
        check(
            r#"{"_type":"location","lat":"24.9","lon":1,"tst":1}"#,
            "`lat` must be a number of degrees",
        );
        check(
            r#"{"_type":"location","lat":91,"lon":1,"tst":1}"#,
            "`lat`, `lon` must be a place on the earth, latitude within 90 and longitude within \
             180 degrees",
        );
        let unit = "must be a number from 0 upwards, within its unit";
        check(&with(r#""batt":101"#), &format!("`batt` {unit}"));
        check(&with(r#""cog":361"#), &format!("`cog` {unit}"));
        check(&with(r#""vel":"fast""#), &format!("`vel` {unit}"));
        check(&with(r#""t":"up""#), "`t` must be one letter");
        check(&with(r#""poi":["SOS"]"#), "`poi` must be a text");
        check(
            r#"{"_type":"location","lat":1,"lon":1,"tst":1.5}"#,
            "`tst` must be whole seconds since 1970, before the year 10000",
        );
        check(r#"{"_type":"transition","tst":1}"#, "the report lacks `event`");
        let long = parse(&vec![b' '; BODY_BYTES_MAX + 1]);
        assert!(matches!(long, Err(ParseError::TooLong(_))), "{long:?}");
    }

    #[test]
    fn the_link_sets_up_a_phone_that_tells_no_more_than_it_must() {
        let secret = "p>>>?~~>pass";
        let link = enrolment_link("https://node.example/t", "chen", secret, "pixel-7");
        let inline = link.strip_prefix("owntracks:///config?inline=").unwrap();
        assert!(inline.contains("%2B") && !inline.contains('+'), "{inline}");
        let bytes = STANDARD.decode(inline.replace("%2B", "+")).unwrap();
        let read: Value = serde_json::from_slice(&bytes).unwrap();
        let wanted = [
            ("_type", json!("configuration")),
            ("mode", json!(3)),
            ("url", json!("https://node.example/t")),
            ("username", json!("chen")),
            ("password", json!(secret)),
            ("deviceId", json!("pixel-7")),
            ("tid", json!("-7")),
            ("extendedData", json!(false)),
            ("cmd", json!(false)),
        ];
        for (field, value) in wanted {
            assert_eq!(read[field], value, "{field}");
        }
    }

    fn locations() -> impl Strategy<Value = Location> {
        let place = (-900_000_000..=900_000_000, -1_800_000_000..=1_800_000_000_i32);
        let numbers = (any::<Option<u32>>(), any::<Option<u32>>(), option::of(0..360_u16));
        let rest = (option::of(0..=100_u8), any::<Option<char>>(), option::of("[a-z]{1,9}"));
        let calls = (any::<bool>(), any::<bool>());
        (place, 0..=4_000_000_000_i64, numbers, rest, calls).prop_map(
            |((lat, lon), tst, (acc, vel, cog), (batt, t, tid), (sos, duress))| Location {
                point: Point::new(lat, lon).unwrap(),
                at: Moment::from_ms(tst * 1_000),
                accuracy_m: acc,
                speed_kmh: vel,
                course_deg: cog,
                battery_pct: batt,
                trigger: t,
                tracker: tid,
                sos,
                duress,
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_the_same(location in locations()) {
            let read = parse(print(&location).as_bytes()).unwrap();
            prop_assert_eq!(read, Message::Location(location));
        }

        #[test]
        fn foreign_bytes_never_panic(body in collection::vec(any::<u8>(), 0..200)) {
            drop(parse(&body));
        }

        #[test]
        fn foreign_values_never_panic(field in "[a-z]{1,4}", value in ".{0,20}") {
            drop(parse(with(&format!("\"{field}\":{value}")).as_bytes()));
        }
    }
}
