//! Words of others, made fit for a line of text.

use base::Timestamp;

/// One line of at most so many characters, without any that control, hide or turn what follows.
pub(super) fn line(text: &str, most: usize) -> String {
    let odd = |c: &char| {
        let c = u32::from(*c);
        (0x200b..=0x200f).contains(&c)
            || (0x202a..=0x202e).contains(&c)
            || (0x2060..=0x206f).contains(&c)
            || c == 0xfeff
    };
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c })
        .filter(|c| !odd(c))
        .collect();
    let words = plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words,
    }
}

/// To the minute: `2026-01-31 10:00 UTC`.
pub(super) fn time(at: &str) -> String {
    match at.parse::<Timestamp>() {
        Ok(at) => {
            let text = at.to_string();
            format!("{} UTC", text.chars().take(16).collect::<String>().replace('T', " "))
        }
        Err(_) => line(at, 40),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_become_one_bounded_line() {
        assert_eq!(line("a\r\nBcc: b\u{2028}c\t d\u{0}e", 100), "a Bcc: b c d e");
        assert_eq!(line("ab\u{202e}cd\u{200b}", 100), "abcd");
        assert_eq!(line(&"ö".repeat(50), 10), format!("{}…", "ö".repeat(10)));
        assert_eq!(line(" \n ", 5), "");
    }

    #[test]
    fn times_are_told_to_the_minute() {
        assert_eq!(time("2026-01-31T10:02:03.456Z"), "2026-01-31 10:02 UTC");
        assert_eq!(time("soon"), "soon");
    }
}
