//! Beyond the bottleneck: what every route takes leaves the rest free.

use ambush::audit::audit;
use ambush::generate::Effort;
use ambush::ground::Ground;
use ambush::plan::{Answer, Question, plan_from};
use ambush::threat::Threat;

/// Bottlenecks behind bottlenecks that are looked behind: a gate, its street, a bridge, and one.
const LEVELS_MAX: u32 = 4;

/// The same value, and less to wait for elsewhere. Where a road is on every route, the value is
/// decided there, and any mixture behind it is as good to the attacker who knows it all: so the
/// game is played again as if nothing waited on such roads, and what it answers is kept if the
/// bounds of the true game stay as they were.
pub(crate) fn beyond(
    mut answer: Answer,
    (ground, threat): (&Ground<'_>, &Threat),
    question: Question,
    (effort, go_on): (Effort, &mut dyn FnMut() -> bool),
) -> Answer {
    let mut left = threat.clone();
    let mut unavoidable = answer.residual.clone();
    for _ in 0..LEVELS_MAX {
        let held: Vec<(u32, u32)> = unavoidable.iter().map(|it| (it.road, 0)).collect();
        let Ok(without) = left.with(&held) else { break };
        if held.is_empty() || without == left {
            break;
        }
        left = without;
        let known: Vec<Vec<u32>> = answer.menu.ways.iter().map(|way| way.arcs.clone()).collect();
        let Ok(next) = plan_from(&known, (ground, &left), question, effort, go_on) else { break };
        let Ok(verdict) = audit(ground.net(), threat, &next.menu, &answer.attack) else { break };
        if verdict.upper > answer.verdict.upper {
            break;
        }
        answer.work = answer.work.saturating_add(next.work);
        (answer.menu, answer.verdict) = (next.menu, verdict);
        unavoidable = next.residual;
    }
    answer
}
