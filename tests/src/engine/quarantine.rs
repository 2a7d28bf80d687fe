//! Quarantine, accidental deletions, and the rhythm.

use std::sync::Arc;

use base::Secret;
use entra::job::{JobFault, JobOptions, JobState, QuarantineReason, QuarantineRules};
use entra::signin::{SignIn, SignInFailure, TokenOrigin};
use entra::state::LogFilter;
use serde_json::json;
use testkit::{Fault, FaultProxy};
use tokio_util::sync::CancellationToken;

use super::world::{DAY, DIALECTS, HOUR, World, options, people, person};

fn many(n: usize) -> serde_json::Value {
    json!({"users": (0..n).map(|n| person(&format!("p{n:03}"))).collect::<Vec<_>>()})
}

async fn proxied(document: serde_json::Value, change: impl FnOnce(&mut JobOptions)) -> (World, FaultProxy) {
    let mut world = World::new(DIALECTS[0], document).await;
    let proxy = FaultProxy::start(world.server.address).await;
    let state = entra::state::State::temporary().unwrap();
    let mut options = options(proxy.address, &world.entra, DIALECTS[0], &world.source, state, &world.clock);
    change(&mut options);
    world.job = entra::job::Job::open(options).unwrap();
    (world, proxy)
}

// entra §4.10: credentials lead into quarantine at once, and the next good cycle out of it
#[tokio::test]
async fn a_refused_token_is_quarantine_at_once() {
    let (world, proxy) = proxied(people(&["ann"]), |_| ()).await;
    proxy.rule(|_, _| Fault::Answer(401, Vec::new(), String::new()));
    let report = world.job.cycle(&mut |_| ()).await.unwrap();
    let quarantine = report.quarantine.unwrap();
    assert_eq!(quarantine.reason, QuarantineReason::EncounteredQuarantineException);
    assert_eq!(quarantine.code, "SystemForCrossDomainIdentityManagementCredentialValidationFailure");
    let status = world.job.status().unwrap();
    assert_eq!(
        (&status["status"]["code"], &status["status"]["countSuccessiveCompleteFailures"]),
        (&json!("Quarantine"), &json!(1))
    );
    assert_eq!(world.job.next_due().unwrap().since(world.now()), HOUR * 6);
    proxy.heal();
    let report = world.cycle().await;
    assert_eq!(report.tally.created, 1);
    assert_eq!(world.job.status().unwrap()["status"]["quarantine"], json!(null));
    assert_eq!(world.job.next_due().unwrap().since(world.now()), HOUR * 2 / 3);
}

// entra §4.10: a share of failures
#[tokio::test]
async fn too_many_failures_end_the_cycle() {
    let rules = |options: &mut JobOptions| {
        options.rules.quarantine = QuarantineRules { minimum: 10, share: 0.4, base: 40_000, total: 60_000 };
    };
    let (world, proxy) = proxied(many(100), rules).await;
    proxy.rule(|method, _| match method {
        "POST" => Fault::Answer(422, Vec::new(), "{}".to_owned()),
        _ => Fault::Pass,
    });
    let report = world.job.cycle(&mut |_| ()).await.unwrap();
    assert_eq!(report.quarantine.unwrap().reason, QuarantineReason::EncounteredEscrowProportionThreshold);
    assert!((10..40).contains(&report.tally.failed), "{:?}", report.tally);
    proxy.heal();
    world.pass(DAY);
    let report = world.cycle().await;
    assert_eq!(report.tally.created, 100, "none is lost");
}

// entra §4.7
#[tokio::test]
async fn too_many_removals_are_held_back_until_they_are_allowed() {
    let threshold = |options: &mut JobOptions| options.rules.delete_threshold = Some(3);
    let world = World::with(DIALECTS[0], many(10), threshold).await;
    world.cycle().await;
    for n in 0..5 {
        world.remove(&format!("p{n:03}"));
    }
    world.add(person("new"));
    let report = world.job.cycle(&mut |_| ()).await.unwrap();
    assert_eq!(report.quarantine.unwrap().reason, QuarantineReason::TooManyDeletes);
    assert_eq!((report.tally.staged, report.tally.disabled, report.tally.created), (5, 0, 1));
    let log = world.job.log(&Default::default(), i64::MAX, 3).unwrap();
    assert!(log.iter().all(|(_, e)| e.action.word() == "stageddelete"), "{log:?}");
    assert_eq!(world.there("p000@x.example").await["active"], true);
    // Again the same.
    let report = world.job.cycle(&mut |_| ()).await.unwrap();
    assert_eq!((report.tally.staged, report.tally.disabled), (5, 0));
    world.job.restart("ForceDeletes".parse().unwrap()).unwrap();
    assert_eq!(world.cycle().await.tally.disabled, 5);
    assert_eq!(world.there("p000@x.example").await["active"], false);
    // Three at once are no accident.
    for n in 5..8 {
        world.remove(&format!("p{n:03}"));
    }
    assert_eq!(world.cycle().await.tally.disabled, 3);
}

// entra §4.1, §4.10: every forty minutes; in quarantine less often, and disabled after four weeks
#[tokio::test]
async fn twenty_eight_days_pass_in_a_moment() {
    let (world, proxy) = proxied(people(&["ann"]), |_| ()).await;
    let cancel = CancellationToken::new();
    let begin = world.now();
    let mut cycles = 0;
    let stop = cancel.clone();
    world
        .job
        .watch(&cancel, &mut |_| (), &mut |_| {
            cycles += 1;
            if cycles == 30 {
                stop.cancel();
            }
        })
        .await
        .unwrap();
    assert_eq!(world.now().since(begin).as_secs(), 29 * 40 * 60);

    proxy.rule(|_, _| Fault::Refuse);
    let (broken, mut at) = (world.now(), Vec::new());
    let clock = world.clock.clone();
    let cancel = CancellationToken::new();
    world
        .job
        .watch(&cancel, &mut |_| (), &mut |report| {
            assert!(report.unwrap().quarantine.is_some());
            at.push(base::Clock::now(&clock).since(broken).as_secs() / 3_600);
        })
        .await
        .unwrap();
    assert_eq!(at[..5], [0, 6, 18, 42, 66]);
    assert_eq!(world.job.facts().state, JobState::Disabled);
    assert!(at.last().is_some_and(|last| (28 * 24..30 * 24).contains(last)), "{at:?}");
    assert!(matches!(world.job.cycle(&mut |_| ()).await, Err(JobFault::Disabled)));
    proxy.heal();
    world.job.restart("".parse().unwrap()).unwrap();
    world.cycle().await;
}

#[tokio::test]
async fn a_paused_job_does_nothing() {
    let world = World::new(DIALECTS[0], people(&["ann"])).await;
    world.job.pause().unwrap();
    assert!(matches!(world.job.cycle(&mut |_| ()).await, Err(JobFault::Paused)));
    assert_eq!(
        (world.job.next_due(), &world.job.status().unwrap()["status"]["code"]),
        (None, &json!("Paused"))
    );
    world.job.start().unwrap();
    assert_eq!(world.cycle().await.tally.created, 1);
}

// entra §5.1: with OAuth nobody pasted the token, so nobody is told to paste it again
#[tokio::test]
async fn a_refused_token_of_a_token_endpoint_is_told_with_what_fits_it() {
    let (mut world, proxy) = proxied(people(&["ann"]), |_| ()).await;
    let state = entra::state::State::temporary().unwrap();
    let mut options = options(proxy.address, &world.entra, DIALECTS[0], &world.source, state, &world.clock);
    options.sign_in = Some(Arc::new(Issued(Secret::new(world.entra.token().to_owned()))));
    world.job = entra::job::Job::open(options).unwrap();
    proxy.rule(|method, _| match method {
        "POST" => Fault::Answer(401, Vec::new(), String::new()),
        _ => Fault::Pass,
    });
    // The probe passes and the first create does not: the log and the quarantine say the same.
    let quarantine = world.job.cycle(&mut |_| ()).await.unwrap().quarantine.unwrap();
    let log = world.job.log(&LogFilter::default(), i64::MAX, 1).unwrap();
    let entry = log[0].1.error.clone().unwrap();
    assert_eq!((quarantine.code.as_str(), entry.code.as_str()), ("Unauthorized", "Unauthorized"));
    assert_eq!(quarantine.recommendation, entry.recommendation);
    proxy.rule(|_, _| Fault::Answer(401, Vec::new(), "{\"detail\": \"it has expired\"}".to_owned()));
    let probed = world.job.cycle(&mut |_| ()).await.unwrap().quarantine.unwrap();
    let compared = base::Hinted::hints(&world.job.diff(&mut |_| ()).await.unwrap_err());
    for advice in [&entry.recommendation, &probed.recommendation, &compared[0]] {
        assert!(advice.contains("token endpoint") && !advice.contains("paste it"), "{advice}");
    }
}

/// A token that the target knows, as if a token endpoint had issued it.
#[derive(Debug)]
struct Issued(Secret<String>);

#[async_trait::async_trait]
impl SignIn for Issued {
    async fn authorize(&self) -> Result<Secret<String>, SignInFailure> {
        Ok(self.0.clone())
    }

    async fn renew(&self) -> Result<Secret<String>, SignInFailure> {
        Ok(self.0.clone())
    }

    fn origin(&self) -> TokenOrigin {
        TokenOrigin::TokenEndpoint
    }
}
