//! What a server says of itself (RFC 7644 §4), fetched once (S-CLI-03).

use std::sync::Arc;

use serde_json::Value;

use crate::call::Call;
use crate::failure::ScimFailure;
use crate::lenient;
use crate::page::Page;
use crate::response::Response;
use crate::send::Client;

/// The three discovery documents. Any may be missing: many servers have none, or show them to nobody.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// `/ServiceProviderConfig`.
    pub service_provider_config: Option<Value>,
    /// `/ResourceTypes`; empty when the server does not say.
    pub resource_types: Vec<Value>,
    /// `/Schemas`; empty when the server does not say.
    pub schemas: Vec<Value>,
}

#[derive(Debug, Default)]
pub(crate) struct Cache {
    known: Option<Arc<Discovery>>,
    versions: [Option<String>; 3],
}

impl Discovery {
    /// Whether a feature (`patch`, `bulk`, `filter`, `sort`, `etag`, `changePassword`) is said to be supported; `None`
    /// when nothing is said.
    #[must_use]
    pub fn supports(&self, feature: &str) -> Option<bool> {
        lenient::boolean(self.setting(feature, "supported")?)
    }

    /// A number among a feature's settings, such as `bulk` / `maxOperations`.
    #[must_use]
    pub fn limit(&self, feature: &str, name: &str) -> Option<u64> {
        lenient::unsigned(self.setting(feature, name)?)
    }

    /// Whether pages by cursor are offered (RFC 9865 §4). Silence says nothing, and counts as no.
    #[must_use]
    pub fn pages_by_cursor(&self) -> bool {
        self.setting("pagination", "cursor").and_then(lenient::boolean).unwrap_or(false)
    }

    fn setting(&self, feature: &str, name: &str) -> Option<&Value> {
        lenient::get(lenient::get(self.service_provider_config.as_ref()?, feature)?, name)
    }
}

impl Client {
    /// What the server says of itself, asked for once and then remembered. Documents that it does not have, or does
    /// not show (403, 404, 501 and their like), are missing from it.
    ///
    /// # Errors
    /// When there is no answer, or the token is refused.
    pub async fn discovery(&self) -> Result<Arc<Discovery>, ScimFailure> {
        let mut cache = self.inner().discovery.lock().await;
        match &cache.known {
            Some(known) => Ok(Arc::clone(known)),
            None => self.fetch(&mut cache).await,
        }
    }

    /// Asks again, by version where the server gave one, so that what did not change is not sent again.
    ///
    /// # Errors
    /// As for [`Client::discovery`]; what was known stays known then.
    pub async fn refresh_discovery(&self) -> Result<Arc<Discovery>, ScimFailure> {
        let mut cache = self.inner().discovery.lock().await;
        self.fetch(&mut cache).await
    }

    async fn fetch(&self, cache: &mut Cache) -> Result<Arc<Discovery>, ScimFailure> {
        let old = cache.known.clone().unwrap_or_default();
        let mut versions = cache.versions.clone();
        let list = |response| Page::read(response).map_or_else(|_| Vec::new(), |page| page.resources);
        let new = Discovery {
            service_provider_config: match document(self.service_provider_config(), &mut versions[0]).await? {
                Document::New(response) => Some(response.into_json()),
                Document::Same => old.service_provider_config.clone(),
                Document::None => None,
            },
            resource_types: match document(self.resource_types(), &mut versions[1]).await? {
                Document::New(response) => list(*response),
                Document::Same => old.resource_types.clone(),
                Document::None => Vec::new(),
            },
            schemas: match document(self.schemas(), &mut versions[2]).await? {
                Document::New(response) => list(*response),
                Document::Same => old.schemas.clone(),
                Document::None => Vec::new(),
            },
        };
        let known = Arc::new(new);
        *cache = Cache { known: Some(Arc::clone(&known)), versions };
        Ok(known)
    }
}

enum Document {
    New(Box<Response>),
    Same,
    None,
}

async fn document(call: Call<'_>, version: &mut Option<String>) -> Result<Document, ScimFailure> {
    let call = match version {
        Some(version) => call.if_none_match(version),
        None => call,
    };
    match call.await {
        Ok(response) if response.status().as_u16() == 304 => Ok(Document::Same),
        Ok(response) => {
            *version = response.etag().map(str::to_owned);
            Ok(Document::New(Box::new(response)))
        }
        Err(failure)
            if failure.response().is_some() && failure.status().is_none_or(|s| s.as_u16() != 401) =>
        {
            *version = None;
            Ok(Document::None)
        }
        Err(failure) => Err(failure),
    }
}
