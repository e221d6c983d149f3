//! The frame of every page: who, where, how live, and the way around.

use maud::{DOCTYPE, Markup, html};
use tongue::speech::{Lang, Tongue};
use words::act::{KeyKind, Names};
use words::id::{PartyId, PersonId, ZoneId};
use words::moment::Moment;
use words::role::{Role, Side};

use crate::banner::{Hindrance, banners};
use crate::form::Choice;
use crate::stamp;
use crate::term::{Naming, own};

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system has it.
    Auto,
    /// Dark, for a watch room at night.
    Dark,
    /// Light, for a desk by day.
    Light,
}

impl Theme {
    /// Its word in the page and in the cookie.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }
}

/// Who may see a mixture of routes: whoever seals the plans that are drawn from it.
pub const PLANNERS: &[Role] = &[Role::JourneyManager];

/// Who may see how predictable movements were: who plans or answers for them, or reads all of it.
pub const FORESEERS: &[Role] = &[Role::JourneyManager, Role::ProtectionLead, Role::Inspector];

/// Who may see who stands where: who commands, plans or answers for them, or reads all of it.
pub const POSTED: &[Role] =
    &[Role::WatchOfficer, Role::JourneyManager, Role::ProtectionLead, Role::Inspector];

/// Which page a frame is around.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The watch.
    Watch,
    /// The list of movements.
    Movements,
    /// One movement.
    Movement,
    /// The consent desk.
    Consent,
    /// The rungs of presence.
    Rungs,
    /// The agreement.
    Agreement,
    /// The obligations board.
    Obligations,
    /// The records, or one of them.
    Records,
    /// The review of one text.
    Review,
    /// The ledgers.
    Ledger,
    /// One statement of a ledger.
    Statement,
    /// Keys and who holds the roots.
    Keys,
    /// Letters.
    Letters,
    /// The planner's table.
    Plan,
    /// The predictability board.
    Predictability,
    /// Posts and rosters.
    Posts,
    /// Signing in.
    Signin,
    /// Something did not go as asked.
    Problem,
    /// The phone page of a protected person.
    Me,
}

impl Page {
    const fn word(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Movements => "movements",
            Self::Movement => "movement",
            Self::Consent => "consent",
            Self::Rungs => "rungs",
            Self::Agreement => "agreement",
            Self::Obligations => "obligations",
            Self::Records => "records",
            Self::Review => "review",
            Self::Ledger | Self::Statement => "ledger",
            Self::Keys => "keys",
            Self::Letters => "letters",
            Self::Plan => "plan",
            Self::Predictability => "predictability",
            Self::Posts => "posts",
            Self::Signin => "signin",
            Self::Problem => "problem",
            Self::Me => "me",
        }
    }

    // An agreement is shown in all its languages.
    const fn in_chinese_too(self) -> bool {
        matches!(self, Self::Agreement | Self::Review)
    }

    // Who is shown the way to a page that is not for everybody; none: everybody.
    const fn readers(self) -> &'static [Role] {
        match self {
            Self::Plan => PLANNERS,
            Self::Predictability => FORESEERS,
            Self::Posts => POSTED,
            Self::Watch
            | Self::Movements
            | Self::Movement
            | Self::Consent
            | Self::Rungs
            | Self::Agreement
            | Self::Obligations
            | Self::Records
            | Self::Review
            | Self::Ledger
            | Self::Statement
            | Self::Keys
            | Self::Letters
            | Self::Signin
            | Self::Problem
            | Self::Me => &[],
        }
    }

    // The entry of the navigation that this page lies under.
    #[expect(clippy::match_same_arms, reason = "one line for the watch, one for planners")]
    const fn place(self) -> Option<Self> {
        match self {
            Self::Movements | Self::Movement => Some(Self::Movements),
            Self::Obligations | Self::Records => Some(Self::Obligations),
            Self::Agreement | Self::Review => Some(Self::Agreement),
            Self::Ledger | Self::Statement => Some(Self::Ledger),
            Self::Watch | Self::Consent | Self::Rungs | Self::Keys | Self::Letters => Some(self),
            Self::Plan | Self::Predictability | Self::Posts => Some(self),
            Self::Signin | Self::Problem | Self::Me => None,
        }
    }
}

/// The person at the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The pseudonym that signs.
    pub person: PersonId,
    /// How this desk calls the person.
    pub name: String,
    /// What the person may sign.
    pub roles: Vec<Role>,
    /// How the person signs: a passkey asks for each act, a file key was opened at sign-in.
    pub key: KeyKind,
}

/// How long ago the counterpart's ledger was heard, and how long the agreement allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Milliseconds since the time inside the counterpart's last signed head.
    pub age_ms: i64,
    /// Milliseconds after which nothing may rest on it any more.
    pub limit_ms: i64,
}

/// What every page needs beside its view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The reader's language.
    pub lang: Lang,
    /// Light or dark.
    pub theme: Theme,
    /// Whose node this is.
    pub party_id: PartyId,
    /// How that party is called.
    pub party_name: Names,
    /// Which side it stands on: host and guest screens must not be mistaken for each other.
    pub side: Side,
    /// Which page this is.
    pub page: Page,
    /// Is the scenario an exercise, with invented people?
    pub exercise: bool,
    /// How many seconds of the scenario pass in one second; 1 in earnest.
    pub speed: u32,
    /// The server's clock.
    pub now: Moment,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// The nonce of this answer's content security policy.
    pub nonce: String,
    /// The program's version.
    pub version: String,
    /// Age of the counterpart's ledger; `None` before there is a counterpart.
    pub host_heard: Option<Heard>,
    /// Why this node signs nothing now, if it does not.
    pub hindrance: Option<Hindrance>,
    /// The zones of the agreement, by name in the reader's language.
    pub zones: Vec<Choice>,
    /// What the page's address asks for, but the language: `id=a&text=b`; another language shows
    /// the same.
    pub query: String,
}

impl Frame {
    /// The tongue of the reader's language.
    pub fn tongue(&self) -> &'static Tongue {
        Tongue::of(self.lang)
    }

    /// A zone by its name, or by its id where no agreement names it.
    pub fn zone(&self, zone: &ZoneId) -> Markup {
        let named = self.zones.iter().find(|one| one.value == zone.as_str());
        html! { bdi title=(zone) { (named.map_or(zone.as_str(), |one| one.label.as_str())) } }
    }

    fn signs_with_passkey(&self) -> bool {
        self.signed_in.as_ref().is_some_and(|person| person.key == KeyKind::PasskeyP256)
    }
}

/// What a page puts into its frame.
#[derive(Debug)]
pub struct Sheet {
    /// The title, said in the reader's language; also the window's.
    pub title: String,
    /// The classes of `<main>`.
    pub class: &'static str,
    /// Everything inside `<main>`.
    pub main: Markup,
}

/// A whole page of a desk.
pub fn page(frame: &Frame, sheet: &Sheet) -> Markup {
    let tongue = frame.tongue();
    html! {
        (DOCTYPE)
        html lang=(frame.lang.tag()) dir=(frame.lang.dir()) data-theme=(frame.theme.as_str()) {
            (head(frame, &sheet.title, "console"))
            body data-page=(frame.page.word()) data-party=(side_word(frame.side))
                data-version=(frame.version) data-speed=(frame.speed) data-now=(frame.now) {
                a class="skip" href="#main" { (tongue.say("skip")) }
                (top(frame))
                (banners(frame))
                main id="main" class=(sheet.class) { (sheet.main) }
                (keys_help(tongue))
                @if frame.signs_with_passkey() { (sign_dialog(tongue)) }
                footer class="meta" {
                    "Safeconduct " (own(&frame.version)) " · " (own(&frame.party_id))
                }
            }
        }
    }
}

/// The head of a page; `bundle` is the name of its style sheet and its script.
pub fn head(frame: &Frame, title: &str, bundle: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (title) " · " (frame.lang.of(&frame.party_name)) }
            // No icon, said so: a browser would ask for one at each start.
            link rel="icon" href="data:,";
            // A phone uses its own fonts; a desk loads Chinese ones only where it reads them.
            @if bundle == "console" && (frame.lang == Lang::Zh || frame.page.in_chinese_too()) {
                link rel="stylesheet" href="/static/fonts-zh.css";
            }
            // An exercise is tried at a desk, whose machine may have no fonts for the phone's page.
            @if bundle == "me" && frame.exercise {
                link rel="stylesheet" href="/static/fonts-me.css";
                @if frame.lang == Lang::Zh { link rel="stylesheet" href="/static/fonts-zh.css"; }
            }
            link rel="stylesheet" href={ "/static/" (bundle) ".css" };
            script type="module" nonce=(frame.nonce) src={ "/static/" (bundle) ".js" } {}
        }
    }
}

// The address of this very page in another language.
fn in_language(frame: &Frame, lang: Lang) -> String {
    match frame.query.as_str() {
        "" => format!("?lang={}", lang.tag()),
        query => format!("?{query}&lang={}", lang.tag()),
    }
}

/// The links to the three languages.
pub fn languages(frame: &Frame) -> Markup {
    html! {
        nav class="langs" aria-label=(frame.tongue().say("languages")) {
            @for lang in Lang::ALL {
                a href=(in_language(frame, lang)) lang=(lang.tag()) dir=(lang.dir())
                    aria-current=[(lang == frame.lang).then_some("true")]
                    data-lang-next[lang == frame.lang.next()] { (lang.own_name()) }
            }
        }
    }
}

/// The counterpart's ledger: how old, and when nothing may rest on it any more.
pub fn fragment_heard(frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @if frame.hindrance.is_some() {
            span class="chip alarm" { (tongue.say("hindrance-chip")) } " "
        }
        @if let Some(heard) = frame.host_heard {
            @let at = frame.now.plus_ms(-heard.age_ms);
            @let late = heard.age_ms > heard.limit_ms;
            span class={ "chip " (if late { "alarm" } else { "ok" }) } {
                (tongue.say("counterpart-heard")) " " (stamp::age(at, frame.now, tongue))
                @if late {
                    strong { " " (tongue.say("counterpart-silent")) }
                } @else {
                    " · " (tongue.say("counterpart-rests-until")) " "
                    (stamp::countdown(at.plus_ms(heard.limit_ms), frame.now))
                }
            }
        } @else {
            span class="chip pending" { (tongue.say("counterpart-none")) }
        }
    }
}

fn side_word(side: Side) -> &'static str {
    match side {
        Side::Host => "host",
        Side::Guest => "guest",
    }
}

fn top(frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        header class="top" {
            strong class="brand" { (tongue.say("brand")) }
            span class="party-chip" {
                (tongue.say(match frame.side {
                    Side::Host => "desk-host",
                    Side::Guest => "desk-guest",
                }))
                " · " (own(frame.lang.of(&frame.party_name)))
            }
            // A stranger finds nothing live here and no place to go to.
            @if frame.signed_in.is_some() { (places(frame)) }
            div class="top-end" {
                span class="clock" data-clock data-zone="Asia/Karachi" data-zone-label="PKT" {
                    (stamp::at(frame.now))
                }
                @if frame.signed_in.is_some() { (live(frame)) }
                button type="button" class="quiet" data-theme-toggle
                    aria-label=(tongue.say("theme")) { "◐" }
                (languages(frame))
                (person(frame))
            }
        }
    }
}

fn live(frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        span data-fragment="/fragment/heard" data-on="ledger" { (fragment_heard(frame)) }
        div id="live" class="live" data-live-state="stale" role="status" {
            span data-when="live" { (tongue.say("live")) }
            span data-when="stale" { (tongue.say("not-live")) }
        }
        button type="button" class="quiet" data-sound-test { (tongue.say("sound-test")) }
    }
}

fn places(frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let links = [
        (Page::Watch, "/watch", "w", "nav-watch"),
        (Page::Movements, "/movements", "m", "nav-movements"),
        (Page::Consent, "/consent", "c", "nav-consent"),
        (Page::Rungs, "/rungs", "r", "nav-rungs"),
        (Page::Agreement, "/agreement", "a", "nav-agreement"),
        (Page::Obligations, "/obligations", "o", "nav-obligations"),
        (Page::Plan, "/plan", "p", "nav-plan"),
        (Page::Predictability, "/predictability", "b", "nav-predictability"),
        (Page::Posts, "/posts", "s", "nav-posts"),
        (Page::Letters, "/letters", "e", "nav-letters"),
        (Page::Ledger, "/ledger", "l", "nav-ledger"),
        (Page::Keys, "/keys", "k", "custody"),
    ];
    let roles = frame.signed_in.as_ref().map_or(&[][..], |person| &person.roles);
    let shown = |page: Page| {
        let readers = page.readers();
        readers.is_empty() || readers.iter().any(|role| roles.contains(role))
    };
    html! {
        nav class="nav" aria-label=(tongue.say("places")) {
            @for (page, href, letter, key) in links.into_iter().filter(|it| shown(it.0)) {
                a href=(href) data-go=(letter)
                    aria-current=[(frame.page.place() == Some(page)).then_some("page")] {
                    (tongue.say(key))
                }
            }
        }
    }
}

fn person(frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @match &frame.signed_in {
            Some(person) => {
                // The way to one's own passkey.
                a class="who" href="/signin" title=(tongue.terms(&person.roles)) {
                    (own(&person.name))
                    @if person.name != person.person.as_str() {
                        " " span class="meta" { (own(&person.person)) }
                    }
                }
                form method="post" action="/signout" {
                    button class="quiet" { (tongue.say("sign-out")) }
                }
            }
            None => a class="button" href="/signin" { (tongue.say("sign-in")) },
        }
    }
}

fn keys_help(tongue: &Tongue) -> Markup {
    let keys = [
        ("A", "key-a"),
        ("Enter", "key-enter"),
        ("N", "key-n"),
        ("P", "key-p"),
        ("M", "key-m"),
        ("H", "key-h"),
        ("/", "key-slash"),
        ("G", "key-g"),
        ("L", "key-l"),
        ("Esc", "key-escape"),
        ("?", "key-help"),
    ];
    html! {
        dialog id="keys-help" class="dialog" aria-labelledby="keys-title" {
            h2 id="keys-title" { (tongue.say("keys")) }
            dl class="keys" {
                @for (key, what) in keys { dt { kbd { (key) } } dd { (tongue.say(what)) } }
            }
            form method="dialog" { button { (tongue.say("close")) } }
        }
    }
}

fn sign_dialog(tongue: &Tongue) -> Markup {
    html! {
        dialog id="sign-dialog" class="dialog sign" aria-labelledby="sign-title" {
            h2 id="sign-title" { (tongue.say("sign")) }
            p { (tongue.say("sign-what")) }
            p data-sign-summary {}
            p { (tongue.say("fingerprint")) " " code class="proof" data-sign-hash {} }
            p class="problem" data-sign-problem hidden {}
            div class="row" {
                button type="button" class="primary" data-sign-confirm {
                    (tongue.say("sign-passkey"))
                }
                button type="button" data-sign-cancel { (tongue.say("cancel")) }
            }
        }
    }
}
