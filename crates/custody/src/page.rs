//! The keys of both parties as the console shows them.

use desk::page::Viewer;
use engine::engine::Engine;
use pages::keys::{Disowned, KeyStand, Ring, Row, View};
use words::moment::Moment;

use crate::sheet::{self, Sheet, Stand, sheets};

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
    let disowned = sheet.disowned.iter();
    Ring {
        name: name.unwrap_or_else(|| sheet.party.to_string()),
        version: sheet.version,
        custodians: sheet.holders(),
        threshold: sheet.custodians.threshold,
        reserve: sheet.next,
        since: sheet.since,
        recovered: sheet.recovered,
        orders: sheet.orders,
        disowned: disowned
            .map(|it| Disowned { key: it.key, since: it.since, ended: it.ended })
            .collect(),
        refused: sheet.refused,
        rows: sheet.rows.into_iter().map(row).collect(),
    }
}

fn row(row: sheet::Row) -> Row {
    let stand = match row.stand {
        Stand::Lives => KeyStand::Lives,
        Stand::EndsSoon => KeyStand::EndsSoon,
        Stand::Ended => KeyStand::Ended,
        Stand::Voided => KeyStand::Voided,
        Stand::Disowned => KeyStand::Disowned,
    };
    Row {
        key: row.key,
        person: row.person,
        roles: row.roles,
        since: row.since,
        until: Some(row.until).filter(|until| *until < Moment::from_ms(i64::MAX)),
        voided_at: row.voided_at,
        stand,
    }
}
