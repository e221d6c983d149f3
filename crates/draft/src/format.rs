//! One layout for every text, comments kept, so that a diff shows meaning.

pub(crate) mod width;

mod wrap;

pub mod caret;

use toml_edit::{Array, DocumentMut, InlineTable, Item, KeyMut, RawString, Table, Value};

use crate::format::width::{BROKEN_BY_HAND_MAX, COLUMNS_MAX, width};
use crate::schema::{Key, Takes, keys_of, takes};
use article::document::{ParseError, parse};
use article::provision::KINDS;

/// The keys above the first article, in order.
const TOP: [&str; 9] =
    ["agreement", "instrument", "under", "host", "guest", "salt", "salts", "title", "article"];

/// The keys of an article, in order; its provisions follow in the order of the catalogue.
const ARTICLE: [&str; 5] = ["number", "restricted", "withheld", "heading", "text"];

/// The languages of the house, in order; others follow.
const LANGUAGES: [&str; 3] = ["en", "zh", "ur"];

/// The text in canonical order and layout. It says the same, and has another root if a byte is
/// another.
pub fn format(text: &str) -> Result<String, ParseError> {
    let before = parse(text)?;
    if before.articles.iter().any(|article| article.withheld.is_some()) {
        return Err(trouble(
            "a redacted copy",
            "format the text itself: a copy must stay as it is",
        ));
    }
    let mut document: DocumentMut = text.parse().map_err(|_cause: toml_edit::TomlError| {
        trouble("a text that only one of two readers can read", "report this as a fault")
    })?;
    lay_out(&mut document);
    let after = document.to_string();
    if parse(&after).as_ref() == Ok(&before) {
        return Ok(after);
    }
    Err(trouble("a text that a new layout would change", "report this as a fault"))
}

fn trouble(problem: &str, remedy: &str) -> ParseError {
    let (problem, remedy) = (problem.to_owned(), remedy.to_owned());
    ParseError { line: 1, column: 1, article: None, problem, remedy }
}

// What stands in a table, and in which order.
#[derive(Debug, Clone, Copy)]
enum Order {
    Top,
    Article,
    Languages,
    Keys(&'static [Key]),
}

impl Order {
    fn rank(self, name: &str) -> usize {
        let in_list = |list: &[&str]| list.iter().position(|one| *one == name);
        let found = match self {
            Self::Top => in_list(&TOP),
            Self::Article => in_list(&ARTICLE).or_else(|| {
                let kind = KINDS.iter().position(|kind| kind.word == name);
                kind.map(|kind| ARTICLE.len() + kind)
            }),
            Self::Languages => in_list(&LANGUAGES),
            Self::Keys(keys) => keys.iter().position(|key| key.name == name),
        };
        found.unwrap_or(usize::MAX)
    }

    fn child(self, name: &str) -> Self {
        match self {
            Self::Top if name == "article" => Self::Article,
            Self::Article if !ARTICLE.contains(&name) => {
                Self::Keys(takes(name).map_or(&[], keys_of))
            }
            Self::Keys(keys) => {
                match keys.iter().find(|key| key.name == name).map(|key| key.takes) {
                    Some(Takes::Names) => Self::Languages,
                    Some(takes) => Self::Keys(keys_of(takes)),
                    None => Self::Keys(&[]),
                }
            }
            Self::Top | Self::Article | Self::Languages => Self::Languages,
        }
    }
}

fn lay_out(document: &mut DocumentMut) {
    let header = take_header(document.as_table_mut());
    let trailing = comments(document.trailing().as_str().unwrap_or_default());
    let mut printer = Printer { position: 0 };
    printer.table(document.as_table_mut(), Order::Top);
    if let Some((mut key, _)) = document.as_table_mut().iter_mut().next() {
        let own = shown(key.leaf_decor().prefix());
        key.leaf_decor_mut().set_prefix(header + own.trim_start_matches('\n'));
    }
    let end = if trailing.is_empty() { String::new() } else { format!("\n{}\n", trailing.trim()) };
    document.set_trailing(end);
}

// The comments at the top belong to the file, down to its first empty line.
fn take_header(root: &mut Table) -> String {
    let Some((mut key, _)) = root.iter_mut().next() else { return String::new() };
    let prefix = comments(&shown(key.leaf_decor().prefix()));
    let prefix = prefix.trim_start_matches('\n');
    let (header, own) =
        prefix.rsplit_once("\n\n").map_or(("", prefix), |(header, own)| (header, own));
    key.leaf_decor_mut().set_prefix(own);
    if header.is_empty() { String::new() } else { format!("{header}\n\n") }
}

struct Printer {
    position: isize,
}

impl Printer {
    // A table, its values first, then its tables, in order.
    fn table(&mut self, table: &mut Table, order: Order) {
        table.set_position(Some(self.position));
        self.position += 1;
        sort(table, order);
        let mut first = true;
        for (mut key, item) in table.iter_mut() {
            let child = order.child(key.get());
            match item {
                Item::None => {}
                Item::Value(value) => {
                    entry(&mut key, value, child, "");
                    first = start(&mut key, first);
                }
                Item::Table(inner) if inner.is_dotted() => {
                    first = dotted(&mut key, inner, child, first);
                }
                Item::Table(inner) => self.headed(inner, child),
                Item::ArrayOfTables(tables) => {
                    for inner in tables.iter_mut() {
                        self.headed(inner, child);
                    }
                }
            }
        }
    }

    fn headed(&mut self, table: &mut Table, order: Order) {
        let decor = table.decor_mut();
        let above = comments(&shown(decor.prefix()));
        decor.set_prefix(format!("\n{}", above.trim_start_matches('\n')));
        let beside = beside(&shown(decor.suffix()));
        decor.set_suffix(beside);
        self.table(table, order);
    }
}

fn sort(table: &mut Table, order: Order) {
    table.sort_values_by(|one, _, other, _| {
        // Dotted tables are sorted along: their keys are languages.
        let rank = |name: &str| {
            if LANGUAGES.contains(&name) { Order::Languages.rank(name) } else { order.rank(name) }
        };
        rank(one.get()).cmp(&rank(other.get()))
    });
}

// Nothing stands between a header and the first key but comments.
fn start(key: &mut KeyMut<'_>, first: bool) -> bool {
    if first {
        let prefix = shown(key.leaf_decor().prefix());
        key.leaf_decor_mut().set_prefix(prefix.trim_start_matches('\n'));
    }
    false
}

// Keys such as `names.en`.
fn dotted(key: &mut KeyMut<'_>, table: &mut Table, order: Order, mut first: bool) -> bool {
    let path = format!("{}.", key.get());
    let above = comments(&shown(key.leaf_decor().prefix()));
    key.dotted_decor_mut().clear();
    key.leaf_decor_mut().set_prefix(above);
    sort(table, order);
    for (mut inner, item) in table.iter_mut() {
        if let Item::Value(value) = item {
            entry(&mut inner, value, Order::Languages, &path);
            first = start(&mut inner, first);
        }
    }
    first
}

fn entry(key: &mut KeyMut<'_>, value: &mut Value, order: Order, path: &str) {
    let above = comments(&shown(key.leaf_decor().prefix()));
    key.leaf_decor_mut().set_prefix(above);
    key.leaf_decor_mut().set_suffix(" ");
    let column = width(path) + width(key.get()) + " = ".len();
    let beside = beside(&shown(value.decor().suffix()));
    lay_out_value(value, order, column);
    value.decor_mut().set_prefix(" ");
    value.decor_mut().set_suffix(beside);
}

fn lay_out_value(value: &mut Value, order: Order, column: usize) {
    value.decor_mut().clear();
    if let Some(text) = value.as_str().map(str::to_owned) {
        if value.to_string().starts_with('\'') && !text.contains(['"', '\\', '\n']) {
            *value = Value::from(text.as_str());
        }
        let shown = value.to_string();
        let wide = if shown.contains('\n') {
            shown.lines().any(|line| width(line) > BROKEN_BY_HAND_MAX)
        } else {
            width(&shown) + column > COLUMNS_MAX
        };
        if let Some(wrapped) = wide.then(|| wrap::wrapped(&text)).flatten() {
            *value = wrapped;
        }
    } else if !value.to_string().contains('#') {
        // A comment within a list stays where its author put it.
        on_one_line(value, order);
        let wide = width(&value.to_string()) + column > COLUMNS_MAX;
        if let Some(array) = value.as_array_mut().filter(|_| wide) {
            on_many_lines(array);
        }
    }
}

fn on_one_line(value: &mut Value, order: Order) {
    value.decor_mut().clear();
    if let Some(array) = value.as_array_mut() {
        array.iter_mut().for_each(|item| on_one_line(item, order));
        array.set_trailing("");
        array.set_trailing_comma(false);
    } else if let Some(table) = value.as_inline_table_mut() {
        inline(table, order);
    }
}

fn inline(table: &mut InlineTable, order: Order) {
    table.sort_values_by(|one, _, other, _| order.rank(one.get()).cmp(&order.rank(other.get())));
    table.set_trailing("");
    table.set_trailing_comma(false);
    table.fmt();
    for (key, value) in table.iter_mut() {
        on_one_line(value, order.child(key.get()));
    }
}

fn on_many_lines(array: &mut Array) {
    for item in array.iter_mut() {
        item.decor_mut().set_prefix("\n    ");
    }
    array.set_trailing("\n");
    array.set_trailing_comma(true);
}

fn shown(raw: Option<&RawString>) -> String {
    raw.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

// Comments as they stand, at most one empty line in a row.
fn comments(raw: &str) -> String {
    let (mut kept, mut blank) = (String::new(), false);
    for line in raw.lines().map(str::trim) {
        if line.is_empty() {
            blank = true;
            continue;
        }
        kept.push_str(if blank { "\n" } else { "" });
        kept.push_str(line);
        kept.push('\n');
        blank = false;
    }
    if blank && raw.ends_with('\n') && (!kept.is_empty() || raw.lines().count() > 0) {
        kept.push('\n');
    }
    kept
}

fn beside(raw: &str) -> String {
    let comment = raw.trim();
    if comment.is_empty() { String::new() } else { format!(" {comment}") }
}
