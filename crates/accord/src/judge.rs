//! Cedar at work: rules go in, a verdict and its reasons come out.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, Policy, PolicyId,
    PolicySet, Request, Schema, ValidationMode, Validator,
};
use cedar_policy_core::ast::{self, Value};
use words::id::{PartyId, ZoneId};

use crate::cedar::{self, Guard, Place, Rule, Says, View};
use crate::check::CompileError;
use crate::rules::Deed;
use article::document::Document;

const SCHEMA: &str = include_str!("agreement.cedarschema");

/// The rules of one agreement, checked against the schema and kept by zone.
///
/// A question is about one zone, so that only the rules of that zone are asked: ten thousand
/// annexes elsewhere cost nothing.
#[derive(Debug)]
pub(crate) struct Judge {
    rules: Vec<Rule>,
    places: BTreeMap<String, usize>,
    guards: BTreeSet<Guard>,
    guest: EntityUid,
    deeds: BTreeMap<Deed, EntityUid>,
    slices: BTreeMap<ZoneId, Slice>,
    elsewhere: PolicySet,
    authorizer: Authorizer,
    nothing: Entities,
}

// What may be said about one zone.
#[derive(Debug)]
struct Slice {
    zone: EntityUid,
    policies: PolicySet,
}

/// Who asks for which deed where, and every fact about it.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) deed: Deed,
    pub(crate) zone: &'a ZoneId,
    pub(crate) facts: Vec<(&'static str, Told)>,
}

/// A fact of a case. Its name and its type stand together in [`crate::rules`], once, so that no
/// request needs to be held against the schema again.
#[derive(Debug)]
pub(crate) enum Told {
    Is(bool),
    Count(i64),
    Word(&'static str),
    Words(Vec<String>),
}

/// A case as Cedar takes it.
#[derive(Debug)]
pub(crate) struct Brief<'a> {
    judge: &'a Judge,
    policies: &'a PolicySet,
    request: Request,
}

impl Judge {
    /// Compiles the rules of a view of the whole text; what does not fit the strict schema is
    /// refused.
    pub(crate) fn new(whole: View<'_>) -> Result<Self, CompileError> {
        let rules = cedar::rules(whole);
        let policies = parsed(&rules)?;
        let mut judge = Self::with(rules, &policies, &whole.document.guest)?;
        for zone in whole.document.zones().map(|zone| &zone.zone).chain(named(whole.document)) {
            if !judge.slices.contains_key(zone) {
                let place = View { place: Place::In(zone), ..whole };
                let policies = judge.slice(&policies, place)?;
                let slice = Slice { zone: entity("Zone", zone.as_str())?, policies };
                judge.slices.insert(zone.clone(), slice);
            }
        }
        judge.elsewhere = judge.slice(&policies, View { place: Place::Elsewhere, ..whole })?;
        Ok(judge)
    }

    /// A judge of these rules and no others, whatever zone is asked about.
    #[cfg(feature = "broken")]
    pub(crate) fn unsliced(rules: Vec<Rule>, guest: &PartyId) -> Result<Self, CompileError> {
        let policies = parsed(&rules)?;
        Self::with(rules, &policies, guest)
    }

    // A judge who knows no zone yet.
    fn with(
        rules: Vec<Rule>,
        policies: &BTreeMap<String, Policy>,
        guest: &PartyId,
    ) -> Result<Self, CompileError> {
        let elsewhere = set(policies.values())?;
        fits(&elsewhere)?;
        let deed = |deed: &Deed| Ok((*deed, entity("Action", deed.as_str())?));
        Ok(Self {
            places: rules.iter().enumerate().map(|(at, rule)| (rule.id.clone(), at)).collect(),
            guards: rules.iter().filter_map(guard).collect(),
            rules,
            guest: entity("Party", guest.as_str())?,
            deeds: Deed::ALL.iter().map(deed).collect::<Result<_, CompileError>>()?,
            slices: BTreeMap::new(),
            elsewhere,
            authorizer: Authorizer::new(),
            nothing: Entities::empty(),
        })
    }

    // What reads alike everywhere is shared, the rest is read again for the place.
    fn slice(
        &self,
        policies: &BTreeMap<String, Policy>,
        place: View<'_>,
    ) -> Result<PolicySet, CompileError> {
        let shared = self.rules.iter().filter(|rule| !rule.local);
        let shared = shared.filter_map(|rule| policies.get(&rule.id));
        let local = parsed(&cedar::local(place))?;
        set(shared.chain(local.values()))
    }

    /// The rules, in the order of their articles.
    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Everything that some guard watches.
    pub(crate) fn guards(&self) -> &BTreeSet<Guard> {
        &self.guards
    }

    /// Is it allowed, and by which rules? An error says that there is no answer.
    pub(crate) fn hear(&self, case: Case<'_>) -> Result<(bool, Vec<&Rule>), String> {
        self.brief(case)?.answer()
    }

    /// Everything but the answer.
    pub(crate) fn brief(&self, case: Case<'_>) -> Result<Brief<'_>, String> {
        let (zone, policies) = if let Some(slice) = self.slices.get(case.zone) {
            (slice.zone.clone(), &slice.policies)
        } else {
            let zone = entity("Zone", case.zone.as_str()).map_err(|cause| cause.to_string())?;
            (zone, &self.elsewhere)
        };
        let deed = self.deeds.get(&case.deed).ok_or("a deed without an action")?;
        let request =
            Request::new(self.guest.clone(), deed.clone(), zone, context(case.facts), None)
                .map_err(|cause| cause.to_string())?;
        Ok(Brief { judge: self, policies, request })
    }
}

impl<'a> Brief<'a> {
    /// Cedar's own answer and nothing else: what a decision is measured against.
    pub(crate) fn bare(&self) -> bool {
        let Brief { judge, policies, request } = self;
        let answer = judge.authorizer.is_authorized(request, policies, &judge.nothing);
        answer.decision() == Decision::Allow
    }

    fn answer(&self) -> Result<(bool, Vec<&'a Rule>), String> {
        let Brief { judge, policies, request } = self;
        let answer = judge.authorizer.is_authorized(request, policies, &judge.nothing);
        // A forbid that errs is skipped by Cedar: an answer with an error is no answer.
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(error.to_string());
        }
        let ids = answer.diagnostics().reason();
        let mut places: Vec<usize> =
            ids.filter_map(|id| judge.places.get::<str>(id.as_ref()).copied()).collect();
        places.sort_unstable();
        let made_it = places.into_iter().filter_map(|at| judge.rules.get(at)).collect();
        Ok((answer.decision() == Decision::Allow, made_it))
    }
}

fn guard(rule: &Rule) -> Option<Guard> {
    match rule.says {
        Says::Permit => None,
        Says::Forbid(guard) => Some(guard),
    }
}

fn parsed(rules: &[Rule]) -> Result<BTreeMap<String, Policy>, CompileError> {
    let parse = |rule: &Rule| {
        let (id, article) = (rule.id.clone(), rule.article.clone());
        let policy = Policy::parse(Some(PolicyId::new(&id)), &rule.text)
            .map_err(|cause| CompileError::Rule { id: id.clone(), article, cause: cause.into() })?;
        Ok((id, policy))
    };
    rules.iter().map(parse).collect()
}

fn set<'a>(policies: impl Iterator<Item = &'a Policy>) -> Result<PolicySet, CompileError> {
    let mut set = PolicySet::new();
    for policy in policies {
        let id = policy.id().to_string();
        set.add(policy.clone()).map_err(|cause| CompileError::Kept { id, cause: cause.into() })?;
    }
    Ok(set)
}

fn fits(policies: &PolicySet) -> Result<(), CompileError> {
    let (schema, _) = Schema::from_cedarschema_str(SCHEMA)
        .map_err(|cause| CompileError::Schema(Box::new(cause)))?;
    let verdict = Validator::new(schema).validate(policies, ValidationMode::Strict);
    let detail: Vec<String> = verdict.validation_errors().map(ToString::to_string).collect();
    if detail.is_empty() {
        return Ok(());
    }
    Err(CompileError::Invalid { detail: detail.join("; ") })
}

// The zones that permits and ceilings name: a lower text may name one that it does not draw.
fn named(document: &Document) -> impl Iterator<Item = &ZoneId> {
    let permitted = document.permits().flat_map(|(_, permit)| &permit.zones);
    permitted.chain(document.ceilings().map(|ceiling| &ceiling.zone))
}

fn entity(kind: &str, id: &str) -> Result<EntityUid, CompileError> {
    let kind = EntityTypeName::from_str(kind)
        .map_err(|cause| CompileError::Invalid { detail: cause.to_string() })?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

// Values and no expressions: what Cedar's own constructor takes would be evaluated first, and
// that takes as long as the decision. A test holds the two against each other.
fn context(facts: Vec<(&'static str, Told)>) -> Context {
    let told = facts.into_iter().map(|(name, told)| (name.into(), value(told)));
    ast::Context::Value(Arc::new(told.collect())).into()
}

fn value(told: Told) -> Value {
    match told {
        Told::Is(fact) => fact.into(),
        Told::Count(count) => count.into(),
        Told::Word(word) => word.into(),
        Told::Words(words) => Value::set(words.into_iter().map(Value::from), None),
    }
}

#[cfg(test)]
mod tests {
    use cedar_policy::{Context, RestrictedExpression};
    use words::id::{PartyId, ZoneId};

    use super::{Case, Judge, Told, context, parsed};
    use crate::cedar::{Guard, Rule, Says};
    use crate::check::CompileError;
    use crate::rules::Deed;

    fn rule(id: &str, says: Says, text: &str) -> Rule {
        let (id, article, text) = (id.to_owned(), "1".to_owned(), text.to_owned());
        Rule { id, article, says, text, local: false }
    }

    fn judge(rules: Vec<Rule>) -> Result<Judge, CompileError> {
        let policies = parsed(&rules)?;
        Judge::with(rules, &policies, &PartyId::new("guest").unwrap())
    }

    fn hear(judge: &Judge, facts: Vec<(&'static str, Told)>) -> Result<bool, String> {
        let zone = ZoneId::new("airport").unwrap();
        let case = Case { deed: Deed::Enter, zone: &zone, facts };
        judge.hear(case).map(|(allow, _)| allow)
    }

    fn guarded(forbid: &str) -> Judge {
        let all = "permit (principal, action, resource);";
        let guard = Says::Forbid(Guard::Notice);
        judge(vec![rule("all", Says::Permit, all), rule("guard", guard, forbid)]).unwrap()
    }

    #[test]
    fn a_guard_that_errs_gives_no_answer_instead_of_a_yes() {
        let judge =
            guarded("forbid (principal, action, resource) when { context.notice_ms + 1 < 9 };");
        let notice = |ms| vec![("notice_ms", Told::Count(ms))];
        assert_eq!(hear(&judge, notice(60)), Ok(true));
        assert_eq!(hear(&judge, notice(6)), Ok(false));
        let fault = hear(&judge, notice(i64::MAX)).unwrap_err();
        assert!(fault.contains("overflow"), "{fault}");
    }

    #[test]
    fn facts_are_told_as_cedar_would_read_them() {
        let words = || vec!["9".to_owned(), "11".to_owned()];
        let told = context(vec![
            ("suspended", Told::Is(true)),
            ("notice_ms", Told::Count(-1)),
            ("task", Told::Word("advise")),
            ("suspended_articles", Told::Words(words())),
        ]);
        let set = words().into_iter().map(RestrictedExpression::new_string);
        let read = Context::from_pairs([
            ("suspended".to_owned(), RestrictedExpression::new_bool(true)),
            ("notice_ms".to_owned(), RestrictedExpression::new_long(-1)),
            ("task".to_owned(), RestrictedExpression::new_string("advise".to_owned())),
            ("suspended_articles".to_owned(), RestrictedExpression::new_set(set)),
        ]);
        assert_eq!(told, read.unwrap());
    }

    #[test]
    fn a_case_that_lacks_a_fact_gets_no_answer() {
        let judge = guarded("forbid (principal, action, resource) when { context.suspended };");
        assert_eq!(hear(&judge, vec![("suspended", Told::Is(false))]), Ok(true));
        assert!(hear(&judge, Vec::new()).is_err());
        assert!(hear(&judge, vec![("suspended", Told::Count(1))]).is_err());
    }

    #[test]
    fn a_rule_that_does_not_fit_the_schema_is_refused() {
        let text = "permit (principal, action, resource) when { context.weather == 1 };";
        let refused = judge(vec![rule("odd", Says::Permit, text)]).unwrap_err();
        assert!(refused.to_string().contains("weather"), "{refused}");
    }
}
