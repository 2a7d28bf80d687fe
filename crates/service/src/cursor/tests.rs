use base::SeededEntropy;
use scim::filter::Operand;
use uuid::Uuid;

use super::*;

const HOUR: Duration = Duration::from_secs(3600);

fn walk(whose: &'static [u8]) -> Walk<'static> {
    let now = Timestamp::from_micros(1_000_000);
    Walk { query: query_hash(&["/Users", "filter"]), count: 10, whose, now }
}

fn cursors() -> (Cursors, SeededEntropy) {
    let entropy = SeededEntropy::new(1);
    (Cursors::new(None, &entropy), entropy)
}

fn keyset(sort: Option<Operand>) -> Keyset {
    Keyset { sort, id: ResourceId(Uuid::from_u128(5)) }
}

fn refused(result: Result<(Keyset, bool), ScimError>) -> ScimType {
    result.unwrap_err().scim_type.unwrap()
}

// S-CUR-04, S-CUR-10
#[test]
fn a_cursor_holds_the_position_in_unreserved_characters() {
    let (cursors, entropy) = cursors();
    for sort in [
        None,
        Some(Operand::Bool(true)),
        Some(Operand::Integer(-3)),
        Some(Operand::Decimal(0.1 + 0.2)),
        Some(Operand::Instant(7)),
        Some(Operand::Exact("Ä\"".into())),
        Some(Operand::Folded("ä".into())),
    ] {
        let walk = walk(b"1 1");
        let cursor = cursors.seal(&entropy, &walk, &keyset(sort.clone()), true);
        assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)), "{cursor}");
        assert_eq!(cursors.open(&walk, &cursor, HOUR), Ok((keyset(sort), true)));
    }
}

// S-CUR-05, S-CUR-08, S-CUR-15
#[test]
fn what_is_wrong_with_a_cursor_has_its_own_keyword() {
    let (cursors, entropy) = cursors();
    let mine = walk(b"1 1");
    let cursor = cursors.seal(&entropy, &mine, &keyset(None), false);
    let mut forged = cursor.clone();
    forged.replace_range(30..31, if &cursor[30..31] == "A" { "B" } else { "A" });
    assert_eq!(refused(cursors.open(&mine, &forged, HOUR)), ScimType::InvalidCursor);
    assert_eq!(refused(cursors.open(&mine, "next", HOUR)), ScimType::InvalidCursor);
    assert_eq!(refused(cursors.open(&walk(b"1 2"), &cursor, HOUR)), ScimType::InvalidCursor);
    let other = Walk { query: query_hash(&["/Users", "other"]), ..mine };
    assert_eq!(refused(cursors.open(&other, &cursor, HOUR)), ScimType::InvalidCursor);
    assert_eq!(refused(cursors.open(&Walk { count: 11, ..mine }, &cursor, HOUR)), ScimType::InvalidCount);
    let later = Walk { now: mine.now.plus(HOUR).plus(Duration::from_secs(1)), ..mine };
    assert_eq!(refused(cursors.open(&later, &cursor, HOUR)), ScimType::ExpiredCursor);
}

#[test]
fn the_installations_key_makes_cursors_outlive_the_process() {
    let entropy = SeededEntropy::new(1);
    let key = SealingKey::generate(&entropy);
    let walk = walk(b"1 1");
    let cursor = Cursors::new(Some(&key), &entropy).seal(&entropy, &walk, &keyset(None), false);
    assert!(Cursors::new(Some(&key), &entropy).open(&walk, &cursor, HOUR).is_ok());
    assert!(Cursors::new(None, &entropy).open(&walk, &cursor, HOUR).is_err());
}

#[test]
fn queries_do_not_run_together() {
    assert_ne!(query_hash(&["ab", "c"]), query_hash(&["a", "bc"]));
}
