//! Rust without its comments and literals, so that rules see code alone.

/// The same text, line for line, with blanks where comments, strings and characters were.
pub(crate) fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let opaque = opaque_bytes(rest, bare.chars().next_back());
        let (here, after) = rest
            .split_at_checked(opaque.unwrap_or(first.len_utf8()))
            .expect("comments and literals end between characters");
        match opaque {
            Some(_) => bare.extend(here.chars().map(|c| if c == '\n' { c } else { ' ' })),
            None => bare.push(first),
        }
        rest = after;
    }
    bare
}

// Bytes of the comment or literal that starts here, if one does.
fn opaque_bytes(rest: &str, before: Option<char>) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(comment_bytes(rest));
    }
    if rest.starts_with('"') {
        return Some(string_bytes(rest));
    }
    if rest.starts_with('\'') {
        return character_bytes(rest);
    }
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if in_word { None } else { raw_bytes(rest) }
}

fn comment_bytes(rest: &str) -> usize {
    let mut depth = 0_u32;
    let mut last = ' ';
    for (at, c) in rest.char_indices() {
        match (last, c) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth = depth.saturating_sub(1),
            _ => {
                last = c;
                continue;
            }
        }
        // The second character of a pair begins no other: `/*/` opens and does not close.
        last = ' ';
        if depth == 0 {
            return at + c.len_utf8();
        }
    }
    rest.len()
}

fn string_bytes(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == '"' && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

// A character, or `None` if it is a lifetime.
fn character_bytes(rest: &str) -> Option<usize> {
    let mut marks = rest.char_indices().skip(1);
    let (_, first) = marks.next()?;
    if first == '\\' {
        marks.next()?;
        return marks.find(|(_, c)| *c == '\'').map(|(at, _)| at + 1);
    }
    marks.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at + 1)
}

fn raw_bytes(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("br").or(rest.strip_prefix("cr")).or(rest.strip_prefix('r'))?;
    let body = after.trim_start_matches('#');
    let hashes = after.len() - body.len();
    let inside = body.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(rest.len() - inside.len() + length)
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn only_code_is_left() {
        let cases = [
            ("a // b\nc", "a c"),
            ("a /* b /* c */ \n d */ e", "a e"),
            ("a /*/ b */ c /***/ d", "a c d"),
            (r#"f("x\"{", "\\", y)"#, "f( , , y)"),
            ("r#\"a\"b\"# z", "z"),
            ("br\"}\" for\"x\" cr##\"\"#\"## w", "for w"),
            (r"'{' '\'' '\\' '\u{7b}' &'a str", "&'a str"),
            ("b'x' b\"y\"", "b b"),
            ("a \"never closed", "a"),
        ];
        for (text, expected) in cases {
            let words = bare(text).split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(words, expected, "{text}");
        }
    }

    #[test]
    fn every_line_stays_where_it_was() {
        let text = "a \"\n\" b\n/* ä\n */ c // d\n";
        let bare = bare(text);
        assert_eq!(bare.chars().count(), text.chars().count());
        let breaks = |text: &str| text.chars().map(|c| c == '\n').collect::<Vec<_>>();
        assert_eq!(breaks(&bare), breaks(text));
    }
}
