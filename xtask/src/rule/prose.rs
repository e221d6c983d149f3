//! Markdown: one title a page.

use crate::complaint::Complaint;

/// A page has exactly one title.
pub(crate) fn title(file: &str, text: &str) -> Vec<Complaint> {
    let mut fenced = false;
    let mut titles = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        if content.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced && content.starts_with("# ") {
            titles.push(line);
        }
    }
    let complain = |line, remedy: &str| Complaint::new(file, line, "title", remedy);
    if titles.is_empty() {
        return vec![complain(1, "give the page a title: `# …`")];
    }
    let second = titles.into_iter().skip(1);
    second.map(|line| complain(line, "make it a section: `## …`")).collect()
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn a_page_has_one_title_and_code_has_none() {
        assert_eq!(title("a.md", "# A\n\n## B\n\n```sh\n# a comment\n```\n"), []);
        assert_eq!(title("a.md", "## B\n").len(), 1);
        let complaints = title("a.md", "# A\n# B\n```\n# c\n```\n# D\n");
        assert_eq!(complaints.iter().map(|c| c.line).collect::<Vec<_>>(), [2, 6]);
    }
}
