//! A plain linear programme solver, to hold the fast ways against.

/// Maximises `goal · x` over `x ≥ 0` with `row · x ≤ limit` for every row, by a dense tableau in
/// two phases with Bland's rule. `None` if no `x` keeps the limits.
pub(crate) fn maximise(goal: &[f64], rows: &[(Vec<f64>, f64)]) -> Option<(f64, Vec<f64>)> {
    let (n, m) = (goal.len(), rows.len());
    // Columns: the variables, a slack for each row, one artificial that lowers every row.
    let width = n + m + 2;
    let mut table: Vec<Vec<f64>> = rows
        .iter()
        .enumerate()
        .map(|(at, (row, limit))| {
            let mut line = vec![0.0; width];
            line[..n].copy_from_slice(row);
            line[n + at] = 1.0;
            line[n + m] = -1.0;
            line[width - 1] = *limit;
            line
        })
        .collect();
    let mut basis: Vec<usize> = (n..n + m).collect();
    let worst = (0..m).min_by(|a, b| table[*a][width - 1].total_cmp(&table[*b][width - 1]))?;
    if table[worst][width - 1] < 0.0 {
        let mut costs = vec![0.0; width];
        costs[n + m] = -1.0;
        pivot(&mut table, &mut costs, &mut basis, (worst, n + m));
        climb(&mut table, &mut costs, &mut basis, n + m + 1)?;
        if costs[width - 1].abs() > 1e-7 {
            return None;
        }
        if let Some(row) = basis.iter().position(|it| *it == n + m) {
            let column = (0..n + m).find(|it| table[row][*it].abs() > 1e-9)?;
            pivot(&mut table, &mut costs, &mut basis, (row, column));
        }
    }
    let mut costs = vec![0.0; width];
    costs[..n].copy_from_slice(goal);
    for (row, column) in basis.iter().enumerate() {
        let by = costs[*column];
        for (cost, entry) in costs.iter_mut().zip(&table[row]) {
            *cost -= by * entry;
        }
    }
    climb(&mut table, &mut costs, &mut basis, n + m)?;
    let mut x = vec![0.0; n];
    for (row, column) in basis.iter().enumerate().filter(|(_, column)| **column < n) {
        x[*column] = table[row][width - 1];
    }
    Some((goal.iter().zip(&x).map(|(a, b)| a * b).sum(), x))
}

fn climb(
    table: &mut [Vec<f64>],
    costs: &mut [f64],
    basis: &mut [usize],
    columns: usize,
) -> Option<()> {
    for _ in 0..100_000 {
        let Some(enters) = (0..columns).find(|it| costs[*it] > 1e-9) else { return Some(()) };
        let ratio = |row: &Vec<f64>| row[row.len() - 1] / row[enters];
        let may_leave = (0..table.len()).filter(|it| table[*it][enters] > 1e-9);
        let leaves = may_leave.min_by(|a, b| {
            let by_ratio = ratio(&table[*a]).total_cmp(&ratio(&table[*b]));
            by_ratio.then(basis[*a].cmp(&basis[*b]))
        })?;
        pivot(table, costs, basis, (leaves, enters));
    }
    panic!("the reference does not end");
}

fn pivot(
    table: &mut [Vec<f64>],
    costs: &mut [f64],
    basis: &mut [usize],
    (row, column): (usize, usize),
) {
    let by = table[row][column];
    table[row].iter_mut().for_each(|it| *it /= by);
    let line = table[row].clone();
    let others = table.iter_mut().enumerate().filter(|(other, _)| *other != row);
    for (_, entries) in others {
        let by = entries[column];
        for (entry, it) in entries.iter_mut().zip(&line) {
            *entry -= by * it;
        }
    }
    let by = costs[column];
    for (cost, it) in costs.iter_mut().zip(&line) {
        *cost -= by * it;
    }
    basis[row] = column;
}
