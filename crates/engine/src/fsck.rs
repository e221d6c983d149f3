//! Checks a kept node from the ground: bytes, signatures, heads.

use note::statement::{open, parse};
use words::id::PartyId;

use crate::engine::Engine;
use crate::fault::Fault;

/// Entries checked in one read.
const AT_ONCE: u32 = 4_096;

/// What a check found, for people; empty means whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries checked, both ledgers.
    pub entries: u64,
    /// Bodies that open their commitment.
    pub bodies: u64,
    /// Bodies withheld or erased.
    pub absent: u64,
    /// Statements that stand and are void, with their reasons.
    pub void: Vec<String>,
    /// What is broken.
    pub broken: Vec<String>,
}

impl Engine {
    /// Checks everything that is kept against everything that was signed.
    pub fn fsck(&self) -> Result<Report, Fault> {
        let mut report = Report::default();
        let findings = self.store.check();
        let findings = findings.map_err(|cause| Fault::Read { what: "the store", cause })?;
        report.broken.extend(findings.iter().map(ToString::to_string));
        for ledger in [Some(&self.own), self.peer.as_ref()].into_iter().flatten() {
            self.check_ledger(ledger.party(), &mut report)?;
            report.broken.extend(ledger.head_fault());
            let void = ledger.lines().iter().filter_map(|line| {
                let reason = match (&line.entry.void, &line.outcome) {
                    (Some(reason), _) => *reason,
                    (None, Some(ledger::outcome::Outcome::Void(refusal))) => {
                        *refusal.reasons.first()?
                    }
                    (None, Some(_) | None) => return None,
                };
                Some(format!("{} {}: {}", ledger.party(), line.entry.index, reason.code()))
            });
            report.void.extend(void);
        }
        if self.diverged() {
            report.broken.push("the counterpart's joint state differs from ours".into());
        }
        Ok(report)
    }

    fn check_ledger(&self, party: &PartyId, report: &mut Report) -> Result<(), Fault> {
        let mut from = 0;
        loop {
            let kept = self.store.read(party, from, AT_ONCE);
            let kept = kept.map_err(|cause| Fault::Read { what: "a ledger", cause })?;
            let Some(last) = kept.last() else { return Ok(()) };
            from = last.index + 1;
            for kept in &kept {
                report.entries += 1;
                let Ok(statement) = parse(&kept.entry) else { continue };
                match &kept.body {
                    None => report.absent += 1,
                    Some(body) if open(&statement.header, body).is_ok() => report.bodies += 1,
                    Some(_) => report.broken.push(format!(
                        "the body of {party} {} does not open its commitment",
                        kept.index
                    )),
                }
            }
        }
    }
}
