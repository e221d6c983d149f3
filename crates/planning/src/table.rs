//! Plain tables: columns as wide as they must be.

/// A table with a heading; the first column is text, the others are as their cells are.
pub(crate) fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = heading.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let head: Vec<String> = heading.iter().map(|cell| (*cell).to_owned()).collect();
    let right: Vec<bool> = (0..heading.len())
        .map(|column| {
            let mut cells = rows.iter().filter_map(|row| row.get(column)).peekable();
            cells.peek().is_some() && cells.all(|cell| is_number(cell))
        })
        .collect();
    let lines = std::iter::once(&head).chain(rows).map(|row| line(row, &widths, &right));
    lines.collect::<Vec<_>>().join("\n")
}

fn is_number(cell: &str) -> bool {
    cell.chars().all(|c| c.is_ascii_digit() || ".:-% ".contains(c))
        && cell.chars().any(|c| c.is_ascii_digit())
}

fn line(row: &[String], widths: &[usize], right: &[bool]) -> String {
    let cells = row.iter().zip(widths).zip(right).map(|((cell, width), right)| {
        let space = " ".repeat(width.saturating_sub(cell.chars().count()));
        if *right { format!("{space}{cell}") } else { format!("{cell}{space}") }
    });
    cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        let rows = [["gate-2".to_owned(), "7".to_owned()], ["a".to_owned(), "12".to_owned()]];
        let rows: Vec<Vec<String>> = rows.into_iter().map(Vec::from).collect();
        assert_eq!(table(&["site", "n"], &rows), "site     n\ngate-2   7\na       12");
    }
}
