//! Real extracts, as far as they are here: imports against what is known.

use std::path::PathBuf;
use std::time::Instant;

use road::drivable::{Terms, TurningBack, drivable};
use road::import::import;
use road::snap::Index;
use road::{build::Report, file, roads::Roads};

#[test]
fn look() {
    for name in ["karachi_se", "monaco", "liechtenstein-latest"] {
        let bytes = std::fs::read(format!("/work/shared/data/{name}.osm.pbf")).unwrap();
        let t = Instant::now();
        let (roads, report) = import(|| Ok::<_, ()>(bytes.as_slice()), |_, _| {}).unwrap().unwrap();
        println!("{name} {:?}", t.elapsed());
        println!("{:?} {:?}", report.restrictions, (report.ways, report.driven, report.missing_nodes));
        println!("junctions {} segments {} arcs {}", roads.junctions.len(), roads.segments.len(), roads.leaving().len());
        println!("islands {} {:?}", report.islands.len(), &report.islands.iter().take(3).collect::<Vec<_>>());
        println!("loose {}", roads.segments.iter().filter(|s| s.island == u32::MAX).count());
        let mut deg = vec![vec![]; roads.junctions.len()];
        for (i, s) in roads.segments.iter().enumerate() { deg[s.from as usize].push(i); deg[s.to as usize].push(i); }
        println!("deg2 {} ", deg.iter().filter(|d| d.len() == 2).count());
        let t = Instant::now();
        let written = file::write(&roads);
        println!("file {} B {:?}", written.len(), t.elapsed());
        let t = Instant::now();
        assert!(file::read(&written).unwrap() == roads);
        println!("read {:?}", t.elapsed());
        for turning_back in [TurningBack::Anywhere, TurningBack::DeadEnds] {
            let t = Instant::now();
            let it = drivable(&roads, &Terms { turning_back, ..Terms::default() });
            println!("{turning_back:?} net {} {} {:?} bans {}", it.net.junctions(), it.net.arcs(), t.elapsed(), roads.bans.len());
        }
        let t = Instant::now();
        let index = Index::of(&roads);
        println!("index {:?}", t.elapsed());
        let t = Instant::now();
        let p = roads.junctions[roads.junctions.len()/2];
        println!("{:?} {:?}", index.snap(&roads, p, |_| true), t.elapsed());
    }
}
