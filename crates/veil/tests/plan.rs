//! A sealed plan: who can open what, and when.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use note::canon::encode;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use veil::halves::{Halves, unlock};
use veil::knowers::{exposure, knowers};
use veil::plan::{
    Candidate, Core, GATES_MAX, PLACE_BYTES_MAX, Plan, PlanError, PlanSecrets, ROLES_MAX,
    ROUTES_MAX, SLOTS_MAX, TEXT_BYTES_MAX, VEHICLES_MAX, guest_halves, host_halves, open_core,
    open_stage, seal_plan,
};
use veil::schedule::{may_know, may_release, may_reveal};
use veil::seal::{SealError, SealingKey};
use words::hash::{Hash, Seed};
use words::id::{MovementId, RouteId, UnitId};
use words::limit::{BODY_BYTES_MAX, LEASE_MS_MAX};
use words::moment::Moment;
use words::movement::{PlanSealed, Stage};
use words::refusal::Reason;
use words::role::Role;

const STAGES: [Stage; 4] = [Stage::Window, Stage::Start, Stage::Minute, Stage::Route];
const T: i64 = 1_728_239_400_000;
const CHANCE: [u8; 32] = [9; 32];

fn at(minutes: i64) -> Moment {
    Moment::from_ms(T).plus_ms(minutes * 60_000)
}

fn movement(name: &str) -> MovementId {
    MovementId::new(name).unwrap()
}

fn core() -> Core {
    let route =
        |id: &str, weight| Candidate { route: RouteId::new(id).unwrap(), weight, gates: None };
    Core {
        salt: Seed([5; 32]),
        first_slot: at(0),
        slot_ms: 600_000,
        slots: 12,
        routes: vec![route("coast", 3), route("inland", 5)],
        start: "Terminal, gate 2".to_owned(),
        destination: "Plant, gate 1".to_owned(),
        vehicles: None,
    }
}

fn plan() -> Plan {
    let step = |stage, role, minutes, text: &str| (stage, vec![role], at(minutes), text.to_owned());
    Plan {
        core: core(),
        stages: vec![
            step(Stage::Window, Role::DistrictCommand, -1_440, "between 18:00 and 20:00"),
            step(Stage::Start, Role::EscortLeader, -60, "Terminal, 3 vehicles"),
            step(Stage::Minute, Role::Driver, -30, ""),
            step(Stage::Route, Role::Driver, -10, ""),
        ],
        draw_at: at(-20),
    }
}

fn host() -> SealingKey {
    SealingKey::from_seed(&[1; 32])
}

fn secrets() -> PlanSecrets {
    PlanSecrets::from_seed(&Seed([4; 32]), &STAGES)
}

fn sealed() -> PlanSealed {
    seal(&movement("m-1"), &plan(), &secrets()).unwrap()
}

fn seal(id: &MovementId, plan: &Plan, secrets: &PlanSecrets) -> Result<PlanSealed, SealError> {
    seal_plan(id, plan, secrets, &host().public(), &CHANCE)
}

fn refused<T>(answer: &Result<T, PlanError>) -> bool {
    matches!(answer, Err(PlanError::NotOpened(SealError::NotOpened)))
}

#[test]
fn both_parties_together_open_everything_that_is_written() {
    let sealed = sealed();
    let (host, guest) = (host_halves(&host(), &sealed).unwrap(), guest_halves(&secrets()));
    assert_eq!(open_core(&sealed, &host.core, &guest.core).unwrap(), core());
    let open =
        |stage| open_stage(&sealed, stage, &host.of(stage).unwrap(), &guest.of(stage).unwrap());
    assert_eq!(open(Stage::Window).unwrap(), "between 18:00 and 20:00");
    assert_eq!(open(Stage::Start).unwrap(), "Terminal, 3 vehicles");
    assert!(matches!(open(Stage::Route), Err(PlanError::NotYetDrawn(Stage::Route))));
    assert_eq!(guest.of(Stage::Minute), Some(Seed([0; 32])));
}

#[test]
fn no_coalition_opens_a_part_whose_one_half_is_withheld() {
    let sealed = sealed();
    let secrets = secrets();
    let all: Vec<Halves> =
        [secrets.core].into_iter().chain(secrets.stages.iter().map(|(_, both)| *both)).collect();
    let everything: Vec<Seed> = all.iter().flat_map(|both| [both.host, both.guest]).collect();
    let opens = |part: usize, host: &Seed, guest: &Seed| match part {
        0 => open_core(&sealed, host, guest).is_ok(),
        1 => open_stage(&sealed, Stage::Window, host, guest).is_ok(),
        _ => open_stage(&sealed, Stage::Start, host, guest).is_ok(),
    };
    for (part, both) in all.iter().enumerate() {
        assert!(opens(part, &both.host, &both.guest));
        for withheld in [both.host, both.guest] {
            let known: Vec<&Seed> = everything.iter().filter(|half| **half != withheld).collect();
            let pairs = known.iter().flat_map(|one| known.iter().map(move |two| (*one, *two)));
            let opened = pairs.filter(|(one, two)| opens(part, one, two)).count();
            assert_eq!(opened, 0, "part {part} without {withheld}");
        }
    }
}

#[test]
fn only_the_hosts_node_reads_the_hosts_halves() {
    let other = SealingKey::from_seed(&[2; 32]);
    assert_eq!(host_halves(&other, &sealed()), Err(SealError::NotOpened));
}

#[test]
fn a_part_sealed_for_one_movement_does_not_open_for_another() {
    let (here, halves) = (sealed(), secrets());
    let there = PlanSealed { movement: movement("m-2"), ..here.clone() };
    let start = halves.stages[1].1;
    assert!(open_stage(&here, Stage::Start, &start.host, &start.guest).is_ok());
    assert!(refused(&open_stage(&there, Stage::Start, &start.host, &start.guest)));
    assert!(refused(&open_core(&there, &halves.core.host, &halves.core.guest)));
    assert_eq!(host_halves(&host(), &there), Err(SealError::NotOpened));
}

#[test]
fn a_stage_does_not_open_as_another_stage_nor_under_another_core() {
    let (mut swapped, halves) = (sealed(), secrets());
    swapped.disclosures[1].sealed = swapped.disclosures[0].sealed.clone();
    let window = halves.stages[0].1;
    assert!(refused(&open_stage(&swapped, Stage::Start, &window.host, &window.guest)));
    let other_core = PlanSealed { core: Hash([0; 32]), ..sealed() };
    assert!(refused(&open_core(&other_core, &halves.core.host, &halves.core.guest)));
    assert!(refused(&open_stage(&other_core, Stage::Window, &window.host, &window.guest)));
}

#[test]
fn a_core_other_than_the_committed_one_is_refused() {
    // A lying planner seals another core under the context of the committed hash.
    let (mut lie, halves) = (sealed(), secrets());
    let other = Core { start: "Elsewhere".to_owned(), ..core() };
    let context = format!("m-1 {} core", lie.core);
    lie.sealed = veil::halves::lock(&halves.core, &context, &other.to_bytes());
    assert!(unlock(&halves.core, &context, &lie.sealed).is_ok());
    let answer = open_core(&lie, &halves.core.host, &halves.core.guest);
    assert!(matches!(answer, Err(PlanError::NotAsCommitted)));
}

#[test]
fn a_half_is_not_released_early_nor_for_what_is_not_listed() {
    let mut sealed = sealed();
    let early = Moment::from_ms(at(-60).unix_ms - 1);
    assert_eq!(may_release(&sealed, Stage::Start, early), Err(Reason::TooEarly));
    assert_eq!(may_release(&sealed, Stage::Start, at(-60)), Ok(()));
    // The list says T-30 for the minute, but the draw is at T-20.
    assert_eq!(may_release(&sealed, Stage::Minute, at(-30)), Err(Reason::TooEarly));
    assert_eq!(may_release(&sealed, Stage::Minute, at(-20)), Ok(()));
    assert_eq!(may_reveal(&sealed, at(-21)), Err(Reason::TooEarly));
    assert_eq!(may_reveal(&sealed, at(-20)), Ok(()));
    sealed.disclosures.retain(|one| one.stage != Stage::Start);
    assert_eq!(may_release(&sealed, Stage::Start, at(0)), Err(Reason::NotOnTheList));
}

#[test]
fn a_role_knows_a_stage_from_its_moment_on_if_it_is_listed() {
    let list = sealed().disclosures;
    assert!(!may_know(&list, Stage::Route, Role::Driver, at(-11)));
    assert!(may_know(&list, Stage::Route, Role::Driver, at(-10)));
    assert!(!may_know(&list, Stage::Route, Role::DistrictCommand, at(0)));
    assert_eq!(exposure(&list, Stage::Route, at(-11)), 0);
    assert_eq!(exposure(&list, Stage::Route, at(-10)), 1);
    let open: Vec<_> = knowers(&list, at(-30)).into_iter().map(|step| (step.0, step.3)).collect();
    let expected =
        STAGES.map(|stage| (stage, stage != Stage::Route)).into_iter().collect::<Vec<_>>();
    assert_eq!(open, expected);
}

#[test]
fn what_cannot_be_sealed_is_refused() {
    let id = movement("m-1");
    let mut twice = plan();
    twice.stages.push(twice.stages[1].clone());
    assert_eq!(seal(&id, &twice, &secrets()), Err(SealError::StageTwice(Stage::Start)));
    let mut early = plan();
    early.stages[3].3 = "coast".to_owned();
    assert_eq!(seal(&id, &early, &secrets()), Err(SealError::NotYetDrawn(Stage::Route)));
    let mut long = plan();
    long.stages[0].3 = "x".repeat(TEXT_BYTES_MAX + 1);
    assert_eq!(seal(&id, &long, &secrets()), Err(SealError::TooLong));
    let few = PlanSecrets::from_seed(&Seed([4; 32]), &[Stage::Window]);
    assert_eq!(seal(&id, &plan(), &few), Err(SealError::NoHalves(Stage::Start)));
    let spoilt: [fn(&mut Core); 5] = [
        |core| core.slots = 0,
        |core| core.slot_ms = 0,
        |core| core.routes.clear(),
        |core| core.routes[1].route = core.routes[0].route.clone(),
        |core| core.routes.iter_mut().for_each(|one| one.weight = 0),
    ];
    for spoil in spoilt {
        let mut plan = plan();
        spoil(&mut plan.core);
        assert_eq!(seal(&id, &plan, &secrets()), Err(SealError::BadCore));
        let bytes = plan.core.to_bytes();
        assert!(matches!(Core::from_bytes(&bytes), Err(PlanError::BadCore)));
    }
}

#[test]
fn the_largest_plan_fits_a_body() {
    let mut plan = plan();
    let long_id = |n: usize| RouteId::new(&format!("{n:0>64}")).unwrap();
    plan.core = Core {
        first_slot: Moment::from_ms(i64::MIN),
        slot_ms: LEASE_MS_MAX,
        slots: SLOTS_MAX,
        routes: (0..ROUTES_MAX)
            .map(|n| Candidate {
                route: long_id(n),
                weight: u32::MAX,
                gates: Some((0..GATES_MAX).map(|n| format!("{n:0>64}")).collect()),
            })
            .collect(),
        vehicles: Some(vehicles(VEHICLES_MAX)),
        start: "x".repeat(PLACE_BYTES_MAX),
        destination: "x".repeat(PLACE_BYTES_MAX),
        ..core()
    };
    for (stage, roles, _, text) in &mut plan.stages {
        *roles = vec![Role::Inspector; ROLES_MAX];
        let written = matches!(stage, Stage::Window | Stage::Start);
        *text = "x".repeat(if written { TEXT_BYTES_MAX } else { 0 });
    }
    let sealed = seal(&movement(&"m".repeat(64)), &plan, &secrets()).unwrap();
    let bytes = encode(&sealed).len();
    assert!(bytes < BODY_BYTES_MAX / 4, "{bytes} bytes");
}

#[test]
fn secrets_do_not_print() {
    let seed = Seed([4; 32]).to_string();
    let halves = guest_halves(&secrets());
    let text = format!("{:?} {:?} {halves:?} {:?}", plan(), secrets(), core());
    assert!(!text.contains("coast") && !text.contains("Terminal") && !text.contains(&seed));
    assert!(!text.contains(&halves.core.to_string()));
}

fn vehicles(count: usize) -> Vec<UnitId> {
    (0..count).map(|n| UnitId::new(&format!("v-{n}")).unwrap()).collect()
}

fn cores() -> impl Strategy<Value = Core> {
    let routes = proptest::collection::vec(1_u32.., 1..8);
    (any::<[u8; 32]>(), any::<i64>(), 1..=SLOTS_MAX, routes, "\\PC{0,40}").prop_map(
        |(salt, start, slots, weights, place)| Core {
            salt: Seed(salt),
            first_slot: Moment::from_ms(start),
            slots,
            routes: (0_u32..)
                .zip(weights)
                .map(|(n, weight)| Candidate {
                    route: RouteId::new(&format!("r{n}")).unwrap(),
                    weight,
                    gates: (n % 2 == 1).then(|| vec!["north".to_owned(), "south".to_owned()]),
                })
                .collect(),
            start: place,
            vehicles: (slots % 2 == 0).then(|| vehicles(3)),
            ..core()
        },
    )
}

proptest! {
    #[test]
    fn a_core_reads_as_it_was_written(core in cores()) {
        prop_assert_eq!(Core::from_bytes(&core.to_bytes()).unwrap(), core);
    }

    #[test]
    fn a_core_has_no_second_form(core in cores(), tail in proptest::collection::vec(0_u8.., 1..4)) {
        let bytes = core.to_bytes();
        prop_assert!(Core::from_bytes(&[&bytes[..], &tail].concat()).is_err());
        prop_assert!(Core::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn another_salt_hides_the_same_core_behind_another_hash(core in cores(), salt: [u8; 32]) {
        let other = Core { salt: Seed(salt), ..core.clone() };
        prop_assert_eq!(other.hash() == core.hash(), other.salt == core.salt);
    }
}
