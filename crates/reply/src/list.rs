//! Parts of lists: after which id, at most how many.

use serde::Deserialize;
use wire::v1::Page;

use crate::no::No;

/// Items in one answer: every deployment and movement of a busy month, and a few megabytes.
pub const ITEMS_MAX: u32 = 1_000;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// Only items whose id comes after this one.
    pub after: Option<String>,
    /// At most so many; [`ITEMS_MAX`], if it is not said.
    pub limit: Option<u32>,
}

/// A limit that was asked for, if it is within bounds.
pub fn limit(asked: Option<u32>, most: u32) -> Result<usize, No> {
    let limit = asked.unwrap_or(most);
    let fits = (1..=most).contains(&limit);
    let wrong = || No::Malformed(format!("`limit` is a number from 1 to {most}"));
    usize::try_from(limit).ok().filter(|_| fits).ok_or_else(wrong)
}

/// A part of a list in order of its ids.
pub fn part<'i, V, T>(
    items: impl Iterator<Item = (&'i str, V)>,
    paging: &Paging,
    view: impl Fn(V) -> T,
) -> Result<Page<T>, No> {
    let limit = limit(paging.limit, ITEMS_MAX)?;
    let after = paging.after.as_deref();
    let mut rest = items.filter(|(id, _)| after.is_none_or(|after| *id > after)).peekable();
    let (mut page, mut last) = (Page { items: Vec::new(), next: None }, None);
    while page.items.len() < limit {
        let Some((id, item)) = rest.next() else { break };
        page.items.push(view(item));
        last = Some(id);
    }
    page.next = rest.peek().and(last).map(str::to_owned);
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::{ITEMS_MAX, Paging, part};
    use crate::no::No;

    #[test]
    fn a_list_is_read_part_by_part_and_nothing_is_lost_or_told_twice() {
        let ids = ["a", "b", "c", "d", "e"];
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let paging = Paging { after: after.clone(), limit: Some(2) };
            let page = part(ids.iter().map(|id| (*id, *id)), &paging, str::to_owned).unwrap();
            assert!((1..=2).contains(&page.items.len()));
            all.extend(page.items);
            let Some(next) = page.next else { break };
            after = Some(next);
        }
        assert_eq!(all, ids);
    }

    #[test]
    fn a_limit_of_nothing_or_of_too_much_is_refused_by_name() {
        for limit in [0, ITEMS_MAX + 1] {
            let paging = Paging { after: None, limit: Some(limit) };
            let part = part(std::iter::empty::<(&str, u8)>(), &paging, |item| item);
            assert!(matches!(part, Err(No::Malformed(text)) if text.contains("`limit`")));
        }
    }
}
