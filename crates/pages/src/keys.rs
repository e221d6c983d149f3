//! The keys of both parties: who signs, until when, who holds the root.
//!
//! What may not happen here: a colour that says what no word says.

use maud::{Markup, html};
use words::hash::{Hash, KeyId};
use words::id::{PartyId, PersonId};
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

closed! {
    /// Why a key signs no more before its time is over.
    Why in "key-why" {
        /// As whoever voided it says.
        Said = "said",
        /// The node has another key.
        Replaced = "replaced",
        /// The root has other holders.
        PassedOn = "passed-on",
        /// The key that enrolled it was in other hands.
        Enroller = "enroller",
    }
}

/// Where a key ended before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The statement that voided it.
    pub index: u64,
    /// When that was.
    pub at: Moment,
    /// Why.
    pub why: Why,
    /// What was said of it.
    pub said: String,
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
    /// The statement that enrolled it, and when that was.
    pub since: (u64, Moment),
    /// Its end, if it has one.
    pub until: Option<Moment>,
    /// Where it was voided, when, and why.
    pub ended: Option<Ended>,
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
    /// The statement that says so.
    pub said: u64,
    /// How many things ended with it.
    pub ended: u64,
    /// What it signed in between: the place, and the word of the act.
    pub signed: Vec<(u64, String)>,
    /// How many more there are.
    pub more: u64,
}

/// The keys of one party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// Which.
    pub party: PartyId,
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
    /// Since which statement they hold the root, and when that was.
    pub since: (u64, Moment),
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
    let soon = ring.rows.iter().filter(|row| row.stand == KeyStand::EndsSoon).count();
    let over = ring.rows.iter().filter(|row| row.stand == KeyStand::Ended).count();
    let [ending, over] = [soon, over].map(|keys| u64::try_from(keys).unwrap_or(u64::MAX));
    html! {
        @if ring.recovered {
            section class="banner breach" role="alert" {
                p { (tongue.say_with("custody-recovered", &[
                    party(), ("index", count(ring.since.0)),
                ])) }
            }
        }
        @for it in &ring.disowned {
            section class="banner breach" role="alert" {
                p { (tongue.say_with("custody-disowned", &[
                    party(), ("key", it.key.to_string().as_str().into()),
                    ("since", count(it.since)), ("ended", count(it.ended)),
                ])) " " (statement(ring, it.said)) }
                (signed(ring, it, frame))
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
                p { (tongue.say_with("custody-ending", &[party(), ("count", count(ending))])) " "
                    (renewers(ring, frame)) }
            }
        }
        @if over > 0 {
            section class="banner" role="status" {
                p { (tongue.say_with("custody-over", &[party(), ("count", count(over))])) " "
                    (renewers(ring, frame)) }
            }
        }
    }
}

fn count(number: u64) -> Value {
    number.into()
}

// Who can enrol another key in the place of one that has run out.
fn renewers(ring: &Ring, frame: &Frame) -> Markup {
    let of = u64::try_from(ring.custodians.len()).unwrap_or(u64::MAX);
    let how = [("count", count(of)), ("threshold", count(ring.threshold.into()))];
    let key = if of > 1 { "custody-renew-by" } else { "custody-renew-root" };
    html! { (frame.tongue().say_with(key, &how)) }
}

fn statement(ring: &Ring, index: u64) -> Markup {
    html! { a href=(format!("/ledger/{}/{index}", ring.party)) { (index) } }
}

// What a key signed while it was in other hands: to be looked at one by one.
fn signed(ring: &Ring, it: &Disowned, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @if !it.signed.is_empty() {
            p { (tongue.say("custody-signed")) }
            ul {
                @for (index, word) in &it.signed {
                    li { (statement(ring, *index)) " " (tongue.word("act", word)) }
                }
                @if it.more > 0 {
                    li { (tongue.say_with("custody-more", &[("count", count(it.more))])) }
                }
            }
        }
    }
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
                dt { (tongue.say("custody-since")) }
                dd { (statement(ring, ring.since.0)) " · " (stamp::at(ring.since.1)) }
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
                tbody { @for row in &ring.rows { (line(row, (ring, frame))) } }
            }
        }
    }
}

fn line(row: &Row, (ring, frame): (&Ring, &Frame)) -> Markup {
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
            td { (statement(ring, row.since.0)) " · " (stamp::at(row.since.1)) }
            td { @match row.until {
                Some(until) => (stamp::at(until)),
                None => (tongue.say("custody-no-end")),
            } }
            td { @if let Some(ended) = &row.ended { (why(ended, (ring, frame))) } }
            td { code class="proof" dir="ltr" { (row.key) } }
        }
    }
}

fn why(ended: &Ended, (ring, frame): (&Ring, &Frame)) -> Markup {
    html! {
        (statement(ring, ended.index)) " · " (stamp::at(ended.at)) " · "
        (frame.tongue().term(ended.why))
        @if !ended.said.is_empty() { " " (own(&ended.said)) }
    }
}
