//! CSV in and out (ruling 15).

use service::{Code, Import, ImportOptions, ImportPlan, LearnerQuery, Operator};
use store::{Cause, EventKind, State};

use super::world::{World, data};

async fn plan(world: &World, op: &Operator, text: &str, options: ImportOptions) -> ImportPlan {
    world.service.import_plan(op, text.as_bytes(), options, &mut |_| {}).await.unwrap()
}

async fn names(world: &World, op: &Operator) -> Vec<(String, State)> {
    let query = LearnerQuery { limit: 1000, ..LearnerQuery::default() };
    let list = world.service.learners(op, &query).await.unwrap();
    list.rows.into_iter().map(|r| (r.user_name, r.state)).collect()
}

#[tokio::test]
async fn every_bad_row_is_reported_and_nothing_is_written() {
    let world = World::new().await;
    let op = world.op().await;
    let file = "user name,email,active,manager\n\
        anna,a@x.de,yes,\n\
        ,b@x.de,yes,\n\
        cy,c@x.de,perhaps,\n\
        Anna,d@x.de,no,\n\
        di,d@x.de\n\
        ed,e@x.de,yes,nobody\n";
    let refused =
        world.service.import(&op, file.as_bytes(), ImportOptions::default(), &mut |_| {}).await.unwrap();
    let Import::Refused(plan) = refused else { panic!("{refused:?}") };
    let said: Vec<_> = plan.problems.iter().map(|p| (p.line, p.column.as_deref().unwrap_or(""))).collect();
    assert_eq!(
        said,
        [(3, "user name"), (4, "active"), (5, "user name"), (6, ""), (7, "manager")],
        "{plan:#?}"
    );
    assert_eq!(plan.problem_count, 5);
    assert!(names(&world, &op).await.is_empty());
    assert!(world.events(&op).await.is_empty());

    let header = self::plan(&world, &op, "user nmae,email\nanna,a@x.de\n", ImportOptions::default()).await;
    assert_eq!(header.problems.len(), 1, "{header:?}");
    assert_eq!((header.problems[0].line, header.problems[0].column.as_deref()), (1, Some("user nmae")));
}

#[tokio::test]
async fn a_file_goes_in_as_it_was_planned_and_a_second_time_changes_nothing() {
    let world = World::new().await;
    let op = world.op().await;
    let file = "Login;E-Mail;First name;Role;Active\n\
        anna@x.de;anna@x.de;Änne;a; ja\n\
        bo@x.de;bo@x.de;Bo;;no\n";
    // `ja` is no word for truth here.
    assert_eq!(plan(&world, &op, file, ImportOptions::default()).await.problem_count, 1);
    let file = file.replace(" ja", "yes");
    let dry = plan(&world, &op, &file, ImportOptions::default()).await;
    assert_eq!((dry.rows, dry.created, dry.updated, dry.problem_count), (2, 2, 0, 0));
    let report = world.import(&op, &file, ImportOptions::default()).await;
    assert_eq!((report.created, report.skipped), (2, 0));
    assert_eq!(
        names(&world, &op).await,
        [("anna@x.de".to_owned(), State::Active), ("bo@x.de".to_owned(), State::Inactive)]
    );
    let events = world.events(&op).await;
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|e| e.event.kind == EventKind::LearnerCreated
        && e.event.cause == Cause::Imported
        && e.event.batch == Some(report.job.0)));
    assert_eq!(data(&events[0])["profile"]["givenName"], "Änne");

    let report =
        world.import(&op, &file.replace("anna@x.de;anna", "ANNA@X.de;anna"), ImportOptions::default()).await;
    assert_eq!((report.created, report.updated, report.unchanged), (0, 0, 2));
    let report = world.import(&op, "login,title\nanna@x.de,CEO\nbo@x.de,\n", ImportOptions::default()).await;
    assert_eq!((report.updated, report.unchanged), (1, 1));
    assert_eq!(world.events(&op).await.len(), 3);
}

#[tokio::test]
async fn managers_may_stand_anywhere_in_the_file() {
    let world = World::new().await;
    let op = world.op().await;
    let mut file = "user name,email,manager\n".to_owned();
    // The head of all stands last, beyond the first chunk, and two are each other's manager.
    for n in 0..400 {
        file.push_str(&format!("p{n},p{n}@x.de,boss\n"));
    }
    file.push_str("one,,two\ntwo,,one\nboss,boss@x.de,\nlate,,p1@x.de\n");
    let dry = plan(&world, &op, &file, ImportOptions::default()).await;
    // An address names somebody only once that person is there.
    assert_eq!(dry.problems.iter().map(|p| p.line).collect::<Vec<_>>(), [405]);
    let file = file.replace("late,,p1@x.de", "late,,p1");
    let report = world.import(&op, &file, ImportOptions::default()).await;
    assert_eq!((report.created, report.skipped), (404, 0), "{:?}", report.problems);
    for (who, manager) in [("p0", "boss"), ("p399", "boss"), ("one", "two"), ("two", "one"), ("late", "p1")] {
        let shown = world.service.learner_show(&op, who).await.unwrap();
        let manager = world.service.learner_show(&op, manager).await.unwrap().row.id;
        assert_eq!(shown.profile.manager.unwrap().id, manager.to_string(), "{who}");
    }
    let again = world.import(&op, &file, ImportOptions::default()).await;
    assert_eq!((again.updated, again.unchanged), (0, 404));
    let by_address = world.import(&op, "user name,manager\nlate,boss@x.de\n", ImportOptions::default()).await;
    assert_eq!(by_address.updated, 1);
}

#[tokio::test]
async fn who_is_not_in_the_file_goes_only_when_asked_and_never_who_is_managed() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    world.provision(&token, "managed").await;
    world.import(&op, "user name\nanna\nbo\n", ImportOptions::default()).await;
    world.import(&op, "user name\nanna\n", ImportOptions::default()).await;
    assert!(names(&world, &op).await.iter().all(|(_, state)| *state == State::Active));

    let missing = ImportOptions { deactivate_missing: true, ..ImportOptions::default() };
    let dry = plan(&world, &op, "user name\nanna\n", missing).await;
    assert_eq!((dry.deactivated, dry.kept), (1, 1));
    let report = world.import(&op, "user name\nanna\n", missing).await;
    assert_eq!(report.deactivated, 1);
    let inactive: Vec<_> =
        names(&world, &op).await.into_iter().filter(|(_, s)| *s == State::Inactive).map(|(n, _)| n).collect();
    assert_eq!(inactive, ["bo"]);
    let forced = ImportOptions { deactivate_missing: true, force: true };
    assert_eq!(world.import(&op, "user name\nanna\n", forced).await.deactivated, 1);
}

#[tokio::test]
async fn what_a_provider_manages_is_refused_to_a_file_unless_forced() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    world.provision(&token, "anna").await;
    // Ruling 7.
    let file = "user name,display name\nanna,Anna\n";
    let dry = plan(&world, &op, file, ImportOptions::default()).await;
    assert_eq!(dry.problem_count, 1);
    assert!(dry.problems[0].message.contains("displayName"), "{:?}", dry.problems);
    let same = plan(&world, &op, "user name,display name\nanna,anna\n", ImportOptions::default()).await;
    assert_eq!((same.problem_count, same.unchanged), (0, 1));
    let forced = ImportOptions { force: true, ..ImportOptions::default() };
    assert_eq!(world.import(&op, file, forced).await.updated, 1);
}

#[tokio::test]
async fn an_export_goes_back_in_without_a_change_and_calculates_nothing() {
    let world = World::new().await;
    let op = world.op().await;
    let file = "user name,email,manager,mobile,department,title,roles,active\n\
        anna,a@x.de,,'+49 30 1,=1+1,'@x,a;b,yes\n\
        bo,b@x.de,anna,,\"a, \"\"b\"\"\",,,no\n";
    world.import(&op, file, ImportOptions::default()).await;
    let mut exported = Vec::new();
    let count = world
        .service
        .export_csv(&op, &mut |bytes| {
            exported.extend_from_slice(bytes);
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(count, 2);
    let text = String::from_utf8(exported).unwrap();
    for line in text.lines() {
        for cell in line.split(',') {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
    let anna = world.service.learner_show(&op, "anna").await.unwrap();
    assert_eq!(anna.document["phoneNumbers"][0]["value"], "+49 30 1");
    assert_eq!(anna.profile.department.as_deref(), Some("=1+1"));
    let before = world.events(&op).await.len();
    let report = world.import(&op, &text, ImportOptions::default()).await;
    assert_eq!((report.unchanged, report.updated, report.created), (2, 0, 0));
    assert_eq!(world.events(&op).await.len(), before);
}

#[tokio::test]
async fn progress_is_told_and_ends_at_the_end() {
    let world = World::new().await;
    let op = world.op().await;
    let file: String =
        std::iter::once("user name\n".to_owned()).chain((0..600).map(|n| format!("p{n}\n"))).collect();
    let mut seen = Vec::new();
    world
        .service
        .import(&op, file.as_bytes(), ImportOptions::default(), &mut |p| seen.push(p))
        .await
        .unwrap();
    let done = |phase: &str| seen.iter().filter(|p| p.phase == phase).map(|p| p.done).collect::<Vec<_>>();
    assert_eq!(done("checking"), [256, 512, 600]);
    assert_eq!(done("importing"), [256, 512, 600]);
    assert!(seen.iter().all(|p| p.total == 600));
}

#[tokio::test]
async fn a_file_that_cannot_be_written_out_says_so() {
    let world = World::new().await;
    let op = world.op().await;
    let error = world
        .service
        .export_csv(&op, &mut |_| Err(std::io::Error::other("no space left")))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::Internal);
    assert!(error.message.contains("no space left"));
}
