//! Passkeys as signing keys: what an assertion must say before it counts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use note::assertion::{Assertion, AssertionError, challenge};
use note::digest::sha256;
use note::key::{SignatureError, SigningKey, key_id, verify};
use note::statement::{Draft, Intent, Seen, parse};
use p256::ecdsa::SigningKey as Passkey;
use p256::ecdsa::signature::Signer;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use words::act::{Act, Key, KeyKind, KeyVoided};
use words::audience::Audience;
use words::hash::{KeyId, Seed, StatementId};
use words::id::PartyId;
use words::moment::Moment;

const PARTY: &str = "watch.host.example";
const MESSAGE: &[u8] = b"what the screen showed";
const PRESENT_AND_VERIFIED: u8 = 0x05;

fn passkey() -> Passkey {
    Passkey::from_slice(&[5; 32]).expect("a scalar")
}

fn key() -> Key {
    let public = passkey().verifying_key().to_sec1_point(true).as_bytes().to_vec();
    Key { kind: KeyKind::PasskeyP256, public, relying_party: Some(PARTY.to_owned()) }
}

// A software authenticator, which signs whatever it is told to.
struct Authenticator {
    party: &'static str,
    flags: u8,
    kind: &'static str,
    more: &'static str,
}

const HONEST: Authenticator = Authenticator {
    party: PARTY,
    flags: PRESENT_AND_VERIFIED,
    kind: "webauthn.get",
    more: r#","origin":"https://watch.host.example","crossOrigin":false"#,
};

impl Authenticator {
    fn assert(&self, message: &[u8]) -> Assertion {
        let counter = [0, 0, 0, 1];
        let party = sha256(self.party.as_bytes()).0;
        let authenticator_data = [&party[..], &[self.flags], &counter].concat();
        let challenge = URL_SAFE_NO_PAD.encode(challenge(message));
        let (kind, more) = (self.kind, self.more);
        let json = format!(r#"{{"type":"{kind}","challenge":"{challenge}"{more}}}"#);
        let client_data_json = json.into_bytes();
        let signed = [&authenticator_data[..], &sha256(&client_data_json).0].concat();
        let signature: p256::ecdsa::DerSignature = passkey().sign(&signed);
        let signature = signature.as_bytes().to_vec();
        Assertion { authenticator_data, client_data_json, signature }
    }

    fn answer(&self) -> Result<(), SignatureError> {
        verify(&key(), MESSAGE, &self.assert(MESSAGE).to_bytes())
    }
}

fn refused(why: AssertionError) -> Result<(), SignatureError> {
    Err(SignatureError::Assertion(why))
}

#[test]
fn a_person_signs_with_a_passkey() {
    assert_eq!(HONEST.answer(), Ok(()));
}

#[test]
fn an_assertion_counts_only_for_its_message() {
    let other = HONEST.assert(b"what the screen did not show").to_bytes();
    assert_eq!(verify(&key(), MESSAGE, &other), refused(AssertionError::OtherChallenge));
}

#[test]
fn an_assertion_counts_only_for_its_relying_party() {
    let phished = Authenticator { party: "watch.host.examp1e", ..HONEST };
    assert_eq!(phished.answer(), refused(AssertionError::OtherParty));
}

#[test]
fn a_touch_without_verification_is_not_a_person() {
    for flags in [0x00, 0x01, 0x04] {
        let careless = Authenticator { flags, ..HONEST };
        assert_eq!(careless.answer(), refused(AssertionError::PersonNotVerified), "{flags}");
    }
    assert_eq!(Authenticator { flags: 0x1d, ..HONEST }.answer(), Ok(()), "backup flags are fine");
}

#[test]
fn an_enrolment_is_not_a_signature() {
    let create = Authenticator { kind: "webauthn.create", ..HONEST };
    assert_eq!(create.answer(), refused(AssertionError::OtherType));
}

#[test]
fn a_frame_in_a_foreign_page_cannot_ask() {
    let framed = Authenticator { more: r#","crossOrigin":true"#, ..HONEST };
    assert_eq!(framed.answer(), refused(AssertionError::CrossOrigin));
}

#[test]
fn client_data_that_say_two_things_are_refused() {
    let twice = Authenticator { more: r#","challenge":"AAAA""#, ..HONEST };
    assert_eq!(twice.answer(), refused(AssertionError::ClientData));
}

#[test]
fn altered_parts_are_refused() {
    let good = HONEST.assert(MESSAGE);
    let answer = |assertion: &Assertion| verify(&key(), MESSAGE, &assertion.to_bytes());
    let mut counter = good.clone();
    counter.authenticator_data[36] ^= 1;
    assert_eq!(answer(&counter), refused(AssertionError::Signature));
    let mut spaced = good.clone();
    spaced.client_data_json.push(b' ');
    assert_eq!(answer(&spaced), refused(AssertionError::Signature));
    let mut long = good.clone();
    long.signature.push(0);
    assert_eq!(answer(&long), refused(AssertionError::Signature));
    let mut short = good.clone();
    short.authenticator_data.truncate(36);
    assert_eq!(answer(&short), refused(AssertionError::Malformed));
    let trailing = [&good.to_bytes()[..], &[0]].concat();
    assert_eq!(verify(&key(), MESSAGE, &trailing), refused(AssertionError::Malformed));
}

#[test]
fn a_passkey_has_one_form_and_a_relying_party() {
    let good = HONEST.assert(MESSAGE).to_bytes();
    let long = passkey().verifying_key().to_sec1_point(false).as_bytes().to_vec();
    let uncompressed = Key { public: long, ..key() };
    assert_eq!(verify(&uncompressed, MESSAGE, &good), refused(AssertionError::Key));
    let unbound = Key { relying_party: None, ..key() };
    assert_eq!(verify(&unbound, MESSAGE, &good), Err(SignatureError::Key));
    let other = Passkey::from_slice(&[6; 32]).unwrap();
    let public = other.verifying_key().to_sec1_point(true).as_bytes().to_vec();
    let other = Key { public, ..key() };
    assert_eq!(verify(&other, MESSAGE, &good), refused(AssertionError::Signature));
}

#[test]
fn a_passkey_seals_a_statement() {
    let intent = Intent {
        origin: PartyId::new("host.example").unwrap(),
        id: StatementId([1; 16]),
        at: Moment::from_ms(5),
        seen: Seen::default(),
        audience: Audience::Joint,
    };
    let act: Act = KeyVoided { key: KeyId([3; 8]), reason: "lost".to_owned(), since: None }.into();
    let draft = Draft::new(intent, &act, Seed([9; 32]), &key()).unwrap();
    let assertion = HONEST.assert(&draft.to_sign).to_bytes();
    let entry = draft.seal(&assertion).entry;
    let verified = parse(&entry).unwrap().verify(&key()).unwrap();
    assert_eq!(verified.key(), key_id(&key()));
    let node = SigningKey::from_seed(&[7; 32]).public();
    assert_eq!(parse(&entry).unwrap().verify(&node).unwrap_err(), SignatureError::OtherKey);
}

#[test]
fn no_altered_byte_of_an_assertion_survives() {
    let good = HONEST.assert(MESSAGE).to_bytes();
    for at in 0..good.len() {
        let mut altered = good.clone();
        altered[at] ^= 0x01;
        assert!(verify(&key(), MESSAGE, &altered).is_err(), "byte {at}");
    }
}

proptest! {
    #[test]
    fn every_assertion_comes_back(
        authenticator_data in any::<Vec<u8>>(),
        client_data_json in any::<Vec<u8>>(),
        signature in any::<Vec<u8>>(),
    ) {
        let assertion = Assertion { authenticator_data, client_data_json, signature };
        let read: Assertion = note::canon::decode(&assertion.to_bytes()).expect("canonical");
        prop_assert_eq!(&read, &assertion);
        prop_assert!(verify(&key(), MESSAGE, &assertion.to_bytes()).is_err());
    }
}
