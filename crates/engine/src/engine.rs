//! The engine: one party's node, synchronous, behind one lock.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use joint::state::State;
use ledger::erasure::Erasures;
use node::fold::Fold;
use note::key::{KeyAway, SigningKey};
use note::statement::Draft;
use route::graph::Graph;
use store::port::Store;
use tlog::tree::Tree;
use words::act::{Act, Key, KeyEnrolled, Names, PartyFounded, PeerPaired};
use words::alarm::answered;
use words::audience::Audience;
use words::custody::Custody;
use words::hash::{Hash, Seed};
use words::id::{AlarmId, MovementId, PartyId};
use words::moment::Moment;
use words::role::Side;

use crate::accused::Silence;
use crate::fault::Fault;
use crate::mark::Mark;
use crate::plans::Drawn;
use crate::post::Post;
use crate::topic::Topic;
use ledger::held::Ledger;
use strongbox::clock::Clock;
use strongbox::dice::Dice;
use strongbox::node_keys::NodeKeys;

/// Who this node is and how it behaves; everything else is in the ledgers.
#[derive(Debug, Clone)]
pub struct Config {
    /// Our party.
    pub party: PartyId,
    /// The counterpart's id and root key, once paired.
    pub peer: Option<(PartyId, Key)>,
    /// Our clock's longest silence, ms (`words::limit::HEARTBEAT_EVERY_MS` unless an exercise
    /// runs faster than real time).
    pub heartbeat_every_ms: i64,
    /// How long positions are kept, ms.
    pub positions_kept_ms: i64,
}

/// One party's node.
pub struct Engine {
    pub(crate) config: Config,
    pub(crate) store: Box<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) dice: Box<dyn Dice>,
    pub(crate) keys: NodeKeys,
    pub(crate) own: Ledger,
    pub(crate) peer: Option<Ledger>,
    pub(crate) fold: Fold,
    pub(crate) drafts: BTreeMap<Hash, (Draft, Act, Moment)>,
    pub(crate) post: Post,
    pub(crate) roads: Option<Arc<Graph>>,
    pub(crate) changed: std::collections::BTreeSet<Topic>,
    pub(crate) broken_peer: bool,
    // Since when the counterpart's heads lack the signature that an agreement asks for.
    pub(crate) single: Option<Moment>,
    // Why the signing key could not be reached when a head was last to be signed.
    pub(crate) away: Option<KeyAway>,
    // The size of a head of ours that the counterpart showed us and that we no longer have.
    pub(crate) behind: Option<(u64, String)>,
    // Outside the store: how far our ledger had come.
    pub(crate) mark: Option<Box<dyn Mark>>,
    // Alarms that officers answered since the watch was last told.
    pub(crate) answered: Vec<AlarmId>,
    // When a head last carried the state's hash.
    pub(crate) marked_at: Moment,
    // What draws chose: it never changes once both sides have revealed.
    pub(crate) drawn: RefCell<BTreeMap<MovementId, Drawn>>,
    // Entries that the counterpart promised and does not give out.
    pub(crate) withheld: Option<Silence>,
    // When our word on what does not come was last kept.
    pub(crate) testified_at: Moment,
    // Since when we are here to hear, and when we last were.
    pub(crate) here: Option<(Moment, Moment)>,
    // What was erased, by whom, and what we still have to do about it.
    pub(crate) erasures: Erasures,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Engine({}, {} entries)", self.config.party, self.own.size())
    }
}

/// What the engine is given besides its configuration.
pub struct World {
    /// Where it keeps.
    pub store: Box<dyn Store>,
    /// What tells it the time.
    pub clock: Arc<dyn Clock>,
    /// What gives it chance.
    pub dice: Box<dyn Dice>,
    /// The roads it plans on, if there are any.
    pub roads: Option<Arc<Graph>>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("World")
    }
}

/// What the founding of a ledger says.
#[derive(Debug, Clone)]
pub struct Founding {
    /// How the party is called.
    pub names: Names,
    /// Its side.
    pub side: Side,
    /// Officers' keys to enrol at once; with custodians there are none, as they order it.
    pub officers: Vec<KeyEnrolled>,
    /// Who holds the root, if it is not the root key by itself.
    pub custody: Option<Custody>,
}

impl Engine {
    /// Founds a ledger: entry 0 and the officers' keys, signed by the root, in one durable step.
    pub fn found(
        config: Config,
        mut world: World,
        keys: impl Into<NodeKeys>,
        root: &SigningKey,
        founding: Founding,
    ) -> Result<Self, Fault> {
        let keys = keys.into();
        let founded = PartyFounded {
            party: config.party.clone(),
            names: founding.names,
            side: founding.side,
            root: root.public(),
            node: keys.node.public(),
            sealing: keys.sealing.public(),
            custody: founding.custody,
        };
        let held = founded.custody.is_some();
        if held && !founding.officers.is_empty() {
            let what = "custodians order every enrolment: found the party without officers";
            return Err(Fault::Input(what.to_owned()));
        }
        let enrolments = founding.officers.into_iter().map(Act::KeyEnrolled);
        let paired = config.peer.clone().filter(|_| !held);
        let paired = paired.map(|(party, root)| Act::PeerPaired(PeerPaired { party, root }));
        let acts: Vec<Act> =
            std::iter::once(Act::PartyFounded(founded)).chain(enrolments).chain(paired).collect();
        let now = world.clock.now();
        let sealed: Vec<note::statement::Sealed> = acts
            .iter()
            .map(|act| {
                let intent = note::statement::Intent {
                    origin: config.party.clone(),
                    id: words::hash::StatementId(world.dice.short()),
                    at: now,
                    seen: note::statement::Seen::default(),
                    audience: Audience::Joint,
                };
                let salt = Seed(world.dice.roll());
                Draft::new(intent, act, salt, &root.public())
                    .map(|draft| draft.sign(root))
                    .map_err(|cause| Fault::Input(cause.to_string()))
            })
            .collect::<Result<_, _>>()?;
        let entries: Vec<store::port::NewEntry<'_>> = sealed
            .iter()
            .map(|sealed| store::port::NewEntry { entry: &sealed.entry, body: Some(&sealed.body) })
            .collect();
        world
            .store
            .append(&config.party, 0, &entries)
            .map_err(|cause| Fault::Keep { what: "the founding of the ledger", cause })?;
        Self::open(config, world, keys)
    }

    /// Opens a founded ledger: reads, verifies and folds everything that is kept.
    pub fn open(config: Config, world: World, keys: impl Into<NodeKeys>) -> Result<Self, Fault> {
        let World { store, clock, dice, roads } = world;
        let mut engine = Self {
            own: Ledger::new(config.party.clone()),
            peer: config.peer.as_ref().map(|(party, _)| Ledger::new(party.clone())),
            config,
            store,
            clock,
            dice,
            keys: keys.into(),
            fold: Fold::default(),
            drafts: BTreeMap::new(),
            post: Post::default(),
            roads,
            changed: std::collections::BTreeSet::new(),
            broken_peer: false,
            single: None,
            away: None,
            behind: None,
            mark: None,
            answered: Vec::new(),
            marked_at: Moment::default(),
            drawn: RefCell::default(),
            withheld: None,
            testified_at: Moment::default(),
            here: None,
            erasures: Erasures::default(),
        };
        engine.load()?;
        engine.obey()?;
        engine.never_fork()?;
        engine.restore_post()?;
        Ok(engine)
    }

    /// Reads and folds as far as entries and bodies allow, on both ledgers.
    pub(crate) fn settle(&mut self) {
        loop {
            let empty = Tree::default();
            let other = self.peer.as_ref().map_or(&empty, Ledger::tree);
            self.own.read(other);
            if let Some(peer) = &mut self.peer {
                peer.read(self.own.tree());
            }
            if !self.fold_one() {
                return;
            }
        }
    }

    fn fold_one(&mut self) -> bool {
        let fold = &mut self.fold;
        for ledger in [Some(&mut self.own), self.peer.as_mut()].into_iter().flatten() {
            let Some(entry) = ledger.next().filter(|entry| fold.ready(entry)).cloned() else {
                continue;
            };
            let heard = entry.act.as_ref().filter(|_| entry.audience == Audience::Joint);
            let alarm = heard.and_then(answered).cloned();
            let outcome = fold.take(entry);
            if let Some(entry) = ledger.next() {
                self.erasures.take((ledger.party(), &self.config.party), entry, &outcome);
            }
            self.answered.extend(alarm);
            ledger.folded(outcome);
            return true;
        }
        false
    }

    /// The joint state as far as both ledgers are folded here.
    pub fn state(&self) -> &State {
        self.fold.state()
    }

    /// The fold itself: sizes and hash.
    pub fn fold(&self) -> &Fold {
        &self.fold
    }

    /// Now, by the node's clock.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Our own ledger.
    pub fn own(&self) -> &Ledger {
        &self.own
    }

    /// The mirror of the counterpart's ledger.
    pub fn peer(&self) -> Option<&Ledger> {
        self.peer.as_ref()
    }

    /// Our side.
    pub fn side(&self) -> Side {
        self.own.reader().side().unwrap_or(Side::Guest)
    }

    /// The store, for reading.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// The store, for small values of rooms above (sessions, passkeys).
    pub fn store_mut(&mut self) -> &mut dyn Store {
        self.store.as_mut()
    }

    /// The roads.
    pub fn roads(&self) -> Option<&Arc<Graph>> {
        self.roads.as_ref()
    }

    /// What watches positions and alarms.
    pub fn post(&self) -> &Post {
        &self.post
    }

    /// The node's public key.
    pub fn node_public(&self) -> Key {
        self.keys.node.public()
    }

    /// The key with which the node signs heads too, named or not.
    pub fn head_public(&self) -> Key {
        self.keys.heads.public()
    }

    /// Is this the node that its ledger names now? One whose keys were replaced signs no heads, nor
    /// does one of which only the signing key is the new one.
    pub fn is_our_node(&self) -> bool {
        let sealing = self.state().parties.get(&self.side()).map(|party| &party.sealing);
        self.own.node_key() == Some(&self.keys.node.public())
            && sealing.is_none_or(|sealing| *sealing == self.keys.sealing.public())
    }

    /// Why this node signs nothing now, if it does not.
    pub fn hindrance(&self) -> Option<Fault> {
        let behind = self.not_behind().err();
        let replaced = || (!self.is_our_node()).then_some(Fault::Replaced);
        behind.or_else(replaced).or_else(|| self.away.clone().map(Fault::Key))
    }

    /// The topics that changed since the last call.
    pub fn drain(&mut self) -> Vec<Topic> {
        std::mem::take(&mut self.changed).into_iter().collect()
    }

    pub(crate) fn touch(&mut self, topics: &[Topic]) {
        self.changed.extend(topics);
    }

    /// The counterpart's id and its node's key, once its entry 0 is mirrored.
    pub(crate) fn peer_node(&self) -> Option<(PartyId, Key)> {
        let peer = self.peer.as_ref()?;
        Some((peer.party().clone(), peer.node_key()?.clone()))
    }
}

/// The name under which a party's newest head is kept.
pub(crate) fn head_name(party: &PartyId) -> String {
    format!("head/{party}")
}
