//! The world: a host that may lie, a guest, a witness, heads.

use std::collections::BTreeSet;

/// A moment, in units of the largest skew of two clocks that is allowed.
pub type Time = i16;

/// A step of the true time.
pub const STEP: Time = 5;

/// Authority dies when the host has not been heard for longer than that (F of the agreement).
pub const FRESH: Time = 10;

/// The guest's clock is off by at most that (S of the agreement).
pub const SKEW: Time = 1;

/// A statement of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word {
    /// Consent is granted.
    Grant,
    /// It is revoked, for ever.
    Revoke,
    /// Something that changes no consent: what a liar shows in the place of a revocation.
    Aside,
}

/// Statements, each with the host's time.
pub type Book = Vec<(Word, Time)>;

/// A signed head, with all that stands under it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Head {
    /// The ledger that it is a head of, whole.
    pub book: Book,
    /// The time in its signature.
    pub at: Time,
}

/// What the guest holds of the host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mirror {
    /// The statements.
    pub book: Book,
    /// The time of the head that was taken last.
    pub last: Time,
    /// The newest time of any head that was taken: authority counts from it.
    pub heard: Time,
    /// The host contradicted itself: nothing more is taken.
    pub caught: bool,
    /// Was it ever shown the revocation? Only the properties look at it.
    pub saw_revocation: bool,
    /// Was it ever shown what only the lie says?
    pub saw_lie: bool,
}

/// From when authority is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Counts {
    /// From the time inside the host's signature, as the engine does.
    FromSignature,
    /// From the guest's own time of receipt, which is wrong, and must be found to be.
    FromReceipt,
}

/// Everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct World {
    /// The true time, which the host's clock shows.
    pub now: Time,
    /// How far the guest's clock is ahead of it.
    pub skew: Time,
    /// How authority is counted.
    pub counts: Counts,
    /// The host's ledger.
    pub truth: Book,
    /// The other ledger that a lying host keeps.
    pub lie: Option<Book>,
    /// Heads on their way to the guest: each may come late, after a later one, twice, or never.
    pub flight: BTreeSet<Head>,
    /// What the guest holds.
    pub guest: Mirror,
    /// The ledger whose head the witness cosigned last.
    pub witness: Book,
    /// When consent was revoked, by the true time.
    pub revoked: Option<Time>,
    /// When the guest last acted under consent, by the true time.
    pub acted: Option<Time>,
}

impl World {
    /// The beginning, with a guest's clock that is so far ahead.
    pub fn begin(skew: Time, counts: Counts) -> Self {
        Self {
            now: 0,
            skew,
            counts,
            truth: Book::new(),
            lie: None,
            flight: BTreeSet::new(),
            guest: Mirror::default(),
            witness: Book::new(),
            revoked: None,
            acted: None,
        }
    }

    /// The guest's time: its clock's, held where the host's signatures prove it to be behind.
    pub fn guest_now(&self) -> Time {
        (self.now + self.skew).max(self.guest.heard - SKEW)
    }

    /// May the guest act under consent, as far as it can know?
    pub fn may_act(&self) -> bool {
        let book = &self.guest.book;
        let granted = book.iter().find(|(word, _)| *word == Word::Grant).map(|(_, at)| *at);
        let revoked = book.iter().any(|(word, _)| *word == Word::Revoke);
        let now = self.guest_now();
        let fresh = now - self.guest.heard <= FRESH;
        granted.is_some_and(|from| from <= now) && !revoked && fresh
    }

    /// Is nobody ever found acting later than a revocation, freshness and skew together?
    pub fn in_time(&self) -> bool {
        let (Some(revoked), Some(acted)) = (self.revoked, self.acted) else { return true };
        acted <= revoked + FRESH + SKEW
    }

    /// Does the host keep one ledger only?
    pub const fn honest(&self) -> bool {
        self.lie.is_none()
    }

    /// Was the guest ever shown two ledgers of which neither continues the other?
    pub const fn saw_both(&self) -> bool {
        self.guest.saw_revocation && self.guest.saw_lie
    }

    /// Is what the guest holds a beginning of one ledger of the host, and never a mixture?
    pub fn one_line(&self) -> bool {
        let lie = self.lie.as_ref();
        let book = &self.guest.book;
        self.truth.starts_with(book) || lie.is_some_and(|lie| lie.starts_with(book))
    }

    /// Does the guest hold something that only the lie says?
    pub fn believes_the_lie(&self) -> bool {
        !self.truth.starts_with(&self.guest.book)
    }

    /// Has the witness cosigned the revocation?
    pub fn witnessed_revocation(&self) -> bool {
        self.witness.iter().any(|(word, _)| *word == Word::Revoke)
    }

    /// Do the guest and the witness hold two ledgers of which neither continues the other: the
    /// evidence that convinces anybody?
    pub fn evidence(&self) -> bool {
        forked(&self.guest.book, &self.witness)
    }
}

/// Does neither continue the other?
pub fn forked(one: &[(Word, Time)], other: &[(Word, Time)]) -> bool {
    !one.starts_with(other) && !other.starts_with(one)
}
