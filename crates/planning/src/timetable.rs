//! `fleet plan`: the timetable of convoys, and who waits how long.

use cli::trouble::Trouble;
use fleet::demand::Never;
use fleet::measure::{Measures, Waits, measure};
use fleet::plan::{Plan, parse};
use fleet::queue::{DUE, Departure, Timetable, run};
use post::file::{clock, day};
use serde_json::{Value, json};

use crate::answer::{Answer, malformed};
use crate::table::table;

/// Makes the timetable.
pub fn plan(path: &str, text: &str) -> Result<Answer, Trouble> {
    let plan = parse(text).map_err(|wrong| malformed(path, &wrong))?;
    if plan.demand.movements.is_empty() {
        let what = format!("`{path}` has no movement");
        return Err(Trouble::malformed(what).hint("name them under [[movement]]"));
    }
    let timetable = run(&plan.demand).map_err(|cause| {
        Trouble::malformed(format!("`{path}`: {cause}")).hint("mend what it names")
    })?;
    let measures = measure(&plan.demand, &timetable);
    let shown = Shown { plan: &plan, timetable: &timetable, measures: &measures };
    let never = timetable.never.len();
    let unmet = (never > 0).then(|| format!("{never} movements can never leave with this fleet"));
    Ok(Answer { text: shown.text(), json: shown.json(), unmet })
}

struct Shown<'a> {
    plan: &'a Plan,
    timetable: &'a Timetable,
    measures: &'a Measures,
}

fn at<T>(column: &[T], number: u32) -> Option<&T> {
    column.get(usize::try_from(number).ok()?)
}

impl Shown<'_> {
    fn moment(&self, minute: u32) -> String {
        format!("{} {}", day(self.plan.start, minute / 1_440), clock(minute))
    }

    fn company(&self, number: u32) -> &str {
        at(&self.plan.demand.companies, number).map_or("", String::as_str)
    }

    fn district(&self, number: u32) -> &str {
        at(&self.plan.demand.districts, number).map_or("", |it| it.name.as_str())
    }

    fn vehicles(&self, departure: &Departure) -> Vec<&str> {
        let all = &self.plan.demand.vehicles;
        departure.vehicles.iter().filter_map(|it| Some(at(all, *it)?.name.as_str())).collect()
    }

    fn drivers(&self, departure: &Departure) -> Vec<&str> {
        let all = &self.plan.demand.drivers;
        departure.drivers.iter().filter_map(|it| Some(at(all, *it)?.name.as_str())).collect()
    }

    // When the convoy is at each hand-over point, and whose teams take it over there.
    fn handovers(&self, departure: &Departure) -> Vec<(u32, String, String)> {
        let Some(movement) = at(&self.plan.demand.movements, departure.movement) else {
            return Vec::new();
        };
        let points = at(&self.plan.points, departure.movement).map_or(&[][..], Vec::as_slice);
        let later = movement.spans().into_iter().zip(&movement.legs).skip(1);
        let named = later.zip(points).map(|(((from, _), leg), point)| {
            (departure.leaves + from, point.clone(), self.district(leg.district).to_owned())
        });
        named.collect()
    }

    fn text(&self) -> String {
        let rows: Vec<Vec<String>> =
            self.timetable.departures.iter().filter_map(|it| self.row(it)).collect();
        let heading = ["leaves", "arrives", "waited", "movement", "company", "vehicles", "drivers"];
        let mut parts = vec![self.plan.title.clone()];
        let heading: Vec<&str> = heading.into_iter().chain(["hand-over"]).collect();
        parts.push(table(&heading, &rows));
        parts.push(self.waits());
        let never = self.timetable.never.iter();
        parts.extend(never.map(|(number, why)| {
            let name = at(&self.plan.demand.movements, *number).map_or("", |it| it.name.as_str());
            format!("NEVER {name}: {}.", self.reason(*why))
        }));
        parts.join("\n\n")
    }

    fn row(&self, departure: &Departure) -> Option<Vec<String>> {
        let movement = at(&self.plan.demand.movements, departure.movement)?;
        let points = self.handovers(departure).into_iter();
        let points = points
            .map(|(minute, point, district)| format!("{} {point} to {district}", clock(minute)));
        Some(vec![
            self.moment(departure.leaves),
            clock(departure.leaves + movement.minutes()),
            departure.waited.to_string(),
            movement.name.clone(),
            self.company(movement.company).to_owned(),
            self.vehicles(departure).join("+"),
            self.drivers(departure).join("+"),
            points.collect::<Vec<_>>().join(", "),
        ])
    }

    fn waits(&self) -> String {
        let row = |name: &str, waits: &Waits| {
            let mean = format!("{:.1}", waits.mean);
            let counts = [waits.median, waits.p95, waits.worst].map(|it| it.to_string());
            let first = vec![name.to_owned(), waits.count.to_string(), mean];
            [first, counts.into()].concat()
        };
        let companies = self.plan.demand.companies.iter().zip(&self.measures.companies);
        let mut rows: Vec<Vec<String>> = companies.map(|(name, it)| row(name, it)).collect();
        rows.push(row("all", &self.measures.all));
        let heading = ["minutes waited", "movements", "mean", "median", "p95", "worst"];
        format!(
            "{}\n\nFairness {:.3} (Jain; 1 if all companies wait alike). No timetable of this \
             fleet has a lower mean than {:.1}. With {} vehicles nobody would wait for one; there \
             are {}. Whoever has waited {DUE} minutes is overtaken by nobody.",
            table(&heading, &rows),
            self.measures.fairness,
            self.measures.mean_at_least,
            self.measures.vehicles_wanted,
            self.plan.demand.vehicles.len()
        )
    }

    fn reason(&self, never: Never) -> String {
        match never {
            Never::Seats { most } => format!("one convoy has {most} seats of that armour at most"),
            Never::Drivers { needed, there } => {
                format!("it takes {needed} drivers at once within their hours, there are {there}")
            }
            Never::Escorts { district, there } => {
                format!("`{}` has {there} escort teams, too few for it", self.district(district))
            }
        }
    }

    fn json(&self) -> Value {
        let departures = self.timetable.departures.iter().filter_map(|departure| {
            let movement = at(&self.plan.demand.movements, departure.movement)?;
            let points = self.handovers(departure).into_iter().map(|(minute, point, district)| {
                json!({ "at": self.moment(minute), "point": point, "to": district })
            });
            Some(json!({
                "movement": movement.name, "company": self.company(movement.company),
                "leaves": self.moment(departure.leaves),
                "arrives": self.moment(departure.leaves + movement.minutes()),
                "waited_minutes": departure.waited, "vehicles": self.vehicles(departure),
                "drivers": self.drivers(departure), "handovers": points.collect::<Vec<_>>(),
                "escorts": departure.escorts,
            }))
        });
        let never = self.timetable.never.iter().filter_map(|(number, why)| {
            let name = &at(&self.plan.demand.movements, *number)?.name;
            Some(json!({ "movement": name, "why": self.reason(*why) }))
        });
        let companies = self.plan.demand.companies.iter().zip(&self.measures.companies);
        let companies = companies.map(|(name, it)| json!({ "company": name, "waits": waits(it) }));
        json!({
            "title": self.plan.title,
            "departures": departures.collect::<Vec<_>>(),
            "never": never.collect::<Vec<_>>(),
            "waits": waits(&self.measures.all),
            "companies": companies.collect::<Vec<_>>(),
            "fairness": self.measures.fairness,
            "mean_at_least": self.measures.mean_at_least,
            "vehicles_wanted": self.measures.vehicles_wanted,
        })
    }
}

fn waits(waits: &Waits) -> Value {
    json!({
        "movements": waits.count, "mean": waits.mean, "median": waits.median, "p95": waits.p95,
        "worst": waits.worst,
    })
}
