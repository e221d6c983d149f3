//! Semantic redline: what a new text permits and refuses.

use std::collections::BTreeSet;

use accord::rules::Rules;
use article::provision::Provision;

use crate::court::{Court, ProofFault, deep};
use crate::gain::{Gain, WITNESSES_MAX, Witness, gained, witness};
use crate::search::searched;
use crate::solver::{Choice, Panel};

/// How sure a redline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The two texts give the same answer to every request, with the same facts: proved.
    Proved,
    /// They differ in these requests. If the list was not cut short, every kind of request that
    /// differs is of the deeds, zones, categories and tasks shown.
    Found,
    /// Some requests were tried, and these differ: a search and not a proof.
    Searched,
}

impl Verdict {
    /// Its word in JSON; the sentence of it is the message `redline-WORD`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Found => "found",
            Self::Searched => "searched",
        }
    }
}

/// What two texts differ in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redline {
    /// Requests that the new text permits and the old refuses.
    pub gained: Vec<Witness>,
    /// Requests that the old text permits and the new refuses.
    pub lost: Vec<Witness>,
    /// How sure that is.
    pub verdict: Verdict,
    /// Is it proved that the new text permits nothing more?
    pub no_gain_proved: bool,
    /// Is it proved that the new text refuses nothing more?
    pub no_loss_proved: bool,
    /// Are there more requests than are shown?
    pub more: bool,
    /// What nobody could answer, and answers of the solvers that the engine does not give.
    pub doubts: Vec<String>,
    /// Kinds of provision that say something else now. Some decide nothing by themselves and
    /// change what people owe or how facts are worked out.
    pub changed: Vec<&'static str>,
    /// How many requests were tried in a search.
    pub tried: usize,
}

/// Compares two texts; without a choice of solvers, by a search over the edges of both.
pub fn compare(old: &Rules, new: &Rules, choice: Option<Choice>) -> Result<Redline, ProofFault> {
    let changed = changed(old, new);
    let Some(choice) = choice else {
        let search = searched(old, new);
        let both = |cases: Vec<_>| cases.into_iter().map(|case| witness(old, new, case)).collect();
        return Ok(Redline {
            gained: both(search.gained),
            lost: both(search.lost),
            verdict: Verdict::Searched,
            no_gain_proved: false,
            no_loss_proved: false,
            more: search.more,
            doubts: Vec::new(),
            changed,
            tried: search.tried,
        });
    };
    let panel = Panel::seat(choice)?;
    deep(|| {
        let mut court = Court::convene(panel, &[old, new])?;
        let gain = gained(&mut court, old, new, WITNESSES_MAX)?;
        let loss = gained(&mut court, new, old, WITNESSES_MAX)?;
        Ok(proved(old, new, (gain, loss), changed))
    })
}

fn proved(old: &Rules, new: &Rules, both: (Gain, Gain), changed: Vec<&'static str>) -> Redline {
    let (gain, loss) = both;
    let (no_gain_proved, no_loss_proved) = (gain.nothing(), loss.nothing());
    let verdict = match (no_gain_proved && no_loss_proved, &gain.found, &loss.found) {
        (true, _, _) => Verdict::Proved,
        (false, gained, lost) if gained.is_empty() && lost.is_empty() => Verdict::Searched,
        (false, _, _) => Verdict::Found,
    };
    let more = gain.more || loss.more;
    let pair = |cases: Vec<_>| cases.into_iter().map(|case| witness(old, new, case)).collect();
    let doubts = [gain.silent, gain.odd, loss.silent, loss.odd].concat();
    Redline {
        gained: pair(gain.found),
        lost: pair(loss.found),
        verdict,
        no_gain_proved,
        no_loss_proved,
        more,
        doubts,
        changed,
        tried: 0,
    }
}

fn changed(old: &Rules, new: &Rules) -> Vec<&'static str> {
    let of = |rules: &Rules, kind: &str| -> Vec<Provision> {
        let all = rules.document().provisions();
        all.map(|(_, one)| one.clone()).filter(|one| one.kind() == kind).collect()
    };
    let all = old.document().provisions().chain(new.document().provisions());
    let kinds: BTreeSet<&'static str> = all.map(|(_, one)| one.kind()).collect();
    kinds.into_iter().filter(|kind| of(old, kind) != of(new, kind)).collect()
}
