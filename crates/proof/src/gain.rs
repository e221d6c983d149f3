//! What one text permits and another refuses, in concrete requests.

use std::collections::BTreeSet;

use accord::rules::{Decision, Deed, Rules};
use words::id::ZoneId;
use words::moment::Moment;
use words::presence::{Category, Task};

use crate::case::{Case, world};
use crate::court::{Answer, Court, ProofFault, Side, at, case, raw, whole, with};
use crate::least::least;

/// As many as a reader looks at; the redline says when there are more.
pub const WITNESSES_MAX: usize = 12;

/// One deed does not fill the list.
const OF_ONE_DEED_MAX: usize = 3;

/// A concrete request that two texts answer differently, and both answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The request, with every fact about it.
    pub case: Case,
    /// What the old text, or the higher one, says.
    pub old: Decision,
    /// What the new text, or the lower one, says.
    pub new: Decision,
}

/// What was found in one direction.
#[derive(Debug, Default)]
pub(crate) struct Gain {
    pub(crate) found: Vec<Case>,
    /// Questions that nobody answered.
    pub(crate) silent: Vec<String>,
    /// The solver's answer is not the engine's, or no node can form the request.
    pub(crate) odd: Vec<String>,
    /// There is more than the limit lets be shown.
    pub(crate) more: bool,
}

impl Gain {
    /// Is it proved that there is nothing?
    pub(crate) fn nothing(&self) -> bool {
        self.found.is_empty() && self.silent.is_empty() && self.odd.is_empty()
    }
}

/// What `new` permits and `old` refuses, at most `most` requests.
pub(crate) fn gained(
    court: &mut Court,
    old: &Rules,
    new: &Rules,
    most: usize,
) -> Result<Gain, ProofFault> {
    let mut gain = Gain::default();
    for (moment, before, after) in moments(old, new) {
        let wide = court.side(at(&whole(old)?, before)?)?;
        let set = at(&whole(new)?, after)?;
        let narrow = court.side(set.clone())?;
        let known = format!(
            "forbid (principal, action, resource)\nunless {{\n    ({}) ||\n    ({})\n}};",
            world(old),
            world(new)
        );
        let formed = at(&with(&set, "world", &known)?, after)?;
        for deed in court.deeds() {
            if court.all_within(deed, &[(&narrow, &wide)])? {
                continue;
            }
            match court.implies(deed, &narrow, &wide)? {
                Answer::Holds => {}
                Answer::Silent(why) => gain.silent.push(format!("{deed}: {why}")),
                Answer::Fails(_) => {
                    let hunt = Hunt { old, new, moment, deed, most };
                    hunt.down(court, &formed, &wide, &mut gain)?;
                }
            }
        }
    }
    Ok(gain)
}

struct Hunt<'a> {
    old: &'a Rules,
    new: &'a Rules,
    moment: Moment,
    deed: Deed,
    most: usize,
}

impl Hunt<'_> {
    // After each answer its cell is closed, so that the next one is a different one.
    fn down(
        &self,
        court: &mut Court,
        formed: &cedar_policy::PolicySet,
        wide: &Side,
        gain: &mut Gain,
    ) -> Result<(), ProofFault> {
        let mut open = formed.clone();
        for round in 0..OF_ONE_DEED_MAX.min(self.most) {
            let narrow = court.side(open.clone())?;
            let request = match court.implies(self.deed, &narrow, wide)? {
                Answer::Holds if round == 0 => {
                    let nobody = format!("{}: only for requests that no node can form", self.deed);
                    gain.odd.push(nobody);
                    return Ok(());
                }
                Answer::Holds => return Ok(()),
                Answer::Silent(why) => {
                    gain.silent.push(format!("{}: {why}", self.deed));
                    return Ok(());
                }
                Answer::Fails(request) => request,
            };
            if gain.found.len() >= self.most {
                gain.more = true;
                return Ok(());
            }
            let formed = case(self.new, &request, &["within_period"]);
            let Some(case) = formed.map(|case| self.at_this_moment(case)) else {
                gain.odd.push(raw(&request));
                return Ok(());
            };
            if !self.differs(&case) {
                gain.odd.push(raw(&request));
                return Ok(());
            }
            open = with(&open, &format!("cell {round}"), &closed(&case))?;
            let kept = ["zone", "category", "task", "within_period"];
            gain.found.push(least(self.new, case, &kept, |case| self.differs(case)));
        }
        let narrow = court.side(open)?;
        gain.more |= !matches!(court.implies(self.deed, &narrow, wide)?, Answer::Holds);
        Ok(())
    }

    fn differs(&self, case: &Case) -> bool {
        let (question, facts) = (&case.question, &case.facts);
        self.new.decide(question, facts).allow && !self.old.decide(question, facts).allow
    }

    // The rules were told about time before they were compared; the case is told now.
    fn at_this_moment(&self, mut case: Case) -> Case {
        case.question.at = self.moment;
        case.period = None;
        case
    }
}

type Cell<'a> = (Deed, &'a ZoneId, Option<Category>, Option<Task>);

/// What tells two witnesses apart.
pub(crate) fn cell(case: &Case) -> Cell<'_> {
    let question = &case.question;
    (question.deed, &question.zone, question.category, question.task)
}

fn closed(case: &Case) -> String {
    let (deed, zone, category, task) = cell(case);
    let word = |name: &str, word: Option<&str>| match word {
        Some(word) => format!("context has {name} && context.{name} == \"{word}\""),
        None => format!("!(context has {name})"),
    };
    format!(
        "forbid (principal, action == Action::\"{deed}\", resource == Zone::\"{zone}\")\n\
         when {{ {} && {} }};",
        word("category", category.map(Category::as_str)),
        word("task", task.map(Task::as_str)),
    )
}

/// One moment of each kind: within the old period or not, within the new one or not.
pub(crate) fn moments(old: &Rules, new: &Rules) -> Vec<(Moment, bool, bool)> {
    let periods = [old.period(), new.period()];
    let ends = periods.into_iter().flatten().flat_map(|one| [one.start(), one.end()]);
    let before = ends.clone().min().map(|first| first.plus_ms(-1));
    let candidates = ends.chain(before).chain([Moment::default()]);
    let mut kinds = BTreeSet::new();
    let holds = |rules: &Rules, at| rules.period().is_none_or(|period| period.holds(at));
    candidates
        .map(|at| (at, holds(old, at), holds(new, at)))
        .filter(|(_, before, after)| kinds.insert((*before, *after)))
        .collect()
}

/// Both answers to a request.
pub(crate) fn witness(old: &Rules, new: &Rules, case: Case) -> Witness {
    let old = old.decide(&case.question, &case.facts);
    let new = new.decide(&case.question, &case.facts);
    Witness { case, old, new }
}
