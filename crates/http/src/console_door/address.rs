//! Addresses of the page that is looked at, and of its neighbours.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use service::noun::ResourceId;

use super::desk::Desk;
use super::reply::Stop;
use crate::web::Fields;

/// Everything but what never means anything in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// An address with some of its query.
#[derive(Debug, Clone)]
pub(super) struct Here(String);

impl Here {
    /// The address.
    pub(super) fn text(&self) -> String {
        self.0.clone()
    }

    /// The address with one more value.
    pub(super) fn with(&self, name: &str, value: &str) -> String {
        let mark = if self.0.contains('?') { '&' } else { '?' };
        format!("{}{mark}{name}={}", self.0, utf8_percent_encode(value, QUERY))
    }
}

impl Desk {
    /// An address below the tenant.
    pub(super) fn tenant_href(&self, path: &str) -> String {
        format!("{}/console/tenants/{}{path}", self.base(), self.param("tenant"))
    }

    /// The address of this page with these values of its query, as far as there is something in them.
    pub(super) fn here(&self, names: &[&str]) -> Here {
        let mut here = Here(format!("{}{}", self.base(), self.path));
        for name in names {
            if let Some(value) = self.query.filled(name) {
                here = Here(here.with(name, value));
            }
        }
        here
    }

    /// Refuses an act whose form does not repeat the name of what it destroys.
    pub(super) fn confirmed(&self, name: &str) -> Result<(), Stop> {
        if self.form.filled(console::look::CONFIRM) == Some(name.trim()) {
            return Ok(());
        }
        Err(Stop::invalid("Nothing was done", &format!("Write “{name}” to confirm.")))
    }
}

/// `after`: where a page begins.
pub(super) fn after(query: &Fields) -> Result<Option<ResourceId>, Stop> {
    let text = query.filled("after");
    text.map(|text| {
        text.parse().map_err(|_| Stop::invalid("There is no such page", "Begin at the first one."))
    })
    .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_one_value() {
        let here = Here("/console/x".to_owned());
        assert_eq!(here.with("q", "a&b=<c> é"), "/console/x?q=a%26b%3D%3Cc%3E%20%C3%A9");
        assert_eq!(Here(here.with("q", "a")).with("after", "1"), "/console/x?q=a&after=1");
    }
}
