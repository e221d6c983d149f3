//! The mood of a history: what goes wrong in it, and how often.

use store::memory::Fault;
use words::role::Side;

use crate::chance::Chance;

/// Who lies during the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liar {
    /// Nobody.
    None,
    /// A guest insider signs what the node refuses.
    Speaks,
    /// The guest's node hands over bodies that are not what was signed.
    Bodies,
}

/// How the history ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Both nodes meet and agree.
    Calm,
    /// A party restores an old copy, and asks before it signs.
    AsksFirst(Side),
    /// A party restores an old copy, and signs before it asks.
    SignsFirst(Side),
    /// A party rewrites its own ledger.
    Rewrites(Side),
}

/// What goes wrong, and how often.
#[derive(Debug, Clone, Copy)]
pub struct Mood {
    /// Steps of the history.
    pub steps: u32,
    /// The power fails, or the disk fills up, once in so many steps; 0 for never.
    pub trouble_one_in: u64,
    /// The one write at which one node goes wrong, in histories about that.
    pub trouble_at: Option<(Side, u32, Fault)>,
    /// The longest that a clock is off, ms.
    pub skew_ms_max: i64,
    /// A clock jumps by an hour once in so many steps; 0 for never.
    pub jump_one_in: u64,
    /// The line is cut once in so many steps; 0 for never.
    pub cut_one_in: u64,
    /// Keys change once in so many steps; 0 for never. Only where nobody restores an old copy or
    /// rewrites a ledger: those histories are about the keys of one time.
    pub keys_one_in: u64,
    /// Who lies.
    pub liar: Liar,
    /// How it ends.
    pub ending: Ending,
}

/// How long histories are: one in four is long enough for movements from notice to debrief.
const STEPS: [u32; 4] = [14, 14, 18, 40];

impl Mood {
    /// The mood of a seed.
    pub fn of(seed: u64) -> Self {
        let mut chance = Chance::of(seed, "mood");
        let mut pick = |from: &[i64]| chance.pick(from).copied().unwrap_or(0);
        let trouble_one_in = pick(&[0, 0, 40, 12]).unsigned_abs();
        let skew_ms_max = pick(&[0, 2_000, 55_000, 90_000]);
        let jump_one_in = pick(&[0, 0, 0, 0, 0, 0, 0, 15]).unsigned_abs();
        let cut_one_in = pick(&[0, 0, 25, 10]).unsigned_abs();
        let liars = [Liar::None, Liar::None, Liar::None, Liar::None, Liar::Speaks, Liar::Bodies];
        let liar = chance.pick(&liars).copied().unwrap_or(Liar::None);
        let side = if chance.one_in(2) { Side::Host } else { Side::Guest };
        let ending = match chance.below(12) {
            0 => Ending::AsksFirst(side),
            1 => Ending::SignsFirst(side),
            2 => Ending::Rewrites(side),
            _ => Ending::Calm,
        };
        let trouble_at = None;
        let steps = chance.pick(&STEPS).copied().unwrap_or(14);
        // Of its own, so that no other choice changes.
        let turns = Chance::of(seed, "mood/keys").pick(&[0, 3, 6]).copied().unwrap_or(0);
        let keys_one_in = if ending == Ending::Calm { turns } else { 0 };
        Self {
            steps,
            trouble_one_in,
            trouble_at,
            skew_ms_max,
            jump_one_in,
            cut_one_in,
            keys_one_in,
            liar,
            ending,
        }
    }

    /// A short, calm history in which one write goes wrong.
    #[must_use]
    pub fn one_fault(self, side: Side, write: u32, fault: Fault) -> Self {
        Self { trouble_at: Some((side, write, fault)), ..self }
    }

    /// The same, and keys change in it.
    #[must_use]
    pub fn turning(self) -> Self {
        Self { keys_one_in: 3, ..self }
    }

    /// A short history in which nothing goes wrong.
    pub const fn calm() -> Self {
        Self {
            steps: 10,
            trouble_one_in: 0,
            trouble_at: None,
            skew_ms_max: 0,
            jump_one_in: 0,
            cut_one_in: 0,
            keys_one_in: 0,
            liar: Liar::None,
            ending: Ending::Calm,
        }
    }

    /// May the guest's people be found without consent? Only by a lie or by a broken clock.
    pub fn is_honest(&self) -> bool {
        self.liar != Liar::Speaks && self.jump_one_in == 0
    }
}
