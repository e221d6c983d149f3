//! The phone page of a protected person.

use maud::{DOCTYPE, Markup, html};
use sheet::term::Naming;
use words::moment::Moment;
use words::role::Role;

use sheet::frame::{Frame, head, languages};
use sheet::stamp;
use sheet::term::own;

/// The next leg, as far as it is disclosed to this person; never a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// When to be ready. Not shown before `not_before`.
    pub at: Moment,
    /// Where to be ready.
    pub meet: String,
    /// The page shows nothing of the leg before this moment.
    pub not_before: Moment,
}

/// Somebody who can see this person's position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seer {
    /// Which party's desk.
    pub party: String,
    /// In which office.
    pub role: Role,
    /// Until when.
    pub until: Moment,
}

/// This person's call for help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sos {
    /// When it was received.
    pub at: Moment,
    /// Which officer has seen it, and when.
    pub noted: Option<(String, Moment)>,
    /// What is being done, in the officer's words; empty if nothing yet.
    pub action: String,
}

/// Everything on the phone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The next leg.
    pub leg: Option<Leg>,
    /// When the next check-in is due.
    pub checkin_due: Option<Moment>,
    /// When the last report of this phone arrived.
    pub last_sent: Option<Moment>,
    /// A call for help that is not resolved.
    pub sos: Option<Sos>,
    /// Who can see this person, and until when.
    pub seen_by: Vec<Seer>,
    /// The number that takes an SOS as a text message when the link is down.
    pub sms: Option<String>,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("me")) }
        section class="card" data-fragment="/fragment/me" data-on="alarms headcount movements" {
            (fragment_me(view, frame))
        }
        form method="post" action="/me/checkin" data-enhance class="safe-form" {
            button class="safe" { (tongue.say("me-safe")) }
        }
        form method="post" action="/me/sos" data-enhance data-confirm-hold="2000"
            class="sos-form" {
            button class="sos" {
                span data-sos="idle" { (tongue.say("sos-idle")) }
                span data-sos="holding" hidden { (tongue.say("sos-holding")) }
                span data-sos="counting" hidden {
                    (tongue.say("sos-counting")) " " b data-sos-left {}
                }
                span data-sos="sending" hidden { (tongue.say("sos-sending")) }
                span data-sos="sent" hidden { (tongue.say("sos-sent")) }
            }
            button type="button" class="sos-cancel" data-sos-cancel hidden {
                (tongue.say("cancel"))
            }
        }
        @if let Some(number) = &view.sms {
            a class="sms" data-sos-sms href={ "sms:" (number) "?body=SOS" } hidden {
                (tongue.say("sos-sms"))
            }
        }
        (seen_by(view, frame))
    };
    shell(frame, &main)
}

/// Without script a call for help is asked once more, so that no pocket sends it. The answer
/// carries `confirm=yes`; requests with `x-enhance` were held for two seconds and need none.
pub fn confirm_page(frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("sos-confirm")) }
        form method="post" action="/me/sos" class="sos-form" {
            input type="hidden" name="confirm" value="yes";
            button class="sos" { (tongue.say("sos-send")) }
        }
        p { a class="button" href="/me" { (tongue.say("cancel")) } }
    };
    shell(frame, &main)
}

/// Before a phone is known: its own name and password, as they stand in its register.
pub fn door(failed: bool, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("sign-in")) }
        @if failed { p class="problem" role="alert" { (tongue.say("signin-failed")) } }
        form class="form" method="post" action="/me/signin" {
            div class="field" {
                label for="username" { (tongue.say("field-username")) }
                input id="username" name="username" type="text" dir="ltr" required
                    autocomplete="username" autocapitalize="none";
            }
            div class="field" {
                label for="passphrase" { (tongue.say("field-passphrase")) }
                input id="passphrase" name="passphrase" type="password" dir="ltr" required
                    autocomplete="current-password";
            }
            button class="safe" { (tongue.say("sign-in")) }
        }
    };
    shell(frame, &main)
}

/// The call for help, the next leg and the last report.
pub fn fragment_me(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @if let Some(sos) = &view.sos { (sos_card(sos, frame)) }
        h2 { (tongue.say("me-next")) }
        (leg(view.leg.as_ref(), frame))
        @if let Some(due) = view.checkin_due {
            p { (tongue.say("me-checkin-due")) " " (stamp::at_hour(due)) }
        }
        p class="meta" {
            @if let Some(at) = view.last_sent {
                (tongue.say("me-last-sent")) " " (stamp::age(at, frame.now, tongue))
            } @else { (tongue.say("me-never-sent")) }
        }
    }
}

// The page keeps the time itself: a view that says too much too early shows nothing more.
fn leg(leg: Option<&Leg>, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @match leg {
            Some(leg) if leg.not_before <= frame.now => {
                ol class="legs" { li { (stamp::at_hour(leg.at)) " " (own(&leg.meet)) } }
            }
            Some(leg) => p {
                span class="sealed" { (tongue.say("opens")) " " (stamp::at(leg.not_before)) }
            },
            None => p class="empty" { (tongue.say("me-no-leg")) },
        }
    }
}

fn sos_card(sos: &Sos, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        div class="sos-state" role="status" {
            h2 { (tongue.say("sos-sent")) }
            p { (stamp::age(sos.at, frame.now, tongue)) }
            @match &sos.noted {
                Some((officer, at)) => p {
                    strong { (tongue.say("sos-noted")) } " " (own(officer)) " · "
                    (stamp::at_hour(*at))
                },
                None => p { (tongue.say("sos-waiting")) },
            }
            @if !sos.action.is_empty() { p { q dir="auto" { (sos.action) } } }
        }
    }
}

fn seen_by(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card seen-by" {
            h2 { (tongue.say("me-seen-by")) }
            @if view.seen_by.is_empty() { p class="empty" { (tongue.say("me-seen-by-none")) } }
            ul { @for seer in &view.seen_by {
                li { (own(&seer.party)) " · " (tongue.term(seer.role)) " · "
                    (tongue.say("until")) " " (stamp::at(seer.until)) }
            } }
        }
    }
}

// A phone's own shell: no map, no navigation, its own small style sheet and script.
fn shell(frame: &Frame, main: &Markup) -> Markup {
    let tongue = frame.tongue();
    html! {
        (DOCTYPE)
        html lang=(frame.lang.tag()) dir=(frame.lang.dir()) data-theme=(frame.theme.as_str()) {
            (head(frame, &tongue.say("me"), "me"))
            body data-page="me" class="me" data-speed=(frame.speed) data-now=(frame.now)
                data-version=(frame.version) {
                header class="me-top" {
                    strong { (tongue.say("brand")) }
                    (languages(frame))
                }
                @if frame.exercise {
                    p class="banner exercise" role="note" { (tongue.say("exercise")) }
                }
                p id="stale-banner" class="banner" role="alert" hidden {
                    (tongue.say("me-stale"))
                }
                p id="notice" class="notice" role="alert" hidden
                    data-offline=(tongue.say("me-offline")) data-queued=(tongue.say("me-queued")) {}
                main id="main" class="me-main" { (main) }
            }
        }
    }
}
