//! `pass`: what a checkpoint decides, offline.

use std::io::{Read, stdin};
use std::path::Path;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use pass::basis::Basis;
use pass::claims::Claims;
use pass::code::claims_of;
use pass::kit::{Now, Trust, renew};
use pass::paper::{Correction, PREFIX, Sheet, TEXT_CHARS_MAX, from_sheet, from_text, sheet, svg};
use pass::refusal::{Caution, PassRefusal};
use pass::verified::Verified;
use pass::verify::Shown;
use serde_json::{Value, json};
use strongbox::clock::{Clock, SystemClock};
use words::hash::{KeyId, hex, unhex};
use words::id::{PassId, ZoneId};
use words::moment::Moment;

use crate::folder::Folder;
use office::file::{read, write_new};

/// Decides about a pass.
pub fn verify(given: &Given) -> Result<(), Trouble> {
    let code = code(given.beside()?)?;
    let now = match given.get("at") {
        Some(text) => Now::Theirs(moment(text)?),
        None => Now::Device(SystemClock.now()),
    };
    let trust = carried(given, now)?;
    let at = trust.get().kit.moment(now);
    let zone: Option<ZoneId> = given.read("zone")?;
    let photo = given.get("photo").map(|path| read(Path::new(path))).transpose()?;
    let shown = Shown { at, zone: zone.as_ref(), photo: photo.as_deref() };
    let verified = pass::verify::verify(&code, &trust, shown).map_err(|refusal| {
        if given.json {
            print::json(&json!({ "good": false, "reason": refusal.code() }));
        }
        told(refusal, at)
    })?;
    let basis = rests_on(given, &verified)?;
    let as_of = trust.get().status.as_of;
    let cautions: Vec<&str> = verified.cautions().iter().map(|it| it.code()).collect();
    if given.json {
        print::json(&json!({
            "good": true, "cautions": cautions, "claims": as_json(verified.get()),
            "list_as_of": as_of.to_string(), "basis": basis.as_ref().map(basis_json),
        }));
        return Ok(());
    }
    print::answer(&format!("good at {at}\n{}", as_text(verified.get())));
    print::answer(&format!("list      complete up to {as_of}"));
    if let Some(basis) = basis {
        let Basis { movement, holder, consent, .. } = basis;
        print::answer(&format!("basis     {holder} on {movement} under consent {consent}"));
    }
    for caution in verified.cautions() {
        print::answer(&format!("caution: {}", careful(*caution)));
    }
    Ok(())
}

// The kit, with a newer list if there is one.
fn carried(given: &Given, now: Now) -> Result<Verified<Trust>, Trouble> {
    let issuer = given.get("issuer").map(|text| {
        let known = unhex(text).and_then(|bytes| KeyId::from_slice(&bytes));
        known.ok_or_else(|| Trouble::malformed(format!("`{text}` is not the name of a key")))
    });
    let bytes = sheet_or_bytes(Sheet::Kit, &read(Path::new(given.need("kit")?))?)?;
    let trust = pass::kit::open(&bytes, now, issuer.transpose()?)
        .map_err(|no| Trouble::unverified("the kit is not one to trust").because(no.code()))?;
    let Some(list) = given.get("list") else { return Ok(trust) };
    let list = sheet_or_bytes(Sheet::List, &read(Path::new(list))?)?;
    renew(&trust, &list)
        .map_err(|no| Trouble::unverified("the list is not one to trust").because(no.code()))
}

fn rests_on(given: &Given, pass: &Verified<Claims>) -> Result<Option<Basis>, Trouble> {
    let Some(path) = given.get("basis") else { return Ok(None) };
    let bytes = sheet_or_bytes(Sheet::Basis, &read(Path::new(path))?)?;
    let basis = pass::basis::open(pass, &bytes)
        .map_err(|no| Trouble::unverified("the pass rests on something else").because(no.code()))?;
    Ok(Some(basis.into_inner()))
}

// Carried as a file of bytes, or as the text of a picture.
fn sheet_or_bytes(kind: Sheet, file: &[u8]) -> Result<Vec<u8>, Trouble> {
    if !file.starts_with(kind.prefix().as_bytes()) {
        return Ok(file.to_vec());
    }
    from_sheet(kind, String::from_utf8_lossy(file).trim())
        .map_err(|cause| Trouble::malformed("the text cannot be read").because(cause))
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

/// Writes the kit that checkpoints carry.
pub fn kit(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let out = given.need("out")?;
    let engine = folder.engine(&folder.settings()?)?;
    let kit = engine.kit().ok_or_else(|| Trouble::refused("both parties must have founded"))?;
    write_new(Path::new(out), &kit, 0o644)?;
    if let Some(path) = given.get("list") {
        let list = engine.dead_passes().map_err(|cause| Trouble::of(&cause))?;
        write_new(Path::new(path), &list, 0o644)?;
    }
    if let Some(path) = given.get("svg") {
        let picture = svg(&sheet(Sheet::Kit, &kit), Correction::Low)
            .map_err(|cause| Trouble::refused("carry the kit as a file").because(cause))?;
        write_new(Path::new(path), picture.as_bytes(), 0o644)?;
    }
    let issuer = engine.kit_issuer();
    let opened = pass::kit::open(&kit, Now::Theirs(engine.now()), None);
    let opened = opened.map_err(|no| Trouble::fault("the kit is bad").because(no.code()))?;
    let (dead, as_of) = (opened.get().status.dead(), opened.get().status.as_of);
    if given.json {
        let as_of = as_of.to_string();
        print::json(&json!({ "out": out, "issuer": issuer, "dead": dead, "as_of": as_of }));
    } else {
        print::answer(&format!("written to {out}: {dead} dead passes, as of {as_of}"));
        print::answer(&format!("signed by {issuer}: later kits must be signed by the same"));
    }
    Ok(())
}

/// Writes the page that verifies without a network.
pub fn page(given: &Given) -> Result<(), Trouble> {
    let out = given.need("out")?;
    let page = door::assets::verify_page();
    let page = page.ok_or_else(|| Trouble::fault("this program was built without its pages"))?;
    write_new(Path::new(out), page.as_bytes(), 0o644)?;
    if given.json {
        print::json(&json!({ "out": out }));
    } else {
        print::answer(&format!("written to {out}: open it on any telephone, with no network"));
    }
    Ok(())
}

/// Prints a holder's strip of numbers.
pub fn strip(given: &Given) -> Result<(), Trouble> {
    let folder = Folder::of(given);
    let engine = folder.engine(&folder.settings()?)?;
    let pass: PassId = given
        .beside()?
        .parse()
        .map_err(|cause| Trouble::malformed("that is not the name of a pass").because(cause))?;
    if !engine.state().passes.contains_key(&pass) {
        return Err(Trouble::refused(format!("no pass `{pass}` is known here")));
    }
    let numbers = engine.spoken(&pass);
    let numbers = numbers.ok_or_else(|| {
        let what = "there are no numbers: both parties must have founded, and a key on a token \
                    works none out";
        Trouble::refused(what).hint("the counterpart's node has the same numbers")
    })?;
    if given.json {
        print::json(&json!({ "pass": pass, "answers": numbers }));
        return Ok(());
    }
    for (number, answer) in (1_u32..).zip(numbers) {
        print::answer(&format!("{number:2}  {answer:04}"));
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
        | PassRefusal::ListTooOld
        | PassRefusal::NotYetValid
        | PassRefusal::Expired
        | PassRefusal::WrongZone
        | PassRefusal::WrongPhoto
        | PassRefusal::NotExpected => Trouble::refused(no).because(code),
        PassRefusal::NotAPass
        | PassRefusal::NotCanonical
        | PassRefusal::BadClaims
        | PassRefusal::HostSignatureMissing
        | PassRefusal::GuestSignatureMissing
        | PassRefusal::SamePartyTwice
        | PassRefusal::UnknownKey
        | PassRefusal::BadSignature => Trouble::unverified(no).because(code),
    }
}

fn careful(caution: Caution) -> &'static str {
    match caution {
        Caution::ListStale => "the list of dead passes is old: ask by radio",
        Caution::ClockBehind => "this clock is behind the list: its time was used",
        Caution::ZoneNotChecked => "say which zone this is with `--zone`",
    }
}

fn as_json(claims: &Claims) -> Value {
    json!({
        "pass": claims.pass, "index": claims.index, "appearance": claims.appearance,
        "photo": claims.photo.map(|photo| hex(&photo.0)), "vehicle": claims.vehicle,
        "headcount": claims.headcount, "task": claims.task, "arms": claims.arms,
        "serials": claims.serials, "zone": claims.zone,
        "from": claims.window.start().to_string(), "until": claims.window.end().to_string(),
        "basis": hex(&claims.basis.0), "phone": claims.phone.map(|phone| hex(&phone.0)),
    })
}

fn basis_json(basis: &Basis) -> Value {
    json!({
        "movement": basis.movement, "holder": basis.holder, "consent": basis.consent,
        "articles": basis.articles,
    })
}

fn as_text(claims: &Claims) -> String {
    let (from, until) = (claims.window.start(), claims.window.end());
    let serials = match claims.serials.as_slice() {
        [] => String::new(),
        serials => format!(", {}", serials.join(", ")),
    };
    format!(
        "pass      {}\nholder    {}\nvehicle   {}, {} persons\ntask      {}\n\
         arms      {}{serials}\nzone      {}, {from} to {until}",
        claims.pass,
        claims.appearance,
        claims.vehicle,
        claims.headcount,
        claims.task,
        claims.arms,
        claims.zone,
    )
}
