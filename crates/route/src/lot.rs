//! Numbers that two seeds make together, for all that is drawn.

use sha2::{Digest, Sha256};
use words::hash::Seed;

/// An endless stream of 64-bit words, four from each hash. Neither seed alone says anything
/// about it; bytes and a vector: docs/formats/draw.md.
#[derive(Debug, Clone)]
pub struct Lot {
    start: Sha256,
    counter: u64,
    words: [u64; 4],
    left: usize,
}

impl Lot {
    /// The stream of a domain (what is drawn and its version, ended by a line feed) and a
    /// subject, which must hold no line feed.
    pub fn new(domain: &str, subject: &str, host: &Seed, guest: &Seed) -> Self {
        let start = Sha256::new()
            .chain_update(domain)
            .chain_update("stream\n")
            .chain_update(subject)
            .chain_update("\n")
            .chain_update(host.0)
            .chain_update(guest.0);
        Self { start, counter: 0, words: [0; 4], left: 0 }
    }

    /// A number below `n`, all alike; `None` if there is none.
    pub fn below(&mut self, n: u64) -> Option<u64> {
        below(n, self)
    }

    /// Puts things in an order, all orders alike.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        // From the end, each place takes one of those that are not placed yet (Fisher, Yates).
        for unplaced in (2..=things.len()).rev() {
            let count = u64::try_from(unplaced).unwrap_or(u64::MAX);
            let taken = self.below(count).and_then(|it| usize::try_from(it).ok());
            things.swap(unplaced - 1, taken.unwrap_or(0));
        }
    }
}

impl Iterator for Lot {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.left == 0 {
            let hash = self.start.clone().chain_update(self.counter.to_be_bytes());
            let block: [u8; 32] = hash.finalize().into();
            let (words, _) = block.as_chunks::<8>();
            for (word, bytes) in self.words.iter_mut().zip(words) {
                *word = u64::from_be_bytes(*bytes);
            }
            self.counter += 1;
            self.left = self.words.len();
        }
        let word = self.words.get(self.words.len() - self.left).copied();
        self.left -= 1;
        word
    }
}

/// A number below `n`, all alike: words of the incomplete last round of `n` are thrown away.
pub(crate) fn below(n: u64, words: &mut impl Iterator<Item = u64>) -> Option<u64> {
    let incomplete = u64::MAX.checked_rem(n)?.checked_add(1)?.checked_rem(n)?;
    words.find(|word| *word <= u64::MAX - incomplete)?.checked_rem(n)
}

#[cfg(test)]
mod tests {
    use words::hash::Seed;

    use super::Lot;

    fn lot(seed: u8) -> Lot {
        Lot::new("safeconduct/test/1\n", "a", &Seed([seed; 32]), &Seed([7; 32]))
    }

    #[test]
    fn every_order_comes_as_often_as_the_others() {
        let mut words = lot(1);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..24_000 {
            let mut things = [0, 1, 2, 3];
            words.shuffle(&mut things);
            *counts.entry(things).or_insert(0_i32) += 1;
        }
        assert_eq!(counts.len(), 24);
        // Chi-square of 23 degrees of freedom at p = 0.001.
        let far: f64 = counts.values().map(|n| f64::from(n - 1_000).powi(2) / 1_000.0).sum();
        assert!(far < 49.728, "{far}");
    }

    #[test]
    fn another_seed_is_another_stream() {
        let first = |seed| lot(seed).take(9).collect::<Vec<_>>();
        assert_eq!(first(1), first(1));
        assert_ne!(first(1), first(2));
        assert_eq!(lot(1).below(0), None);
    }
}
