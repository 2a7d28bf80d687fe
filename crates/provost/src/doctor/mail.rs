//! The mail server, as far as it can be looked at without sending anything.

use std::sync::Arc;

use base::SystemClock;
use delivery::MailCourier;

use super::Finding;
use crate::cli::Doctor;
use crate::mail;

const PART: &str = "mail";

/// Nothing when none is configured: not everybody wants notices by e-mail.
pub(super) async fn look(args: &Doctor) -> Option<Finding> {
    let server = match mail::server(&args.mail) {
        Ok(server) => server?,
        Err(failure) => {
            let todo = "put the settings in [mail] right, or take them out: without them no mail is sent";
            return Some(Finding::fault(PART, failure.message().to_owned(), todo));
        }
    };
    let place = format!("{}:{}", server.host, server.port);
    let signs_in = server.login.is_some();
    Some(match MailCourier::new(Arc::new(SystemClock), server).probe().await {
        Ok(kept) => {
            let signed = if signs_in { ", and takes user and password" } else { "" };
            Finding::good(PART, format!("{place} answers {kept}{signed}"))
        }
        Err(why) => {
            let todo = "check host, port, security (tls, starttls), user and password in [mail]; until then notices by e-mail wait";
            Finding::fault(PART, format!("{place}: {why}"), todo)
        }
    })
}
