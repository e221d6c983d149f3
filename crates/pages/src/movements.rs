//! The list of movements, and the form that gives notice of a new one.

use maud::{Markup, html};
use sheet::term::Naming;
use words::id::{MovementId, UnitId, ZoneId};
use words::moment::{Moment, Window};

use sheet::form::{Fill, act};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::own;

/// A movement in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub id: MovementId,
    /// Its state, a word of `term::MOVEMENT_STATES`.
    pub state: String,
    /// Where.
    pub zone: ZoneId,
    /// Within which hours, as far as the reader may know.
    pub window: Window,
    /// Seats asked for, dummies included.
    pub seats: u32,
    /// The unit that the map selects for it.
    pub unit: Option<UnitId>,
    /// Until when the host consents.
    pub consent_until: Option<Moment>,
    /// Alarms that are not resolved.
    pub alarms: u32,
    /// The priority of the most urgent of them: 1, 2 or 3.
    pub worst: Option<u8>,
}

/// Every movement that the reader may know of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// In any order; shown by start.
    pub rows: Vec<Row>,
    /// What the notice form holds already, with the choices of `zone`; `None` if the reader
    /// cannot give notice.
    pub notice: Option<Fill>,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("nav-movements")) }
        div class="dims" data-fragment="/fragment/movement-list" data-on="movements alarms" {
            (fragment_list(view, frame))
        }
        @if let Some(fill) = &view.notice {
            section class="card" aria-labelledby="h-notice" {
                h2 id="h-notice" { (tongue.say("act-capacity_noticed")) }
                p class="meta" { (tongue.say("notice-what")) }
                (act(frame, "capacity_noticed", "new", fill))
            }
        }
    };
    framed(frame, &Sheet { title: tongue.say("nav-movements"), class: "page wide", main })
}

/// The list, next to start first.
pub fn fragment_list(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let mut rows: Vec<&Row> = view.rows.iter().collect();
    rows.sort_by_key(|row| (row.window, row.id.clone()));
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(tongue.say("nav-movements")) {
            table class="table rows" {
                thead { tr {
                    th scope="col" { (tongue.say("movement")) }
                    th scope="col" { (tongue.say("state")) }
                    th scope="col" { (tongue.say("field-zone")) }
                    th scope="col" { (tongue.say("when")) }
                    th scope="col" { (tongue.say("field-seats")) }
                    th scope="col" { (tongue.say("alarms")) }
                } }
                tbody { @for row in &rows { (line(row, frame)) } }
            }
        }
        @if rows.is_empty() { p class="empty" { (tongue.say("movements-none")) } }
    }
}

/// A movement's state; its shape and colour follow the worst alarm.
pub fn state_chip(state: &str, worst: Option<u8>, frame: &Frame) -> Markup {
    let class = match (worst, state) {
        (Some(1), _) => "alarm",
        (Some(_), _) | (None, "held" | "diverted" | "refused" | "aborted") => "attention",
        (None, "under_way" | "arrived") => "ok",
        (None, _) => "plain",
    };
    html! { span class={ "chip " (class) } { (frame.tongue().word("state", state)) } }
}

fn line(row: &Row, frame: &Frame) -> Markup {
    let unit = row.unit.as_ref().map(UnitId::as_str);
    html! {
        tr data-unit=[unit] data-key={ "movement-" (row.id) } {
            th scope="row" { a href={ "/m/" (row.id) } { (own(&row.id)) } }
            td { (state_chip(&row.state, row.worst, frame)) }
            td { (frame.zone(&row.zone)) }
            td { (stamp::window(row.window)) }
            td class="num" { (row.seats) }
            td class="num" { (row.alarms) }
        }
    }
}
