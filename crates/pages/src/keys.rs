//! The keys of both parties: who signs, since when, until when, and who holds the root.

use maud::{Markup, html};
use words::hash::{Hash, KeyId};
use words::id::PersonId;
use words::moment::Moment;
use words::refusal::Reason;
use words::role::Role;

use sheet::closed;
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::{Naming, Term, own};
use tongue::speech::Value;

closed! {
    /// How a key stands.
    KeyStand in "key-stand" {
        /// It signs.
        Lives = "lives",
        /// It signs, and not for long.
        EndsSoon = "ends-soon",
        /// Its time is over.
        Ended = "ended",
        /// It was voided.
        Voided = "voided",
        /// What it signed since some place is disowned.
        Disowned = "disowned",
    }
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its short name.
    pub key: KeyId,
    /// Whose.
    pub person: PersonId,
    /// What it may sign.
    pub roles: Vec<Role>,
    /// The statement that enrolled it.
    pub since: u64,
    /// Its end, if it has one.
    pub until: Option<Moment>,
    /// The statement that voided it.
    pub voided_at: Option<u64>,
    /// How it stands.
    pub stand: KeyStand,
}

/// What a party disowned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disowned {
    /// Which key.
    pub key: KeyId,
    /// From which statement on.
    pub since: u64,
    /// How many things ended with it.
    pub ended: u64,
}

/// The keys of one party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// Its name in the reader's language.
    pub name: String,
    /// The version of the root.
    pub version: u32,
    /// The custodians' keys.
    pub custodians: Vec<KeyId>,
    /// How many of them must sign.
    pub threshold: u32,
    /// The hash of the reserve.
    pub reserve: Option<Hash>,
    /// Since which statement they hold the root.
    pub since: u64,
    /// Did the reserve take it over by itself?
    pub recovered: bool,
    /// How many orders stood.
    pub orders: u64,
    /// Keys of persons and of the node.
    pub rows: Vec<Row>,
    /// What was disowned.
    pub disowned: Vec<Disowned>,
    /// Orders that are void, with the reason.
    pub refused: Vec<(u64, Reason)>,
}

/// Both parties' keys, ours first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// By party.
    pub rings: Vec<Ring>,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("custody")) }
        p class="meta" { (tongue.say("custody-what")) }
        @for ring in &view.rings { (notes(ring, frame)) }
        @for (place, ring) in view.rings.iter().enumerate() { (card(ring, (place, frame))) }
    };
    framed(frame, &Sheet { title: tongue.say("custody"), class: "page wide", main })
}

/// What somebody must look at: a reserve that took over, keys that run out, what was disowned.
pub fn notes(ring: &Ring, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let party = || ("party", ring.name.as_str().into());
    let ending = ring.rows.iter().filter(|row| row.stand == KeyStand::EndsSoon).count();
    html! {
        @if ring.recovered {
            section class="banner breach" role="alert" {
                p { (tongue.say_with("custody-recovered", &[party(), ("index", count(ring.since))])) }
            }
        }
        @for it in &ring.disowned {
            section class="banner breach" role="alert" {
                p { (tongue.say_with("custody-disowned", &[
                    party(), ("key", it.key.to_string().as_str().into()),
                    ("since", count(it.since)), ("ended", count(it.ended)),
                ])) }
            }
        }
        @for (index, reason) in &ring.refused {
            section class="banner" role="status" {
                p { (tongue.say_with("custody-refused", &[party(), ("index", count(*index))])) " "
                    (tongue.term(*reason)) }
            }
        }
        @if ending > 0 {
            section class="banner" role="status" {
                p { (tongue.say_with("custody-ending", &[party(), ("count", count(u64::try_from(ending).unwrap_or(u64::MAX)))])) }
            }
        }
    }
}

fn count(number: u64) -> Value {
    number.into()
}

fn card(ring: &Ring, (place, frame): (usize, &Frame)) -> Markup {
    let tongue = frame.tongue();
    let named = tongue.say_with("custody-of", &[("party", ring.name.as_str().into())]);
    let of = u64::try_from(ring.custodians.len()).unwrap_or(u64::MAX);
    let held = [("count", count(of)), ("threshold", count(ring.threshold.into()))];
    let heading = format!("h-keys-{place}");
    html! {
        section class="card" aria-labelledby=(heading) {
            h2 id=(heading) { (named) }
            p { (tongue.say_with("custody-held", &held)) }
            dl class="facts-list" {
                dt { (tongue.say("custody-version")) } dd { (ring.version) }
                dt { (tongue.say("custody-since")) } dd { (ring.since) }
                dt { (tongue.say("custody-orders")) } dd { (ring.orders) }
                dt { (tongue.say("custody-custodians")) }
                dd { @for key in &ring.custodians { code class="proof" dir="ltr" { (key) } " " } }
                dt { (tongue.say("custody-reserve")) }
                dd { @match ring.reserve {
                    Some(hash) => code class="proof" dir="ltr" { (hash) },
                    None => (tongue.say("custody-reserve-none")),
                } }
            }
            (table(ring, (&heading, frame)))
        }
    }
}

fn table(ring: &Ring, (heading, frame): (&str, &Frame)) -> Markup {
    let tongue = frame.tongue();
    let heads =
        ["signed-by", "roles", "standing", "custody-from", "until", "custody-voided", "key"];
    html! {
        div class="scroll" tabindex="0" role="region" aria-labelledby=(heading) {
            table class="table rows" {
                thead { tr { @for head in heads { th scope="col" { (tongue.say(head)) } } } }
                tbody { @for row in &ring.rows { (line(row, frame)) } }
            }
        }
    }
}

fn line(row: &Row, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let class = match row.stand {
        KeyStand::Lives => "ok",
        KeyStand::EndsSoon => "pending",
        KeyStand::Ended | KeyStand::Voided => "",
        KeyStand::Disowned => "alarm",
    };
    html! {
        tr {
            td { (own(row.person.as_str())) }
            td { @for (at, role) in row.roles.iter().enumerate() {
                @if at > 0 { ", " } (tongue.term(*role))
            } }
            td { span class={ "chip " (class) } { (tongue.term(row.stand)) } }
            td { (row.since) }
            td { @match row.until {
                Some(until) => (stamp::at(until)),
                None => (tongue.say("custody-no-end")),
            } }
            td { @if let Some(index) = row.voided_at { (index) } }
            td { code class="proof" dir="ltr" { (row.key) } }
        }
    }
}
