//! The court: sets of rules compared for every request there can be.

use std::collections::BTreeSet;
use std::future::Future;
use std::io;
use std::panic::resume_unwind;
use std::pin::pin;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context as Waiting, Poll, Waker};
use std::thread;

use accord::rules::{Deed, Rules};
use accord::window::{Clause, SCHEMA};
use article::provision::Provision;
use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, EvalResult,
    Policy, PolicyId, PolicySet, Request, RestrictedExpression, Schema,
};
use cedar_policy_symcc::err::Error as SymbolError;
use cedar_policy_symcc::term::Term;
use cedar_policy_symcc::{
    CedarSymCompiler, CompiledPolicy, CompiledPolicySet, SymEnv, implies_asserts,
    never_errors_asserts,
};
use serde_json::{Value as Json, json};
use thiserror::Error;
use words::id::ZoneId;

use crate::case::{Case, Kind, Value, rows};
use crate::meaning::{Meanings, Room, Sides, any};
use crate::solver::{Panel, SolverFault};

/// The symbolic compiler walks its terms by recursion, as deep as a text has rules; a main
/// thread's 8 MiB hold the worked agreements, a test's 2 MiB do not.
const STACK_BYTES: usize = 256 << 20;

/// Why there is no proof and no answer either.
#[derive(Debug, Error)]
pub enum ProofFault {
    /// Nobody to ask.
    #[error("there is no solver to ask")]
    Solver(#[from] SolverFault),
    /// The schema is not what this program was built for.
    #[error("the schema cannot be read: {0}; this is a fault of this program")]
    Schema(String),
    /// A rule that is not Cedar.
    #[error("the rule `{id}` cannot be read: {cause}; this is a fault of this program")]
    Rule {
        /// Which.
        id: String,
        /// Why.
        cause: String,
    },
    /// No room to think.
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
    /// A rule that the symbolic compiler does not take.
    #[error("the rules cannot be put to a solver")]
    Symbol(#[source] Box<SymbolError>),
}

/// What the solvers say to a question.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It holds for all requests.
    Holds,
    /// It does not hold for this one.
    Fails(Box<Request>),
    /// Nobody knows: unknown, out of time, or they disagree.
    Silent(String),
}

/// A set of rules, and what they mean.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) set: PolicySet,
    sides: Sides,
}

/// How questions are put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Many in one, and one by one only those that did not pass so.
    AtOnce,
    /// Each by itself, from its rules anew.
    OneByOne,
}

/// Where sets of rules are compared.
#[derive(Debug)]
pub(crate) struct Court {
    manner: Manner,
    schema: Schema,
    articles: BTreeSet<String>,
    deeds: Vec<Deed>,
    // One for each deed, in their order.
    rooms: Vec<Room>,
    meanings: Meanings,
    compiler: CedarSymCompiler<Panel>,
}

impl Court {
    pub(crate) fn convene(panel: Panel, texts: &[&Rules]) -> Result<Self, ProofFault> {
        let articles: BTreeSet<String> = texts.iter().flat_map(|text| can_sleep(text)).collect();
        let bits = articles.iter().map(|one| format!("    \"{}\": Bool,\n", bit(one)));
        let bits = bits.collect::<Vec<_>>().concat();
        let schema = SCHEMA.replace("    suspended_articles: Set<String>,\n", &bits);
        let (schema, _) = Schema::from_cedarschema_str(&schema)
            .map_err(|cause| ProofFault::Schema(cause.to_string()))?;
        let mut rooms = Vec::new();
        for env in schema.request_envs() {
            let id = env.action().id().unescaped().to_owned();
            let unknown = || ProofFault::Schema(format!("`{id}` is no deed"));
            let deed = Deed::parse(&id).ok_or_else(unknown)?;
            let symbols = SymEnv::new(&schema, &env).map_err(symbol)?;
            rooms.push((deed, Room { env, symbols }));
        }
        rooms.sort_by_key(|(deed, _)| *deed);
        let (deeds, rooms) = rooms.into_iter().unzip();
        let compiler = CedarSymCompiler::new(panel).map_err(symbol)?;
        let (manner, meanings) = (Manner::AtOnce, Meanings::default());
        Ok(Self { manner, schema, articles, deeds, rooms, meanings, compiler })
    }

    /// The same court, where questions are put so.
    pub(crate) fn putting(self, manner: Manner) -> Self {
        Self { manner, ..self }
    }

    pub(crate) fn deeds(&self) -> Vec<Deed> {
        self.deeds.clone()
    }

    pub(crate) fn panel(&self) -> &Panel {
        self.compiler.solver()
    }

    pub(crate) fn side(&mut self, set: PolicySet) -> Result<Side, ProofFault> {
        let sides = self.meanings.sides(&set, &self.rooms, &self.schema)?;
        Ok(Side { set, sides })
    }

    fn at(&self, deed: Deed) -> Result<usize, ProofFault> {
        let at = self.deeds.iter().position(|one| *one == deed);
        at.ok_or_else(|| ProofFault::Schema(format!("`{deed}` is no deed of the schema")))
    }

    /// Is every narrow side within its wide side, for every request for this deed? One question
    /// for all of them: yes is proved of each, and anything else is to be looked at one by one.
    pub(crate) fn all_within(
        &mut self,
        deed: Deed,
        pairs: &[(&Side, &Side)],
    ) -> Result<bool, ProofFault> {
        match (self.manner, pairs) {
            (Manner::AtOnce, _) => {}
            (Manner::OneByOne, [(narrow, wide)]) => {
                return Ok(matches!(self.implies(deed, narrow, wide)?, Answer::Holds));
            }
            (Manner::OneByOne, _) => return Ok(false),
        }
        let at = self.at(deed)?;
        let outside = pairs.iter().map(|(narrow, wide)| narrow.sides.beyond(&wide.sides, at));
        let outside = any(outside);
        self.never(at, outside)
    }

    /// The same as [`Self::all_within`], by those forbids alone that look at nothing else than
    /// the wide side does: most theorems need no other, and each forbid less is a shorter search.
    pub(crate) fn all_within_by_their_own(
        &mut self,
        deed: Deed,
        pairs: &[(&Side, &Side)],
    ) -> Result<bool, ProofFault> {
        if self.manner == Manner::OneByOne {
            return Ok(false);
        }
        let at = self.at(deed)?;
        let outside = pairs.iter().map(|(narrow, wide)| {
            let own = narrow.sides.about(&wide.sides);
            own.beyond(&wide.sides, at)
        });
        let outside = any(outside);
        self.never(at, outside)
    }

    /// Does each of these rules give an answer to every request for this deed?
    pub(crate) fn none_errs(&mut self, deed: Deed, rules: &[Policy]) -> Result<bool, ProofFault> {
        let at = self.at(deed)?;
        if self.manner == Manner::OneByOne {
            return Ok(false);
        }
        let mut errs = Vec::new();
        for rule in rules {
            let (_, read) = self.meanings.of(rule, &self.rooms, &self.schema)?;
            errs.extend(read.at.get(at).map(|meaning| meaning.errs.clone()));
        }
        self.never(at, any(errs))
    }

    // No solver is asked what the symbolic compiler sees by itself.
    fn never(&mut self, at: usize, term: Term) -> Result<bool, ProofFault> {
        let Some(room) = self.rooms.get(at) else { return Ok(false) };
        let asked = now(self.compiler.check_unsat_raw(Arc::new(vec![term]), &room.symbols));
        match asked {
            Ok(unsat) => Ok(unsat),
            Err(cause) => silence(cause).map(|_| false),
        }
    }

    /// Does every request for this deed that `narrow` permits have leave of `wide`?
    pub(crate) fn implies(
        &mut self,
        deed: Deed,
        narrow: &Side,
        wide: &Side,
    ) -> Result<Answer, ProofFault> {
        let at = self.at(deed)?;
        let Some(room) = self.rooms.get(at) else { return Ok(unasked()) };
        let compiled = |set: &PolicySet| {
            let symbols = room.symbols.clone();
            CompiledPolicySet::compile_with_custom_symenv(set, &room.env, &self.schema, symbols)
                .map_err(symbol)
        };
        let (narrow, wide) = (compiled(&narrow.set)?, compiled(&wide.set)?);
        let asserts = implies_asserts(&narrow, &wide);
        answer(now(self.compiler.check_sat(&asserts)))
    }

    /// Does this rule give an answer to every request for this deed?
    pub(crate) fn never_errs(&mut self, deed: Deed, policy: &Policy) -> Result<Answer, ProofFault> {
        let at = self.at(deed)?;
        let Some(room) = self.rooms.get(at) else { return Ok(unasked()) };
        let symbols = room.symbols.clone();
        let policy =
            CompiledPolicy::compile_with_custom_symenv(policy, &room.env, &self.schema, symbols)
                .map_err(symbol)?;
        let asserts = never_errors_asserts(&policy);
        answer(now(self.compiler.check_sat(&asserts)))
    }

    /// Does a set of rules permit one case? By Cedar itself, without any solver.
    pub(crate) fn permits(&self, set: &PolicySet, guest: &str, case: &Case) -> Option<bool> {
        let request = request(guest, case, self)?;
        let said = Authorizer::new().is_authorized(&request, set, &Entities::empty());
        let erred = said.diagnostics().errors().next().is_some();
        (!erred).then_some(said.decision() == Decision::Allow)
    }
}

pub(crate) fn symbol(cause: SymbolError) -> ProofFault {
    ProofFault::Symbol(Box::new(cause))
}

fn unasked() -> Answer {
    Answer::Silent("it was not asked".to_owned())
}

fn answer(
    said: Result<Option<cedar_policy_symcc::Env>, SymbolError>,
) -> Result<Answer, ProofFault> {
    match said {
        Ok(None) => Ok(Answer::Holds),
        Ok(Some(env)) => Ok(Answer::Fails(Box::new(env.request))),
        Err(cause) => silence(cause).map(Answer::Silent),
    }
}

// Why a question has no answer; what is no answer of a solver's is a fault.
fn silence(cause: SymbolError) -> Result<String, ProofFault> {
    match cause {
        SymbolError::SolverUnknown => Ok("a solver does not know, or had no time".to_owned()),
        SymbolError::SolverError(_)
        | SymbolError::DecodeModel(_)
        | SymbolError::ConcretizeError(_)
        | SymbolError::ModelInvalid { .. } => Ok(cause.to_string()),
        cause @ (SymbolError::IncompleteSchema(_)
        | SymbolError::ActionNotInSchema(_)
        | SymbolError::CompileError(_)
        | SymbolError::EncodeError(_)
        | SymbolError::PolicyNotWellTyped { .. }
        | SymbolError::NoPolicies) => Err(symbol(cause)),
    }
}

/// Does work that recurses deeply.
pub(crate) fn deep<T: Send>(
    work: impl FnOnce() -> Result<T, ProofFault> + Send,
) -> Result<T, ProofFault> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK_BYTES);
        let thread = builder.spawn_scoped(scope, work).map_err(ProofFault::Thread)?;
        thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

// The questions are written into memory and the answers awaited by a plain read, so this is
// ready when it is first looked at; nothing here needs a runtime.
fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut waiting = Waiting::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut waiting) {
            return done;
        }
    }
}

/// Rules from their texts.
pub(crate) fn set<'a>(
    rules: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<PolicySet, ProofFault> {
    let mut set = PolicySet::new();
    for (id, text) in rules {
        set.add(policy(id, text)?).map_err(|cause| unreadable(id, &cause))?;
    }
    Ok(set)
}

/// One rule from its text.
pub(crate) fn policy(id: &str, text: &str) -> Result<Policy, ProofFault> {
    let policy = Policy::parse(Some(PolicyId::new(id)), text);
    let policy = policy.map_err(|cause| unreadable(id, &cause))?;
    let json = policy.to_json().map_err(|cause| unreadable(id, &cause))?;
    Policy::from_json(Some(PolicyId::new(id)), told_apart(json))
        .map_err(|cause| unreadable(id, &cause))
}

// Solvers are slow at sets of words. The rules only ask whether a set has one word, and any set
// of words may come, so that one fact for each word says the same.
fn bit(article: &str) -> String {
    format!("suspended_articles {article}")
}

// The articles whose suspension makes a difference: those that permit something.
fn can_sleep(rules: &Rules) -> impl Iterator<Item = String> {
    let provisions = rules.document().provisions();
    let permits = provisions.filter(|(_, one)| {
        matches!(one, Provision::PermittedTasks(_) | Provision::TerritoryAndZones(_))
    });
    permits.map(|(article, _)| article.number.clone())
}

fn told_apart(json: Json) -> Json {
    let asked = json!({ ".": { "left": { "Var": "context" }, "attr": "suspended_articles" } });
    if let Some(contains) = json.get("contains")
        && contains.get("left") == Some(&asked)
        && let Some(article) = contains.pointer("/right/Value").and_then(Json::as_str)
    {
        return json!({ ".": { "left": { "Var": "context" }, "attr": bit(article) } });
    }
    match json {
        Json::Object(parts) => {
            parts.into_iter().map(|(name, part)| (name, told_apart(part))).collect()
        }
        Json::Array(parts) => parts.into_iter().map(told_apart).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json,
    }
}

/// The rules of a text.
pub(crate) fn whole(rules: &Rules) -> Result<PolicySet, ProofFault> {
    set(rules.clauses().map(|clause| (clause.id, clause.text)))
}

/// The guards of a text, with leave for everything else: no annex can permit more.
pub(crate) fn guards(rules: &Rules) -> Result<PolicySet, ProofFault> {
    let guards = rules.clauses().filter(|clause| clause.forbids);
    let all = ("everything", "permit (principal, action, resource);");
    set(guards.map(|clause: Clause<'_>| (clause.id, clause.text)).chain([all]))
}

/// A set with one more rule.
pub(crate) fn with(set: &PolicySet, id: &str, text: &str) -> Result<PolicySet, ProofFault> {
    let mut set = set.clone();
    set.add(policy(id, text)?).map_err(|cause| unreadable(id, &cause))?;
    Ok(set)
}

/// The same rule, which looks at nothing unless the condition holds.
pub(crate) fn only_when(rule: &Policy, condition: &str) -> Result<Policy, ProofFault> {
    let id = rule.id().to_string();
    let first =
        policy(&id, &format!("permit (principal, action, resource) when {{ {condition} }};"))?;
    let (mut first, mut json) = (
        first.to_json().map_err(|cause| unreadable(&id, &cause))?,
        rule.to_json().map_err(|cause| unreadable(&id, &cause))?,
    );
    let conditions = |json: &mut Json| match json.get_mut("conditions").map(Json::take) {
        Some(Json::Array(conditions)) => conditions,
        Some(_) | None => Vec::new(),
    };
    let all: Vec<Json> = conditions(&mut first).into_iter().chain(conditions(&mut json)).collect();
    if let Some(whole) = json.as_object_mut() {
        whole.insert("conditions".to_owned(), Json::Array(all));
    }
    Policy::from_json(Some(rule.id().clone()), json).map_err(|cause| unreadable(&id, &cause))
}

/// The rules at a moment that is within the period, or not.
pub(crate) fn at(rules: &PolicySet, within: bool) -> Result<PolicySet, ProofFault> {
    let mut set = PolicySet::new();
    for policy in rules.policies() {
        let id = policy.id().to_string();
        let json = policy.to_json().map_err(|cause| unreadable(&id, &cause))?;
        let known = Policy::from_json(Some(policy.id().clone()), known(json, within))
            .map_err(|cause| unreadable(&id, &cause))?;
        set.add(known).map_err(|cause| unreadable(&id, &cause))?;
    }
    Ok(set)
}

fn known(json: Json, within: bool) -> Json {
    let asked = json!({ ".": { "left": { "Var": "context" }, "attr": "within_period" } });
    match json {
        one if one == asked => json!({ "Value": within }),
        Json::Object(parts) => {
            parts.into_iter().map(|(name, part)| (name, known(part, within))).collect()
        }
        Json::Array(parts) => parts.into_iter().map(|part| known(part, within)).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json,
    }
}

pub(crate) fn unreadable(id: &str, cause: &dyn std::error::Error) -> ProofFault {
    ProofFault::Rule { id: id.to_owned(), cause: cause.to_string() }
}

/// The case that a request of the solver's is; nothing if no node can form it. What is `known`
/// is not taken from the request.
pub(crate) fn case(rules: &Rules, request: &Request, known: &[&str]) -> Option<Case> {
    let deed = Deed::parse(request.action()?.id().unescaped())?;
    let zone: ZoneId = request.resource()?.id().unescaped().parse().ok()?;
    let guest = request.principal()?.id().unescaped().to_owned();
    let context = request.context()?;
    let mut case = Case::clear(rules, deed, &zone);
    for row in rows().into_iter().filter(|row| !known.contains(&row.name)) {
        let value = match context.get(row.name) {
            None if row.kind == Kind::Words => {
                let articles = rules.document().articles.iter().map(|one| one.number.clone());
                let asleep = |one: &String| context.get(&bit(one)) == Some(EvalResult::Bool(true));
                Value::Words(articles.filter(asleep).collect())
            }
            None => Value::Unsaid,
            Some(EvalResult::Bool(is)) => Value::Is(is),
            Some(EvalResult::Long(count)) => Value::Count(count),
            Some(EvalResult::String(word)) => Value::Word(word),
            Some(_) => return None,
        };
        case = row.with(&case, &value)?;
    }
    (guest == rules.document().guest.as_str()).then_some(case)
}

fn request(guest: &str, case: &Case, court: &Court) -> Option<Request> {
    let facts = rows().into_iter().filter_map(|row| {
        let value = match row.get(case) {
            Value::Is(is) => RestrictedExpression::new_bool(is),
            Value::Count(count) => RestrictedExpression::new_long(count),
            Value::Word(word) => RestrictedExpression::new_string(word),
            Value::Words(_) | Value::Unsaid => return None,
        };
        Some((row.name.to_owned(), value))
    });
    let asleep = court.articles.iter().map(|article| {
        let is = case.facts.suspended_articles.contains(article);
        (bit(article), RestrictedExpression::new_bool(is))
    });
    let context = Context::from_pairs(facts.chain(asleep)).ok()?;
    let principal = entity("Party", guest)?;
    let action = entity("Action", case.question.deed.as_str())?;
    let resource = entity("Zone", case.question.zone.as_str())?;
    Request::new(principal, action, resource, context, Some(&court.schema)).ok()
}

fn entity(kind: &str, id: &str) -> Option<EntityUid> {
    let kind = EntityTypeName::from_str(kind).ok()?;
    Some(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

/// A request in Cedar's own words, for one that no node can form.
pub(crate) fn raw(request: &Request) -> String {
    let said = |one: Option<String>| one.unwrap_or_else(|| "unknown".to_owned());
    format!(
        "{} {} {} {}",
        said(request.principal().map(ToString::to_string)),
        said(request.action().map(ToString::to_string)),
        said(request.resource().map(ToString::to_string)),
        said(request.context().map(ToString::to_string)),
    )
}
