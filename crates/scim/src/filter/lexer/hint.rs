//! What somebody most likely meant.

/// What somebody who wrote this most likely meant.
pub(super) fn for_operator(word: &str) -> Option<&'static str> {
    let sign = word.split(|c: char| c.is_alphanumeric() || matches!(c, '\'' | '-')).next().unwrap_or(word);
    Some(match if sign.is_empty() { word } else { sign } {
        "=" | "==" | "===" => "\"Equal\" is written eq.",
        "!=" | "<>" | "!==" | "~=" => "\"Not equal\" is written ne.",
        ">" => "\"Greater than\" is written gt.",
        ">=" | "=>" => "\"Greater or equal\" is written ge.",
        "<" => "\"Less than\" is written lt.",
        "<=" | "=<" => "\"Less or equal\" is written le.",
        "&&" | "&" => "Conditions are joined by \"and\".",
        "||" | "|" => "Conditions are joined by \"or\".",
        other => match other.to_ascii_lowercase().as_str() {
            "equals" | "equal" | "is" => "\"Equal\" is written eq.",
            "contains" | "like" | "includes" => "\"Contains\" is written co.",
            "startswith" | "starts" => "\"Starts with\" is written sw.",
            "endswith" | "ends" => "\"Ends with\" is written ew.",
            "in" => "Write one eq for each value, joined by or.",
            "regex" | "matches" => "There are no patterns; co, sw and ew look for parts of a text.",
            "present" | "exists" => "\"Has a value\" is written pr.",
            "not" => "Negation stands in front: not (…).",
            _ => return None,
        },
    })
}
