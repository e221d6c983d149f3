//! Where an exercise is played: two engines in one room.

use std::sync::Arc;

use engine::engine::{Engine, World};
use engine::fault::Fault;
use engine::peer::PeerError;
use gateway::owntracks::{Message, parse, print};
use route::graph::Graph;
use store::memory::Memory;
use strongbox::clock::{Clock, ManualClock};
use strongbox::dice::SeededDice;
use thiserror::Error;
use words::moment::Moment;
use words::role::Side;

use crate::cast::Cast;
use crate::phones::Report;

/// Rounds of mirroring after which two nodes that can agree have agreed.
const ROUNDS_MAX: usize = 8;

/// Why the show cannot go on.
#[derive(Debug, Error)]
pub enum TheatreError {
    /// A node failed.
    #[error("the node of the {side:?} failed")]
    Node {
        /// Whose.
        side: Side,
        /// Why.
        #[source]
        cause: Box<Fault>,
    },
    /// A node could not mirror the other.
    #[error("the {side:?}'s node cannot mirror the other")]
    Mirror {
        /// Whose.
        side: Side,
        /// Why.
        #[source]
        cause: Box<PeerError>,
    },
    /// The nodes do not come to the same state.
    #[error("the two nodes do not agree: {0}")]
    Apart(String),
    /// A phone's report was not taken.
    #[error("the phone of `{unit}` was not heard: {told}")]
    Phone {
        /// Whose.
        unit: String,
        /// What the node said.
        told: String,
    },
    /// A server stopped.
    #[error("the {0:?}'s server has stopped")]
    Stopped(Side),
    /// A node could not be started.
    #[error("cannot start the exercise: {0}")]
    Start(String),
}

/// Where an exercise is played.
pub trait Theatre {
    /// Now, by the exercise's clock.
    fn now(&self) -> Moment;

    /// Is the exercise to go on? No, when somebody ended it.
    fn goes_on(&self) -> bool {
        true
    }

    /// Lets time pass towards a moment; while it is quiet, nobody minds if hours are skipped.
    fn pass(&mut self, until: Moment, quiet: bool) -> Result<(), TheatreError>;

    /// Works with a node's engine.
    fn work<T>(
        &mut self,
        side: Side,
        work: impl FnOnce(&mut Engine) -> T,
    ) -> Result<T, TheatreError>;

    /// A phone reports to its node.
    fn report(&mut self, report: &Report) -> Result<(), TheatreError>;

    /// Nodes exchange what they have, once, or get the time to do so.
    fn beat(&mut self) -> Result<(), TheatreError>;

    /// Waits until both nodes have everything and agree.
    fn settle(&mut self) -> Result<(), TheatreError>;

    /// In the place of the guest's node, a forged copy speaks to the host's for a while.
    fn betray(&mut self, forged: Engine) -> Result<(), TheatreError>;
}

/// Two engines in memory under a clock that stands: no port, no thread, no waiting.
#[derive(Debug)]
pub struct Room {
    clock: Arc<ManualClock>,
    host: Engine,
    guest: Engine,
    cursors: (u64, u64),
}

/// The world of an exercise's engine in memory.
pub fn in_memory(clock: &Arc<ManualClock>, roads: &Arc<Graph>, seed: u64, word: &str) -> World {
    let clock: Arc<ManualClock> = Arc::clone(clock);
    World {
        store: Box::new(Memory::new()),
        clock,
        dice: Box::new(SeededDice::of(seed, word)),
        roads: Some(Arc::clone(roads)),
    }
}

impl Room {
    /// Founds both parties, paired with each other.
    pub fn of(
        cast: &Cast,
        start: Moment,
        roads: &Arc<Graph>,
        seed: u64,
    ) -> Result<Self, TheatreError> {
        let clock = Arc::new(ManualClock::at(start));
        let found = |side: Side| {
            let (own, other) = (cast.party(side), cast.party(side.other()));
            let config = own.config(Some((other.id.clone(), other.root().public())));
            let world = in_memory(&clock, roads, seed, own.id.as_str());
            own.found(config, world).map_err(|cause| TheatreError::Node { side, cause })
        };
        let (host, guest) = (found(Side::Host)?, found(Side::Guest)?);
        Ok(Self { clock, host, guest, cursors: (0, 0) })
    }

    fn engine(&mut self, side: Side) -> &mut Engine {
        match side {
            Side::Host => &mut self.host,
            Side::Guest => &mut self.guest,
        }
    }
}

impl Theatre for Room {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn pass(&mut self, until: Moment, _quiet: bool) -> Result<(), TheatreError> {
        self.clock.set(until);
        self.beat()
    }

    fn work<T>(
        &mut self,
        side: Side,
        work: impl FnOnce(&mut Engine) -> T,
    ) -> Result<T, TheatreError> {
        Ok(work(self.engine(side)))
    }

    fn report(&mut self, report: &Report) -> Result<(), TheatreError> {
        let refuse = |told: String| TheatreError::Phone { unit: report.unit.to_string(), told };
        let login = &report.login;
        let engine = self.engine(login.side);
        let unit = engine.phone(&login.user, &login.password);
        let unit = unit.ok_or_else(|| refuse("user or password is wrong".to_owned()))?;
        let body = print(&report.location);
        match parse(body.as_bytes()) {
            Ok(Message::Location(location)) => {
                let side = login.side;
                let taken = engine.sighting(&unit, &location);
                taken.map_err(|cause| TheatreError::Node { side, cause: Box::new(cause) })
            }
            Ok(_) => Err(refuse("it is not a location".to_owned())),
            Err(cause) => Err(refuse(cause.to_string())),
        }
    }

    fn beat(&mut self) -> Result<(), TheatreError> {
        let node = |side| move |cause| TheatreError::Node { side, cause: Box::new(cause) };
        self.host.tick().map_err(node(Side::Host))?;
        self.guest.tick().map_err(node(Side::Guest))?;
        mirror(&mut self.guest, &mut self.host)?;
        mirror(&mut self.host, &mut self.guest)?;
        let (to_host, to_guest) = &mut self.cursors;
        positions(&self.guest, &mut self.host, to_host)?;
        positions(&self.host, &mut self.guest, to_guest)
    }

    fn settle(&mut self) -> Result<(), TheatreError> {
        for _ in 0..ROUNDS_MAX {
            self.beat()?;
            let sizes = (self.host.own().size(), self.guest.own().size());
            let (host, guest) = (self.host.fold(), self.guest.fold());
            if host.sizes() == sizes && guest.sizes() == sizes {
                let same = host.hash() == guest.hash();
                let apart = || TheatreError::Apart(format!("{sizes:?}"));
                return if same { Ok(()) } else { Err(apart()) };
            }
        }
        if self.host.peer_is_broken() {
            return Ok(());
        }
        Err(TheatreError::Apart(format!("after {ROUNDS_MAX} rounds")))
    }

    fn betray(&mut self, mut forged: Engine) -> Result<(), TheatreError> {
        let side = Side::Guest;
        let node = |cause| TheatreError::Node { side, cause: Box::new(cause) };
        forged.publish_head().map_err(node)?;
        mirror(&mut forged, &mut self.host)
    }
}

// One step of the mirror, as the peer ports do it. A counterpart that is caught is not an
// error of ours: it stands in our ledger.
fn mirror(from: &mut Engine, to: &mut Engine) -> Result<(), TheatreError> {
    if to.peer_is_broken() {
        return Ok(());
    }
    let fault = |side| move |cause| TheatreError::Node { side, cause: Box::new(cause) };
    let Some(head) = from.head_text() else { return Ok(()) };
    let entries = from.entries_from(to.peer_size()).map_err(fault(from.side()))?;
    let wanted = to.peer_body_wanted().unwrap_or_else(|| to.peer_size());
    let (bodies, _) = from.bodies_for(&to.config().party, wanted).map_err(fault(from.side()))?;
    let side = to.side();
    match to.take_peer(&head, entries, bodies) {
        // A cosignature cannot be checked before the counterpart's own entry 0 has come.
        Ok(mirrored) if from.peer_size() > 0 => {
            let cosigned = mirrored.cosigned.unwrap_or_default();
            let taken = from.take_cosigned(&cosigned);
            taken.map(|_| ()).map_err(|cause| TheatreError::Mirror {
                side: side.other(),
                cause: Box::new(cause),
            })
        }
        Ok(_) | Err(PeerError::Misbehaved(_)) => Ok(()),
        Err(cause) => Err(TheatreError::Mirror { side, cause: Box::new(cause) }),
    }
}

fn positions(from: &Engine, to: &mut Engine, cursor: &mut u64) -> Result<(), TheatreError> {
    let side = to.side();
    let node = |cause| TheatreError::Node { side, cause: Box::new(cause) };
    let (bytes, next) = from.sightings_for_peer(*cursor).map_err(node)?;
    if next > *cursor {
        to.take_peer_sightings(&bytes).map_err(node)?;
        *cursor = next;
    }
    Ok(())
}
