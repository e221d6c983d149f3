//! Real extracts, where they are: imports beside what osmium counts.
#![cfg(test)]

use std::convert::Infallible;
use std::path::PathBuf;

use road::build::Report;
use road::drivable::{Terms, drivable};
use road::import::import;
use road::island::of_segments;
use road::kind::flag;
use road::roads::{Roads, is_backward};
use road::snap::Index;
use road::{file, measure};

/// Name, ways in the file (`osmium fileinfo -e`), ways with `highway`, relations that are turn
/// restrictions and bind a car (`osmium tags-filter r/type=restriction`).
const EXTRACTS: [(&str, u64, u64); 3] = [
    ("karachi_se.osm.pbf", 6_107, 0),
    ("liechtenstein-latest.osm.pbf", 15_247, 3),
    ("monaco.osm.pbf", 3_624, 45),
];

#[expect(clippy::disallowed_methods, reason = "a test reads what the program is given")]
#[expect(clippy::print_stderr, reason = "a skip is loud")]
fn extract(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var("SAFECONDUCT_DATA").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let read = std::fs::read(folder.join(name)).ok();
    if read.is_none() {
        let path = folder.join(name);
        eprintln!("SKIPPED: {} is not here", path.display());
    }
    read
}

fn imported(bytes: &[u8]) -> (Roads, Report) {
    import(|| Ok::<_, Infallible>(bytes), |_, _| ()).unwrap().expect("it is imported")
}

#[test]
fn an_extract_becomes_roads_that_come_back_from_their_file() {
    for (name, ways, restrictions) in EXTRACTS {
        let Some(bytes) = extract(name) else { continue };
        let (roads, report) = imported(&bytes);
        let became = report.restrictions;
        let read = became.kept + became.elsewhere + became.unclear;
        assert_eq!((report.ways, read), (ways, restrictions), "{name}");
        assert_eq!(imported(&bytes).0, roads, "{name}: the same bytes give the same roads");
        let written = file::write(&roads);
        assert_eq!(file::read(&written).as_ref(), Ok(&roads), "{name}");
        for segment in roads.numbers() {
            let row = roads.segment(segment).unwrap();
            let points = roads.points(segment);
            let length = measure::length_mm(&points).max(1);
            assert_eq!(u64::from(row.length_mm), length, "{name}: segment {segment}");
        }
        let main = roads.segments.iter().filter(|row| row.island == 0).count();
        assert!(main * 10 > roads.segments.len() * 8, "{name}: {main} on the mainland");
        assert!(!report.islands.is_empty() && report.islands.iter().all(|it| it.segments > 0));
        let sizes: Vec<u64> = report.islands.iter().map(|it| it.segments).collect();
        assert!(sizes.is_sorted_by(|one, other| one >= other), "{name}: {sizes:?}");
    }
}

#[test]
fn no_path_of_two_or_three_arcs_breaks_what_the_roads_forbid() {
    for (name, ..) in EXTRACTS {
        let Some(bytes) = extract(name) else { continue };
        let (roads, _) = imported(&bytes);
        let it = drivable(&roads, &Terms::default());
        let mut met = 0_u64;
        let next = |arc: usize| it.net.leaving(it.net.head[arc]);
        for one in 0..it.net.arcs() {
            for two in next(one) {
                for three in next(two) {
                    let way = [it.arc[one], it.arc[two], it.arc[three]];
                    let breaks = |row: &[u32]| way.windows(row.len()).any(|part| part == row);
                    assert!(!roads.bans.iter().any(|row| breaks(row)), "{name}: {way:?}");
                    met += 1;
                }
            }
        }
        assert!(met > 1_000, "{name}: {met} paths");
        for arc in &it.arc {
            let row = roads.segment(arc / 2).unwrap();
            let bit = if is_backward(*arc) { flag::BACKWARD } else { flag::FORWARD };
            assert!(row.flags & bit != 0, "{name}: against a one-way");
        }
    }
}

#[test]
fn a_place_meets_the_road_that_is_nearest_of_all() {
    for (name, ..) in EXTRACTS {
        let Some(bytes) = extract(name) else { continue };
        let (roads, _) = imported(&bytes);
        let index = Index::of(&roads);
        let it = drivable(&roads, &Terms::default());
        let islands = of_segments(&it, roads.segments.len());
        let main = |segment: u32| islands[usize::try_from(segment).unwrap()] == 0;
        for number in (0..roads.junctions.len()).step_by(roads.junctions.len() / 12) {
            let near = roads.junctions[number];
            let at = |e7: i32, off: i32| e7 + off * (i32::try_from(number).unwrap() % 41 - 20);
            let (lat, lon) = (at(near.lat_e7(), 1_700), at(near.lon_e7(), 2_300));
            let site = words::place::Point::new(lat, lon).unwrap();
            let all = roads.numbers().filter(|segment| main(*segment));
            let all = all.filter_map(|segment| road::snap::project_on(&roads, segment, site));
            let slowly = all.min_by_key(|spot| (spot.off_mm, spot.segment)).unwrap();
            let found = index.nearest(&roads, site, road::snap::SOUGHT_MAX_MM, main);
            assert_eq!(found, Some(slowly), "{name}: {site:?}");
            let snapped = index.snap(&roads, site, main);
            let far = slowly.off_mm > road::snap::OFF_MAX_MM;
            assert_eq!(snapped.is_err(), far, "{name}: {slowly:?}");
        }
    }
}
