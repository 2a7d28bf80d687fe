//! From a stored record to what the client sees.

use scim::json::{write_key, write_str};
use scim::projection::{Envelope, Projection, View, render, render_stored, stored_manager};
use scim::schema::ENTERPRISE_USER;
use scim::{Document, ResourceType, ScimError};
use serde_json::{Map, Value};
use store::{Kind, ReadTx, Record, ResourceId, StoreError};

use super::supplied::Supplied;
use super::{Attempt, Target, conditions};
use crate::{Answer, Context, Projected, Service};

/// Members read at a time.
const MEMBERS_AT_ONCE: u32 = 1000;

/// How the resources of one type are shown to one caller.
#[derive(Debug)]
pub(crate) struct Showing<'a> {
    cx: &'a Context,
    target: &'a Target,
    view: View<'a>,
    /// Whether stored text can go out as it is.
    verbatim: bool,
    /// Whether the groups somebody is in are shown.
    groups: bool,
    manager: bool,
    members: bool,
}

impl<'a> Showing<'a> {
    pub(crate) fn new(cx: &'a Context, target: &'a Target, projection: &Projection) -> Self {
        let view = View::new(&target.rt, projection);
        Self {
            cx,
            target,
            verbatim: target.rt.is_plain() && view.is_default(),
            groups: target.kind == Kind::USER && cx.session.sees_groups() && view.wants(None, "groups"),
            manager: target.kind == Kind::USER && view.wants(Some(ENTERPRISE_USER), "manager"),
            members: target.kind == Kind::GROUP && view.wants(None, "members"),
            view,
        }
    }

    /// The same for a resource that is new, and so in no group yet.
    pub(crate) fn new_born(self) -> Self {
        Self { groups: false, ..self }
    }

    /// The same for the answer to a write that supplied these attributes (S-SCHEMA-06).
    pub(crate) fn supplied(mut self, supplied: &[Supplied]) -> Self {
        for (container, name) in supplied {
            self.view.supplied(container.as_deref(), name);
        }
        self.verbatim &= supplied.is_empty();
        self
    }

    /// Whether the answer can hold what does not count into the version (ruling 12).
    pub(crate) fn holds_computed(&self, record: &Record) -> bool {
        self.groups || self.members || (self.manager && stored_manager(&record.body).is_some())
    }
}

/// `attributes` and `excludedAttributes` of a request.
///
/// # Errors
/// 400, see [`Projection::parse`].
pub(crate) fn projection(cx: &Context, projected: &Projected) -> Result<Projection, ScimError> {
    Projection::parse(&projected.attributes, &projected.excluded, &cx.session.dialect)
}

/// What is computed for one resource.
#[derive(Debug, Default)]
struct Computed {
    /// Ready JSON members for the top level.
    top: String,
    /// Ready JSON members for the manager.
    manager: String,
}

impl Service {
    /// Address of a resource.
    pub(crate) fn location(&self, rt: &ResourceType, id: ResourceId) -> String {
        let base = &self.config.public_url;
        let mut out = String::with_capacity(base.len() + rt.endpoint.len() + 45);
        out.push_str(base);
        out.push_str("/scim_v2");
        out.push_str(&rt.endpoint);
        out.push('/');
        out.push_str(id.0.hyphenated().encode_lower(&mut [0; 36]));
        out
    }

    /// Appends the resource. `read` is only touched when something has to be computed.
    pub(crate) async fn render(
        &self,
        showing: &Showing<'_>,
        read: &mut dyn ReadTx,
        record: &Record,
        out: &mut String,
    ) -> Attempt<()> {
        let computed = self.compute(showing, read, record).await?;
        let rt = &showing.target.rt;
        let id = record.id.to_string();
        let version = conditions::tag(record.version);
        let location = self.location(rt, record.id);
        let envelope = Envelope {
            id: &id,
            external_id: record.external_id(showing.cx.session.connection.id),
            resource_type: &rt.name,
            created: record.created.as_micros(),
            modified: record.modified.as_micros(),
            version: &version,
            location: &location,
        };
        if showing.verbatim {
            render_stored(&record.body, &envelope, &computed.top, &computed.manager, out);
            return Ok(());
        }
        let document = document(record)?;
        let mut extra = members_of(&computed.top);
        if !computed.manager.is_empty() {
            let manager = Value::Object(members_of(&computed.manager));
            let container = Map::from_iter([("manager".to_owned(), manager)]);
            extra.insert(ENTERPRISE_USER.to_owned(), Value::Object(container));
        }
        out.push_str(&render(&showing.view, &document, &envelope, &extra));
        Ok(())
    }

    /// A whole answer with the resource in it. Opens a snapshot only if something has to be computed.
    pub(crate) async fn show(&self, showing: &Showing<'_>, record: &Record, status: u16) -> Attempt<Answer> {
        let mut read = self.store.read(&showing.cx.session.caller).await?;
        let mut out = String::with_capacity(record.body.len() + 512);
        self.render(showing, read.as_mut(), record, &mut out).await?;
        Ok(Answer {
            status,
            body: Some(out),
            etag: Some(conditions::tag(record.version)),
            location: Some(self.location(&showing.target.rt, record.id)),
        })
    }

    async fn compute(
        &self,
        showing: &Showing<'_>,
        read: &mut dyn ReadTx,
        record: &Record,
    ) -> Attempt<Computed> {
        let mut computed = Computed::default();
        if showing.groups {
            self.groups(showing, read, record.id, &mut computed.top).await?;
        }
        if showing.members {
            self.members(showing, read, record.id, &mut computed.top).await?;
        }
        if showing.manager
            && let Some(manager) = stored_manager(&record.body)
            && let Ok(id) = manager.parse::<ResourceId>()
        {
            let out = &mut computed.manager;
            write_key(out, "$ref");
            write_str(out, &self.location(&showing.target.rt, id));
            if let Some(Some((_, display))) = read.describe(&[id]).await?.into_iter().next()
                && !display.is_empty()
            {
                out.push(',');
                write_key(out, "displayName");
                write_str(out, &display);
            }
        }
        Ok(computed)
    }

    /// `"groups":[…]`, or nothing.
    async fn groups(
        &self,
        showing: &Showing<'_>,
        read: &mut dyn ReadTx,
        id: ResourceId,
        out: &mut String,
    ) -> Attempt<()> {
        let groups = read.groups_of(id, true).await?;
        let Some(rt) = showing.cx.session.tenant.type_of(Kind::GROUP) else { return Ok(()) };
        let mut open = "\"groups\":[";
        for group in &groups {
            out.push_str(open);
            open = ",";
            self.reference(
                rt,
                group.id,
                &group.display,
                if group.direct { "direct" } else { "indirect" },
                out,
            );
        }
        if !groups.is_empty() {
            out.push(']');
        }
        Ok(())
    }

    /// `"members":[…]`, or nothing.
    async fn members(
        &self,
        showing: &Showing<'_>,
        read: &mut dyn ReadTx,
        id: ResourceId,
        out: &mut String,
    ) -> Attempt<()> {
        let tenant = &showing.cx.session.tenant;
        let mut open = "\"members\":[";
        let mut after = None;
        loop {
            let page = read.members(id, after, MEMBERS_AT_ONCE).await?;
            for member in &page {
                let Some(rt) = tenant.type_of(member.kind) else { continue };
                out.push_str(open);
                open = ",";
                self.reference(rt, member.id, &member.display, &rt.name, out);
            }
            after = page.last().map(|m| m.id);
            if page.len() < MEMBERS_AT_ONCE as usize {
                break;
            }
        }
        if open == "," {
            out.push(']');
        }
        Ok(())
    }

    /// One element of `groups` or `members`.
    fn reference(&self, rt: &ResourceType, id: ResourceId, display: &str, kind: &str, out: &mut String) {
        out.push('{');
        write_key(out, "value");
        write_str(out, &id.to_string());
        out.push(',');
        write_key(out, "$ref");
        write_str(out, &self.location(rt, id));
        out.push(',');
        write_key(out, "type");
        write_str(out, kind);
        if !display.is_empty() {
            out.push(',');
            write_key(out, "display");
            write_str(out, display);
        }
        out.push('}');
    }
}

/// The document of a record, without `externalId`.
pub(crate) fn document(record: &Record) -> Result<Document, StoreError> {
    Document::from_json(&record.body).map_err(|error| StoreError::Inconsistent {
        table: "resource",
        column: "body",
        detail: format!("{}: {error}", record.id),
    })
}

/// Reads ready members back.
fn members_of(members: &str) -> Map<String, Value> {
    // Written by this file a moment ago.
    serde_json::from_str(&format!("{{{members}}}")).unwrap_or_default()
}
