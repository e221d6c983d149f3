//! Chance: the system's, or a seed's, so that a seed reproduces anything.

use note::digest::sha256_joined;

/// Gives chance.
pub trait Dice: Send {
    /// 32 fresh bytes.
    fn roll(&mut self) -> [u8; 32];

    /// 16 fresh bytes.
    fn short(&mut self) -> [u8; 16] {
        let (short, _) = self
            .roll()
            .split_first_chunk::<16>()
            .map_or(([0; 16], 0), |(first, rest)| (*first, rest.len()));
        short
    }
}

/// The operating system's chance.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDice;

impl Dice for SystemDice {
    fn roll(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("a system without chance cannot keep a secret");
        bytes
    }
}

/// Chance from a seed: SHA-256 of domain, seed and counter. For tests and exercises only.
#[derive(Debug, Clone)]
pub struct SeededDice {
    seed: [u8; 32],
    rolled: u64,
}

impl SeededDice {
    /// The stream of that seed.
    pub const fn new(seed: [u8; 32]) -> Self {
        Self { seed, rolled: 0 }
    }

    /// The stream of a number and a purpose: streams of different purposes do not meet.
    pub fn of(seed: u64, purpose: &str) -> Self {
        let parts: [&[u8]; 3] = [b"safeconduct/dice/1\n", &seed.to_be_bytes(), purpose.as_bytes()];
        Self::new(sha256_joined(&parts).0)
    }
}

impl Dice for SeededDice {
    fn roll(&mut self) -> [u8; 32] {
        self.rolled += 1;
        sha256_joined(&[&self.seed, &self.rolled.to_be_bytes()]).0
    }
}
