//! Roads: import beside osmium, hierarchies beside plain Dijkstra.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs};

use drive::router::Router;
use road::drivable::{Drivable, Terms};
use road::file;
use road::import::import;
use road::island::of_segments;
use road::kind::{Access, Barrier, Class, Surface, flag};
use road::roads::{Name, Roads, Segment};
use road::snap::{Index, Spot};
use words::place::Point;

use crate::parties::Failure;
use crate::say;
use crate::timing::{RUNS, percentile, timed, worked};

/// Pairs that are routed; each answer is compared with plain Dijkstra's.
const PAIRS: usize = 1_000;

/// Junctions on a side of the grid.
const SIDE: u32 = 300;

const EXTRACTS: [&str; 3] =
    ["karachi_se.osm.pbf", "liechtenstein-latest.osm.pbf", "monaco.osm.pbf"];

const MADE_FROM: &str = "Extracts of `SAFECONDUCT_DATA`, or `../shared/data`, and a grid of \
    300 by 300 junctions with random lengths. Import, preparation and queries on one core.";

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    say::heading("Roads", MADE_FROM)?;
    let folder =
        env::var("SAFECONDUCT_DATA").map_or_else(|_| "../shared/data".into(), PathBuf::from);
    let mut networks = Vec::new();
    say::line(
        "| import | MB | took | MB/s | osmium tags-filter | osmium cat | arcs | \
         bytes an arc: memory, file |",
    )?;
    say::line("|---|---|---|---|---|---|---|---|")?;
    for name in EXTRACTS {
        let path = folder.join(name);
        if path.exists() {
            networks.push((name, imported(name, &path)?));
        } else {
            say::line(format_args!("| {name} | not here: skipped | | | | | | |"))?;
        }
    }
    networks.push(("grid 300x300", grid()?));
    say::line(
        "\n| network | junctions, arcs | bytes an arc | prepared in | arcs with shortcuts | p50 | \
         p95 | Dijkstra p50 | p95 | ratio of p50 | snap p50 |",
    )?;
    say::line("|---|---|---|---|---|---|---|---|---|---|---|")?;
    networks.iter().try_for_each(|(name, roads)| routed(name, roads))
}

fn imported(name: &str, path: &Path) -> Result<Roads, Failure> {
    let bytes = fs::read(path)?;
    let (mut took, mut last) = (Vec::new(), None);
    for _ in 0..RUNS {
        let open = || Ok::<_, std::convert::Infallible>(bytes.as_slice());
        let (time, read) = worked(|| import(open, |_, _| ()))?;
        took.push(time);
        last = Some(read?.map_err(Box::new)?);
    }
    let (roads, _) = last.ok_or("no run")?;
    let took = percentile(&mut took, 50);
    let size = f64::from(u32::try_from(bytes.len())?) / 1e6;
    let arcs = f64::from(u32::try_from(roads.leaving().len())?);
    let memory = f64::from(u32::try_from(memory(&roads))?) / arcs;
    let written = f64::from(u32::try_from(file::write(&roads).len())?) / arcs;
    let speed = |took: Duration| size / took.as_secs_f64();
    let beside = |of: &[&str]| {
        osmium(path, of).map_or("not here".to_owned(), |took| format!("{:.1}", speed(took)))
    };
    let (filter, cat) = (beside(&["tags-filter"]), beside(&["cat"]));
    say::line(format_args!(
        "| {name} | {size:.2} | {took:.1?} | {:.1} | {filter} | {cat} | {arcs} | \
         {memory:.1}, {written:.1} |",
        speed(took)
    ))?;
    Ok(roads)
}

// The median of real time: osmium uses every core that there is.
fn osmium(path: &Path, what: &[&str]) -> Option<Duration> {
    let mut took = Vec::new();
    for _ in 0..RUNS {
        let mut command = Command::new("osmium");
        command.args(what).arg(path).args(["-f", "pbf", "-o", "/dev/null", "-O"]);
        if what.first() == Some(&"tags-filter") {
            command.arg("w/highway");
        }
        let (time, status) = timed(|| command.stdout(Stdio::null()).stderr(Stdio::null()).status());
        took.push(status.ok().filter(std::process::ExitStatus::success).map(|_| time)?);
    }
    Some(percentile(&mut took, 50))
}

fn memory(roads: &Roads) -> usize {
    roads.segments.len() * size_of::<Segment>()
        + roads.shapes.len()
        + roads.junctions.len() * (size_of::<Point>() + size_of::<Barrier>())
        + roads.bans.iter().map(|row| size_of_val(&**row) + size_of::<Box<[u32]>>()).sum::<usize>()
        + roads.names.iter().map(|name| size_of::<Name>() + letters(name)).sum::<usize>()
}

fn letters(name: &Name) -> usize {
    [&name.local, &name.en, &name.ur, &name.zh, &name.number].iter().map(|it| it.len()).sum()
}

fn network(drivable: &Drivable) -> usize {
    let net = &drivable.net;
    net.arcs() * 16
        + net.junctions() * (8 + size_of::<Point>())
        + drivable.millis.len() * 4
        + drivable.entered.len() * 4
}

fn grid() -> Result<Roads, Failure> {
    let mut dice = Dice(300);
    let mut roads = Roads { names: vec![Name::default()], ..Roads::default() };
    let place = |number: u32| -> Result<Point, Failure> {
        let at = |steps: u32| i32::try_from(steps).map(|steps| steps * 9_000);
        let point = Point::new(248_000_000 + at(number / SIDE)?, 670_000_000 + at(number % SIDE)?);
        point.ok_or_else(|| "a grid off the earth".into())
    };
    for number in 0..SIDE * SIDE {
        roads.junctions.push(place(number)?);
        roads.barriers.push(Barrier::Nothing);
        let next =
            [(number + 1, (number + 1) % SIDE != 0), (number + SIDE, number / SIDE + 1 < SIDE)];
        for (to, _) in next.into_iter().filter(|(_, is)| *is) {
            roads.segments.push(Segment {
                from: number,
                to,
                way: i64::from(number),
                length_mm: 60_000 + dice.below(80_000),
                name: 0,
                shape_at: 0,
                shape_bytes: 0,
                island: 0,
                flags: flag::BOTH,
                kmh: [20 + u8::try_from(dice.below(60))?; 2],
                class: Class::Residential,
                surface: Surface::Paved,
                access: Access::Open,
            });
        }
    }
    Ok(roads)
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, below: u32) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(below.max(1))).unwrap_or(0)
    }
}

fn pairs(roads: &Roads, router: &Router<'_>) -> Vec<(Spot, Spot)> {
    let islands = of_segments(&router.drivable, roads.segments.len());
    let main: Vec<u32> =
        roads.numbers().zip(islands).filter(|(_, island)| *island == 0).map(|(it, _)| it).collect();
    let mut dice = Dice(7);
    let mut spot = || {
        let at = dice.below(u32::try_from(main.len()).unwrap_or(1));
        let segment = main.get(usize::try_from(at).unwrap_or(0)).copied().unwrap_or(0);
        let row = roads.segment(segment)?;
        let at = roads.junctions.get(usize::try_from(row.from).ok()?)?;
        Some(Spot { segment, along_mm: dice.below(row.length_mm), at: *at, off_mm: 0 })
    };
    (0..PAIRS).filter_map(|_| spot().zip(spot())).collect()
}

fn routed(name: &str, roads: &Roads) -> Result<(), Failure> {
    let terms = Terms::default();
    let (prepared, mut router) = worked(|| Router::prepared(roads, &terms))?;
    let pairs = pairs(roads, &router);
    let (mut fast, mut plain, mut snaps) = (Vec::new(), Vec::new(), Vec::new());
    // The first of each is as cold as all of them are on a phone call; it counts like the others.
    for (from, to) in &pairs {
        let (took, journey) = timed(|| router.fastest(*from, *to));
        fast.push(took);
        let (took, checked) = timed(|| router.checked(*from, *to));
        plain.push(took);
        if journey.map(|it| it.millis) != checked.map(|it| it.millis) {
            return Err(format!("{name}: the hierarchy and Dijkstra differ").into());
        }
    }
    let index = Index::of(roads);
    for (from, _) in &pairs {
        snaps.push(timed(|| black_box(index.snap(roads, from.at, |_| true))).0);
    }
    let net = &router.drivable.net;
    let bytes = f64::from(u32::try_from(network(&router.drivable))?)
        / f64::from(u32::try_from(net.arcs())?);
    let (p50, slow) = (percentile(&mut fast, 50), percentile(&mut plain, 50));
    say::line(format_args!(
        "| {name} | {}, {} | {bytes:.1} | {prepared:.2?} | {} | {p50:.1?} | {:.1?} | {slow:.1?} | \
         {:.1?} | {:.0} | {:.1?} |",
        net.junctions(),
        net.arcs(),
        router.hierarchy_arcs(),
        percentile(&mut fast, 95),
        percentile(&mut plain, 95),
        slow.as_secs_f64() / p50.as_secs_f64(),
        percentile(&mut snaps, 50),
    ))?;
    Ok(())
}
