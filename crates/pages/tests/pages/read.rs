//! What a reader of each page reads, in English and in short.

use folio::agreement;
use maud::Markup;
use pages::{consent, ledger, letters, me, movement, movements, signin, statement, watch};
use sheet::frame::{Frame, Page};
use sheet::problem;
use tongue::speech::Lang;

use crate::html::text;
use crate::sample;

fn desk(page: Page) -> Frame {
    sample::frame(Lang::En, page)
}

/// The text of `<main>`, or of all of a fragment, is this; line breaks do not count.
pub(crate) fn reads(markup: Markup, wanted: &str) {
    let html = markup.into_string();
    let main = html.split_once("<main").map_or(html.as_str(), |(_, rest)| rest);
    let (main, _) = main.split_once("</main>").unwrap_or((main, ""));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words(&text(&format!("<p {main}")).join(" ")), words(wanted));
}

#[test]
fn the_watch() {
    let view = sample::watch();
    reads(
        watch::fragment_headcount(&view, &desk(Page::Watch)),
        "Headcount 1283 /1284 1 person not yet counted
         Liu Min +923001234567 Last sign of life 40 min ago · phone",
    );
    reads(
        watch::fragment_presence(&view, &desk(Page::Watch)),
        "Guest personnel present 0 unconsented guest minutes
         Zone Category Rung of presence Present / ceiling
         airport Police Advise 3/4",
    );
}

#[test]
fn the_list_of_movements() {
    reads(
        movements::fragment_list(&sample::movements(), &desk(Page::Movements)),
        "Movement State Zone When Seats Alarms
         m-014 Under way airport 2026-11-23 12:05 PKT – 15:05 PKT 12 1",
    );
}

#[test]
fn a_movement() {
    reads(
        movement::fragment_strip(&sample::movement(), &desk(Page::Movement)),
        "Plan sealed Consent until 2026-11-23 14:35 PKT · 1:30:00
         Consented 08:05 PKT
         Drawn 13:25 PKT
         Under way Sealed
         Check-ins 13:02 PKT Bridge &lt;7&gt;",
    );
}

#[test]
fn the_consent_desk() {
    let mut view = sample::consent();
    view.requests.clear();
    reads(
        consent::fragment_queue(&view, &desk(Page::Consent)),
        "Requests No requests
         Live consents
         Movement m-014 c-1 Consent until 2026-11-23 14:35 PKT · 1:30:00
         At most 12 persons
         Hours Renew Revoke consent
         Stops at once – tasks: 1; movements under way told to hold: 2; passes that die: 5.
         Reason Revoke consent
         Task orders
         Task order t-1 Running Deployment d-1 2026-11-23 13:05 PKT – 21:05 PKT u-3",
    );
}

#[test]
fn the_agreement() {
    let mut view = sample::agreement();
    view.may_sign = false;
    let html = agreement::page(&view, &desk(Page::Agreement)).into_string();
    let (before, _) = html.split_once("<section class=\"card\" id=\"try\"").unwrap();
    reads(
        maud::PreEscaped(before.to_owned()),
        "Annex K Suspended in part annex-k
         Fingerprint 0707070707070707070707070707070707070707070707070707070707070707
         Drafted 2026-11-16 16:05 PKT Circulated 2026-11-16 21:05 PKT Signed
         Review Download the redacted copy
         This pair of ledgers reads the text in the other direction: the host here is Guestland.
         What is not reciprocal does not hold here.
         Texts of this family A lower text never widens what stands above it. Where it speaks,
         both are asked, and yes needs both.
         In force Agreement · close-protection close-protection
         In force Annex · annex-k annex-k · It stands under close-protection
         It no longer fits under the amended text; what it speaks of is closed until it is amended
         or ended. article A1 names the zone `x`
         Signatures Hostland Amb. Noor · 2026-11-17 07:05 PKT Guestland Not signed
         Conditions for entry into force The signed text has effect when every condition is met.
         Ratified by the host ratified Hostland · not met yet Say that it is met
         End of the agreement It ends on 2026-11-24 12:05 PKT · Amb. Noor ·
         2026-11-23 12:05 PKT no longer needed These provisions outlive it: personal_data
         Suspensions Category: Private security · Amb. Noor · 2026-11-23 11:35 PKT under review",
    );
}

#[test]
fn the_ledgers() {
    let mut view = sample::ledger();
    view.heads.clear();
    reads(
        ledger::page(&view, &desk(Page::Ledger)),
        "Ledgers Each party writes its own ledger, mirrors the other’s and witnesses it.
         Keys Guestland broke the rules of ledgers
         It showed two different histories · 2026-11-23 13:00 PKT
         The two notes that cannot both be true guest.example 812 …
         Guestland does not show what it owes
         It withholds entries that it signed for · 3 min ago
         Evidence for strangers 1 split-view-0123456789abcdef
         Statements Place Act Signed by When Audience Finality Standing
         host.example#812 Consent granted Major Amin 2026-11-23 12:05 PKT every party
         L2 · cosigned by the counterpart stands
         host.example#811 Consent granted Major Amin 2026-11-23 12:05 PKT every party
         L2 · cosigned by the counterpart void · This belongs to the other side.
         Older",
    );
}

#[test]
fn the_letters() {
    let mut view = sample::letters();
    view.write = None;
    reads(
        letters::page(&view, &desk(Page::Letters)),
        "Letters Letters that you may read. Others see that one was written and by whom, and not a
         word of it.
         The doctor named persons Major Amin · Hostland · 2026-11-23 13:00 PKT · written by you
         To guest/li About m-1 He is ill.
         The doctor every party Major Amin · Hostland · 2026-11-23 13:00 PKT He is ill.",
    );
}

#[test]
fn a_statement_not_yet_in_a_head() {
    let mut view = statement::View { proof: None, seen: None, ..sample::statement() };
    (view.next, view.file) = (Vec::new(), None);
    reads(
        statement::page(&view, &desk(Page::Statement)),
        "Ledgers Consent granted host.example#812 stands
         Header Id 03030303030303030303030303030303 Signed by Major Amin
         Key 0404040404040404 · Passkey When 2026-11-23 12:05 PKT Audience every party
         Finality L2 · cosigned by the counterpart
         Body { &quot;act&quot;: &quot;consent_granted&quot; }
         Commitment 0606060606060606060606060606060606060606060606060606060606060606
         Proof of inclusion Not in a signed head yet
         Check it on another machine: safeconduct verify statement host.example 812",
    );
}

#[test]
fn the_phone() {
    reads(
        me::page(&sample::me(), &desk(Page::Me)),
        "My journey
         SOS sent 3 min ago An officer has seen it: Cpt. Li · 13:03 PKT patrol on its way
         Next leg 13:30 PKT North gate Next check-in at 14:00 PKT
         Last report received 1 min ago
         I am safe
         SOS – hold 2 s Keep holding Sending in Sending … SOS sent Cancel Send SOS by text message
         Who is the man before me?
         Who sees you Hostland · Duty officer · until 2026-11-23 16:05 PKT",
    );
}

#[test]
fn signing_in() {
    let out = Frame { signed_in: None, ..desk(Page::Signin) };
    reads(
        signin::page(&sample::signin(), &out),
        "Sign in Reading needs a person; signing needs that person’s own key.
         That person and passphrase do not go together.
         With a key file Person Major Amin Passphrase Exercise passphrase: open sesame Sign in
         Passkey Person’s id Sign in with a passkey
         Officers of the exercise All of them are invented.
         Person Roles Major Amin h-017 Duty officer, Consent officer",
    );
}

#[test]
fn a_refusal() {
    reads(
        problem::page(&sample::problem(), &desk(Page::Problem)),
        "The answer is no The refusal is recorded, with its reasons.
         A line of the gate is red and nobody has overridden it.
         What would help: Make it green, or give a reason and answer for it. gate-red
         Article 4(1) · Ceilings At most four. red: drawn Request r-77",
    );
    let chinese = sample::frame(Lang::Zh, Page::Problem);
    let refusal = sample::problem().refusal.unwrap();
    assert_eq!(problem::line(&refusal, &chinese), "出发放行检查有红项，且无人具名承担责任放行。");
}
