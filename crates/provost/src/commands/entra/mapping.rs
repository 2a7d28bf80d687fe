//! The mapping of a job: the built-in one, or the one that a schema file holds.

use std::path::Path;

use entra::mapping::Mapping;
use entra::schema::{DefaultMapping, ExternalId, Schema};

use super::fault;
use crate::cli::{EntraMapping, ExternalIdSource, Switch};
use crate::failure::Failure;

/// The schema that was asked for.
pub(super) fn schema(file: Option<&Path>, external_id: ExternalIdSource) -> Result<Schema, Failure> {
    let Some(file) = file else {
        let external_id = match external_id {
            ExternalIdSource::MailNickname => ExternalId::MailNickname,
            ExternalIdSource::ObjectId => ExternalId::ObjectId,
        };
        return Ok(Schema::default_scim(DefaultMapping { external_id }));
    };
    let text = std::fs::read_to_string(file).map_err(|e| match e.kind() {
        std::io::ErrorKind::InvalidData => {
            Failure::file(file, &e).hint("save it as UTF-8: Windows PowerShell writes UTF-16 by default")
        }
        _ => Failure::file(file, &e),
    })?;
    Schema::read(&text).map_err(|faults| fault::schema(&file.display().to_string(), &faults))
}

/// The mapping of a schema, checked.
pub(super) fn checked(schema: &Schema, file: Option<&Path>) -> Result<Mapping, Failure> {
    Mapping::check(schema).map_err(|faults| {
        let name = file.map_or_else(|| "the built-in schema".to_owned(), |file| file.display().to_string());
        fault::schema(&name, &faults)
    })
}

/// The mapping that was asked for.
pub(super) fn of(args: &EntraMapping) -> Result<Mapping, Failure> {
    let file = args.schema.as_deref();
    let mut mapping = checked(&schema(file, args.external_id)?, file)?;
    if args.groups == Switch::Off {
        mapping.groups = None;
    }
    Ok(mapping)
}
