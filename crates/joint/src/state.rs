//! The joint state: the same bytes on every node.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use accord::rules::Rules;
use article::document::parse;
use duty::record::Duties;
use minicbor::Encode;
use note::digest::sha256;
use words::act::{Key, PartyFounded, Scope};
use words::deployment::{DeploymentRequested, TaskOrdered};
use words::hash::Hash;
use words::id::{
    AgreementId, AlarmId, ConsentId, DeploymentId, MovementId, PartyId, PassId, PersonId, TaskId,
    UnitId, ZoneId,
};
use words::moment::{Moment, Window};
use words::presence::Category;
use words::refusal::Reason;
use words::role::Side;

use crate::consent::Consent;
use crate::cycle::{Cycle, Version, stand_down_ms, termination};
use crate::family::Lower;
use crate::heads::HeadKey;
use crate::movement::Movement;
use crate::quorum::Shown;
use crate::register::Register;
use crate::rests::Rests;

/// Domain separation of the hash of the joint state.
const STATE_HASH_DOMAIN: &[u8] = b"safeconduct/state/1\n";

/// Everything that both ledgers agree on, folded in canonical order (`fold.rs`).
#[derive(Debug, Clone, Default, Encode)]
#[cbor(map)]
pub struct State {
    /// The parties that have founded a ledger, by side.
    #[n(0)]
    pub parties: BTreeMap<Side, Party>,
    /// Agreements by family.
    #[n(1)]
    pub agreements: BTreeMap<AgreementId, Agreement>,
    /// Deployments asked for.
    #[n(2)]
    pub deployments: BTreeMap<DeploymentId, Deployment>,
    /// Leases, living and dead: the dead stay, for the audit.
    #[n(3)]
    pub consents: BTreeMap<ConsentId, Consent>,
    /// Task orders.
    #[n(4)]
    pub tasks: BTreeMap<TaskId, TaskOrder>,
    /// Movements.
    #[n(5)]
    pub movements: BTreeMap<MovementId, Movement>,
    /// Passes.
    #[n(6)]
    pub passes: BTreeMap<PassId, Pass>,
    /// What officers did about alarms.
    #[n(7)]
    pub alarms: BTreeMap<AlarmId, AlarmState>,
    /// Rules of ledgers that a party was seen to break.
    #[n(8)]
    pub misbehaved: BTreeMap<PartyId, Vec<String>>,
    /// Presence that a guest's own ledger admits and no consent covers.
    #[n(9)]
    pub unlawful: Vec<Unlawful>,
    /// Statements folded that were void.
    #[n(10)]
    pub void: u64,
    /// Statements folded that acted.
    #[n(11)]
    pub acted: u64,
    /// Refusals that either node recorded.
    #[n(12)]
    pub refusals: u64,
    /// Accreditations, licences, officers of the host, emergencies, closed rungs.
    #[n(20)]
    pub standing: Register,
    /// Records, what is owed on them, and what was not kept.
    #[n(30)]
    pub duties: Duties,
    /// What rests on whose statement, and which keys were disowned.
    #[n(40)]
    pub rests: Rests,
    /// Cosigned heads of the host's ledger that stand in it; none where no agreement asks for one.
    #[n(41)]
    pub shown: Option<Vec<Shown>>,
}

impl State {
    /// The hash that heartbeats carry: two nodes that differ are alarmed within one.
    pub fn hash(&self) -> Hash {
        let mut bytes = STATE_HASH_DOMAIN.to_vec();
        minicbor::encode(self, &mut bytes).expect("a vector takes all bytes");
        sha256(&bytes)
    }

    /// The side on which a party stands.
    pub fn side_of(&self, party: &PartyId) -> Option<Side> {
        self.parties.iter().find(|(_, known)| &known.founded.party == party).map(|(side, _)| *side)
    }
}

/// A party as its ledger's first entry founds it, and its node as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Party {
    /// The founding act.
    #[n(0)]
    pub founded: PartyFounded,
    /// The node's key now.
    #[n(1)]
    pub node: Key,
    /// What others seal to now.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub sealing: Vec<u8>,
    /// Keys that the node had before and that were in nobody else's hands.
    #[n(3)]
    pub former: Vec<Key>,
    /// The key that a node has named for hybrid heads, if one has.
    #[n(4)]
    pub heads: Option<HeadKey>,
}

impl Party {
    /// A party as it begins.
    pub(crate) fn of(founded: PartyFounded) -> Self {
        let (node, sealing) = (founded.node.clone(), founded.sealing.clone());
        Self { founded, node, sealing, former: Vec::new(), heads: None }
    }
}

/// An agreement: its texts, who signed which, what is suspended.
#[derive(Debug, Clone, Default, Encode)]
#[cbor(map)]
pub struct Agreement {
    /// Proposed texts by hash.
    #[n(0)]
    pub texts: BTreeMap<Hash, String>,
    /// The hash each side signed last, and when.
    #[n(1)]
    pub signed: BTreeMap<Side, Signature>,
    /// Who suspended what, since when.
    #[n(2)]
    pub suspended: BTreeMap<Suspension, Withdrawn>,
    /// Reviews, initials, conditions, versions and the end.
    #[n(3)]
    pub cycle: Cycle,
    // Compiled from the text in force; derived, so it is no part of the state's bytes. Nor is how
    // a lower text stands under the one above it.
    #[cbor(skip)]
    rules: Option<Arc<Rules>>,
    #[cbor(skip)]
    lower: Option<Lower>,
}

/// When something was taken back, and at which place of the ledger that took it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Withdrawn {
    /// When, by the clock of the side that withdrew it.
    #[n(0)]
    pub at: Moment,
    /// Where in that side's ledger.
    #[n(1)]
    pub index: u64,
}

/// How far a side had seen into the other ledger when it asked.
///
/// What was withdrawn is gone for whoever had seen it, whatever the two clocks say, and for
/// nobody else: who cannot know of it is bounded by how fresh its knowledge must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// The side that asks.
    pub side: Side,
    /// Entries of the other ledger that it had seen.
    pub seen: u64,
}

impl Sight {
    /// Was an entry of that side's ledger known to whoever asks?
    pub fn reaches(self, side: Side, index: u64) -> bool {
        self.side == side || index < self.seen
    }
}

/// A side's signature under a text.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Signature {
    /// Hash of the text.
    #[n(0)]
    pub text: Hash,
    /// Who signed.
    #[n(1)]
    pub by: PersonId,
    /// When.
    #[n(2)]
    pub at: Moment,
}

/// One suspension: either side may have its own, and only that side lifts it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode)]
#[cbor(map)]
pub struct Suspension {
    /// How much.
    #[n(0)]
    pub scope: Scope,
    /// Whose.
    #[n(1)]
    pub side: Side,
}

impl Agreement {
    /// The text that came into force last. It stays so while a newer one waits for signatures
    /// or conditions; whether it still binds is a question of the moment ([`Agreement::binds`]).
    pub fn in_force(&self) -> Option<Hash> {
        self.cycle.versions.last().map(|version| version.text)
    }

    /// Does the text in force bind at that moment, as far as whoever asks can know?
    pub fn binds(&self, at: Moment, sight: Sight) -> bool {
        let over = self.cycle.ended.as_ref().filter(|ending| ending.from <= at);
        self.in_force().is_some() && over.is_none_or(|end| !sight.reaches(end.side, end.index))
    }

    /// The hash that both sides signed last, if it is one.
    pub fn signed_by_both(&self) -> Option<Hash> {
        let host = self.signed.get(&Side::Host)?.text;
        let guest = self.signed.get(&Side::Guest)?.text;
        (host == guest).then_some(host)
    }

    /// A side's signature under a text: the newest, or the one with which it came into force.
    pub fn signature(&self, side: Side, text: Hash) -> Option<&Signature> {
        let newest = self.signed.get(&side).filter(|signature| signature.text == text);
        newest.or_else(|| {
            let versions = self.cycle.versions.iter().rev();
            versions.filter(|version| version.text == text).find_map(|it| it.signed.get(&side))
        })
    }

    /// The names of the conditions that a text still waits for.
    pub fn unmet(&self, text: Hash) -> Vec<String> {
        let document = self.texts.get(&text).and_then(|text| parse(text).ok());
        let names = document.iter().flat_map(|document| &document.conditions);
        let names = names.map(|condition| condition.name.clone());
        names.filter(|name| !self.cycle.met.contains_key(&(text, name.clone()))).collect()
    }

    /// The kinds of provision that outlive the agreement, and where it is over, only they do.
    pub fn survivors(&self) -> Vec<String> {
        let termination = self.rules.as_ref().and_then(|rules| termination(rules));
        termination.map(|termination| termination.survivors.clone()).unwrap_or_default()
    }

    /// Since when the text in force is in force: when the second side had signed it.
    pub fn in_force_since(&self) -> Option<Moment> {
        self.in_force()?;
        self.signed.values().map(|signature| signature.at).max()
    }

    /// The compiled rules of the text in force.
    pub fn rules(&self) -> Option<&Arc<Rules>> {
        self.rules.as_ref()
    }

    /// The family of the text above the one in force, if that is a lower instrument.
    pub fn under(&self) -> Option<&AgreementId> {
        self.lower.as_ref().map(|lower| &lower.under)
    }

    /// Why a lower instrument in force does not fit under the text above it as that is now.
    pub fn unfit(&self) -> Option<&str> {
        self.lower.as_ref()?.unfit.as_deref()
    }

    /// May a text come into force, as far as its own life goes?
    pub(crate) fn may_enter(&self, text: Hash) -> bool {
        let again = self.in_force() == Some(text) && self.cycle.ended.is_none();
        !again && self.unmet(text).is_empty()
    }

    /// A text comes into force, under the root of another if it is a lower one; called by
    /// `family` alone.
    pub(crate) fn enter(
        &mut self,
        (text, under): (Hash, Option<Hash>),
        from: Moment,
        (rules, lower): (Arc<Rules>, Option<Lower>),
    ) {
        self.cycle.enter(Version {
            text,
            from,
            signed: self.signed.clone(),
            under,
            stand_down_ms: stand_down_ms(&rules),
            about: rules.named_zones().cloned(),
        });
        self.rules = Some(rules);
        self.lower = lower;
    }

    /// A lower text is held against the one above it again, which has changed. One that does not
    /// fit keeps the rules that it had: its duties stand until it is amended or ended.
    pub(crate) fn fit(&mut self, fits: Result<Arc<Rules>, String>) {
        let Some(lower) = &mut self.lower else { return };
        lower.unfit = fits.as_ref().err().cloned();
        self.rules = fits.ok().or_else(|| self.rules.take());
    }

    /// A lower text as if both had signed it; called by `whatif` alone.
    pub fn imagined(rules: &Arc<Rules>, under: &AgreementId) -> Self {
        let lower = Lower { under: under.clone(), unfit: None };
        let mut imagined = Self::default();
        let whatever = (Hash([0; 32]), None);
        imagined.enter(whatever, Moment::from_ms(i64::MIN), (Arc::clone(rules), Some(lower)));
        imagined
    }

    /// Puts a draft in the place of the text in force, if there is one; called by `whatif`
    /// alone, which puts it back.
    pub fn replace_rules(&mut self, draft: &Arc<Rules>) -> Option<Arc<Rules>> {
        let before = self.rules.take();
        self.rules = before.as_ref().map(|_| Arc::clone(draft));
        before
    }

    /// Puts back what [`Agreement::replace_rules`] took.
    pub fn restore_rules(&mut self, rules: Option<Arc<Rules>>) {
        self.rules = rules;
    }

    /// Is an act in that zone by that category suspended by either side, as far as whoever
    /// asks can know?
    pub fn suspends(&self, zone: &ZoneId, category: Option<Category>, sight: Sight) -> bool {
        self.known(sight).any(|(scope, _)| match scope {
            Scope::Whole => true,
            Scope::Zone(suspended) => suspended == zone,
            Scope::Category(suspended) => Some(*suspended) == category,
            Scope::Clause(_) | Scope::Person(_) => false,
        })
    }

    /// The articles that either side has suspended, as far as whoever asks can know.
    pub fn suspended_articles(&self, sight: Sight) -> BTreeSet<String> {
        let articles = self.known(sight).filter_map(|(scope, _)| match scope {
            Scope::Clause(article) => Some(article.clone()),
            Scope::Whole | Scope::Zone(_) | Scope::Category(_) | Scope::Person(_) => None,
        });
        articles.collect()
    }

    /// Since when that person is suspended, as far as whoever asks can know.
    pub fn suspends_person(&self, unit: &UnitId, sight: Sight) -> Option<Moment> {
        let named = self.known(sight).filter_map(|(scope, since)| match scope {
            Scope::Person(person) => (person.as_str() == unit.as_str()).then_some(since),
            Scope::Whole | Scope::Zone(_) | Scope::Category(_) | Scope::Clause(_) => None,
        });
        named.min()
    }

    fn known(&self, sight: Sight) -> impl Iterator<Item = (&Scope, Moment)> {
        let reached = self
            .suspended
            .iter()
            .filter(move |(suspension, withdrawn)| sight.reaches(suspension.side, withdrawn.index));
        reached.map(|(suspension, withdrawn)| (&suspension.scope, withdrawn.at))
    }
}

/// A deployment that the guest asked for.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Deployment {
    /// What was asked.
    #[n(0)]
    pub request: DeploymentRequested,
    /// By whom.
    #[n(1)]
    pub by: PersonId,
    /// When.
    #[n(2)]
    pub at: Moment,
    /// The newest lease, living or dead.
    #[n(3)]
    pub consent: Option<ConsentId>,
    /// The host's no, with its reason.
    #[n(4)]
    pub refused: Option<String>,
}

/// A task order and the time its people were on duty.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct TaskOrder {
    /// The order.
    #[n(0)]
    pub order: TaskOrdered,
    /// When they began.
    #[n(1)]
    pub started: Option<Moment>,
    /// When they stood down, or since when they may not begin.
    #[n(2)]
    pub ended: Option<Moment>,
    /// Since when the order is disowned: nobody begins by it, and who is there has no order.
    #[n(3)]
    pub disowned: Option<Moment>,
}

/// A pass.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Pass {
    /// Who carries it.
    #[n(6)]
    pub holder: UnitId,
    /// Its bit in the list of dead passes.
    #[n(7)]
    pub index: u32,
    /// What it rests on.
    #[cbor(n(8), with = "minicbor::bytes")]
    pub basis: Vec<u8>,
    /// The movement it is for.
    #[n(0)]
    pub movement: MovementId,
    /// Where it is good.
    #[n(1)]
    pub zone: ZoneId,
    /// When it is good.
    #[n(2)]
    pub window: Window,
    /// The code: with both signatures once countersigned.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub code: Vec<u8>,
    /// Has the host signed?
    #[n(4)]
    pub countersigned: bool,
    /// Why it was revoked, and when.
    #[n(5)]
    pub revoked: Option<Moment>,
}

/// What officers did about an alarm; the alarm itself lives in `watch`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct AlarmState {
    /// Who acknowledged it first, and when.
    #[n(0)]
    pub noted: Option<ByAt>,
    /// Who handles it, since when, how.
    #[n(1)]
    pub handled: Option<(ByAt, String)>,
    /// Who resolved it, when, how it ended.
    #[n(2)]
    pub resolved: Option<(ByAt, String)>,
}

/// A person and a moment.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct ByAt {
    /// Who.
    #[n(0)]
    pub by: PersonId,
    /// When.
    #[n(1)]
    pub at: Moment,
}

/// Presence that the guest's own ledger admits although the statement is void.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Unlawful {
    /// The task or movement.
    #[n(0)]
    pub what: String,
    /// How many persons, as far as the ledgers tell; at least one.
    #[n(1)]
    pub headcount: u32,
    /// Since when.
    #[n(2)]
    pub from: Moment,
    /// Until when; open while the guest has not said that it ended.
    #[n(3)]
    pub until: Option<Moment>,
    /// Why it is void.
    #[n(4)]
    pub reason: Reason,
}
