//! SCIM use cases, end to end on SQLite.

mod adoption;
mod bulk;
mod custom;
mod groups;
mod guard;
mod identity;
mod logged;
mod paging;
mod refusals;
mod users;
mod world;
