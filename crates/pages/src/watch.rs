//! The watch: who moves, who is missing, what is wrong, is it live.

use sheet::term::Naming;
use std::cmp::Reverse;

use maud::{Markup, html};
use words::id::{UnitId, ZoneId};
use words::moment::Moment;
use words::presence::{Category, Rung};

use crate::alarm::{self, Alarm, AlarmState};
use crate::movements::{Row, state_chip};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::own;

/// How many alarms reach the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rate {
    /// In the last ten minutes.
    pub last_10_min: u32,
    /// In the last hour.
    pub last_hour: u32,
    /// More than a person can answer (ISA-18.2: more than ten in ten minutes).
    pub flood: bool,
}

/// A person not yet counted. Not counted is not missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncounted {
    /// The pseudonym.
    pub unit: UnitId,
    /// What this desk calls the person.
    pub label: String,
    /// Where to call, if this desk may know.
    pub phone: Option<String>,
    /// The last sign of life: when, and a word of `term::SOURCES`.
    pub last: Option<(Moment, String)>,
}

/// The count of protected persons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headcount {
    /// How many gave a sign of life in time.
    pub accounted: u32,
    /// How many are enrolled.
    pub enrolled: u32,
    /// The others.
    pub uncounted: Vec<Uncounted>,
}

/// Guest personnel present now, against what the host allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Where.
    pub zone: ZoneId,
    /// Who.
    pub category: Category,
    /// On which rung.
    pub rung: Rung,
    /// How many now.
    pub present: u32,
    /// How many at most.
    pub ceiling: u32,
}

/// The background: what has happened, in ranges, for sources differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Threat {
    /// Incidents in the picture.
    pub incidents: u32,
    /// Over how many days.
    pub days: u32,
    /// Persons killed: at least, at most.
    pub killed: (u32, u32),
    /// Persons injured: at least, at most.
    pub injured: (u32, u32),
}

/// Everything on the watch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// Alarms that are not resolved, and those just resolved.
    pub alarms: Vec<Alarm>,
    /// How many reach the desk.
    pub rate: Rate,
    /// The count.
    pub headcount: Headcount,
    /// The movements in hand.
    pub movements: Vec<Row>,
    /// Guest personnel present.
    pub presence: Vec<Presence>,
    /// Minutes that guest personnel have been present without a live consent: the number
    /// that the system exists to keep at 0.
    pub unconsented_minutes: u64,
    /// The background.
    pub threat: Threat,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 class="hush" { (tongue.say("nav-watch")) }
        section class="pane alarms-pane dims" aria-labelledby="h-alarms" {
            h2 id="h-alarms" { (tongue.say("alarms")) }
            div data-fragment="/fragment/alarms" data-on="alarms" {
                (fragment_alarms(view, frame))
            }
        }
        (map(frame))
        section class="pane side-pane dims" aria-label=(tongue.say("headcount")) {
            div id="headcount" data-fragment="/fragment/headcount" data-on="headcount"
                tabindex="-1" { (fragment_headcount(view, frame)) }
            div data-fragment="/fragment/movements" data-on="movements alarms" {
                (fragment_movements(view, frame))
            }
            div data-fragment="/fragment/presence" data-on="consent headcount" {
                (fragment_presence(view, frame))
            }
            (threat(view.threat, frame))
        }
    };
    framed(frame, &Sheet { title: tongue.say("nav-watch"), class: "watch", main })
}

/// The alarms, most urgent first: what nobody has seen before what somebody handles.
pub fn fragment_alarms(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let mut alarms: Vec<&Alarm> = view.alarms.iter().collect();
    alarms.sort_by_key(|alarm| {
        (alarm.state == AlarmState::Resolved, alarm.priority, seen(alarm), Reverse(alarm.raised))
    });
    let numbers = [("ten", view.rate.last_10_min.into()), ("hour", view.rate.last_hour.into())];
    html! {
        p class="meta" { (tongue.say_with("alarm-rate", &numbers)) }
        @if view.rate.flood {
            p class="chip attention" { (tongue.say("alarm-flood")) }
        }
        ol id="alarms" class="alarms" { @for alarm in &alarms { (alarm::item(alarm, frame)) } }
        @if alarms.is_empty() { p class="empty" { (tongue.say("alarms-none")) } }
    }
}

/// The headcount and the people not yet counted.
pub fn fragment_headcount(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let count = &view.headcount;
    let missing = count.enrolled.saturating_sub(count.accounted);
    html! {
        h2 { (tongue.say("headcount")) }
        p class="big-number" dir="ltr" {
            span { (count.accounted) } span class="of" { "/" (count.enrolled) }
        }
        meter class="bar" min="0" max=(count.enrolled.max(1)) value=(count.accounted)
            aria-label=(tongue.say("headcount")) {}
        @if missing == 0 {
            p class="chip ok" { (tongue.say("all-counted")) }
        } @else {
            p class="chip attention" {
                (tongue.say_with("not-counted", &[("n", missing.into())]))
            }
        }
        ul class="people" {
            @for person in &count.uncounted { (uncounted(person, frame)) }
        }
    }
}

/// The movements, those in trouble first.
pub fn fragment_movements(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let mut rows: Vec<&Row> = view.movements.iter().collect();
    rows.sort_by_key(|row| (row.worst.unwrap_or(u8::MAX), Reverse(row.alarms), row.id.clone()));
    html! {
        h2 { (tongue.say("nav-movements")) }
        table class="table rows" {
            thead { tr {
                th scope="col" { (tongue.say("movement")) }
                th scope="col" { (tongue.say("state")) }
                th scope="col" { (tongue.say("alarms")) }
                th scope="col" { (tongue.say("consent-until")) }
            } }
            tbody { @for row in &rows { (movement_row(row, frame)) } }
        }
        @if rows.is_empty() { p class="empty" { (tongue.say("movements-none")) } }
    }
}

/// Guest personnel present, each rung against its ceiling.
pub fn fragment_presence(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let minutes = view.unconsented_minutes;
    html! {
        h2 { (tongue.say("presence")) }
        p class={ "chip " (if minutes == 0 { "ok" } else { "alarm" }) } {
            (tongue.say_with("unconsented-minutes", &[("n", minutes.into())]))
        }
        div class="scroll" tabindex="0" role="region" aria-label=(tongue.say("presence")) {
            table class="table" {
                thead { tr {
                    th scope="col" { (tongue.say("field-zone")) }
                    th scope="col" { (tongue.say("field-category")) }
                    th scope="col" { (tongue.say("field-rung")) }
                    th scope="col" { (tongue.say("present-of-ceiling")) }
                } }
                tbody { @for row in &view.presence { (presence_row(row, frame)) } }
            }
        }
    }
}

fn seen(alarm: &Alarm) -> bool {
    alarm.state != AlarmState::Raised
}

fn map(frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let marks = [
        "protected",
        "guest_personnel",
        "host_personnel",
        "vehicle",
        "incident",
        "zone-in",
        "zone-out",
        "corridor",
    ];
    html! {
        section class="map-pane" aria-labelledby="h-map" {
            h2 id="h-map" class="hush" { (tongue.say("map")) }
            div id="map" class="map dims" data-scene="/geo/scene.json" tabindex="0" dir="ltr"
                role="region" data-label-in=(tongue.say("zoom-in"))
                data-label-out=(tongue.say("zoom-out")) data-label=(tongue.say("map-of-units"))
                data-label-killed=(tongue.say("incident-killed"))
                data-label-injured=(tongue.say("incident-injured"))
                data-label-conflicting=(tongue.say("incident-conflicting"))
                data-label-close=(tongue.say("close"))
                aria-label=(tongue.say("map-of-units")) {}
            p id="map-fallback" class="map-note" hidden { (tongue.say("map-fallback")) }
            div class="map-foot" {
                ul class="legend" {
                    @for mark in marks {
                        li { i class={ "mark " (mark) } {} (tongue.say(&format!("mark-{mark}"))) }
                    }
                }
                p class="attribution" { (tongue.say("attribution")) }
            }
            ul class="hush" id="map-list" data-empty=(tongue.say("map-empty"))
                data-ok=(tongue.say("map-unit-ok")) data-lost=(tongue.say("map-unit-lost"))
                data-attention=(tongue.say("map-unit-attention"))
                data-alarm=(tongue.say("map-unit-alarm")) {}
        }
    }
}

fn uncounted(person: &Uncounted, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        li data-unit=(person.unit) data-key={ "uncounted-" (person.unit) } tabindex="-1" {
            strong { (own(&person.label)) } " "
            @if let Some(phone) = &person.phone { a href={ "tel:" (phone) } { (own(phone)) } " " }
            span class="meta" {
                @match &person.last {
                    Some((at, source)) => {
                        (tongue.say("last-sign")) " " (stamp::age(*at, frame.now, tongue)) " · "
                        (tongue.word("source", source))
                    }
                    None => (tongue.say("no-sign")),
                }
            }
        }
    }
}

fn movement_row(row: &Row, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let unit = row.unit.as_ref().map(UnitId::as_str);
    html! {
        tr data-unit=[unit] data-key={ "movement-" (row.id) } tabindex="-1" {
            th scope="row" { a href={ "/m/" (row.id) } { (own(&row.id)) } }
            td { (state_chip(&row.state, row.worst, frame)) }
            td class="num" { (row.alarms) }
            td {
                @if let Some(until) = row.consent_until {
                    (stamp::countdown(until, frame.now))
                } @else { (tongue.say("none")) }
            }
        }
    }
}

fn presence_row(row: &Presence, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        tr {
            th scope="row" { (frame.zone(&row.zone)) }
            td { (tongue.term(row.category)) }
            td { (tongue.term(row.rung)) }
            td class="num" {
                span dir="ltr" { (row.present) "/" (row.ceiling) }
                @if row.present > row.ceiling {
                    " " span class="chip alarm" { (tongue.say("over-ceiling")) }
                }
            }
        }
    }
}

fn threat(threat: Threat, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let count = [("n", threat.incidents.into()), ("days", threat.days.into())];
    let range = |(least, most): (u32, u32)| {
        if least == most { least.to_string() } else { format!("{least}–{most}") }
    };
    let hurt = [("killed", range(threat.killed).into()), ("injured", range(threat.injured).into())];
    html! {
        section aria-labelledby="h-threat" {
            h2 id="h-threat" { (tongue.say("threat")) }
            p { (tongue.say_with("threat-count", &count)) }
            p { (tongue.say_with("threat-hurt", &hurt)) }
            p class="meta" { (tongue.say("threat-ranges")) }
        }
    }
}
