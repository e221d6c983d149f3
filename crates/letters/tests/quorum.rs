//! A grant counts once the named witnesses have cosigned the head over it.
#![cfg(test)]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use audit::stranger::audit;
use engine::engine::{Config, Engine, Founding, World};
use engine::fault::Answer;
use ledger::outcome::Outcome;
use letters::quorum::show;
use node::audit::unconsented_guest_minutes;
use note::digest::sha256;
use note::key::SigningKey;
use store::memory::Memory;
use strongbox::clock::ManualClock;
use strongbox::dice::SeededDice;
use tlog::signed::{SignatureLine, SignedCheckpoint};
use tlog::vkey::Vkey;
use tlog::witness::AddCheckpoint;
use witness::cosigner::Cosigner;
use witness::folder::{Folder, Held, Settings};
use words::act::{Act, AgreementProposed, AgreementSigned, KeyEnrolled, Names};
use words::deployment::{
    ConsentGranted, ConsentRenewed, ConsentRevoked, DeploymentRequested, Subject, TaskEnded,
    TaskOrdered, TaskStarted, Terms,
};
use words::hash::{Hash, Seed};
use words::id::{AgreementId, ConsentId, DeploymentId, PartyId, PersonId, TaskId, UnitId, ZoneId};
use words::letter::WitnessQuorumShown;
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Category, Purpose, Rung, Task};
use words::refusal::Reason;
use words::role::{Role, Side};

const AGREEMENT: &str = include_str!("../../../scenarios/karachi/agreement.toml");
const HOUR_MS: i64 = 3_600_000;

fn key(of: &str) -> SigningKey {
    SigningKey::from_seed(&sha256(of.as_bytes()).0)
}

fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

// A witness on disk, as `safeconduct witness serve` runs it, without the network between.
struct Witness {
    folder: PathBuf,
    cosigner: Cosigner<Held>,
    known: u64,
}

impl Witness {
    fn new(test: &str, name: &str, log: &Vkey) -> Self {
        let folder = std::env::temp_dir().join(format!(
            "quorum-{test}-{}-{}",
            name.replace('/', "-"),
            std::process::id()
        ));
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(&folder).unwrap();
        let made = Folder::at(&folder);
        let listen = "127.0.0.1:7604".parse().unwrap();
        let settings =
            Settings { name: name.into(), listen, tls: None, logs: vec![log.to_string()] };
        made.make(&settings, &sha256(name.as_bytes()).0).unwrap();
        let cosigner = made.open().unwrap();
        Self { folder, cosigner, known: 0 }
    }

    fn vkey(&self) -> String {
        self.cosigner.vkey().to_string()
    }

    // Cosigns the newest head of a node.
    fn cosign(&mut self, engine: &Engine) -> SignedCheckpoint {
        let (mut head, _) = engine.for_witnesses().unwrap();
        let proof = engine.proof_for_witness(self.known, head.head.size).unwrap_or_default();
        let request = AddCheckpoint { old: self.known, proof, checkpoint: head.clone() };
        let line = self.cosigner.add(&request.to_string(), engine.now()).unwrap();
        self.known = head.head.size;
        let line: SignatureLine = line.trim_end().parse().unwrap();
        head.add(line);
        head
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}

fn found(id: &str, side: Side, clock: &Arc<ManualClock>) -> Engine {
    let other = if id == "host" { "guest" } else { "host" };
    let party = |id: &str| PartyId::new(id).unwrap();
    let config = Config {
        party: party(id),
        peer: Some((party(other), key(&format!("{other}/root")).public())),
        heartbeat_every_ms: 60_000,
        positions_kept_ms: 86_400_000,
    };
    let clock = Arc::<ManualClock>::clone(clock);
    let store = Box::new(Memory::new());
    let world = World { store, clock, dice: Box::new(SeededDice::of(7, id)), roads: None };
    let officer = KeyEnrolled {
        person: PersonId::new(&format!("{id}/officer")).unwrap(),
        key: key(&format!("{id}/officer")).public(),
        roles: vec![Role::Signatory, Role::ConsentOfficer, Role::ProtectionLead],
        until: at("2030-01-01T00:00:00Z"),
    };
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let founding = Founding { names, side, officers: vec![officer], custody: None };
    let seed = Seed(sha256(format!("{id}/node").as_bytes()).0);
    Engine::found(config, world, &seed, &key(&format!("{id}/root")), founding).unwrap()
}

struct Story {
    clock: Arc<ManualClock>,
    host: Engine,
    guest: Engine,
    witnesses: Vec<Witness>,
}

fn mirror(from: &mut Engine, to: &mut Engine) {
    let Some(head) = from.head_text() else { return };
    let entries = from.entries_from(to.peer_size()).unwrap();
    let wanted = to.peer_body_wanted().unwrap_or_else(|| to.peer_size());
    let (bodies, _) = from.bodies_for(&to.config().party, wanted).unwrap();
    let mirrored = to.take_peer(&head, entries, bodies).unwrap();
    if from.peer_size() > 0 {
        from.take_cosigned(&mirrored.cosigned.unwrap()).unwrap();
    }
}

impl Story {
    // An agreement that asks for `quorum` of two witnesses; deployment and order asked for.
    fn new(test: &str, quorum: u32) -> Self {
        let clock = Arc::new(ManualClock::at(at("2024-10-02T06:00:00Z")));
        let host = found("host", Side::Host, &clock);
        let guest = found("guest", Side::Guest, &clock);
        let log = host.log_vkey();
        let witnesses: Vec<Witness> = ["ombudsman.example/w", "parliament.example/w"]
            .map(|name| Witness::new(test, name, &log))
            .into();
        let keys: Vec<String> = witnesses.iter().map(|it| format!("{:?}", it.vkey())).collect();
        let terms = format!(
            "decide_within_hours = 24\nwitness_quorum = {quorum}\nwitnesses = [{}]\n",
            keys.join(", ")
        );
        let text = AGREEMENT.replacen("decide_within_hours = 24\n", &terms, 1);
        let mut story = Self { clock, host, guest, witnesses };
        story.sync();
        let agreement = AgreementId::new("karachi-exercise").unwrap();
        let root = article::root::root(&text);
        story.host(AgreementProposed { agreement: agreement.clone(), text });
        let signed = AgreementSigned { agreement: agreement.clone(), text: root };
        story.host(signed.clone());
        story.guest(signed);
        story.guest(DeploymentRequested {
            deployment: DeploymentId::new("d-1").unwrap(),
            agreement,
            purpose: Purpose::ProtectPersons,
            terms: Terms {
                zone: ZoneId::new("karachi-port-road").unwrap(),
                category: Category::Police,
                task: Task::CloseProtection,
                rung: Rung::EscortInsideCordon,
                arms: ArmsClass::Unarmed,
                headcount: 4,
                vehicles: 1,
                sensing: None,
                window: window("2024-10-02T06:00:00Z", "2024-10-09T06:00:00Z"),
            },
        });
        story
    }

    fn sync(&mut self) {
        for _ in 0..4 {
            self.host.tick().unwrap();
            self.guest.tick().unwrap();
            mirror(&mut self.host, &mut self.guest);
            mirror(&mut self.guest, &mut self.host);
        }
        assert_eq!(self.host.fold().hash(), self.guest.fold().hash(), "one joint state");
    }

    fn host(&mut self, act: impl Into<Act>) {
        let done = self.host.act(&key("host/officer"), act).unwrap();
        assert_eq!(done.outcome, Some(Outcome::Acted));
        self.sync();
    }

    fn guest(&mut self, act: impl Into<Act>) {
        let done = self.guest.act(&key("guest/officer"), act).unwrap();
        assert_eq!(done.outcome, Some(Outcome::Acted));
        self.sync();
    }

    fn no(&mut self, act: impl Into<Act>) -> Vec<Reason> {
        match self.guest.act(&key("guest/officer"), act) {
            Err(Answer::Refused(refusal)) => refusal.reasons,
            other => panic!("expected a refusal, got {other:?}"),
        }
    }

    // One witness cosigns the newest head, and the node shows it if that helps.
    fn cosigned_by(&mut self, which: usize) -> bool {
        let head = self.witnesses[which].cosign(&self.host);
        let shown = show(&mut self.host, &head).unwrap();
        self.sync();
        shown
    }

    fn wait(&mut self, ms: i64) {
        let now = self.host.now();
        self.clock.set(now.plus_ms(ms));
        self.sync();
    }

    fn grant(&mut self) {
        let subject = Subject::Deployment(DeploymentId::new("d-1").unwrap());
        let until = self.host.now().plus_ms(2 * HOUR_MS);
        let consent = ConsentId::new("c-1").unwrap();
        self.host(ConsentGranted { consent, subject, until, headcount_max: 4 });
    }

    fn audited(&self) {
        for engine in [&self.host, &self.guest] {
            let found = audit(&engine.export().unwrap()).unwrap();
            assert_eq!(found.state, engine.fold().hash(), "a stranger says the same");
        }
    }
}

fn window(from: &str, to: &str) -> Window {
    Window::new(at(from), at(to)).unwrap()
}

fn order() -> TaskOrdered {
    TaskOrdered {
        task: TaskId::new("t-1").unwrap(),
        deployment: DeploymentId::new("d-1").unwrap(),
        units: vec![UnitId::new("g-01").unwrap()],
        window: window("2024-10-02T06:00:00Z", "2024-10-02T18:00:00Z"),
    }
}

fn started() -> TaskStarted {
    TaskStarted { task: TaskId::new("t-1").unwrap() }
}

#[test]
fn a_grant_waits_for_its_witnesses_and_then_counts_for_both() {
    let mut story = Story::new("grant", 2);
    story.grant();
    let waiting = [Reason::NoLiveConsent, Reason::WitnessesMissing];
    assert_eq!(story.no(order()), waiting);
    assert!(story.cosigned_by(0), "one of two is shown");
    assert_eq!(story.no(order()), waiting, "and is not enough");
    // The same witness over a later head counts once.
    story.wait(60_000);
    assert!(!story.cosigned_by(0), "what brings nothing nearer is not written");
    assert!(story.cosigned_by(1));
    story.guest(order());
    story.guest(started());
    let state = story.host.state();
    assert_eq!(unconsented_guest_minutes(state, story.host.now()), 0);
    assert_eq!(state.void, 0);
    story.audited();
}

#[test]
fn one_of_two_is_enough_where_the_text_says_so_and_none_where_it_says_nothing() {
    let mut story = Story::new("one", 1);
    story.grant();
    assert_eq!(story.no(order()).len(), 2);
    assert!(story.cosigned_by(1));
    story.guest(order());
    assert!(!story.cosigned_by(0), "it has what it waits for");
    let mut story = Story::new("none", 0);
    story.grant();
    assert!(!story.cosigned_by(0));
    story.guest(order());
    story.audited();
}

#[test]
fn a_renewal_waits_too_and_a_revocation_never() {
    let mut story = Story::new("renew", 1);
    story.grant();
    story.cosigned_by(0);
    story.guest(order());
    story.guest(started());
    story.wait(HOUR_MS);
    let (consent, until) = (ConsentId::new("c-1").unwrap(), story.host.now().plus_ms(4 * HOUR_MS));
    story.host(ConsentRenewed { consent: consent.clone(), until });
    // What was cosigned goes on to its end; the longer one does not count yet.
    story.guest(TaskEnded { task: TaskId::new("t-1").unwrap(), reason: "over".into() });
    story.wait(2 * HOUR_MS);
    let again = TaskOrdered { task: TaskId::new("t-2").unwrap(), ..order() };
    assert_eq!(story.no(again.clone()), [Reason::NoLiveConsent, Reason::WitnessesMissing]);
    assert!(story.cosigned_by(1), "another witness will do");
    story.guest(again);
    story.host(ConsentRevoked { consent, reason: "now".into() });
    let start = TaskStarted { task: TaskId::new("t-2").unwrap() };
    assert_eq!(story.no(start), [Reason::NoLiveConsent], "no witness is missing: it is revoked");
    story.audited();
}

#[test]
fn nobody_is_led_by_a_head_that_the_ledger_never_had() {
    let mut story = Story::new("lie", 1);
    story.grant();
    let head = story.witnesses[0].cosign(&story.host);
    let (size, root) = (head.head.size, head.head.root);
    let good = WitnessQuorumShown { size, root, note: head.to_string() };
    let refused = |story: &mut Story, act: WitnessQuorumShown| match story
        .host
        .act(&key("host/officer"), act)
    {
        Err(Answer::Refused(refusal)) => refusal.reasons,
        other => panic!("expected a refusal, got {other:?}"),
    };
    let other = WitnessQuorumShown { root: Hash([9; 32]), ..good.clone() };
    assert_eq!(refused(&mut story, other), [Reason::BadSignature]);
    let larger = WitnessQuorumShown { size: size + 1, ..good.clone() };
    assert_eq!(refused(&mut story, larger), [Reason::BadSignature]);
    // Signed by the node alone: no witness stands under it.
    let (alone, _) = story.host.for_witnesses().unwrap();
    let alone = WitnessQuorumShown { note: alone.to_string(), ..good.clone() };
    assert_eq!(refused(&mut story, alone), [Reason::WitnessesMissing]);
    // A head of the guest's is none of the host's.
    let (theirs, _) = story.guest.for_witnesses().unwrap();
    let theirs = WitnessQuorumShown {
        size: theirs.head.size,
        root: theirs.head.root,
        note: theirs.to_string(),
    };
    assert_eq!(refused(&mut story, theirs), [Reason::BadSignature]);
    assert_eq!(story.no(order()), [Reason::NoLiveConsent, Reason::WitnessesMissing]);
    story.host(good);
    story.guest(order());
    story.audited();
}
