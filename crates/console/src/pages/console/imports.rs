//! CSV imports.

use maud::{Markup, html};
use service::{ImportJob, ImportPlan, ImportState, RowProblem};

use super::{Frame, Section};
use crate::look::{Figure, Head, Tone, ago, answer, csrf, empty, figures, number, state, table};

/// Problems that are shown.
const SHOWN: usize = 100;

/// The page. `plan` is what the file that was just sent would do, or why it was not imported.
#[must_use]
pub fn imports(frame: &Frame<'_>, jobs: &[ImportJob], plan: Option<&ImportPlan>, live: bool) -> String {
    let content = html! {
        div.head { div.words {
            h1 { "Imports" }
            p { "Learners from a CSV file, before or beside an identity provider. The whole file is checked before anything is written." }
        } }
        @if let Some(plan) = plan { (outlook(plan)) }
        section { h2 { "Import a file" } div.card { (form(frame)) } }
        section { h2 { "Latest imports" } (import_jobs(frame, jobs, live)) }
    };
    frame.page("Imports", Section::Imports, &content)
}

fn form(frame: &Frame<'_>) -> Markup {
    html! {
        form method="post" action=(frame.tenant_href("/imports")) enctype="multipart/form-data" {
            (csrf(frame.csrf))
            div.field {
                label for="file" { "CSV file" }
                input id="file" name="file" type="file" accept=".csv,text/csv" required aria-describedby="file-hint";
                p.hint id="file-hint" { "First line: " code { "userName,email,first name,last name" } " or SCIM paths. Matched by user name." }
            }
            div.field.check {
                input id="missing" name="missing" type="checkbox" value="on" aria-describedby="missing-hint";
                label for="missing" { "Deactivate active learners who are not in the file" }
                p.hint id="missing-hint" { "Those that a connection manages stay." }
            }
            p.row {
                button.button name="act" value="check" { "Check the file" } " "
                button.button.plain name="act" value="import" { "Import" }
            }
        }
    }
}

fn outlook(plan: &ImportPlan) -> Markup {
    let good = plan.problem_count == 0;
    let sentence = if good {
        html! { "The file can be imported: " (number(plan.rows)) " rows." }
    } else {
        html! { "The file has " (number(plan.problem_count)) @if plan.problem_count == 1 { " problem" } @else { " problems" } ". Nothing was imported." }
    };
    let figure = |name, value| Figure { name, value: number(value), note: None, href: None };
    html! {
        (answer(if good { Tone::Good } else { Tone::Bad }, &sentence, None))
        section { (figures(&[
            figure("To be created", plan.created),
            figure("To be changed", plan.updated),
            figure("Unchanged", plan.unchanged),
            figure("To be deactivated", plan.deactivated),
        ])) }
        @for note in &plan.notes { p.soft { (note) } }
        (problems(&plan.problems))
    }
}

fn problems(list: &[RowProblem]) -> Markup {
    let heads = [Head::Number("Line"), Head::Text("Column"), Head::Text("Problem")];
    let rows = html! { @for one in list.iter().take(SHOWN) {
        tr {
            td.number { (one.line) }
            td { @if let Some(column) = &one.column { code { (column) } } }
            th scope="row" { (one.message) }
        }
    } };
    html! { @if !list.is_empty() { section { h2 { "Problems" } (table("Problems", &heads, &rows)) } } }
}

/// The part of the page that is asked for again while an import is under way.
#[must_use]
pub fn import_jobs(frame: &Frame<'_>, jobs: &[ImportJob], live: bool) -> Markup {
    let heads = [
        Head::Text("Begun"),
        Head::Text("State"),
        Head::Number("Created"),
        Head::Number("Changed"),
        Head::Number("Unchanged"),
        Head::Number("Deactivated"),
        Head::Number("Skipped"),
    ];
    let running = live && jobs.iter().any(|job| job.state == ImportState::Running);
    let again = frame.tenant_href("/imports?part=jobs");
    let rows = html! { @for job in jobs { (row(frame, job)) } };
    html! {
        div #jobs hx-get=[running.then_some(&again)] hx-trigger=[running.then_some("every 2s")] hx-swap=[running.then_some("outerHTML")] {
            @if jobs.is_empty() { (empty("No imports yet", "Who comes by CSV first is taken over, not duplicated, when the provider’s first cycle runs.")) }
            @else { (table("Imports", &heads, &rows)) }
        }
    }
}

fn row(frame: &Frame<'_>, job: &ImportJob) -> Markup {
    html! {
        tr {
            th.nowrap scope="row" { (ago(frame.now, job.made)) }
            td {
                @match job.state {
                    ImportState::Running => { (state(Tone::Info, "Under way")) span.hint { (number(job.done)) " of " (number(job.total)) " rows" } }
                    ImportState::Done => (state(Tone::Good, "Done")),
                    ImportState::Failed => { (state(Tone::Bad, "Given up")) @if let Some(error) = &job.error { span.hint { (error) } } }
                }
            }
            td.number { (number(job.created)) }
            td.number { (number(job.updated)) }
            td.number { (number(job.unchanged)) }
            td.number { (number(job.deactivated)) }
            td.number { (number(job.skipped)) }
        }
    }
}
