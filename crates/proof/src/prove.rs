//! Prove: a theorem for all requests, or a request that breaks it.

use accord::rules::{Decision, Deed, Rules};
use article::document::Document;
use article::provision::Provision;
use cedar_policy::{Policy, PolicySet, Request};
use words::refusal::Reason;

use crate::case::{Case, world};
use crate::court::{
    Answer, Court, Manner, ProofFault, Side, case, deep, guards, only_when, policy, raw, set,
    whole, with,
};
use crate::gain::{gained, witness};
use crate::least::least;
use crate::search::permitted;
use crate::solver::{Choice, Panel, Solver};
use crate::theorem::{NEVER_ERRS, RECIPROCITY, Reach, THEOREMS, Theorem, UNDER};

/// What is known of a theorem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds for all requests, whatever an annex permits.
    Proved,
    /// It holds for all requests, as long as no annex adds a permit.
    ProvedHere,
    /// The engine asks the text above first, and yes needs both: no solver was asked.
    ByConstruction,
    /// It is broken.
    Broken(Box<Counterexample>),
    /// It is not proved, and nobody has a request that breaks it: why.
    Unknown(String),
}

impl Verdict {
    /// Does it hold?
    pub const fn holds(&self) -> bool {
        match self {
            Self::Proved | Self::ProvedHere | Self::ByConstruction => true,
            Self::Broken(_) | Self::Unknown(_) => false,
        }
    }
}

/// A request that breaks a theorem, and what the real engine says to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterexample {
    /// The request, with nothing in it that could be left out.
    pub case: Case,
    /// What the engine answers.
    pub decision: Decision,
    /// What the other text answers, where the theorem compares two.
    pub other: Option<Decision>,
    /// Does the engine agree with the solvers? If not, one of them is wrong.
    pub replays: bool,
}

/// A theorem and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The key of the theorem; its sentence is the message `theorem-KEY`.
    pub theorem: &'static str,
    /// What is known.
    pub verdict: Verdict,
}

/// All that is known of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Who was asked.
    pub solvers: Vec<Solver>,
    /// Every theorem, in the order of the table.
    pub proofs: Vec<Proof>,
    /// Deeds that the text permits to nobody, ever: what is proved of them is empty.
    pub idle: Vec<Deed>,
    /// How many questions the solvers were asked.
    pub questions: u64,
}

impl Report {
    /// Does everything hold?
    pub fn holds(&self) -> bool {
        self.proofs.iter().all(|one| one.verdict.holds())
    }

    /// Was a theorem broken?
    pub fn broken(&self) -> bool {
        self.proofs.iter().any(|one| matches!(one.verdict, Verdict::Broken(_)))
    }
}

/// Proves what can be proved of a text, and that it stays under the text above it, if one is
/// given.
pub fn prove(rules: &Rules, above: Option<&Rules>, choice: Choice) -> Result<Report, ProofFault> {
    proved((rules, above), choice, None)
}

/// The same, each question by itself and from the rules anew. This takes many times as long: the
/// quick way is held against it.
pub fn prove_one_by_one(rules: &Rules, choice: Choice) -> Result<Report, ProofFault> {
    let panel = Panel::seat(choice)?;
    deep(|| {
        let court = Court::convene(panel, &[rules])?.putting(Manner::OneByOne);
        heard((rules, None), court, None)
    })
}

/// Proves one theorem of a text, by its key; the report says nothing of the others.
pub fn prove_one(
    rules: &Rules,
    above: Option<&Rules>,
    choice: Choice,
    theorem: &str,
) -> Result<Report, ProofFault> {
    proved((rules, above), choice, Some(theorem))
}

// A text that was compiled under another is asked only after that one has allowed: every theorem
// of the upper text bounds it. What is left to prove of its own rules is that they always answer.
// That it widens nothing follows from the order of asking: no solver is asked that, and the
// report says so.
fn proved(
    (rules, above): (&Rules, Option<&Rules>),
    choice: Choice,
    only: Option<&str>,
) -> Result<Report, ProofFault> {
    let seat = || Panel::seat(choice);
    let Some(upper) = rules.upper() else {
        let panel = seat()?;
        return deep(|| asked((rules, above), panel, only));
    };
    let (first, second) = (seat()?, seat()?);
    let mut report = deep(|| asked((upper, None), first, only))?;
    let own = deep(|| asked((rules, None), second, Some(NEVER_ERRS)))?;
    for proof in own.proofs {
        let holds = proof.verdict.holds();
        let known = report.proofs.iter_mut().find(|one| one.theorem == proof.theorem);
        if let Some(known) = known.filter(|_| !holds) {
            known.verdict = proof.verdict;
        }
    }
    if only.is_none_or(|one| one == UNDER) {
        report.proofs.push(Proof { theorem: UNDER, verdict: Verdict::ByConstruction });
    }
    report.questions += own.questions;
    Ok(report)
}

fn asked(
    (rules, above): (&Rules, Option<&Rules>),
    panel: Panel,
    only: Option<&str>,
) -> Result<Report, ProofFault> {
    let texts: Vec<&Rules> = [rules].into_iter().chain(above).collect();
    heard((rules, above), Court::convene(panel, &texts)?, only)
}

fn heard(
    (rules, above): (&Rules, Option<&Rules>),
    court: Court,
    only: Option<&str>,
) -> Result<Report, ProofFault> {
    let wanted = |key: &str| only.is_none_or(|one| one == key);
    let mut bench = Bench::new(rules, court)?;
    let theorems = THEOREMS.iter().filter(|theorem| wanted(theorem.key));
    let mut proofs = bench.theorems(theorems)?;
    if wanted(NEVER_ERRS) {
        proofs.push(Proof { theorem: NEVER_ERRS, verdict: bench.never_errs()? });
    }
    if wanted(RECIPROCITY)
        && let Some(verdict) = bench.reciprocity()?
    {
        proofs.push(Proof { theorem: RECIPROCITY, verdict });
    }
    if wanted(UNDER)
        && let Some(above) = above
    {
        proofs.push(Proof { theorem: UNDER, verdict: bench.under(above)? });
    }
    let idle = if only.is_none() { bench.idle()? } else { Vec::new() };
    let solvers = bench.court.panel().solvers().collect();
    let questions = bench.court.panel().questions();
    Ok(Report { solvers, proofs, idle, questions })
}

struct Bench<'a> {
    rules: &'a Rules,
    court: Court,
    guards: Side,
    whole: Side,
    // The whole text, for requests that a node can form.
    formed: Side,
}

impl<'a> Bench<'a> {
    fn new(rules: &'a Rules, mut court: Court) -> Result<Self, ProofFault> {
        let set = whole(rules)?;
        let formed = court.side(with(&set, "world", &within_the_world(rules))?)?;
        let (guards, whole) = (court.side(guards(rules)?)?, court.side(set)?);
        Ok(Self { rules, court, guards, whole, formed })
    }

    // All theorems are put to the solvers at once, deed by deed. Those of a deed that does not
    // pass so are put one by one.
    fn theorems<'t>(
        &mut self,
        theorems: impl Iterator<Item = &'t Theorem>,
    ) -> Result<Vec<Proof>, ProofFault> {
        let mut premises = Vec::new();
        for theorem in theorems {
            if let Some(rules) = theorem.rules(self.rules) {
                let rules = rules.iter().map(|(id, text)| (id.as_str(), text.as_str()));
                let premise = self.court.side(set(rules)?)?;
                premises.push((*theorem, premise));
            }
        }
        let sides = (&self.guards, &self.whole);
        let pairs: Vec<_> = premises.iter().map(|it| (narrow(sides, it.0), &it.1)).collect();
        let mut doubtful = Vec::new();
        for deed in self.court.deeds() {
            if !self.court.all_within_by_their_own(deed, &pairs)? {
                doubtful.push(deed);
            }
        }
        let mut proofs = Vec::new();
        for (theorem, premise) in &premises {
            let verdict = self.theorem(*theorem, premise, &doubtful)?;
            proofs.push(Proof { theorem: theorem.key, verdict });
        }
        Ok(proofs)
    }

    fn theorem(
        &mut self,
        theorem: Theorem,
        premise: &Side,
        deeds: &[Deed],
    ) -> Result<Verdict, ProofFault> {
        let mut verdict = match theorem.reach {
            Reach::EveryAnnex => Verdict::Proved,
            Reach::ThisText => Verdict::ProvedHere,
        };
        for deed in deeds.iter().copied() {
            let narrow = narrow((&self.guards, &self.whole), theorem);
            let pair = [(narrow, premise)];
            if self.court.all_within_by_their_own(deed, &pair)?
                || self.court.all_within(deed, &pair)?
            {
                continue;
            }
            match self.court.implies(deed, &self.whole, premise)? {
                Answer::Holds => verdict = Verdict::ProvedHere,
                Answer::Silent(why) => return Ok(Verdict::Unknown(why)),
                Answer::Fails(odd) => return self.counterexample(deed, premise, &odd),
            }
        }
        Ok(verdict)
    }

    fn counterexample(
        &mut self,
        deed: Deed,
        premise: &Side,
        odd: &Request,
    ) -> Result<Verdict, ProofFault> {
        let request = match self.court.implies(deed, &self.formed, premise)? {
            Answer::Fails(request) => request,
            Answer::Holds => return Ok(Verdict::Unknown(unformed(odd))),
            Answer::Silent(why) => return Ok(Verdict::Unknown(why)),
        };
        let Some(case) = case(self.rules, &request, &[]) else {
            return Ok(Verdict::Unknown(unformed(&request)));
        };
        let guest = self.rules.document().guest.as_str();
        let breaks = |case: &Case| {
            let allowed = self.rules.decide(&case.question, &case.facts).allow;
            allowed && self.court.permits(&premise.set, guest, case) == Some(false)
        };
        let replays = breaks(&case);
        let case = if replays { least(self.rules, case, &[], breaks) } else { case };
        Ok(self.broken(case, replays))
    }

    fn broken(&self, case: Case, replays: bool) -> Verdict {
        let decision = self.rules.decide(&case.question, &case.facts);
        Verdict::Broken(Box::new(Counterexample { case, decision, other: None, replays }))
    }

    // A guard that errs is skipped by Cedar; the engine answers such a request with no answer.
    fn never_errs(&mut self) -> Result<Verdict, ProofFault> {
        let condition = world(self.rules);
        let rules = self.rules.clauses().map(|clause| policy(clause.id, clause.text));
        let rules: Vec<Policy> = rules.collect::<Result<_, _>>()?;
        let mut doubtful = Vec::new();
        for deed in self.court.deeds() {
            if !self.court.none_errs(deed, &rules)? {
                doubtful.push(deed);
            }
        }
        for rule in rules.iter().filter(|_| !doubtful.is_empty()) {
            for deed in doubtful.iter().copied() {
                if self.court.none_errs(deed, std::slice::from_ref(rule))? {
                    continue;
                }
                let odd = match self.court.never_errs(deed, rule)? {
                    Answer::Holds => continue,
                    Answer::Silent(why) => return Ok(Verdict::Unknown(why)),
                    Answer::Fails(request) => request,
                };
                let formed = only_when(rule, &condition)?;
                return match self.court.never_errs(deed, &formed)? {
                    Answer::Holds => Ok(Verdict::Unknown(unformed(&odd))),
                    Answer::Silent(why) => Ok(Verdict::Unknown(why)),
                    Answer::Fails(request) => Ok(self.erring(&request)),
                };
            }
        }
        Ok(Verdict::Proved)
    }

    fn erring(&self, request: &Request) -> Verdict {
        let Some(case) = case(self.rules, request, &[]) else {
            return Verdict::Unknown(unformed(request));
        };
        let errs = |case: &Case| {
            let said = self.rules.decide(&case.question, &case.facts);
            said.reasons.contains(&Reason::BadAgreement)
        };
        let replays = errs(&case);
        let case = if replays { least(self.rules, case, &[], errs) } else { case };
        self.broken(case, replays)
    }

    // Compiled both ways: what holds for the guest here holds for the host there.
    fn reciprocity(&mut self) -> Result<Option<Verdict>, ProofFault> {
        let Some(kinds) = declared(self.rules.document()) else { return Ok(None) };
        let Some(mirror) = self.rules.mirror() else { return Ok(None) };
        let one = reciprocal(self.rules, &kinds)?;
        let other = renamed(mirror, &kinds)?;
        for (from, to, turned) in [(&one, &other, false), (&other, &one, true)] {
            let (narrow, wide) = (self.court.side(from.clone())?, self.court.side(to.clone())?);
            let formed = with(from, "world", &within_the_world(self.rules))?;
            let formed = self.court.side(formed)?;
            for deed in self.court.deeds() {
                if self.court.all_within(deed, &[(&narrow, &wide)])? {
                    continue;
                }
                match self.court.implies(deed, &narrow, &wide)? {
                    Answer::Holds => continue,
                    Answer::Silent(why) => return Ok(Some(Verdict::Unknown(why))),
                    Answer::Fails(_) => {}
                }
                // What the whole text permits shows best what the mirror refuses.
                let whole = (!turned).then_some(&self.formed).into_iter();
                for known in whole.chain([&formed]) {
                    match self.court.implies(deed, known, &wide)? {
                        Answer::Holds => {}
                        Answer::Silent(why) => return Ok(Some(Verdict::Unknown(why))),
                        Answer::Fails(request) => {
                            return Ok(Some(self.one_sided(mirror, &request, (from, to))));
                        }
                    }
                }
                return Ok(Some(Verdict::Unknown("no node can form it".to_owned())));
            }
        }
        Ok(Some(Verdict::ProvedHere))
    }

    // Of the kinds that hold both ways, one side's rules permit it and the other's do not.
    fn one_sided(
        &self,
        mirror: &Rules,
        request: &Request,
        (from, to): (&PolicySet, &PolicySet),
    ) -> Verdict {
        let Some(case) = case(self.rules, request, &[]) else {
            return Verdict::Unknown(unformed(request));
        };
        let guest = self.rules.document().guest.as_str();
        let allowed = self.rules.decide(&case.question, &case.facts).allow;
        let differs = |case: &Case| {
            let (one, other) =
                (self.court.permits(from, guest, case), self.court.permits(to, guest, case));
            let allow = self.rules.decide(&case.question, &case.facts).allow;
            (one, other) == (Some(true), Some(false)) && allow == allowed
        };
        let replays = differs(&case);
        let case = if replays { least(self.rules, case, &[], differs) } else { case };
        let decision = self.rules.decide(&case.question, &case.facts);
        let other = Some(mirror.decide(&case.question, &case.facts));
        Verdict::Broken(Box::new(Counterexample { case, decision, other, replays }))
    }

    fn under(&mut self, above: &Rules) -> Result<Verdict, ProofFault> {
        let gain = gained(&mut self.court, above, self.rules, 1)?;
        if let Some(case) = gain.found.first() {
            let both = witness(above, self.rules, case.clone());
            return Ok(Verdict::Broken(Box::new(Counterexample {
                case: both.case,
                decision: both.new,
                other: Some(both.old),
                replays: true,
            })));
        }
        let why = gain.silent.into_iter().chain(gain.odd).next();
        Ok(why.map_or(Verdict::ProvedHere, Verdict::Unknown))
    }

    fn idle(&mut self) -> Result<Vec<Deed>, ProofFault> {
        let nobody = self.court.side(PolicySet::new())?;
        let mut idle = Vec::new();
        for deed in self.court.deeds() {
            // One request that the engine permits says it all, and needs no solver.
            let seen = permitted(self.rules, deed);
            if !seen && self.court.all_within(deed, &[(&self.whole, &nobody)])? {
                idle.push(deed);
            }
        }
        Ok(idle)
    }
}

fn narrow<'s>((guards, whole): (&'s Side, &'s Side), theorem: Theorem) -> &'s Side {
    match theorem.reach {
        Reach::EveryAnnex => guards,
        Reach::ThisText => whole,
    }
}

fn within_the_world(rules: &Rules) -> String {
    format!("forbid (principal, action, resource)\nunless {{\n    {}\n}};", world(rules))
}

fn unformed(request: &Request) -> String {
    format!("it fails for a request that no node can form: {}", raw(request))
}

fn declared(document: &Document) -> Option<Vec<String>> {
    document.provisions().find_map(|(_, one)| {
        let Provision::Reciprocity(reciprocity) = one else { return None };
        Some(reciprocity.kinds.clone())
    })
}

// The rules of the kinds that hold both ways. Guards alone would permit nothing, and then
// everything is equal: so they are compared with leave for everything.
fn reciprocal(rules: &Rules, kinds: &[String]) -> Result<PolicySet, ProofFault> {
    let of = |id: &str| kinds.iter().any(|kind| id.contains(&format!("/{kind}/")));
    let clauses = || rules.clauses().filter(|clause| of(clause.id));
    let permits = clauses().any(|clause| !clause.forbids);
    let all = (!permits).then_some(("everything", "permit (principal, action, resource);"));
    set(clauses().map(|clause| (clause.id, clause.text)).chain(all))
}

// The mirrored rules speak of the host as the guest; they are told about the guest again.
fn renamed(mirror: &Rules, kinds: &[String]) -> Result<PolicySet, ProofFault> {
    let (theirs, ours) = (&mirror.document().guest, &mirror.document().host);
    let (theirs, ours) = (format!("Party::\"{theirs}\""), format!("Party::\"{ours}\""));
    let mut turned = PolicySet::new();
    for policy_of in reciprocal(mirror, kinds)?.policies() {
        let id = policy_of.id().to_string();
        let text = policy_of.to_string().replace(&ours, "Party::\"\"");
        let text = text.replace(&theirs, &ours).replace("Party::\"\"", &theirs);
        turned = with(&turned, &id, &text)?;
    }
    Ok(turned)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use accord::rules::Rules;
    use article::document::parse;

    use super::{Report, Verdict, asked};
    use crate::solver::{Panel, Solver};

    // A program that reads as a solver does and always says the same.
    fn saying(answer: &str) -> Command {
        let script = format!(
            "while read -r line; do case \"$line\" in \
             '(check-sat)') {answer};; '(echo'*) line=${{line#*\\\"}}; echo \"${{line%%\\\"*}}\";; \
             esac; done"
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script]);
        command
    }

    fn unsat(_: Solver) -> Command {
        saying("echo unsat")
    }

    fn sat(_: Solver) -> Command {
        saying("echo sat")
    }

    fn unknown(_: Solver) -> Command {
        saying("echo unknown")
    }

    fn dying(_: Solver) -> Command {
        saying("exit 1")
    }

    fn complaining(_: Solver) -> Command {
        saying("echo '(error \"line 1\")'; echo unsat")
    }

    fn report(one: fn(Solver) -> Command, other: fn(Solver) -> Command) -> Report {
        let text = include_str!("../../../scenarios/karachi/agreement.toml");
        let rules = Rules::compile(parse(text).unwrap()).unwrap();
        let panel = Panel::of(&[(Solver::Cvc5, one), (Solver::Z3, other)]);
        super::deep(|| asked((&rules, None), panel, Some("consent"))).unwrap()
    }

    #[test]
    fn what_the_solvers_do_not_agree_on_is_not_proved() {
        let agreed = report(unsat, unsat);
        assert!(agreed.holds() && agreed.questions > 0);
        let doubts = [
            (report(unsat, sat), "disagree"),
            (report(unsat, unknown), "disagree"),
            (report(unknown, unknown), "does not know"),
            (report(unsat, dying), "z3: it ended"),
            (report(complaining, unsat), "cvc5: (error"),
        ];
        for (report, why) in doubts {
            assert!(!report.holds() && !report.broken(), "{why}");
            let consent = report.proofs.iter().find(|one| one.theorem == "consent").unwrap();
            let Verdict::Unknown(said) = &consent.verdict else { panic!("{consent:?}") };
            assert!(said.contains(why), "{said}");
        }
    }
}
