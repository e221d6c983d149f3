//! Who stands where when: drawn, rested and fair.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use route::lot::Lot;
use route::net::ix;

use crate::column::{at, put};
use crate::number::count;
use crate::rest::{DAY, Rules, Span, Why};

/// A force of a province's size.
pub const PEOPLE_MAX: usize = 20_000;

/// A roster is made for a month at most: nobody keeps a longer one.
pub const DAYS_MAX: u32 = 31;

/// Somebody who stands on posts, under a pseudonym.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The pseudonym; who it is stands in a register that stays at home.
    pub name: String,
    /// Days, from 0, on which no duty may begin or end.
    pub away: Vec<u32>,
}

/// A shift of one day, and the posts that are to be manned in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Which day, from 0.
    pub day: u32,
    /// Which shift of the day.
    pub shift: u32,
    /// When it begins, in minutes of the day.
    pub start: u32,
    /// How long it lasts, in minutes.
    pub minutes: u32,
    /// The posts, each once for every person that it takes.
    pub posts: Vec<u32>,
}

/// A line of the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// Which slot.
    pub slot: u32,
    /// Which post.
    pub post: u32,
    /// Who.
    pub person: u32,
}

/// What could not be met, and why: how many people each reason holds back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// Which slot.
    pub slot: u32,
    /// The posts that stay empty.
    pub posts: Vec<u32>,
    /// Why nobody is left.
    pub why: BTreeMap<Why, u32>,
}

/// What one person is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many duties.
    pub duties: u32,
    /// How many of them are nights.
    pub nights: u32,
    /// Minutes of duty, handovers included.
    pub minutes: u32,
}

/// A roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    /// Who stands where when, in order of slots and posts.
    pub lines: Vec<Line>,
    /// What stays empty.
    pub unmet: Vec<Unmet>,
    /// What each person is asked for, in the order of the people.
    pub tallies: Vec<Tally>,
    /// No roster under these rules leaves fewer places empty.
    pub missing_at_least: u32,
    /// However the nights are shared, somebody has so many.
    pub nights_at_least: u32,
}

struct Table<'a> {
    people: &'a [Person],
    rules: &'a Rules,
    spans: Vec<Span>,
    // The slots of each person.
    duties: Vec<Vec<u32>>,
    tallies: Vec<Tally>,
    // The people of each slot.
    taken: Vec<Vec<u32>>,
}

/// Makes a roster. Slots must be in order of time; what is equal is decided by lot.
pub fn roster(people: &[Person], slots: &[Slot], rules: &Rules, lot: &mut Lot) -> Roster {
    let span = |slot: &Slot| Span::new(slot.day, slot.start, slot.minutes, rules.handover);
    let mut table = Table {
        people,
        rules,
        spans: slots.iter().map(span).collect(),
        duties: vec![Vec::new(); people.len()],
        tallies: vec![Tally::default(); people.len()],
        taken: vec![Vec::new(); slots.len()],
    };
    let mut order: Vec<u32> = (0..count(people.len())).collect();
    lot.shuffle(&mut order);
    for (number, slot) in (0..).zip(slots) {
        table.fill(number, slot.posts.len(), &order);
        while at_len(&table.taken, number) < slot.posts.len() && table.make_room(number, &order) {}
    }
    while table.share_nights(&order) || table.share_duties(&order) {}
    let nights: usize = slots
        .iter()
        .zip(&table.spans)
        .map(|(slot, span)| if span.night.is_some() { slot.posts.len() } else { 0 })
        .sum();
    let missing_at_least = table.missing(slots);
    let nights_met = nights
        - (0..)
            .zip(slots)
            .zip(&table.spans)
            .map(|((number, slot), span)| {
                let empty = slot.posts.len() - at_len(&table.taken, number);
                if span.night.is_some() { empty } else { 0 }
            })
            .sum::<usize>();
    let (lines, unmet) = table.written(slots, lot);
    let nights_at_least = count(nights_met.div_ceil(people.len().max(1)));
    Roster { lines, unmet, tallies: table.tallies, missing_at_least, nights_at_least }
}

fn at_len(rows: &[Vec<u32>], number: u32) -> usize {
    rows.get(ix(number)).map_or(0, Vec::len)
}

impl Table<'_> {
    fn span(&self, slot: u32) -> Option<Span> {
        self.spans.get(ix(slot)).copied()
    }

    fn tally(&self, person: u32) -> Tally {
        at(&self.tallies, person)
    }

    // May a person take a slot, were it not for another that he has?
    fn may(&self, person: u32, slot: u32, but_for: Option<u32>) -> Result<(), Why> {
        let (Some(who), Some(span)) = (self.people.get(ix(person)), self.span(slot)) else {
            return Err(Why::Away);
        };
        let days = [span.from / DAY, (span.until - 1) / DAY];
        if days.iter().any(|day| who.away.contains(day)) {
            return Err(Why::Away);
        }
        let duties = self.duties.get(ix(person)).map_or(&[][..], Vec::as_slice);
        let others = duties.iter().filter(|other| Some(**other) != but_for);
        let spans: Vec<Span> = others.filter_map(|other| self.span(*other)).collect();
        self.rules.allow(&spans, span)
    }

    fn put(&mut self, person: u32, slot: u32) {
        self.duties.get_mut(ix(person)).into_iter().for_each(|row| row.push(slot));
        self.taken.get_mut(ix(slot)).into_iter().for_each(|row| row.push(person));
        self.count(person);
    }

    fn take(&mut self, person: u32, slot: u32) {
        self.duties.get_mut(ix(person)).into_iter().for_each(|row| row.retain(|it| *it != slot));
        self.taken.get_mut(ix(slot)).into_iter().for_each(|row| row.retain(|it| *it != person));
        self.count(person);
    }

    fn count(&mut self, person: u32) {
        let duties = self.duties.get(ix(person)).map_or(&[][..], Vec::as_slice);
        let spans = duties.iter().filter_map(|slot| self.span(*slot));
        let tally = spans.fold(Tally::default(), |sum, span| Tally {
            duties: sum.duties + 1,
            nights: sum.nights + u32::from(span.night.is_some()),
            minutes: sum.minutes + span.minutes(),
        });
        put(&mut self.tallies, person, tally);
    }

    // Those who may, the least burdened first: by nights for a night; by day those who have had
    // their nights, so that others are rested for the next one.
    fn fill(&mut self, slot: u32, wanted: usize, order: &[u32]) {
        let night = self.span(slot).is_some_and(|span| span.night.is_some());
        let mut free: Vec<u32> =
            order.iter().copied().filter(|person| self.may(*person, slot, None).is_ok()).collect();
        free.sort_by_key(|person| {
            let tally = self.tally(*person);
            if night {
                (tally.nights, tally.minutes, Reverse(0))
            } else {
                (tally.minutes, 0, Reverse(tally.nights))
            }
        });
        for person in free.into_iter().take(wanted) {
            self.put(person, slot);
        }
    }

    // Somebody who is held back by one earlier duty gives it to another who may take it.
    fn make_room(&mut self, slot: u32, order: &[u32]) -> bool {
        for person in order {
            let duties = self.duties.get(ix(*person)).cloned().unwrap_or_default();
            if duties.contains(&slot) {
                continue;
            }
            for given in duties.iter().rev().take(3) {
                if self.may(*person, slot, Some(*given)).is_err() {
                    continue;
                }
                let takes =
                    |other: &&u32| **other != *person && self.may(**other, *given, None).is_ok();
                let other = order.iter().filter(takes).min_by_key(|it| self.tally(**it).minutes);
                if let Some(other) = other.copied() {
                    self.take(*person, *given);
                    self.put(other, *given);
                    self.put(*person, slot);
                    return true;
                }
            }
        }
        false
    }

    // A night goes from who has most to somebody who has two fewer, for a day if need be.
    fn share_nights(&mut self, order: &[u32]) -> bool {
        let mut by_nights = order.to_vec();
        by_nights.sort_by_key(|person| self.tally(*person).nights);
        for most in by_nights.iter().rev() {
            let nights = self.slots_of(*most, true);
            for least in &by_nights {
                if self.tally(*least).nights + 2 > self.tally(*most).nights {
                    break;
                }
                let days: Vec<Option<u32>> = [None]
                    .into_iter()
                    .chain(self.slots_of(*least, false).into_iter().map(Some))
                    .collect();
                for night in &nights {
                    if days.iter().any(|day| self.swap((*most, *night), (*least, *day))) {
                        return true;
                    }
                }
            }
        }
        false
    }

    // A duty by day goes from who has most to somebody who has two fewer.
    fn share_duties(&mut self, order: &[u32]) -> bool {
        let mut by_duties = order.to_vec();
        by_duties.sort_by_key(|person| self.tally(*person).duties);
        for most in by_duties.iter().rev() {
            let days = self.slots_of(*most, false);
            for least in &by_duties {
                if self.tally(*least).duties + 2 > self.tally(*most).duties {
                    break;
                }
                if days.iter().any(|day| self.swap((*most, *day), (*least, None))) {
                    return true;
                }
            }
        }
        false
    }

    fn slots_of(&self, person: u32, night: bool) -> Vec<u32> {
        let duties = self.duties.get(ix(person)).map_or(&[][..], Vec::as_slice);
        let wanted = |slot: &&u32| self.span(**slot).is_some_and(|it| it.night.is_some() == night);
        duties.iter().filter(wanted).copied().collect()
    }

    // The first gives his duty to the second, who gives him one of his or nothing.
    fn swap(&mut self, (first, given): (u32, u32), (second, back): (u32, Option<u32>)) -> bool {
        let there = self.may(second, given, back).is_ok();
        let here = back.is_none_or(|back| self.may(first, back, Some(given)).is_ok());
        let twice = self.duties.get(ix(second)).is_some_and(|row| row.contains(&given));
        if !there || !here || twice {
            return false;
        }
        self.take(first, given);
        if let Some(back) = back {
            self.take(second, back);
            self.put(first, back);
        }
        self.put(second, given);
        true
    }

    // Slots that lie so close together that nobody takes two of them need as many people as they
    // have places; sums over such groups that share no slot are missing for certain.
    fn missing(&self, slots: &[Slot]) -> u32 {
        let mut best: Vec<usize> = vec![0];
        for until in 0..slots.len() {
            let mut most = best.last().copied().unwrap_or(0);
            let (mut wanted, mut from) = (0, until);
            while let (Some(first), Some(last), Some(slot)) =
                (self.spans.get(from), self.spans.get(until), slots.get(from))
            {
                if last.from >= first.until + self.rules.rest_min {
                    break;
                }
                wanted += slot.posts.len();
                let able = (0..count(self.people.len()))
                    .filter(|person| (from..=until).any(|slot| self.there(*person, count(slot))));
                let short = wanted.saturating_sub(able.count());
                most = most.max(best.get(from).copied().unwrap_or(0) + short);
                let Some(before) = from.checked_sub(1) else { break };
                from = before;
            }
            best.push(most);
        }
        count(best.last().copied().unwrap_or(0).max(self.missing_in_weeks(slots)))
    }

    // In a week, nobody has more duties than a week holds.
    fn missing_in_weeks(&self, slots: &[Slot]) -> usize {
        let mut weeks: BTreeMap<u32, (usize, u32)> = BTreeMap::new();
        for (slot, span) in slots.iter().zip(&self.spans) {
            let week = weeks.entry(span.from / (7 * DAY)).or_insert((0, u32::MAX));
            week.0 += slot.posts.len();
            week.1 = week.1.min(span.minutes().max(1));
        }
        let held = |least: u32| (self.rules.week_max / least).min(self.rules.duties_a_week_max);
        let short = weeks
            .values()
            .map(|(wanted, least)| wanted.saturating_sub(self.people.len() * ix(held(*least))));
        short.sum()
    }

    fn there(&self, person: u32, slot: u32) -> bool {
        let Some(span) = self.span(slot) else { return false };
        let days = [span.from / DAY, (span.until - 1) / DAY];
        self.people
            .get(ix(person))
            .is_some_and(|who| days.iter().all(|day| !who.away.contains(day)))
    }

    // Who of a slot stands on which of its posts is drawn.
    fn written(&self, slots: &[Slot], lot: &mut Lot) -> (Vec<Line>, Vec<Unmet>) {
        let (mut lines, mut unmet) = (Vec::new(), Vec::new());
        for (number, slot) in (0..).zip(slots) {
            let mut people = self.taken.get(ix(number)).cloned().unwrap_or_default();
            let mut posts = slot.posts.clone();
            lot.shuffle(&mut people);
            lot.shuffle(&mut posts);
            let empty = posts.split_off(people.len().min(posts.len()));
            let manned = posts.into_iter().zip(people);
            lines.extend(manned.map(|(post, person)| Line { slot: number, post, person }));
            if !empty.is_empty() {
                unmet.push(Unmet { slot: number, posts: empty, why: self.why(number) });
            }
        }
        lines.sort_unstable();
        (lines, unmet)
    }

    fn why(&self, slot: u32) -> BTreeMap<Why, u32> {
        let mut why = BTreeMap::new();
        for person in 0..count(self.people.len()) {
            if let Err(cause) = self.may(person, slot, None) {
                *why.entry(cause).or_insert(0) += 1;
            }
        }
        why
    }
}
