//! Five hundred live consoles and two hundred moving units.

use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::http::Line;
use crate::node::{Home, PHONE};
use crate::parties::Failure;
use crate::say;
use crate::scratch::Scratch;

const CONSOLES: usize = 500;
const UNITS: u32 = 200;

/// Connections on which the phones report; each carries its share once a second.
const PHONE_LINES: u32 = 4;

/// Reports begin and screens settle before anything is counted.
const SETTLES: Duration = Duration::from_secs(3);

/// How long is measured.
const LASTS: Duration = Duration::from_secs(20);

/// The positions of two hundred units are some 20 KB.
const READ_BYTES: usize = 8_192;

/// A reader needs little.
const STACK_BYTES: usize = 131_072;

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    let about = "One process; readers and phones run on the same two cores and are not counted.";
    say::heading("Live", about)?;
    let scratch = Scratch::new("live")?;
    let home = Home::make(&scratch, "host", UNITS)?;
    let node = home.serve()?;
    let token = home.officer()?;
    let idle = node.resident_mib()?;
    let (over, read) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    for _ in 0..CONSOLES {
        watch(home.console, &token, Arc::clone(&read))?;
    }
    let mut phones = Vec::new();
    for share in 0..PHONE_LINES {
        let (at, over) = (home.console, Arc::clone(&over));
        // The reason must cross a thread, so it is told as a text.
        let phone = move || report(at, share, &over).map_err(|cause| cause.to_string());
        phones.push(thread::Builder::new().spawn(phone)?);
    }
    thread::sleep(SETTLES);
    let (start, worked, bytes) = (Instant::now(), node.worked_s()?, read.load(Ordering::Relaxed));
    thread::sleep(LASTS);
    let lasted = start.elapsed().as_secs_f64();
    let share = (node.worked_s()? - worked) / lasted * 100.0;
    let bytes = read.load(Ordering::Relaxed) - bytes;
    over.store(true, Ordering::Relaxed);
    let mut reports = 0;
    for phone in phones {
        reports += phone.join().expect("a phone fails with a reason, it does not panic")?;
    }
    let each = bytes / u64::try_from(CONSOLES)? / LASTS.as_secs();
    say::line(format_args!(
        "| {CONSOLES} consoles x {UNITS} units at 1 Hz: processor | {share:.0} % of one core |"
    ))?;
    say::line(format_args!(
        "| the same: memory | {:.0} MiB (before: {idle:.0} MiB) |",
        node.resident_mib()?
    ))?;
    say::line(format_args!("| the same: bytes a second to each console | {each} |"))?;
    say::line(format_args!("| reports taken in all | {reports} |"))?;
    Ok(())
}

fn watch(at: SocketAddr, token: &str, read: Arc<AtomicU64>) -> Result<(), Failure> {
    let mut stream = Line::with(at, token)?.live()?;
    thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let mut bytes = [0; READ_BYTES];
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            read.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        }
    })?;
    Ok(())
}

// Every unit of a share moves a little once a second.
fn report(at: SocketAddr, share: u32, over: &AtomicBool) -> Result<u64, Failure> {
    let mine: Vec<u32> = (0..UNITS).filter(|unit| unit % PHONE_LINES == share).collect();
    let mut lines = Vec::new();
    for unit in &mine {
        lines.push((Line::with(at, &basic(&format!("v-{unit}"), PHONE))?, f64::from(*unit)));
    }
    let mut reports = 0;
    let mut round = 0.0;
    while !over.load(Ordering::Relaxed) {
        let start = Instant::now();
        let tst = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
        for (line, unit) in &mut lines {
            let body = json!({
                "_type": "location", "tst": tst, "acc": 10, "vel": 40, "cog": 90,
                "lat": 24.86 + *unit * 1e-4, "lon": 67.0 + round * 1e-4,
            });
            line.post("/pub", &body)?.good()?;
            reports += 1;
        }
        round += 1.0;
        thread::sleep(Duration::from_secs(1).saturating_sub(start.elapsed()));
    }
    Ok(reports)
}

fn basic(user: &str, password: &str) -> String {
    let pair = format!("{user}:{password}");
    format!("Basic {}", STANDARD.encode(pair))
}
