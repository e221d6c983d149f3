//! The facts of a question, computed here so that rules only compare.

use std::sync::Arc;

use accord::rules::panel::Panel;
use accord::rules::{Decision, Deed, Facts, Question, Rules};
use words::deployment::{Subject, TaskOrdered, Terms};
use words::id::{AgreementId, DeploymentId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmourClass, Category, Purpose};
use words::refusal::{Reason, Refusal};
use words::role::{Role, Side};

use joint::asking::Asking;
use joint::consent::{Strength, live_for, on_duty_beside, overstaying, peak};
use joint::family::{Asked, asked};
use joint::quorum::waits;
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
    pub(crate) deployment: Option<&'a DeploymentId>,
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
            deployment: None,
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
            deployment: None,
            headcount: 0,
            notice_ms: i64::MAX,
            depth: Depth::Answer,
        }
    }

    /// What it is about, as far as standing goes (`standing::Standing::of`).
    pub(crate) fn matter(&self, agreement: &'a AgreementId, rules: &'a Rules) -> Matter<'a> {
        let (zone, terms, order) = (self.zone, self.terms, self.order);
        Matter { agreement, rules: Some(rules), zone, terms, order }
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
    if decision.allow { Ok(()) } else { Err(refusal_of(&decision, agreement)) }
}

/// The whole answer of the agreement and of the lower instruments beside it, allow or deny.
pub(crate) fn decision(
    state: &State,
    asking: &Asking<'_>,
    id: &AgreementId,
    ask: &Ask<'_>,
) -> Result<Decision, Refusal> {
    let texts = asked(state, asking, (id, ask.zone))?;
    let sensing = ask.terms.and_then(|terms| terms.sensing);
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
        ordered_by: ordered_by(asking, &texts, ask.deed),
        // What an order and a duty run is what was consented to.
        sensor: sensing.map(|sensing| sensing.sensor),
        altitude_m: sensing.map_or(0, |sensing| sensing.altitude_m),
    };
    let mut seats = texts.iter().map(|text| (text.rules, facts(state, asking, *text, (id, ask))));
    let (rules, first) = seats.next().ok_or(Reason::NotInForce)?;
    let panel =
        seats.fold(Panel::of(rules, first), |panel, (rules, facts)| panel.beside(rules, facts));
    let mut found = match ask.depth {
        Depth::Answer => panel.decide(&question),
        Depth::Explained => panel.explain(&question),
    };
    let waits = ask.consent.is_some_and(|subject| waits_for_witnesses(state, asking, subject));
    if waits && found.reasons.contains(&Reason::NoLiveConsent) {
        found.reasons.push(Reason::WitnessesMissing);
    }
    Ok(found)
}

// Does a lease of the subject live but for the witnesses that the agreement asks for?
fn waits_for_witnesses(state: &State, asking: &Asking<'_>, subject: &Subject) -> bool {
    let leases = state.consents.values().filter(|consent| &consent.subject == subject);
    let mut living = leases.filter(|consent| consent.lives_for(asking.at, asking.sight()));
    living.any(|consent| waits(state, consent, asking.sight()).is_some())
}

/// The refusal where no lease lives, or one that still waits for witnesses.
pub(crate) fn without_consent(
    state: &State,
    asking: &Asking<'_>,
    subject: &Subject,
    detail: &str,
) -> Refusal {
    let mut refusal = Refusal::new(Reason::NoLiveConsent, detail);
    if waits_for_witnesses(state, asking, subject) {
        refusal.reasons.push(Reason::WitnessesMissing);
    }
    refusal
}

// The role under which an order is signed: one that every text which lists some lists, if the
// key carries one. An order that nobody has given yet is taken to be one by whom it belongs to.
fn ordered_by(asking: &Asking<'_>, texts: &[Asked<'_>], deed: Deed) -> Option<Role> {
    let lists = || texts.iter().map(|text| text.rules.orders_by()).filter(|list| !list.is_empty());
    let listed = asking.roles.iter().find(|role| lists().all(|list| list.contains(role)));
    let held = listed.or(asking.roles.first()).copied();
    (deed == Deed::OrderTask).then(|| held.unwrap_or(Role::ProtectionLead))
}

fn facts(
    state: &State,
    asking: &Asking<'_>,
    Asked { agreement, rules, .. }: Asked<'_>,
    (top, ask): (&AgreementId, &Ask<'_>),
) -> Facts {
    let category = ask.terms.map(|terms| terms.category);
    let (after, most) = strength(state, asking.at, rules, ask);
    let standing = Standing::of(state, &ask.matter(top, rules), (asking.at, asking.sight()));
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

// Requests are counted on top of every living lease and of whoever is still there without one;
// acts under a lease are inside its slots, and who begins is counted with all who are there.
fn strength(state: &State, at: Moment, rules: &Rules, ask: &Ask<'_>) -> (Strength, Strength) {
    let unbounded = Strength { headcount: u32::MAX, vehicles: u32::MAX, armed: u32::MAX };
    let Some(terms) = ask.terms else { return (Strength::default(), unbounded) };
    let (where_, most) =
        ((terms.category, &terms.zone), ceiling(rules, terms.category, &terms.zone));
    let more = Strength::of(terms, ask.headcount);
    if ask.consent.is_some() {
        let there = match (ask.deed, ask.order) {
            (Deed::Enter, Some(order)) => on_duty_beside(state, where_, Some(&order.task)),
            (_, _) => Strength::default(),
        };
        return (more.plus(there), most);
    }
    let span = Window::new(terms.window.start().max(at), terms.window.end());
    let held =
        span.map_or_else(Strength::default, |span| peak(state, terms.category, &terms.zone, span));
    (held.plus(overstaying(state, where_, at, ask.deployment)).plus(more), most)
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
pub(crate) fn refusal_of(decision: &Decision, agreement: &AgreementId) -> Refusal {
    let reasons = if decision.reasons.is_empty() {
        vec![Reason::NotPermitted]
    } else {
        decision.reasons.clone()
    };
    let articles = decision.citations.iter().map(|citation| {
        if &citation.agreement == agreement {
            citation.article.clone()
        } else {
            cited(&citation.agreement, &citation.article)
        }
    });
    Refusal { reasons, articles: articles.collect(), detail: decision.remedy().join("; ") }
}

/// The article that carries a kind of provision, appended to a refusal.
pub(crate) fn citing(refusal: Refusal, rules: &Rules, kind: &str) -> Refusal {
    let document = rules.document();
    match (rules.article_of(kind), &document.under) {
        (Some(article), None) => refusal.citing(article),
        (Some(article), Some(_)) => refusal.citing(cited(&document.agreement, article).as_str()),
        (None, _) => refusal,
    }
}

/// How an article of a lower instrument is cited: with its text, `annex-a#3`.
pub(crate) fn cited(agreement: &AgreementId, article: &str) -> String {
    format!("{agreement}#{article}")
}
