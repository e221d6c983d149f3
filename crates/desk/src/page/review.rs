//! The review of a text: what changed, who said what, who must be heard.

use std::sync::Arc;

use accord::rules::Rules;
use article::document::{Article, Document, parse};
use article::root::sources;
use engine::engine::Engine;
use folio::review::{
    Agency, Change, Check, CheckKind, Hand, May, Panel, Redlined, Remark, Standing, View,
};
use joint::cycle::{self, Required};
use joint::state::Agreement;
use node::review::{self, Review};
use node::rights::SPEAKERS;
use tongue::speech::Lang;
use words::act::Names;
use words::hash::Hash;
use words::id::AgreementId;
use words::review::{Circle, Position};
use words::role::{Role, Side};

use crate::page::life::{self, Subject};
use crate::page::{Viewer, family, movements, past};
use crate::redline::{Unit, redline};

/// The review of a text: of the one that is asked for, else of the newest.
pub fn view(
    engine: &Engine,
    viewer: &Viewer,
    (agreement, wanted): (Option<&AgreementId>, Option<Hash>),
) -> Option<View> {
    viewer.person.as_ref()?;
    let agreements = &engine.state().agreements;
    let first = || movements::in_force(engine).map(|(id, _)| id);
    let id = agreement.or_else(first).or_else(|| agreements.keys().next())?;
    let (known, review) = (agreements.get(id), engine.review(id));
    let text = wanted.or_else(|| newest(known, &review))?;
    let words = read(known, &review, text)?;
    let against = before(known, text);
    let old = against.and_then(|text| read(known, &review, text)).unwrap_or_default();
    // A text that does not parse is never kept; one of an older program might not.
    let document = parse(words).ok()?;
    let subject = Subject { id, known, review: &review, text };
    let table = known.is_some_and(|known| known.texts.contains_key(&text));
    let signatory = viewer.is_any(&[Role::Signatory]);
    let speaks = viewer.is_any(SPEAKERS);
    let said = |article: Option<&str>| remarks(engine, &review, (text, article));
    Some(View {
        title: viewer.lang.of(&document.title).to_owned(),
        life: life::view(engine, viewer, subject, &document),
        upper: family::upper(engine, viewer.lang, &document),
        against,
        parties: (name(engine, engine.side()), name(engine, engine.side().other())),
        hands: hands(engine, known, text),
        panels: panels(engine, subject),
        checks: checks(engine, words),
        // What machines say takes longer than the engine may be held: `server` adds it.
        findings: Vec::new(),
        meaning: None,
        articles: redlines(viewer.lang, (old, words), &document, &said),
        remarks: said(None),
        source: words.to_owned(),
        may: May {
            note: speaks,
            share: speaks && table,
            sign: signatory,
            circulate: signatory && !table,
        },
    })
}

/// A text under review with the one before it and the one above it, for those who look at texts
/// alone.
#[derive(Debug)]
pub struct Texts {
    /// The text, its root and its rules.
    pub new: (Hash, String, Option<Arc<Rules>>),
    /// The same of the one before it.
    pub old: Option<(Hash, Option<Arc<Rules>>)>,
    /// The words of the one above it.
    pub upper: Option<String>,
}

/// The texts of a review, as [`view`] chooses them.
pub fn texts(
    engine: &Engine,
    (agreement, wanted): (Option<&AgreementId>, Option<Hash>),
) -> Option<Texts> {
    let agreements = &engine.state().agreements;
    let first = || movements::in_force(engine).map(|(id, _)| id);
    let id = agreement.or_else(first).or_else(|| agreements.keys().next())?;
    let (known, review) = (agreements.get(id), engine.review(id));
    let text = wanted.or_else(|| newest(known, &review))?;
    let words = read(known, &review, text)?;
    let rules = |words: &str| engine.state().compiled(words).ok();
    let old = before(known, text).and_then(|old| Some((old, rules(read(known, &review, old)?))));
    let under = parse(words).ok().and_then(|document| document.under);
    let upper = under.and_then(|under| {
        let upper = agreements.get(&under)?;
        upper.texts.get(&upper.in_force()?).cloned()
    });
    Some(Texts { new: (text, words.to_owned(), rules(words)), old, upper })
}

fn name(engine: &Engine, side: Side) -> Names {
    past::names(engine, side)
}

// The text that somebody is at work on: the newest draft or proposal, in force or not.
fn newest(known: Option<&Agreement>, review: &Review) -> Option<Hash> {
    let joint = known.map(|known| &known.cycle.circulated).into_iter().flatten();
    let joint = joint.map(|(text, (_, by))| (by.at, *text));
    let drafts = review.drafts.iter().map(|(text, draft)| (draft.by.at, *text));
    joint.chain(drafts).max().map(|(_, text)| text)
}

fn read<'a>(known: Option<&'a Agreement>, review: &'a Review, text: Hash) -> Option<&'a str> {
    let joint = known.and_then(|known| known.texts.get(&text));
    joint.or_else(|| Some(&review.drafts.get(&text)?.text)).map(String::as_str)
}

// What binds, or what bound before it.
fn before(known: Option<&Agreement>, text: Hash) -> Option<Hash> {
    let known = known?;
    let versions = &known.cycle.versions;
    let place = versions.iter().rposition(|version| version.text == text);
    match place {
        Some(place) => Some(versions.get(place.checked_sub(1)?)?.text),
        None => known.in_force(),
    }
}

fn hands(engine: &Engine, known: Option<&Agreement>, text: Hash) -> Vec<Hand> {
    let hand = |side: Side| Hand {
        party: name(engine, side),
        initialled: known.and_then(|known| {
            let by = known.cycle.initialled.get(&(text, side))?;
            Some((by.by.to_string(), by.at))
        }),
        signed: known.and_then(|known| {
            let signature = known.signature(side, text)?;
            Some((signature.by.to_string(), signature.at))
        }),
        ours: side == engine.side(),
    };
    [Side::Host, Side::Guest].map(hand).into()
}

fn panels(engine: &Engine, subject: Subject<'_>) -> Vec<Panel> {
    let ours = engine.side();
    let home = subject.review.at_home.get(&subject.text);
    let home = home.map(|required| panel(engine, (ours, Circle::Internal), required));
    let joint = [ours, ours.other()].into_iter().filter_map(|side| {
        let required = subject.known?.cycle.reviews.get(&(subject.text, side))?;
        Some(panel(engine, (side, Circle::Shared), required))
    });
    home.into_iter().chain(joint).collect()
}

fn panel(engine: &Engine, (side, circle): (Side, Circle), required: &Required) -> Panel {
    let agency = |(name, said): (&String, &Option<cycle::Said>)| Agency {
        name: name.clone(),
        standing: standing(required.standing(said.as_ref(), engine.now())),
        said: said.as_ref().map(|said| (said.by.by.to_string(), said.by.at)),
        articles: said.as_ref().map(|said| said.articles.clone()).unwrap_or_default(),
        remark: said.as_ref().map(|said| said.remark.clone()).unwrap_or_default(),
    };
    Panel {
        party: name(engine, side),
        circle,
        ours: side == engine.side(),
        until: required.until,
        agencies: required.agencies.iter().map(agency).collect(),
    }
}

/// The page's word for where an agency stands.
pub const fn standing(standing: cycle::Standing) -> Standing {
    match standing {
        cycle::Standing::Open => Standing::Open,
        cycle::Standing::Silent => Standing::Silent,
        cycle::Standing::Took(Position::Concur) => Standing::Concur,
        cycle::Standing::Took(Position::Reserve) => Standing::Reserve,
        cycle::Standing::Took(Position::Object) => Standing::Object,
    }
}

/// What a machine can say of a text.
pub fn checks(engine: &Engine, words: &str) -> Vec<Check> {
    let parsed = parse(words);
    let check = |kind, trouble| Check { kind, trouble };
    let document = match parsed {
        Ok(document) => document,
        Err(cause) => return vec![check(CheckKind::Parses, Some(cause.to_string()))],
    };
    let missing: Vec<String> = document
        .untranslated()
        .into_iter()
        .map(|(place, language)| format!("{place} ({language})"))
        .collect();
    let missing = Some(missing.join(", ")).filter(|missing| !missing.is_empty());
    let trouble = engine.state().compiled(words).err().map(|refusal| refusal.detail);
    vec![
        check(CheckKind::Parses, None),
        check(CheckKind::Compiles, trouble),
        check(CheckKind::Languages, missing),
    ]
}

type SaidOf<'a> = &'a dyn Fn(Option<&str>) -> Vec<Remark>;

// The articles of the new text in their order, then those that are gone.
fn redlines(
    lang: Lang,
    (old, new): (&str, &str),
    document: &Document,
    said: SaidOf<'_>,
) -> Vec<Redlined> {
    let before = parse(old).ok();
    let (old, new) = (sources(old), sources(new));
    let source = |of: &[(String, String)], number: &str| {
        let found = of.iter().find(|(known, _)| known == number);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let one = |earlier: Option<&Article>, later: Option<&Article>| {
        let article = later.or(earlier)?;
        let number = article.number.as_str();
        let (from, to) = (source(&old, number), source(&new, number));
        let change = match (earlier, later) {
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
            (Some(_), Some(_)) if from.trim_end() == to.trim_end() => Change::Same,
            (Some(_), Some(_)) => Change::Changed,
        };
        let spoken = |of: Option<&Article>| of.map_or("", |it| lang.of(&it.text)).to_owned();
        let unit = if lang == Lang::Zh { Unit::Character } else { Unit::Word };
        let to = if later.is_some() { to } else { String::new() };
        let from = if earlier.is_some() { from } else { String::new() };
        Some(Redlined {
            number: number.to_owned(),
            heading: lang.of(&article.heading).to_owned(),
            change,
            restricted: article.restricted,
            words: redline(&spoken(earlier), &spoken(later), unit),
            file: redline(&from, &to, Unit::Line),
            remarks: said(Some(number)),
        })
    };
    let earlier = |number: &str| before.as_ref().and_then(|document| document.article(number));
    let later = document.articles.iter().map(|it| (earlier(&it.number), Some(it)));
    let gone = before.iter().flat_map(|document| &document.articles);
    let gone = gone.filter(|it| document.article(&it.number).is_none()).map(|it| (Some(it), None));
    later.chain(gone).filter_map(|(earlier, later)| one(earlier, later)).collect()
}

fn remarks(engine: &Engine, review: &Review, (text, article): (Hash, Option<&str>)) -> Vec<Remark> {
    let about = review
        .remarks
        .iter()
        .filter(|remark| remark.text == text && remark.article.as_deref() == article);
    let shown = about.map(|remark| Remark {
        circle: remark.circle,
        by: remark.by.by.to_string(),
        party: name(engine, remark.side),
        at: remark.by.at,
        words: remark.words.clone(),
        address: address(engine, remark),
    });
    shown.collect()
}

fn address(engine: &Engine, remark: &review::Remark) -> String {
    let party = past::ledger(engine, remark.side).map(|ledger| ledger.party().to_string());
    format!("/ledger/{}/{}", party.unwrap_or_default(), remark.index)
}
