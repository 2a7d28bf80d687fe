//! Sending a fixture's requests and judging the answers.

use base::Entropy;
use client::{Client, HeaderName, Method, Request, lenient};

use crate::signin::SignIn;
use crate::wire::replay::expect::problems;
use crate::wire::replay::fixture::{Fixture, Step, Test};
use crate::wire::replay::variables::Variables;

/// Plays fixtures against a service.
#[derive(Debug)]
pub struct Player<'a> {
    client: &'a Client,
    entropy: &'a dyn Entropy,
    sign_in: Option<&'a dyn SignIn>,
}

/// What came of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// The test's short name.
    pub id: String,
    /// What it tests.
    pub name: String,
    /// Whether it counts to the score.
    pub counts: bool,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every pass rule held.
    Passed,
    /// One did not.
    Failed {
        /// The request whose answer was wrong.
        request: String,
        /// What is wrong with it.
        problems: Vec<String>,
    },
    /// It could not be played.
    Skipped(&'static str),
}

impl<'a> Player<'a> {
    /// Plays through a client set up by [`Fixture::client`].
    #[must_use]
    pub const fn new(client: &'a Client, entropy: &'a dyn Entropy) -> Self {
        Self { client, entropy, sign_in: None }
    }

    /// Signs in by this where a test is about signing in. Others of its kind are skipped.
    #[must_use]
    pub fn sign_in(mut self, sign_in: &'a dyn SignIn) -> Self {
        self.sign_in = Some(sign_in);
        self
    }

    /// Plays every test.
    pub async fn play(&self, fixture: &Fixture) -> Vec<Played> {
        let mut played = Vec::with_capacity(fixture.tests.len());
        for test in &fixture.tests {
            played.push(Played {
                id: test.id.clone(),
                name: test.name.clone(),
                counts: test.counts,
                outcome: self.test(fixture, test).await,
            });
        }
        played
    }

    async fn test(&self, fixture: &Fixture, test: &Test) -> Outcome {
        if self.sign_in.is_none() && test.steps.iter().any(|step| step.sign_in.is_some()) {
            return Outcome::Skipped("no sign-in was given");
        }
        let mut variables = Variables::new(self.entropy);
        for step in &test.steps {
            let mut shown = step.send.clone().unwrap_or_else(|| "sign in".to_owned());
            let result = match step.sign_in {
                Some(rule) => self.signed_in(rule.minutes).await,
                None => self.step(fixture, step, &mut variables, &mut shown).await,
            };
            match result {
                Ok(problems) if problems.is_empty() => {}
                Ok(problems) => return Outcome::Failed { request: shown, problems },
                Err(problem) => return Outcome::Failed { request: shown, problems: vec![problem] },
            }
        }
        Outcome::Passed
    }

    async fn signed_in(&self, minutes: [u64; 2]) -> Result<Vec<String>, String> {
        let Some(sign_in) = self.sign_in else { return Ok(Vec::new()) };
        let token = sign_in.renew().await.map_err(|failure| failure.to_string())?;
        self.client.set_bearer(&token).map_err(|failure| failure.to_string())?;
        let [least, most] = minutes.map(|m| std::time::Duration::from_secs(m * 60));
        Ok(match sign_in.lifetime().await {
            Some(life) if life < least || life > most => {
                vec![format!(
                    "the token lives {} minutes, not {} to {}",
                    life.as_secs() / 60,
                    minutes[0],
                    minutes[1]
                )]
            }
            _ => Vec::new(),
        })
    }

    async fn step(
        &self,
        fixture: &Fixture,
        step: &Step,
        variables: &mut Variables<'_>,
        shown: &mut String,
    ) -> Result<Vec<String>, String> {
        let send = step.send.as_deref().unwrap_or_default();
        let (method, target) = send.split_once(' ').ok_or("a request is a method and a path")?;
        let method: Method = method.parse().map_err(|_| format!("`{method}` is no method"))?;
        let target = variables.fill(target)?;
        *shown = format!("{method} {target}");
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut request = Request::new(method, path);
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            request = request.param(name, value);
        }
        if let Some(body) = &step.body {
            let body = variables.fill_json(&fixture.resolved(body)?)?;
            *shown = format!("{shown} {body}");
            request = request.json(&body);
        }
        if step.anonymous {
            request = request.without(HeaderName::from_static("authorization"));
        }
        let response = self.client.send(request).await.map_err(|failure| failure.to_string())?;
        let problems = problems(fixture, &step.expect, &response, variables)?;
        if !problems.is_empty() {
            return Ok(problems);
        }
        for (name, member) in &step.keep {
            match response.json().and_then(|json| lenient::text(json, member)) {
                Some(value) => variables.keep(name, value),
                None => return Err(format!("the answer has no `{member}` to go on with")),
            }
        }
        Ok(problems)
    }
}
