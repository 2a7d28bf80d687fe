//! `provost learner export`.

use std::io::{BufWriter, Write};
use std::path::Path;

use crate::cli::Scope;
use crate::commands::at;
use crate::failure::Failure;
use crate::printer::Printer;

/// Writes all learners as CSV to a file or to stdout.
pub(super) async fn run(output: Option<&Path>, scope: &Scope, printer: Printer) -> Result<(), Failure> {
    let (opened, operator) = at(scope).await?;
    let count = match output {
        None => {
            let mut out = std::io::stdout();
            opened.service.export_csv(&operator, &mut |bytes| out.write_all(bytes)).await?
        }
        Some(path) => {
            // Beside the target first, so that a failure leaves no half file under the name asked for.
            let draft = path.with_extension("csv.part");
            let file = std::fs::File::create(&draft).map_err(|e| Failure::file(&draft, &e))?;
            let mut out = BufWriter::new(file);
            let count = opened.service.export_csv(&operator, &mut |bytes| out.write_all(bytes)).await?;
            out.flush().map_err(|e| Failure::file(&draft, &e))?;
            std::fs::rename(&draft, path).map_err(|e| Failure::file(path, &e))?;
            count
        }
    };
    printer.say(&format!("{count} learners exported"));
    opened.close().await
}
