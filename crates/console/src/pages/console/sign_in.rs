//! Signing in with a one-time link.

use maud::{Markup, html};

use super::problem::card;

/// What the page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn<'a> {
    /// Nobody is signed in.
    Needed,
    /// A link was opened; using it takes a click, so that nothing which only looks at addresses uses it up.
    Offered {
        /// The link's secret.
        secret: &'a str,
    },
    /// The link does not open the console: unknown, used or too old, which is not told apart.
    Refused,
    /// Signed out.
    Done,
}

/// The page.
#[must_use]
pub fn sign_in(base: &str, what: SignIn<'_>) -> String {
    let (title, body) = match what {
        SignIn::Needed => ("Sign in", needed()),
        SignIn::Offered { secret } => ("Sign in", offered(base, secret)),
        SignIn::Refused => ("This link does not open the console", refused()),
        SignIn::Done => ("You are signed out", needed()),
    };
    card(base, title, &body)
}

fn needed() -> Markup {
    html! {
        p { "The console opens with a link that works once, for ten minutes. Make one on the machine that runs Provost:" }
        pre { "provost admin login-link" }
        p.hint { "Use the same data directory or database address as the server." }
    }
}

fn offered(base: &str, secret: &str) -> Markup {
    html! {
        p { "This link opens the console in this browser, once." }
        form method="post" action={ (base) "/console/sign-in" } {
            input type="hidden" name="link" value=(secret);
            button.button autofocus { "Open the console" }
        }
    }
}

fn refused() -> Markup {
    html! {
        p { "It was used already, is older than ten minutes, or never was one. Make a new one:" }
        pre { "provost admin login-link" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::{HTMX, SCRIPT, STYLE};

    #[test]
    fn the_whole_page_is_as_it_was_looked_at() {
        let mut page = sign_in("/sub", SignIn::Offered { secret: "\"><b>" });
        for (asset, name) in [(&*STYLE, "STYLE"), (&*SCRIPT, "SCRIPT"), (&*HTMX, "HTMX")] {
            page = page.replace(&asset.name, name);
        }
        insta::assert_snapshot!(page.replace("><", ">\n<"));
    }
}
