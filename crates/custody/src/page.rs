//! The keys of both parties as the console shows them.

use desk::page::Viewer;
use engine::engine::Engine;
use pages::keys::{Disowned, Ended, KeyStand, Ring, Row, View, Why};

use crate::sheet::{self, Fallen, Sheet, Stand, sheets};

/// Both parties' keys, for whoever is signed in.
pub fn view(engine: &Engine, viewer: &Viewer) -> View {
    if viewer.person.is_none() {
        return View::default();
    }
    View { rings: sheets(engine).into_iter().map(|sheet| ring(engine, viewer, sheet)).collect() }
}

fn ring(engine: &Engine, viewer: &Viewer, sheet: Sheet) -> Ring {
    let mut parties = engine.state().parties.values().map(|party| &party.founded);
    let named = parties.find(|founded| founded.party == sheet.party);
    let name = named.map(|founded| viewer.lang.of(&founded.names).to_owned());
    Ring {
        name: name.unwrap_or_else(|| sheet.party.to_string()),
        version: sheet.version,
        custodians: sheet.holders(),
        threshold: sheet.custodians.threshold,
        reserve: sheet.next,
        since: (sheet.since, sheet.since_at),
        recovered: sheet.recovered,
        orders: sheet.orders,
        disowned: sheet.disowned.into_iter().map(disowned).collect(),
        refused: sheet.refused,
        rows: sheet.rows.into_iter().map(row).collect(),
        party: sheet.party,
    }
}

fn disowned(fallen: Fallen) -> Disowned {
    let Fallen { said, signed, more } = fallen;
    let signed = signed.into_iter().map(|(index, word)| (index, word.to_owned())).collect();
    Disowned { key: said.key, since: said.since, said: said.index, ended: said.ended, signed, more }
}

fn row(row: sheet::Row) -> Row {
    let stand = match row.stand {
        Stand::Lives => KeyStand::Lives,
        Stand::EndsSoon => KeyStand::EndsSoon,
        Stand::Ended => KeyStand::Ended,
        Stand::Voided => KeyStand::Voided,
        Stand::Disowned => KeyStand::Disowned,
    };
    let until = row.ends();
    Row {
        key: row.key,
        person: row.person,
        roles: row.roles,
        since: (row.since, row.since_at),
        until,
        ended: row.ended.map(ended),
        stand,
    }
}

fn ended(it: sheet::Ended) -> Ended {
    let (why, said) = match it.why {
        sheet::Why::Said(said) => (Why::Said, said),
        sheet::Why::Replaced => (Why::Replaced, String::new()),
        sheet::Why::PassedOn => (Why::PassedOn, String::new()),
        sheet::Why::Enroller => (Why::Enroller, String::new()),
    };
    Ended { index: it.index, at: it.at, why, said }
}
