//! When a half may be given up, and when a role may know.

use words::moment::Moment;
use words::movement::{Disclosure, PlanSealed, Stage};
use words::refusal::Reason;
use words::role::Role;

use crate::plan::is_drawn;

/// May a party give up its half of this stage now?
pub fn may_release(sealed: &PlanSealed, stage: Stage, now: Moment) -> Result<(), Reason> {
    // A half opens the stage for all its readers, so the last of them sets the time.
    let listed = sealed.disclosures.iter().filter(|one| one.stage == stage);
    let not_before = listed.map(|one| one.not_before).max().ok_or(Reason::NotOnTheList)?;
    // What the draw makes cannot be told before the draw, whatever the list says.
    let drawn = if is_drawn(stage) { sealed.draw_at } else { not_before };
    if now < not_before.max(drawn) { Err(Reason::TooEarly) } else { Ok(()) }
}

/// May a party reveal its seed and its half of the core now?
pub fn may_reveal(sealed: &PlanSealed, now: Moment) -> Result<(), Reason> {
    if now < sealed.draw_at { Err(Reason::TooEarly) } else { Ok(()) }
}

/// May someone of this role know this stage now?
pub fn may_know(disclosures: &[Disclosure], stage: Stage, role: Role, now: Moment) -> bool {
    let listed = |one: &&Disclosure| one.stage == stage && one.roles.contains(&role);
    disclosures.iter().filter(listed).any(|one| one.not_before <= now)
}
