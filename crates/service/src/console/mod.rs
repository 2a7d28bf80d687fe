//! Who may open the operators' console: a link that works once makes a session; a session is a secret that the browser
//! shows, and changes now and then.

mod login_link;
mod session;

pub use login_link::LoginLinkMade;
pub use session::{Visit, Visitor};

use std::time::Duration;

use base::{Entropy, random_bytes};

/// How long a link is good.
const LINK_LIFE: Duration = Duration::from_secs(10 * 60);
/// How long a session lasts without a request.
const IDLE: Duration = Duration::from_secs(2 * 3600);
/// How long a session lasts at most.
const LONGEST: Duration = Duration::from_secs(12 * 3600);
/// How long the same secret is shown.
const TURN: Duration = Duration::from_secs(15 * 60);
/// How long the secret before is still good, for requests that were under way.
const GRACE: Duration = Duration::from_secs(60);

/// A secret of 256 bits, as hexadecimal digits.
fn secret(entropy: &dyn Entropy) -> String {
    hex(&random_bytes::<32>(entropy))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether this can be such a secret: anything else need not be looked up.
fn is_secret(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use base::SeededEntropy;

    use super::*;

    #[test]
    fn secrets_are_known_by_their_form() {
        let entropy = SeededEntropy::new(1);
        let (one, other) = (secret(&entropy), secret(&entropy));
        assert!(is_secret(&one) && is_secret(&other));
        assert_ne!(one, other);
        for bad in ["", "abc", &one[1..], &one.to_uppercase().replace('0', "A"), "é"] {
            assert!(!is_secret(bad), "{bad}");
        }
    }
}
