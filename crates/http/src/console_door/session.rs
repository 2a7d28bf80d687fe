//! The cookie that says who is signed in.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use base::Secret;

use crate::App;
use crate::web::{cookie, is_secure};

/// Over https a name that a browser takes only from https and for this host alone.
fn name(public_url: &str) -> &'static str {
    if is_secure(public_url) { "__Host-provost-console" } else { "provost-console" }
}

/// What the browser shows.
pub(super) fn shown<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers, name(&app.service.config().public_url))
}

/// Makes the browser show this from now on.
pub(super) fn set(app: &App, response: &mut Response, secret: &Secret<String>) {
    put(app, response, secret.expose(), "");
}

/// Makes the browser forget it.
pub(super) fn clear(app: &App, response: &mut Response) {
    put(app, response, "", "; Max-Age=0");
}

fn put(app: &App, response: &mut Response, value: &str, more: &str) {
    let url = &app.service.config().public_url;
    let secure = if is_secure(url) { "; Secure" } else { "" };
    // Lax: a link to a page of the console, in a message, leads to it. Forms are safe by their own proof.
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}", name(url));
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
