//! `…/imports`.

use console::look::Notice;
use console::pages::console::{import_jobs, imports};
use service::{ImportOptions, ImportPlan, ImportStart};

use super::desk::Desk;
use super::reply::{Reply, Stop, Turn};

pub(super) async fn show(desk: Desk) -> Turn {
    if desk.query.get("part") == Some("jobs") {
        let sat = desk.sit().await?;
        let jobs = desk.service().import_jobs(&sat.op).await?;
        return Reply::page(import_jobs(&desk.frame(Some(sat.place)), &jobs, true).into_string());
    }
    let notice = desk.done();
    Reply::page(page(&desk, None, notice).await?)
}

async fn page(desk: &Desk, plan: Option<&ImportPlan>, notice: Option<Notice>) -> Result<String, Stop> {
    let sat = desk.sit().await?;
    let jobs = desk.service().import_jobs(&sat.op).await?;
    let mut frame = desk.frame(Some(sat.place));
    frame.notice = notice;
    Ok(imports(&frame, &jobs, plan, true))
}

pub(super) async fn create(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let file = desk.form.get("file").unwrap_or_default().as_bytes().to_vec();
    let options = ImportOptions { deactivate_missing: desk.form.get("missing").is_some(), force: false };
    if desk.form.get("act") != Some("import") {
        return match desk.service().import_plan(&sat.op, &file, options, &mut |_| {}).await {
            Ok(plan) => Reply::page(page(&desk, Some(&plan), None).await?),
            Err(error) => refused(&desk, error.into()).await,
        };
    }
    match desk.service().import_start(&sat.op, file, options).await {
        Ok(ImportStart::Started(_)) => desk.go(&desk.tenant_href("/imports"), "import-started"),
        Ok(ImportStart::Refused(plan)) => Reply::page(page(&desk, Some(&plan), None).await?),
        Err(error) => refused(&desk, error.into()).await,
    }
}

async fn refused(desk: &Desk, stop: Stop) -> Turn {
    Ok(Reply::Page(stop.status, page(desk, None, Some(stop.notice())).await?))
}
