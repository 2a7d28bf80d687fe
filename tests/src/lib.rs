//! Tests through the front door: a real listener, a real database, callers with tokens.

#![cfg(test)]

mod admin;
mod api;
mod bad_input;
mod console;
mod docs;
mod durability;
mod engine;
mod entra;
mod foreign;
mod laws;
mod mail;
mod nginx;
mod okta;
mod provisioning;
mod requirements;
mod rulings;
mod scim;
mod setup;
mod webhooks;
