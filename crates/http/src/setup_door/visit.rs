//! Somebody with a link.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use base::Timestamp;
use console::pages::setup::{Shown, busy, provider, provider_of};
use service::noun::ConnectionKind;
use service::{
    Code, Lang, LeftoverPolicy, Leftovers, Rehearsal, ServiceError, ServiceResult, SetupProgress, SetupVisit,
};

use super::not_here;
use crate::App;
use crate::web::{Fields, html, path_of};

/// People named by name who were left over.
const LEFT_OVER: usize = 50;

/// A request below `/setup/{link}`, not yet looked at.
pub(super) struct Door {
    pub(super) app: App,
    pub(super) head: Parts,
}

impl FromRequestParts<App> for Door {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self { app: app.clone(), head: head.clone() })
    }
}

/// What a page is made of.
pub(super) struct Look {
    pub(super) app: App,
    pub(super) visit: SetupVisit,
    pub(super) secret: String,
    pub(super) lang: Lang,
    pub(super) kind: ConnectionKind,
    pub(super) progress: SetupProgress,
    pub(super) rehearsal: Option<Rehearsal>,
    leftovers: Option<Leftovers>,
    tenant_url: String,
    now: Timestamp,
}

impl Door {
    /// The link's secret: the part of the path after `/setup/`. It is letters and digits, so nothing is decoded.
    fn secret(&self) -> &str {
        self.head.uri.path().trim_start_matches("/setup/").split('/').next().unwrap_or_default()
    }

    /// Opens the link, or says that there is none.
    pub(super) async fn visit(&self) -> Result<SetupVisit, Response> {
        match self.app.service.setup_visit(self.secret()).await {
            Ok(Some(visit)) => Ok(visit),
            Ok(None) => {
                crate::scim_door::stray(&self.app, &self.head).await;
                Err(not_here(&self.app, &self.head.headers))
            }
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Opens the link and gathers what its page shows.
    pub(super) async fn look(&self) -> Result<Look, Response> {
        let visit = self.visit().await?;
        let query = Fields::of_query(&self.head.uri);
        self.look_at(visit, query.get("for"), query.get("lang")).await
    }

    /// Gathers what the page of a link shows, for a provider and in a language.
    pub(super) async fn look_at(
        &self,
        visit: SetupVisit,
        kind: Option<&str>,
        lang: Option<&str>,
    ) -> Result<Look, Response> {
        let service = &self.app.service;
        let progress = service.setup_progress(&visit).await.map_err(|error| self.failed(&error))?;
        Ok(Look {
            lang: Look::language(&self.app, &self.head.headers, lang),
            kind: kind.and_then(provider_of).unwrap_or(progress.connection.kind),
            now: service.now(),
            leftovers: self.leftovers(&visit, &progress).await.map_err(|error| self.failed(&error))?,
            rehearsal: None,
            tenant_url: service.config().scim_base(),
            secret: self.secret().to_owned(),
            app: self.app.clone(),
            progress,
            visit,
        })
    }

    /// Who was left over: known when the first cycle is done, shown when the policy is to list them.
    async fn leftovers(
        &self,
        visit: &SetupVisit,
        progress: &SetupProgress,
    ) -> ServiceResult<Option<Leftovers>> {
        let service = &self.app.service;
        if progress.first_synced.is_none()
            || service.setup_policy(&visit.op).await?.leftovers == LeftoverPolicy::Keep
        {
            return Ok(None);
        }
        let found = service.leftovers(&visit.op, LEFT_OVER).await?;
        Ok((found.total > 0).then_some(found))
    }

    /// It could not be done.
    pub(super) fn failed(&self, error: &ServiceError) -> Response {
        let status = if error.code == Code::TooMany {
            StatusCode::TOO_MANY_REQUESTS
        } else {
            tracing::error!(%error, "a setup page failed");
            StatusCode::SERVICE_UNAVAILABLE
        };
        let lang = Look::language(&self.app, &self.head.headers, None);
        let base = path_of(&self.app.service.config().public_url);
        html(status, busy(&self.app.brand, base, lang))
    }
}

impl Look {
    /// What the page shows.
    pub(super) fn shown(&self) -> Shown<'_> {
        Shown {
            brand: &self.app.brand,
            base: path_of(&self.app.service.config().public_url),
            secret: &self.secret,
            lang: self.lang,
            kind: self.kind,
            now: self.now,
            expires: self.visit.link.expires,
            tenant_url: &self.tenant_url,
            progress: &self.progress,
            proof: &self.visit.proof,
            leftovers: self.leftovers.as_ref(),
            rehearsal: self.rehearsal.as_ref(),
        }
    }

    /// Address of the page as it is.
    pub(super) fn href(&self) -> String {
        let base = path_of(&self.app.service.config().public_url);
        format!("{base}/setup/{}?for={}&lang={}", self.secret, provider(self.kind), self.lang.code())
    }

    /// The language: the one asked for, the first of the browser's that there is, or the brand's.
    pub(super) fn language(app: &App, headers: &HeaderMap, asked: Option<&str>) -> Lang {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        asked
            .and_then(Lang::of_tag)
            .or_else(|| accepted.and_then(|list| list.split(',').find_map(Lang::of_tag)))
            .unwrap_or(app.brand.language)
    }
}
