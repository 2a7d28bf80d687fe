//! The examples of Microsoft's reference, in our words, and the edges beside them.

use super::{eval, fails, gives, gives_null, many};
use crate::expression::{Flowed, functions};
use crate::model::Value;

#[test]
fn parts_of_text() {
    let upn = &[("userPrincipalName", "ann.lee@contoso.com")];
    gives(r#"Append([userPrincipalName], ".test")"#, upn, "ann.lee@contoso.com.test");
    gives_null(r#"Append([mail], ".test")"#, upn);
    gives(r#"Left("John Doe", 3)"#, &[], "Joh");
    gives(r#"Left("John", 0)"#, &[], "");
    gives(r#"Left("John", -1)"#, &[], "John");
    gives(r#"Left("Zoë", 99)"#, &[], "Zoë");
    gives("Left([none], 3)", &[], "");
    gives(
        r#"Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))"#,
        &[("givenName", "John"), ("surname", "Doe")],
        "JohDoe",
    );
    gives(r#"Mid("Zoë Ann", 3, 3)"#, &[], "ë A");
    gives(r#"Mid("abc", 9, 3)"#, &[], "");
    assert!(fails(r#"Mid("abc", 0, 3)"#, &[]).contains("counted from 1"));
    gives(r#"Len("Zoë")"#, &[], "3");
    gives(r#"Trim("  a b ")"#, &[], "a b");
    gives(r#"StripSpaces(" a b  c")"#, &[], "abc");
    gives(r#"InStr("The quick brown fox", "quick")"#, &[], "5");
    gives(r#"InStr("repEated","e",3,vbBinaryCompare)"#, &[], "7");
    gives(r#"InStr("repEated", "e", 3, vbTextCompare)"#, &[], "4");
    gives(r#"InStr("repeated", "x")"#, &[], "0");
    gives(r#"InStr([none], "x")"#, &[], "0");
    gives(r#"Word("The quick brown fox", 3, " ")"#, &[], "brown");
    gives(r#"Word("This,string!has&many separators", 3, ",!&#")"#, &[], "has");
    gives(r#"Word("one two", 3, " ")"#, &[], "");
    gives(r#"Word("one two", 0, " ")"#, &[], "");
    gives(r#"Word([none], 1, " ")"#, &[], "");
}

#[test]
fn case_and_marks() {
    gives(
        r#"ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com"))"#,
        &[("givenName", "Zoë Ann"), ("surname", "Smith")],
        "zoeann.smith@contoso.com",
    );
    gives(r#"ToUpper("straße")"#, &[], "STRAßE");
    gives(r#"ToLower("TITLE I", "tr-TR")"#, &[], "tıtle ı");
    gives(r#"ToUpper("title", "en-US")"#, &[], "TITLE");
    assert!(fails(r#"ToUpper("title", "not a culture")"#, &[]).contains("`culture`"));
    gives(r#"PCase("PABLO GONSALVES (SECOND)")"#, &[], "Pablo Gonsalves (Second)");
    gives(r#"PCase("PINTO-DE'SILVA", " '-")"#, &[], "Pinto-De'Silva");
    gives(r#"PCase(Join(" ", [a], [b]))"#, &[("a", "GREGORY"), ("b", "o'neil")], "Gregory O'neil");
    let marks = [
        ("Zoë", "Zoe"),
        ("ĄÇĎĘĞİŁŃŐŘŚŤŮÝŻ", "ACDEGILNORSTUYZ"),
        ("æǣœø̄ßłı", "aeaeoeoessli"),
        ("Ǣ Œ̄ Ø", "AE OE OE"),
        ("ā́ṓü̈", "aou"),
        ("한글", "한글"),
    ];
    for (marked, plain) in marks {
        gives("NormalizeDiacritics([x])", &[("x", marked)], plain);
    }
}

#[test]
fn several_values() {
    let names = &[("givenName", "John"), ("surname", "Doe"), ("proxyAddresses", "a@x|b@x|a@x")];
    gives(r#"Join(", ", "", [surname], [givenName])"#, names, "Doe, John");
    gives(r#"Join(" ", [givenName], [middleName], [surname])"#, names, "John Doe");
    gives(r#"Join(";", [proxyAddresses], "c@x")"#, names, "a@x;b@x;a@x;c@x");
    gives(r#"Join(" ", [middleName])"#, names, "");
    many(
        r#"Split([x], ",")"#,
        &[("x", "PermissionSetOne, PermissionSetTwo")],
        &["PermissionSetOne", "PermissionSetTwo"],
    );
    gives("Item([proxyAddresses], 2)", names, "b@x");
    gives(r#"Item(Split("a,b", ","), 1)"#, &[], "a");
    gives_null("Item([proxyAddresses], 4)", names);
    assert!(fails("Item([proxyAddresses], 0)", names).contains("counted from 1"));
    gives("Count([proxyAddresses])", names, "3");
    gives("Count([none])", names, "0");
    many("RemoveDuplicates([proxyAddresses])", names, &["a@x", "b@x"]);
    assert!(fails(r#"Append([proxyAddresses], "x")"#, names).contains("Item(…, 1)"));
}

#[test]
fn replace_in_its_five_forms() {
    gives(
        r#"Replace([t], "Product Developer", , , "Engineer", , )"#,
        &[("t", "Product Developer")],
        "Engineer",
    );
    gives(r#"Replace([mail], "@contoso.com", , ,"", ,)"#, &[("mail", "john.doe@contoso.com")], "john.doe");
    gives(
        r#"Replace([id],"<username>", , , , , "<username>@contoso.com")"#,
        &[("id", "jsmith")],
        "jsmith@contoso.com",
    );
    let phone = r#"Replace([p], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", , "${phoneNumber}", , )"#;
    gives(phone, &[("p", "+91 9998887777")], "9998887777");
    gives(r#"Replace([m], , "[()\\s-]+", , "", , )"#, &[("m", "1 (999) 888-7777")], "19998887777");
    gives(
        r#"Replace([a], ,"(?<streetNumber>^\\d*)","streetNumber", "888", , )"#,
        &[("a", "545 Tremont Street")],
        "888 Tremont Street",
    );
    gives(
        r#"Replace([u], , "(?<Suffix>@(.)*)", "Suffix", "", , )"#,
        &[("u", "jsmith@contoso.com")],
        "jsmith",
    );
    let other =
        r#"Replace([t], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", "phoneNumber" , , [mobile], )"#;
    gives(other, &[("t", ""), ("mobile", "+91 8887779999")], "8887779999");
    gives(other, &[("mobile", "+91 8887779999")], "8887779999");
    gives(other, &[("t", "1"), ("mobile", "+91 8887779999")], "1");
    gives_null(other, &[("mobile", "none")]);
    gives(r#"Replace([n], , "[a-zA-Z_]*", , "", , )"#, &[("n", "john_doe72")], "72");
    gives_null(r#"Replace([none], "a", , , "b", , )"#, &[]);
    gives(
        r#"Join("", 1000, Replace(ConvertToUTF8Hex([objectId]), , "[a-zA-Z_]*", , "", , ))"#,
        &[("objectId", "0a-b")],
        "10003061262",
    );
}

#[test]
fn dollar_signs_are_net_s() {
    let replaced = |replacement: &str, wanted: &str| {
        let text = format!(r#"Replace("x-ab-y", , "(?<first>a)(b)", , "{replacement}", , )"#);
        gives(&text, &[], wanted);
    };
    // .NET numbers the groups without a name first.
    replaced("$1$2", "x-ba-y");
    replaced("[$&]", "x-[ab]-y");
    replaced("$$", "x-$-y");
    replaced("${first}1", "x-a1-y");
    replaced("$9 ${none} $", "x-$9 ${none} $-y");
    replaced("$'|$`", "x--y|x--y");
}

#[test]
fn conversions() {
    gives("BitAnd(&HF, &HF7)", &[], "7");
    gives(r#"BitAnd([userAccountControl], 2)"#, &[("userAccountControl", "514")], "2");
    gives("CBool([a] = [b])", &[("a", "x"), ("b", "x")], "True");
    gives("CBool([a] = [b])", &[("a", "x"), ("b", "X")], "False");
    gives("CBool([a])", &[("a", "0")], "False");
    gives("CBool([a])", &[("a", "-2")], "True");
    assert!(fails("CBool([a])", &[("a", "maybe")]).contains("neither"));
    gives("CStr([dn])", &[("dn", "cn=Joe,dc=contoso,dc=com")], "cn=Joe,dc=contoso,dc=com");
    gives(r#"ConvertToBase64("Hello world!")"#, &[], "SABlAGwAbABvACAAdwBvAHIAbABkACEA");
    gives(r#"ConvertToUTF8Hex("Hello world!")"#, &[], "48656C6C6F20776F726C6421");
    gives("Redact([userPrincipalName])", &[("userPrincipalName", "a@x")], "a@x");
    gives("DefaultDomain()", &[], "contoso.com");
}

#[test]
fn random_values_keep_their_promises() {
    let Ok(Flowed::Value(Value::Text(guid))) = eval("Guid()", &[]) else { panic!("no text") };
    assert_eq!(uuid::Uuid::parse_str(&guid).unwrap().get_version_num(), 4);
    let text = |text: &str| match eval(text, &[]) {
        Ok(Flowed::Value(Value::Text(text))) => text,
        other => panic!("{other:?}"),
    };
    let plain = text("RandomString(6,3,0,0,3)");
    assert_eq!(plain.chars().filter(char::is_ascii_digit).count(), 3, "{plain}");
    assert_eq!(plain.chars().filter(char::is_ascii_lowercase).count(), 3, "{plain}");
    let special = text(r#"RandomString(10,2,2,2,1,"?,")"#);
    assert_eq!(special.chars().count(), 10);
    assert!(special.chars().filter(char::is_ascii_punctuation).count() >= 2, "{special}");
    assert!(!special.contains(['?', ',']), "{special}");
    assert!(fails("RandomString(3,2,2,0,0)", &[]).contains("minimums"));
    assert!(fails("RandomString(257,0,0,0,0)", &[]).contains("256"));
    assert!(fails(r#"RandomString(4,1,0,0,0,"0123456789")"#, &[]).contains("CharactersToAvoid"));
}

#[test]
fn every_function_has_a_name_of_its_own_and_says_what_it_does() {
    let mut names: Vec<_> = functions::all().map(|function| function.name).collect();
    assert_eq!(names.len(), 48);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 48);
    for function in functions::all() {
        assert!(function.doc.ends_with('.') && function.doc.len() > 10, "{function:?}");
        assert_eq!(functions::find(function.name).map(|f| f.name), Some(function.name));
    }
}
