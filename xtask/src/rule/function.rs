//! Functions: one idea on one screen.

use crate::code::bare;
use crate::complaint::Complaint;

/// A function fits on a screen.
const FUNCTION_LINES_MAX: usize = 60;

/// From the line with `fn` to the line with its closing brace, at most sixty lines. An arm of
/// the set of acts or of provisions does not count: a table of them is as long as the domain.
pub(crate) fn length(file: &str, text: &str) -> Vec<Complaint> {
    let code = bare(text);
    let starts = code.match_indices("fn ").filter(|(at, _)| is_item(&code, *at));
    let complain = |(at, _): (usize, &str)| {
        let (before, function) = code.split_at_checked(at)?;
        let function = function.get(..end(function)?)?;
        let lines = breaks(function) + 1 - function.lines().filter(|line| is_arm(line)).count();
        let remedy = format!("split the function: {lines} lines, {FUNCTION_LINES_MAX} are allowed");
        let line = breaks(before) + 1;
        (lines > FUNCTION_LINES_MAX).then(|| Complaint::new(file, line, "function-length", remedy))
    };
    starts.filter_map(complain).collect()
}

fn is_arm(line: &str) -> bool {
    let line = line.trim_start();
    let arm = line.strip_prefix("| ").unwrap_or(line);
    arm.starts_with("Act::") || arm.starts_with("Provision::")
}

fn breaks(text: &str) -> usize {
    text.matches('\n').count()
}

// `fn ` is a word of its own, and a name follows; types such as `fn(u8)` have none.
fn is_item(code: &str, at: usize) -> bool {
    let before = code.get(..at).and_then(|before| before.chars().next_back());
    before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
}

// Bytes up to the closing brace; `None` for a signature without a body.
fn end(function: &str) -> Option<usize> {
    let (mut braces, mut others) = (0_u32, 0_u32);
    for (at, c) in function.char_indices() {
        match c {
            '(' | '[' => others += 1,
            ')' | ']' => others = others.saturating_sub(1),
            ';' if braces == 0 && others == 0 => return None,
            '{' => braces += 1,
            '}' if braces <= 1 => return Some(at),
            '}' => braces -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::length;

    fn function(lines: usize) -> String {
        format!("fn long(x: [u8; 2]) {{\n{}}}\n", "    \"}\"; // }\n".repeat(lines - 2))
    }

    #[test]
    fn a_long_function_is_named_by_its_first_line() {
        assert_eq!(length("a.rs", &function(60)), []);
        let complaints = length("a.rs", &format!("\n\n{}{}", function(10), function(61)));
        assert_eq!(complaints.iter().map(|c| c.line).collect::<Vec<_>>(), [13]);
    }

    #[test]
    fn a_table_of_acts_is_as_long_as_the_acts() {
        let arms = "        Act::Departed(_)\n        | Act::Arrived(_) => 1,\n".repeat(50);
        let table = |rest| format!("fn table() {{\n{arms}{}}}\n", "    1;\n".repeat(rest));
        assert_eq!(length("a.rs", &table(58)), []);
        assert_eq!(length("a.rs", &table(59)).len(), 1);
    }

    #[test]
    fn signatures_and_types_are_no_functions() {
        let text =
            format!("trait T {{ fn f(a: [u8; 2]);\n{} }}\n", "const A: u8 = 1;\n".repeat(99));
        assert_eq!(length("a.rs", &text), []);
    }

    #[test]
    fn a_function_within_a_function_counts_for_both() {
        let inner = function(61);
        let lines: Vec<_> =
            length("a.rs", &format!("fn outer() {{\n{inner}}}\n")).iter().map(|c| c.line).collect();
        assert_eq!(lines, [1, 2]);
    }
}
