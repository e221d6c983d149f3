//! The world: a host that may lie, a guest, two witnesses, heads.

use std::collections::BTreeSet;
use std::ops::{Index, IndexMut};

/// A moment, in units of the largest skew of two clocks that is allowed.
pub type Time = i16;

/// A step of the true time.
pub const STEP: Time = 5;

/// Authority dies when the host has not been heard for longer than that (F of the agreement).
pub const FRESH: Time = 10;

/// The guest's clock is off by at most that (S of the agreement).
pub const SKEW: Time = 1;

/// One of two leases that the host may grant, or of two witnesses of its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Which {
    /// The first.
    One,
    /// The second.
    Other,
}

impl Which {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::One, Self::Other];
}

/// Something of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pair<T> {
    /// Of the first.
    pub one: T,
    /// Of the second.
    pub other: T,
}

impl<T> Index<Which> for Pair<T> {
    type Output = T;

    fn index(&self, which: Which) -> &T {
        match which {
            Which::One => &self.one,
            Which::Other => &self.other,
        }
    }
}

impl<T> IndexMut<Which> for Pair<T> {
    fn index_mut(&mut self, which: Which) -> &mut T {
        match which {
            Which::One => &mut self.one,
            Which::Other => &mut self.other,
        }
    }
}

impl<T> Pair<T> {
    /// Both, the first first.
    pub const fn both(&self) -> [&T; 2] {
        [&self.one, &self.other]
    }
}

/// A statement of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word {
    /// A lease is granted.
    Grant(Which),
    /// It is revoked, for ever.
    Revoke(Which),
    /// Something that changes no consent: what a liar shows in the place of a revocation.
    Aside,
    /// A witness has cosigned a head over so many statements.
    Shown(Which, usize),
}

/// Statements, each with the host's time.
pub type Book = Vec<(Word, Time)>;

/// A signed head, with all that stands under it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    /// The heads that it held when it acted, once longer ledgers took their place.
    pub kept: Vec<Head>,
    /// The time of its own newest statement.
    pub stated: Time,
    /// Has it stated anything since the ledger that it holds last grew?
    pub spoke: bool,
    /// What it was ever shown. Only the properties look at it.
    pub saw: Saw,
}

/// What somebody was ever shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Saw {
    /// A revocation.
    pub revocation: bool,
    /// What only the lie says.
    pub lie: bool,
}

/// From when authority is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Counts {
    /// From the time inside the host's signature, as the engine does.
    FromSignature,
    /// From the guest's own time of receipt, which is wrong, and must be found to be.
    FromReceipt,
}

/// What the agreement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rules {
    /// How authority is counted.
    pub counts: Counts,
    /// How many witnesses must have cosigned a grant before anybody acts under it.
    pub quorum: usize,
}

impl Rules {
    /// The engine's own, with a quorum of so many witnesses.
    pub const fn asking(quorum: usize) -> Self {
        Self { counts: Counts::FromSignature, quorum }
    }
}

/// Everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct World {
    /// The true time, which the host's clock shows.
    pub now: Time,
    /// How far the guest's clock is ahead of it.
    pub skew: Time,
    /// What the agreement says.
    pub rules: Rules,
    /// The host's ledger.
    pub truth: Book,
    /// The other ledger that a lying host keeps.
    pub lie: Option<Book>,
    /// Heads on their way to the guest: each may come late, after a later one, twice, or never.
    pub flight: BTreeSet<Head>,
    /// What the guest holds.
    pub guest: Mirror,
    /// The head that each witness cosigned last.
    pub witness: Pair<Head>,
    /// When a lease was revoked, by the true time.
    pub revoked: Pair<Option<Time>>,
    /// When the guest last acted under a lease, by the true time.
    pub acted: Pair<Option<Time>>,
    /// The time of the head under which it did.
    pub under: Pair<Time>,
}

impl World {
    /// The beginning, with a guest's clock that is so far ahead.
    pub fn begin(skew: Time, rules: Rules) -> Self {
        Self {
            now: 0,
            skew,
            rules,
            truth: Book::new(),
            lie: None,
            flight: BTreeSet::new(),
            // What it asked for before the first word it asked under the head that it holds.
            guest: Mirror { spoke: true, ..Mirror::default() },
            witness: Pair::default(),
            revoked: Pair::default(),
            acted: Pair::default(),
            under: Pair::default(),
        }
    }

    /// The guest's time: its clock's, held where the host's signatures prove it to be behind, and
    /// never before what it has stated itself.
    pub fn guest_now(&self) -> Time {
        (self.now + self.skew).max(self.guest.heard - SKEW).max(self.guest.stated)
    }

    /// May the guest act under a lease, as far as it can know?
    pub fn may_act(&self, lease: Which) -> bool {
        let book = &self.guest.book;
        let granted = find(book, Word::Grant(lease));
        let revoked = find(book, Word::Revoke(lease)).is_some();
        let now = self.guest_now();
        let fresh = now - self.guest.heard <= FRESH;
        granted.is_some_and(|(place, from)| from <= now && self.counts(book, place))
            && !revoked
            && fresh
    }

    /// Does a grant at a place of a ledger count there: have enough witnesses cosigned it?
    pub fn counts(&self, book: &Book, place: usize) -> bool {
        let by = Which::BOTH.into_iter().filter(|witness| shown(book, *witness, place));
        by.count() >= self.rules.quorum
    }

    /// Is nobody ever found acting later than a revocation, freshness and skew together?
    pub fn in_time(&self) -> bool {
        !Which::BOTH.into_iter().any(|lease| self.late(lease))
    }

    fn late(&self, lease: Which) -> bool {
        let both = self.acted[lease].zip(self.revoked[lease]);
        both.is_some_and(|(acted, revoked)| acted > revoked + FRESH + SKEW)
    }

    /// Does the host keep one ledger only?
    pub const fn honest(&self) -> bool {
        self.lie.is_none()
    }

    /// Was the guest ever shown two ledgers of which neither continues the other?
    pub fn saw_both(&self) -> bool {
        let forked = self.lie.as_ref().is_some_and(|lie| forked(lie, &self.truth));
        forked && self.guest.saw.revocation && self.guest.saw.lie
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

    /// Must somebody be able to prove why an act was late? A witness has cosigned the revocation:
    /// of another ledger than the guest's, or before the head was signed under which it acted.
    /// A host that shows it to nobody until then may have written it late.
    pub fn owes_proof(&self) -> bool {
        let fork = self.lie.as_ref().is_some_and(|lie| forked(lie, &self.truth));
        Which::BOTH.into_iter().filter(|lease| self.late(*lease)).any(|lease| {
            let before = |head: &Head| {
                find(&head.book, Word::Revoke(lease)).is_some()
                    && (fork || head.at < self.under[lease])
            };
            self.witness.both().into_iter().any(before)
        })
    }

    /// Do two of guest and witnesses hold heads that no honest host signs both of: the evidence
    /// that convinces anybody?
    pub fn evidence(&self) -> bool {
        let guest = Head { book: self.guest.book.clone(), at: self.guest.last };
        let [one, other] = self.witness.both();
        let mut held = self.guest.kept.iter().chain(std::iter::once(&guest));
        held.any(|head| contradict(head, one) || contradict(head, other)) || contradict(one, other)
    }

    /// Has every witness cosigned what the guest acted under, if a quorum of all is asked for?
    pub fn acts_are_witnessed(&self) -> bool {
        Which::BOTH.into_iter().filter(|lease| self.acted[*lease].is_some()).all(|lease| {
            let Some((place, _)) = find(&self.guest.book, Word::Grant(lease)) else { return false };
            let under = self.guest.book.get(..=place).unwrap_or_default();
            let holds = self.witness.both().into_iter().filter(|head| head.book.starts_with(under));
            holds.count() >= self.rules.quorum
        })
    }

    /// Does a grant that both ledgers have, each in a place of its own, count in one at most?
    pub fn one_quorum(&self) -> bool {
        let Some(lie) = &self.lie else { return true };
        Which::BOTH.into_iter().all(|lease| {
            let (mine, other) =
                (find(&self.truth, Word::Grant(lease)), find(lie, Word::Grant(lease)));
            let (Some((mine, _)), Some((other, _))) = (mine, other) else { return true };
            let same = self.truth.get(..=mine) == lie.get(..=other);
            same || !self.counts(&self.truth, mine) || !self.counts(lie, other)
        })
    }
}

/// Where a word stands, and since when.
pub fn find(book: &[(Word, Time)], word: Word) -> Option<(usize, Time)> {
    let place = book.iter().position(|(it, _)| *it == word)?;
    book.get(place).map(|(_, at)| (place, *at))
}

/// Does a ledger show that a witness cosigned what stands at a place?
pub fn shown(book: &[(Word, Time)], witness: Which, place: usize) -> bool {
    let over =
        |word: &Word| matches!(word, Word::Shown(by, size) if *by == witness && *size > place);
    book.iter().any(|(word, _)| over(word))
}

/// Does neither continue the other?
pub fn forked(one: &[(Word, Time)], other: &[(Word, Time)]) -> bool {
    !one.starts_with(other) && !other.starts_with(one)
}

// Two ledgers of which neither continues the other, or a shorter one with a later time.
fn contradict(one: &Head, other: &Head) -> bool {
    let back = |short: &Head, long: &Head| short.book.len() < long.book.len() && short.at > long.at;
    forked(&one.book, &other.book) || back(one, other) || back(other, one)
}
