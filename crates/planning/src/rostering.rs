//! `post roster`: the posts of each shift drawn, and people put on them.

use std::collections::BTreeMap;

use cli::trouble::Trouble;
use post::file::{clock, day};
use post::plan::parse;
use post::rest::Why;
use post::roster::Unmet;
use post::rota::{Lacks, Rota, rota};
use serde_json::{Value, json};

use crate::answer::{Answer, malformed};
use crate::seeds::Seeds;
use crate::table::table;

/// Draws posts, makes the roster, from seeds that no pledge binds to the plan.
pub fn roster(path: &str, text: &str, seeds: &Seeds) -> Result<Answer, Trouble> {
    let plan = parse(text).map_err(|wrong| malformed(path, &wrong))?;
    let made = rota(plan, [&seeds.host, &seeds.guest]).map_err(|lacks| lacking(path, lacks))?;
    Ok(answer(&made))
}

pub(crate) fn lacking(path: &str, lacks: Lacks) -> Trouble {
    Trouble::malformed(format!("`{path}`: {lacks}")).hint(lacks.remedy())
}

/// What is said of a roster.
pub(crate) fn answer(rota: &Rota) -> Answer {
    let shown = Shown { rota };
    Answer { text: shown.text(), json: shown.json(), unmet: shown.unmet() }
}

struct Shown<'a> {
    rota: &'a Rota,
}

impl Shown<'_> {
    fn text(&self) -> String {
        let rules = &self.rota.plan.rules;
        let mut parts = vec![format!(
            "{}\n{} to {}. Rest {} h, at most {} h and {} duties in seven days, {} nights in a \
             row; each comes {} min before the shift for the handover.",
            self.rota.plan.title,
            day(self.rota.plan.start, 0),
            day(self.rota.plan.start, self.rota.plan.days - 1),
            rules.rest_min / 60,
            rules.week_max / 60,
            rules.duties_a_week_max,
            rules.nights_running_max,
            rules.handover
        )];
        let mut rows = Vec::new();
        for (number, slot) in (0..).zip(&self.rota.slots) {
            let until = clock(slot.start + slot.minutes);
            let times = format!("{}-{until}", clock(slot.start));
            let lines = self.rota.roster.lines.iter().filter(|line| line.slot == number);
            for line in lines {
                rows.push(vec![
                    day(self.rota.plan.start, slot.day),
                    self.rota.shift(slot).to_owned(),
                    times.clone(),
                    self.rota.post(line.post).to_owned(),
                    self.rota.person(line.person).to_owned(),
                ]);
            }
        }
        parts.push(table(&["date", "shift", "time", "post", "person"], &rows));
        let tallies = (0..).zip(&self.rota.roster.tallies).map(|(number, tally)| {
            let hours = format!("{}:{:02}", tally.minutes / 60, tally.minutes % 60);
            let counts = [tally.duties, tally.nights].map(|count| count.to_string());
            [vec![self.rota.person(number).to_owned()], counts.into(), vec![hours]].concat()
        });
        parts.push(table(&["person", "duties", "nights", "hours"], &tallies.collect::<Vec<_>>()));
        let most = self.rota.roster.tallies.iter().map(|tally| tally.nights).max().unwrap_or(0);
        let least = self.rota.roster.nights_at_least;
        parts.push(format!(
            "Nights: {most} at most; however they are shared, somebody has {least}."
        ));
        parts.extend(self.rota.roster.unmet.iter().map(|unmet| self.reason(unmet)));
        parts.join("\n\n")
    }

    fn reason(&self, unmet: &Unmet) -> String {
        let slot = self.rota.slot(unmet.slot);
        let when = slot.map_or_else(String::new, |slot| {
            format!("{}, {}", day(self.rota.plan.start, slot.day), self.rota.shift(slot))
        });
        let posts: Vec<&str> = unmet.posts.iter().map(|post| self.rota.post(*post)).collect();
        let why: Vec<String> =
            unmet.why.iter().map(|(why, count)| format!("{count} {}", word(*why))).collect();
        let people = self.rota.plan.people.len();
        format!("NOT MET {when}: {}. Of {people} people {}.", posts.join(", "), why.join(", "))
    }

    fn unmet(&self) -> Option<String> {
        let empty: usize = self.rota.roster.unmet.iter().map(|unmet| unmet.posts.len()).sum();
        let least = self.rota.roster.missing_at_least;
        (empty > 0).then(|| {
            format!("{empty} duties have nobody; under these rules at least {least} cannot be met")
        })
    }

    fn json(&self) -> Value {
        let tallies = (0..).zip(&self.rota.roster.tallies).map(|(number, tally)| {
            json!({
                "person": self.rota.person(number), "duties": tally.duties, "nights": tally.nights,
                "minutes": tally.minutes,
            })
        });
        let unmet = self.rota.roster.unmet.iter().filter_map(|unmet| {
            let slot = self.rota.slot(unmet.slot)?;
            let posts: Vec<&str> = unmet.posts.iter().map(|post| self.rota.post(*post)).collect();
            let why: BTreeMap<&str, u32> =
                unmet.why.iter().map(|(why, count)| (code(*why), *count)).collect();
            Some(json!({
                "date": day(self.rota.plan.start, slot.day), "shift": self.rota.shift(slot),
                "posts": posts, "why": why,
            }))
        });
        json!({
            "title": self.rota.plan.title,
            "lines": self.rota.written(),
            "people": tallies.collect::<Vec<_>>(),
            "unmet": unmet.collect::<Vec<_>>(),
            "missing_at_least": self.rota.roster.missing_at_least,
            "nights_at_least": self.rota.roster.nights_at_least,
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
