//! Entries of a ledger and the bodies beside them.

use note::canon;
use note::key::SigningKey;
use note::statement::{Body, Draft, Intent, Seen, decode_act, encode_act, open, parse};
use words::act::Act;
use words::audience::Audience;
use words::hash::{Seed, StatementId};
use words::id::PartyId;
use words::moment::Moment;

/// An entry has one form, and its header stands in it.
pub(crate) fn entry(bytes: &[u8]) -> bool {
    let Ok(statement) = parse(bytes) else { return false };
    let header = canon::encode(&statement.header);
    let stands = bytes.windows(header.len()).any(|window| window == header);
    assert!(stands, "the header's one form is in the entry");
    let key = SigningKey::from_seed(&[1; 32]).public();
    assert!(statement.verify(&key).is_err(), "nobody has signed this with that key");
    true
}

/// The act of a body is sealed, read and opened again as the same act.
pub(crate) fn body(bytes: &[u8]) -> bool {
    let body: Option<Body> = canon::decode(bytes).ok();
    let (act, salt) = match &body {
        Some(body) => (decode_act(&body.act), body.salt),
        None => (decode_act(bytes), Seed([0; 32])),
    };
    let Ok(act) = act else { return false };
    let inner = body.as_ref().map_or(bytes, |body| &body.act);
    assert_eq!(encode_act(&act), inner, "an act has one form");
    sealed(&act, salt, bytes, body.is_some());
    true
}

fn sealed(act: &Act, salt: Seed, bytes: &[u8], whole: bool) {
    let key = SigningKey::from_seed(&[2; 32]).public();
    let intent = Intent {
        origin: PartyId::new("hostland").expect("a name"),
        id: StatementId([3; 16]),
        at: Moment::from_ms(0),
        seen: Seen::default(),
        audience: Audience::Joint,
    };
    let Ok(draft) = Draft::new(intent, act, salt, &key) else { return };
    // The signature is not looked at before somebody verifies it.
    let sealed = draft.seal(&[0; 64]);
    assert!(!whole || sealed.body == bytes, "a body has one form");
    let read = parse(&sealed.entry).expect("what we seal we read");
    let opened = open(&read.header, &sealed.body).expect("what we seal we open");
    assert_eq!(opened, *act, "the act that was sealed is the one that is opened");
}
