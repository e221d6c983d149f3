//! What phones post.

use gateway::owntracks::{Message, parse, print};

/// A location is printed and read again as the same.
pub(crate) fn run(bytes: &[u8]) -> bool {
    let Ok(message) = parse(bytes) else { return false };
    if let Message::Location(location) = &message {
        let again = parse(print(location).as_bytes());
        assert_eq!(again.ok(), Some(message), "a location is printed as it was read");
    }
    true
}

/// One of each kind.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let posts = [
        concat!(
            r#"{"_type":"location","lat":24.86,"lon":67.01,"tst":1728239400,"acc":12,"vel":60,"#,
            r#""cog":359.9,"batt":80,"t":"u","tid":"ab","poi":"SOS","tag":"DURESS"}"#,
        ),
        r#"{"_type":"transition","event":"enter","tst":1728239400}"#,
        r#"{"_type":"status","android":{}}"#,
        r#"{"_type":"waypoints","waypoints":[]}"#,
        "",
    ];
    posts.map(|post| post.as_bytes().to_vec()).to_vec()
}
