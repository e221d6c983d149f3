//! The life of an agreement: review, initials, conditions, versions.
//!
//! What decides for both parties is part of the joint state ([`Cycle`]). What stays at home is
//! folded by its own party alone, from its own ledger (`node::review`), by the same rules.

use std::collections::{BTreeMap, BTreeSet};

use accord::rules::Rules;
use article::provision::Provision;
use article::provision::governance::Termination;
use article::provision::presence::DRAW_WITHIN_MS;
use minicbor::Encode;
use words::act::Scope;
use words::clause::DrawFallback;
use words::hash::Hash;
use words::id::ZoneId;
use words::moment::Moment;
use words::refusal::{Reason, Refusal};
use words::review::{AgencyReviewed, Position, ReviewOpened};
use words::role::Side;

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
    /// Every time in which it, or a part of it, gave no authority: what was suspended and lifted
    /// again, and what ended and was put in force anew, is not forgotten.
    #[n(6)]
    pub pauses: Vec<Pause>,
}

/// A time in which an agreement, or a part of it, gave no authority.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Pause {
    /// How much of it; an end is the whole.
    #[n(0)]
    pub scope: Scope,
    /// Which side brought it about.
    #[n(1)]
    pub side: Side,
    /// From when on, by that side's clock.
    #[n(2)]
    pub from: Moment,
    /// Until when; open while nobody has lifted it.
    #[n(3)]
    pub until: Option<Moment>,
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
    /// The time that it leaves to stand down after consent ends, ms; a lower text may leave that
    /// to the one above.
    #[n(4)]
    pub stand_down_ms: Option<i64>,
    /// The zones that it speaks of; `None` for all.
    #[n(5)]
    pub about: Option<BTreeSet<ZoneId>>,
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
    /// A text comes into force. An end that had come is over, and not forgotten; that of a lower
    /// text took away no authority.
    pub(crate) fn enter(&mut self, version: Version) {
        let over = self.ended.take();
        let over = over.filter(|end| version.under.is_none() && end.from <= version.from);
        self.pauses.extend(over.map(|ending| Pause {
            scope: Scope::Whole,
            side: ending.side,
            from: ending.from,
            until: Some(version.from),
        }));
        self.versions.push(version);
    }

    /// A side suspends something.
    pub(crate) fn pause(&mut self, scope: Scope, side: Side, from: Moment) {
        self.pauses.push(Pause { scope, side, from, until: None });
    }

    /// That side lifts it again.
    pub(crate) fn lift(&mut self, scope: &Scope, side: Side, at: Moment) {
        let mine = |pause: &&mut Pause| {
            pause.until.is_none() && pause.side == side && pause.scope == *scope
        };
        if let Some(pause) = self.pauses.iter_mut().find(mine) {
            pause.until = Some(at);
        }
    }

    /// The version that was in force at a moment; the first one before that.
    pub fn version_at(&self, at: Moment) -> Option<&Version> {
        let entered = self.versions.iter().rfind(|version| version.from <= at);
        entered.or_else(|| self.versions.first())
    }

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

/// How a text ends, if it says so.
pub fn termination(rules: &Rules) -> Option<&Termination> {
    rules.document().provisions().find_map(|(_, provision)| {
        let Provision::Termination(termination) = provision else { return None };
        Some(termination)
    })
}

/// The time that a text itself leaves to stand down, ms.
pub(crate) fn stand_down_ms(rules: &Rules) -> Option<i64> {
    rules.document().provisions().find_map(|(_, provision)| {
        let Provision::HostConsent(consent) = provision else { return None };
        Some(consent.stop_within_ms)
    })
}

/// By when each side has shown its share of a draw, ms after its time, and what follows if not.
pub fn draw_terms(rules: Option<&Rules>) -> (i64, DrawFallback) {
    let notice = rules.and_then(Rules::notice);
    notice.map_or((DRAW_WITHIN_MS, DrawFallback::Held), |it| (it.draw_within_ms, it.draw_fallback))
}

/// For how long personal data may be kept, ms, if the text says so.
pub fn retention_ms(rules: &Rules) -> Option<i64> {
    rules.document().provisions().find_map(|(_, provision)| {
        let Provision::PersonalData(data) = provision else { return None };
        Some(data.retention_ms)
    })
}
