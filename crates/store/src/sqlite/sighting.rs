//! Sightings in SQLite.

use rusqlite::{Connection, Row, params};

use crate::port::Sighting;
use crate::sqlite::ledger::signed;
use crate::sqlite::sum::{Sum, sum};
use crate::sqlite::trouble::Trouble;

// The number is SQLite's to give, so the sum does not cover it.
fn sighting_sum(at_ms: i64, unit: &str, report: &[u8]) -> Sum {
    sum("sighting", &[&at_ms.to_be_bytes(), unit.as_bytes(), report])
}

pub(crate) fn put(conn: &Connection, sightings: &[(i64, &str, &[u8])]) -> Result<(), Trouble> {
    let mut insert = conn.prepare_cached(
        "INSERT INTO sighting (at_ms, unit, report, sum) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (at_ms, unit, report) in sightings {
        insert.execute(params![at_ms, unit, report, sighting_sum(*at_ms, unit, report)])?;
    }
    Ok(())
}

pub(crate) fn since(conn: &Connection, seq: u64, limit: u32) -> Result<Vec<Sighting>, Trouble> {
    let mut query = conn.prepare_cached(
        "SELECT seq, at_ms, unit, report, sum FROM sighting WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut rows = query.query(params![signed(seq), limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Reads `seq, at_ms, unit, report, sum` and checks the sum.
pub(crate) fn read(row: &Row<'_>) -> Result<Sighting, Trouble> {
    let (seq, at_ms, unit): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (report, kept): (Vec<u8>, Vec<u8>) = (row.get(3)?, row.get(4)?);
    match u64::try_from(seq) {
        Ok(seq) if sighting_sum(at_ms, &unit, &report).as_slice() == kept => {
            Ok((seq, at_ms, unit, report))
        }
        Ok(_) | Err(_) => Err(Trouble::Altered(format!("sighting {seq}"))),
    }
}

pub(crate) fn prune(conn: &Connection, before_ms: i64) -> Result<u64, Trouble> {
    let pruned =
        conn.prepare_cached("DELETE FROM sighting WHERE at_ms < ?1")?.execute([before_ms])?;
    Ok(u64::try_from(pruned).expect("no machine counts beyond 64 bits"))
}
