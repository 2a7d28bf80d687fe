//! `/api/v1/tenants/{tenant}/connections/{connection}/faults`: what is wrong with a connection's set-up.

use serde::{Deserialize, Serialize};
use service::{Found, Lang, Problem, Stage, Weight};
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::page;
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/tenants/{tenant}/connections/{connection}/faults", "listFaults", run!(index))
            .about(
                "List set-up faults",
                "What goes wrong at this connection now, from the catalogue of set-up faults, in the order in which a set-up \
                 meets them; each with what its administrator has to do. With `all`, also what was seen within a week and is \
                 over.",
            )
            .query::<FaultQuery>()
            .answer::<FaultPage>(200, "The faults"),
    ]
}

/// Which faults, in which language.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FaultQuery {
    /// Also those that are over.
    #[serde(default)]
    #[schema(default = false)]
    all: bool,
    /// Language of name and remedy; English unless said.
    language: Option<Language>,
}

/// A language of the catalogue.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Language {
    En,
    De,
}

/// Where a fault lies.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FaultStage {
    Address,
    Token,
    Groups,
    Mapping,
    People,
    Running,
}

/// How bad it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FaultWeight {
    Stops,
    Loses,
    Advice,
}

/// A fault that was seen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Fault)]
struct FaultView {
    /// Stable id; the code of its entries in the provisioning log.
    id: &'static str,
    /// Where it lies.
    stage: FaultStage,
    /// `stops`: nothing works until it is put right; `loses`: somebody or something does not arrive; `advice`: works, but
    /// better otherwise.
    weight: FaultWeight,
    /// What is wrong.
    name: &'static str,
    /// What to do.
    remedy: &'static str,
    /// Whether it holds now.
    current: bool,
    /// Since when.
    #[schema(format = DateTime)]
    first_seen: String,
    /// When it was last seen.
    #[schema(format = DateTime)]
    last_seen: String,
    /// How often, when it was in requests.
    #[schema(required)]
    times: Option<u64>,
    /// Whom or what it was last about.
    #[schema(required)]
    example: Option<String>,
}

page!(
    /// The faults.
    FaultPage of FaultView
);

impl FaultView {
    fn of(problem: Problem, lang: Lang) -> Self {
        let fault = problem.fault;
        let said = fault.said(lang);
        Self {
            id: fault.id,
            stage: match fault.stage {
                Stage::Address => FaultStage::Address,
                Stage::Token => FaultStage::Token,
                Stage::Groups => FaultStage::Groups,
                Stage::Mapping => FaultStage::Mapping,
                Stage::People => FaultStage::People,
                Stage::Running => FaultStage::Running,
            },
            weight: match fault.weight {
                Weight::Stops => FaultWeight::Stops,
                Weight::Loses => FaultWeight::Loses,
                Weight::Advice => FaultWeight::Advice,
            },
            name: said.name,
            remedy: said.remedy,
            current: problem.current,
            first_seen: problem.first.to_string(),
            last_seen: problem.last.to_string(),
            times: (fault.found != Found::State).then_some(problem.times),
            example: problem.example,
        }
    }
}

async fn index(call: Call) -> Outcome<Reply> {
    let query: FaultQuery = call.query()?;
    let op = call.operator().await?;
    let lang = match query.language {
        Some(Language::De) => Lang::De,
        Some(Language::En) | None => Lang::En,
    };
    let problems = call.service().connection_faults(&op).await?;
    let items = problems.into_iter().filter(|p| p.current || query.all).map(|p| FaultView::of(p, lang));
    Reply::json(&FaultPage { items: items.collect(), next: None })
}
