//! `provost demo`: the main job, start to end, on an embedded database.
//!
//! A server is started on loopback, and a driver plays the customer's side over HTTP as Microsoft Entra does. After
//! each act the directory is compared with what Entra would leave, person by person.

mod act_one;
mod act_two;
mod driver;
mod mapping;
mod organisation;
mod verify;

use std::time::Duration;

use base::Secret;
use client::{Client, QueryEncoding};

use self::driver::Driver;
use self::organisation::{Organisation, Person, Reference};
use crate::failure::Failure;
use crate::printer::{BOLD, DIM, GOOD, Printer, VALUE, styled};

/// What the demo plays against.
pub(crate) struct Stage {
    /// What the admin pastes as Tenant URL.
    pub(crate) tenant_url: String,
    /// What the admin pastes as Secret Token.
    pub(crate) token: String,
    /// Switches group provisioning of the connection, as an operator does.
    pub(crate) groups: Box<dyn Fn(bool) -> GroupsSwitch + Send + Sync>,
}

/// The operator's switch, under way.
pub(crate) type GroupsSwitch = std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// Plays both acts.
///
/// # Errors
/// When an answer or the directory's state is not what it should be.
pub(crate) async fn play(stage: &Stage, learners: usize, printer: Printer) -> Result<Summary, Failure> {
    let mut source =
        Organisation::sample().map_err(|e| Failure::unexpected("the sample does not load").caused_by(&e))?;
    grow(&mut source, learners);
    let client = Client::builder(&stage.tenant_url)
        .bearer(Secret::new(stage.token.clone()))
        .query_encoding(QueryEncoding::Form)
        .header("adscimversion", "5.0")
        .build()
        .map_err(|e| Failure::unexpected("the client cannot be set up").caused_by(&e))?;
    printer.say(&styled(BOLD, "\nThe admin pastes into Microsoft Entra"));
    printer.say(&format!("  Tenant URL    {}", styled(VALUE, &stage.tenant_url)));
    printer.say(&format!("  Secret Token  {}", styled(VALUE, &stage.token)));
    let mut driver = Driver::new(client);
    let mut show = Show { printer };
    let begin = tokio::time::Instant::now();
    act_one::play(stage, &mut driver, &source, &mut show).await?;
    act_two::play(stage, &mut driver, &mut source, &mut show).await?;
    let took = begin.elapsed();
    let summary = Summary::of(&driver, took);
    printer.say(&styled(BOLD, "\nIt works"));
    printer.say(&format!(
        "  {} learners, {} groups; {} requests in {:.1} s ({:.0} a second), p50 {:.1} ms, p99 {:.1} ms",
        summary.learners,
        summary.groups,
        summary.requests,
        summary.seconds,
        summary.per_second,
        summary.p50_ms,
        summary.p99_ms
    ));
    Ok(summary)
}

/// What the closing line says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    pub(crate) learners: usize,
    pub(crate) groups: usize,
    pub(crate) requests: usize,
    pub(crate) seconds: f64,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

impl Summary {
    fn of(driver: &Driver, took: Duration) -> Self {
        let mut times = driver.times.clone();
        times.sort_unstable();
        let at = |share: f64| {
            let index = ((times.len().saturating_sub(1)) as f64 * share) as usize;
            times.get(index).map_or(0.0, |t| t.as_secs_f64() * 1000.0)
        };
        let seconds = took.as_secs_f64();
        Self {
            learners: driver.people.len(),
            groups: driver.groups.len(),
            requests: times.len(),
            seconds,
            per_second: times.len() as f64 / seconds,
            p50_ms: at(0.5),
            p99_ms: at(0.99),
        }
    }
}

/// Prints the steps.
struct Show {
    printer: Printer,
}

impl Show {
    fn act(&mut self, title: &str) {
        self.printer.say(&styled(BOLD, &format!("\n{title}")));
    }

    /// A step that worked: what it was, what was sent last, and what came of it.
    fn done(&mut self, step: &str, driver: &Driver, came_of_it: &str) {
        self.printer.say(&format!("  {} {step}: {came_of_it}", styled(GOOD, "✓")));
        if !driver.last.is_empty() {
            let shown: String = driver.last.chars().take(220).collect();
            let more = if shown.len() < driver.last.len() { "…" } else { "" };
            self.printer.say(&styled(DIM, &format!("      {shown}{more}")));
        }
    }
}

/// Adds made-up colleagues until there are so many people; the sample itself is never cut.
fn grow(source: &mut Organisation, learners: usize) {
    let managers: Vec<String> = source.users.iter().take(40).map(|p| p.id.clone()).collect();
    for n in source.users.len()..learners {
        let name = format!("learner.{n:06}");
        let mail = format!("{name}@contoso-learning.example");
        source.users.push(Person {
            id: format!("d3300000-0000-4000-8000-{n:012x}"),
            user_principal_name: mail.clone(),
            account_enabled: true,
            display_name: Some(format!("Learner {n}")),
            given_name: Some("Learner".into()),
            surname: Some(format!("{n}")),
            mail: Some(mail),
            job_title: Some("Associate".into()),
            department: Some("Operations".into()),
            employee_id: Some(format!("{n:07}")),
            office_location: None,
            street_address: None,
            postal_code: None,
            city: None,
            state: None,
            country: Some("GB".into()),
            preferred_language: Some("en-GB".into()),
            business_phones: Vec::new(),
            mobile_phone: None,
            fax_number: None,
            manager: managers.get(n % managers.len().max(1)).map(|id| Reference { id: id.clone() }),
        });
    }
}
