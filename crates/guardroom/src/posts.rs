//! Posts and rosters: who stands where, who rests, what leaves when.
//!
//! What guards are worth is a part of its own, for those who may see how predictable the past was.

use maud::{Markup, html};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::term::own;
use tongue::speech::Tongue;

/// A post and those on it; nobody, if it stays empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Which.
    pub name: String,
    /// Who, under pseudonyms.
    pub people: Vec<String>,
    /// So many places of it stay empty.
    pub empty: u32,
}

/// A shift of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// The date on which it begins.
    pub date: String,
    /// Its name.
    pub name: String,
    /// From when until when.
    pub times: String,
    /// When those who relieve come for the handover.
    pub handover: String,
    /// Is it now?
    pub now: bool,
    /// Its posts.
    pub posts: Vec<Post>,
}

/// Somebody who is not on duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resting {
    /// Who.
    pub person: String,
    /// Until when nobody may call him; nothing if he has rested.
    pub until: Option<String>,
    /// His next duty.
    pub next: Option<String>,
}

/// What one escort team does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Which.
    pub number: u32,
    /// Where it begins.
    pub base: String,
    /// What it goes with.
    pub movements: Vec<String>,
}

/// A roster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rota {
    /// What it is about.
    pub title: String,
    /// The SHA-256 of its plan.
    pub plan: String,
    /// The shifts of now.
    pub now: Vec<Shift>,
    /// The shift after.
    pub next: Option<Shift>,
    /// Who rests, and who is free.
    pub resting: Vec<Resting>,
    /// All days, each with its date; none for whoever may not foresee.
    pub days: Vec<(String, Vec<Shift>)>,
    /// Escort teams of the first day, which is named.
    pub teams: Option<(String, Vec<Team>)>,
    /// Places that stay empty, over all days.
    pub empty: u32,
}

/// A site, how often a guard stands there, and what an attack there still costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Which.
    pub name: String,
    /// How often.
    pub chance: String,
    /// What remains.
    pub remains: String,
    /// What it would be where nobody stands.
    pub bare: String,
}

/// What guards are worth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Worth {
    /// How many guards a shift has.
    pub guards: u32,
    /// What an attacker expects at best.
    pub threat: String,
    /// The same with one guard more.
    pub with_more: String,
    /// Sites, the most guarded first.
    pub sites: Vec<Site>,
    /// Sites that are not listed.
    pub more: u32,
    /// Movements with the chance of an escort.
    pub escorts: Vec<(String, String)>,
}

/// A convoy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Convoy {
    /// When it leaves.
    pub leaves: String,
    /// When it arrives.
    pub arrives: String,
    /// Which movement.
    pub movement: String,
    /// Whose.
    pub company: String,
    /// How many seats were asked for, and in what.
    pub seats: u32,
    /// The vehicles.
    pub vehicles: Vec<String>,
    /// Who drives them.
    pub drivers: Vec<String>,
    /// How long it has waited, in minutes.
    pub waited: u32,
    /// Where districts hand it over: the time, the point, to whom.
    pub handovers: Vec<(String, String, String)>,
}

/// Why a movement never leaves with this fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Never {
    /// So many seats at most.
    Seats(u32),
    /// So many drivers are needed, so many are there.
    Drivers(u32, u32),
    /// A district has too few escort teams.
    Escorts(String, u32),
}

/// A timetable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timetable {
    /// What it is about.
    pub title: String,
    /// What leaves from now on.
    pub convoys: Vec<Convoy>,
    /// Convoys that are not listed: gone, or far ahead.
    pub more: u32,
    /// Who asked for seats, for how many movements, and how long they waited: mean and worst.
    pub queue: Vec<(String, u32, String, u32)>,
    /// What never leaves.
    pub never: Vec<(String, Never)>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// Does this node have any of it?
    pub loaded: bool,
    /// The roster.
    pub rota: Option<Rota>,
    /// What guards are worth, for those who may see it.
    pub worth: Option<Worth>,
    /// The timetable.
    pub fleet: Option<Timetable>,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("posts")) }
        p class="meta" { (tongue.say("posts-what")) }
        div data-fragment="/fragment/posts" data-on="movements alarms headcount" {
            (fragment(view, frame))
        }
    };
    framed(frame, &Sheet { title: tongue.say("posts"), class: "page wide", main })
}

/// The page without what stays.
pub fn fragment(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @if !view.loaded { p class="empty" { (tongue.say("posts-none")) } }
        @if let Some(rota) = &view.rota { (of_now(rota, tongue)) }
        @if view.loaded && view.rota.is_none() { p class="empty" { (tongue.say("posts-undrawn")) } }
        @if let Some(fleet) = &view.fleet { (timetable(fleet, tongue)) }
        @if let Some(rota) = view.rota.as_ref().filter(|rota| !rota.days.is_empty()) {
            (days(rota, tongue))
        }
        @if let Some(worth) = &view.worth { (worth_of(worth, tongue)) }
    }
}

fn of_now(rota: &Rota, tongue: &Tongue) -> Markup {
    html! {
        section class="card" aria-labelledby="h-posts-now" {
            h2 id="h-posts-now" { (tongue.say("posts-now")) }
            p class="meta" { (own(&rota.title)) }
            @if rota.empty > 0 {
                p class="chip alarm" {
                    (tongue.say_with("posts-empty", &[("n", rota.empty.into())]))
                }
            }
            @if rota.now.is_empty() { p class="empty" { (tongue.say("posts-now-none")) } }
            @for shift in &rota.now { (of_shift(shift, tongue)) }
        }
        @if let Some(next) = &rota.next {
            section class="card" aria-labelledby="h-posts-next" {
                h2 id="h-posts-next" { (tongue.say("posts-next")) }
                p {
                    (tongue.say("posts-handover")) " " bdi dir="ltr" { (next.handover) " PKT" }
                }
                (of_shift(next, tongue))
            }
        }
        section class="card" aria-labelledby="h-posts-rest" {
            h2 id="h-posts-rest" { (tongue.say("posts-rest")) }
            p class="meta" { (tongue.say("posts-rest-what")) }
            div class="scroll" tabindex="0" role="region" aria-labelledby="h-posts-rest" {
                (resting(&rota.resting, tongue))
            }
        }
        @if let Some((date, teams)) = &rota.teams {
            section class="card" aria-labelledby="h-posts-teams" {
                h2 id="h-posts-teams" {
                    (tongue.say("posts-teams")) " " bdi dir="ltr" { (date) }
                }
                (orders(teams, tongue))
            }
        }
    }
}

fn of_shift(shift: &Shift, tongue: &Tongue) -> Markup {
    html! {
        table class="table" {
            caption {
                (own(&shift.name)) " · " bdi dir="ltr" { (shift.date) " " (shift.times) " PKT" }
                @if shift.now { " " span class="chip ok" { (tongue.say("posts-running")) } }
            }
            thead { tr {
                th scope="col" { (tongue.say("posts-post")) }
                th scope="col" { (tongue.say("posts-person")) }
            } }
            tbody { @for post in &shift.posts {
                tr {
                    th scope="row" { (own(&post.name)) }
                    td {
                        (names(&post.people))
                        @if post.empty > 0 {
                            " " span class="chip alarm" {
                                (tongue.say_with("posts-nobody", &[("n", post.empty.into())]))
                            }
                        }
                    }
                }
            } }
        }
    }
}

// Names in a row, each in its own direction.
fn names(names: &[String]) -> Markup {
    html! {
        @for (number, name) in names.iter().enumerate() {
            @if number > 0 { ", " }
            (own(name))
        }
    }
}

fn resting(people: &[Resting], tongue: &Tongue) -> Markup {
    html! {
        table class="table" {
            thead { tr {
                th scope="col" { (tongue.say("posts-person")) }
                th scope="col" { (tongue.say("posts-rests-until")) }
                th scope="col" { (tongue.say("posts-next-duty")) }
            } }
            tbody { @for one in people {
                tr {
                    th scope="row" { (own(&one.person)) }
                    td {
                        @match &one.until {
                            Some(until) => { bdi dir="ltr" { (until) " PKT" } }
                            None => { span class="chip ok" { (tongue.say("posts-free")) } }
                        }
                    }
                    td {
                        @match &one.next {
                            Some(next) => bdi dir="ltr" { (next) },
                            None => "–",
                        }
                    }
                }
            } }
        }
    }
}

fn orders(teams: &[Team], tongue: &Tongue) -> Markup {
    html! {
        table class="table" {
            thead { tr {
                th scope="col" { (tongue.say("posts-team")) }
                th scope="col" { (tongue.say("posts-base")) }
                th scope="col" { (tongue.say("posts-goes-with")) }
            } }
            tbody { @for team in teams {
                tr {
                    th scope="row" class="num" { (team.number) }
                    td { (own(&team.base)) }
                    td { (names(&team.movements)) }
                }
            } }
        }
    }
}

fn days(rota: &Rota, tongue: &Tongue) -> Markup {
    html! {
        section aria-labelledby="h-posts-days" {
            h2 id="h-posts-days" { (tongue.say("posts-days")) }
            p class="meta" { (tongue.say("posts-drawn")) }
            p class="proof" { (rota.plan) }
            @for (date, shifts) in &rota.days {
                details {
                    summary { bdi dir="ltr" { (date) } }
                    @for shift in shifts { (of_shift(shift, tongue)) }
                }
            }
        }
    }
}

fn worth_of(worth: &Worth, tongue: &Tongue) -> Markup {
    let numbers = [
        ("guards", worth.guards.into()),
        ("threat", worth.threat.clone().into()),
        ("more", worth.with_more.clone().into()),
    ];
    html! {
        section class="card" aria-labelledby="h-posts-worth" {
            h2 id="h-posts-worth" { (tongue.say("posts-worth")) }
            p class="meta" { (tongue.say("posts-worth-what")) }
            @if !worth.sites.is_empty() {
                p { (tongue.say_with("posts-threat", &numbers)) }
                div class="scroll" tabindex="0" role="region" aria-labelledby="h-posts-worth" {
                    (sites(&worth.sites, tongue))
                }
                @if worth.more > 0 {
                    p { (tongue.say_with("posts-sites-more", &[("n", worth.more.into())])) }
                }
            }
            @if !worth.escorts.is_empty() {
                table class="table" {
                    thead { tr {
                        th scope="col" { (tongue.say("posts-movement")) }
                        th scope="col" { (tongue.say("posts-escort-chance")) }
                    } }
                    tbody { @for (movement, chance) in &worth.escorts {
                        tr { th scope="row" { (own(movement)) } td class="num" { (chance) } }
                    } }
                }
            }
        }
    }
}

fn sites(sites: &[Site], tongue: &Tongue) -> Markup {
    html! {
        table class="table" {
            thead { tr {
                @for key in ["posts-site", "posts-chance", "posts-remains", "posts-bare"] {
                    th scope="col" { (tongue.say(key)) }
                }
            } }
            tbody { @for site in sites {
                tr {
                    th scope="row" { (own(&site.name)) }
                    td class="num" { (site.chance) }
                    td class="num" { (site.remains) }
                    td class="num" { (site.bare) }
                }
            } }
        }
    }
}

fn timetable(fleet: &Timetable, tongue: &Tongue) -> Markup {
    html! {
        section class="card" aria-labelledby="h-posts-fleet" {
            h2 id="h-posts-fleet" { (tongue.say("posts-fleet")) }
            p class="meta" { (own(&fleet.title)) }
            @if fleet.convoys.is_empty() {
                p class="empty" { (tongue.say("posts-fleet-none")) }
            } @else {
                div class="scroll" tabindex="0" role="region" aria-labelledby="h-posts-fleet" {
                    (convoys(&fleet.convoys, tongue))
                }
            }
            @if fleet.more > 0 {
                p { (tongue.say_with("posts-fleet-more", &[("n", fleet.more.into())])) }
            }
            @for (movement, never) in &fleet.never {
                p class="chip alarm" { (own(movement)) " " (why(never, tongue)) }
            }
            h3 id="h-posts-queue" { (tongue.say("posts-queue")) }
            p class="meta" { (tongue.say("posts-queue-what")) }
            div class="scroll" tabindex="0" role="region" aria-labelledby="h-posts-queue" {
                (queue(&fleet.queue, tongue))
            }
        }
    }
}

fn why(never: &Never, tongue: &Tongue) -> String {
    match never {
        Never::Seats(most) => tongue.say_with("posts-never-seats", &[("most", (*most).into())]),
        Never::Drivers(needed, there) => {
            let numbers = [("needed", (*needed).into()), ("there", (*there).into())];
            tongue.say_with("posts-never-drivers", &numbers)
        }
        Never::Escorts(district, there) => {
            let told = [("district", district.clone().into()), ("there", (*there).into())];
            tongue.say_with("posts-never-escorts", &told)
        }
    }
}

fn convoys(convoys: &[Convoy], tongue: &Tongue) -> Markup {
    html! {
        table class="table" {
            thead { tr {
                @for key in ["posts-leaves", "posts-movement", "posts-seats", "posts-vehicles",
                    "posts-drivers", "posts-waited", "posts-points"] {
                    th scope="col" { (tongue.say(key)) }
                }
            } }
            tbody { @for convoy in convoys {
                tr {
                    td { bdi dir="ltr" { (convoy.leaves) "–" (convoy.arrives) } }
                    th scope="row" {
                        (own(&convoy.movement)) " " span class="meta" { (own(&convoy.company)) }
                    }
                    td class="num" { (convoy.seats) }
                    td { (names(&convoy.vehicles)) }
                    td { (names(&convoy.drivers)) }
                    td class="num" {
                        (tongue.say_with("posts-minutes", &[("n", convoy.waited.into())]))
                    }
                    td {
                        @for (time, point, district) in &convoy.handovers {
                            div {
                                bdi dir="ltr" { (time) } " " (own(point)) " → " (own(district))
                            }
                        }
                    }
                }
            } }
        }
    }
}

fn queue(rows: &[(String, u32, String, u32)], tongue: &Tongue) -> Markup {
    html! {
        table class="table" {
            thead { tr {
                @for key in ["posts-company", "posts-asked", "posts-mean", "posts-worst"] {
                    th scope="col" { (tongue.say(key)) }
                }
            } }
            tbody { @for (company, movements, mean, worst) in rows {
                tr {
                    th scope="row" { (own(company)) }
                    td class="num" { (movements) }
                    td class="num" { (mean) }
                    td class="num" { (worst) }
                }
            } }
        }
    }
}
