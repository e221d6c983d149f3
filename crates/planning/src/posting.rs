//! `post plan`: chances of guards and escorts, and team orders.

use cli::trouble::Trouble;
use post::comb::lot;
use post::escort::{Escorts, escort};
use post::file::{clock, day};
use post::origami::{Allocation, WHOLE, allocate};
use post::plan::{Drawn, Escorted, Plan, parse};
use post::team::{Orders, draw};
use serde_json::{Value, json};

use crate::answer::{Answer, malformed};
use crate::seeds::Seeds;
use crate::table::table;

/// Sites that are printed; JSON has them all.
const SHOWN_MAX: usize = 60;

/// Finds the chances.
pub fn plan(path: &str, text: &str, seeds: Option<&Seeds>) -> Result<Answer, Trouble> {
    let plan = parse(text).map_err(|wrong| malformed(path, &wrong))?;
    if plan.drawn.is_none() && plan.escorted.is_none() {
        let hint = "name sites under [[site]], or movements under [[movement]]";
        let what = format!("`{path}` has nothing to protect");
        return Err(Trouble::malformed(what).hint(hint));
    }
    let mut parts = vec![plan.title.clone()];
    let mut json = json!({ "title": plan.title });
    if let Some(drawn) = &plan.drawn {
        let (part, value) = of_sites(drawn);
        parts.push(part);
        put(&mut json, "guards", value);
    }
    if let Some(escorted) = &plan.escorted {
        let escorts = escort(&escorted.day).map_err(|cause| {
            Trouble::malformed(format!("`{path}`: {cause}")).hint("mend the movements")
        })?;
        let orders = seeds.map(|seeds| {
            let subject = format!("escorts/{}", day(plan.start, 0));
            draw(&escorts, &mut lot(&subject, &seeds.host, &seeds.guest))
        });
        let (part, value) = of_escorts(&plan, escorted, &escorts, orders.as_deref());
        parts.push(part);
        put(&mut json, "escorts", value);
    }
    Ok(Answer { text: parts.join("\n\n"), json, unmet: None })
}

fn put(json: &mut Value, name: &str, value: Value) {
    if let Some(object) = json.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

fn of_sites(drawn: &Drawn) -> (String, Value) {
    let found = allocate(&drawn.sites, drawn.guards);
    let more = allocate(&drawn.sites, drawn.guards.saturating_add(1));
    let name = |site: u32| named(&drawn.names, site);
    let mut shown: Vec<_> = found.cover.iter().collect();
    shown.sort_by_key(|cover| (std::cmp::Reverse(cover.weight), cover.site));
    let rows: Vec<Vec<String>> = shown
        .iter()
        .take(SHOWN_MAX)
        .map(|cover| vec![name(cover.site), percent(found.chance(cover.site))])
        .collect();
    let bare = drawn.sites.count() - found.cover.len();
    let mut lines = vec![format!(
        "{} guards over {} sites. An attacker expects {:.2} at best, one more guard: {:.2}.",
        drawn.guards,
        drawn.sites.count(),
        found.threat,
        more.threat
    )];
    lines.extend(idle(&found));
    lines.push(format!(
        "Of what is best to him, `{}` is best to the protected, who have {:.2} left then.\n",
        name(found.struck),
        found.left
    ));
    lines.push(table(&["site", "a guard stands there"], &rows));
    if shown.len() > SHOWN_MAX {
        lines.push(format!("… and {} more; --json has them all", shown.len() - SHOWN_MAX));
    }
    if bare > 0 {
        lines.push(format!("{bare} sites are worth less to him than that, and get no guard."));
    }
    let chances = found.cover.iter().map(|cover| {
        let chance = found.chance(cover.site);
        json!({ "site": name(cover.site), "weight": cover.weight, "chance": chance })
    });
    let chances: Vec<Value> = chances.collect();
    let json = json!({
        "guards": drawn.guards, "threat": found.threat, "threat_with_one_more": more.threat,
        "struck": name(found.struck), "left": found.left, "whole": WHOLE, "chances": chances,
        "idle": share(found.idle),
    });
    (lines.join("\n"), json)
}

fn idle(found: &Allocation) -> Option<String> {
    let idle = share(found.idle);
    (found.idle > 0).then(|| {
        format!("{idle:.2} of them change nothing more: he would strike a guarded site even so.")
    })
}

// How many wholes; fifty-two digits are more than anybody reads.
fn share(weight: u128) -> f64 {
    let thousandths = weight * 1_000 / u128::from(WHOLE);
    f64::from(u32::try_from(thousandths).unwrap_or(u32::MAX)) / 1_000.0
}

fn percent(chance: f64) -> String {
    format!("{:.1} %", chance * 100.0)
}

fn of_escorts(
    plan: &Plan,
    escorted: &Escorted,
    escorts: &Escorts,
    orders: Option<&[Orders]>,
) -> (String, Value) {
    let teams: u32 = escorted.day.bases.iter().map(|base| base.teams).sum();
    let name = |trip: u32| named(&escorted.names, trip);
    let mut lines = vec![format!(
        "{teams} escort teams, {} movements on {}. An attacker expects {:.2} at best.",
        escorted.names.len(),
        day(plan.start, 0),
        escorts.threat
    )];
    if !escorts.binding.is_empty() {
        let binding: Vec<String> = escorts.binding.iter().map(|trip| name(*trip)).collect();
        lines.push(format!(
            "What holds it up: only {} teams can be at these {}: {}.",
            escorts.teams_there,
            binding.len(),
            binding.join(", ")
        ));
    }
    let trips = escorted.day.trips.iter().zip(&escorts.cover).zip(0..);
    let rows: Vec<Vec<String>> = trips
        .map(|((trip, cover), number)| {
            let times = format!("{}-{}", clock(trip.leaves), clock(trip.arrives));
            vec![name(number), times, percent(share(u128::from(*cover)))]
        })
        .collect();
    lines.push(String::new());
    lines.push(table(&["movement", "time", "an escort goes with it"], &rows));
    let mut drawn = Vec::new();
    for (number, order) in (1_u32..).zip(orders.unwrap_or_default()) {
        let base = named(&escorted.bases, order.base);
        let trips: Vec<String> = order.trips.iter().map(|trip| name(*trip)).collect();
        if number == 1 {
            lines.push("\nDrawn for this day:".to_owned());
        }
        lines.push(format!("  team {number} from {base}: {}", trips.join(", then ")));
        drawn.push(json!({ "team": number, "base": base, "movements": trips }));
    }
    let chances = escorts.cover.iter().zip(0..).map(|(cover, number)| {
        json!({ "movement": name(number), "weight": cover, "chance": share(u128::from(*cover)) })
    });
    let chances: Vec<Value> = chances.collect();
    let json = json!({
        "teams": teams, "threat": escorts.threat, "whole": WHOLE, "chances": chances,
        "binding": escorts.binding.iter().map(|trip| name(*trip)).collect::<Vec<_>>(),
        "teams_there": escorts.teams_there, "orders": orders.map(|_| drawn),
    });
    (lines.join("\n"), json)
}

fn named(names: &[String], number: u32) -> String {
    let name = usize::try_from(number).ok().and_then(|at| names.get(at));
    name.cloned().unwrap_or_default()
}
