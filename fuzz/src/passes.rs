//! Passes, kits, lists of dead passes, and all of them as text on paper.

use std::str;

use note::canon;
use pass::basis;
use pass::claims::{Claims, Digest, Ed25519};
use pass::code::{attach, claims_of, countersign, issue, signed_by, signing_bytes, unsigned};
use pass::kit::{self, Kit, Now, Signer};
use pass::paper::{Sheet, from_sheet, from_text, sheet};
use pass::status::{self, Status};
use pass::verify::{Shown, verify};
use words::act::Names;
use words::clause::WhenStale;
use words::hash::Hash;
use words::id::PartyId;
use words::moment::Moment;

use crate::coded;

/// Claims are read, signed by both and verified; no code but a signed one passes.
pub(crate) fn pass(bytes: &[u8]) -> bool {
    let raw = claims_of(bytes);
    // What the fuzzer makes up is claims as well, so that it need not sign.
    let claims = match &raw {
        Ok(claims) => claims.clone(),
        Err(_) => match claims_of(&coded::unsigned(bytes)) {
            Ok(claims) => claims,
            Err(_) => return false,
        },
    };
    let (host, guest) = (coded::host(), coded::guest());
    let trust = kit::open(&ours(&Status::new("l", Moment::from_ms(0), 1, head())), now(), None);
    let trust = trust.expect("our own kit opens");
    let at = claims.window.start();
    let shown = Shown { at, zone: Some(&claims.zone), photo: None };
    let bare = unsigned(&claims).expect("claims that were read are written");
    assert!(verify(&bare, &trust, shown).is_err(), "nobody has signed it");
    let issued = issue(&claims, &guest).expect("the guest signs what it read");
    assert!(verify(&issued, &trust, shown).is_err(), "the host has not signed it");
    let Ok(whole) = countersign(&issued, &host) else { return raw.is_ok() };
    assert_eq!(claims_of(&whole).ok().as_ref(), Some(&claims), "both have signed the same");
    assert!(signed_by(&whole, &guest.public()).is_ok());
    let message = signing_bytes(&whole, &host.public()).expect("a pass has bytes to sign");
    assert!(attach(&whole, &host.public(), &host.sign(&message)).is_err(), "twice is too often");
    let in_time = at >= Moment::from_ms(0) && at < Moment::from_ms(status::LIST_LIFE_MS);
    assert_eq!(verify(&whole, &trust, shown).is_ok(), in_time, "a pass of both is good in time");
    true
}

/// A kit that one of its parties has signed keeps its limits and one form.
pub(crate) fn kit(bytes: &[u8]) -> bool {
    let raw = kit::open(bytes, now(), None).is_ok();
    let signed = coded::sign1(kit::KIND, bytes, &coded::host());
    let Ok(trust) = kit::open(&signed, now(), None) else { return raw };
    let trust = trust.get();
    assert_eq!(canon::encode(&trust.kit), bytes, "a kit has one form");
    assert_eq!(trust.kit.sign(&coded::host()), signed, "and one signature");
    assert_eq!(trust.issuer, coded::host().id());
    let pinned = Some(coded::guest().id());
    assert!(kit::open(&signed, now(), pinned).is_err(), "another issuer was pinned");
    true
}

/// A list that its node has signed says of every pass whether it is dead.
pub(crate) fn list(bytes: &[u8]) -> bool {
    let keys = [coded::host().public()];
    let raw = status::open(bytes, &keys).is_ok();
    let signed = coded::sign1(status::KIND, bytes, &coded::host());
    let Ok(read) = status::open(&signed, &keys) else { return raw };
    assert!(status::open(&signed, &[coded::guest().public()]).is_err(), "of another node");
    let status = read.into_inner();
    let counted = (0..pass::claims::INDICES).filter(|index| status.is_dead(*index) == Some(true));
    assert_eq!(u32::try_from(counted.count()), Ok(status.dead()), "every bit is a pass");
    assert_eq!(status.is_dead(pass::claims::INDICES), None);
    true
}

/// A text has one form; a basis is opened by the pass that names it and by no other.
pub(crate) fn paper(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let mut read = false;
    for kind in [Sheet::Pass, Sheet::Basis, Sheet::Kit, Sheet::List, Sheet::Question] {
        let Ok(code) = from_sheet(kind, text) else { continue };
        assert!(!read, "a text is of one kind");
        assert_eq!(sheet(kind, &code), text, "a text has one form");
        read = true;
        if let Ok(claims) = claims_of(&code) {
            assert!(kind != Sheet::Pass || from_text(text).is_ok(), "a pass fits its text");
            assert!(basis::of_claims(&claims, b"another").is_err(), "another basis");
        }
        if let Some(claims) = vector_claims() {
            let claims = Claims { basis: Digest::of(&code), ..claims };
            if let Ok(basis) = basis::of_claims(&claims, &code) {
                assert_eq!(basis.to_bytes(), code, "a basis has one form");
                assert_eq!(basis.digest(), claims.basis);
            }
        }
    }
    read
}

/// A kit of both parties, without its signature.
pub(crate) fn kits() -> Vec<Vec<u8>> {
    vec![canon::encode(&own_kit(&Status::new("l", Moment::from_ms(0), 1, head())))]
}

/// A list's claims, cut out of the signed list.
pub(crate) fn lists() -> Vec<Vec<u8>> {
    let mut status = Status::new("l", Moment::from_ms(0), 1, head());
    status.kill(77);
    let signed = status.sign(&coded::host());
    // Tag, array, protected header, empty map, payload: docs/formats/pass.md.
    let mut decoder = minicbor::Decoder::new(&signed);
    let payload = (|| {
        decoder.tag()?;
        decoder.array()?;
        decoder.bytes()?;
        decoder.map()?;
        decoder.bytes().map(<[u8]>::to_vec)
    })();
    payload.into_iter().chain([signed]).collect()
}

fn vector_claims() -> Option<Claims> {
    let text = include_str!("../../docs/formats/pass.vectors.json");
    static CLAIMS: std::sync::OnceLock<Option<Claims>> = std::sync::OnceLock::new();
    let read = || {
        let vectors: serde_json::Value = serde_json::from_str(text).ok()?;
        claims_of(&words::hash::unhex(vectors.get("code")?.as_str()?)?).ok()
    };
    CLAIMS.get_or_init(read).clone()
}

fn ours(status: &Status) -> Vec<u8> {
    own_kit(status).sign(&coded::host())
}

fn own_kit(status: &Status) -> Kit {
    let signer = |party: &str, key: &note::key::SigningKey| Signer {
        party: PartyId::new(party).expect("a name"),
        names: Names { en: "a".to_owned(), zh: "甲".to_owned(), ur: "ا".to_owned() },
        keys: vec![Ed25519(key.public().public.try_into().expect("32 bytes"))],
    };
    Kit {
        host: signer("hostland", &coded::host()),
        guest: signer("guestland", &coded::guest()),
        made: status.as_of,
        stale_after_ms: 43_200_000,
        when_stale: WhenStale::Caution,
        zones: Vec::new(),
        list: status.sign(&coded::host()),
        expected: None,
        exercise: None,
    }
}

const fn head() -> (u64, Hash) {
    (3, Hash([5; 32]))
}

const fn now() -> Now {
    Now::Theirs(Moment::from_ms(0))
}
