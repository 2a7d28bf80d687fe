//! What was just done, told by the page that is shown next. The address holds only a code of this list, so that nobody can
//! put words into our pages by sending an address.

use console::look::Notice;

use super::desk::Desk;
use super::reply::{Reply, Turn};

const DONE: &[(&str, &str)] = &[
    ("token-revoked", "The token is revoked: it is refused from now on."),
    ("link-revoked", "The setup link is revoked: it shows nothing any more."),
    ("approved", "The held changes were approved. They are on their way to the app."),
    ("nothing-held", "Nothing was held any more."),
    ("settings", "The settings are saved. They hold for the next request."),
    ("paused", "The connection is paused. Its reads go on; writes are put off until it is resumed."),
    ("resumed", "The connection goes on. The provider repeats what was put off."),
    ("restored", "The learner is back, under the same id."),
    ("deactivated", "The learner is inactive."),
    ("reactivated", "The learner is active again."),
    ("removed", "The learner is removed, and can be restored for a while."),
    ("schema-added", "The schema is added. It is advertised from now on."),
    ("schema-dropped", "It is dropped."),
    ("import-started", "The import is under way."),
    ("webhook-enabled", "The webhook is enabled. It is told at once of what it missed."),
    ("webhook-disabled", "The webhook is disabled. What happens meanwhile waits in the feed."),
    ("webhook-removed", "The webhook is removed. Nothing is sent there any more."),
    ("leftovers", "The policy is saved."),
    ("protected", "The learner is protected: provisioning neither locks out nor removes them."),
    ("unprotected", "The learner is not protected any more."),
    ("intake", "What is taken in is saved. It holds for the next request."),
    ("tenant-created", "The tenant is created. Send its administrator a setup link."),
];

impl Desk {
    /// What the address says was done.
    pub(super) fn done(&self) -> Option<Notice> {
        let code = self.query.get("done")?;
        DONE.iter().find(|(known, _)| *known == code).map(|(_, text)| Notice::done(*text))
    }

    /// Leads on to a page that tells what was done.
    pub(super) fn go(&self, href: &str, done: &str) -> Turn {
        Ok(Reply::Go(format!("{href}?done={done}")))
    }
}
