//! The capacity notice opens for the true submission and for no other.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use proptest::prelude::{Strategy, any, prop_assert, prop_assume, proptest};
use proptest::sample::select;
use veil::notice::{commit, opens};
use words::hash::Seed;
use words::id::{AgreementId, MovementId, ZoneId};
use words::moment::{Moment, Window};
use words::movement::{CapacityNoticed, MovementSubmitted};
use words::presence::{ArmourClass, Criticality, Purpose};

fn submissions() -> impl Strategy<Value = MovementSubmitted> {
    let window = (-1_000_000..1_000_000_i64, 1..1_000_i64).prop_map(|(start, length)| {
        let start = Moment::from_ms(start);
        Window::new(start, start.plus_ms(length)).unwrap()
    });
    let movement = select(vec!["m-1", "m-2"]).prop_map(|id| MovementId::new(id).unwrap());
    let why = (select(Purpose::ALL), select(Criticality::ALL));
    (movement, why, window, 1..9_u32, any::<[u8; 32]>()).prop_map(
        |(movement, (purpose, criticality), window, seats, salt)| MovementSubmitted {
            movement,
            purpose,
            criticality,
            window,
            seats,
            salt: Seed(salt),
        },
    )
}

fn notice_of(submission: &MovementSubmitted) -> CapacityNoticed {
    CapacityNoticed {
        movement: submission.movement.clone(),
        agreement: AgreementId::new("a").unwrap(),
        zone: ZoneId::new("z").unwrap(),
        day: submission.window,
        seats: submission.seats + 4,
        armour: ArmourClass::BulletProof,
        escorts: 2,
        commitment: commit(submission),
    }
}

proptest! {
    #[test]
    fn a_notice_opens_for_its_own_submission(submission in submissions()) {
        prop_assert!(opens(&notice_of(&submission), &submission));
    }

    #[test]
    fn a_notice_opens_for_no_other_submission(one in submissions(), other in submissions()) {
        prop_assume!(one != other);
        prop_assert!(!opens(&notice_of(&one), &other));
        // Nor for one that differs in a single field only.
        let changed = [
            MovementSubmitted { movement: other.movement.clone(), ..one.clone() },
            MovementSubmitted { purpose: other.purpose, ..one.clone() },
            MovementSubmitted { criticality: other.criticality, ..one.clone() },
            MovementSubmitted { window: other.window, ..one.clone() },
            MovementSubmitted { seats: other.seats, ..one.clone() },
            MovementSubmitted { salt: other.salt, ..one.clone() },
        ];
        for change in changed {
            prop_assert!(change == one || !opens(&notice_of(&one), &change));
        }
    }

    #[test]
    fn a_notice_for_one_movement_does_not_serve_another(submission in submissions()) {
        let movement = MovementId::new("m-3").unwrap();
        let notice = CapacityNoticed { movement, ..notice_of(&submission) };
        prop_assert!(!opens(&notice, &submission));
    }
}
