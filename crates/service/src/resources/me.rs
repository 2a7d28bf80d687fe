//! `/Me` (RFC 7644 §3.11).

use scim::ScimError;
use store::Action;

use super::{Attempt, Explanation, Failure, Note};
use crate::{Answer, Context, Service};

impl Service {
    /// Tells that a connection's token stands for no resource of its own.
    ///
    /// # Errors
    /// Always: 403 for POST, since nobody registers here by themselves, else 404.
    pub async fn me(&self, cx: &Context, method: &str) -> Result<Answer, ScimError> {
        let (name, error) = if method.eq_ignore_ascii_case("POST") {
            ("POST", ScimError::plain(403, "Nobody can register at /Me. Create users at /Users."))
        } else {
            (
                "GET",
                ScimError::plain(
                    404,
                    "This token belongs to a connection and stands for no user. Use /Users.",
                ),
            )
        };
        let note = Note::new(cx, Action::Read, name, "Me", "");
        let result: Attempt<Answer> = Err(Failure::because(Explanation::Unsupported, error));
        self.finish(&note, result).await
    }
}
