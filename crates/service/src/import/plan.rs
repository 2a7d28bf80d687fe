//! Checking a file: what it would do, and what is wrong with it.

use std::collections::HashSet;

use store::{Kind, State};

use super::importer::{Importer, Managers, Pending, Step};
use super::{CHUNK, ImportOptions, ImportProgress, MOST_PROBLEMS, OnProgress, RowProblem};
use crate::learners::document_of;
use crate::profile::Profile;
use crate::{Operator, Service, ServiceResult};

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportPlan {
    /// Rows with anything in them.
    pub rows: u64,
    /// Learners to be made.
    pub created: u64,
    /// Learners to be changed.
    pub updated: u64,
    /// Rows that say what is there already.
    pub unchanged: u64,
    /// Learners to be deactivated because the file does not name them.
    pub deactivated: u64,
    /// Learners not in the file who stay because a connection manages them.
    pub kept: u64,
    /// How many problems there are. Nothing is imported unless there is none.
    pub problem_count: u64,
    /// The first thousand of them, by line.
    pub problems: Vec<RowProblem>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

impl ImportPlan {
    fn add(&mut self, problem: RowProblem) {
        self.problem_count += 1;
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }
}

impl Service {
    /// Checks a file against the directory without writing anything: a dry run.
    ///
    /// # Errors
    /// When the database does not answer; what is wrong with the file stands in the plan.
    pub async fn import_plan(
        &self,
        op: &Operator,
        bytes: &[u8],
        options: ImportOptions,
        on_progress: OnProgress<'_>,
    ) -> ServiceResult<ImportPlan> {
        let (importer, problems) = Importer::new(self, op, bytes, options.force, None)?;
        let mut plan = ImportPlan {
            rows: importer.sheet.rows.len() as u64,
            notes: importer.notes.clone(),
            ..ImportPlan::default()
        };
        // A header that is not understood makes every row wrong: say the one thing.
        let hopeless = problems.iter().any(|p| p.line <= 1);
        // One word about a row is enough.
        let known: HashSet<u64> = problems.iter().map(|p| p.line).collect();
        for problem in problems {
            plan.add(problem);
        }
        if hopeless {
            return Ok(plan);
        }
        let mut pending = Pending::default();
        for chunk in importer.sheet.rows.chunks(CHUNK) {
            let mut read = self.store.read(&op.caller).await?;
            for row in chunk.iter().filter(|row| !known.contains(&row.line)) {
                match importer.step(&mut *read, row, &mut pending, Managers::Later).await? {
                    (Step::Problem(problem), _) => plan.add(problem),
                    (Step::Create(_), _) => plan.created += 1,
                    (Step::Update(_), _) | (Step::Unchanged, true) => plan.updated += 1,
                    (Step::Unchanged, false) => plan.unchanged += 1,
                }
            }
            drop(read);
            let done = plan.created + plan.updated + plan.unchanged + plan.problem_count;
            on_progress(ImportProgress { phase: "checking", done: done.min(plan.rows), total: plan.rows });
        }
        if options.deactivate_missing && plan.rows == 0 {
            // More likely cut short than meant.
            plan.add(RowProblem::line(
                1,
                "the file names nobody, and whoever it does not name is to be deactivated",
            ));
        } else if options.deactivate_missing {
            self.plan_missing(op, &importer, options.force, &mut plan).await?;
        }
        plan.problems.sort_by_key(|p| p.line);
        Ok(plan)
    }

    async fn plan_missing(
        &self,
        op: &Operator,
        importer: &Importer<'_>,
        force: bool,
        plan: &mut ImportPlan,
    ) -> ServiceResult<()> {
        let mut after = None;
        loop {
            let query = self.learner_query(op, None, after, CHUNK as u32)?;
            let mut read = self.store.read(&op.caller).await?;
            let page = read.query(&query).await?;
            for record in page.records.iter().filter(|r| r.kind == Kind::USER && r.state == State::Active) {
                if importer.has(&Profile::of(&document_of(record)?).user_name) {
                    continue;
                }
                if record.managed_by.is_some() && !force {
                    plan.kept += 1;
                } else {
                    plan.deactivated += 1;
                }
            }
            match page.next {
                Some(next) => after = Some(next.id),
                None => return Ok(()),
            }
        }
    }
}
