//! The list that is drawn from: one text, its hash, draw and proof.
//!
//! Bytes and a vector: docs/formats/routes.md.

use std::fmt;

use ambush::audit::{Verdict, audit};
use ambush::menu::{Attack, Menu, ROUTES_MAX, WEIGHT_TOTAL, Way};
use ambush::threat::Threat;
use note::digest::{sha256, sha256_joined};
use route::lot::Lot;
use thiserror::Error;
use words::hash::{Hash, Seed, hex};

use crate::no::No;
use crate::number::count;
use crate::question::{Posed, SLOTS_MAX};
use crate::report::Mixture;
use crate::stage::GATES_MAX;

/// The first line; another number is another reader.
pub const FORMAT: &str = "safeconduct/routes/1";

/// Domain and version of what is drawn from a list.
const DOMAIN: &str = "safeconduct/routes/1\n";

/// Four thousand routes through a city, and some.
pub const BYTES_MAX: usize = 32 << 20;

/// What is drawn from, as both parties keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The hash of the network that the numbers refer to.
    pub network: Hash,
    /// The hash of the weights.
    pub threat: Hash,
    /// Gates where a route begins.
    pub from: Vec<String>,
    /// Gates where it ends.
    pub to: Vec<String>,
    /// How long each route may take, in milliseconds; `None` if as long as it likes.
    pub limit_ms: Option<u64>,
    /// From how many minutes the departure is drawn.
    pub slots: u32,
    /// The routes: arcs, milliseconds, tickets.
    pub ways: Vec<Way>,
    /// Where a perfect attacker waits: road and share.
    pub waits: Vec<(u32, u64)>,
}

/// What two seeds chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    /// Which minute of the window, from 0.
    pub slot: u32,
    /// Which route of the list, from 0.
    pub route: usize,
}

/// Why a list cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ListError {
    /// Longer than [`BYTES_MAX`].
    #[error("a list of routes has at most {BYTES_MAX} bytes")]
    TooLong,
    /// A line that is none of a list's.
    #[error("line {0} is no line of a list of routes")]
    Line(usize),
    /// Something is missing, stands twice or in another order, or is written otherwise.
    #[error("the list is not in its one canonical form: somebody changed it")]
    Form,
    /// The tickets do not make a whole.
    #[error("the mixture does not sum to one: its {what} sum to {sum}, not to {WEIGHT_TOTAL}")]
    Sum {
        /// Which numbers.
        what: &'static str,
        /// What they sum to.
        sum: u128,
    },
}

/// The hash of weights, for comparing.
pub fn threat_hash(threat: &Threat) -> Hash {
    let weights: Vec<u8> = threat.weights().iter().flat_map(|it| it.to_be_bytes()).collect();
    sha256_joined(&[b"safeconduct/threat/1\n", &weights])
}

impl List {
    /// The list of a mixture.
    pub fn of(
        (from, to): (&[String], &[String]),
        slots: u32,
        posed: &Posed,
        mixture: &Mixture,
    ) -> Self {
        Self {
            network: Hash(posed.stage.hash()),
            threat: threat_hash(&posed.threat),
            from: from.to_vec(),
            to: to.to_vec(),
            limit_ms: mixture.menu.limit_ms,
            slots,
            ways: mixture.menu.ways.clone(),
            waits: mixture.attack.shares.clone(),
        }
    }

    /// Reads a list; anything but its canonical text is refused.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        if text.len() > BYTES_MAX {
            return Err(ListError::TooLong);
        }
        let mut list = Self {
            network: Hash([0; 32]),
            threat: Hash([0; 32]),
            from: Vec::new(),
            to: Vec::new(),
            limit_ms: None,
            slots: 0,
            ways: Vec::new(),
            waits: Vec::new(),
        };
        for (line, number) in text.lines().zip(1_usize..).skip(1) {
            list.take(line).ok_or(ListError::Line(number))?;
        }
        let gates = 1..=GATES_MAX;
        let whole = gates.contains(&list.from.len()) && gates.contains(&list.to.len());
        let sized = (1..=SLOTS_MAX).contains(&list.slots) && list.ways.len() <= ROUTES_MAX;
        if !whole || !sized || list.to_string() != text {
            return Err(ListError::Form);
        }
        let tickets = list.ways.iter().map(|way| u128::from(way.weight)).sum();
        let shares = list.waits.iter().map(|(_, share)| u128::from(*share)).sum();
        for (what, sum) in [("tickets", tickets), ("shares", shares)] {
            if sum != u128::from(WEIGHT_TOTAL) {
                return Err(ListError::Sum { what, sum });
            }
        }
        Ok(list)
    }

    fn take(&mut self, line: &str) -> Option<()> {
        let mut words = line.split(' ');
        let what = words.next()?;
        let words: Vec<&str> = words.collect();
        let gates = || words.iter().map(|gate| (*gate).to_owned()).collect();
        match (what, words.as_slice()) {
            ("network", [hash]) => self.network = Hash::try_from((*hash).to_owned()).ok()?,
            ("threat", [hash]) => self.threat = Hash::try_from((*hash).to_owned()).ok()?,
            ("from", [_, ..]) => self.from = gates(),
            ("to", [_, ..]) => self.to = gates(),
            ("limit", ["none"]) => self.limit_ms = None,
            ("limit", [limit]) => self.limit_ms = Some(limit.parse().ok()?),
            ("slots", [slots]) => self.slots = slots.parse().ok()?,
            ("way", [weight, millis, arcs @ ..]) => self.ways.push(Way {
                weight: weight.parse().ok()?,
                millis: millis.parse().ok()?,
                arcs: arcs.iter().map(|arc| arc.parse().ok()).collect::<Option<_>>()?,
            }),
            ("wait", [road, share]) => {
                self.waits.push((road.parse().ok()?, share.parse().ok()?));
            }
            _ => return None,
        }
        Some(())
    }

    /// The hash of the text: what both parties sign before there is any seed.
    pub fn hash(&self) -> Hash {
        sha256(self.to_string().as_bytes())
    }

    /// What two seeds choose: a minute, each as likely as the others, and a route, each as
    /// likely as its tickets say. The list is bound into it: another list is another draw.
    pub fn draw(&self, host: &Seed, guest: &Seed) -> Option<Drawn> {
        let mut lot = Lot::new(DOMAIN, &hex(&self.hash().0), host, guest);
        let slot = u32::try_from(lot.below(self.slots.into())?).ok()?;
        let ticket = lot.below(WEIGHT_TOTAL)?;
        let ends = self.ways.iter().scan(0_u64, |end, way| {
            *end = end.saturating_add(way.weight);
            Some(*end)
        });
        let route = ends.enumerate().find(|(_, end)| ticket < *end).map(|(route, _)| route)?;
        Some(Drawn { slot, route })
    }

    /// The mixture on the network of a question.
    pub fn mixture(&self, posed: &Posed) -> Mixture {
        Mixture {
            menu: Menu {
                from: posed.stage.from,
                to: posed.stage.to,
                limit_ms: self.limit_ms,
                ways: self.ways.clone(),
            },
            attack: Attack { shares: self.waits.clone() },
        }
    }

    /// Is it of this network and of these weights?
    pub fn is_of(&self, posed: &Posed) -> (bool, bool) {
        let network = self.network.0 == posed.stage.hash();
        (network, self.threat == threat_hash(&posed.threat))
    }

    /// What the list proves of itself: no ambush gains more than the upper bound against it, and
    /// no list within the limit has a lower one than the lower. Found without any solver.
    pub fn prove(&self, posed: &Posed) -> Result<Verdict, No> {
        let Mixture { menu, attack } = self.mixture(posed);
        let known = count(posed.threat.weights().len());
        if let Some((road, _)) = self.waits.iter().find(|(road, _)| *road >= known) {
            return Err(No::NoRoad(format!("#{road}")));
        }
        Ok(audit(&posed.stage.net, &posed.threat, &menu, &attack)?)
    }
}

impl fmt::Display for List {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{FORMAT}")?;
        writeln!(out, "network {}", hex(&self.network.0))?;
        writeln!(out, "threat {}", hex(&self.threat.0))?;
        writeln!(out, "from {}", self.from.join(" "))?;
        writeln!(out, "to {}", self.to.join(" "))?;
        match self.limit_ms {
            Some(limit) => writeln!(out, "limit {limit}")?,
            None => writeln!(out, "limit none")?,
        }
        writeln!(out, "slots {}", self.slots)?;
        for Way { arcs, millis, weight } in &self.ways {
            write!(out, "way {weight} {millis}")?;
            arcs.iter().try_for_each(|arc| write!(out, " {arc}"))?;
            writeln!(out)?;
        }
        for (road, share) in &self.waits {
            writeln!(out, "wait {road} {share}")?;
        }
        Ok(())
    }
}
