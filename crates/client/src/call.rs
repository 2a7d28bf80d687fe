//! The operations of RFC 7644 §3 on single resources, as calls that can be awaited.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use hyper::Method;
use serde_json::Value;

use crate::failure::ScimFailure;
use crate::judge::{Expect, judge};
use crate::patch::Patch;
use crate::request::{Request, Safety};
use crate::response::Response;
use crate::send::Client;

/// An operation under way: refine it, then await it. Gives the answer when it is a good one, else why not.
#[derive(Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<'a> {
    client: &'a Client,
    request: Request,
    expect: Expect,
    also: Option<u16>,
}

impl Client {
    /// Creates a resource (RFC 7644 §3.3).
    pub fn create<'a>(&'a self, endpoint: &str, resource: &Value) -> Call<'a> {
        self.call(Request::new(Method::POST, endpoint).json(resource), Expect::Maybe)
    }

    /// Reads a resource (RFC 7644 §3.4.1).
    pub fn get<'a>(&'a self, endpoint: &str, id: &str) -> Call<'a> {
        self.call(Request::resource(Method::GET, endpoint, id), Expect::Object("a resource"))
    }

    /// Replaces a resource (RFC 7644 §3.5.1).
    pub fn replace<'a>(&'a self, endpoint: &str, id: &str, resource: &Value) -> Call<'a> {
        self.call(Request::resource(Method::PUT, endpoint, id).json(resource), Expect::Maybe)
    }

    /// Changes parts of a resource (RFC 7644 §3.5.2).
    pub fn patch<'a>(&'a self, endpoint: &str, id: &str, patch: &Patch) -> Call<'a> {
        self.patch_raw(endpoint, id, &patch.to_json())
    }

    /// Changes parts of a resource by a whole message of one's own, as a provider's dialect has it.
    pub fn patch_raw<'a>(&'a self, endpoint: &str, id: &str, message: &Value) -> Call<'a> {
        self.call(Request::resource(Method::PATCH, endpoint, id).json(message), Expect::Maybe)
    }

    /// Deletes a resource (RFC 7644 §3.6).
    pub fn delete<'a>(&'a self, endpoint: &str, id: &str) -> Call<'a> {
        // What a server says in the body of a 200 to a DELETE is its own affair, but a web page is not from SCIM.
        self.call(Request::resource(Method::DELETE, endpoint, id), Expect::Maybe)
    }

    /// Sends a bulk message (RFC 7644 §3.7).
    pub fn bulk<'a>(&'a self, message: &Value) -> Call<'a> {
        self.call(Request::new(Method::POST, "Bulk").json(message), Expect::Object("a bulk answer"))
    }

    /// Reads the service provider's configuration (RFC 7644 §4).
    pub fn service_provider_config(&self) -> Call<'_> {
        self.call(Request::new(Method::GET, "ServiceProviderConfig"), Expect::Object("a configuration"))
    }

    /// Reads the resource types (RFC 7644 §4).
    pub fn resource_types(&self) -> Call<'_> {
        self.call(Request::new(Method::GET, "ResourceTypes"), Expect::Maybe)
    }

    /// Reads the schemas (RFC 7644 §4).
    pub fn schemas(&self) -> Call<'_> {
        self.call(Request::new(Method::GET, "Schemas"), Expect::Maybe)
    }

    pub(crate) fn call(&self, request: Request, expect: Expect) -> Call<'_> {
        Call { client: self, request, expect, also: None }
    }
}

impl Call<'_> {
    /// Asks for these attributes only (RFC 7644 §3.9).
    pub fn attributes<S: AsRef<str>>(self, names: impl IntoIterator<Item = S>) -> Self {
        self.param("attributes", &joined(names))
    }

    /// Asks for all but these attributes (RFC 7644 §3.9).
    pub fn excluded_attributes<S: AsRef<str>>(self, names: impl IntoIterator<Item = S>) -> Self {
        self.param("excludedAttributes", &joined(names))
    }

    /// Only if the resource has this version (RFC 7644 §3.14): else 412.
    pub fn if_match(mut self, version: &str) -> Self {
        self.request = self.request.if_match(version);
        self
    }

    /// Only if the resource has another version than this: else 304, which then is a good answer.
    pub fn if_none_match(mut self, version: &str) -> Self {
        self.also = Some(304);
        self.header("if-none-match", version)
    }

    /// Takes 404 for a good answer: what is to be deleted is gone (S-CLI-09).
    pub const fn missing_ok(mut self) -> Self {
        self.also = Some(404);
        self
    }

    /// Says that doing it twice is doing it once, so that it may be tried again blindly.
    pub const fn idempotent(mut self) -> Self {
        self.request.safety = Safety::Idempotent;
        self
    }

    /// Sets a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Adds a query parameter.
    pub fn param(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.param(name, value);
        self
    }
}

/// A list of attribute names as one parameter.
pub(crate) fn joined<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    names.into_iter().map(|name| name.as_ref().to_owned()).collect::<Vec<_>>().join(",")
}

impl<'a> IntoFuture for Call<'a> {
    type Output = Result<Response, ScimFailure>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let response = self.client.send(self.request).await?;
            judge(response, self.expect, self.also)
        })
    }
}
