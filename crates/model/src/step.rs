//! What may happen next, and what follows from it.

use std::mem;

use crate::world::{Book, Counts, Head, STEP, Time, Word, World, forked};

/// How far every history is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Until when.
    pub end: Time,
    /// Heads on their way at once.
    pub flight: usize,
    /// Does the host lie, and does a witness look?
    pub lies: bool,
}

/// What may happen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Time passes.
    Wait,
    /// The host grants consent.
    Grant,
    /// The host revokes it.
    Revoke,
    /// The host begins to keep a second ledger, in which something else stands.
    Lie,
    /// The host signs a head of its ledger and sends it to the guest.
    Send,
    /// A liar sends one of its second ledger.
    SendLie,
    /// A head arrives; it may arrive again.
    Deliver(Head),
    /// A head is lost.
    Lose(Head),
    /// The host shows its ledger to the witness.
    Witness,
    /// A liar shows the witness its second ledger.
    WitnessLie,
    /// The guest acts under consent, if it may.
    Act,
}

/// Every step that is possible within a bound.
pub fn steps(world: &World, bound: Bound) -> Vec<Step> {
    let wrote = |word| world.truth.iter().any(|(it, _)| *it == word);
    let room = world.flight.len() < bound.flight;
    let mut steps = Vec::new();
    let mut when = |may: bool, step: Step| steps.extend(may.then_some(step));
    when(world.now + STEP <= bound.end, Step::Wait);
    when(!wrote(Word::Grant), Step::Grant);
    when(wrote(Word::Grant) && !wrote(Word::Revoke), Step::Revoke);
    when(room && !world.flight.contains(&head(world, &world.truth)), Step::Send);
    if bound.lies {
        when(wrote(Word::Grant) && !wrote(Word::Revoke) && world.lie.is_none(), Step::Lie);
        when(world.witness != world.truth, Step::Witness);
    }
    if let Some(lie) = &world.lie {
        when(room && !world.flight.contains(&head(world, lie)), Step::SendLie);
        when(world.witness != *lie, Step::WitnessLie);
    }
    when(world.may_act() && world.acted != Some(world.now), Step::Act);
    let fate = |head: &Head| [Step::Deliver(head.clone()), Step::Lose(head.clone())];
    steps.extend(world.flight.iter().flat_map(fate));
    steps
}

fn head(world: &World, book: &Book) -> Head {
    Head { book: book.clone(), at: world.now }
}

/// The world after a step.
#[must_use]
pub fn after(mut world: World, step: &Step) -> World {
    match step {
        Step::Wait => world.now += STEP,
        Step::Grant => world.truth.push((Word::Grant, world.now)),
        Step::Revoke => {
            world.truth.push((Word::Revoke, world.now));
            world.revoked = Some(world.now);
        }
        Step::Lie => {
            let mut lie = world.truth.clone();
            lie.push((Word::Aside, world.now));
            world.lie = Some(lie);
        }
        Step::Send => {
            let head = head(&world, &world.truth);
            world.flight.insert(head);
        }
        Step::SendLie => {
            let head = world.lie.as_ref().map(|lie| head(&world, lie));
            world.flight.extend(head);
        }
        Step::Deliver(head) => take(&mut world, head),
        Step::Lose(head) => {
            world.flight.remove(head);
        }
        Step::Witness => {
            let book = world.truth.clone();
            cosign(&mut world.witness, book);
        }
        Step::WitnessLie => {
            if let Some(book) = world.lie.clone() {
                cosign(&mut world.witness, book);
            }
        }
        Step::Act => {
            if world.may_act() {
                world.acted = Some(world.now);
            }
        }
    }
    world
}

// The guest takes what continues what it holds. A shorter ledger with a newer time, or another
// one, is what no honest host signs.
fn take(world: &mut World, head: &Head) {
    let heard = match world.counts {
        Counts::FromSignature => head.at,
        Counts::FromReceipt => world.now + world.skew,
    };
    let guest = &mut world.guest;
    let shows = |word| head.book.iter().any(|(it, _)| *it == word);
    guest.saw_revocation |= shows(Word::Revoke);
    guest.saw_lie |= shows(Word::Aside);
    if guest.caught {
        return;
    }
    if head.book.starts_with(&guest.book) {
        guest.book.clone_from(&head.book);
        guest.last = head.at;
        guest.heard = guest.heard.max(heard);
    } else if forked(&head.book, &guest.book) || head.at > guest.last {
        guest.caught = true;
    }
}

// A witness cosigns what continues what it cosigned, and nothing else.
fn cosign(witness: &mut Book, book: Book) {
    if book.starts_with(witness) {
        drop(mem::replace(witness, book));
    }
}
