//! `GET /users` and `GET /groups`: what a script needs to find whom it assigns.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::odata::{Case, Filter};
use super::{Face, GraphFault};
use crate::model::{Kind, SourceObject, Value};
use crate::source::{Record, Source};

/// Objects of one answer at most, as in Graph.
const MOST: usize = 999;

/// What may be asked of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// `$filter`.
    pub filter: Option<String>,
    /// `$top`.
    pub top: Option<usize>,
}

/// Properties that can be filtered on.
const PROPERTIES: [&str; 6] =
    ["id", "displayName", "userPrincipalName", "mail", "mailNickname", "securityEnabled"];

impl Face {
    /// `GET /users` or `GET /groups`.
    ///
    /// # Errors
    /// 400 for a filter that is not understood; 500 when the source cannot be read.
    pub async fn objects(&self, kind: Kind, query: &ListQuery) -> Result<Json, GraphFault> {
        let filter = Filter::parse(query.filter.as_deref(), &PROPERTIES, Case::Folded)?;
        let most = query.top.unwrap_or(100).clamp(1, MOST);
        let found = self.seek(kind, most, move |object| filter.matches(&shown(object)));
        let set = if kind == Kind::User { "users" } else { "groups" };
        Ok(json!({"@odata.context": format!("https://graph.microsoft.com/v1.0/$metadata#{set}"),
            "value": found.await?}))
    }

    /// `GET /users/{id or userPrincipalName}` or `GET /groups/{id}`.
    ///
    /// # Errors
    /// 404; 500 when the source cannot be read.
    pub async fn object(&self, kind: Kind, id: &str) -> Result<Json, GraphFault> {
        let wanted = id.to_owned();
        let found = self.seek(kind, 1, move |object| {
            let name = object.attributes.get("userPrincipalName").and_then(Value::as_text);
            object.id.eq_ignore_ascii_case(&wanted)
                || (kind == Kind::User && name.is_some_and(|name| name.eq_ignore_ascii_case(&wanted)))
        });
        found.await?.pop().ok_or_else(|| GraphFault::not_found(kind.name(), id))
    }

    /// The first objects that will do, in the source's order.
    async fn seek(
        &self,
        kind: Kind,
        most: usize,
        mut wanted: impl FnMut(&SourceObject) -> bool + Send + 'static,
    ) -> Result<Vec<Json>, GraphFault> {
        let source = Arc::clone(&self.options.source);
        let read = tokio::task::spawn_blocking(move || {
            let mut found = Vec::new();
            let read = Source::read(source.as_ref(), &mut |record| {
                if let Record::Object(object, _) = record
                    && object.kind == kind
                    && !object.soft_deleted
                    && wanted(&object)
                {
                    found.push(shown(&object));
                }
                if found.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            read.map(|()| found)
        });
        let found = read.await.map_err(|e| GraphFault::broken(e.to_string()))?;
        found.map_err(|fault| GraphFault::broken(format!("the directory cannot be read: {fault}")))
    }
}

/// An object as Graph shows it, no more of it than a script needs.
fn shown(object: &SourceObject) -> Json {
    let text = |name: &str| object.attributes.get(name).map_or(Json::Null, Value::to_json);
    match object.kind {
        Kind::User => json!({"id": object.id, "displayName": text("displayName"),
            "userPrincipalName": text("userPrincipalName"), "mail": text("mail"),
            "mailNickname": text("mailNickname"), "accountEnabled": object.enabled}),
        Kind::Group => json!({"id": object.id, "displayName": text("displayName"), "mail": text("mail"),
            "mailNickname": text("mailNickname"), "securityEnabled": true}),
    }
}
