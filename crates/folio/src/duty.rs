//! The obligations board: who owes what by when, and what to do next.

use maud::{Markup, html};
use words::id::{ObligationId, RecordId};
use words::moment::Moment;
use words::record::{RecordKind, Step};
use words::role::Side;

use sheet::closed;
use sheet::form::{Fill, act};
use sheet::frame::{Frame, Sheet, page as framed};
use sheet::stamp;
use sheet::term::{Naming, Term, own};
use sheet::verdict::Article;

closed! {
    /// Where an obligation stands.
    State in "duty" {
        /// Not kept, and not done yet.
        Breached = "breached",
        /// There is little time.
        DueSoon = "due_soon",
        /// There is time.
        Open = "open",
        /// Done, and too late.
        Late = "late",
        /// Kept in time.
        Done = "done",
    }
}

/// What to do next about an obligation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Sign the step that is owed.
    Answer(Fill),
    /// File a record: the calendar asks for one.
    File(RecordKind),
}

/// One obligation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub id: ObligationId,
    /// On which kind of record.
    pub kind: RecordKind,
    /// What is owed.
    pub step: Step,
    /// On which record; none for a turn of a calendar.
    pub record: Option<RecordId>,
    /// Which turn of the calendar.
    pub turn: Option<u32>,
    /// Who owes it.
    pub owed_by: Side,
    /// By which article; none if the text is not at hand.
    pub article: Option<Article>,
    /// The number of the article.
    pub number: String,
    /// The last moment at which it is in time.
    pub due: Moment,
    /// When it was done.
    pub done: Option<Moment>,
    /// Where it stands.
    pub state: State,
    /// What the reader can do about it.
    pub next: Option<Next>,
}

/// How the board stands, before any filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Not done, and in time.
    pub open: u32,
    /// Of these, due within a day.
    pub day: u32,
    /// Not kept in time, done or not.
    pub breached: u32,
    /// Kept in time.
    pub kept: u32,
}

impl Counts {
    /// Of what is over, the share that was kept in time, in whole percent.
    pub fn kept_pct(self) -> Option<u32> {
        let over = self.kept.checked_add(self.breached).filter(|over| *over > 0)?;
        u32::try_from(u64::from(self.kept) * 100 / u64::from(over)).ok()
    }
}

/// The board.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// In any order; shown with the overdue first.
    pub lines: Vec<Line>,
    /// Only what this side owes, if the reader asked so.
    pub side: Option<Side>,
    /// How the whole board stands.
    pub counts: Counts,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let address = view.side.map_or("/fragment/obligations".to_owned(), |side| {
        format!("/fragment/obligations?side={}", side.word())
    });
    let main = html! {
        h1 { (tongue.say("nav-obligations")) }
        p class="meta" { (tongue.say("obligations-what")) }
        p { a class="button" href="/records" { (tongue.say("nav-records")) } }
        div class="dims" data-fragment=(address) data-on="agreement alarms ledger" {
            (fragment_board(view, frame))
        }
    };
    framed(frame, &Sheet { title: tongue.say("nav-obligations"), class: "page wide", main })
}

/// Figures, filters and the board itself.
pub fn fragment_board(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let lines = sorted(view);
    html! {
        (figures(view.counts, frame))
        (filters(view.side, frame))
        div class="scroll" tabindex="0" role="region" aria-label=(tongue.say("nav-obligations")) {
            table class="table rows" {
                thead { tr {
                    th scope="col" { (tongue.say("due")) }
                    th scope="col" { (tongue.say("owed")) }
                    th scope="col" { (tongue.say("state")) }
                    th scope="col" { (tongue.say("owed-by")) }
                    th scope="col" { (tongue.say("next-step")) }
                    th scope="col" { (tongue.say("by-article")) }
                } }
                tbody { @for line in &lines { (row(line, frame)) } }
            }
        }
        @if lines.is_empty() { p class="empty" { (tongue.say("obligations-none")) } }
    }
}

// The overdue first, then by due time; what is over comes last, the newest first.
fn sorted(view: &View) -> Vec<&Line> {
    let mut lines: Vec<&Line> = view.lines.iter().collect();
    lines.sort_by_key(|line| {
        let (rank, at) = match line.state {
            State::Breached => (0, line.due.unix_ms),
            State::DueSoon | State::Open => (1, line.due.unix_ms),
            State::Late | State::Done => (2, -line.due.unix_ms),
        };
        (rank, at, line.id.clone())
    });
    lines
}

fn figures(counts: Counts, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let breached = if counts.breached == 0 { "ok" } else { "alarm" };
    let soon = if counts.day == 0 { "plain" } else { "attention" };
    html! {
        p class="row" {
            span class="chip plain" {
                (tongue.say_with("duty-open-n", &[("n", counts.open.into())]))
            }
            span class={ "chip " (soon) } {
                (tongue.say_with("duty-day-n", &[("n", counts.day.into())]))
            }
            span class={ "chip " (breached) } {
                (tongue.say_with("duty-breached-n", &[("n", counts.breached.into())]))
            }
            @if let Some(share) = counts.kept_pct() {
                span class={ "chip " (if share == 100 { "ok" } else { "attention" }) } {
                    (tongue.say_with("duty-kept-n", &[("n", share.into())]))
                }
            }
        }
    }
}

fn filters(side: Option<Side>, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let current = |is: bool| is.then_some("true");
    html! {
        nav class="row" aria-label=(tongue.say("owed-by")) {
            a class="button" href="/obligations" aria-current=[current(side.is_none())] {
                (tongue.say("both-sides"))
            }
            @for one in [Side::Host, Side::Guest] {
                a class="button" href={ "/obligations?side=" (one.word()) }
                    aria-current=[current(side == Some(one))] { (tongue.term(one)) }
            }
        }
    }
}

/// The state of an obligation, as a chip.
pub fn state_chip(state: State, frame: &Frame) -> Markup {
    let class = match state {
        State::Breached => "alarm",
        State::DueSoon | State::Late => "attention",
        State::Open => "plain",
        State::Done => "ok",
    };
    html! { span class={ "chip " (class) } { (frame.tongue().term(state)) } }
}

fn row(line: &Line, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        tr data-key={ "duty-" (line.id) } {
            td {
                (stamp::at(line.due))
                @if line.done.is_none() {
                    br; span class="meta" { (stamp::due(line.due, frame.now, tongue)) }
                }
            }
            th scope="row" { (what(line, frame)) }
            td {
                (state_chip(line.state, frame))
                @if let Some(done) = line.done { br; (stamp::at(done)) }
            }
            td { (tongue.term(line.owed_by)) }
            td { (next(line, frame)) }
            td { (article(line, frame)) }
        }
    }
}

/// What is owed, on what.
pub fn what(line: &Line, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        (tongue.term(line.step)) " · " (tongue.term(line.kind)) " "
        @if let Some(record) = &line.record {
            a href={ "/records/" (record) } { (own(record)) }
        }
        @if let Some(turn) = line.turn {
            span class="meta" { (tongue.say_with("calendar-turn", &[("n", turn.into())])) }
        }
    }
}

/// The article in the reader's language, one click away.
pub fn article(line: &Line, frame: &Frame) -> Markup {
    let number = [("number", line.number.as_str().into())];
    let cited = frame.tongue().say_with("article", &number);
    html! {
        @match &line.article {
            Some(article) => details data-key={ "article-" (line.id) } {
                summary { (cited) " · " (frame.lang.of(&article.heading)) }
                p lang=(frame.lang.tag()) { (frame.lang.of(&article.text)) }
            },
            None => (cited),
        }
    }
}

fn next(line: &Line, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @match &line.next {
            Some(Next::Answer(fill)) => @if frame.signed_in.is_some() {
                details data-key={ "next-" (line.id) } {
                    summary { (tongue.say("do-record_answered")) ": " (tongue.term(line.step)) }
                    (act(frame, "record_answered", line.id.as_str(), fill))
                }
            },
            Some(Next::File(kind)) => a class="button" href={ "/records#open-" (kind.word()) } {
                (tongue.say(&format!("do-open_{}", kind.word())))
            },
            None => {
                @if matches!(line.state, State::Done | State::Late) {} @else {
                    span class="meta" { (tongue.say("nothing-for-you")) }
                }
            }
        }
    }
}
