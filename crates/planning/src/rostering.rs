//! `post roster`: the posts of each shift drawn, and people put on them.

use std::collections::BTreeMap;

use cli::trouble::Trouble;
use post::comb::{draw, lot};
use post::file::{clock, day};
use post::origami::allocate;
use post::plan::{Plan, parse};
use post::rest::Why;
use post::roster::{Roster, Slot, Unmet, roster as made};
use serde_json::{Value, json};

use crate::answer::{Answer, malformed};
use crate::seeds::Seeds;
use crate::table::table;

/// Draws posts, makes the roster.
pub fn roster(path: &str, text: &str, seeds: &Seeds) -> Result<Answer, Trouble> {
    let plan = parse(text).map_err(|wrong| malformed(path, &wrong))?;
    let missing = [(plan.shifts.is_empty(), "shift"), (plan.people.is_empty(), "person")];
    if let Some((_, what)) = missing.into_iter().find(|(none, _)| *none) {
        let problem = format!("`{path}` has no {what}");
        return Err(Trouble::malformed(problem).hint(format!("name them under [[{what}]]")));
    }
    if plan.standing.is_empty() && plan.drawn.is_none() {
        let hint = "name posts under [[standing]], or sites and `guards` to draw them from";
        return Err(Trouble::malformed(format!("`{path}` has no post")).hint(hint));
    }
    let slots = slots(&plan, seeds);
    let subject = format!("roster/{}", day(plan.start, 0));
    let mut lot = lot(&subject, &seeds.host, &seeds.guest);
    let roster = made(&plan.people, &slots, &plan.rules, &mut lot);
    let names = names(&plan);
    let shown = Shown { plan: &plan, slots: &slots, names: &names, roster: &roster };
    Ok(Answer { text: shown.text(), json: shown.json(), unmet: shown.unmet() })
}

// Sites first, then standing posts: their numbers are those of the roster's lines.
fn names(plan: &Plan) -> Vec<String> {
    let sites = plan.drawn.iter().flat_map(|drawn| drawn.names.iter());
    sites.chain(plan.standing.iter().map(|post| &post.name)).cloned().collect()
}

fn slots(plan: &Plan, seeds: &Seeds) -> Vec<Slot> {
    let cover = plan.drawn.as_ref().map(|drawn| allocate(&drawn.sites, drawn.guards).cover);
    let sites = plan.drawn.as_ref().map_or(0, |drawn| drawn.names.len());
    let first = u32::try_from(sites).unwrap_or(u32::MAX);
    let mut slots = Vec::new();
    for number in 0..plan.days {
        for (shift, it) in (0..).zip(&plan.shifts) {
            // A draw of its own for each shift: what one shift saw tells nothing of the next.
            let subject = format!("posts/{}/{}", day(plan.start, number), it.name);
            let mut lot = lot(&subject, &seeds.host, &seeds.guest);
            let mut posts = cover.as_ref().map_or_else(Vec::new, |cover| draw(cover, &mut lot));
            for (post, standing) in (first..).zip(&plan.standing) {
                if standing.shifts.contains(&shift) {
                    posts.extend((0..standing.people).map(|_| post));
                }
            }
            slots.push(Slot { day: number, shift, start: it.start, minutes: it.minutes, posts });
        }
    }
    slots
}

struct Shown<'a> {
    plan: &'a Plan,
    slots: &'a [Slot],
    names: &'a [String],
    roster: &'a Roster,
}

fn at<T>(column: &[T], number: u32) -> Option<&T> {
    column.get(usize::try_from(number).ok()?)
}

impl Shown<'_> {
    fn post(&self, number: u32) -> &str {
        at(self.names, number).map_or("", String::as_str)
    }

    fn person(&self, number: u32) -> &str {
        at(&self.plan.people, number).map_or("", |person| person.name.as_str())
    }

    fn shift(&self, slot: &Slot) -> &str {
        at(&self.plan.shifts, slot.shift).map_or("", |shift| shift.name.as_str())
    }

    fn text(&self) -> String {
        let rules = &self.plan.rules;
        let mut parts = vec![format!(
            "{}\n{} to {}. Rest {} h, at most {} h and {} duties in seven days, {} nights in a \
             row; each comes {} min before the shift for the handover.",
            self.plan.title,
            day(self.plan.start, 0),
            day(self.plan.start, self.plan.days - 1),
            rules.rest_min / 60,
            rules.week_max / 60,
            rules.duties_a_week_max,
            rules.nights_running_max,
            rules.handover
        )];
        let mut rows = Vec::new();
        for (number, slot) in (0..).zip(self.slots) {
            let until = clock(slot.start + slot.minutes);
            let times = format!("{}-{until}", clock(slot.start));
            let lines = self.roster.lines.iter().filter(|line| line.slot == number);
            for line in lines {
                rows.push(vec![
                    day(self.plan.start, slot.day),
                    self.shift(slot).to_owned(),
                    times.clone(),
                    self.post(line.post).to_owned(),
                    self.person(line.person).to_owned(),
                ]);
            }
        }
        parts.push(table(&["date", "shift", "time", "post", "person"], &rows));
        let tallies = (0..).zip(&self.roster.tallies).map(|(number, tally)| {
            let hours = format!("{}:{:02}", tally.minutes / 60, tally.minutes % 60);
            let counts = [tally.duties, tally.nights].map(|count| count.to_string());
            [vec![self.person(number).to_owned()], counts.into(), vec![hours]].concat()
        });
        parts.push(table(&["person", "duties", "nights", "hours"], &tallies.collect::<Vec<_>>()));
        let most = self.roster.tallies.iter().map(|tally| tally.nights).max().unwrap_or(0);
        let least = self.roster.nights_at_least;
        parts.push(format!(
            "Nights: {most} at most; however they are shared, somebody has {least}."
        ));
        parts.extend(self.roster.unmet.iter().map(|unmet| self.reason(unmet)));
        parts.join("\n\n")
    }

    fn reason(&self, unmet: &Unmet) -> String {
        let slot = at(self.slots, unmet.slot);
        let when = slot.map_or_else(String::new, |slot| {
            format!("{}, {}", day(self.plan.start, slot.day), self.shift(slot))
        });
        let posts: Vec<&str> = unmet.posts.iter().map(|post| self.post(*post)).collect();
        let why: Vec<String> =
            unmet.why.iter().map(|(why, count)| format!("{count} {}", word(*why))).collect();
        let people = self.plan.people.len();
        format!("NOT MET {when}: {}. Of {people} people {}.", posts.join(", "), why.join(", "))
    }

    fn unmet(&self) -> Option<String> {
        let empty: usize = self.roster.unmet.iter().map(|unmet| unmet.posts.len()).sum();
        let least = self.roster.missing_at_least;
        (empty > 0).then(|| {
            format!("{empty} duties have nobody; under these rules at least {least} cannot be met")
        })
    }

    fn json(&self) -> Value {
        let lines = self.roster.lines.iter().filter_map(|line| {
            let slot = at(self.slots, line.slot)?;
            Some(json!({
                "date": day(self.plan.start, slot.day), "shift": self.shift(slot),
                "from": clock(slot.start), "minutes": slot.minutes,
                "post": self.post(line.post), "person": self.person(line.person),
            }))
        });
        let tallies = (0..).zip(&self.roster.tallies).map(|(number, tally)| {
            json!({
                "person": self.person(number), "duties": tally.duties, "nights": tally.nights,
                "minutes": tally.minutes,
            })
        });
        let unmet = self.roster.unmet.iter().filter_map(|unmet| {
            let slot = at(self.slots, unmet.slot)?;
            let posts: Vec<&str> = unmet.posts.iter().map(|post| self.post(*post)).collect();
            let why: BTreeMap<&str, u32> =
                unmet.why.iter().map(|(why, count)| (code(*why), *count)).collect();
            Some(json!({
                "date": day(self.plan.start, slot.day), "shift": self.shift(slot),
                "posts": posts, "why": why,
            }))
        });
        json!({
            "title": self.plan.title,
            "lines": lines.collect::<Vec<_>>(),
            "people": tallies.collect::<Vec<_>>(),
            "unmet": unmet.collect::<Vec<_>>(),
            "missing_at_least": self.roster.missing_at_least,
            "nights_at_least": self.roster.nights_at_least,
        })
    }
}

const fn word(why: Why) -> &'static str {
    match why {
        Why::Away => "are away",
        Why::OnDuty => "are on duty then",
        Why::Rest => "would not have rested",
        Why::Week => "have had a week's duty",
        Why::Nights => "have had their nights in a row",
    }
}

const fn code(why: Why) -> &'static str {
    match why {
        Why::Away => "away",
        Why::OnDuty => "on_duty",
        Why::Rest => "rest",
        Why::Week => "week",
        Why::Nights => "nights",
    }
}
