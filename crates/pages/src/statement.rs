//! One statement with its body and the proof that it is in the ledger.

use maud::{Markup, html};
use sheet::term::Naming;
use words::act::{KeyKind, Names};
use words::hash::{Hash, KeyId, StatementId};
use words::letter::ErasureRule;
use words::moment::Moment;

use crate::ledger::{Row, standing};
use sheet::form::{Next, act};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::own;

/// What lies beside the entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The reader is of its audience: JSON, indented.
    Open(String),
    /// The reader is not; the commitment is all there is.
    Withheld,
    /// It was erased; the ledger still verifies. Each party that says so.
    Erased(Vec<Gone>),
}

/// A party's word that its copy of a body is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// The party.
    pub party: Names,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Under which rule.
    pub rule: Option<ErasureRule>,
    /// Why.
    pub reason: String,
}

/// The proof that the entry is in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The size of the head that it leads to.
    pub size: u64,
    /// The root of that head.
    pub root: Hash,
    /// The hash of the entry.
    pub leaf: Hash,
    /// The hashes on the way up.
    pub hashes: Vec<Hash>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// As in the list.
    pub row: Row,
    /// Its id.
    pub id: StatementId,
    /// The key that signed it.
    pub key: KeyId,
    /// How that key signs; `None` if the ledger does not know it.
    pub kind: Option<KeyKind>,
    /// Size and root of the other ledger when it was made.
    pub seen: Option<(u64, Hash)>,
    /// The commitment to its body.
    pub commitment: Hash,
    /// Its body.
    pub body: Body,
    /// The proof; `None` before it is in a signed head.
    pub proof: Option<Proof>,
    /// The command that checks it on another machine.
    pub command: String,
    /// What may be done about the body: show it to others, or erase it.
    pub next: Vec<Next>,
    /// Where the file is that shows the body to others, once the reader has said to whom.
    pub file: Option<String>,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let place = format!("{}#{}", view.row.party, view.row.index);
    let main = html! {
        p class="crumbs" { a href="/ledger" { (tongue.say("nav-ledger")) } }
        h1 { (tongue.word("act", &view.row.act)) " " span class="meta" { (own(&place)) } }
        p { (standing(view.row.void, frame)) }
        (header(view, frame))
        (body(view, frame))
        (proof(view, frame))
    };
    let title = format!("{} {place}", tongue.say("statement"));
    framed(frame, &Sheet { title, class: "page", main })
}

fn header(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let row = &view.row;
    html! {
        section class="card" aria-labelledby="h-header" {
            h2 id="h-header" { (tongue.say("header")) }
            dl class="facts-list" {
                dt { (tongue.say("id")) } dd { code class="proof" dir="ltr" { (view.id) } }
                dt { (tongue.say("signed-by")) } dd { (own(&row.by)) }
                dt { (tongue.say("key")) }
                dd {
                    code class="proof" dir="ltr" { (view.key) }
                    @if let Some(kind) = view.kind { " · " (tongue.say(kind_key(kind))) }
                }
                dt { (tongue.say("when")) } dd { (stamp::at(row.at)) }
                dt { (tongue.say("audience")) } dd { (tongue.term(&row.audience)) }
                dt { (tongue.say("finality")) } dd { (tongue.term(row.finality)) }
                @if let Some((size, root)) = view.seen {
                    dt { (tongue.say("seen")) }
                    dd { (size) " " code class="proof" dir="ltr" { (root) } }
                }
            }
        }
    }
}

// A passkey asks its person for each act; a key file was opened when that person signed in.
const fn kind_key(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Ed25519 => "key-file",
        KeyKind::PasskeyP256 => "passkey",
        KeyKind::Ed25519MlDsa44 => "key-hybrid",
        KeyKind::MlDsa44 => "key-ml-dsa",
    }
}

fn body(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" aria-labelledby="h-body" {
            h2 id="h-body" { (tongue.say("body")) }
            @match &view.body {
                Body::Open(json) => {
                    pre class="proof" dir="ltr" tabindex="0" { (json) }
                }
                Body::Withheld => p { span class="sealed" { (tongue.say("withheld")) } },
                Body::Erased(told) => {
                    p { span class="sealed" { (tongue.say("erased")) } }
                    ul { @for gone in told { li {
                        (own(frame.lang.of(&gone.party))) " · " (own(&gone.by)) " · "
                        (stamp::at(gone.at))
                        @if let Some(rule) = gone.rule { " · " (tongue.term(rule)) }
                        " · " bdi { (gone.reason) }
                    } } }
                }
            }
            @if let Some(file) = &view.file {
                p { a href=(file) { (tongue.say("revealed-file")) } }
            }
            @for next in &view.next { details data-key=(next.act) {
                summary { (tongue.say(&format!("do-{}", next.act))) }
                (act(frame, &next.act, &view.id.to_string(), &next.fill))
            } }
            p { (tongue.say("commitment")) " "
                code class="proof" dir="ltr" { (view.commitment) } }
        }
    }
}

fn proof(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" aria-labelledby="h-proof" {
            h2 id="h-proof" { (tongue.say("proof")) }
            @if let Some(proof) = &view.proof {
                dl class="facts-list" {
                    dt { (tongue.say("leaf")) }
                    dd { code class="proof" dir="ltr" { (proof.leaf) } }
                    dt { (tongue.say("size")) } dd { (proof.size) }
                    dt { (tongue.say("root")) }
                    dd { code class="proof" dir="ltr" { (proof.root) } }
                }
                ol { @for hash in &proof.hashes {
                    li { code class="proof" dir="ltr" { (hash) } }
                } }
            } @else {
                p class="chip pending" { (tongue.say("proof-none")) }
            }
            p { (tongue.say("proof-check")) }
            pre class="proof" dir="ltr" tabindex="0" { (view.command) }
        }
    }
}
