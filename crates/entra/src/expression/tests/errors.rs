//! What is wrong with an expression, where, and what to write instead.

use base::Hinted;

use crate::expression::Expression;

fn told(text: &str) -> String {
    let fault = Expression::parse(text).expect_err(text);
    let hints = fault.hints().iter().map(|hint| format!("  hint: {hint}\n")).collect::<String>();
    let caret = fault.caret().lines().map(|line| format!("  {line}\n")).collect::<String>();
    format!("{fault}\n{caret}{hints}")
}

#[test]
fn errors_say_where_what_and_what_instead() {
    let texts = [
        "",
        "givenName",
        r#"Joni(" ", [givenName])"#,
        r#"join(" ", [givenName])"#,
        r#"Concatenate([a], [b])"#,
        r#"Append([mail])"#,
        r#"Append([mail], "a", "b")"#,
        r#"Mid([mail], 1)"#,
        r#"Now(1)"#,
        r#"Join(" ")"#,
        r#"Switch([a], "b", "c")"#,
        r#"Switch([a], , "b", "c", "d")"#,
        r#"Append(, ".test")"#,
        r#"Append([mail], ".test)"#,
        r#"Append([mail, ".test")"#,
        r#"Append([mail], ".test""#,
        r#"Append([mail], ".test"))"#,
        r#"Append([mail] ".test")"#,
        r#"Append([mail], ".test") [x]"#,
        "Append([mail], “.test”)",
        r#"[givenName] & " " & [surname]"#,
        r#"Append([a] & [b], "c")"#,
        r#"IIF([a] = "x" AND [b] = "y", "1", "2")"#,
        r#"[a] = [b]"#,
        r#"CBool(True)"#,
        r#"CBool(Now)"#,
        r#"Append([], "x")"#,
        r#"Mid([a], 1x, 2)"#,
        r#"Append(;, "x")"#,
        r#"ToLower([a], vbTextCompare)"#,
        r#"DateAdd("days", 1, Now())"#,
        r#"FormatDateTime([a], "Loose", "yyyy", "MM")"#,
        r#"FormatDateTime([a], , "q", "MM")"#,
        r#"FormatDateTime([a], , "yyyy", )"#,
        r#"Replace([a], , , , "x", , )"#,
        r#"Replace([a], "x", "y", , "z", , )"#,
        r#"Replace([a], "x", , , , , )"#,
        r#"Replace([a], , "(x", , "", , )"#,
        r#"Replace([a], , "(?=x)y", , "", , )"#,
        r#"Append("x", SelectUniqueValue([a], [b]))"#,
    ];
    insta::assert_snapshot!(texts.map(|text| format!("{text}\n{}", told(text))).join("\n"));
}

#[test]
fn length_and_depth_are_bounded() {
    let nested = |depth: usize| format!("{}[a]{}", "Trim(".repeat(depth), ")".repeat(depth));
    Expression::parse(&nested(64)).unwrap();
    assert!(told(&nested(65)).contains("nested more than 64 deep"));
    assert!(told(&"Trim(".repeat(1_900)).contains("nested more than 64 deep"));
    let long = format!(r#"Append([a], "{}")"#, "ü".repeat(9_985));
    assert_eq!(long.chars().count(), 10_000);
    Expression::parse(&long).unwrap();
    assert!(told(&format!("{long} ")).contains("10001 characters"));
}

#[test]
fn a_caret_stands_under_the_character() {
    let fault = Expression::parse(&format!(r#"Append("{}", 1x)"#, "ü".repeat(100))).unwrap_err();
    let caret = fault.caret();
    let (line, mark) = caret.split_once('\n').unwrap();
    assert_eq!(line.chars().nth(mark.chars().count() - 1), Some('1'), "{caret}");
    assert!(line.starts_with('…'));
}
