//! Randomness as a parameter: the trait, the operating system's, and one that repeats itself.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use ring::rand::{SecureRandom, SystemRandom};

/// A source of random bytes. Taken as a parameter wherever something is minted, sealed or jittered.
pub trait Entropy: Send + Sync + fmt::Debug {
    /// Fills the whole slice.
    fn fill(&self, bytes: &mut [u8]);
}

/// So many bytes at once.
#[must_use]
pub fn random_bytes<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

/// The operating system's generator, fit for keys and tokens.
#[derive(Clone, Debug)]
pub struct SystemEntropy {
    source: SystemRandom,
}

impl SystemEntropy {
    /// Opens the system's generator.
    #[must_use]
    pub fn new() -> Self {
        Self { source: SystemRandom::new() }
    }
}

impl Default for SystemEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl Entropy for SystemEntropy {
    /// # Panics
    /// When the system has no randomness to give: a token minted without it could be guessed, so there is no going on.
    fn fill(&self, bytes: &mut [u8]) {
        self.source.fill(bytes).expect("the operating system's random generator answers");
    }
}

/// The same bytes in the same order for the same seed. For tests and rehearsals only: its output can be foretold.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    block: AtomicU64,
}

impl SeededEntropy {
    /// A sequence of its own for each seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, block: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = self.block.fetch_add(1, Ordering::Relaxed);
            let mut input = [0; 16];
            input[..8].copy_from_slice(&self.seed.to_be_bytes());
            input[8..].copy_from_slice(&block.to_be_bytes());
            chunk.copy_from_slice(&crate::sha256(&input)[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_no_other() {
        let (a, b, c) = (SeededEntropy::new(1), SeededEntropy::new(1), SeededEntropy::new(2));
        let first: [u8; 40] = random_bytes(&a);
        assert_eq!(first, random_bytes(&b));
        assert_ne!(first, random_bytes(&c));
        assert_ne!(first, random_bytes(&a), "a second draw differs from the first");
        assert_ne!(first[..8], first[32..], "blocks differ");
    }

    #[test]
    fn the_system_fills_everything_it_is_given() {
        let entropy = SystemEntropy::new();
        let mut seen = [0u8; 64];
        for _ in 0..64 {
            let draw: [u8; 64] = random_bytes(&entropy);
            seen.iter_mut().zip(draw).for_each(|(s, d)| *s |= d);
        }
        assert!(seen.iter().all(|b| *b != 0), "every position is written");
    }
}
