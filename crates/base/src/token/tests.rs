use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::entropy::SeededEntropy;

fn token() -> (String, String) {
    let entropy = SeededEntropy::new(11);
    let handle = mint_handle(&entropy);
    let token = AccessToken::mint(&handle, &entropy);
    (handle, token.expose().to_owned())
}

fn fault(text: &str) -> (TokenShape, Option<String>) {
    let error = AccessToken::parse(text).unwrap_err();
    (error.shape, error.handle)
}

#[test]
fn has_the_shape_of_the_design_and_comes_back_with_its_handle() {
    let entropy = SeededEntropy::new(5);
    let handle = mint_handle(&entropy);
    assert_eq!(handle.len(), 12);
    let token = AccessToken::mint(&handle, &entropy);
    let text = token.expose();
    assert_eq!(text.len(), 4 + 12 + 1 + 43 + 6);
    assert!(text.starts_with(&format!("pvt_{handle}_")));
    assert!(text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_'));
    let parsed = AccessToken::parse(text).unwrap();
    assert_eq!(parsed, ParsedToken { handle: handle.clone(), digest: token.digest() });
    assert_eq!(parsed.digest, sha256(text.as_bytes()));
    assert_ne!(AccessToken::mint(&handle, &entropy).expose(), text);
    assert!(ApiKey::mint(&handle, &entropy).expose().starts_with("pvk_"));
}

#[test]
fn never_prints() {
    let (handle, text) = token();
    let entropy = SeededEntropy::new(1);
    let minted = AccessToken::mint(&handle, &entropy);
    let printed = format!("{minted} {minted:?}");
    assert!(!printed.contains(&minted.expose()[17..30]), "{printed}");
    for broken in [format!("\"{text}\""), text[..50].to_owned(), format!("{text}x")] {
        let error = AccessToken::parse(&broken).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(&text[17..30]));
        assert!(error.to_string().contains(&handle));
    }
}

#[test]
fn every_wrapping_is_named_and_the_handle_still_read() {
    let (handle, text) = token();
    let (a, b) = text.split_at(40);
    let cases = [
        (format!("\"{text}\""), TokenShape::Quoted),
        (format!("'{text}'"), TokenShape::Quoted),
        (format!("\u{201c}{text}\u{201d}"), TokenShape::Quoted),
        (format!("`{text}`"), TokenShape::Quoted),
        (format!("<{text}>"), TokenShape::Quoted),
        (format!("{text}\""), TokenShape::Quoted),
        (format!(" \"{text}\" "), TokenShape::Quoted),
        (format!(" {text}"), TokenShape::Spaced),
        (format!("{text}\r\n"), TokenShape::Spaced),
        (format!("{text}\u{200b}"), TokenShape::Spaced),
        (format!("\u{feff}{text}"), TokenShape::Spaced),
        (format!("{a}\n{b}"), TokenShape::Spaced),
        (format!("{a} {b}"), TokenShape::Spaced),
        (format!("Bearer {text}"), TokenShape::BearerPrefix),
        (format!("bearer  {text}"), TokenShape::BearerPrefix),
        (format!("Bearer: {text}"), TokenShape::BearerPrefix),
        (format!("Authorization: Bearer {text}"), TokenShape::BearerPrefix),
        (text[..65].to_owned(), TokenShape::Truncated),
        (text[..18].to_owned(), TokenShape::Truncated),
        (format!("{text}."), TokenShape::Overlong),
        (format!("{text}{text}"), TokenShape::Overlong),
        (format!("{}{}", &text[..65], if text.ends_with('0') { '1' } else { '0' }), TokenShape::BadChecksum),
        (text.to_uppercase(), TokenShape::BadChecksum),
        (format!("\"{}0{}\"", &text[..30], &text[31..]), TokenShape::BadChecksum),
    ];
    for (pasted, shape) in cases {
        assert_eq!(fault(&pasted), (shape, Some(handle.clone())), "{pasted:?}");
    }
}

#[test]
fn what_is_not_ours_has_no_handle() {
    for text in ["", " ", "\"\"", "Bearer", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "pvx_0123", "öäü€€€€€€€", "pv"]
    {
        assert_eq!(fault(text), (TokenShape::NotOurs, None), "{text:?}");
    }
    // Cut within the handle: ours, but nobody's.
    assert_eq!(fault("pvt_0123"), (TokenShape::Truncated, None));
    assert_eq!(fault("pvt_ééééééééééééééééééé"), (TokenShape::Truncated, None));
}

#[test]
fn the_other_kind_is_recognised() {
    let entropy = SeededEntropy::new(3);
    let key = ApiKey::mint("0123456789ab", &entropy);
    assert_eq!(fault(key.expose()), (TokenShape::WrongKind, Some("0123456789ab".into())));
    let token = AccessToken::mint("0123456789ab", &entropy);
    assert_eq!(ApiKey::parse(token.expose()).unwrap_err().shape, TokenShape::WrongKind);
}

#[test]
fn codes_are_distinct_and_advice_is_in_sentences() {
    let codes: HashSet<_> = TokenShape::ALL.iter().map(|s| s.code()).collect();
    assert_eq!(codes.len(), TokenShape::ALL.len());
    assert!(TokenShape::ALL.iter().all(|s| s.advice().ends_with('.')));
}

proptest! {
    #[test]
    fn one_changed_character_is_always_noticed(at in 0usize..66, with in "[0-9A-Za-z_]") {
        let (_, text) = token();
        let mut changed = text.clone();
        changed.replace_range(at..=at, &with);
        prop_assert_eq!(AccessToken::parse(&changed).is_ok(), changed == text);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}", prefix in prop::sample::select(vec!["", "pvt_", "PVK_", "Bearer "])) {
        let given = format!("{prefix}{text}");
        prop_assert!(AccessToken::parse(&given).is_err());
    }
}
