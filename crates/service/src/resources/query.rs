//! `GET /Users?filter=…`, `GET /` and `POST …/.search` (RFC 7644 §3.4.2, §3.4.3).

mod shape;

use std::sync::Arc;

use scim::ScimError;
use scim::message::{ListWriter, Page, PageLimits, SearchRequest};
use scim::projection::Projection;
use store::{Action, Keyset, Kind, Paging, Query, QueryPage, ReadTx, Total, TypedFilter};

use self::shape::{Asked, asked};
use super::render::Showing;
use super::{Attempt, Note, Sent, Target, hidden, target, visible};
use crate::cursor::{Walk, whose};
use crate::{Answer, Context, QueryParams, Service};

/// What was looked for, as the log keeps it: a filter on passwords holds one, and the log holds none.
fn looked_for(filter: Option<&str>) -> String {
    match filter {
        Some(filter) if filter.to_ascii_lowercase().contains("password") => "a filter on password".to_owned(),
        Some(filter) => filter.to_owned(),
        None => String::new(),
    }
}

impl Service {
    /// Lists resources: of one type, or with no endpoint, of every type there is.
    ///
    /// # Errors
    /// 400 for a filter, order, page or cursor that cannot be; `tooMany` for a filter that takes too long.
    pub async fn query(
        self: &Arc<Self>,
        cx: &Context,
        endpoint: Option<&str>,
        params: QueryParams,
    ) -> Result<Answer, ScimError> {
        let mut note = Note::new(cx, Action::Read, "GET", endpoint.unwrap_or_default(), "");
        note.label = looked_for(params.filter.as_deref());
        let result = match request(params) {
            Ok(request) => self.list(&note, endpoint, &request).await,
            Err(error) => Err(error.into()),
        };
        self.finish(&note, result).await
    }

    /// The same, asked in a body (S-SEARCH-01).
    ///
    /// # Errors
    /// As [`Service::query`], and 400 for a body that is no SearchRequest.
    pub async fn search(
        self: &Arc<Self>,
        cx: &Context,
        endpoint: Option<&str>,
        body: &[u8],
    ) -> Result<Answer, ScimError> {
        let mut note = Note::new(cx, Action::Read, "POST", endpoint.unwrap_or_default(), ".search");
        let read = || -> scim::Result<_> {
            // An empty body asks for everything (S-SEARCH-03).
            let empty = body.iter().all(u8::is_ascii_whitespace);
            let body = if empty { serde_json::Value::Null } else { Sent::Bytes(body).read()? };
            SearchRequest::from_body(body, &cx.session.dialect)
        };
        let result = match read() {
            Ok(request) => {
                note.label = looked_for(request.filter.as_deref());
                self.list(&note, endpoint, &request).await
            }
            Err(error) => Err(error.into()),
        };
        self.finish(&note, result).await
    }

    async fn list(
        self: &Arc<Self>,
        note: &Note<'_>,
        endpoint: Option<&str>,
        request: &SearchRequest,
    ) -> Attempt<Answer> {
        let cx = note.cx;
        let types = types(cx, endpoint, request)?;
        if endpoint.is_some_and(|name| name.eq_ignore_ascii_case("Groups")) {
            self.groups_asked(cx);
        }
        let dialect = &cx.session.dialect;
        let projection = Projection::parse(&request.attributes, &request.excluded_attributes, dialect)?;
        let limits =
            PageLimits { default: self.config.limits.default_page, max: self.config.limits.max_page };
        let asked = asked(cx, types, endpoint.is_none(), request, &limits)?;
        let showings: Vec<_> = asked.types.iter().map(|(t, _)| Showing::new(cx, t, &projection)).collect();
        let whose = whose(cx);
        let walk = Walk { query: asked.hash, count: asked.count, whose: &whose, now: self.clock.now() };
        let from = match request.cursor.as_deref() {
            None => None,
            Some("") => Some((None, false)),
            Some(cursor) => {
                let (keyset, backwards) = self.cursors.open(&walk, cursor, self.config.limits.cursor_age)?;
                Some((Some(keyset), backwards))
            }
        };
        let mut read = match (asked.unique_key(), &from) {
            (Some(_), None) => self.store.glance(&cx.session.caller).await?,
            _ => self.store.read(&cx.session.caller).await?,
        };
        let found = self.find(read.as_mut(), cx, &asked, from).await?;
        let mut body = String::with_capacity(256 + found.records.len() * 2048);
        let mut list = ListWriter::new(&mut body);
        for record in &found.records {
            let showing =
                asked.types.iter().position(|(t, _)| t.kind == record.kind).and_then(|i| showings.get(i));
            if let Some(showing) = showing {
                self.render(showing, read.as_mut(), record, list.item()).await?;
            }
        }
        drop(read);
        let seal = |from: &Keyset, backwards| self.cursors.seal(&*self.entropy, &walk, from, backwards);
        let next = found.next.as_ref().map(|from| seal(from, false));
        let previous = found.previous.as_ref().map(|from| seal(from, true));
        list.finish(&Page {
            total: found.total,
            start_index: request.cursor.is_none().then_some(asked.start_index),
            next_cursor: next.as_deref(),
            previous_cursor: previous.as_deref(),
        });
        if let ([record], Some(target)) = (found.records.as_slice(), asked.matching()) {
            self.adopt_matched(cx, target, record);
        }
        let answer = Answer::ok(body);
        self.noted(note, &answer, found.total);
        Ok(answer)
    }

    async fn find(
        &self,
        read: &mut dyn ReadTx,
        cx: &Context,
        asked: &Asked,
        from: Option<(Option<Keyset>, bool)>,
    ) -> Attempt<QueryPage> {
        if asked.types.is_empty() {
            return Ok(QueryPage { total: Some(0), records: Vec::new(), next: None, previous: None });
        }
        if let (Some((kind, key)), None) = (asked.unique_key(), &from) {
            // The matching query of an identity provider, answered from one index entry.
            let records = read.by_key(kind, &key, 1).await?;
            let total = Some(records.len() as u64);
            return Ok(QueryPage { total, records, next: None, previous: None });
        }
        let (paging, total) = match from {
            Some((from, backwards)) => {
                (Paging::Keyset { from, backwards, count: asked.count }, Total::IfCheap)
            }
            None => (Paging::Index { offset: asked.start_index - 1, count: asked.count }, Total::Exact),
        };
        let typed = asked.types.iter().map(|(target, filter)| TypedFilter {
            kind: target.kind,
            resource_type: Arc::clone(&target.rt),
            filter: filter.clone(),
        });
        let query = Query {
            types: typed.collect(),
            sort: asked.sort.clone(),
            paging,
            total,
            connection: cx.session.connection.id,
            deadline: self.config.limits.scan,
        };
        Ok(read.query(&query).await?)
    }
}

/// The parameters of a URL, numbers and words read.
fn request(params: QueryParams) -> scim::Result<SearchRequest> {
    let QueryParams { filter, sort_by, sort_order, start_index, count, cursor, projected } = params;
    let single = [
        ("filter", filter),
        ("sortBy", sort_by),
        ("sortOrder", sort_order),
        ("startIndex", start_index),
        ("count", count),
        ("cursor", cursor),
    ];
    let mut request = SearchRequest::from_query(
        single.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))),
    )?;
    request.attributes = projected.attributes;
    request.excluded_attributes = projected.excluded;
    Ok(request)
}

/// The resource types that are asked for and exist for this caller, with the attributes that exist for this caller.
fn types(cx: &Context, endpoint: Option<&str>, request: &SearchRequest) -> Attempt<Vec<Target>> {
    let tenant = &cx.session.tenant;
    let types = match endpoint {
        Some(endpoint) => vec![target(cx, endpoint)?],
        None => {
            let of =
                |rt: &Arc<scim::ResourceType>| Some(Target { kind: tenant.kind_of(rt)?, rt: Arc::clone(rt) });
            tenant.registry.types().iter().filter_map(of).collect()
        }
    };
    let mut types: Vec<_> = types.into_iter().filter(|t| hidden(cx, t.kind).is_none()).collect();
    // What is never shown must not be found out by searching or sorting either. Few requests name it.
    if mentions(request, "groups") && hidden(cx, Kind::GROUP).is_some() {
        let visible = visible(cx);
        for target in &mut types {
            if let Some(rt) = visible.resource_type(&target.rt.name) {
                target.rt = Arc::clone(rt);
            }
        }
    }
    Ok(types)
}

fn mentions(request: &SearchRequest, name: &str) -> bool {
    let texts = [request.filter.as_deref(), request.sort_by.as_deref()];
    texts.into_iter().flatten().any(|text| text.to_ascii_lowercase().contains(name))
}
