//! The same answers in the API's own types.

use ambush::generate::Effort;
use planner::board::{Bits, Board, DAYS};
use planner::no::No;
use planner::number::millionths;
use planner::question::{ADVANCE_PPM, GUARD_CUT_PPM, Question, pose};
use planner::report::{Report, solve};
use planner::terrain::Terrain;
use wire::v1::plan::{
    ChokepointView, GameRequest, GameRouteView, GameView, GuessView, LeverView, PassedView,
    PredictabilityView, ResidualView,
};

use crate::plan::WORK;

/// Answers a program's question, as long as `go_on` says.
pub fn game(
    terrain: &Terrain,
    request: GameRequest,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<GameView, No> {
    let question = Question {
        from: request.from,
        to: request.to,
        budget_ppm: request.budget_ppm,
        guards: request.guards.unwrap_or_default(),
        guard_cut_ppm: request.guard_cut_ppm.unwrap_or(GUARD_CUT_PPM),
        held_m: request.held_m.unwrap_or(0),
        slots: request.slots.unwrap_or(1),
        dwell: 1,
        leak_ppm: 0,
        attackers: 1,
        advance_ppm: ADVANCE_PPM,
    };
    let posed = pose(terrain, &question, &terrain.weights(), (&[], 0))?;
    let effort = Effort { work: WORK, ..Effort::default() };
    Ok(told(&solve(terrain, (&question, &posed), effort, go_on)?.0))
}

fn told(report: &Report) -> GameView {
    let routes = report.routes.iter().map(|route| GameRouteView {
        share_ppm: millionths(route.share),
        millis: route.millis,
        via: route.via.clone(),
    });
    let chokepoints = report.chokepoints.iter().map(|point| ChokepointView {
        road: point.reference.clone(),
        name: point.name.clone(),
        share_ppm: millionths(point.share),
        passed_ppm: millionths(point.passed),
        price_ppm: millionths(point.price),
    });
    let residual = report.residual.iter().map(|it| ResidualView {
        road: it.reference.clone(),
        name: it.name.clone(),
        weight_ppm: millionths(it.weight),
    });
    let levers = report.levers.iter().map(|lever| LeverView {
        lever: lever.kind.word().to_owned(),
        at: lever.at.clone(),
        remains_ppm: millionths(lever.remains),
    });
    GameView {
        value_ppm: millionths(report.value),
        bound_ppm: millionths(report.bound),
        fastest_route_ppm: millionths(report.fastest_value),
        remains_ppm: millionths(report.remains),
        fastest_ms: report.fastest_ms,
        expected_ms: report.expected_ms,
        worst_ms: report.worst_ms,
        route_millibits: thousandths(report.route_bits),
        minute_millibits: thousandths(report.minute_bits),
        routes: routes.collect(),
        chokepoints: chokepoints.collect(),
        residual: residual.collect(),
        levers: levers.collect(),
    }
}

/// The board.
pub fn predictability(board: &Board) -> PredictabilityView {
    let guess = |bits: Bits, trend: &str| GuessView {
        millibits: thousandths(bits.bits),
        most_millibits: thousandths(bits.most),
        trend: trend.to_owned(),
    };
    let passed = |(road, part): &(String, f64)| PassedView {
        road: road.clone(),
        share_ppm: millionths(*part),
    };
    PredictabilityView {
        days: u32::try_from(DAYS).unwrap_or(0),
        movements: board.movements,
        minute: guess(board.minute, board.minute_trend.word()),
        route: guess(board.route, board.route_trend.word()),
        roads: board.roads.iter().map(passed).collect(),
    }
}

fn thousandths(bits: f64) -> u32 {
    millionths(bits / 1_000.0)
}
