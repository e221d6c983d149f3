//! Every item of an audit file and of a shown body, changed one at a time.
#![cfg(test)]

use audit::stranger::{Audit, audit};
use desk::page::Viewer;
use engine::engine::Engine;
use letters::revealed::file;
use reveal::file::Revealed;
use sim::party::{Party, opening};
use spoilt::cbor::changes;
use spoilt::table::{hold, name};
use tongue::speech::Lang;
use words::audience::Audience;
use words::id::PersonId;
use words::letter::{BodyRevealed, LetterSent};
use words::role::{Role, Side};

fn host() -> Party {
    let mut party = Party::on(Side::Host, 10, opening().host.clone());
    party.start().unwrap();
    party
}

fn node(party: &mut Party) -> &mut Engine {
    party.engine.as_mut().unwrap()
}

// What a reader is told otherwise, if anything.
fn told(audit: &Audit, whole: &Audit) -> Result<(), String> {
    let found = [
        (audit.entries != whole.entries, "entries"),
        (audit.void != whole.void, "void"),
        (audit.gone != whole.gone, "gone"),
        (audit.diverged != whole.diverged, "diverged"),
        (audit.witnessed != whole.witnessed, "cosignature"),
        (audit.state != whole.state, "state"),
    ];
    let named = found.into_iter().find(|(differs, _)| *differs);
    named.map_or(Ok(()), |(_, what)| Err(what.to_owned()))
}

#[test]
fn no_item_of_an_audit_file_can_be_changed() {
    let bytes = node(&mut host()).export().unwrap();
    let whole = audit(&bytes).unwrap();
    // When it was made nobody has signed: a signature that is later counts instead.
    hold("audit", changes(&bytes, &[]), &[".1"], |bytes| {
        let audit = audit(bytes).map_err(|error| name(&error))?;
        told(&audit, &whole)
    });
}

#[test]
fn no_item_of_a_body_that_is_shown_can_be_changed() {
    let mut host = host();
    let officer = host.officer.clone();
    let letter = LetterSent {
        readers: Audience::Own,
        subject: "a person's health".into(),
        words: "the doctor's second opinion".into(),
        about: None,
    };
    let sent = node(&mut host).act(&officer, letter).unwrap();
    let ledger = node(&mut host).config().party.clone();
    let (statement, shown_to) = (sent.statement, "the court".to_owned());
    let readers = Audience::Own;
    let shown = BodyRevealed { ledger: ledger.clone(), statement, shown_to, readers };
    node(&mut host).act(&officer, shown).unwrap();
    node(&mut host).publish_head().unwrap();
    let person = PersonId::new("host/officer").unwrap();
    let viewer = Viewer::officer(person, vec![Role::Signatory], Lang::En);
    let bytes = file(node(&mut host), &viewer, (&ledger, sent.index)).unwrap();
    let whole = Revealed::parse(&bytes).unwrap().check().unwrap();
    hold("revealed", changes(&bytes, &[]), &[], |bytes| {
        let read = Revealed::parse(bytes).map_err(|error| name(&error))?;
        let shown = read.check().map_err(|error| name(&error))?;
        (shown.head_at == whole.head_at).then_some(()).ok_or_else(|| "Cosignature".to_owned())
    });
}
