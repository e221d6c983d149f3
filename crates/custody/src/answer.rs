//! What the API answers of keys, in the API's own types.

use engine::engine::Engine;
use note::key::{fingerprint, key_id};
use reply::word::word;
use wire::v1::Page;
use wire::v1::keys::{CustodianView, DisownedView, KeyStandView, RefusedOrderView, RootView};
use words::act::Key;

use crate::sheet::{Fallen, Row, Sheet, Why, sheets};

/// The roots and keys of both parties, ours first.
pub fn list(engine: &Engine) -> Page<RootView> {
    Page { items: sheets(engine).iter().map(root).collect(), next: None }
}

fn root(sheet: &Sheet) -> RootView {
    let refused = sheet.refused.iter().map(|(index, reason)| RefusedOrderView {
        index: *index,
        reason: reason.code().to_owned(),
    });
    RootView {
        party: sheet.party.to_string(),
        version: sheet.version,
        threshold: sheet.custodians.threshold,
        custodians: sheet.custodians.keys.iter().map(custodian).collect(),
        reserve: sheet.next.map(|hash| hash.to_string()),
        since: sheet.since,
        since_at: sheet.since_at.unix_ms,
        recovered: sheet.recovered,
        orders: sheet.orders,
        refused: refused.collect(),
        keys: sheet.rows.iter().map(key).collect(),
        disowned: sheet.disowned.iter().map(disowned).collect(),
    }
}

fn custodian(key: &Key) -> CustodianView {
    CustodianView { key: key_id(key).to_string(), fingerprint: fingerprint(key) }
}

fn key(row: &Row) -> KeyStandView {
    let until = row.ends();
    let said = row.ended.as_ref().and_then(|ended| match &ended.why {
        Why::Said(said) => Some(said.clone()),
        Why::Replaced | Why::PassedOn | Why::Enroller => None,
    });
    KeyStandView {
        key: row.key.to_string(),
        person: row.person.to_string(),
        roles: row.roles.iter().map(word).collect(),
        stand: row.stand.word().to_owned(),
        since: row.since,
        since_at: row.since_at.unix_ms,
        until: until.map(|until| until.unix_ms),
        voided_by: row.ended.as_ref().map(|ended| ended.index),
        voided_at: row.ended.as_ref().map(|ended| ended.at.unix_ms),
        why: row.ended.as_ref().map(|ended| ended.why.word().to_owned()),
        reason: said,
        disowned_from: row.disowned_from,
    }
}

fn disowned(fallen: &Fallen) -> DisownedView {
    DisownedView {
        key: fallen.said.key.to_string(),
        since: fallen.said.since,
        said: fallen.said.index,
        at: fallen.said.at.unix_ms,
        ended: fallen.said.ended,
        signed: fallen.signed.iter().map(|(index, _)| *index).collect(),
        more: fallen.more,
    }
}
