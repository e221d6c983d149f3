//! A packing problem with few columns at a time, by the simplex method.
//!
//! The game with a budget asks it over the routes found so far; fractions end here, and what
//! is drawn is made of whole numbers elsewhere.
#![expect(clippy::indexing_slicing, reason = "rows and columns are numbered where they are put")]

use crate::net::{NONE, ix};

/// What counts as nothing beside ones.
const TINY: f64 = 1e-11;
/// A column enters only if it is better than this.
const BETTER: f64 = 1e-9;
/// Right sides differ by up to this part: ties would let the method go in circles.
const SCATTER: f64 = 1e-8;
/// So many good columns are tried before all are looked at again.
const SOME: usize = 8;
/// After so many pivots the inverse is made anew: rounding adds up.
const FRESH: u32 = 1_000;

/// Greatest sum of y with `A y <= 1`, `y >= 0`: columns are routes, rows are roads, and what
/// stands where they meet is the weight of the road on the route.
///
/// Only rows that are full are in the basis. So the work of a pivot is the square of the number
/// of routes that are driven, however many roads the network has.
#[derive(Debug, Clone, Default)]
pub struct Master {
    // Rows of the caller, and where each stands here.
    rows: Vec<u32>,
    here: Vec<u32>,
    right: Vec<f64>,
    slack: Vec<f64>,
    columns: Vec<Vec<(u32, f64)>>,
    // Rows that are full, columns that are driven, and where each stands.
    full: Vec<u32>,
    driven: Vec<u32>,
    row_place: Vec<u32>,
    column_place: Vec<u32>,
    // By place of the driven column, then by place of the full row.
    inverse: Vec<Vec<f64>>,
    y: Vec<f64>,
    pivots: u32,
    /// Work done: counted, so that it is alike on every machine.
    pub work: u64,
}

enum Enters {
    Column(u32),
    Slack(usize),
}

#[derive(Clone, Copy)]
enum Leaves {
    Driven(usize),
    Slack(u32),
}

impl Master {
    /// No columns yet.
    pub fn of(rows: usize) -> Self {
        Self { here: vec![NONE; rows], ..Self::default() }
    }

    /// Puts a column: `(row, what stands there)`, each row once. Its number is returned.
    pub fn put(&mut self, column: &[(u32, f64)]) -> u32 {
        let column = column.iter().map(|(row, a)| (self.local(*row), *a)).collect();
        self.columns.push(column);
        self.column_place.push(NONE);
        end(&self.columns) - 1
    }

    // Only rows that some column meets are kept; most roads no route was ever found over.
    fn local(&mut self, row: u32) -> u32 {
        if self.here[ix(row)] == NONE {
            self.here[ix(row)] = end(&self.rows);
            self.rows.push(row);
            let right = 1.0 + SCATTER * scatter(row);
            self.right.push(right);
            self.slack.push(right);
            self.row_place.push(NONE);
        }
        self.here[ix(row)]
    }

    /// The value of the sum.
    pub fn value(&self) -> f64 {
        self.y.iter().sum()
    }

    /// What each driven column carries.
    pub fn carried(&self) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.driven.iter().copied().zip(self.y.iter().copied())
    }

    /// The price of each full row; all others are free.
    pub fn prices(&self) -> Vec<(u32, f64)> {
        let rows = self.full.iter().map(|row| self.rows[ix(*row)]);
        rows.zip(self.sums()).map(|(row, price)| (row, price.max(0.0))).collect()
    }

    // The price of each full row by its place.
    fn sums(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.full.len()];
        for line in &self.inverse {
            subtract(&mut sums, line, -1.0);
        }
        sums
    }

    /// Pivots until nothing is better, or until `pivots_max`.
    pub fn solve(&mut self, pivots_max: u32) {
        let mut some = Vec::new();
        for _ in 0..pivots_max {
            let Some(enters) = self.entering(&mut some) else { return };
            if !self.pivot(&enters) {
                return;
            }
        }
    }

    // The best of a few columns that were good when all were last looked at; if none of those is
    // good any more, of all.
    fn entering(&mut self, some: &mut Vec<u32>) -> Option<Enters> {
        let sums = self.sums();
        let mut price = vec![0.0; self.right.len()];
        let mut best = (BETTER, None);
        for (place, (row, of)) in self.full.iter().zip(sums).enumerate() {
            price[ix(*row)] = of;
            if -of > best.0 {
                best = (-of, Some(Enters::Slack(place)));
            }
        }
        let gain = |list: &[(u32, f64)]| {
            1.0 - list.iter().map(|(row, a)| price[ix(*row)] * a).sum::<f64>()
        };
        let of_some = some.iter().copied().filter(|c| self.column_place[ix(*c)] == NONE);
        let of_some = of_some.map(|column| (gain(&self.columns[ix(column)]), column));
        if let Some((gain, column)) = of_some.max_by(|a, b| a.0.total_cmp(&b.0))
            && gain > best.0
        {
            return Some(Enters::Column(column));
        }
        let all = (0..end(&self.columns)).filter(|c| self.column_place[ix(*c)] == NONE);
        let all = all.map(|column| (gain(&self.columns[ix(column)]), column));
        let mut good: Vec<(f64, u32)> = all.filter(|(gain, _)| *gain > BETTER).collect();
        self.work += u64::from(end(&self.columns)) * 16;
        good.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        good.truncate(SOME);
        *some = good.iter().map(|(_, column)| *column).collect();
        match good.first() {
            Some((gain, column)) if *gain > best.0 => Some(Enters::Column(*column)),
            Some(_) | None => best.1,
        }
    }

    // What one more of the entering takes from each driven column.
    fn direction(&self, enters: &Enters) -> Vec<f64> {
        match enters {
            Enters::Slack(place) => self.inverse.iter().map(|row| row[*place]).collect(),
            Enters::Column(column) => {
                let list = &self.columns[ix(*column)];
                let met: Vec<(usize, f64)> = list
                    .iter()
                    .filter(|(row, _)| self.row_place[ix(*row)] != NONE)
                    .map(|(row, a)| (ix(self.row_place[ix(*row)]), *a))
                    .collect();
                let sum = |row: &Vec<f64>| met.iter().map(|(place, a)| row[*place] * a).sum();
                self.inverse.iter().map(sum).collect()
            }
        }
    }

    // How fast the slack of each row that is not full goes down.
    fn fall(&self, enters: &Enters, direction: &[f64]) -> Vec<f64> {
        let mut fall = vec![0.0; self.right.len()];
        if let Enters::Column(column) = enters {
            for (row, a) in &self.columns[ix(*column)] {
                fall[ix(*row)] += a;
            }
        }
        for (column, step) in self.driven.iter().zip(direction) {
            if *step != 0.0 {
                for (row, a) in &self.columns[ix(*column)] {
                    fall[ix(*row)] -= a * step;
                }
            }
        }
        fall
    }

    fn pivot(&mut self, enters: &Enters) -> bool {
        let direction = self.direction(enters);
        let fall = self.fall(enters, &direction);
        self.work += u64::from(id(direction.len() * direction.len() + fall.len()));
        let Some((leaves, step)) = self.leaving(&direction, &fall) else { return false };
        for (y, down) in self.y.iter_mut().zip(&direction) {
            *y -= step * down;
        }
        for (row, down) in fall.iter().enumerate() {
            if self.row_place[row] == NONE {
                self.slack[row] -= step * down;
            }
        }
        match (enters, leaves) {
            (Enters::Column(column), Leaves::Driven(place)) => {
                self.replace_column(*column, place, &direction, step);
            }
            (Enters::Column(column), Leaves::Slack(row)) => {
                self.grow(*column, row, (&direction, fall[ix(row)]), step);
            }
            (Enters::Slack(place), Leaves::Driven(driven)) => self.shrink(*place, driven, step),
            (Enters::Slack(place), Leaves::Slack(row)) => self.replace_row(*place, row, step),
        }
        self.pivots += 1;
        if self.pivots.is_multiple_of(FRESH) {
            self.refresh();
        }
        true
    }

    fn leaving(&self, direction: &[f64], fall: &[f64]) -> Option<(Leaves, f64)> {
        let mut best: Option<(Leaves, f64, f64)> = None;
        let mut offer = |leaves: Leaves, left: f64, down: f64| {
            if down <= TINY {
                return;
            }
            let step = left.max(0.0) / down;
            let better = best.is_none_or(|(_, least, pivot)| {
                step < least - TINY || (step < least + TINY && down > pivot)
            });
            if better {
                best = Some((leaves, step, down));
            }
        };
        for (place, down) in direction.iter().enumerate() {
            offer(Leaves::Driven(place), self.y[place], *down);
        }
        for (row, down) in (0..).zip(fall) {
            if self.row_place[ix(row)] == NONE {
                offer(Leaves::Slack(row), self.slack[ix(row)], *down);
            }
        }
        best.map(|(leaves, step, _)| (leaves, step))
    }

    fn replace_column(&mut self, column: u32, place: usize, direction: &[f64], step: f64) {
        let pivot = direction[place];
        for value in &mut self.inverse[place] {
            *value /= pivot;
        }
        let row = self.inverse[place].clone();
        for (other, by) in direction.iter().enumerate() {
            if other != place && *by != 0.0 {
                subtract(&mut self.inverse[other], &row, *by);
            }
        }
        self.column_place[ix(self.driven[place])] = NONE;
        self.column_place[ix(column)] = id(place);
        self.driven[place] = column;
        self.y[place] = step;
    }

    fn grow(&mut self, column: u32, row: u32, (direction, sigma): (&[f64], f64), step: f64) {
        let across = self.across(row);
        for (line, by) in self.inverse.iter_mut().zip(direction) {
            if *by != 0.0 {
                subtract(line, &across, -by / sigma);
            }
            line.push(-by / sigma);
        }
        let mut last: Vec<f64> = across.iter().map(|value| -value / sigma).collect();
        last.push(1.0 / sigma);
        self.inverse.push(last);
        self.row_place[ix(row)] = end(&self.full);
        self.full.push(row);
        self.column_place[ix(column)] = end(&self.driven);
        self.driven.push(column);
        self.y.push(step);
        self.slack[ix(row)] = 0.0;
    }

    // A row of the matrix, over the driven columns, times the inverse.
    fn across(&self, row: u32) -> Vec<f64> {
        let mut across = vec![0.0; self.full.len()];
        for (column, line) in self.driven.iter().zip(&self.inverse) {
            let met = self.columns[ix(*column)].iter().find(|(met, _)| *met == row);
            if let Some((_, a)) = met {
                subtract(&mut across, line, -a);
            }
        }
        across
    }

    fn shrink(&mut self, place: usize, driven: usize, step: f64) {
        let row = self.inverse[driven].clone();
        let pivot = row[place];
        for (other, line) in self.inverse.iter_mut().enumerate() {
            let by = line[place] / pivot;
            if other != driven && by != 0.0 {
                subtract(line, &row, by);
            }
            line.swap_remove(place);
        }
        self.inverse.swap_remove(driven);
        self.column_place[ix(self.driven[driven])] = NONE;
        self.driven.swap_remove(driven);
        if let Some(moved) = self.driven.get(driven) {
            self.column_place[ix(*moved)] = id(driven);
        }
        self.y.swap_remove(driven);
        let freed = self.full.swap_remove(place);
        self.row_place[ix(freed)] = NONE;
        self.slack[ix(freed)] = step;
        if let Some(moved) = self.full.get(place) {
            self.row_place[ix(*moved)] = id(place);
        }
    }

    fn replace_row(&mut self, place: usize, row: u32, step: f64) {
        let across = self.across(row);
        let pivot = across[place];
        for line in &mut self.inverse {
            let by = line[place] / pivot;
            if by != 0.0 {
                subtract(line, &across, by);
            }
            line[place] = by;
        }
        let freed = self.full[place];
        self.row_place[ix(freed)] = NONE;
        self.slack[ix(freed)] = step;
        self.row_place[ix(row)] = id(place);
        self.full[place] = row;
        self.slack[ix(row)] = 0.0;
    }

    // The inverse from the columns themselves, and with it what is carried and left.
    fn refresh(&mut self) {
        let size = self.full.len();
        let mut matrix = vec![vec![0.0; 2 * size]; size];
        for (place, column) in self.driven.iter().enumerate() {
            for (row, a) in &self.columns[ix(*column)] {
                if self.row_place[ix(*row)] != NONE {
                    matrix[ix(self.row_place[ix(*row)])][place] = *a;
                }
            }
        }
        for (place, line) in matrix.iter_mut().enumerate() {
            line[size + place] = 1.0;
        }
        self.work += u64::from(id(size * size)) * u64::from(id(size));
        if !eliminate(&mut matrix) {
            return;
        }
        self.inverse = matrix.into_iter().map(|line| line[size..].to_vec()).collect();
        let right: Vec<f64> = self.full.iter().map(|row| self.right[ix(*row)]).collect();
        let dot = |line: &Vec<f64>| line.iter().zip(&right).map(|(a, b)| a * b).sum();
        self.y = self.inverse.iter().map(dot).collect();
        self.slack.clone_from(&self.right);
        for (column, y) in self.driven.iter().zip(&self.y) {
            for (row, a) in &self.columns[ix(*column)] {
                self.slack[ix(*row)] -= a * y;
            }
        }
        for row in &self.full {
            self.slack[ix(*row)] = 0.0;
        }
    }
}

fn subtract(from: &mut [f64], what: &[f64], times: f64) {
    for (value, other) in from.iter_mut().zip(what) {
        *value -= times * other;
    }
}

// Gauss and Jordan with the largest pivot of each column; `false` if there is none.
fn eliminate(matrix: &mut [Vec<f64>]) -> bool {
    for column in 0..matrix.len() {
        let largest = (column..matrix.len())
            .max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()));
        let Some(largest) = largest.filter(|row| matrix[*row][column].abs() > TINY) else {
            return false;
        };
        matrix.swap(column, largest);
        let pivot = matrix[column][column];
        for value in &mut matrix[column] {
            *value /= pivot;
        }
        let line = matrix[column].clone();
        for (row, other) in matrix.iter_mut().enumerate() {
            let by = other[column];
            if row != column && by != 0.0 {
                subtract(other, &line, by);
            }
        }
    }
    true
}

// A small even scatter in 0..1, the same on every machine: it keeps ties from circling.
fn scatter(number: u32) -> f64 {
    let mixed = (u64::from(number) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    // The upper 52 bits in two parts, each of which a fraction knows exactly.
    let part = |bits: u64| f64::from(u32::try_from(bits).unwrap_or(0));
    (part(mixed >> 32) * part(1 << 20) + part((mixed >> 12) & 0xf_ffff)) / 2_f64.powi(52)
}

fn id(place: usize) -> u32 {
    u32::try_from(place).expect("rows and columns are numbered with 32 bits")
}

fn end<T>(list: &[T]) -> u32 {
    id(list.len())
}
