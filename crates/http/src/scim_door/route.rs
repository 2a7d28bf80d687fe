//! Which use case a path and method mean.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use scim::ScimError;
use service::{Answer, Context};

use super::{body, not_found, preference, query};
use crate::App;

/// A SCIM path after its mount.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// `/`: every resource type.
    Root,
    /// `/.search`.
    RootSearch,
    /// `/Users`, `/Groups`, or a custom endpoint.
    Endpoint(&'a str),
    /// `/Users/.search`.
    EndpointSearch(&'a str),
    /// `/Users/{id}`.
    Resource(&'a str, &'a str),
    /// `/Bulk`.
    Bulk,
    /// `/Me`.
    Me,
    /// `/ServiceProviderConfig`.
    ServiceProviderConfig,
    /// `/Schemas`.
    Schemas,
    /// `/Schemas/{urn}`.
    Schema(&'a str),
    /// `/ResourceTypes`.
    ResourceTypes,
    /// `/ResourceTypes/{name}`.
    ResourceType(&'a str),
    /// `/Schemas/.search` and the like.
    DiscoverySearch,
    /// Too deep: nothing is there.
    Unknown,
}

impl<'a> Route<'a> {
    /// Reads the segments after the mount. Names of fixed endpoints match in any case (`/schemas`, entra.md §5.3).
    pub(super) fn of(segments: &'a [Cow<'_, str>]) -> Self {
        let is = |segment: &str, name: &str| segment.eq_ignore_ascii_case(name);
        match segments {
            [] => Self::Root,
            [only] => match only.as_ref() {
                s if is(s, ".search") => Self::RootSearch,
                s if is(s, "Bulk") => Self::Bulk,
                s if is(s, "Me") => Self::Me,
                s if is(s, "ServiceProviderConfig") || is(s, "ServiceProviderConfigs") => {
                    Self::ServiceProviderConfig
                }
                s if is(s, "Schemas") => Self::Schemas,
                s if is(s, "ResourceTypes") => Self::ResourceTypes,
                s => Self::Endpoint(s),
            },
            [first, second] => match (first.as_ref(), second.as_ref()) {
                (f, s) if is(s, ".search") => {
                    if is(f, "Schemas") || is(f, "ResourceTypes") || is(f, "ServiceProviderConfig") {
                        Self::DiscoverySearch
                    } else {
                        Self::EndpointSearch(f)
                    }
                }
                (f, s) if is(f, "Schemas") => Self::Schema(s),
                (f, s) if is(f, "ResourceTypes") => Self::ResourceType(s),
                (f, _) if is(f, "Bulk") || is(f, "Me") || is(f, "ServiceProviderConfig") => Self::Unknown,
                (f, s) => Self::Resource(f, s),
            },
            _ => Self::Unknown,
        }
    }

    /// Whether an endpoint stands where an id belongs: no id is like that.
    fn is_doubled(&self) -> bool {
        let (Self::Resource(_, id) | Self::Schema(id) | Self::ResourceType(id)) = self else { return false };
        ["Users", "Groups"].iter().any(|name| id.eq_ignore_ascii_case(name))
    }

    /// Whether anybody may read it (S-DISC-06).
    pub(super) fn is_discovery(&self) -> bool {
        matches!(
            self,
            Self::ServiceProviderConfig
                | Self::Schemas
                | Self::Schema(_)
                | Self::ResourceTypes
                | Self::ResourceType(_)
                | Self::DiscoverySearch
        )
    }

    /// Whether a 403 here is always about what the token may do.
    pub(super) fn depends_on_scope(&self) -> bool {
        matches!(self, Self::Endpoint(_) | Self::Resource(..))
    }

    /// The methods it knows, for `Allow`.
    pub(super) fn allow(&self) -> &'static str {
        match self {
            Self::Root => "GET, HEAD, OPTIONS",
            Self::RootSearch | Self::EndpointSearch(_) | Self::Bulk | Self::DiscoverySearch => {
                "POST, OPTIONS"
            }
            Self::Endpoint(_) => "GET, HEAD, POST, OPTIONS",
            Self::Resource(..) => "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
            Self::Me => "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
            Self::ServiceProviderConfig
            | Self::Schemas
            | Self::Schema(_)
            | Self::ResourceTypes
            | Self::ResourceType(_) => "GET, HEAD, OPTIONS",
            Self::Unknown => "OPTIONS",
        }
    }

    /// Whether the path knows the method.
    pub(super) fn allows(&self, method: &Method) -> bool {
        self.allow().split(", ").any(|m| m == method.as_str())
    }
}

/// Calls the use case.
pub(super) async fn run(
    app: &App,
    context: Option<&Context>,
    route: &Route<'_>,
    head: &Parts,
    incoming: &mut Body,
) -> Result<Answer, ScimError> {
    let service = &app.service;
    let uri_query = head.uri.query();
    if matches!(route, Route::Unknown) || route.is_doubled() {
        if let Some(cx) = context {
            service.strayed(cx, head.uri.path());
        }
        return Err(not_found());
    }
    if let (Some(cx), Route::Endpoint(name) | Route::EndpointSearch(name) | Route::Resource(name, _)) =
        (context, route)
    {
        service.check_endpoint(cx, name).inspect_err(|_| service.strayed(cx, head.uri.path()))?;
    }
    if !route.allows(&head.method) {
        let detail = format!("{} is not possible here; possible is: {}.", head.method, route.allow());
        return Err(ScimError::plain(405, detail));
    }
    if route.is_discovery() {
        if query::has_filter(uri_query) || matches!(route, Route::DiscoverySearch) {
            return Err(ScimError::plain(
                403,
                "Discovery endpoints cannot be filtered. Read the whole list.",
            ));
        }
        return match route {
            Route::ServiceProviderConfig => service.service_provider_config(context).await,
            Route::Schemas => service.schemas(context).await,
            Route::Schema(urn) => service.schema(context, urn).await,
            Route::ResourceTypes => service.resource_types(context).await,
            Route::ResourceType(name) => service.resource_type(context, name).await,
            _ => Err(not_found()),
        };
    }
    let Some(cx) = context else { return Err(not_found()) };
    // Nothing is read until somebody waits for it.
    let read_body = body::read(&head.headers, incoming, &service.config().limits, cx);
    let prefer = preference(&head.headers);
    let if_match = conditional(&head.headers, &header::IF_MATCH)?;
    match (route, head.method.as_str()) {
        (Route::Root, _) => service.query(cx, None, query::read(uri_query)?).await,
        (Route::Endpoint(name), "POST") => {
            let body = read_body.await?;
            service.create(cx, name, &body, &query::projected(uri_query)?, prefer).await
        }
        (Route::Endpoint(name), _) => service.query(cx, Some(name), query::read(uri_query)?).await,
        (Route::RootSearch, _) => service.search(cx, None, &read_body.await?).await,
        (Route::EndpointSearch(name), _) => service.search(cx, Some(name), &read_body.await?).await,
        (Route::Resource(name, id), "PUT") => {
            let body = read_body.await?;
            service
                .replace(cx, name, id, &body, &query::projected(uri_query)?, prefer, if_match.as_deref())
                .await
        }
        (Route::Resource(name, id), "PATCH") => {
            let body = read_body.await?;
            service
                .patch(cx, name, id, &body, &query::projected(uri_query)?, prefer, if_match.as_deref())
                .await
        }
        (Route::Resource(name, id), "DELETE") => service.delete(cx, name, id, if_match.as_deref()).await,
        (Route::Resource(name, id), _) => {
            let if_none_match = conditional(&head.headers, &header::IF_NONE_MATCH)?;
            service.get(cx, name, id, &query::projected(uri_query)?, if_none_match.as_deref()).await
        }
        (Route::Bulk, _) => service.bulk(cx, &read_body.await?, prefer).await,
        (Route::Me, method) => service.me(cx, method).await,
        _ => Err(not_found()),
    }
}

/// A conditional header; several lines are one list.
fn conditional(headers: &HeaderMap, name: &header::HeaderName) -> Result<Option<String>, ScimError> {
    let mut joined: Option<String> = None;
    for value in headers.get_all(name) {
        let text = value
            .to_str()
            .map_err(|_| ScimError::syntax(format!("The {name} header holds bytes that are not text.")))?;
        match &mut joined {
            Some(list) => {
                list.push_str(", ");
                list.push_str(text);
            }
            None => joined = Some(text.to_owned()),
        }
    }
    Ok(joined)
}
