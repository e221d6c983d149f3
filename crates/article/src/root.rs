//! The root of a text: what both sign, and what a redacted copy proves.
//!
//! A text is cut at its articles. Each part, salted, is a leaf of a Merkle tree; the root of
//! the tree is what both parties sign. A copy may carry a leaf in place of a restricted article
//! and has the same root, and without the salt nobody can guess what the leaf stands for.

use sha2::{Digest, Sha256};
use words::hash::Hash;

/// Domain separation of the hidden part of a leaf.
const PART_DOMAIN: &[u8] = b"safeconduct/agreement/part/1\n";
/// Domain separation of the salt of one part.
const SALT_DOMAIN: &[u8] = b"safeconduct/agreement/salt/1\n";

/// The line with which an article begins.
const ARTICLE: &str = "[[article]]";

/// A text, cut at its articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    // The salt of the whole, or of each part in a redacted copy, as hexadecimal digits.
    pub(crate) salt: Option<&'a str>,
    pub(crate) salts: Vec<&'a str>,
    // Everything above the first article but the lines of the salts.
    pub(crate) preamble: String,
    pub(crate) articles: Vec<&'a str>,
}

impl<'a> Parts<'a> {
    /// Cuts. Comments right above an article belong to it.
    pub(crate) fn of(text: &'a str) -> Self {
        let cuts = cuts(text);
        let first = cuts.first().copied().unwrap_or(text.len());
        let ends = cuts.iter().skip(1).copied().chain([text.len()]);
        let articles = cuts.iter().copied().zip(ends);
        let articles = articles.map(|(from, to)| text.get(from..to).unwrap_or_default()).collect();
        let mut parts = Self { salt: None, salts: Vec::new(), preamble: String::new(), articles };
        for line in text.get(..first).unwrap_or_default().split_inclusive('\n') {
            // Only the one way to write each is a salt: what else a line says is signed.
            let salt = quoted(line, "salt = ").filter(|salt| line == salt_line(salt));
            let salts: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
            let many = !salts.is_empty() && line == salts_line(&salts);
            match salt {
                Some(salt) if parts.salt.is_none() => parts.salt = Some(salt),
                Some(_) | None if many && parts.salts.is_empty() => parts.salts = salts,
                Some(_) | None => parts.preamble.push_str(line),
            }
        }
        parts
    }

    // The salt of part `index`: given in a redacted copy, else derived from the text's.
    fn salt_of(&self, index: usize) -> String {
        match self.salts.get(index) {
            Some(salt) => (*salt).to_owned(),
            None => part_salt(self.salt.unwrap_or_default(), index),
        }
    }

    fn leaves(&self) -> Vec<Hash> {
        let whole = [self.preamble.as_str()];
        let parts = whole.into_iter().chain(self.articles.iter().copied());
        let hidden = parts.enumerate().map(|(index, part)| {
            let number = number(part);
            let inside = withheld(part).unwrap_or_else(|| {
                hash(&[PART_DOMAIN, self.salt_of(index).as_bytes(), b"\n", part.as_bytes()])
            });
            hash(&[&[0], number.as_bytes(), b"\n", &inside.0])
        });
        hidden.collect()
    }
}

/// What the parties sign: the root of the text's tree.
pub fn root(text: &str) -> Hash {
    tree(&Parts::of(text).leaves())
}

/// Number and own lines of each article, as the file has them.
pub fn sources(text: &str) -> Vec<(String, String)> {
    let parts = Parts::of(text);
    let numbered = parts.articles.iter().map(|part| (number(part).to_owned(), (*part).to_owned()));
    numbered.collect()
}

/// A copy without the restricted articles of `text`; it has the same root. `None` if nothing
/// is restricted or the text is a copy itself.
pub fn redacted(text: &str) -> Option<String> {
    let document = crate::document::parse(text).ok()?;
    let parts = Parts::of(text);
    parts.salt?;
    let hidden: Vec<bool> = document.articles.iter().map(|article| article.restricted).collect();
    if !hidden.contains(&true) {
        return None;
    }
    let mut salts = vec![parts.salt_of(0)];
    let mut copy = String::new();
    for (at, (part, hide)) in parts.articles.iter().zip(&hidden).enumerate() {
        let salt = parts.salt_of(at + 1);
        if *hide {
            let inside = hash(&[PART_DOMAIN, salt.as_bytes(), b"\n", part.as_bytes()]);
            copy.push_str(&stub(number(part), &inside));
            salts.push(String::new());
        } else {
            copy.push_str(part);
            salts.push(salt);
        }
    }
    // The line of the salts stands where the line of the salt stood: above all tables.
    let salts: Vec<&str> = salts.iter().map(String::as_str).collect();
    Some(format!("{}{}{copy}", salts_line(&salts), parts.preamble))
}

// Where each article begins: at its comments, if they stand right above it.
fn cuts(text: &str) -> Vec<usize> {
    let (mut found, mut at, mut comments) = (Vec::new(), 0, None);
    for line in text.split_inclusive('\n') {
        if line.trim_end() == ARTICLE {
            found.push(comments.take().unwrap_or(at));
        } else if line.starts_with('#') {
            comments.get_or_insert(at);
        } else {
            comments = None;
        }
        at += line.len();
    }
    found
}

// The number of an article; the preamble has none.
fn number(part: &str) -> &str {
    part.lines().find_map(|line| quoted(line, "number = ")).unwrap_or_default()
}

// A stub is exactly three lines; whatever looks like one and says more is an article.
fn withheld(part: &str) -> Option<Hash> {
    let inside = part.lines().find_map(|line| quoted(line, "withheld = "))?;
    let inside: Hash = inside.to_owned().try_into().ok()?;
    (part == stub(number(part), &inside)).then_some(inside)
}

fn stub(number: &str, inside: &Hash) -> String {
    format!("{ARTICLE}\nnumber = \"{number}\"\nwithheld = \"{inside}\"\n\n")
}

fn salt_line(salt: &str) -> String {
    format!("salt = \"{salt}\"\n")
}

fn salts_line(salts: &[&str]) -> String {
    format!("salts = [\"{}\"]\n", salts.join("\", \""))
}

fn quoted<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.trim_end().strip_prefix(key)?.strip_prefix('"')?.strip_suffix('"')
}

fn part_salt(salt: &str, index: usize) -> String {
    let index = index.to_string();
    hash(&[SALT_DOMAIN, salt.as_bytes(), b"\n", index.as_bytes()]).to_string()
}

fn hash(parts: &[&[u8]]) -> Hash {
    let hasher = parts.iter().fold(Sha256::new(), Sha256::chain_update);
    Hash(hasher.finalize().into())
}

// RFC 6962, 2.1: the left side holds the largest power of two that leaves something right.
fn tree(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => hash(&[]),
        [leaf] => *leaf,
        [..] => {
            let left = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(left);
            hash(&[&[1], &tree(left).0, &tree(right).0])
        }
    }
}
