//! `pass`: what a checkpoint decides, offline.

use std::io::{Read, stdin};
use std::path::Path;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use engine::clock::{Clock, SystemClock};
use pass::claims::Claims;
use pass::code::claims_of;
use pass::paper::{PREFIX, TEXT_CHARS_MAX, from_text};
use pass::refusal::{Caution, PassRefusal};
use pass::trustfile::{from_bytes, to_bytes};
use serde_json::{Value, json};
use words::id::ZoneId;
use words::moment::Moment;

use crate::folder::{Folder, read, write_new};

/// Decides about a pass.
pub fn verify(given: &Given) -> Result<(), Trouble> {
    let code = code(given.beside()?)?;
    let trust = from_bytes(&read(Path::new(given.need("trust")?))?)
        .map_err(|cause| Trouble::malformed("the trust list cannot be read").because(cause))?;
    let at = match given.get("at") {
        Some(text) => moment(text)?,
        None => SystemClock.now(),
    };
    let zone: Option<ZoneId> = given.read("zone")?;
    match pass::verify::verify(&code, &trust, at, zone.as_ref()) {
        Ok(verified) => {
            let cautions: Vec<&str> = verified.cautions().iter().map(|it| it.code()).collect();
            if given.json {
                print::json(&json!({
                    "good": true, "cautions": cautions, "claims": as_json(verified.get()),
                }));
            } else {
                print::answer(&format!("good at {at}\n{}", as_text(verified.get())));
                for caution in verified.cautions() {
                    print::answer(&format!("caution: {}", careful(*caution)));
                }
            }
            Ok(())
        }
        Err(refusal) => {
            if given.json {
                print::json(&json!({ "good": false, "reason": refusal.code() }));
            }
            Err(told(refusal, at))
        }
    }
}

/// Says what a pass says.
pub fn show(given: &Given) -> Result<(), Trouble> {
    let code = code(given.beside()?)?;
    let claims = claims_of(&code)
        .map_err(|cause| Trouble::malformed("that is not a pass").because(cause))?;
    if given.json {
        print::json(&as_json(&claims));
    } else {
        print::answer(&as_text(&claims));
        print::aside("nothing was verified: `pass verify` decides");
    }
    Ok(())
}

/// Writes the list that checkpoints carry.
pub fn trust(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let out = given.need("out")?;
    let engine = folder.engine(&folder.settings()?)?;
    let trust = engine.trust();
    write_new(Path::new(out), &to_bytes(&trust), 0o644)?;
    let (revoked, as_of) = (trust.revoked.len(), trust.revoked_as_of);
    if given.json {
        print::json(&json!({ "out": out, "revoked": revoked, "as_of": as_of.to_string() }));
    } else {
        print::answer(&format!("written to {out}: {revoked} dead passes, as of {as_of}"));
    }
    Ok(())
}

fn code(given: &str) -> Result<Vec<u8>, Trouble> {
    let text = if given == "-" {
        let mut text = String::new();
        let limit = u64::try_from(TEXT_CHARS_MAX).unwrap_or(u64::MAX).saturating_add(2);
        let taken = stdin().lock().take(limit).read_to_string(&mut text);
        taken.map_err(|cause| Trouble::fault("cannot read standard input").because(cause))?;
        text
    } else if given.starts_with(PREFIX) {
        given.to_owned()
    } else {
        String::from_utf8_lossy(&read(Path::new(given))?).into_owned()
    };
    let paper = from_text(text.trim());
    paper.map_err(|cause| Trouble::malformed("that is not the text of a pass").because(cause))
}

fn moment(text: &str) -> Result<Moment, Trouble> {
    Moment::parse(text).ok_or_else(|| {
        let what = format!("`{text}` is not a time such as 2024-10-08T14:00:00Z");
        Trouble::malformed(what)
    })
}

// Bytes that do not verify are one thing, a true pass that is not good here another.
fn told(refusal: PassRefusal, at: Moment) -> Trouble {
    let (no, code) = (format!("not good at {at}"), refusal.code());
    match refusal {
        PassRefusal::Revoked
        | PassRefusal::NotYetValid
        | PassRefusal::Expired
        | PassRefusal::WrongZone => Trouble::refused(no).because(code),
        PassRefusal::NotAPass
        | PassRefusal::NotCanonical
        | PassRefusal::HostSignatureMissing
        | PassRefusal::GuestSignatureMissing
        | PassRefusal::SamePartyTwice
        | PassRefusal::UnknownKey
        | PassRefusal::BadSignature => Trouble::unverified(no).because(code),
    }
}

fn careful(caution: Caution) -> &'static str {
    match caution {
        Caution::RevocationListStale => "the list of dead passes is old: ask by radio",
        Caution::ClockBehind => "this clock is behind the list: its time was used",
        Caution::ZoneNotChecked => "say which zone this is with `--zone`",
    }
}

fn as_json(claims: &Claims) -> Value {
    json!({
        "pass": claims.pass, "movement": claims.movement, "holder": claims.holder,
        "appearance": claims.appearance, "vehicle": claims.vehicle,
        "headcount": claims.headcount, "task": claims.task, "arms": claims.arms,
        "zone": claims.zone, "consent": claims.consent, "articles": claims.articles,
        "from": claims.window.start().to_string(), "until": claims.window.end().to_string(),
    })
}

fn as_text(claims: &Claims) -> String {
    let (from, until) = (claims.window.start(), claims.window.end());
    format!(
        "pass      {}\nholder    {}, {}\nvehicle   {}, {} persons\ntask      {}, {}\n\
         zone      {}, {from} to {until}\nmovement  {} under consent {}",
        claims.pass,
        claims.holder,
        claims.appearance,
        claims.vehicle,
        claims.headcount,
        claims.task,
        claims.arms,
        claims.zone,
        claims.movement,
        claims.consent
    )
}
