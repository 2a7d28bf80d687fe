//! `/api/v1/tenants/{tenant}/export`.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use service::{ApiCaller, ExportPlace, Operator, Service};

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::problem::{Outcome, Problem};
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/tenants/{tenant}/export", "exportTenant", run!(tenant))
            .about(
                "Export a tenant",
                "Everything of it, one JSON object a line: `tenant`, `connection`, `token`, `schema`, `resource`, \
                 `membership`, `removed`, `event`, `log`. Nothing in it opens anything.",
            )
            .admin()
            .streams("application/x-ndjson", "The lines"),
    ]
}

/// An export under way.
struct Walk {
    service: Arc<Service>,
    caller: ApiCaller,
    op: Operator,
    place: Option<ExportPlace>,
}

async fn tenant(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let service = Arc::clone(call.service());
    let walk = Walk { service, caller: call.caller, op, place: Some(ExportPlace::default()) };
    let parts = stream::try_unfold(walk, |mut walk| async move {
        let Some(place) = walk.place.take() else { return Ok(None) };
        match portion(&walk, place).await {
            Ok((text, next)) => {
                walk.place = next;
                Ok(Some((Bytes::from(text), walk)))
            }
            // The status is sent already: only a body that breaks off says that it is not whole.
            Err(error) => {
                tracing::error!(?error, "an export broke off");
                Err(std::io::Error::other("the export broke off"))
            }
        }
    });
    Ok(Reply::stream("application/x-ndjson", Body::from_stream(parts)))
}

/// The next portion, for a key that still opens.
async fn portion(walk: &Walk, place: ExportPlace) -> Outcome<(String, Option<ExportPlace>)> {
    walk.service.api_still_open(&walk.caller).await.map_err(Problem::from)?;
    Ok(walk.service.tenant_export(&walk.op, place).await?)
}
