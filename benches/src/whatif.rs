//! Replays a past under a draft, beside the plain replay.

use std::sync::Arc;

use accord::rules::Rules;
use article::document::parse;
use ledger::reader::Entry;
use node::fold;
use node::whatif::{self, Turn};

use crate::ledgers::{MIX, write};
use crate::parties::{AGREEMENT, Failure};
use crate::replay::{read, tree};
use crate::say;
use crate::timing::{a_second, worked};

/// Measures and prints.
pub(crate) fn run(statements: u32) -> Result<(), Failure> {
    say::heading("What-if", MIX)?;
    let (host, guest) = past(statements)?;
    let all = u32::try_from(host.len() + guest.len())?;
    let text = AGREEMENT.replace("headcount_max = 10,", "headcount_max = 1,");
    let draft = Arc::new(Rules::compile(parse(&text)?)?);
    let (plain, _) = {
        let (host, guest) = (host.clone(), guest.clone());
        worked(|| fold::replay(host, guest))?
    };
    let (took, report) = worked(|| whatif::replay(host, guest, &draft))?;
    // A draft that changes nothing would be cheap to ask.
    if report.count(Turn::Refused) == 0 {
        return Err("the draft refuses nothing".into());
    }
    say::line(format_args!(
        "{all} statements, {} asked the agreement, {} would have been refused: {:.2} s.\n",
        report.asked,
        report.count(Turn::Refused),
        took.as_secs_f64()
    ))?;
    let plain = a_second(all, plain);
    say::rate("replay of verified statements", plain)?;
    let what = "replay of verified statements under a draft";
    say::against(what, a_second(all, took), ("replays", plain))?;
    Ok(())
}

type Entries = Vec<Entry>;

fn past(statements: u32) -> Result<(Entries, Entries), Failure> {
    let ledgers = write(statements)?;
    let (host, guest) = (&ledgers.host, &ledgers.guest);
    let (host_tree, guest_tree) = (tree(&host.sealed), tree(&guest.sealed));
    let hosts = read(&host.party, &host.sealed, &guest_tree)?;
    let guests = read(&guest.party, &guest.sealed, &host_tree)?;
    Ok((hosts, guests))
}
