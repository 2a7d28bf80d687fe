//! Numbers that look arbitrary and never change: everything in the sample organisation is drawn from
//! a hash of what it is for, so that adding a person does not reshuffle all the others.

/// A stream of numbers fixed by its name.
pub(crate) struct Seed(u64);

impl Seed {
    /// The stream for the thing called `kind` number `index`.
    pub(crate) fn of(kind: &str, index: usize) -> Self {
        // FNV-1a over the name, then the index, as the starting state.
        let mut state = 0xcbf2_9ce4_8422_2325_u64;
        for byte in kind.bytes().chain((index as u64).to_le_bytes()) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(state)
    }

    /// The next number (SplitMix64).
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound` exclusive.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// One of the given things.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A GUID with the version and variant bits of a random one, as directory object ids have.
    pub(crate) fn guid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff
        )
    }
}
