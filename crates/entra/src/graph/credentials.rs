//! `validateCredentials`, and from secrets to a client.

use std::sync::Arc;

use base::Secret;
use client::Client;
use serde_json::Value as Json;

use super::saved::Secrets;
use super::secrets::pairs;
use super::{Face, GraphFault};
use crate::connection_test;
use crate::signin::{ClientAuthentication, OAuth, SignIn};
use crate::wire::{Dialect, Wire};

/// How a target is reached.
pub(super) struct Target {
    pub(super) client: Client,
    pub(super) wire: Wire,
    pub(super) sign_in: Option<Arc<dyn SignIn>>,
}

impl Face {
    /// `POST …/jobs/validateCredentials` and `…/jobs/{id}/validateCredentials`: *Test Connection*; 204.
    ///
    /// # Errors
    /// 400 `CredentialValidationUnavailable` with the reason and the remedy.
    pub async fn validate_credentials(
        &self,
        principal: &str,
        job: Option<&str>,
        body: &Json,
    ) -> Result<(), GraphFault> {
        let saved_ones = body["useSavedCredentials"].as_bool().unwrap_or(false);
        let (secrets, mapping) = {
            let saved = self.saved();
            let app = saved.app(principal)?;
            let schema = match job {
                Some(id) => app.job(id)?.schema.clone(),
                None => app.jobs.first().and_then(|job| job.schema.clone()),
            };
            let given = if saved_ones {
                app.secrets.copy()
            } else {
                Secrets::of(pairs(&body["credentials"], "credentials")?)
            };
            (given, super::schema::mapping(schema)?)
        };
        let target = self.target(&secrets)?;
        let refused = |code: &'static str, message: String| GraphFault::new(400, code, message);
        if let Some(sign_in) = &target.sign_in {
            match sign_in.renew().await {
                Ok(token) => target
                    .client
                    .set_bearer(&token)
                    .map_err(|e| refused("InvalidCredentials", e.to_string()))?,
                Err(failure) => return Err(refused("InvalidCredentials", failure.to_string())),
            }
        }
        let entropy = self.options.env.entropy.as_ref();
        let report = connection_test::run(&target.client, &target.wire, &mapping, entropy).await;
        let origin = target.sign_in.as_ref().map(|sign_in| sign_in.origin());
        let report = report.signed_in_by(origin.unwrap_or_default());
        match report.findings().next() {
            None => Ok(()),
            Some(finding) => Err(refused(
                "CredentialValidationUnavailable",
                format!(
                    "{} ({}) {} {}",
                    report.banner(),
                    finding.told.name(),
                    finding.reason,
                    finding.remedy
                ),
            )),
        }
    }

    /// The target that secrets speak of.
    pub(super) fn target(&self, secrets: &Secrets) -> Result<Target, GraphFault> {
        let missing =
            |what: &str| GraphFault::bad_request(format!("{what} is missing: put it with the secrets."));
        let url = secrets.get("BaseAddress").ok_or_else(|| missing("BaseAddress (the Tenant URL)"))?;
        let dialect = Dialect::asked_for_by(url).unwrap_or(self.options.dialect);
        let wire = match &self.options.switches {
            Some(switches) => Wire::with(dialect, switches.clone()),
            None => Wire::new(dialect),
        };
        let wire = wire.map_err(|e| GraphFault::bad_request(e.to_string()))?.at(url);
        let mut builder = wire.client(url);
        let oauth = secrets.get("AuthenticationType").is_some_and(|kind| kind.starts_with("OAuth2"));
        let sign_in: Option<Arc<dyn SignIn>> = if oauth {
            let endpoint =
                secrets.get("Oauth2TokenExchangeUri").ok_or_else(|| missing("Oauth2TokenExchangeUri"))?;
            let id = secrets.get("Oauth2ClientId").ok_or_else(|| missing("Oauth2ClientId"))?;
            let secret: Secret<String> =
                secrets.secret("Oauth2ClientSecret").ok_or_else(|| missing("Oauth2ClientSecret"))?;
            let how = ClientAuthentication::Basic { secret };
            let oauth = OAuth::new(endpoint, id, how, Arc::clone(&self.options.env.clock))
                .map_err(|e| GraphFault::bad_request(e.to_string()))?;
            Some(Arc::new(oauth))
        } else {
            let token = secrets.secret("SecretToken").ok_or_else(|| missing("SecretToken"))?;
            builder = builder.bearer(token);
            None
        };
        let client = builder
            .clock(Arc::clone(&self.options.env.clock))
            .build()
            .map_err(|e| GraphFault::bad_request(e.to_string()))?;
        Ok(Target { client, wire, sign_in })
    }
}
