//! How the command line signs in to the target.

use std::path::Path;
use std::sync::Arc;

use base::{Clock, SystemClock, SystemEntropy};
use entra::signin::{
    Bearer, ClientAuthentication, EntraToken, Issuer, NON_GALLERY_APP, OAuth, SignIn, SigningKey,
};

use crate::cli::{CredentialPlace, EntraSignIn, EntraTarget};
use crate::failure::Failure;

/// The way of signing in that the flags describe.
pub(super) fn of(target: &EntraTarget) -> Result<Arc<dyn SignIn>, Failure> {
    let args = &target.sign_in;
    if let Some(url) = &args.oauth_token_url {
        return oauth(url, args);
    }
    if let Some(token) = &target.secret_token {
        return Ok(Arc::new(Bearer::new(token.clone())));
    }
    if args.signing_key.is_some() {
        let (issuer, principal) = (issuer(args)?, principal(args)?);
        return Ok(Arc::new(EntraToken::new(issuer, principal, audience(args))));
    }
    Err(Failure::input("there is nothing to sign in with")
        .hint("give the Secret Token as PROVOST_SECRET_TOKEN or with --secret-token")
        .hint("or a token endpoint with --oauth-token-url, or a key with --signing-key"))
}

fn oauth(url: &str, args: &EntraSignIn) -> Result<Arc<dyn SignIn>, Failure> {
    let id =
        wanted(args.oauth_client_id.as_deref(), "--oauth-client-id", "as the authorization server knows it")?;
    let authentication = match (&args.oauth_client_secret, args.oauth_credentials) {
        (Some(secret), CredentialPlace::Header) => ClientAuthentication::Basic { secret: secret.clone() },
        (Some(secret), CredentialPlace::Body) => ClientAuthentication::Body { secret: secret.clone() },
        (None, _) => ClientAuthentication::Assertion {
            issuer: issuer(args)?,
            service_principal_id: principal(args)?.to_owned(),
            audience: audience(args).to_owned(),
        },
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let oauth = OAuth::new(url, id, authentication, clock).map_err(|e| Failure::told(&e))?;
    Ok(match &args.oauth_scope {
        Some(scope) => Arc::new(oauth.scope(scope)),
        None => Arc::new(oauth),
    })
}

fn issuer(args: &EntraSignIn) -> Result<Issuer, Failure> {
    let Some(path) = args.signing_key.as_deref() else {
        return Err(Failure::input("--signing-key is missing")
            .hint("give the client's secret with PROVOST_OAUTH_CLIENT_SECRET, or a private key that signs its assertion"));
    };
    let key = key(path)?;
    let tenant = wanted(args.entra_tenant_id.as_deref(), "--entra-tenant-id", "the directory (tenant) id")?;
    Ok(Issuer::new(tenant, key, Arc::new(SystemClock), Arc::new(SystemEntropy::new())))
}

/// The private key of a file.
pub(super) fn key(path: &Path) -> Result<SigningKey, Failure> {
    let pem = std::fs::read_to_string(path).map_err(|e| Failure::file(path, &e))?;
    SigningKey::from_pem(&pem).map_err(|e| {
        Failure::input(format!("{} cannot sign", path.display()))
            .caused_by(&e)
            .hint("give an RSA or P-256 key in PKCS#8, as PEM, such as `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` makes")
    })
}

fn principal(args: &EntraSignIn) -> Result<&str, Failure> {
    let id = args.service_principal_id.as_deref();
    wanted(id, "--service-principal-id", "the object id of the enterprise application")
}

fn audience(args: &EntraSignIn) -> &str {
    args.audience.as_deref().unwrap_or(NON_GALLERY_APP)
}

fn wanted<'a>(value: Option<&'a str>, flag: &str, what: &str) -> Result<&'a str, Failure> {
    value.ok_or_else(|| Failure::input(format!("{flag} is missing")).hint(format!("give {what} with it")))
}
