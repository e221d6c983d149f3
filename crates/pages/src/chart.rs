//! A picture of roads and routes that needs no script and no colour.
//!
//! A road is as wide as it is likely to be driven, a route carries its number where it is most
//! alone, a chokepoint its letter.

use maud::{Markup, PreEscaped, html};
use tongue::speech::Tongue;

/// A line of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stroke {
    /// What it stands for, as the roads name it.
    pub reference: String,
    /// How wide, in tenths of a unit.
    pub width: u32,
    /// Points, `x,y` with spaces between.
    pub points: String,
}

/// A mark of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Where, in whole units.
    pub at: (i32, i32),
    /// What is written there.
    pub text: String,
    /// What it stands for, as the roads name it.
    pub reference: String,
}

/// The picture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chart {
    /// How wide and how high it is.
    pub size: (i32, i32),
    /// West, south, east and north of it, in degrees: where a guard was dropped.
    pub bounds: String,
    /// Roads by how they are drawn: main roads, others, streets.
    pub roads: [Vec<Stroke>; 3],
    /// Roads that routes drive, the least driven first, so that the others lie above.
    pub routes: Vec<Stroke>,
    /// The routes' numbers.
    pub numbers: Vec<Spot>,
    /// Chokepoints' roads.
    pub chokes: Vec<Stroke>,
    /// Their letters.
    pub letters: Vec<Spot>,
    /// Where guards stand.
    pub guards: Vec<Spot>,
    /// The two ends.
    pub ends: Vec<Spot>,
    /// Whose map it is, as its licence asks; nothing for our own drawing.
    pub credit: &'static str,
}

/// The picture with its legend.
pub fn figure(chart: &Chart, tongue: &Tongue) -> Markup {
    let (width, height) = chart.size;
    html! {
        figure class="chart" {
            div class="scroll" tabindex="0" role="group" aria-label=(tongue.say("chart")) {
            svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) }
                role="img" aria-label=(tongue.say("chart")) data-chart=(chart.bounds)
                data-guard-label=(tongue.say("plan-guard")) direction="ltr" {
                (PreEscaped(roads(chart)))
                g class="chart-chokes" { @for stroke in &chart.chokes { (line(stroke)) } }
                g class="chart-routes" { @for stroke in &chart.routes { (line(stroke)) } }
                g class="chart-ends" { @for spot in &chart.ends { (mark(spot, 9)) } }
                g class="chart-numbers" { @for spot in &chart.numbers { (mark(spot, 10)) } }
                g class="chart-letters" { @for spot in &chart.letters { (square(spot)) } }
                g class="chart-guards" { @for spot in &chart.guards { (guard(spot)) } }
            }
            }
            figcaption class="meta" {
                (tongue.say("chart-legend"))
                span class="chart-drag" hidden { " " (tongue.say("chart-drag")) }
                @if !chart.credit.is_empty() { " " bdi lang="en" { (chart.credit) } }
            }
        }
    }
}

// Thousands of lines: one path a kind.
fn roads(chart: &Chart) -> String {
    let mut svg = String::new();
    for (kind, strokes) in ["main", "other", "street"].iter().zip(&chart.roads).rev() {
        svg.push_str("<path class=\"chart-road chart-");
        svg.push_str(kind);
        svg.push_str("\" d=\"");
        for stroke in strokes {
            svg.push('M');
            svg.push_str(&stroke.points);
        }
        svg.push_str("\"/>");
    }
    svg
}

fn line(stroke: &Stroke) -> Markup {
    let width = format!("{}.{}", stroke.width / 10, stroke.width % 10);
    html! { polyline points=(stroke.points) stroke-width=(width) fill="none" {} }
}

fn mark(spot: &Spot, radius: u32) -> Markup {
    let (x, y) = spot.at;
    html! {
        circle cx=(x) cy=(y) r=(radius) {}
        text x=(x) y=(y) { (spot.text) }
    }
}

fn square(spot: &Spot) -> Markup {
    let (x, y) = spot.at;
    html! {
        rect x=(x - 9) y=(y - 9) width="18" height="18" {}
        text x=(x) y=(y) { (spot.text) }
    }
}

// A shield, so that it is told from a letter without colour.
fn guard(spot: &Spot) -> Markup {
    let (x, y) = spot.at;
    let place = format!("translate({x} {y})");
    html! {
        g class="chart-guard" data-guard=(spot.reference) transform=(place) {
            path d="M-10 -11 L10 -11 L10 2 Q10 10 0 14 Q-10 10 -10 2 Z" {}
            text { (spot.text) }
        }
    }
}
