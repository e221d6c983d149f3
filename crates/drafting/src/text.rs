//! `agreement fmt`, `lint`, `whatif`, `redact`, `schema`: text tools.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use accord::rules::Rules;
use article::document::{Document, parse};
use article::root::{redacted, root};
use audit::whatif::whatif as replay;
use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use draft::format::{caret, format};
use draft::lint::{Finding, lint as look};
use draft::schema;
use node::whatif::{Difference, Report, Turn};
use serde_json::{Value as Json, json};
use tongue::speech::{Lang, Tongue, Value};
use words::lint::LintSeverity;

use office::file::{read, write_new};

/// Differences that are printed; `--json` has them all.
const SHOWN_MAX: usize = 50;

/// A file as text, and as the document that it says.
pub(crate) fn read_text(path: &str) -> Result<(String, Document), Trouble> {
    let text = String::from_utf8(read(Path::new(path))?)
        .map_err(|cause| Trouble::malformed(format!("`{path}` is not UTF-8")).because(cause))?;
    let document = parse(&text).map_err(|cause| {
        let article = cause.article.as_ref().map(|number| format!(", article {number}"));
        let place = format!(
            "`{path}`, line {}, column {}{}: {}\n{}",
            cause.line,
            cause.column,
            article.unwrap_or_default(),
            cause.problem,
            caret::under(&text, &cause)
        );
        Trouble::malformed(place).hint(cause.remedy)
    })?;
    Ok((text, document))
}

/// Lays a text out.
pub fn fmt(given: &Given) -> Result<(), Trouble> {
    let path = given.beside()?;
    let (text, _) = read_text(path)?;
    let smooth = format(&text).map_err(|cause| {
        Trouble::malformed(format!("`{path}` cannot be laid out: {}", cause.problem))
            .hint(cause.remedy)
    })?;
    let (before, after) = (root(&text), root(&smooth));
    let changed = text != smooth;
    if given.has("check") && changed {
        let hint = format!("`safeconduct agreement fmt {path}` lays it out");
        return Err(Trouble::refused(format!("`{path}` is not laid out")).hint(hint));
    }
    if changed {
        fs::write(path, &smooth)
            .map_err(|cause| Trouble::fault(format!("cannot write `{path}`")).because(cause))?;
    }
    if given.json {
        print::json(&json!({ "changed": changed, "root": after, "root_before": before }));
    } else if changed {
        print::answer(&format!("laid out {path}\nroot was {before}\nroot is  {after}"));
        print::aside("whoever signed the old root has not signed this file");
    } else {
        print::answer(&format!("{path} is laid out\nroot {after}"));
    }
    Ok(())
}

/// Says what looks wrong in a draft.
pub fn lint(given: &Given) -> Result<(), Trouble> {
    let path = given.beside()?;
    let (text, document) = read_text(path)?;
    let upper = given.get("under").map(read_text).transpose()?.map(|(_, upper)| upper);
    let found = look(&text, &document, upper.as_ref());
    let tongue = Tongue::of(Lang::En);
    if given.json {
        print::json(&found.iter().map(|one| finding(tongue, one)).collect::<Vec<_>>());
    } else {
        for one in &found {
            print::answer(&finding_line(tongue, path, one));
        }
        match found.len() {
            1 => print::answer("1 finding"),
            count => print::answer(&format!("{count} findings")),
        }
    }
    let errors = found.iter().filter(|one| one.severity == LintSeverity::Error).count();
    if errors == 0 {
        return Ok(());
    }
    Err(Trouble::refused(format!("{errors} of them are errors")))
}

fn sentence(tongue: &Tongue, one: &Finding) -> (String, String) {
    let values = [("subject", Value::from(one.subject.as_str()))];
    let key = format!("lint-{}", one.rule);
    // A terminal has no use for the marks that keep two directions of writing apart.
    let what = tongue.say_with(&key, &values).replace(['\u{2068}', '\u{2069}'], "");
    (what, tongue.say(&format!("{key}-do")))
}

fn finding(tongue: &Tongue, one: &Finding) -> Json {
    let (what, remedy) = sentence(tongue, one);
    json!({
        "rule": one.rule, "severity": one.severity, "article": one.article, "line": one.line,
        "kind": one.kind, "subject": one.subject, "what": what, "remedy": remedy,
    })
}

fn finding_line(tongue: &Tongue, path: &str, one: &Finding) -> String {
    let (what, remedy) = sentence(tongue, one);
    let line = one.line.map(|line| format!(":{line}")).unwrap_or_default();
    let article = one.article.as_ref().map(|number| format!(", article {number}"));
    let article = article.unwrap_or_default();
    format!("{path}{line}{article}: {}: {what} {remedy} ({})", one.severity, one.rule)
}

/// Replays a past ledger under a draft: the file that is named, or else the node's own `past`.
pub fn whatif(
    given: &Given,
    past: impl FnOnce() -> Result<Vec<u8>, Trouble>,
) -> Result<(), Trouble> {
    let path = given.beside()?;
    let (_, mut document) = read_text(path)?;
    if !given.has("with-period") {
        // The past lies before most drafts: their period would refuse all of it.
        for article in &mut document.articles {
            article.provisions.retain(|one| one.kind() != "period");
        }
    }
    let draft = Rules::compile(document)
        .map_err(|cause| Trouble::malformed(format!("`{path}` has no rules")).because(cause))?;
    let bytes = match given.get("audit") {
        Some(file) => read(Path::new(file))?,
        None => past()?,
    };
    let report = replay(&bytes, &Arc::new(draft)).map_err(|cause| {
        Trouble::unverified("the past does not verify, so it proves nothing").because(cause)
    })?;
    if given.json {
        print::json(&report_json(&report));
    } else {
        print::answer(&report_text(&report));
    }
    Ok(())
}

fn report_json(report: &Report) -> Json {
    let one = |one: &Difference| {
        let reasons: Vec<&str> = one.refusal.reasons.iter().map(|it| it.code()).collect();
        json!({
            "ledger": one.side, "index": one.index, "at": one.at.to_string(), "by": one.by,
            "act": one.act, "draft_would_have": one.turn.as_str(), "reasons": reasons,
            "articles": one.refusal.articles,
        })
    };
    json!({
        "entries": report.entries, "asked": report.asked, "unseen": report.unseen,
        "refused": report.count(Turn::Refused), "allowed": report.count(Turn::Allowed),
        "differences": report.differences.iter().map(one).collect::<Vec<_>>(),
    })
}

fn report_text(report: &Report) -> String {
    let mut lines =
        vec![format!("{} entries, {} asked the agreement", report.entries, report.asked)];
    for one in report.differences.iter().take(SHOWN_MAX) {
        let reasons: Vec<&str> = one.refusal.reasons.iter().map(|it| it.code()).collect();
        let whose = match one.turn {
            Turn::Refused => "the draft's",
            Turn::Allowed => "the old text's",
        };
        let articles = match one.refusal.articles.join(", ") {
            none if none.is_empty() => none,
            articles => format!(", {whose} article {articles}"),
        };
        lines.push(format!(
            "{} {:<7} {} by {} ({}{})",
            one.at,
            one.turn.as_str(),
            one.act,
            one.by,
            reasons.join(", "),
            articles
        ));
    }
    let more = report.differences.len().saturating_sub(SHOWN_MAX);
    if more > 0 {
        lines.push(format!("and {more} more (--json has them all)"));
    }
    let (refused, allowed) = (report.count(Turn::Refused), report.count(Turn::Allowed));
    lines.push(format!("done, and refused under the draft: {refused}"));
    lines.push(format!("refused, and allowed under the draft: {allowed}"));
    if report.unseen > 0 {
        let unseen = report.unseen;
        lines.push(format!("refused before they came into a ledger, so not asked again: {unseen}"));
    }
    lines.join("\n")
}

/// Writes a copy without the restricted articles.
pub fn redact(given: &Given) -> Result<(), Trouble> {
    let path = given.beside()?;
    let (text, _) = read_text(path)?;
    let copy = redacted(&text).ok_or_else(|| {
        Trouble::refused(format!("`{path}` has nothing to hide"))
            .hint("mark an article `restricted = true`, and give the text a salt")
    })?;
    let hash = root(&copy);
    let beside = format!("{}-redacted.toml", path.strip_suffix(".toml").unwrap_or(path));
    let to = given.get("out").unwrap_or(&beside);
    // Byte by byte: a copy that gained or lost an end of line would have another root.
    write_new(Path::new(to), copy.as_bytes(), 0o644)?;
    if given.json {
        print::json(&json!({ "copy": to, "root": hash }));
    } else {
        print::answer(&format!("written to {to}\nroot {hash}, as that of {path}"));
    }
    Ok(())
}

/// Prints the schema for editors, or the table of the documentation.
pub fn schema(given: &Given) {
    let text = if given.has("markdown") { schema::markdown() } else { schema::json() };
    print::answer(text.trim_end_matches('\n'));
}
