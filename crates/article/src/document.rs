//! The text of an agreement: numbered articles in three languages, in TOML.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;
use toml::de::DeTable;
use words::act::Names;
use words::clause::Instrument;
use words::hash::Hash;
use words::id::{AgreementId, PartyId};
use words::limit::BODY_BYTES_MAX;

use crate::condition::{Condition, in_order};
use crate::provision::information::Step;
use crate::provision::powers::Permit;
use crate::provision::presence::Ceiling;
use crate::provision::{Provision, RawArticle, Zone};
use crate::read::Texts;
use crate::root::Parts;

/// The text travels as the body of one act, whose other fields and framing need room.
pub const TEXT_BYTES_MAX: usize = BODY_BYTES_MAX - 1_024;

/// A salt nobody can guess: 32 bytes.
const SALT_DIGITS: usize = 64;

/// The kind of provision that says what holds in both directions.
const SAYS_BOTH: &str = "reciprocity";

/// Kinds that hold in both directions whenever any do: they only bind.
const ALWAYS_BOTH: [&str; 7] = [
    "parties_and_authorities",
    "territory_and_zones",
    "period",
    "languages",
    "personnel_categories",
    "host_consent",
    "suspension",
];

/// Authentic where a text does not say otherwise.
const HOUSE_LANGUAGES: [&str; 3] = ["en", "zh", "ur"];

/// An article is cited over a radio: `12(3)(a)` is as long as numbers get, with room to spare.
const NUMBER_BYTES_MAX: usize = 16;

/// An agreement as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The family; its versions are told apart by their root.
    pub agreement: AgreementId,
    /// What kind of text it is.
    pub instrument: Instrument,
    /// A lower text: the family of the text above it.
    pub under: Option<AgreementId>,
    /// Whose territory it is about.
    pub host: PartyId,
    /// Who sends personnel.
    pub guest: PartyId,
    /// How it is called; a draft may lack a language.
    pub title: Names,
    /// The title in further languages, by tag.
    pub title_more: BTreeMap<String, String>,
    /// The articles, in the order of the text.
    pub articles: Vec<Article>,
    /// What must happen before the signed text has effect.
    pub conditions: Vec<Condition>,
}

/// An article: its words in every language, and what it provides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its number, such as `4(1)`.
    pub number: String,
    /// Its heading.
    pub heading: Names,
    /// Its words; all languages are equally authentic. A draft may lack one.
    pub text: Names,
    /// Heading and words in further languages, by tag.
    pub more: (BTreeMap<String, String>, BTreeMap<String, String>),
    /// Is it left out of copies for the public?
    pub restricted: bool,
    /// In a redacted copy: what stands in the tree in its place (`root.rs`).
    pub withheld: Option<Hash>,
    /// What it provides, at most one of each kind.
    pub provisions: Vec<Provision>,
}

impl Document {
    /// Every provision with its article, in the order of the text.
    pub fn provisions(&self) -> impl Iterator<Item = (&Article, &Provision)> {
        self.articles
            .iter()
            .flat_map(|article| article.provisions.iter().map(move |one| (article, one)))
    }

    /// Every zone that an article draws.
    pub fn zones(&self) -> impl Iterator<Item = &Zone> {
        let drawn = self.provisions().filter_map(|(_, provision)| {
            let Provision::TerritoryAndZones(zones) = provision else { return None };
            Some(zones)
        });
        drawn.flatten()
    }

    /// Every ceiling that an article sets.
    pub fn ceilings(&self) -> impl Iterator<Item = &Ceiling> {
        let set = self.provisions().filter_map(|(_, provision)| {
            let Provision::Ceilings(ceilings) = provision else { return None };
            Some(ceilings)
        });
        set.flatten()
    }

    /// Every permit, with the number of its article.
    pub fn permits(&self) -> impl Iterator<Item = (&str, &Permit)> {
        let given = self.provisions().filter_map(|(article, provision)| {
            let Provision::PermittedTasks(permits) = provision else { return None };
            Some(permits.iter().map(|permit| (article.number.as_str(), permit)))
        });
        given.flatten()
    }

    /// The steps of the disclosure schedule; none if there is no schedule.
    pub fn schedule(&self) -> &[Step] {
        let schedule = self.provisions().find_map(|(_, provision)| {
            let Provision::MovementDisclosureSchedule(steps) = provision else { return None };
            Some(steps.as_slice())
        });
        schedule.unwrap_or_default()
    }

    /// The languages that the text says are authentic: the three of the house, if it says
    /// nothing.
    pub fn languages(&self) -> Vec<String> {
        let said = self.provisions().find_map(|(_, provision)| {
            let Provision::Languages(languages) = provision else { return None };
            Some(languages.authentic.clone())
        });
        said.unwrap_or_else(|| HOUSE_LANGUAGES.map(str::to_owned).into())
    }

    /// Every place that lacks its words in an authentic language, with that language.
    pub fn untranslated(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for language in self.languages() {
            let mut want = |place: String, text: Option<&str>| {
                if text.is_none_or(|text| text.trim().is_empty()) {
                    found.push((place, language.clone()));
                }
            };
            want("the title".to_owned(), spoken(&self.title, &self.title_more, &language));
            for article in self.articles.iter().filter(|article| article.withheld.is_none()) {
                let (heading, text) = (&article.more.0, &article.more.1);
                let number = &article.number;
                want(
                    format!("the heading of article {number}"),
                    spoken(&article.heading, heading, &language),
                );
                want(format!("article {number}"), spoken(&article.text, text, &language));
            }
        }
        found
    }

    /// The text as it holds in the guest's territory: host and guest change places, and of the
    /// provisions stay those that the text says hold in both directions, and those without which
    /// there is no agreement. Sides are relative, so that they turn with the parties. `None` if
    /// nothing holds in both directions.
    #[must_use]
    pub fn mirrored(&self) -> Option<Self> {
        let both = self.provisions().find_map(|(_, provision)| {
            let Provision::Reciprocity(reciprocity) = provision else { return None };
            Some(reciprocity.kinds.clone())
        })?;
        let mut mirrored = self.clone();
        (mirrored.host, mirrored.guest) = (self.guest.clone(), self.host.clone());
        for article in &mut mirrored.articles {
            article.provisions.retain(|provision| {
                let kind = provision.kind();
                ALWAYS_BOTH.contains(&kind)
                    || (kind != SAYS_BOTH && both.iter().any(|it| it == kind))
            });
        }
        Some(mirrored)
    }

    /// The article of a number.
    pub fn article(&self, number: &str) -> Option<&Article> {
        self.articles.iter().find(|article| article.number == number)
    }
}

fn spoken<'a>(
    names: &'a Names,
    more: &'a BTreeMap<String, String>,
    language: &str,
) -> Option<&'a str> {
    match language {
        "en" => Some(&names.en),
        "zh" => Some(&names.zh),
        "ur" => Some(&names.ur),
        _ => more.get(language).map(String::as_str),
    }
}

/// Where the text cannot be read, why, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "line {line}, column {column}{}: {problem}; {remedy}",
    article.as_ref().map(|number| format!(", article {number}")).unwrap_or_default()
)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// The character within the line, from 1.
    pub column: usize,
    /// The number of the article around it, if it is in one that has a number.
    pub article: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

/// Reads the text of an agreement. Unknown keys, missing languages, invisible characters and
/// duplicate article numbers are refused.
pub fn parse(text: &str) -> Result<Document, ParseError> {
    if text.len() > TEXT_BYTES_MAX {
        let problem = format!("the text has {} bytes, of at most {TEXT_BYTES_MAX}", text.len());
        let remedy = "shorten it or split it into two agreements".to_owned();
        return Err(ParseError { line: 1, column: 1, article: None, problem, remedy });
    }
    visible(text)?;
    let raw: RawDocument = toml::from_str(text).map_err(|cause| unreadable(text, &cause))?;
    whole(text, &raw)?;
    let mut articles: Vec<Article> = Vec::new();
    for one in raw.article {
        let start = one.number.span().start;
        let article = article(one, text)?;
        if articles.iter().any(|earlier| earlier.number == article.number) {
            let problem = format!("a second article has the number `{}`", article.number);
            return Err(wrong(text, start, problem, "give each article its own number"));
        }
        articles.push(article);
    }
    Ok(Document {
        agreement: raw.agreement,
        instrument: raw.instrument,
        under: raw.under,
        host: raw.host,
        guest: raw.guest.into_inner(),
        title: raw.title.names,
        title_more: raw.title.more,
        articles,
        conditions: raw.condition,
    })
}

// What concerns the text as a whole: two parties, a parent where one is needed, and a tree of
// articles that is the one the text shows.
fn whole(text: &str, raw: &RawDocument) -> Result<(), ParseError> {
    if raw.host == *raw.guest.get_ref() {
        let problem = format!("`{}` is both host and guest", raw.host);
        return Err(wrong(text, raw.guest.span().start, problem, "name two parties"));
    }
    if raw.under.is_some() == (raw.instrument == Instrument::Agreement) {
        let problem = format!("an instrument of the kind `{}`", raw.instrument);
        let remedy = "name the text it stands `under`; an agreement stands under none";
        return Err(wrong(text, 0, problem, remedy));
    }
    let parts = Parts::of(text);
    if let Some(salt) = raw.salt.as_ref().filter(|salt| !is_salt(salt.get_ref())) {
        let remedy = "write 64 lower-case hexadecimal digits, drawn at random";
        return Err(wrong(text, salt.span().start, "not a salt".to_owned(), remedy));
    }
    if !in_order(&parts.preamble, &raw.condition) {
        let problem = "conditions below an article, or two of one name".to_owned();
        let remedy = "write each `[[condition]]` above the first article, under its own name";
        return Err(wrong(text, 0, problem, remedy));
    }
    let salt = raw.salt.as_ref().map(|salt| salt.get_ref().as_str());
    if parts.articles.len() != raw.article.len()
        || parts.salt != salt
        || parts.salts.as_slice() != raw.salts
    {
        let problem = "lines that could be read in two ways".to_owned();
        let remedy = "begin a line with `[[article]]`, `salt` or `salts` only to mean it, and \
                      write each salt on one line above the first article";
        return Err(wrong(text, 0, problem, remedy));
    }
    let hides = raw.article.iter().find(|article| article.restricted);
    if let Some(article) = hides.filter(|_| salt.is_none() && raw.salts.is_empty()) {
        let problem = "a restricted article in a text without a salt".to_owned();
        let remedy = "add a line `salt = \"…\"` of 64 random hexadecimal digits above the articles";
        return Err(wrong(text, article.number.span().start, problem, remedy));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDocument {
    agreement: AgreementId,
    #[serde(default = "agreement")]
    instrument: Instrument,
    under: Option<AgreementId>,
    host: PartyId,
    guest: Spanned<PartyId>,
    salt: Option<Spanned<String>>,
    #[serde(default)]
    salts: Vec<String>,
    title: Texts,
    #[serde(default)]
    condition: Vec<Condition>,
    article: Vec<RawArticle>,
}

const fn agreement() -> Instrument {
    Instrument::Agreement
}

fn article(raw: RawArticle, text: &str) -> Result<Article, ParseError> {
    let start = raw.number.span().start;
    let number = raw.number.get_ref().clone();
    if !is_number(&number) {
        let problem = format!("`{}` is not the number of an article", number.escape_debug());
        return Err(wrong(text, start, problem, "write a number such as `4` or `4(1)`"));
    }
    let (heading, words) = match (raw.heading.clone(), raw.text.clone(), &raw.withheld) {
        (Some(heading), Some(words), None) => (heading, words),
        (None, None, Some(_)) => (Texts::default(), Texts::default()),
        (_, _, Some(withheld)) => {
            let problem = "an article is withheld and shown".to_owned();
            return Err(wrong(text, withheld.span().start, problem, "keep one of the two"));
        }
        (..) => {
            let problem = "an article without `heading` or `text`".to_owned();
            return Err(wrong(text, start, problem, "write both, in every language"));
        }
    };
    let withheld = raw.withheld.as_ref().map(|it| *it.get_ref());
    let restricted = raw.restricted || withheld.is_some();
    let more = (heading.more, words.more);
    let (heading, words) = (heading.names, words.names);
    let provisions = raw.provisions();
    Ok(Article { number, heading, text: words, more, restricted, withheld, provisions })
}

// What is signed must be what is shown: characters that print as nothing or that reorder their
// neighbours could make one text look like another. The joiners that Urdu needs are letters'
// companions and stay.
fn visible(text: &str) -> Result<(), ParseError> {
    let marks = ['\u{200B}', '\u{200E}', '\u{200F}', '\u{FEFF}'];
    let ranges = ['\u{2028}'..='\u{202E}', '\u{2060}'..='\u{206F}', '\u{E0000}'..='\u{E007F}'];
    let hidden = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || marks.contains(&c)
            || ranges.iter().any(|range| range.contains(&c))
    };
    if let Some((start, c)) = text.char_indices().find(|(_, c)| hidden(*c)) {
        let problem = format!("the invisible character {}", c.escape_unicode());
        return Err(wrong(text, start, problem, "remove it: what is signed must be what is shown"));
    }
    // An escape could bring any of them back; only a quote and a line's end may need one.
    let mut escapes = text.match_indices('\\').map(|(start, _)| start);
    let plain =
        |start: &usize| text.get(start + 1..).is_some_and(|rest| rest.starts_with(['\n', '"']));
    escapes.find(|start| !plain(start)).map_or(Ok(()), |start| {
        let problem = "an escape".to_owned();
        Err(wrong(text, start, problem, "write the character itself"))
    })
}

fn is_salt(text: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    text.len() == SALT_DIGITS && text.chars().all(digit)
}

fn is_number(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "().-".contains(c);
    (1..=NUMBER_BYTES_MAX).contains(&text.len()) && text.chars().all(allowed)
}

fn unreadable(text: &str, cause: &toml::de::Error) -> ParseError {
    let problem = cause.message().trim().replace('\n', ", ");
    let start = cause.span().map_or(0, |span| span.start);
    let remedies = [
        ("unknown field", "remove the key or correct its spelling"),
        ("unknown variant", "use one of the words that are listed"),
        ("missing field", "add the key, with its unit where it has one"),
        ("duplicate key", "keep one of the two"),
        ("invalid type", "write the kind of value that is expected"),
        ("invalid value", "write a value within the range that is expected"),
        ("this list is empty", "list at least one, or remove the key"),
        ("the text", "write it in every language and place that asks for it"),
    ];
    if let Some((field, nearest)) = misspelt(&problem) {
        let remedy = format!("did you mean `{nearest}`? correct the key or remove it");
        return wrong(text, start, format!("unknown field `{field}`"), &remedy);
    }
    let known = remedies.into_iter().find(|(words, _)| problem.starts_with(words));
    let remedy = known.map_or("correct the text there", |(_, remedy)| remedy);
    wrong(text, start, problem, remedy)
}

// Fifty-three kinds of provision in a row help nobody: the nearest one does.
fn misspelt(problem: &str) -> Option<(&str, &str)> {
    let (_, rest) = problem.split_once("unknown field `")?;
    let (field, rest) = rest.split_once('`')?;
    let known = rest.split('`').skip(1).step_by(2);
    known.min_by_key(|known| distance(field, known)).map(|nearest| (field, nearest))
}

// Levenshtein's distance: how many letters to add, drop or change.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (at, from) in one.chars().enumerate() {
        let mut next = vec![at + 1];
        for ((to, over), diagonal) in other.chars().zip(row.iter().skip(1)).zip(&row) {
            let beside = next.last().copied().unwrap_or_default() + 1;
            next.push(beside.min(over + 1).min(diagonal + usize::from(from != to)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

fn wrong(text: &str, start: usize, problem: String, remedy: &str) -> ParseError {
    let before = text.char_indices().take_while(|(at, _)| *at < start);
    let (line, column) =
        before.fold(
            (1, 1),
            |(line, column), (_, c)| {
                if c == '\n' { (line + 1, 1) } else { (line, column + 1) }
            },
        );
    ParseError { line, column, article: around(text, start), problem, remedy: remedy.to_owned() }
}

// The number of the last article that starts at or before `start`, read as far as a text with
// errors can be read.
fn around(text: &str, start: usize) -> Option<String> {
    let (table, _) = DeTable::parse_recoverable(text);
    let articles = table.get_ref().get("article")?.get_ref().as_array()?;
    let begun = articles.iter().filter(|article| article.span().start <= start);
    let article = begun.max_by_key(|article| article.span().start)?;
    let number = article.get_ref().get("number")?.get_ref().as_str()?;
    is_number(number).then(|| number.to_owned())
}
