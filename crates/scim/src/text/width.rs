//! The width map of PRECIS (RFC 8265 §3.3.1): fullwidth and halfwidth forms become their ordinary characters.

/// U+FF61 to U+FF9F: halfwidth punctuation, katakana and the two voicing marks, in code point order.
const KATAKANA: [char; 63] = [
    '。', '「', '」', '、', '・', 'ヲ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ャ', 'ュ', 'ョ', 'ッ', 'ー', 'ア',
    'イ', 'ウ', 'エ', 'オ', 'カ', 'キ', 'ク', 'ケ', 'コ', 'サ', 'シ', 'ス', 'セ', 'ソ', 'タ', 'チ', 'ツ',
    'テ', 'ト', 'ナ', 'ニ', 'ヌ', 'ネ', 'ノ', 'ハ', 'ヒ', 'フ', 'ヘ', 'ホ', 'マ', 'ミ', 'ム', 'メ', 'モ',
    'ヤ', 'ユ', 'ヨ', 'ラ', 'リ', 'ル', 'レ', 'ロ', 'ワ', 'ン', '\u{3099}', '\u{309A}',
];

/// U+FFE0 to U+FFEE: fullwidth signs, then halfwidth box, arrows and shapes. U+FFE7 is unassigned.
const SIGNS: [char; 15] = ['¢', '£', '¬', '¯', '¦', '¥', '₩', '\u{FFE7}', '│', '←', '↑', '→', '↓', '■', '○'];

/// The ordinary form of a fullwidth or halfwidth character; any other character as it is.
pub(super) fn ordinary(c: char) -> char {
    let code = c as u32;
    // The first code point of each block, and the first of what it maps to.
    let shifted = |from: u32, to: u32| char::from_u32(code - from + to).unwrap_or(c);
    match code {
        0x3000 => ' ',
        0xFF01..=0xFF5E => shifted(0xFF01, 0x21),
        0xFF5F..=0xFF60 => shifted(0xFF5F, 0x2985),
        0xFF61..=0xFF9F => KATAKANA[(code - 0xFF61) as usize],
        // Hangul: the filler and the consonants, then the vowels in groups of six.
        0xFFA0 => '\u{3164}',
        0xFFA1..=0xFFBE => shifted(0xFFA1, 0x3131),
        0xFFC2..=0xFFC7 => shifted(0xFFC2, 0x314F),
        0xFFCA..=0xFFCF => shifted(0xFFCA, 0x3155),
        0xFFD2..=0xFFD7 => shifted(0xFFD2, 0x315B),
        0xFFDA..=0xFFDC => shifted(0xFFDA, 0x3161),
        0xFFE0..=0xFFEE => SIGNS[(code - 0xFFE0) as usize],
        _ => c,
    }
}
