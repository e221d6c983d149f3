//! What two parties say before posts are drawn: pledges, then seeds.
//!
//! A pledge binds a seed to one plan, to its last byte, and to the side that made it. Whoever has
//! both pledges before either seed was shown knows that nobody chose what is drawn.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;
use words::hash::{Hash, Seed};
use words::role::Side;

const DOMAIN: &str = "safeconduct/posts/1\npledge\n";

const WORD: &str = "safeconduct-post";

/// Which plan: the SHA-256 of its file.
pub fn plan_hash(text: &str) -> Hash {
    Hash(Sha256::digest(text).into())
}

/// Binds a side to its seed for one plan, without showing it.
pub fn pledge(side: Side, plan: &Hash, seed: &Seed) -> Hash {
    // Every part has one length, or is one of two words that end in a line feed.
    let hash = Sha256::new()
        .chain_update(DOMAIN)
        .chain_update(word(side))
        .chain_update("\n")
        .chain_update(plan.0)
        .chain_update(seed.0);
    Hash(hash.finalize().into())
}

/// The word for a side.
pub const fn word(side: Side) -> &'static str {
    match side {
        Side::Host => "host",
        Side::Guest => "guest",
    }
}

/// The side of a word.
pub fn side(word: &str) -> Option<Side> {
    match word {
        "host" => Some(Side::Host),
        "guest" => Some(Side::Guest),
        _ => None,
    }
}

/// A line that a party says.
#[derive(Clone, PartialEq, Eq)]
pub enum Said {
    /// It is bound to a seed that it does not show.
    Pledged {
        /// Which side.
        side: Side,
        /// For which plan.
        plan: Hash,
        /// To what.
        pledge: Hash,
    },
    /// It shows its seed.
    Shown {
        /// Which side.
        side: Side,
        /// For which plan.
        plan: Hash,
        /// The seed.
        seed: Seed,
    },
}

// A seed that is not shown yet is in no log.
impl fmt::Debug for Said {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pledged { .. } => write!(out, "{self}"),
            Self::Shown { side, .. } => write!(out, "the seed of the {}", word(*side)),
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pledged { side, plan, pledge } => {
                write!(out, "{WORD} pledge {} {plan} {pledge}", word(*side))
            }
            Self::Shown { side, plan, seed } => {
                write!(out, "{WORD} seed {} {plan} {seed}", word(*side))
            }
        }
    }
}

/// Every such line of a text, in its order; whatever else stands there says nothing.
pub fn said(text: &str) -> Vec<Said> {
    text.lines().filter_map(line).collect()
}

fn line(line: &str) -> Option<Said> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [WORD, kind, by, plan, what] = words.as_slice() else { return None };
    let side = side(by)?;
    let plan = Hash::try_from((*plan).to_owned()).ok()?;
    match *kind {
        "pledge" => {
            let pledge = Hash::try_from((*what).to_owned()).ok()?;
            Some(Said::Pledged { side, plan, pledge })
        }
        "seed" => Some(Said::Shown { side, plan, seed: Seed::try_from((*what).to_owned()).ok()? }),
        _ => None,
    }
}

/// Why what was said does not bind both parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unbound {
    /// Something is missing.
    #[error("the {} of the {} is not there", what(*.pledge), word(*.side))]
    Missing {
        /// Whose.
        side: Side,
        /// Its pledge, or its seed?
        pledge: bool,
    },
    /// It is about another plan.
    #[error("what the {} says is about another plan", word(*.0))]
    OtherPlan(Side),
    /// Two different things were said.
    #[error("the {} says two different things for one plan", word(*.0))]
    Twice(Side),
    /// A seed is not the one that was pledged.
    #[error("the seed of the {} does not open its pledge", word(*.0))]
    NotOpened(Side),
}

const fn what(pledge: bool) -> &'static str {
    if pledge { "pledge" } else { "seed" }
}

/// Both pledges and the seeds that open them, for one plan.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Which plan.
    pub plan: Hash,
    /// The pledges, the host's first.
    pub pledges: [Hash; 2],
    /// The seeds, the host's first.
    pub seeds: [Seed; 2],
}

impl fmt::Debug for Bound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Bound({})", self.plan)
    }
}

/// What both have said for a plan, held against each other.
pub fn bound(plan: &Hash, said: &[Said]) -> Result<Bound, Unbound> {
    let (mut pledges, mut seeds) = (BTreeMap::new(), BTreeMap::new());
    let mut others = Vec::new();
    for it in said {
        let (side, same) = match *it {
            Said::Pledged { side, plan: of, .. } | Said::Shown { side, plan: of, .. }
                if of != *plan =>
            {
                others.push(side);
                continue;
            }
            Said::Pledged { side, pledge, .. } => {
                (side, *pledges.entry(side).or_insert(pledge) == pledge)
            }
            Said::Shown { side, seed, .. } => (side, *seeds.entry(side).or_insert(seed) == seed),
        };
        if !same {
            return Err(Unbound::Twice(side));
        }
    }
    let of = |side| -> Result<(Hash, Seed), Unbound> {
        let absent = |pledge| {
            let other = others.contains(&side);
            if other { Unbound::OtherPlan(side) } else { Unbound::Missing { side, pledge } }
        };
        let promised = pledges.get(&side).copied().ok_or_else(|| absent(true))?;
        let seed = seeds.get(&side).copied().ok_or_else(|| absent(false))?;
        if pledge(side, plan, &seed) == promised {
            Ok((promised, seed))
        } else {
            Err(Unbound::NotOpened(side))
        }
    };
    let (host, guest) = (of(Side::Host)?, of(Side::Guest)?);
    Ok(Bound { plan: *plan, pledges: [host.0, guest.0], seeds: [host.1, guest.1] })
}

#[cfg(test)]
mod tests {
    use words::hash::{Hash, Seed};
    use words::role::Side::{self, Guest, Host};

    use super::{Said, Unbound, bound, plan_hash, pledge, said};

    fn pledged(side: Side, plan: Hash, seed: u8) -> Said {
        Said::Pledged { side, plan, pledge: pledge(side, &plan, &Seed([seed; 32])) }
    }

    fn shown(side: Side, plan: Hash, seed: u8) -> Said {
        Said::Shown { side, plan, seed: Seed([seed; 32]) }
    }

    #[test]
    fn four_lines_bind_both_and_nothing_else_does() {
        let (plan, other) = (plan_hash("a plan"), plan_hash("another"));
        let all = [
            pledged(Host, plan, 1),
            pledged(Guest, plan, 2),
            shown(Host, plan, 1),
            shown(Guest, plan, 2),
        ];
        let letters = all.each_ref().map(|it| format!("Dear colleague,\n  {it}  \n"));
        let text = letters.concat();
        assert_eq!(said(&text), all, "what stands between the lines says nothing");
        let made = bound(&plan, &all).unwrap();
        assert_eq!(made.seeds, [Seed([1; 32]), Seed([2; 32])]);
        assert_eq!(bound(&other, &all), Err(Unbound::OtherPlan(Host)));
        for (left_out, side, pledge) in
            [(0, Host, true), (1, Guest, true), (2, Host, false), (3, Guest, false)]
        {
            let mut some = all.to_vec();
            some.remove(left_out);
            assert_eq!(bound(&plan, &some), Err(Unbound::Missing { side, pledge }));
        }
        let with = |at: usize, it: Said| {
            let mut some = all.to_vec();
            some[at] = it;
            bound(&plan, &some)
        };
        assert_eq!(with(2, shown(Host, plan, 3)), Err(Unbound::NotOpened(Host)));
        // The counterpart's pledge repeated, and its seed with it.
        let Said::Pledged { pledge, .. } = all[0] else { panic!("a pledge") };
        let mut copied = all.to_vec();
        copied[1] = Said::Pledged { side: Guest, plan, pledge };
        copied[3] = shown(Guest, plan, 1);
        assert_eq!(bound(&plan, &copied), Err(Unbound::NotOpened(Guest)));
        // A pledge of another plan under this plan's name.
        let Said::Pledged { pledge, .. } = pledged(Guest, other, 2) else { panic!("a pledge") };
        let moved = with(1, Said::Pledged { side: Guest, plan, pledge });
        assert_eq!(moved, Err(Unbound::NotOpened(Guest)));
        let twice = [&all[..], &[shown(Guest, plan, 9)]].concat();
        assert_eq!(bound(&plan, &twice), Err(Unbound::Twice(Guest)));
        let again = [&all[..], &all[..]].concat();
        assert!(bound(&plan, &again).is_ok(), "the same twice is the same");
        assert!(!format!("{all:?}").contains("0101"), "a seed is in no log");
    }

    // docs/formats/post.md.
    #[test]
    fn the_vector_of_the_format() {
        let doc = include_str!("../../../docs/formats/post.md");
        let plan = plan_hash("title = \"x\"\nstart = \"2025-03-10\"\n");
        let lines = said(doc);
        assert_eq!(lines.len(), 4, "four lines stand in the document");
        assert!(bound(&plan, &lines).is_ok());
    }
}
