//! How the node is.

use engine::engine::Engine;
use engine::fault::chain;
use node::audit::unconsented_guest_minutes;
use wire::v1::{PeerView, StatusView};
use words::moment::Moment;
use words::role::Side;

use crate::ledger;
use crate::word::word;

/// How the mirror of the counterpart goes, as the server knows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Link {
    /// Did the last step succeed?
    pub connected: bool,
    /// When one last succeeded.
    pub last_ok: Option<Moment>,
    /// Entries that the counterpart has and we do not yet.
    pub behind: u64,
    /// It contradicted itself.
    pub broken: bool,
    /// Its state differs from ours at the same entries.
    pub diverged: bool,
}

/// The node, its ledgers and its counterpart.
pub fn view(engine: &Engine, link: Link, version: &str) -> StatusView {
    let (state, now) = (engine.state(), engine.now());
    let caught = state.misbehaved.get(&engine.config().party);
    let caught = caught.map(|codes| format!("its ledger was caught: {}", codes.join(", ")));
    let hindrance = caught.or_else(|| engine.hindrance().map(|fault| chain(&fault)));
    let alarms = engine.post().watch().alarms().count();
    StatusView {
        party: engine.config().party.to_string(),
        side: word(engine.side()),
        version: version.to_owned(),
        now: now.unix_ms,
        speed: engine.clock().speed(),
        signing: hindrance.is_none(),
        hindrance,
        ledgers: ledger::list(engine).items,
        state: engine.fold().hash().to_string(),
        peer: peer(engine, link),
        alarms_open: u32::try_from(alarms).unwrap_or(u32::MAX),
        unconsented_guest_minutes: unconsented_guest_minutes(state, now),
    }
}

fn peer(engine: &Engine, link: Link) -> Option<PeerView> {
    let ledger = engine.peer()?;
    let heard = Some(ledger.heard()).filter(|heard| *heard > Moment::default());
    Some(PeerView {
        party: ledger.party().to_string(),
        connected: link.connected,
        last_ok: link.last_ok.map(|at| at.unix_ms),
        heard: heard.map(|at| at.unix_ms),
        heard_age_ms: heard.map(|at| engine.now().ms_since(at)),
        heard_limit_ms: heard_limit_ms(engine),
        behind: link.behind,
        broken: link.broken,
        diverged: link.diverged,
    })
}

// The shortest of all agreements in force; the host hears itself and has no limit.
fn heard_limit_ms(engine: &Engine) -> Option<i64> {
    let rules = engine.state().agreements.values().filter_map(|agreement| agreement.rules());
    let limits = rules.map(|rules| rules.consent().freshness_ms);
    limits.min().filter(|_| engine.side() == Side::Guest)
}
