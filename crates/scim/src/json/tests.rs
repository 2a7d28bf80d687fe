//! Tests of the JSON reader.

use serde_json::json;

use super::*;
use crate::error::ScimType;

fn read(text: &str) -> Result<Value> {
    parse(text.as_bytes(), &Limits::default())
}

#[test]
fn plain_json_comes_back_as_it_is() {
    let text = r#"{"b":[1,true,null,{"x":"é\u00e9\ud83d\ude00"}],"a":{}}"#;
    assert_eq!(read(text).unwrap(), json!({"b": [1, true, null, {"x": "éé😀"}], "a": {}}));
    // The order of keys is kept, so that what is stored is what was sent.
    assert_eq!(read(r#"{"b":1,"a":2}"#).unwrap().to_string(), r#"{"b":1,"a":2}"#);
}

// S-TYPE-06
#[test]
fn numbers_keep_their_digits() {
    for digits in ["0.1000000000000000055", "123456789012345678901234567890", "-0", "1.0", "1e3"] {
        assert_eq!(read(digits).unwrap().to_string().replace('+', ""), digits, "{digits}");
    }
}

// S-HTTP-01, S-HTTP-13
#[test]
fn what_is_no_single_json_value_in_utf8_is_refused() {
    let cases: [(&[u8], &str); 9] = [
        (b"{\"a\":\"\xff\"}", "not UTF-8: the byte at offset 6"),
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"{\"a\":1} x", "trailing characters"),
        (b"{\"a\":1,}", "line 1 column"),
        (b"{'a':1}", "line 1 column"),
        (b"{\"a\":1,\"b\":{\"c\":1,\"c\":2}}", "the key `c` stands twice"),
        (b"{\"a\":\"\\ud800\"}", "line 1 column"),
        (b"{\"a\":\"\x01\"}", "control character"),
    ];
    for (bytes, expected) in cases {
        let error = parse(bytes, &Limits::default()).unwrap_err();
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidSyntax)));
        assert!(error.detail.contains(expected), "{}: {}", String::from_utf8_lossy(bytes), error.detail);
    }
}

// S-HTTP-13
#[test]
fn a_byte_order_mark_is_tolerated() {
    assert_eq!(parse(b"\xef\xbb\xbf{\"a\":1}", &Limits::default()).unwrap(), json!({"a": 1}));
}

// S-HTTP-12
#[test]
fn depth_is_limited() {
    let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(read(&nested(32)).is_ok());
    assert!(read(&nested(33)).unwrap_err().detail.contains("too deep"));
    let objects = |n: usize| "{\"a\":".repeat(n) + "1" + &"}".repeat(n);
    assert!(read(&objects(32)).is_ok());
    assert!(read(&objects(33)).unwrap_err().detail.contains("too deep"));
    assert!(read(&nested(100_000)).is_err());
}

#[test]
fn the_private_number_key_cannot_smuggle_anything() {
    assert_eq!(read(r#"{"$serde_json::private::Number":"5"}"#).unwrap(), json!(5));
    assert!(read(r#"{"$serde_json::private::Number":"x"}"#).is_err());
    assert!(read(r#"{"$serde_json::private::Number":"5","a":1}"#).is_err());
}

#[test]
fn what_is_written_reads_back_and_equals_serde_json() {
    let values = [
        json!({"a": [1, -2.5, true, null, {}, []], "b\"\\\n": "\u{1}\u{1f}\t\r\n\u{7f}é😀\u{2028}/"}),
        json!(""),
        read("0.1000000000000000055").unwrap(),
    ];
    for value in values {
        let mut out = String::new();
        write_value(&mut out, &value);
        assert_eq!(out, value.to_string());
        assert_eq!(read(&out).unwrap(), value);
    }
}
