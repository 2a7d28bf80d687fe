//! Microsoft Graph's synchronization API over the provisioning engine, for `provost entra serve`. Handlers are thin: what a
//! request means is in [`entra::graph`].

mod answer;
mod call;
mod gate;
mod synchronization;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};
use base::Secret;
use entra::graph::Face;
use entra::model::Kind;

use answer::{Answer, created, done, fault};
use call::{Body, Id, Two, apart, list};

/// A face that listens.
#[derive(Clone, Debug)]
pub struct GraphDoor {
    face: Arc<Face>,
    token: Arc<Secret<String>>,
    /// Where it is reached, without a slash at the end.
    url: Arc<str>,
}

impl GraphDoor {
    /// A door to a face for those who show this token.
    #[must_use]
    pub fn new(face: Arc<Face>, token: Secret<String>, url: &str) -> Self {
        Self { face, token: Arc::new(token), url: Arc::from(url.trim_end_matches('/')) }
    }

    /// All routes, under `/v1.0` and `/beta` alike.
    pub fn router(self) -> Router {
        let version = || {
            Router::new()
                .route("/applicationTemplates/{id}/instantiate", post(instantiate))
                .route("/servicePrincipals", get(principals))
                .route("/servicePrincipals/{id}", get(principal).delete(delete_principal))
                .route("/servicePrincipals/{id}/appRoleAssignedTo", get(assigned).post(assign))
                .route("/servicePrincipals/{id}/appRoleAssignedTo/{assignment}", delete(unassign))
                .nest("/servicePrincipals/{id}/synchronization", synchronization::routes())
                .route("/users", get(users))
                .route("/users/{id}", get(user))
                .route("/groups", get(groups))
                .route("/groups/{id}", get(group))
                .route("/auditLogs/provisioning", get(audit))
        };
        Router::new()
            .nest("/v1.0", version())
            .nest("/beta", version())
            .fallback(answer::no_such_path)
            .method_not_allowed_fallback(answer::no_such_method)
            .layer(from_fn_with_state(self.clone(), gate::admit))
            .with_state(self)
    }
}

async fn instantiate(door: Door, Id(template): Id, Body(body): Body) -> Answer {
    created(&door, door.face.instantiate(&template, &body))
}

async fn principals(door: Door, query: call::Query) -> Answer {
    let found = list(&query).and_then(|query| door.face.principals(&query));
    answer::found(&door, found)
}

async fn principal(door: Door, Id(id): Id) -> Answer {
    answer::found(&door, door.face.principal(&id))
}

async fn delete_principal(door: Door, Id(id): Id) -> Answer {
    let face = Arc::clone(&door.face);
    done(&door, apart(async move { face.delete_principal(&id).await }).await)
}

async fn assigned(door: Door, Id(id): Id) -> Answer {
    answer::found(&door, door.face.assigned(&id))
}

async fn assign(door: Door, Id(id): Id, Body(body): Body) -> Answer {
    created(&door, door.face.assign(&id, &body).await)
}

async fn unassign(door: Door, Two(id, assignment): Two) -> Answer {
    done(&door, door.face.unassign(&id, &assignment))
}

async fn users(door: Door, query: call::Query) -> Answer {
    objects(&door, Kind::User, &query).await
}

async fn groups(door: Door, query: call::Query) -> Answer {
    objects(&door, Kind::Group, &query).await
}

async fn objects(door: &GraphDoor, kind: Kind, query: &call::Query) -> Answer {
    match list(query) {
        Ok(query) => answer::found(door, door.face.objects(kind, &query).await),
        Err(problem) => fault(door, &problem),
    }
}

async fn user(door: Door, Id(id): Id) -> Answer {
    answer::found(&door, door.face.object(Kind::User, &id).await)
}

async fn group(door: Door, Id(id): Id) -> Answer {
    answer::found(&door, door.face.object(Kind::Group, &id).await)
}

async fn audit(door: Door, query: call::Query, uri: axum::http::Uri) -> Answer {
    match call::audit(&query) {
        Ok(query) => {
            // Nested routes see the path without the version.
            let url = format!("{}/v1.0{}", door.url, uri.path());
            answer::found(&door, door.face.audit(&query, &url).await)
        }
        Err(problem) => fault(&door, &problem),
    }
}

type Door = axum::extract::State<GraphDoor>;
