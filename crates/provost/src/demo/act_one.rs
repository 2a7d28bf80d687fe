//! Act one: the guide as it stands. Test Connection, group provisioning off, people and one group assigned, start.

use super::directory::{Directory, enabled, members, text};
use super::engine::Engine;
use super::verify::Verifier;
use super::{Show, Stage};
use crate::failure::Failure;

/// Plays it.
pub(super) async fn play(
    stage: &Stage,
    engine: &Engine,
    directory: &Directory,
    verifier: &mut Verifier,
    show: &Show,
) -> Result<(), Failure> {
    show.act("Act one: the guide as it stands");
    let report = engine.test_connection().await?;
    show.done("Test Connection", engine, report.banner());

    (stage.groups)(false).await?;
    show.printer.say("  group provisioning is switched off, here and in Entra's mappings");

    let group = directory.large_group()?;
    let users = directory.users();
    let five = users.iter().take(5).filter_map(|person| text(person, "id"));
    let group_id = text(&group, "id").unwrap_or_default();
    directory.assign(five.chain([group_id]));
    let name = text(&group, "displayName").unwrap_or_default();
    show.printer
        .say(&format!("  group “{name}” and five people are assigned; the admin presses Start provisioning"));

    let report = engine.cycle().await?;
    let active = |id: &str| users.iter().any(|person| person["id"] == id && enabled(person));
    let through_group = members(&group).filter(|id| active(id)).count();
    let came = format!(
        "{} learners created, {through_group} of those assigned through the group",
        report.tally.created
    );
    show.done("initial cycle", engine, &came);

    if engine.recorder.group_writes() > 0 {
        return Err(Failure::unexpected("something was written to /Groups although groups are off"));
    }
    verifier.people(directory).await?;
    show.printer.say("  every assigned person is there as Entra sent them; nothing was written to /Groups");
    Ok(())
}
