//! Real roads: every route can be driven, every answer is given again.

use std::convert::Infallible;
use std::path::PathBuf;

use ambush::generate::Effort;
use ambush::ground::Ground;
use ambush::plan::{Question, plan};
use ambush::site::{Reach, Sited};
use ambush::threat::Threat;
use drive::router::{Ends, Router};
use road::drivable::{Drivable, Terms, TurningBack};
use road::import::import;
use road::island::of_segments;
use road::kind::flag;
use road::roads::{Arc, Roads, is_backward, reverse, segment_of};
use road::snap::Spot;

use crate::common::{Dice, ix, weights};

const EXTRACTS: [(&str, u32); 2] = [("monaco.osm.pbf", 12), ("karachi_se.osm.pbf", 4)];

// So much for one answer in a test: what is found by then is as true.
const EFFORT: Effort = Effort { gap_ppm: 10_000, work: 40_000_000 };

#[expect(clippy::disallowed_methods, reason = "a test reads what the program is given")]
#[expect(clippy::print_stderr, reason = "a skip is loud")]
fn roads(name: &str) -> Option<Roads> {
    let folder = std::env::var("SAFECONDUCT_DATA").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join(name);
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("SKIPPED: {} is not here", path.display());
        return None;
    };
    let imported = import(|| Ok::<_, Infallible>(bytes.as_slice()), |_, _| ());
    Some(imported.unwrap().expect("it is imported").0)
}

// What the roads themselves say of a way, without the network made from them.
fn verify(roads: &Roads, it: &Drivable, driven: &[Arc], turning_back: TurningBack) {
    for arc in driven {
        let row = roads.segment(segment_of(*arc)).unwrap();
        let bit = if is_backward(*arc) { flag::BACKWARD } else { flag::FORWARD };
        assert!(row.flags & bit != 0, "against a one-way: {row:?}");
    }
    for pair in driven.windows(2) {
        assert_eq!(roads.head(pair[0]), roads.tail(pair[1]), "a gap");
        let back = turning_back == TurningBack::DeadEnds && pair[1] == reverse(pair[0]);
        assert!(!back || only_back(roads, it, pair[0]), "turned back on the way");
    }
    let forbidden = |row: &[Arc]| driven.windows(row.len()).any(|part| part == row);
    assert!(!roads.bans.iter().any(|row| forbidden(row)), "a forbidden turn: {driven:?}");
}

fn only_back(roads: &Roads, it: &Drivable, into: Arc) -> bool {
    let at = roads.head(into);
    let leaving = roads.leaving().into_iter().filter(|(tail, _)| Some(*tail) == at);
    let open = leaving.filter(|(_, arc)| it.millis[ix(*arc)] != u32::MAX);
    open.map(|(_, arc)| arc).all(|arc| arc == reverse(into))
}

// A game between two places, as the roads and the routers know them.
fn sited(router: &Router<'_>, (from, to): (Spot, Spot)) -> Option<(Sited, Ends)> {
    let ends = router.ends(from, to);
    let reach = |((junction, millis), road)| Reach { junction, millis, road };
    let first = ends.starting().map(|(_, arc)| segment_of(arc));
    let last = ends.ending().map(|(_, arc)| segment_of(arc));
    let starts: Vec<Reach> = ends.starts.iter().copied().zip(first).map(reach).collect();
    let goals: Vec<Reach> = ends.goals.iter().copied().zip(last).map(reach).collect();
    let sited = Sited::of(&router.drivable.net, &starts, &goals).unwrap();
    (from.segment != to.segment).then_some((sited, ends))
}

// The arcs of the roads that a way drives, its pieces at the ends included.
fn driven(router: &Router<'_>, (sited, ends): &(Sited, Ends), way: &[u32]) -> Vec<Arc> {
    let net = &sited.net;
    let first = net.head[ix(way[0])];
    let first = ends
        .starting()
        .find(|(state, arc)| *state == first && segment_of(*arc) == net.road[ix(way[0])]);
    let last = *way.last().unwrap();
    let tail = (0..sited.from).find(|at| net.leaving(*at).contains(&ix(last))).unwrap();
    let last =
        ends.ending().find(|(state, arc)| *state == tail && segment_of(*arc) == net.road[ix(last)]);
    let inner = sited.driven(way).into_iter().map(|arc| router.drivable.arc[ix(arc)]);
    let arc = |end: Option<(u32, Arc)>| end.unwrap().1;
    [arc(first)].into_iter().chain(inner).chain([arc(last)]).collect()
}

fn spots(roads: &Roads, it: &Drivable, count: u32, dice: &mut Dice) -> Vec<(Spot, Spot)> {
    let islands = of_segments(it, roads.segments.len());
    let main: Vec<u32> = (0..).zip(&islands).filter(|(_, n)| **n == 0).map(|(s, _)| s).collect();
    let mut spot = || {
        let at = dice.below(u32::try_from(main.len()).unwrap());
        let segment = main[ix(at)];
        let row = roads.segment(segment).unwrap();
        let at = roads.junctions[ix(row.from)];
        Spot { segment, along_mm: row.length_mm / 2, at, off_mm: 0 }
    };
    (0..count).map(|_| (spot(), spot())).collect()
}

#[test]
fn every_route_can_be_driven_and_every_answer_is_given_again() {
    for (name, pairs) in EXTRACTS {
        let Some(roads) = roads(name) else { continue };
        for turning_back in [TurningBack::Anywhere, TurningBack::DeadEnds] {
            let terms = Terms { turning_back, ..Terms::default() };
            let router = Router::plain(&roads, &terms);
            let mut dice = Dice(5);
            let of = weights(router.drivable.net.roads, 9, &mut dice);
            let (mut routes, mut games) = (0, 0);
            for pair in spots(&roads, &router.drivable, pairs, &mut dice) {
                let Some(it) = sited(&router, pair) else { continue };
                let (from, to) = (it.0.from, it.0.to);
                let threat = Threat::of(of.clone()).unwrap();
                let ground = Ground::of(&it.0.net).unwrap();
                let question = Question { from, to, budget_ppm: Some(1_300_000) };
                let ask = || plan(&ground, &threat, question, EFFORT, &mut || true);
                let Ok(found) = ask() else { continue };
                games += 1;
                let fastest = router.checked(pair.0, pair.1).unwrap();
                assert!(found.fastest_ms.abs_diff(fastest.millis) <= 2, "{name}");
                for way in &found.menu.ways {
                    let driven = driven(&router, &it, &way.arcs);
                    verify(&roads, &router.drivable, &driven, turning_back);
                    assert!(way.millis <= found.menu.limit_ms.unwrap(), "{name}");
                    routes += 1;
                }
                if games == 1 {
                    let again = ask().unwrap();
                    let bytes = |it: &ambush::plan::Answer| it.menu.bytes(&[0; 32], &[0; 32]);
                    assert_eq!(bytes(&found), bytes(&again), "{name}");
                }
            }
            assert!(games * 2 > pairs && routes > games, "{name}: {games} games, {routes}");
        }
    }
}
