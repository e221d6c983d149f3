//! Every word of a text changed alone, every line left out or doubled.

use crate::Change;

/// Each word with another letter or digit in its middle; each line left out, and doubled.
pub fn changes(text: &str) -> Vec<Change> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let number = at + 1;
        let with = |put: &str| {
            let (before, after) = (lines.get(..at), lines.get(at + 1..));
            let [before, after] = [before, after].map(|it| it.unwrap_or_default().concat());
            format!("{before}{put}{after}").into_bytes()
        };
        let mut change = |what: String, put: &str| {
            let path = format!("line {number}{what}");
            found.push(Change { path, bytes: with(put) });
        };
        change(" left out".to_owned(), "");
        change(" doubled".to_owned(), &line.repeat(2));
        for (place, word) in words(line) {
            let Some(other) = altered(word) else { continue };
            let (start, end) = line.split_at(place.0);
            let rest = end.get(word.len()..).unwrap_or_default();
            change(format!(" word {}", place.1), &format!("{start}{other}{rest}"));
        }
    }
    found
}

// The words of a line: where each begins and which it is, from 1.
fn words(line: &str) -> Vec<((usize, usize), &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in line.split(' ') {
        let word = part.trim_end_matches('\n');
        if !word.is_empty() {
            found.push(((at, found.len() + 1), word));
        }
        at += part.len() + 1;
    }
    found
}

// Another letter or digit in the middle, of the same kind, so that it still reads as what it was.
fn altered(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    let far = |at: &usize| at.abs_diff(middle);
    let at = (0..letters.len()).filter(|at| kind(&letters, *at)).min_by_key(far)?;
    let mut letters = letters;
    let letter = letters.get_mut(at)?;
    *letter = match *letter {
        '9' => '1',
        'z' => 'a',
        'Z' => 'A',
        other => char::from_u32(u32::from(other) + 1).unwrap_or(other),
    };
    Some(letters.into_iter().collect())
}

fn kind(letters: &[char], at: usize) -> bool {
    letters.get(at).is_some_and(char::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::changes;

    #[test]
    fn every_word_and_line_is_changed_once() {
        let made = changes("head a9\n\n— w xyz=\n");
        let told: Vec<String> = made
            .iter()
            .map(|it| format!("{}: {:?}", it.path, String::from_utf8_lossy(&it.bytes)))
            .collect();
        assert_eq!(told.len(), 10, "{told:#?}");
        assert!(
            told.contains(&r#"line 1 word 2: "head a1\n\n— w xyz=\n""#.to_owned()),
            "{told:#?}"
        );
        assert!(
            told.contains(&r#"line 3 word 3: "head a9\n\n— w xya=\n""#.to_owned()),
            "{told:#?}"
        );
        assert!(made.iter().all(|it| it.bytes != "head a9\n\n— w xyz=\n".as_bytes()));
    }
}
