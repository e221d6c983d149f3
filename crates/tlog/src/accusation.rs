//! An accusation: a file that shows a stranger what a log did.
//!
//! Two heads that contradict each other prove themselves: nobody but the log could have signed
//! them. What a log did not show cannot be proved by what it signed; there the file holds a
//! witness's signed word, and says so.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use note::digest::sha256;
use thiserror::Error;
use words::hash::Hash;
use words::moment::Moment;

use crate::head::{HEAD_BYTES_MAX, HeadError, read_hash};
use crate::signed::{Signed, SignedCheckpoint};
use crate::tree::{Tree, verify_consistency};
use crate::vkey::Vkey;
use crate::witness::{PROOF_LINES_MAX, decimal};

const MAGIC: &str = "safeconduct/accusation@v1";
const TESTIMONY: &str = "safeconduct/testimony@v1";

/// Two signed heads and a proof between them.
pub const ACCUSATION_BYTES_MAX: usize = 2 * HEAD_BYTES_MAX + 8_192;

/// What a log is accused of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Charge {
    /// Two roots at one size.
    Equivocation,
    /// A head that is no beginning of a larger one.
    SplitView,
    /// A smaller head that the log vouched for after a larger one.
    Rollback,
    /// Entries under a signed head that are not given out.
    Withheld,
    /// No newer head for too long.
    Stale,
}

impl Charge {
    /// The charge as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equivocation => "equivocation",
            Self::SplitView => "split-view",
            Self::Rollback => "rollback",
            Self::Withheld => "withheld",
            Self::Stale => "stale",
        }
    }

    /// Every charge.
    pub const ALL: [Self; 5] =
        [Self::Equivocation, Self::SplitView, Self::Rollback, Self::Withheld, Self::Stale];

    /// Do the log's own signatures prove it, with nobody's word needed?
    pub const fn proves_itself(self) -> bool {
        match self {
            Self::Equivocation | Self::SplitView | Self::Rollback => true,
            Self::Withheld | Self::Stale => false,
        }
    }
}

/// What a witness says that it did not get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Testimony {
    /// What it accuses the log of: [`Charge::Withheld`] or [`Charge::Stale`].
    pub charge: Charge,
    /// SHA-256 of the text of the head that it speaks of, without signatures.
    pub head: Hash,
    /// How many entries of the log the witness holds.
    pub have: u64,
    /// Since when it has asked, by its clock.
    pub since: Moment,
    /// Until when it has asked.
    pub until: Moment,
}

impl fmt::Display for Testimony {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = STANDARD.encode(self.head.0);
        writeln!(out, "{TESTIMONY}\n{} {head}\nhave {}", self.charge.as_str(), self.have)?;
        writeln!(out, "since {}\nuntil {}", self.since, self.until)
    }
}

impl FromStr for Testimony {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        read_testimony(text)
            .filter(|read| read.to_string() == text)
            .ok_or(HeadError::Malformed("testimony"))
    }
}

fn read_testimony(text: &str) -> Option<Testimony> {
    let mut lines = text.lines();
    lines.next().filter(|line| *line == TESTIMONY)?;
    let (charge, head) = lines.next()?.split_once(' ')?;
    Some(Testimony {
        charge: charge_of(charge).filter(|charge| !charge.proves_itself())?,
        head: read_hash(head)?,
        have: decimal(lines.next()?.strip_prefix("have ")?)?,
        since: Moment::parse(lines.next()?.strip_prefix("since ")?)?,
        until: Moment::parse(lines.next()?.strip_prefix("until ")?)?,
    })
}

fn charge_of(word: &str) -> Option<Charge> {
    Charge::ALL.into_iter().find(|charge| charge.as_str() == word)
}

/// The other half of an accusation, beside the head that all of them have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Against {
    /// Another head of the same log, at least as large.
    Head {
        /// That head.
        head: Box<SignedCheckpoint>,
        /// For a split view: the root that the other head's tree had at the first head's size,
        /// and the proof of it.
        between: Option<(Hash, Vec<Hash>)>,
    },
    /// A witness's word.
    Word {
        /// Whose.
        witness: Vkey,
        /// What it says.
        testimony: Signed<Testimony>,
    },
}

/// An accusation of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accusation {
    /// Of what.
    pub charge: Charge,
    /// The key of the log.
    pub log: Vkey,
    /// The head that the log signed; the smaller one of two.
    pub head: SignedCheckpoint,
    /// What stands against it.
    pub against: Against,
}

/// Why an accusation does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AccusationError {
    /// A part is missing or cannot be read.
    #[error("the {0} of the accusation cannot be read")]
    Malformed(&'static str),
    /// A head in it cannot be read.
    #[error("a head in the accusation cannot be read")]
    Head(#[source] HeadError),
    /// It reads, but would have been written in another way.
    #[error("the accusation is not in canonical form")]
    NotCanonical,
    /// A head is not of the log.
    #[error("a head in it is not signed by the log that is accused")]
    NotTheLog,
    /// The testimony is not the witness's, or is about another head.
    #[error("the testimony in it is not signed by its witness, or speaks of another head")]
    NotTheWitness,
    /// What it holds contradicts nothing.
    #[error("what it holds does not contradict itself: nothing is shown")]
    Innocent,
}

impl Accusation {
    /// The accusation that two heads of a log make, if they make one. `tree` is one that the
    /// larger head stands for; without it a split view at two sizes cannot be shown.
    pub fn of_heads(
        log: &Vkey,
        one: &SignedCheckpoint,
        other: &SignedCheckpoint,
        tree: &Tree,
    ) -> Option<Self> {
        let swap = one.head.size > other.head.size;
        let (small, large) = if swap { (other, one) } else { (one, other) };
        let (from, to) = (small.head.size, large.head.size);
        let stands = tree.root_at(to) == Some(large.head.root);
        let between = tree.root_at(from).zip(tree.consistency(from, to));
        let between = between.filter(|(root, _)| from < to && stands && *root != small.head.root);
        let charge = if from == to {
            Charge::Equivocation
        } else if between.is_some() {
            Charge::SplitView
        } else {
            Charge::Rollback
        };
        let against = Against::Head { head: Box::new(large.clone()), between };
        let made = Self { charge, log: log.clone(), head: small.clone(), against };
        made.verify().is_ok().then_some(made)
    }

    /// Checks everything, with nothing but what the file holds: who signed what, and that it
    /// contradicts itself, or that a witness says so.
    pub fn verify(&self) -> Result<(), AccusationError> {
        let of_log = |head: &SignedCheckpoint| {
            let origin = head.head.origin == self.log.name;
            if origin && head.verify_by(&self.log).is_ok() {
                Ok(())
            } else {
                Err(AccusationError::NotTheLog)
            }
        };
        of_log(&self.head)?;
        let shown = match &self.against {
            Against::Head { head, between } => {
                of_log(head)?;
                self.contradicts(head, between.as_ref())
            }
            Against::Word { witness, testimony } => {
                let signed = testimony.verify_by(witness);
                let said = signed.ok().ok_or(AccusationError::NotTheWitness)?;
                if said.head != sha256(self.head.head.to_string().as_bytes())
                    || said.charge != self.charge
                {
                    return Err(AccusationError::NotTheWitness);
                }
                self.wanting(said)
            }
        };
        if shown { Ok(()) } else { Err(AccusationError::Innocent) }
    }

    fn contradicts(&self, larger: &SignedCheckpoint, between: Option<&(Hash, Vec<Hash>)>) -> bool {
        let (small, large) = (&self.head.head, &larger.head);
        let at = |head: &SignedCheckpoint| head.cosigned_at(&self.log.name, &self.log.key);
        match (self.charge, between) {
            (Charge::Equivocation, None) => small.size == large.size && small.root != large.root,
            (Charge::SplitView, Some((root, proof))) => {
                let sizes = small.size < large.size && small.size > 0;
                let continues =
                    verify_consistency(small.size, *root, large.size, large.root, proof);
                sizes && *root != small.root && continues.is_ok()
            }
            (Charge::Rollback, None) => {
                let times = at(&self.head).zip(at(larger));
                small.size < large.size && times.is_some_and(|(small, large)| small > large)
            }
            (
                Charge::Equivocation
                | Charge::SplitView
                | Charge::Rollback
                | Charge::Withheld
                | Charge::Stale,
                _,
            ) => false,
        }
    }

    // Is there anything that the witness should have had?
    fn wanting(&self, said: &Testimony) -> bool {
        let waited = said.until > said.since;
        match self.charge {
            Charge::Withheld => waited && said.have < self.head.head.size,
            Charge::Stale => waited,
            Charge::Equivocation | Charge::SplitView | Charge::Rollback => false,
        }
    }

    /// Reads an accusation, in canonical form; nothing in it is checked.
    pub fn parse(text: &str) -> Result<Self, AccusationError> {
        if text.len() > ACCUSATION_BYTES_MAX {
            return Err(AccusationError::Malformed("length"));
        }
        let parts: Vec<&str> = text.split("\n\n").collect();
        let [top, head, signatures, other, last] = parts.as_slice() else {
            return Err(AccusationError::Malformed("heads"));
        };
        let top = Top::read(top)?;
        let head = SignedCheckpoint::parse(&format!("{head}\n\n{signatures}\n"))
            .map_err(AccusationError::Head)?;
        let other = format!("{other}\n\n{last}");
        let against = if let Some(witness) = top.witness {
            let testimony = Signed::parse(&other).map_err(AccusationError::Head)?;
            Against::Word { witness, testimony }
        } else {
            let head = SignedCheckpoint::parse(&other).map_err(AccusationError::Head)?;
            Against::Head { head: Box::new(head), between: top.between }
        };
        let read = Self { charge: top.charge, log: top.log, head, against };
        if read.to_string() == text { Ok(read) } else { Err(AccusationError::NotCanonical) }
    }
}

// What stands above the heads.
struct Top {
    charge: Charge,
    log: Vkey,
    witness: Option<Vkey>,
    between: Option<(Hash, Vec<Hash>)>,
}

impl Top {
    fn read(text: &str) -> Result<Self, AccusationError> {
        let mut lines = text.split('\n').peekable();
        let bad = AccusationError::Malformed;
        lines.next().filter(|line| *line == MAGIC).ok_or(bad("first line"))?;
        let charge = lines.next().and_then(|line| charge_of(line.strip_prefix("charge ")?));
        let vkey = |line: &str, word: &str| line.strip_prefix(word)?.parse().ok();
        let log = lines.next().and_then(|line| vkey(line, "log "));
        let witness = lines.next_if(|line| line.starts_with("witness "));
        let witness = witness.map(|line| vkey(line, "witness ").ok_or(bad("witness")));
        let between = match lines.next_if(|line| line.starts_with("root ")) {
            Some(line) => {
                let root = line.strip_prefix("root ").and_then(read_hash).ok_or(bad("root"))?;
                let proof = lines.by_ref().map(read_hash).collect::<Option<Vec<_>>>();
                let proof = proof.filter(|proof| proof.len() <= PROOF_LINES_MAX);
                Some((root, proof.ok_or(bad("proof"))?))
            }
            None => None,
        };
        if lines.next().is_some() {
            return Err(bad("top"));
        }
        let (charge, log) = (charge.ok_or(bad("charge"))?, log.ok_or(bad("key"))?);
        Ok(Self { charge, log, witness: witness.transpose()?, between })
    }
}

impl fmt::Display for Accusation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{MAGIC}\ncharge {}\nlog {}", self.charge.as_str(), self.log)?;
        match &self.against {
            Against::Head { head, between } => {
                if let Some((root, proof)) = between {
                    writeln!(out, "root {}", STANDARD.encode(root.0))?;
                    for hash in proof {
                        writeln!(out, "{}", STANDARD.encode(hash.0))?;
                    }
                }
                write!(out, "\n{}\n{head}", self.head)
            }
            Against::Word { witness, testimony } => {
                write!(out, "witness {witness}\n\n{}\n{testimony}", self.head)
            }
        }
    }
}
