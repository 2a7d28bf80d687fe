//! Mappings other than the default: scoping filters, target object actions, no `active`, app roles.

use entra::schema::Schema;
use entra::state::LogFilter;
use serde_json::{Value as Json, json};

use super::world::{DAY, DIALECTS, ENTERPRISE, World, mapping, people, person, schema, with_group};

/// A world whose users' object mapping is changed.
async fn mapped(document: Json, change: impl FnOnce(&mut Json)) -> World {
    let mut json = schema().to_json();
    change(&mut json["synchronizationRules"][0]["objectMappings"][0]);
    let schema = Schema::read(&json.to_string()).unwrap_or_else(|faults| panic!("{faults:?}"));
    World::with(DIALECTS[0], document, |options| options.mapping = mapping(&schema)).await
}

fn filter(kind: &str) -> Json {
    let group = json!({"name": "Researchers", "clauses": [
        {"operatorName": "EQUALS", "sourceOperandName": "department", "targetOperand": {"values": ["Research"]}}]});
    let mut scope = json!({"categoryFilterGroups": [], "groups": [], "inputFilterGroups": []});
    scope[kind] = json!([group]);
    scope
}

// entra §4.2: who leaves the filter is disabled, and then is not ours any more
#[tokio::test]
async fn a_scoping_filter_lets_in_and_disables() {
    let world = mapped(people(&["ann", "bob"]), |users| users["scope"] = filter("groups")).await;
    world.set("bob", "department", json!("Sales"));
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.tally.skipped), (1, 1));
    let of_bob = LogFilter { source_id: Some("bob".into()), ..LogFilter::default() };
    let summary = world.job.log(&of_bob, i64::MAX, 1).unwrap()[0].1.summary(world.job.names());
    let scoping = &summary["provisioningSteps"][1]["details"];
    assert_eq!(scoping["Scoping filter evaluation passed"], "False");
    assert!(scoping["ScopeEvaluationResult"].as_str().unwrap().contains("department"), "{scoping}");
    world.set("ann", "department", json!("Sales"));
    let report = world.cycle().await;
    assert_eq!(report.tally.disabled, 1);
    let ann = world.there("ann@x.example").await;
    assert_eq!(
        (&ann["active"], &ann[ENTERPRISE]["department"]),
        (&json!(false), &json!("Research")),
        "`active` alone"
    );
    world.remove("ann");
    world.cycle().await;
    world.pass(DAY * 31);
    assert_eq!(world.cycle().await.tally.deleted, 0);
}

// entra §4.2: failing an input filter does not deprovision
#[tokio::test]
async fn an_input_filter_leaves_alone() {
    let world = mapped(people(&["ann"]), |users| users["scope"] = filter("inputFilterGroups")).await;
    assert_eq!(world.cycle().await.tally.created, 1);
    world.set("ann", "department", json!("Sales"));
    world.set("ann", "jobTitle", json!("Dean"));
    assert_eq!(world.cycle().await.tally.exported(), 0);
    let ann = world.there("ann@x.example").await;
    assert_eq!((&ann["active"], &ann["title"]), (&json!(true), &json!("Tutor")));
}

// entra §2.7: without `active` in the mapping, who leaves is deleted
#[tokio::test]
async fn without_active_who_leaves_is_deleted() {
    let world = mapped(people(&["ann", "bob"]), |users| {
        let attributes = users["attributeMappings"].as_array_mut().unwrap();
        attributes.retain(|a| a["targetAttributeName"] != "active");
    })
    .await;
    world.cycle().await;
    world.set("ann", "accountEnabled", json!(false));
    let gone = world.remove("bob");
    let report = world.cycle().await;
    assert_eq!((report.tally.deleted, report.tally.disabled), (2, 0));
    assert_eq!(world.entra.get("/Users").await.total(), 0);
    world.set("ann", "accountEnabled", json!(true));
    world.add(gone);
    assert_eq!(world.cycle().await.tally.created, 2);
}

// entra §2.7, §4.4: target object actions
#[tokio::test]
async fn actions_that_are_not_selected_are_not_done() {
    let world = mapped(people(&["ann"]), |users| users["flowTypes"] = json!("Add, Update")).await;
    world.cycle().await;
    world.remove("ann");
    world.cycle().await;
    world.pass(DAY * 31);
    assert_eq!(world.cycle().await.tally.deleted, 0);
    assert_eq!(world.there("ann@x.example").await["active"], false);

    let world = mapped(people(&["ann", "bob"]), |users| users["flowTypes"] = json!("Update")).await;
    world.entra.user("ann@x.example").await;
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.tally.adopted, report.tally.skipped), (0, 1, 1));
    assert!(world.user("bob@x.example").await.is_none());

    let world = mapped(people(&["ann"]), |users| users["flowTypes"] = json!("Add, Delete")).await;
    world.cycle().await;
    world.set("ann", "jobTitle", json!("Dean"));
    assert_eq!(world.cycle().await.tally.exported(), 0);
    assert_eq!(world.there("ann@x.example").await["title"], "Tutor");
}

// entra §4.14: a matching attribute without a value is told, and nobody else suffers
#[tokio::test]
async fn who_has_no_name_is_passed_over() {
    let world = World::new(DIALECTS[0], people(&["ann", "bob"])).await;
    world.set("ann", "userPrincipalName", json!(null));
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.tally.skipped, report.tally.failed), (1, 1, 0));
    let of_ann = LogFilter { source_id: Some("ann".into()), ..LogFilter::default() };
    let summary = world.job.log(&of_ann, i64::MAX, 1).unwrap()[0].1.summary(world.job.names());
    let skip = summary["provisioningSteps"].as_array().unwrap().last().unwrap();
    assert_eq!(
        skip["details"],
        json!({"SkipReason": "AttributeValidationFailed", "PropertyName": "userName"})
    );
    assert_eq!(summary["provisioningStatusInfo"]["errorInformation"], json!(null));
}

// entra §2.6: roles come with the assignment, a group's too
#[tokio::test]
async fn app_roles_flow_from_assignments() {
    let expression = "SingleAppRoleAssignment([appRoleAssignments])";
    let document = with_group(&["ann", "bob"], "Eng", &["bob"]);
    let world = mapped(document, |users| {
        let source = json!({"expression": expression, "name": "SingleAppRoleAssignment", "type": "Function",
            "parameters": [{"key": "source", "value": {"expression": "[appRoleAssignments]",
                "name": "appRoleAssignments", "type": "Attribute", "parameters": []}}]});
        let attribute = json!({"defaultValue": null, "exportMissingReferences": false,
            "flowBehavior": "FlowWhenChanged", "flowType": "Always", "matchingPriority": 0, "source": source,
            "targetAttributeName": "roles[primary eq \"True\"].value"});
        users["attributeMappings"].as_array_mut().unwrap().push(attribute);
    })
    .await;
    let role =
        |id: &str, value: &str| json!({"principalId": id, "appRoleId": value, "appRole": {"value": value}});
    world.source.document()["appRoleAssignedTo"] = json!([role("ann", "Admin"), role("g-Eng", "Tutor")]);
    world.cycle().await;
    let of = async |name: &str| world.there(&format!("{name}@x.example")).await["roles"].clone();
    assert_eq!(
        (&of("ann").await[0]["value"], &of("bob").await[0]["value"]),
        (&json!("Admin"), &json!("Tutor"))
    );
    assert_eq!(world.cycle().await.tally.exported(), 0);
    world.add(person("cyd"));
    world.source.document()["appRoleAssignedTo"].as_array_mut().unwrap().push(role("cyd", "Admin"));
    assert_eq!(world.cycle().await.tally.created, 1);
}
