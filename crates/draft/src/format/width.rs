//! How wide a text is on a screen.

/// What fits beside another window, and on a page.
pub(crate) const COLUMNS_MAX: usize = 100;

/// Lines that an author broke by hand may be this wide: a text that is broken anew for one
/// letter shows a difference that is none.
pub(crate) const BROKEN_BY_HAND_MAX: usize = 115;

/// Columns of a text: Chinese takes two each, marks above letters none.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Columns of a character.
pub(crate) fn columns(c: char) -> usize {
    if is_mark(c) {
        0
    } else if is_wide(c) {
        2
    } else {
        1
    }
}

/// Does it take two columns?
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}')
}

fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0670}'
        | '\u{06D6}'..='\u{06ED}' | '\u{200C}' | '\u{200D}')
}
