//! Who asks: a caller with a token, or without.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::{Reply, raw};

/// The name that requests are sent to: the one in the public URL of a test's server.
pub(crate) const HOST: &str = "scim.provost.example";

/// A caller. Paths are relative to `/scim_v2` unless they begin with `//`, which stands for the server's root.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) address: SocketAddr,
    /// The `Authorization` header's value, if it sends one.
    pub authorization: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
}

impl Caller {
    /// A caller at an address, with a bearer token or without.
    #[must_use]
    pub fn at(address: SocketAddr, token: Option<&str>) -> Self {
        Self { address, authorization: token.map(|token| format!("Bearer {token}")), headers: Vec::new() }
    }

    /// The same caller, sending a further header.
    #[must_use]
    pub fn header(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    /// The access token.
    ///
    /// # Panics
    /// When the caller has none.
    #[must_use]
    pub fn token(&self) -> &str {
        self.authorization.as_deref().and_then(|a| a.strip_prefix("Bearer ")).expect("a caller with a token")
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, None).await
    }

    /// GET with a query whose values are percent-encoded here.
    pub async fn query(&self, path: &str, parameters: &[(&str, &str)]) -> Reply {
        let query: Vec<String> = parameters.iter().map(|(n, v)| format!("{n}={}", encode(v))).collect();
        self.get(&format!("{path}?{}", query.join("&"))).await
    }

    /// GET with a filter.
    pub async fn filter(&self, path: &str, filter: &str) -> Reply {
        self.query(path, &[("filter", filter)]).await
    }

    /// POST.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, Some(&body.to_string())).await
    }

    /// PUT.
    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send("PUT", path, Some(&body.to_string())).await
    }

    /// PATCH with a whole body.
    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send("PATCH", path, Some(&body.to_string())).await
    }

    /// PATCH with operations, in the message's envelope.
    pub async fn patch_operations(&self, path: &str, operations: &[Value]) -> Reply {
        let body =
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
        self.patch(path, &body).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, None).await
    }

    /// Any method, with a body as it is.
    pub async fn send(&self, method: &str, path: &str, body: Option<&str>) -> Reply {
        self.send_bytes(method, path, body.map(str::as_bytes)).await
    }

    /// Any method, with a body of any bytes.
    pub async fn send_bytes(&self, method: &str, path: &str, body: Option<&[u8]>) -> Reply {
        let target = path.strip_prefix('/').filter(|p| p.starts_with('/'));
        let target = target.map_or_else(|| format!("/scim_v2{path}"), str::to_owned);
        let mut request = format!("{method} {target} HTTP/1.1\r\nconnection: close\r\n");
        if !self.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("host")) {
            request.push_str(&format!("host: {HOST}\r\n"));
        }
        if let Some(authorization) = &self.authorization {
            request.push_str(&format!("authorization: {authorization}\r\n"));
        }
        let has_type = self.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("content-type"));
        if body.is_some() && !has_type {
            request.push_str("content-type: application/scim+json\r\n");
        }
        for (name, value) in self.headers.iter().filter(|(_, v)| !v.is_empty()) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = body {
            request.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body.unwrap_or_default());
        raw(self.address, &bytes).await
    }

    /// Creates a user with this user name; gives its id.
    ///
    /// # Panics
    /// When that fails.
    pub async fn user(&self, user_name: &str) -> String {
        let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name});
        self.post("/Users", &body).await.expect(201).id().to_owned()
    }

    /// Creates a group with these members; gives its id.
    ///
    /// # Panics
    /// When that fails.
    pub async fn group(&self, display_name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
        let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": display_name,
            "members": members});
        self.post("/Groups", &body).await.expect(201).id().to_owned()
    }
}

/// Percent-encodes everything but unreserved characters.
fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
