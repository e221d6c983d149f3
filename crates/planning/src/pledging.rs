//! `post commit`, `reveal`, `roster --said`, `check`: drawn, not chosen.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use audit::letters::{Letter, letters};
use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use post::plan::parse;
use post::pledge::{Said, plan_hash, pledge, said, side, word};
use post::rota::{Document, Unfit, document};
use serde_json::json;
use strongbox::dice::{Dice, SystemDice};
use words::hash::{Hash, Seed};
use words::moment::Moment;
use words::role::Side;

use crate::answer::{malformed, read};
use crate::rostering::{answer, lacking};

/// An export of two ledgers that a year's letters fit into many times over.
const AUDIT_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// Draws a seed, keeps it, and says the pledge that binds this side to it.
pub fn commit(given: &Given) -> Result<(), Trouble> {
    let path = given.beside()?;
    let text = read(path)?;
    parse(&text).map_err(|wrong| malformed(path, &wrong))?;
    let by = given.need("side")?;
    let by = side(by).ok_or_else(|| {
        Trouble::malformed(format!("`{by}` is neither `host` nor `guest`"))
            .hint("say whose node this is: `--side host`, or `--side guest`")
    })?;
    let (plan, seed) = (plan_hash(&text), Seed(SystemDice.roll()));
    let out = given.need("out")?;
    write_new(Path::new(out), &format!("{}\n", Said::Shown { side: by, plan, seed }))?;
    let promised = pledge(by, &plan, &seed);
    say(given, &Said::Pledged { side: by, plan, pledge: promised });
    Ok(())
}

/// Shows this side's seed, once the other side's pledge for the same plan is here.
pub fn reveal(given: &Given) -> Result<(), Trouble> {
    let path = given.beside()?;
    let own = said(&read(path)?);
    let [Said::Shown { side: by, plan, seed }] = own.as_slice() else {
        return Err(Trouble::malformed(format!("`{path}` holds no seed"))
            .hint("it is the file that `post commit --out` wrote"));
    };
    let theirs = given.need("theirs")?;
    let all = said(&read(theirs)?);
    let of_other = |it: &&Said| matches!(it, Said::Pledged { side, .. } if *side == by.other());
    let mut pledges = all.iter().filter(of_other);
    let same = |it: &Said| matches!(it, Said::Pledged { plan: of, .. } if of == plan);
    match pledges.next() {
        None => {
            let what = format!("`{theirs}` holds no pledge of the {}", word(by.other()));
            return Err(Trouble::refused(what).hint(
                "show your seed only when you have theirs: who shows first can be answered",
            ));
        }
        Some(first) if !same(first) || pledges.any(|it| it != first) => {
            let what = format!("`{theirs}` holds a pledge for another plan, or more than one");
            return Err(
                Trouble::refused(what).hint("both pledge once, for one file: compare its SHA-256")
            );
        }
        Some(_) => {}
    }
    say(given, &Said::Shown { side: *by, plan: *plan, seed: *seed });
    Ok(())
}

fn say(given: &Given, line: &Said) {
    if given.json {
        print::json(&json!({ "line": line.to_string() }));
    } else {
        print::answer(&line.to_string());
    }
}

/// Draws a roster from what both have said, and writes it down with its proof.
pub fn drawn(given: &Given, path: &str, text: &str, files: &str) -> Result<(), Trouble> {
    let mut all = Vec::new();
    for file in files.split(',') {
        all.extend(said(&read(file)?));
    }
    let (written, rota) = document(text, &all).map_err(|unfit| trouble(path, &unfit))?;
    if let Some(out) = given.get("out") {
        let mut text = serde_json::to_string_pretty(&written)
            .map_err(|cause| Trouble::fault("a roster cannot be written").because(cause))?;
        text.push('\n');
        write_new(Path::new(out), &text)?;
    }
    answer(&rota).say(given.json)
}

/// Makes a roster again from its plan; with two ledgers also asks whether both pledged first.
pub fn check(given: &Given) -> Result<(), Trouble> {
    let (path, plan) = (given.beside()?, given.beside_it()?);
    let written = Document::read(&read(path)?).map_err(|unfit| trouble(path, &unfit))?;
    let rota = written.check(&read(plan)?).map_err(|unfit| trouble(path, &unfit))?;
    let proof = given.get("audit").map(|file| of_ledgers(file, &written)).transpose()?;
    let lines = rota.roster.lines.len();
    if given.json {
        let proof = proof.as_ref().map(|[host, guest]| {
            json!({ "host_pledged": host.0, "guest_pledged": guest.0,
                "host_shown": host.1, "guest_shown": guest.1 })
        });
        print::json(&json!({
            "plan": written.plan, "lines": lines, "orders": written.orders.len(),
            "drawn": true, "in_ledgers": proof,
        }));
        return Ok(());
    }
    print::answer(&format!("plan {}", written.plan));
    print::answer(&format!("{lines} lines follow from the plan and both seeds, and no others"));
    match proof {
        None => print::answer(
            "both seeds open their pledges; that these came first is not in this file: --audit",
        ),
        Some([host, guest]) => print::answer(&format!(
            "the ledgers say: the host pledged {}, the guest {}, before the host showed its seed \
             {} and the guest {}",
            host.0, guest.0, host.1, guest.1
        )),
    }
    Ok(())
}

fn of_ledgers(file: &str, written: &Document) -> Result<[(Moment, Moment); 2], Trouble> {
    let size = fs::metadata(file).map_or(0, |it| it.len());
    if size > AUDIT_BYTES_MAX {
        return Err(Trouble::malformed(format!("`{file}` is longer than {AUDIT_BYTES_MAX} bytes")));
    }
    let bytes = fs::read(file)
        .map_err(|cause| Trouble::fault(format!("cannot read `{file}`")).because(cause))?;
    let letters = letters(&bytes)
        .map_err(|cause| Trouble::unverified(format!("`{file}` does not hold")).because(cause))?;
    before(&letters, written).map_err(|why| {
        Trouble::unverified(format!("the ledgers in `{file}` do not bear it out")).because(why)
    })
}

/// When each side pledged and when it showed its seed: both pledged once, and neither showed its
/// seed before it had the other's pledge.
pub fn before(letters: &[Letter], written: &Document) -> Result<[(Moment, Moment); 2], String> {
    let [host, guest] = [Side::Host, Side::Guest].map(|side| spoken(letters, written, side));
    let (host, guest) = (host?, guest?);
    for (side, own, other) in [(Side::Host, host, guest), (Side::Guest, guest, host)] {
        let [pledged, shown] = own;
        if shown.index <= pledged.index || shown.seen <= other[0].index {
            let (by, other) = (word(side), word(side.other()));
            return Err(format!(
                "the {by} showed its seed before both pledges were there: what it drew with the \
                 {other}'s could have been chosen"
            ));
        }
    }
    Ok([host, guest].map(|[pledged, shown]| (pledged.at, shown.at)))
}

// The letters in which a side pledged and in which it showed its seed first, in its own ledger.
fn spoken<'a>(
    letters: &'a [Letter],
    written: &Document,
    by: Side,
) -> Result<[&'a Letter; 2], String> {
    let own = || letters.iter().filter(|letter| letter.side == by);
    let party = match by {
        Side::Host => &written.host,
        Side::Guest => &written.guest,
    };
    let pledged = |letter: &Letter| -> Vec<Hash> {
        let lines = said(&letter.words).into_iter();
        let of = lines.filter_map(|it| match it {
            Said::Pledged { side, plan, pledge } if side == by && plan == written.plan => {
                Some(pledge)
            }
            Said::Pledged { .. } | Said::Shown { .. } => None,
        });
        of.collect()
    };
    let word = word(by);
    if own().flat_map(pledged).any(|other| other != party.pledge) {
        return Err(format!("the {word} pledged twice for this plan, and could choose later"));
    }
    let first = own().find(|letter| !pledged(letter).is_empty());
    let shown = Said::Shown { side: by, plan: written.plan, seed: party.seed };
    let second = own().find(|letter| said(&letter.words).contains(&shown));
    match (first, second) {
        (Some(first), Some(second)) => Ok([first, second]),
        (None, _) => Err(format!("no letter of the {word} to both holds its pledge")),
        (_, None) => Err(format!("no letter of the {word} to both holds its seed")),
    }
}

fn trouble(path: &str, unfit: &Unfit) -> Trouble {
    match unfit {
        Unfit::Plan(wrong) => malformed(path, wrong),
        Unfit::Lacks(lacks) => lacking(path, *lacks),
        Unfit::Unreadable(_) => Trouble::malformed(format!("`{path}`: {unfit}")),
        Unfit::OtherPlan { .. } => Trouble::unverified(format!("`{path}`: {unfit}"))
            .hint("give the very file: a blank more is another plan"),
        Unfit::Unbound(cause) => Trouble::unverified(format!("`{path}`: {unfit}"))
            .because(cause)
            .hint("both pledge for one file, and each shows the seed that it pledged"),
        Unfit::Differs { .. } => Trouble::unverified(format!("`{path}`: {unfit}"))
            .hint("somebody changed it: draw it again with `post roster --said`"),
    }
}

// A seed and a roster are for their owner's eyes, and nothing that is there is written over.
fn write_new(path: &Path, text: &str) -> Result<(), Trouble> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = opened.and_then(|mut file| {
        let whole = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        whole.inspect_err(|_| drop(fs::remove_file(path)))
    });
    written.map_err(|cause| {
        Trouble::fault(format!("cannot write `{}`", path.display()))
            .because(cause)
            .hint("a file that is there is not written over")
    })
}
