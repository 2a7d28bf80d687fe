use base::{SealingKey, SeededEntropy};

const WHOSE: &[u8] = b"one caller";

/// A page cursor from outside, and one with any content. What we did not seal does not open; what we sealed opens for
/// whom it was sealed, and for nobody else, and not when a single character of it differs.
pub fn cursor(data: &[u8]) {
    let entropy = SeededEntropy::new(1);
    let key = SealingKey::new([7; 32]).derive("page cursors");
    // Under a name for which nothing is ever sealed: the fuzzer reads what we seal for the other one from memory.
    let forged = String::from_utf8_lossy(data);
    assert!(key.open(b"nobody", &forged).is_err(), "{forged:?} opens, and nobody sealed it");

    let sealed = key.seal(&entropy, WHOSE, data);
    assert!(sealed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)), "{sealed}");
    assert_eq!(key.open(WHOSE, &sealed).ok().as_deref(), Some(data), "what was sealed does not open");
    assert!(key.open(b"another", &sealed).is_err(), "another caller opens it");
    assert!(SealingKey::new([8; 32]).open(WHOSE, &sealed).is_err(), "another key opens it");

    // Where and into what is for the fuzzer to choose.
    if let [at, with, ..] = *data {
        let at = usize::from(at) % sealed.len();
        let with = char::from(b"AZaz09-_.~ =+/"[usize::from(with) % 14]);
        let mut changed = sealed.clone();
        changed.replace_range(at..=at, with.encode_utf8(&mut [0; 4]));
        assert!(changed == sealed || key.open(WHOSE, &changed).is_err(), "{changed} opens as {sealed} does");
        assert!(key.open(WHOSE, &sealed[..at]).is_err(), "a part of {sealed} opens");
    }
}
