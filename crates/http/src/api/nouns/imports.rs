//! `/api/v1/tenants/{tenant}/imports`: learners from CSV.

use serde::{Deserialize, Serialize};
use service::{ImportJob, ImportOptions, ImportPlan, ImportStart, ImportState, RowProblem};
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::page;
use crate::api::problem::{Code, Outcome, Problem};
use crate::api::reply::Reply;

/// Most problems of a file that a refusal names.
const SHOWN: usize = 100;

/// Media types of a file.
const CSV: &[&str] = &["text/csv"];

pub(super) fn endpoints() -> Vec<Endpoint> {
    let all = "/api/v1/tenants/{tenant}/imports";
    vec![
        Endpoint::get(all, "listImports", run!(index))
            .about("List imports", "The latest, newest first.")
            .answer::<ImportPage>(200, "The imports"),
        Endpoint::post(all, "createImport", run!(create))
            .about(
                "Import learners from CSV",
                "SCIM paths or usual words as headers, matched on the user name. The whole file is checked before anything \
                 is written; then it is applied in the background. The same file again is the import that is under way.",
            )
            .query::<ImportQuery>()
            .text(CSV)
            .answer::<ImportAnswer>(200, "The check, with `dryRun`")
            .answer::<ImportAnswer>(202, "It is being applied"),
        Endpoint::get("/api/v1/tenants/{tenant}/imports/{id}", "getImport", run!(show))
            .about("Show an import", "With its progress.")
            .answer::<ImportView>(200, "The import"),
    ]
}

/// How to import.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ImportQuery {
    /// The connection whose `externalId`s the file holds; `default` unless said.
    connection: Option<String>,
    /// Whether active learners who are not in the file are deactivated.
    #[serde(default)]
    #[schema(default = false)]
    deactivate_missing: bool,
    /// Whether learners that a connection manages are changed too.
    #[serde(default)]
    #[schema(default = false)]
    force: bool,
    /// Only check.
    #[serde(default)]
    #[schema(default = false)]
    dry_run: bool,
}

/// How an import stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ImportStateName {
    Running,
    Done,
    Failed,
}

/// An import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
struct ImportView {
    /// Id.
    id: String,
    /// How it stands.
    state: ImportStateName,
    /// What is being done: `importing`, `managers`, `missing`, `done`.
    phase: &'static str,
    /// Rows of the phase that are done.
    done: u64,
    /// Rows in all.
    total: u64,
    /// Learners made.
    created: u64,
    /// Learners changed.
    updated: u64,
    /// Rows that said what was there already.
    unchanged: u64,
    /// Learners deactivated because the file does not name them.
    deactivated: u64,
    /// Rows that could not be done any more when their turn came.
    skipped: u64,
    /// The first thousand of those.
    problems: Vec<ImportProblem>,
    /// Why it was given up.
    #[schema(required)]
    error: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    made: String,
    /// When it last moved.
    #[schema(format = DateTime)]
    moved: String,
}

page!(
    /// The imports.
    ImportPage of ImportView
);

/// What became of a file: a check, or an import.
#[derive(Debug, Serialize, ToSchema)]
struct ImportAnswer {
    /// What it would do, and what is wrong with it.
    #[schema(required)]
    plan: Option<ImportPlanView>,
    /// The import that applies it.
    #[schema(required)]
    import: Option<ImportView>,
}

/// What a file would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportPlan)]
struct ImportPlanView {
    /// Rows with anything in them.
    rows: u64,
    /// Learners to be made.
    created: u64,
    /// Learners to be changed.
    updated: u64,
    /// Rows that say what is there already.
    unchanged: u64,
    /// Learners to be deactivated because the file does not name them.
    deactivated: u64,
    /// Learners not in the file who stay because a connection manages them.
    kept: u64,
    /// How many problems there are. Nothing is imported unless there is none.
    problem_count: u64,
    /// The first thousand of them.
    problems: Vec<ImportProblem>,
    /// What else is worth knowing.
    notes: Vec<String>,
}

/// What is wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
struct ImportProblem {
    /// Line of the file, counted from 1.
    line: u64,
    /// Title of the column.
    #[schema(required)]
    column: Option<String>,
    /// What is wrong and what to do.
    message: String,
}

fn problems(problems: Vec<RowProblem>) -> Vec<ImportProblem> {
    let one = |p: RowProblem| ImportProblem { line: p.line, column: p.column, message: p.message };
    problems.into_iter().map(one).collect()
}

impl ImportView {
    fn of(job: ImportJob) -> Self {
        Self {
            id: job.id.0.to_string(),
            state: match job.state {
                ImportState::Running => ImportStateName::Running,
                ImportState::Done => ImportStateName::Done,
                ImportState::Failed => ImportStateName::Failed,
            },
            phase: job.phase,
            done: job.done,
            total: job.total,
            created: job.created,
            updated: job.updated,
            unchanged: job.unchanged,
            deactivated: job.deactivated,
            skipped: job.skipped,
            problems: problems(job.problems),
            error: job.error,
            made: job.made.to_string(),
            moved: job.moved.to_string(),
        }
    }
}

impl ImportPlanView {
    fn of(plan: ImportPlan) -> Self {
        Self {
            rows: plan.rows,
            created: plan.created,
            updated: plan.updated,
            unchanged: plan.unchanged,
            deactivated: plan.deactivated,
            kept: plan.kept,
            problem_count: plan.problem_count,
            problems: problems(plan.problems),
            notes: plan.notes,
        }
    }
}

/// A file that cannot be imported: where the first problems are.
fn refused(plan: &ImportPlan) -> Problem {
    let detail = format!("The file has {} problems. Nothing was imported.", plan.problem_count);
    let problem = Problem::new(Code::InvalidBody, detail).hint("dryRun=true shows up to a thousand of them");
    plan.problems.iter().take(SHOWN).fold(problem, |problem, row| {
        let column = row.column.as_ref().map_or_else(String::new, |column| format!("column `{column}`: "));
        problem.at(format!("#row={}", row.line), format!("{column}{}", row.message))
    })
}

async fn index(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let jobs = call.service().import_jobs(&op).await?;
    Reply::json(&ImportPage { items: jobs.into_iter().map(ImportView::of).collect(), next: None })
}

async fn create(call: Call) -> Outcome<Reply> {
    let query: ImportQuery = call.query()?;
    let op = call.operator_at(query.connection.as_deref()).await?;
    let options = ImportOptions { deactivate_missing: query.deactivate_missing, force: query.force };
    if query.dry_run {
        let plan = call.service().import_plan(&op, &call.body, options, &mut |_| {}).await?;
        return Reply::json(&ImportAnswer { plan: Some(ImportPlanView::of(plan)), import: None });
    }
    match call.service().import_start(&op, call.body.to_vec(), options).await? {
        ImportStart::Refused(plan) => Err(refused(&plan)),
        ImportStart::Started(job) => {
            let location = format!("/api/v1/tenants/{}/imports/{}", op.tenant.tenant.name, job.id.0);
            let answer = ImportAnswer { plan: None, import: Some(ImportView::of(*job)) };
            Ok(Reply::with(202, &answer)?.header("location", location))
        }
    }
}

async fn show(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    Reply::json(&ImportView::of(call.service().import_job(&op, call.param("id")).await?))
}
