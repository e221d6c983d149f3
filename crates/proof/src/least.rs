//! A counterexample, until nothing can be left out of it.

use accord::rules::Rules;

use crate::case::{Case, Kind, Row, Value, rows, zones};

/// Leaving one fact out can make another superfluous; after three rounds hardly anything is.
const ROUNDS_MAX: usize = 3;

/// The case with every word dropped, every fact set right and every count brought near to what
/// stops nobody, as far as it stays `bad`. What is `fixed` stays as it is.
pub(crate) fn least(
    rules: &Rules,
    mut case: Case,
    fixed: &[&str],
    bad: impl Fn(&Case) -> bool,
) -> Case {
    let rows: Vec<Row> = rows().into_iter().filter(|row| !fixed.contains(&row.name)).collect();
    for _ in 0..ROUNDS_MAX {
        let before = case.clone();
        if !fixed.contains(&"zone") {
            let elsewhere = zones(rules).into_iter().map(|zone| {
                let mut other = case.clone();
                other.question.zone = zone;
                other
            });
            case = elsewhere.into_iter().find(&bad).unwrap_or(before.clone());
        }
        for row in &rows {
            case = nearer(row, &case, &bad).unwrap_or(case);
        }
        if case == before {
            break;
        }
    }
    case
}

fn nearer(row: &Row, case: &Case, bad: &impl Fn(&Case) -> bool) -> Option<Case> {
    let with = |value: &Value| row.with(case, value).filter(bad);
    if let Some(clear) = with(&row.clear()) {
        return Some(clear);
    }
    match (&row.kind, row.get(case)) {
        (Kind::Word(words), Value::Word(_)) => {
            words.iter().find_map(|word| with(&Value::Word((*word).to_owned())))
        }
        (Kind::Count(_, _, clear), Value::Count(count)) => {
            let (mut far, mut near) = (i128::from(count), i128::from(*clear));
            let mut found = None;
            // `far` is bad and `near` is not, all the way.
            while far.abs_diff(near) > 1 {
                let middle = far.midpoint(near);
                let middle_count = Value::Count(i64::try_from(middle).ok()?);
                match with(&middle_count) {
                    Some(case) => {
                        found = Some(case);
                        far = middle;
                    }
                    None => near = middle,
                }
            }
            found
        }
        (Kind::Words, Value::Words(words)) => words.iter().find_map(|word| {
            let mut fewer = words.clone();
            fewer.remove(word);
            with(&Value::Words(fewer))
        }),
        (Kind::Flag(_) | Kind::Word(_) | Kind::Words | Kind::Count(..), _) => None,
    }
}
