//! Measures the house: medians, and ratios to a baseline of the same run.

mod parties;
mod say;
mod scratch;
mod timing;

mod acts;
mod baseline;
mod decide;
mod hybrid;
mod ledgers;
mod passes;
mod public;
mod replay;
mod roads;
mod texts;
mod whatif;

mod keeping;
mod stranger;

mod http;
mod node;

mod live;
mod pages;
mod prove;
mod revocation;
mod start;

use std::env;
use std::process::ExitCode;

use mimalloc::MiMalloc;

use crate::parties::Failure;

// The binary's own, so that what is measured is what runs.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const USAGE: &str = "\
usage: benches WHAT [--statements N]
  acts        acts a second by one node, beside signatures and durable transactions
  replay      two ledgers of N statements (1,000,000) to the joint state
  prove       every theorem of the largest worked agreement, with each solver
  lint        the largest worked agreement: read, lint, lay out
  whatif      two ledgers of N statements (1,000,000) under a draft
  revocation  from the host's officer to the guest's state and open console
  pages       first byte and bytes of every page
  live        500 consoles, 200 moving units: the node's processor and memory
  start       cold start, memory at rest, size of the program
  passes      one pass verified, beside two bare verifications; sizes of codes
  hybrid      signatures by two algorithms, beside Ed25519; the size of a head
  decide      decisions under 10 to 10,000 provisions of annexes, beside bare Cedar
  public      proofs from tiles, and a witness beside its signatures and its disk
  keeping     a ledger taken in: verified and durable; bytes of a stick
  stranger    the audit of a file of N statements (1,000,000)
  roads       import beside osmium, hierarchies beside plain Dijkstra
  all         everything
Revocation, pages, live and start run `safeconduct`, built beside this program.";

/// Statements that are replayed unless told otherwise: years of a busy deployment.
const STATEMENTS: u32 = 1_000_000;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        [what] => measure(what, STATEMENTS),
        [what, "--statements", count] => match count.parse() {
            Ok(count) => measure(what, count),
            Err(_) => Err("--statements takes a number".into()),
        },
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say::failed(failure.as_ref());
            ExitCode::from(2)
        }
    }
}

type Step<'a> = &'a dyn Fn() -> Result<(), Failure>;

fn measure(what: &str, statements: u32) -> Result<(), Failure> {
    let steps: [(&str, Step<'_>); 16] = [
        ("acts", &acts::run),
        ("replay", &|| replay::run(statements)),
        ("prove", &prove::run),
        ("lint", &texts::run),
        ("whatif", &|| whatif::run(statements)),
        ("revocation", &revocation::run),
        ("pages", &pages::run),
        ("live", &live::run),
        ("start", &start::run),
        ("passes", &passes::run),
        ("hybrid", &hybrid::run),
        ("decide", &decide::run),
        ("public", &public::run),
        ("keeping", &keeping::run),
        ("stranger", &|| stranger::run(statements)),
        ("roads", &roads::run),
    ];
    let chosen: Vec<_> = steps.iter().filter(|(name, _)| what == "all" || what == *name).collect();
    if chosen.is_empty() {
        return Err(USAGE.into());
    }
    chosen.iter().try_for_each(|(_, step)| step())
}
