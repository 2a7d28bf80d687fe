//! `provost entra jwks`.

use entra::signin::SigningKey;
use serde_json::json;

use super::sign_in;
use crate::cli::EntraJwks;
use crate::failure::Failure;
use crate::printer::Printer;

/// Prints what whoever checks our tokens must trust. The private half stays where it is.
pub(super) fn run(args: &EntraJwks, printer: Printer) -> Result<(), Failure> {
    let keys = args.signing_key.iter().map(|path| sign_in::key(path)).collect::<Result<Vec<_>, _>>()?;
    printer.value(&json!({"keys": keys.iter().map(SigningKey::public_jwk).collect::<Vec<_>>()}));
    Ok(())
}
