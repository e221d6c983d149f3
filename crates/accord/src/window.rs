//! A window into the rules, for proofs: to read and not to change.

#[cfg(feature = "broken")]
use crate::cedar::Rule;
use crate::cedar::Says;
#[cfg(feature = "broken")]
use crate::check::CompileError;
#[cfg(feature = "broken")]
use crate::judge::Judge;
use crate::rules::Rules;
#[cfg(feature = "broken")]
use article::document::Document;

/// What every question to an agreement carries, as Cedar's schema says it.
pub const SCHEMA: &str = include_str!("agreement.cedarschema");

/// One rule that an article became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause<'a> {
    /// Its id.
    pub id: &'a str,
    /// The number of its article.
    pub article: &'a str,
    /// Is it a guard, or a permit?
    pub forbids: bool,
    /// Its Cedar.
    pub text: &'a str,
}

impl Rules {
    /// Every rule, in the order of the articles.
    pub fn clauses(&self) -> impl Iterator<Item = Clause<'_>> {
        self.judge.rules().iter().map(|rule| Clause {
            id: &rule.id,
            article: &rule.article,
            forbids: matches!(rule.says, Says::Forbid(_)),
            text: &rule.text,
        })
    }

    /// The rules of a text after somebody tampered with them: `edit` gives what a rule says
    /// instead, or nothing for a rule that is gone.
    #[cfg(feature = "broken")]
    pub fn broken(
        document: Document,
        edit: impl Fn(Clause<'_>) -> Option<String>,
    ) -> Result<Self, CompileError> {
        let mut whole = Self::compile(document)?;
        let kept = whole
            .clauses()
            .zip(whole.judge.rules())
            .filter_map(|(clause, rule)| Some(Rule { text: edit(clause)?, ..rule.clone() }));
        whole.judge = Judge::unsliced(kept.collect(), &whole.document().guest)?;
        Ok(whole)
    }
}
