//! Real roads: every route of an answer can be driven, and the answer is the same each time.

use std::convert::Infallible;
use std::path::PathBuf;

use ambush::generate::Effort;
use ambush::ground::Ground;
use ambush::plan::{Question, plan};
use ambush::threat::Threat;
use road::drivable::{Drivable, Terms, TurningBack, drivable};
use road::import::import;
use road::island::of_segments;
use road::kind::flag;
use road::roads::{Arc, Roads, is_backward, reverse, segment_of};

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
fn verify(roads: &Roads, it: &Drivable, way: &[u32], dead_ends: bool) -> u64 {
    let driven: Vec<Arc> = way.iter().map(|arc| it.arc[ix(*arc)]).collect();
    for arc in &driven {
        let row = roads.segment(segment_of(*arc)).unwrap();
        let bit = if is_backward(*arc) { flag::BACKWARD } else { flag::FORWARD };
        assert!(row.flags & bit != 0, "against a one-way: {row:?}");
    }
    for pair in driven.windows(2) {
        assert_eq!(roads.head(pair[0]), roads.tail(pair[1]), "a gap");
        assert!(!dead_ends || pair[1] != reverse(pair[0]) || only_back(roads, it, pair[0]));
    }
    let forbidden = |row: &[Arc]| driven.windows(row.len()).any(|part| part == row);
    assert!(!roads.bans.iter().any(|row| forbidden(row)), "a forbidden turn: {driven:?}");
    driven.iter().map(|arc| u64::from(it.millis[ix(*arc)])).sum()
}

fn only_back(roads: &Roads, it: &Drivable, into: Arc) -> bool {
    let at = roads.head(into);
    let leaving = roads.leaving().into_iter().filter(|(tail, _)| Some(*tail) == at);
    let open = leaving.filter(|(_, arc)| it.millis[ix(*arc)] != u32::MAX);
    open.map(|(_, arc)| arc).all(|arc| arc == reverse(into))
}

#[test]
fn every_route_can_be_driven_and_every_answer_is_given_again() {
    for (name, pairs) in EXTRACTS {
        let Some(roads) = roads(name) else { continue };
        for turning_back in [TurningBack::Anywhere, TurningBack::DeadEnds] {
            let it = drivable(&roads, &Terms { turning_back, ..Terms::default() });
            let islands = of_segments(&it, roads.segments.len());
            let main: Vec<u32> =
                (0..).zip(&islands).filter(|(_, n)| **n == 0).map(|(s, _)| s).collect();
            let mut dice = Dice(5);
            let threat = Threat::of(weights(it.net.roads, 9, &mut dice)).unwrap();
            let ground = Ground::of(&it.net).unwrap();
            let mut drawn = || {
                let at = dice.below(u32::try_from(main.len()).unwrap());
                roads.segment(main[ix(at)]).unwrap().from
            };
            let (mut routes, mut games) = (0, 0);
            for _ in 0..pairs {
                let (from, to) = (drawn(), drawn());
                let question = Question { from, to, budget_ppm: Some(1_300_000) };
                let ask = || plan(&ground, &threat, question, EFFORT, &mut || true);
                let Ok(found) = ask() else { continue };
                games += 1;
                for way in &found.menu.ways {
                    let dead_ends = turning_back == TurningBack::DeadEnds;
                    let millis = verify(&roads, &it, &way.arcs, dead_ends);
                    assert_eq!(millis, way.millis, "{name}");
                    assert!(millis <= found.menu.limit_ms.unwrap(), "{name}");
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
