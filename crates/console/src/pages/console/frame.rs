//! What surrounds every page of the console: where one is, what else there is, who one is.

use base::Timestamp;
use maud::{Markup, html};

use crate::look::{self, Layout, Notice, csrf};

/// The parts of a tenant's console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// All tenants.
    Overview,
    /// How the connection does.
    Health,
    /// Its learners.
    Learners,
    /// Its groups.
    Groups,
    /// The provisioning log.
    Log,
    /// Held changes.
    Held,
    /// Tokens.
    Tokens,
    /// Dialect, groups, policies.
    Settings,
    /// Setup links.
    SetupLinks,
    /// Who was left over after the first cycle, and who is protected.
    Leftovers,
    /// Where an app is told.
    Webhooks,
    /// Schemas and resource types.
    Schemas,
    /// CSV imports.
    Imports,
}

/// The tenant and connection that a page is about.
#[derive(Debug, Clone)]
pub struct Place {
    /// Name of the tenant in addresses.
    pub tenant: String,
    /// Its name for people.
    pub title: String,
    /// The connection.
    pub connection: String,
    /// All its connections, by name.
    pub connections: Vec<String>,
    /// Events that the connection's guard holds.
    pub held: u64,
}

/// What all pages of the console are given.
#[derive(Debug)]
pub struct Frame<'a> {
    /// Path of the public URL.
    pub base: &'a str,
    /// The present.
    pub now: Timestamp,
    /// Who is signed in.
    pub operator: &'a str,
    /// The session's proof for forms.
    pub csrf: &'a str,
    /// What was just done.
    pub notice: Option<Notice>,
    /// Where one is.
    pub place: Option<Place>,
}

impl Frame<'_> {
    /// An address of the console: `/tenants`.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        format!("{}/console{path}", self.base)
    }

    /// An address below the tenant.
    #[must_use]
    pub fn tenant_href(&self, path: &str) -> String {
        let tenant = self.place.as_ref().map_or("", |place| place.tenant.as_str());
        self.href(&format!("/tenants/{tenant}{path}"))
    }

    /// An address below the connection.
    #[must_use]
    pub fn connection_href(&self, path: &str) -> String {
        let connection = self.place.as_ref().map_or("", |place| place.connection.as_str());
        self.tenant_href(&format!("/connections/{connection}{path}"))
    }

    /// Where the list of webhooks is: the tenant's, or without a tenant that of all tenants.
    #[must_use]
    pub fn webhooks_href(&self) -> String {
        if self.place.is_some() { self.tenant_href("/webhooks") } else { self.href("/webhooks") }
    }

    /// An address of one webhook.
    #[must_use]
    pub fn webhook_href(&self, id: &str, act: &str) -> String {
        format!("{}/{id}{act}", self.webhooks_href())
    }

    /// The whole page: its name, whether it belongs to a part of the console, its content.
    #[must_use]
    pub fn page(&self, title: &str, section: Section, content: &Markup) -> String {
        let name = match &self.place {
            Some(place) => format!("{title} · {} · Provost", place.title),
            None => format!("{title} · Provost"),
        };
        let side = self.place.as_ref().map(|place| self.navigation(place, section));
        Layout {
            base: self.base,
            lang: "en",
            title: &name,
            class: "console",
            head: None,
            header: self.banner(),
            side,
            main: html! {
                @if let Some(notice) = &self.notice { (look::notice(notice)) }
                (content)
            },
            footer: None,
        }
        .render()
    }

    fn banner(&self) -> Markup {
        html! {
            a.name href=(self.href("")) { "Provost" }
            @if let Some(place) = &self.place {
                nav.crumbs aria-label="Where you are" {
                    span aria-hidden="true" { "/" }
                    a href=(self.tenant_href("")) { (place.title) }
                }
            }
            div.end {
                a href={ (self.base) "/docs" } { "Documentation" }
                span { (self.operator) }
                form method="post" action=(self.href("/sign-out")) {
                    (csrf(self.csrf))
                    button.linklike { "Sign out" }
                }
            }
        }
    }

    fn navigation(&self, place: &Place, section: Section) -> Markup {
        let menu = self.menu(place, section);
        html! {
            nav.side aria-label="Parts of this tenant" { (menu) }
            details.side-fold {
                summary { "Menu" }
                nav.side aria-label="Menu" { (menu) }
            }
        }
    }

    fn menu(&self, place: &Place, current: Section) -> Markup {
        let tenant = [
            (Section::Health, "Health", self.connection_href("")),
            (Section::Learners, "Learners", self.tenant_href("/learners")),
            (Section::Groups, "Groups", self.tenant_href("/groups")),
            (Section::Log, "Provisioning log", self.tenant_href("/log")),
            (Section::Imports, "Imports", self.tenant_href("/imports")),
            (Section::Schemas, "Schemas", self.tenant_href("/schemas")),
            (Section::Webhooks, "Webhooks", self.tenant_href("/webhooks")),
        ];
        let connection = [
            (Section::Held, "Held changes", self.connection_href("/held")),
            (Section::Tokens, "Tokens", self.connection_href("/tokens")),
            (Section::Settings, "Settings", self.connection_href("/settings")),
            (Section::SetupLinks, "Setup links", self.connection_href("/setup-links")),
            (Section::Leftovers, "Left over", self.connection_href("/leftovers")),
        ];
        html! {
            h2 { "Tenant" }
            ul { @for (section, name, href) in tenant {
                li { a href=(href) aria-current=[(section == current).then_some("page")] { (name) } }
            } }
            h2 { "Connection " (place.connection) }
            ul { @for (section, name, href) in connection {
                li { a href=(href) aria-current=[(section == current).then_some("page")] {
                    (name)
                    @if section == Section::Held && place.held > 0 { span.count { (look::number(place.held)) } }
                } }
            } }
            @if place.connections.len() > 1 {
                h2 { "Other connections" }
                ul { @for name in place.connections.iter().filter(|name| **name != place.connection) {
                    li { a href=(self.tenant_href(&format!("/connections/{name}"))) { (name) } }
                } }
            }
        }
    }
}
