//! Reads enough of our own HTML to ask questions about it.

use std::collections::BTreeMap;

/// Attributes of one tag.
pub(crate) type Attributes = BTreeMap<String, String>;

/// The opening tags of a page with their attributes, in order.
pub(crate) fn tags(html: &str) -> Vec<(String, Attributes)> {
    let opening = |part: &&str| part.starts_with(|c: char| c.is_ascii_lowercase());
    html.split('<').skip(1).filter(opening).map(tag).collect()
}

fn tag(part: &str) -> (String, Attributes) {
    let (inside, _) = part.split_at(end_of_tag(part));
    let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
    let mut attributes = Attributes::new();
    while !rest.trim().is_empty() {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').expect("a quote ends"),
            None => ("", after),
        };
        attributes.insert(key.trim_end_matches('/').to_owned(), value.to_owned());
        rest = after;
    }
    (name.trim_end_matches('/').to_owned(), attributes)
}

// `>` may stand inside a quoted value.
fn end_of_tag(part: &str) -> usize {
    let mut quoted = false;
    let end = part.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    end.unwrap_or(part.len())
}

/// What a reader reads, a line for each piece of text; isolation marks are left out.
pub(crate) fn text(html: &str) -> Vec<String> {
    let pieces = html.split('<').filter_map(|part| part.split_once('>'));
    let plain = pieces.map(|(_, text)| text.replace(['\u{2068}', '\u{2069}'], ""));
    plain.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}
