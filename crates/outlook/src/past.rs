//! The predictability board: what ledgers say of what is over.

use engine::engine::Engine;
use joint::movement::Movement;
use pages::predictability::{Measure, Trend, View};
use planner::board::{self, Bits, Board, DAYS, Past};
use planner::number::millionths;
use words::id::MovementId;

/// The board, for whoever may foresee.
pub fn view(engine: &Engine) -> View {
    let board = measured(engine);
    let share = |part: f64| (millionths(part) + 5_000) / 10_000;
    let measure = |bits: Bits, trend: board::Trend| Measure {
        bits: format!("{:.2}", bits.bits),
        most: format!("{:.2}", bits.most),
        evenness: share(bits.evenness()),
        trend: named(trend),
    };
    View {
        days: u32::try_from(DAYS).unwrap_or(0),
        movements: board.movements,
        minute: measure(board.minute, board.minute_trend),
        route: measure(board.route, board.route_trend),
        roads: board.roads.into_iter().map(|(road, part)| (road, share(part))).collect(),
        legs: board.legs,
    }
}

/// The same in numbers.
pub fn measured(engine: &Engine) -> Board {
    let all = engine.state().movements.iter();
    let past: Vec<Past> = all.filter_map(|(id, known)| past(engine, id, known)).collect();
    board::board(&past, engine.now())
}

// Only what is over: a draw that was revealed and driven tells nothing any more of that movement.
fn past(engine: &Engine, id: &MovementId, known: &Movement) -> Option<Past> {
    if !known.standing.ended() || !known.drawn() {
        return None;
    }
    let (_, left) = known.departed.as_ref()?;
    let drawn = engine.drawn(id)?;
    let roads = engine.roads();
    let way = roads.zip(drawn.way.as_ref());
    let (leg, roads, route) = match way {
        Some((graph, way)) => {
            let ids: Vec<&str> = way
                .junctions(graph)
                .into_iter()
                .filter_map(|at| graph.at(at))
                .map(|junction| junction.id.as_str())
                .collect();
            let ends = [ids.first(), ids.last()].map(|end| end.copied().unwrap_or("–"));
            let roads = way.roads.iter().filter_map(|road| graph.road(*road));
            let roads = roads.map(|road| road.id.clone()).collect();
            (ends.join(" → "), roads, ids.join(" "))
        }
        // Without the same roads only the number of the route is known.
        None => ("–".to_owned(), Vec::new(), drawn.route.to_string()),
    };
    Some(Past { left: left.at, leg, route, roads })
}

const fn named(trend: board::Trend) -> Trend {
    match trend {
        board::Trend::Better => Trend::Better,
        board::Trend::Worse => Trend::Worse,
        board::Trend::Steady => Trend::Steady,
        board::Trend::Unknown => Trend::Unknown,
    }
}
