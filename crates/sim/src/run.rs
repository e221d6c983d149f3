//! Runs one history: the same seed, the same history, to the last byte.

use std::panic::{AssertUnwindSafe, catch_unwind};

use engine::engine::Engine;
use joint::state::State;
use store::memory::{Fault, Image};
use words::role::Side;

use crate::chance::Chance;
use crate::check::Failure;
use crate::finale::{calm, last_scene, settled};
use crate::keys::turn_keys;
use crate::liar::lie;
use crate::mood::{Ending, Liar, Mood};
use crate::party::agreement_id;
use crate::story::Story;
use crate::world::World;

/// Of so many seeds, one is about a single fault at each write of one short history.
const FAULT_SEED_EVERY: u64 = 100;

/// So many such seeds together cover every write.
const FAULT_SEEDS: u32 = 20;

/// What a history contained.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Statements that acted.
    pub acted: u64,
    /// Statements that are void.
    pub void: u64,
    /// Refusals.
    pub refused: u64,
    /// Movements that left.
    pub departed: u64,
    /// Tasks that began.
    pub started: u64,
    /// Lower instruments that came into force.
    pub annexes: u64,
    /// Rungs that the host closed.
    pub closed: u64,
    /// Orders of custodians that were carried out.
    pub orders: u64,
    /// Keys that were disowned.
    pub disowned: u64,
    /// Histories, those with one fault at one write among them.
    pub histories: u64,
}

impl Tally {
    /// Counts another history.
    pub fn add(&mut self, more: Self) {
        self.acted += more.acted;
        self.void += more.void;
        self.refused += more.refused;
        self.departed += more.departed;
        self.started += more.started;
        self.annexes += more.annexes;
        self.closed += more.closed;
        self.orders += more.orders;
        self.disowned += more.disowned;
        self.histories += more.histories;
    }
}

/// The history of a seed; a panic anywhere in it is a failure too.
pub fn run(seed: u64, story: &mut Story) -> Result<Tally, Failure> {
    catch_unwind(AssertUnwindSafe(|| seeded(seed, story))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Err(Failure { check: "nobody panics", detail: text.unwrap_or_default() })
    })
}

fn seeded(seed: u64, story: &mut Story) -> Result<Tally, Failure> {
    if seed % FAULT_SEED_EVERY == 7 {
        return every_write(seed / FAULT_SEED_EVERY, story);
    }
    history(seed, Mood::of(seed), story).map(|(tally, _)| tally)
}

// One short history again and again, each time going wrong at another write.
fn every_write(turn: u64, story: &mut Story) -> Result<Tally, Failure> {
    // In every second of them keys change, so that each write of an order is met as well.
    let calm = if turn.is_multiple_of(2) { Mood::calm() } else { Mood::calm().turning() };
    let (mut tally, writes) = history(turn % 3, calm, story)?;
    let first = u32::try_from(turn % u64::from(FAULT_SEEDS)).unwrap_or(0);
    for (side, writes) in [(Side::Host, writes.0), (Side::Guest, writes.1)] {
        let step = usize::try_from(FAULT_SEEDS).unwrap_or(1);
        for write in (first..writes).step_by(step) {
            // A full disk is met at every third write; the power fails before and after each.
            let full = write.is_multiple_of(3).then_some(Fault::Full);
            for fault in [Fault::CrashBefore, Fault::CrashAfter].into_iter().chain(full) {
                let mood = calm.one_fault(side, write, fault);
                let (more, _) = history(turn % 3, mood, story).map_err(|failure| {
                    let detail = format!("{side:?} {fault:?} at {write}: {}", failure.detail);
                    Failure { detail, ..failure }
                })?;
                tally.histories += more.histories;
            }
        }
    }
    Ok(tally)
}

fn history(seed: u64, mood: Mood, story: &mut Story) -> Result<(Tally, (u32, u32)), Failure> {
    let mut world = World::of(seed, mood, story)?;
    let mut time = Chance::of(seed, "time");
    let mut lies = Chance::of(seed, "lies");
    let mut turns = Chance::of(seed, "keys");
    let mut old = None;
    for step in 0..mood.steps {
        if step == mood.steps / 2 {
            old = old_copy(&mut world);
        }
        let ms = stride_ms(&world, &mut time);
        world.pass_ms(ms);
        world.stir();
        wake(&mut world)?;
        // After hours of silence the two need a moment to hear each other again.
        let beats = if ms > 600_000 { 4 } else { 1 };
        for _ in 0..beats {
            world.beat()?;
        }
        for side in [Side::Host, Side::Guest] {
            for _ in 0..time.below(5) {
                world.act(side)?;
            }
        }
        if turns.one_in(mood.keys_one_in) {
            turn_keys(&mut world, &mut turns)?;
        }
        if mood.liar == Liar::Speaks && time.one_in(15) {
            speak(&mut world, &mut lies);
        }
        for _ in 0..2 {
            world.beat()?;
        }
    }
    calm(&mut world)?;
    settled(&world)?;
    let writes = (world.host.disk.writes(), world.guest.disk.writes());
    last_scene(&mut world, old)?;
    let refused = world.refused;
    let tally = world.host.engine.as_ref().map_or_else(Tally::default, |engine| Tally {
        orders: orders(engine),
        ..tally(engine.state(), refused)
    });
    Ok((tally, writes))
}

fn orders(engine: &Engine) -> u64 {
    let ledgers = std::iter::once(engine.own()).chain(engine.peer());
    ledgers.filter_map(|ledger| ledger.reader().ring().root()).map(|root| root.serial).sum()
}

fn tally(state: &State, refused: u64) -> Tally {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let departed = state.movements.values().filter(|known| known.departed.is_some()).count();
    let started = state.tasks.values().filter(|task| task.started.is_some()).count();
    let annexes = state.agreements.values().filter(|known| known.under().is_some()).count();
    let closed = state.standing.closures(&agreement_id()).len();
    Tally {
        acted: state.acted,
        void: state.void,
        refused,
        departed: count(departed),
        started: count(started),
        annexes: count(annexes),
        closed: count(closed),
        orders: 0,
        disowned: count(state.rests.disowned.len()),
        histories: 1,
    }
}

fn old_copy(world: &mut World<'_>) -> Option<Image> {
    match world.mood.ending {
        Ending::AsksFirst(side) | Ending::SignsFirst(side) => Some(world.party(side).disk.image()),
        Ending::Calm | Ending::Rewrites(_) => None,
    }
}

// While guest people stand somewhere, minutes count; else hours and days may pass.
fn stride_ms(world: &World<'_>, time: &mut Chance) -> i64 {
    if world.busy() {
        return time.between(5_000, 60_000);
    }
    let soon = world.next_milestone().map(|moment| moment.ms_since(world.now));
    match (time.below(6), soon) {
        (0..=1, _) | (2..=3, None) => time.between(1_000, 60_000),
        (2..=3, Some(soon)) => soon + time.between(-120_000, 120_000).max(1 - soon),
        (4, _) => time.between(60_000, 900_000),
        (_, _) => time.between(900_000, 10_800_000),
    }
}

fn wake(world: &mut World<'_>) -> Result<(), Failure> {
    for side in [Side::Host, Side::Guest] {
        if world.party(side).engine.is_none() && (side == Side::Guest || world.trouble.one_in(2)) {
            world.power(side)?;
            world.whole(side)?;
        }
    }
    Ok(())
}

fn speak(world: &mut World<'_>, chance: &mut Chance) {
    if let Some(lie) = lie(&mut world.guest, chance) {
        world.tell(Side::Guest, "lies", format!("{lie:?}"));
        world.lies.push(lie);
    }
}
