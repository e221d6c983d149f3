//! `agreement prove`, `agreement redline`: what holds for all requests.

use accord::rules::Decision;
use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use proof::case::Case;
use proof::court::ProofFault;
use proof::gain::Witness;
use proof::prove::{Counterexample, Proof, Report, Verdict};
use proof::redline::Redline;
use proof::solver::{Choice, available};
use serde_json::{Value, json};
use tongue::speech::{Lang, Tongue};
use words::refusal::Reason;

use crate::agreement::rules;

const INSTALL: &str = "as root, run: apt-get install cvc5 z3; `--solver cvc5` or `--solver z3` \
                       takes the word of one";

/// Proves a text, or shows what breaks it.
pub fn prove(given: &Given) -> Result<(), Trouble> {
    let text = rules(given.beside()?, given.get("under"))?;
    let above = given.get("under").map(|path| rules(path, None)).transpose()?;
    let choice = chosen(given)?.unwrap_or(Choice::Both);
    let report = proof::prove::prove(&text, above.as_ref(), choice).map_err(|it| fault(&it))?;
    let said = Said::of(given)?;
    if given.json {
        print::json(&report_json(&report));
    } else {
        said.report(&report);
    }
    let keys = |of: fn(&Verdict) -> bool| {
        let found = report.proofs.iter().filter(|one| of(&one.verdict)).map(|one| one.theorem);
        found.collect::<Vec<_>>().join("`, `")
    };
    if report.broken() {
        let broken = keys(|verdict| matches!(verdict, Verdict::Broken(_)));
        return Err(Trouble::refused(format!("the text breaks `{broken}`")));
    }
    if report.holds() {
        return Ok(());
    }
    let unknown = keys(|verdict| matches!(verdict, Verdict::Unknown(_)));
    Err(Trouble::fault(format!("`{unknown}` is not proved")))
}

/// Compares two texts by what they permit.
pub fn redline(given: &Given) -> Result<(), Trouble> {
    let (old, new) = (rules(given.beside()?, None)?, rules(given.beside_it()?, None)?);
    let choice = chosen(given)?.or_else(available);
    let redline = proof::redline::compare(&old, &new, choice).map_err(|it| fault(&it))?;
    if given.json {
        print::json(&redline_json(&redline));
    } else {
        Said::of(given)?.redline(&redline);
    }
    if choice.is_none() {
        print::aside(&format!("hint: no solver is installed; {INSTALL}"));
    }
    Ok(())
}

fn chosen(given: &Given) -> Result<Option<Choice>, Trouble> {
    let read = |text: &str| {
        let unknown = || Trouble::malformed(format!("there is no solver `{text}`"));
        Choice::parse(text).ok_or_else(|| unknown().hint("it is cvc5, z3 or both"))
    };
    given.get("solver").map(read).transpose()
}

fn fault(fault: &ProofFault) -> Trouble {
    let trouble = Trouble::of(fault);
    match fault {
        ProofFault::Solver(_) => trouble.hint(INSTALL),
        ProofFault::Schema(_)
        | ProofFault::Rule { .. }
        | ProofFault::Thread(_)
        | ProofFault::Symbol(_) => trouble,
    }
}

struct Said {
    tongue: &'static Tongue,
}

impl Said {
    fn of(given: &Given) -> Result<Self, Trouble> {
        let tag = given.get("lang").unwrap_or("en");
        let unknown = || Trouble::malformed(format!("`--lang {tag}` is not known"));
        let lang = Lang::parse(tag).ok_or_else(|| unknown().hint("it is en, zh or ur"))?;
        Ok(Self { tongue: Tongue::of(lang) })
    }

    fn say(&self, key: &str) -> String {
        self.tongue.say(key)
    }

    fn report(&self, report: &Report) {
        for proof in &report.proofs {
            let sentence = self.say(&sentence(proof));
            print::answer(&format!("{}: {sentence}", self.say(&word_key(&proof.verdict))));
            match &proof.verdict {
                Verdict::Proved | Verdict::ProvedHere | Verdict::ByConstruction => {}
                Verdict::Unknown(why) => print::answer(&format!("  {why}")),
                Verdict::Broken(found) => self.counterexample(found),
            }
        }
        if !report.idle.is_empty() {
            let idle: Vec<String> = report.idle.iter().map(ToString::to_string).collect();
            print::answer(&format!("{} {}", self.say("proof-idle"), idle.join(", ")));
        }
        let solvers: Vec<&str> = report.solvers.iter().map(|one| one.as_str()).collect();
        print::answer(&format!("{} × {}", solvers.join(" + "), report.questions));
    }

    fn counterexample(&self, found: &Counterexample) {
        self.case(&found.case);
        let erred = found.decision.reasons.contains(&Reason::BadAgreement);
        if erred {
            print::answer(&format!("  {}", self.say("proof-engine-errs")));
        } else {
            self.answer(("proof-engine-allows", "proof-engine-denies"), &found.decision);
        }
        if let Some(other) = &found.other {
            self.answer(("proof-other-allows", "proof-other-denies"), other);
        }
        if !found.replays {
            print::answer(&format!("  {}", self.say("proof-spurious")));
        }
    }

    fn answer(&self, (allows, denies): (&str, &str), decision: &Decision) {
        let key = if decision.allow { allows } else { denies };
        print::answer(&format!("  {} {}", self.say(key), articles(decision).join(", ")));
    }

    fn case(&self, case: &Case) {
        let question = &case.question;
        let mut facts = case.told();
        let mut take = |name: &str| {
            let at = facts.iter().position(|(one, _)| *one == name)?;
            Some(facts.remove(at).1)
        };
        let who = take("category").unwrap_or_else(|| "–".to_owned());
        let what = ["task", "rung", "arms", "armour", "purpose"]
            .map(|name| take(name).map(|word| format!("{name} {word}")));
        let deed = Some(question.deed.to_string());
        let what: Vec<String> = std::iter::once(deed).chain(what).flatten().collect();
        let facts: Vec<String> =
            facts.into_iter().map(|(name, value)| format!("{name} {value}")).collect();
        let lines = [
            ("proof-who", who),
            ("proof-what", what.join(", ")),
            ("proof-where", question.zone.to_string()),
            ("proof-when", question.at.to_string()),
            ("proof-facts", facts.join(", ")),
        ];
        for (key, line) in lines.into_iter().filter(|(_, line)| !line.is_empty()) {
            print::answer(&format!("  {}: {line}", self.say(key)));
        }
    }

    fn redline(&self, redline: &Redline) {
        print::answer(&self.say(&format!("redline-{}", redline.verdict.as_str())));
        for (key, witnesses) in
            [("redline-gained", &redline.gained), ("redline-lost", &redline.lost)]
        {
            for witness in witnesses {
                print::answer(&format!("\n{}", self.say(key)));
                self.witness(witness);
            }
        }
        let notes = [
            (redline.no_gain_proved, "redline-no-gain"),
            (redline.no_loss_proved, "redline-no-loss"),
            (redline.more, "redline-more"),
        ];
        for (_, key) in notes.iter().filter(|(so, _)| *so) {
            print::answer(&self.say(key));
        }
        for doubt in &redline.doubts {
            print::answer(&format!("{}: {doubt}", self.say("proof-unknown")));
        }
        if !redline.changed.is_empty() {
            let changed = redline.changed.join(", ");
            print::answer(&format!("{} {changed}", self.say("redline-changed")));
        }
    }

    fn witness(&self, witness: &Witness) {
        self.case(&witness.case);
        for (key, decision) in [("redline-old", &witness.old), ("redline-new", &witness.new)] {
            let answer = if decision.allow { "redline-allows" } else { "redline-denies" };
            let articles = articles(decision).join(", ");
            print::answer(&format!("  {} {} {articles}", self.say(key), self.say(answer)));
        }
    }
}

fn sentence(proof: &Proof) -> String {
    format!("theorem-{}", proof.theorem)
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "proved",
        Verdict::ProvedHere => "proved-here",
        Verdict::ByConstruction => "by-construction",
        Verdict::Broken(_) => "broken",
        Verdict::Unknown(_) => "unknown",
    }
}

fn word_key(verdict: &Verdict) -> String {
    format!("proof-{}", word(verdict))
}

fn articles(decision: &Decision) -> Vec<&str> {
    decision.citations.iter().map(|one| one.article.as_str()).collect()
}

fn report_json(report: &Report) -> Value {
    let proofs = report.proofs.iter().map(|proof| {
        let key = sentence(proof);
        let [en, zh, ur] = Lang::ALL.map(|lang| Tongue::of(lang).say(&key));
        let mut json = json!({
            "theorem": proof.theorem, "verdict": word(&proof.verdict),
            "sentence": { "en": en, "zh": zh, "ur": ur },
        });
        let more = match &proof.verdict {
            Verdict::Proved | Verdict::ProvedHere | Verdict::ByConstruction => return json,
            Verdict::Unknown(why) => ("why", json!(why)),
            Verdict::Broken(found) => ("counterexample", counterexample_json(found)),
        };
        if let Some(whole) = json.as_object_mut() {
            whole.insert(more.0.to_owned(), more.1);
        }
        json
    });
    json!({
        "proofs": proofs.collect::<Vec<_>>(),
        "idle": report.idle.iter().map(|deed| deed.as_str()).collect::<Vec<_>>(),
        "solvers": report.solvers.iter().map(|one| one.as_str()).collect::<Vec<_>>(),
        "questions": report.questions,
    })
}

fn counterexample_json(found: &Counterexample) -> Value {
    json!({
        "request": case_json(&found.case), "engine": decision_json(&found.decision),
        "other": found.other.as_ref().map(decision_json), "replays": found.replays,
    })
}

fn case_json(case: &Case) -> Value {
    let told = case.told().into_iter().map(|(name, value)| (name.to_owned(), Value::from(value)));
    let question = &case.question;
    json!({
        "deed": question.deed.as_str(), "zone": question.zone, "at": question.at.to_string(),
        "told": told.collect::<serde_json::Map<_, _>>(),
    })
}

fn decision_json(decision: &Decision) -> Value {
    let reasons: Vec<&str> = decision.reasons.iter().map(|reason| reason.code()).collect();
    json!({
        "allowed": decision.allow, "articles": articles(decision), "reasons": reasons,
        "facts": decision.facts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "remedy": decision.remedy(),
    })
}

fn redline_json(redline: &Redline) -> Value {
    let witnesses = |all: &[Witness]| {
        let each = all.iter().map(|one| {
            json!({
                "request": case_json(&one.case), "old": decision_json(&one.old),
                "new": decision_json(&one.new),
            })
        });
        each.collect::<Vec<_>>()
    };
    json!({
        "verdict": redline.verdict.as_str(),
        "gained": witnesses(&redline.gained), "lost": witnesses(&redline.lost),
        "no_gain_proved": redline.no_gain_proved, "no_loss_proved": redline.no_loss_proved,
        "more": redline.more, "doubts": redline.doubts, "changed": redline.changed,
        "tried": redline.tried,
    })
}
