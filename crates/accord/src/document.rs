//! The text of an agreement: numbered articles in three languages, in TOML.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use thiserror::Error;
use toml::Spanned;
use toml::de::DeTable;
use words::act::Names;
use words::hash::Hash;
use words::id::{AgreementId, PartyId};
use words::limit::BODY_BYTES_MAX;
use words::moment::Window;
use words::presence::{ArmourClass, Category, Purpose};

use crate::provision::{
    AdvanceNotice, ArmsRule, Authority, Ceiling, HostConsent, Permit, Provision, Step, Suspension,
    Zone,
};
use crate::read::{self, List};

/// The text travels as the body of one act, whose other fields and framing need room.
pub const TEXT_BYTES_MAX: usize = BODY_BYTES_MAX - 1_024;

/// An article is cited over a radio: `12(3)(a)` is as long as numbers get, with room to spare.
const NUMBER_BYTES_MAX: usize = 16;

/// An agreement as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The family; its versions are told apart by [`text_hash`].
    pub agreement: AgreementId,
    /// Whose territory it is about.
    pub host: PartyId,
    /// Who sends personnel.
    pub guest: PartyId,
    /// How it is called.
    pub title: Names,
    /// The articles, in the order of the text.
    pub articles: Vec<Article>,
}

/// An article: its words in every language, and what it provides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its number, such as `4(1)`.
    pub number: String,
    /// Its heading.
    pub heading: Names,
    /// Its words; all languages are equally authentic.
    pub text: Names,
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
            let Provision::TerritoryAndZones { zones } = provision else { return None };
            Some(zones)
        });
        drawn.flatten()
    }

    /// Every ceiling that an article sets.
    pub fn ceilings(&self) -> impl Iterator<Item = &Ceiling> {
        let set = self.provisions().filter_map(|(_, provision)| {
            let Provision::Ceilings { ceilings } = provision else { return None };
            Some(ceilings)
        });
        set.flatten()
    }

    /// Every permit, with the number of its article.
    pub fn permits(&self) -> impl Iterator<Item = (&str, &Permit)> {
        let given = self.provisions().filter_map(|(article, provision)| {
            let Provision::PermittedTasks { permits } = provision else { return None };
            Some(permits.iter().map(|permit| (article.number.as_str(), permit)))
        });
        given.flatten()
    }

    /// The steps of the disclosure schedule; none if there is no schedule.
    pub fn schedule(&self) -> &[Step] {
        let schedule = self.provisions().find_map(|(_, provision)| {
            let Provision::MovementDisclosureSchedule { steps } = provision else { return None };
            Some(steps.as_slice())
        });
        schedule.unwrap_or_default()
    }

    /// The article of a number.
    pub fn article(&self, number: &str) -> Option<&Article> {
        self.articles.iter().find(|article| article.number == number)
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
    if raw.host == *raw.guest.get_ref() {
        let problem = format!("`{}` is both host and guest", raw.host);
        return Err(wrong(text, raw.guest.span().start, problem, "name two parties"));
    }
    let mut articles: Vec<Article> = Vec::new();
    for article in raw.article {
        let start = article.number.span().start;
        let article = article.read(text)?;
        if articles.iter().any(|earlier| earlier.number == article.number) {
            let problem = format!("a second article has the number `{}`", article.number);
            return Err(wrong(text, start, problem, "give each article its own number"));
        }
        articles.push(article);
    }
    Ok(Document {
        agreement: raw.agreement,
        host: raw.host,
        guest: raw.guest.into_inner(),
        title: raw.title,
        articles,
    })
}

/// What the parties sign: SHA-256 of the text's bytes.
pub fn text_hash(text: &str) -> Hash {
    Hash(Sha256::digest(text.as_bytes()).into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDocument {
    agreement: AgreementId,
    host: PartyId,
    guest: Spanned<PartyId>,
    #[serde(deserialize_with = "read::names")]
    title: Names,
    article: Vec<RawArticle>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawArticle {
    number: Spanned<String>,
    #[serde(deserialize_with = "read::names")]
    heading: Names,
    #[serde(deserialize_with = "read::names")]
    text: Names,
    parties_and_authorities: Option<List<Authority>>,
    purpose: Option<List<Purpose>>,
    territory_and_zones: Option<List<Zone>>,
    period: Option<RawPeriod>,
    personnel_categories: Option<List<Category>>,
    host_consent: Option<HostConsent>,
    advance_notice: Option<AdvanceNotice>,
    ceilings: Option<List<Ceiling>>,
    permitted_tasks: Option<List<Permit>>,
    arms: Option<List<ArmsRule>>,
    vehicles: Option<RawVehicles>,
    movement_disclosure_schedule: Option<List<Step>>,
    suspension: Option<Suspension>,
}

#[derive(Deserialize)]
#[serde(transparent)]
struct RawPeriod {
    #[serde(deserialize_with = "read::window")]
    window: Window,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVehicles {
    armour_min: ArmourClass,
    gap_m_min: u32,
}

impl RawArticle {
    fn read(self, text: &str) -> Result<Article, ParseError> {
        let number = self.number.get_ref();
        if !is_number(number) {
            let problem = format!("`{}` is not the number of an article", number.escape_debug());
            let remedy = "write a number such as `4` or `4(1)`";
            return Err(wrong(text, self.number.span().start, problem, remedy));
        }
        Ok(Article {
            number: self.number.get_ref().clone(),
            heading: self.heading.clone(),
            text: self.text.clone(),
            provisions: self.provisions(),
        })
    }

    fn provisions(self) -> Vec<Provision> {
        let listed = [
            self.parties_and_authorities
                .map(|list| Provision::PartiesAndAuthorities { authorities: list.0 }),
            self.purpose.map(|list| Provision::Purpose { purposes: list.0 }),
            self.territory_and_zones.map(|list| Provision::TerritoryAndZones { zones: list.0 }),
            self.period.map(|period| Provision::Period { window: period.window }),
            self.personnel_categories
                .map(|list| Provision::PersonnelCategories { categories: list.0 }),
            self.host_consent.map(Provision::HostConsent),
            self.advance_notice.map(Provision::AdvanceNotice),
            self.ceilings.map(|list| Provision::Ceilings { ceilings: list.0 }),
            self.permitted_tasks.map(|list| Provision::PermittedTasks { permits: list.0 }),
            self.arms.map(|list| Provision::Arms { rules: list.0 }),
            self.vehicles.map(|raw| Provision::Vehicles {
                armour_min: raw.armour_min,
                gap_m_min: raw.gap_m_min,
            }),
            self.movement_disclosure_schedule
                .map(|list| Provision::MovementDisclosureSchedule { steps: list.0 }),
            self.suspension.map(Provision::Suspension),
        ];
        listed.into_iter().flatten().collect()
    }
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
    let known = remedies.into_iter().find(|(words, _)| problem.starts_with(words));
    let remedy = known.map_or("correct the text there", |(_, remedy)| remedy);
    wrong(text, start, problem, remedy)
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
