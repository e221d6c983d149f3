//! The network between two nodes: it loses, delays, reorders.

use engine::peer::Bodies;
use words::moment::Moment;
use words::role::Side;

use crate::chance::Chance;

/// What travels.
#[derive(Debug, Clone)]
pub enum Letter {
    /// What a mirror has, and the first body that it lacks.
    Ask {
        /// Entries it has; 0 to see the whole ledger again.
        have: u64,
        /// The first body it lacks.
        wanted: u64,
    },
    /// A head, the entries that lead to it, bodies.
    Answer {
        /// The signed head.
        head: String,
        /// Entries.
        entries: Vec<Vec<u8>>,
        /// Bodies by index.
        bodies: Bodies,
    },
    /// A head of the receiver with the sender's cosignature.
    Cosigned(String),
}

/// A letter on its way.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// When it arrives.
    pub due: Moment,
    /// At whose node.
    pub to: Side,
    /// What.
    pub letter: Letter,
}

/// The network.
#[derive(Debug)]
pub struct Net {
    chance: Chance,
    on_the_way: Vec<Parcel>,
    /// One letter in so many is lost; 0 for none.
    pub lost_one_in: u64,
    /// The longest delay.
    pub delay_ms_max: i64,
    /// Nothing passes before this moment.
    pub cut_until: Moment,
}

impl Net {
    /// A network in the mood of a seed.
    pub fn of(seed: u64) -> Self {
        let mut chance = Chance::of(seed, "network");
        let lost_one_in = [0, 0, 12, 4].into_iter().nth(pick(&mut chance, 4)).unwrap_or(0);
        let delays = [400, 2_000, 15_000, 90_000];
        let delay_ms_max = delays.into_iter().nth(pick(&mut chance, 4)).unwrap_or(400);
        let (on_the_way, cut_until) = (Vec::new(), Moment::default());
        Self { chance, on_the_way, lost_one_in, delay_ms_max, cut_until }
    }

    /// The storm is over: nothing is lost any more, and what was late is gone.
    pub fn heal(&mut self) {
        (self.lost_one_in, self.delay_ms_max, self.cut_until) = (0, 100, Moment::default());
        self.on_the_way.clear();
    }

    /// Takes a letter, perhaps for nothing, perhaps twice.
    pub fn send(&mut self, now: Moment, to: Side, letter: Letter) {
        let lost = self.chance.one_in(self.lost_one_in);
        if lost || now < self.cut_until {
            return;
        }
        let copies = if self.lost_one_in > 0 && self.chance.one_in(10) { 2 } else { 1 };
        for letter in std::iter::repeat_n(letter, copies) {
            let due = now.plus_ms(self.chance.between(20, self.delay_ms_max));
            self.on_the_way.push(Parcel { due, to, letter });
        }
    }

    /// What has arrived, in the order of arrival.
    pub fn arrived(&mut self, now: Moment) -> Vec<Parcel> {
        let (mut here, later) = std::mem::take(&mut self.on_the_way)
            .into_iter()
            .partition::<Vec<_>, _>(|parcel| parcel.due <= now);
        self.on_the_way = later;
        here.sort_by_key(|parcel| parcel.due);
        here
    }
}

fn pick(chance: &mut Chance, of: u64) -> usize {
    usize::try_from(chance.below(of)).unwrap_or(0)
}
