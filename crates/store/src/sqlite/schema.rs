//! The schema and its forward-only migrations, counted in the file.

use rusqlite::Connection;

use crate::port::StoreError;
use crate::sqlite::trouble::Trouble;

/// Marks our files in their header: `SCon` in ASCII.
pub(crate) const APPLICATION_ID: i32 = 0x5343_6f6e;

/// One change a file, oldest first. A published file never changes.
pub(crate) const MIGRATIONS: &[&str] = &[include_str!("../../schema/sqlite/0001-first.sql")];

/// Brings the schema up to the newest version; a file from the future is refused.
pub(crate) fn migrate(conn: &Connection, migrations: &[&str], file: String) -> Result<(), Trouble> {
    let found: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = u32::try_from(migrations.len()).expect("there are few migrations");
    if found > known {
        return Err(StoreError::Newer { file, found, known }.into());
    }
    for (version, sql) in (1..).zip(migrations).filter(|(version, _)| *version > found) {
        // Change and number in one transaction: a crash between them would repeat the change.
        let tx = conn.unchecked_transaction()?;
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "user_version", version)?;
        tx.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{MIGRATIONS, migrate};
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
    fn a_file_from_the_future_is_refused() {
        let conn = Connection::open_in_memory().unwrap();
        conn.pragma_update(None, "user_version", 9).unwrap();
        let answer = migrate(&conn, MIGRATIONS, "ledger.db".to_owned());
        assert!(matches!(answer, Err(Trouble::Said(StoreError::Newer { found: 9, .. }))));
    }
}
