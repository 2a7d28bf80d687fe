use std::borrow::Cow;

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::width::ordinary;
use super::{fold, folds_to, format_millis, instant};

// S-FILTER-03
#[test]
fn case_and_composition_do_not_matter() {
    for (a, b) in [
        ("BJensen@Example.COM", "bjensen@example.com"),
        ("STRASSE", "strasse"),
        ("STRAẞE", "straße"),
        ("ÉLODIE", "e\u{301}lodie"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("ЁЛКА", "ёлка"),
        ("K", "\u{212A}"),
    ] {
        assert_eq!(fold(a), fold(b), "{a} and {b}");
        assert!(folds_to(a, &fold(b)));
    }
    for (a, b) in [("straße", "strasse"), ("resume", "résumé"), ("I", "ı")] {
        assert_ne!(fold(a), fold(b), "{a} and {b}");
        assert!(!folds_to(a, &fold(b)));
    }
}

// S-FILTER-04
#[test]
fn width_does_not_matter() {
    assert_eq!(fold("ＡＮＮ＠ｅｘ．ｏｒｇ"), "ann@ex.org");
    assert_eq!(fold("ｶﾞ"), "ガ");
    assert_eq!(fold("a\u{3000}b"), "a b");
    // Other compatibility characters are not touched.
    assert_eq!(fold("ﬁ²"), "ﬁ²");
}

#[test]
fn the_width_map_is_unicodes_own() {
    for c in (0xFF01..=0xFFEE).filter_map(char::from_u32).chain(['\u{3000}']) {
        let compatible: String = std::iter::once(c).nfkd().collect();
        let mapped: String = std::iter::once(ordinary(c)).nfkd().collect();
        assert_eq!(compatible, mapped, "U+{:04X}", c as u32);
        let has_form = !compatible.starts_with(c);
        assert_eq!(has_form, ordinary(c) != c, "U+{:04X}", c as u32);
    }
}

#[test]
fn own_folds_are_borrowed() {
    assert!(matches!(fold("ann@ex.org"), Cow::Borrowed(_)));
    assert!(matches!(fold("élodie"), Cow::Borrowed(_)));
}

#[test]
fn every_character_folds_once_and_for_all() {
    // Everything but ideographs, Hangul syllables and unassigned planes, which have no case.
    let blocks = [0..0x3400, 0xA000..0xAC40, 0xF900..0x0001_2000, 0x0001_6E00..0x0001_F000];
    for c in blocks.into_iter().flatten().filter_map(char::from_u32) {
        for text in [c.to_string(), format!("a{c}\u{301}"), format!("{c}\u{345}\u{307}")] {
            let once = fold(&text);
            assert_eq!(fold(&once), once, "U+{:04X}", c as u32);
        }
    }
}

//
#[test]
fn instants_of_every_form() {
    const SECOND: i64 = 1_000_000;
    for (text, micros) in [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01", SECOND),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T19:00:00-05:00", 0),
        ("1969-12-31T23:59:59.5Z", -SECOND / 2),
        ("1970-01-01T00:00:00.1234567899Z", 123_456),
        ("1970-01-01T24:00:00Z", 86_400 * SECOND),
        ("2011-05-13T04:42:34Z", 1_305_261_754 * SECOND),
        ("2024-02-29T00:00:00Z", 1_709_164_800 * SECOND),
        ("0000-03-01T00:00:00Z", -62_162_035_200 * SECOND),
        ("12345-01-01T00:00:00Z", 327_403_382_400 * SECOND),
    ] {
        assert_eq!(instant(text), Some(micros), "{text}");
    }
    for text in [
        "",
        "2011-05-13",
        "2011-05-13 04:42:34Z",
        "2011-05-13t04:42:34z",
        "2011-13-01T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2011-05-13T23:59:60Z",
        "2011-05-13T24:00:01Z",
        "2011-05-13T24:00:00.0000001Z",
        "2011-05-13T04:42:34.Z",
        "2011-05-13T04:42:34+14:01",
        "2011-05-13T04:42:34+1:00",
        "2011-05-13T04:42:34Z ",
        "02011-05-13T04:42:34Z",
        "999999-01-01T00:00:00Z",
        "11-05-13T04:42:34Z",
    ] {
        assert_eq!(instant(text), None, "{text}");
    }
}

// S-TYPE-02
#[test]
fn instants_are_shown_in_milliseconds() {
    assert_eq!(format_millis(0), "1970-01-01T00:00:00.000Z");
    assert_eq!(format_millis(1_305_261_754_123_999), "2011-05-13T04:42:34.123Z");
    assert_eq!(format_millis(-1), "1969-12-31T23:59:59.999Z");
}

proptest! {
    #[test]
    fn folding_is_idempotent(text in "\\PC{0,12}") {
        let once = fold(&text).into_owned();
        prop_assert_eq!(fold(&once), once.clone());
        prop_assert!(folds_to(&text, &once));
    }

    #[test]
    fn composition_never_changes_a_fold(text in "\\PC{0,12}") {
        let decomposed: String = text.nfd().collect();
        prop_assert_eq!(fold(&text), fold(&decomposed));
    }

    #[test]
    fn shown_instants_read_back(micros in any::<i64>()) {
        let read = instant(&format_millis(micros));
        // The very first moments of the range are cut to before it.
        prop_assert_eq!(read, micros.div_euclid(1_000).checked_mul(1_000));
    }

    #[test]
    fn instants_agree_with_a_calendar_library(seconds in -60_000_000_000_i64..250_000_000_000) {
        let theirs = jiff::Timestamp::from_second(seconds).unwrap().to_string();
        prop_assert_eq!(instant(&theirs), Some(seconds * 1_000_000), "{}", theirs);
    }
}
