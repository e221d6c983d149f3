//! What may happen next, and what follows from it.

use crate::world::{
    Book, Counts, Head, Mirror, STEP, Time, Which, Word, World, find, forked, shown,
};

/// How far every history is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Until when.
    pub end: Time,
    /// Heads on their way at once.
    pub flight: usize,
    /// Leases that may be granted.
    pub leases: &'static [Which],
    /// May they be revoked?
    pub revokes: bool,
    /// Does the host lie, and how?
    pub lies: &'static [Lie],
}

/// How a host keeps a second ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lie {
    /// It goes on otherwise.
    Aside,
    /// It stops before the revocation, and is signed on with fresh times: stale, and looks new.
    Short,
}

/// What may happen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Time passes.
    Wait,
    /// The host grants a lease.
    Grant(Which),
    /// The host revokes it.
    Revoke(Which),
    /// The host begins to keep a second ledger.
    Lie(Lie),
    /// It grants the lease there, too.
    GrantAside,
    /// The host signs a head of its ledger and sends it to the guest.
    Send,
    /// A liar sends one of its second ledger.
    SendLie,
    /// A head arrives; it may arrive again.
    Deliver(Head),
    /// A head is lost.
    Lose(Head),
    /// The host shows its ledger to a witness.
    Witness(Which),
    /// A liar shows a witness its second ledger.
    WitnessLie(Which),
    /// The host writes a witness's word into its ledger.
    Show(Which),
    /// A liar writes it into its second one.
    ShowLie(Which),
    /// The guest acts under a lease, if it may.
    Act(Which),
}

/// Every step that is possible within a bound.
pub fn steps(world: &World, bound: Bound) -> Vec<Step> {
    let wrote = |word| find(&world.truth, word).is_some();
    let room = world.flight.len() < bound.flight;
    let mut steps = Vec::new();
    let mut when = |may: bool, step: Step| steps.extend(may.then_some(step));
    when(world.now + STEP <= bound.end, Step::Wait);
    for lease in bound.leases.iter().copied() {
        // The first one first: which is called which makes no difference.
        let next = lease == Which::One || wrote(Word::Grant(Which::One));
        when(next && !wrote(Word::Grant(lease)), Step::Grant(lease));
        let may = wrote(Word::Grant(lease)) && !wrote(Word::Revoke(lease));
        when(may && bound.revokes, Step::Revoke(lease));
        when(world.may_act(lease) && world.acted[lease] != Some(world.now), Step::Act(lease));
    }
    when(room && !world.flight.contains(&head(world, &world.truth)), Step::Send);
    for lie in bound.lies {
        when(world.lie.is_none() && may_begin(world, *lie), Step::Lie(*lie));
    }
    if !bound.lies.is_empty() || world.rules.quorum > 0 {
        let asked: &[Which] = if world.rules.quorum > 0 { &Which::BOTH } else { &[Which::One] };
        for witness in asked.iter().copied() {
            let books = [Some((&world.truth, false)), world.lie.as_ref().map(|lie| (lie, true))];
            for (book, lie) in books.into_iter().flatten() {
                let asks = if lie { Step::WitnessLie } else { Step::Witness };
                let shows = if lie { Step::ShowLie } else { Step::Show };
                when(world.witness[witness].book != *book, asks(witness));
                when(helps(world, book, witness), shows(witness));
            }
        }
    }
    if let Some(lie) = &world.lie {
        when(room && !world.flight.contains(&head(world, lie)), Step::SendLie);
        let lacks = world.rules.quorum > 0 && find(lie, Word::Grant(Which::One)).is_none();
        when(lacks, Step::GrantAside);
    }
    let fate = |head: &Head| [Step::Deliver(head.clone()), Step::Lose(head.clone())];
    steps.extend(world.flight.iter().flat_map(fate));
    steps
}

// When a lie is worth telling: in the place of a revocation, or, where witnesses must have seen a
// grant, of anything.
fn may_begin(world: &World, lie: Lie) -> bool {
    let wrote = |word| find(&world.truth, word).is_some();
    match lie {
        Lie::Aside if world.rules.quorum > 0 => true,
        Lie::Aside => wrote(Word::Grant(Which::One)) && !wrote(Word::Revoke(Which::One)),
        Lie::Short => matches!(world.truth.last(), Some((Word::Revoke(_), _))),
    }
}

// Does a witness's word bring a grant nearer to its quorum?
fn helps(world: &World, book: &Book, witness: Which) -> bool {
    let cosigned = &world.witness[witness].book;
    world.rules.quorum > 0
        && book.starts_with(cosigned)
        && Which::BOTH.into_iter().any(|lease| {
            let granted = find(book, Word::Grant(lease));
            let live = find(book, Word::Revoke(lease)).is_none();
            granted.is_some_and(|(place, _)| {
                let waits = live && !world.counts(book, place);
                waits && cosigned.len() > place && !shown(book, witness, place)
            })
        })
}

fn head(world: &World, book: &Book) -> Head {
    Head { book: book.clone(), at: world.now }
}

/// The world after a step.
#[must_use]
pub fn after(mut world: World, step: &Step) -> World {
    let now = world.now;
    match step {
        Step::Wait => world.now += STEP,
        Step::Grant(lease) => world.truth.push((Word::Grant(*lease), now)),
        Step::Revoke(lease) => {
            world.truth.push((Word::Revoke(*lease), now));
            world.revoked[*lease] = Some(now);
        }
        Step::Lie(lie) => {
            let mut book = world.truth.clone();
            match lie {
                Lie::Aside => book.push((Word::Aside, now)),
                Lie::Short => book.truncate(book.len().saturating_sub(1)),
            }
            world.lie = Some(book);
        }
        Step::GrantAside => {
            world.lie.iter_mut().for_each(|lie| lie.push((Word::Grant(Which::One), now)));
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
        Step::Witness(witness) => {
            let head = head(&world, &world.truth);
            cosign(&mut world.witness[*witness], head);
        }
        Step::WitnessLie(witness) => {
            if let Some(head) = world.lie.as_ref().map(|lie| head(&world, lie)) {
                cosign(&mut world.witness[*witness], head);
            }
        }
        Step::Show(witness) => {
            let size = world.witness[*witness].book.len();
            world.truth.push((Word::Shown(*witness, size), now));
        }
        Step::ShowLie(witness) => {
            let size = world.witness[*witness].book.len();
            world.lie.iter_mut().for_each(|lie| lie.push((Word::Shown(*witness, size), now)));
        }
        Step::Act(lease) => {
            if world.may_act(*lease) {
                world.acted[*lease] = Some(now);
                world.under[*lease] = world.guest.last;
                world.guest.stated = world.guest_now();
                world.guest.spoke = true;
            }
        }
    }
    world
}

// The guest takes what continues what it holds. A shorter ledger with a newer time, or another
// one, is what no honest host signs.
fn take(world: &mut World, head: &Head) {
    let heard = match world.rules.counts {
        Counts::FromSignature => head.at,
        Counts::FromReceipt => world.now + world.skew,
    };
    let guest: &mut Mirror = &mut world.guest;
    let shows = |wanted: fn(&Word) -> bool| head.book.iter().any(|(it, _)| wanted(it));
    guest.saw.revocation |= shows(|word| matches!(word, Word::Revoke(_)));
    guest.saw.lie |= shows(|word| *word == Word::Aside);
    if guest.caught {
        return;
    }
    if head.book.starts_with(&guest.book) {
        if head.book.len() > guest.book.len() && guest.spoke {
            guest.kept.push(Head { book: guest.book.clone(), at: guest.last });
            guest.spoke = false;
        }
        guest.book.clone_from(&head.book);
        guest.last = head.at;
        guest.heard = guest.heard.max(heard);
    } else if forked(&head.book, &guest.book) || head.at > guest.last {
        guest.caught = true;
    }
}

// A witness cosigns what continues what it cosigned, and nothing else.
fn cosign(witness: &mut Head, head: Head) {
    if head.book.starts_with(&witness.book) {
        *witness = head;
    }
}
