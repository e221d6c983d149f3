//! The ordinary pass: one movement, one vehicle, and a kit.

use note::key::SigningKey;
use pass::basis::Basis;
use pass::claims::{Claims, Digest, Ed25519};
use pass::code::{countersign, issue};
use pass::kit::{Kit, Now, Signer, Trust, ZoneName, open};
use pass::status::Status;
use pass::verified::Verified;
use words::act::Names;
use words::clause::WhenStale;
use words::hash::Hash;
use words::id::{ConsentId, MovementId, PartyId, PassId, UnitId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Task};

/// The start of the example's window: 2024-10-06T18:00:00Z.
pub(crate) const START_MS: i64 = 1_728_237_600_000;

/// A moment, minutes after the window's start.
pub(crate) fn at(minutes: i64) -> Moment {
    Moment::from_ms(START_MS).plus_ms(minutes * 60_000)
}

/// The guest's node's key.
pub(crate) fn guest() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

/// The host's node's key.
pub(crate) fn host() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

/// The holder's phone.
pub(crate) fn phone() -> SigningKey {
    SigningKey::from_seed(&[4; 32])
}

/// The file of the holder's photograph.
pub(crate) const PHOTO: &[u8] = b"the bytes of a photograph";

/// A key as kits and claims carry it.
pub(crate) fn public(key: &SigningKey) -> Ed25519 {
    Ed25519(key.public().public.try_into().unwrap())
}

/// What the ordinary pass rests on.
pub(crate) fn basis() -> Basis {
    Basis {
        salt: Hash([5; 32]),
        movement: MovementId::new("m-0412").unwrap(),
        holder: UnitId::new("u-lead-2").unwrap(),
        consent: ConsentId::new("c-19").unwrap(),
        articles: vec!["4(1)".to_owned(), "6(2)".to_owned()],
    }
}

/// What the ordinary pass says: four hours in one zone.
pub(crate) fn claims() -> Claims {
    Claims {
        pass: PassId::new("p-7f3a").unwrap(),
        index: 412,
        appearance: "man, 45, grey beard, blue jacket".to_owned(),
        photo: Some(Digest::of(PHOTO)),
        vehicle: "BKA-4471".to_owned(),
        headcount: 4,
        task: Task::InnerCordon,
        arms: ArmsClass::Sidearm,
        serials: vec!["K-48213".to_owned()],
        zone: ZoneId::new("port-east").unwrap(),
        window: Window::new(at(0), at(240)).unwrap(),
        basis: basis().digest(),
        phone: None,
    }
}

/// The ordinary pass, whose holder's phone can answer.
pub(crate) fn claims_with_phone() -> Claims {
    Claims { phone: Some(public(&phone())), ..claims() }
}

/// Claims with both signatures.
pub(crate) fn signed(claims: &Claims) -> Vec<u8> {
    countersign(&issue(claims, &guest()).unwrap(), &host()).unwrap()
}

/// The ordinary pass with both signatures.
pub(crate) fn code() -> Vec<u8> {
    signed(&claims())
}

/// The host's list at a moment, with these passes dead.
pub(crate) fn list(minutes: i64, dead: &[u32]) -> Status {
    let mut status =
        Status::new("safeconduct:hostland/passes", at(minutes), 300, (812, Hash([9; 32])));
    for index in dead {
        status.kill(*index);
    }
    status
}

/// The host's kit with a list, stale after a day.
pub(crate) fn kit(list: &Status) -> Kit {
    let names = |en: &str, zh: &str, ur: &str| Names {
        en: en.to_owned(),
        zh: zh.to_owned(),
        ur: ur.to_owned(),
    };
    let zone = |zone: &str, names: Names| ZoneName { zone: ZoneId::new(zone).unwrap(), names };
    Kit {
        host: Signer {
            party: PartyId::new("hostland").unwrap(),
            names: names("Hostland", "东道国", "میزبان ملک"),
            keys: vec![public(&host())],
        },
        guest: Signer {
            party: PartyId::new("guestland").unwrap(),
            names: names("Guestland", "派遣国", "مہمان ملک"),
            keys: vec![public(&guest())],
        },
        made: list.as_of,
        stale_after_ms: 43_200_000,
        when_stale: WhenStale::Caution,
        zones: vec![
            zone("port-east", names("Port, east", "港口东区", "بندرگاہ مشرق")),
            zone("port-west", names("Port, west", "港口西区", "بندرگاہ مغرب")),
        ],
        list: list.sign(&host()),
        expected: None,
        exercise: None,
    }
}

/// The ordinary kit, opened: made at the window's start, nobody dead.
pub(crate) fn trust() -> Verified<Trust> {
    opened(&kit(&list(0, &[])))
}

/// A kit signed by the host and opened when it was made.
pub(crate) fn opened(kit: &Kit) -> Verified<Trust> {
    open(&kit.sign(&host()), Now::Theirs(kit.made), None).unwrap()
}
