//! Both ledgers: heads, witnesses, breaches, every statement.

use maud::{Markup, html};
use words::audience::Audience;
use words::hash::Hash;
use words::id::PartyId;
use words::moment::Moment;
use words::refusal::Reason;

use sheet::closed;
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::{Naming, Term, own};

closed! {
    /// How final a statement is.
    Finality in "finality" {
        /// Received.
        L0 = "l0",
        /// In a signed head.
        L1 = "l1",
        /// Cosigned by the counterpart.
        L2 = "l2",
    }
}

closed! {
    /// Whether two nodes computed the same joint state from the same statements.
    Agreed in "state-hash" {
        /// The same, byte for byte.
        Equal = "equal",
        /// Not the same: one of the programs is wrong, and authority must not rest on it.
        Diverged = "diverged",
        /// Not compared yet.
        Unknown = "unknown",
    }
}

/// A cosignature under a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// Which party.
    pub by: String,
    /// When.
    pub at: Moment,
    /// At which size.
    pub size: u64,
}

/// The head of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Whose ledger.
    pub party: PartyId,
    /// That party's name in the reader's language.
    pub name: String,
    /// Is it this node's own?
    pub own: bool,
    /// Entries.
    pub size: u64,
    /// Root of the tree.
    pub root: Hash,
    /// The time inside the last signed heartbeat.
    pub heartbeat: Moment,
    /// Who cosigned it, the counterpart and the witnesses.
    pub cosigned: Vec<Cosigned>,
    /// The joint state that its heartbeat names, compared with ours.
    pub state: Agreed,
    /// The hash of that joint state.
    pub state_hash: Option<Hash>,
}

/// A breach of the rules of ledgers, with the proof kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Who broke them, by name.
    pub party: String,
    /// A word of `term::MISBEHAVIOURS`.
    pub code: String,
    /// When it was noted.
    pub at: Moment,
    /// The two signed notes that cannot both be true.
    pub heads: Vec<String>,
}

/// Something that a party signed for and does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Who, by name.
    pub party: String,
    /// A word of `term::MISBEHAVIOURS`.
    pub code: String,
    /// Since when.
    pub since: Moment,
}

/// A statement in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// In whose ledger.
    pub party: PartyId,
    /// At which place.
    pub index: u64,
    /// The act's word.
    pub act: String,
    /// Who signed, by name or pseudonym.
    pub by: String,
    /// When, by the author's clock.
    pub at: Moment,
    /// Who gets the body.
    pub audience: Audience,
    /// How final it is.
    pub finality: Finality,
    /// Why it counts for nothing, if it does.
    pub void: Option<Reason>,
}

/// Both ledgers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The heads, ours first.
    pub heads: Vec<Head>,
    /// Breaches seen.
    pub breaches: Vec<Breach>,
    /// What does not come.
    pub silences: Vec<Silence>,
    /// Names of files that convince a stranger.
    pub evidence: Vec<String>,
    /// One page of statements, newest first.
    pub statements: Vec<Row>,
    /// The address of the page with newer statements.
    pub newer: Option<String>,
    /// The address of the page with older ones.
    pub older: Option<String>,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("nav-ledger")) }
        p class="meta" { (tongue.say("ledger-what")) }
        div class="dims" data-fragment="/fragment/ledger" data-on="ledger" {
            (fragment_heads(view, frame))
        }
        section aria-labelledby="h-statements" {
            h2 id="h-statements" { (tongue.say("statements")) }
            (statements(view, frame))
            (paging(view, frame))
        }
    };
    framed(frame, &Sheet { title: tongue.say("nav-ledger"), class: "page wide", main })
}

/// The breaches, if any, and the heads.
pub fn fragment_heads(view: &View, frame: &Frame) -> Markup {
    html! {
        @for breach in &view.breaches { (breach_banner(breach, frame)) }
        @for silence in &view.silences { (silence_banner(silence, frame)) }
        @if !view.evidence.is_empty() { (evidence(&view.evidence, frame)) }
        div class="cards" { @for head in &view.heads { (head_card(head, frame)) } }
    }
}

/// A statement's address.
pub fn address(party: &PartyId, index: u64) -> String {
    format!("/ledger/{party}/{index}")
}

fn breach_banner(breach: &Breach, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="banner breach" role="alert" {
            h2 { (tongue.say_with("breach", &[("party", breach.party.as_str().into())])) }
            p { (tongue.word("misbehaviour", &breach.code)) " · " (stamp::at(breach.at)) }
            details data-key={ "breach-" (breach.at) } {
                summary { (tongue.say("breach-proof")) }
                @for head in &breach.heads { pre class="proof" dir="ltr" { (head) } }
            }
        }
    }
}

fn silence_banner(silence: &Silence, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="banner breach" role="alert" {
            h2 { (tongue.say_with("silence", &[("party", silence.party.as_str().into())])) }
            p { (tongue.word("misbehaviour", &silence.code)) " · "
                (stamp::age(silence.since, frame.now, tongue)) }
        }
    }
}

/// Pieces of evidence on the page: more are not looked at there.
const EVIDENCE_SHOWN_MAX: usize = 5;

// The newest: a line that was often down leaves many, and `ledger evidence` writes them all.
fn evidence(names: &[String], frame: &Frame) -> Markup {
    html! {
        section class="card" {
            h2 { (frame.tongue().say("evidence")) " " span class="meta" { (names.len()) } }
            ul class="taps" { @for name in names.iter().rev().take(EVIDENCE_SHOWN_MAX) {
                li { a href={ "/evidence/" (name) } download { (own(name)) } }
            } }
        }
    }
}

fn head_card(head: &Head, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let class = match head.state {
        Agreed::Equal => "ok",
        Agreed::Diverged => "alarm",
        Agreed::Unknown => "pending",
    };
    html! {
        section class="card" {
            h2 { (own(&head.name)) " "
                @if head.own { span class="tag" { (tongue.say("ledger-own")) } } }
            dl class="facts-list" {
                dt { (tongue.say("size")) } dd { (head.size) }
                dt { (tongue.say("root")) } dd { code class="proof" dir="ltr" { (head.root) } }
                dt { (tongue.say("heartbeat")) }
                dd { (stamp::age(head.heartbeat, frame.now, tongue)) }
                dt { (tongue.say("joint-state")) }
                dd { span class={ "chip " (class) } { (tongue.term(head.state)) }
                    @if let Some(hash) = head.state_hash {
                        " " code class="proof" dir="ltr" { (hash) }
                    } }
            }
            (cosignatures(head, frame))
        }
    }
}

fn cosignatures(head: &Head, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        h3 { (tongue.say("witnesses")) }
        @if head.cosigned.is_empty() { p class="empty" { (tongue.say("witnesses-none")) } }
        ul { @for cosigned in &head.cosigned {
            li { (own(&cosigned.by)) " · " (tongue.say("size")) " " (cosigned.size) " · "
                (stamp::age(cosigned.at, frame.now, tongue)) }
        } }
    }
}

fn statements(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let heads = ["place", "act", "signed-by", "when", "audience", "finality", "standing"];
    html! {
        div class="scroll" tabindex="0" role="region" aria-labelledby="h-statements" {
            table class="table rows" {
                thead { tr { @for head in heads { th scope="col" { (tongue.say(head)) } } } }
                tbody { @for row in &view.statements { (statement(row, frame)) } }
            }
        }
    }
}

fn statement(row: &Row, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        tr {
            th scope="row" {
                a href=(address(&row.party, row.index)) {
                    (own(format_args!("{}#{}", row.party, row.index)))
                }
            }
            td { (tongue.word("act", &row.act)) }
            td { (own(&row.by)) }
            td { (stamp::at(row.at)) }
            td { (tongue.term(&row.audience)) }
            td { (tongue.term(row.finality)) }
            td { (standing(row.void, frame)) }
        }
    }
}

/// Does a statement count, or why not?
pub fn standing(void: Option<Reason>, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @match void {
            Some(reason) => span class="chip lost" {
                (tongue.say("void")) " · " (tongue.term(reason))
            },
            None => span class="chip ok" { (tongue.say("stands")) },
        }
    }
}

fn paging(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        nav class="row" aria-label=(tongue.say("paging")) {
            @if let Some(href) = &view.newer {
                a class="button" href=(href) rel="prev" { (tongue.say("newer")) }
            }
            @if let Some(href) = &view.older {
                a class="button" href=(href) rel="next" { (tongue.say("older")) }
            }
        }
    }
}
