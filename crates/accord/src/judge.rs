//! Cedar at work: rules go in, a verdict and its reasons come out.

use std::collections::BTreeSet;
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, Policy, PolicyId,
    PolicySet, Request, RestrictedExpression, Schema, ValidationMode, Validator,
};

use crate::cedar::Rule;
use crate::check::CompileError;

const SCHEMA: &str = include_str!("agreement.cedarschema");

/// The rules of one agreement, checked against the schema.
#[derive(Debug)]
pub(crate) struct Judge {
    rules: Vec<Rule>,
    policies: PolicySet,
    schema: Schema,
    authorizer: Authorizer,
}

/// Who asks for which deed where, and every fact about it.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) guest: &'a str,
    pub(crate) deed: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) facts: Vec<(&'static str, Fact)>,
}

/// A fact of a case.
#[derive(Debug)]
pub(crate) enum Fact {
    Is(bool),
    Count(i64),
    Word(&'static str),
}

impl Judge {
    /// Compiles the rules; what does not fit the strict schema is refused.
    pub(crate) fn new(rules: Vec<Rule>) -> Result<Self, CompileError> {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA)
            .map_err(|cause| CompileError::Schema(Box::new(cause)))?;
        let policies = policies(&rules)?;
        let verdict = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        let detail: Vec<String> = verdict.validation_errors().map(ToString::to_string).collect();
        if !detail.is_empty() {
            return Err(CompileError::Invalid { detail: detail.join("; ") });
        }
        Ok(Self { rules, policies, schema, authorizer: Authorizer::new() })
    }

    /// The rules, in the order of their articles.
    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Is it allowed, and by which rules? An error says that there is no answer.
    pub(crate) fn hear(&self, case: &Case<'_>) -> Result<(bool, Vec<&Rule>), String> {
        let request = self.request(case)?;
        let answer = self.authorizer.is_authorized(&request, &self.policies, &Entities::empty());
        // A forbid that errs is skipped by Cedar: an answer with an error is no answer.
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(error.to_string());
        }
        let ids: BTreeSet<String> =
            answer.diagnostics().reason().map(ToString::to_string).collect();
        let made_it = self.rules.iter().filter(|rule| ids.contains(&rule.id)).collect();
        Ok((answer.decision() == Decision::Allow, made_it))
    }

    fn request(&self, case: &Case<'_>) -> Result<Request, String> {
        let facts = case.facts.iter().map(|(name, fact)| ((*name).to_owned(), expression(fact)));
        let context = Context::from_pairs(facts).map_err(|cause| cause.to_string())?;
        let principal = entity("Party", case.guest)?;
        let (action, resource) = (entity("Action", case.deed)?, entity("Zone", case.zone)?);
        Request::new(principal, action, resource, context, Some(&self.schema))
            .map_err(|cause| cause.to_string())
    }
}

fn policies(rules: &[Rule]) -> Result<PolicySet, CompileError> {
    let mut set = PolicySet::new();
    for Rule { id, article, text, .. } in rules {
        let (id, article) = (id.clone(), article.clone());
        let policy = Policy::parse(Some(PolicyId::new(&id)), text)
            .map_err(|cause| CompileError::Rule { id: id.clone(), article, cause: cause.into() })?;
        set.add(policy).map_err(|cause| CompileError::Kept { id, cause: cause.into() })?;
    }
    Ok(set)
}

fn entity(kind: &str, id: &str) -> Result<EntityUid, String> {
    let kind = EntityTypeName::from_str(kind).map_err(|cause| cause.to_string())?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

fn expression(fact: &Fact) -> RestrictedExpression {
    match fact {
        Fact::Is(fact) => RestrictedExpression::new_bool(*fact),
        Fact::Count(count) => RestrictedExpression::new_long(*count),
        Fact::Word(word) => RestrictedExpression::new_string((*word).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, Fact, Judge};
    use crate::cedar::{Guard, Rule, Says};

    const NUMBERS: [&str; 7] = [
        "headcount_after",
        "headcount_max",
        "vehicles_after",
        "vehicles_max",
        "armed_after",
        "armed_max",
        "notice_ms",
    ];

    fn rule(id: &str, says: Says, text: &str) -> Rule {
        let (id, article, text) = (id.to_owned(), "1".to_owned(), text.to_owned());
        Rule { id, article, says, text }
    }

    fn case(notice_ms: i64) -> Case<'static> {
        let flags = ["in_force", "within_period", "suspended", "consent_live", "host_heard"];
        let mut facts: Vec<_> = flags.map(|name| (name, Fact::Is(true))).into();
        facts.extend(NUMBERS.map(|name| (name, Fact::Count(notice_ms))));
        Case { guest: "guest", deed: "enter", zone: "airport", facts }
    }

    fn judge(forbid: &str) -> Judge {
        let all = "permit (principal, action, resource);";
        let guard = Says::Forbid(Guard::Notice);
        Judge::new(vec![rule("all", Says::Permit, all), rule("guard", guard, forbid)]).unwrap()
    }

    #[test]
    fn a_guard_that_errs_gives_no_answer_instead_of_a_yes() {
        let judge =
            judge("forbid (principal, action, resource) when { context.notice_ms + 1 < 9 };");
        assert!(judge.hear(&case(60)).unwrap().0);
        assert!(!judge.hear(&case(6)).unwrap().0);
        let fault = judge.hear(&case(i64::MAX)).unwrap_err();
        assert!(fault.contains("overflow"), "{fault}");
    }

    #[test]
    fn a_case_that_lacks_a_fact_gets_no_answer() {
        let judge = judge("forbid (principal, action, resource) when { context.suspended };");
        let mut case = case(1);
        case.facts.pop();
        assert!(judge.hear(&case).is_err());
    }

    #[test]
    fn a_rule_that_does_not_fit_the_schema_is_refused() {
        let text = "permit (principal, action, resource) when { context.weather == 1 };";
        let refused = Judge::new(vec![rule("odd", Says::Permit, text)]).unwrap_err();
        assert!(refused.to_string().contains("weather"), "{refused}");
    }
}
