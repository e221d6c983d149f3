//! What one party alone knows of a review, folded from its own ledger.

use std::collections::BTreeMap;

use article::root::root;
use joint::cycle::{Cycle, Required};
use joint::state::ByAt;
use words::act::Act;
use words::hash::{Hash, StatementId};
use words::id::{AgreementId, PersonId};
use words::moment::Moment;
use words::refusal::Refusal;
use words::review::{Circle, Commented};
use words::role::Side;

use ledger::reader::Entry;

/// A text that its party has shown to nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The whole file.
    pub text: String,
    /// Who wrote it, and when.
    pub by: ByAt,
}

/// Something that a person said about a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The text.
    pub text: Hash,
    /// The article; the text as a whole, if there is none.
    pub article: Option<String>,
    /// What was said.
    pub words: String,
    /// Who may read it.
    pub circle: Circle,
    /// Which side said it.
    pub side: Side,
    /// Who, and when.
    pub by: ByAt,
    /// The statement.
    pub id: Option<StatementId>,
    /// Where it stands in that side's ledger.
    pub index: u64,
}

/// All that one party knows of the reviews of an agreement, its own words included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// Its own drafts.
    pub drafts: BTreeMap<Hash, Draft>,
    /// The agencies that it asks at home, by text.
    pub at_home: BTreeMap<Hash, Required>,
    /// What was said, in order of time.
    pub remarks: Vec<Remark>,
}

impl Review {
    /// Folds the entries that a party can read: those of its own ledger in their order, and of
    /// the other's the joint ones. Void entries are the caller's to leave out.
    pub fn fold<'a>(agreement: &AgreementId, entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut review = Self::default();
        for entry in entries.into_iter().filter(|entry| entry.void.is_none()) {
            if let Some(act) = &entry.act {
                review.take(agreement, entry, act);
            }
        }
        review.remarks.sort_by_key(|remark| remark.by.at);
        review
    }

    fn take(&mut self, agreement: &AgreementId, entry: &Entry, act: &Act) {
        let by = || ByAt { by: entry.by.clone(), at: entry.at };
        // Whatever its words say, a body that went elsewhere is not what they promise.
        if act.circle().is_some_and(|circle| circle.audience() != entry.audience) {
            return;
        }
        if let Act::AgreementDrafted(act) = act
            && &act.agreement == agreement
        {
            let draft = Draft { text: act.text.clone(), by: by() };
            self.drafts.entry(root(&act.text)).or_insert(draft);
        } else if let Act::ReviewOpened(act) = act
            && &act.agreement == agreement
            && act.circle == Circle::Internal
        {
            let asked = || Required::new(act, by(), entry.index);
            let required = self.at_home.entry(act.text).or_insert_with(asked);
            if required.widens(act) {
                required.widen(act);
            }
        } else if let Act::AgencyReviewed(act) = act
            && &act.agreement == agreement
            && act.circle == Circle::Internal
        {
            self.at_home.get_mut(&act.text).map(|required| required.hear(act, by()));
        } else if let Act::Commented(act) = act
            && &act.agreement == agreement
        {
            self.remarks.push(remark(entry, act));
        }
    }

    /// Nothing, unless our own agencies keep our party from signing. Asked by our node alone,
    /// before anybody signs: the other side sees neither the question nor the answer.
    pub fn may_sign(&self, cycle: &Cycle, text: Hash, at: Moment) -> Result<(), Refusal> {
        let Some(required) = self.at_home.get(&text) else { return Ok(()) };
        required.clear(at)?;
        cycle.initialled_by_both(text)
    }
}

fn remark(entry: &Entry, act: &Commented) -> Remark {
    let (by, at): (PersonId, Moment) = (entry.by.clone(), entry.at);
    Remark {
        text: act.text,
        article: act.article.clone(),
        words: act.words.clone(),
        circle: act.circle,
        side: entry.side,
        by: ByAt { by, at },
        id: entry.id,
        index: entry.index,
    }
}
