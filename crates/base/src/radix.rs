//! Digits: numbers written in the alphabets that handles, tokens and request ids use.

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`, so nothing is misread and few words arise.
pub(crate) const BASE32: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Digits and letters, in the order of their bytes.
pub(crate) const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The low `len * 5` bits of `value`, most significant digit first.
pub(crate) fn base32(mut value: u64, len: usize) -> String {
    let mut digits = vec![b'0'; len];
    for digit in digits.iter_mut().rev() {
        *digit = BASE32[(value % 32) as usize];
        value /= 32;
    }
    ascii(digits)
}

/// A 256-bit number as exactly 43 digits (62^43 > 2^256), leading zeros kept.
pub(crate) fn base62_256(bytes: &[u8; 32]) -> String {
    let mut number = *bytes;
    let mut digits = vec![b'0'; 43];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0u32;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = (value / 62) as u8;
            rest = value % 62;
        }
        *digit = BASE62[rest as usize];
    }
    ascii(digits)
}

/// `value` modulo 62^len as exactly `len` digits.
pub(crate) fn base62_u64(mut value: u64, len: usize) -> String {
    let mut digits = vec![b'0'; len];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(value % 62) as usize];
        value /= 62;
    }
    ascii(digits)
}

fn ascii(digits: Vec<u8>) -> String {
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers() {
        assert_eq!(base32(0, 4), "0000");
        assert_eq!(base32(32 * 32 + 31, 4), "010z");
        assert_eq!(base62_u64(61, 2), "0z");
        assert_eq!(base62_u64(62, 2), "10");
        assert_eq!(base62_256(&[0; 32]), "0".repeat(43));
        let mut sixty_two = [0; 32];
        sixty_two[31] = 62;
        assert_eq!(base62_256(&sixty_two), format!("{}10", "0".repeat(41)));
    }

    #[test]
    fn the_largest_number_fits_its_width() {
        // 2^256 - 1, divided back digit by digit.
        let text = base62_256(&[0xff; 32]);
        let mut number = [0u8; 33];
        for digit in text.bytes() {
            let mut carry = BASE62.iter().position(|d| *d == digit).unwrap() as u32;
            for byte in number.iter_mut().rev() {
                let value = u32::from(*byte) * 62 + carry;
                *byte = value as u8;
                carry = value >> 8;
            }
        }
        assert_eq!(number[0], 0);
        assert_eq!(number[1..], [0xff; 32]);
    }
}
