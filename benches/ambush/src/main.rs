//! Measures the ambush game: medians, bounds, and baselines of the same run.

mod guard;
mod made;
mod osm;

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use ambush::generate::Effort;
use ambush::greatest::greatest;
use ambush::ground::Ground;
use ambush::plan::{Question, plan};
use ambush::threat::Threat;

type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let r = match args.as_slice() {
        ["grid"] => grid(),
        ["karachi", n] => karachi(n.parse().unwrap(), 1_300_000),
        _ => Ok(()),
    };
    if let Err(e) = r { eprintln!("{e}"); return ExitCode::from(2); }
    ExitCode::SUCCESS
}

struct Cpu(std::time::Duration);
fn on_cpu() -> std::time::Duration {
    let c = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    std::time::Duration::from_nanos(c.split_whitespace().next().unwrap().parse().unwrap())
}
impl Cpu { fn now() -> Self { Self(on_cpu()) } fn elapsed(&self) -> std::time::Duration { on_cpu() - self.0 } }

fn grid() -> Result<(), Failure> {
    for side in [51, 159, 501] {
        let mut dice = made::Dice(7);
        let net = made::grid(side, &mut dice);
        let w = made::weights(net.roads, &mut dice);
        let t = Cpu::now();
        let ground = Ground::of(&net)?;
        println!("side {side} arcs {} ground {:?}", net.arcs(), t.elapsed());
        let times = guard::Times::of(&net);
        for guarded in [false, true] {
            let mut all = vec![];
            let mut works = vec![];
            for i in 0..9 {
                let n = osm::junctions(&net);
                let (a, b) = if i == 0 { (0, n - 1) } else { (dice.below(n), dice.below(n)) };
                if a == b { continue }
                let f = times.from(a);
                let g = times.to(b);
                let ww = if guarded { guard::guarded(&net, &w, &f, &g, f[b as usize]) } else { w.clone() };
                let threat = Threat::of(ww)?;
                let t = Cpu::now();
                let x = greatest(&ground, &threat, a, b)?;
                all.push((t.elapsed(), x.routes.len(), x.cut.len(), x.work));
                works.push(t.elapsed());
            }
            works.sort();
            println!(" guarded {guarded} median {:?} worst {:?} {:?}", works[works.len() / 2], works.last(), all);
        }
    }
    Ok(())
}

fn karachi(n: usize, budget: u32) -> Result<(), Failure> {
    let t = Cpu::now();
    let dir = env::var("SAFECONDUCT_DATA").unwrap_or("../shared/data".into());
    let net = osm::read(&Path::new(&dir).join("karachi_se.osm.pbf"))?;
    println!("{} junctions {} arcs {} roads, {:?}", net.junctions(), net.arcs(), net.roads, t.elapsed());
    let ground = Ground::of(&net)?;
    let times = guard::Times::of(&net);
    let mut dice = made::Dice(1);
    let w = made::weights(net.roads, &mut dice);
    let mut all = vec![];
    for i in 0..n {
        let (a, b) = (dice.below(osm::junctions(&net)), dice.below(osm::junctions(&net)));
        if a == b { continue }
        if env::var("ONLY").is_ok_and(|o| o != i.to_string()) { continue }
        let f = times.from(a);
        let g = times.to(b);
        let ww = guard::guarded(&net, &w, &f, &g, f[b as usize]);
        let threat = Threat::of(ww)?;
        let t = Cpu::now();
        let x = plan(&ground, &threat, Question { from: a, to: b, budget_ppm: Some(budget) }, Effort::default(), &mut || true);
        let ms = t.elapsed().as_secs_f64() * 1e3;
        match x {
            Ok(x) => all.push((ms, i, x.value(), x.verdict.gap(), x.menu.ways.len(), (x.rounds, x.work))),
            Err(e) => println!("{i} {e}"),
        }
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let m = all.len();
    println!("p50 {:.1} p95 {:.1} worst {:.1} gap {:.4} mean v {:.4} v<.99 {}", all[m / 2].0, all[m * 95 / 100].0, all[m - 1].0,
        all.iter().map(|x| x.3).fold(0.0, f64::max), all.iter().map(|x| x.2).sum::<f64>() / m as f64, all.iter().filter(|x| x.2 < 0.99).count());
    for x in all.iter().rev().take(12) { println!("{x:?}"); }
    Ok(())
}
