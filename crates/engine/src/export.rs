//! Writes one file for a stranger: both ledgers, to be checked without us.

use audit::file::{Export, ExportedEntry, ExportedLedger, FORMAT};
use note::canon;
use note::statement::parse;
use words::audience::Audience;
use words::id::PartyId;

use crate::engine::Engine;
use crate::fault::Fault;

/// Entries read at once.
const AT_ONCE: u32 = 4_096;

impl Engine {
    /// Makes the file.
    pub fn export(&self) -> Result<Vec<u8>, Fault> {
        let ledgers = [Some(&self.own), self.peer.as_ref()].into_iter().flatten();
        let ledgers = ledgers.map(|ledger| {
            let head = ledger.head().map(ToString::to_string).unwrap_or_default();
            let entries = self.exported(ledger.party())?;
            Ok(ExportedLedger { party: ledger.party().clone(), head, entries })
        });
        let ledgers = ledgers.collect::<Result<_, Fault>>()?;
        let export = Export { format: FORMAT.to_owned(), at: self.now(), ledgers };
        Ok(canon::encode(&export))
    }

    fn exported(&self, party: &PartyId) -> Result<Vec<ExportedEntry>, Fault> {
        let mut all = Vec::new();
        loop {
            let from = u64::try_from(all.len()).unwrap_or(u64::MAX);
            let kept = self.store.read(party, from, AT_ONCE);
            let kept = kept.map_err(|cause| Fault::Read { what: "a ledger", cause })?;
            if kept.is_empty() {
                return Ok(all);
            }
            all.extend(kept.into_iter().map(|kept| {
                let joint = parse(&kept.entry)
                    .is_ok_and(|statement| statement.header.audience == Audience::Joint);
                ExportedEntry { entry: kept.entry, body: kept.body.filter(|_| joint) }
            }));
        }
    }
}
