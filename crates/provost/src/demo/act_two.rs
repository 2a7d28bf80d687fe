//! Act two: groups on, everybody assigned, and what happens to people in the years after.

use std::collections::BTreeSet;

use entra::job::Effect;
use entra::model::Kind;
use serde_json::{Value, json};

use super::directory::{Directory, enabled, members, text};
use super::engine::{self, Engine};
use super::verify::Verifier;
use super::{Show, Stage};
use crate::failure::Failure;

/// Plays it.
pub(super) async fn play(
    stage: &Stage,
    engine: Engine,
    directory: &Directory,
    verifier: &mut Verifier,
    show: &Show,
) -> Result<Engine, Failure> {
    show.act("Act two: groups on, everyone assigned");
    (stage.groups)(true).await?;
    let engine = engine.switch_groups_on(directory)?;
    let report = engine.test_connection().await?;
    show.done("Test Connection", &engine, report.banner());

    directory.assign_everyone();
    let tally = engine.cycle().await?.tally;
    let came = format!(
        "{} learners and groups created, {} untouched, {} disabled ones skipped, {} managers and {} members set",
        tally.created, tally.untouched, tally.skipped, tally.managers_set, tally.members_added
    );
    show.done("initial cycle", &engine, &came);
    verifier.all(directory).await?;

    let story = Story::cast(directory)?;
    let scene = Scene { engine: &engine, directory, story: &story, show };
    scene.joiner().await?;
    scene.mover().await?;
    scene.leaver_and_returner(verifier).await?;
    scene.manager_change().await?;
    scene.rename().await?;
    scene.membership().await?;
    verifier.all(directory).await?;
    scene.hard_delete(verifier).await?;
    scene.quiet_cycle().await?;
    scene.on_demand().await?;
    verifier.all(directory).await?;
    show.printer.say("  the directory holds what Entra would have left, person by person and group by group");
    Ok(engine)
}

/// Who plays which part; object ids.
struct Story {
    mover: String,
    leaver: String,
    report: String,
    new_manager: String,
    renamed: String,
    gone: String,
    group: String,
    /// A member of the group who is in the target.
    member: String,
}

impl Story {
    fn cast(directory: &Directory) -> Result<Self, Failure> {
        let too_small = || Failure::unexpected("the sample is too small for the story");
        let users = directory.users();
        let manager = |person: &Value| text(&person["manager"], "id").map(str::to_owned);
        let managers: BTreeSet<String> = users.iter().filter_map(manager).collect();
        let group = directory.large_group()?;
        let in_group: BTreeSet<&str> = members(&group).collect();
        let id = |person: &Value| text(person, "id").unwrap_or_default().to_owned();
        let mut free = users.iter().filter(|p| {
            let id = id(p);
            let free = !managers.contains(&id) && !in_group.contains(id.as_str());
            enabled(p) && text(p, "mail").is_some() && manager(p).is_some() && free
        });
        let mut next = || free.next().ok_or_else(too_small);
        let (mover, leaver, report, renamed, gone) = (next()?, next()?, next()?, next()?, next()?);
        let now = manager(report);
        let new_manager = users.iter().filter(|p| enabled(p)).map(id);
        let new_manager =
            new_manager.into_iter().find(|other| *other != id(report) && Some(other) != now.as_ref());
        let member = users.iter().find(|p| enabled(p) && in_group.contains(id(p).as_str()));
        Ok(Self {
            mover: id(mover),
            leaver: id(leaver),
            new_manager: new_manager.ok_or_else(too_small)?,
            report: id(report),
            renamed: id(renamed),
            gone: id(gone),
            group: text(&group, "id").unwrap_or_default().to_owned(),
            member: id(member.ok_or_else(too_small)?),
        })
    }
}

/// What every scene needs.
struct Scene<'s> {
    engine: &'s Engine,
    directory: &'s Directory,
    story: &'s Story,
    show: &'s Show,
}

impl Scene<'_> {
    async fn joiner(&self) -> Result<(), Failure> {
        let joiner = made_up(self.directory, "0001", "josé.joiner", "José", "Joiner")?;
        self.directory.hire(joiner);
        let tally = self.engine.cycle().await?.tally;
        exactly(tally.created, 1, "learners created")?;
        exactly(tally.managers_set, 1, "managers set")?;
        self.show.done("joiner", self.engine, "José Joiner was hired, and is a learner with a manager");
        Ok(())
    }

    async fn mover(&self) -> Result<(), Failure> {
        self.directory.change(&self.story.mover, |person| {
            person["department"] = json!("Customer Success");
            person["jobTitle"] = json!("Learning Advisor");
            person["officeLocation"] = json!("GB 99");
        })?;
        let tally = self.engine.cycle().await?.tally;
        exactly(tally.updated, 1, "learners updated")?;
        self.show.done("mover", self.engine, "department, title and office changed, nothing else was sent");
        Ok(())
    }

    async fn leaver_and_returner(&self, verifier: &mut Verifier) -> Result<(), Failure> {
        let leaver = &self.story.leaver;
        self.directory.change(leaver, |person| person["accountEnabled"] = json!(false))?;
        let tally = self.engine.cycle().await?.tally;
        exactly(tally.disabled, 1, "learners disabled")?;
        verifier.people(self.directory).await?;
        verifier.found(self.directory, leaver, Some(false)).await?;
        self.show.done(
            "leaver",
            self.engine,
            "account disabled, so disabled here: still there, still found by filter",
        );

        self.directory.change(leaver, |person| person["accountEnabled"] = json!(true))?;
        let tally = self.engine.cycle().await?.tally;
        exactly(tally.restored, 1, "learners enabled again")?;
        verifier.people(self.directory).await?;
        verifier.found(self.directory, leaver, Some(true)).await?;
        self.show.done("returner", self.engine, "enabled again: the same learner under the same id");
        Ok(())
    }

    async fn manager_change(&self) -> Result<(), Failure> {
        let manager = &self.story.new_manager;
        self.directory.change(&self.story.report, |person| person["manager"] = json!({"id": manager}))?;
        let tally = self.engine.cycle().await?.tally;
        exactly(tally.references(), 1, "references changed")?;
        self.show.done("manager change", self.engine, "reports to somebody else now");
        Ok(())
    }

    async fn rename(&self) -> Result<(), Failure> {
        let name = "renamed.after-the-wedding@contoso-learning.example";
        self.directory.change(&self.story.renamed, |person| {
            person["userPrincipalName"] = json!(name);
            person["mail"] = json!(name);
            person["surname"] = json!("Müller-Nakamura");
        })?;
        let tally = self.engine.cycle().await?.tally;
        exactly(tally.updated, 1, "learners renamed")?;
        self.show.done("rename", self.engine, "another user name and e-mail, the same learner");
        Ok(())
    }

    async fn membership(&self) -> Result<(), Failure> {
        let (joins, leaves) = (&self.story.mover, &self.story.member);
        let mut stay = 0;
        self.directory.change_group(&self.story.group, |group| {
            if let Some(members) = group["members"].as_array_mut() {
                members.retain(|member| member["id"] != leaves.as_str());
                stay = members.len();
                members.push(json!({"id": joins}));
            }
        })?;
        let tally = self.engine.cycle().await?.tally;
        exactly(tally.members_added, 1, "members added")?;
        exactly(tally.members_removed, 1, "members taken out")?;
        self.show.done("group membership", self.engine, &format!("one in, one out, the other {stay} stay"));
        Ok(())
    }

    async fn hard_delete(&self, verifier: &mut Verifier) -> Result<(), Failure> {
        let gone = &self.story.gone;
        verifier.will_go(self.directory, gone);
        self.directory.delete(gone);
        let tally = self.engine.cycle().await?.tally;
        exactly(tally.disabled, 1, "learners disabled")?;
        verifier.people(self.directory).await?;
        self.engine.pass_days(30);
        let tally = self.engine.cycle().await?.tally;
        exactly(tally.deleted, 1, "learners deleted")?;
        verifier.is_gone(gone).await?;
        self.show.done("hard delete", self.engine, "disabled first, deleted thirty (virtual) days later");
        Ok(())
    }

    async fn quiet_cycle(&self) -> Result<(), Failure> {
        let tally = self.engine.cycle().await?.tally;
        exactly(tally.exported() + tally.references(), 0, "changes")?;
        let came = format!("nothing changed, so nothing was written ({} untouched)", tally.untouched);
        self.show.done("incremental cycle", self.engine, &came);
        Ok(())
    }

    async fn on_demand(&self) -> Result<(), Failure> {
        let mut newcomer = made_up(self.directory, "0002", "olena.ondemand", "Олена", "Приклад")?;
        newcomer["manager"] = Value::Null;
        let id = text(&newcomer, "id").unwrap_or_default().to_owned();
        self.directory.hire(newcomer);
        let done = self.engine.job.on_demand(Kind::User, &id, &[]).await.map_err(|e| engine::failed(&e))?;
        exactly(u64::from(done.effect == Effect::Created(Kind::User)), 1, "learners created")?;
        let steps: Vec<_> =
            done.steps.iter().map(|step| format!("{} ({})", step.name, step.status.word())).collect();
        self.show.done("provision on demand", self.engine, &steps.join(", "));
        Ok(())
    }
}

/// Somebody new, modelled on the first person of the sample.
fn made_up(
    directory: &Directory,
    number: &str,
    name: &str,
    given: &str,
    family: &str,
) -> Result<Value, Failure> {
    let users = directory.users();
    let first = users.first().ok_or_else(|| Failure::unexpected("the sample has nobody"))?;
    let mail = format!("{name}@contoso-learning.example");
    let mut person = first.clone();
    person["manager"] = json!({"id": first["id"]});
    for (name, value) in [
        ("id", format!("e1700000-0000-4000-8000-00000000{number}")),
        ("userPrincipalName", mail.clone()),
        ("mail", mail),
        ("mailNickname", name.to_owned()),
        ("displayName", format!("{given} {family}")),
        ("givenName", given.to_owned()),
        ("surname", family.to_owned()),
        ("employeeId", format!("9{number}")),
        ("jobTitle", "Trainee".to_owned()),
    ] {
        person[name] = json!(value);
    }
    Ok(person)
}

fn exactly(found: u64, wanted: u64, what: &str) -> Result<(), Failure> {
    if found == wanted {
        return Ok(());
    }
    Err(Failure::unexpected(format!("{found} {what}, where Entra would expect {wanted}")))
}
