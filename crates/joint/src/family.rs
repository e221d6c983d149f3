//! A family: an agreement, and the lower instruments that stand under it.
//!
//! A lower text names the family above it, and is compiled under the text that is in force there.
//! When that one is amended, whatever stands under it is compiled again: what no longer fits
//! stays, and closes all that it speaks of until it is amended or ended. So nothing that two
//! parties narrowed becomes wide because something else has changed.

use std::sync::Arc;

use accord::rules::Rules;
use article::document::{Document, parse};
use article::provision::governance::Termination;
use words::hash::Hash;
use words::id::{AgreementId, UnitId, ZoneId};
use words::moment::Moment;
use words::refusal::{Reason, Refusal};
use words::role::Side;

use crate::asking::Asking;
use crate::compiled::{self, Source};
use crate::cycle::{Ending, Version, termination};
use crate::state::{Agreement, Sight, State};

/// Which way a pair of ledgers reads a text (`docs/decisions/0009-the-other-direction.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The text's host is the host of the pair.
    AsWritten,
    /// The text's guest is the host of the pair: what holds in both directions holds here.
    Mirrored,
}

/// How a lower instrument stands under the text above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lower {
    /// The family of the text above it.
    pub under: AgreementId,
    /// Why it does not fit under that text as it is now, in words.
    pub unfit: Option<String>,
}

/// A text that is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its family.
    pub id: &'a AgreementId,
    /// Its life.
    pub agreement: &'a Agreement,
    /// Its rules.
    pub rules: &'a Arc<Rules>,
}

impl State {
    /// The rules of a version of an agreement, as it was in force; a lower instrument's depend on
    /// what stood above it and are not told.
    pub fn rules_of(&self, agreement: &Agreement, version: &Version) -> Option<Arc<Rules>> {
        let text = agreement.texts.get(&version.text).filter(|_| version.under.is_none())?;
        let direction = self.direction(&parse(text).ok()?).ok()?;
        compiled::rules(Source { text, direction, above: None }).ok()
    }

    /// Which way these two ledgers read a text: by the sides on which its parties stand.
    pub fn direction(&self, document: &Document) -> Result<Direction, Refusal> {
        let stands = self.parties.iter().map(|(side, known)| {
            let party = &known.founded.party;
            match side {
                _ if ![&document.host, &document.guest].contains(&party) => None,
                Side::Host => Some(party == &document.host),
                Side::Guest => Some(party == &document.guest),
            }
        });
        let stands: Vec<Option<bool>> = stands.collect();
        if stands.iter().all(|one| *one == Some(true)) {
            return Ok(Direction::AsWritten);
        }
        if stands.iter().all(|one| *one == Some(false)) {
            return Ok(Direction::Mirrored);
        }
        let detail = format!("its parties are `{}` and `{}`", document.host, document.guest);
        Err(Refusal::new(Reason::BadAgreement, detail))
    }

    /// The rules that a text has here and now, under whatever is in force above it.
    pub fn compiled(&self, text: &str) -> Result<Arc<Rules>, Refusal> {
        let bad = |detail: String| Refusal::new(Reason::BadAgreement, detail);
        let document = parse(text).map_err(|cause| bad(cause.to_string()))?;
        let direction = self.direction(&document)?;
        let Some(under) = &document.under else {
            return compiled::rules(Source { text, direction, above: None }).map_err(bad);
        };
        if self.is_below(under, &document.agreement) {
            return Err(bad(format!("`{under}` is this text, or stands under it itself")));
        }
        let above = self.agreements.get(under).filter(|known| known.unfit().is_none());
        let rules = above.and_then(|known| known.rules()).ok_or_else(|| not_in_force(under))?;
        let above = Some((self.lineage(under), rules));
        let fits = compiled::rules(Source { text, direction, above });
        fits.map_err(|cause| bad(format!("under `{under}`: {cause}")))
    }

    // The roots in force from a family up to the one that stands under none.
    fn lineage(&self, id: &AgreementId) -> Vec<Hash> {
        let mut roots = Vec::new();
        let mut next = Some(id);
        while let Some(known) = next.and_then(|id| self.agreements.get(id)) {
            roots.extend(known.in_force());
            next = known.under();
        }
        roots
    }

    fn is_below(&self, id: &AgreementId, upper: &AgreementId) -> bool {
        let mut next = Some(id);
        while let Some(id) = next {
            if id == upper {
                return true;
            }
            next = self.agreements.get(id).and_then(Agreement::under);
        }
        false
    }

    /// The agreement at the top of a family.
    pub fn top_of<'a>(&'a self, id: &'a AgreementId) -> &'a AgreementId {
        let mut top = id;
        while let Some(under) = self.agreements.get(top).and_then(Agreement::under) {
            top = under;
        }
        top
    }

    /// Every lower instrument that came into force under a family, directly or not, by id.
    pub fn below<'a>(
        &'a self,
        upper: &'a AgreementId,
    ) -> impl Iterator<Item = (&'a AgreementId, &'a Agreement)> {
        self.agreements.iter().filter(move |(id, known)| {
            *id != upper && known.under().is_some() && self.is_below(id, upper)
        })
    }

    /// The lower instruments that bind beside an agreement in a zone. One that the host has ended
    /// is gone. One that the guest has ended is not: nobody widens what he may do by leaving the
    /// text that narrows it.
    pub fn beside<'a>(
        &'a self,
        (top, zone): (&'a AgreementId, &'a ZoneId),
        (at, sight): (Moment, Sight),
    ) -> impl Iterator<Item = Asked<'a>> {
        self.below(top).filter_map(move |(id, agreement)| {
            let rules = agreement.rules().filter(|rules| rules.is_about(zone))?;
            let gone = self.released(id, (at, sight));
            (!gone).then_some(Asked { id, agreement, rules })
        })
    }

    fn released(&self, id: &AgreementId, (at, sight): (Moment, Sight)) -> bool {
        let Some(known) = self.agreements.get(id) else { return true };
        let Some(under) = known.under() else { return false };
        let over = known.cycle.ended.as_ref().is_some_and(|ending| {
            ending.side == Side::Host
                && ending.from <= at
                && sight.reaches(Side::Host, ending.index)
        });
        over || self.released(under, (at, sight))
    }

    /// Since when somebody is suspended in person where an agreement and what binds beside it
    /// speak of a zone, as far as whoever asks can know; and by which text.
    pub fn suspends_person<'a>(
        &'a self,
        (top, zone): (&'a AgreementId, &'a ZoneId),
        unit: &UnitId,
        (at, sight): (Moment, Sight),
    ) -> Option<(&'a AgreementId, Moment)> {
        let beside = self.beside((top, zone), (at, sight)).map(|asked| (asked.id, asked.agreement));
        let all = self.agreements.get_key_value(top).into_iter().chain(beside);
        let since = all.filter_map(|(id, known)| Some((id, known.suspends_person(unit, sight)?)));
        since.min_by_key(|(_, since)| *since)
    }

    /// A text comes into force when both have signed it, all that it waits for is met, and, if it
    /// stands under another, it fits there; it takes the place of the one before.
    pub(crate) fn enter_into_force(&mut self, asking: &Asking<'_>, id: &AgreementId) {
        let Some(known) = self.agreements.get(id) else { return };
        let Some(text) = known.signed_by_both().filter(|text| known.may_enter(*text)) else {
            return;
        };
        let Some(words) = known.texts.get(&text) else { return };
        let Ok(rules) = self.compiled(words) else { return };
        let under = rules.document().under.clone();
        if under.as_ref().is_some_and(|under| upper_binds(self, asking, under).is_err()) {
            return;
        }
        let over = known.cycle.ended.clone().filter(|ending| ending.from <= asking.at);
        let above = under.as_ref().and_then(|under| self.agreements.get(under)?.in_force());
        if let Some(known) = self.agreements.get_mut(id) {
            let lower = under.map(|under| Lower { under, unfit: None });
            known.enter((text, above), asking.at, (rules, lower));
        }
        if let Some(over) = over {
            self.end_below(id, &over);
        }
        self.fit_below(id);
    }

    // A text that ended took with it what stood under it; a new text brings none of it back.
    fn end_below(&mut self, id: &AgreementId, over: &Ending) {
        let below: Vec<AgreementId> = self.below(id).map(|(id, _)| id.clone()).collect();
        for id in below {
            if let Some(known) = self.agreements.get_mut(&id) {
                known.cycle.ended.get_or_insert_with(|| over.clone());
                known.signed.clear();
            }
        }
    }

    // What stands under a text that has changed is held against it again.
    fn fit_below(&mut self, id: &AgreementId) {
        let direct = self.below(id).filter(|(_, known)| known.under() == Some(id));
        let below: Vec<AgreementId> = direct.map(|(id, _)| id.clone()).collect();
        for id in below {
            let known = self.agreements.get(&id);
            let words = known.and_then(|known| known.texts.get(&known.in_force()?));
            let fits = words.map(|words| self.compiled(words));
            if let (Some(fits), Some(known)) = (fits, self.agreements.get_mut(&id)) {
                known.fit(fits.map_err(|refusal| refusal.detail));
            }
            self.fit_below(&id);
        }
    }
}

/// Nothing, unless the text above a lower one does not bind at this moment.
pub fn upper_binds(state: &State, asking: &Asking<'_>, upper: &AgreementId) -> Result<(), Refusal> {
    let known = state.agreements.get(upper);
    let binds = known.is_some_and(|known| known.binds(asking.at, asking.sight()));
    if !binds {
        return Err(not_in_force(upper));
    }
    known.and_then(Agreement::under).map_or(Ok(()), |above| upper_binds(state, asking, above))
}

fn not_in_force(upper: &AgreementId) -> Refusal {
    let detail =
        format!("it stands under `{upper}`, which is not in force: put that in force first");
    Refusal::new(Reason::NotInForce, detail)
}

/// An agreement that stands under none: what is asked for names it, and not a text below it.
pub fn at_the_top(state: &State, id: &AgreementId) -> Result<(), Refusal> {
    let top = state.top_of(id);
    if top == id {
        return Ok(());
    }
    let detail = format!("`{id}` stands under `{top}`: name `{top}`, and both are asked");
    Err(Refusal::new(Reason::UnknownAgreement, detail))
}

/// Every text that is asked about a zone, the agreement first; none may be one that no longer
/// fits.
pub fn asked<'a>(
    state: &'a State,
    asking: &Asking<'_>,
    (id, zone): (&'a AgreementId, &'a ZoneId),
) -> Result<Vec<Asked<'a>>, Refusal> {
    let unknown = || Refusal::new(Reason::UnknownAgreement, format!("no agreement `{id}`"));
    let (id, agreement) = state.agreements.get_key_value(id).ok_or_else(unknown)?;
    at_the_top(state, id)?;
    let rules = agreement.rules().ok_or_else(|| {
        Refusal::new(Reason::NotInForce, format!("`{id}` has not been signed by both sides"))
    })?;
    let mut texts = vec![Asked { id, agreement, rules }];
    for lower in state.beside((id, zone), (asking.at, asking.sight())) {
        if let Some(why) = lower.agreement.unfit() {
            let detail = format!("`{}` no longer fits: amend it or end it ({why})", lower.id);
            return Err(Refusal::new(Reason::NotInForce, detail));
        }
        texts.push(lower);
    }
    Ok(texts)
}

/// How the text in force ends: a lower one that does not say it ends as the one above it does.
pub fn termination_of<'a>(state: &'a State, id: &AgreementId) -> Option<&'a Termination> {
    let known = state.agreements.get(id)?;
    let above = || termination_of(state, known.under()?);
    known.rules().and_then(|rules| termination(rules)).or_else(above)
}
