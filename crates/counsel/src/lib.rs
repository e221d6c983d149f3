//! What machines say of a draft: its lint, and what it permits anew.
//!
//! Both are about texts alone and know no ledger, so that a node asks here without its lock: a
//! comparison takes seconds, and a revocation waits for nobody. What may not happen here: a search
//! that is shown as a proof.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use accord::rules::{Decision, Rules};
use article::document::parse;
use folio::meaning::{Answer, Finding, Meaning, Note, Request, Sure};
use proof::gain::Witness;
use proof::redline::{Redline, Verdict, compare};
use proof::solver::available;
use tongue::speech::{Lang, Tongue};
use words::hash::Hash;

/// Comparisons that are kept: the drafts that a delegation has on its table.
const KEPT_MAX: usize = 32;

/// Two texts, by their roots.
pub type Pair = (Hash, Hash);

// What two texts differ in never changes, so it is found once. One comparison is under way at a
// time: solvers take a whole processor, and readers of other texts come back later.
#[derive(Default)]
struct Kept {
    done: BTreeMap<Pair, Arc<Redline>>,
    under_way: bool,
}

// Says that a comparison is over, however it ends.
struct UnderWay;

impl Drop for UnderWay {
    fn drop(&mut self) {
        kept().get_or_insert_default().under_way = false;
    }
}

static KEPT: Mutex<Option<Kept>> = Mutex::new(None);

fn kept() -> MutexGuard<'static, Option<Kept>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is known of two texts; nothing while nobody has compared them to the end.
pub fn known(pair: Pair) -> Option<Arc<Redline>> {
    kept().as_ref()?.done.get(&pair).cloned()
}

/// Compares two texts, unless a comparison is under way already; takes as long as it takes.
/// Without a solver, or if one fails, it searches.
pub fn look(pair: Pair, old: &Rules, new: &Rules) {
    if known(pair).is_some() {
        return;
    }
    if std::mem::replace(&mut kept().get_or_insert_default().under_way, true) {
        return;
    }
    let _under_way = UnderWay;
    let found = compare(old, new, available()).or_else(|_| compare(old, new, None));
    let mut kept = kept();
    let kept = kept.get_or_insert_default();
    if kept.done.len() >= KEPT_MAX {
        kept.done.clear();
    }
    if let Ok(found) = found {
        kept.done.insert(pair, Arc::new(found));
    }
    // The lock is let go before the guard takes it.
}

/// What the lint finds in a text, in the reader's language.
pub fn findings(text: &str, upper: Option<&str>, lang: Lang) -> Vec<Finding> {
    let Ok(document) = parse(text) else { return Vec::new() };
    let upper = upper.and_then(|text| parse(text).ok());
    let tongue = Tongue::of(lang);
    let found = draft::lint::lint(text, &document, upper.as_ref());
    let told = found.into_iter().map(|one| {
        let key = format!("lint-{}", one.rule);
        Finding {
            severity: one.severity,
            article: one.article,
            what: tongue.say_with(&key, &[("subject", one.subject.as_str().into())]),
            remedy: tongue.say(&format!("{key}-do")),
        }
    });
    told.collect()
}

/// What two texts permit, for a page.
pub fn meaning(redline: &Redline) -> Meaning {
    let requests = |all: &[Witness]| all.iter().map(request).collect();
    let notes = [
        (redline.no_gain_proved, Note::NoGain),
        (redline.no_loss_proved, Note::NoLoss),
        (redline.more, Note::More),
    ];
    Meaning {
        sure: match redline.verdict {
            Verdict::Proved => Sure::Proved,
            Verdict::Found => Sure::Found,
            Verdict::Searched => Sure::Searched,
        },
        gained: requests(&redline.gained),
        lost: requests(&redline.lost),
        notes: notes.into_iter().filter(|(so, _)| *so).map(|(_, note)| note).collect(),
        solver: available().is_some(),
    }
}

fn request(witness: &Witness) -> Request {
    let question = &witness.case.question;
    let told = witness.case.told().into_iter();
    Request {
        deed: question.deed.as_str(),
        zone: question.zone.clone(),
        facts: told.collect(),
        old: answer(&witness.old),
        new: answer(&witness.new),
    }
}

fn answer(decision: &Decision) -> Answer {
    let articles = decision.citations.iter().map(|one| one.article.clone());
    Answer { allows: decision.allow, articles: articles.collect() }
}
