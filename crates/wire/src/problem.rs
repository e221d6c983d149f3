//! Problem documents (RFC 9457): answers other than the one asked for.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::schema::{Described, Object, Schemas};

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Every problem's type is this and its code.
pub const TYPE_PREFIX: &str = "urn:safeconduct:problem:";

/// Why the answer is not the one asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// [`TYPE_PREFIX`] and the code.
    #[serde(rename = "type")]
    pub type_: String,
    /// What kind of problem it is, for people, in English.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// The stable code that programs and translations go by.
    pub code: String,
    /// The facts of this case, for people; empty for faults, whose facts are the operator's.
    #[serde(default)]
    pub detail: String,
    /// Stable codes of the reasons, if the answer is a refusal.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// Articles of the agreement that say so.
    #[serde(default)]
    pub articles: Vec<String>,
    /// The request's id: the operator finds it in the log.
    #[serde(default)]
    pub request: String,
}

impl Problem {
    /// A problem of a kind; its facts are added by field.
    pub fn new(status: u16, code: &str, title: &str) -> Self {
        Self {
            type_: format!("{TYPE_PREFIX}{code}"),
            title: title.to_owned(),
            status,
            code: code.to_owned(),
            detail: String::new(),
            reasons: Vec::new(),
            articles: Vec::new(),
            request: String::new(),
        }
    }
}

impl Described for Problem {
    fn schema(all: &mut Schemas) -> Value {
        all.name("Problem", |all| {
            let (text, list) = (json!({ "type": "string" }), Vec::<String>::schema(all));
            let mut it = Object::new("Why the answer is not the one asked for (RFC 9457).");
            it.member("type", true, "The code as a URN.", text.clone());
            it.member("title", true, "What kind of problem it is, in English.", text.clone());
            it.member("status", true, "The HTTP status, repeated.", u16::schema(all));
            it.member("code", true, "The stable code that programs go by.", text.clone());
            it.member("detail", true, "The facts of this case; empty for faults.", text.clone());
            it.member("reasons", true, "Stable codes of a refusal's reasons.", list.clone());
            it.member("articles", true, "Articles of the agreement that say so.", list);
            it.member("request", true, "The operator finds it in the log by this.", text);
            it.open()
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.title)?;
        if !self.detail.is_empty() {
            write!(out, ": {}", self.detail)?;
        }
        if !self.reasons.is_empty() {
            write!(out, " [{}]", self.reasons.join(", "))?;
        }
        if !self.articles.is_empty() {
            write!(out, " (article {})", self.articles.join(", "))?;
        }
        if !self.request.is_empty() {
            write!(out, "; request `{}`", self.request)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Problem;

    #[test]
    fn a_problem_names_its_reasons_and_articles() {
        let mut problem = Problem::new(403, "refused", "the act is refused");
        assert_eq!(problem.to_string(), "the act is refused");
        problem.detail = "the lease ended at 18:30".to_owned();
        problem.reasons = vec!["no-live-consent".to_owned()];
        problem.articles = vec!["4(1)".to_owned(), "7".to_owned()];
        problem.request = "r-7".to_owned();
        let text = "the act is refused: the lease ended at 18:30 [no-live-consent] \
                    (article 4(1), 7); request `r-7`";
        assert_eq!(problem.to_string(), text);
    }

    #[test]
    fn a_problem_reads_as_it_is_written_and_knows_the_standard_members_alone() {
        let problem = Problem::new(404, "unknown", "there is nothing of that name");
        let json = serde_json::to_string(&problem).unwrap();
        assert!(
            json.starts_with(r#"{"type":"urn:safeconduct:problem:unknown","title":"#),
            "{json}"
        );
        assert_eq!(serde_json::from_str::<Problem>(&json).unwrap(), problem);
        let short = r#"{"type":"t","title":"no","status":404,"code":"unknown","instance":"/x"}"#;
        assert_eq!(serde_json::from_str::<Problem>(short).unwrap().title, "no");
    }
}
