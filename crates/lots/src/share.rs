//! Judges shares of a draw: bound to one menu, each once, in time.

use joint::asking::Asking;
use joint::cycle::draw_terms;
use joint::movement::{Movement, Standing};
use joint::state::State;
use route::draw::commitment;
use route::outcome::pledge;
use veil::plan::{fallback_hash, is_bound_to, open_core};
use words::clause::DrawFallback;
use words::hash::{Hash, Seed};
use words::id::MovementId;
use words::moment::Moment;
use words::movement::{DrawCommitted, DrawDefaulted, DrawRevealed, Fallback, PlanSealed};
use words::refusal::{Reason, Refusal};
use words::role::Side;

type Answer = Result<(), Refusal>;

/// A plan that binds both sides has the fixed entry that its agreement asks for.
pub fn bound(state: &State, known: &Movement, act: &PlanSealed) -> Answer {
    let (_, fallback) = terms(state, known);
    let lacks = act.bound.as_ref().is_some_and(|bound| bound.fallback.is_none());
    if fallback == DrawFallback::Fixed && lacks {
        let detail = "the agreement asks for an entry that is fixed when the plan is sealed";
        return Err(Refusal::new(Reason::BadMenu, detail));
    }
    Ok(())
}

/// Each side commits once, to the menu that was sealed, with a commitment never made before.
pub fn committed(state: &State, asking: &Asking<'_>, act: &DrawCommitted) -> Answer {
    let (known, plan) = sealed(state, &act.movement)?;
    if known.draw.committed.contains_key(&asking.side) || !known.draw.revealed.is_empty() {
        return Err(Refusal::new(Reason::AlreadyExists, "your side has committed"));
    }
    let menu = plan.bound.as_ref().map(|_| plan.core);
    if act.menu != menu {
        let detail = "commit to the menu that was sealed, and to no other";
        return Err(Refusal::new(Reason::SeedMismatch, detail));
    }
    if menu.is_none() {
        return Ok(());
    }
    let made = |known: &Movement| known.draw.committed.values().any(|it| *it == act.commitment);
    not_used(state, "that commitment was made", made)
}

/// A share opens its own side's commitment, after both committed and not before the hour.
pub fn revealed(state: &State, asking: &Asking<'_>, act: &DrawRevealed) -> Answer {
    let (known, plan) = sealed(state, &act.movement)?;
    if known.draw.committed.len() < 2 {
        return Err(Refusal::new(Reason::DrawIncomplete, "both sides commit before one reveals"));
    }
    if known.draw.revealed.contains_key(&asking.side) {
        return Err(Refusal::new(Reason::AlreadyExists, "your side has revealed"));
    }
    if asking.at < plan.draw_at {
        return Err(Refusal::new(Reason::TooEarly, format!("the draw is at {}", plan.draw_at)));
    }
    let binds = plan.bound.is_some();
    let shown = |known: &Movement| {
        let fixed = known.draw.defaulted.iter().filter_map(|it| it.fallback.as_ref());
        let mut seeds = known.draw.revealed.values().map(|(seed, _)| seed);
        seeds.any(|seed| *seed == act.seed) || fixed.map(|it| it.seed).any(|it| it == act.seed)
    };
    if binds {
        not_used(state, "that seed was shown", shown)?;
    }
    let party = state.parties.get(&asking.side).ok_or(Reason::NotFounded)?;
    let party = &party.founded.party;
    let truth = if binds {
        pledge(party, &act.movement, &plan.core, &act.seed)
    } else {
        commitment(party, &act.movement, &act.seed)
    };
    if known.draw.committed.get(&asking.side) != Some(&truth) {
        return Err(Refusal::new(Reason::SeedMismatch, "the seed does not open the commitment"));
    }
    if !is_bound_to(plan, asking.side, &act.half) {
        let detail = "the half is not the one to which the plan binds your side";
        return Err(Refusal::new(Reason::SeedMismatch, detail));
    }
    core_opens(known, plan, asking.side, &act.half)
}

// The second reveal completes a key. Where the plan binds both halves they are true by now, and
// what they do not open was sealed so; where it binds nobody, whoever reveals second answers.
fn core_opens(known: &Movement, plan: &PlanSealed, side: Side, half: &Seed) -> Answer {
    let Some((_, other)) = known.draw.revealed.get(&side.other()) else { return Ok(()) };
    let (host, guest) = match side {
        Side::Host => (half, other),
        Side::Guest => (other, half),
    };
    let reason = if plan.bound.is_some() { Reason::BadMenu } else { Reason::SeedMismatch };
    open_core(plan, host, guest).map(|_| ()).map_err(|cause| {
        Refusal::new(reason, format!("the two halves do not open the plan: {cause}"))
    })
}

/// After the agreed time the missing are named, by somebody else, and what the agreement says
/// follows: nothing leaves, or the entry that was fixed before.
pub fn defaulted(state: &State, asking: &Asking<'_>, act: &DrawDefaulted) -> Answer {
    let (known, plan) = sealed(state, &act.movement)?;
    if !may_default(state, known, (asking.at, asking.heard)) {
        let detail = "each side has its time to show its share: first hear the other after it";
        return Err(Refusal::new(Reason::TooEarly, detail));
    }
    let missing = known.draw.missing();
    if act.named != missing {
        let detail = format!("missing are {missing:?}");
        return Err(Refusal::new(Reason::DrawIncomplete, detail));
    }
    if act.named == [asking.side] {
        let detail = "show your share: that it is missing is for the other side to say";
        return Err(Refusal::new(Reason::NotYourSide, detail));
    }
    match (&act.fallback, asks_for_fixed(state, known)) {
        (None, None) => Ok(()),
        (Some(fallback), Some(hash)) => fixed_before(plan, hash, fallback),
        (None, Some(_)) => {
            let detail = "the agreement asks for the entry that was fixed: show it";
            Err(Refusal::new(Reason::DrawIncomplete, detail))
        }
        (Some(_), None) => {
            let detail = "nothing follows this draw: the movement is held";
            Err(Refusal::new(Reason::NotPermitted, detail))
        }
    }
}

/// When a draw that is not complete has failed; nothing before a plan is sealed.
pub fn missing_from(state: &State, known: &Movement) -> Option<Moment> {
    let (within_ms, _) = terms(state, known);
    known.plan.as_ref().map(|plan| plan.draw_at.plus_ms(within_ms))
}

/// May a draw be said to have failed, by somebody who heard the counterpart last at a moment? Once
/// its ledger was heard that late, or, if it is not heard any more, when nothing can leave.
pub fn may_default(state: &State, known: &Movement, (at, heard): (Moment, Moment)) -> bool {
    let over = known.submitted.as_ref().is_some_and(|it| it.window.end() <= at);
    missing_from(state, known).is_some_and(|until| until <= at && (until <= heard || over))
}

/// The hash of the fixed entry that follows: only if the agreement says so and the host alone
/// keeps its share back. The guest may cancel at any time, so its silence is given nothing.
pub fn asks_for_fixed(state: &State, known: &Movement) -> Option<Hash> {
    let (_, fallback) = terms(state, known);
    let follows = fallback == DrawFallback::Fixed && known.draw.missing() == [Side::Host];
    known.plan.as_ref()?.bound.as_ref()?.fallback.filter(|_| follows)
}

/// What the agreement of a movement says now of shares that are kept back.
pub fn terms(state: &State, known: &Movement) -> (i64, DrawFallback) {
    let agreement = state.agreements.get(&known.notice.agreement);
    draw_terms(agreement.and_then(|agreement| agreement.rules()).map(AsRef::as_ref))
}

fn fixed_before(plan: &PlanSealed, hash: Hash, fallback: &Fallback) -> Answer {
    let [host, guest] = [&fallback.host_half, &fallback.guest_half];
    let same = fallback_hash(&plan.movement, &plan.core, &fallback.seed) == hash
        && is_bound_to(plan, Side::Host, host)
        && is_bound_to(plan, Side::Guest, guest);
    if !same {
        let detail = "it is not the entry that was fixed when the plan was sealed";
        return Err(Refusal::new(Reason::SeedMismatch, detail));
    }
    open_core(plan, host, guest)
        .map(|_| ())
        .map_err(|cause| Refusal::new(Reason::BadMenu, cause.to_string()))
}

// A share serves one draw: what was made or shown for another is known, or soon will be.
fn not_used(state: &State, what: &str, used: impl Fn(&Movement) -> bool) -> Answer {
    let before = state.movements.values().find(|known| used(known));
    before.map_or(Ok(()), |known| {
        let detail = format!("{what} for `{}`", known.notice.movement);
        Err(Refusal::new(Reason::Replayed, detail))
    })
}

fn sealed<'a>(
    state: &'a State,
    id: &MovementId,
) -> Result<(&'a Movement, &'a PlanSealed), Refusal> {
    let unknown = || Refusal::new(Reason::UnknownMovement, format!("no movement `{id}`"));
    let known = state.movements.get(id).ok_or_else(unknown)?;
    match &known.plan {
        Some(plan) if known.standing == Standing::Sealed => Ok((known, plan)),
        Some(_) | None => {
            let detail = format!("it is {}, not sealed", known.standing.as_str());
            Err(Refusal::new(Reason::WrongState, detail))
        }
    }
}
