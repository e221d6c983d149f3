//! Parts of a plan, once they are unsealed.

use note::canon;
use note::digest::sha256;
use veil::plan::{Candidate, Core, Plan, PlanHalves, PlanSecrets, guest_halves};
use veil::plan::{host_halves, open_core, seal_plan};
use veil::seal::SealingKey;
use words::hash::Seed;
use words::id::{MovementId, RouteId};
use words::moment::Moment;
use words::movement::Stage;

/// A core has one form; sealed and opened it is the same. So are halves.
pub(crate) fn run(bytes: &[u8]) -> bool {
    if let Ok(halves) = canon::decode::<PlanHalves>(bytes) {
        assert_eq!(canon::encode(&halves), bytes, "halves have one form");
        assert!(halves.of(Stage::Minute).is_some(), "the draw makes the minute");
        return true;
    }
    let Ok(core) = Core::from_bytes(bytes) else { return false };
    assert_eq!(core.to_bytes(), bytes, "a core has one form");
    let key = SealingKey::from_seed(&[8; 32]);
    let secrets = PlanSecrets::from_seed(&Seed(sha256(bytes).0), &[Stage::Window]);
    let movement = MovementId::new("m-1").expect("a name");
    let stage = (Stage::Window, Vec::new(), Moment::from_ms(0), "a window".to_owned());
    let plan = Plan { core, stages: vec![stage], draw_at: Moment::from_ms(0) };
    let sealed = seal_plan(&movement, &plan, &secrets, &key.public(), &[1; 32]);
    let sealed = sealed.expect("a core that can be drawn from is sealed");
    let (host, guest) = (host_halves(&key, &sealed).expect("ours"), guest_halves(&secrets));
    let opened = open_core(&sealed, &host.core, &guest.core).expect("both halves open it");
    assert_eq!(opened, plan.core, "what is sealed is what is opened");
    assert!(open_core(&sealed, &host.core, &host.core).is_err(), "one half opens nothing");
    true
}

/// A core with two routes, and the halves of a plan.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let route = |id: &str, weight| Candidate {
        route: RouteId::new(id).expect("a name"),
        weight,
        gates: None,
    };
    let core = Core {
        salt: Seed([7; 32]),
        first_slot: Moment::from_ms(1_000_000),
        slot_ms: 60_000,
        slots: 30,
        routes: vec![route("north", 3), route("south", 1)],
        start: "here".to_owned(),
        destination: "there".to_owned(),
        vehicles: None,
    };
    let secrets = PlanSecrets::from_seed(&Seed([1; 32]), &[Stage::Window, Stage::Start]);
    vec![core.to_bytes(), canon::encode(&guest_halves(&secrets))]
}
