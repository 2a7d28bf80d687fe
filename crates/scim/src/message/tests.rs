//! Tests of messages.

use serde_json::{Value, json};

use super::*;
use crate::error::ScimType;

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

// S-QUERY-01, A-20, S-PAGE-04
#[test]
fn a_list_counts_what_was_written() {
    let mut out = "before".to_owned();
    let mut list = ListWriter::new(&mut out);
    list.item().push_str("{\"id\":\"a\"}");
    list.item().push_str("{\"id\":\"b\"}");
    list.finish(&Page { total: Some(7), start_index: Some(3), ..Page::default() });
    let text = out.strip_prefix("before").unwrap();
    assert_eq!(
        text,
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":7,\"startIndex\":3,\
         \"itemsPerPage\":2,\"Resources\":[{\"id\":\"a\"},{\"id\":\"b\"}]}"
    );

    let mut empty = String::new();
    ListWriter::new(&mut empty).finish(&Page { total: Some(0), start_index: Some(1), ..Page::default() });
    let expected = json!({"schemas": [LIST_RESPONSE], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []});
    assert_eq!(parsed(&empty), expected);
}

// S-CUR-02, S-CUR-03, S-CUR-07, S-CUR-12
#[test]
fn a_cursor_page_has_cursors_and_no_start_index() {
    let mut out = String::new();
    let mut list = ListWriter::new(&mut out);
    list.item().push_str("{}");
    list.finish(&Page { next_cursor: Some("n"), previous_cursor: Some("p"), ..Page::default() });
    let expected = json!({"schemas": [LIST_RESPONSE], "itemsPerPage": 1, "nextCursor": "n", "previousCursor": "p", "Resources": [{}]});
    assert_eq!(parsed(&out), expected);
}

// S-ERR-01, S-ERR-02
#[test]
fn an_error_body_has_a_textual_status_and_a_keyword_where_one_belongs() {
    let body = parsed(&error_body(&ScimError::value("a", "Say \"a\".")));
    assert_eq!(
        body,
        json!({"schemas": [ERROR], "status": "400", "scimType": "invalidValue", "detail": "Say \"a\"."})
    );
    let body = parsed(&error_body(&ScimError::uniqueness("userName", "x")));
    assert_eq!((&body["status"], &body["scimType"]), (&json!("409"), &json!("uniqueness")));
    let odd = ScimError { status: 412, ..ScimError::value("a", "b") };
    assert!(parsed(&error_body(&odd)).get("scimType").is_none());
    assert_eq!(
        parsed(&error_body(&ScimError::plain(404, "Gone."))),
        json!({"schemas": [ERROR], "status": "404", "detail": "Gone."})
    );
}

// S-MSG-01
#[test]
fn a_message_names_its_schema_or_none_where_that_is_tolerated() {
    let check = |schemas: Value, dialect: &Dialect| {
        let message = json!({"Schemas": schemas});
        expect_schema(message.as_object().unwrap(), PATCH_OP, dialect).map_err(|e| e.scim_type)
    };
    let (entra, strict) = (Dialect::entra(), Dialect::strict());
    assert!(check(json!([PATCH_OP.to_uppercase()]), &strict).is_ok());
    assert!(check(json!([]), &entra).is_ok() && check(json!(null), &entra).is_ok());
    assert_eq!(check(json!([]), &strict), Err(Some(ScimType::InvalidSyntax)));
    assert_eq!(check(json!([BULK_REQUEST]), &entra), Err(Some(ScimType::InvalidSyntax)));
}

// S-HTTP-06, S-QUERY-08, S-SORT-04, S-CUR-01
#[test]
fn a_query_is_read_from_a_url() {
    let request = SearchRequest::from_query([
        ("attributes", "userName"),
        ("attributes", "emails,name"),
        ("filter", "userName eq \"a\""),
        ("aadOptscim062020", ""),
        ("sortBy", "userName"),
        ("sortOrder", "Descending"),
        ("startIndex", "-5"),
        ("count", "10"),
    ])
    .unwrap();
    assert_eq!(
        request,
        SearchRequest {
            attributes: vec!["userName".into(), "emails,name".into()],
            filter: Some("userName eq \"a\"".into()),
            sort_by: Some("userName".into()),
            descending: true,
            start_index: Some(-5),
            count: Some(10),
            ..SearchRequest::default()
        }
    );
    assert_eq!(
        SearchRequest::from_query([("cursor", ""), ("filter", " ")]).unwrap().cursor.as_deref(),
        Some("")
    );
    assert!(!SearchRequest::from_query([("sortOrder", "sideways")]).unwrap().descending);
    let huge = SearchRequest::from_query([("count", "99999999999999999999")]).unwrap();
    assert_eq!(huge.count, Some(i64::MAX));

    let fault = |parameters: &[(&'static str, &'static str)]| {
        let error = SearchRequest::from_query(parameters.iter().copied()).unwrap_err();
        (error.scim_type.unwrap(), error.path.unwrap())
    };
    assert_eq!(fault(&[("filter", "a"), ("filter", "b")]), (ScimType::InvalidSyntax, "filter".into()));
    // S-PAGE-03, S-CUR-09, S-CUR-12
    assert_eq!(fault(&[("count", "ten")]), (ScimType::InvalidValue, "count".into()));
    assert_eq!(fault(&[("startIndex", "1.5")]), (ScimType::InvalidValue, "startIndex".into()));
    assert_eq!(fault(&[("count", ""), ("cursor", "")]), (ScimType::InvalidCount, "count".into()));
    assert_eq!(fault(&[("cursor", ""), ("startIndex", "1")]), (ScimType::InvalidValue, "cursor".into()));
    assert_eq!(fault(&[("sortBy", "a"), ("sortOrder", "up")]), (ScimType::InvalidValue, "sortOrder".into()));
}

// S-SEARCH-01, S-SEARCH-03, S-CUR-13
#[test]
fn a_query_is_read_from_a_body() {
    let body = json!({"schemas": [SEARCH_REQUEST], "attributes": ["userName"], "filter": "x pr", "sortBy": "id",
                      "sortOrder": "ascending", "count": 5, "Cursor": "c"});
    let request = SearchRequest::from_body(body, &Dialect::strict()).unwrap();
    assert_eq!((request.count, request.cursor.as_deref(), request.descending), (Some(5), Some("c"), false));
    for empty in [json!(null), json!({})] {
        assert_eq!(SearchRequest::from_body(empty, &Dialect::strict()).unwrap(), SearchRequest::default());
    }
    let loose = json!({"excludedAttributes": "members,groups", "count": "5", "startIndex": null});
    let request = SearchRequest::from_body(loose.clone(), &Dialect::entra()).unwrap();
    assert_eq!((request.excluded_attributes, request.count), (vec!["members,groups".to_owned()], Some(5)));
    assert!(SearchRequest::from_body(loose, &Dialect::strict()).is_err());
    let bad = |member: &str, value: Value| {
        let body = json!({"schemas": [SEARCH_REQUEST], member: value});
        SearchRequest::from_body(body, &Dialect::entra()).unwrap_err().scim_type.unwrap()
    };
    assert_eq!(bad("filter", json!(7)), ScimType::InvalidValue);
    assert_eq!(bad("attributes", json!([7])), ScimType::InvalidValue);
    assert_eq!(bad("count", json!(1.5)), ScimType::InvalidValue);
    assert!(SearchRequest::from_body(json!([]), &Dialect::entra()).is_err());
}

// S-PAGE-01, S-PAGE-02, S-PAGE-03, S-PAGE-06, A-21
#[test]
fn pages_are_bounded() {
    let limits = PageLimits::default();
    let counts = [None, Some(-1), Some(0), Some(5), Some(100_000), Some(i64::MAX)].map(|c| limits.count(c));
    assert_eq!(counts, [100, 0, 0, 5, 1000, 1000]);
    assert_eq!([None, Some(-5), Some(0), Some(9)].map(|s| limits.start_index(s)), [1, 1, 1, 9]);
}
