//! `…/synchronization/…` of a service principal.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::answer::{Answer, created, done, found};
use super::call::{Body, Id, Two, apart};
use super::{Door, GraphDoor};

pub(super) fn routes() -> Router<GraphDoor> {
    Router::new()
        .route("/templates", get(templates))
        .route("/templates/{template}/schema", get(template_schema))
        .route("/templates/{template}/schema/parseExpression", post(parse_expression))
        .route("/secrets", get(secrets).put(put_secrets))
        .route("/jobs", get(jobs).post(create_job))
        .route("/jobs/validateCredentials", post(validate_credentials))
        .route("/jobs/{job}", get(job).delete(delete_job))
        .route("/jobs/{job}/validateCredentials", post(validate_credentials_of_job))
        .route("/jobs/{job}/start", post(start))
        .route("/jobs/{job}/pause", post(pause))
        .route("/jobs/{job}/restart", post(restart))
        .route("/jobs/{job}/provisionOnDemand", post(provision_on_demand))
        .route("/jobs/{job}/schema", get(schema).put(put_schema))
        .route("/jobs/{job}/schema/parseExpression", post(parse_expression))
}

async fn templates(door: Door, Id(id): Id) -> Answer {
    found(&door, door.face.templates(&id))
}

async fn template_schema(door: Door, Two(id, template): Two) -> Answer {
    found(&door, door.face.template_schema(&id, &template))
}

async fn parse_expression(door: Door, Two(id, _): Two, Body(body): Body) -> Answer {
    found(&door, door.face.principal(&id).and_then(|_| door.face.parse_expression(&body)))
}

async fn secrets(door: Door, Id(id): Id) -> Answer {
    found(&door, door.face.secrets(&id))
}

async fn put_secrets(door: Door, Id(id): Id, Body(body): Body) -> Answer {
    let face = Arc::clone(&door.face);
    done(&door, apart(async move { face.put_secrets(&id, &body).await }).await)
}

async fn jobs(door: Door, Id(id): Id) -> Answer {
    found(&door, door.face.jobs(&id).await)
}

async fn create_job(door: Door, Id(id): Id, Body(body): Body) -> Answer {
    created(&door, door.face.create_job(&id, &body).await)
}

async fn job(door: Door, Two(id, job): Two) -> Answer {
    found(&door, door.face.job_status(&id, &job).await)
}

async fn delete_job(door: Door, Two(id, job): Two) -> Answer {
    let face = Arc::clone(&door.face);
    done(&door, apart(async move { face.delete_job(&id, &job).await }).await)
}

async fn validate_credentials(door: Door, Id(id): Id, Body(body): Body) -> Answer {
    done(&door, door.face.validate_credentials(&id, None, &body).await)
}

async fn validate_credentials_of_job(door: Door, Two(id, job): Two, Body(body): Body) -> Answer {
    done(&door, door.face.validate_credentials(&id, Some(&job), &body).await)
}

async fn start(door: Door, Two(id, job): Two) -> Answer {
    let face = Arc::clone(&door.face);
    done(&door, apart(async move { face.start(&id, &job).await }).await)
}

async fn pause(door: Door, Two(id, job): Two) -> Answer {
    let face = Arc::clone(&door.face);
    done(&door, apart(async move { face.pause(&id, &job).await }).await)
}

async fn restart(door: Door, Two(id, job): Two, Body(body): Body) -> Answer {
    let face = Arc::clone(&door.face);
    done(&door, apart(async move { face.restart(&id, &job, &body).await }).await)
}

async fn provision_on_demand(door: Door, Two(id, job): Two, Body(body): Body) -> Answer {
    let face = Arc::clone(&door.face);
    found(&door, apart(async move { face.provision_on_demand(&id, &job, &body).await }).await)
}

async fn schema(door: Door, Two(id, job): Two) -> Answer {
    found(&door, door.face.schema(&id, &job))
}

async fn put_schema(door: Door, Two(id, job): Two, Body(body): Body) -> Answer {
    let face = Arc::clone(&door.face);
    done(&door, apart(async move { face.put_schema(&id, &job, &body).await }).await)
}
