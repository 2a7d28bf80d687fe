//! How many resources a page holds (RFC 7644 §3.4.2.4).

/// The sizes of pages; settings of the service, shown in its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimits {
    /// When the request does not say.
    pub default: u32,
    /// At most.
    pub max: u32,
}

impl Default for PageLimits {
    /// 100 and 1000 (S-PAGE-06).
    fn default() -> Self {
        Self { default: 100, max: 1000 }
    }
}

impl PageLimits {
    /// The number of resources to give: negative is none (S-PAGE-02), too many is the most (S-PAGE-03).
    #[must_use]
    pub fn count(&self, asked: Option<i64>) -> u32 {
        match asked {
            None => self.default,
            Some(count) => u32::try_from(count.max(0)).unwrap_or(u32::MAX).min(self.max),
        }
    }

    /// The first resource to give, counted from 1; anything lower is 1 (S-PAGE-01).
    #[must_use]
    pub fn start_index(&self, asked: Option<i64>) -> u64 {
        u64::try_from(asked.unwrap_or(1)).unwrap_or(1).max(1)
    }
}
