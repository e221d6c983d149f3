//! What the counterpart is accused of, as files that convince a stranger.
//!
//! Contradictions prove themselves and stop the mirror. What does not come, an entry or a newer
//! head, is our signed word and no proof; it is kept up to date until it comes.

use note::digest::sha256;
use tlog::accusation::{Accusation, Against, Charge, Testimony};
use tlog::signed::{Signed, SignedCheckpoint, SignedHead};
use tlog::tree::Tree;
use words::moment::Moment;

use crate::engine::Engine;
use crate::fault::Fault;
use crate::topic::Topic;

/// A head older than so many of our own heartbeats is stale: the link may drop a few, and a
/// node that restarts needs a minute.
pub const STALE_AFTER_BEATS: i64 = 6;

/// Entries under a signed head that have not come for so many heartbeats are withheld.
pub const WITHHELD_AFTER_BEATS: i64 = 6;

/// A node that let so many of its own heartbeats pass was away itself, and begins to listen anew:
/// it slept, or its machine stood still.
pub const AWAY_AFTER_BEATS: i64 = 3;

/// Past heads of the counterpart that are kept: a year of one a few hours, and one is a few
/// hundred bytes.
pub const PAST_HEADS_MAX: u64 = 4_096;

const PREFIX: &str = "accusation/";

const PAST: &str = "past-head/";

/// Something that the counterpart owes and that does not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// [`Charge::Withheld`] or [`Charge::Stale`].
    pub charge: Charge,
    /// Since when, by our clock; only while we were here to hear.
    pub since: Moment,
    head: SignedCheckpoint,
}

impl Engine {
    /// The counterpart's head promises entries that it does not give out. The head must be its
    /// own: a stranger's proves nothing.
    pub fn note_withheld(&mut self, head: &SignedHead) {
        let theirs = self.peer_vkey().is_some_and(|vkey| head.verify_by(&vkey).is_ok());
        let more = head.head.size > self.peer_size();
        if theirs && more && self.withheld.is_none() {
            let since = self.now();
            let head = head.checkpoint();
            self.withheld = Some(Silence { charge: Charge::Withheld, since, head });
        }
    }

    // Before a larger head takes the place of one under which we have stated something: a host that
    // showed others more by then is proved to have kept it from us by the one that we held.
    pub(crate) fn keep_past(&mut self) -> Result<(), Fault> {
        let Some(old) = self.peer.as_ref().and_then(|peer| peer.head()) else { return Ok(()) };
        if self.own.reader().seen().size != old.head.size {
            return Ok(());
        }
        let (name, text) =
            (format!("{PAST}{:04}", old.head.size % PAST_HEADS_MAX), old.to_string());
        let keep = |cause| Fault::Keep { what: "a past head of the counterpart", cause };
        self.store.put(&name, text.as_bytes()).map_err(keep)
    }

    /// The last heads of the counterpart under which we stated something, before larger ones came.
    pub fn past_heads(&self) -> Result<Vec<SignedCheckpoint>, Fault> {
        let read = |cause| Fault::Read { what: "a past head of the counterpart", cause };
        let mut heads = Vec::new();
        for name in self.store.keys(PAST).map_err(read)? {
            let text = self.store.get(&name).map_err(read)?.unwrap_or_default();
            let head = String::from_utf8(text).ok().and_then(|text| SignedHead::parse(&text).ok());
            heads.extend(head.map(|head| head.checkpoint()));
        }
        Ok(heads)
    }

    // Time passes here: what nobody was there to hear is no silence.
    pub(crate) fn stay(&mut self, now: Moment) {
        self.here = Some((self.here_since(now).unwrap_or(now), now));
    }

    fn here_since(&self, now: Moment) -> Option<Moment> {
        let (since, last) = self.here?;
        (now.ms_since(last) <= self.beats(AWAY_AFTER_BEATS)).then_some(since)
    }

    fn beats(&self, beats: i64) -> i64 {
        beats.saturating_mul(self.config.heartbeat_every_ms)
    }

    /// What does not come for so long that it is named.
    pub fn silences(&self) -> Vec<Silence> {
        let now = self.now();
        let Some(here) = self.here_since(now) else { return Vec::new() };
        let heard = |it: Silence| Silence { since: it.since.max(here), ..it };
        let withheld = self.withheld.clone().map(heard).filter(|silence| {
            now.ms_since(silence.since) >= self.beats(WITHHELD_AFTER_BEATS)
                && silence.head.head.size > self.peer_size()
        });
        let stale = self.stale().map(heard).filter(|silence| {
            now.ms_since(silence.since) >= self.beats(STALE_AFTER_BEATS) && withheld.is_none()
        });
        withheld.into_iter().chain(stale).collect()
    }

    fn stale(&self) -> Option<Silence> {
        let head = self.peer.as_ref()?.head()?;
        let vkey = self.peer_vkey()?;
        let since = head.cosigned_at(&vkey.name, &vkey.key)?;
        Some(Silence { charge: Charge::Stale, since, head: head.checkpoint() })
    }

    /// Keeps our word on what does not come, as it is now. Called as time passes.
    pub(crate) fn testify(&mut self) -> Result<(), Fault> {
        if self.withheld.as_ref().is_some_and(|it| it.head.head.size <= self.peer_size()) {
            self.withheld = None;
        }
        let now = self.now();
        let due = now.ms_since(self.testified_at) >= self.config.heartbeat_every_ms;
        let silences = if due { self.silences() } else { Vec::new() };
        for silence in silences {
            self.testified_at = now;
            let Some(accusation) = self.word_on(&silence) else { continue };
            // One file for one silence, however long it lasts.
            let name = format!("{}-{}", silence.charge.as_str(), silence.since.unix_ms);
            self.keep_accusation(&name, &accusation)?;
        }
        Ok(())
    }

    fn word_on(&self, silence: &Silence) -> Option<Accusation> {
        let testimony = Testimony {
            charge: silence.charge,
            head: sha256(silence.head.head.to_string().as_bytes()),
            have: self.peer_size(),
            since: whole_second(silence.since),
            until: whole_second(self.now()),
        };
        let witness = self.log_vkey();
        let testimony = Signed::try_sign(testimony, &witness.name, &self.keys.node).ok()?;
        Some(Accusation {
            charge: silence.charge,
            log: self.peer_vkey()?,
            head: silence.head.clone(),
            against: Against::Word { witness, testimony },
        })
    }

    /// What two of the counterpart's heads prove to anybody, if they prove anything.
    /// `other_past` is the tree that a head stands for which is not a beginning of our mirror.
    pub(crate) fn contradiction(
        &self,
        head: &SignedHead,
        other_past: Option<&Tree>,
    ) -> Option<Accusation> {
        let (log, peer) = (self.peer_vkey()?, self.peer.as_ref()?);
        let newest = peer.head()?.checkpoint();
        let tree = other_past.unwrap_or_else(|| peer.tree());
        Accusation::of_heads(&log, &newest, &head.checkpoint(), tree)
    }

    pub(crate) fn keep_contradiction(&mut self, accusation: &Accusation) -> Result<(), Fault> {
        let digest = sha256(accusation.to_string().as_bytes()).to_string();
        let digest = digest.get(..16).unwrap_or_default();
        self.keep_accusation(&format!("{}-{digest}", accusation.charge.as_str()), accusation)
    }

    fn keep_accusation(&mut self, name: &str, accusation: &Accusation) -> Result<(), Fault> {
        self.store
            .put(&format!("{PREFIX}{name}"), accusation.to_string().as_bytes())
            .map_err(|cause| Fault::Keep { what: "evidence against the counterpart", cause })?;
        self.touch(&[Topic::Ledger]);
        Ok(())
    }

    /// The names of all evidence against the counterpart that is kept.
    pub fn accusations(&self) -> Result<Vec<String>, Fault> {
        let read = |cause| Fault::Read { what: "evidence against the counterpart", cause };
        let keys = self.store.keys(PREFIX).map_err(read)?;
        Ok(keys.iter().filter_map(|key| key.strip_prefix(PREFIX)).map(str::to_owned).collect())
    }

    /// One piece of evidence, as the file that a stranger checks.
    pub fn accusation(&self, name: &str) -> Result<Option<String>, Fault> {
        let read = |cause| Fault::Read { what: "evidence against the counterpart", cause };
        let text = self.store.get(&format!("{PREFIX}{name}")).map_err(read)?;
        Ok(text.and_then(|text| String::from_utf8(text).ok()))
    }
}

fn whole_second(at: Moment) -> Moment {
    Moment::from_ms(at.unix_ms.div_euclid(1_000) * 1_000)
}
