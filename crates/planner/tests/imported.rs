//! Questions on roads of a real map, as far as extracts are here.

use std::convert::Infallible;
use std::path::PathBuf;

use ambush::generate::Effort;
use planner::list::List;
use planner::no::No;
use planner::question::{Question, pose};
use planner::report::solve;
use planner::terrain::Terrain;
use planner::told::{drawn, geojson};
use planner::weights;
use road::drivable::Terms;
use road::import::import;
use road::roads::Roads;
use words::place::Point;

#[expect(clippy::disallowed_methods, reason = "a test reads what the program is given")]
#[expect(clippy::print_stderr, reason = "a skip is loud")]
fn extract(name: &str) -> Option<Roads> {
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

// A place on the mainland, so many hundredths along the list of its roads.
fn somewhere(roads: &Roads, hundredths: usize) -> String {
    let main: Vec<u32> = roads
        .numbers()
        .filter(|road| roads.segment(*road).is_some_and(|row| row.island == 0))
        .collect();
    let points = roads.points(*main.get(main.len() * hundredths / 100).expect("a mainland"));
    let at = points.get(points.len() / 2).expect("a course");
    format!("{},{}", at.lat(), at.lon())
}

#[test]
fn a_question_on_a_map_is_answered_by_routes_that_can_be_driven() {
    for name in ["karachi_se.osm.pbf", "monaco.osm.pbf"] {
        let Some(roads) = extract(name) else { continue };
        let ends: Vec<String> = [15, 70, 40, 15].iter().map(|at| somewhere(&roads, *at)).collect();
        let terrain = Terrain::of_roads(roads, &Terms::default());
        for (from, to) in ends.iter().zip(ends.iter().skip(1)) {
            let question = Question { held_m: 300, ..Question::of(from, to) };
            let weights = weights::read(&terrain, "every 0.4\nclass residential 0.8").unwrap();
            let posed = pose(&terrain, &question, &weights, (&[], 0)).unwrap();
            let effort = Effort { work: 60_000_000, ..Effort::default() };
            let asked = (&question, &posed);
            let (report, mixture) = match solve(&terrain, asked, effort, &mut || true) {
                Ok(solved) => solved,
                Err(no) => {
                    assert_eq!(no.word(), "safe-route", "{name}: {no}");
                    continue;
                }
            };
            let list = List::of((&question.from, &question.to), 1, &posed, &mixture);
            let verdict = List::parse(&list.to_string()).unwrap().prove(&posed).unwrap();
            assert!((verdict.value() - report.value).abs() < 1e-9, "{name}");
            assert!(report.bound <= report.value && report.worst_detour() <= 0.3 + 1e-6);
            for route in &report.routes {
                let steps = route.line.iter().zip(route.line.iter().skip(1));
                let longest = steps.map(|(one, other)| one.metres_to(*other));
                assert!(longest.fold(0.0, f64::max) < 4_000.0, "{name}: a line has no gap");
                assert!(!route.via.is_empty() && !route.roads.is_empty());
            }
        }
    }
}

#[test]
fn a_site_off_the_road_is_told_with_the_nearest_road() {
    let Some(roads) = extract("karachi_se.osm.pbf") else { return };
    let on = somewhere(&roads, 50);
    let terrain = Terrain::of_roads(roads, &Terms::default());
    let ask = |from: &str| {
        let question = Question::of(from, &on);
        pose(&terrain, &question, &terrain.weights(), (&[], 0)).map(|_| ()).unwrap_err()
    };
    let off = ask("24.6,67.3");
    assert!(matches!(&off, No::OffRoad { metres, .. } if *metres > 500), "{off}");
    assert!(off.remedy().starts_with("begin at 24."), "{}", off.remedy());
    let far = ask("51.5,-0.1");
    let london = Point::from_degrees(51.5, -0.1).unwrap();
    assert_eq!(far, No::FarOff(london));
    assert_eq!(ask("airport").word(), "no-place");
    assert_eq!(ask(&on).word(), "same-place");
}

#[test]
fn a_map_draws_its_main_roads_first() {
    let Some(roads) = extract("karachi_se.osm.pbf") else { return };
    let terrain = Terrain::of_roads(roads, &Terms::default());
    let all = drawn(&terrain);
    let ranks: Vec<u8> = all.iter().map(|road| terrain.rank(*road)).collect();
    assert!(ranks.is_sorted() && ranks.first() == Some(&0));
    let json = geojson(&terrain);
    assert_eq!(json["features"].as_array().map(Vec::len), Some(all.len()));
    assert_eq!(terrain.drawn(), json.to_string());
}
