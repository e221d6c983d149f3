//! Small values in SQLite.

use rusqlite::{Connection, OptionalExtension, params};

use crate::sqlite::sum::{Sum, sum};
use crate::sqlite::trouble::Trouble;

fn value_sum(key: &str, value: &[u8]) -> Sum {
    sum("value", &[key.as_bytes(), value])
}

pub(crate) fn put(conn: &Connection, key: &str, value: &[u8]) -> Result<(), Trouble> {
    let mut upsert = conn.prepare_cached(
        "INSERT INTO value (key, value, sum) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, sum = excluded.sum",
    )?;
    upsert.execute(params![key, value, value_sum(key, value)])?;
    Ok(())
}

pub(crate) fn get(conn: &Connection, key: &str) -> Result<Option<Vec<u8>>, Trouble> {
    let mut query = conn.prepare_cached("SELECT value, sum FROM value WHERE key = ?1")?;
    let row =
        query.query_row([key], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?)));
    match row.optional()? {
        Some((value, kept)) if value_sum(key, &value).as_slice() != kept => {
            Err(Trouble::Altered(format!("the value of `{key}`")))
        }
        found => Ok(found.map(|(value, _)| value)),
    }
}

pub(crate) fn delete(conn: &Connection, key: &str) -> Result<(), Trouble> {
    conn.prepare_cached("DELETE FROM value WHERE key = ?1")?.execute([key])?;
    Ok(())
}

pub(crate) fn keys(conn: &Connection, prefix: &str) -> Result<Vec<String>, Trouble> {
    // Keys with one prefix lie together in byte order, from the prefix on.
    let mut query = conn.prepare_cached("SELECT key FROM value WHERE key >= ?1 ORDER BY key")?;
    let mut rows = query.query([prefix])?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        if !key.starts_with(prefix) {
            break;
        }
        keys.push(key);
    }
    Ok(keys)
}
