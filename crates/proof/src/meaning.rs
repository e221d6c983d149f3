//! Meanings: what each rule means at each deed, worked out once.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cedar_policy::{Effect, Policy, PolicySet, RequestEnv, Schema};
use cedar_policy_symcc::term::Term;
use cedar_policy_symcc::term_factory::{and, not, or};
use cedar_policy_symcc::{
    CompiledPolicy, SymEnv, WellFormedAsserts, never_errors_asserts, never_matches_asserts,
};
use serde_json::Value as Json;

use crate::court::{ProofFault, symbol, unreadable};

/// A deed, as the symbolic compiler sees it.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) env: RequestEnv,
    pub(crate) symbols: SymEnv,
}

/// When one rule matches a request for one deed, and when it gives no answer.
#[derive(Debug, Clone)]
pub(crate) struct Meaning {
    matches: Term,
    pub(crate) errs: Term,
}

/// What one rule means at each deed, and which facts it looks at.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) at: Vec<Meaning>,
    facts: BTreeSet<String>,
}

/// Every rule that was ever asked about.
#[derive(Debug, Default)]
pub(crate) struct Meanings {
    // By what the rule says.
    known: BTreeMap<String, Rc<Read>>,
}

/// The rules of a set, by what they say.
#[derive(Debug, Default)]
pub(crate) struct Sides {
    permits: BTreeMap<String, Rc<Read>>,
    forbids: BTreeMap<String, Rc<Read>>,
}

impl Meanings {
    /// What a rule means at each deed, in the order of the rooms.
    pub(crate) fn of(
        &mut self,
        rule: &Policy,
        rooms: &[Room],
        schema: &Schema,
    ) -> Result<(String, Rc<Read>), ProofFault> {
        let id = rule.id().to_string();
        let mut json = rule.to_json().map_err(|cause| unreadable(&id, &cause))?;
        // Where it stands and how it is called change nothing that it says.
        json.as_object_mut().and_then(|parts| parts.remove("annotations"));
        let says = json.to_string();
        if let Some(known) = self.known.get(&says) {
            return Ok((says, Rc::clone(known)));
        }
        let meaning = |room: &Room| {
            let symbols = room.symbols.clone();
            let rule = CompiledPolicy::compile_with_custom_symenv(rule, &room.env, schema, symbols)
                .map_err(symbol)?;
            let matches = claim(&never_matches_asserts(&rule));
            Ok(Meaning { matches, errs: claim(&never_errors_asserts(&rule)) })
        };
        let at: Vec<Meaning> = rooms.iter().map(meaning).collect::<Result<_, ProofFault>>()?;
        let mut facts = BTreeSet::new();
        named(&json, &mut facts);
        let read = Rc::new(Read { at, facts });
        self.known.insert(says.clone(), Rc::clone(&read));
        Ok((says, read))
    }

    /// What a set of rules means.
    pub(crate) fn sides(
        &mut self,
        set: &PolicySet,
        rooms: &[Room],
        schema: &Schema,
    ) -> Result<Sides, ProofFault> {
        let mut sides = Sides::default();
        for rule in set.policies() {
            let (says, read) = self.of(rule, rooms, schema)?;
            let side = match rule.effect() {
                Effect::Permit => &mut sides.permits,
                Effect::Forbid => &mut sides.forbids,
            };
            side.insert(says, read);
        }
        Ok(sides)
    }
}

impl Sides {
    /// The same rules without the forbids that look at a fact at which `other` does not look.
    /// Whatever the whole set permits, these permit: a forbid less never forbids more.
    pub(crate) fn about(&self, other: &Self) -> Self {
        let theirs = other.permits.values().chain(other.forbids.values());
        let looked: BTreeSet<&String> = theirs.flat_map(|read| &read.facts).collect();
        let forbids = self.forbids.iter();
        let forbids = forbids.filter(|(_, read)| read.facts.iter().all(|it| looked.contains(it)));
        let kept = |(says, read): (&String, &Rc<Read>)| (says.clone(), Rc::clone(read));
        Self { permits: self.permits.clone(), forbids: forbids.map(kept).collect() }
    }

    /// What these rules permit at a deed and `wide` does not.
    ///
    /// That is: none of our forbids matches, and either one of our permits does and none of
    /// theirs, or one of our permits and one of their forbids. A rule of both sides falls away
    /// where it cannot matter, so that two texts are as hard to compare as they differ.
    pub(crate) fn beyond(&self, wide: &Self, at: usize) -> Term {
        let all = |of: &BTreeMap<String, Rc<Read>>| some(of.values(), at);
        let but = |of: &BTreeMap<String, Rc<Read>>, not: &BTreeMap<String, Rc<Read>>| {
            some(of.iter().filter(|(says, _)| !not.contains_key(*says)).map(|(_, it)| it), at)
        };
        let unpermitted = and(but(&self.permits, &wide.permits), not(all(&wide.permits)));
        let forbidden = and(all(&self.permits), but(&wide.forbids, &self.forbids));
        and(or(unpermitted, forbidden), not(all(&self.forbids)))
    }
}

// One of these rules matches.
fn some<'a>(rules: impl Iterator<Item = &'a Rc<Read>>, at: usize) -> Term {
    any(rules.filter_map(|read| Some(read.at.get(at)?.matches.clone())))
}

/// One of these is so.
pub(crate) fn any(terms: impl IntoIterator<Item = Term>) -> Term {
    terms.into_iter().fold(Term::from(false), or)
}

// The compiler's last assertion is the claim itself. Those before it are assumptions about
// ancestors of entities, and no entity of the schema has any. Without them there are more models
// and not fewer: what cannot be satisfied without them cannot be satisfied with them.
fn claim(asserts: &WellFormedAsserts<'_>) -> Term {
    asserts.asserts().last().cloned().unwrap_or_else(|| Term::from(true))
}

// Every fact that a rule reads, or asks whether it is said.
fn named(json: &Json, facts: &mut BTreeSet<String>) {
    match json {
        Json::Object(parts) => {
            if let Some(Json::String(fact)) = parts.get("attr") {
                facts.insert(fact.clone());
            }
            parts.values().for_each(|part| named(part, facts));
        }
        Json::Array(parts) => parts.iter().for_each(|part| named(part, facts)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}
