//! How histories end: calm, restored from a copy, or rewritten.

use engine::fault::{Answer, Fault, chain};
use engine::peer::PeerError;
use store::memory::Image;
use words::act::Act;
use words::alarm::AlarmNoted;
use words::id::AlarmId;
use words::moment::Moment;
use words::role::Side;

use crate::chance::Chance;
use crate::check::{Failure, export, fail, kept, revocations, secrets};
use crate::keys::{hold, same};
use crate::liar::{Lie, lied_consent, lied_person, lied_task, rewrite};
use crate::mood::{Ending, Liar};
use crate::party::party_id;
use crate::world::World;

/// Beats in which two sound nodes on a sound line meet: four letters each way, with repeats.
const BEATS: u32 = 20;

/// The heads of a clock that was ahead stay ahead until the true time has caught up.
const CATCH_UP_MS: i64 = 2 * 3_600_000;

/// The storm is over: power, room, line and clocks are back, and both nodes meet.
pub fn calm(world: &mut World<'_>) -> Result<(), Failure> {
    world.net.heal();
    world.host.skew_ms = 0;
    world.guest.skew_ms = 0;
    let jumps = world.mood.jump_one_in > 0;
    world.pass_ms(if jumps { CATCH_UP_MS } else { 2 * world.mood.skew_ms_max });
    if world.mood.liar == Liar::Bodies {
        world.mood.liar = Liar::None;
    }
    for side in [Side::Host, Side::Guest] {
        world.party(side).disk.relieve();
        let doomed = world.party(side).engine.is_none();
        if doomed {
            world.power(side)?;
        } else {
            // Trouble that was announced and never came.
            let image = world.party(side).disk.image();
            world.party(side).disk.restore(image);
        }
    }
    for _ in 0..BEATS {
        world.beat()?;
    }
    // Somebody may have acted in the last beat of all.
    for _ in 0..BEATS {
        let [host, guest] = sizes(world)?;
        if host == guest {
            return Ok(());
        }
        world.beat()?;
    }
    let [host, guest] = sizes(world)?;
    fail("both nodes meet", format!("{host:?} and {guest:?}"))
}

fn sizes(world: &World<'_>) -> Result<[(u64, u64); 2], Failure> {
    match (&world.host.engine, &world.guest.engine) {
        (Some(host), Some(guest)) => Ok([host.fold().sizes(), guest.fold().sizes()]),
        (None, _) | (_, None) => fail("both nodes come back", "one is off"),
    }
}

/// What must hold when both have met.
pub fn settled(world: &World<'_>) -> Result<(), Failure> {
    let skew_ms =
        if world.mood.jump_one_in > 0 { 3_600_000 } else { world.mood.skew_ms_max } + 1_000;
    // Either node's export will do: what differs between the two was looked at in every beat.
    let auditor = if world.acked.len().is_multiple_of(2) { Side::Host } else { Side::Guest };
    if let (Some(host), Some(guest)) = (&world.host.engine, &world.guest.engine) {
        same(host, guest)?;
        same(guest, host)?;
    }
    for engine in [&world.host.engine, &world.guest.engine].into_iter().flatten() {
        kept(engine, &world.acked)?;
        hold(engine, &world.acked)?;
        let minutes = if engine.side() == auditor { export(engine)? } else { 0 };
        if world.mood.is_honest() && minutes > 0 {
            let found = node::audit::uncovered(engine.state(), engine.now());
            return fail("honest guests are never without consent", format!("{found:?}"));
        }
        if let Some((party, codes)) = engine.state().misbehaved.iter().next() {
            return fail("nobody honest is accused", format!("{party}: {codes:?}"));
        }
        revocations(engine)?;
        secrets(engine, &world.handed, skew_ms)?;
        lies(world, engine)?;
    }
    Ok(())
}

// Every lie stands in the ledger, is void, and presence that it admits is counted.
fn lies(world: &World<'_>, engine: &engine::engine::Engine) -> Result<(), Failure> {
    let state = engine.state();
    let void = usize::try_from(state.void).unwrap_or(0);
    let enrolled = [Some(engine.own()), engine.peer()]
        .into_iter()
        .flatten()
        .any(|ledger| ledger.reader().keys().values().any(|key| key.person == lied_person()));
    let begun = state.tasks.contains_key(&lied_task());
    if enrolled || begun || state.consents.contains_key(&lied_consent()) {
        return fail("a lie does not act", "a lease, a task or a key of the liar's");
    }
    if void < world.lies.len() {
        return fail("a lie is void", format!("{void} void of {:?}", world.lies));
    }
    let stays = world.lies.iter().filter(|lie| matches!(lie, Lie::Start | Lie::Backdated)).count();
    let later = engine.now().plus_ms(60_000);
    let minutes = node::audit::unconsented_guest_minutes(state, later);
    if stays > 0 && minutes == 0 {
        return fail("presence without consent is counted", format!("{:?}", world.lies));
    }
    Ok(())
}

/// The last scene, after which one of the two may no longer be trusted.
pub fn last_scene(world: &mut World<'_>, old: Option<Image>) -> Result<(), Failure> {
    match (world.mood.ending, old) {
        (Ending::Calm, _) | (Ending::AsksFirst(_) | Ending::SignsFirst(_), None) => Ok(()),
        (Ending::AsksFirst(side), Some(old)) => asks_first(world, side, old),
        (Ending::SignsFirst(side), Some(old)) => signs_first(world, side, old),
        (Ending::Rewrites(side), _) => rewrites(world, side),
    }
}

fn size(world: &mut World<'_>, side: Side) -> u64 {
    world.party(side).engine.as_ref().map_or(0, |engine| engine.own().size())
}

// Restores the old copy; `None` if that loses nothing, or if the node saw by itself that it
// is behind.
fn restored(world: &mut World<'_>, side: Side, old: Image) -> Result<Option<u64>, Failure> {
    let had = size(world, side);
    world.party(side).engine = None;
    world.party(side).disk.restore(old);
    match world.party(side).start() {
        Ok(()) => {}
        Err(fault) if matches!(*fault, Fault::Behind { .. }) => return Ok(None),
        Err(fault) => return fail("an old copy starts or refuses", chain(fault.as_ref())),
    }
    let have = size(world, side);
    world.tell(side, "restores an old copy", format!("{have} of {had} entries"));
    Ok((have < had).then_some(have))
}

fn asks_first(world: &mut World<'_>, side: Side, old: Image) -> Result<(), Failure> {
    let Some(_) = restored(world, side, old)? else { return Ok(()) };
    let theirs = world.party(side.other()).engine.as_ref();
    let shown = theirs.and_then(|engine| engine.peer()?.head()).map(ToString::to_string);
    let Some(shown) = shown else { return Ok(()) };
    let party = world.party(side);
    let Some(engine) = party.engine.as_mut() else { return Ok(()) };
    let taken = engine.take_cosigned(&shown);
    if !matches!(&taken, Err(PeerError::Fault(fault)) if matches!(**fault, Fault::Behind { .. })) {
        return fail("a node that is behind knows it", format!("{taken:?}"));
    }
    let key = party.officer.clone();
    let signed = engine.act(&key, noted());
    let refuses =
        matches!(&signed, Err(Answer::Fault(fault)) if matches!(**fault, Fault::Behind { .. }));
    if refuses {
        Ok(())
    } else {
        fail("a node that is behind does not sign", format!("{signed:?}"))
    }
}

fn signs_first(world: &mut World<'_>, side: Side, old: Image) -> Result<(), Failure> {
    let Some(_) = restored(world, side, old)? else { return Ok(()) };
    let party = world.party(side);
    let key = party.officer.clone();
    let Some(engine) = party.engine.as_mut() else { return Ok(()) };
    if let Err(Answer::Fault(fault)) = engine.act(&key, noted()) {
        return fail("an old copy signs", chain(fault.as_ref()));
    }
    caught(world, side)
}

// An act that needs nobody's leave.
fn noted() -> Act {
    let alarm = AlarmId::new("sos/again/1").expect("words make an id");
    Act::AlarmNoted(AlarmNoted { alarm })
}

fn rewrites(world: &mut World<'_>, side: Side) -> Result<(), Failure> {
    let mut chance = Chance::of(world.trouble.below(u64::MAX), "rewrite");
    let Some((kept, grown)) = rewrite(world.party(side), &mut chance) else { return Ok(()) };
    world.tell(side, "rewrites its ledger", format!("keeps {kept}, writes up to {grown}"));
    world.deaf = Some(side);
    caught(world, side)
}

// The other node names it in its own ledger, for every reader of that ledger.
fn caught(world: &mut World<'_>, side: Side) -> Result<(), Failure> {
    world.acked.clear();
    world.party(side.other()).asked = Moment::default();
    let before = world.party(side.other()).engine.as_ref().map_or(0, |it| it.own().size());
    for _ in 0..BEATS {
        alone(world, side)?;
    }
    let stopped = world.party(side).engine.is_none();
    let Some(other) = &world.party(side.other()).engine else { return Ok(()) };
    let named = other.state().misbehaved.contains_key(&party_id(side));
    let noted = other.own().lines().iter().skip(usize::try_from(before).unwrap_or(0));
    let noted = noted.filter(|line| matches!(line.entry.act, Some(Act::MisbehaviourNoted(_))));
    match (named, noted.count()) {
        (true, 1) => Ok(()),
        // Shown a head of its own that it no longer has, it stopped before anyone saw the fork.
        (false, 0) if stopped => Ok(()),
        seen => fail("who rewrites its ledger is named, once", format!("{side:?}: {seen:?}")),
    }
}

// A beat in which the checks of sound nodes do not apply: one of them is not.
fn alone(world: &mut World<'_>, side: Side) -> Result<(), Failure> {
    match world.beat() {
        Err(failure) if failure.check == "one joint state" => Ok(()),
        Err(failure) if failure.detail.contains("old copy") => {
            world.party(side).engine = None;
            Ok(())
        }
        other => other,
    }
}
