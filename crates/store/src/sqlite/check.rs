//! Reads the whole file and lists what is wrong with it.

use rusqlite::{Connection, Row};
use words::id::PartyId;

use crate::port::Finding;
use crate::sqlite::trouble::Trouble;
use crate::sqlite::{ledger, sighting, value};

type Findings = Result<Vec<Finding>, Trouble>;

/// Every part of the check, whatever the parts before it have found.
pub(crate) fn all(conn: &Connection) -> Findings {
    let mut findings = Vec::new();
    for part in [structure, orphans, entries, values, sightings] {
        match part(conn) {
            Ok(found) => findings.extend(found),
            Err(trouble) => findings.push(as_finding(trouble)?),
        }
    }
    Ok(findings)
}

// Damage is what a check is for; any other trouble ends it.
fn as_finding(trouble: Trouble) -> Result<Finding, Trouble> {
    match trouble {
        Trouble::Altered(what) => Ok(Finding::Altered(what)),
        Trouble::Sqlite(_) | Trouble::Said(_) => match trouble.damage() {
            Some(what) => Ok(Finding::Damaged(what)),
            None => Err(trouble),
        },
    }
}

fn collect(
    conn: &Connection,
    sql: &str,
    finding: impl Fn(&Row<'_>) -> Result<Option<Finding>, Trouble>,
) -> Findings {
    let mut query = conn.prepare(sql)?;
    let mut rows = query.query([])?;
    let mut findings = Vec::new();
    while let Some(row) = rows.next()? {
        findings.extend(finding(row)?);
    }
    Ok(findings)
}

fn structure(conn: &Connection) -> Findings {
    collect(conn, "PRAGMA integrity_check", |row| {
        let line: String = row.get(0)?;
        Ok((line != "ok").then_some(Finding::Damaged(line)))
    })
}

fn orphans(conn: &Connection) -> Findings {
    collect(conn, "PRAGMA foreign_key_check", |row| {
        let (table, id): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
        Ok(Some(Finding::Orphan(format!("row {} of `{table}`", id.unwrap_or_default()))))
    })
}

fn entries(conn: &Connection) -> Findings {
    let mut findings = Vec::new();
    for party in ledger::all(conn)? {
        findings.extend(of_ledger(conn, &party)?);
    }
    Ok(findings)
}

fn of_ledger(conn: &Connection, party: &PartyId) -> Findings {
    let sql = format!(
        "{} WHERE ledger = (SELECT id FROM ledger WHERE party = ?1) ORDER BY place",
        ledger::COLUMNS
    );
    let gap = |index| Finding::Gap { ledger: party.clone(), index };
    let mut query = conn.prepare(&sql)?;
    let mut rows = query.query([party.as_str()])?;
    let (mut findings, mut next) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        match ledger::line(party, row) {
            Ok(line) => {
                findings.extend((next..line.kept.index).map(gap));
                next = line.kept.index + 1;
            }
            Err(trouble) => {
                findings.push(as_finding(trouble)?);
                next += 1;
            }
        }
    }
    findings.extend((next..ledger::size(conn, party)?).map(gap));
    Ok(findings)
}

fn values(conn: &Connection) -> Findings {
    let mut findings = Vec::new();
    for key in value::keys(conn, "")? {
        if let Err(trouble) = value::get(conn, &key) {
            findings.push(as_finding(trouble)?);
        }
    }
    Ok(findings)
}

fn sightings(conn: &Connection) -> Findings {
    collect(conn, "SELECT seq, at_ms, unit, report, sum FROM sighting", |row| {
        sighting::read(row).map_or_else(|trouble| as_finding(trouble).map(Some), |_| Ok(None))
    })
}
