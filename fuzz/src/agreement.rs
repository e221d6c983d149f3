//! The text of an agreement.

use std::str;

use article::document::{Document, parse};
use article::root::{redacted, root};
use draft::format::format;

use crate::seed::pool;

const ARTICLE: &str = "\n[[article]]\n";

/// What is read is laid out, and read again as the same; a redacted copy keeps the root.
pub(crate) fn run(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let Ok(document) = parse(text) else { return false };
    let whole = document.articles.iter().all(|article| article.withheld.is_none());
    match format(text) {
        Ok(laid_out) => {
            assert!(whole, "a redacted copy was laid out anew");
            assert_eq!(parse(&laid_out).as_ref(), Ok(&document), "the layout says the same");
            assert_eq!(format(&laid_out).as_ref(), Ok(&laid_out), "a layout is laid out already");
        }
        Err(cause) => assert!(!whole, "what is read is laid out: {cause}"),
    }
    if whole && let Some(copy) = redacted(text) {
        let read = parse(&copy).expect("a redacted copy is read");
        assert_eq!(root(&copy), root(text), "a redacted copy has the root of its text");
        assert_eq!(read.articles.len(), document.articles.len());
    }
    walk(&document);
    true
}

// What the house asks of every text that it reads.
fn walk(document: &Document) {
    document.untranslated();
    document.languages();
    document.schedule();
    document.about();
    if let Some(mirrored) = document.mirrored() {
        assert_eq!(mirrored.host, document.guest, "a mirrored text changes sides");
    }
    for article in &document.articles {
        assert!(document.article(&article.number).is_some(), "an article is found by its number");
    }
}

/// Our texts cut down to one article each: the whole ones are long, and slow to mutate.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut short = Vec::new();
    for text in pool().into_iter().filter_map(|bytes| String::from_utf8(bytes).ok()) {
        let mut parts = text.split(ARTICLE);
        let preamble = parts.next().unwrap_or_default();
        short.extend(parts.map(|article| format!("{preamble}{ARTICLE}{article}").into_bytes()));
    }
    short
}
