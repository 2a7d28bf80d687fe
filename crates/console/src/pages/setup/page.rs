//! The page as a whole.

use base::Timestamp;
use maud::{Markup, html};
use service::noun::ConnectionKind;
use service::{Lang, Leftovers, Rehearsal, SetupProgress};

use super::live::{block, is_live};
use super::rehearsal::{leftovers, rehearsal};
use super::steps::{Values, guide, text};
use super::when::lasting;
use super::words as w;
use super::{Brand, provider, say};
use crate::look::{Layout, Notice, csrf, exact, notice};

/// What the page shows.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// Whose page it is.
    pub brand: &'a Brand,
    /// Path of the public URL.
    pub base: &'a str,
    /// The link's secret: part of every address of the page.
    pub secret: &'a str,
    /// Language.
    pub lang: Lang,
    /// The provider whose guide is shown.
    pub kind: ConnectionKind,
    /// The present.
    pub now: Timestamp,
    /// When the link ends.
    pub expires: Timestamp,
    /// The Tenant URL.
    pub tenant_url: &'a str,
    /// How far it is.
    pub progress: &'a SetupProgress,
    /// The proof that forms carry.
    pub proof: &'a str,
    /// Who was left over, when the first cycle is done and the policy lists them.
    pub leftovers: Option<&'a Leftovers>,
    /// What a rehearsal has shown just now.
    pub rehearsal: Option<&'a Rehearsal>,
}

impl Shown<'_> {
    /// Address of the page, without what it shows.
    pub(super) fn href(&self) -> String {
        format!("{}/setup/{}", self.base, self.secret)
    }

    /// Address of the page as it is.
    pub(super) fn page_href(&self) -> String {
        self.at(self.kind, self.lang)
    }

    fn at(&self, kind: ConnectionKind, lang: Lang) -> String {
        format!("{}?for={}&lang={}", self.href(), provider(kind), lang.code())
    }

    /// A form that does something, with one button.
    fn act(&self, path: &str, fields: &Markup, label: &str, plain: bool) -> Markup {
        html! {
            form method="post" action={ (self.href()) (path) } {
                (csrf(self.proof))
                input type="hidden" name="for" value=(provider(self.kind));
                input type="hidden" name="lang" value=(self.lang.code());
                (fields)
                button.button.plain[plain] { (label) }
            }
        }
    }
}

/// The page. `token` is a Secret Token that was made just now, `said` what else was done or went wrong.
#[must_use]
pub fn page(shown: &Shown<'_>, token: Option<&str>, said: Option<&Notice>) -> String {
    let Shown { brand, lang, kind, progress, .. } = *shown;
    let title = say(lang, w::TITLE).replace("{brand}", &brand.name);
    let application = brand.application();
    let quiet = lasting(lang, shown.progress.quiet);
    let values = Values { url: shown.tenant_url, app: &application, quiet: &quiet };
    let main = html! {
        div.head { div.words { h1 { (title) } p { (say(lang, w::LEAD)) } } }
        @if let Some(said) = said { (notice(said)) }
        @if is_live(kind) { (block(shown)) }
        section aria-labelledby="provider" { h2 id="provider" { (say(lang, w::PROVIDER)) } (providers(shown)) }
        @if is_live(kind) {
            section aria-labelledby="values" {
                h2 id="values" { (say(lang, w::VALUES)) }
                @if let Some(token) = token {
                    (new_token(lang, token))
                }
                (pasted(shown, &application))
            }
            (guide(lang, kind, values, progress))
            @if let Some(found) = shown.leftovers { (leftovers(lang, found)) }
            @if progress.first_synced.is_none() || shown.rehearsal.is_some() {
                (rehearsal(shown, shown.rehearsal))
            }
        } @else { (google(lang, values)) }
        p.hint.result { (say(lang, w::EXPIRES).replace("{date}", &exact(shown.expires))) }
    };
    frame(brand, shown.base, lang, &title, Some(shown), main)
}

fn providers(shown: &Shown<'_>) -> Markup {
    let Shown { lang, kind, .. } = *shown;
    let other = say(lang, w::PROVIDER_NAME_OTHER);
    let all = [
        (ConnectionKind::Entra, "Microsoft Entra ID", "Azure AD"),
        (ConnectionKind::Okta, "Okta", "SCIM 2.0"),
        (ConnectionKind::Google, "Google Workspace", say(lang, w::PROVIDER_GOOGLE)),
        (ConnectionKind::Generic, other, say(lang, w::PROVIDER_OTHER)),
    ];
    html! {
        ul.providers {
            @for (one, name, more) in all {
                li {
                    @if one == kind {
                        a href=(shown.at(one, lang)) aria-current="true" { (name) small { (more) } }
                    } @else {
                        form method="post" action={ (shown.href()) "/provider" } {
                            (csrf(shown.proof))
                            input type="hidden" name="lang" value=(lang.code());
                            button name="for" value=(provider(one)) { (name) small { (more) } }
                        }
                    }
                }
            }
        }
    }
}

/// A value with a button that copies it.
fn copied(lang: Lang, id: &str, value: &str, what: &str) -> Markup {
    let copy = say(lang, w::COPY);
    html! {
        span.ident {
            code id=(id) { (value) }
            button.copy type="button" data-copy=(id) aria-label={ (copy) ": " (what) } { (copy) }
        }
    }
}

/// A token that was made just now.
fn new_token(lang: Lang, token: &str) -> Markup {
    html! {
        div.secret role="status" {
            p.secret-head { strong { (say(lang, w::TOKEN_NEW)) } " " span { (say(lang, w::ONCE)) } }
            div.secret-row {
                code #new-token { (token) }
                button.button type="button" data-copy="new-token" { (say(lang, w::COPY)) }
            }
            p.hint { (say(lang, w::TOKEN_ONCE)) }
        }
    }
}

fn pasted(shown: &Shown<'_>, application: &str) -> Markup {
    let Shown { lang, kind, progress, .. } = *shown;
    let address = if kind == ConnectionKind::Okta { w::TENANT_URL_OKTA } else { w::TENANT_URL };
    let count = progress.live_tokens;
    let tokens = match count {
        0 => say(lang, w::TOKEN_NONE).to_owned(),
        1 => say(lang, w::TOKEN_ONE).to_owned(),
        n => say(lang, w::TOKEN_MANY).replace("{n}", &n.to_string()),
    };
    let groups = progress.connection.groups;
    let make = if count == 0 { w::TOKEN_MAKE } else { w::TOKEN_MORE };
    let (state, switch, value) = if groups {
        (w::GROUPS_ON, w::GROUPS_SWITCH_OFF, "off")
    } else {
        (w::GROUPS_OFF, w::GROUPS_SWITCH_ON, "on")
    };
    html! {
        div.values {
            div {
                span.label { (say(lang, address)) }
                (copied(lang, "tenant-url", shown.tenant_url, say(lang, address)))
            }
            div {
                span.label { (say(lang, w::TOKEN)) }
                p { (tokens) }
                (shown.act("/token#values", &html! {}, say(lang, make), count > 0))
            }
            div {
                span.label { (say(lang, w::APPLICATION)) }
                (copied(lang, "application", application, say(lang, w::APPLICATION)))
            }
            div {
                span.label { (say(lang, w::GROUPS)) }
                p { (say(lang, state)) }
                (shown.act(
                    "/groups",
                    &html! { input type="hidden" name="groups" value=(value); },
                    say(lang, switch),
                    true,
                ))
            }
        }
    }
}

fn google(lang: Lang, values: Values<'_>) -> Markup {
    html! {
        section aria-labelledby="google" {
            h2 id="google" { (say(lang, w::GOOGLE)) }
            p { (say(lang, w::GOOGLE_TEXT)) }
            ul.know {
                li { (text(say(lang, w::GOOGLE_CSV), values)) }
                li { (text(say(lang, w::GOOGLE_API), values)) }
            }
        }
    }
}

/// What surrounds every page: the platform's name and colours, the languages, whom to ask.
pub(super) fn frame(
    brand: &Brand,
    base: &str,
    lang: Lang,
    title: &str,
    shown: Option<&Shown<'_>>,
    main: Markup,
) -> String {
    let name = format!("{title} · {}", brand.name);
    let header = html! {
        span.name {
            @match brand.logo_name() {
                Some(logo) => img src={ (base) "/brand/" (logo) } alt=(brand.name);,
                None => (brand.name),
            }
        }
        @if let Some(shown) = shown {
            nav.end.languages aria-label=(say(lang, w::SKIP_LANGUAGE)) {
                @for one in Lang::ALL {
                    a href=(shown.at(shown.kind, one)) hreflang=(one.code()) lang=(one.code())
                        aria-current=[(one == lang).then_some("true")] { (own_name(one)) }
                }
            }
        }
    };
    let footer = brand.support.as_ref().map(|contact| {
        let href = if contact.contains("://") { contact.clone() } else { format!("mailto:{contact}") };
        let line = say(lang, w::SUPPORT);
        let before = line.split("{contact}").next().unwrap_or_default();
        html! { p { (before) a href=(href) rel="noreferrer" { (contact) } } }
    });
    Layout {
        base,
        lang: lang.code(),
        title: &name,
        class: "setup",
        head: Some(html! { link rel="stylesheet" href={ (base) "/brand/" (brand.style_name()) }; }),
        header,
        side: None,
        main,
        footer,
    }
    .render()
}

const fn own_name(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "English",
        Lang::De => "Deutsch",
    }
}
