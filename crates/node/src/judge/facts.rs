//! The facts of a question, computed here so that rules only compare.

use std::sync::Arc;

use accord::rules::{Decision, Deed, Facts, Question, Rules};
use words::deployment::{Subject, TaskOrdered, Terms};
use words::id::{AgreementId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmourClass, Category, Purpose};
use words::refusal::{Reason, Refusal};
use words::role::{Role, Side};

use joint::asking::Asking;
use joint::consent::{Strength, live_for, peak};
use joint::standing::{Matter, Standing};
use joint::state::{Agreement, State};

/// An agreement with rules in force.
pub(crate) fn in_force<'a>(
    state: &'a State,
    id: &AgreementId,
) -> Result<(&'a Agreement, &'a Arc<Rules>), Refusal> {
    let agreement = state
        .agreements
        .get(id)
        .ok_or_else(|| Refusal::new(Reason::UnknownAgreement, format!("no agreement `{id}`")))?;
    let rules = agreement.rules().ok_or_else(|| {
        Refusal::new(Reason::NotInForce, format!("`{id}` has not been signed by both sides"))
    })?;
    Ok((agreement, rules))
}

/// Has the host been heard within the agreement's freshness? The host hears itself.
pub(crate) fn host_heard(asking: &Asking<'_>, rules: &Rules) -> bool {
    match asking.side {
        Side::Host => true,
        Side::Guest => asking.at.ms_since(asking.heard) <= rules.consent().freshness_ms,
    }
}

/// What is being asked about a deployment or a movement, before the rules see it.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) deed: Deed,
    pub(crate) zone: &'a ZoneId,
    pub(crate) purpose: Purpose,
    pub(crate) terms: Option<&'a Terms>,
    pub(crate) armour: Option<ArmourClass>,
    pub(crate) consent: Option<&'a Subject>,
    pub(crate) order: Option<&'a TaskOrdered>,
    pub(crate) headcount: u32,
    pub(crate) notice_ms: i64,
    pub(crate) depth: Depth,
}

/// How much is asked for beside yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// The answer and its reasons: for an act that is judged.
    Answer,
    /// The nearest change as well, which takes many answers: for people.
    Explained,
}

impl<'a> Ask<'a> {
    /// A question about the terms of a deployment.
    pub(crate) fn terms(deed: Deed, purpose: Purpose, terms: &'a Terms) -> Self {
        Self {
            deed,
            zone: &terms.zone,
            purpose,
            terms: Some(terms),
            armour: None,
            consent: None,
            order: None,
            headcount: terms.headcount,
            notice_ms: i64::MAX,
            depth: Depth::Answer,
        }
    }

    /// A question about a movement in a zone.
    pub(crate) fn movement(deed: Deed, purpose: Purpose, zone: &'a ZoneId) -> Self {
        Self {
            deed,
            zone,
            purpose,
            terms: None,
            armour: None,
            consent: None,
            order: None,
            headcount: 0,
            notice_ms: i64::MAX,
            depth: Depth::Answer,
        }
    }

    /// What it is about, as far as standing goes (`standing::Standing::of`).
    pub(crate) fn matter(&self, agreement: &'a AgreementId) -> Matter<'a> {
        Matter { agreement, zone: self.zone, terms: self.terms, order: self.order }
    }
}

/// Asks the rules; a deny becomes a refusal that cites its articles and names the remedy.
pub(crate) fn ask(
    state: &State,
    asking: &Asking<'_>,
    agreement: &AgreementId,
    ask: &Ask<'_>,
) -> Result<(), Refusal> {
    let decision = decision(state, asking, agreement, ask)?;
    if decision.allow { Ok(()) } else { Err(refusal_of(&decision)) }
}

/// The rules' whole answer, allow or deny.
pub(crate) fn decision(
    state: &State,
    asking: &Asking<'_>,
    id: &AgreementId,
    ask: &Ask<'_>,
) -> Result<Decision, Refusal> {
    let (agreement, rules) = in_force(state, id)?;
    let question = Question {
        deed: ask.deed,
        purpose: Some(ask.purpose),
        zone: ask.zone.clone(),
        category: ask.terms.map(|terms| terms.category),
        task: ask.terms.map(|terms| terms.task),
        rung: ask.terms.map(|terms| terms.rung),
        arms: ask.terms.map(|terms| terms.arms),
        armour: ask.armour,
        at: asking.at,
        ordered_by: ordered_by(asking, rules, ask.deed),
        // A task order names no sensor yet.
        sensor: None,
        altitude_m: 0,
    };
    let facts = facts(state, asking, (agreement, rules), (id, ask));
    Ok(match ask.depth {
        Depth::Answer => rules.decide(&question, &facts),
        Depth::Explained => rules.explain(&question, &facts),
    })
}

// The role under which an order is signed: one that the agreement lists, if the key carries one.
// An order that nobody has given yet is taken to be one by whom it belongs to.
fn ordered_by(asking: &Asking<'_>, rules: &Rules, deed: Deed) -> Option<Role> {
    let listed = asking.roles.iter().find(|role| rules.orders_by().contains(role));
    let held = listed.or(asking.roles.first()).copied();
    (deed == Deed::OrderTask).then(|| held.unwrap_or(Role::ProtectionLead))
}

fn facts(
    state: &State,
    asking: &Asking<'_>,
    (agreement, rules): (&Agreement, &Rules),
    (id, ask): (&AgreementId, &Ask<'_>),
) -> Facts {
    let category = ask.terms.map(|terms| terms.category);
    let (after, most) = strength(state, asking.at, rules, ask);
    let standing = Standing::of(state, &ask.matter(id), (asking.at, asking.sight()));
    Facts {
        in_force: agreement.binds(asking.at, asking.sight())
            && rules.period().is_none_or(|period| period.holds(asking.at)),
        suspended: agreement.suspends(ask.zone, category, asking.sight()),
        consent_live: ask
            .consent
            .is_some_and(|subject| live_for(state, subject, asking.at, asking.sight()).is_some()),
        host_heard: host_heard(asking, rules),
        headcount_after: after.headcount,
        headcount_max: most.headcount,
        vehicles_after: after.vehicles,
        vehicles_max: most.vehicles,
        armed_after: after.armed,
        armed_max: most.armed,
        notice_ms: ask.notice_ms,
        accredited: standing.accredited,
        licensed: standing.licensed,
        guests_per_officer: standing.guests_per_officer,
        stay_ms: standing.stay_ms,
        absent_ms: standing.absent_ms,
        emergency: standing.emergency,
        rung_open: standing.rung_open,
        suspended_articles: agreement.suspended_articles(asking.sight()),
    }
}

// Requests are counted on top of every living lease; acts under a lease are inside its slots.
fn strength(state: &State, at: Moment, rules: &Rules, ask: &Ask<'_>) -> (Strength, Strength) {
    let unbounded = Strength { headcount: u32::MAX, vehicles: u32::MAX, armed: u32::MAX };
    let Some(terms) = ask.terms else { return (Strength::default(), unbounded) };
    let most = ceiling(rules, terms.category, &terms.zone);
    if ask.consent.is_some() {
        return (Strength::of(terms, ask.headcount), most);
    }
    let span = Window::new(terms.window.start().max(at), terms.window.end());
    let held =
        span.map_or_else(Strength::default, |span| peak(state, terms.category, &terms.zone, span));
    let more = Strength::of(terms, ask.headcount);
    let after = Strength {
        headcount: held.headcount.saturating_add(more.headcount),
        vehicles: held.vehicles.saturating_add(more.vehicles),
        armed: held.armed.saturating_add(more.armed),
    };
    (after, most)
}

/// The ceiling of a category in a zone: nothing is allowed where none is agreed.
pub(crate) fn ceiling(rules: &Rules, category: Category, zone: &ZoneId) -> Strength {
    rules.ceiling(category, zone).map_or_else(Strength::default, |ceiling| Strength {
        headcount: ceiling.headcount_max,
        vehicles: ceiling.vehicles_max,
        armed: ceiling.armed_max,
    })
}

/// A deny as a refusal.
pub(crate) fn refusal_of(decision: &Decision) -> Refusal {
    let reasons = if decision.reasons.is_empty() {
        vec![Reason::NotPermitted]
    } else {
        decision.reasons.clone()
    };
    let articles = decision.citations.iter().map(|citation| citation.article.clone()).collect();
    Refusal { reasons, articles, detail: decision.remedy().join("; ") }
}

/// The article that carries a kind of provision, appended to a refusal.
pub(crate) fn citing(refusal: Refusal, rules: &Rules, kind: &str) -> Refusal {
    match rules.article_of(kind) {
        Some(article) => refusal.citing(article),
        None => refusal,
    }
}
