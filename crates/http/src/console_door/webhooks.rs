//! `/console/tenants/{tenant}/webhooks` and, for endpoints of all tenants, `/console/webhooks`.

use std::time::Duration;

use axum::http::StatusCode;
use console::look::Notice;
use console::pages::console::{Frame, Place, WebhookForm, webhook, webhooks};
use service::{
    AttemptOutcome, CreatedWebhook, NewWebhook, Operator, WebhookChange, WebhookRow, WebhookSettings,
};

use super::desk::Desk;
use super::reply::{Reply, Stop, Turn};

/// How long the secret before signs too.
const OVERLAP: Duration = Duration::from_secs(24 * 3600);

/// Whose endpoints they are: a tenant's, or those of all tenants.
struct Side {
    op: Option<Operator>,
    place: Option<Place>,
}

impl Side {
    async fn of(desk: &Desk) -> Result<Self, Stop> {
        if desk.param("tenant").is_empty() {
            return Ok(Self { op: None, place: None });
        }
        let sat = desk.sit().await?;
        Ok(Self { op: Some(sat.op), place: Some(sat.place) })
    }

    async fn rows(&self, desk: &Desk) -> Result<Vec<WebhookRow>, Stop> {
        Ok(match &self.op {
            Some(op) => desk.service().webhooks(Some(op)).await?,
            None => desk.service().webhooks_of_all().await?,
        })
    }

    /// The endpoint of the path, if it is one of these.
    async fn row(&self, desk: &Desk) -> Result<WebhookRow, Stop> {
        let id = desk.param("webhook");
        let found = self.rows(desk).await?.into_iter().find(|row| row.webhook.id == id);
        found.ok_or_else(Stop::nothing_here)
    }

    fn frame<'a>(&self, desk: &'a Desk, notice: Option<Notice>) -> Frame<'a> {
        let mut frame = desk.frame(self.place.clone());
        frame.notice = notice;
        frame
    }
}

pub(super) async fn index(desk: Desk) -> Turn {
    let side = Side::of(&desk).await?;
    let notice = desk.done();
    Reply::page(list(&desk, &side, None, &WebhookForm::default(), notice).await?)
}

async fn list(
    desk: &Desk,
    side: &Side,
    made: Option<&CreatedWebhook>,
    form: &WebhookForm,
    notice: Option<Notice>,
) -> Result<String, Stop> {
    let rows = side.rows(desk).await?;
    Ok(webhooks(&side.frame(desk, notice), &rows, made, form))
}

/// A signing secret is shown on the answer to the form that made it, and nowhere else.
pub(super) async fn create(desk: Desk) -> Turn {
    let side = Side::of(&desk).await?;
    let text = |name: &str| desk.form.filled(name).unwrap_or_default().to_owned();
    let form = WebhookForm {
        url: text("url"),
        description: text("description"),
        types: text("types"),
        allow_private: desk.form.get("private").is_some(),
    };
    let settings = WebhookSettings {
        url: form.url.clone(),
        description: form.description.clone(),
        types: form.types.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect(),
        allow_private: form.allow_private,
        coalesce: WebhookSettings::usual_coalesce(&form.url),
        ..WebhookSettings::default()
    };
    let new = NewWebhook { settings, after: None };
    match desk.service().webhook_create(side.op.as_ref(), new).await {
        Ok(made) => Reply::page(list(&desk, &side, Some(&made), &WebhookForm::default(), None).await?),
        Err(error) => {
            let stop = Stop::from(error);
            let text = list(&desk, &side, None, &form, Some(stop.notice())).await?;
            Ok(Reply::Page(stop.status, text))
        }
    }
}

pub(super) async fn show(desk: Desk) -> Turn {
    let side = Side::of(&desk).await?;
    let notice = desk.done();
    Reply::page(one(&desk, &side, None, notice).await?)
}

async fn one(desk: &Desk, side: &Side, fresh: Option<&str>, notice: Option<Notice>) -> Result<String, Stop> {
    let row = side.row(desk).await?;
    Ok(webhook(&side.frame(desk, notice), &row, fresh))
}

/// Sends a test and says what came of it.
pub(super) async fn test(desk: Desk) -> Turn {
    let side = Side::of(&desk).await?;
    let row = side.row(&desk).await?;
    let attempt = match desk.service().webhook_test(side.op.as_ref(), &row.webhook.id).await {
        Ok(attempt) => attempt,
        Err(error) => return refused(&desk, &side, error.into()).await,
    };
    let status = attempt.status.map(|status| format!(" with status {status}")).unwrap_or_default();
    let notice = if attempt.outcome == AttemptOutcome::Delivered {
        Notice::done(format!("The test was taken{status}, after {} ms.", attempt.millis))
    } else {
        let what = console::pages::console::attempt_failed(&attempt, row.webhook.is_mail());
        Notice::failed(format!("The test was not taken{status}: {}.", what.0), what.1)
    };
    Reply::page(one(&desk, &side, None, Some(notice)).await?)
}

pub(super) async fn enable(desk: Desk) -> Turn {
    switch(desk, true).await
}

pub(super) async fn disable(desk: Desk) -> Turn {
    switch(desk, false).await
}

async fn switch(desk: Desk, on: bool) -> Turn {
    let side = Side::of(&desk).await?;
    let row = side.row(&desk).await?;
    let change = WebhookChange { enabled: Some(on), ..WebhookChange::default() };
    match desk.service().webhook_set(side.op.as_ref(), &row.webhook.id, &change).await {
        Ok(_) => {
            let href = side.frame(&desk, None).webhook_href(&row.webhook.id, "");
            desk.go(&href, if on { "webhook-enabled" } else { "webhook-disabled" })
        }
        Err(error) => refused(&desk, &side, error.into()).await,
    }
}

pub(super) async fn rotate(desk: Desk) -> Turn {
    let side = Side::of(&desk).await?;
    let row = side.row(&desk).await?;
    match desk.service().webhook_rotate(side.op.as_ref(), &row.webhook.id, OVERLAP).await {
        Ok(secret) => Reply::page(one(&desk, &side, Some(secret.expose()), None).await?),
        Err(error) => refused(&desk, &side, error.into()).await,
    }
}

pub(super) async fn replay(desk: Desk) -> Turn {
    let side = Side::of(&desk).await?;
    let row = side.row(&desk).await?;
    let whole = |name: &str| desk.form.filled(name).map(str::parse::<i64>).transpose();
    let (Ok(Some(after)), Ok(until)) = (whole("after"), whole("until")) else {
        let stop =
            Stop::invalid("Positions are whole numbers", "Attempts say at which position an event is.");
        return refused(&desk, &side, stop).await;
    };
    match desk.service().webhook_replay(side.op.as_ref(), &row.webhook.id, after, until).await {
        Ok(order) => {
            let text = format!("Events after {} up to {} are sent once more.", order.after, order.until);
            Reply::page(one(&desk, &side, None, Some(Notice::done(text))).await?)
        }
        Err(error) => refused(&desk, &side, error.into()).await,
    }
}

pub(super) async fn remove(desk: Desk) -> Turn {
    let side = Side::of(&desk).await?;
    let row = side.row(&desk).await?;
    desk.service().webhook_remove(side.op.as_ref(), &row.webhook.id).await?;
    desk.go(&side.frame(&desk, None).webhooks_href(), "webhook-removed")
}

async fn refused(desk: &Desk, side: &Side, stop: Stop) -> Turn {
    if stop.status == StatusCode::NOT_FOUND {
        return Err(stop);
    }
    Ok(Reply::Page(stop.status, one(desk, side, None, Some(stop.notice())).await?))
}
