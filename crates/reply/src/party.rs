//! Parties and their keys.

use engine::engine::Engine;
use ledger::held::Ledger;
use ledger::keyring::Enrolled;
use note::key::{fingerprint, key_id};
use wire::v1::{KeyView, Page, PartyView};
use words::act::PartyFounded;

use crate::word::{names, word};

/// The parties whose founding is known here.
pub fn list(engine: &Engine) -> Page<PartyView> {
    let parties = engine.state().parties.values().map(|party| view(engine, &party.founded));
    Page { items: parties.collect(), next: None }
}

fn view(engine: &Engine, founded: &PartyFounded) -> PartyView {
    let ledgers = [Some(engine.own()), engine.peer()].into_iter().flatten();
    let ledger = ledgers.into_iter().find(|ledger| *ledger.party() == founded.party);
    let codes = engine.state().misbehaved.get(&founded.party);
    PartyView {
        party: founded.party.to_string(),
        names: names(&founded.names),
        side: word(founded.side),
        fingerprint: fingerprint(&founded.root),
        paired: ledger.is_some(),
        misbehaviour: codes.and_then(|codes| codes.first().cloned()),
        keys: ledger.map(keys).unwrap_or_default(),
    }
}

fn keys(ledger: &Ledger) -> Vec<KeyView> {
    ledger.reader().keys().values().map(key).collect()
}

fn key(enrolled: &Enrolled) -> KeyView {
    KeyView {
        key: key_id(&enrolled.key).to_string(),
        person: enrolled.person.to_string(),
        kind: word(enrolled.key.kind),
        roles: enrolled.roles.iter().map(word).collect(),
        until: enrolled.until.unix_ms,
        voided: enrolled.voided_at.is_some(),
    }
}
