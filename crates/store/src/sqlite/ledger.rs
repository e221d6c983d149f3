//! Entries and bodies in SQLite.

use rusqlite::{Connection, OptionalExtension, Row, params};
use words::id::PartyId;

use crate::port::{Kept, NewEntry, StoreError};
use crate::sqlite::sum::{Sum, sum};
use crate::sqlite::trouble::Trouble;

/// What [`line`] reads.
pub(crate) const COLUMNS: &str = "SELECT place, entry, body, erased, sum FROM entry";

// A ledger's own row.
struct Book {
    id: i64,
    size: u64,
}

/// A row of the table, whose sum has been checked.
pub(crate) struct Line {
    /// What callers get.
    pub(crate) kept: Kept,
    /// Is there to be no body ever again?
    pub(crate) erased: bool,
}

/// A number for SQLite, which counts to 2^63 - 1: no ledger gets there.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn book_sum(party: &str, size: u64) -> Sum {
    sum("ledger", &[party.as_bytes(), &size.to_be_bytes()])
}

fn line_sum(party: &PartyId, line: (u64, &[u8], Option<&[u8]>, bool)) -> Sum {
    let (place, entry, body, erased) = line;
    let state = [u8::from(body.is_some()), u8::from(erased)];
    let parts: [&[u8]; 5] =
        [party.as_str().as_bytes(), &place.to_be_bytes(), entry, body.unwrap_or_default(), &state];
    sum("entry", &parts)
}

fn book(conn: &Connection, party: &PartyId) -> Result<Option<Book>, Trouble> {
    let mut query = conn.prepare_cached("SELECT id, size, sum FROM ledger WHERE party = ?1")?;
    let row = query.query_row([party.as_str()], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?))
    });
    let Some((id, size, kept)) = row.optional()? else { return Ok(None) };
    match u64::try_from(size) {
        Ok(size) if book_sum(party.as_str(), size).as_slice() == kept => {
            Ok(Some(Book { id, size }))
        }
        Ok(_) | Err(_) => Err(Trouble::Altered(format!("the size of ledger `{party}`"))),
    }
}

/// Reads one row of [`COLUMNS`] and checks its sum.
pub(crate) fn line(party: &PartyId, row: &Row<'_>) -> Result<Line, Trouble> {
    let place: i64 = row.get(0)?;
    let altered = || Trouble::Altered(format!("entry {place} of ledger `{party}`"));
    let (entry, body): (Vec<u8>, Option<Vec<u8>>) = (row.get(1)?, row.get(2)?);
    let (erased, kept): (bool, Vec<u8>) = (row.get(3)?, row.get(4)?);
    let index = u64::try_from(place).ok().ok_or_else(altered)?;
    if line_sum(party, (index, &entry, body.as_deref(), erased)).as_slice() != kept {
        return Err(altered());
    }
    Ok(Line { kept: Kept { index, entry, body }, erased })
}

pub(crate) fn size(conn: &Connection, party: &PartyId) -> Result<u64, Trouble> {
    Ok(book(conn, party)?.map_or(0, |book| book.size))
}

pub(crate) fn append(
    conn: &Connection,
    party: &PartyId,
    first: u64,
    entries: &[NewEntry<'_>],
) -> Result<(), Trouble> {
    let expected = size(conn, party)?;
    if first != expected {
        return Err(StoreError::NotNext { expected, got: first }.into());
    }
    let added = u64::try_from(entries.len()).expect("no machine counts beyond 64 bits");
    if added == 0 {
        return Ok(());
    }
    let ledger = grow(conn, party, first + added)?;
    let mut insert = conn.prepare_cached(
        "INSERT INTO entry (ledger, place, entry, body, sum) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (place, new) in (first..).zip(entries) {
        let sum = line_sum(party, (place, new.entry, new.body, false));
        insert.execute(params![ledger, signed(place), new.entry, new.body, sum])?;
    }
    Ok(())
}

fn grow(conn: &Connection, party: &PartyId, size: u64) -> Result<i64, Trouble> {
    let mut upsert = conn.prepare_cached(
        "INSERT INTO ledger (party, size, sum) VALUES (?1, ?2, ?3)
         ON CONFLICT (party) DO UPDATE SET size = excluded.size, sum = excluded.sum
         RETURNING id",
    )?;
    let row = params![party.as_str(), signed(size), book_sum(party.as_str(), size)];
    Ok(upsert.query_row(row, |row| row.get(0))?)
}

pub(crate) fn read(
    conn: &Connection,
    party: &PartyId,
    from: u64,
    limit: u32,
) -> Result<Vec<Kept>, Trouble> {
    let Some(book) = book(conn, party)? else { return Ok(Vec::new()) };
    let sql = format!("{COLUMNS} WHERE ledger = ?1 AND place >= ?2 ORDER BY place LIMIT ?3");
    let mut query = conn.prepare_cached(&sql)?;
    let mut rows = query.query(params![book.id, signed(from), limit])?;
    let end = book.size.min(from.saturating_add(u64::from(limit)));
    let mut kept = Vec::new();
    for place in from..end {
        let lost = || Trouble::Altered(format!("the place of entry {place} of ledger `{party}`"));
        let found = line(party, rows.next()?.ok_or_else(lost)?)?;
        if found.kept.index != place {
            return Err(lost());
        }
        kept.push(found.kept);
    }
    Ok(kept)
}

fn one(conn: &Connection, party: &PartyId, index: u64) -> Result<(i64, Line), Trouble> {
    let missing = || StoreError::NoEntry { index };
    let book = book(conn, party)?.filter(|book| index < book.size).ok_or_else(missing)?;
    let sql = format!("{COLUMNS} WHERE ledger = ?1 AND place = ?2");
    let mut query = conn.prepare_cached(&sql)?;
    let mut rows = query.query(params![book.id, signed(index)])?;
    let lost = || Trouble::Altered(format!("the place of entry {index} of ledger `{party}`"));
    let found = line(party, rows.next()?.ok_or_else(lost)?)?;
    Ok((book.id, found))
}

pub(crate) fn put_body(
    conn: &Connection,
    party: &PartyId,
    index: u64,
    body: &[u8],
) -> Result<(), Trouble> {
    let (ledger, line) = one(conn, party, index)?;
    match line.kept.body {
        None if line.erased => Err(StoreError::Erased { index }.into()),
        Some(kept) if kept != body => Err(StoreError::OtherBody { index }.into()),
        Some(_) => Ok(()),
        None => {
            let sum = line_sum(party, (index, &line.kept.entry, Some(body), false));
            let mut update = conn.prepare_cached(
                "UPDATE entry SET body = ?3, sum = ?4 WHERE ledger = ?1 AND place = ?2",
            )?;
            update.execute(params![ledger, signed(index), body, sum])?;
            Ok(())
        }
    }
}

pub(crate) fn erase_body(conn: &Connection, party: &PartyId, index: u64) -> Result<bool, Trouble> {
    let (ledger, line) = one(conn, party, index)?;
    let sum = line_sum(party, (index, &line.kept.entry, None, true));
    let mut update = conn.prepare_cached(
        "UPDATE entry SET body = NULL, erased = 1, sum = ?3 WHERE ledger = ?1 AND place = ?2",
    )?;
    update.execute(params![ledger, signed(index), sum])?;
    Ok(line.kept.body.is_some())
}

pub(crate) fn missing(conn: &Connection, party: &PartyId, limit: u32) -> Result<Vec<u64>, Trouble> {
    let Some(book) = book(conn, party)? else { return Ok(Vec::new()) };
    let mut query = conn.prepare_cached(
        "SELECT place FROM entry WHERE ledger = ?1 AND body IS NULL AND erased = 0
         ORDER BY place LIMIT ?2",
    )?;
    let places = query.query_map(params![book.id, limit], |row| row.get::<_, i64>(0))?;
    let altered = || Trouble::Altered(format!("a place in ledger `{party}`"));
    places.map(|place| u64::try_from(place?).ok().ok_or_else(altered)).collect()
}

pub(crate) fn all(conn: &Connection) -> Result<Vec<PartyId>, Trouble> {
    let mut query = conn.prepare_cached("SELECT party FROM ledger ORDER BY party")?;
    let parties = query.query_map([], |row| row.get::<_, String>(0))?;
    let altered = |_| Trouble::Altered("the name of a ledger".to_owned());
    parties.map(|party| PartyId::try_from(party?).map_err(altered)).collect()
}

/// Does every ledger that has entries have its own row, and end where that row says? It costs a
/// few look-ups a ledger, and a node that lost its newest entries must not start.
pub(crate) fn whole_to_the_end(conn: &Connection) -> Result<(), Trouble> {
    let mut found = conn.prepare("SELECT max(place) + 1 FROM entry WHERE ledger = ?1")?;
    for party in all(conn)? {
        let book = book(conn, &party)?.map_or((0, 0), |book| (book.id, signed(book.size)));
        let end: Option<i64> = found.query_row([book.0], |row| row.get(0))?;
        if end != Some(book.1) {
            return Err(Trouble::Altered(format!("the end of ledger `{party}`")));
        }
    }
    let mut known = conn.prepare("SELECT count(*) FROM ledger WHERE id = ?1")?;
    let mut next = conn.prepare("SELECT min(ledger) FROM entry WHERE ledger > ?1")?;
    let mut last = i64::MIN;
    while let Some(ledger) = next.query_row([last], |row| row.get::<_, Option<i64>>(0))? {
        if known.query_row([ledger], |row| row.get::<_, i64>(0))? != 1 {
            return Err(Trouble::Altered("the list of ledgers".to_owned()));
        }
        last = ledger;
    }
    Ok(())
}
