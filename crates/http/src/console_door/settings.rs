//! `…/connections/{connection}/settings`, and pausing.

use console::look::Notice;
use console::pages::console::settings;
use service::noun::{Adopt, ConnectionKind, GuardPolicy, IdentityPolicy, MissingMembers};
use service::{ConnectionChange, IntakeSettings};

use super::desk::Desk;
use super::reply::{Reply, Stop, Turn};

pub(super) async fn show(desk: Desk) -> Turn {
    let notice = desk.done();
    Reply::page(page(&desk, notice, None).await?)
}

/// The page; `intake` is what was sent of it and not taken.
pub(super) async fn page(
    desk: &Desk,
    notice: Option<Notice>,
    intake: Option<&IntakeSettings>,
) -> Result<String, Stop> {
    let sat = desk.sit().await?;
    let kept = desk.service().intake_settings(&sat.op).await?;
    let connection = sat.op.connection;
    let mut frame = desk.frame(Some(sat.place));
    frame.notice = notice;
    Ok(settings(&frame, &connection, intake.unwrap_or(&kept)))
}

pub(super) async fn save(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let saved = match change(&desk) {
        Ok(change) => desk.service().connection_set(&sat.op, &change).await.map_err(Stop::from),
        Err(stop) => Err(stop),
    };
    match saved {
        Ok(_) => desk.go(&sat.href("/settings"), "settings"),
        Err(stop) => Ok(Reply::Page(stop.status, page(&desk, Some(stop.notice()), None).await?)),
    }
}

pub(super) async fn pause(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    desk.service().connection_pause(&sat.op).await?;
    desk.go(&sat.href("/settings"), "paused")
}

pub(super) async fn resume(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    desk.service().connection_resume(&sat.op).await?;
    desk.go(&sat.href("/settings"), "resumed")
}

/// What the form says. It holds every setting of the page, so a box that is not there is not ticked.
fn change(desk: &Desk) -> Result<ConnectionChange, Stop> {
    let quirks = desk.form.iter().filter_map(|(name, value)| {
        let on = match value {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        };
        Some((name.strip_prefix("quirk-")?.to_owned(), on))
    });
    Ok(ConnectionChange {
        dialect: desk.form.filled("dialect").map(str::to_owned),
        kind: Some(chosen(desk, "kind", &KINDS)?),
        quirks: quirks.collect(),
        groups: Some(desk.form.get("groups").is_some()),
        adopt: Some(chosen(desk, "adopt", &ADOPT)?),
        identity: Some(chosen(desk, "identity", &IDENTITY)?),
        members: Some(chosen(desk, "members", &MEMBERS)?),
        guard: Some(GuardPolicy { floor: whole(desk, "floor")?, percent: whole(desk, "percent")? }),
        trace: None,
        revision: None,
    })
}

const KINDS: [(&str, ConnectionKind); 4] = [
    ("entra", ConnectionKind::Entra),
    ("okta", ConnectionKind::Okta),
    ("google", ConnectionKind::Google),
    ("generic", ConnectionKind::Generic),
];
const ADOPT: [(&str, Adopt); 3] =
    [("email", Adopt::Email), ("username", Adopt::Username), ("never", Adopt::Never)];
const IDENTITY: [(&str, IdentityPolicy); 2] =
    [("flag", IdentityPolicy::Flag), ("refuse", IdentityPolicy::Refuse)];
const MEMBERS: [(&str, MissingMembers); 2] =
    [("refuse", MissingMembers::Refuse), ("skip", MissingMembers::Skip)];

fn chosen<T: Copy>(desk: &Desk, name: &str, known: &[(&str, T)]) -> Result<T, Stop> {
    let value = desk.form.get(name).unwrap_or_default();
    let found = known.iter().find(|(text, _)| *text == value).map(|(_, value)| *value);
    found.ok_or_else(|| {
        Stop::invalid("That choice does not exist", "Load the page again and choose one of the list.")
    })
}

fn whole(desk: &Desk, name: &str) -> Result<u32, Stop> {
    let text = desk.form.filled(name).unwrap_or_default();
    text.parse()
        .map_err(|_| Stop::invalid("The guard needs whole numbers", "For example 20 lock-outs and 10 %."))
}
