//! Pages of a console with something to show: time to the first byte.

use crate::http::Line;
use crate::parties::Failure;
use crate::revocation::Desks;
use crate::scratch::Scratch;
use crate::timing::percentile;
use crate::{node, say};

/// Requests of each page: enough for a 99th percentile.
const REQUESTS: u32 = 300;

/// Leases that stand in the ledgers; two fill the ceiling of the zone.
const LEASES: u32 = 2;

/// Every page of an officer, and what a screen asks for when something changed.
const PAGES: [&str; 10] = [
    "/signin",
    "/watch",
    "/movements",
    "/consent",
    "/agreement",
    "/ledger",
    "/ledger/host/0",
    "/geo/scene.json",
    "/fragment/alarms",
    "/fragment/consent",
];

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    let about = "The host's console over HTTP on loopback, one keep-alive connection, in English.";
    say::heading("Pages", about)?;
    let scratch = Scratch::new("pages")?;
    let [(host, _host_node), (guest, _guest_node)] = node::paired(&scratch, 200)?;
    let mut desks = Desks::open(&host, &guest, &guest.officer()?)?;
    desks.agree()?;
    for number in 0..LEASES {
        desks.lease(number)?;
    }
    let mut line = Line::with(host.console, &host.officer()?)?;
    for page in PAGES {
        let mut samples = Vec::new();
        let mut bytes = 0;
        for _ in 0..REQUESTS {
            let answer = line.get(page)?.good().map_err(|cause| format!("{page}: {cause}"))?;
            samples.push(answer.first_byte);
            bytes = answer.body.len();
        }
        let (half, most) = (percentile(&mut samples, 50), percentile(&mut samples, 99));
        say::line(format_args!(
            "| `{page}` | first byte p50 {:.2} ms, p99 {:.2} ms | {bytes} bytes |",
            half.as_secs_f64() * 1e3,
            most.as_secs_f64() * 1e3
        ))?;
    }
    Ok(())
}
