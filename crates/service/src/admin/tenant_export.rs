//! Everything of a tenant, to hand over or to keep before it is deleted: one JSON object a line.

use serde_json::{Value, json};
use store::{
    Connection, EventFilter, Keyset, Kind, LogFilter, Paging, Query, ReadTx, Record, ResourceId, Source,
    State, Total, TypedFilter,
};

use crate::learners::document_of;
use crate::operator::still_there;
use crate::{Operator, Service, ServiceResult};

/// Things read at once.
const PAGE: u32 = 500;

/// How far an export is. Begins with [`ExportPlace::default`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportPlace(Part);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Part {
    /// The tenant with its connections, tokens (without anything that opens) and schemas.
    #[default]
    Settings,
    /// Resources of the kind at this place among the tenant's kinds.
    Resources(usize, Option<ResourceId>),
    /// Members of a group, and the next group.
    Members(Option<ResourceId>, ResourceId, Option<ResourceId>),
    /// Removed learners that can still be restored.
    Removed(Option<i64>),
    /// Events after a position.
    Events(i64),
    /// Log entries before a sequence.
    Log(Option<i64>),
}

impl Service {
    /// The next portion of an export, as lines, and how to go on. Each portion is a snapshot of its own: what changes
    /// meanwhile may be in it before or after.
    ///
    /// # Errors
    /// `NotFound` when the tenant was deleted meanwhile: what is read of it then would look like its end.
    pub async fn tenant_export(
        &self,
        op: &Operator,
        place: ExportPlace,
    ) -> ServiceResult<(String, Option<ExportPlace>)> {
        let mut read = self.store.read(&op.caller).await?;
        still_there(op, &mut *read).await?;
        let mut lines = Lines::default();
        let next = match place.0 {
            Part::Settings => settings(op, &mut *read, &mut lines).await?,
            Part::Resources(at, after) => self.resources(op, &mut *read, at, after, &mut lines).await?,
            Part::Members(group, id, after) => members(&mut *read, group, id, after, &mut lines).await?,
            Part::Removed(before) => removed(&mut *read, before, &mut lines).await?,
            Part::Events(after) => events(&mut *read, after, &mut lines).await?,
            Part::Log(before) => log(&mut *read, before, &mut lines).await?,
        };
        Ok((lines.0, next.map(ExportPlace)))
    }

    async fn resources(
        &self,
        op: &Operator,
        read: &mut dyn ReadTx,
        at: usize,
        after: Option<ResourceId>,
        lines: &mut Lines,
    ) -> ServiceResult<Option<Part>> {
        let Some((name, kind)) = op.tenant.kinds.get(at) else { return Ok(Some(Part::Removed(None))) };
        let Some(resource_type) = op.tenant.type_of(*kind).cloned() else {
            return Ok(Some(Part::Resources(at + 1, None)));
        };
        let query = Query {
            types: vec![TypedFilter { kind: *kind, resource_type, filter: None }],
            sort: None,
            // One group at a time, because its members follow it.
            paging: Paging::Keyset {
                from: after.map(|id| Keyset { sort: None, id }),
                backwards: false,
                count: if *kind == Kind::GROUP { 1 } else { PAGE },
            },
            total: Total::IfCheap,
            connection: op.connection.id,
            deadline: self.config.limits.scan,
        };
        let page = read.query(&query).await?;
        let connections = read.connections().await?;
        for record in &page.records {
            lines.add("resource", &resource(name, record, &connections)?);
        }
        let next = page.next.map(|next| next.id);
        if *kind == Kind::GROUP
            && let Some(group) = page.records.first()
        {
            return Ok(Some(Part::Members(next, group.id, None)));
        }
        Ok(Some(next.map_or(Part::Resources(at + 1, None), |id| Part::Resources(at, Some(id)))))
    }
}

/// Lines of JSON.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, what: &str, value: &Value) {
        self.0.push_str(&json!({what: value}).to_string());
        self.0.push('\n');
    }
}

async fn settings(op: &Operator, read: &mut dyn ReadTx, lines: &mut Lines) -> ServiceResult<Option<Part>> {
    let tenant = read.tenant().await?.unwrap_or_else(|| op.tenant.tenant.clone());
    lines.add(
        "tenant",
        &json!({
            "name": tenant.name,
            "displayName": tenant.display_name,
            "created": tenant.created.to_string(),
            "settings": tenant.settings,
        }),
    );
    let connections = read.connections().await?;
    for connection in &connections {
        // The connection's own form, without the storage's numbers.
        let mut value = serde_json::to_value(connection).unwrap_or_default();
        if let Some(map) = value.as_object_mut() {
            map.remove("id");
            map.remove("tenant");
        }
        lines.add("connection", &value);
    }
    for token in read.tokens().await? {
        lines.add(
            "token",
            &json!({
                "id": token.id,
                "name": token.name,
                "connection": name_of(&connections, Some(token.connection)),
                "created": token.created.to_string(),
                "revoked": token.revoked.map(|at| at.to_string()),
            }),
        );
    }
    for doc in read.schemas().await? {
        lines.add("schema", &json!({"name": doc.name, "body": doc.body}));
    }
    Ok(Some(Part::Resources(0, None)))
}

async fn members(
    read: &mut dyn ReadTx,
    next_group: Option<ResourceId>,
    group: ResourceId,
    after: Option<ResourceId>,
    lines: &mut Lines,
) -> ServiceResult<Option<Part>> {
    let page = read.members(group, after, PAGE).await?;
    for member in &page {
        lines.add("membership", &json!({"group": group.to_string(), "member": member.id.to_string()}));
    }
    if page.len() == PAGE as usize {
        return Ok(Some(Part::Members(next_group, group, page.last().map(|m| m.id))));
    }
    // The keyset begins after the group just done; without a next one its kind is over.
    Ok(Some(match next_group {
        Some(id) => Part::Resources(GROUPS, Some(id)),
        None => Part::Resources(GROUPS + 1, None),
    }))
}

/// Place of groups among the kinds of any tenant: after users, before its own.
const GROUPS: usize = 1;

async fn removed(
    read: &mut dyn ReadTx,
    before: Option<i64>,
    lines: &mut Lines,
) -> ServiceResult<Option<Part>> {
    let before = before.map(base::Timestamp::from_micros);
    let page = read.tombstones(Kind::USER, before, PAGE).await?;
    let connections = read.connections().await?;
    for tombstone in &page {
        if let Some(record) = &tombstone.record {
            let mut value = resource("User", record, &connections)?;
            value["removed"] = json!(tombstone.removed.to_string());
            lines.add("removed", &value);
        }
    }
    Ok(Some(match page.last() {
        Some(last) if page.len() == PAGE as usize => Part::Removed(Some(last.removed.as_micros())),
        _ => Part::Events(0),
    }))
}

async fn events(read: &mut dyn ReadTx, after: i64, lines: &mut Lines) -> ServiceResult<Option<Part>> {
    let page = read.events(after, &EventFilter::default(), PAGE).await?;
    for event in &page {
        let own = &event.event;
        let data: Value = serde_json::from_str(&own.data).unwrap_or_default();
        lines.add(
            "event",
            &json!({
                "position": event.position,
                "id": own.id.to_string(),
                "type": own.kind.as_str(),
                "at": own.at.to_string(),
                "subject": own.subject.map(|(_, id)| id.to_string()),
                "object": own.object.map(|(_, id)| id.to_string()),
                "data": data,
            }),
        );
    }
    Ok(Some(match page.last() {
        Some(last) => Part::Events(last.position),
        None => Part::Log(None),
    }))
}

async fn log(read: &mut dyn ReadTx, before: Option<i64>, lines: &mut Lines) -> ServiceResult<Option<Part>> {
    let page = read.log(&LogFilter { before, ..LogFilter::default() }, PAGE).await?;
    for entry in &page {
        let own = &entry.entry;
        lines.add(
            "log",
            &json!({
                "sequence": entry.sequence,
                "at": own.at.to_string(),
                "action": own.action,
                "outcome": own.outcome,
                "status": own.status,
                "subject": own.subject.map(|(_, id)| id.to_string()),
                "label": own.label,
                "paths": own.paths,
                "code": own.code,
                "detail": own.detail,
                "times": entry.times,
            }),
        );
    }
    Ok(page.last().map(|last| Part::Log(Some(last.sequence))))
}

fn resource(resource_type: &str, record: &Record, connections: &[Connection]) -> ServiceResult<Value> {
    let document = document_of(record)?;
    let external: serde_json::Map<String, Value> = record
        .external_ids
        .iter()
        .filter_map(|(connection, id)| Some((name_of(connections, Some(*connection))?, json!(id))))
        .collect();
    Ok(json!({
        "type": resource_type,
        "id": record.id.to_string(),
        "version": record.version,
        "created": record.created.to_string(),
        "modified": record.modified.to_string(),
        "active": record.state == State::Active,
        "source": match record.source {
            Source::Scim => "scim",
            Source::Csv => "csv",
            Source::Api => "api",
            Source::Console => "console",
        },
        "managedBy": name_of(connections, record.managed_by),
        "externalIds": external,
        "resource": document.as_map(),
    }))
}

fn name_of(connections: &[Connection], id: Option<store::ConnectionId>) -> Option<String> {
    connections.iter().find(|c| Some(c.id) == id).map(|c| c.name.clone())
}
