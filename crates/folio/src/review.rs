//! The review of a text: redlines, conversation, checks, sign-offs.

use maud::{Markup, html};
use words::act::Names;
use words::hash::Hash;
use words::moment::Moment;
use words::review::Circle;

use crate::family::{self, Upper};
use crate::life::{self, Life};
use crate::meaning::{self, Finding, Meaning};
use sheet::closed;
use sheet::form::{Choice, Fill, act, comment};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::{Naming, Term, own};

closed! {
    /// Where an agency stands.
    Standing in "standing" {
        /// It has time.
        Open = "open",
        /// Its time is over, and it has said nothing.
        Silent = "silent",
        /// It agrees.
        Concur = "concur",
        /// It does not object, and says what it would rather have.
        Reserve = "reserve",
        /// It objects.
        Object = "object",
    }
}

closed! {
    /// What is checked by machine.
    CheckKind in "text-check" {
        /// The file can be read.
        Parses = "parses",
        /// It holds together, and becomes rules.
        Compiles = "compiles",
        /// Every authentic language has its words.
        Languages = "languages",
    }
}

closed! {
    /// What became of an article between two texts.
    Change in "change" {
        /// Nothing.
        Same = "same",
        /// Its words or its clauses.
        Changed = "changed",
        /// It is new.
        Added = "added",
        /// It is gone.
        Removed = "removed",
    }
}

/// A piece of a redline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// In both texts.
    Kept(String),
    /// In the new text only.
    Added(String),
    /// In the old text only.
    Removed(String),
}

/// A check and what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Which.
    pub kind: CheckKind,
    /// Why not, in the machine's words; nothing if all is well.
    pub trouble: Option<String>,
}

/// A required agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// How its party calls it.
    pub name: String,
    /// Where it stands.
    pub standing: Standing,
    /// Who spoke for it, and when.
    pub said: Option<(String, Moment)>,
    /// Which articles it is about.
    pub articles: Vec<String>,
    /// In its own words.
    pub remark: String,
}

/// The agencies that one side asks, in one circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// Whose they are.
    pub party: Names,
    /// Who may read this.
    pub circle: Circle,
    /// Are they the reader's own?
    pub ours: bool,
    /// Until when they are waited for.
    pub until: Moment,
    /// Each.
    pub agencies: Vec<Agency>,
}

/// Something that somebody said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Who may read it.
    pub circle: Circle,
    /// Who said it.
    pub by: String,
    /// For which party.
    pub party: Names,
    /// When.
    pub at: Moment,
    /// What.
    pub words: String,
    /// Where the statement is.
    pub address: String,
}

/// An article, between two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redlined {
    /// Its number.
    pub number: String,
    /// Its heading in the reader's language.
    pub heading: String,
    /// What became of it.
    pub change: Change,
    /// Is it left out of copies for the public?
    pub restricted: bool,
    /// Its words in the reader's language.
    pub words: Vec<Run>,
    /// The file's own lines, every language and clause.
    pub file: Vec<Run>,
    /// What was said about it.
    pub remarks: Vec<Remark>,
}

/// Who has initialled or signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// The party.
    pub party: Names,
    /// Who initialled, and when.
    pub initialled: Option<(String, Moment)>,
    /// Who signed, and when.
    pub signed: Option<(String, Moment)>,
    /// Is it the reader's party?
    pub ours: bool,
}

/// What the reader may do here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a form of its own, not a state")]
pub struct May {
    /// Say something to the own party.
    pub note: bool,
    /// Say something to both parties: the text is on the table.
    pub share: bool,
    /// Name agencies, initial and sign: a signatory.
    pub sign: bool,
    /// Put a draft on the table.
    pub circulate: bool,
}

/// The review as the reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The title of the text in the reader's language.
    pub title: String,
    /// Where it stands.
    pub life: Life,
    /// The text above it, if it is a lower one.
    pub upper: Option<Upper>,
    /// The text that it is compared with; nothing if there is none.
    pub against: Option<Hash>,
    /// How our party and the other are called.
    pub parties: (Names, Names),
    /// Who initialled and signed.
    pub hands: Vec<Hand>,
    /// Which agencies are asked.
    pub panels: Vec<Panel>,
    /// What is checked.
    pub checks: Vec<Check>,
    /// What the lint found.
    pub findings: Vec<Finding>,
    /// What it permits beside the text before it; nothing while that is being found out.
    pub meaning: Option<Meaning>,
    /// Article by article.
    pub articles: Vec<Redlined>,
    /// What was said about the text as a whole.
    pub remarks: Vec<Remark>,
    /// The whole file, to begin a new draft from.
    pub source: String,
    /// What the reader may do.
    pub may: May,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        p class="crumbs" {
            a href={ "/agreement?id=" (view.life.agreement) } { (tongue.say("nav-agreement")) }
        }
        h1 { (tongue.say("review")) " · " bdi { (view.title) } }
        p { (tongue.say("fingerprint")) " "
            code class="proof" dir="ltr" { (view.life.text) } }
        @if let Some(upper) = &view.upper { (family::above(upper, frame)) }
        p class="meta" { @match view.against {
            Some(text) => { (tongue.say("review-against")) " "
                code class="proof" dir="ltr" { (life::short(text)) } },
            None => (tongue.say("review-alone")),
        } }
        (life::strip(&view.life, frame))
        (hands(view, frame))
        (panels(view, frame))
        (checks(view, frame))
        (meaning::findings(&view.findings, frame))
        // What a lower text permits depends on the one above it: it is not compared alone.
        @if view.against.is_some() && view.upper.is_none() {
            (meaning::section(view.meaning.as_ref(), frame))
        }
        (life::fate(&view.life, frame))
        section aria-labelledby="h-redline" {
            h2 id="h-redline" { (tongue.say("redline")) }
            p class="meta" { (tongue.say("redline-what")) }
            @for article in &view.articles { (redlined(article, view, frame)) }
        }
        section id="whole" aria-labelledby="h-whole" {
            h2 id="h-whole" { (tongue.say("review-whole")) }
            (talk(&view.remarks, frame))
            (composers("", view, frame))
        }
        (life::versions(&view.life, frame))
        (redraft(view, frame))
    };
    framed(frame, &Sheet { title: tongue.say("review"), class: "page wide review", main })
}

fn hands(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let fill = life::about(&view.life);
    let id = view.life.agreement.as_str();
    let ours = view.hands.iter().find(|hand| hand.ours);
    // Nobody signs what only we have seen.
    let closes = view.may.sign && view.may.share;
    html! {
        section aria-labelledby="h-hands" {
            h2 id="h-hands" { (tongue.say("hands")) }
            div class="parties" { @for hand in &view.hands { div class="signature" {
                h3 { (own(frame.lang.of(&hand.party))) }
                p { (tongue.say("initials")) " " (who(hand.initialled.as_ref(), frame)) }
                p { (tongue.say("signature")) " " (who(hand.signed.as_ref(), frame)) }
            } } }
            div class="row" {
                @if view.may.circulate { (act(frame, "agreement_proposed", id, &fill)) }
                @if closes && ours.is_some_and(|it| it.initialled.is_none()) {
                    (act(frame, "agreement_initialled", id, &fill))
                }
                @if closes && ours.is_some_and(|it| it.signed.is_none()) {
                    (act(frame, "agreement_signed", id, &fill))
                }
            }
        }
    }
}

fn who(hand: Option<&(String, Moment)>, frame: &Frame) -> Markup {
    html! {
        @match hand {
            Some((who, at)) => { (own(who)) " · " (stamp::at(*at)) }
            None => span class="chip pending" { (frame.tongue().say("not-yet")) },
        }
    }
}

fn panels(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section aria-labelledby="h-agencies" {
            h2 id="h-agencies" { (tongue.say("agencies")) }
            @if view.panels.is_empty() { p class="empty" { (tongue.say("agencies-none")) } }
            @for panel in &view.panels { (sign_offs(panel, view, frame)) }
            @if view.may.sign { (open_review(view, frame)) }
        }
    }
}

fn open_review(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let asked = view.panels.iter().find(|panel| panel.ours);
    let names = asked.map(|panel| panel.agencies.iter().map(|one| one.name.as_str()));
    let names = names.map(|names| names.collect::<Vec<_>>().join("\n")).unwrap_or_default();
    let fill = life::about(&view.life).with("agencies", names).with("deadline_hours", 72);
    html! {
        details data-key="open-review" {
            summary { (tongue.say("do-review_opened")) }
            p class="meta" { (tongue.say("agencies-what")) }
            (act(frame, "review_opened", view.life.agreement.as_str(), &fill))
        }
    }
}

fn sign_offs(panel: &Panel, view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        div class={ "panel " (panel.circle.word()) } {
            h3 { (own(frame.lang.of(&panel.party))) " " (badge(panel.circle, frame)) }
            p class="meta" { (tongue.say("agencies-until")) " " (stamp::at(panel.until)) }
            table class="table" {
                thead { tr {
                    th scope="col" { (tongue.say("field-agency")) }
                    th scope="col" { (tongue.say("field-position")) }
                    th scope="col" { (tongue.say("field-remark")) }
                } }
                tbody { @for agency in &panel.agencies { (row(agency, frame)) } }
            }
            @if panel.ours && view.may.note { (speak(panel, view, frame)) }
        }
    }
}

fn row(agency: &Agency, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let class = match agency.standing {
        Standing::Open | Standing::Silent => "pending",
        Standing::Concur => "ok",
        Standing::Reserve => "attention",
        Standing::Object => "alarm",
    };
    html! {
        tr data-standing=(agency.standing.word()) {
            th scope="row" { bdi { (agency.name) } }
            td { span class={ "chip " (class) } { (tongue.term(agency.standing)) }
                @if let Some((who, at)) = &agency.said {
                    " " span class="meta" { (own(who)) " · " (stamp::at(*at)) }
                } }
            td { @if !agency.articles.is_empty() {
                    span class="meta" dir="ltr" { "§ " (agency.articles.join(", ")) } " " }
                bdi { (agency.remark) } }
        }
    }
}

fn speak(panel: &Panel, view: &View, frame: &Frame) -> Markup {
    let choice = |one: &Agency| Choice { value: one.name.clone(), label: one.name.clone() };
    let agencies: Vec<Choice> = panel.agencies.iter().map(choice).collect();
    let fill = life::about(&view.life).with("circle", panel.circle).choosing("agency", &agencies);
    let key = format!("speak-{}", panel.circle);
    html! {
        details data-key=(key) {
            summary { (frame.tongue().say("do-agency_reviewed")) }
            (act(frame, "agency_reviewed", panel.circle.as_str(), &fill))
        }
    }
}

fn checks(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" aria-labelledby="h-checks" {
            h2 id="h-checks" { (tongue.say("checks")) }
            ul class="gate checks" { @for check in &view.checks {
                li data-gate=(if check.trouble.is_none() { "met" } else { "unmet" }) {
                    span { (tongue.term(check.kind)) }
                    @if let Some(trouble) = &check.trouble {
                        span class="gate-why" lang="en" dir="ltr" { (trouble) }
                    }
                }
            } }
        }
    }
}

fn redlined(article: &Redlined, view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let number = article.number.as_str();
    let same = article.change == Change::Same;
    let class = match article.change {
        Change::Same => "chip",
        Change::Changed => "chip attention",
        Change::Added => "chip ok",
        Change::Removed => "chip alarm",
    };
    html! {
        article class="article redlined" id={ "article-" (number) }
            data-change=(article.change.word()) {
            div class="article-text" {
                h3 { (tongue.say_with("article", &[("number", number.into())]))
                    " · " bdi { (article.heading) } " "
                    span class=(class) { (tongue.term(article.change)) }
                    @if article.restricted {
                        " " span class="chip restricted" { (tongue.say("restricted")) }
                    } }
                @if same {
                    details data-key={ "same-" (number) } {
                        summary { (tongue.say("redline-show")) }
                        (runs(&article.words))
                    }
                } @else {
                    (runs(&article.words))
                    details data-key={ "file-" (number) } {
                        summary { (tongue.say("redline-file")) }
                        div class="diff file" lang="en" dir="ltr" tabindex="0" role="group"
                            aria-label=(tongue.say("redline-file")) { (pieces(&article.file)) }
                    }
                }
            }
            div class="article-rule" {
                (talk(&article.remarks, frame))
                @if article.change != Change::Removed {
                    details data-key={ "talk-" (number) } open[!article.remarks.is_empty()] {
                        summary { (tongue.say("review-say")) }
                        (composers(number, view, frame))
                    }
                }
            }
        }
    }
}

fn runs(runs: &[Run]) -> Markup {
    html! { p class="diff" { (pieces(runs)) } }
}

fn pieces(runs: &[Run]) -> Markup {
    html! {
        @for run in runs { @match run {
            Run::Kept(text) => (text),
            Run::Added(text) => ins { (text) },
            Run::Removed(text) => del { (text) },
        } }
    }
}

fn badge(circle: Circle, frame: &Frame) -> Markup {
    html! { span class={ "badge " (circle.word()) } { (frame.tongue().term(circle)) } }
}

fn talk(remarks: &[Remark], frame: &Frame) -> Markup {
    html! {
        @if !remarks.is_empty() {
            ul class="talk" { @for remark in remarks {
                li class={ "remark " (remark.circle.word()) } {
                    p class="meta" { (badge(remark.circle, frame)) " "
                        strong { (own(&remark.by)) } " · "
                        (own(frame.lang.of(&remark.party))) " · "
                        a href=(remark.address) { (stamp::at(remark.at)) } }
                    p class="remark-words" dir="auto" { (remark.words) }
                }
            } }
        }
    }
}

// Two forms that nobody can take for one another: ours is dark, hatched and locked, the other
// is open and bordered twice, names who will read it, and asks once more.
fn composers(article: &str, view: &View, frame: &Frame) -> Markup {
    let (ours, theirs) = (frame.lang.of(&view.parties.0), frame.lang.of(&view.parties.1));
    let mut fill: Fill = life::about(&view.life);
    if !article.is_empty() {
        fill = fill.with("article", article);
    }
    html! {
        div class="composers" {
            @if view.may.note { (comment(frame, Circle::Internal, (article, ours), &fill)) }
            @if view.may.share { (comment(frame, Circle::Shared, (article, theirs), &fill)) }
        }
    }
}

fn redraft(view: &View, frame: &Frame) -> Markup {
    let fill = Fill::of("agreement", &view.life.agreement).with("draft", &view.source);
    html! {
        @if view.may.sign {
            section aria-labelledby="h-redraft" {
                h2 id="h-redraft" { (frame.tongue().say("redraft")) }
                details data-key="redraft" {
                    summary { (frame.tongue().say("redraft-do")) }
                    p class="meta" { (frame.tongue().say("redraft-what")) }
                    (act(frame, "agreement_drafted", view.life.agreement.as_str(), &fill))
                }
            }
        }
    }
}
