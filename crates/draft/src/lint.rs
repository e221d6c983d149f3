//! What is wrong with a draft, before anybody signs it.

mod missing;

mod permits;

mod reach;

mod numbers;

mod wider;

use std::fmt::Display;

use words::id::ZoneId;
use words::lint::{LintRule, LintSeverity};
use words::presence::Category;

use article::document::Document;
use article::provision::powers::Permit;

/// Something that a draft should not say, or should.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// How bad it is.
    pub severity: LintSeverity,
    /// Which rule found it.
    pub rule: LintRule,
    /// In which article; none if it is missing everywhere.
    pub article: Option<String>,
    /// In which line of the text, from 1.
    pub line: Option<usize>,
    /// In which kind of provision; none if in the words.
    pub kind: Option<&'static str>,
    /// What it is about, in words of the text: the same in every language.
    pub subject: String,
}

/// Everything that looks wrong in a draft, in the order of its lines. With the text above it, a
/// lower text is compared too.
pub fn lint(text: &str, document: &Document, upper: Option<&Document>) -> Vec<Finding> {
    let mut draft = Draft { lines: text.lines().collect(), document, upper, found: Vec::new() };
    missing::look(&mut draft);
    permits::look(&mut draft);
    reach::look(&mut draft);
    numbers::look(&mut draft);
    if let Some(upper) = upper {
        wider::look(&mut draft, upper);
    }
    let mut found = draft.found;
    found.sort_by(|one, other| (one.line, one).cmp(&(other.line, other)));
    found.dedup();
    found
}

// Every provision of a variant, with the number of its article.
macro_rules! each {
    ($document:expr, $variant:ident) => {
        $document.provisions().filter_map(|(article, provision)| {
            let article::provision::Provision::$variant(one) = provision else { return None };
            Some((article.number.as_str(), one))
        })
    };
}
pub(crate) use each;

/// A draft that is looked at.
struct Draft<'a> {
    lines: Vec<&'a str>,
    document: &'a Document,
    upper: Option<&'a Document>,
    found: Vec<Finding>,
}

/// A place in a draft: an article, a kind, and which one of its tables.
#[derive(Debug, Clone, Copy)]
struct At<'a> {
    article: &'a str,
    kind: &'static str,
    nth: usize,
}

const fn at<'a>(article: &'a str, kind: &'static str, nth: usize) -> At<'a> {
    At { article, kind, nth }
}

impl<'a> Draft<'a> {
    fn say(&mut self, rule: LintRule, at: At<'_>, subject: &[&dyn Display]) {
        let line = self.line(at);
        let article = Some(at.article.to_owned());
        let kind = (!at.kind.is_empty()).then_some(at.kind);
        self.keep(Finding {
            severity: rule.severity(),
            rule,
            article,
            line,
            kind,
            subject: joined(subject),
        });
    }

    fn say_nowhere(&mut self, rule: LintRule, kind: &'static str) {
        let (severity, subject) = (rule.severity(), kind.to_owned());
        let kind = Some(kind);
        self.keep(Finding { severity, rule, article: None, line: None, kind, subject });
    }

    fn keep(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    // The line of a provision, else of its article.
    fn line(&self, at: At<'_>) -> Option<usize> {
        let number = format!("number = \"{}\"", at.article);
        let start = self.lines.iter().position(|line| line.trim_end() == number)?;
        let body = self.lines.iter().enumerate().skip(start);
        let body = body.take_while(|(_, line)| line.trim_end() != "[[article]]");
        let begins = |line: &&str| {
            let rest = line.trim_start_matches('[').trim_start_matches("article.");
            let rest = rest.strip_prefix(at.kind).filter(|_| !at.kind.is_empty());
            rest.is_some_and(|rest| rest.starts_with([' ', '=', ']']))
        };
        let found: Vec<usize> =
            body.filter(|(_, line)| begins(line)).map(|(line, _)| line).collect();
        Some(found.get(at.nth).or(found.first()).map_or(start, |line| *line) + 1)
    }

    // Permits in the order of the text, with article and place among those of the article.
    fn permits(&self) -> Vec<(&'a str, usize, &'a Permit)> {
        let document: &'a Document = self.document;
        each!(document, PermittedTasks)
            .flat_map(|(article, permits)| {
                permits.iter().enumerate().map(move |(nth, permit)| (article, nth, permit))
            })
            .collect()
    }

    // Is a zone drawn here or in the text above, and are guests allowed there?
    fn allows(&self, zone: &ZoneId) -> Option<bool> {
        let above = self.upper.into_iter().flat_map(Document::zones);
        let drawn = self.document.zones().chain(above).find(|one| one.zone == *zone)?;
        Some(drawn.allowed)
    }

    // The categories that may come: those of the text above, where this one lists none.
    fn categories(&self) -> Option<Vec<Category>> {
        let own: Vec<Category> = categories(self.document);
        if !own.is_empty() {
            return Some(own);
        }
        let above = self.upper.map(categories)?;
        (!above.is_empty()).then_some(above)
    }
}

fn categories(document: &Document) -> Vec<Category> {
    each!(document, PersonnelCategories).flat_map(|(_, all)| all.iter().copied()).collect()
}

fn joined(subject: &[&dyn Display]) -> String {
    subject.iter().map(ToString::to_string).collect::<Vec<_>>().join(" · ")
}
