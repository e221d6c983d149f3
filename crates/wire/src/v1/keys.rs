//! Who holds a party's root, and how its keys stand.

use crate::v1::UnixMs;

views! {
    /// One of those who hold a root.
    CustodianView {
        /// The short name of the key.
        key: String,
        /// Its fingerprint, to be compared by voice.
        fingerprint: String,
    }

    /// An order of custodians that is void.
    RefusedOrderView {
        /// Its place in the ledger.
        index: u64,
        /// Code of the reason.
        reason: String,
    }

    /// A key, and since when, until when and why no longer it signs.
    KeyStandView {
        /// Its short name.
        key: String,
        /// Whose it is.
        person: String,
        /// What it may sign.
        roles: Vec<String>,
        /// `lives`, `ends-soon`, `ended`, `voided` or `disowned`.
        stand: String,
        /// The statement that enrolled it.
        since: u64,
        /// When that was.
        since_at: UnixMs,
        /// When it runs out; null is never.
        until: Option<UnixMs>,
        /// The statement that voided it.
        voided_by: Option<u64>,
        /// When that was.
        voided_at: Option<UnixMs>,
        /// `said`, `replaced`, `passed-on` or `enroller`: why it was voided.
        why: Option<String>,
        /// The reason as whoever voided it wrote it.
        reason: Option<String>,
        /// Since which statement what it signed is disowned.
        disowned_from: Option<u64>,
    }

    /// A key that was in other hands.
    DisownedView {
        /// Its short name.
        key: String,
        /// Since which statement.
        since: u64,
        /// The statement that says so.
        said: u64,
        /// When that was.
        at: UnixMs,
        /// How many things lost their authority there.
        ended: u64,
        /// The statements that it signed in between; the first forty.
        signed: Vec<u64>,
        /// How many more there are.
        more: u64,
    }

    /// The root of a party and its keys.
    RootView {
        /// Whose.
        party: String,
        /// 1 at the founding, one more with each set of custodians that follows.
        version: u32,
        /// How many custodians must sign an order.
        threshold: u32,
        /// Who they are.
        custodians: Vec<CustodianView>,
        /// The hash of the set that may take over by itself, if one is named.
        reserve: Option<String>,
        /// The statement since which they hold the root.
        since: u64,
        /// When that was.
        since_at: UnixMs,
        /// Did the reserve take it over?
        recovered: bool,
        /// Orders carried out; also the number of the next one.
        orders: u64,
        /// Orders that are void.
        refused: Vec<RefusedOrderView>,
        /// Every key, those that sign first.
        keys: Vec<KeyStandView>,
        /// Keys that were in other hands.
        disowned: Vec<DisownedView>,
    }
}
