//! `agreement check`, `agreement try`: a text, before anybody signs it.

use std::fmt::Display;
use std::sync::Arc;

use accord::check::CompileError;
use accord::rules::{Decision, Deed, Facts, Question, Rules};
use article::document::Document;
use article::provision::Provision;
use article::root::root;
use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use serde_json::json;
use tongue::speech::Lang;
use words::clause::Sensor;
use words::hash::Hash;
use words::moment::{Moment, Window};
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::role::Role;

use crate::text::read_text;

/// An hour in milliseconds.
const HOUR_MS: i64 = 3_600_000;

/// Long before: no agreement asks for more notice than three days by habit.
const NOTICE_HOURS: i64 = 72;

/// Reads a text as the parties would sign it.
pub fn check(given: &Given) -> Result<(), Trouble> {
    let (text, document) = read_text(given.beside()?)?;
    let hash = root(&text);
    if let Some(other) = given.get("against") {
        same_root(other, hash)?;
    }
    let (agreement, articles) = (document.agreement.clone(), document.articles.clone());
    let (host, guest) = (document.host.clone(), document.guest.clone());
    let withheld: Vec<&str> = articles
        .iter()
        .filter(|article| article.withheld.is_some())
        .map(|article| article.number.as_str())
        .collect();
    // A copy proves the root of its text; it has no rules of its own.
    if withheld.is_empty() {
        compiled(turned(document, given)?, given)?;
    }
    if given.json {
        print::json(&json!({
            "agreement": agreement, "hash": hash, "host": host, "guest": guest,
            "withheld": withheld,
            "articles": articles.iter().map(|article| json!({
                "article": article.number, "heading": article.heading.en,
                "provisions": article.provisions.iter().map(Provision::kind).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        }));
        return Ok(());
    }
    print::answer(&format!("{agreement} between {host} and {guest}\nhash {hash}"));
    if let Some(other) = given.get("against") {
        print::answer(&format!("same root as {other}"));
    }
    if !withheld.is_empty() {
        let numbers = withheld.join(", ");
        print::answer(&format!("a copy: articles {numbers} are withheld, and it cannot bind"));
    }
    print::answer("");
    for article in &articles {
        let mut kinds: Vec<&str> = article.provisions.iter().map(Provision::kind).collect();
        kinds.dedup();
        let (number, heading, kinds) = (&article.number, &article.heading.en, kinds.join(", "));
        print::answer(&format!("{number:>4}  {heading:<36} {kinds}"));
    }
    Ok(())
}

// Is it the root of that file too?
fn same_root(other: &str, hash: Hash) -> Result<(), Trouble> {
    let (text, _) = read_text(other)?;
    if root(&text) == hash {
        return Ok(());
    }
    Err(Trouble::unverified(format!("`{other}` has another root: {}", root(&text))))
}

/// Asks a text about a deed.
pub fn ask(given: &Given) -> Result<(), Trouble> {
    let (_, document) = read_text(given.beside()?)?;
    let rules = compiled(turned(document, given)?, given)?;
    let question = question(given, &rules)?;
    let decision = rules.explain(&question, &facts(given, &question, &rules)?);
    let lang = given.get("lang").map(spoken).transpose()?;
    let articles: Vec<&str> = decision.citations.iter().map(|it| it.article.as_str()).collect();
    let reasons: Vec<&str> = decision.reasons.iter().map(|reason| reason.code()).collect();
    if given.json {
        print::json(&json!({
            "allowed": decision.allow, "articles": articles, "reasons": reasons,
            "facts": decision.facts.iter().map(|fact| json!({
                "name": fact.name.as_str(), "value": fact.value.to_string(),
            })).collect::<Vec<_>>(),
            "changes": decision.nearest.iter().flat_map(|nearest| &nearest.changes)
                .map(|change| json!({
                    "change": change.as_str(), "whose": change.whose().as_str(),
                    "text": change.to_string(),
                })).collect::<Vec<_>>(),
            "remedy": decision.remedy(),
        }));
    } else {
        let answer = if decision.allow { "allowed" } else { "denied" };
        print::answer(&format!("{answer} by article {}", articles.join(", ")));
        for fact in &decision.facts {
            print::answer(&format!("  {fact}"));
        }
        cited(&decision, lang);
    }
    if decision.allow {
        return Ok(());
    }
    let trouble = Trouble::refused(format!("denied: {}", reasons.join(", ")));
    Err(trouble.hint(decision.remedy().join("; ")))
}

fn spoken(text: &str) -> Result<Lang, Trouble> {
    Lang::parse(text).ok_or_else(|| {
        Trouble::malformed(format!("`--lang {text}` is not known")).hint("it is en, zh or ur")
    })
}

// The articles that decide, as their readers know them.
fn cited(decision: &Decision, lang: Option<Lang>) {
    let Some(lang) = lang else { return };
    for citation in &decision.citations {
        let (heading, text) = (lang.of(&citation.heading), lang.of(&citation.text));
        print::answer(&format!("\n{} {heading}\n{}", citation.article, text.trim()));
    }
}

/// The rules of the text in a file, under those of the texts above it if it has any.
pub(crate) fn rules(path: &str, above: Option<&str>) -> Result<Rules, Trouble> {
    let (_, document) = read_text(path)?;
    under(document, above, &Ok)
}

fn compiled(document: Document, given: &Given) -> Result<Rules, Trouble> {
    under(document, given.get("under"), &|upper| turned(upper, given))
}

// As it holds in the other direction, if that is asked for.
fn turned(document: Document, given: &Given) -> Result<Document, Trouble> {
    if !given.has("mirrored") {
        return Ok(document);
    }
    let family = &document.agreement;
    let nothing = format!("nothing of `{family}` holds in the other direction");
    document.mirrored().ok_or_else(|| {
        Trouble::malformed(nothing).hint("an article with `reciprocity` says what does")
    })
}

type Turn<'a> = &'a dyn Fn(Document) -> Result<Document, Trouble>;

fn under(document: Document, above: Option<&str>, turn: Turn<'_>) -> Result<Rules, Trouble> {
    let loose = |cause: CompileError| {
        let trouble = Trouble::malformed("the agreement does not hold together");
        trouble.because_of(Some(&cause))
    };
    let Some(family) = document.under.clone() else {
        return Rules::compile(document).map_err(loose);
    };
    let Some(above) = above else {
        let trouble = Trouble::malformed(format!("the text stands under `{family}`"));
        return Err(trouble.hint("name the file of that text with --under"));
    };
    let (above, next) = match above.split_once(',') {
        Some((above, next)) => (above, Some(next)),
        None => (above, None),
    };
    let (_, upper) = read_text(above)?;
    if upper.agreement != family {
        let other = &upper.agreement;
        return Err(Trouble::malformed(format!("`{above}` is `{other}`, and not `{family}`")));
    }
    let upper = Arc::new(under(turn(upper)?, next, turn)?);
    Rules::compile_under(document, &upper).map_err(loose)
}

fn question(given: &Given, rules: &Rules) -> Result<Question, Trouble> {
    let deed = given.need("deed")?;
    let start = rules.period().map_or(Moment::default(), Window::start);
    let at = match given.get("at") {
        None => start,
        Some(text) => Moment::parse(text)
            .ok_or_else(|| Trouble::malformed(format!("`{text}` is not a time")))?,
    };
    Ok(Question {
        deed: known("deed", deed, Deed::parse(deed), Deed::ALL)?,
        purpose: word(given, "purpose", Purpose::parse, Purpose::ALL)?,
        zone: given.need_read("zone")?,
        category: word(given, "category", Category::parse, Category::ALL)?,
        task: word(given, "task", Task::parse, Task::ALL)?,
        rung: word(given, "rung", Rung::parse, Rung::ALL)?,
        arms: word(given, "arms", ArmsClass::parse, ArmsClass::ALL)?,
        armour: word(given, "armour", ArmourClass::parse, ArmourClass::ALL)?,
        at,
        ordered_by: Some(ordered_by(given)?),
        sensor: word(given, "sensor", Sensor::parse, Sensor::ALL)?,
        altitude_m: given.read("altitude-m")?.unwrap_or(0),
    })
}

fn ordered_by(given: &Given) -> Result<Role, Trouble> {
    let Some(text) = given.get("ordered-by") else { return Ok(Role::ProtectionLead) };
    let role = ORDERING.iter().copied().find(|role| role.as_str() == text);
    role.ok_or_else(|| {
        let words: Vec<&str> = ORDERING.iter().map(|role| role.as_str()).collect();
        Trouble::malformed(format!("`--ordered-by {text}` is not known"))
            .hint(format!("it is one of {}", words.join(", ")))
    })
}

/// Roles that an agreement may let order a task.
const ORDERING: [Role; 4] =
    [Role::ProtectionLead, Role::JourneyManager, Role::EscortLeader, Role::WatchOfficer];

fn facts(given: &Given, question: &Question, rules: &Rules) -> Result<Facts, Trouble> {
    let headcount = given.read("headcount")?.unwrap_or(1);
    let hours = given.read("notice-hours")?.unwrap_or(NOTICE_HOURS);
    let ceiling = question.category.and_then(|it| rules.ceiling(it, &question.zone));
    let armed = question.arms.is_some_and(|arms| arms >= ArmsClass::Sidearm);
    Ok(Facts {
        consent_live: !given.has("without-consent"),
        headcount_after: headcount,
        headcount_max: ceiling.map_or(0, |most| most.headcount_max),
        vehicles_after: 0,
        vehicles_max: ceiling.map_or(0, |most| most.vehicles_max),
        armed_after: if armed { headcount } else { 0 },
        armed_max: ceiling.map_or(0, |most| most.armed_max),
        notice_ms: i64::saturating_mul(hours, HOUR_MS),
        ..Facts::clear()
    })
}

fn word<T: Copy + Display>(
    given: &Given,
    name: &str,
    parse: fn(&str) -> Option<T>,
    all: &[T],
) -> Result<Option<T>, Trouble> {
    given.get(name).map(|text| known(name, text, parse(text), all)).transpose()
}

fn known<T: Copy + Display>(
    name: &str,
    text: &str,
    found: Option<T>,
    all: &[T],
) -> Result<T, Trouble> {
    found.ok_or_else(|| {
        let words: Vec<String> = all.iter().map(ToString::to_string).collect();
        Trouble::malformed(format!("`--{name} {text}` is not known"))
            .hint(format!("it is one of {}", words.join(", ")))
    })
}
