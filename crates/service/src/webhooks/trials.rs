//! How many test mails may be sent: whoever administers one tenant chooses the address, and must not fill a stranger's mailbox
//! through the operator's mail server.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use store::TenantId;

use crate::{Code, ServiceError, ServiceResult};

/// Test mails of one tenant within an hour, in this process.
const HOURLY: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

/// The valve in front of test mails.
pub(crate) struct Trials(DefaultKeyedRateLimiter<Option<TenantId>>);

impl Trials {
    pub(crate) fn new() -> Self {
        Self(RateLimiter::keyed(Quota::per_hour(HOURLY)))
    }

    /// One more.
    ///
    /// # Errors
    /// `Conflict` when there were too many.
    pub(super) fn admit(&self, tenant: Option<TenantId>) -> ServiceResult<()> {
        self.0.check_key(&tenant).map_err(|_| {
            ServiceError::new(Code::Conflict, format!("{HOURLY} test mails were sent within the hour"))
                .hint("wait a few minutes; `provost webhook show` tells what came of real ones")
        })
    }

    /// Forgets tenants that have not tried for a while.
    pub(crate) fn forget_old(&self) {
        self.0.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_sends_no_more_than_ten_test_mails_and_others_do_not_notice() {
        let trials = Trials::new();
        let admit = |tenant| trials.admit(Some(TenantId(tenant))).is_ok();
        assert!((0..10).all(|_| admit(1)));
        assert!(!admit(1) && admit(2));
    }
}
