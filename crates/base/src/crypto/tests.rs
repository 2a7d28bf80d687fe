use proptest::prelude::*;

use super::*;
use crate::entropy::SeededEntropy;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn digests_match_published_vectors() {
    // FIPS 180-4, "abc"; RFC 4231, test case 2.
    assert_eq!(hex(&sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(
        hex(&hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn equality_is_equality() {
    assert!(constant_time_eq(b"", b""));
    assert!(constant_time_eq(b"same", b"same"));
    assert!(!constant_time_eq(b"same", b"sama"));
    assert!(!constant_time_eq(b"same", b"sam"));
}

#[test]
fn sealing_twice_gives_two_texts_of_unreserved_characters() {
    let entropy = SeededEntropy::new(1);
    let key = SealingKey::generate(&entropy);
    let (a, b) = (key.seal(&entropy, b"", b"page 2"), key.seal(&entropy, b"", b"page 2"));
    assert_ne!(a, b);
    // S-CUR-04: a cursor is made of RFC 3986 unreserved characters only (RFC 9865 §2.1).
    assert!(a.bytes().all(|c| c.is_ascii_alphanumeric() || b"-._~".contains(&c)), "{a}");
}

#[test]
fn opens_for_the_same_key_purpose_and_context_only() {
    let entropy = SeededEntropy::new(2);
    let key = SealingKey::generate(&entropy);
    let sealed = key.seal(&entropy, b"tenant a", b"x");
    assert_eq!(key.open(b"tenant a", &sealed).unwrap(), b"x");
    assert_eq!(key.open(b"tenant b", &sealed), Err(OpenError::Tampered));
    assert_eq!(key.derive("cursor").open(b"tenant a", &sealed), Err(OpenError::OtherKey));
    assert_eq!(SealingKey::generate(&entropy).open(b"tenant a", &sealed), Err(OpenError::OtherKey));
    let derived = key.derive("cursor").seal(&entropy, b"", b"y");
    assert_eq!(SealingKey::new(key.key).derive("cursor").open(b"", &derived).unwrap(), b"y");
}

#[test]
fn what_was_never_sealed_is_called_so() {
    let key = SealingKey::new([3; 32]);
    for text in ["", "abc", "not base64!", "AAAA", "é"] {
        assert_eq!(key.open(b"", text), Err(OpenError::NotSealed), "{text}");
    }
}

#[test]
fn the_key_does_not_print() {
    let printed = format!("{:?}", SealingKey::new([0xab; 32]));
    assert!(!printed.contains("171, 171"), "{printed}");
}

proptest! {
    #[test]
    fn round_trips_and_notices_any_changed_byte(
        plain in proptest::collection::vec(any::<u8>(), 0..80),
        context in proptest::collection::vec(any::<u8>(), 0..20),
        at in any::<prop::sample::Index>(),
    ) {
        let entropy = SeededEntropy::new(4);
        let key = SealingKey::generate(&entropy);
        let sealed = key.seal(&entropy, &context, &plain);
        prop_assert_eq!(key.open(&context, &sealed).unwrap(), plain);
        let mut bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1;
        prop_assert!(key.open(&context, &URL_SAFE_NO_PAD.encode(bytes)).is_err());
    }
}
