//! `route game`, `route plan`, `route draw`, `route audit`.

use std::path::Path;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use planner::lever::Kind;
use planner::list::{BYTES_MAX, Drawn, List};
use planner::report::{Report, solve, via};
use planner::told;
use serde_json::json;
use words::hash::hex;

use crate::files::{Pending, unread};
use crate::posed::{Seeds, effort, posed, question, refused, seeds, terrain};

/// Routes, chokepoints and so on that are printed; JSON has them all.
const SHOWN_MAX: usize = 20;

/// Names of a route that are printed.
const NAMES_SHOWN: usize = 8;

/// Solves a question.
pub fn game(given: &Given) -> Result<(), Trouble> {
    let terrain = terrain(given)?;
    let question = question(given, given.beside()?, given.beside_it()?)?;
    let posed = posed(given, &terrain, &question)?;
    let solved = solve(&terrain, (&question, &posed), effort(given)?, &mut || true);
    let (report, _) = solved.map_err(|no| refused(&terrain, &no))?;
    if given.json {
        print::json(&told::json(&report));
    } else {
        print::answer(&text(&report));
    }
    Ok(())
}

/// Writes the list that is drawn from.
pub fn plan(given: &Given) -> Result<(), Trouble> {
    let out = given.need("out")?;
    if Path::new(out).exists() {
        let what = format!("`{out}` is there already");
        return Err(Trouble::refused(what).hint("a list that somebody signed is not written over"));
    }
    let terrain = terrain(given)?;
    let question = question(given, given.beside()?, given.beside_it()?)?;
    let posed = posed(given, &terrain, &question)?;
    let solved = solve(&terrain, (&question, &posed), effort(given)?, &mut || true);
    let (report, mixture) = solved.map_err(|no| refused(&terrain, &no))?;
    let list = List::of((&question.from, &question.to), question.slots, &posed, &mixture);
    let pending = Pending::begin(Path::new(out))?;
    pending.finish_secret(list.to_string().as_bytes())?;
    let hash = hex(&list.hash().0);
    if given.json {
        print::json(&json!({
            "file": out, "sha256": hash, "routes": list.ways.len(), "slots": list.slots,
            "value": report.value, "bound": report.bound,
        }));
        return Ok(());
    }
    print::answer(&format!(
        "{out}: {} routes, {} minutes; caught {:.4} at most, {:.4} by any list\nsha256 {hash}",
        list.ways.len(),
        list.slots,
        report.value,
        report.bound
    ));
    Ok(())
}

/// Draws a minute and a route.
pub fn draw(given: &Given) -> Result<(), Trouble> {
    let list = list(given)?;
    let seeds = seeds(given)?.ok_or_else(|| {
        Trouble::malformed("a draw needs `--mine SEED` and `--theirs SEED`")
            .hint("both parties show theirs when the agreed time has come")
    })?;
    let drawn = drawn(&list, &seeds)?;
    let names = match given.get("roads") {
        Some(_) => Some(named(given, &list, drawn)?),
        None => None,
    };
    if given.json {
        print::json(&json!({
            "sha256": hex(&list.hash().0), "slot": drawn.slot, "route": drawn.route, "via": names,
        }));
        return Ok(());
    }
    print::answer(&format!("minute {}, route {}, counted from 0", drawn.slot, drawn.route));
    if let Some(names) = names {
        print::answer(&format!("  {}", names.join(" → ")));
    }
    Ok(())
}

fn drawn(list: &List, seeds: &Seeds) -> Result<Drawn, Trouble> {
    let drawn = list.draw(&seeds.host, &seeds.guest);
    drawn.ok_or_else(|| Trouble::malformed("the list has nothing to draw from"))
}

fn named(given: &Given, list: &List, drawn: Drawn) -> Result<Vec<String>, Trouble> {
    let terrain = terrain(given)?;
    let question = of_list(given, list)?;
    let posed = posed(given, &terrain, &question)?;
    if !list.is_of(&posed).0 {
        return Err(Trouble::unverified("these are other roads than those of the list"));
    }
    let way = list.ways.get(drawn.route);
    Ok(way.map(|way| via(&terrain, &posed.stage, &way.arcs)).unwrap_or_default())
}

/// Proves a list, and a draw from it.
pub fn audit(given: &Given) -> Result<(), Trouble> {
    let list = list(given)?;
    let terrain = terrain(given)?;
    let question = of_list(given, &list)?;
    let posed = posed(given, &terrain, &question)?;
    let (network, threat) = list.is_of(&posed);
    if !network || !threat {
        let other = if network { "weights" } else { "roads" };
        let what = format!("these are other {other} than those of the list");
        let hint = "give the same `--roads`, `--overlay`, `--threat`, `--guards`, `--watched` and \
                    `--held` as when it was made";
        return Err(Trouble::unverified(what).hint(hint));
    }
    let verdict = list.prove(&posed).map_err(|no| {
        Trouble::unverified("the list does not hold").because(&no).hint(no.remedy())
    })?;
    let gap: f64 = given.read("gap")?.unwrap_or(0.01);
    let again = seeds(given)?.map(|seeds| drawn(&list, &seeds)).transpose()?;
    let claimed = given.get("drawn").map(claim).transpose()?;
    let follows = claimed.is_none_or(|claimed| again == Some(claimed));
    let proved = verdict.gap() <= gap;
    if given.json {
        print::json(&json!({
            "sha256": hex(&list.hash().0), "upper": verdict.value(), "lower": verdict.bound(),
            "gap": verdict.gap(), "proved": proved,
            "slot": again.map(|it| it.slot), "route": again.map(|it| it.route),
            "draw_follows": claimed.map(|_| follows),
        }));
    } else {
        print::answer(&format!("sha256 {}", hex(&list.hash().0)));
        print::answer(&format!(
            "no ambush catches more than {:.6}; no list within the limit does better than {:.6}",
            verdict.value(),
            verdict.bound()
        ));
        if let Some(Drawn { slot, route }) = again {
            print::answer(&format!("the seeds draw minute {slot}, route {route}"));
        }
    }
    if !follows {
        let what = "the draw does not follow from the list and the seeds";
        return Err(Trouble::unverified(what).hint("somebody showed another seed or another list"));
    }
    if proved {
        return Ok(());
    }
    let what = format!("the bounds are {:.4} apart, more than {gap}", verdict.gap());
    Err(Trouble::unverified(what)
        .hint("make it again with more `--work`, or allow a wider `--gap`"))
}

fn claim(text: &str) -> Result<Drawn, Trouble> {
    let read = || {
        let (slot, route) = text.split_once(',')?;
        Some(Drawn { slot: slot.trim().parse().ok()?, route: route.trim().parse().ok()? })
    };
    read().ok_or_else(|| {
        Trouble::malformed(format!("`--drawn {text}` is no draw")).hint("such as `--drawn 4,0`")
    })
}

fn list(given: &Given) -> Result<List, Trouble> {
    let path = given.beside()?;
    let size = std::fs::metadata(path).map_err(|cause| unread(path, &cause))?.len();
    if size > u64::try_from(BYTES_MAX).unwrap_or(u64::MAX) {
        return Err(Trouble::malformed(format!("`{path}` is longer than a list of routes")));
    }
    let text = std::fs::read_to_string(path).map_err(|cause| unread(path, &cause))?;
    List::parse(&text).map_err(|cause| {
        Trouble::malformed(format!("`{path}` is no list of routes"))
            .because(&cause)
            .hint("`safeconduct route plan` makes one; compare its hash with the other party's")
    })
}

// The question that the list itself names; guards and the like come from the options.
fn of_list(given: &Given, list: &List) -> Result<planner::question::Question, Trouble> {
    let first = |gates: &[String]| gates.first().cloned().unwrap_or_default();
    let mut question = question(given, &first(&list.from), &first(&list.to))?;
    question.from.clone_from(&list.from);
    question.to.clone_from(&list.to);
    question.slots = list.slots;
    Ok(question)
}

fn text(report: &Report) -> String {
    let per_cent = |part: f64| format!("{:.1} %", part * 100.0);
    let mut lines = vec![format!(
        "caught {:.4} by the best ambush; proved: no mixture is below {:.4}",
        report.value, report.bound
    )];
    lines.push(format!(
        "the fastest route every time: {:.4}; with minutes, leaks and all attackers: {:.4}",
        report.fastest_value, report.remains
    ));
    lines.push(format!(
        "{} fastest, {} in the mean (+{}), {} at most (+{})",
        minutes(report.fastest_ms),
        minutes(report.expected_ms),
        per_cent(report.expected_detour()),
        minutes(report.worst_ms),
        per_cent(report.worst_detour())
    ));
    lines.push(format!(
        "to guess: {:.2} bits of route, {:.2} bits of minute",
        report.route_bits, report.minute_bits
    ));
    lines.push(String::new());
    lines.push("routes, and how likely each is drawn:".to_owned());
    for route in report.routes.iter().take(SHOWN_MAX) {
        let names: Vec<&str> = route.via.iter().take(NAMES_SHOWN).map(String::as_str).collect();
        let more = if route.via.len() > NAMES_SHOWN { " → …" } else { "" };
        let (share, time) = (per_cent(route.share), minutes(route.millis));
        lines.push(format!("  {share:>7}  {time:>8}  {}{more}", names.join(" → ")));
    }
    if report.routes.len() > SHOWN_MAX {
        lines
            .push(format!("  … and {} more; --json has them all", report.routes.len() - SHOWN_MAX));
    }
    lines.push(String::new());
    lines.push("chokepoints: how often he waits there, how often we pass, dual price:".to_owned());
    for point in report.chokepoints.iter().take(SHOWN_MAX) {
        let (share, passed) = (per_cent(point.share), per_cent(point.passed));
        let (price, name) = (point.price, named_as(&point.reference, &point.name));
        lines.push(format!("  {share:>7}  {passed:>7}  {price:.4}  {name}"));
    }
    lines.push(String::new());
    lines.extend(residual(report));
    lines.push("levers, each alone, and what would remain:".to_owned());
    for lever in report.levers.iter().take(SHOWN_MAX) {
        lines.push(format!("  {:.4}  {}", lever.remains, pulled(lever.kind, &lever.name)));
    }
    lines.join("\n")
}

fn residual(report: &Report) -> Vec<String> {
    if report.residual.is_empty() {
        return vec!["no road is on every route within the budget".to_owned(), String::new()];
    }
    let mut lines = vec!["on every route, whatever is drawn; only a guard or a gate helps:".into()];
    for it in report.residual.iter().take(SHOWN_MAX) {
        lines.push(format!("  {:.4}  {}", it.weight, named_as(&it.reference, &it.name)));
    }
    lines.push(String::new());
    lines
}

fn named_as(reference: &str, name: &str) -> String {
    if reference == name { name.to_owned() } else { format!("{name} ({reference})") }
}

fn pulled(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Guard => format!("a guard on {name}"),
        Kind::Exit => format!("a second gate to leave by: {name}"),
        Kind::Gate => format!("a second gate to arrive by: {name}"),
        Kind::Hold => "hold: draw the minute from twice as many".to_owned(),
        Kind::Decoy => "a decoy convoy on a route of its own draw".to_owned(),
        Kind::Advance => "an advance party on the drawn route".to_owned(),
    }
}

fn minutes(millis: u64) -> String {
    let seconds = millis / 1_000;
    format!("{}:{:02} min", seconds / 60, seconds % 60)
}
