//! A lying insider: signs what its own node would refuse.

use note::key::SigningKey;
use note::statement::{Draft, Intent, Sealed, Seen};
use store::memory::Memory;
use store::port::{NewEntry, Store};
use words::act::{Act, KeyEnrolled};
use words::alarm::AlarmNoted;
use words::audience::Audience;
use words::deployment::{ConsentGranted, Subject, TaskStarted};
use words::hash::{Hash, Seed, StatementId};
use words::id::{AlarmId, ConsentId, DeploymentId, PersonId, TaskId};
use words::limit::CLOCK_SKEW_MAX_MS;
use words::moment::Moment;
use words::role::Role;

use crate::chance::Chance;
use crate::disk::Disk;
use crate::party::{Party, party_id};

/// How much of a store is copied at once: more than any history has.
const ALL: u32 = 100_000;

/// A lie, in words; what became of it is for the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// People begin without an order.
    Start,
    /// People begin after they have read that their lease was revoked, and say it was before.
    Backdated,
    /// A guest consents for the host.
    Consent,
    /// An officer enrols a key as if he were the root.
    Enrol,
    /// A statement is said twice under one id.
    Twice,
    /// Another past of the host is said to have been seen.
    Seen,
    /// The statement is an hour old.
    Late,
}

/// Every lie.
pub const LIES: [Lie; 7] =
    [Lie::Start, Lie::Backdated, Lie::Consent, Lie::Enrol, Lie::Twice, Lie::Seen, Lie::Late];

/// The task that nobody ordered.
pub fn lied_task() -> TaskId {
    TaskId::new("t-lie").expect("a word makes an id")
}

/// The lease that no host granted.
pub fn lied_consent() -> ConsentId {
    ConsentId::new("c-lie").expect("a word makes an id")
}

/// The person whom no root enrolled.
pub fn lied_person() -> PersonId {
    PersonId::new("guest/nobody").expect("a word makes an id")
}

/// Signs a lie past the node, straight into its store, and starts the node on it.
pub fn lie(party: &mut Party, chance: &mut Chance) -> Option<Lie> {
    let lie = chance.pick(&LIES).copied()?;
    let engine = party.engine.as_ref()?;
    let now = engine.now().max(engine.own().reader().at());
    let mut seen = engine.peer()?.seen();
    let mut at = now;
    let mut id = StatementId([0x11; 16]);
    id.0 = core(chance);
    let act = match lie {
        Lie::Start => Act::TaskStarted(TaskStarted { task: lied_task() }),
        Lie::Backdated => {
            let (task, before) = revoked_task(party)?;
            // Longer ago, and the reader would not even ask what it says.
            at = before.max(now.plus_ms(1_000 - CLOCK_SKEW_MAX_MS));
            Act::TaskStarted(TaskStarted { task })
        }
        Lie::Consent => Act::ConsentGranted(grant(now)?),
        Lie::Enrol => Act::KeyEnrolled(KeyEnrolled {
            person: lied_person(),
            key: SigningKey::from_seed(&[9; 32]).public(),
            roles: vec![Role::Root],
            until: now.plus_ms(1_000_000_000),
        }),
        Lie::Twice | Lie::Seen | Lie::Late => noted("sos/lie/1"),
    };
    match lie {
        Lie::Seen => seen.root = Hash([7; 32]),
        Lie::Late => at = Moment::default(),
        Lie::Start | Lie::Backdated | Lie::Consent | Lie::Enrol | Lie::Twice => {}
    }
    let statement = sealed(party, (id, at, seen.clone()), &act, chance);
    let mut kept = append(party, &statement);
    if lie == Lie::Twice {
        let again = sealed(party, (id, at, seen), &noted("sos/lie/2"), chance);
        kept = kept && append(party, &again);
    }
    party.start().ok()?;
    kept.then_some(lie)
}

// A task that has not begun although the revocation of its lease has been read here.
fn revoked_task(party: &Party) -> Option<(TaskId, Moment)> {
    let state = party.engine.as_ref()?.state();
    state.tasks.iter().filter(|(_, task)| task.started.is_none()).find_map(|(id, task)| {
        let subject = Subject::Deployment(task.order.deployment.clone());
        let consent = joint::consent::newest(state, &subject)?;
        Some((id.clone(), consent.revoked?.plus_ms(-1)))
    })
}

fn grant(now: Moment) -> Option<ConsentGranted> {
    Some(ConsentGranted {
        consent: lied_consent(),
        subject: Subject::Deployment(DeploymentId::new("d-1").ok()?),
        until: now.plus_ms(3_600_000),
        headcount_max: 1,
    })
}

fn noted(alarm: &str) -> Act {
    Act::AlarmNoted(AlarmNoted { alarm: AlarmId::new(alarm).expect("words make an id") })
}

fn core(chance: &mut Chance) -> [u8; 16] {
    let high = chance.below(u64::MAX).to_be_bytes();
    let low = chance.below(u64::MAX).to_be_bytes();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(high.into_iter().chain(low)).for_each(|(byte, from)| *byte = from);
    bytes
}

fn sealed(
    party: &Party,
    (id, at, seen): (StatementId, Moment, Seen),
    act: &Act,
    chance: &mut Chance,
) -> Sealed {
    let origin = party_id(party.side);
    let intent = Intent { origin, id, at, seen, audience: Audience::Joint };
    let mut salt = Seed([3; 32]);
    salt.0.iter_mut().zip(core(chance)).for_each(|(byte, from)| *byte = from);
    let draft = Draft::new(intent, act, salt, &party.officer.public());
    draft.expect("a small act fits into a statement").sign(&party.officer)
}

// False if the disk, full or dead, swallows the lie.
fn append(party: &mut Party, sealed: &Sealed) -> bool {
    let ledger = party_id(party.side);
    let entry = NewEntry { entry: &sealed.entry, body: Some(&sealed.body) };
    let size = party.disk.size(&ledger).unwrap_or(0);
    party.disk.append(&ledger, size, &[entry]).is_ok()
}

/// Rewrites the party's own past: keeps its first entries, writes others after them, forgets
/// what it had signed and mirrored, and starts the node on that.
pub fn rewrite(party: &mut Party, chance: &mut Chance) -> Option<(u64, u64)> {
    let ledger = party_id(party.side);
    let kept = party.disk.read(&ledger, 0, ALL).ok()?;
    let size = u64::try_from(kept.len()).ok()?;
    // The founding and the officers' keys stay: without them nobody could sign.
    let keep = 4 + chance.below(size.checked_sub(4)?);
    let mut memory = Memory::new();
    let first = usize::try_from(keep).ok()?;
    let entries: Vec<NewEntry<'_>> = kept
        .iter()
        .take(first)
        .map(|kept| NewEntry { entry: &kept.entry, body: kept.body.as_deref() })
        .collect();
    memory.append(&ledger, 0, &entries).ok()?;
    party.engine = None;
    party.disk = Disk::of(memory.image());
    let new = 1 + chance.below(size - keep + 4);
    let mut written = true;
    for number in 0..new {
        let id = StatementId(core(chance));
        let at = crate::party::START.plus_ms(i64::try_from(number).ok()?);
        let lie = sealed(party, (id, at, Seen::default()), &noted("sos/lie/3"), chance);
        written = written && append(party, &lie);
    }
    party.start().ok()?;
    written.then_some((keep, keep + new))
}
