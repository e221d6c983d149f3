//! Posts, their roster and a timetable, as a node has loaded them.
//!
//! A roster is made again from its plan and both parties' seeds; one that does not follow from
//! them is not shown.

use std::sync::{Arc, Mutex, PoisonError};

use fleet::measure::{Measures, measure};
use fleet::plan::Plan as FleetPlan;
use fleet::queue::{Timetable, run};
use post::escort::{Escorts, escort};
use post::file::Wrong;
use post::origami::{Allocation, allocate};
use post::plan::{Plan, parse};
use post::rota::{Document, Order, Rota, Unfit};
use thiserror::Error;
use words::hash::Hash;

/// The texts of a node's files; each may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// What `post plan` reads.
    pub plan: Option<String>,
    /// What `post roster --out` wrote.
    pub roster: Option<String>,
    /// What `fleet plan` reads.
    pub fleet: Option<String>,
}

/// Which chances guards and escorts have.
#[derive(Debug, Clone)]
pub struct Chances {
    /// Over sites, and what one guard more would change.
    pub guards: Option<(Allocation, Allocation)>,
    /// With movements.
    pub escorts: Option<Escorts>,
}

/// A roster that follows from its plan and both seeds.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// Who stands where when.
    pub rota: Rota,
    /// What escort teams do on the first day.
    pub orders: Vec<Order>,
    /// The SHA-256 of the plan's file.
    pub plan: Hash,
}

/// A timetable.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// What is asked, and what there is.
    pub plan: FleetPlan,
    /// Who leaves when.
    pub timetable: Timetable,
    /// Who waits how long.
    pub measures: Measures,
}

/// What is shown.
#[derive(Debug, Clone, Default)]
pub struct Posted {
    /// The plan of posts and its chances.
    pub plan: Option<(Plan, Chances)>,
    /// Its roster.
    pub drawn: Option<Drawn>,
    /// The timetable.
    pub fleet: Option<Fleet>,
}

/// What is shown now: another file takes its place while the node runs.
pub type Board = Arc<Mutex<Arc<Posted>>>;

/// What a board shows now.
pub fn shown(board: &Board) -> Arc<Posted> {
    Arc::clone(&board.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Why files cannot be shown.
#[derive(Debug, Error)]
pub enum PostedError {
    /// The plan of posts is wrong.
    #[error("the plan of posts: {0}")]
    Plan(Wrong),
    /// A roster proves nothing without its plan.
    #[error("a roster is shown with its plan only")]
    NoPlan,
    /// The roster does not follow from its plan.
    #[error("the roster does not hold")]
    Roster(#[source] Unfit),
    /// The fleet's plan is wrong.
    #[error("the plan of the fleet: {0}")]
    Fleet(Wrong),
}

/// Reads what a node has.
pub fn posted(files: &Files) -> Result<Posted, PostedError> {
    let plan = files.plan.as_deref().map(of_plan).transpose()?;
    let drawn = match (&files.plan, &files.roster) {
        (_, None) => None,
        (None, Some(_)) => return Err(PostedError::NoPlan),
        (Some(plan), Some(roster)) => Some(of_roster(plan, roster).map_err(PostedError::Roster)?),
    };
    let fleet = files.fleet.as_deref().map(of_fleet).transpose()?;
    Ok(Posted { plan, drawn, fleet })
}

fn of_plan(text: &str) -> Result<(Plan, Chances), PostedError> {
    let plan = parse(text).map_err(PostedError::Plan)?;
    let guards = plan.drawn.as_ref().map(|drawn| {
        let of = |guards| allocate(&drawn.sites, guards);
        (of(drawn.guards), of(drawn.guards.saturating_add(1)))
    });
    let escorts = plan.escorted.as_ref().map(|escorted| escort(&escorted.day)).transpose();
    let escorts = escorts.map_err(|cause| {
        let remedy = "mend the movements".to_owned();
        PostedError::Plan(Wrong { line: 0, problem: cause.to_string(), remedy })
    })?;
    Ok((plan, Chances { guards, escorts }))
}

fn of_roster(plan: &str, roster: &str) -> Result<Drawn, Unfit> {
    let document = Document::read(roster)?;
    let rota = document.check(plan)?;
    Ok(Drawn { rota, plan: document.plan, orders: document.orders })
}

fn of_fleet(text: &str) -> Result<Fleet, PostedError> {
    let plan = fleet::plan::parse(text).map_err(PostedError::Fleet)?;
    let timetable = run(&plan.demand).map_err(|cause| {
        let remedy = "mend what it names".to_owned();
        PostedError::Fleet(Wrong { line: 0, problem: cause.to_string(), remedy })
    })?;
    let measures = measure(&plan.demand, &timetable);
    Ok(Fleet { plan, timetable, measures })
}
