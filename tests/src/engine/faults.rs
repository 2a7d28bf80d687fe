//! A target and a way to it that do harm: nobody is lost, nobody is doubled, and the log says why.

use entra::state::LogFilter;
use serde_json::json;
use testkit::{Fault, FaultProxy};

use super::world::{DAY, DIALECTS, HOUR, World, options, people, person};

/// A world whose job goes through a proxy.
async fn proxied(document: serde_json::Value) -> (World, FaultProxy) {
    let mut world = World::new(DIALECTS[0], document).await;
    let proxy = FaultProxy::start(world.server.address).await;
    let state = entra::state::State::temporary().unwrap();
    let options = options(proxy.address, &world.entra, DIALECTS[0], &world.source, state, &world.clock);
    world.job = entra::job::Job::open(options).unwrap();
    (world, proxy)
}

fn last_error(world: &World, id: &str) -> (String, String) {
    let filter = LogFilter { source_id: Some(id.to_owned()), ..LogFilter::default() };
    let log = world.job.log(&filter, i64::MAX, 1).unwrap();
    let error = log[0].1.error.clone().unwrap_or_else(|| panic!("no error: {:?}", log[0].1));
    assert!(error.recommendation.len() > 20, "{error:?}");
    (error.code, error.reason)
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_doubles_nobody() {
    let (world, proxy) = proxied(people(&["ann", "bob"])).await;
    proxy.rule(|method, _| if method == "POST" { Fault::Swallow } else { Fault::Pass });
    let report = world.job.cycle(&mut |_| ()).await.unwrap();
    assert_eq!((report.tally.created, report.tally.failed), (0, 2));
    proxy.heal();
    // In the next cycle, since nobody knows whether it was done.
    let report = world.cycle().await;
    assert_eq!((report.tally.adopted, report.tally.created, report.tally.failed), (2, 0, 0));
    assert_eq!(world.entra.get("/Users").await.total(), 2);
    assert_eq!(world.job.state().escrow_counts().unwrap(), (0, 0));
}

// entra §4.11: 500 is tried again in the next cycle
#[tokio::test]
async fn a_server_error_is_tried_again_in_the_next_cycle() {
    let (world, proxy) = proxied(people(&["ann"])).await;
    proxy.rule(|method, _| match method {
        "POST" => Fault::Answer(500, Vec::new(), "{}".to_owned()),
        _ => Fault::Pass,
    });
    assert_eq!(world.cycle().await.tally.failed, 1);
    assert_eq!(last_error(&world, "ann").0, "InternalServerError");
    assert_eq!(world.cycle().await.tally.failed, 1);
    proxy.heal();
    assert_eq!(world.cycle().await.tally.created, 1);
}

// entra §4.10: 6, 12, 24 hours after the first failure, daily then, until the 28th day
#[tokio::test]
async fn a_refusal_waits_and_is_given_up_after_four_weeks() {
    let (world, proxy) = proxied(people(&["ann"])).await;
    proxy.rule(|method, _| match method {
        "POST" => {
            let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409",
                              "scimType": "uniqueness", "detail": "taken"});
            Fault::Answer(409, vec![("content-type", "application/scim+json".to_owned())], body.to_string())
        }
        _ => Fault::Pass,
    });
    let begin = world.now();
    let mut attempts = Vec::new();
    // For five weeks: every hour at first, then every six.
    let mut hour = 0;
    while hour < 24 * 35 {
        if world.cycle().await.tally.failed > 0 {
            attempts.push(hour);
        }
        let step = if hour < 30 { 1 } else { 6 };
        hour += step;
        world.pass(HOUR * step);
    }
    assert_eq!(attempts[..6], [0, 6, 12, 24, 48, 72]);
    assert_eq!((attempts.len(), attempts.last()), (3 + 28, Some(&(24 * 28))));
    assert!(world.now().since(begin) >= DAY * 35);
    let (code, reason) = last_error(&world, "ann");
    assert_eq!(code, "EntryConflict");
    assert!(reason.starts_with("Message:") && reason.contains("given up"), "{reason}");
    // A change at the source is a new beginning.
    proxy.heal();
    world.set("ann", "jobTitle", json!("Dean"));
    assert_eq!(world.cycle().await.tally.created, 1);
}

// entra §5.3: 429 with Retry-After pauses, and only what was refused is sent again
#[tokio::test]
async fn a_busy_target_is_waited_for() {
    let (world, proxy) = proxied(people(&["ann", "bob", "cyd"])).await;
    let mut refused = 0;
    proxy.rule(move |method, _| {
        if method == "POST" && refused < 2 {
            refused += 1;
            return Fault::Answer(429, vec![("retry-after", "30".to_owned())], String::new());
        }
        Fault::Pass
    });
    let begin = world.now();
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.tally.failed), (3, 0));
    assert!(world.now().since(begin).as_secs() >= 30);
    assert_eq!(report.requests, 1 + 1 + 3 + 3 + 2, "probes, queries, creates, repetitions");
}

#[tokio::test]
async fn a_web_page_is_no_scim() {
    let (world, proxy) = proxied(people(&["ann"])).await;
    proxy.rule(|method, _| match method {
        "POST" => Fault::Answer(200, vec![("content-type", "text/html".to_owned())], "<html>".to_owned()),
        _ => Fault::Pass,
    });
    assert_eq!(world.cycle().await.tally.failed, 1);
    assert_eq!(last_error(&world, "ann").0, "SystemForCrossDomainIdentityManagementServiceIncompatible");
}

fn scim(status: u16, scim_type: &str) -> Fault {
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": status.to_string(),
                      "scimType": scim_type, "detail": "no"});
    Fault::Answer(status, vec![("content-type", "application/scim+json".to_owned())], body.to_string())
}

fn found(resources: serde_json::Value) -> Fault {
    let n = resources.as_array().unwrap().len();
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": n,
                      "startIndex": 1, "itemsPerPage": n, "Resources": resources});
    Fault::Answer(200, vec![("content-type", "application/scim+json".to_owned())], body.to_string())
}

// entra §4.11: each refusal has its code; when it is over the person arrives, once
#[tokio::test]
async fn each_refusal_has_its_code_and_harms_nobody_for_good() {
    let manager = json!([{"id": "1", "userName": "ann@x.example",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": "2"}}]);
    let two = json!([{"id": "1", "userName": "ann@x.example"}, {"id": "2", "userName": "ann@x.example"}]);
    let other = json!([{"id": "1", "userName": "somebody.else@x.example"}]);
    let elsewhere = vec![("location", "https://elsewhere.example/Users".to_owned())];
    for (method, fault, code) in [
        ("POST", scim(403, ""), "InsufficientRights"),
        ("POST", Fault::Answer(403, Vec::new(), "<html>".into()), "NotPermitted"),
        ("POST", scim(405, ""), "MethodNotAllowed"),
        ("POST", scim(409, "uniqueness"), "EntryConflict"),
        ("POST", scim(400, "uniqueness"), "Conflict"),
        ("POST", scim(422, ""), "UnprocessableEntity"),
        ("POST", scim(429, ""), "TooManyRequests"),
        ("POST", scim(501, ""), "NotImplemented"),
        ("POST", scim(503, ""), "InternalServerError"),
        ("POST", Fault::Answer(302, elsewhere, String::new()), "WebExceptionProtocolError"),
        ("POST", Fault::Refuse, "WebExceptionProtocolError"),
        ("GET", found(two), "DuplicateTargetEntries"),
        ("GET", found(manager), "SystemForCrossDomainIdentityManagementServiceIncompatible"),
        ("GET", found(other), "SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering"),
        ("PATCH", scim(404, ""), "InvalidAnchor"),
        ("PATCH", scim(400, "invalidValue"), "WebExceptionProtocolError"),
    ] {
        let (world, proxy) = proxied(people(&["ann"])).await;
        if method == "PATCH" {
            world.entra.user("ann@x.example").await;
        }
        let rule = fault.clone();
        proxy.rule(move |asked, target| {
            // The probe asks for nobody.
            let hit = asked == method && (method != "GET" || target.contains("ann"));
            if hit { rule.clone() } else { Fault::Pass }
        });
        let report = world.cycle().await;
        assert_eq!((report.tally.failed, report.tally.exported()), (1, 0), "{method} {fault:?}");
        assert_eq!(last_error(&world, "ann").0, code, "{method} {fault:?}");
        proxy.heal();
        world.pass(DAY);
        assert_eq!(world.cycle().await.tally.failed, 0, "{method} {fault:?}");
        assert_eq!(world.there("ann@x.example").await["displayName"], "Person ann");
        assert_eq!(world.entra.get("/Users").await.total(), 1);
    }
}

// entra §2.1: after 404 to a read by id Entra matches again, and may find the very same object
#[tokio::test]
async fn one_that_only_seemed_to_vanish_stays_ours() {
    let (world, proxy) = proxied(people(&["ann", "bob"])).await;
    world.cycle().await;
    let id = world.there("ann@x.example").await["id"].clone();
    proxy.rule(|method, target| match method {
        "GET" if target.contains("/Users/") => scim(404, ""),
        _ => Fault::Pass,
    });
    world.set("ann", "jobTitle", json!("Dean"));
    let report = world.cycle().await;
    assert_eq!((report.tally.adopted, report.tally.created, report.tally.failed), (1, 0, 0));
    proxy.heal();
    let ann = world.there("ann@x.example").await;
    assert_eq!((&ann["id"], &ann["title"]), (&id, &json!("Dean")));
    // She goes on being managed: what she leaves, she leaves in the target too.
    world.set("ann", "accountEnabled", json!(false));
    assert_eq!(world.cycle().await.tally.disabled, 1);
    assert_eq!(world.there("ann@x.example").await["active"], false);
}

// entra §1.2, §4.10: what makes the whole connection worthless is found before anybody is touched
#[tokio::test]
async fn what_the_probe_finds_is_quarantine() {
    let somebody = found(json!([{"id": "1", "userName": "first@x.example"}]));
    for (fault, code) in [
        (somebody, "SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering"),
        (scim(404, ""), "SystemForCrossDomainIdentityManagementServiceIncompatible"),
        (scim(403, ""), "SystemForCrossDomainIdentityManagementCredentialValidationFailure"),
        (
            Fault::Answer(200, Vec::new(), "<html>".into()),
            "SystemForCrossDomainIdentityManagementServiceIncompatible",
        ),
    ] {
        let (world, proxy) = proxied(people(&["ann"])).await;
        let rule = fault.clone();
        proxy.rule(move |_, _| rule.clone());
        let report = world.job.cycle(&mut |_| ()).await.unwrap();
        assert_eq!(report.quarantine.unwrap().code, code, "{fault:?}");
        assert_eq!((report.requests, proxy.requests()), (1, 1));
    }
}

// entra §4.11: no answer in time is tried again in the next cycle
#[tokio::test]
async fn a_target_that_hangs_is_tried_again_in_the_next_cycle() {
    let mut world = World::new(DIALECTS[0], people(&["ann"])).await;
    let proxy = FaultProxy::start(world.server.address).await;
    let state = entra::state::State::temporary().unwrap();
    let mut options = options(proxy.address, &world.entra, DIALECTS[0], &world.source, state, &world.clock);
    let url = options.client.base_url().to_string();
    let token = base::Secret::new(world.entra.token().to_owned());
    let client = options.wire.client(&url).bearer(token).timeout(std::time::Duration::from_millis(400));
    options.client = client.build().unwrap();
    world.job = entra::job::Job::open(options).unwrap();
    proxy.rule(|method, _| if method == "POST" { Fault::Hang } else { Fault::Pass });
    assert_eq!(world.cycle().await.tally.failed, 1);
    assert_eq!(last_error(&world, "ann").0, "Timeout");
    proxy.heal();
    assert_eq!(world.cycle().await.tally.created, 1);
}

#[tokio::test]
async fn a_bad_record_of_the_source_stops_nobody_else() {
    let world = World::new(DIALECTS[0], people(&["ann", "bob"])).await;
    world.cycle().await;
    world.set("ann", "accountEnabled", json!("perhaps"));
    world.set("bob", "jobTitle", json!("Dean"));
    world.add(json!({"displayName": "Nobody"}));
    world.add(person("cyd"));
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.tally.updated, report.tally.disabled), (1, 1, 0));
    let bad: Vec<_> = report.imported.bad.iter().map(ToString::to_string).collect();
    assert_eq!(
        bad,
        ["/users/0: its `accountEnabled` is \"perhaps\" and no truth value", "/users/2: it has no `id`",]
    );
    assert_eq!(world.there("ann@x.example").await["active"], true);
}
