//! The operations, noun by noun: what each takes, gives and calls.

use super::endpoint::Endpoint;

mod api_keys;
mod connection;
mod connections;
mod event;
mod events;
mod export;
mod faults;
mod groups;
mod held;
mod imports;
mod intake;
mod learner;
mod learner_edit;
mod learners;
mod leftovers;
mod log;
mod log_entry;
mod profile;
mod schemas;
mod setup_links;
mod snapshot;
mod stream;
mod tenants;
mod tokens;
mod webhook_view;
mod webhooks;

/// Every operation of every noun.
pub(super) fn all() -> Vec<Endpoint> {
    [
        tenants::endpoints(),
        export::endpoints(),
        connections::endpoints(),
        tokens::endpoints(),
        learners::endpoints(),
        learner::endpoints(),
        learner_edit::endpoints(),
        groups::endpoints(),
        profile::endpoints(),
        intake::endpoints(),
        log::endpoints(),
        log_entry::endpoints(),
        held::endpoints(),
        events::endpoints(),
        snapshot::endpoints(),
        webhooks::endpoints(),
        imports::endpoints(),
        schemas::endpoints(),
        setup_links::endpoints(),
        faults::endpoints(),
        leftovers::endpoints(),
        api_keys::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What a switch is unless said.
const fn yes() -> bool {
    true
}
