//! `provost entra export-schema`.

use super::mapping;
use crate::cli::EntraExportSchema;
use crate::failure::Failure;
use crate::printer::Printer;

/// Prints the schema, which was checked before.
pub(super) fn run(args: &EntraExportSchema, printer: Printer) -> Result<(), Failure> {
    let file = args.schema.as_deref();
    let schema = mapping::schema(file, args.external_id)?;
    mapping::checked(&schema, file)?;
    if printer.json {
        printer.value(&schema.to_json());
    } else {
        printer.data(&schema.to_string());
    }
    Ok(())
}
