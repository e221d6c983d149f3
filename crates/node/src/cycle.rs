//! The life of an agreement: review, initials, conditions, versions.
//!
//! What decides for both parties is part of the joint state ([`Cycle`]). What stays at home is
//! folded by its own party alone, from its own ledger ([`Review`]), by the same rules.

use std::collections::BTreeMap;

use minicbor::Encode;
use words::act::Act;
use words::hash::{Hash, StatementId};
use words::id::{AgreementId, PersonId};
use words::moment::Moment;
use words::refusal::{Reason, Refusal};
use words::review::{AgencyReviewed, Circle, Commented, Position, ReviewOpened};
use words::role::Side;

use crate::reader::Entry;
use crate::state::{ByAt, Signature};

/// What the joint state knows of an agreement's life, beside its texts and signatures.
#[derive(Debug, Clone, Default, Encode)]
#[cbor(map)]
pub struct Cycle {
    /// The agencies that a side needs, as it told the other, by text.
    #[n(0)]
    pub reviews: BTreeMap<(Hash, Side), Required>,
    /// Who initialled which text.
    #[n(1)]
    pub initialled: BTreeMap<(Hash, Side), ByAt>,
    /// Which conditions of which text are met.
    #[n(2)]
    pub met: BTreeMap<(Hash, String), ByAt>,
    /// Every text that came into force, in order; each supersedes the one before it.
    #[n(3)]
    pub versions: Vec<Version>,
    /// The end of the newest version, if a side has ended it.
    #[n(4)]
    pub ended: Option<Ending>,
    /// Which side put which text on the table, and when.
    #[n(5)]
    pub circulated: BTreeMap<Hash, (Side, ByAt)>,
}

/// A text that came into force.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Version {
    /// Its root.
    #[n(0)]
    pub text: Hash,
    /// Since when it binds.
    #[n(1)]
    pub from: Moment,
    /// The signatures under it.
    #[n(2)]
    pub signed: BTreeMap<Side, Signature>,
    /// Of a lower text: the root of the text above it that was in force then.
    #[n(3)]
    pub under: Option<Hash>,
}

/// An end with notice.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Ending {
    /// Which side ends it.
    #[n(0)]
    pub side: Side,
    /// Who said so, and when.
    #[n(1)]
    pub said: ByAt,
    /// In whose words.
    #[n(2)]
    pub reason: String,
    /// It has effect from then on.
    #[n(3)]
    pub from: Moment,
    /// Where in that side's ledger it was said.
    #[n(4)]
    pub index: u64,
}

/// The agencies whose word a side needs on a text.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Required {
    /// Each agency, and what it said last.
    #[n(0)]
    pub agencies: BTreeMap<String, Option<Said>>,
    /// Who has said nothing until then is silent.
    #[n(1)]
    pub until: Moment,
    /// Who opened the review, and when.
    #[n(2)]
    pub opened: ByAt,
    /// Where in the ledger it was opened.
    #[n(3)]
    pub index: u64,
}

/// What an agency said.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Said {
    /// Its position.
    #[n(0)]
    pub position: Position,
    /// Which articles it is about.
    #[n(1)]
    pub articles: Vec<String>,
    /// In its own words.
    #[n(2)]
    pub remark: String,
    /// Who spoke for it, and when.
    #[n(3)]
    pub by: ByAt,
}

/// Where an agency stands at a moment. Silence is computed: nobody signs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has time.
    Open,
    /// Its time is over and it has said nothing.
    Silent,
    /// It took a position.
    Took(Position),
}

impl Required {
    /// What an opening asks for.
    pub fn new(act: &ReviewOpened, opened: ByAt, index: u64) -> Self {
        let agencies = act.agencies.iter().map(|agency| (agency.trim().to_owned(), None));
        Self { agencies: agencies.collect(), until: act.until, opened, index }
    }

    /// A later opening adds agencies and time, and takes neither away.
    pub fn widens(&self, act: &ReviewOpened) -> bool {
        let asked: Vec<&str> = act.agencies.iter().map(|agency| agency.trim()).collect();
        act.until >= self.until && self.agencies.keys().all(|known| asked.contains(&known.as_str()))
    }

    /// Takes such an opening.
    pub fn widen(&mut self, act: &ReviewOpened) {
        for agency in &act.agencies {
            self.agencies.entry(agency.trim().to_owned()).or_default();
        }
        self.until = self.until.max(act.until);
    }

    /// Takes an agency's position; false if that agency is not asked.
    pub fn hear(&mut self, act: &AgencyReviewed, by: ByAt) -> bool {
        let Some(slot) = self.agencies.get_mut(act.agency.trim()) else { return false };
        *slot = Some(Said {
            position: act.position,
            articles: act.articles.clone(),
            remark: act.remark.clone(),
            by,
        });
        true
    }

    /// Where an agency stands.
    pub fn standing(&self, said: Option<&Said>, at: Moment) -> Standing {
        match said {
            Some(said) => Standing::Took(said.position),
            None if at < self.until => Standing::Open,
            None => Standing::Silent,
        }
    }

    /// Nothing, unless an agency objects or still has time.
    pub fn clear(&self, at: Moment) -> Result<(), Refusal> {
        let standing = |(name, said): (&String, &Option<Said>)| {
            (name.clone(), self.standing(said.as_ref(), at))
        };
        let stands: Vec<(String, Standing)> = self.agencies.iter().map(standing).collect();
        let named = |wanted: Standing| {
            let fits = stands.iter().filter(|(_, standing)| *standing == wanted);
            fits.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let objecting = named(Standing::Took(Position::Object));
        if !objecting.is_empty() {
            let detail = format!("{objecting} objects: settle it, or let the agency speak again");
            return Err(Refusal::new(Reason::AgencyObjects, detail));
        }
        let open = named(Standing::Open);
        if open.is_empty() {
            return Ok(());
        }
        let detail = format!("{open} may still speak until {}", self.until);
        Err(Refusal::new(Reason::ReviewOpen, detail))
    }
}

impl Cycle {
    /// Nothing, unless one of the two sides has not initialled the text.
    pub fn initialled_by_both(&self, text: Hash) -> Result<(), Refusal> {
        let missing =
            [Side::Host, Side::Guest].into_iter().find(|side| !self.has_initialled(text, *side));
        missing.map_or(Ok(()), |side| {
            let side = match side {
                Side::Host => "host",
                Side::Guest => "guest",
            };
            let detail = format!("the text is under review and the {side} has not initialled it");
            Err(Refusal::new(Reason::NotInitialled, detail))
        })
    }

    /// Has that side initialled the text?
    pub fn has_initialled(&self, text: Hash, side: Side) -> bool {
        self.initialled.contains_key(&(text, side))
    }
}

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
            self.drafts.entry(accord::root::root(&act.text)).or_insert(draft);
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
