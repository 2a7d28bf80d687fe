//! Act one: the guide as it stands. Test Connection, group provisioning off, people and one group assigned, start.

use std::collections::BTreeSet;

use super::driver::{Driver, Scope};
use super::organisation::Organisation;
use super::{Show, Stage, verify};
use crate::failure::Failure;

/// A name that nobody has.
pub(super) const NOBODY: &str = "7d420df3-0000-4000-8000-000000000000";

/// Plays it.
pub(super) async fn play(
    stage: &Stage,
    driver: &mut Driver,
    source: &Organisation,
    show: &mut Show,
) -> Result<(), Failure> {
    show.act("Act one: the guide as it stands");
    driver.test_connection(NOBODY).await?;
    show.done("Test Connection", driver, "the credentials are authorized to enable provisioning");

    (stage.groups)(false).await?;
    driver.group_mapping = false;
    show.printer.say("  group provisioning is switched off, here and in Entra's mappings");

    let group = source
        .groups
        .iter()
        .find(|g| source.people_in(g).filter(|p| p.account_enabled).count() >= 10)
        .ok_or_else(|| Failure::unexpected("the sample has no group to assign"))?;
    let mut people: BTreeSet<String> = source.people_in(group).map(|p| p.id.clone()).collect();
    let through_group = people.len();
    people.extend(source.users.iter().take(5).map(|p| p.id.clone()));
    let scope = Scope { people, groups: BTreeSet::from([group.id.clone()]) };
    let assigned = format!("group “{}” and five people are assigned", group.display_name);
    show.printer.say(&format!("  {assigned}; the admin presses Start provisioning"));

    let bar = show.printer.progress(scope.people.len() as u64, "first cycle");
    let tally = driver.cycle(source, &scope, || bar.inc(1)).await?;
    bar.finish_and_clear();
    let came =
        format!("{} learners created, {through_group} of those assigned through the group", tally.created);
    show.done("initial cycle", driver, &came);

    if driver.group_writes > 0 {
        return Err(Failure::unexpected("something was written to /Groups although groups are off"));
    }
    verify::people(driver, source, &scope.people).await?;
    show.printer.say("  every assigned person is there as Entra sent them; nothing was written to /Groups");
    Ok(())
}
