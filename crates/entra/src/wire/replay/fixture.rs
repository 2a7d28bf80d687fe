//! The form of a fixture.

use std::collections::BTreeMap;

use client::{Client, ClientBuilder, QueryEncoding, RetryPolicy, SearchFallback};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::wire::Dialect;

/// A client's requests, and what must come of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Fixture {
    /// Whose they are: a dialect's name.
    pub client: String,
    /// The place in the fact sheet.
    pub clause: String,
    /// What it is, in a sentence.
    pub about: String,
    /// `form` or `percent`.
    encoding: String,
    content_type: String,
    user_agent: Option<String>,
    headers: BTreeMap<String, String>,
    /// Bodies that several tests use: `{"$use": "name", …}`.
    pub(super) values: BTreeMap<String, Json>,
    /// The tests, each independent of the others.
    pub tests: Vec<Test>,
}

/// One test.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Test {
    /// Its short name.
    pub id: String,
    /// What it tests.
    pub name: String,
    /// How well it is known: `doc`, `cap`, `2nd` or `unverified`.
    pub grade: String,
    /// Whether it counts to the score; previews do not.
    #[serde(default = "yes")]
    pub counts: bool,
    /// Whether a service may do without it.
    #[serde(default)]
    pub optional: bool,
    /// Who sends it, in the gallery's harness: `job` or `harness`.
    pub by: Option<String>,
    /// What is done, in turn.
    pub steps: Vec<Step>,
}

/// One request and its answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Step {
    /// Method and path, with the query not yet encoded: `GET /Users?filter=…`. Absent in a sign-in.
    pub send: Option<String>,
    /// The body.
    pub body: Option<Json>,
    /// Sent without a token.
    #[serde(default)]
    pub anonymous: bool,
    /// What must come of it.
    #[serde(default)]
    pub expect: Expect,
    /// Members of the answer to keep under a name.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
    /// A new token is asked for.
    pub sign_in: Option<SignInRule>,
}

/// How long a token must live.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInRule {
    /// At least and at most, in minutes.
    pub minutes: [u64; 2],
}

/// The pass rule. A rule on a resource speaks of the list's first where the answer is a list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Expect {
    /// One of these.
    #[serde(default)]
    pub status: Vec<u16>,
    /// `totalResults`.
    pub total: Option<u64>,
    /// `startIndex`.
    pub start_index: Option<u64>,
    /// So many in `Resources`.
    pub resources: Option<usize>,
    /// It is a ListResponse with whole numbers for `totalResults`, `startIndex` and `itemsPerPage`.
    #[serde(default)]
    pub listed: bool,
    /// It is a SCIM error with `status` and `detail`.
    #[serde(default)]
    pub error: bool,
    /// The resource has at least this, text and case as sent; truth values also as text.
    pub has: Option<Json>,
    /// The resource has at least this, in exactly these types.
    pub exactly: Option<Json>,
    /// The resource's lists hold none of these elements.
    pub lacks: Option<Json>,
    /// The resource's lists have so many elements.
    pub count: Option<BTreeMap<String, usize>>,
    /// The resource has no such key at all.
    #[serde(default)]
    pub absent: Vec<String>,
    /// The resource has no value there: no key, null, nothing in it.
    #[serde(default)]
    pub nothing: Vec<String>,
    /// `/Schemas` describes these attributes of these schemas.
    pub schemas: Option<BTreeMap<String, Vec<String>>>,
}

const fn yes() -> bool {
    true
}

/// A text that is no fixture.
#[derive(Debug, thiserror::Error)]
pub enum FixtureFault {
    /// It does not read.
    #[error("the fixture cannot be read: {0}")]
    Form(#[from] serde_json::Error),
    /// A dialect without one: its requests are made by [`crate::wire::Wire`] and pinned by snapshots.
    #[error("{0} has no fixture: its requests are made by the engine itself")]
    None(Dialect),
}

impl Fixture {
    /// A dialect's fixture.
    ///
    /// # Errors
    /// When it has none.
    pub fn of(dialect: Dialect) -> Result<Self, FixtureFault> {
        Self::read(match dialect {
            Dialect::EntraValidator => include_str!("../../../fixtures/entra-validator.json"),
            Dialect::EntraGallery => include_str!("../../../fixtures/entra-gallery.json"),
            Dialect::EntraLegacyCustomappsso => {
                include_str!("../../../fixtures/entra-legacy-customappsso.json")
            }
            Dialect::OktaAiw => include_str!("../../../fixtures/okta-aiw.json"),
            Dialect::OktaOin => include_str!("../../../fixtures/okta-oin.json"),
            Dialect::JumpCloud => include_str!("../../../fixtures/jumpcloud.json"),
            Dialect::Google => include_str!("../../../fixtures/google.json"),
            Dialect::EntraDefault | Dialect::Entra2020 => return Err(FixtureFault::None(dialect)),
        })
    }

    /// Reads one.
    ///
    /// # Errors
    /// When it is not of the form.
    pub fn read(text: &str) -> Result<Self, FixtureFault> {
        Ok(serde_json::from_str(text)?)
    }

    /// Begins setting up a client that sends as this one does.
    #[must_use]
    pub fn client(&self, tenant_url: &str) -> ClientBuilder {
        let builder = Client::builder(tenant_url)
            .user_agent(self.user_agent.as_deref())
            .content_type(&self.content_type)
            .query_encoding(match self.encoding.as_str() {
                "form" => QueryEncoding::Form,
                _ => QueryEncoding::Percent,
            })
            .search_fallback(SearchFallback::Never)
            .retries(RetryPolicy::none());
        self.headers.iter().fold(builder, |builder, (name, value)| builder.header(name, value))
    }

    /// A body with its `$use` resolved: the named value, with the other members put over it.
    pub(super) fn resolved(&self, body: &Json) -> Result<Json, String> {
        let Json::Object(parts) = body else { return Ok(body.clone()) };
        let Some(name) = parts.get("$use") else { return Ok(body.clone()) };
        let name = name.as_str().unwrap_or_default();
        let value = self.values.get(name).ok_or_else(|| format!("the fixture has no value `{name}`"))?;
        let mut whole = value.as_object().cloned().unwrap_or_else(Map::new);
        whole.extend(parts.iter().filter(|(key, _)| *key != "$use").map(|(k, v)| (k.clone(), v.clone())));
        Ok(Json::Object(whole))
    }
}
