//! Two engines carry one movement from proposal to arrival.
#![cfg(test)]

mod draws;

use std::sync::Arc;

use audit::file::Export;
use audit::stranger::{AuditError, audit};
use engine::engine::{Config, Engine, Founding, World};
use engine::fault::Answer;
use joint::movement::Standing;
use note::key::SigningKey;
use pass::kit::Now;
use pass::refusal::PassRefusal;
use pass::verify::{Shown, verify};
use store::memory::Memory;
use store::port::Store;
use strongbox::clock::ManualClock;
use strongbox::dice::{Dice, SeededDice};
use strongbox::node_keys::NodeKeys;
use tlog::head::Head;
use tlog::signed::SignedHead;
use watch::alarm::AlarmKind;
use watch::people::Enrolled;
use wish::{NoticeWish, PassWish, SecretWish, Wish};
use words::act::{
    AgreementProposed, AgreementSigned, AgreementSuspended, KeyEnrolled, Names, Scope,
};
use words::audience::Audience;
use words::deployment::{
    ConsentGranted, ConsentRevoked, DeploymentRequested, Subject, TaskEnded, TaskOrdered,
    TaskStarted, Terms,
};
use words::hash::Seed;
use words::id::{ConsentId, MovementId, PartyId, PersonId, TaskId, UnitId, ZoneId};
use words::moment::{Moment, Window};
use words::movement::{
    Arrived, Check, Closed, Debriefed, Departed, MovementApproved, MovementAssessed, PassRevoked,
    Stage,
};
use words::presence::{ArmourClass, ArmsClass, Category, Criticality, Purpose, Risk, Rung, Task};
use words::refusal::Reason;
use words::review::{
    AgencyReviewed, AgreementInitialled, Circle, Commented, Position, ReviewOpened,
};
use words::role::{Role, Side};

const AGREEMENT: &str = include_str!("../../../scenarios/karachi/agreement.toml");
const ROADS: &str = include_str!("../../../scenarios/karachi/roads.json");

struct Pair {
    clock: Arc<ManualClock>,
    host: Engine,
    guest: Engine,
    host_officer: SigningKey,
    guest_officer: SigningKey,
}

fn party(id: &str) -> PartyId {
    PartyId::new(id).unwrap()
}

fn start() -> Moment {
    Moment::parse("2024-10-02T06:00:00Z").unwrap()
}

fn found(id: &str, side: Side, clock: &Arc<ManualClock>) -> (Engine, SigningKey) {
    found_on(Box::new(Memory::new()), Box::new(SeededDice::of(7, id)), (id, side), clock)
}

fn found_on(
    store: Box<dyn Store>,
    dice: Box<dyn Dice>,
    (id, side): (&str, Side),
    clock: &Arc<ManualClock>,
) -> (Engine, SigningKey) {
    let other = if id == "host" { "guest" } else { "host" };
    let root = SigningKey::from_seed(&SeededDice::of(1, id).clone().seed_for("root"));
    let other_root = SigningKey::from_seed(&SeededDice::of(1, other).seed_for("root"));
    let officer = SigningKey::from_seed(&SeededDice::of(1, id).seed_for("officer"));
    let config = Config {
        party: party(id),
        peer: Some((party(other), other_root.public())),
        heartbeat_every_ms: 60_000,
        positions_kept_ms: 86_400_000,
    };
    let clock: Arc<ManualClock> = Arc::clone(clock);
    let world =
        World { store, clock, dice, roads: Some(Arc::new(route::graph::parse(ROADS).unwrap())) };
    let roles = vec![
        Role::Signatory,
        Role::ConsentOfficer,
        Role::WatchOfficer,
        Role::Analyst,
        Role::ProtectionLead,
        Role::JourneyManager,
        Role::EscortLeader,
    ];
    let enrolled = KeyEnrolled {
        person: PersonId::new(&format!("{id}/officer")).unwrap(),
        key: officer.public(),
        roles,
        until: Moment::parse("2030-01-01T00:00:00Z").unwrap(),
    };
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let founding = Founding { names, side, officers: vec![enrolled], custody: None };
    let seed = Seed(SeededDice::of(1, id).seed_for("node"));
    (Engine::found(config, world, &seed, &root, founding).unwrap(), officer)
}

trait SeedFor {
    fn seed_for(&self, purpose: &str) -> [u8; 32];
}

impl SeedFor for SeededDice {
    fn seed_for(&self, purpose: &str) -> [u8; 32] {
        note::digest::sha256(format!("{self:?}/{purpose}").as_bytes()).0
    }
}

impl Pair {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(start()));
        let (host, host_officer) = found("host", Side::Host, &clock);
        let (guest, guest_officer) = found("guest", Side::Guest, &clock);
        let mut pair = Self { clock, host, guest, host_officer, guest_officer };
        pair.sync();
        pair
    }

    fn at(&mut self, text: &str) {
        self.clock.set(Moment::parse(text).unwrap());
        self.sync();
    }

    // Until nothing moves any more: heads, entries, bodies, cosignatures, both ways.
    fn sync(&mut self) {
        for _ in 0..6 {
            self.host.tick().unwrap();
            self.guest.tick().unwrap();
            mirror(&mut self.host, &mut self.guest);
            mirror(&mut self.guest, &mut self.host);
        }
        assert_eq!(self.host.fold().sizes(), self.guest.fold().sizes(), "both have everything");
        assert_eq!(self.host.fold().hash(), self.guest.fold().hash(), "one joint state");
    }

    fn host(&mut self, act: impl Into<words::act::Act>) {
        let key = self.host_officer.clone();
        let done = self.host.act(&key, act);
        assert!(
            matches!(&done, Ok(done) if done.outcome == Some(ledger::outcome::Outcome::Acted)),
            "{done:?}"
        );
        self.sync();
    }

    fn guest(&mut self, act: impl Into<words::act::Act>) {
        let key = self.guest_officer.clone();
        let done = self.guest.act(&key, act);
        assert!(
            matches!(&done, Ok(done) if done.outcome == Some(ledger::outcome::Outcome::Acted)),
            "{done:?}"
        );
        self.sync();
    }

    fn guest_refused(&mut self, act: impl Into<words::act::Act>) -> words::refusal::Refusal {
        let key = self.guest_officer.clone();
        match self.guest.act(&key, act) {
            Err(Answer::Refused(refusal)) => refusal,
            other => panic!("expected a refusal, got {other:?}"),
        }
    }

    fn guest_wish(&mut self, wish: SecretWish) {
        let act = self.guest.resolve(Wish::Secret(wish)).unwrap();
        self.guest(act);
    }

    fn host_wish(&mut self, wish: SecretWish) {
        let act = self.host.resolve(Wish::Secret(wish)).unwrap();
        self.host(act);
    }
}

fn mirror(from: &mut Engine, to: &mut Engine) {
    let Some(head) = from.head_text() else { return };
    let entries = from.entries_from(to.peer_size()).unwrap();
    let wanted = to.peer_body_wanted().unwrap_or_else(|| to.peer_size());
    let (bodies, _) = from.bodies_for(&to.config().party, wanted).unwrap();
    let mirrored = to.take_peer(&head, entries, bodies).unwrap();
    assert!(!mirrored.diverged);
    // A cosignature cannot be checked before the counterpart's own entry 0 has come.
    if from.peer_size() > 0 {
        from.take_cosigned(&mirrored.cosigned.unwrap()).unwrap();
    }
}

fn window(from: &str, to: &str) -> Window {
    Window::new(Moment::parse(from).unwrap(), Moment::parse(to).unwrap()).unwrap()
}

fn agreed() -> Pair {
    agreed_on(Pair::new(), AGREEMENT)
}

fn agreed_on(mut pair: Pair, text: &str) -> Pair {
    let agreement = words::id::AgreementId::new("karachi-exercise").unwrap();
    let hash = article::root::root(text);
    pair.host(AgreementProposed { agreement: agreement.clone(), text: text.to_owned() });
    pair.host(AgreementSigned { agreement: agreement.clone(), text: hash });
    pair.guest(AgreementSigned { agreement, text: hash });
    pair
}

fn deployment(headcount: u32) -> DeploymentRequested {
    DeploymentRequested {
        deployment: words::id::DeploymentId::new("d-1").unwrap(),
        agreement: words::id::AgreementId::new("karachi-exercise").unwrap(),
        purpose: Purpose::ProtectPersons,
        terms: Terms {
            zone: ZoneId::new("karachi-port-road").unwrap(),
            category: Category::Police,
            task: Task::CloseProtection,
            rung: Rung::EscortInsideCordon,
            arms: ArmsClass::Unarmed,
            headcount,
            vehicles: 1,
            sensing: None,
            window: window("2024-10-02T06:00:00Z", "2024-10-09T06:00:00Z"),
        },
    }
}

fn consent(id: &str, subject: Subject, until: &str) -> ConsentGranted {
    ConsentGranted {
        consent: ConsentId::new(id).unwrap(),
        subject,
        until: Moment::parse(until).unwrap(),
        headcount_max: 4,
    }
}

#[test]
fn a_guest_acts_only_while_the_host_consents() {
    let mut pair = agreed();
    let too_many = pair.guest_refused(deployment(40));
    assert_eq!(too_many.reasons, [Reason::CeilingReached], "{too_many:?}");
    assert!(!too_many.articles.is_empty());
    pair.guest(deployment(4));
    let d1 = words::id::DeploymentId::new("d-1").unwrap();
    let task = TaskId::new("t-1").unwrap();
    let order = TaskOrdered {
        task: task.clone(),
        deployment: d1.clone(),
        units: vec![UnitId::new("g-01").unwrap(), UnitId::new("g-02").unwrap()],
        window: window("2024-10-02T06:00:00Z", "2024-10-02T18:00:00Z"),
    };
    let early = pair.guest_refused(order.clone());
    assert!(early.reasons.contains(&Reason::NoLiveConsent), "{early:?}");
    pair.host(consent("c-1", Subject::Deployment(d1), "2024-10-02T12:00:00Z"));
    pair.guest(order);
    pair.guest(TaskStarted { task: task.clone() });
    pair.at("2024-10-02T07:00:00Z");
    pair.host(ConsentRevoked {
        consent: ConsentId::new("c-1").unwrap(),
        reason: "exercise".into(),
    });
    pair.at("2024-10-02T07:05:00Z");
    pair.guest(TaskEnded { task: task.clone(), reason: "consent revoked".into() });
    let late = pair.guest_refused(TaskStarted { task });
    assert_eq!(late.reasons.first(), Some(&Reason::WrongState), "{late:?}");
    pair.sync();
    let found = audit(&pair.guest.export().unwrap()).unwrap();
    assert_eq!(found.unconsented_guest_minutes, 0);
    assert_eq!(found.state, pair.host.fold().hash());
    assert_eq!(found.witnessed.len(), 2);
    assert!(found.overruns.is_empty());
}

#[test]
fn a_batch_is_kept_whole_or_not_at_all_and_folds_as_its_bytes_say() {
    let mut pair = agreed();
    let asks = |id: &str, headcount| {
        let named = words::id::DeploymentId::new(id).unwrap();
        words::act::Act::from(DeploymentRequested { deployment: named, ..deployment(headcount) })
    };
    let key = pair.guest_officer.clone();
    let (size, state) = (pair.guest.own().size(), pair.guest.fold().hash());
    // The third asks for too many, and the last for what stands already in this very batch.
    for bad in [asks("d-3", 40), asks("d-1", 2)] {
        let refused = pair.guest.act_many(&key, &[asks("d-1", 2), asks("d-2", 2), bad]);
        assert!(matches!(refused, Err(Answer::Refused(_))), "{refused:?}");
        assert_eq!((pair.guest.own().size(), pair.guest.fold().hash()), (size, state));
    }
    let done = pair.guest.act_many(&key, &[asks("d-1", 2), asks("d-2", 2), asks("d-3", 2)]);
    let done = done.unwrap();
    assert!(
        done.iter().all(|one| one.outcome == Some(ledger::outcome::Outcome::Acted)),
        "{done:?}"
    );
    pair.sync();
    let read = audit(&pair.guest.export().unwrap()).unwrap();
    assert_eq!(read.state, pair.guest.fold().hash(), "as a stranger reads it");
}

#[test]
fn a_silent_host_ends_the_guests_authority() {
    let mut pair = agreed();
    pair.guest(deployment(4));
    let d1 = words::id::DeploymentId::new("d-1").unwrap();
    pair.host(consent("c-1", Subject::Deployment(d1.clone()), "2024-10-02T12:00:00Z"));
    // Contact is lost: the lease would last, but nobody can know whether it was revoked.
    pair.clock.set(Moment::parse("2024-10-02T07:00:00Z").unwrap());
    let order = TaskOrdered {
        task: TaskId::new("t-1").unwrap(),
        deployment: d1,
        units: vec![UnitId::new("g-01").unwrap()],
        window: window("2024-10-02T06:00:00Z", "2024-10-02T18:00:00Z"),
    };
    let refused = pair.guest_refused(order);
    assert_eq!(refused.reasons, [Reason::HostNotHeard], "{refused:?}");
}

// Notice, submission, assessment, consent, approval, sealed plan, both commitments.
fn sealed(pair: &mut Pair, movement: &MovementId) {
    pair.guest.enrol(vec![vehicle(movement)]);
    pair.guest_wish(SecretWish::Notice(Box::new(notice(movement))));
    pair.guest_wish(SecretWish::Submit { movement: movement.clone() });
    let note = "quiet".to_owned();
    pair.host(MovementAssessed { movement: movement.clone(), risk: Risk::Medium, note });
    pair.at("2024-10-06T12:00:00Z");
    let subject = Subject::Movement(movement.clone());
    pair.host(consent("c-m1", subject, "2024-10-06T20:00:00Z"));
    pair.guest(MovementApproved { movement: movement.clone() });
    pair.guest_wish(SecretWish::SealPlan {
        movement: movement.clone(),
        from: "airport".into(),
        to: "port-camp".into(),
        slot_minutes: 5,
        gates: Vec::new(),
    });
    pair.host_wish(SecretWish::CommitDraw { movement: movement.clone() });
    pair.guest_wish(SecretWish::CommitDraw { movement: movement.clone() });
}

fn vehicle(movement: &MovementId) -> Enrolled {
    Enrolled {
        unit: UnitId::new("v-01").unwrap(),
        kind: "vehicle".into(),
        label: "Vehicle 1".into(),
        phone: None,
        password: None,
        movement: Some(movement.clone()),
        task: None,
    }
}

fn notice(movement: &MovementId) -> NoticeWish {
    NoticeWish {
        movement: movement.clone(),
        agreement: words::id::AgreementId::new("karachi-exercise").unwrap(),
        zone: ZoneId::new("karachi-port-road").unwrap(),
        day: window("2024-10-06T06:00:00Z", "2024-10-07T00:00:00Z"),
        seats: 6,
        dummies: 8,
        armour: ArmourClass::BulletProof,
        escorts: 2,
        purpose: Purpose::ProtectPersons,
        criticality: Criticality::Pc2,
        window: window("2024-10-06T16:00:00Z", "2024-10-06T18:00:00Z"),
    }
}

fn pass_for(movement: &MovementId) -> SecretWish {
    SecretWish::IssuePass(Box::new(PassWish {
        movement: movement.clone(),
        holder: UnitId::new("v-01").unwrap(),
        appearance: "grey jacket".into(),
        vehicle: "EX-1001".into(),
        task: Task::CloseProtection,
        arms: ArmsClass::Unarmed,
        serials: Vec::new(),
        photo: None,
        phone: None,
    }))
}

#[test]
fn the_truth_of_a_movement_does_not_exist_before_the_draw() {
    let mut pair = agreed();
    let movement = MovementId::new("m-1").unwrap();
    sealed(&mut pair, &movement);
    assert_eq!(pair.guest.drawn(&movement), None);
    let wish = SecretWish::RevealDraw { movement: movement.clone() };
    let early = pair.guest.resolve(Wish::Secret(wish)).unwrap();
    assert_eq!(pair.guest_refused(early).reasons, [Reason::TooEarly]);
    pair.at("2024-10-06T15:31:00Z");
    let drawn = pair.guest.drawn(&movement).expect("both nodes revealed at their time");
    assert_eq!(pair.host.drawn(&movement), Some(drawn));
    assert!(pair.guest.stage_text(&movement, Stage::Minute).is_some());
    assert_eq!(pair.guest.stage_text(&movement, Stage::Route), None, "15 minutes before");
    pair.at("2024-10-06T15:50:00Z");
    assert!(pair.host.stage_text(&movement, Stage::Route).is_some());
}

#[test]
fn a_movement_goes_from_notice_to_debrief() {
    let mut pair = agreed();
    let movement = MovementId::new("m-1").unwrap();
    sealed(&mut pair, &movement);
    pair.at("2024-10-06T15:50:00Z");
    pair.guest_wish(pass_for(&movement));
    let pass = pair.guest.state().passes.keys().next().unwrap().clone();
    pair.host_wish(SecretWish::Countersign { pass: pass.clone() });
    let mut gate = Departed {
        movement: movement.clone(),
        green: Check::ALL[1..].to_vec(),
        armour: ArmourClass::BulletProof,
        override_reason: None,
    };
    let red = pair.guest_refused(gate.clone());
    assert_eq!(red.reasons, [Reason::GateRed], "{red:?}");
    gate.green = Check::ALL.to_vec();
    pair.guest(gate);
    let known = pair.host.state().passes[&pass].clone();
    let now = Now::Theirs(pair.host.now());
    let shown = Shown { at: pair.host.now(), zone: None, photo: None };
    let kit = pass::kit::open(&pair.host.kit().unwrap(), now, None).unwrap();
    let verified = verify(&known.code, &kit, shown).unwrap();
    let basis = pass::basis::open(&verified, &known.basis).unwrap();
    assert_eq!(basis.get().movement, movement);
    // Whoever travels verifies by her own party's kit, and both nodes know the holder's answers.
    let hers = pair.guest.kit_beside(&movement).unwrap();
    let hers = pass::kit::open(&hers, now, None).unwrap();
    assert_eq!(verify(&known.code, &hers, shown).unwrap().get().pass, pass);
    let expected = hers.get().kit.expected.as_ref().unwrap();
    assert_eq!(Some(&expected[0].answers), pair.host.spoken(&pass).as_ref());
    assert_ne!(hers.get().issuer, kit.get().issuer);
    pair.guest(Arrived { movement: movement.clone(), headcount: 6 });
    pair.guest(Debriefed { movement: movement.clone(), note: "nothing to report".into() });
    pair.guest(Closed { movement: movement.clone() });
    assert_eq!(pair.host.state().movements[&movement].standing, Standing::Closed);
    assert!(pair.host.fsck().unwrap().broken.is_empty());
    assert_eq!(audit(&pair.host.export().unwrap()).unwrap().state, pair.host.fold().hash());
}

#[test]
fn a_pass_that_was_revoked_is_dead_in_both_lists_and_its_copy_is_refused() {
    let mut pair = agreed();
    let movement = MovementId::new("m-1").unwrap();
    sealed(&mut pair, &movement);
    pair.at("2024-10-06T15:50:00Z");
    pair.guest_wish(pass_for(&movement));
    let pass = pair.guest.state().passes.keys().next().unwrap().clone();
    pair.host_wish(SecretWish::Countersign { pass: pass.clone() });
    let code = pair.host.state().passes[&pass].code.clone();
    let ask = |engine: &Engine| {
        let kit = engine.kit().unwrap();
        let trust = pass::kit::open(&kit, Now::Theirs(engine.now()), None).unwrap();
        let shown = Shown { at: engine.now(), zone: None, photo: None };
        verify(&code, &trust, shown).map(|pass| pass.get().pass.clone())
    };
    assert_eq!([ask(&pair.host), ask(&pair.guest)], [Ok(pass.clone()), Ok(pass.clone())]);
    let reason = "the vehicle was stolen".to_owned();
    pair.host(PassRevoked { pass, reason });
    let dead = Err(PassRefusal::Revoked);
    assert_eq!([ask(&pair.host), ask(&pair.guest)], [dead.clone(), dead]);
}

#[test]
fn a_call_for_help_reaches_both_desks_wherever_and_whoever_calls() {
    let mut pair = agreed();
    let caller = UnitId::new("p-01").unwrap();
    let enrolled = Enrolled { unit: caller.clone(), kind: "protected".into(), ..off_the_road() };
    pair.guest.enrol(vec![enrolled.clone()]);
    pair.host.enrol(vec![enrolled]);
    // Nobody has ever seen this person: the alarm stands without a place.
    assert!(pair.guest.from_page(&caller, true).unwrap());
    assert_eq!(pair.guest.post().watch().alarms().count(), 1);
    assert!(!pair.guest.from_page(&caller, false).unwrap(), "a check-in says where");
    // A phone calls with a position, far from any movement: the host hears it too.
    pair.clock.set(start().plus_ms(60_000));
    let body =
        br#"{"_type":"location","lat":24.9,"lon":67.1,"tst":1727848860,"t":"u","poi":"SOS"}"#;
    let gateway::owntracks::Message::Location(location) = gateway::owntracks::parse(body).unwrap()
    else {
        panic!("a location")
    };
    pair.guest.sighting(&caller, &location).unwrap();
    let (shared, _) = pair.guest.sightings_for_peer(0).unwrap();
    pair.host.take_peer_sightings(&shared).unwrap();
    assert_eq!(pair.host.post().watch().alarms().count(), 1);
}

fn off_the_road() -> Enrolled {
    Enrolled { movement: None, ..vehicle(&MovementId::new("m-0").unwrap()) }
}

fn comment(text: words::hash::Hash, said: &str, circle: Circle) -> Commented {
    let agreement = words::id::AgreementId::new("karachi-exercise").unwrap();
    Commented { agreement, text, article: Some("6".into()), words: said.into(), circle }
}

// Everything that a node has of a party's ledger: entries, and the bodies that it was given.
fn kept(engine: &Engine, of: &str) -> Vec<store::port::Kept> {
    engine.store().read(&party(of), 0, 10_000).unwrap()
}

#[test]
fn an_internal_word_never_leaves_home_and_provably_predates_what_followed() {
    let mut pair = agreed();
    let text = article::root::root(AGREEMENT);
    let secret = "we would give way on article 6";
    let key = pair.host_officer.clone();
    let noted = pair.host.act(&key, comment(text, secret, Circle::Internal)).unwrap();
    assert_eq!(noted.outcome, Some(ledger::outcome::Outcome::Silent));
    pair.sync();
    pair.host(comment(text, "for both", Circle::Shared));
    let holds = |kept: &[store::port::Kept], what: &str| {
        let inside = |bytes: &[u8]| bytes.windows(what.len()).any(|at| at == what.as_bytes());
        kept.iter().any(|kept| inside(&kept.entry) || kept.body.as_deref().is_some_and(inside))
    };
    let (ours, theirs) = (kept(&pair.host, "host"), kept(&pair.guest, "host"));
    assert!(holds(&ours, secret) && holds(&ours, "for both") && holds(&theirs, "for both"));
    assert!(!holds(&theirs, secret), "the guest has the entry and not the body");
    let agreement = words::id::AgreementId::new("karachi-exercise").unwrap();
    assert_eq!(pair.host.review(&agreement).remarks.len(), 2);
    assert_eq!(pair.guest.review(&agreement).remarks.len(), 1);
    // The guest mirrored and cosigned the entry before what followed: shown the body one day, it
    // can check that it opens the commitment in its own copy.
    let at = usize::try_from(noted.index).unwrap();
    let statement = note::statement::parse(&theirs[at].entry).unwrap();
    let body = ours[at].body.as_ref().unwrap();
    let opened = note::statement::open(&statement.header, body).unwrap();
    assert_eq!(opened, comment(text, secret, Circle::Internal).into());
    let mut forged = body.clone();
    *forged.last_mut().unwrap() ^= 1;
    note::statement::open(&statement.header, &forged).unwrap_err();
    assert!(pair.host.own().cosigned() > noted.index);
}

#[test]
fn what_our_own_agencies_answer_is_told_to_nobody_else() {
    let mut pair = agreed();
    let agreement = words::id::AgreementId::new("karachi-exercise").unwrap();
    let longer = AGREEMENT.replacen("[[article]]", "# Second reading.\n[[article]]", 1);
    let text = article::root::root(&longer);
    pair.host(AgreementProposed { agreement: agreement.clone(), text: longer });
    let (guest, agencies) = (pair.guest_officer.clone(), vec!["treasury".to_owned()]);
    let until = pair.guest.now().plus_ms(3_600_000);
    let (circle, id) = (Circle::Internal, agreement.clone());
    let opening = ReviewOpened { agreement: id, text, agencies, until, circle };
    pair.guest.act(&guest, opening).unwrap();
    let signing = AgreementSigned { agreement: agreement.clone(), text };
    let refusal = pair.guest_refused(signing.clone());
    assert_eq!(refusal.reasons, [Reason::ReviewOpen]);
    pair.sync();
    let told = |engine: &Engine| engine.state().refusals;
    assert_eq!((told(&pair.host), told(&pair.guest)), (0, 0), "noted at home");
    assert_eq!(pair.guest.own().lines().last().unwrap().entry.audience, Audience::Own);
    for side in [Side::Host, Side::Guest] {
        let initials = AgreementInitialled { agreement: agreement.clone(), text };
        if side == Side::Host { pair.host(initials) } else { pair.guest(initials) }
    }
    let position = AgencyReviewed {
        agreement: agreement.clone(),
        text,
        agency: "treasury".into(),
        position: Position::Concur,
        articles: Vec::new(),
        remark: String::new(),
        circle,
    };
    pair.guest.act(&guest, position).unwrap();
    pair.guest(signing);
}

#[test]
fn who_is_suspended_on_duty_raises_an_alarm() {
    let mut pair = agreed();
    let agreement = words::id::AgreementId::new("karachi-exercise").unwrap();
    let wider = AGREEMENT.replace("\"zone\", \"category\"]", "\"zone\", \"category\", \"person\"]");
    let text = article::root::root(&wider);
    pair.host(AgreementProposed { agreement: agreement.clone(), text: wider });
    pair.host(AgreementSigned { agreement: agreement.clone(), text });
    pair.guest(AgreementSigned { agreement: agreement.clone(), text });
    pair.guest(deployment(4));
    let subject = Subject::Deployment(words::id::DeploymentId::new("d-1").unwrap());
    pair.host(consent("c-1", subject, "2024-10-02T12:00:00Z"));
    let unit = UnitId::new("g-1").unwrap();
    pair.guest(TaskOrdered {
        task: TaskId::new("t-1").unwrap(),
        deployment: words::id::DeploymentId::new("d-1").unwrap(),
        units: vec![unit.clone()],
        window: window("2024-10-02T06:00:00Z", "2024-10-02T12:00:00Z"),
    });
    pair.guest(TaskStarted { task: TaskId::new("t-1").unwrap() });
    for engine in [&mut pair.host, &mut pair.guest] {
        engine.enrol(vec![on_duty(&unit)]);
    }
    pair.sync();
    let alarms = |engine: &Engine| {
        let lost = |alarm: &&watch::alarm::Alarm| alarm.kind == AlarmKind::ConsentLost;
        engine.post().watch().alarms().filter(lost).count()
    };
    assert_eq!((alarms(&pair.host), alarms(&pair.guest)), (0, 0));
    let scope = Scope::Person(PersonId::new("g-1").unwrap());
    pair.host(AgreementSuspended { agreement, scope, reason: "exercise".into() });
    pair.at("2024-10-02T06:30:00Z");
    assert_eq!((alarms(&pair.host), alarms(&pair.guest)), (1, 1));
}

fn on_duty(unit: &UnitId) -> Enrolled {
    Enrolled {
        task: Some(TaskId::new("t-1").unwrap()),
        unit: unit.clone(),
        kind: "guest_personnel".into(),
        ..off_the_road()
    }
}

// Exports, changes the file and audits it.
fn audited(
    pair: &Pair,
    change: impl FnOnce(&mut Export),
) -> Result<audit::stranger::Audit, AuditError> {
    let mut file: Export = note::canon::decode(&pair.guest.export().unwrap()).unwrap();
    change(&mut file);
    audit(&note::canon::encode(&file))
}

#[test]
fn a_file_is_not_older_than_a_signature_in_it() {
    let mut pair = agreed();
    pair.at("2024-10-02T09:00:00Z");
    let found = audited(&pair, |file| file.at = start()).unwrap();
    assert_eq!(found.at, Moment::parse("2024-10-02T09:00:00Z").unwrap());
    let later = Moment::parse("2024-10-03T00:00:00Z").unwrap();
    assert_eq!(audited(&pair, |file| file.at = later).unwrap().at, later);
}

#[test]
fn a_head_that_says_another_state_or_another_ledger_is_found_out() {
    let pair = agreed();
    let node = NodeKeys::from_seed(&Seed(SeededDice::of(1, "host").seed_for("node"))).node;
    let signed = |change: &dyn Fn(&mut Head)| {
        audited(&pair, |file| {
            let ledger = file.ledgers.iter_mut().find(|one| one.party == party("host")).unwrap();
            let mut head = SignedHead::parse(&ledger.head).unwrap().head;
            change(&mut head);
            ledger.head = SignedHead::sign(head, "host", &node).to_string();
        })
    };
    assert_eq!(signed(&|_| {}).unwrap().diverged, []);
    let other = signed(&|head| head.state.as_mut().unwrap().hash = words::hash::Hash([7; 32]));
    assert_eq!(other.unwrap().diverged, [party("host")]);
    let foreign = signed(&|head| head.origin = party("guest"));
    assert!(matches!(foreign, Err(AuditError::Head { .. })), "{foreign:?}");
}
