//! Act two: groups on, everybody assigned, and what happens to people in the years after.

use std::collections::BTreeSet;

use super::driver::{Driver, Scope};
use super::organisation::{Organisation, Person, Reference};
use super::{Show, Stage, act_one, verify};
use crate::failure::Failure;

/// Plays it.
pub(super) async fn play(
    stage: &Stage,
    driver: &mut Driver,
    source: &mut Organisation,
    show: &mut Show,
) -> Result<(), Failure> {
    show.act("Act two: groups on, everyone assigned");
    (stage.groups)(true).await?;
    driver.group_mapping = true;
    driver.test_connection(act_one::NOBODY).await?;
    show.done("Test Connection", driver, "users and groups answer");

    let mut scope = everyone(source);
    let bar = show.printer.progress((scope.people.len() + scope.groups.len()) as u64, "first cycle");
    let tally = driver.cycle(source, &scope, || bar.inc(1)).await?;
    bar.finish_and_clear();
    let came = format!(
        "{} learners and {} groups created, {} untouched, {} disabled ones skipped, {} references set",
        tally.created, tally.groups, tally.untouched, tally.skipped, tally.references
    );
    show.done("initial cycle", driver, &came);
    verify::all(driver, source, &scope).await?;

    let story = Story::cast(source)?;
    joiner(driver, source, &mut scope, show).await?;
    mover(driver, source, &scope, &story, show).await?;
    leaver_and_returner(driver, source, &mut scope, &story, show).await?;
    manager_change(driver, source, &scope, &story, show).await?;
    rename(driver, source, &scope, &story, show).await?;
    membership(driver, source, &scope, &story, show).await?;
    hard_delete(driver, source, &mut scope, &story, show).await?;
    quiet_cycle(driver, source, &scope, show).await?;
    on_demand(driver, source, &mut scope, show).await?;
    verify::all(driver, source, &scope).await?;
    show.printer.say("  the directory holds what Entra would have left, person by person and group by group");
    Ok(())
}

fn everyone(source: &Organisation) -> Scope {
    Scope {
        people: source.users.iter().map(|p| p.id.clone()).collect(),
        groups: source.groups.iter().map(|g| g.id.clone()).collect(),
    }
}

/// Who plays which part.
struct Story {
    mover: String,
    leaver: String,
    report: String,
    new_manager: String,
    renamed: String,
    gone: String,
    group: String,
}

impl Story {
    fn cast(source: &Organisation) -> Result<Self, Failure> {
        let managers: BTreeSet<&str> =
            source.users.iter().filter_map(|p| p.manager.as_ref()).map(|m| m.id.as_str()).collect();
        let group =
            source.groups.iter().find(|g| source.people_in(g).filter(|p| p.account_enabled).count() >= 10);
        let group = group.ok_or_else(|| Failure::unexpected("the sample has no group of ten"))?;
        let is_member = |p: &Person| group.members.iter().any(|m| m.id == p.id);
        let mut free = source.users.iter().filter(|p| {
            p.account_enabled
                && p.mail.is_some()
                && p.manager.is_some()
                && !managers.contains(p.id.as_str())
                && !is_member(p)
        });
        let mut next = || {
            free.next().map(|p| p.id.clone()).ok_or_else(|| Failure::unexpected("the sample is too small"))
        };
        let (mover, leaver, report, renamed, gone) = (next()?, next()?, next()?, next()?, next()?);
        let managers_manager = source.person(&report).and_then(|p| p.manager.clone());
        let new_manager = source
            .users
            .iter()
            .find(|p| {
                p.account_enabled && p.id != report && managers_manager.as_ref().is_none_or(|m| m.id != p.id)
            })
            .map(|p| p.id.clone())
            .ok_or_else(|| Failure::unexpected("the sample has nobody else to report to"))?;
        Ok(Self { mover, leaver, report, new_manager, renamed, gone, group: group.id.clone() })
    }
}

/// The person, who is known to be in the sample.
fn person<'a>(source: &'a mut Organisation, id: &str) -> Result<&'a mut Person, Failure> {
    source.person_mut(id).ok_or_else(|| Failure::unexpected("a person of the story is not in the sample"))
}

async fn joiner(
    driver: &mut Driver,
    source: &mut Organisation,
    scope: &mut Scope,
    show: &mut Show,
) -> Result<(), Failure> {
    let joiner = made_up(source, "0001", "josé.joiner", "José", "Joiner")?;
    scope.people.insert(joiner.id.clone());
    source.users.push(joiner);
    let tally = driver.cycle(source, scope, || ()).await?;
    exactly(tally.created, 1, "learners created")?;
    show.done("joiner", driver, "José Joiner was hired, and is a learner with a manager");
    Ok(())
}

async fn mover(
    driver: &mut Driver,
    source: &mut Organisation,
    scope: &Scope,
    story: &Story,
    show: &mut Show,
) -> Result<(), Failure> {
    let moved = person(source, &story.mover)?;
    moved.department = Some("Customer Success".into());
    moved.job_title = Some("Learning Advisor".into());
    moved.office_location = Some("GB 99".into());
    let tally = driver.cycle(source, scope, || ()).await?;
    exactly(tally.updated, 1, "learners updated")?;
    show.done("mover", driver, "department, title and office changed, nothing else was sent");
    Ok(())
}

async fn leaver_and_returner(
    driver: &mut Driver,
    source: &mut Organisation,
    scope: &mut Scope,
    story: &Story,
    show: &mut Show,
) -> Result<(), Failure> {
    scope.people.remove(&story.leaver);
    let before = driver.people.get(&story.leaver).cloned();
    let tally = driver.cycle(source, scope, || ()).await?;
    exactly(tally.disabled, 1, "learners disabled")?;
    verify::state(driver, source, &story.leaver, false).await?;
    show.done("leaver", driver, "unassigned, so disabled: still there, still found by filter");

    scope.people.insert(story.leaver.clone());
    let tally = driver.cycle(source, scope, || ()).await?;
    exactly(tally.updated, 1, "learners re-enabled")?;
    verify::state(driver, source, &story.leaver, true).await?;
    if driver.people.get(&story.leaver).cloned() != before {
        return Err(Failure::unexpected("the returner has another id"));
    }
    show.done("returner", driver, "assigned again: the same learner under the same id");
    Ok(())
}

async fn manager_change(
    driver: &mut Driver,
    source: &mut Organisation,
    scope: &Scope,
    story: &Story,
    show: &mut Show,
) -> Result<(), Failure> {
    person(source, &story.report)?.manager = Some(Reference { id: story.new_manager.clone() });
    let tally = driver.cycle(source, scope, || ()).await?;
    exactly(tally.references, 1, "references changed")?;
    show.done("manager change", driver, "reports to somebody else now");
    Ok(())
}

async fn rename(
    driver: &mut Driver,
    source: &mut Organisation,
    scope: &Scope,
    story: &Story,
    show: &mut Show,
) -> Result<(), Failure> {
    let renamed = person(source, &story.renamed)?;
    let name = "renamed.after-the-wedding@contoso-learning.example";
    renamed.user_principal_name = name.into();
    renamed.mail = Some(name.into());
    renamed.surname = Some("Müller-Nakamura".into());
    let tally = driver.cycle(source, scope, || ()).await?;
    exactly(tally.updated, 1, "learners renamed")?;
    show.done("rename", driver, "another user name and e-mail, the same learner");
    Ok(())
}

async fn membership(
    driver: &mut Driver,
    source: &mut Organisation,
    scope: &Scope,
    story: &Story,
    show: &mut Show,
) -> Result<(), Failure> {
    let mover = story.mover.clone();
    let group = source.groups.iter_mut().find(|g| g.id == story.group);
    let group = group.ok_or_else(|| Failure::unexpected("a group of the story is not in the sample"))?;
    let left = group.members.pop();
    group.members.push(Reference { id: mover });
    let count = group.members.len();
    let tally = driver.cycle(source, scope, || ()).await?;
    exactly(tally.references, 1 + usize::from(left.is_some()), "memberships changed")?;
    show.done("group membership", driver, &format!("one in, one out, the other {} stay", count - 1));
    Ok(())
}

async fn hard_delete(
    driver: &mut Driver,
    source: &mut Organisation,
    scope: &mut Scope,
    story: &Story,
    show: &mut Show,
) -> Result<(), Failure> {
    scope.people.remove(&story.gone);
    driver.cycle(source, scope, || ()).await?;
    driver.delete(&story.gone).await?;
    let name = person(source, &story.gone)?.user_principal_name.clone();
    source.users.retain(|p| p.id != story.gone);
    for group in &mut source.groups {
        group.members.retain(|m| m.id != story.gone);
    }
    show.done("hard delete", driver, "disabled first, deleted thirty days later");
    if !driver.find("Users", "userName", &name).await?.is_empty() {
        return Err(Failure::unexpected("a deleted person is still found"));
    }
    Ok(())
}

async fn quiet_cycle(
    driver: &mut Driver,
    source: &Organisation,
    scope: &Scope,
    show: &mut Show,
) -> Result<(), Failure> {
    let tally = driver.cycle(source, scope, || ()).await?;
    exactly(tally.created + tally.updated + tally.disabled + tally.references, 0, "changes")?;
    show.done(
        "incremental cycle",
        driver,
        &format!("nothing changed, so nothing was written ({} read)", tally.untouched),
    );
    Ok(())
}

async fn on_demand(
    driver: &mut Driver,
    source: &mut Organisation,
    scope: &mut Scope,
    show: &mut Show,
) -> Result<(), Failure> {
    let mut newcomer = made_up(source, "0002", "olena.ondemand", "Олена", "Приклад")?;
    newcomer.manager = None;
    scope.people.insert(newcomer.id.clone());
    source.users.push(newcomer.clone());
    let tally = driver.on_demand(&newcomer).await?;
    exactly(tally.created, 1, "learners created")?;
    show.done("provision on demand", driver, "one person at once, without waiting for a cycle");
    Ok(())
}

/// Somebody new, modelled on the first person of the sample.
fn made_up(
    source: &Organisation,
    number: &str,
    name: &str,
    given: &str,
    family: &str,
) -> Result<Person, Failure> {
    let first = source.users.first().ok_or_else(|| Failure::unexpected("the sample has nobody"))?;
    let mail = format!("{name}@contoso-learning.example");
    Ok(Person {
        id: format!("e1700000-0000-4000-8000-00000000{number}"),
        user_principal_name: mail.clone(),
        mail: Some(mail),
        display_name: Some(format!("{given} {family}")),
        given_name: Some(given.to_owned()),
        surname: Some(family.to_owned()),
        employee_id: Some(format!("9{number}")),
        job_title: Some("Trainee".into()),
        manager: Some(Reference { id: first.id.clone() }),
        ..first.clone()
    })
}

fn exactly(found: usize, wanted: usize, what: &str) -> Result<(), Failure> {
    if found == wanted {
        return Ok(());
    }
    Err(Failure::unexpected(format!("{found} {what}, where Entra would expect {wanted}")))
}
