//! The schema and its forward-only migrations, counted in the file.

use rusqlite::Connection;

use crate::port::StoreError;
use crate::sqlite::trouble::Trouble;

/// Marks our files in their header: `SCon` in ASCII.
pub(crate) const APPLICATION_ID: i32 = 0x5343_6f6e;

/// One change a file, oldest first. A published file never changes.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../../schema/sqlite/0001-first.sql"),
    include_str!("../../schema/sqlite/0002-upgrade.sql"),
];

/// The way back from each schema but the first, oldest first.
pub(crate) const WAYS_BACK: &[&str] = &[include_str!("../../schema/sqlite/0002-upgrade.down.sql")];

/// From this schema on a file says which program wrote it.
const TELLS_PROGRAM: u32 = 2;

fn schema(conn: &Connection) -> Result<u32, Trouble> {
    Ok(conn.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn newest(migrations: &[&str]) -> u32 {
    u32::try_from(migrations.len()).expect("there are few migrations")
}

/// The schema of a file that is older than what is known here; a new file has none.
pub(crate) fn is_old(conn: &Connection, migrations: &[&str]) -> Result<Option<u32>, Trouble> {
    Ok(Some(schema(conn)?).filter(|found| (1..newest(migrations)).contains(found)))
}

/// Brings the schema up to the newest version; a file from the future is refused.
pub(crate) fn migrate(conn: &Connection, migrations: &[&str], file: String) -> Result<(), Trouble> {
    let (found, known) = (schema(conn)?, newest(migrations));
    if found > known {
        let by = program(conn, found).unwrap_or_else(|| "unknown".to_owned());
        return Err(StoreError::Newer { file: file.into(), found, known, by: by.into() }.into());
    }
    if found == known {
        return Ok(());
    }
    // Every change and the number in one transaction: a crash leaves the old file or the new one.
    let tx = conn.unchecked_transaction()?;
    for (_, sql) in (1..).zip(migrations).filter(|(version, _)| *version > found) {
        tx.execute_batch(sql)?;
    }
    if known >= TELLS_PROGRAM {
        let row = (known, env!("CARGO_PKG_VERSION"));
        tx.execute("INSERT OR REPLACE INTO upgrade (schema, program) VALUES (?1, ?2)", row)?;
    }
    tx.pragma_update(None, "user_version", known)?;
    tx.commit()?;
    Ok(())
}

// What brought a file to its schema, if that can be read.
fn program(conn: &Connection, schema: u32) -> Option<String> {
    let sql = "SELECT program FROM upgrade WHERE schema = ?1";
    conn.query_row(sql, [schema], |row| row.get(0)).ok()
}

/// Takes the schema back, in one transaction.
pub(crate) fn take_back(
    conn: &Connection,
    ways_back: &[&str],
    (to, file): (u32, String),
) -> Result<(), Trouble> {
    let found = schema(conn)?;
    if !(1..=found).contains(&to) {
        return Err(StoreError::NoWayBack { file, found }.into());
    }
    let tx = conn.unchecked_transaction()?;
    let ways: Vec<(u32, &&str)> = (2..).zip(ways_back).collect();
    for (_, sql) in ways.iter().rev().filter(|(from, _)| (to + 1..=found).contains(from)) {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "user_version", to)?;
    tx.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{MIGRATIONS, WAYS_BACK, migrate, take_back};
    use crate::port::StoreError;
    use crate::sqlite::trouble::Trouble;

    fn built(steps: &[&[&str]]) -> Vec<String> {
        let conn = Connection::open_in_memory().unwrap();
        for migrations in steps {
            migrate(&conn, migrations, "ledger.db".to_owned()).unwrap();
        }
        let mut query = conn.prepare("SELECT sql FROM sqlite_schema ORDER BY name").unwrap();
        let rows = query.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
        rows.filter_map(Result::unwrap).collect()
    }

    #[test]
    fn every_old_schema_grows_into_the_newest() {
        let later = "ALTER TABLE ledger ADD COLUMN note TEXT";
        let longer: Vec<&str> = MIGRATIONS.iter().copied().chain([later]).collect();
        for from in 0..longer.len() {
            assert_eq!(built(&[&longer[..from], &longer]), built(&[&longer]), "from {from}");
        }
        assert_eq!(built(&[&longer, &longer]), built(&[&longer]));
        assert!(built(&[&longer]).iter().any(|sql| sql.contains("note TEXT")));
    }

    #[test]
    fn every_schema_goes_back_to_every_older_one_and_is_that_one() {
        assert_eq!(WAYS_BACK.len() + 1, MIGRATIONS.len());
        let names = "SELECT count(*), group_concat(sql) FROM sqlite_schema";
        let of = |conn: &Connection| -> (i64, String) {
            conn.query_row(names, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
        };
        for to in 1..=MIGRATIONS.len() {
            let (old, conn) =
                (Connection::open_in_memory().unwrap(), Connection::open_in_memory().unwrap());
            migrate(&old, &MIGRATIONS[..to], "old".to_owned()).unwrap();
            migrate(&conn, MIGRATIONS, "new".to_owned()).unwrap();
            let to = u32::try_from(to).unwrap();
            take_back(&conn, WAYS_BACK, (to, "new".to_owned())).unwrap();
            assert_eq!(of(&conn), of(&old), "back to {to}");
            // The program that knows no newer one takes it as its own.
            migrate(&conn, &MIGRATIONS[..usize::try_from(to).unwrap()], "it".to_owned()).unwrap();
            migrate(&conn, MIGRATIONS, "new".to_owned()).unwrap();
        }
        let conn = Connection::open_in_memory().unwrap();
        migrate(&conn, MIGRATIONS, "new".to_owned()).unwrap();
        for to in [0, 9] {
            let answer = take_back(&conn, WAYS_BACK, (to, "new".to_owned()));
            assert!(matches!(answer, Err(Trouble::Said(StoreError::NoWayBack { .. }))), "{to}");
        }
    }

    #[test]
    fn a_file_from_the_future_is_refused_and_says_what_wrote_it() {
        let conn = Connection::open_in_memory().unwrap();
        conn.pragma_update(None, "user_version", 9).unwrap();
        let said = |conn: &Connection| match migrate(conn, MIGRATIONS, "ledger.db".to_owned()) {
            Err(Trouble::Said(newer @ StoreError::Newer { found: 9, .. })) => newer.to_string(),
            other => format!("{other:?}"),
        };
        assert!(said(&conn).contains("written by version unknown"), "{}", said(&conn));
        let row = "CREATE TABLE upgrade (schema INTEGER PRIMARY KEY, program TEXT NOT NULL);
                   INSERT INTO upgrade VALUES (9, '3.1.4')";
        conn.execute_batch(row).unwrap();
        assert_eq!(
            said(&conn),
            "`ledger.db` has schema 9, written by version 3.1.4, and this version knows 2: use \
             that one, or take the file back with its `safeconduct downgrade --to 2`"
        );
    }
}
