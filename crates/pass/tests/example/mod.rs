//! The ordinary pass: one movement, one vehicle, both parties.

use std::collections::BTreeSet;

use note::key::SigningKey;
use pass::claims::Claims;
use pass::code::{countersign, issue};
use pass::verify::Trust;
use words::id::{ConsentId, MovementId, PartyId, PassId, UnitId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Task};

/// The start of the example's window: 2024-10-06T18:00:00Z.
pub(crate) const START_MS: i64 = 1_728_237_600_000;

/// A moment, minutes after the window's start.
pub(crate) fn at(minutes: i64) -> Moment {
    Moment::from_ms(START_MS).plus_ms(minutes * 60_000)
}

/// The guest's officer's key.
pub(crate) fn guest() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

/// The host's officer's key.
pub(crate) fn host() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

/// What the ordinary pass says: four hours in one zone.
pub(crate) fn claims() -> Claims {
    Claims {
        pass: PassId::new("p-7f3a").unwrap(),
        host: PartyId::new("hostland").unwrap(),
        guest: PartyId::new("guestland").unwrap(),
        movement: MovementId::new("m-0412").unwrap(),
        holder: UnitId::new("u-lead-2").unwrap(),
        appearance: "man, 45, grey beard, blue jacket".to_owned(),
        vehicle: "BKA-4471".to_owned(),
        headcount: 4,
        task: Task::InnerCordon,
        arms: ArmsClass::Sidearm,
        zone: ZoneId::new("port-east").unwrap(),
        window: Window::new(at(0), at(240)).unwrap(),
        articles: vec!["4(1)".to_owned(), "6(2)".to_owned()],
        consent: ConsentId::new("c-19").unwrap(),
    }
}

/// The ordinary pass with both signatures.
pub(crate) fn code() -> Vec<u8> {
    countersign(&issue(&claims(), &guest()).unwrap(), &host()).unwrap()
}

/// A list made at the window's start, stale after a day.
pub(crate) fn trust() -> Trust {
    Trust {
        host: vec![host().public()],
        guest: vec![guest().public()],
        revoked: BTreeSet::new(),
        revoked_as_of: at(0),
        stale_after_ms: 86_400_000,
    }
}
